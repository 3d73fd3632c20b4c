"""The wizard and the list in a real Chromium: focus, announcements, remaining time, small screens.

What a screen reader would say is read from the accessibility tree of the browser.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from playwright.sync_api import expect

from guides.domain import journeys
from guides.models import Journey
from guides.templatetags import journeys as said
from tests.factories import make_guide, make_service, make_step, make_user, make_way, wait
from tests.test_journey_pages import CHECK, DAY, HOUR, LEAVING, MINUTE, NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]

SHORT = ("send", ("review", wait(hours=3)), ("look", CHECK))
CONFIRMING = ("send", ("confirm", {"do_within": 5 * DAY, "is_final": True}), ("look", CHECK))


class Person:
    """Alice in a browser, on one journey or before all of them; presses keys, looks and listens."""

    def __init__(self, new_page, *rows, ticked=(), language="en", **options):
        self.alice = make_user()
        self.guide = make_guide(service=make_service("amazon", name="Amazon"))
        self.way = make_way(*rows, guide=self.guide)
        self.journey = journeys.start(user=self.alice, guide=self.guide, now=NOW)
        for key in ticked:
            journeys.complete_step(journey=self.journey, step=self.way[key], now=NOW)
        self.page = new_page(locale=language, timezone_id="Europe/Oslo", **options)
        self.path = f"/{language}/journeys/{self.journey.pk}/"
        self.sign_in()

    def sign_in(self):
        client = Client()
        client.force_login(self.alice)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": "sessionid", "value": value, "domain": "localhost", "path": "/"}]
        )

    def open(self, query=""):
        self.page.goto(self.path + query)
        return self

    def find(self, selector):
        return self.page.locator(selector)

    def press(self, act, key=""):
        """The button that leads to `act`; the page stays, and what it shows is new."""
        step = f"steps/{self.way[key].pk}/" if key else ""
        self.find(f"form[action$='{step}{act}/'] button").first.click()

    def stands_at(self, title):
        """The step is open, and has the focus."""
        expect(self.find("#step-title")).to_have_text(title)
        expect(self.find("#step")).to_be_focused()

    def tree(self):
        """What assistive technology is told: role, name and whether it has the focus."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        return [node for node in nodes if not node["ignored"]]

    def hears(self):
        """What the live region says, from the text in the tree below it."""
        by_id = {node["nodeId"]: node for node in self.tree()}
        (region,) = [node for node in by_id.values() if _value(node, "role") == "status"]
        assert [
            each["value"]["value"] for each in region["properties"] if each["name"] == "live"
        ] == ["polite"]
        texts = [by_id[child] for child in region["childIds"] if child in by_id]
        return "".join(_value(text, "name") for text in texts)

    def focused(self):
        """Role and name of what has the focus."""
        (node,) = [
            node
            for node in self.tree()
            if {"name": "focused", "value": {"type": "booleanOrUndefined", "value": True}}
            in node.get("properties", [])
            and _value(node, "role") != "RootWebArea"
        ]
        return _value(node, "role"), _value(node, "name")


def _value(node, key):
    return node.get(key, {}).get("value", "")


@pytest.fixture
def person(new_page):
    return lambda *rows, **more: Person(new_page, *rows, **more)


# --- What is heard, and where the focus is --------------------------------------------------------


def test_a_tick_is_read_out_and_the_focus_goes_to_the_next_step(person):
    alice = person(*LEAVING).open()
    assert alice.hears() == ""
    alice.press("skip", "save")
    expect(alice.find("#step")).to_be_focused()
    assert alice.focused() == ("region", "Ask")
    assert alice.hears() == "1 of 7 done. Skipped: Save"
    alice.press("done", "ask")
    expect(alice.find("#news")).to_have_text("2 of 7 done. Done: Ask")
    assert (alice.hears(), alice.focused()) == ("2 of 7 done. Done: Ask", ("region", "Send"))


def test_an_undo_is_read_out(person):
    alice = person(*LEAVING).open()
    alice.press("skip", "save")
    alice.press("undo")
    expect(alice.find("#news")).to_have_text("0 of 7 done. Undone: Save")
    assert (alice.hears(), alice.focused()) == ("0 of 7 done. Undone: Save", ("region", "Save"))


def test_opening_another_step_moves_the_focus_and_announces_no_act(person):
    alice = person(*LEAVING).open()
    alice.page.get_by_role("link", name="Ask").click()
    expect(alice.find("#step-title")).to_have_text("Ask")
    expect(alice.find("#step")).to_be_focused()
    assert (alice.hears(), alice.focused()) == ("", ("region", "Ask"))


