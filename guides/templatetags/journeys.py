"""How a journey is said and drawn: the time that remains, the stations of its way, what waits.

What other pages say too, such as dates and states, is in `wayout`.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from babel import Locale
from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from guides.domain.overviews import Stretch
from guides.domain.timeline import StepState, Timeline
from guides.models import Reminder, Step
from guides.templatetags import wayout

register = template.Library()


# --- Time -----------------------------------------------------------------------------------------


@register.filter
def timed(value: datetime) -> SafeString:
    """A moment in words, as a `time` element."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), wayout.moment(value))


@register.filter
def timed_day(value: datetime) -> SafeString:
    """The date alone, as a `time` element."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), wayout.day(value))


@register.filter
def short_day(value: datetime) -> str:
    """A day on an axis: "26 Nov"."""
    local = timezone.localtime(value)
    return date_format(local, pgettext("date format, see Django’s date filter", "j M"))


# Among these there is a number for each plural form that a language of ours has.
_SAMPLES = (0, 1, 2, 3, 11, 100)


@register.filter
def remaining(value: datetime, now: datetime) -> str:
    """How long until then, in the two largest units: "3 days and 4 hours"."""
    minutes = -(-(value - now) // timedelta(minutes=1))
    hours, minutes = divmod(max(1, minutes), 60)
    days, hours = divmod(hours, 24)
    counts = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    parts = [wayout.so_many(count, unit) for count, unit in counts if count]
    return _two_lengths(*parts) if len(parts) == 2 else parts[0]


@register.filter
def countdown(value: datetime, now: datetime) -> SafeString:
    """The same, for static/js/wizard.js to keep true.

    It counts from what the server calls now, for the clock of a phone may be wrong.
    """
    return format_html(
        '<span data-until="{}" data-now="{}">{}</span>',
        value.isoformat(),
        now.isoformat(),
        remaining(value, now),
    )


def _two_lengths(larger: str, smaller: str) -> str:
    return _("%(larger)s and %(smaller)s") % {"larger": larger, "smaller": smaller}


@register.simple_tag
def length_words() -> dict[str, Any]:
    """What `remaining` says, for a script to say it: each unit by plural form, `#` its number."""
    return _length_words(translation.get_language() or settings.LANGUAGE_CODE)


@cache
def _length_words(language_code: str) -> dict[str, Any]:
    language = Locale.parse(language_code)
    samples = {language.plural_form(number): number for number in _SAMPLES}
    units = {
        unit: {
            category: wayout.so_many(number, unit).replace(str(number), "#")
            for category, number in samples.items()
        }
        for unit in ("day", "hour", "minute")
    }
    return {**units, "two": _two_lengths("{0}", "{1}")}


_OCCASIONS = {
    Reminder.Kind.LAPSED: pgettext_lazy("the next reminder", "the end of the time to act"),
    Reminder.Kind.DEADLINE_NEAR: pgettext_lazy("the next reminder", "a deadline is near"),
    Reminder.Kind.LAST_CHANCE: pgettext_lazy(
        "the next reminder", "the last chance to change your mind"
    ),
    Reminder.Kind.OVER: pgettext_lazy("the next reminder", "the end of the waiting period"),
    Reminder.Kind.COULD_BE_OVER: pgettext_lazy(
        "the next reminder", "the waiting period could be over"
    ),
    Reminder.Kind.NO_ANSWER: pgettext_lazy("the next reminder", "if there is no answer by then"),
    Reminder.Kind.CHOSEN: pgettext_lazy("the next reminder", "the day that you chose"),
    Reminder.Kind.UNTOUCHED: pgettext_lazy("the next reminder", "a week without a step"),
}


@register.filter
def occasion(reminder: Reminder) -> str:
    """What a reminder that is still to come will be about."""
    return str(_OCCASIONS[Reminder.Kind(reminder.kind)])


# --- The way --------------------------------------------------------------------------------------


@register.filter
def station(each: StepState[Step]) -> SafeString:
    """The attributes that make a step a square, a circle, a diamond or a stretch of the way."""
    marks = f'data-kind="{each.step.kind}" data-state="{each.state}"'
    marks += " data-final" if each.step.is_final else ""
    marks += " data-while-waiting" if each.step.while_waiting else ""
    return mark_safe(marks)  # noqa: S308 - words of ours, nothing that anybody typed


@register.filter
def drawn(stretch: Stretch) -> SafeString:
    """How far a wait reaches, for the eye: the words beside it say it too."""
    return format_html(
        '<svg class="stretch" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="stretch-most{}" d="M0 1h{}"/><path d="M0 1h{}"/></svg>',
        " stretch-goes-on" if stretch.goes_on else "",
        stretch.most,
        stretch.least,
    )


@register.filter
def done_of_total(timeline: Timeline[Step]) -> str:
    return _("%(done)s of %(total)s done") % {"done": timeline.done, "total": timeline.total}


@register.filter
def asks_for(timeline: Timeline[Step]) -> str:
    """What a journey asks for, in one line: its next step, or what can be done meanwhile."""
    if timeline.next is None:
        return _("Nothing is left that you must do. How did it end?")
    title = wayout.text(timeline.next.step, "title")
    if timeline.is_waiting and timeline.next.step.while_waiting:
        return format_html(_("Meanwhile: %(title)s").replace("%(title)s", "{}"), title)
    return title


@register.filter
def elapsed(wait: StepState[Step], now: datetime) -> int:
    """How much of a running wait has passed, in percent."""
    span = wait.facts.span
    if span is None or span.ends_at <= span.started_at:
        return 0
    return min(100, max(0, round(100 * (now - span.started_at) / (span.ends_at - span.started_at))))
