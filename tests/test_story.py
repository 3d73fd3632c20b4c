"""The whole job in a real Chromium, as a newcomer does it: out of Amazon, from search to "gone".

The clock is moved, nothing sleeps. What a page says is found by its place and its state, so that
the same story is told in every language.
"""

import re
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import expect

from guides.domain import search
from guides.models import Journey, Reminder, User
from tests import chromium, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=OSLO)  # a Sunday
DAY = timedelta(days=1)
ADDRESS = "newcomer@example.org"
CONTACT = "services/amazon/contact-customer-service/"
TITLES = {
    "en": "Ask customer service to close the account",
    "ar": "اطلب من خدمة العملاء إغلاق حسابك",
    "nb": "Be kundeservice om å avslutte kontoen",
}
NAMES = {"en": "Amazon", "ar": "أمازون", "nb": "Amazon"}
BEFORE_THE_REQUEST = 5  # of the ten steps
REQUEST, APPROVAL, PHONES, SHARERS, CHECK = range(5, 10)


@pytest.fixture
def newcomer(new_page, smtp_server, clock):
    call_command("load_content", stdout=StringIO())
    return lambda kind=Newcomer, **options: kind(new_page, smtp_server, clock, **options)


class Newcomer:
    """One person with one browser, in one language; each method is something that they do."""

    def __init__(self, new_page, mailbox, clock, *, language, javascript=True):
        self.page = new_page(
            locale=language, timezone_id="Europe/Oslo", java_script_enabled=javascript
        )
        self.mailbox, self.clock = mailbox, clock
        self.language, self.javascript = language, javascript

    # --- Hands and eyes

    def find(self, selector):
        return self.page.locator(selector)

    def press(self, selector):
        self.find(selector).first.click()

    def types(self, selector, text):
        self.find(selector).fill(text)

    def sees(self, path):
        """The page at `path` is whole, in the right language, and everybody can use it."""
        expect(self.page).to_have_url(re.compile(path + "$"))
        expect(self.find("html")).to_have_attribute("lang", self.language)
        expect(self.find("html")).to_have_attribute(
            "dir", "rtl" if self.language == "ar" else "ltr"
        )
        expect(self.find("main")).to_have_count(1)
        expect(self.find("h1")).to_have_count(1)
        self.finds_no_barrier()

    def finds_no_barrier(self):
        if not self.javascript:
            return  # axe is JavaScript; the pages are the same
        found = Axe().run(self.page, options=chromium.AS_IT_IS)
        assert found.violations_count == 0, found.generate_report()

    def step(self, number):
        """A step in the whole way, which stands beside the open one."""
        return self.find(".wizard-way .way-step").nth(number)

    def state(self, number, state):
        expect(self.step(number)).to_have_attribute("data-state", state)

    def tells_by(self, clock):
        """What a `time` on the page says is that moment, by the clock on this person's wall."""
        return clock.astimezone(OSLO if self.javascript else ZoneInfo("UTC"))

    def reads_time(self, selector, moment):
        local = self.tells_by(moment)
        expect(self.find(selector)).to_have_attribute("datetime", local.isoformat())
        expect(self.find(selector)).to_contain_text(re.compile(f"{local:%H[.:]%M}"))

    def newest_message(self):
        message = self.mailbox.messages[-1]
        assert message["To"] == ADDRESS
        return message

    def words(self, text):
        with override(self.language):
            return gettext(text)

    # --- Until the first step

    def opens_the_first_page(self):
        self.page.goto("/")
        self.sees(f"/{self.language}/")

    def searches(self, query):
        self.types("#q", query)
        if not self.javascript:
            self.press("form.search button")
        self.sees_what_is_found(query)
        self.finds_no_barrier()
        self.press(".result a")
        self.sees(f"/{self.language}/services/amazon/")

    def sees_what_is_found(self, query):
        """Amazon first, then the others whose names hold `query`, and no service beside those."""
        found = [
            f"/{self.language}/services/{service.slug}/"
            for service in search.describe(search.find(query).ids)
        ]
        assert found[0] == f"/{self.language}/services/amazon/"
        assert len(found) < 5
        expect(self.find(".result")).to_have_count(len(found))
        links = self.find(".result a").all()
        assert [link.get_attribute("href") for link in links] == found

    def compares_two_ways(self):
        expect(self.find("section[aria-labelledby=always] dd")).to_have_count(2)
        expect(self.find(".choice")).to_have_count(2)
        expect(self.find(".choice .device")).to_have_count(2)
        expect(self.find(".choice .line")).to_have_count(2)
        self.press(f".choice a[href$='{CONTACT}']")
        self.sees(f"/{self.language}/{CONTACT}")
        expect(self.find("h1")).to_have_text(TITLES[self.language])

    def signs_up_to_start(self):
        self.press("main a[href^='/accounts/signup/']")
        self.signs_up()

    def signs_up(self):
        self.sees(r"/accounts/signup/\?.*")
        self.types("[name=email]", ADDRESS)
        self.press("main form button")
        self.sees(r"/accounts/confirm-email/.*")
        text = self.newest_message().get_body(["plain"]).get_content()
        self.types("[name=code]", re.search(r"^\d{4}-?\d{4}\b", text, re.MULTILINE)[0])
        self.press("main form button")
        self.stands_before_the_first_step()

    def starts(self):
        self.press("form[action$='/start/'] button")
        self.stands_before_the_first_step()

    def stands_before_the_first_step(self):
        self.sees(f"/{self.language}/journeys/[0-9a-f-]+/")
        expect(self.step(0)).to_have_attribute("aria-current", "step")

    # --- On the way

    def ticks(self, number, act="done"):
        """Press the button of the open step: the page stays, and the focus moves to the next."""
        if self.javascript:
            self.page.evaluate("window.isSame = true")
        self.press(f"#step form[action$='/{act}/'] button")
        self.state(number, {"done": "done", "skip": "skipped"}[act])
        self.finds_no_barrier()
        if self.javascript:
            expect(self.find("#step")).to_be_focused()
            assert self.page.evaluate("window.isSame") is True

    def undoes(self, number):
        self.press(".undo-bar button")
        self.state(number, "to_do")

    def is_asked_before(self, number):
        """The point of no return: going back changes nothing, going on does it."""
        self.press("#step a[href$='/sure/']")
        self.sees(r"/steps/\d+/sure/")
        self.press("main form a.button")
        self.state(number, "to_do")
        self.press("#step a[href$='/sure/']")
        self.sees(r"/steps/\d+/sure/")
        self.press("main form button")
        self.state(number, "done")
        self.finds_no_barrier()

    def reads_the_card(self):
        self.state(APPROVAL, "waiting")
        expect(self.find(".waiting-card h2")).to_contain_text(NAMES[self.language])
        self.reads_time(".waiting-card time", NOW + 4 * DAY)

    def does_two_things_meanwhile(self):
        expect(self.find("section[aria-labelledby=meanwhile] li")).to_have_count(2)
        for number in (PHONES, SHARERS):
            self.press("section[aria-labelledby=meanwhile] form button")
            self.state(number, "done")
        expect(self.find("section[aria-labelledby=meanwhile] form")).to_have_count(0)
        self.finds_no_barrier()

    def leaves_aliexpress_too(self):
        self.page.goto(f"/{self.language}/services/aliexpress/computer/")
        self.starts()
        for number in range(4):
            self.ticks(number)
        self.is_asked_before(4)

    def reads_the_list(self):
        self.press(".site-nav a[href$='/journeys/']")
        self.sees(f"/{self.language}/journeys/")
        expect(self.find(".journey-row[data-state=waiting]")).to_have_count(2)
        self.reads_time(".journey-row:nth-child(1) time", NOW + DAY)  # AliExpress, tomorrow
        self.reads_time(".journey-row:nth-child(2) time", NOW + 4 * DAY)

    # --- Four days later

    def is_written_to(self):
        """One message for both, what just ended before what is asked again. Gives Amazon's link."""
        before = len(self.mailbox.messages)
        self.clock.shift(4 * DAY)
        call_command("send_reminders")
        assert len(self.mailbox.messages) == before + 1
        message = self.newest_message()
        with override(self.language):
            subject = ngettext("%(counter)s thing needs you", "%(counter)s things need you", 2)
        assert message["Subject"] == subject % {"counter": 2}
        html = pages.read(message.get_body(["html"]).get_content()).one("html")
        assert (html["lang"], html["dir"] == "rtl") == (self.language, self.language == "ar")
        amazon = html.all(class_="part")[0]
        assert NAMES[self.language] in amazon.one("h1").text
        return amazon.one("a", class_="button")["href"]

    def follows(self, link):
        self.page.goto(link)
        self.sees(rf"/{self.language}/journeys/.+/\?step=\d+")
        expect(self.step(CHECK)).to_have_attribute("aria-current", "step")
        self.state(APPROVAL, "over")

    def says_that_it_is_gone(self):
        expect(self.find("#step form button")).to_have_text(self.words("It is gone"))
        self.press("#step form button")
        expect(self.find("h1")).to_contain_text(NAMES[self.language])
        expect(self.find(".gone-mark")).to_be_visible()
        self.sees(f"/{self.language}/journeys/[0-9a-f-]+/")


