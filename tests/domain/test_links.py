"""Which links are dead: what was not there on two days."""

from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from guides.domain import links
from guides.domain.visits import Pace, Verdict, Visit, Visitor
from guides.models import LinkCheck
from tests.domain.hosts import serving
from tests.factories import make_guide, make_step

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://shop.example/leave"

WORKS = Visit(Verdict.WORKS, "200", has_answered=True)
GONE = Visit(Verdict.GONE, "404", has_answered=True)
UNCLEAR = Visit(Verdict.UNCLEAR, "503", has_answered=True)
NO_HOST = Visit(Verdict.GONE, "no such host")


@pytest.fixture
def step():
    return make_step(make_guide(), "ask", link=URL)


def check(found, now=NOW, **more):
    return links.check(visit=lambda url: found, now=now, **more)


def dead_since():
    return LinkCheck.objects.get(url=URL).dead_since


def test_the_links_are_those_of_what_is_published():
    guide = make_guide()
    guide.sources.create(name="Help", url="https://help.example/")
    guide.sources.create(name="A book")
    make_step(guide, link=URL)
    make_step(guide, link=URL)
    make_step(guide, link="mailto:a@shop.example")
    make_step(guide, link="https://retired.example/", retired_at=NOW)
    make_step(make_guide(is_published=False), link="https://draft.example/")
    assert links.of_catalogue() == {URL, "https://help.example/"}


def test_one_bad_day_proves_nothing(step):
    check(GONE)
    check(GONE, NOW + timedelta(hours=3), again=True)
    assert dead_since() is None


def test_two_bad_days_do(step):
    check(GONE)
    report = check(GONE, NOW + DAY)
    assert (dead_since(), report.dead) == (NOW + DAY, [(URL, "404")])
    check(GONE, NOW + 2 * DAY)
    assert dead_since() == NOW + DAY


def test_a_day_on_which_nobody_can_tell_changes_nothing(step):
    check(GONE)
    check(UNCLEAR, NOW + DAY)
    assert dead_since() is None
    check(GONE, NOW + 2 * DAY)
    assert dead_since() == NOW + 2 * DAY
    check(UNCLEAR, NOW + 3 * DAY)
    assert dead_since() == NOW + 2 * DAY


def test_who_comes_back_lives_and_needs_two_days_again(step):
    check(GONE)
    check(GONE, NOW + DAY)
    check(WORKS, NOW + 2 * DAY)
    assert dead_since() is None
    check(GONE, NOW + 3 * DAY)
    assert dead_since() is None


def test_a_link_is_visited_once_a_day(step):
    visited = []

    def visit(url):
        visited.append(url)
        return WORKS

    reports = [links.check(visit=visit, now=now) for now in (NOW, NOW, NOW + DAY)]
    assert visited == [URL, URL]
    assert [(report.works, report.skipped) for report in reports] == [(1, 0), (0, 1), (1, 0)]


def test_a_link_that_nobody_has_any_more_is_forgotten(step):
    check(GONE)
    step.delete()
    check(GONE)
    assert LinkCheck.objects.count() == 0


def test_every_host_has_its_turn():
    urls = ["https://a.example/1", "https://a.example/2", "https://b.example/1"]
    assert links._host_by_host(urls) == [urls[0], urls[2], urls[1]]


def test_without_the_internet_nothing_is_dead(step):
    with pytest.raises(links.OfflineError):
        check(NO_HOST)
    assert LinkCheck.objects.count() == 0


def test_who_has_no_host_is_gone_if_somebody_else_answers(step):
    make_step(step.guide, "look", link="https://other.example/")
    answers = {URL: NO_HOST, "https://other.example/": WORKS}
    report = links.check(visit=answers.__getitem__, now=NOW)
    assert (report.works, report.gone) == (1, 1)


# --- The command ----------------------------------------------------------------------------------


def run(monkeypatch, found, now=NOW):
    monkeypatch.setattr(Visitor, "visit", lambda self, url: found)
    out = StringIO()
    with time_machine.travel(now, tick=False):
        call_command("check_links", stdout=out, verbosity=0)
    return out.getvalue().splitlines()


def test_the_command_says_what_it_found(step, monkeypatch):
    counts = "0 work, 1 are gone, 0 cannot be told, 0 were visited today already."
    assert run(monkeypatch, GONE) == [counts]
    assert run(monkeypatch, GONE, NOW + DAY) == [counts, f"Dead (404): {URL}"]


def test_the_command_fails_if_it_did_not_get_out(step, monkeypatch):
    with pytest.raises(CommandError, match="Nobody answered"):
        run(monkeypatch, NO_HOST)


@pytest.fixture
def host():
    with serving() as (address, _port):
        yield address


def test_the_command_goes_there(host, monkeypatch):
    guide = make_guide()
    for status in (200, 404, 503):
        make_step(guide, link=f"{host}/{status}")
    inside = partial(Visitor, pace=Pace(pause=0), may_stay_inside=True)
    monkeypatch.setattr("guides.management.commands.check_links.Visitor", inside)
    out = StringIO()
    call_command("check_links", stdout=out, verbosity=0)
    assert out.getvalue().splitlines() == [
        "1 work, 1 are gone, 1 cannot be told, 0 were visited today already."
    ]
    found = set(LinkCheck.objects.values_list("url", "found", "detail"))
    assert found == {
        (f"{host}/200", "works", "200"),
        (f"{host}/404", "gone", "404"),
        (f"{host}/503", "unclear", "503"),
    }


def test_the_command_says_who_it_is(monkeypatch, settings):
    settings.SITE_URL = "https://wayout.example"
    agents = []

    def make(**kwargs):
        agents.append(kwargs)
        return Visitor(**kwargs)

    monkeypatch.setattr("guides.management.commands.check_links.Visitor", make)
    call_command("check_links", stdout=StringIO(), verbosity=0)
    assert agents == [{"user_agent": "Wayout link check (+https://wayout.example)"}]
