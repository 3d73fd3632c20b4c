"""What a service, its guides and their steps say, and what an editor is not allowed to publish."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from psycopg.pq import ExecStatus

from guides.models import Entry, Guide, Journey, OwnService, Service, Step

# --- Words in a language ------------------------------------------------------------------------

FALLBACK = settings.LANGUAGE_CODE


def text(
    owner: Service | OwnService | Guide | Step, name: str, language: str | None
) -> tuple[str, str]:
    """The text `name` of `owner` in `language`, else in English, else in any; with its language.

    What was read ahead costs no further query, whether by `read_ahead` or as `translations`.
    """
    if isinstance(owner, OwnService):
        return choose(owner.names, language)
    texts = vars(owner).get("words", {}).get(name)
    if texts is None:
        texts = {words.language_code: getattr(words, name) for words in owner.translations.all()}
    return choose(texts, language)


def read_ahead(owners: Sequence[Service | Guide | Step], *names: str) -> None:
    """Read these texts of all `owners` in one query, for `text`.

    They are kept as plain text by name and language: to make objects of hundreds of translations
    takes longer than all the rest of a page.
    """
    if not owners:
        return
    words: dict[int, dict[str, dict[str, str]]]
    words = {owner.pk: {name: {} for name in names} for owner in owners}
    rows = type(owners[0])._base_manager.filter(pk__in=words, translations__isnull=False)
    columns = ["pk", "translations__language_code", *(f"translations__{name}" for name in names)]
    for pk, language, *texts in rows.order_by().values_list(*columns):
        for name, each in zip(names, texts, strict=True):
            words[pk][name][language] = each
    for owner in owners:
        owner.__dict__["words"] = words[owner.pk]


def choose(texts: Mapping[str, str], language: str | None) -> tuple[str, str]:
    """Of the same text by language the one in `language`, else in English, else in any."""
    for code in (language, FALLBACK, *texts):
        if code and texts.get(code):
            return texts[code], code
    return "", FALLBACK


def service_names(journeys: Iterable[Journey]) -> dict[UUID, Mapping[str, str]]:
    """By journey, what its service is called in each language: for lists that need nothing else."""
    journeys = list(journeys)
    names: dict[int, dict[str, str]] = {each.guide_id: {} for each in journeys}
    words = "service__translations__language_code", "service__translations__name"
    guides = Guide.objects.filter(pk__in=names, service__translations__isnull=False)
    for guide_id, language, name in guides.order_by().values_list("pk", *words):
        names[guide_id][language] = name
    return {each.pk: each.own.names if each.own else names[each.guide_id] for each in journeys}


# --- The way of a guide -------------------------------------------------------------------------


def way(guide: Guide) -> list[Step]:
    """All steps of the guide in order, those of guides that it continues with included.

    The step that names another guide stays in the way, as a heading to that guide's steps.
    """
    return ways([guide.pk])[guide.pk]


def ways(guide_ids: Collection[int]) -> dict[int, list[Step]]:
    """The way of each guide, in two queries however many there are; in none where it is remembered.

    They bring along the guides that follow directly; two more are made where those go on in turn.
    The steps belong to everybody who asks, until the catalogue changes: do not alter them.
    """
    steps_of = _remembered(edition())
    read: dict[int, list[Step]] = {}
    missing = set(guide_ids) - steps_of.keys()
    while missing:
        read |= _steps_from(missing)
        missing = _followed(read.values()) - read.keys() - steps_of.keys()
    steps_of.update(read)
    return {guide_id: list(_walk(guide_id, steps_of, frozenset())) for guide_id in guide_ids}


# The steps of guides, each without those that follow, as they are in one edition.
_memory: tuple[str, dict[int, list[Step]]] = "", {}
MOST_REMEMBERED = 1000  # guides; some 20 MB


def _remembered(edition: str) -> dict[int, list[Step]]:
    global _memory
    its_edition, steps_of = _memory
    if its_edition != edition or len(steps_of) > MOST_REMEMBERED:
        steps_of = {}
        _memory = edition, steps_of
    return steps_of


def _steps_from(guide_ids: set[int]) -> dict[int, list[Step]]:
    """The steps of these guides, and of those that they continue with."""
    following = Step.objects.filter(guide_id__in=guide_ids)
    following = following.filter(continues_with__isnull=False).values("continues_with")
    steps = Step.objects.filter(Q(guide_id__in=guide_ids) | Q(guide_id__in=following))
    found = list(steps.select_related("figures"))
    read_ahead(found, "title", "body")
    steps_of: dict[int, list[Step]] = {guide_id: [] for guide_id in guide_ids}
    for step in found:
        steps_of.setdefault(step.guide_id, []).append(step)
    return steps_of


def _followed(ways: Iterable[list[Step]]) -> set[int]:
    steps = [step for way in ways for step in way]
    return {step.continues_with_id for step in steps if step.continues_with_id}


def current(steps: Iterable[Step]) -> list[Step]:
    """The steps without those that are no longer part of the guide."""
    return [step for step in steps if not step.retired_at]


def _continuations() -> dict[int, set[int]]:
    links: dict[int, set[int]] = defaultdict(set)
    steps = Step.objects.filter(continues_with__isnull=False, retired_at=None)
    for guide_id, other_id in steps.order_by().values_list("guide_id", "continues_with_id"):
        links[guide_id].add(other_id)
    return links


def _reachable(guide_id: int, links: dict[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    open_ids = {guide_id}
    while open_ids:
        seen |= open_ids
        open_ids = {other for each in open_ids for other in links.get(each, ())} - seen
    return seen


def _walk(guide_id: int, steps_of: dict[int, list[Step]], above: frozenset[int]) -> Iterable[Step]:
    if guide_id in above:  # validation forbids the circle; a reader is not punished for it
        return
    for step in steps_of[guide_id]:
        yield step
        if step.continues_with_id:
            followed = _walk(step.continues_with_id, steps_of, above | {guide_id})
            yield from _retired(followed, step.retired_at) if step.retired_at else followed


def _retired(steps: Iterable[Step], retired_at: datetime) -> Iterable[Step]:
    """What followed a heading that is retired: there for those who have been there, and no more."""
    for step in steps:
        retired = copy(step)
        retired.retired_at = step.retired_at or retired_at
        yield retired


# --- Editions -----------------------------------------------------------------------------------


def edition() -> str:
    """Another one after each change of the catalogue, whoever made it and by whatever way.

    Asked for at every page, so as fast as can be, and without asking before whether the connection
    still works: where it does not, this is done once more over a new one.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _edition()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _edition()