class KeyboardUser(Newcomer):
    """The same person without a mouse: goes from stop to stop, and types where the focus is."""

    def goes_to(self, selector):
        wanted = self.find(selector).first
        expect(wanted).to_be_visible()
        for _ in range(100):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"{selector} cannot be reached")

    def press(self, selector):
        self.goes_to(selector)
        self.page.keyboard.press("Enter")

    def types(self, selector, text):
        self.goes_to(selector)
        self.page.keyboard.insert_text(text)


def tell(person, query):
    person.opens_the_first_page()
    person.searches(query)
    person.compares_two_ways()
    person.signs_up_to_start()
    person.ticks(0, "skip")
    person.undoes(0)
    for number in range(BEFORE_THE_REQUEST):
        person.ticks(number)
    person.is_asked_before(REQUEST)
    person.reads_the_card()
    person.does_two_things_meanwhile()
    person.leaves_aliexpress_too()
    person.reads_the_list()
    person.follows(person.is_written_to())
    person.says_that_it_is_gone()


@pytest.mark.parametrize(
    ("language", "query", "javascript"),
    [("en", "amaz", True), ("ar", "أمازون", True), ("en", "amazon.de", False)],
)
def test_a_newcomer_leaves_amazon_for_good(newcomer, language, query, javascript):
    tell(newcomer(language=language, javascript=javascript), query)
    amazon = Journey.objects.get(guide__service__slug="amazon")
    assert (amazon.outcome, amazon.finished_at) == ("gone", NOW + 4 * DAY)
    assert Journey.objects.get(guide__service__slug="aliexpress").finished_at is None
    assert Reminder.objects.unsent().filter(journey=amazon).count() == 0
    zone = "Europe/Oslo" if javascript else "UTC"
    assert User.objects.values_list("email", "language", "time_zone").get() == (
        ADDRESS,
        language,
        zone,
    )


