"""The list of journeys and the wizard, as a browser without JavaScript uses them."""

from datetime import UTC, datetime, timedelta

import pytest
from babel import Locale
from django.conf import settings
from django.utils import timezone, translation

from guides.domain import journeys
from guides.models import Entry, Journey, Reminder, Step, User
from guides.templatetags.journeys import length_words
from tests import pages
from tests.factories import make_guide, make_service, make_step, make_user, make_way, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday, 13:00 in Oslo
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
MEANWHILE = {"while_waiting": True}
CHECK = {"kind": "check"}
# Guides like Amazon's: by customer service, by its own page with a link to confirm in time; and
# one with a date to enter.
LEAVING = (
    ("save", {"kind": "prepare", "is_optional": True}),
    ("ask", {"link": "https://www.amazon.com/help"}),
    ("send", {"is_final": True}),
    ("review", wait(DAY, days=4, fields={"stay_signed_out": True})),
    ("phones", {"while_waiting": True}),
    ("sharers", {"while_waiting": True, "is_optional": True}),
    ("look", CHECK),
)
CONFIRMING = ("send", ("confirm", {"do_within": 5 * DAY}), ("look", CHECK))
SUBSCRIBED = (("subscription", wait(fields={"until_date": True})), ("look", CHECK))


class Browser:
    """Alice's journey in a browser: presses only the buttons that are on the page."""

    def __init__(self, client, *rows):
        self.client, self.alice = client, make_user()
        self.guide = make_guide(service=make_service("amazon", name="Amazon"))
        self.way = make_way(*rows, guide=self.guide)
        self.journey = journeys.start(user=self.alice, guide=self.guide, now=NOW)
        self.url = f"/en/journeys/{self.journey.pk}/"
        client.force_login(self.alice)

    def open(self, key=""):
        query = f"?step={self.way[key].pk}" if key else ""
        return pages.read(self.client.get(self.url + query))

    def address(self, act, key=""):
        return self.url + (f"steps/{self.way[key].pk}/{act}/" if key else f"{act}/")

    def press(self, act, key="", *, on="", **typed):
        """Fill in the form that leads to `act` and send it; `on` is the step to open first."""
        action = self.address(act, key)
        form = self.open(on).all("form", method="post", action=action)[-1]
        return self.post(act, key, **{**form.fields, **typed})

    def post(self, act, key="", **data):
        """Send what no form on the page would, or no longer."""
        response = self.client.post(self.address(act, key), data)
        assert (response.status_code, response.url) == (302, self.url)
        return pages.read(self.client.get(response.url))

    def tick(self, *keys):
        for key in keys:
            journeys.complete_step(journey=self.journey, step=self.way[key], now=timezone.now())

    def finish(self):
        journeys.finish(journey=self.journey, outcome="gone", now=timezone.now())

    def refused(self, act, key="", **data):
        """What the next page says, and says only once; fails if anything was changed."""
        before = everything()
        said = pages.said(self.post(act, key, **data))
        assert (everything(), pages.said(self.open())) == (before, [])
        return said


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Journey, Entry, Reminder)]


def opened(page):
    return page.one(id="step-title").text


def states(page):
    rows = page.one(class_="wizard-way").all(class_="way-step")
    return [row["data-state"] for row in rows if row.get("data-state")]


def actions(page, within="step"):
    """Where the buttons of the open step lead to: the last two parts of the address."""
    forms = page.one(id=within).all("form")
    return [form["action"].strip("/").rpartition("/")[2] for form in forms]


@pytest.fixture
def leaving(client):
    return Browser(client, *LEAVING)


@pytest.fixture
def waiting(leaving):
    leaving.tick("ask", "send")
    return leaving


@pytest.fixture
def confirming(client):
    return Browser(client, *CONFIRMING)


# --- Beginning ------------------------------------------------------------------------------------


def test_pressing_start_begins_the_journey(client):
    alice = make_user()
    make_way("ask", guide=make_guide("contact", service=make_service("amazon")))
    client.force_login(alice)
    form = pages.read(client.get("/en/services/amazon/contact/")).all("form", class_="actions")[0]
    response = client.post(form["action"], form.fields)
    assert response.url == f"/en/journeys/{alice.journeys.get().pk}/"


def test_starting_twice_leads_to_the_same_journey(leaving):
    start = f"/en/services/amazon/{leaving.guide.slug}/start/"
    assert leaving.client.post(start).url == leaving.url
    assert Journey.objects.count() == 1


def test_a_new_journey_opens_its_first_step_and_shows_the_whole_way(leaving):
    page = leaving.open()
    assert opened(page) == "Save"
    assert states(page) == ["to_do", "to_do", *["blocked"] * 5]
    assert page.one("progress").attributes["value"] == "0"


def test_what_cannot_start_yet_is_no_link(leaving):
    way = leaving.open().one(class_="wizard-way")
    assert [link.text for link in way.all("a")] == ["Ask"]
    assert way.texts("span", class_="status")[2:] == ["Cannot start yet"] * 5


def test_asking_for_a_step_that_cannot_start_yet_opens_the_next_one(leaving):
    assert opened(leaving.open("look")) == "Save"


def test_asking_for_a_step_that_can_be_done_opens_it(leaving):
    assert opened(leaving.open("ask")) == "Ask"


@pytest.mark.parametrize("step", ["", "0", "x", "-1", "9" * 40])
def test_asking_for_nonsense_opens_the_next_step(leaving, step):
    assert opened(pages.read(leaving.client.get(leaving.url, {"step": step}))) == "Save"


# --- Ticking --------------------------------------------------------------------------------------


def test_a_tick_opens_the_next_step_and_moves_the_bar(leaving):
    page = leaving.press("done", "ask", on="ask")
    assert opened(page) == "Send"
    assert page.one(class_="progress-label").text == "1 of 7 done"
    assert page.one("progress").attributes["value"] == "1"


def test_a_second_tick_from_a_double_click_changes_nothing_and_says_nothing(leaving):
    leaving.press("done", "ask", on="ask")
    assert leaving.refused("done", "ask") == []


