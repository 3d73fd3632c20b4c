"""Finding services by what people type, best first: names in any language, domains, small mistakes.

The index is a table of pieces, a few letters each, under which every spelling is kept. What was
typed is cut in the same way, so that one look-up by equality brings all that could be meant, on any
database. How close each comes, `domain.likeness` says. See docs/decisions/0013-search-by-pieces.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower

from guides.domain import catalogue, own_ways, spellings
from guides.domain.likeness import Closeness, Match, Query
from guides.models import Domain, Guide, SearchKey, SearchPiece, Service

MOST_SIMILAR = 5

# --- Finding ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Only:
    """What a service has to have to be listed, besides a published guide."""

    difficulty: str = ""  # one of `Guide.Difficulty`: that of its best way
    can_be_undone: bool = False  # by one of its ways
    is_checked: bool = False  # one of its guides is

    def __bool__(self) -> bool:
        return self != ALL


ALL = Only()


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of services, best first; `similar` are the nearest where nothing was found."""

    ids: list[int]
    similar: list[int] = field(default_factory=list)


def find(text: str, *, only: Only = ALL, language: str = catalogue.FALLBACK) -> Found:
    """Listed services that `text` names, in one query; all of them for an empty text.

    All of them stand in the order of their names in `language`: first those that we have checked,
    and after these the general way out, for whom no name is right.
    """
    if text.strip():
        # Of the few that come into question, each is looked up …
        of_service = (guides.filter(service=OuterRef("service")) for guides in _needed(only))
        return _rank(Query(text), SearchKey.objects.filter(*map(Exists, of_service)))
    services = Service.objects.all()
    for guides in _needed(only):  # … and of all, those that have one are read in one go.
        services = services.filter(pk__in=guides.values("service"))
    run = Case(
        When(slug=own_ways.GENERAL[0], then=1),
        When(pk__in=_checked_guides().values("service"), then=0),
        default=2,
    )
    named = services.annotate(here=_words_in(language), instead=_words_in(catalogue.FALLBACK))
    order = run, Lower(Coalesce("here__name", "instead__name", "slug")), "slug"
    return Found(list(named.order_by(*order).values_list("pk", flat=True)))


def _words_in(language: str) -> FilteredRelation:
    return FilteredRelation("translations", condition=Q(translations__language_code=language))


def find_any(text: str) -> Found:
    """The same for editors, who find what is not published too."""
    return _rank(Query(text), SearchKey.objects.all())


def _rank(query: Query, keys: QuerySet[SearchKey]) -> Found:
    pieces = SearchPiece.objects.filter(piece__in=query.pieces())
    is_checked = Exists(_checked_guides().filter(service=OuterRef("service")))
    rows = keys.filter(pk__in=pieces.values("key")).annotate(is_checked=is_checked)
    best: dict[int, tuple[Match, Any]] = {}
    columns = ("service", "service__slug", "is_checked", "key")
    for service, slug, checked, key in rows.values_list(*columns):
        if match := query.match(key):
            place = match, (not checked, len(key), slug)
            best[service] = min(best.get(service, place), place)
    ranked = sorted(best, key=lambda service: best[service])
    limit = _limit({match[0] for match, _ in best.values()})
    found = [service for service in ranked if best[service][0][0] <= limit]
    return Found(found, similar=[] if found else ranked[:MOST_SIMILAR])


def _limit(seen: set[Closeness]) -> Closeness:
    """Up to where it counts as found: who wrote a name right wants none that only looks like it."""
    if any(each <= Closeness.BEGINS_A_WORD for each in seen):
        return Closeness.INSIDE
    return Closeness.MENTIONED if Closeness.MENTIONED in seen else Closeness.MENTIONED_MISTYPED


# --- What is listed -----------------------------------------------------------------------------


def describe(ids: Iterable[int]) -> list[Service]:
    """These services with what a list says of each, in two queries.

    Annotated with `main_domain`, `difficulty` (of the best way), `ways` (how many), `is_checked`
    (one of them by us) and `is_imported` (one comes from a list, and is not); the names are
    fetched ahead.
    """
    order = list(ids)
    guides = _guides().filter(service=OuterRef("pk"))
    domains = Domain.objects.filter(service=OuterRef("pk"))
    count = guides.values("service").annotate(count=Count("pk")).values("count")
    services = Service.objects.filter(pk__in=order).annotate(
        main_domain=Subquery(domains.values("name")[:1]),
        difficulty=Subquery(guides.order_by(_merit()).values("difficulty")[:1]),
        ways=Subquery(count),
        is_checked=Exists(guides.filter(checked_on__isnull=False)),
        is_imported=Exists(guides.filter(origin__isnull=False, checked_on=None)),
    )
    return sorted(
        services.prefetch_related("translations"), key=lambda service: order.index(service.pk)
    )


def _guides() -> QuerySet[Guide]:
    """What the public sees."""
    return Guide.objects.published().order_by()


def _checked_guides() -> QuerySet[Guide]:
    return _guides().filter(checked_on__isnull=False)


def _needed(only: Only) -> list[QuerySet[Any]]:
    """Sets of guides: to be listed, a service needs one of each."""
    needed: list[QuerySet[Any]] = [_guides()]
    if only.is_checked:
        needed.append(_checked_guides())
    if only.can_be_undone:
        possible = Guide.Undo.WHILE_WAITING, Guide.Undo.ALWAYS
        needed.append(_guides().filter(undo__in=possible))
    if only.difficulty:
        best = _guides().values("service").annotate(best=Min(_merit()))
        needed.append(best.filter(best__in=_merits_of(only.difficulty)))
    return needed


def _merit() -> Combinable:
    """What ways are ordered by, the best first: how far they go, then how easy they are."""
    goal, difficulty = _place("goal", Guide.Goal), _place("difficulty", Guide.Difficulty)
    return goal * len(Guide.Difficulty) + difficulty


def _merits_of(difficulty: str) -> range:
    """Those of all ways that are so hard."""
    levels = len(Guide.Difficulty)
    return range(Guide.Difficulty.values.index(difficulty), levels * len(Guide.Goal), levels)


def _place(name: str, choices: type[TextChoices]) -> Case:
    """The place of a field's value among its choices."""
    return Case(*(When(**{name: value}, then=place) for place, value in enumerate(choices)))


# --- The index ----------------------------------------------------------------------------------


@transaction.atomic
def index(services: Iterable[Service]) -> None:
    """Write anew under which spellings the services are found, from their names and domains."""
    ids = [service.pk for service in services]
    # Locked, so that two who save the same service do not both write its keys.
    locked = Service.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    rows = list(locked.prefetch_related("translations", "domains", "guides__origin"))
    SearchKey.objects.filter(service__in=ids).delete()
    keys = SearchKey.objects.bulk_create(
        SearchKey(service=service, key=key) for service in rows for key in sorted(_keys(service))
    )
    SearchPiece.objects.bulk_create(
        SearchPiece(key=key, piece=piece) for key in keys for piece in spellings.pieces(key.key)
    )


def _keys(service: Service) -> set[str]:
    names = {service.slug}
    for words in service.translations.all():
        names |= {words.name, *words.other_names}
    for guide in service.guides.all():
        if hasattr(guide, "origin"):
            names.add(guide.origin.entry)
    return spellings.keys(names=names, domains=[each.name for each in service.domains.all()])
