"""What in the catalogue needs an editor: for each need, the guides that have it.

A need is a line in `NEEDS`: the start page of the admin and the filter of its list go by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
    prefetch_related_objects,
)
from django.utils.translation import gettext_lazy as _

from guides.domain import reports
from guides.models import Guide, Journey, LinkCheck, Source, Step

# Facts that were last looked at longer ago than this are due for another look.
STALE_AFTER = timedelta(days=183)
# Of fewer, nobody is told how many they are.
FEWEST_JOURNEYS = 3
FIRST = 5

Words = Any  # parler makes these models
GUIDE_WORDS: Words = Guide._parler_meta.root_model
STEP_WORDS: Words = Step._parler_meta.root_model
# Not what was imported and nobody has checked yet: of that there is a need of its own.
OURS = Q(origin=None) | Q(checked_on__isnull=False)


def is_stale(today: date) -> Q:
    """Last checked more than six months ago, or never."""
    return Q(checked_on=None) | Q(checked_on__lt=today - STALE_AFTER)


def stale(today: date) -> QuerySet[Guide]:
    return _ours().filter(is_stale(today)).order_by("checked_on", "pk")


def wanted(today: date) -> QuerySet[Guide]:
    """Imported, not checked, and started by the most people; how many, and never who."""
    started = Journey.objects.filter(guide=OuterRef("pk")).order_by().values("guide")
    count = started.annotate(count=Count("pk")).values("count")
    guides = Guide.objects.published().filter(origin__isnull=False, checked_on=None)
    guides = guides.annotate(starts=Subquery(count, output_field=IntegerField()))
    return guides.filter(starts__gte=FEWEST_JOURNEYS).order_by("-starts", "pk")


def without_a_language(today: date) -> QuerySet[Guide]:
    """The guide, or one of its steps, has no title in one of our languages."""
    missing = Q()
    for language, _name in settings.LANGUAGES:
        titled = {"language_code": language, "title__gt": ""}
        untitled = Step.objects.filter(guide=OuterRef("pk"), retired_at=None).exclude(
            Exists(STEP_WORDS.objects.filter(master=OuterRef("pk"), **titled))
        )
        said = Exists(GUIDE_WORDS.objects.filter(master=OuterRef("pk"), **titled))
        missing |= ~Q(said) | Q(Exists(untitled))
    return _ours().filter(missing).order_by("pk")


def outdated(today: date) -> QuerySet[Guide]:
    """The words in one language are older than those that they were translated from."""
    steps = {"master__guide": OuterRef("pk"), "master__retired_at": None}
    return (
        _ours()
        .filter(
            Exists(_older(GUIDE_WORDS, master=OuterRef("pk"))) | Exists(_older(STEP_WORDS, **steps))
        )
        .order_by("pk")
    )


def _older(words: Words, **those: Any) -> QuerySet[Any]:
    originals = words.objects.filter(
        master=OuterRef("master"), language_code=settings.LANGUAGE_CODE
    )
    older: QuerySet[Any] = words.objects.filter(**those).exclude(
        language_code=settings.LANGUAGE_CODE
    )
    return older.filter(changed_at__lt=Subquery(originals.values("changed_at")[:1]))


def with_dead_links(today: date) -> QuerySet[Guide]:
    """A link of a step, or the address of a source, is dead."""
    dead = LinkCheck.objects.filter(dead_since__isnull=False).values("url")
    steps = Step.objects.filter(guide=OuterRef("pk"), retired_at=None, link__in=dead)
    sources = Source.objects.filter(guide=OuterRef("pk"), url__in=dead)
    return Guide.objects.published().filter(Exists(steps) | Exists(sources)).order_by("pk")


def reported(today: date) -> QuerySet[Guide]:
    """Many people say that a step looks different now."""
    steps = reports.needing_an_editor().order_by().filter(guide=OuterRef("pk"))
    return Guide.objects.filter(Exists(steps)).order_by("pk")


def _ours() -> QuerySet[Guide]:
    return Guide.objects.published().filter(OURS)


@dataclass(frozen=True, slots=True)
class Need:
    """`key` is its name in addresses."""

    key: str
    title: Any
    guides: Callable[[date], QuerySet[Guide]]


NEEDS = (
    Need("reports", _("Three reports on a step"), reported),
    Need("links", _("A link is dead"), with_dead_links),
    Need("wanted", _("Imported, not checked, and most wanted"), wanted),
    Need("outdated", _("A translation is older than its original"), outdated),
    Need("language", _("A language is missing"), without_a_language),
    Need("stale", _("Not checked for six months"), stale),
)


@dataclass(frozen=True, slots=True)
class Found:
    """How many guides have the need, and the first of them."""

    need: Need
    count: int
    guides: list[Guide]


def survey(*, today: date) -> list[Found]:
    """All needs that some guide has, in one query each; the names of all guides in two more."""
    found = []
    for need in NEEDS:
        guides = need.guides(today).annotate(total=Window(Count("pk"))).select_related("service")
        if first := list(guides[:FIRST]):
            found.append(Found(need, first[0].total, first))
    named = [guide for each in found for guide in each.guides]
    prefetch_related_objects(named, "translations", "service__translations")
    return found
