"""Which rows have served their purpose, and which have not."""

from datetime import UTC, datetime, timedelta

import pytest

from guides.domain import claims, housekeeping
from guides.models import Message, Reminder
from tests.factories import make_guide, make_way, wait
from tests.workers import make_crowd

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOW + housekeeping.KEPT_FOR


@pytest.fixture(autouse=True)
def crowd():
    guide = make_guide()
    make_way("send", ("review", wait(days=4)), guide=guide)
    make_crowd(3, guide=guide, now=NOW)


def left():
    return Reminder.objects.count(), Message.objects.count()


@pytest.mark.parametrize("how", ["sent_at", "failed_at"])
def test_what_is_over_goes_after_ninety_days(monkeypatch, how):
    monkeypatch.setattr(housekeeping, "AT_A_TIME", 2)
    claims.claim(now=NOW)
    Message.objects.update(**{how: NOW})
    Reminder.objects.update(**{how: NOW})
    housekeeping.clear(now=LATER)
    assert left() == (3, 3)
    said = housekeeping.clear(now=LATER + SECOND)
    assert left() == (0, 0)
    assert said == (
        "Cleared 3 reminders, 3 messages, 0 calendar events, 0 reports, 0 sessions, 0 devices, "
        "0 addresses of reports, 0 counted tries, 0 finished journeys, 0 unused accounts. "
        "0 people warned."
    )


def test_what_nobody_wanted_goes_after_ninety_days():
    Reminder.objects.update(due_at=NOW)
    housekeeping.clear(now=LATER)
    assert left() == (3, 0)
    housekeeping.clear(now=LATER + SECOND)
    assert left() == (0, 0)


def test_what_is_to_come_stays():
    Reminder.objects.update(due_at=LATER + SECOND)
    housekeeping.clear(now=LATER + SECOND)
    assert left() == (3, 0)
