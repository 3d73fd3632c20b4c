"""Finding services, the way of a guide, and what keeps a guide from being published."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from guides.domain import catalogue
from guides.models import Step
from tests.factories import make_guide, make_service, make_step, make_way, wait
from tests.queries import asked

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


# --- Finding a service ----------------------------------------------------------------------------


def listed(*, slug, arabic="", names=(), **fields):
    service = make_service(slug, **fields)
    if arabic:
        service.translations.create(language_code="ar", name=arabic, other_names=list(names))
        catalogue.index(service)
    make_guide(service=service)
    return service


@pytest.fixture
def shelf():
    domains = ["amazon.com", "amazon.de", "amazon.co.uk"]
    listed(slug="amazon", name="Amazon", domains=domains, arabic="أمازون", names=["امازون برايم"])
    listed(slug="aliexpress", name="AliExpress", domains=["aliexpress.com"], arabic="علي إكسبريس")
    listed(slug="okonomi", name="Økonomi på nett", domains=["okonomi.example"])


FOUND = {
    "amaz": "amazon",
    "AMAZON": "amazon",
    "  amazon  ": "amazon",
    "azo": "amazon",
    "أمازون": "amazon",
    "امازون": "amazon",
    "إمازون": "amazon",
    "ٱمازون": "amazon",
    "أَمَازُون": "amazon",
    "أمـــازون": "amazon",
    "ا\u0654مازون": "amazon",
    "ﺃﻣﺎﺯﻭﻥ": "amazon",
    "أمازون برايم": "amazon",
    "علي اكسبريس": "aliexpress",
    "على إكسبريس": "aliexpress",
    "amazon.de": "amazon",
    "www.amazon.de": "amazon",
    "AMAZON.CO.UK": "amazon",
    "smile.amazon.co.uk": "amazon",
    "https://www.amazon.de/gp/help?nodeId=1&x=http://aliexpress.com": "amazon",
    "http://amazon.com:443/": "amazon",
    "amazon.de/gp/css": "amazon",
    "Ali Express": "aliexpress",
    "ali-express": "aliexpress",
    "okonomi": "okonomi",
    "ØKONOMI": "okonomi",
    "okonomi pa nett": "okonomi",
}


@pytest.mark.parametrize(("query", "slug"), FOUND.items())
def test_a_service_is_found_by(shelf, query, slug):
    assert [service.slug for service in catalogue.search(query)] == [slug]


@pytest.mark.parametrize(
    "query", ["ebay", "amazon.fr", "!!!", "%", "_", "\0", "[", "https://", "http://[", "a" * 5000]
)
def test_nothing_is_found_by(shelf, query):
    assert list(catalogue.search(query)) == []


@pytest.mark.parametrize("letter", ["ة", "ه", "\ufe94"])  # the last as old programs paste it
def test_arabic_letters_that_are_mixed_up_are_one(letter):
    assert catalogue.fold(f"صفح{letter}") == "صفحه"


@pytest.mark.parametrize("query", ["", "   "])
def test_an_empty_search_lists_all(shelf, query):
    assert [each.slug for each in catalogue.search(query)] == ["aliexpress", "amazon", "okonomi"]


def test_an_exact_name_comes_before_a_beginning_before_a_part():
    for slug, name in (("aaa", "My Prime"), ("bbb", "Prime Video"), ("ccc", "Prime")):
        listed(slug=slug, name=name)
    assert [each.slug for each in catalogue.search("prime")] == ["ccc", "bbb", "aaa"]


def test_a_service_with_several_guides_is_found_once(shelf):
    make_guide(service=catalogue.search("amazon").get())
    assert [each.slug for each in catalogue.search("amazon")] == ["amazon"]


def test_a_service_with_drafts_only_is_not_found():
    make_guide(service=make_service("secret", name="Secret"), is_published=False)
    assert [list(catalogue.search(query)) for query in ("secret", "")] == [[], []]


def test_indexing_again_forgets_the_old_names(shelf):
    service = catalogue.search("amazon").get()
    service.domains.filter(name="amazon.de").delete()
    service.translations.filter(language_code="ar").update(name="نهر")
    catalogue.index(service)
    assert [list(catalogue.search(query)) for query in ("amazon.de", "نهر")] == [[], [service]]


# --- Words in a language --------------------------------------------------------------------------


def test_text_is_in_the_language_asked_for_else_english_else_any():
    service = make_service(name="Amazon")
    service.translations.create(language_code="ar", name="أمازون", about="متجر")
    assert catalogue.text(service, "name", "ar") == ("أمازون", "ar")
    assert catalogue.text(service, "name", "nb") == ("Amazon", "en")
    assert catalogue.text(service, "about", "nb") == ("متجر", "ar")
    assert catalogue.text(make_service(), "about", "nb") == ("", "en")


# --- The way of a guide ---------------------------------------------------------------------------


def keys(guide):
    return [step.key for step in catalogue.way(guide)]


def test_a_way_is_in_the_order_of_positions():
    guide = make_guide()
    make_step(guide, "last", position=2)
    make_step(guide, "first", position=0)
    assert keys(guide) == ["first", "last"]


def test_a_way_goes_on_with_the_steps_of_another_guide():
    computer, tablet, phone = make_guide(), make_guide(), make_guide()
    make_way("sign-in", "confirm", guide=computer)
    make_way("rotate", ("as-on-a-computer", {"continues_with": computer}), guide=tablet)
    make_way("open", ("as-on-a-tablet", {"continues_with": tablet}), "celebrate", guide=phone)
    before = ["open", "as-on-a-tablet", "rotate", "as-on-a-computer"]
    assert keys(phone) == [*before, "sign-in", "confirm", "celebrate"]


def test_a_retired_continuation_is_there_for_those_who_have_been_there_only():
    other, guide = make_guide(), make_guide()
    make_step(other, "theirs")
    make_step(guide, "go-on", continues_with=other, retired_at=timezone.now())
    assert keys(guide) == ["go-on", "theirs"]
    assert catalogue.current(catalogue.way(guide)) == []
    assert catalogue.current(catalogue.way(other)) != []


def test_a_circle_that_got_in_ends():
    one, two = make_guide(), make_guide()
    make_way("a", ("to-two", {"continues_with": two}), guide=one)
    make_way("b", ("to-one", {"continues_with": one}), guide=two)
    assert keys(one) == ["a", "to-two", "b", "to-one"]


def test_many_ways_cost_two_queries():
    other, guides = make_guide(), [make_guide() for _ in range(5)]
    make_step(other, "c")
    for guide in guides:
        make_way("a", ("b", {"continues_with": other}), guide=guide)
    with asked() as queries:
        ways = catalogue.ways([guide.pk for guide in guides])
    assert len(queries) == 2
    assert [len(ways[guide.pk]) for guide in guides] == [3] * 5


# --- What may be published ------------------------------------------------------------------------

A_WAIT = {"kind": "wait", "wait_reason": "review"}
PROBLEMS = {
    "wait_longest": (
        A_WAIT | {"wait_shortest": 4 * DAY, "wait_longest": DAY},
        "The longest wait is shorter than the shortest one.",
    ),
    "kind": (
        {"kind": "act", "wait_longest": DAY},
        "Only a step of the kind “Wait” can have a waiting period.",
    ),
    "stay_signed_out": (
        {"kind": "check", "stay_signed_out": True},
        "Only a waiting period can ask people to stay signed out.",
    ),
    "wait_reason": ({"kind": "wait"}, "Say why people have to wait."),
    "do_within": (
        A_WAIT | {"do_within": DAY},
        "Only a step of the kind “Act” can have to be done within a time.",
    ),
    "is_final": (
        {"kind": "prepare", "is_final": True},
        "Only a step of the kind “Act” can be the point of no return.",
    ),
    "is_optional": (
        {"kind": "act", "is_final": True, "is_optional": True},
        "The point of no return cannot be optional.",
    ),
    "goes_back_to": (
        A_WAIT | {"pk": 7, "goes_back_to_id": 7},
        "A step cannot go back to itself.",
    ),
}


@pytest.mark.parametrize("field", PROBLEMS)
def test_a_step_is_told_what_is_wrong_with_it(field):
    fields, message = PROBLEMS[field]
    assert catalogue.problems_of_step(Step(**fields)) == {field: message}


def test_a_wait_until_a_date_is_for_waits_only():
    told = "Only a step of the kind “Wait” can have a waiting period."
    assert catalogue.problems_of_step(Step(kind="act", until_date=True)) == {"kind": told}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "act", "do_within": DAY, "is_final": True},
        A_WAIT | {"wait_shortest": DAY, "wait_longest": DAY, "stay_signed_out": True},
        A_WAIT | {"wait_shortest": DAY},
        A_WAIT,
    ],
)
def test_a_step_that_makes_sense_has_no_problem(fields):
    assert catalogue.problems_of_step(Step(**fields)) == {}


def problems(guide):
    return catalogue.problems_of_guide(guide, list(guide.steps.all()))


def test_a_guide_without_steps_is_not_published():
    assert problems(make_guide()) == ["A published guide needs at least one step."]


def test_a_guide_with_retired_steps_only_is_not_published():
    guide = make_guide()
    make_step(guide, retired_at=timezone.now())
    assert problems(guide) == ["A published guide needs at least one step."]


def test_a_guide_without_a_title_in_any_language_is_not_published():
    guide = make_guide(title="")
    make_step(guide)
    assert problems(guide) == ["A published guide needs a title in at least one language."]


def test_a_title_in_one_language_is_enough():
    guide = make_guide(title="")
    guide.translations.create(language_code="ar", title="حذف الحساب")
    make_step(guide)
    assert problems(guide) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"do_within": DAY},
            "The first step cannot have to be done within a time: nothing comes before it.",
        ),
        (
            {"while_waiting": True},
            "The first step cannot be done while waiting: no waiting period comes before it.",
        ),
    ],
)
def test_the_first_step_has_nothing_before_it(fields, expected):
    guide = make_guide()
    make_way(("first", fields), "second", guide=guide)
    assert problems(guide) == [expected]


@pytest.mark.parametrize("between", [0, 1, 3])
def test_a_guide_does_not_continue_with_itself_through_any_number_of_others(between):
    ring = [make_guide() for _ in range(between + 1)]
    for guide, following in zip(ring, ring[1:] + ring[:1], strict=True):
        make_step(guide, continues_with=following)
    assert problems(ring[0]) == [
        "The guide continues with itself, directly or through other guides."
    ]


def test_a_circle_is_seen_before_its_last_step_is_saved():
    guide, other = make_guide(), make_guide()
    make_step(other, continues_with=guide)
    told = ["The guide continues with itself, directly or through other guides."]
    assert catalogue.problems_of_guide(guide, [Step(continues_with=other)]) == told


def test_two_guides_may_continue_with_the_same_one():
    shared, one, two = make_guide(), make_guide(), make_guide()
    for guide in (one, two):
        make_step(guide, continues_with=shared)
    assert (problems(one), problems(two)) == ([], [])


def test_publishing_shows_the_guide():
    guide = make_guide(is_published=False)
    make_way("send", ("review", wait(days=4)), guide=guide)
    catalogue.publish(guide)
    guide.refresh_from_db()
    assert guide.is_published


def test_publishing_is_refused_with_every_reason():
    guide = make_guide(is_published=False, title="")
    expected = [
        "A published guide needs at least one step.",
        "A published guide needs a title in at least one language.",
    ]
    with pytest.raises(ValidationError, match=re.escape(str(expected))) as refusal:
        catalogue.publish(guide)
    guide.refresh_from_db()
    assert (refusal.value.messages, guide.is_published) == (expected, False)
