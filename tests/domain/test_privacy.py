"""Leaving, taking along, forgetting: nothing is left behind, nothing is lost that should stay."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from guides.domain import calendars, delivery, experiences, journeys, privacy, reports
from guides.domain.personal_data import REGISTER, missing
from guides.domain.post import Later, Post, Refused
from guides.models import Experience, Journey, Reminder, StepReport, User
from tests.factories import make_guide, make_second_step, make_service, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEARS_AGO = NOW - timedelta(days=800)


@pytest.fixture
def guide():
    guide = make_guide("contact", service=make_service("amazon", name="Amazon"))
    make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    return guide


def begin(person, guide, now=NOW, steps=1):
    journey = journeys.start(user=person, guide=guide, now=now)
    for step in list(guide.steps.all())[:steps]:
        journeys.complete_step(journey=journey, step=step, now=now)
    return journey


# --- The register -------------------------------------------------------------------------------


def test_every_column_of_every_table_is_in_the_register_or_said_to_be_impersonal():
    assert missing(apps.get_models(include_auto_created=False)) == []


def test_a_column_that_stands_nowhere_is_named(monkeypatch):
    monkeypatch.setattr("guides.domain.personal_data.REGISTER", REGISTER[1:])
    assert missing([User]) == ["guides.User.email"]


# --- Nothing left behind --------------------------------------------------------------------------


def rows_with(*traces):
    """The tables in which one of these texts stands in any column, as `table.column`."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                told = [
                    (name, str(value).replace("-", ""))
                    for name, value in zip(names, row, strict=True)
                ]
                found += [
                    f"{table}.{name}" for name, text in told if any(t in text for t in traces)
                ]
    return sorted(set(found))


def traces_of(person):
    """What would betray the person: the address, the secrets, the ids that nobody else has."""
    ids = [*Journey.objects.filter(user=person).values_list("pk", flat=True)]
    message_ids = person.messages.values_list("message_id", flat=True)
    texts = [person.email, person.stop_key, person.calendar_key, *ids, *message_ids]
    return [str(text).replace("-", "") for text in texts]


def have_everything(person, guide):
    """Journeys in each state, reminders sent and due, a calendar, devices, entries in the admin."""
    client = Client()
    client.force_login(person)
    make_second_step(person)
    UserSession.objects.create(
        user=person, session_key=client.session.session_key, ip="192.0.2.1", user_agent="Firefox"
    )
    running = begin(person, guide)
    calendars.renew_address(person=person)
    finished = begin(person, make_finished_guide())
    journeys.finish(journey=finished, outcome="gone", now=NOW)
    Reminder.objects.filter(journey=running, kind="over").update(due_at=NOW - DAY)
    delivery.send_due(now=NOW)
    LogEntry.objects.create(
        user=make_user("edda"),
        content_type=ContentType.objects.get_for_model(User),
        object_id=person.pk,
        object_repr=str(person),
        action_flag=CHANGE,
    )
    step = guide.steps.get(key="ask")
    reports.send(step=step, text="It moved.", language="en", reply_to=person.email, now=NOW)
    experiences.tell(journey=finished, worked="yes", lengths={}, now=NOW)
    guide.revisions.create(by=person, act="edited", made_at=NOW, said="")
    cache.set("of-somebody-else", 1)
    mail.outbox.clear()
    return client


def make_finished_guide():
    guide = make_guide("other", service=make_service("other"))
    make_way("ask", ("look", {"kind": "check"}), guide=guide)
    return guide


def test_whoever_leaves_leaves_nothing_behind(guide, caplog, django_capture_on_commit_callbacks):
    alice, bob = make_user(), make_user("bob")
    have_everything(alice, guide)
    begin(bob, guide)
    traces, before = traces_of(alice), rows_with("alice@example.org")
    assert before == [
        "account_emailaddress.email",
        "django_admin_log.object_repr",
        "guides_stepreport.reply_to",
        "guides_user.email",
    ]
    assert "guides_reminder.journey_id" in rows_with(*traces)
    with django_capture_on_commit_callbacks(execute=True):
        privacy.leave(person=alice)
    assert (rows_with(*traces), [t for t in traces if t in caplog.text.replace("-", "")]) == (
        [],
        [],
    )
    assert not any(trace in str(cache.__dict__) for trace in traces)
    assert list(Journey.objects.values_list("user", flat=True)) == [bob.pk]
    assert (StepReport.objects.count(), Experience.objects.count()) == (0, 1)


