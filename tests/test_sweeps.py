"""Rules for the project as a whole: every address, page, e-mail and style sheet, list by list."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import translation

from guides import emails
from guides.domain import answers, calendars, history, journeys, reports
from guides.models import Entry, Guide, Journey, Message, Reminder, Service, Step, StepReport, User
from tests import factories, pages
from tests.factories import wait
from tests.queries import queries
from tests.stage import ACCOUNT_MAILS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIRECTION = {"en": "ltr", "ar": "rtl", "nb": "ltr"}


class World:
    """Alice leaves Amazon, Bob does not, Edda edits the catalogue, Root may do everything."""

    def __init__(self) -> None:
        self.alice, self.bob = factories.make_user(), factories.make_user("bob")
        self.edda = factories.make_editor()
        self.root = factories.make_user("root", is_staff=True, is_superuser=True)
        factories.make_second_step(self.alice)
        self.service = factories.make_service("amazon", name="Amazon")
        self.guide = factories.make_guide("contact", service=self.service)
        self.way = factories.make_way("ask", ("review", wait(days=4)), "look", guide=self.guide)
        self.journey = journeys.start(user=self.alice, guide=self.guide, now=NOW)
        journeys.complete_step(journey=self.journey, step=self.way["ask"], now=NOW)
        self.journey.reminders.filter(kind="over").update(sent_at=NOW)
        self.reminder = self.journey.reminders.get(kind="over")
        calendars.renew_address(person=self.alice)
        text = "The button has another name."
        reports.send(step=self.way["ask"], text=text, language="nb", reply_to="", now=NOW)
        self.report = StepReport.objects.get()
        factories.make_general_guide()
        self.own = factories.make_own(self.alice, now=NOW)
        self.unguided = factories.make_service("unguided", name="Unguided")
        self.story = self.unguided.stories.create(text="Easy.", language="en", sent_on=NOW.date())
        with history.changing(guide=self.guide, act="edited", by=self.edda, now=NOW):
            self.guide.translations.update(summary="Said otherwise.")
        self.revision = self.guide.revisions.last()

    def path(self, route: str, language: str = "en") -> str:
        """An address on `route` that leads to something of Alice's, or of the catalogue."""
        path = re.sub(r"^en/", f"{language}/", route)
        for pattern, value in self._parts(route).items():
            path = path.replace(pattern, str(value))
        assert not set("<>^$()") & set(path), f"{route} needs a value for what it asks for"
        return f"/{path}"

    def _parts(self, route: str) -> dict[str, Any]:
        rows = {
            "guides/guide/": self.guide,
            "guides/service/": self.service,
            "guides/story/": self.story,
            "guides/user/": self.alice,
            "guides/stepreport/": self.report,
            "account/emailaddress/": self.alice.emailaddress_set.get(),
            "auth/group/": Group.objects.get(),
        }
        row = next((row for part, row in rows.items() if part in route), None)
        return {
            "<slug:slug>/how": "unguided/how",
            "services/<slug:slug>": "services/amazon",
            "<slug:service_slug>": "amazon",
            "<slug:slug>": "contact",
            "<uuid:journey_id>/service": f"{self.own.pk}/service",
            "<uuid:journey_id>": self.journey.pk,
            "<int:revision_id>": self.revision.pk,
            "<int:step_id>/event": f"{self.way['review'].pk}/event",
            "<int:step_id>": self.way["ask"].pk,
            "calendar/<slug:key>": f"calendar/{self.alice.calendar_key}",
            "<slug:key>": self.alice.stop_key,
            "<int:pk>": self.alice.authenticator_set.get(type="webauthn").pk,
            "<slug:section>": "guides",
            "<str:token>": emails.answer_token(self.reminder),
            "<slug:answer>": "gone",
            "<path:content_type_id>/<path:object_id>": "1/1",
            "<path:object_id>": row and row.pk,
            "<id>": row and row.pk,
            "^(.+)/change": f"{row and row.pk}/change",
            "/(.+)/$": "/en/",
            "^(?P<app_label>auth|account|guides)/$": "guides/",
            "(?P<url>.*)$": "nothing/",
        }

    def people(self) -> tuple[User | None, ...]:
        return None, self.alice, self.bob, self.edda, self.root

    def others(self) -> list[User | None]:
        return [person for person in self.people() if person != self.alice]