def test_a_skipped_step_says_so(leaving):
    page = leaving.press("skip", "save")
    assert (opened(page), states(page)[0]) == ("Ask", "skipped")
    assert leaving.open("save").one(class_="kicker").text == "Skipped"


def test_a_step_that_is_needed_offers_no_skip(leaving):
    assert actions(leaving.open("ask")) == ["done", "done"]
    assert leaving.refused("skip", "ask") == ["This step is needed: it cannot be skipped."]


def test_a_ticked_step_can_be_opened_again(leaving):
    leaving.press("done", "ask", on="ask")
    page = leaving.press("reopen", "ask", on="ask")
    assert states(page)[1] == "to_do"
    assert page.one(class_="undo-bar").one("p").text == "Back to: Ask"


def test_the_last_act_can_be_undone(leaving):
    leaving.press("done", "ask", on="ask")
    page = leaving.press("undo")
    assert (opened(page), page.all(class_="undo-bar")) == ("Save", [])


def test_an_act_is_news_above_the_open_step_for_an_hour_and_can_be_undone_later_too(leaving, clock):
    page = leaving.press("done", "ask", on="ask")
    assert page.one(class_="wizard-now").one(class_="undo-bar").one("p").text == "Done: Ask"
    clock.move_to(NOW + HOUR)
    page = leaving.open()
    assert page.one(class_="wizard-now").all(class_="undo-bar") == []
    section = page.one("section", aria_labelledby="last-change")
    assert section.texts("p") == ["Sunday 22 November, 13:00", "Done: Ask"]
    assert opened(leaving.press("undo")) == "Save"


def test_an_undo_is_said_and_what_came_before_is_no_news_beside_it(leaving):
    leaving.press("skip", "save")
    leaving.press("done", "ask", on="ask")
    page = leaving.press("undo")
    assert pages.said(page) == ["Undone: Ask"]
    assert page.one(class_="wizard-now").all(class_="undo-bar") == []
    assert page.one("section", aria_labelledby="last-change").texts("p")[1:] == ["Skipped: Save"]


def test_nothing_is_offered_to_undo_where_an_editor_has_led_the_way_elsewhere(client):
    browser = Browser(client, "open")
    old, new = make_guide(), make_guide()
    browser.way |= make_way("send", guide=old) | make_way("write", guide=new)
    heading = make_step(browser.guide, "on", continues_with=old)
    browser.tick("open", "send")
    Step.objects.filter(pk=heading.pk).update(continues_with=new)
    page = browser.open()
    assert (opened(page), page.all(class_="undo-bar")) == ("Write", [])


def test_a_step_done_earlier_is_done_then(leaving):
    leaving.press("done", "ask", on="ask", happened_at="2026-11-20T09:30")
    words = leaving.open("ask").one(id="step").one(class_="soft").text
    assert words == "You did this on Friday 20 November, 09:30."


def test_the_form_for_an_earlier_moment_begins_with_now_in_the_zone_of_the_person(leaving):
    field = leaving.open("ask").one("input", name="happened_at")
    assert (field["value"], field["max"]) == ("2026-11-22T13:00", "2026-11-22T13:00")


def test_a_step_with_a_link_leads_out_in_a_new_window(leaving):
    link = leaving.open("ask").one("a", target="_blank")
    assert (link["href"], link["rel"]) == ("https://www.amazon.com/help", "noreferrer")


# --- The point of no return -----------------------------------------------------------------------


def test_the_point_of_no_return_leads_to_a_question(leaving):
    leaving.tick("ask")
    page = leaving.open()
    question = leaving.address("sure", "send")
    assert [link["href"] for link in page.one(id="step").all("a", class_="button")] == [question]
    assert pages.read(leaving.client.get(question)).texts("h1") == [
        "After this step the account at Amazon cannot be brought back."
    ]


def test_saying_yes_does_it_and_saying_no_leads_back(leaving):
    leaving.tick("ask")
    form = pages.read(leaving.client.get(leaving.address("sure", "send"))).one("form")
    assert form.one("a")["href"] == leaving.url
    assert form.one(class_="small").text == (
        "Wayout closes nothing at Amazon: here you only say what you have done there. "
        "If you go back, nothing changes and nothing is lost."
    )
    leaving.client.post(form["action"], form.fields)
    assert states(leaving.open())[2:4] == ["done", "waiting"]


@pytest.mark.parametrize("answer", [{}, {"is_sure": "false"}, {"is_sure": ""}])
def test_a_tick_that_has_not_been_asked_about_changes_nothing_and_asks(leaving, answer):
    leaving.tick("ask")
    before = everything()
    response = leaving.client.post(leaving.address("done", "send"), answer)
    assert (response.url, everything()) == (leaving.address("sure", "send"), before)


def test_the_question_keeps_the_moment_that_was_given(leaving):
    leaving.tick("ask")
    typed = {"happened_at": "2026-11-20T09:30"}
    question = leaving.client.post(leaving.address("done", "send"), typed).url
    form = pages.read(leaving.client.get(question)).one("form")
    page = leaving.post("done", "send", **form.fields)
    assert page.one(class_="waiting-until")["datetime"] == "2026-11-24T09:30:00+01:00"


# --- Waiting --------------------------------------------------------------------------------------


def test_a_wait_to_stay_signed_out_in_is_a_card_that_says_until_when(waiting):
    card = waiting.open().one(class_="waiting-card")
    assert card.one("h2").text == "Do not sign in to Amazon until Thursday 26 November, 13:00"
    assert card.one("time")["datetime"] == "2026-11-26T13:00:00+01:00"
    assert card.one(class_="waiting-remaining").text == "4 days left. We will write to you."
    assert card.one("progress")["value"] == "0"


def test_the_bar_of_the_card_moves_with_the_clock(waiting, clock):
    clock.move_to(NOW + DAY)
    assert waiting.open().one(class_="waiting-card").one("progress")["value"] == "25"


def test_a_wait_in_which_signing_in_does_no_harm_has_no_such_card(client):
    browser = Browser(client, "send", ("review", wait(days=4)))
    browser.tick("send")
    page = browser.open()
    assert (page.all(class_="waiting-card"), opened(page)) == ([], "Review")


