"""What the head of a public page says to search engines, and to those with whom it is shared."""

import html
import json
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from guides.domain import catalogue, languages
from guides.models import Guide, Service, Step

from . import wayout

register = template.Library()

SOCIAL_CARD = "img/social-card.png"
# So that no text can end the script element that it stands in.
_HARMLESS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


@register.inclusion_tag("components/_public_head.html", takes_context=True)
def public_head(
    context: dict[str, Any], page: Service | Guide | str, *, title: str = "", description: str = ""
) -> dict[str, Any]:
    """Of the page of a service or a guide, or of the one with an address of that name."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    written_in = languages.ALL if isinstance(page, str) else languages.of(page)
    # A page that falls back to other languages says the same as theirs.
    language = current if current in written_in or not written_in else written_in[0]
    alternates = [(code, _url(page, code)) for code in written_in]
    if settings.LANGUAGE_CODE in written_in:
        # Without a language in it, the address leads to the language of the browser.
        own = _url(page, settings.LANGUAGE_CODE)
        alternates.append(("x-default", own.replace(f"/{settings.LANGUAGE_CODE}/", "/", 1)))
    title = title or _headline(page)
    return {
        "title": title,
        "description": description or title,
        "canonical": _url(page, language),
        "alternates": alternates,
        "card": settings.SITE_URL + static(SOCIAL_CARD),
        "data": _how_to(page, context["steps"], current) if isinstance(page, Guide) else "",
    }


def _url(page: Service | Guide | str, language: str) -> str:
    with translation.override(language):
        path = reverse(page) if isinstance(page, str) else page.get_absolute_url()
    return settings.SITE_URL + path


def _headline(page: Service | Guide | str) -> str:
    """What it is about, where nothing but this is read."""
    if isinstance(page, Guide):
        return f"{wayout.plain(page.service, 'name')}: {wayout.plain(page, 'title')}"
    return page if isinstance(page, str) else wayout.plain(page, "name")


# --- Structured data ------------------------------------------------------------------------------


def _how_to(guide: Guide, steps: list[Step], language: str) -> SafeString:
    """The guide as schema.org has it: https://schema.org/HowTo"""
    url = _url(guide, language)
    data = {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": _headline(guide),
        "description": wayout.plain(guide, "summary"),
        "inLanguage": language,
        "url": url,
        "step": [
            {
                "@type": "HowToStep",
                "position": number,
                "name": wayout.plain(step, "title"),
                "text": _text(step),
                "url": f"{url}#{step.key}",
            }
            for step, number in wayout.numbered(steps)
            if not step.continues_with_id
        ],
    }
    text = json.dumps(data, ensure_ascii=False).translate(_HARMLESS)
    return mark_safe(text)  # noqa: S308 - made harmless on the line above


def _text(step: Step) -> str:
    """What there is to read of the step, without its mark-up."""
    words, _ = catalogue.text(step, "body", translation.get_language())
    return html.unescape(strip_tags(wayout.render(words))).strip() or wayout.plain(step, "title")