@pytest.fixture
def world() -> World:
    return World()


def client_of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
        factories.prove(client)
    return client


# --- Every address, for everybody -----------------------------------------------------------------

SIGN_IN, ADMIN = "-> /accounts/login/", "-> /admin/login/"
JOURNEYS, WIZARD, LOGIN = "-> /en/journeys/", "-> /en/journeys/ID/", SIGN_IN
# nobody, Alice, Bob, Edda, Root: what they get where the journey, if one is named, is Alice's
PUBLIC = (200,) * 5
OWN_PAGE = (SIGN_IN, 200, 200, 200, 200)
HERS_ALONE = (SIGN_IN, 200, 404, 404, 404)
HER_ACT = (SIGN_IN, WIZARD, 404, 404, 404)
SIGNING_IN = (200, *[JOURNEYS] * 4)
SETTINGS = "-> /en/settings/"
SIGNED_IN = (LOGIN, *[JOURNEYS] * 4)
TO_SETTINGS = (SIGN_IN, *[SETTINGS] * 4)
PASSWORD, PASSWORD_PAGE = "-> /accounts/reauthenticate/", "-> /accounts/password/change/"
EDITORS = (ADMIN, ADMIN, ADMIN, 200, 200)
ROOT_ALONE = (ADMIN, ADMIN, ADMIN, 403, 200)
NOBODY = (ADMIN, ADMIN, ADMIN, 403, 403)


def moved(path: str) -> tuple[int | str, ...]:
    """To the page of one row, which Django's admin once had elsewhere."""
    return ADMIN, ADMIN, ADMIN, f"-> {path}", f"-> {path}"


STEP = "en/journeys/<uuid:journey_id>/steps/<int:step_id>/"
GROUP, PERSON = "admin/auth/group/<path:object_id>/", "admin/guides/user/<path:object_id>/"
ADDRESS = "admin/account/emailaddress/<path:object_id>/"
REPORT = "admin/guides/stepreport/<path:object_id>/"
SERVICE, GUIDE = "admin/guides/service/<path:object_id>/", "admin/guides/guide/<path:object_id>/"
STORY = "admin/guides/story/<path:object_id>/"
TRANSLATION = "^(.+)/change/delete-translation/(.+)/$"

