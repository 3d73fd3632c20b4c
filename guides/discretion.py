"""What logs and error reports leave out: addresses, journeys, tokens, and the values of variables.

`config.settings.LOGGING` sends every line through here, so that no call has to think of it.
"""

import logging
import re
import traceback
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter

_HIDDEN = "…"
# In the order in which they are taken out.
_SECRETS = (
    # What stands behind the question mark: addresses to go on to, searches, addresses of people.
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]+"), "?" + _HIDDEN),
    # Links from e-mails and calendars: their address is what opens them.
    (re.compile(r"(?<=/)(answer|stop|calendar|reset/key)/[^\s\"'?]+"), rf"\1/{_HIDDEN}"),
    # People, wherever they are named.
    (re.compile(r"[\w.+%'-]+(@|%40)[\w-]+(\.[\w-]+)+"), _HIDDEN),
    # Journeys.
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), _HIDDEN),
    # Codes to sign in with, and everything that is long and means nothing.
    (re.compile(r"\b\d{4}-\d{4}\b"), _HIDDEN),
    (re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}\b"), _HIDDEN),
)


def scrub(text: str) -> str:
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


# What moves the cursor of a terminal, or ends a line for one program and not for the other.
_UNSEEN = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202f-\U0010ffff]")


class Formatter(logging.Formatter):
    """A line and, below it, the traceback: all of it scrubbed.

    Everything but the first line is indented, so that no text can pass for another entry.
    """

    def format(self, record: logging.LogRecord) -> str:
        return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", scrub(super().format(record))).replace(
            "\n", "\n    "
        )


class Filter(logging.Filter):
    """For handlers that take a record apart themselves, as the one that writes to ADMINS."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        return True


class Report(ExceptionReporter):
    """Where it broke, by which kind of error: no request, no cookies, no variables, no person."""

    def get_traceback_text(self) -> SafeString:
        lines = [f"{self._what()} at {self._where()}", ""]
        for frame in traceback.extract_tb(self.tb):
            lines.append(f"{frame.filename}:{frame.lineno} in {frame.name}")
            lines.append(f"    {frame.line}")
        return mark_safe("\n".join(lines) + "\n")  # noqa: S308  a text, which nothing renders

    def get_traceback_html(self) -> SafeString:
        return format_html("<pre>{}</pre>", str(self.get_traceback_text()))

    def get_traceback_data(self) -> dict[str, Any]:
        raise NotImplementedError("It would hold the values of all variables.")

    def _what(self) -> str:
        return self.exc_type.__name__ if self.exc_type else "An error"

    def _where(self) -> str:
        """The pattern of the address, which names nobody."""
        match = getattr(self.request, "resolver_match", None)
        return f"{self.request.method} {match.route}" if match and self.request else "no page"
