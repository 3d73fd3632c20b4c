"""Brings the catalogue in the database up to the content files.

What an editor changed in admin stays: each service and guide remembers a digest of what was last
loaded, and is left alone when what it says today differs from that.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from guides.domain import addresses, catalogue, describing, revisions, search, writing
from guides.domain.content_files import FACTS_FILE, ContentError, ServiceContent, digest
from guides.domain.content_rules import Problem
from guides.domain.revisions import Said
from guides.models import Domain, Guide, Revision, Service


@dataclass
class Report:
    """What loading did, in counts and names."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    left_alone: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


@transaction.atomic
def load(*, contents: Iterable[ServiceContent], now: datetime, overwrite: bool = False) -> Report:
    """Bring the catalogue up to the files. Raises ContentError, with nothing changed."""
    report = Report()
    contents = _without_merged(contents, report)
    services: list[Service] = []
    changed: list[tuple[Service, ServiceContent]] = []
    written: list[tuple[Guide, dict[str, Any], str]] = []
    for content in contents:
        service, is_written = _load_service(content, overwrite, now, report)
        services.append(service)
        if is_written:
            changed.append((service, content))
        for position, facts in enumerate(content.facts.get("guides", [])):
            guide = _load_guide(service, content, position, facts, overwrite, now, report)
            if guide is not None:
                written.append((guide, facts, f"{content.slug}/{FACTS_FILE}"))
        _withdraw(service, content, overwrite, report)
    _write_domains(changed)
    for service in services:
        give_way(service)
    for guide, facts, _ in written:
        writing.link_steps(guide, facts)
    problems = [problem for guide, _, file in written for problem in _problems(guide, file)]
    if problems:
        raise ContentError(problems)
    return report


def _without_merged(contents: Iterable[ServiceContent], report: Report) -> list[ServiceContent]:
    """A service that an editor has merged into another does not come back."""
    contents = list(contents)
    merged = addresses.merged(content.slug for content in contents)
    report.left_alone += sorted(merged)
    return [content for content in contents if content.slug not in merged]


def _load_service(
    content: ServiceContent, overwrite: bool, now: datetime, report: Report
) -> tuple[Service, bool]:
    """The service, and whether it was written."""
    service = Service.objects.filter(slug=content.slug).first() or Service(slug=content.slug)
    facts, words = (
        {"slug": content.slug, "domains": content.facts["domains"]},
        content.service_words(),
    )
    wanted = digest(facts, words)
    if service.pk:
        present = digest(*describing.describe_service(service))
        if not _shall_write(service, present, wanted, overwrite, report, service.slug):
            return service, False
    else:
        report.created += 1
    service.loaded_digest = wanted
    service.save()
    writing.write_words([(service, words)], describing.SERVICE_WORDS, now)
    return service, True


def _write_domains(services: list[tuple[Service, ServiceContent]]) -> None:
    """Second pass, when every service has let go of its own: a domain can move to another one."""
    own = Domain.objects.filter(is_imported=False)
    own.filter(service__in=[service for service, _ in services]).delete()
    for service, content in services:
        for position, name in enumerate(content.facts["domains"]):
            taken = Domain.objects.filter(name=name).select_related("service").first()
            if taken and not taken.is_imported:
                reason = f"“{name}” belongs to {taken.service.slug} already"
                raise ContentError([Problem(f"{content.slug}/{FACTS_FILE}", "domains", reason)])
            if taken:
                _take_over(service, taken)
            Domain.objects.create(service=service, name=name, position=position)
    search.index(service for service, _ in services)


def _take_over(service: Service, taken: Domain) -> None:
    """The domain, and if an import made the service that has it, all that it has.

    So a guide of ours can be shipped for a service that has been imported long ago.
    """
    other = taken.service
    taken.delete()
    if other == service or other.loaded_digest == "" or not _is_imported(other):
        return
    for guide in other.guides.all():
        guide.service, guide.slug = service, free_slug(guide.slug, service)
        guide.save(update_fields=["service", "slug"])
    other.domains.update(service=service)
    other.delete()


def _is_imported(service: Service) -> bool:
    """Whether an import made it, and nobody has added a guide since."""
    guides = service.guides
    return guides.exists() and not guides.filter(origin=None).exists()