def test_the_two_things_to_do_meanwhile_stand_beside_the_wait(waiting):
    page = waiting.press("done", "phones")
    rows = page.one("section", aria_labelledby="meanwhile").all("li")
    assert [(row.one("a").text, row.one(class_="status").text) for row in rows] == [
        ("Phones", "Done"),
        ("Sharers", "To do"),
    ]


def test_the_next_reminder_is_shown(waiting):
    assert about_reminders(waiting) == [
        "Next reminder: Monday 23 November, 13:00 (the waiting period could be over)"
    ]


def test_a_reminder_whose_time_has_come_is_on_its_way(waiting, clock):
    clock.move_to(NOW + DAY)
    assert about_reminders(waiting) == ["An e-mail from Wayout is on its way to you."]


def about_reminders(browser):
    """What the page says of them, without the forms to change it."""
    section = browser.open().one("section", aria_labelledby="reminders")
    return [part.text for part in section.children if isinstance(part, pages.Part)][1:-1]


def test_the_last_reminder_is_shown_beside_the_next(waiting, clock):
    Reminder.objects.filter(kind="could_be_over").update(sent_at=NOW + DAY)
    clock.move_to(NOW + DAY)
    assert about_reminders(waiting) == [
        "Next reminder: Thursday 26 November, 13:00 (the end of the waiting period)",
        "Last one sent: Monday 23 November, 13:00",
    ]


def test_without_a_reminder_the_page_says_when_there_will_be_one(leaving):
    assert about_reminders(leaving) == [
        "Nothing is planned yet. We write when a waiting period ends or a deadline is near."
    ]


def test_where_nobody_knows_the_end_a_day_is_asked_for(client):
    browser = Browser(client, "send", ("answer", wait()), ("look", CHECK))
    browser.tick("send")
    section = browser.open().one("section", aria_labelledby="reminders")
    assert section.texts("p")[0] == (
        "We do not know when this ends, so we cannot remind you by ourselves. Choose a day:"
    )
    assert "open" in section.one("details").attributes


def test_where_nothing_is_left_no_reminder_is_promised(client):
    browser = Browser(client, "send", ("look", CHECK))
    assert len(about_reminders(browser)) == 1
    browser.tick("send")
    assert about_reminders(browser) == ["No reminders planned."]
    browser.tick("look")
    assert about_reminders(browser) == ["No reminders planned."]


def test_where_no_reminder_will_come_the_page_says_why(waiting):
    waiting.press("reminders")
    assert about_reminders(waiting) == ["We do not write to you about this journey."]
    User.objects.update(wants_reminders=False)
    assert about_reminders(waiting) == ["Reminders are off in your settings. To your settings"]
    User.objects.update(bounced_at=NOW)
    assert about_reminders(waiting) == [
        "Our last e-mail to you came back on Sunday 22 November, 13:00. "
        "We send nothing until you say that it works again, or change your address. "
        "To your settings"
    ]


def test_the_reminders_of_a_journey_can_be_switched_off_and_on_again(waiting):
    wanted = []
    for _ in "12":
        waiting.press("reminders")
        wanted.append(Journey.objects.get().wants_reminders)
    assert wanted == [False, True]


def test_a_day_of_ones_choice_stays_in_its_field_until_it_is_emptied(leaving):
    page = leaving.press("remind-on", day="2027-07-01")
    assert page.one(id="remind-on")["value"] == "2027-07-01"
    assert about_reminders(leaving) == [
        "Next reminder: Thursday 1 July 2027, 09:00 (the day that you chose)"
    ]
    page = leaving.press("remind-on", day="")
    assert (page.one(id="remind-on")["value"], Reminder.objects.count()) == ("", 0)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-22", "Choose a day from tomorrow on, within the next ten years."),
        ("2036-12-31", "Choose a day from tomorrow on, within the next ten years."),
        ("soon", "Enter a valid date."),
    ],
)
def test_a_day_that_cannot_be_chosen(leaving, typed, words):
    assert leaving.refused("remind-on", day=typed) == [words]


@pytest.mark.parametrize(
    ("later", "status", "lead"),
    [
        (
            DAY,
            "Could be over already Review",
            "It could be over already: have you heard from Amazon?",
        ),
        (
            4 * DAY,
            "The wait is over",
            "The waiting period ended on Thursday 26 November, 13:00. Go on with the next step.",
        ),
        (
            8 * DAY,
            "Overdue: no news yet",
            "It should have ended on Thursday 26 November, 13:00. "
            "Look whether the account is gone, or ask Amazon.",
        ),
    ],
)
def test_a_wait_says_what_it_stands_at(waiting, clock, later, status, lead):
    clock.move_to(NOW + later)
    step = waiting.open("review").one(id="step")
    assert (step.one(class_="kicker").text, step.one(class_="lead").text) == (status, lead)


def test_a_wait_is_one_card_that_says_everything(waiting):
    page = waiting.open()
    assert page.all(class_="waiting-card") == [card := page.one(id="step")]
    assert card.one(class_="kicker").text == "Waiting Review"
    assert card.texts("h3") == [
        "What to do meanwhile",
        "They asked for more time",
        "It began earlier",
        "It failed, or I signed in",
    ]
    assert actions(page) == ["done", "done", "done", "extend", "start", "fail"]
    assert (
        card.one(class_="progress").one("a", download="")["href"]
        == (waiting.address("event.ics", "review")[:-1])
    )


def test_a_wait_says_its_end_once_and_when_it_could_be_over(waiting):
    page = waiting.open()
    assert page.one("main").text.count("Thursday 26 November") == 1
    assert page.one(class_="waiting-card").one(class_="small").text == (
        "Begun on Sunday 22 November, 13:00. It could be over from Monday 23 November, 13:00 on."
    )


