"""Between the content files and the catalogue in the database: load, and write out again.

What an editor changed in admin stays: each service and guide remembers a digest of what was last
loaded, and is left alone when what it says today differs from that.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guides.domain import addresses, catalogue, durations, revisions, search
from guides.domain.content_files import (
    FACTS_FILE,
    LENGTHS,
    ContentError,
    Problem,
    ServiceContent,
    digest,
)
from guides.domain.revisions import Said
from guides.models import Domain, Guide, Revision, Service, Source, Step

# Facts, and words by language.
Described = tuple[dict[str, Any], dict[str, dict[str, Any]]]

# Keys of the files that are called otherwise in the database; all others are called the same.
GUIDE_KEYS = {"published": "is_published"}
STEP_KEYS = {"optional": "is_optional", "final": "is_final"}

GUIDE_FACTS = ("slug", "goal", "channel", "difficulty", "undo", "checked_on", "published")
STEP_FACTS = (
    "key",
    "kind",
    "while_waiting",
    "optional",
    "final",
    "link",
    "letter_to",
    "letter_subject",
    "letter_body",
    "wait_shortest",
    "wait_longest",
    "in_business_days",
    "until_date",
    "wait_reason",
    "wait_certainty",
    "stay_signed_out",
    "do_within",
)
SOURCE_FACTS = ("name", "language", "url", "read_on")
SERVICE_WORDS = ("name", "other_names", "about")
GUIDE_WORDS = ("title", "summary", "you_lose", "you_need")
STEP_WORDS = ("title", "body")


@dataclass
class Report:
    """What loading did, in counts and names."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    left_alone: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


# --- Loading ------------------------------------------------------------------------------------


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
        link_steps(guide, facts)
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
        present = digest(*describe_service(service))
        if not _shall_write(service, present, wanted, overwrite, report, service.slug):
            return service, False
    else:
        report.created += 1
    service.loaded_digest = wanted
    service.save()
    _write_words([(service, words)], SERVICE_WORDS, now)
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
        present = digest(*describe_guide(guide))
        if not _shall_write(guide, present, wanted, overwrite, report, f"{service.slug}/{slug}"):
            return None
    if guide.pk:
        refuse_new_kinds(guide, facts, f"{content.slug}/{FACTS_FILE}")
        _keep_what_it_said(guide, Said(facts, words), now)
    guide.position = position
    report.retired += write_guide(guide=guide, facts=facts, words=words, now=now)
    return guide


def _keep_what_it_said(guide: Guide, after: Said, now: datetime) -> None:
    checked_on = _said({"checked_on": guide.checked_on})  # the newer of both
    revisions.keep(
        guide=guide,
        before=Said(*describe_guide(guide)),
        after=Said(after.facts | checked_on, after.words),
        act=Revision.Act.LOADED,
        by=None,
        now=now,
    )


def write_guide(
    *, guide: Guide, facts: dict[str, Any], words: dict[str, dict[str, Any]], now: datetime
) -> int:
    """Make the guide what facts and words say; returns how many steps were retired.

    References between steps are left to `link_steps`, for they may lead to guides yet to come.
    """
    is_new = guide.pk is None
    for key in ("goal", "channel", "difficulty", "undo"):
        setattr(guide, key, facts[key])
    guide.is_published = facts.get("published", False)
    guide.loaded_digest = digest(facts, words)
    guide.save()
    _write_words([(guide, words)], GUIDE_WORDS, now, is_new)
    if not is_new:
        guide.sources.all().delete()
    Source.objects.bulk_create(Source(guide=guide, **source) for source in facts.get("sources", []))
    steps = {} if is_new else {step.key: step for step in guide.steps.all()}
    _write_steps(guide, steps, facts.get("steps", []), words, now)
    keys = {row["key"] for row in facts.get("steps", [])}
    gone = [step for key, step in steps.items() if key not in keys and not step.retired_at]
    return Step.objects.filter(pk__in=[step.pk for step in gone]).update(retired_at=now)


