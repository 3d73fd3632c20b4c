"""Nothing of a person gets into logs, error reports, titles, subjects and addresses of pages."""

import logging
import re
import sys
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client, RequestFactory

from guides import discretion, security_log
from guides.domain import accounts
from guides.models import Journey
from tests import factories
from tests.test_sweeps import ROUTES, World, client_of, pages_in

pytestmark = pytest.mark.django_db
JOURNEY = "0d0cbb1e-3a36-4f6c-9a51-7c3f2d0b9d2e"


@pytest.fixture
def world() -> World:
    return World()


def secrets_of(world: World) -> list[str]:
    """What would tell on Alice, wherever it turned up."""
    return [
        world.alice.email,
        str(world.journey.pk),
        world.alice.stop_key,
        str(world.alice.calendar_key),
        world._parts("")["<str:token>"],
    ]


# --- Scrubbing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Not Found: /answer/17:dGhpcyBpcyBh-_x/gone/", "Not Found: /answer/…"),
        ("Not Found: /stop/a-Key_of16chars0/", "Not Found: /stop/…"),
        (f"Not Found: /stop/aKeyOf16charsXYZ/{JOURNEY}/", "Not Found: /stop/…"),
        ("Not Found: /calendar/aKeyOf16charsXYZ.ics", "Not Found: /calendar/…"),
        (f"Forbidden: /nb/journeys/{JOURNEY}/undo/", "Forbidden: /nb/journeys/…/undo/"),
        (f"/accounts/login/?next=/en/journeys/{JOURNEY}/", "/accounts/login/?…"),
        ("/accounts/login/?email=a%40b.org HTTP/1.1", "/accounts/login/?… HTTP/1.1"),
        ("Key (email)=(Alice.O'Hara+x@example.org) exists", "Key (email)=(…) exists"),
        ("alice%40example.org", "…"),
        ("the code 1234-5678 was refused", "the code … was refused"),
        ("session 7sn2k3q1l0zxv8p5b4m6c9d1e2f3g4h5", "session …"),
        (
            "Message 12 is given up after 11 tries: 451",
            "Message 12 is given up after 11 tries: 451",
        ),
        ("Not Found: /en/services/amazon/", "Not Found: /en/services/amazon/"),
        ("What? Nothing", "What? Nothing"),
    ],
)
def test_what_is_left_of_a_line(text: str, left: str) -> None:
    assert discretion.scrub(text) == left


def logged(record: logging.LogRecord) -> str:
    """The line as the log shows it."""
    return discretion.Formatter("{levelname} {name}: {message}", style="{").format(record)


def test_every_handler_is_discreet(settings: Any) -> None:
    handlers = settings.LOGGING["handlers"].values()
    discreet = [
        each.get("formatter") == "plain" or "discreet" in each.get("filters", [])
        for each in handlers
    ]
    assert discreet == [True, True]
    assert settings.LOGGING["formatters"]["plain"]["()"] == "guides.discretion.Formatter"


