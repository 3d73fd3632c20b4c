"""Finding a service: what comes first, what must not come, what may be left out, what it costs."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from guides.domain import search
from guides.domain.search import Only
from guides.models import Origin, SearchKey, SearchPiece, Service
from tests.domain import shelf
from tests.factories import make_general_guide, make_guide, make_service

pytestmark = pytest.mark.django_db


def slugs(ids):
    of = dict(Service.objects.values_list("pk", "slug"))
    return [of[pk] for pk in ids]


def found(text, **only):
    return slugs(search.find(text, only=Only(**only)).ids)


# --- What comes first -----------------------------------------------------------------------------


@pytest.fixture
def full_shelf():
    shelf.fill()


FIRST = {
    # names, as they are and while one types
    "amazon": "amazon",
    "AMAZON  ": "amazon",
    "ama": "amazon",
    "ali express": "aliexpress",
    "Ali-Express": "aliexpress",
    "you tube": "youtube",
    "face book": "facebook",
    "booking": "booking-com",
    "prime video": "prime-video",
    "video": "prime-video",
    "mobilepay": "vipps",
    "twitter": "x",
    "x": "x",
    "chat gpt": "openai",
    "openai": "openai",
    "gram": "telegram",
    "flix": "netflix",
    "вконтакте": "vk",
    # small mistakes
    "amzon": "amazon",
    "amazn": "amazon",
    "anazon": "amazon",
    "hotmial": "microsoft",
    "facebok": "facebook",
    "fcebook": "facebook",
    "instgram": "instagram",
    "instagarm": "instagram",
    "gogle": "google",
    "googel": "google",
    "netflx": "netflix",
    "linkdin": "linkedin",
    "pintrest": "pinterest",
    "watsapp": "whatsapp",
    "yutube": "youtube",
    "ebya": "ebay",
    "wihs": "wish",
    "tmeu": "temu",
    "twiter": "x",
    "spotfy": "spotify",
    "redit": "reddit",
    "alliexpres": "aliexpress",
    "zalndo": "zalando",
    # addresses
    "amazon.de": "amazon",
    "www.amazon.co.uk": "amazon",
    "https://smile.amazon.co.uk/gp/help?x=ebay.com": "amazon",
    "amzon.com": "amazon",
    "youtu.be/abc": "youtube",
    "gmail.com": "google",
    "alice@gmail.com": "google",
    "https://www.instagram.com/alice/": "instagram",
    "mobilepay.d": "vipps",
    # Arabic
    "فيسبوك": "facebook",
    "فيس بوك": "facebook",
    "الفيسبوك": "facebook",
    "فيسبك": "facebook",
    "امازون": "amazon",
    "أَمَازُون": "amazon",
    "أمـــازون": "amazon",
    "امزون": "amazon",
    "سوق": "amazon",
    "على اكسبرس": "aliexpress",
    "انستقرام": "instagram",
    "انستجرام": "instagram",
    "واتس اب": "whatsapp",
    "تلجرام": "telegram",
    "تلكرام": "telegram",
    "تيلي غرام": "telegram",
    "انستاغرام": "instagram",
    "يوتوب": "youtube",
    "ابل": "apple",
    "تويتر": "x",
    # Norwegian
    "finn": "finn-no",
    "finn torget": "finn-no",
    "økonomi på nett": "okonomi",
    "okonomi pa nett": "okonomi",
    "oekonomi paa nett": "okonomi",
    "okonomi paa nett": "okonomi",
    "laerdal": "laerdal",
    "lærdal bokklub": "laerdal",
    "alesund": "skatteetaten",
    "aalesund": "skatteetaten",
    "skattetaten": "skatteetaten",
    "haugen sparbank": "haugen-bank",
    "vips": "vipps",
    # what people write around a name
    "delete my Facebook account": "facebook",
    "how to delete instgram": "instagram",
    "slette kontoen min på finn": "finn-no",
    "حذف حساب انستغرام نهائيا": "instagram",
    "twitter x login": "x",
}


@pytest.mark.parametrize(("text", "slug"), FIRST.items())
def test_comes_first_for(full_shelf, text, slug):
    assert found(text)[:1] == [slug]


NOTHING = [
    "ikea",
    "twitch",
    "ebooks",
    "amazing",
    "amazing grace",
    "notamazon.com",
    "finn.de",
    "example.org",
    "https://example.org/amazon",
    "delete my account",
    "حذف حساب",
    "قهوة",
    "١٢٣",
    "123456789",
    "a.b.c.d.e",
    "amazon" * 20,
    "a" * 5000,
    "!!!",
    "%",
    "_",
    "' OR 1=1 --",
    "\0",
    "\ud800",
    "🙂",
    "https://",
    "http://[",
]


@pytest.mark.parametrize("text", NOTHING)
def test_nobody_is_found_by(full_shelf, text):
    assert found(text) == []


NEAREST = {
    "finn.de": ["finn-no"],
    "ebay.fr": ["ebay"],
    "netflicks": ["netflix"],
    "amazon": [],  # nothing is only similar where something was found
    "qqqqqq": [],
}


@pytest.mark.parametrize(("text", "nearest"), NEAREST.items())
def test_where_nothing_is_found_the_nearest_are_named(full_shelf, text, nearest):
    assert slugs(search.find(text).similar) == nearest


# --- Which before which ---------------------------------------------------------------------------


CHECKED = {"checked_on": date(2026, 11, 22)}


def put(slug, name="", *, guide=None, **fields):
    service = make_service(slug, name=name or slug, **fields)
    make_guide(service=service, **(guide or {}))
    return service


def test_the_same_before_a_beginning_before_a_word_before_a_part():
    names = ["Supertube", "My Tube", "Tubes", "Tube"]
    for number, name in enumerate(names):
        put(f"service-{number}", name)
    assert found("tube") == ["service-3", "service-2", "service-1", "service-0"]


def test_what_is_written_so_before_what_is_written_almost_so():
    put("wished", "Undertwitter")
    put("right", "Twitter")
    assert found("twiter") == ["right"]
    put("inside", "Mytwiter")
    assert found("twiter") == ["inside", "right"]


def test_a_whole_name_before_one_that_could_still_become_it():
    put("ellaya")
    put("elplay")
    assert found("ellpay") == ["elplay", "ellaya"]


def test_a_name_that_is_right_hides_those_that_only_look_like_it():
    put("wish")
    put("wise")
    assert (found("wise"), found("wisd")) == (["wise"], ["wise", "wish"])


def test_one_that_was_checked_before_one_that_was_not():
    put("tubeish")
    put("tubetastic", guide=CHECKED)
    assert found("tube") == ["tubetastic", "tubeish"]
    assert found("") == ["tubetastic", "tubeish"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["apple", "ebay", "openai", "any-service", "berry"]),
        ("ar", ["ebay", "openai", "apple", "any-service", "berry"]),  # آبل, after the Latin letters
        ("nb", ["openai", "apple", "ebay", "any-service", "berry"]),  # in English: Zebra AI
    ],
)
def test_all_stand_in_the_order_of_their_names_and_the_general_way_after_them(language, expected):
    general = make_general_guide()
    general.checked_on = CHECKED["checked_on"]
    general.save()
    put("ebay", "eBay", guide=CHECKED)
    put("openai", "Zebra AI", guide=CHECKED).translations.create(language_code="nb", name="ABC")
    put("apple", guide=CHECKED).translations.create(language_code="ar", name="آبل")
    put("berry", "Aberry")
    assert slugs(search.find("", language=language).ids) == expected


def test_a_shorter_name_before_a_longer_one():
    put("a-long", "Tube Premium Family")
    put("z-short", "Tubes")
    assert found("tube") == ["z-short", "a-long"]


def test_the_domain_itself_before_the_one_above_it():
    put("a-parent", domains=["example.com"])
    put("z-mail", domains=["mail.example.com"])
    assert found("https://eu.mail.example.com/x") == ["z-mail", "a-parent"]


def test_of_names_among_other_words_the_longest_comes_first():
    put("prime", "Prime")
    put("prime-video", "Prime Video")
    assert found("cancel prime video today") == ["prime-video", "prime"]


def test_a_service_is_found_once_however_many_spellings_and_guides_it_has():
    service = put("tube", "Tube", other_names=["Tubes", "The Tube"], domains=["tube.com"])
    make_guide(service=service)
    assert (found("tube"), found("")) == (["tube"], ["tube"])


# --- What is listed -------------------------------------------------------------------------------


@pytest.fixture
def kinds():
    """One service for each answer that a filter asks for."""
    hard = put("hard", guide={"difficulty": "hard", "undo": "never", **CHECKED})
    make_guide(service=hard, difficulty="easy", is_published=False)
    make_guide(service=hard, difficulty="easy", goal="deactivate", undo="always")
    easy = put("easy", guide={"difficulty": "medium", **CHECKED})
    make_guide(service=easy, difficulty="easy", undo="never")
    put("rumour", guide={"difficulty": "limited", "undo": "while_waiting"})
    make_guide(service=make_service("draft"), is_published=False, difficulty="hard", **CHECKED)
    make_service("bare")


ALL = ["easy", "hard", "rumour"]
ONLY = [
    ({}, ALL),
    ({"difficulty": "easy"}, ["easy"]),  # deactivating is no way to leave "hard" easily
    ({"difficulty": "medium"}, []),
    ({"difficulty": "hard"}, ["hard"]),
    ({"can_be_undone": True}, ["hard", "rumour"]),
    ({"is_checked": True}, ["easy", "hard"]),
    ({"is_checked": True, "can_be_undone": True, "difficulty": "hard"}, ["hard"]),
    ({"is_checked": True, "difficulty": "limited"}, []),
]


@pytest.mark.parametrize(("only", "expected"), ONLY)
def test_the_list_is_narrowed_to(kinds, only, expected):
    assert found("", **only) == expected


@pytest.mark.parametrize(("only", "expected"), ONLY)
def test_what_is_found_is_narrowed_to(kinds, only, expected):
    for slug in ALL:
        assert found(slug, **only) == [each for each in expected if each == slug]


@pytest.mark.parametrize("text", ["draft", "bare"])
def test_only_editors_find_what_is_not_published(kinds, text):
    assert (found(text), slugs(search.find_any(text).ids)) == ([], [text])


def test_a_list_says_of_each():
    service = put("amazon", domains=["amazon.com", "amazon.de"], guide={"difficulty": "hard"})
    make_guide(service=service, difficulty="medium")
    make_guide(service=service, difficulty="easy", is_published=False)
    other = put("other", guide={"difficulty": "impossible"})
    bring_in(other)
    assert [
        (
            each.slug,
            each.main_domain,
            each.difficulty,
            each.ways,
            each.is_checked,
            each.is_imported,
        )
        for each in search.describe([other.pk, service.pk])
    ] == [
        ("other", None, "impossible", 1, False, True),
        ("amazon", "amazon.com", "medium", 2, False, False),
    ]
    other.guides.update(**CHECKED)
    (now_checked,) = search.describe([other.pk])
    assert (now_checked.is_checked, now_checked.is_imported) == (True, False)


def bring_in(service):
    """As if its guide came from a list."""
    Origin.objects.create(
        guide=service.guides.get(),
        list="justdeleteme",
        entry="Gizmo",
        licence="MIT",
        read_on=date(2026, 11, 22),
        domains=[],
    )


# --- The index ------------------------------------------------------------------------------------


def test_indexing_again_forgets_the_old_names():
    service = put("amazon", "Amazon", domains=["amazon.de"])
    service.domains.all().delete()
    service.translations.update(name="Stream")
    search.index([service])
    assert (found("amazon.de"), found("stream")) == ([], ["amazon"])


def test_indexing_one_leaves_the_others():
    service, _ = put("amazon"), put("ebay")
    before = set(SearchPiece.objects.filter(key__service__slug="ebay").values_list("pk"))
    search.index([service])
    assert before == set(SearchPiece.objects.filter(key__service__slug="ebay").values_list("pk"))
    assert (found("ebay"), found("amazon")) == (["ebay"], ["amazon"])


def test_a_service_that_is_deleted_leaves_no_piece():
    put("amazon").delete()
    assert (SearchKey.objects.count(), SearchPiece.objects.count()) == (0, 0)


def test_the_migration_indexes_what_is_there():
    shelf.fill()
    written = set(SearchPiece.objects.values_list("key__service__slug", "key__key", "piece"))
    SearchKey.objects.all().delete()
    migration = import_module("guides.migrations.0011_search_index")
    migration.index(apps, connection.schema_editor())
    again = set(SearchPiece.objects.values_list("key__service__slug", "key__key", "piece"))
    assert (len(again) > 1000, again) == (True, written)


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("text", ["", "tube", "tbue", "tube.com", "delete my tube"])
def test_a_search_costs_three_queries(django_assert_num_queries, count, text):
    for number in range(count):
        put(f"tube-{number}", "Tube", domains=[f"{'a' * number}.tube.com"])
    with django_assert_num_queries(3):
        ids = search.find(text, only=Only(difficulty="medium")).ids
        services = search.describe(ids)
        assert [service.translations.all()[0].name for service in services] == ["Tube"] * len(ids)


def test_indexing_many_costs_as_much_as_one(django_assert_max_num_queries):
    services = [put(f"tube-{number}") for number in range(30)]
    with django_assert_max_num_queries(12):
        search.index(services)
