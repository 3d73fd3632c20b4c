"""How things are said on a page: texts in their own language, Markdown, dates, lengths of time."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import nh3
from babel import Locale
from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import translate_url
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from markdown_it import MarkdownIt

from guides import emails
from guides.domain import accounts, catalogue, durations, own_ways
from guides.domain.timeline import State, StepState
from guides.models import Guide, OwnService, Service, Step

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"

StepT = TypeVar("StepT", Step, StepState[Step])

_markdown = MarkdownIt("commonmark", {"html": False})
_ALLOWED_TAGS = {"p", "br", "strong", "em", "code", "ul", "ol", "li", "a", "blockquote"}


# --- Texts --------------------------------------------------------------------------------------


@register.filter
def plain(owner: Service | OwnService | Guide | Step, name: str) -> str:
    """The text without mark-up, for titles and attributes."""
    return catalogue.text(owner, name, translation.get_language())[0]


@register.filter
def text(owner: Service | Guide | Step, name: str) -> str:
    """The text in the language of the page, or with the `lang` and `dir` it falls back to."""
    words, language = catalogue.text(owner, name, translation.get_language())
    if not words or language == translation.get_language():
        return words
    return format_html("<span {}>{}</span>", _marked(language), words)


@register.filter
def written_in(guide: Guide) -> str:
    """The language of its title: another than that of the page where it is not translated."""
    return catalogue.text(guide, "title", translation.get_language())[1]


@register.filter
def prose(owner: Service | Guide | Step, name: str) -> str:
    """The Markdown text as harmless HTML, with its own `lang` and `dir` if it fell back."""
    return rendered(catalogue.text(owner, name, translation.get_language()))


@register.filter
def rendered(said: tuple[str, str]) -> str:
    """Markdown with its language, as `catalogue.text` gives it, as harmless HTML."""
    words, language = said
    if not words:
        return ""
    attributes = "" if language == translation.get_language() else _marked(language)
    return format_html('<div class="prose" {}>{}</div>', attributes, render(words))


@register.filter
def name(service: Service | OwnService) -> str:
    """The name of a service, isolated from the direction of the text around it."""
    return _isolated(*catalogue.text(service, "name", translation.get_language()))


@register.filter
def name_alone(service: Service) -> str:
    """The same on a line of its own, where "any other service" begins with a capital: no brand."""
    words, language = catalogue.text(service, "name", translation.get_language())
    is_brand = service.slug != own_ways.GENERAL[0]
    return _isolated(words if is_brand else capfirst(words), language)


@register.filter
def name_of(names: Mapping[str, str]) -> str:
    """The same of a service of which only its names by language are at hand."""
    return _isolated(*catalogue.choose(names, translation.get_language()))


def _isolated(words: str, language: str) -> str:
    if language == translation.get_language():
        return format_html("<bdi>{}</bdi>", words)
    return format_html("<bdi {}>{}</bdi>", _marked(language), words)


@register.filter
def isolated(service: Service | OwnService) -> str:
    """The name of a service for plain text, between the characters that isolate its direction."""
    return f"\N{FIRST STRONG ISOLATE}{plain(service, 'name')}\N{POP DIRECTIONAL ISOLATE}"


@register.filter
def difficulty(level: str) -> str:
    """A difficulty in words, where there is no guide to ask: "Easy"."""
    return str(Guide.Difficulty(level).label)


def _marked(language: str) -> SafeString:
    direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
    return format_html('lang="{}" dir="{}"', language, direction)


@lru_cache(maxsize=2048)
def render(markdown: str) -> SafeString:
    """Markdown as harmless HTML."""
    html = nh3.clean(
        _markdown.render(markdown),
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noreferrer",
    )
    return mark_safe(html)  # noqa: S308 - sanitised on the line above


@register.filter
def language_name(code: str) -> str:
    """A language in that of the page: "Arabic", "arabisk"."""
    page = Locale.parse(translation.get_language() or settings.LANGUAGE_CODE)
    return str(page.languages.get(code, code))


# --- Time ---------------------------------------------------------------------------------------


@register.filter
def moment(value: datetime) -> str:
    """Weekday, date and time of day in the person's zone: "Thursday 26 November, 14:00"."""
    local = timezone.localtime(value)
    if local.year == timezone.localtime().year:
        return _dated(local, pgettext("date format, see Django’s date filter", "l j F, H:i"))
    return _dated(local, pgettext("date format, see Django’s date filter", "l j F Y, H:i"))


