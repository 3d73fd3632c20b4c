"""What people told of a guide, in words: how often it worked, how long a wait really takes."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guides.models import GuideFigures, WaitFigures
from guides.templatetags.wayout import in_words

register = template.Library()


@register.filter
def worked_for(figures: GuideFigures) -> str:
    """For how many of those who told us: "Worked for 34 of 40 people, last in November 2026"."""
    if figures.worked == figures.answers:
        words = ngettext(
            "Worked for %(worked)d person", "Worked for %(worked)d people", figures.worked
        )
    else:
        words = ngettext(
            "Worked for %(worked)d of %(answers)d person",
            "Worked for %(worked)d of %(answers)d people",
            figures.answers,
        )
    told = words % {"worked": figures.worked, "answers": figures.answers}
    if figures.last_worked_in is None:
        return told
    return _("%(told)s, last in %(month)s") % {"told": told, "month": month(figures.last_worked_in)}


@register.filter
def month(value: date) -> str:
    """A month: "November 2026"."""
    return date_format(value, pgettext("date format, see Django’s date filter", "F Y"))


@register.filter
def usual_wait(figures: WaitFigures) -> str:
    """What is usual, and what to reckon with: "Usually 2 days; nine out of ten people …"."""
    usually, most = in_words(figures.usually), in_words(figures.nine_of_ten)
    if usually == most:
        return _("Nine out of ten people waited at most %(most)s") % {"most": most}
    return _("Usually %(usually)s; nine out of ten people waited at most %(most)s") % {
        "usually": usually,
        "most": most,
    }
