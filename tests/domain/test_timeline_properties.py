"""Whatever people and editors do, in any order, a journey stays consistent, and undo undoes."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from guides.domain import journeys, reminders, standings, timeline, waits
from guides.domain.facts import Facts
from guides.domain.journal import NotPossible
from guides.domain.timeline import State
from guides.models import Entry, Reminder, Step
from tests.domain import plain
from tests.factories import make_guide, make_user

START = datetime(2026, 10, 20, 12, tzinfo=UTC)  # five days before the clocks change in Oslo
IN_CI = bool(os.environ.get("CI"))  # there, the same examples every time

days = st.integers(1, 9).map(lambda count: timedelta(days=count))
maybe_days = st.none() | days
hours_ago = st.integers(0, 80).map(lambda count: timedelta(hours=count))
which = st.integers(0, 99)


@st.composite
def step_fields(draw):
    """The fields of any step that an editor may write."""
    kind = draw(st.sampled_from(["act", "act", "wait", "wait", "prepare", "check"]))
    fields = {
        "kind": kind,
        "is_optional": draw(st.booleans()),
        "while_waiting": draw(st.booleans()),
    }
    if kind == "wait":
        fields["wait_shortest"], longer = draw(maybe_days), draw(maybe_days)
        fields["wait_longest"] = longer and longer + (fields["wait_shortest"] or timedelta())
        fields["in_business_days"] = draw(st.booleans())
    elif kind == "act":
        fields["do_within"] = draw(st.none() | st.none() | days)
    return fields


# --- Pure: any steps, any facts -------------------------------------------------------------------

moments = st.none() | st.integers(-99, 99).map(lambda hours: START + timedelta(hours=hours))
any_facts = st.just(Facts()) | st.builds(Facts, *[moments] * 5, stay_signed_out=st.booleans())


@given(st.lists(st.tuples(step_fields(), any_facts), min_size=1, max_size=9))
@settings(max_examples=300, derandomize=IN_CI)
def test_any_steps_with_any_facts_make_sense(rows):
    steps = [plain.Step(i, **fields) for i, (fields, _) in enumerate(rows)]
    here = timeline.read(steps, {i: facts for i, (_, facts) in enumerate(rows)}, START)
    assert_it_makes_sense(here)


def assert_it_makes_sense(here):
    assert 0 <= here.done <= here.total
    assert here.next is None or here.next.state not in {State.BLOCKED, State.HEADING}
    if here.signed_out_until:
        assert here.signed_out_until > here.now
    passed = [each for each in here.steps if timeline.holds_up(each.step)]
    open_ones = [each for each in passed if each.state not in timeline.PASSED]
    if open_ones:
        assert here.next is not None, "stuck: not complete, and nothing to do"
        assert open_ones[0].state is not State.BLOCKED, "the first open step cannot start"


# --- On the database: any acts, edits and passing of time -----------------------------------------


class AnyJourney(RuleBasedStateMachine):
    @initialize(rows=st.lists(step_fields(), min_size=2, max_size=6))
    def begin(self, rows):
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.guide, self.now = make_guide(title=""), START
        for number, fields in enumerate(rows):
            self.write_step(1000 * number + 1000, fields)
        self.journey = journeys.start(user=make_user(), guide=self.guide, now=self.now)

    def teardown(self):
        if hasattr(self, "rolled_back"):
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def write_step(self, position, fields):
        key = f"step-{self.guide.steps.count()}"
        Step.objects.create(guide=self.guide, key=key, position=position, **fields)

    # What is there

    def timeline(self):
        return standings.of(journey=self.journey, now=self.now).timeline

    def facts(self):
        return {each.step.pk: each.facts for each in self.timeline().steps}

    def done(self):
        return {each.step.pk for each in self.timeline().steps if each.facts.done_at}

    def unsent(self):
        ahead = Reminder.objects.unsent().filter(due_at__gt=self.now)
        return set(ahead.values_list("step", "kind", "due_at"))

    def state(self):
        return self.timeline(), self.unsent()

    def pick(self, number, **wanted):
        steps = list(self.guide.steps.filter(**wanted))
        return steps[number % len(steps)] if steps else None

    # How an act is tried: refused, it changes nothing; undone, neither; done again, it is the same

    def act(self, act, number, kind=None, **more):
        step = self.pick(number, **({"kind": kind} if kind else {}))
        if step is None:
            return None, None
        before, journal = self.state(), list(Entry.objects.values())
        try:
            entry = act(journey=self.journey, step=step, now=self.now, **more)
        except NotPossible:
            assert list(Entry.objects.values()) == journal
            return step, None
        if entry is None:
            assert list(Entry.objects.values()) == journal
            return step, None
        after = self.state()
        self.assert_reminders_are_as_planned()
        journeys.undo(journey=self.journey, entry_id=entry.pk, now=self.now)
        assert self.state() == before
        act(journey=self.journey, step=step, now=self.now, **more)
        assert self.state() == after
        return step, entry

    def assert_reminders_are_as_planned(self):
        sent = set(Reminder.objects.exclude(sent_at=None).values_list("step", "kind", "due_at"))
        here = standings.of(journey=self.journey, now=self.now)
        wanted = {each[:3] for each in reminders.plan(here) if each.due_at > self.now}
        assert self.unsent() == wanted - sent

    # What a person does

    @rule(number=which, ago=hours_ago)
    def tick(self, number, ago):
        done, states = self.done(), {each.step.pk: each.state for each in self.timeline().steps}
        step, entry = self.act(journeys.complete_step, number, happened_at=self.now - ago)
        assert self.done() >= done
        state = states.get(step.pk)
        if state is State.BLOCKED or state is None:
            assert entry is None
        elif state is State.TO_DO and step.kind != "wait":
            assert entry is not None

    @rule(number=which)
    def skip(self, number):
        done = self.done()
        self.act(journeys.skip_step, number)
        assert self.done() == done

    @rule(number=which)
    def untick(self, number):
        step, entry = self.act(journeys.reopen_step, number)
        if entry:
            assert step.pk not in self.done()

    @rule(number=which, ago=hours_ago)
    def start_earlier(self, number, ago):
        done = self.done()
        self.act(waits.start, number, "wait", started_at=self.now - ago)
        assert self.done() >= done

    @rule(number=which, by=days)
    def extend(self, number, by):
        running = self.timeline().running_waits
        if not running:
            return
        wait = running[number % len(running)]
        end = wait.facts.longest_at
        more = {"step": wait.step, "by": by, "running_until": end, "now": self.now}
        entry = waits.extend(journey=self.journey, **more)
        assert entry.longest_at == max(end or self.now, self.now) + by
        self.assert_reminders_are_as_planned()

    @rule(number=which)
    def fail(self, number):
        self.act(waits.fail, number, "wait")

    @rule(number=which)
    def go_back(self, number):
        self.act(waits.go_back_after_deadline, number, "act")

    @rule()
    def undo(self):
        last = standings.of(journey=self.journey, now=self.now).last_act
        if last:
            journeys.undo(journey=self.journey, entry_id=last.id, now=self.now)
            self.assert_reminders_are_as_planned()

    @rule(outcome=st.sampled_from(["gave_up", "refused", "no_answer"]))
    def finish_and_resume(self, outcome):
        before = self.timeline()
        journeys.finish(journey=self.journey, outcome=outcome, now=self.now)
        assert self.unsent() == set()
        journeys.resume(journey=self.journey, now=self.now)
        assert self.timeline() == before

    # What an editor does: nothing that was done or runs is touched by it

    def edit(self, number, **fields):
        before = {pk: known for pk, known in self.facts().items() if known != Facts()}
        Step.objects.filter(pk=self.pick(number).pk).update(**fields)
        after = self.facts()
        assert {pk: after[pk] for pk in before} == before

    @rule(number=which, position=st.integers(0, 7000), fields=step_fields())
    def add_step(self, number, position, fields):
        done = self.done()
        self.write_step(position, fields)
        assert self.done() == done

    @rule(number=which)
    def retire(self, number):
        self.edit(number, retired_at=self.now)

    @rule(number=which)
    def take_back_into_the_guide(self, number):
        self.edit(number, retired_at=None)

    @rule(number=which, shortest=days, more=days)
    def change_durations(self, number, shortest, more):
        step = self.pick(number)
        if step.kind == "wait":
            self.edit(number, wait_shortest=shortest, wait_longest=shortest + more)
        elif step.kind == "act":
            self.edit(number, do_within=shortest)

    @rule(number=which, optional=st.booleans())
    def change_whether_it_is_needed(self, number, optional):
        self.edit(number, is_optional=optional)

    @rule(hours=st.integers(1, 24 * 6))
    def pass_time(self, hours):
        facts = self.facts()
        self.now += timedelta(hours=hours)
        Reminder.objects.due(self.now).update(sent_at=self.now)
        assert self.facts() == facts

    @invariant()
    def it_makes_sense(self):
        if hasattr(self, "journey"):
            assert_it_makes_sense(self.timeline())


@pytest.mark.django_db
def test_any_order_of_acts_edits_and_time_leaves_a_consistent_journey():
    run_state_machine_as_test(
        AnyJourney,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            derandomize=IN_CI,
            suppress_health_check=list(HealthCheck),
        ),
    )
