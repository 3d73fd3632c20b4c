"""What the catalogue says, as its content files would say it: facts, and words by language."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from guides.domain import durations
from guides.domain.content_files import ServiceContent
from guides.domain.content_rules import LENGTHS
from guides.models import Guide, Service, Step

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
        said({key: getattr(source, key) for key in SOURCE_FACTS}) for source in guide.sources.all()
    ]
    steps = list(steps_to_describe([guide]) if steps is None else steps)
    facts["steps"] = [_step_facts(step) for step in steps]
    words = _words(guide, GUIDE_WORDS)
    for step in steps:
        for language, table in _words(step, STEP_WORDS).items():
            if language in words:
                words[language].setdefault("steps", {})[step.key] = table
    return said(facts), words


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
    return said({key: getattr(owner, other_names.get(key, key)) for key in keys})


def _words(owner: Service | Guide | Step, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    rows = sorted(owner.translations.all(), key=lambda words: words.language_code)
    return {
        words.language_code: said({name: getattr(words, name) for name in names}) for words in rows
    }


def said(table: dict[str, Any]) -> dict[str, Any]:
    """Without what is left at its default, as the files leave it out; lines end as in files."""
    return {
        key: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for key, value in table.items()
        if value not in (None, "", False, [])
    }
