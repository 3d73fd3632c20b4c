"""Steps and journal entries without a database, for the pure tests of the timeline."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    id: int
    kind: str = "act"
    while_waiting: bool = False
    is_optional: bool = False
    wait_shortest: timedelta | None = None
    wait_longest: timedelta | None = None
    in_business_days: bool = False
    until_date: bool = False
    do_within: timedelta | None = None
    goes_back_to_id: int | None = None
    continues_with_id: int | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    step_id: int
    kind: str
    happened_at: datetime = NOW
    shortest_at: datetime | None = None
    longest_at: datetime | None = None
    stay_signed_out: bool = False


def wait(step_id: int, **fields: object) -> Step:
    return Step(step_id, "wait", **{"wait_longest": 4 * DAY, **fields})


# Steps of every sort, by what is special about them.
ACT, OPTIONAL, PREPARE, CHECK = (
    Step(1),
    Step(2, is_optional=True),
    Step(3, "prepare"),
    Step(9, "check"),
)
PREPARE_TOO, WAIT = Step(4, "prepare"), wait(5)
MEANWHILE, SECOND_CLOCK = Step(6, while_waiting=True), wait(7, while_waiting=True)
HEADING, RETIRED = Step(8, continues_with_id=77), Step(10, retired_at=NOW)
LIMITED = Step(20, do_within=5 * DAY)
OPTIONAL_LIMITED = Step(21, is_optional=True, do_within=5 * DAY)
