"""Where journeys stand: what the database knows of them, read through `domain.timeline`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from guides.domain import catalogue, facts, own_ways, timeline
from guides.domain.timeline import Timeline
from guides.models import Entry, Journey, Step


class Line(NamedTuple):
    """What is read of a journal entry. A row for a row: a batch of journeys has thousands."""

    id: int
    caused_by_id: int | None
    journey_id: UUID
    step_id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    shortest_at: datetime | None
    longest_at: datetime | None
    stay_signed_out: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A journey with its way, its journal and its timeline, as they are now."""

    journey: Journey
    steps: list[Step]
    journal: list[Line]
    timeline: Timeline[Step]

    def step(self, step_id: int) -> Step | None:
        """The step of the way, retired or not; None where an editor has led the way elsewhere."""
        return next((step for step in self.steps if step.pk == step_id), None)

    @property
    def last_act(self) -> Line | None:
        """The newest line that was the person's own act, not the consequence of one."""
        return next((line for line in reversed(self.journal) if line.caused_by_id is None), None)

    @property
    def touched_at(self) -> datetime:
        """When the person last did something on it."""
        return max((line.recorded_at for line in self.journal), default=self.journey.started_at)


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
        steps = own_ways.adapted(ways[journey.guide_id], journey)
        journal = journals[journey.pk]
        return Standing(
            journey=journey,
            steps=steps,
            journal=journal,
            timeline=timeline.read(steps, facts.read_journal(journal), now),
        )

    return read
