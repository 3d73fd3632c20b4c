"""Hundreds of reminders and workers that are killed at any instant. `make bench` does thousands."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from guides.models import Message, Reminder
from tests import workers
from tests.factories import make_guide, make_way, wait
from tests.mail_server import MailServer
from tests.workers import make_crowd, until

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 200
# SQLite has one worker, as DESIGN says; PostgreSQL any number.
WORKERS = 4 if connection.vendor == "postgresql" else 1
# Seconds until somebody takes over from a worker that was killed; alone, nobody can be too early.
LEASE = "2" if WORKERS > 1 else "1"


@pytest.fixture
def mail(tmp_path):
    with MailServer.running(tmp_path) as mail:
        yield mail


@pytest.fixture
def crowd():
    guide = make_guide()
    make_way("send", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    make_crowd(COUNT, guide=guide, now=datetime.now(UTC))
    return {f"person{number}@example.org" for number in range(COUNT)}


def test_every_reminder_is_delivered_exactly_once(mail, crowd, tmp_path):
    with workers.working(mail, tmp_path, REMINDER_LEASE="60") as them:
        them.start(WORKERS)
        until(workers.are_all_done)
        assert them.end() == [0] * WORKERS
    assert mail.mailboxes == dict.fromkeys(crowd, 1)
    assert Message.objects.filter(sent_at=None).count() == 0


def test_whoever_is_killed_loses_nothing_and_repeats_at_most_the_message_in_hand(
    mail, crowd, tmp_path
):
    with workers.working(mail, tmp_path, REMINDER_LEASE=LEASE) as them:
        them.storm(WORKERS, until_calm=10)
        until(workers.are_all_done)
        them.end()
    assert them.kills > 1
    assert mail.mailboxes.keys() == crowd
    assert mail.repeats <= them.kills
    ids = {(each.message_id, each.recipient) for each in mail.deliveries}
    assert len(ids) == COUNT  # a repeat carries the same Message-ID
    assert Reminder.objects.exclude(message__sent_at=None).count() == COUNT