ROUTES: dict[str, tuple[int | str, ...]] = {
    "GET healthz": PUBLIC,
    "GET .well-known/security.txt": PUBLIC,
    "GET .well-known/change-password": (PASSWORD_PAGE,) * 5,
    "GET manifest.webmanifest": PUBLIC,
    "GET robots.txt": PUBLIC,
    "GET sitemap.xml": PUBLIC,
    "GET sitemap-<slug:section>.xml": PUBLIC,
    "GET api/services.json": PUBLIC,
    "GET api/services/<slug:slug>.json": PUBLIC,
    "GET api/lookup": (400,) * 5,  # asked for nothing
    "GET api/schema/v1.json": PUBLIC,
    "GET en/": PUBLIC,
    "GET en/opensearch.xml": PUBLIC,
    "GET en/services/<slug:slug>/": PUBLIC,
    "GET en/services/<slug:slug>/how-it-went/": PUBLIC,
    "GET en/services/<slug:service_slug>/<slug:slug>/": PUBLIC,
    "POST en/services/<slug:service_slug>/<slug:slug>/start/": (SIGN_IN, *[WIZARD] * 4),
    "GET en/services/<slug:service_slug>/<slug:slug>/steps/<int:step_id>/report/": PUBLIC,
    "GET en/journeys/": OWN_PAGE,
    "GET en/journeys/add/": PUBLIC,
    "GET en/journeys/<uuid:journey_id>/service/": HERS_ALONE,
    "GET en/journeys/<uuid:journey_id>/service/forget/": HERS_ALONE,
    "POST en/journeys/take-along/": (SIGN_IN, *[JOURNEYS] * 4),
    "GET en/journeys/<uuid:journey_id>/": HERS_ALONE,
    # Hers is not finished yet.
    "GET en/journeys/<uuid:journey_id>/experience/": HER_ACT,
    "POST en/journeys/<uuid:journey_id>/undo/": HER_ACT,
    "POST en/journeys/<uuid:journey_id>/finish/": HER_ACT,
    "POST en/journeys/<uuid:journey_id>/resume/": HER_ACT,
    "POST en/journeys/<uuid:journey_id>/reminders/": HER_ACT,
    "POST en/journeys/<uuid:journey_id>/remind-on/": HER_ACT,
    "GET en/journeys/<uuid:journey_id>/steps/<int:step_id>/event.ics": HERS_ALONE,
    f"GET {STEP}sure/": HERS_ALONE,
    f"POST {STEP}done/": HER_ACT,
    f"POST {STEP}skip/": HER_ACT,
    f"POST {STEP}reopen/": HER_ACT,
    f"POST {STEP}start/": HER_ACT,
    f"POST {STEP}extend/": HER_ACT,
    f"POST {STEP}fail/": HER_ACT,
    f"POST {STEP}lapse/": HER_ACT,
    "GET en/settings/": OWN_PAGE,
    "GET en/privacy/": PUBLIC,
    "GET en/goodbye/": PUBLIC,
    "GET en/settings/export/": OWN_PAGE,
    "GET en/settings/leave/": OWN_PAGE,
    "GET en/journeys/<uuid:journey_id>/record/": HERS_ALONE,
    "POST en/settings/calendar/": TO_SETTINGS,
    "POST en/settings/mail-works/": TO_SETTINGS,
    # Whoever has the address from the settings, as a calendar program does.
    "GET calendar/<slug:key>.ics": PUBLIC,
    # Whoever has the link from the e-mail; what its POST does, tests/test_answer_pages.py says.
    "GET answer/<str:token>/": (404,) * 5,
    "GET answer/<str:token>/<slug:answer>/": PUBLIC,
    # The same; what its POST does, tests/test_delivery.py says.
    "GET stop/<slug:key>/": PUBLIC,
    "GET stop/<slug:key>/<uuid:journey_id>/": PUBLIC,
    "GET accounts/login/": SIGNING_IN,
    "GET accounts/login/password/": SIGNING_IN,
    "GET accounts/login/code/": (LOGIN,) * 5,
    "GET accounts/login/code/confirm/": ("-> /accounts/login/code/", *[JOURNEYS] * 4),
    "GET accounts/prove/": TO_SETTINGS,
    "GET accounts/signup/": SIGNING_IN,
    "GET accounts/logout/": ("-> /en/", 200, 200, 200, 200),
    "GET accounts/inactive/": PUBLIC,
    "GET accounts/reauthenticate/": OWN_PAGE,
    "GET accounts/email/": OWN_PAGE,
    "GET accounts/confirm-email/": (LOGIN, *["-> /accounts/email/"] * 4),
    "GET accounts/2fa/": OWN_PAGE,
    "GET accounts/2fa/authenticate/": SIGNED_IN,
    "GET accounts/2fa/reauthenticate/": (LOGIN, 200, *[PASSWORD] * 3),
    "GET accounts/2fa/totp/activate/": (LOGIN, "-> /accounts/2fa/totp/deactivate/", 200, 200, 200),
    "GET accounts/2fa/totp/deactivate/": HERS_ALONE,
    "GET accounts/2fa/recovery-codes/": HERS_ALONE,
    "GET accounts/2fa/recovery-codes/generate/": OWN_PAGE,
    "GET accounts/2fa/recovery-codes/download/": HERS_ALONE,
    "GET accounts/2fa/webauthn/": OWN_PAGE,
    "GET accounts/2fa/webauthn/add/": OWN_PAGE,
    "GET accounts/2fa/webauthn/login/": SIGNED_IN,
    "GET accounts/2fa/webauthn/reauthenticate/": (LOGIN, 200, *[PASSWORD] * 3),
    "GET accounts/2fa/webauthn/keys/<int:pk>/edit/": HERS_ALONE,
    "GET accounts/2fa/webauthn/keys/<int:pk>/remove/": HERS_ALONE,
    "GET accounts/sessions/": OWN_PAGE,
    "GET accounts/password/change/": OWN_PAGE,
    "GET accounts/password/set/": (LOGIN, *[PASSWORD_PAGE] * 4),
    "GET accounts/password/reset/": PUBLIC,
    "GET accounts/password/reset/confirm/": (LOGIN,) * 5,
    "GET accounts/password/reset/complete/": ("-> /accounts/password/reset/",) * 5,
    "GET accounts/password/reset/done/": (LOGIN,) * 5,
    "GET admin/": EDITORS,
    "GET admin/login/": (LOGIN, 403, 403, "-> /admin/", "-> /admin/"),
    "POST admin/logout/": ("-> /admin/", "-> /admin/", "-> /admin/", "-> /en/", "-> /en/"),
    "GET admin/password_change/": (ADMIN, ADMIN, ADMIN, PASSWORD_PAGE, PASSWORD_PAGE),
    "GET admin/password_change/done/": EDITORS,
    "GET admin/autocomplete/": NOBODY,
    "GET admin/jsi18n/": EDITORS,
    "GET admin/r/<path:content_type_id>/<path:object_id>/": (ADMIN, ADMIN, ADMIN, 404, 404),
    "GET admin/(?P<url>.*)$": (ADMIN, ADMIN, ADMIN, 404, 404),
    "GET admin/^(?P<app_label>auth|account|guides)/$": EDITORS,
    "GET admin/auth/group/": ROOT_ALONE,
    "GET admin/auth/group/add/": ROOT_ALONE,
    f"GET {GROUP}": moved("/admin/auth/group/N/change/"),
    f"GET {GROUP}change/": ROOT_ALONE,
    f"GET {GROUP}delete/": ROOT_ALONE,
    f"GET {GROUP}history/": ROOT_ALONE,
    "GET admin/guides/user/": ROOT_ALONE,
    "GET admin/guides/user/add/": ROOT_ALONE,
    "GET admin/guides/user/<id>/password/": ROOT_ALONE,
    f"GET {PERSON}": moved("/admin/guides/user/N/change/"),
    f"GET {PERSON}change/": ROOT_ALONE,
    f"GET {PERSON}delete/": ROOT_ALONE,
    f"GET {PERSON}history/": ROOT_ALONE,
    "GET admin/account/emailaddress/": ROOT_ALONE,
    "GET admin/account/emailaddress/add/": ROOT_ALONE,
    f"GET {ADDRESS}": moved("/admin/account/emailaddress/N/change/"),
    f"GET {ADDRESS}change/": ROOT_ALONE,
    f"GET {ADDRESS}delete/": ROOT_ALONE,
    f"GET {ADDRESS}history/": ROOT_ALONE,
    "GET admin/guides/service/": EDITORS,
    "GET admin/guides/service/add/": EDITORS,
    f"GET {SERVICE}": moved("/admin/guides/service/N/change/"),
    f"GET {SERVICE}change/": EDITORS,
    f"GET {SERVICE}delete/": EDITORS,
    f"GET {SERVICE}history/": EDITORS,
    f"GET {SERVICE}merge/": EDITORS,
    f"POST {SERVICE}merge/": EDITORS,
    f"GET {SERVICE}export/": EDITORS,
    f"GET admin/guides/service/{TRANSLATION}": EDITORS,
    "GET admin/guides/stepreport/": EDITORS,
    "GET admin/guides/stepreport/add/": NOBODY,
    f"GET {REPORT}": moved("/admin/guides/stepreport/N/change/"),
    f"GET {REPORT}change/": EDITORS,
    f"GET {REPORT}delete/": EDITORS,
    f"GET {REPORT}history/": EDITORS,
    "GET admin/guides/story/": EDITORS,
    "GET admin/guides/story/add/": NOBODY,
    f"GET {STORY}": moved("/admin/guides/story/N/change/"),
    f"GET {STORY}change/": EDITORS,
    f"GET {STORY}delete/": EDITORS,
    f"GET {STORY}history/": EDITORS,
    "GET admin/guides/guide/": EDITORS,
    "GET admin/guides/guide/add/": EDITORS,
    f"GET {GUIDE}": moved("/admin/guides/guide/N/change/"),
    f"GET {GUIDE}change/": EDITORS,
    f"GET {GUIDE}delete/": EDITORS,
    f"GET {GUIDE}history/": EDITORS,
    f"GET {GUIDE}history/<int:revision_id>/": EDITORS,
    f"POST {GUIDE}history/<int:revision_id>/": moved("/admin/guides/guide/N/change/"),
    f"GET {GUIDE}export/": EDITORS,
    f"GET admin/guides/guide/{TRANSLATION}": EDITORS,
}