def test_what_is_refused_takes_the_focus(person):
    alice = person(*LEAVING).open()
    journeys.complete_step(journey=alice.journey, step=alice.way["save"], now=NOW)
    alice.press("skip", "save")
    message = alice.find(".messages")
    expect(message).to_be_focused()
    expect(message).to_have_text("This step is done already.")
    assert alice.hears() == ""


def test_a_waiting_card_is_named_by_what_not_to_do(person):
    alice = person(*LEAVING, ticked=["ask"])
    alice.page.goto(f"{alice.path}steps/{alice.way['send'].pk}/sure/")
    alice.find("main form button").click()
    expect(alice.find(".waiting-card")).to_be_visible()
    assert (
        "region",
        "Do not sign in to Amazon until Thursday 26\N{NO-BREAK SPACE}November, 13:00",
    ) in [(_value(node, "role"), _value(node, "name")) for node in alice.tree()]


def test_the_way_in_small_is_for_the_eye_and_the_whole_one_for_the_ear(person):
    alice = person(*LEAVING, ticked=["ask"]).open()
    names = [(_value(node, "role"), _value(node, "name")) for node in alice.tree()]
    assert ("progressbar", "1 of 7 done") in names
    assert ("navigation", "All steps") in names
    assert not [node for node in names if node[0] == "image"]
    way = alice.page.get_by_role("navigation", name="All steps")
    expect(way.get_by_role("listitem")).to_have_count(len(LEAVING) + 1)  # and the end of it


# --- The remaining time ---------------------------------------------------------------------------


