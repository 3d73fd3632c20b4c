"""What all letters have in common, in every language: how a heading ends, how a date is said."""

from datetime import UTC, datetime

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils import timezone, translation

from guides import emails
from guides.adapters import NOTICES
from guides.domain import journeys
from guides.models import Message, Reminder, User
from tests import pages
from tests.factories import make_guide, make_user, make_way, wait
from tests.stage import ACCOUNT_MAILS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LANGUAGES = [code for code, _ in settings.LANGUAGES]


def account_mail(name, language, **context):
    told = {"code": "1234-5678", "user": User(), "moment": NOW, "what": "Done", **context}
    with translation.override(language), timezone.override("Europe/Oslo"):
        return get_adapter().render_mail(f"account/email/{name}", "alice@example.org", told)


def reminder_letters(person):
    guide = make_guide()
    way = make_way("ask", ("review", wait(days=4)), guide=guide)
    journey = journeys.start(user=person, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    reminder = journey.reminders.first()
    for reminder.kind in Reminder.Kind.values:
        part = emails.Part(reminder, next_step=None, answers=[])
        message = Message(user=person, message_id="<1@example.org>", created_at=NOW)
        yield emails.Letters().reminders(message=message, parts=[part])


def letters(language):
    person = make_user(language=language)
    yield from reminder_letters(person)
    yield from (account_mail(name, language) for name in ACCOUNT_MAILS)
    yield from (account_mail("notice", language, what=what) for what in NOTICES.values())
    yield emails.farewell(person)
    yield emails.unused_account(person, goes_at=NOW)


def html_of(letter):
    return pages.read(letter.alternatives[0].content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_heading_ends_as_a_sentence_does(language):
    headings = [html_of(letter).one("h1").text for letter in letters(language)]
    assert len(headings) == len(Reminder.Kind.values) + len(ACCOUNT_MAILS) + len(NOTICES) + 2
    assert [each for each in headings if each.endswith((".", "!"))] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Sunday 22 November"), ("nb", "Søndag 22. november"), ("ar", "الأحد 22 نوفمبر")],
)
def test_a_notice_says_when_as_a_sentence_begins(language, said):
    letter = account_mail("notice", language)
    said_in = [html_of(letter).texts("p")[1], letter.body.splitlines()[2]]
    whole = [each.replace("\N{NO-BREAK SPACE}", " ") for each in said_in]
    assert [each[: len(said)] for each in whole] == [said, said]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_on_which_an_account_goes_is_kept_together(language):
    letter = emails.unused_account(make_user(language=language), goes_at=NOW)
    (date,) = html_of(letter).texts("span", class_="date")
    assert date in letter.body.replace("\N{NO-BREAK SPACE}", " ")
    assert "2026" in date
