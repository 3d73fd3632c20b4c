"""Making one service of two that are the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from guides.domain import content, describing, history, search
from guides.domain.content_files import digest
from guides.models import Domain, FormerAddress, Guide, Revision, Service, User


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merger would do."""

    stays: Service
    goes: Service
    guides: list[tuple[Guide, str]]  # each with its name in the new address
    domains: list[Domain]
    spellings: list[str]  # by which the one that stays will be found too
    journeys: int  # that lead through the guides, and go on


def plan(*, stays: Service, goes: Service) -> Plan:
    """What becomes of all that the one has when it is merged into the other."""
    guides = list(goes.guides.prefetch_related("translations"))
    taken = set(stays.guides.values_list("slug", flat=True))
    named = []
    for guide in guides:
        slug = content.free_name(guide.slug, taken)
        taken.add(slug)
        named.append((guide, slug))
    spellings = {
        name for table in _merged_words(stays, goes).values() for name in table["other_names"]
    }
    known = {name for words in stays.translations.all() for name in words.other_names}
    return Plan(
        stays,
        goes,
        named,
        list(goes.domains.all()),
        sorted(spellings - known),
        sum(guide.journeys.count() for guide in guides),
    )


@transaction.atomic
def merge(*, stays: Service, goes: Service, by: User | None, now: datetime) -> Plan:
    """Give all that `goes` has to `stays`, and delete it; its addresses lead to the new ones.

    Journeys hang on guides, and guides only move: nobody loses a tick or a date.
    """
    locked = Service.objects.select_for_update().order_by("pk")
    rows = {service.pk: service for service in locked.filter(pk__in=[stays.pk, goes.pk])}
    stays, goes = rows[stays.pk], rows[goes.pk]
    planned = plan(stays=stays, goes=goes)
    goes.former_addresses.update(service=stays)
    _remember(goes.slug, stays)
    for guide, slug in planned.guides:
        with history.changing(guide=guide, act=Revision.Act.MERGED, by=by, now=now):
            _move(guide, slug, stays)
    for position, domain in enumerate(planned.domains, start=stays.domains.count()):
        Domain.objects.filter(pk=domain.pk).update(service=stays, position=position)
    goes.stories.update(service=stays)
    _write_words(stays, _merged_words(stays, goes))
    goes.delete()
    content.give_way(stays)
    search.index([stays])
    return planned


def _move(guide: Guide, slug: str, service: Service) -> None:
    before = guide.service.slug, guide.slug
    is_untouched = digest(*describing.describe_guide(guide)) == guide.loaded_digest
    guide.service, guide.slug = service, slug
    guide.position += service.guides.count()
    # What was imported stays as untouched as it was. A guide of ours is the editor's own from now
    # on: the files of the service that stays do not know it, and would withdraw it.
    is_imported = hasattr(guide, "origin") and is_untouched
    guide.loaded_digest = digest(*describing.describe_guide(guide)) if is_imported else ""
    guide.save(update_fields=["service", "slug", "position", "loaded_digest"])
    _remember(before[0], service, before[1], guide)


def _remember(
    service_slug: str, service: Service, guide_slug: str = "", guide: Guide | None = None
) -> None:
    FormerAddress.objects.update_or_create(
        service_slug=service_slug,
        guide_slug=guide_slug,
        defaults={"service": service, "guide": guide},
    )


def _merged_words(stays: Service, goes: Service) -> dict[str, dict[str, Any]]:
    """By language: the name that stays, or else the other; both are searched by."""
    words = {
        row.language_code: {"name": row.name, "about": row.about, "other_names": row.other_names}
        for row in stays.translations.all()
    }
    for row in goes.translations.all():
        table = words.setdefault(
            row.language_code, {"name": row.name, "about": row.about, "other_names": []}
        )
        names = [*table["other_names"], row.name, *row.other_names]
        table["other_names"] = [name for name in dict.fromkeys(names) if name != table["name"]]
    return words


def _write_words(service: Service, words: dict[str, dict[str, Any]]) -> None:
    for language, table in words.items():
        service.translations.update_or_create(language_code=language, defaults=table)