def refuse_new_kinds(guide: Guide, facts: dict[str, Any], file: str) -> None:
    """Raises ContentError for steps that can no longer become of another kind."""
    kinds = {row["key"]: row["kind"] for row in facts.get("steps", [])}
    problems = [
        Problem(file, f"guides[{guide.slug}].steps[{step.key}].kind", reason)
        for step in guide.steps.filter(key__in=kinds)
        if (reason := catalogue.problem_of_new_kind(step, was=step.kind, becomes=kinds[step.key]))
    ]
    if problems:
        raise ContentError(problems)


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


def _write_steps(
    guide: Guide,
    present: dict[str, Step],
    rows: list[dict[str, Any]],
    words: dict[str, dict[str, Any]],
    now: datetime,
) -> None:
    """Write the steps in order, into those that are `present` by key and into new ones."""
    steps = [present.get(row["key"]) or Step(guide=guide, key=row["key"]) for row in rows]
    for position, (step, facts) in enumerate(zip(steps, rows, strict=True)):
        for key in STEP_FACTS[1:]:
            name = STEP_KEYS.get(key, key)
            default = Step._meta.get_field(name).get_default()
            value = facts.get(key, default)
            setattr(step, name, durations.parse(value) if key in LENGTHS and value else value)
        step.position = position
        step.retired_at = None
        step.goes_back_to = step.continues_with = None
        if step.pk:
            step.save()
    Step.objects.bulk_create(step for step in steps if not step.pk)
    rows_of_words = [(step, _words_of_step(step, words)) for step in steps]
    _write_words(rows_of_words, STEP_WORDS, now, is_new=not present)


def _words_of_step(step: Step, words: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        language: table["steps"][step.key]
        for language, table in words.items()
        if step.key in table.get("steps", {})
    }


def link_steps(guide: Guide, facts: dict[str, Any]) -> None:
    """Second pass, when every guide and step is there: references between them."""
    rows = [
        row for row in facts.get("steps", []) if {"goes_back_to", "continues_with"} & row.keys()
    ]
    steps = {step.key: step for step in guide.steps.all()} if rows else {}
    for row in rows:
        step = steps[row["key"]]
        if "goes_back_to" in row:
            step.goes_back_to = steps[row["goes_back_to"]]
        if "continues_with" in row:
            step.continues_with = addresses.guide_at(*row["continues_with"].split("/"))
        step.save(update_fields=["goes_back_to", "continues_with"])


def _write_words(
    owners: Sequence[tuple[Service | Guide | Step, dict[str, dict[str, Any]]]],
    names: tuple[str, ...],
    now: datetime,
    is_new: bool = False,
) -> None:
    """Make these all the words that the owners, which are of one kind, have."""
    if not owners:
        return
    model = owners[0][0].translations.model
    default = {name: model._meta.get_field(name).get_default for name in names}
    rows = [
        model(
            master=owner,
            language_code=language,
            **{name: table[name] if name in table else default[name]() for name in names},
        )
        for owner, words in owners
        for language, table in words.items()
    ]
    there = model.objects.filter(master__in=[] if is_new else [owner for owner, _ in owners])
    if names != SERVICE_WORDS:
        _date(rows, there, names, now)
    there.delete()
    model.objects.bulk_create(rows)


def _date(rows: list[Any], there: Iterable[Any], names: tuple[str, ...], now: datetime) -> None:
    """Say of each row when its words changed: now, unless they are those that are `there`."""

    def said(row: Any) -> tuple[Any, ...]:
        return row.master_id, row.language_code, *(getattr(row, name) for name in names)

    known = {said(row): row.changed_at for row in there}
    for row in rows:
        row.changed_at = known.get(said(row), now)


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
        if digest(*describe_guide(guide)) != guide.loaded_digest and not overwrite:
            report.left_alone.append(name)
            continue
        guide.is_published = False
        guide.loaded_digest = digest(*describe_guide(guide))  # who publishes it again, changes it
        guide.save(update_fields=["is_published", "loaded_digest"])
        report.withdrawn.append(name)


