"""Dead links, marked beside the field that holds them."""

from typing import Any

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _


def mark(row: Any) -> str:
    """That the link is dead, for a row that `links.with_dead_since` has read; else nothing."""
    dead_since = getattr(row, "dead_since", None)
    if dead_since is None:
        return ""
    since = formats.date_format(timezone.localtime(dead_since))
    text = _("This link has been dead since %(date)s.") % {"date": since}
    return format_html('<strong class="dead-link">{}</strong>', text)
