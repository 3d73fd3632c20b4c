"""Progress that somebody without an account kept in their own browser, taken into their account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from guides.domain import catalogue, journeys
from guides.domain.journal import NotPossible
from guides.models import Entry, Guide, Journey, Step, User


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the progress along one guide: the journey, and how many ticks are new."""

    journey: Journey
    count: int


@transaction.atomic
def take_along(*, user: User, guide: Guide, done: Mapping[int, datetime], now: datetime) -> Taken:
    """Tick in the person's journey what they ticked before they had one; `done` is by step id.

    A tick that stands there already stays as it is, and one that does not fit (its step is gone, or
    its turn has not come) is left out. So taking along twice changes nothing the second time, also
    when the journey has been finished in between.
    """
    done = {pk: min(moment, now) for pk, moment in done.items()}
    if journey := _taken_before(user, guide, done):
        return Taken(journey, 0)
    journey = journeys.start(user=user, guide=guide, now=min([now, *done.values()]))
    way = catalogue.current(catalogue.way(guide))
    ticks = sorted((done[step.pk], place) for place, step in enumerate(way) if step.pk in done)
    new = [_tick(journey, way, place, moment, now) for moment, place in ticks]
    return Taken(journey, sum(new))


def _taken_before(user: User, guide: Guide, done: Mapping[int, datetime]) -> Journey | None:
    """A finished journey that has all of these ticks."""
    for journey in Journey.objects.filter(user=user, guide=guide, finished_at__isnull=False):
        ticks = journey.entries.standing().filter(kind=Entry.Kind.DONE)
        if done.items() <= dict(ticks.values_list("step", "happened_at")).items():
            return journey
    return None


def _tick(journey: Journey, way: list[Step], place: int, moment: datetime, now: datetime) -> bool:
    """Whether that is new. Whoever has gone on after a wait has seen the end of it."""
    step = way[place]
    waits = [each for each in way[:place] if each.kind == Step.Kind.WAIT]
    try:
        with transaction.atomic():
            for wait in [] if step.while_waiting else waits:
                journeys.complete_step(journey=journey, step=wait, now=now, happened_at=moment)
            entry = journeys.complete_step(journey=journey, step=step, now=now, happened_at=moment)
    except NotPossible:
        return False
    return entry is not None
