"""Every fault for a while in the middle of a run, then recovery: nothing lost, nothing repeated."""

import logging
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Sum

from guides.domain import claims, delivery
from guides.domain.post import MOST_MESSAGES, Post
from guides.models import Journey, Message, Reminder, User
from tests import workers
from tests.factories import make_guide, make_way, wait
from tests.mail_server import MailServer
from tests.workers import make_crowd, until, waking_zone

pytestmark = pytest.mark.django_db
in_processes = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
COUNT = 12

# What the server does, and what is noted about a message that had the bad luck to be next.
FAULTS = {
    "temporary MAIL": "451",
    "temporary RCPT": "451",
    "temporary DATA": "451",
    "against_us": "554",
    "gone": "ConnectionRefusedError",
    "silent": "SMTPServerDisconnected",
    "closing": "SMTPConnectError",
    "drop": "SMTPServerDisconnected",
}
# One after the other in one run of a real worker; `make bench` goes through all of them.
SOME = ["temporary DATA", "gone", "drop", "no_tls"]


@pytest.fixture
def mail(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with MailServer.running(tmp_path) as mail:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.port
        yield mail


@pytest.fixture
def post():
    post = Post()
    yield post
    post.close()


def crowd(count=COUNT, now=NOW):
    guide = make_guide()
    make_way("send", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    make_crowd(count, guide=guide, now=now)
    return once_each(count)


def once_each(count):
    return {f"person{number}@example.org": 1 for number in range(count)}


def send(now=NOW):
    return delivery.send_due(now=now)


def person(number=0):
    return User.objects.get(email=f"person{number}@example.org")


# --- The mail server ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_puts_off_and_its_end_delivers(mail, post, monkeypatch, fault):
    everybody = crowd()
    monkeypatch.setattr(claims, "BATCH", COUNT // 3)
    assert delivery.send_batch(post=post, now=NOW).sent == COUNT // 3
    mail.does(*fault.split())
    during = delivery.send_batch(post=post, now=NOW)
    assert (during.sent, during.later, during.failed) == (0, COUNT // 3, 0)
    assert FAULTS[fault] in set(Message.objects.open().values_list("failure", flat=True))
    mail.does("fine")
    send(NOW + HOUR)
    assert mail.mailboxes == everybody
    assert Reminder.objects.unsent().count() == 0


def test_a_handshake_that_fails_puts_off(mail, settings, monkeypatch):
    everybody = crowd()
    monkeypatch.setenv("SSL_CERT_FILE", str(mail.authority))
    settings.EMAIL_USE_TLS = True
    mail.does("no_tls")
    assert send().later == COUNT
    mail.does("fine")
    send(NOW + HOUR)
    assert mail.mailboxes == everybody


def test_a_slow_server_gets_everything_once(mail):
    everybody = crowd(3)
    mail.does("slow", "0.05")
    send()
    assert mail.mailboxes == everybody


def test_what_was_taken_without_a_word_comes_again_under_the_same_name(mail):
    crowd(1)
    mail.does("drop_after")
    assert send().later == 1
    mail.does("fine")
    send(NOW + HOUR)
    assert len(mail.deliveries) == 2
    assert len(set(mail.deliveries)) == 1


def test_however_long_a_server_was_down_they_go_out_soon_after(mail, settings):
    crowd()
    mail.does("gone")
    for minutes in range(0, 360, 30):
        assert send(NOW + timedelta(minutes=minutes)).later == COUNT
    longest = NOW + timedelta(minutes=330) + settings.REMINDER_PAUSE
    assert Message.objects.filter(attempts=12, try_at__lte=longest).count() == COUNT


def test_pauses_grow_and_differ(settings):
    settings.REMINDER_PAUSE = 30 * SECOND
    for tries, longest in [(1, 30), (2, 60), (5, 480), (11, 21600), (500, 21600)]:
        pauses = {delivery.pause_after(tries) for _ in range(50)}
        assert len(pauses) > 1
        assert all(longest / 2 <= pause.total_seconds() <= longest for pause in pauses)


def test_one_address_that_is_refused_is_not_tried_again_and_stops_nobody(mail):
    everybody = crowd()
    mail.does("unknown", "person3@example.org")
    counts = send()
    assert (counts.sent, counts.failed) == (COUNT - 1, 1)
    assert person(3).bounced_at == NOW
    mail.does("fine")
    send(NOW + 2 * DAY)
    del everybody["person3@example.org"]
    assert mail.mailboxes == everybody
    assert list(User.objects.exclude(bounced_at=None)) == [person(3)]


def test_a_server_that_objects_to_us_bounces_nobody(mail):
    crowd()
    mail.does("against_us")
    send()
    assert User.objects.exclude(bounced_at=None).count() == 0


def test_a_connection_is_renewed_before_the_server_has_enough_of_it(mail, monkeypatch):
    crowd(MOST_MESSAGES + 1)
    opened = []
    original = Post._open
    monkeypatch.setattr(Post, "_open", lambda post: (opened.append(post), original(post)))
    send()
    assert mail.count == MOST_MESSAGES + 1
    assert len(opened) == 2


def test_it_is_given_up_after_three_days_and_shown_to_the_operator(mail, caplog):
    crowd(1)
    mail.does("temporary", "DATA")
    now = NOW
    while Message.objects.open().exists() or now == NOW:
        send(now)
        assert now <= NOW + timedelta(days=3, hours=6)
        now += HOUR
    message = Message.objects.get()
    assert message.failed_at >= NOW + timedelta(days=3)
    assert message.attempts >= delivery.FEWEST_TRIES - 1
    assert Reminder.objects.get().failed_at == message.failed_at
    listed = StringIO()
    call_command("send_reminders", failed=True, stdout=listed)
    assert listed.getvalue() == (
        f"{message.failed_at:%Y-%m-%d %H:%M} {message.message_id} "
        f"after {message.attempts} tries: 451\n"
    )
    assert caplog.record_tuples[-1][:2] == ("guides.domain.delivery", logging.ERROR)
    assert "example.org" not in caplog.text
    mail.does("fine")
    assert send(now + DAY).total == 0


# --- Messages -------------------------------------------------------------------------------------


def test_a_message_that_cannot_be_rendered_stops_nobody_and_is_sent_once_it_can_be(mail):
    everybody = crowd()
    User.objects.filter(pk=person(0).pk).update(time_zone="Nowhere/Land")
    counts = send()
    assert (counts.sent, counts.later) == (COUNT - 1, 1)
    User.objects.filter(pk=person(0).pk).update(time_zone="UTC")
    send(NOW + HOUR)
    assert mail.mailboxes == everybody


def test_a_journey_that_cannot_be_read_stops_nobody(mail, monkeypatch):
    crowd()
    broken = Journey.objects.get(user=person(5)).pk
    read = delivery.standings.facts.read_journal

    def read_journal(lines):
        if any(line.journey_id == broken for line in lines):
            raise KeyError
        return read(lines)

    monkeypatch.setattr(delivery.standings.facts, "read_journal", read_journal)
    counts = send()
    assert (counts.sent, counts.later) == (COUNT - 1, 1)


def test_what_is_withdrawn_meanwhile_is_dropped_and_the_rest_goes_on(mail, post, monkeypatch):
    everybody = crowd()
    monkeypatch.setattr(claims, "BATCH", 2)
    mail.does("gone")
    delivery.send_batch(post=post, now=NOW)
    mail.does("fine")
    put_off = list(Message.objects.values_list("user__email", flat=True))
    Reminder.objects.filter(message__isnull=False).delete()
    counts = send(NOW + HOUR)
    assert (counts.sent, counts.dropped) == (COUNT - 2, 2)
    assert mail.mailboxes == {who: 1 for who in everybody if who not in put_off}
    assert Message.objects.open().count() == 0


def test_a_journey_switched_off_meanwhile_is_not_spoken_of(mail):
    crowd(2)
    mail.does("gone")
    send()
    mail.does("fine")
    Journey.objects.filter(user=person(0)).update(wants_reminders=False)
    send(NOW + HOUR)
    assert mail.mailboxes == {"person1@example.org": 1}


@pytest.mark.parametrize(("is_urgent", "sent"), [(True, 1), (False, 0)])
def test_at_night_only_what_is_urgent_is_tried_again(mail, is_urgent, sent):
    crowd(1)
    Reminder.objects.update(is_urgent=is_urgent)
    mail.does("gone")
    send()
    mail.does("fine")
    assert send(NOW + 12 * HOUR).sent == sent
    assert send(NOW + DAY).sent == 1 - sent


def test_health_speaks_of_what_could_be_sent_and_is_not(mail):
    crowd(4)
    mail.does("gone")
    send()
    User.objects.filter(pk=person(0).pk).update(wants_reminders=False)
    User.objects.filter(pk=person(1).pk).update(bounced_at=NOW)
    User.objects.filter(pk=person(2).pk).update(time_zone=waking_zone(NOW + 12 * HOUR))
    late = timedelta(minutes=10)
    assert claims.overdue(now=NOW + late - SECOND, by=late) == 0
    assert claims.overdue(now=NOW + late, by=late) == 1


# --- Leases and clocks ----------------------------------------------------------------------------


def names(messages):
    return {message.message_id for message in messages}


def test_what_a_dead_worker_held_is_taken_over_when_its_lease_is_over(settings):
    crowd(2)
    held = names(claims.claim(now=NOW))
    assert len(held) == 2
    assert claims.claim(now=NOW + settings.REMINDER_LEASE - SECOND) == []
    assert names(claims.claim(now=NOW + settings.REMINDER_LEASE)) == held


def test_a_worker_whose_clock_is_a_little_behind_steals_nothing(mail):
    crowd(2)
    mail.does("gone")
    send()
    assert len(claims.claim(now=NOW + HOUR)) == 2
    assert claims.claim(now=NOW + HOUR - SECOND) == []


def test_a_clock_set_back_neither_loses_nor_repeats(mail):
    everybody = crowd(4)
    Reminder.objects.update(due_at=NOW - 3 * DAY)
    claims.claim(now=NOW)
    assert send(NOW - 2 * DAY).sent == 4
    send(NOW)
    assert mail.mailboxes == everybody


def test_a_clock_set_forward_neither_gives_up_nor_repeats(mail):
    everybody = crowd(4)
    mail.does("temporary", "DATA")
    send()
    assert send(NOW + 400 * DAY).later == 4
    mail.does("fine")
    send(NOW + DAY)
    assert mail.mailboxes == everybody
    assert send(NOW + 400 * DAY).total == 0


def test_whoever_comes_too_late_takes_nothing_from_the_one_who_took_over(settings):
    crowd(1)
    [late] = claims.claim(now=NOW)
    [held] = claims.claim(now=NOW + settings.REMINDER_LEASE)
    claims.hand_back([late])
    delivery._try_later(late, "451", NOW + settings.REMINDER_LEASE)
    delivery._fail(late, "550", NOW + settings.REMINDER_LEASE, is_bounce=True)
    now = Message.objects.get()
    assert (now.claimed_until, now.attempts, now.failed_at) == (held.claimed_until, 0, None)
    assert person().bounced_at is None


def test_a_long_round_claims_by_the_time_that_it_has_become(mail, monkeypatch):
    crowd(2)
    monkeypatch.setattr(claims, "BATCH", 1)
    ticks = iter(range(0, 1000, 100))
    monkeypatch.setattr(delivery, "monotonic", lambda: next(ticks))
    send()
    first, second = Message.objects.order_by("created_at").values_list("created_at", flat=True)
    assert second - first >= 100 * SECOND


def test_a_batch_that_takes_too_long_is_handed_back(mail, post, monkeypatch, settings):
    crowd(3)
    ticks = iter([0, settings.REMINDER_LEASE.total_seconds()])
    monkeypatch.setattr(delivery, "monotonic", lambda: next(ticks))
    assert delivery.send_batch(post=post, now=NOW).sent == 1
    assert Message.objects.open().filter(claimed_until=None).count() == 2


# --- The database ---------------------------------------------------------------------------------


@in_processes
def test_what_the_server_has_taken_is_recorded_once_the_database_is_back(mail, monkeypatch):
    everybody = crowd(3)
    pauses, record = [], delivery._execute_prepared

    def away(statement, values):
        if len(pauses) < 2:
            raise OperationalError
        record(statement, values)

    monkeypatch.setattr(delivery, "sleep", pauses.append)
    monkeypatch.setattr(delivery, "_execute_prepared", away)
    send()
    assert pauses == [0.1, 0.5]
    send(NOW + DAY)
    assert mail.mailboxes == everybody


@in_processes
@pytest.mark.skipif(connection.vendor == "sqlite", reason="there are no connections to cut")
def test_connections_that_are_cut_lose_nothing_and_repeat_nothing(mail, tmp_path):
    everybody = crowd(300, now=datetime.now(UTC))
    mail.does("slow", "0.002")
    cut = 0
    with workers.working(mail, tmp_path, REMINDER_LEASE="2") as them:
        them.start(2)
        for _ in range(5):
            before = mail.count
            until(lambda before=before: mail.count > before or workers.are_all_done())
            cut += cut_connections()
        until(workers.are_all_done)
        assert them.end() == [0, 0]
    assert cut >= 5
    assert mail.mailboxes == everybody


def cut_connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.rowcount


@in_processes
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one lock for all")
def test_a_locked_database_is_waited_for(mail, tmp_path):
    everybody = crowd(60, now=datetime.now(UTC))
    with workers.working(mail, tmp_path) as them:
        them.start()
        for _ in range(5):
            before = mail.count
            until(lambda before=before: mail.count > before or workers.are_all_done())
            hold_the_lock(0.2)
        until(workers.are_all_done)
        assert them.end() == [0]
    assert "does not answer" not in them.said()
    assert mail.mailboxes == everybody


def hold_the_lock(seconds):
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        workers.pass_by(seconds, unless=lambda: False)
        cursor.execute("COMMIT")


# --- Workers --------------------------------------------------------------------------------------


@in_processes
def test_a_worker_goes_through_one_fault_after_the_other(mail, tmp_path):
    everybody = crowd(60, now=datetime.now(UTC))
    quick = {"REMINDER_LEASE": "60", "REMINDER_PAUSE": "0.3", "scheme": "smtp+tls"}
    with workers.working(mail, tmp_path, **quick) as them:
        mail.does("slow", "0.002")
        them.start()
        for fault in SOME:
            before = mail.count
            until(lambda before=before: mail.count > before, what=f"mail before {fault}")
            before = tries()
            mail.does(*fault.split())
            until(lambda before=before: tries() > before, what=f"a message put off by {fault}")
            mail.does("slow", "0.002")
        mail.does("fine")
        until(workers.are_all_done, within=60)
        assert them.end() == [0]
    assert mail.mailboxes.keys() == everybody.keys()
    # What was in hand when a fault began may have been taken, and the answer lost.
    assert mail.repeats <= len(SOME)
    assert len(set(mail.deliveries)) == len(everybody)
    assert "example.org" not in them.said()


def tries():
    return Message.objects.aggregate(tries=Sum("attempts", default=0))["tries"]


@in_processes
def test_a_worker_told_to_stop_finishes_the_message_in_hand_and_hands_back_the_rest(mail, tmp_path):
    everybody = crowd(30, now=datetime.now(UTC))
    mail.does("slow", "0.05")
    with workers.working(mail, tmp_path, REMINDER_LEASE="600") as them:
        them.start()
        until(lambda: mail.count >= 2)
        assert them.end() == [0]
        sent = mail.count
        assert Message.objects.exclude(sent_at=None).count() == sent
        assert list(Message.objects.open().values_list("claimed_until", flat=True)) == [None] * (
            30 - sent
        )
        assert sent < 30
        mail.does("fine")
        them.start()
        until(workers.are_all_done)
        assert them.end() == [0]
    assert mail.mailboxes == everybody


@in_processes
def test_a_worker_told_to_stop_while_it_sleeps_stops_at_once(mail, tmp_path):
    with workers.working(mail, tmp_path, REMINDER_EVERY="600") as them:
        them.start()
        until(lambda: "Cleared" in them.said())
        assert them.end() == [0]
    assert them.said().endswith("Stopped.\n")


def test_an_error_of_the_database_while_drawing_up_is_no_fault_of_the_message(mail, monkeypatch):
    crowd(1)

    def reminders(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(delivery.emails.Letters, "reminders", reminders)
    with pytest.raises(DatabaseError):
        send()
    assert Message.objects.get().attempts == 0
