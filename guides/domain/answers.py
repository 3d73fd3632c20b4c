"""One-tap answers to a reminder, given from the e-mail without signing in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guides.domain import journeys, standings, waits
from guides.domain.journal import NotPossible
from guides.domain.standings import Standing
from guides.domain.timeline import StepState
from guides.models import Journey, Reminder, Step

NOT_YET_FOR = timedelta(days=3)
# A link in an e-mail answers for this long.
GOOD_FOR = timedelta(days=30)


class Answer(TextChoices):
    GONE = "gone", gettext_lazy("It is gone")
    NOT_YET = "not_yet", gettext_lazy("Not yet, ask me again in 3 days")
    MORE_TIME = "more_time", gettext_lazy("They asked for more time")
    REFUSED = "refused", gettext_lazy("They refused")
    DONE = "done", gettext_lazy("I have done it")
    OVER = "over", gettext_lazy("The wait is over")


# Of the last wait; of one after which there is more to do, that it is over is all there is to say.
ABOUT_A_WAIT = [Answer.GONE, Answer.OVER, Answer.NOT_YET, Answer.MORE_TIME, Answer.REFUSED]
OFFERED = {
    Reminder.Kind.OVER: ABOUT_A_WAIT,
    Reminder.Kind.COULD_BE_OVER: ABOUT_A_WAIT,
    Reminder.Kind.NO_ANSWER: ABOUT_A_WAIT,
    Reminder.Kind.DEADLINE_NEAR: [Answer.DONE],
}


def possible(reminder: Reminder) -> list[Answer]:
    """Every answer that a reminder of this kind may ever ask for."""
    return OFFERED.get(Reminder.Kind(reminder.kind), [])


def offered(reminder: Reminder, here: Standing) -> list[Answer]:
    """The answers that fit where the journey stands: it cannot be gone before it was asked for."""
    asked = here.timeline.get(reminder.step_id)
    is_last_wait = asked is not None and not any(
        each.step.kind == Step.Kind.ACT for each in here.timeline.needed_after(asked)
    )
    unfit = {Answer.OVER} if is_last_wait else {Answer.GONE, Answer.REFUSED}
    return [answer for answer in possible(reminder) if answer not in unfit]


def too_old() -> str:
    return _("This link is too old. Open your journey to say how it stands.")


def why_not(*, reminder: Reminder, now: datetime) -> str:
    """Why the reminder can no longer be answered, in the person's language; empty if it can."""
    return _why_not(reminder, standings.of(journey=reminder.journey, now=now))


def _why_not(reminder: Reminder, here: Standing) -> str:
    now = here.timeline.now
    told_at = reminder.sent_at or now  # what was sent is marked so a moment later
    if now - told_at > GOOD_FOR:
        return too_old()
    if reminder.answered_at or reminder.journey.finished_at:
        return _("You have answered this already. Your journey is as you left it.")
    asked = here.timeline.get(reminder.step_id)
    if asked is None or not _still_asks(reminder, asked):
        return _(
            "This has moved on since the e-mail was sent. Open your journey to see how it stands."
        )
    return ""


def _still_asks(reminder: Reminder, asked: StepState[Step]) -> bool:
    """The clock that the reminder is about runs on, and has not been moved."""
    clock = {asked.facts.shortest_at, asked.facts.longest_at}
    return asked.has_running_clock and reminder.about_at in clock


@transaction.atomic
def give(*, reminder: Reminder, answer: Answer, now: datetime, days: int | None = None) -> None:
    """Do what the answer means for the journey. `days` is how much more time they asked for.

    Raises NotPossible if the reminder has been answered, is too old or no longer asks; a second
    click on the same link changes nothing.
    """
    # The journey first, as every act locks it: what is asked below then stays true.
    Journey.objects.select_for_update().get(pk=reminder.journey_id)
    reminder = (
        Reminder.objects.select_for_update(of=("self",))
        .select_related("journey__user", "journey__guide", "step")
        .get(pk=reminder.pk)
    )
    here = standings.of(journey=reminder.journey, now=now)
    if reason := _why_not(reminder, here):
        raise NotPossible(reason)
    if answer not in offered(reminder, here):
        raise NotPossible(_("This answer does not fit the question."))
    # Before the act, which withdraws what is unsent: whoever answers has been told.
    reminder.answered_at, reminder.sent_at = now, reminder.sent_at or now
    reminder.save(update_fields=["answered_at", "sent_at"])
    _act(reminder, answer, here, days)


def _act(reminder: Reminder, answer: Answer, here: Standing, days: int | None) -> None:
    journey, step, now = reminder.journey, reminder.step, here.timeline.now
    match answer:
        case Answer.GONE:
            outcome = journeys.good_outcome(journey=journey)
            journeys.finish(journey=journey, outcome=outcome, now=now)
        case Answer.REFUSED:
            journeys.finish(journey=journey, outcome=Journey.Outcome.REFUSED, now=now)
        case Answer.DONE | Answer.OVER:
            journeys.complete_step(journey=journey, step=step, now=now)
        case Answer.NOT_YET:
            waits.go_on(journey=journey, step=step, by=NOT_YET_FOR, now=now)
        case Answer.MORE_TIME:
            by, end = timedelta(days=days or 0), here.timeline[step.pk].facts.longest_at
            waits.extend(journey=journey, step=step, by=by, running_until=end, now=now)
