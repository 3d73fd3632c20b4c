"""Out of a gym, which no catalogue knows, in a real Chromium: from the search to "gone"."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from guides.models import Journey, Reminder, User
from tests import pages
from tests.test_story import ADDRESS, DAY, NOW, Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = {"en": "My gym", "ar": "نادي الحي", "nb": "Treningssenteret mitt"}
FIND, SAVE, PAID, RUNS_THROUGH, ASK, WAIT, KEEP, CHECK = range(8)


class Member(Newcomer):
    """Somebody who wants to leave a gym."""

    @property
    def gym(self):
        return NAMES[self.language]

    def looks_for_it_in_vain(self):
        self.opens_the_first_page()
        self.types("#q", self.gym)
        if not self.javascript:
            self.press("form.search button")
        link = "#results a[href*='/journeys/add/']"
        expect(self.find(link)).to_have_count(1)
        self.finds_no_barrier()
        self.press(link)
        self.sees(rf"/{self.language}/journeys/add/\?name=.+")
        expect(self.find("[name=name]")).to_have_value(self.gym)

    def adds_it(self):
        self.types("[name=address]", "javascript:alert(1)")
        self.types("[name=wait_days]", "5")
        self.press("main form button")
        expect(self.find(".error-summary")).to_be_visible()
        self.sees(f"/{self.language}/journeys/add/")
        self.types("[name=address]", "gym.example")
        self.press("main form button")
        self.page.wait_for_url("**/accounts/signup/?*")
        assert "gym" not in self.page.url

    def signs_up(self):
        super().signs_up()
        expect(self.find("h1 bdi")).to_have_text(self.gym)

    def asks_by_letter(self):
        link = self.find("#step a[target=_blank]")
        expect(link).to_have_attribute("href", "https://gym.example")
        self.ticks(FIND)
        for number in (SAVE, PAID, RUNS_THROUGH):
            self.ticks(number, "skip")
        expect(self.find("#step .letter")).to_have_count(3)
        expect(self.find("#step .letter").first).to_contain_text(self.gym)
        expect(self.find("#step .letter").first).to_have_attribute("lang", self.language)
        self.is_asked_before(ASK)

    def waits_as_long_as_they_said(self):
        self.state(WAIT, "waiting")
        self.reads_time("#step time.waiting-until", NOW + 5 * DAY)

    def gives_them_a_week_more(self):
        self.press("section[aria-labelledby=own] a[href$='/service/']")
        self.sees("/service/")
        self.types("[name=wait_days]", "12")
        self.press("main form button")
        self.reads_time("#step time.waiting-until", NOW + 12 * DAY)

    def is_written_to_when_it_is_over(self):
        self.clock.shift(12 * DAY)
        call_command("send_reminders", stdout=StringIO())
        html = pages.read(self.newest_message().get_body(["html"]).get_content())
        part = html.all(class_="part")[0] if html.all(class_="part") else html
        assert self.gym in html.text
        return part.all("a", class_="button")[0]["href"]

    def finds_it_gone(self, link):
        self.page.goto(link)
        expect(self.step(CHECK)).to_have_attribute("aria-current", "step")
        self.says_that_it_is_gone()

    def says_that_it_is_gone(self):
        self.press("#step form[action$='/finish/'] button")
        expect(self.find("h1 bdi")).to_have_text(self.gym)
        expect(self.find(".gone-mark")).to_be_visible()
        self.finds_no_barrier()

    def deletes_it(self):
        self.press("a[href$='/service/forget/']")
        self.sees("/service/forget/")
        self.press("main form button")
        self.sees(f"/{self.language}/journeys/")
        expect(self.find(".journey-row")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "javascript"), [("en", True), ("ar", True), ("nb", True), ("en", False)]
)
def test_a_newcomer_leaves_a_gym_for_good(new_page, smtp_server, clock, language, javascript):
    call_command("load_content", stdout=StringIO())
    person = Member(new_page, smtp_server, clock, language=language, javascript=javascript)
    person.looks_for_it_in_vain()
    person.adds_it()
    person.signs_up()
    person.asks_by_letter()
    person.waits_as_long_as_they_said()
    person.gives_them_a_week_more()
    person.finds_it_gone(person.is_written_to_when_it_is_over())
    gym = Journey.objects.get()
    assert (gym.own_name, gym.own_wait_days, gym.outcome) == (NAMES[language], 12, "gone")
    assert Reminder.objects.unsent().count() == 0
    person.deletes_it()
    assert (Journey.objects.count(), User.objects.get().email) == (0, ADDRESS)
