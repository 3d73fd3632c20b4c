"""Reports that a step looks different: kept once, counted, and forgotten in time."""

from datetime import UTC, datetime, timedelta

import pytest

from guides.domain import housekeeping, reports
from guides.models import StepReport
from tests.factories import make_way

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, DAYS_90 = timedelta(seconds=1), timedelta(days=90)


@pytest.fixture
def step():
    return make_way("send")["send"]


def send(step, text="It moved.", *, reply_to="", now=NOW):
    reports.send(step=step, text=text, language="nb", reply_to=reply_to, now=now)


def kept():
    return sorted(StepReport.objects.values_list("text", "reply_to"))


def test_a_report_is_kept_as_it_was_sent(step):
    send(step, "Knappen heter «Lukk».\nNederst.", reply_to="kari@example.org")
    fields = ("step", "text", "language", "reply_to", "sent_at", "handled_at")
    told = "Knappen heter «Lukk».\nNederst."
    assert StepReport.objects.values_list(*fields).get() == (
        *(step.pk, told, "nb", "kari@example.org", NOW, None),
    )


def test_the_same_text_twice_is_one_report(step):
    for text in ("It moved.", "It moved.", "  it  MOVED.\n"):
        send(step, text)
    assert kept() == [("It moved.", "")]


def test_the_same_text_may_bring_an_address_but_takes_none_away(step):
    send(step)
    send(step, reply_to="kari@example.org")
    send(step, reply_to="ola@example.org")
    send(step)
    assert kept() == [("It moved.", "kari@example.org")]


def test_the_same_text_on_another_step_or_after_it_was_handled_is_another_report(step):
    send(step)
    send(make_way("other")["other"])
    reports.handle(reports=StepReport.objects.filter(step=step), now=NOW)
    send(step)
    assert len(kept()) == 3


def test_three_open_reports_call_for_an_editor(step):
    busy, calm = make_way("busy")["busy"], make_way("calm")["calm"]
    for number in range(4):
        send(busy, f"Report {number}")
    for number in range(3):
        send(step, f"Report {number}")
    for number in range(2):
        send(calm, f"Report {number}")
    found = [(each.key, each.open_reports) for each in reports.needing_an_editor()]
    assert found == [("busy", 4), ("send", 3)]
    reports.handle(reports=StepReport.objects.filter(step=step, text="Report 0"), now=NOW)
    assert [each.key for each in reports.needing_an_editor()] == ["busy"]


def test_handling_twice_keeps_the_first_moment(step):
    send(step)
    later = NOW + SECOND
    told = [reports.handle(reports=StepReport.objects.all(), now=now) for now in (NOW, later)]
    assert (told, StepReport.objects.get().handled_at) == ([1, 0], NOW)


def test_an_address_goes_once_the_report_is_handled(step):
    send(step, "One", reply_to="kari@example.org")
    send(step, "Two", reply_to="ola@example.org")
    reports.handle(reports=StepReport.objects.filter(text="One"), now=NOW)
    assert "1 addresses of reports" in housekeeping.clear(now=NOW, dry_run=True)
    assert kept() == [("One", "kari@example.org"), ("Two", "ola@example.org")]
    housekeeping.clear(now=NOW)
    assert kept() == [("One", ""), ("Two", "ola@example.org")]


def test_an_address_goes_after_ninety_days_even_if_nobody_looked(step):
    send(step, reply_to="kari@example.org")
    housekeeping.clear(now=NOW + DAYS_90)
    assert kept() == [("It moved.", "kari@example.org")]
    housekeeping.clear(now=NOW + DAYS_90 + SECOND)
    assert kept() == [("It moved.", "")]


def test_a_report_goes_ninety_days_after_it_was_handled(step):
    send(step)
    reports.handle(reports=StepReport.objects.all(), now=NOW)
    housekeeping.clear(now=NOW + DAYS_90)
    assert len(kept()) == 1
    housekeeping.clear(now=NOW + DAYS_90 + SECOND)
    assert kept() == []