@pytest.mark.parametrize("row", ROUTES)
def test_no_line_of_the_log_tells_on_anybody(world: World, row: str, caplog: Any) -> None:
    """Whatever is asked for, by whomever; every second address is altered and not found."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    path, secrets = world.path(row.partition(" ")[2]), secrets_of(world)
    for person in world.people():
        client_of(person).get(path)
        client_of(person).get(f"{path}nowhere/", {"next": path, "email": world.alice.email})
        client_of(person).delete(path)
    lines = "\n".join(logged(record) for record in caplog.records)
    assert [secret for secret in secrets if secret in lines] == []


def test_there_are_lines_to_look_at(world: World, caplog: Any) -> None:
    """Without the scrubbing, the log would tell."""
    Client().get(world.path("answer/<str:token>/"))
    [record] = caplog.records
    token = world._parts("")["<str:token>"]
    assert (token in record.getMessage(), token in logged(record)) == (True, False)
    assert logged(record).endswith("WARNING django.request: Not Found: /answer/…")


def test_a_traceback_in_the_log_names_nobody() -> None:
    try:
        raise ValueError("alice@example.org")
    except ValueError:
        record = logging.makeLogRecord({"msg": "It broke", "exc_info": sys.exc_info()})
    line = logged(record)
    assert "ValueError: …" in line
    assert "alice" not in line


def test_no_text_passes_for_another_line_of_the_log() -> None:
    forged = (
        "Not Found: /x\r\n2026-11-22 INFO guides.security_log: signed in: root\x1b[2J\u2028\x85"
    )
    record = logging.makeLogRecord({"msg": "%s", "args": (forged,), "levelname": "WARNING"})
    record.name = "django.request"
    first, second = logged(record).split("\n")
    assert first == "WARNING django.request: Not Found: /x\ufffd"
    assert second == "    2026-11-22 INFO guides.security_log: signed in: root\ufffd[2J\ufffd\ufffd"


def test_signing_in_is_written_down_without_saying_who(caplog: Any) -> None:
    alice, bob = factories.make_user(), factories.make_user("bob")
    factories.make_second_step(alice)
    caplog.set_level(logging.INFO, "guides.security_log")
    client = Client()
    form = {"login": alice.email, "password": "wrong"}
    client.post("/accounts/login/password/", form)
    client.post("/accounts/login/password/", {**form, "password": "correct horse"})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": factories.app_code()})
    client.post("/accounts/logout/")
    hers = security_log.name_of(alice)
    assert caplog.messages == [
        "wrong password: somebody",
        f"wrong second step: {hers}",
        f"signed in: {hers}",
        f"signed out: {hers}",
    ]
    assert re.fullmatch(r"person [0-9a-f]{10}", hers)
    assert hers != security_log.name_of(bob)


# --- Reports to those who run it ------------------------------------------------------------------


def test_an_error_report_says_where_and_not_who(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**_: Any) -> None:
        hers = world.alice.email  # noqa: F841  a variable of the frame
        raise ValueError(f"{world.alice.email} and {world.journey.pk}")

    settings.ADMINS = [("", "ops@example.org")]
    monkeypatch.setattr("guides.views.journeys.standings.of", breaks)
    client = client_of(world.alice)
    client.raise_request_exception = False
    mail.outbox.clear()
    page = client.get(f"/en/journeys/{world.journey.pk}/?step=1")
    [report] = mail.outbox
    assert report.subject.startswith("[Wayout] ERROR (")
    assert "Internal Server Error: /en/journeys/…/" in report.subject
    assert "ValueError at GET en/journeys/<uuid:journey_id>/" in report.body
    assert "raise ValueError" in report.body
    told = report.subject + report.body + str(report.alternatives) + page.content.decode()
    hers = [*secrets_of(world), client.cookies["sessionid"].value, "correct horse"]
    assert [secret for secret in hers if secret in told] == []


def test_a_report_has_no_page_of_variables() -> None:
    report = discretion.Report(RequestFactory().get("/"), ValueError, ValueError("x"), None)
    assert report.get_traceback_html() == "<pre>ValueError at no page\n\n</pre>"
    with pytest.raises(NotImplementedError):
        report.get_traceback_data()


def test_the_error_page_says_nothing_of_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "zones_by_region", lambda **_: 1 / 0)
    client = client_of(world.alice)
    client.raise_request_exception = False
    page = client.get("/en/settings/")
    assert page.status_code == 500
    assert [secret for secret in secrets_of(world) if secret in page.content.decode()] == []


# --- Titles, links, addresses ---------------------------------------------------------------------

PUBLIC_TITLES = ("en/services/", "admin/", "en/privacy")


def test_no_title_tells_what_somebody_leaves(world: World) -> None:
    titles = {
        route: page.one("head").one("title").text
        for route, page in pages_in(world, "en")
        if not route.startswith(PUBLIC_TITLES)
    }
    told = re.compile(r"amazon|alice|@|[0-9a-f]{8}-", re.IGNORECASE)
    assert {route: title for route, title in titles.items() if told.search(title)} == {}
    assert titles["en/journeys/<uuid:journey_id>/"] == "Your way out – Wayout"


def test_every_link_out_keeps_quiet_about_where_it_stands(world: World) -> None:
    world.guide.sources.create(name="A book", url="https://book.example/")
    step = world.way["look"]
    step.link = "https://amazon.example/"
    step.save()
    words = step.translations.get()
    words.body = "See [this](https://elsewhere.example/)."
    words.save()
    links = [
        (route, link["href"], link.get("rel") or "")
        for route, page in pages_in(world, "en")
        for link in page.all("a")
        if link.get("href", ) and link["href"].startswith("http")
        and not route.startswith("admin/")
    ]  # fmt: skip
    assert {href for _route, href, _rel in links} >= {"https://book.example/"}
    assert [link for link in links if "noreferrer" not in link[2]] == []


def test_no_address_of_a_page_names_a_person(world: World) -> None:
    """What an app for codes opens by itself, on the person's own phone, is no address of a page."""
    found = [
        (route, part[name])
        for route, page in pages_in(world, "en")
        for part in page.all()
        for name in ("href", "src", "action", "hx-get", "hx-post")
        if part.get(name) and not part[name].startswith(("data:", "otpauth:"))
        and re.search(r"@|%40|alice", part[name])
    ]  # fmt: skip
    assert found == []


