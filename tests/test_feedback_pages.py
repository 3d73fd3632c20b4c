"""Telling that a step looks different, and how a journey went, through the pages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from guides.domain import journeys, reports
from guides.models import (
    Experience,
    Guide,
    GuideFigures,
    Journey,
    Step,
    StepReport,
    WaitFigures,
    WaitTaken,
)
from tests import factories, pages
from tests.factories import make_guide, make_service, make_user, make_way, wait
from tests.test_sweeps import client_of, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOLD = "The button is called “Close” now."


@pytest.fixture
def way() -> dict[str, Step]:
    guide = make_guide("contact", service=make_service("amazon", name="Amazon"))
    return make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)


def path_of(step: Step, language: str = "en") -> str:
    return f"/{language}/services/amazon/contact/steps/{step.pk}/report/"


class Reporter:
    """Somebody without an account who has the form open, for ten seconds if not said otherwise."""

    def __init__(self, step: Step, clock: Any, seconds: float = 10, language: str = "en") -> None:
        self.path = path_of(step, language)
        self.client = Client(enforce_csrf_checks=True)
        self.fields = self.form(self.client.get(self.path)).fields
        clock.shift(timedelta(seconds=seconds))

    @staticmethod
    def form(response: Any) -> pages.Part:
        return pages.read(response).one("form", method="post")

    def send(self, text: str = TOLD, **fields: str) -> Any:
        data = {**self.fields, "text": text, "language": "nb", **fields}
        return self.client.post(self.path, data)


def complaints(response: Any) -> list[str]:
    return pages.read(response).one(class_="error-summary").texts("li")


def kept_text(response: Any) -> str:
    """What stands in the field, to be sent once more."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", response.content.decode(), re.DOTALL)
    assert found
    return found[1]


# --- That a step looks different ------------------------------------------------------------------


def test_every_step_of_a_guide_leads_to_its_form(way: dict[str, Step]) -> None:
    page = pages.read(Client().get("/en/services/amazon/contact/"))
    links = [link for part in page.all(class_="tell") for link in part.all("a")]
    assert [(link["href"], link["rel"]) for link in links] == [
        (path_of(step), "nofollow") for step in way.values()
    ]


def test_the_wizard_leads_there_too(way: dict[str, Step]) -> None:
    alice = make_user()
    journey = journeys.start(user=alice, guide=way["ask"].guide, now=NOW)
    for step in (way["ask"], way["review"]):
        page = pages.read(client_of(alice).get(journey.get_absolute_url()))
        assert page.one(class_="tell").one("a")["href"] == path_of(step)
        journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    Guide.objects.update(is_published=False)
    page = pages.read(client_of(alice).get(journey.get_absolute_url()))
    assert page.all(class_="tell") == []


@pytest.mark.parametrize("query", ["", "?sent"])
def test_whoever_is_leaving_goes_back_to_the_journey(way: dict[str, Step], query: str) -> None:
    alice, step = make_user(), way["ask"]
    journey = journeys.start(user=alice, guide=step.guide, now=NOW)

    def back(client: Client) -> tuple[str, str]:
        link = pages.read(client.get(path_of(step) + query)).one(class_="actions").one("a")
        return link.text, link["href"]

    assert back(client_of(alice)) == ("Continue where you left off", journey.get_absolute_url())
    assert back(client_of(make_user("bob"))) == (
        "Back to the guide",
        "/en/services/amazon/contact/#ask",
    )


def test_the_guide_sets_no_cookie_and_the_form_one_only(way: dict[str, Step]) -> None:
    client = Client()
    client.get("/en/services/amazon/contact/")
    assert dict(client.cookies) == {}
    client.get(path_of(way["ask"]))
    assert list(client.cookies) == ["csrftoken"]