def routes(patterns: Any, prefix: str = "") -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each.url_patterns, route)


def answer(response: Any) -> int | str:
    """The status; of a redirect where to, without what differs between two runs."""
    if not 300 <= response.status_code < 400:
        return int(response.status_code)
    path = response.url.partition("?")[0].partition("#")[0]
    path = re.sub(r"/[0-9a-f-]{36}/", "/ID/", path)
    return "-> " + re.sub(r"/\d+/", "/N/", path)


def hers(world: World) -> list[Any]:
    """Everything that belongs to Alice."""
    person = User.objects.filter(pk=world.alice.pk).values()
    journey = {"journey__user": world.alice}
    mine = [Journey.objects.filter(user=world.alice), Entry.objects.filter(**journey)]
    mine += [Reminder.objects.filter(**journey), world.alice.emailaddress_set.all()]
    mine += [world.alice.authenticator_set.all()]
    rows = [list(rows.order_by("pk").values()) for rows in mine]
    return [[{**each, "last_login": None} for each in person], *rows]


def everything() -> dict[str, list[Any]]:
    labels = ["guides", "account", "auth", "mfa", "usersessions"]
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    rows = {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}
    for person in rows["guides.User"]:
        del person["last_login"]
    for each in rows["mfa.Authenticator"]:
        each["data"].pop("viewed_at", None)  # django-allauth notes that codes have been looked at
    return rows


