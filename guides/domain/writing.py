"""Facts and words, as content files say them, become rows; steps that people have used stay."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from guides.domain import addresses, catalogue, durations
from guides.domain.content_files import ContentError, digest
from guides.domain.content_rules import LENGTHS, Problem
from guides.domain.describing import GUIDE_WORDS, SERVICE_WORDS, STEP_FACTS, STEP_KEYS, STEP_WORDS
from guides.models import Guide, Service, Source, Step


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
    write_words([(guide, words)], GUIDE_WORDS, now, is_new)
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
    write_words(rows_of_words, STEP_WORDS, now, is_new=not present)


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


def write_words(
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