def _edition() -> str:
    connection.ensure_connection()
    driver = connection.connection
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            return str(driver.execute(_EDITION).fetchone()[0])
        # By libpq itself: for one number, psycopg's cursor would take as long as the server does.
        result = driver.pgconn.exec_(_EDITION.encode())
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(result.get_error_message())
        return str(result.get_value(0, 0))


_EDITION = "SELECT sum(number) FROM guides_edition"


# --- What may be published ----------------------------------------------------------------------


def problems_of_step(step: Step) -> dict[str, str]:
    """What is wrong with a step on its own, by field, in the editor's words."""
    problems: dict[str, str] = {}
    is_wait = step.kind == Step.Kind.WAIT
    if step.wait_shortest and step.wait_longest and step.wait_longest < step.wait_shortest:
        problems["wait_longest"] = _("The longest wait is shorter than the shortest one.")
    if not is_wait and (step.wait_shortest or step.wait_longest or step.until_date):
        problems["kind"] = _("Only a step of the kind “Wait” can have a waiting period.")
    if not is_wait and step.stay_signed_out:
        problems["stay_signed_out"] = _("Only a waiting period can ask people to stay signed out.")
    if is_wait and not step.wait_reason:
        problems["wait_reason"] = _("Say why people have to wait.")
    if step.do_within and step.kind != Step.Kind.ACT:
        problems["do_within"] = _(
            "Only a step of the kind “Act” can have to be done within a time."
        )
    if step.is_final and step.kind != Step.Kind.ACT:
        problems["is_final"] = _("Only a step of the kind “Act” can be the point of no return.")
    if step.is_final and step.is_optional:
        problems["is_optional"] = _("The point of no return cannot be optional.")
    if step.goes_back_to_id and step.goes_back_to_id == step.pk:
        problems["goes_back_to"] = _("A step cannot go back to itself.")
    return problems


def problem_of_new_kind(step: Step, *, was: str, becomes: str) -> str:
    """Why the kind of a step cannot be changed so, in the editor's words; empty if it can.

    A wait that somebody is in the middle of would turn into a deadline that has passed.
    """
    if was == becomes or Step.Kind.WAIT not in {was, becomes} or not _is_somebodys_clock(step):
        return ""
    return _(
        "A waiting period or deadline of this step is running for somebody, so its kind cannot "
        "change. Remove the step, and add a new one with another key."
    )


def _is_somebodys_clock(step: Step) -> bool:
    standing = Entry.objects.standing().filter(journey=OuterRef("journey"), step=step)
    passed = standing.filter(kind__in=[Entry.Kind.DONE, Entry.Kind.SKIPPED])
    clocks = step.entries.standing().filter(kind=Entry.Kind.STARTED, journey__finished_at=None)
    return clocks.exclude(Exists(passed)).exists()


def problems_of_guide(guide: Guide, steps: list[Step]) -> list[str]:
    """What keeps a guide from being published, in the editor's words; `steps` in their order."""
    steps = current(steps)
    problems = []
    if not steps:
        problems.append(_("A published guide needs at least one step."))
    elif steps[0].do_within:
        problems.append(
            _("The first step cannot have to be done within a time: nothing comes before it.")
        )
    elif steps[0].while_waiting:
        problems.append(
            _("The first step cannot be done while waiting: no waiting period comes before it.")
        )
    if not any(words.title for words in guide.translations.all()):
        problems.append(_("A published guide needs a title in at least one language."))
    behind: set[int] = set()
    for step in steps:
        if step.goes_back_to_id and step.goes_back_to_id not in behind:
            problems.append(
                _("“%(step)s” goes back to a step that does not come before it.") % {"step": step}
            )
        behind.add(step.pk)
    if guide.pk and continues_with_itself(guide, steps):
        problems.append(_("The guide continues with itself, directly or through other guides."))
        return problems
    followed = Guide.objects.filter(pk__in=[step.continues_with_id for step in steps])
    for other in followed.filter(is_published=False).prefetch_related("translations"):
        problems.append(_("It continues with “%(guide)s”, which is a draft.") % {"guide": other})
    return problems


def continues_with_itself(guide: Guide, steps: list[Step]) -> bool:
    links = _continuations()
    links[guide.pk] = {step.continues_with_id for step in steps if step.continues_with_id}
    return any(guide.pk in _reachable(other, links) for other in links[guide.pk])


def publish(guide: Guide) -> None:
    """Show the guide to everybody. Raises ValidationError with what still keeps it from that."""
    steps = list(guide.steps.all())
    problems = problems_of_guide(guide, steps)
    for step in current(steps):
        problems += [f"{step}: {problem}" for problem in problems_of_step(step).values()]
    if problems:
        raise ValidationError(problems)
    guide.is_published = True
    guide.save(update_fields=["is_published"])