def test_every_address_has_a_row_in_the_table() -> None:
    with translation.override("en"):
        there = set(routes(get_resolver().url_patterns))
    assert {row.partition(" ")[2] for row in ROUTES} == there


@pytest.mark.parametrize(("row", "expected"), ROUTES.items(), ids=ROUTES)
def test_everybody_gets_what_is_theirs(world: World, row: str, expected: tuple[Any, ...]) -> None:
    method, _, route = row.partition(" ")
    send = [getattr(client_of(person), method.lower()) for person in world.people()]
    assert tuple(answer(each(world.path(route))) for each in send) == expected


# Whoever has these addresses may do it; and Root may change and delete people and their addresses.
KEYS = ("/stop/", "/answer/")
ROOTS = (*KEYS, "/admin/guides/user/", "/admin/account/emailaddress/")


@pytest.mark.parametrize("row", ROUTES)
def test_nobody_else_changes_what_is_hers(world: World, row: str) -> None:
    before, path = hers(world), world.path(row.partition(" ")[2])
    for person in world.others():
        if not path.startswith(ROOTS if person == world.root else KEYS):
            client_of(person).post(path, {"outcome": "gone", "is_sure": "true", "days": "1"})
    assert hers(world) == before


# What to send so that each act of hers does something, and what has to be so before.


def nothing(world: World) -> None:
    pass


def finished(world: World) -> None:
    journeys.finish(journey=world.journey, outcome="gave_up", now=NOW)


def open_again(world: World) -> None:
    journeys.reopen_step(journey=world.journey, step=world.way["ask"], now=NOW)


def optional(world: World) -> None:
    open_again(world)
    Step.objects.filter(pk=world.way["ask"].pk).update(is_optional=True)


def too_late(world: World) -> None:
    """The step that the address names had to be done the day before yesterday."""
    open_again(world)
    Step.objects.filter(guide=world.guide).update(position=F("position") + 2)
    first = factories.make_step(world.guide, "first", position=0)
    Step.objects.filter(pk=world.way["ask"].pk).update(position=1, do_within=timedelta(days=1))
    earlier = NOW - timedelta(days=3)
    Journey.objects.filter(pk=world.journey.pk).update(started_at=earlier)
    journeys.complete_step(journey=world.journey, step=first, now=NOW, happened_at=earlier)


def mail_came_back(world: World) -> None:
    User.objects.filter(pk=world.alice.pk).update(bounced_at=NOW)


def last_entry(world: World) -> dict[str, Any]:
    return {"entry": world.journey.entries.filter(caused_by=None).latest("pk").pk}


def end_of_wait(world: World) -> dict[str, Any]:
    clock = world.journey.entries.get(step=world.way["review"], kind="started")
    return {"days": 2, "running_until": clock.longest_at.isoformat()}


def kept_in_a_browser(world: World) -> dict[str, Any]:
    done = {world.way["ask"].pk: (NOW - timedelta(hours=5)).isoformat()}
    return {"progress": json.dumps({"amazon/contact": {"done": done}})}