# --- The admin ------------------------------------------------------------------------------------


@pytest.fixture
def root(world: World) -> Client:
    return client_of(world.root)


QUESTIONS = [
    "guides/user/?journeys__isnull=0",
    "guides/user/?journeys__guide=1",
    "guides/user/?journeys=" + JOURNEY,
    "guides/user/?message__isnull=0",
    "guides/user/?usersession__isnull=0",
    "guides/guide/?journeys__user=1",
    "guides/guide/?journeys__user__email=alice@example.org",
    "guides/service/?guides__journeys__user=1",
    "auth/group/?user__journeys__isnull=0",
    "account/emailaddress/?user__journeys__guide=1",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_not_even_superusers_can_ask_who_leaves_what(
    world: World, root: Client, question: str
) -> None:
    assert root.get(f"/admin/{question}").status_code in {302, 400}


def admin_pages(world: World) -> list[str]:
    gets = [row.removeprefix("GET ") for row in ROUTES if row.startswith("GET admin/")]
    return [world.path(route) for route in gets if "jsi18n" not in route]


def test_no_page_of_the_admin_tells_who_leaves_what(world: World, root: Client) -> None:
    """Not when deleting, not in the history, not in lists: people and services never meet."""
    edda = client_of(world.edda)
    edda.post(f"/admin/guides/guide/{world.guide.pk}/delete/", {"post": "yes"})
    assert Journey.objects.count() == 2
    for client in (root, edda):
        for path in admin_pages(world):
            page = client.get(path, follow=True).content.decode(errors="replace")  # or a ZIP
            assert str(world.journey.pk) not in page, path
            assert world.own.own_name not in page, path
            assert not ("alice@" in page and "amazon" in page.lower()), path
    assert [e.object_repr for e in LogEntry.objects.all() if "alice" in e.object_repr] == []


def test_editors_see_how_many_leave_by_a_guide(world: World) -> None:
    page = client_of(world.edda).get("/admin/guides/guide/").content.decode()
    assert re.findall(r'field-journey_count">(\d+)', page) == ["1", "1"]


def test_editors_cannot_look_people_up(world: World) -> None:
    asked = {"app_label": "guides", "model_name": "journey", "field_name": "user", "term": "a"}
    answer = client_of(world.edda).get("/admin/autocomplete/", asked)
    assert answer.status_code == 403
