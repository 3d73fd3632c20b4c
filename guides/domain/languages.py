"""In which languages the catalogue is really written. What falls back to English does not count."""

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Value

from guides.models import Guide, Service, Step

ALL = [code for code, _ in settings.LANGUAGES]


def guides_in(language: str) -> QuerySet[Guide]:
    """Published guides of which every step is written in `language`."""
    steps = Step.objects.filter(guide=OuterRef("pk"), retired_at=None)
    missing = steps.exclude(translations__language_code=language)
    written = Guide.objects.published().filter(translations__language_code=language)
    return written.exclude(Exists(missing))


def services_in(language: str) -> QuerySet[Service]:
    """Services with something published, all of it under a title in `language`."""
    published = Guide.objects.published().filter(service=OuterRef("pk"))
    missing = published.exclude(translations__language_code=language)
    written = Service.objects.filter(translations__language_code=language)
    return written.filter(Exists(published)).exclude(Exists(missing))


def of(page: Service | Guide) -> list[str]:
    """The languages of its page, ours in their order; one query."""
    written_in = guides_in if isinstance(page, Guide) else services_in
    first, *others = [
        written_in(language).filter(pk=page.pk).order_by().values_list(Value(language))
        for language in ALL
    ]
    found = {language for (language,) in first.union(*others)}
    return [language for language in ALL if language in found]
