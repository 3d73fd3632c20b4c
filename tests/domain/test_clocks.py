"""When a clock ends: daylight saving time, month ends, business days; and what hangs on it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from guides.domain import clocks
from guides.domain.clocks import Clock
from tests.domain.plain import (
    ACT,
    CHECK,
    DAY,
    HEADING,
    HOUR,
    LIMITED,
    MEANWHILE,
    NOW,
    OPTIONAL,
    OPTIONAL_LIMITED,
    RETIRED,
    SECOND_CLOCK,
    WAIT,
    Step,
    wait,
)

OSLO, NEW_YORK = ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York")


def oslo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=OSLO).astimezone(UTC)


def new_york(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK).astimezone(UTC)


def ends_of(step: Step, started_at: datetime, zone: ZoneInfo = OSLO) -> datetime | None:
    return clocks.set_clock(step, started_at, zone).longest_at


# A wait that spans the change is never an hour short; a deadline never an hour long.
CHANGES = {
    "Oslo, to winter, wait: the same time of day": (
        OSLO,
        oslo(2026, 10, 24, 12),
        "wait",
        oslo(2026, 10, 25, 12),
    ),
    "Oslo, to winter, deadline: so many hours": (
        OSLO,
        oslo(2026, 10, 24, 12),
        "act",
        oslo(2026, 10, 25, 11),
    ),
    "Oslo, to summer, wait: so many hours": (
        OSLO,
        oslo(2026, 3, 28, 12),
        "wait",
        oslo(2026, 3, 29, 13),
    ),
    "Oslo, to summer, deadline: the same time of day": (
        OSLO,
        oslo(2026, 3, 28, 12),
        "act",
        oslo(2026, 3, 29, 12),
    ),
    "New York, to winter, wait": (
        NEW_YORK,
        new_york(2026, 10, 31, 12),
        "wait",
        new_york(2026, 11, 1, 12),
    ),
    "New York, to winter, deadline": (
        NEW_YORK,
        new_york(2026, 10, 31, 12),
        "act",
        new_york(2026, 11, 1, 11),
    ),
    "New York, to summer, wait": (
        NEW_YORK,
        new_york(2026, 3, 7, 12),
        "wait",
        new_york(2026, 3, 8, 13),
    ),
    "New York, to summer, deadline": (
        NEW_YORK,
        new_york(2026, 3, 7, 12),
        "act",
        new_york(2026, 3, 8, 12),
    ),
    "an hour that is left out, wait": (
        OSLO,
        oslo(2026, 3, 28, 2, 30),
        "wait",
        oslo(2026, 3, 29, 3, 30),
    ),
    "an hour that comes twice, deadline": (
        OSLO,
        oslo(2026, 10, 24, 2, 30),
        "act",
        oslo(2026, 10, 25, 2, 30),
    ),
    "the change of another zone does not matter": (
        OSLO,
        oslo(2026, 10, 31, 12),
        "wait",
        oslo(2026, 11, 1, 12),
    ),
}


@pytest.mark.parametrize(("zone", "start", "kind", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_day_across_daylight_saving_time_is_the_safer_one(zone, start, kind, expected):
    step = wait(1, wait_longest=DAY) if kind == "wait" else Step(1, do_within=DAY)
    assert ends_of(step, start, zone) == expected


def test_hours_are_hours_across_daylight_saving_time():
    assert ends_of(wait(1, wait_longest=36 * HOUR), oslo(2026, 10, 24, 12)) == oslo(
        2026, 10, 25, 23
    )


CALENDAR = [
    (oslo(2026, 1, 31, 9), 1, oslo(2026, 2, 1, 9)),
    (oslo(2026, 4, 30, 23, 59), 4, oslo(2026, 5, 4, 23, 59)),
    (oslo(2027, 2, 27, 9), 4, oslo(2027, 3, 3, 9)),
    (oslo(2028, 2, 27, 9), 4, oslo(2028, 3, 2, 9)),
    (oslo(2028, 2, 29, 9), 365, oslo(2029, 2, 28, 9)),
    (oslo(2026, 12, 30, 9), 4, oslo(2027, 1, 3, 9)),
]


@pytest.mark.parametrize(("start", "days", "expected"), CALENDAR)
def test_days_go_past_month_ends_and_leap_days(start, days, expected):
    assert ends_of(wait(1, wait_longest=days * DAY), start) == expected


# 2026-11-20 is a Friday.
BUSINESS_DAYS = [
    (oslo(2026, 11, 16, 9), 4 * DAY, oslo(2026, 11, 20, 9)),
    (oslo(2026, 11, 20, 9), 1 * DAY, oslo(2026, 11, 23, 9)),
    (oslo(2026, 11, 20, 9), 5 * DAY, oslo(2026, 11, 27, 9)),
    (oslo(2026, 11, 21, 9), 1 * DAY, oslo(2026, 11, 23, 9)),
    (oslo(2026, 11, 22, 9), 5 * DAY, oslo(2026, 11, 27, 9)),
    (oslo(2026, 10, 23, 9), 1 * DAY, oslo(2026, 10, 26, 9)),
    (oslo(2026, 11, 20, 9), 12 * HOUR, oslo(2026, 11, 23, 9)),
]


@pytest.mark.parametrize(("start", "length", "expected"), BUSINESS_DAYS)
def test_business_days_leave_out_the_weekend_and_count_what_is_begun(start, length, expected):
    assert ends_of(wait(1, wait_longest=length, in_business_days=True), start) == expected


def test_business_days_are_those_of_the_persons_time_zone():
    still_friday_in_new_york = datetime(2026, 11, 21, 2, tzinfo=UTC)
    step = wait(1, wait_longest=DAY, in_business_days=True)
    assert ends_of(step, still_friday_in_new_york, NEW_YORK) == datetime(
        2026, 11, 24, 2, tzinfo=UTC
    )


CLOCKS = {
    "shortest and longest": ((DAY, 4 * DAY), Clock(NOW + DAY, NOW + 4 * DAY)),
    "equal ones are one": ((4 * DAY, 4 * DAY), Clock(None, NOW + 4 * DAY)),
    "the longest only": ((None, 4 * DAY), Clock(None, NOW + 4 * DAY)),
    "the shortest only": ((DAY, None), Clock(None, NOW + DAY)),
    "none that is known": ((None, None), Clock(None, None)),
}


@pytest.mark.parametrize(("lengths", "expected"), CLOCKS.values(), ids=CLOCKS)
def test_set_clock(lengths, expected):
    step = wait(1, wait_shortest=lengths[0], wait_longest=lengths[1])
    assert clocks.set_clock(step, NOW, OSLO) == expected


def test_a_day_begins_at_midnight_where_the_person_is():
    assert clocks.start_of_day(date(2026, 7, 1), OSLO) == datetime(2026, 6, 30, 22, tzinfo=UTC)


# --- What hangs together --------------------------------------------------------------------------

SEND, REVIEW = Step(1), wait(2)
ANCHORS = {
    "the required step before it": ([ACT, WAIT], 5, 1),
    "not an optional one": ([ACT, OPTIONAL, WAIT], 5, 1),
    "an optional step's is the nearest of all": ([ACT, OPTIONAL, OPTIONAL_LIMITED], 21, 2),
    "not a heading": ([ACT, HEADING, WAIT], 5, 1),
    "not a retired step": ([ACT, RETIRED, WAIT], 5, 1),
    "of a second clock, the first one's": ([ACT, WAIT, MEANWHILE, SECOND_CLOCK], 7, 1),
    "a wait after a wait": ([ACT, WAIT, wait(50)], 50, 5),
    "none: the person says when": ([OPTIONAL, WAIT], 5, None),
}


@pytest.mark.parametrize(("steps", "step_id", "expected"), ANCHORS.values(), ids=ANCHORS)
def test_a_clock_is_counted_from(steps, step_id, expected):
    step = next(each for each in steps if each.id == step_id)
    found = clocks.anchor(steps, step)
    assert (found.id if found else None) == expected


def test_both_clocks_start_with_the_step_before_them_but_no_retired_one():
    steps = [ACT, WAIT, MEANWHILE, SECOND_CLOCK, CHECK]
    assert clocks.started_by(steps, ACT) == [WAIT, SECOND_CLOCK]
    assert clocks.started_by([ACT, wait(5, retired_at=NOW)], ACT) == []


def test_a_wait_until_a_date_is_started_by_the_person():
    assert clocks.started_by([ACT, wait(5, until_date=True)], ACT) == []


FALLS = {
    "nothing hangs on an act without a clock": ([ACT, Step(2), CHECK], 1, set()),
    "its wait and all after it": ([ACT, WAIT, MEANWHILE, CHECK], 1, {5, 6, 9}),
    "of a wait, what had to wait for it": ([ACT, WAIT, MEANWHILE, CHECK], 5, {9}),
    "a limited act, and what followed from that": ([ACT, LIMITED, WAIT, CHECK], 1, {20, 5, 9}),
    "a limited act alone": ([ACT, LIMITED, CHECK], 1, {20}),
    "a retired wait that still runs": ([ACT, wait(5, retired_at=NOW), CHECK], 1, {5, 9}),
}


@pytest.mark.parametrize(("steps", "step_id", "expected"), FALLS.values(), ids=FALLS)
def test_falls_with(steps, step_id, expected):
    step = next(each for each in steps if each.id == step_id)
    assert clocks.falls_with(steps, step) == expected


BACK = {
    "to the step it names": ([ACT, Step(2), wait(5, goes_back_to_id=1)], 1),
    "else to where its clock was started": ([ACT, Step(2), wait(5)], 2),
    "not to a retired step": ([Step(1, retired_at=NOW), Step(2), wait(5, goes_back_to_id=1)], 2),
    "never ahead": ([ACT, wait(5, goes_back_to_id=9), CHECK], 1),
    "else to itself": ([OPTIONAL, WAIT], 5),
    "else to itself, behind a heading": ([HEADING, WAIT], 5),
}


@pytest.mark.parametrize(("steps", "expected"), BACK.values(), ids=BACK)
def test_going_back_leads(steps, expected):
    step = next(each for each in steps if each.id == 5)
    assert clocks.step_to_go_back_to(steps, step).id == expected
