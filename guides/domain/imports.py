"""Bringing JustDeleteMe's list into the catalogue, each entry in a transaction of its own.

Whenever it is stopped, what is written is whole, and the next run does the rest. What an editor
has touched stays; an entry whose domain belongs to a service that is there joins that service.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain, count
from typing import Any, NamedTuple

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from guides.domain import content, describing, drafts, history, search, writing
from guides.domain.content_files import digest
from guides.domain.drafts import Draft
from guides.domain.justdeleteme import LICENCE, Entry, Listing, Problem, shown
from guides.models import Domain, Guide, Note, Origin, Revision, Service

LIST = Origin.List.JUSTDELETEME
# Behind the guides of our own.
POSITION = 100

Progress = Callable[[list[Entry]], Iterable[Entry]]


@dataclass
class Report:
    """What importing did, in counts and names. `outdated`: left as they are without `update`."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    outdated: int = 0
    waits: int = 0
    joined: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def load(
    *, listing: Listing, now: datetime, update: bool, dry_run: bool, progress: Progress = iter
) -> Report:
    """Import the entries; `update` brings those up to date that were imported before.

    With `dry_run` nothing is written, and the report says what would be.
    """
    report = Report(problems=list(listing.problems))
    work = _Import(report, now, update, dry_run)
    if update:
        work.find_vanished(listing.names)
    for entry in progress(listing.entries):
        try:
            with nullcontext() if dry_run else transaction.atomic():
                work.take(entry)
        except (IntegrityError, DataError) as error:
            reason = f"the database refused it ({shown(str(error))})"
            report.problems.append(Problem(shown(entry.name), reason, is_skipped=True))
    return report


class _Wanted(NamedTuple):
    """An entry, the guide that it asks for, and a fingerprint of both."""

    entry: Entry
    draft: Draft
    digest: str


