"""The public pages as the eye meets them: on a small phone, while typing, and on paper."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from guides.domain import journeys
from tests import chromium
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ("en", "ar", "nb")
LINK = "https://www.averylongnameofaservicethatnobodycantype.example/close/account?now"
PHONE = {"viewport": {"width": 320, "height": 640}}
PAGES = {
    "home": "/{}/",
    "found": "/{}/?q=amazon",
    "not found": "/{}/?q=nowhere",
    "choice": "/{}/services/amazon/",
    "one way": "/{}/services/tumblr/",
    "guide": "/{}/services/amazon/page/",
}


@pytest.fixture
def guide():
    """One of three ways out of Amazon, to two goals, with everything that a guide can say."""
    amazon = make_service("amazon", name="Amazon", domains=[f"amazon.{x}" for x in "abcde"])
    guide = make_guide("page", service=amazon, title="Close it on Amazon’s own page")
    guide.translations.update(summary="You ask.", you_lose="- Your films", you_need="- A computer")
    guide.sources.create(name="Hjelp", url="https://amazon.no/hjelp", language="no")
    make_way(
        ("save", {"kind": "prepare", "is_optional": True, "link": LINK}),
        ("ask", {"is_final": True, "do_within": timedelta(days=5)}),
        ("review", wait(days=4, fields={"stay_signed_out": True})),
        ("phones", {"while_waiting": True}),
        ("look", {"kind": "check"}),
        guide=guide,
    )
    make_guide("phone", service=amazon, channel="phone_browser", difficulty="easy")
    make_guide("sleep", service=amazon, goal="deactivate", undo="always")
    make_guide(service=make_service("tumblr", name="Tumblr"))
    return guide


@pytest.fixture
def alice(guide):
    """She leaves Amazon by two ways: one waits, one is ready."""
    alice, now = make_user(), timezone.now()
    journey = journeys.start(user=alice, guide=guide, now=now)
    for key in ("save", "ask"):
        journeys.complete_step(journey=journey, step=guide.steps.get(key=key), now=now)
    journeys.start(user=alice, guide=guide.service.guides.get(slug="phone"), now=now)
    return alice


def sign_in(page, client, live_server, person):
    client.force_login(person)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def fits(page):
    """Nothing reaches over the edge, and axe finds no barrier."""
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} wide on {width[1]}"
    found = Axe().run(page, options=chromium.AS_IT_IS)
    assert found.violations_count == 0, found.generate_report()


# --- Small ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_the_smallest_phone(new_page, guide, language, scheme):
    page = new_page(**PHONE, color_scheme=scheme)
    for path in PAGES.values():
        page.goto(path.format(language))
        fits(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_of_somebody_who_leaves_fits_too(
    new_page, client, live_server, alice, language
):
    page = new_page(**PHONE)
    sign_in(page, client, live_server, alice)
    page.goto(f"/{language}/")
    expect(page.locator(".today .journey-row")).to_have_count(1)
    expect(page.locator(".today-waiting")).to_be_visible()
    fits(page)


def test_a_link_to_a_long_name_is_broken_within(new_page, guide):
    page = new_page(**PHONE)
    page.goto("/en/services/amazon/page/")
    link = page.locator("#save .link-out").bounding_box()
    assert link["height"] > 60  # more than one line
    assert link["x"] + link["width"] <= 320


# --- While typing ---------------------------------------------------------------------------------


def test_what_is_found_is_in_sight_above_the_keyboard(new_page, guide):
    page = new_page(viewport={"width": 360, "height": 360}, has_touch=True)  # what it leaves
    page.goto("/en/")
    page.locator("#q").press_sequentially("tumb")
    expect(page.locator(".result")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    row = page.locator(".result").bounding_box()
    field = page.locator("#q").bounding_box()
    assert 0 <= field["y"] < row["y"] < row["y"] + row["height"] <= 360


def test_on_a_desk_nothing_moves_while_typing(new_page, guide):
    page = new_page(viewport={"width": 1280, "height": 1000})
    page.goto("/en/")
    page.locator("#q").press_sequentially("tumb")
    expect(page.locator(".result")).to_have_count(1)
    assert page.evaluate("scrollY") == 0


# --- On paper -------------------------------------------------------------------------------------


@pytest.fixture
def paper(new_page, guide):
    def paper(language, *, path="services/amazon/page/", **options):
        page = new_page(**options)
        page.goto(f"/{language}/{path}")
        page.emulate_media(media="print")
        return page

    return paper


def after(locator):
    """What the style sheet prints behind an element."""
    return locator.evaluate("e => getComputedStyle(e, '::after').content")


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_has_the_way_and_nothing_to_press(paper, language):
    page = paper(language)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".before")).to_be_visible()
    expect(page.locator(".way-step")).to_have_count(6)
    pressable = page.locator(".site-header, .site-footer, .crumbs, .button, nav, form")
    assert [each.is_visible() for each in pressable.all()] == [False] * pressable.count()
    assert pressable.count() > 5


def test_paper_has_a_box_to_tick_and_a_number_for_each_step(paper):
    page = paper("en")
    boxes = [mark.bounding_box() for mark in page.locator(".way-mark").all()]
    assert len(boxes) == 6
    assert {(round(box["width"]), round(box["height"])) for box in boxes} == {(26, 26)}
    titles = page.locator(".way-title").all_inner_texts()
    assert [re.match(r"\d\. ", title) is not None for title in titles] == [True] * 5 + [False]
    marks = page.locator(".way-mark")
    inks = marks.evaluate_all("all => all.map(e => getComputedStyle(e).fontSize)")
    assert set(inks) == {"0px"}  # the number beside the box is enough


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Begun on", "Over on"]),
        ("ar", ["بدأ في", "ينتهي في"]),
        ("nb", ["Begynte", "Over"]),
    ],
)
def test_paper_has_room_for_the_days_of_a_wait(paper, language, words):
    blanks = paper(language).locator("#review .blanks span")
    assert blanks.all_inner_texts() == words
    widths = blanks.evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e, '::after').inlineSize))"
    )
    assert [width > 100 for width in widths] == [True, True]


def test_paper_has_room_for_the_day_by_which_a_step_must_be_done(paper):
    assert paper("en").locator("#ask .blanks span").all_inner_texts() == ["Do this by"]


def test_paper_has_addresses_in_full(paper):
    page = paper("en")
    assert after(page.locator("#save .link-out")) == f'"{LINK}"'
    expect(page.locator("#save .link-out span")).to_be_hidden()
    assert after(page.locator(".source a")) == '"https://amazon.no/hjelp"'
    own = page.locator("aside .print-only dd")
    expect(own).to_have_text(re.compile(r"/en/services/amazon/page/$"))
    expect(own).to_be_visible()


def test_the_screen_has_nothing_of_the_paper(page, guide):
    page.goto("/en/services/amazon/page/")
    for_paper = page.locator(".print-only")
    assert [each.is_visible() for each in for_paper.all()] == [False] * 4
    assert after(page.locator("#save .link-out")) == "none"


def test_a_button_prints(page, guide):
    page.add_init_script("window.print = () => { window.hasPrinted = true }")
    page.goto("/en/services/amazon/page/")
    page.locator("[data-print]").click()
    assert page.evaluate("window.hasPrinted") is True


def test_without_javascript_no_button_promises_to_print(new_page, guide):
    page = new_page(java_script_enabled=False)
    page.goto("/en/services/amazon/page/")
    expect(page.locator("[data-print]")).to_be_hidden()
