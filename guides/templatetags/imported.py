"""What came from other people's lists, on a page: their notes as text, letters as links."""

import re
from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from guides.domain.own_ways import Letter
from guides.models import Note, Origin, Step

register = template.Library()

_MARKDOWN_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_BLANK = re.compile(r"\[[^\[\]\n]+\]")


@register.filter
def best_note(origin: Origin) -> Note | None:
    """The note in the language of the page, else in English, else in any."""
    notes = {note.language: note for note in origin.notes.all() if note.text}
    codes = (translation.get_language(), settings.LANGUAGE_CODE, *notes)
    return next((notes[code] for code in codes if code in notes), None)


@register.filter
def other_notes(origin: Origin) -> list[Note]:
    """The notes that `best_note` leaves, by language."""
    best = best_note(origin)
    return [note for note in origin.notes.all() if note.text and note != best]


@register.filter
def other_links(origin: Origin) -> list[Note]:
    """The rows with a link to the page in another language than English."""
    return [note for note in origin.notes.all() if note.link and note.language != "en"]


@register.filter
def note_text(note: Note) -> str:
    """The note as plain text: of a Markdown link the text, and the address in brackets."""
    return _MARKDOWN_LINK.sub(r"\1 (\2)", note.text)


@register.filter
def spoken(language: str) -> SafeString:
    """The attributes `lang` and `dir` for a text in the language; codes we do not know guess."""
    try:
        direction = "rtl" if translation.get_language_info(language.lower())["bidi"] else "ltr"
    except KeyError:
        direction = "auto"
    return format_html('lang="{}" dir="{}"', language, direction)


@register.filter
def language_name(language: str) -> str:
    """The name of the language in that language: "Deutsch"; the code if nobody knows it."""
    try:
        return str(translation.get_language_info(language.lower())["name_local"])
    except KeyError:
        return language


@register.filter
def with_blanks(letter: str) -> SafeString:
    """The text of a letter; what one has to fill in, "[your name]", is not torn over lines."""
    marked = _BLANK.sub(r'<span class="blank">\g<0></span>', escape(letter))
    return mark_safe(marked)  # noqa: S308 - escaped on the line above


@register.filter
def mailto(step: Step | Letter) -> str:
    """An address that opens the letter of the step in the mail program, ready to be sent."""
    body = "\r\n".join(step.letter_body.splitlines())
    subject = quote(step.letter_subject, safe="")
    return f"mailto:{quote(step.letter_to, safe='@')}?subject={subject}&body={quote(body, safe='')}"