def give_way(service: Service) -> None:
    """Where a guide of ours is published, an imported one is for editors only, until checked."""
    if not service.guides.published().filter(origin=None).exists():
        return
    imported = service.guides.filter(origin__isnull=False, is_published=True, checked_on=None)
    for guide in imported:
        if digest(*describe_guide(guide)) == guide.loaded_digest:
            guide.is_published = False
            guide.loaded_digest = digest(*describe_guide(guide))
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


# --- Writing out --------------------------------------------------------------------------------


def describe(service: Service) -> ServiceContent:
    """The whole service as its content files would say it, without what nobody has checked."""
    return describe_with(service, map(describe_guide, _own(service.guides.all())))


def describe_with(service: Service, guides: Iterable[Described]) -> ServiceContent:
    """The service with these guides, each as `describe_guide` says it."""
    facts, words = describe_service(service)
    described = list(guides)
    for guide_facts, guide_words in described:
        for language, table in guide_words.items():
            words.setdefault(language, {"name": service.slug}).setdefault("guides", {})[
                guide_facts["slug"]
            ] = table
    if described:
        facts["guides"] = [guide_facts for guide_facts, _ in described]
    return ServiceContent(facts, words)


def describe_service(service: Service) -> Described:
    """Facts and words of the service itself, without its guides."""
    names = [domain.name for domain in service.domains.all() if not domain.is_imported]
    facts = {"slug": service.slug, "domains": names}
    return facts, _words(service, SERVICE_WORDS)


def _own(guides: Iterable[Guide]) -> list[Guide]:
    """Without guides that were imported and that nobody has checked since: they are not ours."""
    return [guide for guide in guides if guide.checked_on or not hasattr(guide, "origin")]


def is_own(service: Service) -> bool:
    """Whether there is more to it than what was imported."""
    guides = service.guides.all()
    return not guides or bool(_own(guides))


def describe_guide(guide: Guide, steps: Iterable[Step] | None = None) -> Described:
    """Facts and words of one guide; retired steps are not part of it any more.

    `steps` are its `steps_to_describe`, where they were read ahead.
    """
    facts = guide_facts(guide)
    facts["sources"] = [
        _said({key: getattr(source, key) for key in SOURCE_FACTS}) for source in guide.sources.all()
    ]
    steps = list(steps_to_describe([guide]) if steps is None else steps)
    facts["steps"] = [_step_facts(step) for step in steps]
    words = _words(guide, GUIDE_WORDS)
    for step in steps:
        for language, table in _words(step, STEP_WORDS).items():
            if language in words:
                words[language].setdefault("steps", {})[step.key] = table
    return _said(facts), words


def guide_facts(guide: Guide) -> dict[str, Any]:
    """Its own facts, without its sources and steps."""
    return _facts(guide, GUIDE_FACTS, GUIDE_KEYS)


def steps_to_describe(guides: Iterable[Guide]) -> QuerySet[Step]:
    """The steps of these guides with all that is said of them, in two queries."""
    steps = Step.objects.filter(guide__in=guides, retired_at=None)
    steps = steps.select_related("goes_back_to", "continues_with__service")
    return steps.prefetch_related("translations")


def _step_facts(step: Step) -> dict[str, Any]:
    facts = _facts(step, STEP_FACTS, STEP_KEYS)
    for key in LENGTHS:
        if key in facts:
            facts[key] = durations.write(facts[key])
    if step.goes_back_to:
        facts["goes_back_to"] = step.goes_back_to.key
    if step.continues_with:
        facts["continues_with"] = f"{step.continues_with.service.slug}/{step.continues_with.slug}"
    return facts


def _facts(
    owner: Guide | Step, keys: tuple[str, ...], other_names: dict[str, str]
) -> dict[str, Any]:
    return _said({key: getattr(owner, other_names.get(key, key)) for key in keys})


def _words(owner: Service | Guide | Step, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    rows = sorted(owner.translations.all(), key=lambda words: words.language_code)
    return {
        words.language_code: _said({name: getattr(words, name) for name in names}) for words in rows
    }


def _said(table: dict[str, Any]) -> dict[str, Any]:
    """Without what is left at its default, as the files leave it out; lines end as in files."""
    return {
        key: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for key, value in table.items()
        if value not in (None, "", False, [])
    }
