"""Sending what is due, over real SMTP; and the links in a message that stop more of them."""

import logging
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from guides import emails
from guides.domain import accounts, claims, delivery, journeys, standings
from guides.models import Entry, Journey, Message, Reminder, User
from tests import pages
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
OVER = NOW + 4 * DAY
SAID = "Thursday 26 November, 13:00"  # to a person in Oslo


def leave(person, name="Amazon"):
    """A journey whose wait ends in four days, with one reminder."""
    guide = make_guide(service=make_service(name=name))
    way = make_way(
        ("ask", {}),
        ("review", wait(days=4)),
        ("look", {"kind": "check"}),
        guide=guide,
    )
    way["look"].translations.update(body="Look **well**.")
    journey = journeys.start(user=person, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    return journey


@pytest.fixture
def alice():
    return make_user()


@pytest.fixture
def journey(alice):
    return leave(alice)


def send(now=OVER):
    counts = delivery.send_due(now=now)
    return counts.sent, counts.failed


def recipients(mailbox):
    return [message["To"] for message in mailbox.messages]


def refuse(mailbox, *addresses, code=550):
    """The server takes nothing for these addresses, and quotes them when it says so."""

    async def handle_RCPT(server, session, envelope, address, options):
        if address in addresses:
            return f"{code} 5.1.1 <{address}> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    mailbox.handle_RCPT = handle_RCPT


# --- What is due ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "sent"),
    [(OVER - SECOND, 0), (OVER, 1), (OVER + SECOND, 1), (OVER + 30 * DAY, 1)],
)
def test_a_reminder_is_sent_from_its_moment_on_and_however_late(smtp_server, journey, now, sent):
    assert send(now) == (sent, 0)
    assert len(smtp_server.messages) == sent


def test_a_reminder_is_sent_once(smtp_server, journey):
    assert [send(), send(), send(OVER + DAY)] == [(1, 0), (0, 0), (0, 0)]
    assert Reminder.objects.exclude(sent_at=None).get().kind == "over"
    assert recipients(smtp_server) == ["alice@example.org"]


def test_more_than_a_batch_is_sent_at_one_go(smtp_server, monkeypatch):
    monkeypatch.setattr(claims, "BATCH", 2)
    for name in ("alice", "bob", "charlie", "dora", "edda"):
        leave(make_user(name))
    assert (send(), len(set(recipients(smtp_server)))) == ((5, 0), 5)
    assert Reminder.objects.due(OVER).count() == 0


def test_everybody_gets_their_own(smtp_server, journey):
    leave(make_user("bob"), "Facebook")
    assert send() == (2, 0)
    texts = {each["To"]: each.get_body(["plain"]).get_content() for each in smtp_server.messages}
    named = {to: re.findall("Amazon|Facebook", text)[0] for to, text in texts.items()}
    assert named == {"alice@example.org": "Amazon", "bob@example.org": "Facebook"}


def test_what_another_worker_has_claimed_is_left_to_it(smtp_server, journey, settings):
    claims.claim(now=OVER)
    assert [send(), send(OVER + settings.REMINDER_LEASE)] == [(0, 0), (1, 0)]


# --- Who is not written to ------------------------------------------------------------------------


def verify_not(person):
    person.emailaddress_set.update(verified=False)


def forget_address(person):
    person.emailaddress_set.all().delete()


def change_address_unproved(person):
    person.email = "alice@new.example"
    person.save()


def switch_off(person):
    User.objects.filter(pk=person.pk).update(wants_reminders=False)


def switch_off_journey(person):
    person.journeys.update(wants_reminders=False)


def close_account(person):
    User.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize(
    "happened",
    [
        verify_not,
        forget_address,
        change_address_unproved,
        switch_off,
        switch_off_journey,
        close_account,
    ],
)
def test_who_has_not_proved_the_address_or_wants_none_gets_none(
    smtp_server, alice, journey, happened
):
    leave(make_user("bob"))
    happened(alice)
    assert (send(), recipients(smtp_server)) == ((1, 0), ["bob@example.org"])


def test_what_waited_for_a_proof_of_the_address_is_sent_after_it(smtp_server, alice, journey):
    verify_not(alice)
    send()
    alice.emailaddress_set.update(verified=True)
    assert send(OVER + DAY) == (1, 0)


