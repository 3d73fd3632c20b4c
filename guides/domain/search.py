"""Finding services by what people type, best first: names in any language, domains, small mistakes.

The index is a table of pieces, a few letters each, under which every spelling is kept. What was
typed is cut in the same way, so that one look-up by equality brings all that could be meant, on any
database. How close each comes, `domain.likeness` says. See docs/decisions/0007-search-by-pieces.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.lookups import Exact

from guides.domain import spellings
from guides.domain.likeness import Closeness, Match, Query
from guides.models import Domain, Guide, SearchKey, SearchPiece, Service

MOST_SIMILAR = 5

# --- Finding ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Only:
    """What a service has to have to be listed, besides a published guide."""

    difficulty: str = ""  # one of `Guide.Difficulty`: that of its best way
    can_be_undone: bool = False  # by one of its ways
    has_guide: bool = False  # of our own, not only one taken over from a list

    def __bool__(self) -> bool:
        return self != ALL


ALL = Only()


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of services, best first; `similar` are the nearest where nothing was found."""

    ids: list[int]
    similar: list[int] = field(default_factory=list)


def find(text: str, *, only: Only = ALL) -> Found:
    """Listed services that `text` names, in one query; all of them for an empty text."""
    if text.strip():
        return _rank(Query(text), SearchKey.objects.filter(*_fitting(only, OuterRef("service"))))
    own = Exists(_guides(OuterRef("pk")).filter(is_imported=False))
    services = Service.objects.filter(*_fitting(only, OuterRef("pk"))).order_by(own.desc(), "slug")
    return Found(list(services.values_list("pk", flat=True)))


def find_any(text: str) -> Found:
    """The same for editors, who find what is not published too."""
    return _rank(Query(text), SearchKey.objects.all())


def describe(ids: Iterable[int]) -> list[Service]:
    """These services with what a list says of each, in two queries.

    Annotated with `main_domain`, `difficulty` (of the best way), `ways` (how many) and
    `is_imported` (no way is our own); the names are fetched ahead.
    """
    order = list(ids)
    guides = _guides(OuterRef("pk"))
    domains = Domain.objects.filter(service=OuterRef("pk"))
    count = guides.order_by().values("service").annotate(count=models.Count("pk")).values("count")
    services = Service.objects.filter(pk__in=order).prefetch_related("translations")
    services = services.annotate(
        main_domain=Subquery(domains.values("name")[:1]),
        difficulty=_difficulty(OuterRef("pk")),
        ways=Subquery(count),
        is_imported=~Exists(guides.filter(is_imported=False)),
    )
    return sorted(services, key=lambda service: order.index(service.pk))


def _rank(query: Query, keys: QuerySet[SearchKey]) -> Found:
    pieces = SearchPiece.objects.filter(piece__in=query.pieces())
    own = Exists(_guides(OuterRef("service")).filter(is_imported=False))
    rows = keys.filter(pk__in=pieces.values("key")).annotate(own=own)
    best: dict[int, tuple[Match, Any]] = {}
    for service, slug, is_own, key in rows.values_list("service", "service__slug", "own", "key"):
        if match := query.match(key):
            place = match, (not is_own, len(key), slug)
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


# --- What may be listed -------------------------------------------------------------------------


def _guides(service: OuterRef) -> QuerySet[Guide]:
    """What the public sees of a service."""
    return Guide.objects.published().filter(service=service)


def _fitting(only: Only, service: OuterRef) -> list[Any]:
    guides = _guides(service)
    conditions: list[Any] = [Exists(guides)]
    if only.has_guide:
        conditions.append(Exists(guides.filter(is_imported=False)))
    if only.can_be_undone:
        conditions.append(Exists(guides.exclude(undo=Guide.Undo.NEVER)))
    if only.difficulty:
        conditions.append(Exact(_difficulty(service), only.difficulty))
    return conditions


def _difficulty(service: OuterRef) -> Subquery:
    """Of the best way: of those that go furthest, the easiest."""
    guides = _guides(service).order_by(
        _place("goal", Guide.Goal), _place("difficulty", Guide.Difficulty)
    )
    return Subquery(guides.values("difficulty")[:1])


def _place(name: str, choices: type[models.TextChoices]) -> Case:
    """The place of a field's value among its choices, to order by."""
    return Case(*(When(Q((name, value)), then=place) for place, value in enumerate(choices)))


# --- The index ----------------------------------------------------------------------------------


@transaction.atomic
def index(services: Iterable[Service]) -> None:
    """Write anew under which spellings the services are found, from their names and domains."""
    ids = [service.pk for service in services]
    # Locked, so that two who save the same service do not both write its keys.
    locked = Service.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    SearchKey.objects.filter(service__in=ids).delete()
    keys = [
        SearchKey(service=service, key=key)
        for service in locked.prefetch_related("translations", "domains")
        for key in sorted(_keys(service))
    ]
    SearchKey.objects.bulk_create(keys)
    SearchPiece.objects.bulk_create(
        SearchPiece(key=key, piece=piece) for key in keys for piece in spellings.pieces(key.key)
    )


def _keys(service: Service) -> set[str]:
    names = {service.slug}
    for words in service.translations.all():
        names |= {words.name, *words.other_names}
    return spellings.keys(names=names, domains=[each.name for each in service.domains.all()])
