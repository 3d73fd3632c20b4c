"""Content files that are broken: each is named with key and reason, and nothing is loaded."""

import pytest

from guides.domain.content_files import ContentError
from guides.models import Service
from tests.domain.shop import FACTS, WORDS, change, everything, load, write

pytestmark = pytest.mark.django_db

W = "guides[website]"
FIRST = (
    "guides[website]: The first step cannot have to be done within a time: nothing comes before it."
)
KIND = "must be one of prepare, act, wait, check"
SLUG = "must be small letters, digits and single hyphens"
ADDRESS = "must be an address that begins with https://"
DATE = "must be a date like 2026-11-22, without quotation marks"
LENGTH = "is not a length of time like “4 days” or “24 hours”"
NUL = "has a character that cannot be kept (NUL)"
SHOP_PAGE = "https://shop.example/help"
BROKEN = {
    "no slug": ("service", 'slug = "shop"\n', "", "slug", "is missing"),
    "another slug": ("service", '"shop"', '"store"', "slug", "must be “shop”, like its folder"),
    "no domains": (
        "service",
        'domains = ["shop.example", "shop.no"]\n',
        "",
        "domains",
        "is missing",
    ),
    "domains as text": (
        "service",
        '["shop.example", "shop.no"]',
        '"shop.no"',
        "domains",
        "must be a list of domains like amazon.com: small letters, without www.",
    ),
    "no goal": ("service", 'goal = "close"\n', "", W + ".goal", "is missing"),
    "unknown goal": (
        "service",
        '"close"',
        '"flee"',
        W + ".goal",
        "must be one of close, erase, deactivate",
    ),
    "a date as text": ("service", "2026-11-22", '"2026-11-22"', W + ".checked_on", DATE),
    "a flag as text": (
        "service",
        "published = true",
        'published = "yes"',
        W + ".published",
        "must be true or false",
    ),
    "an unknown key": (
        "service",
        "published",
        "publisched",
        W + ".publisched",
        "is not a key that we know",
    ),
    "a source without a name": (
        "service",
        'name = "The shop"',
        "",
        W + ".sources[1].name",
        "is missing",
    ),
    "a script as an address": (
        "service",
        "https://shop.example/help",
        "javascript:alert(1)",
        W + ".sources[1].url",
        ADDRESS,
    ),
    "the name of a language": (
        "service",
        'name = "The shop"',
        'name = "The shop"\nlanguage = "English"',
        W + ".sources[1].language",
        "must be the code of a language, such as “en”",
    ),
    "a step without a key": ("service", 'key = "review"\n', "", W + ".steps[3].key", "is missing"),
    "a number as a key": ("service", 'key = "review"', "key = 7", W + ".steps[7].key", SLUG),
    "a key with a blank": (
        "service",
        'key = "review"',
        'key = "the review"',
        W + ".steps[the review].key",
        SLUG,
    ),
    "an unknown kind": (
        "service",
        'kind = "wait"',
        'kind = "sleep"',
        W + ".steps[review].kind",
        KIND,
    ),
    "a number as a length": (
        "service",
        '"4 days"',
        "4",
        W + ".steps[review].wait_longest",
        "must be a length of time like “4 days”",
    ),
    "no length": (
        "service",
        '"4 days"',
        '"soon"',
        W + ".steps[review].wait_longest",
        "“soon” " + LENGTH,
    ),
    "a step that is there twice": (
        "service",
        'key = "review"',
        'key = "ask"',
        W + ".key",
        "“ask” is there twice",
    ),
    "a guide that is there twice": (
        "service",
        'slug = "app"',
        'slug = "website"',
        "slug",
        "“website” is there twice",
    ),
    "back to nowhere": (
        "service",
        'goes_back_to = "ask"',
        'goes_back_to = "no"',
        W + ".steps[confirm].goes_back_to",
        "there is no step “no”",
    ),
    "on to nowhere": (
        "service",
        '"shop/website"',
        '"shop/no"',
        "guides[app].steps[go-on].continues_with",
        "there is no guide “shop/no”",
    ),
    "on to no guide's name": (
        "service",
        '"shop/website"',
        '"website"',
        "guides[app].steps[go-on].continues_with",
        "must name a guide like “aliexpress/computer”",
    ),
    "steps that are no list": (
        "service",
        '[[guides.steps]]\nkey = "go-on"',
        '[guides.steps]\nkey = "go-on"',
        "guides[app].steps",
        "must be written as [[…]], once for each",
    ),
    "guides that are texts": (
        "service",
        FACTS[FACTS.index("[[guides]]") :],
        'guides = ["website"]',
        "guides[1]",
        "must be a table",
    ),
    "sources that are texts": (
        "service",
        '[[guides.sources]]\nname = "The shop"\nurl = "https://shop.example/help"',
        'sources = ["The shop"]',
        W + ".sources[1]",
        "must be a table",
    ),
    "a key that is too long": (
        "service",
        'key = "review"',
        f'key = "{"r" * 81}"',
        W + f".steps[{'r' * 81}].key",
        "is longer than 80 characters",
    ),
    "an address that is too long": (
        "service",
        "/help",
        "/" + "x" * 500,
        W + ".sources[1].url",
        "is longer than 500 characters",
    ),
    "no name": ("en", 'name = "Shop"\n', "", "name", "is missing"),
    "a number as a name": ("en", '"Shop"', "1", "name", "must be a text that is not empty"),
    "an empty title": (
        "en",
        '"On the website"',
        '" "',
        "guides.website.title",
        "must be a text that is not empty",
    ),
    "a title that is too long": (
        "en",
        "On the website",
        "x" * 201,
        "guides.website.title",
        "is longer than 200 characters",
    ),
    "a character no database keeps": (
        "en",
        "Write to them.",
        "Write\\u0000",
        "guides.website.steps.ask.body",
        NUL,
    ),
    "words for an unknown guide": (
        "en",
        "guides.app",
        "guides.fax",
        "guides.fax",
        "is not in service.toml",
    ),
    "words for an unknown step": (
        "en",
        "steps.ask",
        "steps.beg",
        "guides.website.steps.beg",
        "is not in service.toml",
    ),
    "a step as a text": (
        "en",
        "[guides.app]",
        "[guides.app.steps]\ngo-on = 1\n[guides.app]",
        "guides.app.steps.go-on",
        "must be a table",
    ),
    "an unknown word": (
        "en",
        "body",
        "text",
        "guides.website.steps.ask.text",
        "is not a key that we know",
    ),
    "a fact among the words": (
        "en",
        "[guides.app]",
        "[guides.app]\nposition = 3",
        "guides.app.position",
        "is not a key that we know",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "key", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_key_and_reason(files, name, old, new, key, reason):
    change(files, old, new, name)
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == f"shop/{name}.toml: {key}: {reason}"
    assert everything() == []


def test_all_that_is_wrong_is_named_at_once(files):
    change(files, '"close"', '"flee"')
    change(files, 'kind = "wait"\n', "")
    with pytest.raises(ContentError) as error:
        load(files)
    assert [(problem.key, problem.reason) for problem in error.value.problems] == [
        (W + ".goal", "must be one of close, erase, deactivate"),
        (W + ".steps[review].kind", "is missing"),
    ]


# What only the catalogue can tell: key, what stands in its place, reason.
NONSENSE = {
    "longest shorter than shortest": (
        'wait_longest = "4 days"',
        'wait_longest = "2 hours"',
        W + ".steps[review].wait_longest: The longest wait is shorter than the shortest one.",
    ),
    "a wait without a reason": (
        'wait_reason = "review"\n',
        "",
        W + ".steps[review].wait_reason: Say why people have to wait.",
    ),
    "a deadline on the first step": (
        'key = "ask"\nkind = "act"',
        'key = "ask"\nkind = "act"\ndo_within = "1 day"',
        FIRST,
    ),
    "a guide that goes on with itself": (
        'kind = "act"\nfinal',
        'kind = "act"\ncontinues_with = "shop/app"\nfinal',
        "guides[website]: The guide continues with itself, directly or through other guides.",
    ),
    "a guide without a step": (
        FACTS[FACTS.index('\n[[guides.steps]]\nkey = "go-on"') :],
        "published = true",
        "guides[app]: A published guide needs at least one step.",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_in_the_files_is_named_too(files, old, new, expected):
    change(files, old, new)
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == f"shop/service.toml: {expected}"


def test_a_guide_published_without_a_title_is_named(files):
    for name in ("en", "ar"):
        (files / "shop" / f"{name}.toml").write_text('name = "Shop"\n')
    with pytest.raises(ContentError) as error:
        load(files)
    told = "A published guide needs a title in at least one language."
    assert str(error.value) == f"shop/service.toml: guides[website]: {told}"


UNREADABLE = {
    "broken TOML": (b"slug = ", "is not TOML: Invalid value (at end of document)"),
    "no UTF-8": ("name = «Blåbær»".encode("latin-1"), "is not UTF-8 at byte 7"),
}


@pytest.mark.parametrize("name", ["service", "nb"])
@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_named(files, name, data, reason):
    (files / "shop" / f"{name}.toml").write_bytes(data)
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == f"shop/{name}.toml: {reason}"


def test_an_unknown_language_is_named(files):
    write(files, "shop", {"xx": WORDS})
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == "shop/xx.toml: “xx” is not one of our languages"


def test_a_folder_without_facts_is_named(files):
    write(files, "empty", {"en": WORDS})
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == "empty/service.toml: is missing"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ContentError) as error:
        load(tmp_path / "nowhere")
    assert str(error.value) == f"{tmp_path / 'nowhere'}: is not a folder"


def test_a_domain_of_another_service_is_named(files):
    write(files, "store", {"service": 'slug = "store"\ndomains = ["shop.no"]\n'})
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == "store/service.toml: domains: “shop.no” belongs to shop already"


def test_a_domain_that_another_service_of_the_catalogue_has_is_named(files):
    Service.objects.create(slug="other").domains.create(name="shop.no")
    with pytest.raises(ContentError) as error:
        load(files)
    assert str(error.value) == "shop/service.toml: domains: “shop.no” belongs to other already"


def test_a_broken_file_leaves_the_whole_catalogue_as_it_was(files):
    load(files)
    before = everything()
    change(files, '"4 days"', '"5 days"')
    broken = (
        FACTS.replace('"shop"', '"store"').replace("shop.", "store.").replace("shop/", "store/")
    )
    write(files, "store", {"service": broken.replace('wait_reason = "review"\n', "")})
    with pytest.raises(ContentError):
        load(files)
    assert everything() == before
