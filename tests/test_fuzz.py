"""Whatever is sent to whatever address: an answer, never an error of ours, never a script.

FUZZ_INPUTS says how many inputs (`tests.fuzzing` says what one is), FUZZ_SEED which ones.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from django import forms

from guides import forms as own_forms
from guides.admin import accounts as admin_accounts
from guides.admin import forms as admin_forms
from tests import doors, fuzzing
from tests.doors import Site
from tests.test_sweeps import clock

__all__ = ["clock"]
pytestmark = pytest.mark.django_db

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


def own(module) -> set[type]:
    """The forms of a module that no other is built on."""
    found = {each for each in vars(module).values() if _is_form(each, module.__name__)}
    return {form for form in found if not any(form in other.__mro__[1:] for other in found)}


def _is_form(thing, module: str) -> bool:
    is_form = isinstance(thing, type) and issubclass(thing, forms.BaseForm)
    return is_form and thing.__module__ == module


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