def test_anybody_can_tell(way: dict[str, Step], clock: Any) -> None:
    reporter = Reporter(way["ask"], clock)
    response = reporter.send(f"  {TOLD}\r\nBelow. ", reply_to=" kari@example.org\x00")
    assert (response.status_code, response.url) == (302, f"{reporter.path}?sent")
    fields = ("step", "text", "language", "reply_to", "sent_at", "handled_at")
    assert StepReport.objects.values_list(*fields).get() == (
        way["ask"].pk,
        f"{TOLD}\nBelow.",
        "nb",
        "kari@example.org",
        NOW + timedelta(seconds=10),
        None,
    )
    thanks = pages.read(reporter.client.get(response.url))
    back = "/en/services/amazon/contact/#ask"
    assert (thanks.one("h1").text, thanks.all("form")) == ("Thank you", [])
    assert back in [link["href"] for link in thanks.one("main").all("a")]


def test_only_what_is_different_has_to_be_said(way: dict[str, Step], clock: Any) -> None:
    assert Reporter(way["ask"], clock).send(language="other").status_code == 302
    assert StepReport.objects.values_list("language", "reply_to").get() == ("", "")


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_the_language_of_the_page_is_chosen_already(way: dict[str, Step], language: str) -> None:
    options = pages.read(Client().get(path_of(way["ask"], language))).all("option")
    assert [each["value"] for each in options if "selected" in each.attributes] == [language]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"text": ""}, "Say what is different."),
        ({"text": " \x00\x07 "}, "Say what is different."),
        ({"text": "a" * 2001}, "That is too long: at most 2,000 characters."),
        ({"text": "a" * 1_000_000}, "That is too long: at most 2,000 characters."),
        ({"language": "\x00"}, "Choose a language."),
        ({"language": "tlh"}, "Choose a language."),
        (
            {"reply_to": "kari"},
            "Something is missing: an address looks like name@example.org.",
        ),
        (
            {"reply_to": "k" * 250 + "@example.org"},
            "Something is missing: an address looks like name@example.org.",
        ),
        (
            {"homepage": "https://spam.example"},
            "That was very fast. Your words are still here: send them once more.",
        ),
        (
            {"opened": "made-up"},
            "The page was open for too long. Your words are still here: send them once more.",
        ),
        (
            {"opened": "\x00:\x00:\x00"},
            "The page was open for too long. Your words are still here: send them once more.",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(
    way: dict[str, Step], clock: Any, fields: dict[str, str], complaint: str
) -> None:
    response = Reporter(way["ask"], clock).send(**fields)
    assert (response.status_code, complaints(response)) == (200, [complaint])
    wanted = fields.get("text", TOLD)
    assert kept_text(response).replace("\x00", "") == wanted.replace("\x00", "")
    assert StepReport.objects.count() == 0


def test_nothing_at_all_is_no_error_of_ours(way: dict[str, Step], clock: Any) -> None:
    reporter = Reporter(way["ask"], clock)
    response = reporter.client.post(
        reporter.path, {"csrfmiddlewaretoken": reporter.fields["csrfmiddlewaretoken"]}
    )
    assert (response.status_code, complaints(response)) == (
        200,
        [
            "The page was open for too long. Your words are still here: send them once more.",
            "Say what is different.",
            "Choose a language.",
        ],
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Na\x00me", "Name"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("زر\u200fإغلاق\u200d", "زر\u200fإغلاق\u200d"),  # signs that shape the text stay
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a" * 1999 + "\r\n", "a" * 1999),
        ("\r\n".join("a" * 1000), "\n".join("a" * 1000)),  # a line end is one sign
        ("😀" * 2000, "😀" * 2000),
    ],
)
def test_what_is_kept_is_what_can_be_read(
    way: dict[str, Step], clock: Any, sent: str, kept: str
) -> None:
    assert Reporter(way["ask"], clock).send(sent).status_code == 302
    assert StepReport.objects.get().text == kept