CHOICES = {"language": "nb", "time_zone": "Asia/Kolkata", "keeps_days": "30"}
NEW_PASSWORD = {"oldpassword": "correct horse", "password1": "a stable with a battery"}
JOURNEY = "en/journeys/<uuid:journey_id>/"
# The act: what is sent, what has to be so before, and the step if it is not "ask".
ACTS: dict[str, tuple[Any, Any, str]] = {
    "en/services/<slug:service_slug>/<slug:slug>/start/": ({}, finished, "ask"),
    "en/journeys/take-along/": (kept_in_a_browser, finished, "ask"),
    f"{JOURNEY}undo/": (last_entry, nothing, "ask"),
    f"{JOURNEY}finish/": ({"outcome": "gone"}, nothing, "ask"),
    f"{JOURNEY}resume/": ({}, finished, "ask"),
    f"{JOURNEY}reminders/": ({}, nothing, "ask"),
    f"{JOURNEY}remind-on/": ({"day": "2026-12-24"}, nothing, "ask"),
    f"{STEP}done/": ({}, open_again, "ask"),
    f"{STEP}skip/": ({}, optional, "ask"),
    f"{STEP}reopen/": ({}, nothing, "ask"),
    f"{STEP}start/": ({"started_at": "2026-11-22T11:00"}, nothing, "review"),
    f"{STEP}extend/": (end_of_wait, nothing, "review"),
    f"{STEP}fail/": ({}, nothing, "review"),
    f"{STEP}lapse/": ({}, too_late, "ask"),
    "en/settings/calendar/": ({"act": "revoke"}, nothing, "ask"),
    "en/settings/mail-works/": ({}, mail_came_back, "ask"),
    "en/settings/": (CHOICES, nothing, "ask"),
    "accounts/password/change/": (NEW_PASSWORD, nothing, "ask"),
}


@pytest.mark.parametrize(("route", "act"), ACTS.items(), ids=ACTS)
def test_her_own_act_changes_what_is_hers_and_that_of_others_does_not(
    world: World, route: str, act: tuple[Any, Any, str]
) -> None:
    sent, prepare, step = act
    prepare(world)
    sent = sent(world) if callable(sent) else sent
    path = world.path(route).replace(f"/{world.way['ask'].pk}/", f"/{world.way[step].pk}/")
    before = hers(world)
    for person in world.others():
        client_of(person).post(path, sent)
    assert hers(world) == before
    client_of(world.alice).post(path, sent)
    assert hers(world) != before


def test_there_is_a_way_to_do_each_act() -> None:
    assert {f"POST {route}" for route in ACTS} >= {row for row in ROUTES if row[:8] == "POST en/"}


@pytest.mark.parametrize("row", ROUTES)
def test_a_get_changes_nothing(world: World, row: str) -> None:
    before, path = everything(), world.path(row.partition(" ")[2])
    for person in world.people():
        client_of(person).get(path)
    assert (everything(), mail.outbox) == (before, [])


def test_only_what_is_the_same_for_all_may_be_kept(world: World) -> None:
    kept = set()
    for row in ROUTES:
        method, _, route = row.partition(" ")
        for person in world.people():
            response = getattr(client_of(person), method.lower())(world.path(route))
            if route.startswith("api/"):
                continue  # asks nobody who they are
            if "no-store" not in response["Cache-Control"]:
                kept.add(route)
                assert (person, response.cookies) == (None, {}), route
    machines = {"manifest.webmanifest", "robots.txt", "sitemap.xml", "sitemap-<slug:section>.xml"}
    services = "en/services/<slug:"
    assert kept == {"en/", f"{services}slug>/", f"{services}service_slug>/<slug:slug>/", *machines}


@pytest.mark.parametrize("act", [row for row in ROUTES if row.startswith("POST en/")])
def test_a_get_of_an_act_leads_to_the_page_with_its_button(world: World, act: str) -> None:
    others = {"services": "-> /en/services/amazon/contact/", "settings": SETTINGS}
    wanted = others.get(act.split("/")[1], WIZARD if "<" in act else JOURNEYS)
    response = client_of(world.alice).get(world.path(act.removeprefix("POST ")))
    assert answer(response) == wanted


# --- Every page, in every language ----------------------------------------------------------------