def free_slug(slug: str, service: Service) -> str:
    """The address name for another guide of the service: `justdeleteme`, else `justdeleteme-2`."""
    return free_name(slug, set(service.guides.values_list("slug", flat=True)))


def free_name(slug: str, taken: Collection[str]) -> str:
    names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _load_guide(
    service: Service,
    content: ServiceContent,
    position: int,
    facts: dict[str, Any],
    overwrite: bool,
    now: datetime,
    report: Report,
) -> Guide | None:
    """The guide if it was written, None if it is as the files say or as an editor wants it."""
    slug = facts["slug"]
    words = content.guide_words(slug)
    wanted = digest(facts, words)
    guide = service.guides.filter(slug=slug).first() or Guide(service=service, slug=slug)
    _take_newer_check(guide, facts)
    if guide.pk is None:
        report.created += 1
    else:
        present = digest(*describing.describe_guide(guide))
        if not _shall_write(guide, present, wanted, overwrite, report, f"{service.slug}/{slug}"):
            return None
    if guide.pk:
        writing.refuse_new_kinds(guide, facts, f"{content.slug}/{FACTS_FILE}")
        _keep_what_it_said(guide, Said(facts, words), now)
    guide.position = position
    report.retired += writing.write_guide(guide=guide, facts=facts, words=words, now=now)
    return guide


def _keep_what_it_said(guide: Guide, after: Said, now: datetime) -> None:
    checked_on = describing.said({"checked_on": guide.checked_on})  # the newer of both
    revisions.keep(
        guide=guide,
        before=Said(*describing.describe_guide(guide)),
        after=Said(after.facts | checked_on, after.words),
        act=Revision.Act.LOADED,
        by=None,
        now=now,
    )


def _shall_write(
    loaded: Service | Guide, present: str, wanted: str, overwrite: bool, report: Report, name: str
) -> bool:
    if present == wanted:
        report.unchanged += 1
        if loaded.loaded_digest != wanted:
            loaded.loaded_digest = wanted
            loaded.save(update_fields=["loaded_digest"])
        return False
    if present != loaded.loaded_digest and not overwrite:
        report.left_alone.append(name)
        return False
    report.updated += 1
    return True


def _take_newer_check(guide: Guide, facts: dict[str, Any]) -> None:
    checked_on = facts.get("checked_on")
    if checked_on and (guide.checked_on is None or guide.checked_on < checked_on):
        guide.checked_on = checked_on
        if guide.pk:
            guide.save(update_fields=["checked_on"])


def _withdraw(service: Service, content: ServiceContent, overwrite: bool, report: Report) -> None:
    """Guides that came from files and are gone from them are no longer published."""
    slugs = [guide["slug"] for guide in content.facts.get("guides", [])]
    gone = (
        service.guides.exclude(slug__in=slugs)
        .exclude(loaded_digest="")
        .filter(is_published=True, origin=None)
    )
    for guide in gone:
        name = f"{service.slug}/{guide.slug}"
        if digest(*describing.describe_guide(guide)) != guide.loaded_digest and not overwrite:
            report.left_alone.append(name)
            continue
        guide.is_published = False
        # Who publishes it again, changes it.
        guide.loaded_digest = digest(*describing.describe_guide(guide))
        guide.save(update_fields=["is_published", "loaded_digest"])
        report.withdrawn.append(name)


def give_way(service: Service) -> None:
    """Where a guide of ours is published, an imported one is for editors only, until checked."""
    if not service.guides.published().filter(origin=None).exists():
        return
    imported = service.guides.filter(origin__isnull=False, is_published=True, checked_on=None)
    for guide in imported:
        if digest(*describing.describe_guide(guide)) == guide.loaded_digest:
            guide.is_published = False
            guide.loaded_digest = digest(*describing.describe_guide(guide))
            guide.save(update_fields=["is_published", "loaded_digest"])


def _problems(guide: Guide, file: str) -> Iterator[Problem]:
    steps = list(guide.steps.filter(retired_at=None))
    at = f"guides[{guide.slug}]"
    for step in steps:
        for name, reason in catalogue.problems_of_step(step).items():
            yield Problem(file, f"{at}.steps[{step.key}].{name}", str(reason))
    if guide.is_published:
        for reason in catalogue.problems_of_guide(guide, steps):
            yield Problem(file, at, str(reason))
