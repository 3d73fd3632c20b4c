"""Whoever leaves Wayout leaves nothing: no row, no cache entry, no line of the log, no session.

Everything that a person can have is made through the pages, as far as there is a page for it; then
every column of every table is searched. A model that joins the register has to join `Whole`, too.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client

from guides import devices, discretion, emails, security_log
from guides.domain import calendars, delivery, experiences, journeys, reports, tries
from guides.domain.personal_data import REGISTER
from guides.models import Guide, Journey, Message, Reminder, User
from tests import factories
from tests.factories import make_guide, make_service, make_user, make_way, wait
from tests.test_second_step import CHROME, FIREFOX

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = "alice.second@example.com"
LOGIN, CODE, LEAVE = "/accounts/login/", "/accounts/login/code/confirm/", "/en/settings/leave/"


class Whole:
    """Alice, with everything that somebody can have; Bob has the same kind of journey."""

    def __init__(self) -> None:
        self.person, self.bob = make_user(), make_user("bob")
        self.root = make_user("root", is_staff=True, is_superuser=True)
        self.travel()
        self.phone = self.sign_in(FIREFOX)
        self.laptop = self.sign_in(CHROME)
        self.begin_and_break_off()
        self.add_second_step()
        self.write_letters()
        self.be_administered()
        self.help_others()
        self.person.refresh_from_db()

    def travel(self) -> None:
        """Journeys in each state, with reminders sent, due, answered and to come."""
        for outcome in ("", "", *Journey.Outcome.values):
            guide = make_guide(service=make_service())
            make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
            for user in (self.person, self.bob):
                journey = journeys.start(user=user, guide=guide, now=NOW - 9 * DAY)
                for step in guide.steps.all()[:2] if outcome else guide.steps.all()[:1]:
                    journeys.complete_step(journey=journey, step=step, now=NOW - 8 * DAY)
                if outcome:
                    journeys.finish(journey=journey, outcome=outcome, now=NOW - DAY)
        calendars.renew_address(person=self.person)

    def sign_in(self, browser: str) -> Client:
        client = Client(headers={"user-agent": browser})
        client.post(LOGIN, {"login": "Alice@Example.org"})
        client.post(CODE, {"code": "0000-0000"})
        client.post(CODE, {"code": factories.code_of_last_mail()})
        client.get("/en/journeys/")
        return client

    def begin_and_break_off(self) -> None:
        """Sessions of people who are not signed in, counted tries, and lines of the log."""
        address, journey = self.person.email, self.person.journeys.latest("started_at")
        Client().get(f"/stop/{self.person.stop_key}/nothing/")
        self.phone.get(f"/en/journeys/{journey.pk}/nothing/", {"next": address})
        Client().post(LOGIN, {"login": address})
        Client().post("/accounts/signup/", {"email": address})
        Client().post("/accounts/password/reset/", {"email": address})
        Client().post("/accounts/login/password/", {"login": address, "password": "wrong"})
        self.phone.post(LEAVE)
        self.phone.post("/accounts/reauthenticate/", {"password": "wrong"})
        self.phone.post("/accounts/email/", {"email": SECOND, "action_add": "1"})

    def add_second_step(self) -> None:
        factories.make_second_step(self.person)
        half = Client()
        half.post("/accounts/login/password/", {"login": self.person.email, "password": "wrong"})
        right = {"login": self.person.email, "password": "correct horse"}
        half.post("/accounts/login/password/", right)
        half.post("/accounts/2fa/authenticate/", {"code": "000000"})
        row = EmailAddress.objects.get_or_create(user=self.person, email=SECOND)[0]
        EmailConfirmation.create(row)

    def write_letters(self) -> None:
        """Reminders: some have been sent and some not; the address has failed since."""
        delivery.send_due(now=NOW)
        sent = Message.objects.filter(user=self.person).first()
        assert sent
        again = {"user": self.person, "message_id": "<given-up-7f3a@x>", "failure": "550"}
        Message.objects.create(**again, created_at=NOW, try_at=NOW, failed_at=NOW)
        some = Reminder.objects.filter(journey__user=self.person)
        some.filter(pk=some.exclude(sent_at=None)[0].pk).update(answered_at=NOW)
        some.filter(pk=some.filter(sent_at=None)[0].pk).update(due_at=NOW - DAY / 2)
        User.objects.filter(pk=self.person.pk).update(bounced_at=NOW, warned_at=NOW, warnings=1)

    def be_administered(self) -> None:
        """The admin's log names her and her address."""
        root, address = Client(), self.person.emailaddress_set.get(primary=True)
        root.force_login(self.root)
        path = f"/admin/account/emailaddress/{address.pk}/change/"
        form = {"user": self.person.pk, "email": address.email, "verified": "on", "primary": "on"}
        assert root.post(path, form).status_code == 302
        path = f"/admin/guides/user/{self.person.pk}/change/"
        form = {"email": self.person.email, "language": "nb", "time_zone": "UTC", "is_active": "on"}
        assert root.post(path, form).status_code == 302

    def help_others(self) -> None:
        """She told what looks different and how it went, left a gym, and once edited a guide."""
        guide, said = Guide.objects.latest("pk"), {"language": "en", "now": NOW}
        step = guide.steps.all()[0]
        reports.send(step=step, text="It moved.", reply_to=self.person.email, **said)
        reports.send(step=step, text="It moved again.", reply_to=SECOND, **said)
        finished = self.person.journeys.filter(outcome="gone").latest("pk")
        experiences.tell(journey=finished, worked="yes", lengths={}, now=NOW)
        guide.revisions.create(by=self.person, act="edited", made_at=NOW, said="")
        factories.make_general_guide()
        factories.make_own(self.person, now=NOW)

    def leave(self, browser: Client) -> Any:
        factories.prove(browser)
        return browser.post(LEAVE)