@register.filter
def moment_on_paper(value: datetime) -> str:
    """The same for what is read in another year too: "26 November 2026, 14:00"."""
    local = timezone.localtime(value)
    return _dated(local, pgettext("date format, see Django’s date filter", "j F Y, H:i"))


@register.filter
def weekday(value: datetime) -> str:
    """The day alone, as one says it of today: "Sunday 22 November"."""
    local = timezone.localtime(value)
    return _dated(local, pgettext("date format, see Django’s date filter", "l j F"))


@register.filter
def day(value: date) -> str:
    """The date alone, of a moment in the person's zone: "26 November 2026"."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return _dated(value, pgettext("date format, see Django’s date filter", "j F Y"))


def _dated(value: date, form: str) -> str:
    """No line ends within "26 November", nor before the time of "kl. 14.00"."""
    return re.sub(r"(?<=\d) |(?<=\d\.) |(?<=kl\.) ", NO_BREAK, date_format(value, form))


@register.filter
def whole(date: str) -> str:
    """For a letter: the date goes to the next line as a whole, where it fits on one."""
    return format_html(emails.WHOLE_DATE, date)


@register.filter
def city(zone: str) -> str:
    """The city by which a time zone is known: "Oslo", "القاهرة"."""
    return accounts.city_of(zone, translation.get_language() or settings.LANGUAGE_CODE)


@register.filter
def local_input(value: datetime) -> str:
    """The moment as a `datetime-local` field takes it, in the person's zone."""
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")


@register.filter
def seconds(value: timedelta | None) -> str:
    """For scripts: a length as a number, nothing where there is none."""
    return str(int(value.total_seconds())) if value else ""


@register.filter
def relative(value: datetime, now: datetime) -> str:
    """How far ahead, rounded to what matters: "in 3 days", "tomorrow", "in 5 hours", "now"."""
    ahead = value - now
    if ahead <= timedelta():
        return _("now")
    if ahead > timedelta(hours=12) and _days_between(now, value) == 1:
        return _("tomorrow")
    unit = next((unit for unit in ("day", "hour") if ahead >= 2 * durations.UNITS[unit]), "minute")
    count = max(1, round(ahead / durations.UNITS[unit]))
    return _("in %(length)s") % {"length": so_many(count, unit)}


def _days_between(earlier: datetime, later: datetime) -> int:
    return (timezone.localdate(later) - timezone.localdate(earlier)).days


@register.filter
def in_words(value: timedelta) -> str:
    """A length of time in words: "4 days", "24 hours"."""
    return so_many(*durations.split(value))


def so_many(count: int, unit: str) -> str:
    """So many of a unit of `durations`: "4 days"."""
    match unit:
        case "minute":
            words = ngettext("%(count)d minute", "%(count)d minutes", count)
        case "hour":
            words = ngettext("%(count)d hour", "%(count)d hours", count)
        case "day":
            words = ngettext("%(count)d day", "%(count)d days", count)
        case "week":
            words = ngettext("%(count)d week", "%(count)d weeks", count)
        case _:
            words = ngettext("%(count)d year", "%(count)d years", count)
    return (words % {"count": count}).replace(" ", NO_BREAK)


@register.filter
def wait_length(step: Step) -> str:
    """How long a wait takes, as certain as we are: "about 4 days", "up to 24 hours", "1–5 days"."""
    if step.until_date:
        return _("until a date that you enter")
    shortest, longest = step.wait_shortest, step.wait_longest
    if shortest and longest and shortest != longest:
        return _span(step, shortest, longest)
    if longest and not shortest:
        return _("up to %(length)s") % {"length": _counted(step, longest)}
    if shortest and not longest:
        return _("at least %(length)s") % {"length": _counted(step, shortest)}
    if not longest:
        return _("nobody knows how long")
    if step.wait_certainty == Step.Certainty.STATED:
        return _counted(step, longest)
    return _("about %(length)s") % {"length": _counted(step, longest)}


def _counted(step: Step, value: timedelta) -> str:
    if step.in_business_days:
        days = ngettext("%(count)d business day", "%(count)d business days", value.days)
        return days % {"count": value.days}
    return in_words(value)


