"""Texts in a language, the way of a guide, and what keeps a guide from being published."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from guides.domain import catalogue
from guides.models import Service, Step
from tests.factories import make_guide, make_service, make_step, make_way, wait
from tests.queries import asked

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


# --- Words in a language --------------------------------------------------------------------------


def test_text_is_in_the_language_asked_for_else_english_else_any():
    service = make_service(name="Amazon")
    service.translations.create(language_code="ar", name="أمازون", about="متجر")
    assert catalogue.text(service, "name", "ar") == ("أمازون", "ar")
    assert catalogue.text(service, "name", "nb") == ("Amazon", "en")
    assert catalogue.text(service, "about", "nb") == ("متجر", "ar")
    assert catalogue.text(make_service(), "about", "nb") == ("", "en")


def test_texts_that_were_read_ahead_are_the_same_and_cost_nothing(django_assert_num_queries):
    services = [make_service(name="Amazon", about="A shop."), make_service(name="eBay")]
    services[0].translations.create(language_code="ar", name="أمازون")
    services.append(Service.objects.create(slug="nameless"))
    asked = [(name, language) for name in ("name", "about") for language in ("ar", "nb")]
    expected = [[catalogue.text(each, *what) for what in asked] for each in services]
    with django_assert_num_queries(1):
        catalogue.read_ahead(services, "name", "about")
        assert [[catalogue.text(each, *what) for what in asked] for each in services] == expected


def test_a_text_that_was_not_read_ahead_is_looked_up():
    service = make_service(name="Amazon", about="A shop.")
    catalogue.read_ahead([service], "name")
    assert catalogue.text(service, "about", "en") == ("A shop.", "en")


def test_nothing_to_read_ahead_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        catalogue.read_ahead([], "name")


# --- The way of a guide ---------------------------------------------------------------------------


def keys(guide):
    return [step.key for step in catalogue.way(guide)]


def test_a_way_is_in_the_order_of_positions():
    guide = make_guide()
    make_step(guide, "last", position=2)
    make_step(guide, "first", position=0)
    assert keys(guide) == ["first", "last"]


def test_a_way_goes_on_with_the_steps_of_another_guide():
    computer, tablet, phone = make_guide(), make_guide(), make_guide()
    make_way("sign-in", "confirm", guide=computer)
    make_way("rotate", ("as-on-a-computer", {"continues_with": computer}), guide=tablet)
    make_way("open", ("as-on-a-tablet", {"continues_with": tablet}), "celebrate", guide=phone)
    before = ["open", "as-on-a-tablet", "rotate", "as-on-a-computer"]
    assert keys(phone) == [*before, "sign-in", "confirm", "celebrate"]


def test_a_retired_continuation_is_there_for_those_who_have_been_there_only():
    other, guide = make_guide(), make_guide()
    make_step(other, "theirs")
    make_step(guide, "go-on", continues_with=other, retired_at=timezone.now())
    assert keys(guide) == ["go-on", "theirs"]
    assert catalogue.current(catalogue.way(guide)) == []
    assert catalogue.current(catalogue.way(other)) != []


def test_a_circle_that_got_in_ends():
    one, two = make_guide(), make_guide()
    make_way("a", ("to-two", {"continues_with": two}), guide=one)
    make_way("b", ("to-one", {"continues_with": one}), guide=two)
    assert keys(one) == ["a", "to-two", "b", "to-one"]


def test_many_ways_cost_two_queries():
    other, guides = make_guide(), [make_guide() for _ in range(5)]
    make_step(other, "c")
    for guide in guides:
        make_way("a", ("b", {"continues_with": other}), guide=guide)
    with asked() as queries:
        ways = catalogue.ways([guide.pk for guide in guides])
    assert len(queries) == 2
    assert [len(ways[guide.pk]) for guide in guides] == [3] * 5


# --- What may be published ------------------------------------------------------------------------

A_WAIT = {"kind": "wait", "wait_reason": "review"}
PROBLEMS = {
    "wait_longest": (
        A_WAIT | {"wait_shortest": 4 * DAY, "wait_longest": DAY},
        "The longest wait is shorter than the shortest one.",
    ),
    "kind": (
        {"kind": "act", "wait_longest": DAY},
        "Only a step of the kind “Wait” can have a waiting period.",
    ),
    "stay_signed_out": (
        {"kind": "check", "stay_signed_out": True},
        "Only a waiting period can ask people to stay signed out.",
    ),
    "wait_reason": ({"kind": "wait"}, "Say why people have to wait."),
    "do_within": (
        A_WAIT | {"do_within": DAY},
        "Only a step of the kind “Act” can have to be done within a time.",
    ),
    "is_final": (
        {"kind": "prepare", "is_final": True},
        "Only a step of the kind “Act” can be the point of no return.",
    ),
    "is_optional": (
        {"kind": "act", "is_final": True, "is_optional": True},
        "The point of no return cannot be optional.",
    ),
    "goes_back_to": (
        A_WAIT | {"pk": 7, "goes_back_to_id": 7},
        "A step cannot go back to itself.",
    ),
}


@pytest.mark.parametrize("field", PROBLEMS)
def test_a_step_is_told_what_is_wrong_with_it(field):
    fields, message = PROBLEMS[field]
    assert catalogue.problems_of_step(Step(**fields)) == {field: message}


def test_a_wait_until_a_date_is_for_waits_only():
    told = "Only a step of the kind “Wait” can have a waiting period."
    assert catalogue.problems_of_step(Step(kind="act", until_date=True)) == {"kind": told}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "act", "do_within": DAY, "is_final": True},
        A_WAIT | {"wait_shortest": DAY, "wait_longest": DAY, "stay_signed_out": True},
        A_WAIT | {"wait_shortest": DAY},
        A_WAIT,
    ],
)
def test_a_step_that_makes_sense_has_no_problem(fields):
    assert catalogue.problems_of_step(Step(**fields)) == {}


def problems(guide):
    return catalogue.problems_of_guide(guide, list(guide.steps.all()))


def test_a_guide_without_steps_is_not_published():
    assert problems(make_guide()) == ["A published guide needs at least one step."]


def test_a_guide_with_retired_steps_only_is_not_published():
    guide = make_guide()
    make_step(guide, retired_at=timezone.now())
    assert problems(guide) == ["A published guide needs at least one step."]


def test_a_guide_without_a_title_in_any_language_is_not_published():
    guide = make_guide(title="")
    make_step(guide)
    assert problems(guide) == ["A published guide needs a title in at least one language."]


def test_a_title_in_one_language_is_enough():
    guide = make_guide(title="")
    guide.translations.create(language_code="ar", title="حذف الحساب")
    make_step(guide)
    assert problems(guide) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"do_within": DAY},
            "The first step cannot have to be done within a time: nothing comes before it.",
        ),
        (
            {"while_waiting": True},
            "The first step cannot be done while waiting: no waiting period comes before it.",
        ),
    ],
)
def test_the_first_step_has_nothing_before_it(fields, expected):
    guide = make_guide()
    make_way(("first", fields), "second", guide=guide)
    assert problems(guide) == [expected]


@pytest.mark.parametrize("between", [0, 1, 3])
def test_a_guide_does_not_continue_with_itself_through_any_number_of_others(between):
    ring = [make_guide() for _ in range(between + 1)]
    for guide, following in zip(ring, ring[1:] + ring[:1], strict=True):
        make_step(guide, continues_with=following)
    assert problems(ring[0]) == [
        "The guide continues with itself, directly or through other guides."
    ]


def test_a_circle_is_seen_before_its_last_step_is_saved():
    guide, other = make_guide(), make_guide()
    make_step(other, continues_with=guide)
    told = ["The guide continues with itself, directly or through other guides."]
    assert catalogue.problems_of_guide(guide, [Step(continues_with=other)]) == told


def test_two_guides_may_continue_with_the_same_one():
    shared, one, two = make_guide(), make_guide(), make_guide()
    for guide in (one, two):
        make_step(guide, continues_with=shared)
    assert (problems(one), problems(two)) == ([], [])


def test_publishing_shows_the_guide():
    guide = make_guide(is_published=False)
    make_way("send", ("review", wait(days=4)), guide=guide)
    catalogue.publish(guide)
    guide.refresh_from_db()
    assert guide.is_published


def test_publishing_is_refused_with_every_reason():
    guide = make_guide(is_published=False, title="")
    expected = [
        "A published guide needs at least one step.",
        "A published guide needs a title in at least one language.",
    ]
    with pytest.raises(ValidationError, match=re.escape(str(expected))) as refusal:
        catalogue.publish(guide)
    guide.refresh_from_db()
    assert (refusal.value.messages, guide.is_published) == (expected, False)
