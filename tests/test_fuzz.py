"""Whatever is sent to whatever address: an answer, never an error of ours, never a script.

FUZZ_INPUTS says how many inputs (`tests.fuzzing` says what one is), FUZZ_SEED which ones.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from django import forms
from django.core.files.base import ContentFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from guides import forms as own_forms
from guides.admin import accounts as admin_accounts
from guides.admin import forms as admin_forms
from tests import doors, fuzzing
from tests.doors import Site
from tests.test_sweeps import NOW

__all__ = ["NOW"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

INPUTS = int(os.environ.get("FUZZ_INPUTS", "5000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))


@pytest.fixture
def site(settings) -> Iterator[Site]:
    settings.ACCOUNT_RATE_LIMITS = False
    logging.disable(logging.CRITICAL)  # each 404 would be said
    yield Site()
    logging.disable(logging.NOTSET)


def test_no_text_in_any_field_is_an_error_or_comes_back_as_a_script(site):
    fuzz = fuzzing.Fuzz(step_ids=[step.pk for step in site.way.values()])
    for number, door in enumerate(site.doors):
        share = (INPUTS - fuzz.count) // (len(site.doors) - number) + 1
        fuzz.through(door, inputs=share, number=SEED * 1_000_000 + number * 1000)
    assert fuzz.found == {}, fuzz.report
    assert fuzz.count >= INPUTS


def test_no_text_in_any_address_is_an_error_or_comes_back_as_a_script(site):
    fuzz = fuzzing.Fuzz(step_ids=[])
    for number, route in enumerate(fuzzing.open_routes()):
        fuzz.at(route, inputs=max(5, INPUTS // 500), number=SEED * 1_000_000 + number, site=site)
    assert fuzz.found == {}, fuzz.report


def as_files(door):
    return {name: ContentFile(b"\x00\xff", name=f"{name}.svg") for name in door.fields}


def twice(door):
    return {name: ["<script>", "\u202e"] for name in door.fields}


KINDS = (
    MULTIPART_CONTENT,
    f"{MULTIPART_CONTENT}; charset=utf-16",
    "application/json",
    "x; charset=x",
)


@pytest.mark.parametrize("shape", [as_files, twice])
@pytest.mark.parametrize("kind", KINDS)
def test_no_form_in_a_shape_of_its_own_is_an_error(site, shape, kind):
    """Files and lists where text is awaited, said to be what they are or something else."""
    found = {}
    for door in [door for door in site.doors if door.method == "POST"]:
        body = encode_multipart(BOUNDARY, shape(door))
        for visitor in door.visitors:
            with doors.undone(visitor):
                if wrong := fuzzing.problem(visitor.generic("POST", door.path, body, kind)):
                    found[str(door)] = wrong
    assert found == {}


def own(module) -> set[type]:
    """The forms of a module that no other is built on."""
    found = {each for each in vars(module).values() if _is_form(each, module.__name__)}
    return {form for form in found if not any(form in other.__mro__[1:] for other in found)}


def _is_form(thing, module: str) -> bool:
    is_form = isinstance(thing, type) and issubclass(thing, forms.BaseForm)
    return is_form and thing.__module__.startswith(module)


def test_every_form_is_among_them(site):
    """A new form that no address of the world leads to is not fuzzed: show the world the way."""
    with doors.binding() as bound:
        for door in site.doors:
            for visitor in door.visitors:
                with doors.undone(visitor):
                    door.send(visitor, door.sound)
    ours = own(own_forms) | own(admin_forms) | own(admin_accounts)
    missing = [form.__name__ for form in ours if not any(issubclass(each, form) for each in bound)]
    assert missing == []
    assert len(ours) > 20
