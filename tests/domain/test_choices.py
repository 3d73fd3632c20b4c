"""Which way fits whom: what all ways share is said once, and each says only its own."""

import pytest

from guides.domain import choices
from guides.domain.choices import Device
from guides.models import Guide
from tests.factories import make_guide, make_service

pytestmark = pytest.mark.django_db

ACCOUNT, FILMS, WAY_BACK = "- The account.", "- Your films,\n  all of them.", "- Any way back."


@pytest.fixture
def amazon():
    return make_service("amazon")


@pytest.fixture
def make(amazon):
    def make(slug, *loses, **fields):
        guide = make_guide(slug, service=amazon, **fields)
        guide.translations.update(you_lose="\n".join(loses))
        return guide

    return make


def compare(language="en"):
    guides = Guide.objects.easiest_first()
    return choices.compare(
        guides=guides, ways={guide.pk: [] for guide in guides}, language=language
    )


def said(cost):
    return cost.loses[0], cost.undo


def by_goal(comparison):
    """Per goal what its group says, and each way with what it says itself."""
    return {
        group.goal: (
            said(group.cost),
            {choice.guide.slug: said(choice.cost) for choice in group.choices},
        )
        for group in comparison.groups
    }


def test_what_all_ways_cost_is_said_once(make):
    make("ask", ACCOUNT, FILMS)
    make("page", FILMS, ACCOUNT)
    comparison = compare()
    assert said(comparison.cost) == (f"{ACCOUNT}\n{FILMS}", "never")
    assert by_goal(comparison) == {"close": (("", ""), {"ask": ("", ""), "page": ("", "")})}


def test_what_only_one_way_costs_is_said_there(make):
    make("ask", ACCOUNT, undo="always")
    make("page", ACCOUNT, WAY_BACK)
    comparison = compare()
    assert said(comparison.cost) == (ACCOUNT, "")
    assert by_goal(comparison)["close"][1] == {"ask": ("", "always"), "page": (WAY_BACK, "never")}


def test_what_all_ways_to_one_goal_cost_is_said_once_there(make):
    make("ask", ACCOUNT, FILMS)
    make("page", ACCOUNT, FILMS, WAY_BACK)
    make("sleep", ACCOUNT, goal="deactivate", undo="always")
    comparison = compare()
    assert said(comparison.cost) == (ACCOUNT, "")
    assert by_goal(comparison) == {
        "close": ((FILMS, "never"), {"ask": ("", ""), "page": (WAY_BACK, "")}),
        "deactivate": (("", ""), {"sleep": ("", "always")}),
    }


def test_a_text_that_is_no_list_is_one_entry(make):
    make("ask", "Everything.\nReally.")
    make("page", "Everything.")
    comparison = compare()
    assert said(comparison.cost) == ("", "never")
    assert by_goal(comparison)["close"][1]["ask"] == ("Everything.\nReally.", "")


def test_a_cost_says_its_language(make):
    make("ask", ACCOUNT)
    assert compare("ar").cost.loses == (ACCOUNT, "en")


def test_a_service_of_one_way_leaves_no_choice(make):
    guide = make("ask", ACCOUNT)
    comparison = compare()
    assert (comparison.only.guide, said(comparison.cost)) == (guide, (ACCOUNT, "never"))
    make("page", ACCOUNT)
    assert compare().only is None


def test_ways_that_go_alike_say_so_once(make):
    make("ask"), make("page")
    assert [group.is_alike for group in compare().groups] == [True]
    Guide.objects.get(slug="ask").translations.update(summary="You ask.")
    assert [group.is_alike for group in compare().groups] == [False]


@pytest.mark.parametrize(
    ("difficulties", "order", "easiest"),
    [
        (["hard", "easy", "medium"], ["easy", "medium", "hard"], ["easy"]),
        (["limited", "impossible", "hard"], ["hard", "limited", "impossible"], ["hard"]),
        (["easy", "easy"], ["easy", "easy"], []),
        (["easy"], ["easy"], []),
    ],
)
def test_the_easiest_comes_first_and_is_marked(make, difficulties, order, easiest):
    for number, difficulty in enumerate(difficulties):
        make(f"way-{number}", difficulty=difficulty)
    [group] = compare().groups
    assert [choice.guide.difficulty for choice in group.choices] == order
    marked = [choice.guide.difficulty for choice in group.choices if choice.is_easiest]
    assert marked == easiest


# --- Computer or phone ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "device"),
    [
        ("website", Device.EITHER),
        ("phone_browser", Device.PHONE),
        ("app", Device.PHONE),
        ("email", Device.EITHER),
        ("telephone", Device.PHONE),
    ],
)
def test_what_a_way_asks_for(make, channel, device):
    assert choices.device(make("ask", channel=channel), beside=[]) is device


@pytest.mark.parametrize(
    ("channel", "goal", "device"),
    [
        ("phone_browser", "close", Device.COMPUTER),
        ("phone_browser", "erase", Device.EITHER),
        ("app", "close", Device.EITHER),
    ],
)
def test_a_website_with_a_way_of_its_own_for_phones_asks_for_a_computer(
    make, channel, goal, device
):
    guide, other = make("ask"), make("phone", channel=channel, goal=goal)
    assert choices.device(guide, beside=[guide, other]) is device


def test_whoever_lacks_the_device_is_shown_the_same_on_the_other(make):
    computer, phone = make("computer"), make("phone", channel="phone_browser", difficulty="hard")
    make("erase", goal="erase", channel="phone_browser", difficulty="easy")
    make("draft", channel="app", is_published=False)
    instead = {
        guide.slug: choices.instead(guide=guide, others=choices.others(guide=guide))
        for guide in Guide.objects.published()
    }
    assert instead == {"computer": phone, "phone": computer, "erase": None}