def remaining(language, left):
    with translation.override(language):
        return said.remaining(NOW + left, NOW)


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_the_remaining_time_stays_true_in_the_words_of_the_page(person, language):
    alice = person(*SHORT, ticked=["send"], language=language)
    alice.page.clock.install(time=NOW)
    alice.open()
    left = alice.find(".waiting-remaining [data-until]")
    expect(left).to_have_text(remaining(language, 3 * HOUR))
    passed = timedelta()
    for more in (MINUTE, 58 * MINUTE, MINUTE, HOUR, 49 * MINUTE, 8 * MINUTE, MINUTE):
        passed += more
        alice.page.clock.fast_forward(more // timedelta(milliseconds=1))
        expect(left).to_have_text(remaining(language, 3 * HOUR - passed))


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_every_number_of_days_is_said_as_the_server_says_it(person, language):
    alice = person("send", ("review", wait(days=120)), ticked=["send"], language=language)
    alice.page.clock.install(time=NOW)
    alice.open()
    left = alice.find(".waiting-remaining [data-until]")
    for days in (20, 97, 1, 1):
        alice.page.clock.fast_forward(days * DAY // timedelta(milliseconds=1))
    expect(left).to_have_text(remaining(language, DAY))


def test_a_wrong_clock_on_the_device_does_not_matter(person):
    alice = person(*SHORT, ticked=["send"])
    alice.page.clock.install(time=NOW + 2 * HOUR)
    alice.open()
    expect(alice.find("[data-until]")).to_have_text("3 hours")
    alice.page.clock.fast_forward(60_000)
    expect(alice.find("[data-until]")).to_have_text("2 hours and 59 minutes")


def test_what_a_tick_brings_is_kept_true_too(person):
    alice = person(*SHORT)
    alice.page.clock.install(time=NOW)
    alice.open().press("done", "send")
    alice.stands_at("Review")
    expect(alice.find("[data-until]")).to_have_text("3 hours")
    alice.page.clock.fast_forward(70_000)
    expect(alice.find("[data-until]")).to_have_text("2 hours and 59 minutes")


def test_when_the_time_is_up_the_page_says_so_by_itself(person, clock):
    alice = person(*SHORT, ticked=["send"])
    alice.page.clock.install(time=NOW)
    alice.open()
    clock.move_to(NOW + 3 * HOUR)
    alice.page.clock.fast_forward(3 * HOUR // timedelta(milliseconds=1))
    expect(alice.find("#step-title")).to_have_text("Look")
    expect(alice.find("#news")).to_have_text("Look")
    assert alice.hears() == "Look"
    assert alice.page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("unsaved", ["typed", "chosen"])
def test_nothing_that_somebody_types_or_chooses_is_swept_away(person, clock, unsaved):
    alice = person(*SHORT, ticked=["send"])
    alice.page.clock.install(time=NOW)
    alice.open()
    asked = []
    alice.page.on("request", lambda request: asked.append(request.resource_type))
    for closed in alice.find("main summary").all():
        closed.click()
    field = alice.find("#days" if unsaved == "typed" else "#outcome-refused")
    field.fill("12") if unsaved == "typed" else field.check()
    field.blur()
    clock.move_to(NOW + 3 * HOUR)
    alice.page.clock.fast_forward(3 * HOUR // timedelta(milliseconds=1))
    expect(field).to_be_visible()
    assert "xhr" not in asked
    field.evaluate("field => { field.value = field.defaultValue; field.checked = false }")
    alice.page.clock.fast_forward(60_000)
    expect(alice.find("#step-title")).to_have_text("Look")


def test_without_javascript_the_time_and_the_date_are_there(person):
    alice = person(*SHORT, ticked=["send"], java_script_enabled=False).open()
    expect(alice.find(".waiting-remaining")).to_have_text("3 hours left. We will write to you.")
    expect(alice.find(".waiting-until")).to_have_text("Sunday 22 November, 16:00")


# --- With keys alone ------------------------------------------------------------------------------


def tab_to(alice, selector, most=40):
    """Press Tab until it has the focus, which must be seen on the way everywhere."""
    for _ in range(most):
        alice.page.keyboard.press("Tab")
        if alice.page.evaluate("document.activeElement === document.body"):
            continue  # once around
        outline = alice.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", alice.focused()
        if alice.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def test_the_whole_way_is_gone_with_keys_alone(person, clock):
    alice = person(*LEAVING).open()
    tab_to(alice, "#step form[action$='/skip/'] button")
    alice.page.keyboard.press("Enter")
    alice.stands_at("Ask")
    tab_to(alice, "#step form[action$='/done/'] button", most=3)
    alice.page.keyboard.press("Space")
    alice.stands_at("Send")
    tab_to(alice, "#step a[href$='/sure/']", most=3)
    alice.page.keyboard.press("Enter")
    expect(alice.find(".final-card")).to_be_visible()
    tab_to(alice, "main form button")
    alice.page.keyboard.press("Enter")
    expect(alice.find(".waiting-card")).to_be_visible()
    for left in (1, 0):
        tab_to(alice, ".meanwhile form button")
        alice.page.keyboard.press("Enter")
        expect(alice.find(".meanwhile form")).to_have_count(left)
        alice.stands_at("Do not sign in to Amazon until Thursday 26 November, 13:00")
    clock.move_to(NOW + 4 * DAY)
    alice.open()
    tab_to(alice, "#step form button")
    alice.page.keyboard.press("Enter")
    expect(alice.find("h1")).to_have_text("Amazon is gone")
    assert Journey.objects.get().outcome == "gone"


def test_the_open_step_comes_before_the_whole_way(person):
    """Also for the keys: first what is to be done, then what was and will be."""
    alice = person(*LEAVING, ticked=["ask"]).open()
    tab_to(alice, "#step a.button")
    tab_to(alice, ".wizard-way a")
    with pytest.raises(pytest.fail.Exception):
        tab_to(alice, "#step a.button", most=6)


# --- On a phone -----------------------------------------------------------------------------------

PHONE = {"viewport": {"width": 360, "height": 740}}


def test_on_a_phone_the_whole_way_opens_over_the_page(person):
    alice = person(*LEAVING, ticked=["ask"], **PHONE).open()
    way, opener = alice.find(".wizard-way"), alice.find(".way-opener")
    expect(way).to_be_hidden()
    opener.focus()
    alice.page.keyboard.press("Enter")
    expect(way).to_be_visible()
    assert alice.focused() == ("button", "All steps")
    alice.page.keyboard.press("Escape")
    expect(way).to_be_hidden()
    opener.click()
    way.get_by_role("link", name="Ask").click()
    expect(alice.find("#step-title")).to_have_text("Ask")
    expect(alice.find(".wizard-way")).to_be_hidden()


def test_on_a_desk_the_whole_way_stands_beside(person):
    alice = person(*LEAVING).open()
    way, step = alice.find(".wizard-way").bounding_box(), alice.find("#step").bounding_box()
    assert way["x"] >= step["x"] + step["width"]
    assert alice.find(".way-opener").is_hidden()


def test_after_a_tick_on_a_phone_the_undo_is_in_view(person):
    """However far down the button was that was pressed."""
    rows = ["send", "write", "look"]
    alice = person(*rows, **PHONE)
    for step in alice.way.values():
        step.translations.update(body="A long explanation. " * 200)
    alice.open().press("done", "send")
    expect(alice.find("#step-title")).to_have_text("Write")
    for part in (".undo-bar button", "#step-title"):
        box = alice.find(part).bounding_box()
        assert 0 <= box["y"] < box["y"] + box["height"] <= PHONE["viewport"]["height"], part
    alice.page.mouse.wheel(0, 600)
    expect(alice.find(".undo-bar button")).to_be_in_viewport()


# --- Small screens and great zoom -----------------------------------------------------------------


def waiting(make, **options):
    return make(*LEAVING, ticked=["ask", "send"], **options)


STATES = {
    "to do": lambda make, **options: make(*LEAVING, **options),
    "final": lambda make, **options: make(*LEAVING, ticked=["save", "ask"], **options),
    "waiting": waiting,
    "plain wait": lambda make, **options: make(*SHORT, ticked=["send"], **options),
    "deadline": lambda make, **options: make(*CONFIRMING, ticked=["send"], **options),
}
# Of a phone, and of a desk at 400 %: 1280 by 1024 is then 320 by 256.
SMALL = {"phone": (320, 640), "zoom": (320, 256)}

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Everything to press, as large as the finger finds it; links within a sentence may be smaller.
TARGETS = """[...document.querySelectorAll("main :is(a, button, summary, label, input)")]
  .filter((part) => part.checkVisibility() && part.type !== "hidden" && !part.closest(".prose"))
  .filter((part) => !part.matches(".check input, .outcome input, .visually-hidden"))
  .map((part) => [part.outerHTML.slice(0, 90), part.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([html]) => html)"""
MAIN_TARGETS = """[...document.querySelectorAll("main .button")]
  .filter((part) => part.checkVisibility())
  .filter((part) => part.getBoundingClientRect().height < 44)
  .map((part) => part.outerHTML)"""
CUT_OFF = """[...document.querySelectorAll("main *")]
  .filter((part) => part.checkVisibility())
  .filter((part) => !part.closest("svg, progress, .rail, .visually-hidden"))
  .filter((part) => {
    const { left, right } = part.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1;
  })
  .map((part) => part.outerHTML.slice(0, 90))"""


def fits(page):
    return [page.evaluate(what) for what in (TOO_WIDE, CUT_OFF, TARGETS, MAIN_TARGETS)]


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize("state", STATES)
def test_the_wizard_fits_a_small_screen(person, state, size, language):
    width, height = SMALL[size]
    viewport = {"width": width, "height": height}
    alice = STATES[state](person, language=language, viewport=viewport).open()
    for closed in alice.find("main details").all():
        closed.evaluate("details => { details.open = true }")
    assert fits(alice.page) == [0, [], [], []]
    alice.find(".way-opener").click()
    assert fits(alice.page) == [0, [], [], []]


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_the_list_fits_a_small_screen(person, language):
    alice = waiting(person, language=language, viewport={"width": 320, "height": 640})
    for number in range(14):
        guide = make_guide(service=make_service(f"long-{number}", name="Kleinanzeigen" * 3))
        make_step(guide, "send")
        journey = journeys.start(user=alice.alice, guide=guide, now=NOW)
        if number > 12:
            journeys.finish(journey=journey, outcome="no_answer", now=NOW)
    alice.page.goto(f"/{language}/journeys/?all=ready")
    expect(alice.find(".journey-row")).to_have_count(15)
    assert fits(alice.page) == [0, [], [], []]


def test_a_row_is_pressed_anywhere(person):
    alice = waiting(person)
    alice.page.goto("/en/journeys/")
    alice.find(".journey-row").click(position={"x": 5, "y": 5})
    expect(alice.page).to_have_url(f"{alice.page.url.split('/en/')[0]}{alice.path}")


def test_the_list_is_heard_as_a_list_and_its_drawing_is_not(person):
    alice = waiting(person)
    alice.page.goto("/en/journeys/")
    names = [(_value(node, "role"), _value(node, "name")) for node in alice.tree()]
    assert ("region", "Waiting") in names
    assert ("time", "") in names or ("time", "Monday 23 November, 13:00") in names
    assert not [role for role, _ in names if role in {"image", "graphics-document", "SvgRoot"}]
