"""What many answers say together: how long a wait usually takes. Pure: imports no Django."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from guides.domain.durations import UNITS

# From this length on a wait is told in days; before in hours.
IN_DAYS_FROM = 2 * UNITS["day"]
# What somebody had to wait for longer than this did not depend on the guide.
LONGEST = 2 * UNITS["year"]


class Usual(NamedTuple):
    """Half of all people waited no longer than `usually`, nine of ten no longer than the other."""

    usually: timedelta
    nine_of_ten: timedelta


def usual(lengths: Iterable[timedelta]) -> Usual:
    """Both are lengths that somebody gave, so they are as round as those. There must be some."""
    ordered = sorted(lengths)
    return Usual(_within_which(ordered, 5), _within_which(ordered, 9))


def _within_which(ordered: list[timedelta], tenths: int) -> timedelta:
    """The length within which so many tenths of the people were through (nearest rank)."""
    return ordered[-(-len(ordered) * tenths // 10) - 1]


def rounded(length: timedelta) -> timedelta:
    """Whole hours, from two days on whole days: a length to the minute would betray its journey."""
    unit = UNITS["hour"] if length < IN_DAYS_FROM - UNITS["hour"] / 2 else UNITS["day"]
    return min(max(1, (length + unit / 2) // unit) * unit, LONGEST)