def test_one_journey_switched_off_does_not_silence_the_other(smtp_server, alice, journey):
    leave(alice, "Facebook")
    Journey.objects.filter(pk=journey.pk).update(wants_reminders=False)
    assert send() == (1, 0)
    assert "Facebook" in smtp_server.messages[0].get_body(["plain"]).get_content()


def test_a_finished_journey_is_not_reminded_of(smtp_server, journey):
    journeys.finish(journey=journey, outcome="gone", now=NOW + DAY)
    assert (send(), smtp_server.messages) == ((0, 0), [])


# --- What fails -----------------------------------------------------------------------------------


def test_a_message_that_is_refused_does_not_stop_the_others(smtp_server):
    for name in ("alice", "bob", "charlie"):
        leave(make_user(name))
    refuse(smtp_server, "alice@example.org", "bob@example.org")
    assert (send(), recipients(smtp_server)) == ((1, 2), ["charlie@example.org"])


def test_what_is_refused_for_now_is_tried_again_after_a_while(smtp_server, journey, settings):
    refuse(smtp_server, "alice@example.org", code=451)
    send()
    del smtp_server.handle_RCPT
    assert [send(), send(OVER + settings.REMINDER_PAUSE)] == [(0, 0), (1, 0)]


def test_an_address_that_refuses_for_good_gets_nothing_until_it_works_again(smtp_server, journey):
    refuse(smtp_server, "alice@example.org")
    send()
    del smtp_server.handle_RCPT
    alice = User.objects.get()
    assert (alice.bounced_at, send(OVER + 3 * DAY)) == (OVER, (0, 0))
    accounts.trust_address_again(user=alice)
    assert send(OVER + 3 * DAY) == (1, 0)


def test_a_server_that_hangs_up_does_not_stop_the_others(smtp_server, journey):
    leave(make_user("bob"))
    hung_up = []

    async def handle_DATA(server, session, envelope):
        hung_up.append(envelope.rcpt_tos)
        if len(hung_up) == 1:
            server.transport.close()
        return "250 OK"

    smtp_server.handle_DATA = handle_DATA
    assert (send(), len(hung_up)) == ((1, 0), 2)
    assert (send(OVER + DAY), hung_up[2]) == ((1, 0), hung_up[0])


def test_a_server_that_is_down_costs_nothing_but_time(settings, journey):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # on a port of nobody
    assert send() == (0, 0)
    assert Message.objects.open().count() == 1


def test_no_address_gets_into_the_log(smtp_server, journey, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(emails, "_fill", lambda *_: 1 / 0 if journey.user.email else "")
    send()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("guides")]
    assert ours == [f"Message {Message.objects.get().pk} cannot be written: ZeroDivisionError"]


# --- The command ----------------------------------------------------------------------------------


def test_the_command_sends_what_is_due_and_counts_without_names(smtp_server, clock):
    leave(make_user("alice"))
    leave(make_user("bob"))
    refuse(smtp_server, "bob@example.org")
    clock.move_to(OVER)
    out = StringIO()
    with pytest.raises(CommandError, match="Not everything could be sent"):
        call_command("send_reminders", stdout=out)
    assert out.getvalue() == "1 sent, 0 put off, 1 failed.\n"


def test_the_command_sends_nothing_before_its_time(smtp_server, journey):
    out = StringIO()
    call_command("send_reminders", stdout=out)
    assert (out.getvalue(), smtp_server.messages) == ("0 sent, 0 put off, 0 failed.\n", [])


# --- The message ----------------------------------------------------------------------------------


def letter(mailbox):
    send()
    (message,) = mailbox.messages
    return message


def test_a_message_says_what_happened_and_what_to_do_now(smtp_server, journey):
    text = letter(smtp_server).get_body(["plain"]).get_content().replace("\r\n", "\n")
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    look = journey.guide.steps.get(key="look")
    answer = f"http://testserver/answer/{emails.answer_token(Reminder.objects.first())}"
    assert (
        text
        == f"""\
The waiting period at \u2068Amazon\u2069 is over

It ended on Thursday 26 November, 13:00.

What to do now:
Look

Look **well**.

Go on:
http://testserver/en/journeys/{journey.pk}/?step={look.pk}

Or answer right here, without signing in:

It is gone:
{answer}/gone/

Not yet, ask me again in 3 days:
{answer}/not_yet/

They asked for more time:
{answer}/more_time/

They refused:
{answer}/refused/

No more reminders about this:
http://testserver/stop/{journey.user.stop_key}/{journey.pk}/

--
You get this message because you asked Wayout to remind you.
No more reminders at all:
http://testserver/stop/{journey.user.stop_key}/
"""
    )