@pytest.mark.parametrize("raw", [b"%ED%A0%80", b"%FF%FE", b"%00%ED%BF%BF"])
def test_half_a_sign_is_no_error_of_ours(way: dict[str, Step], clock: Any, raw: bytes) -> None:
    reporter = Reporter(way["ask"], clock)
    body = "&".join(f"{name}={value}" for name, value in reporter.fields.items()).encode()
    response = reporter.client.post(
        reporter.path,
        body + b"&language=nb&text=moved" + raw,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 302
    assert StepReport.objects.get().text.startswith("moved")


def test_a_program_is_too_fast_and_a_person_may_send_again(
    way: dict[str, Step], clock: Any
) -> None:
    reporter = Reporter(way["ask"], clock, seconds=1.9)
    response = reporter.send()
    assert complaints(response) == [
        "That was very fast. Your words are still here: send them once more."
    ]
    assert kept_text(response) == TOLD
    clock.shift(timedelta(seconds=1))
    reporter.fields = reporter.form(response).fields
    assert reporter.send().status_code == 302


def test_who_was_fast_hears_first_what_else_is_wrong(way: dict[str, Step], clock: Any) -> None:
    response = Reporter(way["ask"], clock, seconds=1.9).send(text="")
    assert complaints(response) == ["Say what is different."]


def test_a_page_that_was_open_since_yesterday_may_be_sent_again(
    way: dict[str, Step], clock: Any
) -> None:
    reporter = Reporter(way["ask"], clock, seconds=24 * 3600 + 1)
    response = reporter.send()
    assert complaints(response)[0].startswith("The page was open for too long.")
    clock.shift(timedelta(seconds=5))
    reporter.fields = reporter.form(response).fields
    assert reporter.send().status_code == 302


def test_the_form_of_one_step_is_not_good_for_another(way: dict[str, Step], clock: Any) -> None:
    reporter = Reporter(way["ask"], clock)
    reporter.path = path_of(way["look"])
    assert complaints(reporter.send())[0].startswith("The page was open for too long.")


def test_after_five_a_minute_one_has_to_wait_and_loses_nothing(
    way: dict[str, Step], clock: Any
) -> None:
    reporter = Reporter(way["ask"], clock)
    answers = [reporter.send(f"Text {number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert (kept_text(answers[-1]), StepReport.objects.count()) == ("Text 5", 5)
    assert complaints(answers[-1])[0].startswith("Many reports have come from your connection.")
    clock.shift(timedelta(seconds=61))
    assert reporter.send("Text 5").status_code == 302


def test_what_is_refused_for_another_reason_is_not_counted(
    way: dict[str, Step], clock: Any
) -> None:
    reporter = Reporter(way["ask"], clock)
    for _ in range(9):
        reporter.send("")
    assert reporter.send().status_code == 302


def test_a_step_is_reported_below_its_own_guide_only(way: dict[str, Step]) -> None:
    other = make_way("elsewhere")["elsewhere"]
    draft = make_guide("draft", service=way["ask"].guide.service, is_published=False)
    hidden = make_way("hidden", guide=draft)["hidden"]
    wrong = [path_of(other), path_of(hidden).replace("contact", "draft"), f"{path_of(other)}x"]
    assert [Client().get(path).status_code for path in wrong] == [404, 404, 404]


def test_a_step_that_was_retired_meanwhile_can_still_be_reported(
    way: dict[str, Step], clock: Any
) -> None:
    reporter = Reporter(way["ask"], clock)
    Step.objects.filter(pk=way["ask"].pk).update(retired_at=NOW)
    assert reporter.send().status_code == 302


def test_without_the_cookie_nothing_is_done(way: dict[str, Step], clock: Any) -> None:
    reporter = Reporter(way["ask"], clock)
    reporter.client.cookies.clear()
    assert (reporter.send().status_code, StepReport.objects.count()) == (403, 0)


def test_nothing_of_a_report_stands_in_a_log(
    way: dict[str, Step], clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reporter = Reporter(way["ask"], clock)
    reporter.send(reply_to="kari")
    reporter.send(reply_to="kari@example.org")
    assert [each for each in ("kari", "Close") if each in caplog.text] == []


# --- What editors see of it -----------------------------------------------------------------------


def edda() -> Client:
    return client_of(factories.make_editor())


def report(step: Step, text: str, **fields: Any) -> None:
    given = {"language": "nb", "reply_to": "", "now": NOW, **fields}
    reports.send(step=step, text=text, **given)


LIST = "/admin/guides/stepreport/"


def listed(client: Client, query: str = "") -> list[str]:
    page = pages.read(client.get(f"{LIST}{query}"))
    return [cell.text for cell in page.all("th", class_="field-excerpt")]


def test_editors_see_what_is_open_and_mark_it_as_handled(way: dict[str, Step]) -> None:
    client = edda()
    for number in range(3):
        report(way["ask"], f"Ask {number}", reply_to="kari@example.org")
    report(way["look"], "Look")
    assert sorted(listed(client)) == ["Ask 0", "Ask 1", "Ask 2", "Look"]
    assert sorted(listed(client, "?many=yes")) == ["Ask 0", "Ask 1", "Ask 2"]
    assert listed(client, f"?step={way['look'].pk}") == ["Look"]
    chosen = StepReport.objects.get(text="Ask 1").pk
    client.post(LIST, {"action": "mark_as_handled", "_selected_action": [chosen]})
    assert StepReport.objects.get(handled_at=NOW).text == "Ask 1"
    assert (sorted(listed(client)), listed(client, "?state=handled")) == (
        ["Ask 0", "Ask 2", "Look"],
        ["Ask 1"],
    )
    assert len(listed(client, "?state=all")) == 4


def test_the_address_stands_on_the_page_of_the_report_alone(way: dict[str, Step]) -> None:
    client = edda()
    report(way["ask"], "<b>bold</b>", reply_to="kari@example.org")
    page = client.get(f"{LIST}{StepReport.objects.get().pk}/change/").content.decode()
    assert "mailto:kari@example.org" in page
    assert ("&lt;b&gt;bold" in page, "<b>bold" in page) == (True, False)
    assert "kari" not in client.get(LIST).content.decode()


def test_nobody_writes_or_changes_reports_in_the_admin(way: dict[str, Step]) -> None:
    client = edda()
    report(way["ask"], "It moved.")
    kept = StepReport.objects.get()
    answers = [
        client.post(f"{LIST}{kept.pk}/change/", {"text": "Other", "handled_at_0": "2026-11-22"}),
        client.post(f"{LIST}add/", {"text": "Other"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert list(StepReport.objects.values_list("text", "handled_at")) == [("It moved.", None)]


@pytest.mark.parametrize("rows", [1, 50])
def test_queries_of_the_list_of_reports(rows: int) -> None:
    for number in range(rows):
        report(make_way("ask", guide=make_guide())["ask"], f"Text {number}")
    assert queries(edda(), LIST) == 11


# --- How it went ----------------------------------------------------------------------------------


def finished(
    way: dict[str, Step], outcome: str = "gone", lasting: timedelta = 5 * DAY
) -> tuple[Journey, Client]:
    alice = make_user()
    journey = journeys.start(user=alice, guide=way["ask"].guide, now=NOW - lasting)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW - lasting)
    journeys.finish(journey=journey, outcome=outcome, now=NOW)
    return Journey.objects.get(), client_of(alice)


def asking(journey: Journey) -> str:
    return f"/en/journeys/{journey.pk}/experience/"


def test_whoever_is_through_is_asked_once(way: dict[str, Step]) -> None:
    journey, client = finished(way)
    page = pages.read(client.get(journey.get_absolute_url()))
    assert asking(journey) in [link["href"] for link in page.one("main").all("a")]
    form = pages.read(client.get(asking(journey))).one("form", method="post")
    chosen = [
        each["value"] for each in form.all("input", type="radio") if "checked" in each.attributes
    ]
    pk = way["review"].pk
    assert (chosen, form.fields[f"count_{pk}"]) == (["yes"], "5")
    answers = {"worked": "partly", f"count_{pk}": "30", f"unit_{pk}": "hour"}
    page = pages.read(client.post(asking(journey), answers, follow=True))
    assert pages.said(page) == ["Thank you. It helps those who come after you."]
    assert asking(journey) not in [link["href"] for link in page.one("main").all("a")]
    assert Experience.objects.values_list("worked", flat=True).get() == "partly"
    assert WaitTaken.objects.get().length == timedelta(hours=30)
    again = client.post(asking(journey), answers)
    assert (again.url, Experience.objects.count()) == (journey.get_absolute_url(), 1)


@pytest.mark.parametrize(
    ("outcome", "likely"),
    [("gone", ["yes"]), ("deactivated", []), ("refused", ["no"]), ("no_answer", ["no"])],
)
def test_what_the_outcome_says_is_filled_in(
    way: dict[str, Step], outcome: str, likely: list[str]
) -> None:
    journey, client = finished(way, outcome)
    radios = pages.read(client.get(asking(journey))).one("main").all("input", type="radio")
    assert [each["value"] for each in radios if "checked" in each.attributes] == likely


def test_a_journey_of_minutes_is_not_asked(way: dict[str, Step]) -> None:
    journey, client = finished(way, lasting=timedelta(minutes=5))
    page = pages.read(client.get(journey.get_absolute_url()))
    assert asking(journey) not in [link["href"] for link in page.one("main").all("a")]
    assert client.post(asking(journey), {"worked": "yes"}).url == journey.get_absolute_url()
    assert Experience.objects.count() == 0


def test_a_wait_may_be_left_empty(way: dict[str, Step]) -> None:
    journey, client = finished(way)
    pk = way["review"].pk
    client.post(asking(journey), {"worked": "yes", f"count_{pk}": "", f"unit_{pk}": "day"})
    assert (Experience.objects.count(), WaitTaken.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"worked": ""}, "Say whether it worked."),
        ({"worked": "\x00"}, "Say whether it worked."),
        ({"worked": "x" * 500_000}, "Say whether it worked."),
        *(
            ({"count": wrong}, "Give a number from 1 to 999, or leave it empty.")
            for wrong in ("0", "-1", "1000", "9" * 5000, "two", "1.5", "\x00", "٩٩٩٩")
        ),
    ],
)
def test_what_is_no_answer_is_said(
    way: dict[str, Step], fields: dict[str, str], complaint: str
) -> None:
    journey, client = finished(way)
    pk = way["review"].pk
    answers = {"worked": "yes", "count": "2", "unit": "day", **fields}
    named = {"worked": "worked", "count": f"count_{pk}", "unit": f"unit_{pk}"}
    response = client.post(asking(journey), {named[name]: each for name, each in answers.items()})
    assert (response.status_code, complaints(response)) == (200, [complaint])
    assert Experience.objects.count() == 0


@pytest.mark.parametrize("unit", [None, "", "year", "\x00"])
def test_a_length_needs_its_unit(way: dict[str, Step], unit: str | None) -> None:
    journey, client = finished(way)
    pk = way["review"].pk
    answers = {"worked": "yes", f"count_{pk}": "2"} | ({} if unit is None else {f"unit_{pk}": unit})
    response = client.post(asking(journey), answers)
    assert (response.status_code, len(complaints(response))) == (200, 1)
    assert Experience.objects.count() == 0


def test_digits_of_an_arabic_keyboard_are_digits(way: dict[str, Step]) -> None:
    journey, client = finished(way)
    pk = way["review"].pk
    client.post(asking(journey), {"worked": "yes", f"count_{pk}": "٣", f"unit_{pk}": "day"})
    assert WaitTaken.objects.get().length == 3 * DAY


# --- What the guide tells -------------------------------------------------------------------------


def tell(way: dict[str, Step], days: list[int], worked: int) -> None:
    factories.make_answers(way["review"], days, worked=worked, now=NOW)


def told(language: str = "en") -> list[str]:
    page = pages.read(Client().get(f"/{language}/services/amazon/contact/"))
    return page.texts(class_="worked") + page.texts(class_="usual")


def test_nine_answers_are_told_nobody_not_even_how_many(way: dict[str, Step]) -> None:
    before = Client().get("/en/services/amazon/contact/").content
    tell(way, [2] * 9, worked=9)
    assert told() == []
    assert Client().get("/en/services/amazon/contact/").content == before


LENGTHS = [1, 2, 2, 2, 2, 2, 3, 4, 5, 30]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Worked for 9 of 10 people, last in November 2026",
                "Usually 2 days; nine out of ten people waited at most 5 days",
            ],
        ),
        (
            "nb",
            [
                "Fungerte for 9 av 10 personer, sist i november 2026",
                "Vanligvis 2 dager; ni av ti ventet høyst 5 dager",
            ],
        ),
        (
            "ar",
            [
                "نجح مع 9 من أصل 10 أشخاص، وآخر مرة في نوفمبر 2026",
                "ينتهي الانتظار عادةً بعد يومين، ولدى تسعة أشخاص من كل عشرة خلال 5 أيام",
            ],
        ),
    ],
)
def test_ten_answers_are_told_in_every_language(
    way: dict[str, Step], language: str, expected: list[str]
) -> None:
    tell(way, LENGTHS, worked=9)
    assert told(language) == expected