@pytest.fixture
def whole(caplog: Any) -> Whole:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    return Whole()


# --- Traces ---------------------------------------------------------------------------------------


def traces_of(person: User) -> set[str]:
    """What would betray the person: every way to write an address, secrets, ids, hashes; in small
    letters, and without hyphens."""
    addresses = {person.email, SECOND}
    hashes = {hashlib.sha256(each.encode()).hexdigest() for each in addresses}
    counted = set(tries._names(person.pk, addresses))
    theirs = Journey.objects.filter(user=person)
    found = chain(
        addresses,
        map(quote, addresses),
        hashes,
        map(tries._hidden, counted),
        [devices._mark(person), person.password, person.stop_key, person.calendar_key],
        theirs.values_list("pk", flat=True),
        [emails.answer_token(each) for each in Reminder.objects.filter(journey__user=person)],
        person.messages.values_list("message_id", flat=True),
        person.usersession_set.values_list("session_key", flat=True),
        [each.data.get("secret") for each in person.authenticator_set.all()],
        EmailConfirmation.objects.values_list("key", flat=True),
    )
    return {plain(each) for each in found if each}


def plain(value: Any) -> str:
    return str(value).replace("-", "").lower()


def rows() -> Iterator[tuple[str, str]]:
    """Every value in the database, as `table.column` and as a text; sessions opened."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [f"{table}.{column[0]}" for column in cursor.description]
            for row in cursor.fetchall():
                yield from zip(names, map(plain, row), strict=True)
    for session in Session.objects.all():
        yield "django_session, opened", plain(session.get_decoded())


def places_of(traces: set[str]) -> set[str]:
    return {place for place, text in rows() if any(trace in text for trace in traces)}


def pointing_at(person_id: int) -> set[str]:
    """The columns that point at the row of a person, by what the database knows of its tables."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            relations = connection.introspection.get_relations(cursor, table).items()
            for column, (_, there, *_) in relations:
                if there == User._meta.db_table:
                    asked = f'SELECT COUNT(*) FROM "{table}" WHERE "{column}" = %s'  # noqa: S608
                    cursor.execute(asked, [person_id])
                    found |= {f"{table}.{column}"} if cursor.fetchone()[0] else set()
    return found