def pages_in(world: World, language: str) -> Iterator[tuple[str, pages.Part]]:
    """Each page of the table, as somebody sees it who may."""
    User.objects.update(language=language)
    for row, expected in ROUTES.items():
        method, _, route = row.partition(" ")
        if method != "GET" or 200 not in expected:
            continue
        person = world.people()[expected.index(200)]
        path = world.path(route, language)
        chosen = {} if path.startswith("/admin/") and person else {"language": language}
        response = client_of(person).get(path, chosen, headers={"Accept-Language": language})
        if response.headers["Content-Type"].startswith("text/html"):
            yield route, pages.read(response)


@pytest.mark.parametrize("language", DIRECTION)
def test_every_page_says_its_language_and_direction(world: World, language: str) -> None:
    said = {route: page.one("html") for route, page in pages_in(world, language)}
    wrong = {
        route: html.attributes
        for route, html in said.items()
        if (html.get("lang"), html.get("dir")) != (language, DIRECTION[language])
    }
    assert (wrong, len(said)) == ({}, 81)


@pytest.mark.parametrize("language", DIRECTION)
def test_every_page_has_a_title_of_its_own(world: World, language: str) -> None:
    routes_of: dict[str, list[str]] = {}
    for route, page in pages_in(world, language):
        if "delete-translation" in route or ROUTES[f"GET {route}"] == ROOT_ALONE:
            continue  # of django-parler and Django, which say what it is about only in the heading
        routes_of.setdefault(page.one("head").one("title").text, []).append(route)
    assert {title: shared for title, shared in routes_of.items() if len(shared) > 1} == {}
    assert "" not in routes_of


@pytest.mark.parametrize("language", DIRECTION)
def test_every_page_of_ours_says_what_it_is_about(world: World, language: str) -> None:
    silent = [
        route
        for route, page in pages_in(world, language)
        if "admin/" not in route and not page.one("meta", name="description")["content"]
    ]
    assert silent == []


def test_every_page_that_wants_htmx_has_it(world: World) -> None:
    wants, has = set(), set()
    for route, page in pages_in(world, "en"):
        if any(
            name.startswith("hx-") for part in page.one("main").all() for name in part.attributes
        ):
            wants.add(route)
        if any("htmx" in script.attributes.get("src", "") for script in page.all("script")):
            has.add(route)
    assert wants == has == {"en/", "en/journeys/<uuid:journey_id>/"}


# --- Every e-mail, in every language --------------------------------------------------------------


def looks_right(message: Any, language: str) -> None:
    """The text says something, the HTML is in its language, the subject tells nothing."""
    (html,) = message.alternatives
    page = pages.read(html.content)
    told = re.search(r"amazon|أمازون|close", message.subject, re.IGNORECASE)
    assert (page.one("html")["lang"], page.one("html")["dir"]) == (language, DIRECTION[language])
    assert (html.mimetype, told) == ("text/html", None)
    assert len(message.subject) > 2
    assert len(message.body) > 50


@pytest.mark.parametrize("language", DIRECTION)
@pytest.mark.parametrize("kind", Reminder.Kind.values)
def test_every_reminder_is_whole(world: World, kind: str, language: str) -> None:
    world.service.translations.create(language_code="ar", name="أمازون")
    User.objects.update(language=language)
    row = world.reminder
    row.kind = kind
    part = emails.Part(row, next_step=world.way["look"], answers=answers.possible(row))
    told = Message(user=User.objects.get(pk=world.alice.pk), message_id="<1@x>", created_at=NOW)
    message = emails.Letters().reminders(message=told, parts=[part])
    looks_right(message, language)
    name = "أمازون" if language == "ar" else "Amazon"
    assert (name in message.body, name in message.alternatives[0].content) == (True, True)
    assert "\ue000" not in message.body + message.alternatives[0].content
    first_words = pages.read(message.alternatives[0].content).one("body").text[:200]
    assert (name in first_words, first_words == "") == (False, False)


@pytest.mark.parametrize("language", DIRECTION)
@pytest.mark.parametrize("name", ACCOUNT_MAILS)
def test_every_message_about_an_account_is_whole(rf: Any, name: str, language: str) -> None:
    context = {"code": "1234-5678", "email": "alice@example.org", "user": User(language=language)}
    context |= {"what": "Something changed.", "moment": NOW}
    with translation.override(language):
        message = get_adapter().render_mail(f"account/email/{name}", "alice@example.org", context)
    looks_right(message, language)


