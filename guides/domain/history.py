"""The history of a guide: noting who changed what, comparing, and going back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import formats
from django.utils.translation import gettext as _

from guides.domain import catalogue, describing, revisions, writing
from guides.domain.content_files import ContentError
from guides.domain.revisions import Said
from guides.models import Guide, Revision, Source, Step, User

# --- Noting -------------------------------------------------------------------------------------


def said_by(guide: Guide) -> Said:
    """What the guide says in the database, whatever has been done to the object."""
    return Said(*describing.describe_guide(Guide.objects.get(pk=guide.pk)))


@contextmanager
def changing(*, guide: Guide, act: Revision.Act, by: User | None, now: datetime) -> Iterator[None]:
    """What is changed in the guide in here goes down in its history."""
    with transaction.atomic():
        before = said_by(guide)
        yield
        revisions.keep(guide=guide, before=before, after=said_by(guide), act=act, by=by, now=now)


# --- Going back ---------------------------------------------------------------------------------


@transaction.atomic
def go_back(*, revision: Revision, by: User | None, now: datetime) -> int:
    """Make the guide say again what it said then; returns how many steps were retired.

    By the way that content files come in, so with the same rules: a step that people have been at
    is retired, a clock that runs stays as it is. The address stays, and whether it is published.
    Raises ValidationError, with nothing changed.
    """
    guide = Guide.objects.select_for_update().get(pk=revision.guide_id)
    facts, words = revisions.read(revision)
    facts |= {"slug": guide.slug, "published": guide.is_published}
    try:
        writing.refuse_new_kinds(guide, facts, "")
        with changing(guide=guide, act=Revision.Act.WENT_BACK, by=by, now=now):
            return _write(guide, facts, words, now)
    except ContentError as error:
        raise ValidationError([problem.reason for problem in error.problems]) from None
    except Guide.DoesNotExist:
        raise ValidationError(_("It continued with a guide that is no longer there.")) from None


def _write(
    guide: Guide, facts: dict[str, Any], words: dict[str, dict[str, Any]], now: datetime
) -> int:
    loaded_digest = guide.loaded_digest  # what the files loaded last, which has not changed
    guide.checked_on = facts.get("checked_on")
    retired = writing.write_guide(guide=guide, facts=facts, words=words, now=now)
    guide.loaded_digest = loaded_digest
    guide.save(update_fields=["loaded_digest"])
    writing.link_steps(guide, facts)
    if guide.is_published:
        catalogue.publish(guide)
    return retired


# --- Comparing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed; `language` is that of the words, none for a fact."""

    where: str  # the step or source, none for the guide itself
    what: str
    language: str
    before: str
    after: str


def differences(older: Said, newer: Said) -> list[Difference]:
    """What changed from the one to the other, in the editor's words."""
    before, after = dict(_lines(older)), dict(_lines(newer))
    titles = _titles(older) | _titles(newer)
    found = [
        Difference(
            _where(place, titles),
            _what(place),
            place.language,
            before.get(place, ""),
            after.get(place, ""),
        )
        for place in {**after, **before}
        if before.get(place, "") != after.get(place, "")
    ]
    order = [[titles[key] for key in keys] for keys in _common_order(older, newer)]
    if order[0] != order[1]:
        found.append(Difference("", _("order of the steps"), "", *map(" → ".join, order)))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is said: of what, which one, under which name, in which language."""

    model: type[Model]
    key: str
    name: str
    language: str = ""


def _lines(said: Said) -> Iterator[tuple[_Place, str]]:
    facts, words = said
    yield from _facts(Guide, "", facts)
    for step in facts.get("steps", []):
        yield from _facts(Step, step["key"], step)
    for source in facts.get("sources", []):
        yield from _facts(Source, source["name"], source)
    for language, table in words.items():
        yield from _words(Guide, "", table, language)
        for key, step in table.get("steps", {}).items():
            yield from _words(Step, key, step, language)


def _facts(model: type[Model], key: str, table: dict[str, Any]) -> Iterator[tuple[_Place, str]]:
    for name, value in table.items():
        if name not in {"steps", "sources"} and value is not False:
            yield _Place(model, key, name), _shown(model, name, value)


def _words(
    model: type[Model], key: str, table: dict[str, Any], language: str
) -> Iterator[tuple[_Place, str]]:
    for name, value in table.items():
        if name != "steps":
            yield _Place(model, key, name, language), str(value)


def _shown(model: type[Model], name: str, value: Any) -> str:
    if value is True:
        return _("yes")
    if isinstance(value, date):
        return formats.date_format(value)
    choices = dict(getattr(_field(model, name), "flatchoices", ()))
    return str(choices.get(value, value))


def _field(model: type[Model], name: str) -> Any:
    """The column; `continues_with` and the like are called the same there."""
    names = describing.GUIDE_KEYS | describing.STEP_KEYS
    return model._meta.get_field(names.get(name, name))


def _titles(said: Said) -> dict[str, str]:
    """What each step is called: in English, else in any language, else by its key."""
    tables = {language: table.get("steps", {}) for language, table in said.words.items()}
    titles = {}
    for step in said.facts.get("steps", []):
        key = step["key"]
        texts = {code: steps.get(key, {}).get("title", "") for code, steps in tables.items()}
        titles[key] = catalogue.choose(texts, None)[0] or key
    return titles


def _where(place: _Place, titles: dict[str, str]) -> str:
    if place.model is Step:
        return _("Step “%(step)s”") % {"step": titles.get(place.key, place.key)}
    return _("Source “%(source)s”") % {"source": place.key} if place.model is Source else ""


def _what(place: _Place) -> str:
    if place.language:
        words: Any = place.model
        return str(words._parler_meta.root_model._meta.get_field(place.name).verbose_name)
    return str(_field(place.model, place.name).verbose_name)


def _common_order(older: Said, newer: Said) -> tuple[list[str], list[str]]:
    """The keys of the steps that both have, in the order that each has them."""
    orders = [[step["key"] for step in said.facts.get("steps", [])] for said in (older, newer)]
    common = set(orders[0]) & set(orders[1])
    before, after = ([key for key in order if key in common] for order in orders)
    return before, after