def test_where_it_worked_for_all_and_took_all_the_same_it_is_said_shortly(
    way: dict[str, Step],
) -> None:
    tell(way, [1] * 34, worked=34)
    assert told() == [
        "Worked for 34 people, last in November 2026",
        "Nine out of ten people waited at most 24 hours",
    ]


def test_who_waits_reads_it_too(way: dict[str, Step]) -> None:
    tell(way, LENGTHS, worked=10)
    alice = make_user()
    journey = journeys.start(user=alice, guide=way["ask"].guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    page = pages.read(client_of(alice).get(journey.get_absolute_url()))
    assert page.texts(class_="usual") == [
        "Usually 2 days; nine out of ten people waited at most 5 days"
    ]


def test_telling_it_costs_a_page_no_query(way: dict[str, Step]) -> None:
    before = queries(Client(), "/en/services/amazon/contact/")
    tell(way, LENGTHS, worked=10)
    assert (GuideFigures.objects.count(), WaitFigures.objects.count()) == (1, 1)
    assert queries(Client(), "/en/services/amazon/contact/") == before


# --- In a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_reports_a_step_in_arabic_without_javascript(
    new_page: Any, way: dict[str, Step], clock: Any
) -> None:
    page: Page = new_page(locale="ar", java_script_enabled=False)
    page.goto("/ar/services/amazon/contact/")
    page.locator("#ask .tell a").click()
    page.fill("[name=text]", "تغيّر اسم الزر.")
    page.locator("main form button").click()
    assert page.locator(".error-summary li").count() == 1  # faster than anybody writes
    assert page.input_value("[name=text]") == "تغيّر اسم الزر."
    clock.shift(timedelta(seconds=5))
    page.locator("main form button").click()
    assert page.url.endswith("?sent")
    assert StepReport.objects.values_list("text", "language").get() == ("تغيّر اسم الزر.", "ar")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_tells_how_it_went(new_page: Any, live_server: Any, way: dict[str, Step]) -> None:
    journey, client = finished(way)
    page: Page = new_page()
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(journey.get_absolute_url())
    page.get_by_role("link", name="Tell us how it went").click()
    page.fill(f"[name=count_{way['review'].pk}]", "3")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"**{journey.get_absolute_url()}")
    assert page.get_by_text("Thank you. It helps those who come after you.").count() == 1
    assert WaitTaken.objects.get().length == 3 * DAY
