"""Where journeys stand: what the database knows of them, read through `domain.timeline`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


def of(*, journey: Journey, now: datetime) -> Standing:
    return of_all(journeys=[journey], now=now)[0]


def of_all(*, journeys: Iterable[Journey], now: datetime) -> list[Standing]:
    """Where each journey stands, in the same order; four queries however many there are."""
    journeys = list(journeys)
    ways = catalogue.ways({journey.guide_id for journey in journeys})
    entries: dict[object, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.standing().filter(journey__in=journeys):
        entries[entry.journey_id].append(entry)
    return [
        Standing(
            journey=journey,
            steps=ways[journey.guide_id],
            timeline=timeline.read(
                ways[journey.guide_id], timeline.read_journal(entries[journey.pk]), now
            ),
            touched_at=max(
                (entry.recorded_at for entry in entries[journey.pk]), default=journey.started_at
            ),
        )
        for journey in journeys
    ]