def lines(caplog: Any) -> str:
    """The log of the run, as it is written: of everything that she did, and of leaving."""
    records = [*caplog.get_records("setup"), *caplog.records]
    formatter = discretion.Formatter("{levelname} {name}: {message}", style="{")
    return plain("\n".join(formatter.format(record) for record in records))


# --- The proofs -----------------------------------------------------------------------------------


def test_the_person_has_everything_that_the_register_names(whole: Whole) -> None:
    """A new model of the register that Alice has no row of would not be looked for below."""
    assert [held.model._meta.label for held in REGISTER if not held.of(whole.person).exists()] == []


def test_she_is_everywhere_before(whole: Whole) -> None:
    """So that it says something when she is nowhere afterwards."""
    told = places_of(traces_of(whole.person))
    assert told == {
        "account_emailaddress.email",
        "account_emailconfirmation.key",
        "cache.cache_key",
        "django_admin_log.object_repr",
        "django_session, opened",
        "django_session.session_key",
        "guides_calendarevent.journey_id",
        "guides_entry.journey_id",
        "guides_journey.id",
        "guides_message.message_id",
        "guides_reminder.journey_id",
        "guides_stepreport.reply_to",
        "guides_user.calendar_key",
        "guides_user.email",
        "guides_user.password",
        "guides_user.stop_key",
        "mfa_authenticator.data",
        "usersessions_usersession.session_key",
    }
    assert len(pointing_at(whole.person.pk)) >= 5


def test_whoever_leaves_is_nowhere_afterwards(whole: Whole, caplog: Any) -> None:
    traces, person_id = traces_of(whole.person), whole.person.pk
    name = security_log.name_of(whole.person)
    mail.outbox.clear()
    assert whole.leave(whole.phone).url == "/en/goodbye/"
    assert (places_of(traces), pointing_at(person_id)) == (set(), set())
    assert [trace for trace in traces if trace in lines(caplog)] == []
    assert {re.sub(f": {name}", "", m): 1 for m in caplog.messages if name in m} == {
        "signed out": 1
    }
    [farewell] = mail.outbox
    assert (farewell.to, farewell.subject) == (
        [whole.person.email],
        "Wayout-kontoen din er avsluttet",
    )


def test_the_others_lose_nothing(whole: Whole) -> None:
    """What was counted for a place stays as well: nobody gets new tries by leaving."""
    before = [list(model.objects.filter(user=whole.bob)) for model in (Journey, EmailAddress)]
    reminders = Reminder.objects.filter(journey__user=whole.bob).count()
    whole.leave(whole.laptop)
    after = [list(model.objects.filter(user=whole.bob)) for model in (Journey, EmailAddress)]
    assert (after, Reminder.objects.filter(journey__user=whole.bob).count()) == (before, reminders)
    assert set(User.objects.all()) == {whole.bob, whole.root}
    assert any("cache" in place for place, text in rows() if ":signup:20/" in text)


def test_no_browser_of_hers_is_anybodys(whole: Whole) -> None:
    whole.leave(whole.phone)
    answers = [each.get("/en/journeys/").status_code for each in (whole.phone, whole.laptop)]
    assert answers == [302, 302]


def test_no_name_in_the_cache_can_be_looked_up(whole: Whole) -> None:
    """Not even while she is here: neither an address, nor its plain hash, nor a place."""
    told = " ".join(text for place, text in rows() if place == "cache.cache_key")
    plain_hashes = [hashlib.sha256(whole.person.email.encode()).hexdigest()]
    looked_for = [*plain_hashes, whole.person.email, "127.0.0.1", f"user:{whole.person.pk}"]
    assert [each for each in looked_for if plain(each) in told] == []
    assert told.count("request_login_code") > 1