@pytest.mark.parametrize(
    ("later", "left"),
    [
        (timedelta(), "4 days"),
        (30 * SECOND, "4 days"),
        (MINUTE, "3 days and 23 hours"),
        (3 * DAY, "1 day"),
        (3 * DAY + MINUTE, "23 hours and 59 minutes"),
        (4 * DAY - HOUR, "1 hour"),
        (4 * DAY - 59 * MINUTE, "59 minutes"),
        (4 * DAY - SECOND, "1 minute"),
    ],
)
def test_the_time_that_remains_is_said_in_two_units(client, clock, later, left):
    browser = Browser(client, "send", ("review", wait(days=4)))
    browser.tick("send")
    clock.move_to(NOW + later)
    remaining = browser.open().one(class_="waiting-remaining")
    assert remaining.text == f"{left} left. We will write to you."
    assert remaining.one("span").attributes == {
        "data-until": "2026-11-26T12:00:00+00:00",
        "data-now": (NOW + later).isoformat(),
    }


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_a_script_is_told_every_plural_form_of_the_language(language):
    with translation.override(language):
        words = length_words()
    forms = Locale.parse(language).plural_form.tags | {"other"}
    assert {unit: words[unit].keys() for unit in ("day", "hour", "minute")} == dict.fromkeys(
        ("day", "hour", "minute"), forms
    )


@pytest.mark.parametrize(
    ("off", "words"),
    [
        ("wants_reminders", "Reminders are off. To your settings"),
        ("bounced_at", "We cannot write to you now: our e-mail came back. To your settings"),
        ("journey", "Reminders are off. Change reminders"),
    ],
)
def test_nobody_is_promised_a_message_that_will_not_come(waiting, off, words):
    if off == "journey":
        waiting.press("reminders")
    else:
        User.objects.update(**{off: NOW if off == "bounced_at" else False})
    page = waiting.open()
    assert page.one(class_="waiting-remaining").text == "4 days left."
    assert page.one(id="step").one(class_="note-deadline").text == words


def test_a_wait_in_which_signing_in_does_no_harm_says_until_when(client):
    browser = Browser(client, "send", ("review", wait(days=4)))
    browser.tick("send")
    step = browser.open().one(id="step")
    assert step.one(class_="lead").text == "Wait until Thursday 26 November, 13:00"
    assert browser.open().one("main").text.count("Thursday 26 November") == 2  # and the reminder


def test_a_wait_of_two_lengths_says_both(client):
    browser = Browser(client, "send", ("review", wait(DAY, days=4)))
    browser.tick("send")
    step = browser.open().one(id="step")
    assert step.one(class_="lead").text == "It could be over from Monday 23 November, 13:00"
    assert step.one(class_="waiting-remaining").text == "1 day left. We will write to you."
    assert step.one(class_="small").text == (
        "Begun on Sunday 22 November, 13:00. "
        "At the latest it ends on Thursday 26 November, 13:00 (in 4 days)."
    )


def test_a_wait_that_nobody_knows_the_end_of(client):
    browser = Browser(client, "send", ("review", wait(fields={"stay_signed_out": True})))
    browser.tick("send")
    card = browser.open().one(class_="waiting-card")
    assert card.one("h2").text == "Do not sign in to Amazon until they have confirmed"
    assert card.one(class_="lead").text == (
        "Nobody says how long this takes. Tell us when you hear from them."
    )
    assert (card.all("progress"), card.all("a", download="")) == ([], [])


def test_while_another_step_is_open_a_small_card_says_not_to_sign_in(waiting):
    page = waiting.open("phones")
    card = page.one(class_="waiting-card")
    assert (opened(page), card.one("h2").text) == (
        "Phones",
        "Do not sign in to Amazon until Thursday 26 November, 13:00",
    )
    assert card.one("a")["href"] == f"?step={waiting.way['review'].pk}"


def test_of_two_waits_the_one_that_is_not_over_is_open(client, clock):
    """The first clock has run out and nobody has said so: there is nothing to wait for in it."""
    rows = ("send", ("grace", wait(days=2)), ("rest", wait(fields=MEANWHILE, days=9)), "look")
    browser = Browser(client, *rows)
    browser.tick("send")
    clock.move_to(NOW + 3 * DAY)
    assert opened(browser.open()) == "Rest"


def test_the_step_after_a_wait_says_that_it_is_over(waiting, clock):
    clock.move_to(NOW + 4 * DAY)
    assert waiting.open().one(id="step").one(class_="note").text == (
        "The waiting period ended on Thursday 26 November, 13:00."
    )
    clock.move_to(NOW + 8 * DAY)
    assert waiting.open().one(id="step").one(class_="note").text == (
        "It should have ended on Thursday 26 November, 13:00. "
        "Look whether the account is gone, or ask Amazon."
    )
    assert waiting.open("phones").one(id="step").all(class_="note") == []


def test_a_wait_that_has_been_confirmed_is_over(waiting):
    page = waiting.press("done", "review", on="review")
    assert (opened(page), states(page)[3], page.all(class_="waiting-card")) == ("Look", "done", [])


def test_a_wait_can_be_made_longer(waiting):
    page = waiting.press("extend", "review", on="review", days="7")
    assert page.one(class_="waiting-until")["datetime"] == "2026-12-03T13:00:00+01:00"


def test_a_wait_can_have_begun_earlier(waiting):
    page = waiting.press("start", "review", on="review", started_at="2026-11-20T13:00")
    assert page.one(class_="waiting-until")["datetime"] == "2026-11-24T13:00:00+01:00"


def test_a_wait_that_failed_leads_back_to_the_step_to_repeat(waiting):
    page = waiting.press("fail", "review", on="review")
    assert (opened(page), states(page)) == ("Send", ["to_do", "done", "to_do", *["blocked"] * 4])


def test_a_wait_until_a_date_asks_for_it(client):
    browser = Browser(client, *SUBSCRIBED)
    page = browser.press("start", "subscription", until="2027-03-01")
    assert page.one(class_="lead").text == "Wait until Tuesday 2 March 2027, 00:00"


