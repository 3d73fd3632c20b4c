"""How it went for people: who is asked, what is kept of it, and what the guides tell."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from guides.domain import experiences, journeys, privacy, waits
from guides.domain.journal import NotPossible
from guides.models import (
    Experience,
    Guide,
    GuideFigures,
    Journey,
    Step,
    WaitFigures,
    WaitTaken,
)
from tests.domain.trips import at_once
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def way():
    guide = make_guide("contact", service=make_service("amazon"))
    return make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)


def travel(way, name="alice", *, lasting=5 * DAY, outcome="gone", ended_at=NOW, user=None):
    """A journey that is over: asked first, then waited."""
    user = user or make_user(name)
    began_at = ended_at - lasting
    journey = journeys.start(user=user, guide=way["ask"].guide, now=began_at)
    journeys.complete_step(journey=journey, step=way["ask"], now=began_at)
    journeys.finish(journey=journey, outcome=outcome, now=ended_at)
    journey.refresh_from_db()
    return journey


def tell(journey, worked="yes", *, now=NOW, **lengths):
    by_id = {journey.guide.steps.get(key=key).pk: length for key, length in lengths.items()}
    experiences.tell(journey=journey, worked=worked, lengths=by_id, now=now)


def crowd(way, count, **told):
    for number in range(count):
        tell(travel(way, f"person-{Journey.objects.count()}-{number}"), **told)


# --- Who is asked ---------------------------------------------------------------------------------


def test_who_is_through_is_asked(way):
    assert experiences.may_answer(journey=travel(way)) is True


def test_who_is_under_way_is_not(way):
    journey = journeys.start(user=make_user(), guide=way["ask"].guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    assert experiences.may_answer(journey=journey) is False


def test_of_a_guide_that_is_not_public_nobody_is_asked(way):
    journey = travel(way)
    Guide.objects.update(is_published=False)
    assert experiences.may_answer(journey=Journey.objects.get(pk=journey.pk)) is False


@pytest.mark.parametrize(("lasting", "is_asked"), [(59 * MINUTE, False), (HOUR, True)])
def test_whoever_only_clicked_through_is_not(way, lasting, is_asked):
    assert experiences.may_answer(journey=travel(way, lasting=lasting)) is is_asked


def test_a_start_in_the_past_does_not_make_a_journey_longer(way):
    journey = journeys.start(user=make_user(), guide=way["ask"].guide, now=NOW)
    journeys.complete_step(
        journey=journey, step=way["ask"], now=NOW, happened_at=NOW - timedelta(days=9)
    )
    journeys.finish(journey=journey, outcome="gone", now=NOW + MINUTE)
    journey.refresh_from_db()
    assert experiences.may_answer(journey=journey) is False


def test_where_there_is_no_wait_nobody_has_to_have_waited():
    way = make_way("ask", ("look", {"kind": "check"}))
    assert experiences.may_answer(journey=travel(way, lasting=MINUTE)) is True


def test_a_wait_of_minutes_asks_for_minutes():
    way = make_way("ask", ("review", wait(minutes=15)), ("look", {"kind": "check"}))
    assert experiences.may_answer(journey=travel(way, "alice", lasting=14 * MINUTE)) is False
    assert experiences.may_answer(journey=travel(way, "bob", lasting=15 * MINUTE)) is True


def test_who_did_nothing_has_nothing_to_tell(way):
    journey = journeys.start(user=make_user(), guide=way["ask"].guide, now=NOW - 9 * DAY)
    journeys.finish(journey=journey, outcome="gave_up", now=NOW)
    journey.refresh_from_db()
    assert experiences.may_answer(journey=journey) is False


def test_one_answer_a_journey_and_a_guide_for_each_person(way):
    alice = make_user()
    first = travel(way, user=alice)
    tell(first)
    first.refresh_from_db()
    again = travel(way, user=alice, ended_at=NOW + 9 * DAY)
    assert [experiences.may_answer(journey=each) for each in (first, again)] == [False, False]
    for each in (first, again):
        with pytest.raises(NotPossible):
            tell(each)
    assert Experience.objects.count() == 1


def test_a_journey_that_is_taken_up_again_does_not_tell_twice(way):
    journey = travel(way)
    tell(journey)
    journeys.resume(journey=journey, now=NOW + HOUR)
    journeys.finish(journey=journey, outcome="gone", now=NOW + DAY)
    with pytest.raises(NotPossible):
        tell(journey)
    assert Experience.objects.count() == 1


# --- How long it took, as far as we know ----------------------------------------------------------


def known(journey):
    return {each.step.key: each.length for each in experiences.waits(journey=journey)}


def test_a_wait_took_from_its_start_until_the_person_went_on(way):
    assert known(travel(way, lasting=5 * DAY + HOUR)) == {"review": 5 * DAY}


def test_what_was_confirmed_early_took_until_then(way):
    journey = journeys.start(user=make_user(), guide=way["ask"].guide, now=NOW - 9 * DAY)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW - 9 * DAY)
    journeys.complete_step(journey=journey, step=way["review"], now=NOW - 9 * DAY + 30 * HOUR)
    journeys.finish(journey=journey, outcome="gone", now=NOW)
    journey.refresh_from_db()
    assert known(journey) == {"review": 30 * HOUR}


def test_of_a_wait_that_was_begun_anew_only_the_last_counts(way):
    journey = journeys.start(user=make_user(), guide=way["ask"].guide, now=NOW - 9 * DAY)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW - 9 * DAY)
    waits.fail(journey=journey, step=way["review"], now=NOW - 5 * DAY)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW - 5 * DAY)
    journeys.finish(journey=journey, outcome="gone", now=NOW)
    journey.refresh_from_db()
    assert known(journey) == {"review": 5 * DAY}


@pytest.mark.parametrize("outcome", ["gave_up", "refused", "no_answer"])
def test_of_a_wait_that_never_ended_nobody_knows_how_long_it_takes(way, outcome):
    assert known(travel(way, lasting=3 * DAY, outcome=outcome)) == {}


# --- What is kept ---------------------------------------------------------------------------------


def test_what_is_kept_is_the_month_and_a_round_length(way):
    tell(travel(way), "partly", review=timedelta(days=2, hours=3, minutes=12))
    kept = Experience.objects.values("guide__slug", "worked", "answered_in").get()
    taken = WaitTaken.objects.values("step__key", "length", "answered_in").get()
    month = date(2026, 11, 1)
    assert kept == {"guide__slug": "contact", "worked": "partly", "answered_in": month}
    assert taken == {"step__key": "review", "length": 2 * DAY, "answered_in": month}


def test_no_column_of_an_answer_could_name_a_person_or_a_moment():
    """Another column here needs a look at docs/decisions/0015-answers-without-a-person.md."""
    columns = {
        model.__name__: {field.name: field.get_internal_type() for field in model._meta.fields}
        for model in (Experience, WaitTaken)
    }
    assert columns == {
        "Experience": {
            "id": "UUIDField",
            "guide": "ForeignKey",
            "worked": "CharField",
            "answered_in": "DateField",
        },
        "WaitTaken": {
            "id": "UUIDField",
            "step": "ForeignKey",
            "length": "DurationField",
            "answered_in": "DateField",
        },
    }


def test_the_rows_are_numbered_at_random(way):
    crowd(way, 2, review=DAY)
    ids = [*Experience.objects.values_list("pk", flat=True)]
    ids += WaitTaken.objects.values_list("pk", flat=True)
    assert ([each.version for each in ids], len(set(ids))) == ([4] * 4, 4)


def test_nothing_of_an_answer_is_tied_to_who_gave_it(way):
    """Everything that is stored of the answer of one who is gone is the same as of one who is not,
    and no id of a journey or a person stands in any of it."""
    alice, bob = make_user(), make_user("bob")
    ids = []
    for person in (alice, bob):
        journey = travel(way, user=person)
        ids += [str(journey.pk), journey.pk.hex]
        tell(journey, review=2 * DAY)
    privacy.leave(person=alice)
    with connection.cursor() as cursor:
        rows = []
        for model in (Experience, WaitTaken, GuideFigures, WaitFigures):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608
            rows += [[str(value) for value in row] for row in cursor.fetchall()]
    assert [value for row in rows for value in row if value in ids] == []
    without_ids = [row[1:] for row in rows]
    assert (len(rows), len({tuple(row) for row in without_ids})) == (4, 2)


def test_what_was_not_asked_is_left_out(way):
    other = make_way(("elsewhere", wait(days=1)))["elsewhere"]
    journey = travel(way)
    lengths = {other.pk: DAY, way["ask"].pk: DAY, 0: DAY, way["review"].pk: 3 * DAY}
    experiences.tell(journey=journey, worked="yes", lengths=lengths, now=NOW)
    assert list(WaitTaken.objects.values_list("step__key", flat=True)) == ["review"]


def test_what_cannot_be_counted_is_not_half_kept(way, monkeypatch):
    journey = travel(way)
    monkeypatch.setattr(experiences, "count_wait", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tell(journey, review=DAY)
    journey.refresh_from_db()
    assert (Experience.objects.count(), WaitTaken.objects.count()) == (0, 0)
    assert journey.has_answered is False


# --- What the guides tell -------------------------------------------------------------------------


def figures_of(way):
    guides = GuideFigures.objects.values_list("answers", "worked", "last_worked_in")
    waits = WaitFigures.objects.values_list("answers", "usually", "nine_of_ten")
    return list(guides), list(waits)


def test_nine_answers_tell_nothing_ten_do(way):
    crowd(way, 9, review=2 * DAY)
    assert figures_of(way) == ([], [])
    tell(travel(way, "tenth"), "no", review=5 * DAY)
    assert figures_of(way) == ([(10, 9, date(2026, 11, 1))], [(10, 2 * DAY, 2 * DAY)])


def test_the_database_itself_keeps_figures_of_fewer_out(way):
    wrong = [
        GuideFigures(guide=way["ask"].guide, answers=9, worked=9),
        WaitFigures(step=way["review"], answers=9, usually=DAY, nine_of_ten=DAY),
    ]
    for each in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            each.save()


def test_a_wait_of_which_nine_told_is_not_told_where_ten_told_of_the_guide(way):
    crowd(way, 9, review=2 * DAY)
    tell(travel(way, "tenth"))
    assert figures_of(way) == ([(10, 10, date(2026, 11, 1))], [])


def test_a_guide_that_worked_for_nobody_says_no_month(way):
    crowd(way, 10, worked="no")
    assert figures_of(way) == ([(10, 0, None)], [])


def test_what_was_told_two_years_ago_counts_no_more(way):
    crowd(way, 10, review=9 * DAY)
    later = NOW + timedelta(days=731)
    tell(travel(way, "late", ended_at=later), now=later, review=DAY)
    assert figures_of(way) == ([], [])


def test_the_wait_of_another_guide_that_follows_counts_there(way):
    phone = make_guide("phone")
    step = make_way(("go-on", {"continues_with": way["ask"].guide}), guide=phone)["go-on"]
    journey = journeys.start(user=make_user(), guide=phone, now=NOW - 5 * DAY)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW - 5 * DAY)
    journeys.finish(journey=journey, outcome="gone", now=NOW)
    journey.refresh_from_db()
    assert known(journey) == {"review": 5 * DAY}
    experiences.tell(journey=journey, worked="yes", lengths={way["review"].pk: DAY}, now=NOW)
    assert (Experience.objects.get().guide, WaitTaken.objects.get().step) == (phone, way["review"])
    assert step.continues_with == way["ask"].guide


@pytest.mark.django_db(transaction=True)
def test_answers_at_the_same_time_are_all_counted(way):
    crowd(way, 9, review=2 * DAY)
    late = [travel(way, f"late-{number}") for number in range(6)]
    at_once(lambda: tell(late.pop(), review=2 * DAY), times=6)
    month = date(2026, 11, 1)
    assert figures_of(way) == ([(15, 15, month)], [(15, 2 * DAY, 2 * DAY)])


@pytest.mark.django_db(transaction=True)
def test_whoever_sends_twice_at_the_same_time_has_told_once(way):
    journey = travel(way)

    def send():
        try:
            tell(journey, review=2 * DAY)
        except NotPossible:
            return "refused"
        return "told"

    assert sorted(at_once(send)) == ["refused", "told"]
    assert (Experience.objects.count(), WaitTaken.objects.count()) == (1, 1)


# --- What editors and files do --------------------------------------------------------------------


def test_loading_the_guides_again_leaves_answers_and_reports_as_they_are(tmp_path):
    call_command("load_content", stdout=StringIO())
    step = Step.objects.filter(kind="wait", guide__service__slug="amazon").first()
    way = {each.key: each for each in step.guide.steps.all()}
    for _ in range(10):
        Experience.objects.create(guide=step.guide, worked="yes", answered_in=date(2026, 11, 1))
        WaitTaken.objects.create(step=step, length=DAY, answered_in=date(2026, 11, 1))
    experiences.count_guide(guide_id=step.guide_id, now=NOW)
    experiences.count_wait(step_id=step.pk, now=NOW)
    step.reports.create(text="It moved.", language="en", sent_at=NOW, fingerprint="1")
    call_command("export_content", str(tmp_path), stdout=StringIO())
    facts = tmp_path / "amazon/service.toml"
    assert "figures" not in facts.read_text()
    Step.objects.filter(pk=step.pk).update(key="retired-now")  # as if the files no longer had it
    call_command("load_content", "--overwrite", stdout=StringIO())
    step.refresh_from_db()
    assert step.retired_at is not None
    assert (step.figures.answers, step.reports.count(), step.waits_taken.count()) == (10, 1, 10)
    assert (step.guide.figures.worked, len(way) > 1) == (10, True)