def test_there_are_messages_about_accounts_to_look_at() -> None:
    assert "login_code" in ACCOUNT_MAILS


# --- Queries: a number, and the same for one row and for fifty ------------------------------------


def way(guide: Guide, rows: int) -> dict[str, Step]:
    steps = [(f"step-{number}", {}) for number in range(rows)]
    return factories.make_way(
        *steps, ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide
    )


@pytest.fixture
def alice() -> User:
    return factories.make_user()


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_home_page(rows: int) -> None:
    for _ in range(rows):
        way(factories.make_guide(service=factories.make_service(domains=[f"{_}.example"])), 1)
    assert (queries(Client(), "/en/"), Service.objects.count()) == (3, rows)


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_a_search(rows: int) -> None:
    for _ in range(rows):
        factories.make_guide(service=factories.make_service(name=f"Amazon {_}"))
    assert (queries(Client(), "/en/?q=amazon"), Service.objects.count()) == (3, rows)


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_a_service_page(rows: int) -> None:
    service = factories.make_service("amazon")
    for _ in range(rows):
        guide = factories.make_guide(service=service)
        guide.sources.create(name="A book")
        way(guide, 1)
    assert (queries(Client(), "/en/services/amazon/"), Guide.objects.count()) == (6, rows)


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_a_guide_page(alice: User, rows: int) -> None:
    guide = factories.make_guide("contact", service=factories.make_service("amazon"))
    for _ in range(rows):
        guide.sources.create(name="A book")
        factories.make_guide(service=guide.service)
    way(guide, rows)
    path = "/en/services/amazon/contact/"
    assert queries(Client(), path) == 7
    assert queries(client_of(alice), path) == 9  # the session and Alice


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_home_page_of_somebody_who_leaves(alice: User, rows: int) -> None:
    for number in range(rows):
        guide = factories.make_guide()
        steps = way(guide, 1)
        journey = journeys.start(user=alice, guide=guide, now=NOW)
        if number % 2:
            journeys.complete_step(journey=journey, step=steps["step-0"], now=NOW)
    assert (queries(client_of(alice), "/en/"), alice.journeys.count()) == (8, rows)


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_list_of_journeys(alice: User, rows: int) -> None:
    for _ in range(rows):
        guide = factories.make_guide()
        steps = way(guide, 1)
        journey = journeys.start(user=alice, guide=guide, now=NOW)
        journeys.complete_step(journey=journey, step=steps["step-0"], now=NOW)
    assert queries(client_of(alice), "/en/journeys/") == 7


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_list_of_journeys_out_of_ones_own(alice: User, rows: int) -> None:
    factories.make_general_guide()
    for number in range(rows):
        factories.make_own(alice, f"Gym {number}", now=NOW)
    assert queries(client_of(alice), "/en/journeys/") == 7


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_list_of_stories(rows: int) -> None:
    edda = factories.make_user("edda", is_superuser=True, is_staff=True)
    for _ in range(rows):
        service = factories.make_service()
        service.stories.create(text="Easy.", language="en", sent_on=NOW.date())
    assert queries(client_of(edda), "/admin/guides/story/") == 8


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_wizard(alice: User, rows: int) -> None:
    guide = factories.make_guide()
    steps = way(guide, rows)
    journey = journeys.start(user=alice, guide=guide, now=NOW)
    for number in range(rows):
        journeys.complete_step(journey=journey, step=steps[f"step-{number}"], now=NOW)
    assert queries(client_of(alice), f"/en/journeys/{journey.pk}/") == 9


# --- Files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", sorted(p.name for p in Path(settings.BASE_DIR, "static/css").glob("*.css"))
)
def test_a_style_sheet_knows_no_left_or_right(name: str) -> None:
    text = Path(settings.BASE_DIR, "static/css", name).read_text()
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    assert re.findall(r".*\b(?:left|right)\b.*", rules) == []


def test_there_are_style_sheets_to_look_at() -> None:
    names = {path.name for path in Path(settings.BASE_DIR, "static/css").iterdir()}
    assert names == {
        "admin.css",
        "base.css",
        "components.css",
        "specimens.css",
        "tokens.css",
        "wayout.css",
    }


def test_the_migrations_fit_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