def test_the_html_leads_to_the_same_places(smtp_server, journey):
    message = letter(smtp_server)
    html = pages.read(message.get_body(["html"]).get_content())
    text = message.get_body(["plain"]).get_content()
    assert [link["href"] for link in html.all("a")] == re.findall(r"http\S+", text)


@pytest.mark.parametrize(
    ("kind", "says_what_to_do"), [("lapsed", False), ("last_chance", False), ("untouched", True)]
)
def test_what_cannot_be_done_now_is_not_said(smtp_server, journey, kind, says_what_to_do):
    Reminder.objects.filter(due_at=OVER).update(kind=kind)
    text = letter(smtp_server).get_body(["plain"]).get_content()
    assert ("Look **well**." in text, "\n\n\n" in text) == (says_what_to_do, False)
    assert "answer right here" not in text


@pytest.mark.parametrize(
    ("kind", "headline", "details"),
    [
        ("over", "The waiting period at Amazon is over", f"It ended on {SAID}."),
        (
            "could_be_over",
            "The waiting period at Amazon could be over",
            "The shortest waiting time has passed. Have you heard from them?",
        ),
        (
            "no_answer",
            "Is there any news from Amazon?",
            f"The waiting period should have ended on {SAID}.",
        ),
        (
            "deadline_near",
            "The next step at Amazon has to be done soon",
            f"You have until {SAID}.",
        ),
        (
            "lapsed",
            "The time for the next step at Amazon has run out",
            f"It had to be done by {SAID}. Nothing is lost: go back one step and ask again.",
        ),
        (
            "last_chance",
            "You can still change your mind about Amazon",
            f"You can take it back at Amazon until {SAID}. After that it is final. "
            "If you still want to leave, you need do nothing.",
        ),
        ("chosen", "You asked us to remind you of Amazon", "Today is the day that you chose."),
        (
            "untouched",
            "Do you still want to leave Amazon?",
            "You have not gone on for a week. Everything is as you left it.",
        ),
    ],
)
def test_a_message_has_a_short_heading_and_the_details_below(
    smtp_server, journey, kind, headline, details
):
    Reminder.objects.filter(due_at=OVER).update(kind=kind)
    message = letter(smtp_server)
    text, html = (message.get_body([each]).get_content() for each in ("plain", "html"))
    part = pages.read(html).one("div", class_="part")
    said = [part.one("h1").text, part.texts("p")[0]]
    lines = [each.strip() for each in text.splitlines()[:4]]
    assert [unmarked(each) for each in said] == [headline, details]
    assert [unmarked(each) for each in lines] == [headline, "", details, ""]


def unmarked(text):
    """Without the characters that isolate a name, and keep a date together."""
    return re.sub("[\u2068\u2069]", "", text).replace("\N{NO-BREAK SPACE}", " ")


def test_the_html_keeps_a_date_together(smtp_server, journey):
    html = pages.read(letter(smtp_server).get_body(["html"]).get_content())
    assert html.texts("span", class_="date") == [SAID]


def lead(message):
    """What the button says, and the line above the address in the text."""
    text, html = (message.get_body([each]).get_content() for each in ("plain", "html"))
    button, lines = pages.read(html).one("a", class_="button"), text.splitlines()
    return button.text, lines[lines.index(button["href"]) - 1]


@pytest.mark.parametrize(
    ("kind", "label"), [("over", "Go on"), ("last_chance", "Open the journey")]
)
def test_the_button_says_what_it_does(smtp_server, journey, kind, label):
    Reminder.objects.filter(due_at=OVER).update(kind=kind)
    assert lead(letter(smtp_server)) == (label, f"{label}:")


