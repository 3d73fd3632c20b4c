"""Where journeys stand: what the database knows of them, read through `domain.timeline`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from guides.domain import catalogue, timeline
from guides.domain.timeline import Timeline
from guides.models import Entry, Journey, Step


@dataclass(frozen=True, slots=True)
class Standing:
    """A journey with its way and its timeline, as they are now."""

    journey: Journey
    steps: list[Step]
    timeline: Timeline[Step]
    touched_at: datetime  # when the person last did something on it

    def step(self, step_id: int) -> Step:
        """The step of the way, retired or not. Raises StopIteration for one of another way."""
        return next(step for step in self.steps if step.pk == step_id)


class Line(NamedTuple):
    """What is read of a journal entry. A row for a row: a batch of journeys has thousands."""

    journey_id: UUID
    step_id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    shortest_at: datetime | None
    longest_at: datetime | None
    stay_signed_out: bool


def of(*, journey: Journey, now: datetime) -> Standing:
    return of_all(journeys=[journey], now=now)[0]


def of_all(*, journeys: Iterable[Journey], now: datetime) -> list[Standing]:
    """Where each journey stands, in the same order; three queries however many there are."""
    journeys = list(journeys)
    return list(map(reader(journeys=journeys, now=now), journeys))


def reader(*, journeys: Collection[Journey], now: datetime) -> Callable[[Journey], Standing]:
    """The same for one after the other of them: what cannot be read spoils nothing for the rest."""
    ways = catalogue.ways({journey.guide_id for journey in journeys})
    journals: dict[UUID, list[Line]] = defaultdict(list)
    lines = Entry.objects.standing().filter(journey__in=journeys).values_list(*Line._fields)
    for line in map(Line._make, lines):
        journals[line.journey_id].append(line)

    def read(journey: Journey) -> Standing:
        steps, journal = ways[journey.guide_id], journals[journey.pk]
        return Standing(
            journey=journey,
            steps=steps,
            timeline=timeline.read(steps, timeline.read_journal(journal), now),
            touched_at=max((line.recorded_at for line in journal), default=journey.started_at),
        )

    return read