def _span(step: Step, shortest: timedelta, longest: timedelta) -> str:
    (least, unit), (most, same) = durations.split(shortest), durations.split(longest)
    if step.in_business_days:
        least, most, unit, same = shortest.days, longest.days, "day", "day"
    if unit == same and most > 2:  # a dual has no number to which "1–" could be put
        return f"{least}–{_counted(step, longest)}"
    return _("%(shortest)s to %(longest)s") % {
        "shortest": _counted(step, shortest),
        "longest": _counted(step, longest),
    }


# --- Steps --------------------------------------------------------------------------------------


@register.filter
def numbered(steps: Iterable[StepT]) -> list[tuple[StepT, int]]:
    """Each step (or its state) with its number; headings to other guides do not count."""
    number = 0
    rows = []
    for each in steps:
        step = each.step if isinstance(each, StepState) else each
        number += not step.continues_with_id
        rows.append((each, number))
    return rows


_STATES = {
    State.TO_DO: gettext_lazy("To do"),
    State.DONE: gettext_lazy("Done"),
    State.SKIPPED: gettext_lazy("Skipped"),
    State.WAITING: gettext_lazy("Waiting"),
    State.READY: gettext_lazy("Could be over already"),
    State.OVER: gettext_lazy("The wait is over"),
    State.OVERDUE: gettext_lazy("Overdue: no news yet"),
    State.LAPSED: gettext_lazy("The time has passed"),
    State.BLOCKED: gettext_lazy("Cannot start yet"),
}


@register.filter
def state(each: StepState[Step]) -> str:
    """The state of a step in words, without its moment."""
    return str(_STATES[each.state])


@register.filter
def state_until(each: StepState[Step]) -> str:
    """The same with the moment until when it holds, if there is one."""
    if each.until and each.state is State.WAITING:
        return _("Waiting until %(date)s") % {"date": moment(each.until)}
    if each.until and each.state is State.TO_DO:
        return _("To do by %(date)s") % {"date": moment(each.until)}
    return state(each)


@register.filter
def count_steps(steps: list[Step]) -> int:
    return sum(not step.continues_with_id for step in steps)


@register.filter
def waits(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.kind == Step.Kind.WAIT]


@register.filter
def final(steps: list[Step]) -> tuple[Step, int] | None:
    """The point of no return, with its number."""
    number = 0
    for step in steps:
        number += not step.continues_with_id
        if step.is_final:
            return step, number
    return None


@register.filter
def host(address: str) -> str:
    """The host of a link, which says where it leads: "www.amazon.com"."""
    return urlsplit(address).hostname or address


# --- Parts of a page ----------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, *, flip: bool = False, **more: str) -> SafeString:
    """An icon of the sprite. `flip=True` mirrors it in right-to-left text; `class` adds one.

    Written here and not in a template, for a page has dozens of them.
    """
    classes = " ".join(filter(None, ["icon", "icon-flip" if flip else "", more.get("class")]))
    mark = '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return format_html(mark, classes, static("img/icons.svg"), name)


@register.simple_tag
def style_sheets() -> list[str]:
    """Those of every page: one where files are put together, else its parts, as they are edited."""
    is_one_piece = getattr(staticfiles_storage, "is_one_piece", False)
    return ["css/wayout.css"] if is_one_piece else [f"css/{part}.css" for part in _SHEETS]


_SHEETS = ("tokens", "base", "components")


@register.inclusion_tag("components/_languages.html", takes_context=True)
def languages(context: dict[str, Any], label: str, *, menu: bool = False) -> dict[str, Any]:
    """The same page in every language: by its address, or by `?language=` where that has none.

    In a row; with `menu` behind a button.
    """
    request = context["request"]
    current = translation.get_language()
    choices = []
    for code, own_name in settings.LANGUAGES:
        query = request.GET.copy()
        path = translate_url(request.path, code)
        if path == request.path and code != current:
            if translation.get_language_from_path(path):  # a page that is not there
                path = f"/{code}/" + path.split("/", 2)[2]
            else:
                query["language"] = code
        url = f"{path}?{query.urlencode()}" if query else path
        choices.append({"code": code, "name": own_name, "url": url, "is_current": code == current})
    return {
        "label": label,
        "menu": menu,
        "current": dict(settings.LANGUAGES).get(current or "", ""),
        "languages": choices,
    }


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], page: str, section: str = "") -> SafeString:
    """For a link in the head of the page: says that one is on `page`, or elsewhere in `section`."""
    here = context["request"].resolver_match
    if here and here.view_name == page:
        return mark_safe('aria-current="page"')
    if here and section in here.namespaces:
        return mark_safe('aria-current="true"')
    return mark_safe("")
