"""The links of a reminder: opened by people and by mail scanners, pressed once or twice."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from guides import emails
from guides.domain import delivery, journeys
from guides.models import Entry, Guide, Journey, Reminder, Step, User
from tests import pages
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OVER = NOW + 4 * DAY


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def stranger():
    """Somebody who has the link but is not signed in, and whose browser has no cookies."""
    return Client(enforce_csrf_checks=True)


def told(person, name="Amazon"):
    """A reminder of a wait that is over, sent to the person."""
    guide = make_guide(service=make_service(name=name))
    way = make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    journey = journeys.start(user=person, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    return sent(journey, "over")


def sent(journey, kind):
    reminder = journey.reminders.filter(kind=kind)[0]
    reminder.sent_at = reminder.due_at
    reminder.save()
    return reminder


@pytest.fixture
def alice():
    return make_user()


@pytest.fixture
def reminder(alice):
    return told(alice)


@pytest.fixture
def near(alice):
    """A reminder of a deadline, after which nothing can be undone."""
    guide = make_guide(service=make_service(name="Amazon"))
    limited = {"do_within": 5 * DAY, "is_final": True}
    way = make_way("ask", ("confirm", limited), "look", guide=guide)
    journey = journeys.start(user=alice, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    return sent(journey, "deadline_near")


def link(reminder, answer):
    return f"/answer/{emails.answer_token(reminder)}/{answer}/"


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Journey, Entry, Reminder)]


def says(response):
    main = pages.read(response).one("main")
    return main.texts("h1") + main.texts("p", class_="lead")


# --- Opened ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["gone", "not_yet", "more_time", "refused"])
def test_opening_a_link_changes_nothing(stranger, reminder, answer):
    before = everything()
    for method in (stranger.get, stranger.head):
        method(link(reminder, answer))
    assert everything() == before


@pytest.mark.parametrize(
    ("answer", "question", "lead", "button"),
    [
        (
            "gone",
            "Is your account at Amazon gone?",
            "This ends your journey as “gone”. You can open it again at any time.",
            "It is gone",
        ),
        (
            "not_yet",
            "Nothing new from Amazon yet?",
            "We ask you again in 3 days. Until then the waiting goes on.",
            "Not yet, ask me again in 3 days",
        ),
        (
            "more_time",
            "Has Amazon asked for more time?",
            "We add these days to the end of the wait, or to today if it has ended.",
            "Wait longer",
        ),
        (
            "refused",
            "Did Amazon refuse?",
            "This ends your journey as “refused”. You can open it again at any time, "
            "or try another way.",
            "They refused",
        ),
    ],
)
def test_the_page_asks_says_what_will_happen_and_has_one_button(
    stranger, reminder, answer, question, lead, button
):
    response = stranger.get(link(reminder, answer))
    assert says(response) == [question, lead]
    assert pages.read(response).one("main").texts("button") == [button]


@pytest.mark.parametrize(("goal", "outcome"), [("erase", "gone"), ("deactivate", "deactivated")])
def test_of_a_guide_that_closes_no_account_the_page_asks_only_whether_it_worked(
    stranger, reminder, goal, outcome
):
    Guide.objects.update(goal=goal)
    assert says(stranger.get(link(reminder, "gone"))) == [
        "Has Amazon done what you asked for?",
        f"This ends your journey as “{outcome}”. You can open it again at any time.",
    ]
    press(stranger, link(reminder, "gone"))
    assert Journey.objects.get().outcome == outcome


def test_of_a_wait_with_more_to_do_behind_it_the_page_asks_whether_it_is_over(stranger, reminder):
    Step.objects.filter(key="look").update(kind=Step.Kind.ACT)
    response = stranger.get(link(reminder, "over"))
    assert says(response)[0] == "Is the wait at Amazon over?"
    assert pages.read(response).one("main").texts("button") == ["The wait is over"]


TICKS = "We tick off this step with today’s date and time."


def test_of_what_can_be_undone_the_page_asks_calmly(stranger, near):
    Step.objects.update(is_final=False)
    response = stranger.get(link(near, "done"))
    page = pages.read(response).one("main")
    assert says(response) == ["Have you done this step at Amazon?", TICKS]
    assert page.texts("p", class_="card") == ["Confirm"]
    assert page.texts(class_="button") == ["I have done it"]
    assert [page.texts(class_=each) for each in ("note", "button-danger")] == [[], []]


def test_of_what_cannot_be_undone_the_page_warns_and_leads_back(stranger, near):
    response = stranger.get(link(near, "done"))
    page = pages.read(response).one("main")
    assert says(response) == ["Have you done this step at Amazon?", TICKS]
    assert page.one(class_="note").text == (
        "After this step the account at Amazon cannot be brought back."
    )
    assert page.texts("button", class_="button-danger") == ["Yes, it is done"]
    back = page.one("a", class_="button-quiet")
    assert (back.text, back["href"]) == ("Not yet", near.journey.get_absolute_url())
    assert page.texts("p", class_="soft") == [
        "Wayout closes nothing at Amazon: here you only say what you have done there."
    ]


# --- Pressed --------------------------------------------------------------------------------------


def press(client, url, **typed):
    """Send the one form of the page as it is, with what was typed."""
    (form,) = pages.read(client.get(url)).one("main").all("form")
    return client.post(url, {**form.fields, **typed})


@pytest.mark.parametrize(
    ("answer", "said", "outcome"),
    [
        (
            "gone",
            ["Amazon is gone. Well done.", "We send no more reminders about Amazon."],
            "gone",
        ),
        (
            "not_yet",
            ["Thank you, we have noted it", "We ask you again when that time is over."],
            "",
        ),
        (
            "more_time",
            ["Thank you, we have noted it", "We ask you again when that time is over."],
            "",
        ),
        (
            "refused",
            ["Thank you, we have noted it", "We send no more reminders about Amazon."],
            "refused",
        ),
    ],
)
def test_the_button_does_it_without_signing_in(stranger, reminder, answer, said, outcome):
    assert says(press(stranger, link(reminder, answer))) == said
    reminder.refresh_from_db()
    assert (Journey.objects.get().outcome, reminder.answered_at) == (outcome, OVER)


def test_the_button_of_a_deadline_ticks_the_step(stranger, near):
    assert says(press(stranger, link(near, "done"))) == [
        "Thank you, we have noted it",
        "We keep the time from here and write to you when the next thing is due.",
    ]
    assert Entry.objects.filter(kind="done").last().step.key == "confirm"


@pytest.mark.parametrize(
    ("hours", "ends_at"), [(0, OVER + 12 * DAY), (-24, OVER + 12 * DAY), (24, OVER + 13 * DAY)]
)
def test_the_days_that_they_asked_for_are_added_to_the_end_or_to_today(
    stranger, reminder, clock, hours, ends_at
):
    clock.shift(timedelta(hours=hours))
    press(stranger, link(reminder, "more_time"), days="12")
    assert Entry.objects.get(kind="extended").longest_at == ends_at


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("", "Say how many days."),
        ("a week", "Give the number of days in digits."),
        ("0", "A waiting period can be made longer by one day up to one year."),
        ("-3", "A waiting period can be made longer by one day up to one year."),
        ("367", "A waiting period can be made longer by one day up to one year."),
        ("9" * 30, "A waiting period can be made longer by one day up to one year."),
    ],
)
def test_a_bad_number_of_days_is_said_on_the_form_and_loses_nothing(
    stranger, reminder, days, words
):
    before, url = everything(), link(reminder, "more_time")
    page = pages.read(press(stranger, url, days=days))
    field = page.one("input", name="days")
    assert (page.one(class_="error-summary").texts("a"), field.get("value") or "") == (
        [words],
        days,
    )
    assert page.one(class_="error-summary").one("a")["href"] == f"#{field['id']}"
    assert everything() == before


@pytest.mark.parametrize("answer", ["gone", "not_yet", "more_time", "refused"])
def test_a_link_that_is_used_twice_says_so_and_changes_nothing(stranger, reminder, answer):
    press(stranger, link(reminder, answer))
    before = everything()
    told = "You have answered this already. Your journey is as you left it."
    already = ["Nothing was changed", told]
    for again in (stranger.get, stranger.post):
        assert says(again(link(reminder, answer), {"days": "3"})) == already
    assert everything() == before


def test_a_link_of_thirty_days_ago_says_that_it_is_too_old(stranger, reminder, clock):
    clock.move_to(OVER + 30 * DAY + timedelta(seconds=1))
    before = everything()
    too_old = "This link is too old. Open your journey to say how it stands."
    assert says(stranger.get(link(reminder, "gone")))[1] == too_old
    assert says(stranger.post(link(reminder, "gone")))[1] == too_old
    assert everything() == before


def test_a_link_to_what_has_moved_on_leads_to_the_journey(stranger, reminder):
    journey = reminder.journey
    journeys.complete_step(journey=journey, step=reminder.step, now=OVER)
    page = pages.read(stranger.get(link(reminder, "not_yet"))).one("main")
    assert (page.texts("h1"), page.all("form")) == (["Nothing was changed"], [])
    assert page.texts("p")[0].startswith("This has moved on since the e-mail was sent.")
    assert [each["href"] for each in page.all("a")] == [f"/en/journeys/{journey.pk}/"]


# --- Whose link -----------------------------------------------------------------------------------


def altered(reminder):
    token = emails.answer_token(reminder)
    number, _, signature = token.partition(":")
    return {
        "the number of another": f"{int(number) + 1}:{signature}",
        "a sign more": f"{token}x",
        "a sign less": token[:-1],
        "no signature": number,
        "in capitals": token.upper(),
        "nothing": ":",
    }


@pytest.mark.parametrize("way", altered(Reminder(pk=1)))
def test_an_altered_link_is_not_there(stranger, reminder, way):
    told(make_user("bob"), "Facebook")
    before = everything()
    url = f"/answer/{altered(reminder)[way]}/gone/"
    assert [stranger.get(url).status_code, stranger.post(url).status_code] == [404, 404]
    assert everything() == before


@pytest.mark.parametrize("answer", ["done", "vanished", "GONE"])
def test_an_answer_that_was_not_offered_is_not_there(stranger, reminder, answer):
    before, url = everything(), link(reminder, answer)
    assert [stranger.get(url).status_code, stranger.post(url).status_code] == [404, 404]
    assert everything() == before


def test_a_link_answers_for_its_own_journey_whoever_is_signed_in(client, reminder):
    bobs = told(make_user("bob"), "Facebook")
    client.force_login(bobs.journey.user)
    press(client, link(reminder, "gone"))
    outcomes = dict(Journey.objects.values_list("user__email", "outcome"))
    assert outcomes == {"alice@example.org": "gone", "bob@example.org": ""}


def test_the_link_of_somebody_who_was_shut_out_is_not_there(stranger, alice, reminder):
    User.objects.update(is_active=False)
    assert stranger.get(link(reminder, "gone")).status_code == 404


def test_a_link_to_a_reminder_that_has_been_cleared_says_that_it_is_too_old(stranger, reminder):
    url = link(reminder, "gone")
    reminder.delete()
    for response in (stranger.get(url), stranger.post(url)):
        assert pages.read(response).one("p", class_="lead").text == (
            "This link is too old. Open your journey to say how it stands."
        )


# --- In whose language ----------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("nb", "ltr"), ("en", "ltr")])
def test_the_page_is_in_the_language_of_the_person(stranger, reminder, language, direction):
    User.objects.update(language=language)
    other = {"Accept-Language": "en" if language == "nb" else "nb"}
    opened = pages.read(stranger.get(link(reminder, "gone"), headers=other))
    answered = pages.read(stranger.post(link(reminder, "gone"), headers=other))
    again = pages.read(stranger.post(link(reminder, "gone"), headers=other))
    for page in (opened, answered, again):
        assert page.one("html").attributes == {"lang": language, "dir": direction}


def test_an_arabic_page_speaks_arabic_of_a_service_with_a_latin_name(stranger, reminder):
    User.objects.update(language="ar")
    name = pages.read(stranger.get(link(reminder, "gone"))).one("h1").one("bdi")
    assert (name.text, name["lang"], name["dir"]) == ("Amazon", "en", "ltr")


# --- From the message itself ----------------------------------------------------------------------


def test_each_link_of_a_message_leads_to_its_answer(stranger, alice, smtp_server):
    reminder = told(alice)
    Reminder.objects.update(sent_at=None)
    delivery.send_due(now=OVER)
    text = smtp_server.messages[0].get_body(["plain"]).get_content()
    paths = re.findall(r"http://testserver(/answer/\S+)", text)
    assert paths == [link(reminder, each) for each in ("gone", "not_yet", "more_time", "refused")]
    press(stranger, paths[0])
    assert Journey.objects.get().outcome == "gone"
