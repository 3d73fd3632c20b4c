"""What a timeline is read from: steps, journal entries, and what the entries say of each step.

Pure: imports no Django.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar


class StepLike(Protocol):
    """What the timeline needs to know of a step; `models.Step` has it all."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def while_waiting(self) -> bool: ...
    @property
    def is_optional(self) -> bool: ...
    @property
    def wait_shortest(self) -> timedelta | None: ...
    @property
    def wait_longest(self) -> timedelta | None: ...
    @property
    def in_business_days(self) -> bool: ...
    @property
    def until_date(self) -> bool: ...
    @property
    def do_within(self) -> timedelta | None: ...
    @property
    def goes_back_to_id(self) -> int | None: ...
    @property
    def continues_with_id(self) -> int | None: ...
    @property
    def retired_at(self) -> datetime | None: ...


StepT = TypeVar("StepT", bound=StepLike)


class EntryLike(Protocol):
    """What the timeline needs to know of a journal entry; `models.Entry` has it all."""

    @property
    def step_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def shortest_at(self) -> datetime | None: ...
    @property
    def longest_at(self) -> datetime | None: ...
    @property
    def stay_signed_out(self) -> bool: ...


class Span(NamedTuple):
    """From when until when a clock runs."""

    started_at: datetime
    ends_at: datetime


class Facts(NamedTuple):
    """What the journal says of one step. `shortest_at` and `longest_at` are its running clock."""

    done_at: datetime | None = None
    skipped_at: datetime | None = None
    started_at: datetime | None = None
    shortest_at: datetime | None = None
    longest_at: datetime | None = None
    stay_signed_out: bool = False

    @property
    def span(self) -> Span | None:
        """From when until when its clock runs; None without a clock, or one that has no end."""
        if self.started_at is None or self.longest_at is None:
            return None
        return Span(self.started_at, self.longest_at)


NOTHING = Facts()


def read_journal(entries: Iterable[EntryLike]) -> dict[int, Facts]:
    """The facts by step id, from the standing entries in the order in which they were written.

    Going back says nothing of its own: it takes other entries back.
    """
    said: dict[int, dict[str, Any]] = defaultdict(dict)
    for entry in entries:
        match entry.kind:
            case "done":
                said[entry.step_id]["done_at"] = entry.happened_at
            case "skipped":
                said[entry.step_id]["skipped_at"] = entry.happened_at
            case "started":
                said[entry.step_id] |= {
                    "started_at": entry.happened_at,
                    "shortest_at": entry.shortest_at,
                    "longest_at": entry.longest_at,
                    "stay_signed_out": entry.stay_signed_out,
                }
            case "extended":
                said[entry.step_id] |= {
                    "shortest_at": entry.shortest_at,
                    "longest_at": entry.longest_at,
                }
    return {step_id: Facts(**known) for step_id, known in said.items()}