def test_the_change_of_the_clocks_does_not_shift_what_is_shown(client, clock):
    clock.move_to(datetime(2027, 3, 27, 12, tzinfo=UTC))  # a day before summer time
    browser = Browser(client, "send", ("review", wait(days=4)))
    browser.tick("send")
    assert browser.open().one(class_="lead").text == "Wait until Wednesday 31 March, 14:00"


# --- Deadlines ------------------------------------------------------------------------------------


def test_a_deadline_says_until_when(confirming):
    page = confirming.press("done", "send")
    assert (page.one(class_="kicker").text, page.one(class_="deadline-note").texts("p")) == (
        "To do",
        [
            "Do this by Friday 27 November, 13:00",
            "5 days left. After that it no longer works.",
            "Add to my calendar",
        ],
    )


def test_a_deadline_that_has_passed_leads_back(confirming, clock):
    confirming.way["confirm"].translations.update(body="Open the link.")
    confirming.tick("send")
    clock.move_to(NOW + 5 * DAY)
    step = confirming.open().one(id="step")
    note = step.one(class_="note-deadline").text
    assert note.startswith("This had to be done by Friday 27 November, 13:00, and that has passed.")
    assert step.text.index(note) < step.text.index("Open the link.")
    assert actions(confirming.open()) == ["lapse"]
    page = confirming.press("lapse", "confirm")
    assert (opened(page), states(page)) == ("Send", ["to_do", "blocked", "blocked"])


# --- Still there ----------------------------------------------------------------------------------


def doubted(page):
    return [link["href"] for link in page.one(id="step").all("a") if "still-there" in link["href"]]


def test_a_check_after_a_wait_that_was_ticked_off_can_find_the_account_still_there(waiting):
    waiting.tick("review")
    (link,) = doubted(waiting.open("look"))
    assert link == f"?step={waiting.way['review'].pk}&still-there"
    page = pages.read(waiting.client.get(waiting.url + link))
    assert page.one(id="step").one(class_="lead").text == "The account is still there, then."
    page = waiting.post(
        "fail", "review", **page.one("form", action=waiting.address("fail", "review")).fields
    )
    assert (opened(page), states(page)[:4]) == ("Send", ["to_do", "done", "to_do", "blocked"])


def test_a_check_without_a_wait_leads_back_to_the_step_before_it(client):
    browser = Browser(client, "send", ("look", CHECK))
    browser.tick("send")
    (link,) = doubted(browser.open())
    assert link == f"?step={browser.way['send'].pk}&still-there"
    page = pages.read(client.get(browser.url + link))
    page = browser.post(
        "reopen", "send", **page.one("form", action=browser.address("reopen", "send")).fields
    )
    assert (opened(page), states(page)) == ("Send", ["to_do", "blocked"])


def test_a_check_in_between_does_not_ask_whether_the_account_is_still_there(client):
    browser = Browser(client, "send", ("look", CHECK), "write")
    browser.tick("send")
    assert doubted(browser.open()) == []


# --- Ending ---------------------------------------------------------------------------------------


def test_whoever_says_that_it_is_gone_is_finished(waiting, clock):
    clock.move_to(NOW + 4 * DAY)
    page = waiting.press("finish", on="look", outcome="gone")
    assert page.texts("h1") == ["Amazon is gone"]
    assert page.one("dl").facts == {"Begun": "22 November 2026", "Finished": "26 November 2026"}


def test_the_button_of_the_last_check_says_gone(waiting, clock):
    clock.move_to(NOW + 4 * DAY)
    step = waiting.open("look").one(id="step")
    assert step.one("form").fields["outcome"] == "gone"
    assert step.one("form").one("button").text == "It is gone"


def test_whoever_only_deactivates_is_not_told_that_it_is_gone(client):
    browser = Browser(client, ("look", CHECK))
    browser.guide.goal = "deactivate"
    browser.guide.save()
    button = browser.open().one(id="step").one("form")
    assert (button.fields["outcome"], button.one("button").text) == (
        "deactivated",
        "It is deactivated",
    )


def test_every_ending_says_what_it_means_where_it_is_chosen(leaving):
    form = leaving.open().one("form", action=leaving.address("finish"))
    assert form.texts("label") == [
        "Gone I have looked: the account is no longer there.",
        "Deactivated It sleeps, and could be woken up again.",
        "Refused They have said no.",
        "No answer I have asked, and nothing ever came back.",
        "Stopped I stop here. What I have ticked off is kept.",
    ]


@pytest.mark.parametrize("outcome", ["refused", "no_answer", "gave_up", "deactivated"])
def test_where_it_is_not_gone_other_ways_are_shown(leaving, outcome):
    page = leaving.press("finish", outcome=outcome)
    link = page.one(class_="actions").all("a")[0]
    assert (link.text, link["href"]) == ("All ways to leave Amazon", "/en/services/amazon/")
    assert page.all(class_="gone-mark") == []


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        ("deactivated", "Your Amazon account is deactivated"),
        ("refused", "Amazon refused"),
        ("no_answer", "Amazon did not answer"),
        ("gave_up", "You stopped leaving Amazon"),
    ],
)
def test_every_other_ending_is_named(leaving, outcome, heading):
    page = leaving.press("finish", outcome=outcome)
    assert page.texts("h1") == [heading]
    assert Journey.objects.get().outcome == outcome


def test_a_journey_without_a_check_asks_in_the_end_how_it_ended(client):
    browser = Browser(client, "send")
    page = browser.press("done", "send")
    assert opened(page) == "Nothing is left that you must do. How did it end?"
    values = [each["value"] for each in page.one(id="step").all("input", type="radio")]
    assert values == ["gone", "deactivated", "refused", "no_answer", "gave_up"]


def test_a_finished_journey_can_be_opened_again_where_it_was(waiting):
    before = states(waiting.open())
    waiting.press("finish", outcome="gave_up")
    assert states(waiting.press("resume")) == before


# --- Bad input: a clear message, nothing changed --------------------------------------------------


@pytest.mark.parametrize("act", ["done", "skip", "start"])
def test_a_step_that_cannot_start_yet(leaving, act):
    key = {"done": "look", "skip": "sharers", "start": "review"}[act]
    assert leaving.refused(act, key) == [
        "This step cannot start yet. Finish the ones before it first."
    ]


