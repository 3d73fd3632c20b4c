"""Every place where something can be sent to the site, found by looking: `tests.fuzzing` uses them.

A door says itself which fields it has: by the forms and links of the pages, and by the names that
the code looks for in a request. Nobody has to add a new form anywhere.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django import forms
from django.core import mail
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from guides.domain import journeys
from guides.models import Journey
from tests import factories, pages
from tests.pages import Part
from tests.test_sweeps import NOW, ROUTES, World, client_of

Sound = str | None  # a sound value; None: the field is left out, as a box that is not ticked
Place = tuple[str, str]  # a method and a path


@dataclass
class Door:
    """One form, or one address without a form: its visitors, and its fields with sound values."""

    method: str
    path: str
    visitors: list[Client]
    fields: dict[str, Sound] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def sound(self) -> list[tuple[str, str]]:
        """The fields as a browser would send them."""
        return [(name, value) for name, value in self.fields.items() if value is not None]

    def send(self, visitor: Client, values: list[tuple[str, str]], **headers: str) -> Any:
        """As a browser would, but for what no browser would put into a field."""
        query = urlencode(values, errors="surrogatepass")
        if self.method == "GET":
            return visitor.get(self.path, QUERY_STRING=query, headers=headers)
        kind = "application/x-www-form-urlencoded"
        asked = query if len(query) < 2000 else ""  # the same names, for those who read the query
        return visitor.post(self.path, query, kind, QUERY_STRING=asked, headers=headers)


@contextmanager
def undone(visitor: Client) -> Iterator[None]:
    """Afterwards everything is as it was: the database, the mail, the visitor's cookies."""
    cookies = deepcopy(visitor.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    visitor.cookies = cookies
    mail.outbox.clear()


# --- Who comes to a door --------------------------------------------------------------------------

# Where a form is only there once another has been sent: how a visitor comes to it.
PERSON = {"email": "alice@example.org", "login": "alice@example.org"}


def _asked_for_a_code(visitor: Client, world: World) -> None:
    visitor.post("/accounts/login/", PERSON)


def _signed_up(visitor: Client, world: World) -> None:
    visitor.post("/accounts/signup/", {"email": "new@example.org"})


def _forgot_the_password(visitor: Client, world: World) -> None:
    visitor.post("/accounts/password/reset/", PERSON)


def _proved_the_address(visitor: Client, world: World) -> None:
    _forgot_the_password(visitor, world)
    (code,) = re.findall(r"^\d{4}-?\d{4}$", mail.outbox[-1].body, re.MULTILINE)
    visitor.post("/accounts/password/reset/confirm/", {"code": code})


def _has_no_password(visitor: Client, world: World) -> None:
    _is_asked_who_they_are(visitor, world)
    factories.prove(visitor)


def _is_asked_who_they_are(visitor: Client, world: World) -> None:
    if world.bob.has_usable_password():
        world.bob.set_unusable_password()
        world.bob.save()
    visitor.force_login(world.bob)
    visitor.post("/en/settings/leave/")


def _has_signed_in_by_code(visitor: Client, world: World) -> None:
    _asked_for_a_code(visitor, world)
    visitor.post("/accounts/login/code/confirm/", {"code": factories.code_of_last_mail()})


def _has_no_app(visitor: Client, world: World) -> None:
    visitor.force_login(world.edda)
    factories.prove(visitor)


ASKS = "/experience/"  # what only who has finished is asked
WAYS_TO = {
    "accounts/2fa/authenticate/": _has_signed_in_by_code,
    "accounts/2fa/totp/activate/": _has_no_app,
    "accounts/login/code/confirm/": _asked_for_a_code,
    "accounts/confirm-email/": _signed_up,
    "accounts/password/reset/confirm/": _forgot_the_password,
    "accounts/password/reset/complete/": _proved_the_address,
    "accounts/password/set/": _has_no_password,
    "accounts/prove/": _is_asked_who_they_are,
}


class Site(World):
    """The world with a bit more to edit, and all doors."""

    def __init__(self) -> None:
        super().__init__()
        self.service.domains.create(name="amazon.com")
        self.guide.sources.create(name="A book")
        self.finished = self._finished()
        self.doors = list(_doors(self))

    def _finished(self) -> Journey:
        """Another one of Alice's, of which she may tell how it went."""
        guide = factories.make_guide()
        steps = factories.make_way("ask", guide=guide)
        journey = journeys.start(user=self.alice, guide=guide, now=NOW)
        journeys.complete_step(journey=journey, step=steps["ask"], now=NOW)
        journeys.finish(journey=journey, outcome="gone", now=NOW)
        return journey

    def path(self, route: str, language: str = "en") -> str:
        path = super().path(route, language)
        return path.replace(str(self.journey.pk), str(self.finished.pk)) if ASKS in route else path

    def visitors(self, route: str) -> list[Client]:
        """Those who get farthest there."""
        if way := WAYS_TO.get(route):
            visitor = Client()
            way(visitor, self)
            return [visitor]
        if route.startswith("admin/") and route != "admin/login/":
            return [client_of(self.root)]
        return [Client(), client_of(self.alice)]


# --- Finding all doors ----------------------------------------------------------------------------

# Of fields that no page of the world shows, a sound value.
SOUND = {
    "app_label": "guides",
    "model_name": "guide",
    "field_name": "service",
    "days": "7",
    "day": "2026-12-24",
    "until": "2026-12-24",
    "happened_at": "2026-11-22T11:00",
    "started_at": "2026-11-22T11:00",
    "is_sure": "true",
    "on": "true",
    "outcome": "gone",
    "act": "renew",
    **PERSON,
}


def _doors(site: Site) -> Iterator[Door]:
    """Every form that a page shows, and every address whose code looks for something."""
    asked: dict[Place, Door] = {}
    shown: dict[Place, dict[frozenset[str], Door]] = defaultdict(dict)
    for route in sorted({row.partition(" ")[2] for row in ROUTES}):
        visitors = site.visitors(route)
        for method in ("GET", "POST"):
            door = Door(method, site.path(route), visitors)
            asked[method, door.path] = door
            for visitor in visitors:
                for form in _look(door, visitor):
                    same = shown[form.method, form.path]
                    same.setdefault(frozenset(form.fields), form)
    for place, door in asked.items():
        door.fields |= {name: SOUND[name] for name in SOUND.keys() & door.fields.keys()}
        for form in shown[place].values():
            form.fields = {**dict.fromkeys(door.fields), **form.fields}
        if door.fields and not shown[place]:
            yield door
    for forms_here in shown.values():
        yield from (form for form in forms_here.values() if form.fields)


def _look(door: Door, visitor: Client) -> list[Door]:
    """Give the door the fields that its code and its links name; answers with its page's forms."""
    with undone(visitor), listening() as asked:
        response = door.send(visitor, [])
        door.fields |= dict.fromkeys(filter(_is_field, asked))
    if not response.get("Content-Type", "").startswith("text/html"):
        return []
    page = pages.read(response)
    for link in page.all("a"):
        address = urlsplit(link.get("href") or "")
        if address.path in {"", door.path}:
            door.fields |= dict(parse_qsl(address.query))
    return [_form(form, door, visitor) for form in page.all("form")]


def _form(form: Part, door: Door, visitor: Client) -> Door:
    path = urlsplit(form.get("action") or "").path or door.path
    visitors = door.visitors if path == door.path else [visitor]
    return Door((form.get("method") or "get").upper(), path, visitors, _fields(form))


def _fields(form: Part) -> dict[str, Sound]:
    """What a browser would send if the form was left as it is, with its first button."""
    found: dict[str, Sound] = {}
    has_button = False
    for part in form.all():
        name, kind = part.get("name"), part.get("type")
        if part.name not in {"input", "textarea", "select", "button"} or not name:
            continue
        is_button = part.name == "button" or kind == "submit"
        is_left_out = kind in {"checkbox", "radio"} and part.get("checked") is None
        if is_left_out or (is_button and has_button):
            found.setdefault(name, None)
        else:
            found[name] = _value(part)
        has_button |= is_button
    return {name: value for name, value in found.items() if _is_field(name)}


def _value(part: Part) -> str:
    if part.name == "select":
        options = part.all("option")
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return (chosen[0].get("value") or "") if chosen else ""
    if part.name == "textarea":
        return part.text
    return part.get("value") or ("on" if part.get("type") == "checkbox" else "")


def _is_field(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and "__prefix__" not in name


# --- Listening ------------------------------------------------------------------------------------


@contextmanager
def listening() -> Iterator[set[str]]:
    """The names that code looks for in queries and forms meanwhile."""
    asked: set[str] = set()

    def overhear(look_up: str) -> None:
        original: Callable[..., Any] = getattr(QueryDict, look_up)

        def overheard(self: QueryDict, name: Any, *more: Any, **options: Any) -> Any:
            asked.add(str(name))
            return original(self, name, *more, **options)

        patch.setattr(QueryDict, look_up, overheard)

    with pytest.MonkeyPatch.context() as patch:
        for look_up in ("__getitem__", "__contains__", "_getlist"):
            overhear(look_up)
        yield asked


@contextmanager
def binding() -> Iterator[set[type[forms.BaseForm]]]:
    """The classes of the forms that are filled in meanwhile."""
    bound: set[type[forms.BaseForm]] = set()
    original = forms.BaseForm.full_clean

    def full_clean(self: forms.BaseForm) -> None:
        if self.is_bound:
            bound.add(type(self))
        original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms.BaseForm, "full_clean", full_clean)
        yield bound
