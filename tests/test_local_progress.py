"""Following a guide without an account: it stays in the browser, until one takes it along."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from icalendar import Calendar
from playwright.sync_api import expect

from guides.domain import merging
from guides.models import Entry, Journey
from tests import pages
from tests.factories import make_guide, make_service, make_user, make_way, wait

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TAKE, GUIDE = "/en/journeys/take-along/", "/en/services/amazon/contact/"


@pytest.fixture
def guide(db):
    guide = make_guide("contact", service=make_service("amazon", name="Amazon"))
    make_way("save", "send", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    return guide


# --- Taking it along, through HTTP ----------------------------------------------------------------


def posted(progress):
    client = Client()
    client.force_login(make_user())
    text = progress if isinstance(progress, str) else json.dumps(progress)
    with time_machine.travel(NOW, tick=False):
        return client.post(TAKE, {"progress": text})


def test_the_page_names_what_was_taken_and_says_so_to_the_script(guide):
    save = guide.steps.get(key="save")
    kept = {
        "amazon/contact": {"done": {str(save.pk): "2026-11-20T08:00:00.000Z"}},
        "a/b": {"done": {}},
    }
    page = pages.read(posted(kept))
    assert page.one("main").texts("li") == ["Leaving Amazon 1 step ticked off"]
    assert page.one(class_="stack-large")["data-taken"].split() == ["amazon/contact"]
    assert Entry.objects.get().happened_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_what_was_kept_of_a_service_that_has_been_merged_since_is_taken_too(guide):
    save = guide.steps.get(key="save")
    stays = make_service("zon", name="Zon")
    merging.merge(stays=stays, goes=guide.service, by=None, now=NOW)
    kept = {"amazon/contact": {"done": {str(save.pk): "2026-11-20T08:00:00.000Z"}}}
    page = pages.read(posted(kept))
    assert page.one("main").texts("li") == ["Leaving Zon 1 step ticked off"]
    assert page.one(class_="stack-large")["data-taken"].split() == ["amazon/contact"]


@pytest.mark.parametrize(
    "progress",
    [
        "",
        "nonsense",
        "[]",
        "null",
        "1",
        '{"amazon/contact": 1}',
        '{"amazon": {"done": {}}}',
        r'{"\ud800/contact": {"done": {}}}',
        r'{"amazon/\u0000": {"done": {}}}',
        '{"amazon/contact": {"done": {"x": "2026-11-20T08:00:00Z"}}}',
        '{"amazon/contact": {"done": {"1": "yesterday"}}}',
        '{"amazon/contact": {"done": {"1": "2026-11-20T08:00:00"}}}',
        '{"amazon/contact": {"done": {"1": "0001-01-01T00:00:00+14:00"}}}',
        '{"amazon/contact": {"done": {"1": 5}}}',
        '{"amazon/contact": {"done": [1]}}',
        "[" * 100_000,
        "\0",
        "x" * 200_001,
    ],
    ids=lambda text: text[:40],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(guide, progress):
    answer = posted(progress)
    assert (answer.status_code, answer.url) == (302, "/en/journeys/")
    assert len(get_messages(answer.wsgi_request)) == 1
    assert Journey.objects.count() == 0


def test_a_draft_is_not_begun_by_its_name(guide):
    guide.is_published = False
    guide.save()
    posted({"amazon/contact": {"done": {}}})
    assert Journey.objects.count() == 0


def test_without_javascript_the_page_says_what_it_needs(guide):
    page = pages.read(Client().get(GUIDE))
    assert page.one("noscript").text.startswith("Without an account, ticking off needs JavaScript")
    assert "hidden" in page.one(class_="local").attributes


# --- In a browser -------------------------------------------------------------------------------

in_a_browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_marks(test):
    for mark in in_a_browser:
        test = mark(test)
    return test


def kept_by(page):
    return page.evaluate("localStorage.getItem('wayout.progress')")


def step(page, key):
    return page.locator(f"#{key}")


@with_marks
def test_ticking_off_sends_nothing_sets_no_cookie_and_is_there_after_reloading(page, guide):
    page.goto(GUIDE, wait_until="networkidle")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    step(page, "save").get_by_role("button", name="Done", exact=True).click()
    expect(step(page, "save").get_by_role("button", name="Not done after all")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Ticked off.")
    assert (sent, page.context.cookies()) == ([], [])
    page.reload()
    expect(step(page, "save")).to_have_attribute("data-state", "done")
    expect(step(page, "send")).to_have_attribute("data-state", "to_do")
    assert page.context.cookies() == []


@with_marks
@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_a_wait_gets_its_date_and_a_file_for_the_calendar(new_page, guide, language):
    page = new_page(timezone_id="Europe/Oslo")
    page.clock.set_fixed_time(NOW)
    page.goto(f"/{language}/services/amazon/contact/")
    expect(step(page, "review").locator(".local-wait")).to_be_hidden()
    step(page, "send").locator("[data-tick]").click()
    said = {
        "en": "Until Thursday 26 November, 13:00",
        "ar": "حتى الخميس، 26 نوفمبر، 13:00",
        "nb": "Til torsdag 26. november kl. 13.00",
    }
    expect(step(page, "review").locator("strong")).to_have_text(said[language])
    with page.expect_download() as download:
        step(page, "review").locator("a[download]").click()
    event = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert "Amazon" not in str(event["SUMMARY"])
    assert download.value.suggested_filename == "wayout.ics"


def forget_here(page):
    page.locator("summary", has_text="Delete from this device…").click()
    return page.locator("details[data-forget-here]")


@with_marks
def test_everything_is_deleted_once_one_has_said_so_twice(page, guide):
    page.goto(GUIDE)
    expect(page.locator("details[data-forget-here]")).to_be_hidden()
    step(page, "save").get_by_role("button", name="Done", exact=True).click()
    page.goto("/en/")
    expect(page.get_by_role("link", name="Amazon: Close the account")).to_be_visible()
    kept = kept_by(page)
    question = forget_here(page)
    question.get_by_role("button", name="Keep").click()
    expect(page.locator("summary", has_text="Delete from")).to_be_focused()
    assert (question.get_attribute("open"), kept_by(page)) == (None, kept)
    forget_here(page).get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Begun on this device")).to_be_hidden()
    assert kept_by(page) is None


@with_marks
def test_a_guide_asks_below_its_steps_and_says_what_it_has_deleted(page, guide):
    page.goto(GUIDE)
    step(page, "save").get_by_role("button", name="Done", exact=True).click()
    question = forget_here(page)
    assert page.locator(".way ~ details[data-forget-here]").count() == 1
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted from this device.")).to_be_focused()
    expect(step(page, "save")).to_have_attribute("data-state", "to_do")
    expect(question).to_be_hidden()
    assert kept_by(page) is None


@with_marks
def test_after_signing_in_it_is_offered_and_taken_along_once(new_page, live_server, guide):
    page = new_page()
    page.goto(GUIDE)
    step(page, "save").get_by_role("button", name="Done", exact=True).click()
    client = Client()
    client.force_login(make_user())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto("/en/journeys/")
    page.get_by_role("button", name="Move to my account").click()
    expect(page.get_by_role("heading", name="Moved to your account")).to_be_visible()
    assert (kept_by(page), Entry.objects.get().step.key) == (None, "save")
    page.goto("/en/journeys/")
    expect(page.get_by_role("button", name="Move to my account")).to_be_hidden()


@with_marks
def test_what_is_kept_may_be_broken_and_the_guide_still_works(page, guide):
    page.goto(GUIDE)
    page.evaluate("localStorage.setItem('wayout.progress', '{broken')")
    page.reload()
    step(page, "save").get_by_role("button", name="Done", exact=True).click()
    expect(step(page, "save")).to_have_attribute("data-state", "done")