def test_a_wait_that_has_not_begun(leaving):
    assert leaving.refused("done", "review") == ["This waiting period has not begun yet."]
    assert leaving.refused("extend", "review", days="1") == [
        "Only a running waiting period can be made longer."
    ]
    assert leaving.refused("fail", "review") == ["Only a waiting period that has begun can fail."]


def test_a_step_that_is_no_waiting_period(leaving):
    assert leaving.refused("start", "ask") == ["This step is not a waiting period."]
    assert leaving.refused("fail", "ask") == ["Only a waiting period that has begun can fail."]


@pytest.mark.parametrize("act", ["done", "skip", "reopen", "start", "extend", "fail", "lapse"])
def test_a_retired_step(leaving, act):
    fax = make_step(leaving.guide, "fax", kind="wait", position=1, retired_at=NOW)
    leaving.way["fax"] = fax
    assert leaving.refused(act, "fax", days="1") == ["This step is no longer part of the guide."]


def test_a_heading_to_the_steps_of_another_guide(client):
    browser = Browser(client, "open")
    browser.way["on"] = make_step(browser.guide, "on", continues_with=make_guide())
    assert browser.refused("done", "on") == ["There is nothing to tick here."]


@pytest.mark.parametrize("typed", ["2026-11-22T13:03", "2026-12-01T00:00", "2036-11-22T13:00"])
def test_a_beginning_in_the_future(waiting, typed):
    words = ["That moment is in the future. Give one in the past."]
    assert waiting.refused("start", "review", started_at=typed) == words
    assert waiting.refused("done", "phones", happened_at=typed) == words


def test_a_beginning_too_far_in_the_past(waiting):
    words = ["That was more than a year ago. Give a later date."]
    assert waiting.refused("start", "review", started_at="2025-11-01T12:00") == words


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30T12:00", "0", "٢٠٢٦"])
def test_a_moment_that_is_none(waiting, typed):
    words = ["Enter a valid date/time."]
    assert waiting.refused("start", "review", started_at=typed) == words
    assert waiting.refused("done", "phones", happened_at=typed) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("0", "A waiting period can be made longer by one day up to one year."),
        ("-1", "A waiting period can be made longer by one day up to one year."),
        ("3650", "A waiting period can be made longer by one day up to one year."),
        ("9" * 30, "A waiting period can be made longer by one day up to one year."),
        ("", "Say how many days."),
        ("a week", "Give the number of days in digits."),
    ],
)
def test_an_extension_that_is_none(waiting, days, words):
    until = "2026-11-26T13:00:00+01:00"
    assert waiting.refused("extend", "review", days=days, running_until=until) == [words]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "Give the day on which the waiting ends."),
        ("2036-12-31", "The day must be within the next ten years."),
        ("2025-01-01", "The day must be within the next ten years."),
        ("soon", "Enter a valid date."),
    ],
)
def test_a_day_that_is_none(client, until, words):
    browser = Browser(client, *SUBSCRIBED)
    assert browser.refused("start", "subscription", until=until) == [words]


def test_a_tick_after_the_deadline(confirming, clock):
    confirming.tick("send")
    clock.move_to(NOW + 5 * DAY)
    words = ["The time for this step has passed. Go back to the step before it."]
    assert confirming.refused("done", "confirm") == words


def test_going_back_before_the_deadline(confirming):
    confirming.tick("send")
    assert confirming.refused("lapse", "confirm") == ["There is still time for this step."]


@pytest.mark.parametrize("outcome", ["", "vanished"])
def test_an_ending_that_is_none(leaving, outcome):
    assert leaving.refused("finish", outcome=outcome) == ["Choose how it ended."]


@pytest.mark.parametrize("act", ["done", "skip", "reopen", "start", "extend", "fail", "lapse"])
def test_an_answer_for_a_finished_journey(waiting, act):
    waiting.finish()
    words = ["This is finished already. Open it again to change it."]
    assert waiting.refused(act, "review", days="1") == words


def test_an_ending_or_undo_for_a_finished_journey(waiting):
    waiting.finish()
    words = ["This is finished already. Open it again to change it."]
    assert waiting.refused("finish", outcome="refused") == words
    assert waiting.refused("undo", entry=Entry.objects.last().pk) == words


def test_opening_a_finished_journey_again_while_a_new_one_runs(leaving):
    leaving.finish()
    journeys.start(user=leaving.alice, guide=leaving.guide, now=NOW)
    words = ["You have started this guide again. Go on there."]
    assert leaving.refused("resume") == words


# --- Another tab ----------------------------------------------------------------------------------


def test_an_undo_from_another_tab(leaving):
    stale = leaving.press("done", "ask", on="ask").one(class_="undo-bar").one("form").fields
    leaving.press("skip", "save", on="save")
    words = (
        "Nothing was changed. Your journey has moved on since, so it is too late to undo this here."
    )
    assert leaving.refused("undo", entry=stale["entry"]) == [words]
    page = leaving.post("undo", entry=stale["entry"])
    assert [part["class"] for part in page.one(class_="messages").all("p")] == ["warning"]


@pytest.mark.parametrize("entry", ["", "x", "0", "9" * 30])
def test_an_undo_of_nothing(leaving, entry):
    leaving.tick("ask")
    assert len(leaving.refused("undo", entry=entry)) == 1


def test_an_extension_from_another_tab_does_not_add_up(waiting):
    form = waiting.open("review").one("form", action=waiting.address("extend", "review"))
    waiting.post("extend", "review", **form.fields)
    words = ["This waiting period was changed in the meantime. Please look again."]
    assert waiting.refused("extend", "review", **form.fields) == words


def test_a_skip_in_one_tab_of_what_was_done_in_another(leaving):
    leaving.tick("save")
    assert leaving.refused("skip", "save") == ["This step is done already."]


def test_a_form_of_a_wait_that_has_ended_in_another_tab(waiting):
    waiting.tick("review")
    assert waiting.refused("start", "review") == ["This waiting period has ended already."]