def test_the_button_of_what_has_run_out_leads_to_where_one_goes_back(
    client, smtp_server, alice, clock
):
    guide = make_guide(service=make_service(name="Amazon"))
    way = make_way("ask", ("confirm", {"do_within": 5 * DAY}), guide=guide)
    journey = journeys.start(user=alice, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    assert send(NOW + 6 * DAY) == (1, 0)
    (message,) = smtp_server.messages
    assert lead(message) == ("Go back one step", "Go back one step:")
    clock.move_to(NOW + 6 * DAY)
    client.force_login(alice)
    html = pages.read(message.get_body(["html"]).get_content())
    opened = pages.read(client.get(html.one("a", class_="button")["href"])).one(id="step")
    assert opened.texts("button")[0] == "Go back to: Ask"


# --- Several at once ------------------------------------------------------------------------------


def chapters(mailbox):
    """What one message says, in its order: service and kind of each part."""
    (message,) = mailbox.messages
    html = pages.read(message.get_body(["html"]).get_content())
    return message["Subject"], [part.one("h1").text for part in html.all("div", class_="part")]


def test_all_that_is_due_for_one_person_is_one_message_most_urgent_first(smtp_server, alice):
    gone_on = [leave(alice, name) for name in ("Amazon", "Facebook", "Google")]
    for journey, kind in zip(gone_on, ("chosen", "over", "lapsed"), strict=True):
        Reminder.objects.filter(journey=journey, due_at=OVER).update(kind=kind)
    assert send() == (1, 0)
    subject, said = chapters(smtp_server)
    assert (subject, [re.search("Google|Facebook|Amazon", each)[0] for each in said]) == (
        "3 things need you",
        ["Google", "Facebook", "Amazon"],
    )


def test_of_several_about_one_step_only_the_newest_is_said(smtp_server, journey):
    assert send(OVER + 30 * DAY) == (1, 0)
    assert chapters(smtp_server) == (
        "Is there any news?",
        ["Is there any news from \u2068Amazon\u2069?"],
    )
    assert send(OVER + 31 * DAY) == (0, 0)


def test_what_falls_into_the_night_waits_for_the_morning(smtp_server, journey):
    Reminder.objects.filter(kind="over").update(due_at=NOW + 9 * HOUR)  # 22:00 in Oslo
    assert [send(NOW + 9 * HOUR), send(NOW + 18 * HOUR)] == [(0, 0), (0, 0)]
    assert send(NOW + 19 * HOUR) == (1, 0)


def test_what_is_urgent_comes_at_night_too(smtp_server, journey):
    Reminder.objects.filter(kind="over").update(due_at=NOW + 9 * HOUR, is_urgent=True)
    assert send(NOW + 9 * HOUR) == (1, 0)


def test_a_message_is_in_the_language_of_the_person(smtp_server, alice, journey):
    User.objects.update(language="ar")
    message = letter(smtp_server)
    html = pages.read(message.get_body(["html"]).get_content()).one("html")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    assert f"http://testserver/ar/journeys/{journey.pk}/" in html.one("a", class_="button")["href"]


def test_script_in_a_step_is_harmless_in_a_message(smtp_server, journey):
    step = journey.guide.steps.get(key="look")
    step.translations.update(title="<script>1</script>", body='<img src="https://evil.example/x">')
    html = pages.read(letter(smtp_server).get_body(["html"]).get_content())
    assert html.texts("h2") == ["<script>1</script>"]
    assert (html.all("script"), html.all("img")) == ([], [])


def test_the_bytes_name_how_to_stop_more_of_it(smtp_server, journey):
    send()
    head = smtp_server.raw[0].partition(b"\r\n\r\n")[0].split(b"\r\n")
    lines = dict(line.split(b": ", 1) for line in head if not line.startswith(b" "))
    stop = f"<http://testserver/stop/{journey.user.stop_key}/>".encode()
    assert (lines[b"List-Unsubscribe"], lines[b"List-Unsubscribe-Post"]) == (
        stop,
        b"List-Unsubscribe=One-Click",
    )
    assert b"\r\n\t" not in smtp_server.raw[0].partition(b"\r\n\r\n")[0]
    assert lines[b"Auto-Submitted"] == b"auto-generated"
    assert lines[b"Subject"] == b"One of your waiting periods has ended"


def test_a_site_address_of_35_characters_does_not_fold_the_header(smtp_server, journey, settings):
    settings.SITE_URL = "https://reminders.wayout.example.org"[:35]
    send()
    wanted = f"List-Unsubscribe: <{settings.SITE_URL}/stop/{journey.user.stop_key}/>\r\n"
    assert f"\r\n{wanted}".encode() in smtp_server.raw[0]


# --- Stopping -------------------------------------------------------------------------------------


@pytest.fixture
def stranger():
    """Somebody who has the message but is not signed in, and whose mail program has no cookies."""
    return Client(enforce_csrf_checks=True)


def wants(person):
    person.refresh_from_db()
    rows = person.journeys.order_by("started_at", "pk").values_list("wants_reminders", flat=True)
    return person.wants_reminders, set(rows)


def test_opening_a_link_stops_nothing(stranger, alice, journey):
    for path in (f"/stop/{alice.stop_key}/", f"/stop/{alice.stop_key}/{journey.pk}/"):
        stranger.get(path)
        stranger.head(path)
    assert wants(alice) == (True, {True})


def test_one_click_of_a_mail_program_stops_all(stranger, alice, journey):
    path = f"/stop/{alice.stop_key}/"
    response = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, wants(alice)) == (200, (False, {True}))


