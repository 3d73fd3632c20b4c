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
