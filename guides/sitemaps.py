"""The public pages for search engines, each in the languages in which it is really written."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from guides.domain import languages
from guides.models import Guide


class Pages(Sitemap):  # type: ignore[type-arg]
    i18n = alternates = x_default = True
    limit = 5000
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class General(Pages):
    """What belongs to no service, by the names of the addresses."""

    def items(self) -> Sequence[str]:
        return ["home"]

    def location(self, item: str) -> str:
        return reverse(item)


class Written(Pages):
    """What is not there in every language."""

    def items(self) -> Sequence[Any]:
        rows: dict[int, Any] = {}
        self._languages_of: dict[int, list[str]] = {}
        for language in languages.ALL:
            for each in self.written_in(language).order_by("pk"):
                rows.setdefault(each.pk, each)
                self._languages_of.setdefault(each.pk, []).append(language)
        return list(rows.values())

    def written_in(self, language: str) -> QuerySet[Any]:
        raise NotImplementedError

    def get_languages_for_item(self, item: Any) -> list[str]:
        return self._languages_of[item.pk]


class Services(Written):
    def written_in(self, language: str) -> QuerySet[Any]:
        return languages.services_in(language)


class Guides(Written):
    def written_in(self, language: str) -> QuerySet[Any]:
        return languages.guides_in(language).select_related("service")

    def lastmod(self, item: Guide) -> date | None:
        return item.checked_on


sitemaps = {"general": General, "services": Services, "guides": Guides}