def test_the_button_on_the_page_stops_what_it_says(stranger, alice, journey, smtp_server):
    leave(alice, "Facebook")
    path = f"/stop/{alice.stop_key}/{journey.pk}/"
    one, every = pages.read(stranger.get(path)).one("main").all("form")
    assert (one.one("button").text, one.get("action")) == ("Stop the reminders about Amazon", None)
    stranger.post(path, one.fields)
    assert (wants(alice), send()) == ((True, {True, False}), (1, 0))
    stranger.post(every["action"], every.fields)
    assert wants(alice) == (False, {True, False})


def test_the_page_says_what_is_no_longer_written_and_leads_back(stranger, alice, journey):
    end = "not when a waiting period ends, and not when a deadline is near."
    said = {
        f"/{journey.pk}/": f"We will no longer write to you about Amazon: {end}",
        "/": f"We will no longer write to you at all: {end}",
    }
    back = {f"/{journey.pk}/": journey.get_absolute_url(), "/": "/en/"}
    for path, lead in said.items():
        main = pages.read(stranger.get(f"/stop/{alice.stop_key}{path}")).one("main")
        (keep,) = main.all("a")
        assert (main.one(class_="lead").text, keep.text) == (lead, "No, keep them")
        assert keep["href"] == back[path]


def test_the_page_says_afterwards_what_was_stopped(stranger, alice, journey):
    page = pages.read(stranger.post(f"/stop/{alice.stop_key}/{journey.pk}/"))
    assert page.texts("h1") == ["Reminders are off"]
    assert page.one(class_="lead").text == "We will not write to you about Amazon any more."


def test_the_page_leads_to_where_they_are_switched_on_again(stranger, alice, journey):
    places = {f"/{journey.pk}/": journey.get_absolute_url(), "/": "/en/settings/"}
    for path, place in places.items():
        main = pages.read(stranger.post(f"/stop/{alice.stop_key}{path}")).one("main")
        assert [link["href"] for link in main.all("a")] == [place]


def test_stopping_twice_is_as_good_as_once(stranger, alice, journey):
    answers = [stranger.post(f"/stop/{alice.stop_key}/").status_code for _ in "12"]
    assert (answers, wants(alice)[0]) == ([200, 200], False)


def test_a_key_does_not_open_the_journey_of_another(stranger, alice, journey):
    bob = make_user("bob")
    theirs = leave(bob, "Facebook")
    path = f"/stop/{alice.stop_key}/{theirs.pk}/"
    answers = [stranger.get(path).status_code, stranger.post(path).status_code]
    assert (answers, wants(bob)) == ([404, 404], (True, {True}))


@pytest.mark.parametrize("key", ["nobody", "%00", "x" * 500])
def test_a_key_of_nobody_is_not_there(stranger, alice, key):
    answers = [
        stranger.get(f"/stop/{key}/").status_code,
        stranger.post(f"/stop/{key}/").status_code,
    ]
    assert (answers, wants(alice)[0]) == ([404, 404], True)


def test_the_stop_page_is_in_the_language_of_the_message(stranger, alice, journey):
    User.objects.update(language="ar")
    page = pages.read(stranger.get(f"/stop/{alice.stop_key}/", headers={"Accept-Language": "nb"}))
    assert page.one("html").attributes == {"lang": "ar", "dir": "rtl"}


def test_a_stopped_journey_goes_on_all_the_same(stranger, alice, journey):
    stranger.post(f"/stop/{alice.stop_key}/{journey.pk}/")
    assert Entry.objects.count() == 2
    assert standings.of(journey=journey, now=NOW).timeline.is_waiting
