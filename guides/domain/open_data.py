"""What everybody may take along: the published catalogue, in the shape of the content files.

docs/API.md explains it to those who use it; `templates/api/v1.json` is its schema.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from guides.domain import describing, justdeleteme, spellings
from guides.domain.content_files import ServiceContent
from guides.models import Domain, Guide, Origin, Service

# Goes up when something that was there is called otherwise, means something else, or is gone.
VERSION = 1
# Of our facts and words, as the file LICENSE says; what was imported says its own.
LICENCE = {"name": "MIT", "url": "https://opensource.org/license/mit"}
LONGEST_ADDRESS = 2000

Document = dict[str, Any]


class NoDomainError(ValueError):
    """What was asked for names no domain."""


# --- Documents ----------------------------------------------------------------------------------


def of_catalogue() -> Document:
    """All services in a few facts each, in four queries however many there are."""
    domains, words, guides = _domains_by_service(), _words_by_service(), _guides_by_service()
    services = [
        {
            "facts": {"slug": slug, "domains": domains[pk], "guides": guides[pk]},
            "words": words[pk],
            "pages": _pages(slug),
            "document": _address("api:service", slug),
        }
        for pk, slug in _listed().values_list("pk", "slug")
    ]
    return _document(licence=LICENCE, services=services)


def of_service(slug: str) -> Document | None:
    """All that is published about the service: facts and words as its content files have them."""
    service = _listed().prefetch_related("translations", "domains").filter(slug=slug).first()
    if service is None:
        return None
    guides = list(
        Guide.objects.published()
        .filter(service=service)
        .select_related("origin")
        .prefetch_related("translations", "sources", "origin__notes")
    )
    described = _described(service, guides)
    return _document(
        licence=LICENCE,
        facts=described.facts | {"domains": [domain.name for domain in service.domains.all()]},
        words=described.words,
        pages=_pages(slug),
        imported={
            guide.slug: _origin(guide.origin) for guide in guides if hasattr(guide, "origin")
        },
    )


def of_error(code: str, message: str) -> Document:
    return _document(error={"code": code, "message": message})


def find(address: str) -> str | None:
    """The slug of the service to which a domain or pasted address belongs, subdomains included.

    Raises NoDomainError.
    """
    name = spellings.domain_of(address) if len(address) <= LONGEST_ADDRESS else ""
    if not name:
        raise NoDomainError
    labels = name.split(".")
    names = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    owned = Domain.objects.filter(name__in=names, service__in=_listed())
    owners = dict(owned.order_by().values_list("name", "service__slug"))
    return next((owners[each] for each in names if each in owners), None)


# --- What they are made of ----------------------------------------------------------------------


def _listed() -> QuerySet[Service]:
    """Services of which everybody sees a page: those with something published."""
    return Service.objects.filter(pk__in=Guide.objects.published().values("service"))


def _domains_by_service() -> dict[int, list[str]]:
    return _by_first(Domain.objects.values_list("service", "name"))


def _guides_by_service() -> dict[int, list[Document]]:
    guides = Guide.objects.published()
    return _by_first((guide.service_id, describing.guide_facts(guide)) for guide in guides)


def _words_by_service() -> dict[int, Document]:
    names = [f"translations__{name}" for name in describing.SERVICE_WORDS]
    rows = _listed().filter(translations__isnull=False)
    words: dict[int, Document] = defaultdict(dict)
    for pk, language, *texts in rows.order_by("translations__language_code").values_list(
        "pk", "translations__language_code", *names
    ):
        said = zip(describing.SERVICE_WORDS, texts, strict=True)
        words[pk][language] = {name: text for name, text in said if text}
    return words


def _by_first(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for first, second in pairs:
        grouped[first].append(second)
    return grouped


def _described(service: Service, guides: list[Guide]) -> ServiceContent:
    steps = _by_first((step.guide_id, step) for step in describing.steps_to_describe(guides))
    return describing.describe_with(
        service, [describing.describe_guide(guide, steps[guide.pk]) for guide in guides]
    )


def _origin(origin: Origin) -> Document:
    """Where an imported guide comes from, and what the list says: under the licence of the list."""
    return {
        "list": origin.get_list_display(),
        "url": justdeleteme.HOME,
        "entry": origin.entry,
        "licence": origin.licence,
        "read_on": origin.read_on,
        "notes": {
            note.language: {
                key: said for key, said in (("text", note.text), ("link", note.link)) if said
            }
            for note in origin.notes.all()
        },
    }


def _document(**members: Any) -> Document:
    return {"$schema": _address("api:schema"), "version": VERSION} | members


def _pages(slug: str) -> dict[str, str]:
    """The page of the service for people, by language."""
    return {
        code: settings.SITE_URL + _page(code).replace("SLUG", slug)
        for code, _name in settings.LANGUAGES
    }


@cache  # thousands are asked for at once
def _page(language: str) -> str:
    with translation.override(language):
        return reverse("catalogue:service", args=["SLUG"])


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)
