"""How it went for people, told without them, and what the guides may tell of it.

An answer is stored apart from the journey that it is about, which only knows that it was given; why
and how far that goes, docs/decisions/0015-answers-without-a-person.md says.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from guides.domain import catalogue, figures, journal, standings
from guides.domain.journal import NotPossible
from guides.domain.journeys import CHECKED
from guides.models import (
    Experience,
    Guide,
    GuideFigures,
    Journey,
    Step,
    WaitFigures,
    WaitTaken,
)
from guides.models.catalogue import FEWEST_ANSWERS

# Whoever is through with a waiting period sooner after their first tick has only clicked through.
SHORTEST_LIFE = timedelta(hours=1)
# Services change: what people told longer ago is no longer counted.
RECENT = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Waited:
    """A waiting period of a finished journey, and how long it took as far as we know."""

    step: Step
    length: timedelta


# --- Who is asked for what ------------------------------------------------------------------------


def may_answer(*, journey: Journey) -> bool:
    """Once a journey, once a guide for each person, and only who has really been on the way.

    Not of a guide that only some can see: there the answer would name them.
    """
    if journey.finished_at is None or journey.has_answered or not journey.guide.is_published:
        return False
    others = Journey.objects.filter(user=journey.user_id, guide=journey.guide_id)
    return _has_lived(journey) and not others.filter(has_answered=True).exists()


def _has_lived(journey: Journey) -> bool:
    """By our own clock: a start that lies in the past proves nothing."""
    first = journey.entries.aggregate(first=Min("recorded_at"))["first"]
    if first is None or journey.finished_at is None:
        return False
    way = catalogue.current(catalogue.way(journey.guide))
    waits = [step.wait_longest for step in way if step.kind == Step.Kind.WAIT]
    needed = max((min(longest or SHORTEST_LIFE, SHORTEST_LIFE) for longest in waits), default=None)
    return needed is None or journey.finished_at - first >= needed


def waits(*, journey: Journey) -> list[Waited]:
    """The waits that the person has been through: from the start of the clock to going on."""
    if journey.finished_at is None:
        return []
    # Whoever says that it is gone has waited until then; whoever gave up, nobody knows how long.
    until = journey.finished_at if journey.outcome in CHECKED else None
    found = []
    for each in standings.of(journey=journey, now=journey.finished_at).timeline.steps:
        began_at, ended_at = each.facts.started_at, each.facts.done_at or until
        if each.step.kind == Step.Kind.WAIT and began_at and ended_at:
            found.append(Waited(each.step, figures.rounded(ended_at - began_at)))
    return found


# --- Telling --------------------------------------------------------------------------------------


@transaction.atomic
def tell(*, journey: Journey, worked: str, lengths: Mapping[int, timedelta], now: datetime) -> None:
    """Store how it went, and nothing of the person. `lengths` is by the id of the wait.

    What was not asked for is left out. Raises NotPossible for whoever is not asked.
    """
    journey = journal.locked(journey)
    if not may_answer(journey=journey):
        raise NotPossible(_("You have told us already, or this journey was too short to tell."))
    asked = {each.step.pk for each in waits(journey=journey)} & lengths.keys()
    _lock(journey.guide_id, asked)
    month = _month(now)
    Experience.objects.create(
        guide_id=journey.guide_id, worked=Experience.Worked(worked), answered_in=month
    )
    for pk in asked:
        length = figures.rounded(lengths[pk])
        WaitTaken.objects.create(step_id=pk, length=length, answered_in=month)
    Journey.objects.filter(pk=journey.pk).update(has_answered=True)
    count_guide(guide_id=journey.guide_id, now=now)
    for pk in asked:
        count_wait(step_id=pk, now=now)


def _lock(guide_id: int, step_ids: Collection[int]) -> None:
    """Two answers at the same time would count without one another. Always in the same order."""
    guides = Guide.objects.order_by("pk").select_for_update(no_key=True)
    steps = Step.objects.order_by("pk").select_for_update(no_key=True)
    list(guides.filter(pk=guide_id).values_list("pk"))
    list(steps.filter(pk__in=step_ids).values_list("pk"))


def _month(now: datetime) -> date:
    return now.astimezone(UTC).date().replace(day=1)


# --- What the guides tell of it -------------------------------------------------------------------


def count_guide(*, guide_id: int, now: datetime) -> None:
    """Bring what is told of the guide up to its answers; below ten nothing is."""
    recent = Experience.objects.filter(guide=guide_id, answered_in__gt=_month(now - RECENT))
    answers = recent.count()
    if answers < FEWEST_ANSWERS:
        GuideFigures.objects.filter(guide=guide_id).delete()
        return
    worked = recent.filter(worked=Experience.Worked.YES)
    told = worked.aggregate(worked=Count("pk"), last_worked_in=Max("answered_in"))
    GuideFigures.objects.update_or_create(guide_id=guide_id, defaults={"answers": answers, **told})


def count_wait(*, step_id: int, now: datetime) -> None:
    """The same of a wait."""
    recent = WaitTaken.objects.filter(step=step_id, answered_in__gt=_month(now - RECENT))
    lengths = list(recent.values_list("length", flat=True))
    if len(lengths) < FEWEST_ANSWERS:
        WaitFigures.objects.filter(step=step_id).delete()
    else:
        told = {"answers": len(lengths), **figures.usual(lengths)._asdict()}
        WaitFigures.objects.update_or_create(step_id=step_id, defaults=told)
