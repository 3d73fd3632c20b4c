"""All journeys of a person at a glance: what can be done, what waits and until when, what is over.

Read so that fifty of them cost little more than one: of services only their names, of what is
finished no steps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from guides.domain import catalogue, journeys, standings
from guides.domain.clocks import DAY
from guides.domain.timeline import State, Timeline
from guides.models import Journey, Step, User

# The axis of what waits has so many parts; each of them is one of these numbers of days long.
PARTS = 4
DAYS_A_PART = (1, 2, 4, 7, 14, 28)
# More journeys than this are too many to see where each group begins.
LONG = 12


@dataclass(frozen=True, slots=True)
class Axis:
    """The time from now on, in equal parts, along which all waits of the page are drawn."""

    begins_at: datetime
    part: timedelta

    @property
    def marks(self) -> list[datetime]:
        """Where its parts begin."""
        return [self.begins_at + number * self.part for number in range(PARTS)]

    def place(self, moment: datetime) -> int:
        """How far along the axis it is, in percent; more than 100 where it lies beyond."""
        return max(0, round(100 * (moment - self.begins_at) / (PARTS * self.part)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a wait is drawn: the percent of the axis until it may be over, and until it must be."""

    least: int
    most: int

    @property
    def goes_on(self) -> bool:
        """Beyond the axis, or nobody knows until when."""
        return self.most > 100


@dataclass(frozen=True, slots=True)
class Glance:
    """One journey, with the names of its service by language. What is finished has no timeline."""

    journey: Journey
    names: Mapping[str, str]
    timeline: Timeline[Step] | None = None
    stretch: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The groups by `journeys.Urgency`, those that are empty left out; finished ones apart."""

    groups: dict[str, list[Glance]]
    finished: list[Glance]
    axis: Axis

    @property
    def is_long(self) -> bool:
        return len(self.finished) + sum(map(len, self.groups.values())) > LONG


def of(*, person: User, now: datetime) -> Overview:
    mine = list(person.journeys.all())
    names = catalogue.service_names(mine)
    running = standings.of_all(journeys=[each for each in mine if not each.finished_at], now=now)
    axis = _axis([here.timeline for here in running], now)
    groups = {
        urgency: [
            Glance(
                here.journey,
                names[here.journey.pk],
                here.timeline,
                _stretch(here.timeline, axis) if urgency == journeys.Urgency.WAITING else None,
            )
            for here in group
        ]
        for urgency, group in journeys.by_urgency(running).items()
    }
    finished = [Glance(each, names[each.pk]) for each in mine if each.finished_at]
    finished.sort(key=lambda each: each.journey.finished_at or now, reverse=True)
    return Overview(groups, finished, axis)


def _axis(timelines: Iterable[Timeline[Step]], now: datetime) -> Axis:
    """Just long enough for what is known to end, up to the longest there is."""
    ends = [ends_at for each in timelines if (ends_at := _ends_at(each))]
    needed = max(ends, default=now) - now
    days = next((days for days in DAYS_A_PART if PARTS * days * DAY >= needed), DAYS_A_PART[-1])
    return Axis(now, days * DAY)


def _stretch(timeline: Timeline[Step], axis: Axis) -> Stretch:
    ends_at = _ends_at(timeline)
    return Stretch(
        least=min(100, axis.place(timeline.waiting_until)) if timeline.waiting_until else 0,
        most=axis.place(ends_at) if ends_at else 101,
    )


def _ends_at(timeline: Timeline[Step]) -> datetime | None:
    """When the last of the waits that run ends; None if there is none, or nobody knows."""
    ends = [each.facts.longest_at for each in timeline.steps if each.state is State.WAITING]
    known = [ends_at for ends_at in ends if ends_at]
    return max(known) if known and len(known) == len(ends) else None