def test_a_newcomer_without_a_mouse_leaves_amazon_for_good(newcomer):
    person = newcomer(KeyboardUser, language="nb")
    tell(person, "amaz")
    assert Journey.objects.get(guide__service__slug="amazon").outcome == "gone"


# --- What could go wrong between htmx and whole pages ---------------------------------------------


@pytest.fixture
def traveller(newcomer, browser):
    """A newcomer who stands before the first step."""
    person = newcomer(language="en")
    person.page.goto(f"/en/{CONTACT}")
    person.signs_up_to_start()
    return person


def test_going_back_to_a_search_shows_the_whole_page(newcomer):
    person = newcomer(language="en")
    person.opens_the_first_page()
    person.searches("amaz")
    person.page.go_back()
    person.sees(r"/en/\?q=amaz")
    person.sees_what_is_found("amaz")


def test_whoever_is_no_longer_signed_in_gets_to_the_sign_in_page(traveller):
    traveller.page.context.clear_cookies(name="sessionid")
    traveller.press("#step form[action$='/done/'] button")
    traveller.sees(r"/accounts/login/\?next=.*")


def test_a_tick_that_is_refused_loads_the_page_anew(traveller):
    traveller.page.context.clear_cookies(name="csrftoken")
    with traveller.page.expect_event("load"):
        traveller.press("#step form[action$='/done/'] button")
    traveller.state(0, "to_do")
    traveller.ticks(0)


def test_saying_when_the_final_step_was_done_is_asked_about_too(traveller):
    for number in range(BEFORE_THE_REQUEST):
        traveller.ticks(number)
    traveller.press("#step details:has(#happened-at) summary")
    traveller.find("#happened-at").fill("2026-11-20T09:30")
    traveller.press("#step details:has(#happened-at) form button")
    traveller.sees(r"/steps/\d+/sure/\?happened_at=2026-11-20T09%3A30")
    traveller.press("main form button")
    traveller.reads_time(".waiting-card time", datetime(2026, 11, 24, 9, 30, tzinfo=OSLO))
