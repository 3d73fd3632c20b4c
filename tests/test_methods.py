"""Every route in every way in which it can be asked for, beside those that the table names.

The table in `test_sweeps` says what each person gets by GET or POST; the rest follows by rule.
"""

import pytest
from django.core import mail
from django.test import Client

from guides.open_door import DOOR
from tests.test_headers import wrong
from tests.test_sweeps import (
    ADMIN,
    KEYS,
    NOW,
    ROUTES,
    SIGN_IN,
    World,
    answer,
    client_of,
    everything,
)

__all__ = ["NOW"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")


@pytest.fixture
def world() -> World:
    return World()


def paths(world: World, method: str = "") -> dict[str, str]:
    """Each route of the table that has a row for this method, and an address on it."""
    rows = [row.partition(" ") for row in ROUTES]
    return {route: world.path(route) for named, _, route in rows if method in named}


def clients(world: World, **options: bool) -> list[Client]:
    found = [client_of(person) for person in world.people()]
    for each in found:
        each.handler.enforce_csrf_checks = options.get("enforce_csrf_checks", False)
    return found


def test_nothing_is_asked_for_in_any_other_way(world: World) -> None:
    """405 for everybody, by whatever method, and nothing comes of it; but see test_open_data."""
    people, before = clients(world), everything()
    answers = {
        (method, route): [each.generic(method, path) for each in people]
        for method in OTHERS
        for route, path in paths(world).items()
        if not path.startswith(DOOR)
    }
    odd = {
        asked: [each.status_code for each in given]
        for asked, given in answers.items()
        if any(each.status_code != 405 or each["Allow"] != "GET, HEAD, POST" for each in given)
    }
    assert odd == {}
    assert [wrong(each) for given in answers.values() for each in given if wrong(each)] == []
    assert (everything(), mail.outbox) == (before, [])


def test_a_head_is_answered_as_the_page_is_and_without_its_text(world: World) -> None:
    pages = paths(world, "GET")
    del pages["admin/login/"]  # Django's own: on HEAD it does not look who asks, and tells nothing
    for route, path in pages.items():
        heads = [each.head(path) for each in clients(world)]
        assert [answer(each) for each in heads] == list(ROUTES[f"GET {route}"]), route
        assert [each.content for each in heads if not each.streaming] == [b""] * 5, route


def test_without_its_token_no_form_is_taken(world: World) -> None:
    """Other sites can send what they like: only what is a key itself does without a token."""
    people, before = clients(world, enforce_csrf_checks=True), everything()
    taken = {
        route: [each.post(path).status_code for each in people]
        for route, path in paths(world).items()
        if not path.startswith((*KEYS, DOOR))
    }
    assert {route: codes for route, codes in taken.items() if codes != [403] * 5} == {}
    assert (everything(), mail.outbox) == (before, [])


def test_who_may_not_see_a_page_may_not_send_to_it_either(world: World) -> None:
    people, found = clients(world), {}
    for route, path in paths(world, "GET").items():
        for number, (person, seen) in enumerate(zip(people, ROUTES[f"GET {route}"], strict=True)):
            if seen in {SIGN_IN, ADMIN, 403, 404}:
                sent = answer(person.post(path))
                if sent not in {seen, 405}:
                    found[route, number] = (seen, sent)
    assert found == {}


def test_what_is_only_sent_shows_nothing_to_those_who_ask_for_it(world: World) -> None:
    people = clients(world)
    for route, path in paths(world, "POST").items():
        if f"GET {route}" in ROUTES:
            continue
        for person in people:
            response = person.get(path)
            assert (response.status_code in {302, 403, 404, 405}, route) == (True, route)
            assert str(world.journey.pk) not in response.content.decode()