def test_what_an_editor_changed_stays_without_a_name(guide):
    alice = make_user()
    have_everything(alice, guide)
    privacy.leave(person=alice)
    assert [(each.act, each.by) for each in guide.revisions.all()] == [("edited", None)]


def test_no_session_is_left_signed_in(guide):
    alice = make_user()
    clients = [have_everything(alice, guide), Client()]
    clients[1].force_login(alice)
    privacy.leave(person=alice)
    answers = [client.get("/en/journeys/").status_code for client in clients]
    assert answers == [302, 302]


def test_the_last_message_goes_to_the_address_in_the_persons_language(
    django_capture_on_commit_callbacks,
):
    alice = make_user(language="nb")
    with django_capture_on_commit_callbacks(execute=True):
        privacy.leave(person=alice)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        ["alice@example.org"],
        "Wayout-kontoen din er avsluttet",
    )


def test_a_mail_server_that_is_away_keeps_nobody_here(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def is_away(self, message):
        raise Later("451")

    monkeypatch.setattr(Post, "send", is_away)
    with django_capture_on_commit_callbacks(execute=True):
        privacy.leave(person=make_user())
    assert (User.objects.count(), "alice" in caplog.text) == (0, False)


# --- Taking one's data along ----------------------------------------------------------------------


def opened(person):
    archive = zipfile.ZipFile(io.BytesIO(privacy.export(person=person, now=NOW)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_what_one_takes_along_is_everything_but_the_secrets(guide):
    alice = make_user()
    have_everything(alice, guide)
    begin(make_user("bob"), guide)
    alice.refresh_from_db()
    data = json.loads(opened(alice)["wayout.json"])
    counts = {name: len(rows) for name, rows in data.items() if isinstance(rows, list)}
    assert counts == {
        "person": 1,
        "addresses": 1,
        "devices": 1,
        "second_step": 3,
        "admin": 1,
        "revisions": 1,
        "journeys": 2,
        "journal": 4,
        "messages": 1,
        "reminders": Reminder.objects.filter(journey__user=alice).count(),
        "calendar": 1,
        "reports": 1,
    }
    text = json.dumps(data)
    secrets = [alice.password, alice.stop_key, alice.calendar_key, "seed", "credential"]
    assert [secret for secret in secrets if secret in text] == []
    assert "bob" not in text


def test_the_file_says_what_it_is_and_names_guides_and_steps(guide):
    alice = make_user()
    begin(alice, guide)
    data = json.loads(opened(alice)["wayout.json"])
    assert (data["format"], data["version"], data["made_at"]) == (
        "wayout-export",
        1,
        NOW.isoformat(),
    )
    assert (data["person"][0]["email"], data["person"][0]["language"]) == (
        "alice@example.org",
        "en",
    )
    assert data["journeys"][0]["guide"] == "amazon/contact"
    assert [(row["step"], row["kind"]) for row in data["journal"]] == [
        ("ask", "done"),
        ("review", "started"),
    ]


def test_every_section_and_column_is_documented(guide, settings):
    told = (settings.BASE_DIR / "docs/EXPORT.md").read_text()
    wanted = {f"`{held.section}`" for held in REGISTER if held.section}
    wanted |= {f"`{field}`" for held in REGISTER if held.section for field in held.fields}
    assert {name for name in wanted if name not in told} == set()


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_the_page_to_read_is_in_the_persons_language_and_says_what_was_taken_back(guide, language):
    alice = make_user(language=language)
    journey = begin(alice, guide)
    journeys.reopen_step(journey=journey, step=guide.steps.get(key="ask"), now=NOW + DAY)
    page = opened(alice)["wayout.html"]
    assert f'<html lang="{language}"' in page
    assert page.count("<tr>") == 1 + journey.entries.count()
    taken_back = {"en": "taken back later", "ar": "أُلغي لاحقًا", "nb": "angret senere"}
    assert page.count(taken_back[language]) == 2


# --- Forgetting by itself -------------------------------------------------------------------------


@pytest.mark.parametrize("days", [30, 90, 365])
def test_a_finished_journey_goes_after_the_days_that_the_person_chose(guide, days):
    alice = make_user(keeps_days=days)
    journeys.finish(journey=begin(alice, guide), outcome="gone", now=NOW)
    assert privacy.forget(now=NOW + days * DAY).journeys == 0
    assert privacy.forget(now=NOW + days * DAY + timedelta(seconds=1)).journeys == 1
    assert Journey.objects.count() == 0


def test_one_who_keeps_finished_journeys_keeps_them_and_a_running_one_stays(guide):
    journeys.finish(journey=begin(make_user(keeps_days=0), guide), outcome="gone", now=YEARS_AGO)
    begin(make_user("bob"), guide, now=NOW - 200 * DAY)
    privacy.forget(now=NOW)
    assert Journey.objects.count() == 2


def unused(name="alice", *, last_login=YEARS_AGO, **fields):
    return make_user(name, joined_at=YEARS_AGO, last_login=last_login, **fields)


def round_at(now):
    done = privacy.forget(now=now)
    return done.warnings, done.accounts


def test_an_unused_account_goes_after_two_warnings_a_month_apart():
    alice = unused(last_login=NOW)
    first = NOW + timedelta(days=670, seconds=1)
    assert round_at(NOW + timedelta(days=670)) == (0, 0)
    assert round_at(first) == (1, 0)
    assert [message.to for message in mail.outbox] == [[alice.email]]
    assert round_at(first + 30 * DAY) == (0, 0)
    second = first + timedelta(days=30, seconds=1)
    assert round_at(second) == (1, 0)
    assert round_at(second + 30 * DAY) == (0, 0)
    assert round_at(second + timedelta(days=30, seconds=1)) == (0, 1)
    assert User.objects.count() == 0


def test_an_account_unused_for_years_still_gets_both_warnings_first():
    unused()
    assert round_at(NOW) == (1, 0)
    assert round_at(NOW + 31 * DAY) == (1, 0)
    assert round_at(NOW + 62 * DAY) == (0, 1)


def test_whoever_comes_back_starts_afresh():
    alice = unused()
    privacy.forget(now=NOW)
    alice.refresh_from_db()
    alice.last_login = NOW + DAY
    alice.save()
    assert round_at(NOW + 100 * DAY) == (0, 0)
    assert round_at(NOW + 700 * DAY) == (1, 0)
    alice.refresh_from_db()
    assert alice.warnings == 1


def test_an_answer_from_an_email_counts_as_use(guide):
    begin(unused(), guide, now=NOW - 30 * DAY, steps=0)
    journey = Journey.objects.get()
    journeys.complete_step(journey=journey, step=guide.steps.first(), now=NOW - 30 * DAY)
    Reminder.objects.all().delete()
    assert round_at(NOW) == (0, 0)


def test_nobody_is_forgotten_who_waits_for_a_date_to_come(guide):
    alice = unused()
    journey = begin(alice, guide, now=YEARS_AGO)
    Reminder.objects.filter(journey=journey, kind="over").update(due_at=NOW + 900 * DAY)
    assert round_at(NOW) == (0, 0)


def test_editors_are_not_forgotten():
    unused("edda", is_staff=True)
    assert round_at(NOW) == (0, 0)


def test_a_warning_that_does_not_get_out_is_tried_again_and_does_not_count(monkeypatch):
    def is_away(self, message):
        raise Later("451")

    alice = unused()
    with monkeypatch.context() as patch:
        patch.setattr(Post, "send", is_away)
        assert round_at(NOW) == (0, 0)
    alice.refresh_from_db()
    assert (alice.warned_at, alice.warnings) == (None, 0)
    assert round_at(NOW + DAY) == (1, 0)


def test_an_address_that_is_no_more_cannot_be_warned_and_goes_all_the_same(monkeypatch):
    def no_such_address(self, message):
        raise Refused("550")

    unused()
    monkeypatch.setattr(Post, "send", no_such_address)
    assert [round_at(NOW + days * DAY) for days in (0, 31, 62)] == [(1, 0), (1, 0), (0, 1)]


def test_a_dry_run_counts_and_changes_nothing(guide, capsys):
    journeys.finish(journey=begin(make_user(), guide), outcome="gone", now=NOW - 91 * DAY)
    unused("bob")
    with time_machine.travel(NOW, tick=False):
        call_command("clear_old", "--dry-run")
    told = "1 finished journeys, 0 unused accounts. 1 people warned.\n"
    assert capsys.readouterr().out.endswith(told)
    assert (Journey.objects.count(), User.objects.count(), mail.outbox) == (1, 2, [])