class _Import:
    """One run: what is there, kept in memory, and what to do with an entry."""

    def __init__(self, report: Report, now: datetime, update: bool, dry_run: bool) -> None:
        self.report, self.now, self.update, self.dry_run = report, now, update, dry_run
        origins = Origin.objects.filter(list=LIST).select_related("guide__service")
        self.origins = {origin.entry: origin for origin in origins}
        self.vanished: dict[str, Origin] = {}
        # Who has which domain. `None` stands for a service that a dry run has not made.
        self.owners: dict[str, int | None] = dict(Domain.objects.values_list("name", "service_id"))
        self.slugs = set(Service.objects.values_list("slug", flat=True))
        own, imported = (Guide.objects.filter(origin__isnull=is_own) for is_own in (True, False))
        self.imported = _services(imported) - _services(own)
        self.guided = _services(own.published())

    def find_vanished(self, names: Collection[str]) -> None:
        for name, origin in self.origins.items():
            if origin.guide and name not in names:
                self.vanished[name] = origin
        self.report.vanished = sorted(self.vanished)

    # --- One entry ---

    def take(self, entry: Entry) -> None:
        origin = self.origins.get(entry.name) or self._renamed(entry)
        draft = drafts.draft(entry)
        wanted = _Wanted(entry, draft, digest(draft.facts, draft.words | {"entry": asdict(entry)}))
        if origin is None:
            self._create(wanted)
        elif origin.digest == wanted.digest:
            self.report.unchanged += 1
        elif not self.update:
            self.report.outdated += 1
        elif origin.guide is None or _is_touched(origin.guide):
            self.report.left_alone.append(entry.name)
        else:
            self._renew(origin, origin.guide, wanted)

    def _renamed(self, entry: Entry) -> Origin | None:
        """The entry that has vanished and that had this domain: the list has renamed it."""
        for name, origin in self.vanished.items():
            if entry.domains[0] in origin.domains:
                del self.vanished[name]
                self.report.vanished.remove(name)
                return origin
        return None

    def _create(self, wanted: _Wanted) -> None:
        joined, names = self._service_of(wanted.entry), self._free(wanted.entry)
        if self.dry_run:
            self.owners |= dict.fromkeys(names)
        else:
            service = joined or self._new_service(wanted.entry)
            slug = content.free_slug(drafts.SLUG, service) if joined else drafts.SLUG
            guide = Guide(service=service, slug=slug, position=POSITION)
            self._write(Origin(list=LIST, licence=LICENCE), guide, wanted, names)
            self.imported |= set() if joined else {service.pk}
        self.report.waits += len(wanted.draft.reading.waits)
        if joined:
            self.report.joined.append(f"{wanted.entry.name} → {joined.slug}")
        else:
            self.report.created += 1

    def _renew(self, origin: Origin, guide: Guide, wanted: _Wanted) -> None:
        """Domains are only ever added, and only those that the list has added since."""
        is_alone = guide.service_id in self.imported
        names = [name for name in self._free(wanted.entry) if name not in origin.domains]
        if not self.dry_run:
            act = Revision.Act.IMPORTED
            with history.changing(guide=guide, act=act, by=None, now=self.now):
                self._write(origin, guide, wanted, names if is_alone else [])
        self.report.waits += len(wanted.draft.reading.waits)
        self.report.updated += 1

    # --- Writing ---

    def _new_service(self, entry: Entry) -> Service:
        slug = self._free_slug(entry)
        words = {"en": {"name": entry.name}}
        loaded_digest = digest({"slug": slug, "domains": []}, words)
        service = Service.objects.create(slug=slug, loaded_digest=loaded_digest)
        service.translations.create(language_code="en", name=entry.name)
        return service

    def _write(self, origin: Origin, guide: Guide, wanted: _Wanted, names: list[str]) -> None:
        facts = wanted.draft.facts | {"slug": guide.slug}
        if guide.service_id in self.guided:  # a guide of ours goes before
            del facts["published"]
        writing.write_guide(guide=guide, facts=facts, words=wanted.draft.words, now=self.now)
        writing.link_steps(guide, facts)
        origin.guide, origin.entry, origin.digest = guide, wanted.entry.name, wanted.digest
        origin.domains = list(wanted.entry.domains)
        origin.read_on = timezone.localdate(self.now)
        if origin.pk:
            origin.notes.all().delete()
        origin.save()
        Note.objects.bulk_create(_notes(origin, wanted.entry))
        self._add_domains(guide.service, names)
        search.index([guide.service])
        self.slugs.add(guide.service.slug)
        self.owners |= dict.fromkeys(names, guide.service_id)

    def _add_domains(self, service: Service, names: list[str]) -> None:
        begin = service.domains.count() if names else 0
        Domain.objects.bulk_create(
            Domain(service=service, name=name, position=position, is_imported=True)
            for position, name in enumerate(names, start=begin)
        )

    # --- What is there ---

    def _service_of(self, entry: Entry) -> Service | None:
        """The service that has the entry's domains, unless it came from the list itself.

        There, each entry is a service of its own, also where two name the same domain.
        """
        owners = [self.owners.get(name) for name in entry.domains]
        shares = Counter(owner for owner in owners if owner and owner not in self.imported)
        return Service.objects.get(pk=shares.most_common(1)[0][0]) if shares else None

    def _free(self, entry: Entry) -> list[str]:
        """The domains of the entry that nobody has."""
        return [name for name in entry.domains if name not in self.owners]

    def _free_slug(self, entry: Entry) -> str:
        by_name, by_domain = (
            slugify(text.replace(".", " ").replace("/", " "))[:70].strip("-")
            for text in (entry.name, entry.domains[0])
        )
        numbered = (f"{by_domain}-{number}" for number in count(2))
        wanted = (slug for slug in chain([by_name, by_domain], numbered) if slug.strip("-"))
        return next(slug for slug in wanted if slug not in self.slugs)


def _services(guides: Any) -> set[int]:
    return set(guides.order_by().values_list("service", flat=True))


def _is_touched(guide: Guide) -> bool:
    """Whether an editor has changed or checked it since it was imported."""
    present = digest(*describing.describe_guide(guide))
    return guide.checked_on is not None or present != guide.loaded_digest


def _notes(origin: Origin, entry: Entry) -> Iterable[Note]:
    for language in sorted(entry.notes.keys() | entry.links.keys()):
        text, link = entry.notes.get(language, ""), entry.links.get(language, "")
        yield Note(origin=origin, language=language, text=text, link=link)