def test_a_step_of_another_guide_is_not_there(leaving):
    foreign = make_step(make_guide(), "send")
    before = everything()
    response = leaving.client.post(f"{leaving.url}steps/{foreign.pk}/done/")
    assert (response.status_code, everything()) == (404, before)


def test_a_form_without_its_token_is_not_taken(leaving):
    leaving.client.handler.enforce_csrf_checks = True
    before = everything()
    response = leaving.client.post(leaving.address("done", "ask"))
    assert (response.status_code, everything()) == (403, before)


# --- With JavaScript ------------------------------------------------------------------------------


HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_wizard_alone(leaving):
    alone = pages.read(leaving.client.get(leaving.url, headers=HTMX))
    assert [child["id"] for child in alone.children if isinstance(child, pages.Part)] == ["wizard"]
    assert opened(alone) == "Save"


def test_going_back_in_the_browser_gets_the_whole_page(leaving):
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert len(pages.read(leaving.client.get(leaving.url, headers=headers)).all("html")) == 1


def test_a_cache_keeps_the_two_apart(leaving):
    assert "HX-Request" in leaving.client.get(leaving.url).headers["Vary"]


def test_htmx_shows_the_message_within_what_it_swaps_and_only_once(leaving):
    leaving.client.post(leaving.address("skip", "ask"), headers=HTMX)
    shown = [pages.said(pages.read(leaving.client.get(leaving.url, headers=HTMX))) for _ in "12"]
    assert shown == [["This step is needed: it cannot be skipped."], []]


# --- The list -------------------------------------------------------------------------------------


def begin(alice, name, *rows, ticked=(), now=NOW):
    guide = make_guide(service=make_service(name.lower(), name=name))
    way = make_way(*rows, guide=guide)
    journey = journeys.start(user=alice, guide=guide, now=now)
    for key in ticked:
        journeys.complete_step(journey=journey, step=way[key], now=now)
    return journey


def listed(client):
    page = pages.read(client.get("/en/journeys/"))
    sections = [each for each in page.all("section") if each.all(class_="journey-row")]
    return {
        each.one("h2").text: [row.one("h3").text for row in each.all("li")] for each in sections
    }


@pytest.fixture
def alice(client):
    alice = make_user()
    client.force_login(alice)
    return alice


def test_who_leaves_nothing_is_led_to_the_services(client, alice):
    page = pages.read(client.get("/en/journeys/"))
    assert page.one(class_="empty").one("h2").text == "You are not leaving anything yet"
    assert page.one(class_="empty").one("a")["href"] == "/en/"


def test_journeys_are_sorted_by_what_needs_doing(client, alice):
    begin(alice, "Slow", "send", ("review", wait(days=9)), ticked=["send"])
    begin(alice, "Fast", "send", ("review", wait(days=2)), ticked=["send"])
    begin(
        alice,
        "Late",
        "send",
        ("confirm", {"do_within": 5 * DAY}),
        ticked=["send"],
        now=NOW - 4 * DAY,
    )
    begin(alice, "Later", "send", ("confirm", {"do_within": 5 * DAY}), ticked=["send"])
    begin(alice, "Ready", "send", now=NOW - 9 * DAY)
    journeys.finish(journey=begin(alice, "Past", "send"), outcome="gone", now=NOW - DAY)
    journeys.finish(journey=begin(alice, "Gone", "send"), outcome="gone", now=NOW)
    assert list(listed(client).items()) == [
        ("Deadline near", ["Late"]),
        ("Ready now", ["Ready", "Later"]),
        ("Waiting", ["Fast", "Slow"]),
        ("Finished", ["Gone", "Past"]),
    ]


def test_of_what_is_ready_that_without_the_news_that_was_due_comes_first(client, alice, clock):
    begin(alice, "Long", "send", now=NOW - 9 * DAY)
    begin(alice, "Over", "send", ("review", wait(days=6)), "look", ticked=["send"])
    begin(alice, "Overdue", "send", ("review", wait(days=2)), "look", ticked=["send"])
    clock.move_to(NOW + 7 * DAY)
    assert listed(client) == {"Ready now": ["Overdue", "Long", "Over"]}


def test_above_the_list_stands_that_no_reminder_will_come(client, alice):
    begin(alice, "Amazon", "send")
    assert pages.read(client.get("/en/journeys/")).all(class_="note-deadline") == []
    User.objects.update(bounced_at=NOW)
    note = pages.read(client.get("/en/journeys/")).one(class_="note-deadline")
    assert note.text == "You get no reminders now: our e-mail came back. To your settings"
    assert note.one("a")["href"] == "/en/settings/"


def test_what_ends_nobody_knows_when_waits_last(client, alice):
    begin(alice, "Whenever", "send", ("review", wait()), ticked=["send"], now=NOW - 9 * DAY)
    begin(alice, "Fast", "send", ("review", wait(days=2)), ticked=["send"])
    assert listed(client) == {"Waiting": ["Fast", "Whenever"]}


def bars(page):
    """How far each wait reaches along the axis: until it may be over, and until it must be."""
    drawn = [row.one("svg").all("path") for row in page.all(class_="journey-row")]
    return [(least["d"], most["d"]) for most, least in drawn]


def test_waits_are_drawn_along_one_axis_from_today(client, alice):
    begin(alice, "Fast", "send", ("review", wait(days=4)), ticked=["send"])
    begin(alice, "Wide", "send", ("review", wait(6 * DAY, days=12)), ticked=["send"])
    begin(alice, "Open", "send", ("review", wait()), ticked=["send"])
    page = pages.read(client.get("/en/journeys/"))
    assert page.one(class_="axis").texts("span") == ["Today", "26 Nov", "30 Nov", "4 Dec"]
    assert bars(page) == [("M0 1h25", "M0 1h25"), ("M0 1h38", "M0 1h75"), ("M0 1h0", "M0 1h101")]
    assert {row.one("svg")["aria-hidden"] for row in page.all(class_="journey-row")} == {"true"}


def many(alice, count, **more):
    for number in range(count):
        begin(alice, f"Shop{number}", "send", **more)


def names(client, query=""):
    page = pages.read(client.get(f"/en/journeys/{query}"))
    return [row.one("h3").text for row in page.all(class_="journey-row")]


def test_a_long_group_is_folded_and_unfolds(client, alice):
    many(alice, 8)
    assert len(names(client)) == 8
    assert pages.read(client.get("/en/journeys/")).all("a", href="?all=ready#group-ready") == []
    begin(alice, "Ninth", "send")
    assert len(names(client)) == 8
    link = pages.read(client.get("/en/journeys/")).one("a", href="?all=ready#group-ready")
    assert link.text == "Show all 9"
    assert sorted(names(client, "?all=ready")) == ["Ninth", *(f"Shop{n}" for n in range(8))]


def test_what_is_finished_is_folded_after_the_newest_five(client, alice):
    for number in range(6):
        journey = begin(alice, f"Shop{number}", "send")
        journeys.finish(journey=journey, outcome="gone", now=NOW + number * SECOND)
    assert names(client) == [f"Shop{number}" for number in (5, 4, 3, 2, 1)]
    assert names(client, "?all=finished")[-1] == "Shop0"


def test_a_long_list_begins_with_ways_to_its_groups(client, alice):
    many(alice, 12)
    assert pages.read(client.get("/en/journeys/")).all(class_="jumps") == []
    begin(alice, "Fast", "send", ("review", wait(days=2)), ticked=["send"])
    links = pages.read(client.get("/en/journeys/")).one(class_="jumps").all("a")
    assert [(link["href"], link.text) for link in links] == [
        ("#group-ready", "Ready now 12"),
        ("#group-waiting", "Waiting 1"),
    ]


@pytest.mark.parametrize(
    ("rows", "later", "state", "words"),
    [
        (LEAVING, DAY, "ready", "Could be over already"),
        (LEAVING, 4 * DAY, "over", "The wait is over"),
        (LEAVING, 7 * DAY, "overdue", "Overdue: no news yet"),
        (CONFIRMING, DAY, "to_do", "To do by Friday 27 November, 13:00"),
    ],
)
def test_what_is_ready_says_why(client, alice, clock, rows, later, state, words):
    ticked = ["ask", "send"] if rows is LEAVING else ["send"]
    begin(alice, "Amazon", *rows, ticked=ticked)
    clock.move_to(NOW + later)
    row = pages.read(client.get("/en/journeys/")).one(class_="journey-row", data_state="ready")
    status = row.one(class_="status")
    assert (status["data-state"], status.text) == (state, words)


def test_a_single_journey_stands_in_its_group_alone(client, alice):
    begin(alice, "Amazon", "send")
    assert listed(client) == {"Ready now": ["Amazon"]}


def test_nobody_sees_the_journeys_of_another(client, alice):
    begin(make_user("bob"), "Facebook", "send")
    begin(alice, "Amazon", "send")
    assert listed(client) == {"Ready now": ["Amazon"]}


def test_a_wait_without_a_certain_end_says_from_when_and_until_when_to_stay_out(client, alice):
    review = wait(timedelta(hours=12), days=14, fields={"stay_signed_out": True})
    begin(alice, "Amazon", "confirm", ("review", review), ticked=["confirm"])
    row = pages.read(client.get("/en/journeys/")).one(class_="journey-row")
    assert row.one(class_="journey-when").text == (
        "Could be over from Monday 23 November, 01:00 (in 12 hours)"
    )
    assert row.one(class_="soft").text == (
        "Do not sign in to Amazon until Sunday 6 December, 13:00."
    )


def test_a_waiting_journey_says_until_when_twice(client, alice):
    begin(alice, "AliExpress", "confirm", ("processing", wait(hours=24)), ticked=["confirm"])
    row = pages.read(client.get("/en/journeys/")).one(class_="journey-row")
    assert row["data-state"] == "waiting"
    when = row.one(class_="journey-when")
    assert when.texts("span") == ["Waiting until", "(tomorrow)"]
    assert when.one("time").text == "Monday 23 November, 13:00"
    assert row.one("time")["datetime"] == "2026-11-23T13:00:00+01:00"


def test_a_journey_near_its_deadline_says_by_when(client, alice):
    begin(alice, "Amazon", *CONFIRMING, ticked=["send"], now=NOW - 4 * DAY)
    when = pages.read(client.get("/en/journeys/")).one(class_="journey-when")
    assert when.text == "Do this by Monday 23 November, 13:00 (tomorrow)"


def test_a_journey_past_its_deadline_says_so(client, alice):
    begin(alice, "Amazon", *CONFIRMING, ticked=["send"], now=NOW - 6 * DAY)
    when = pages.read(client.get("/en/journeys/")).one(class_="journey-when")
    assert when.text == "The time has passed Saturday 21 November, 13:00"


def test_a_row_says_what_is_next_how_far_and_what_not_to_do(client, alice):
    begin(alice, "Amazon", *LEAVING, ticked=["ask", "send"])
    row = pages.read(client.get("/en/journeys/")).one(class_="journey-row")
    assert row.one(class_="journey-body").texts("p") == [
        "Meanwhile: Phones",
        "Do not sign in to Amazon until Thursday 26 November, 13:00.",
        "2 of 7 done",
    ]


def test_a_finished_row_says_how_it_ended(client, alice):
    journeys.finish(journey=begin(alice, "Amazon", "send"), outcome="no_answer", now=NOW)
    when = pages.read(client.get("/en/journeys/")).one(class_="journey-when")
    assert when.text == "No answer 22 November 2026"


def test_an_arabic_list_is_written_from_right_to_left_in_arabic(client, alice):
    journey = begin(alice, "Amazon", "send")
    service = journey.guide.service
    service.translations.create(language_code="ar", name="أمازون")
    Step.objects.get().translations.create(language_code="ar", title="أرسل")
    page = pages.read(client.get("/ar/journeys/"))
    assert page.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    assert page.one(class_="journey-body").texts("h3") == ["أمازون"]
    assert page.one(class_="journey-body").texts("p")[0] == "أرسل"
