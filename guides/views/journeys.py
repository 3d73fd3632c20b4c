"""The pages of one's journeys: the list, the wizard, and a short view for each act."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from guides import forms
from guides.domain import (
    calendars,
    clocks,
    durations,
    experiences,
    journal,
    journeys,
    local_progress,
    overviews,
    own_ways,
    reminders,
    standings,
    stories,
    waits,
)
from guides.domain.standings import Standing
from guides.domain.timeline import State, StepState, Timeline
from guides.models import Journey, Step
from guides.templatetags import wayout
from guides.views import access, kept

# For so long an act is news: what it was, and how to undo it, stands right above the open step.
NEWS_FOR = timedelta(hours=1)


@never_cache
@login_required
@require_safe
@kept.own
def overview(request: HttpRequest) -> HttpResponse:
    """Everything that the person is leaving, by what needs doing; `?all=` unfolds a long group."""
    now = timezone.now()
    context = {
        "overview": overviews.of(person=access.person(request), now=now),
        "unfolded": request.GET.get("all"),
        "now": now,
    }
    return render(request, "journeys/list.html", context)


def _posted(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Acts on a POST only. Whoever comes by GET, as after signing in on the way, sees the page."""

    @login_required
    @wraps(act)
    def view(request: HttpRequest, **where: Any) -> HttpResponse:
        if request.method == "POST":
            return act(request, **where)
        if "journey_id" in where:
            return redirect("journeys:wizard", where["journey_id"])
        return redirect("catalogue:guide", **where)

    return view


@never_cache
@login_required
def take_along(request: HttpRequest) -> HttpResponse:
    """Take what the person ticked off before signing in into their journeys."""
    if request.method != "POST":
        return redirect("journeys:list")
    form = forms.LocalProgressForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["progress"][0]))
        return redirect("journeys:list")
    person, now = access.person(request), timezone.now()
    taken = {
        f"{service}/{slug}": local_progress.take_along(user=person, guide=guide, done=done, now=now)
        for (service, slug), done in form.cleaned_data["progress"].items()
        if (guide := access.published_guide(service, slug))
    }
    return render(request, "journeys/taken_along.html", {"taken": taken})


@_posted
def start(request: HttpRequest, service_slug: str, slug: str) -> HttpResponse:
    # The page on which Start was pressed may be older than a merger of its service.
    guide = access.published_guide(service_slug, slug)
    guide = guide or access.guide_or_404(request, service_slug, slug)
    if own_ways.is_general(guide):  # which service, the person has to say first
        return redirect("journeys:add")
    return redirect(journeys.start(user=access.person(request), guide=guide, now=timezone.now()))


@never_cache
@login_required
@require_safe
@vary_on_headers("HX-Request")
@kept.own
def wizard(request: access.Request, journey_id: UUID) -> HttpResponse:
    """One open step with the whole way beside it; `?step=` opens another than the next."""
    journey = access.journey_or_404(request, journey_id)
    here = standings.of(journey=journey, now=timezone.now())
    opened = _opened(here.timeline, request.GET.get("step"))
    last_reminder, next_reminder = reminders.last_and_next(journey=journey)
    context = {
        "journey": journey,
        "service": journey.service,
        **_of_ones_own(journey),
        "timeline": here.timeline,
        "now": here.timeline.now,
        "open": opened,
        "is_asked": "still-there" in request.GET,
        "next_reminder": next_reminder,
        "last_reminder": last_reminder,
        "is_end_unknown": here.timeline.is_waiting and here.timeline.first_wait is None,
        "will_write": next_reminder and reminders.are_on(journey=journey),
        "outcomes": Journey.Outcome,
        "good_outcome": journeys.good_outcome(journey=journey),
        "may_tell": experiences.may_answer(journey=journey),
        "extend_form": forms.ExtendWaitForm(),
        **_last_act(request, here),
        **(_about(here, opened) if opened else {}),
    }
    is_partial = request.htmx and not request.htmx.history_restore_request
    template = "journeys/_wizard.html" if is_partial else "journeys/wizard.html"
    return render(request, template, context)


def _of_ones_own(journey: Journey) -> dict[str, Any]:
    """What the wizard needs to know of a service that is in no catalogue."""
    if not own_ways.is_general(journey.guide):
        return {}
    left = journey.own if journey.finished_at else None
    return {"is_own": True, "story_of": left and stories.wanted_of(left)}


def _opened(timeline: Timeline[Step], wanted: str | None) -> StepState[Step] | None:
    """The step asked for, if it may be looked at; else the wait that holds all up, or the next."""
    for each in timeline.steps:
        if str(each.step.pk) == wanted and each.state not in {State.BLOCKED, State.HEADING}:
            return each
    return timeline.waiting if timeline.is_waiting else timeline.next


def _about(here: Standing, opened: StepState[Step]) -> dict[str, Any]:
    """What the card of the open step says beside its own state."""
    is_signed_out = opened is here.timeline.signed_out_wait
    return {
        "number": here.timeline.number_of(opened),
        "is_signed_out": is_signed_out,
        "counts_to": opened.facts.longest_at if is_signed_out else opened.until,
        "go_back_to": clocks.step_to_go_back_to(here.steps, opened.step),
        "is_last": here.timeline.is_last(opened),
        "doubted": here.timeline.doubted_by(opened),
        "takes_more_back": bool(clocks.falls_with(here.steps, opened.step)),
        "letters": own_ways.letters_for(journey=here.journey, step=opened.step),
    }


def _last_act(request: HttpRequest, here: Standing) -> dict[str, Any]:
    """What can be undone. In the eye's way only for a while, and not beside other news."""
    act = here.last_act
    step = act and here.step(act.step_id)
    if act is None or step is None or here.journey.finished_at:
        return {}
    is_news = here.timeline.now - act.recorded_at < NEWS_FOR and not len(get_messages(request))
    return {"last_act": act, "last_step": step, "is_news": is_news}


# --- Acts: POST, then back to the wizard --------------------------------------------------------


def _on_journey(act: Callable[[HttpRequest, Journey], None]) -> Callable[..., HttpResponse]:
    """A view that does `act` on the person's own journey, and says why if it cannot."""

    @_posted
    def view(request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey = access.journey_or_404(request, journey_id)
        return _attempt(request, journey, lambda: act(request, journey))

    return view


def _on_step(act: Callable[[HttpRequest, Journey, Step], None]) -> Callable[..., HttpResponse]:
    """A view that does `act` on one step of the person's own journey, and says why if it cannot."""

    @_posted
    def view(request: HttpRequest, journey_id: UUID, step_id: int) -> HttpResponse:
        journey = access.journey_or_404(request, journey_id)
        step = access.step_or_404(journey, step_id)
        return _attempt(request, journey, lambda: act(request, journey, step))

    return view


def _attempt(
    request: HttpRequest, journey: Journey, act: Callable[[], Any]
) -> HttpResponseRedirect:
    try:
        act()
    except journal.MovedOn as reason:
        messages.warning(request, str(reason))
    except journal.NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(journey)


def _cleaned(form: forms.JourneyForm) -> dict[str, Any]:
    if not form.is_valid():
        raise journal.NotPossible(form.complaint)
    return form.cleaned_data


@never_cache
@login_required
@require_safe
def ask_if_sure(request: HttpRequest, journey_id: UUID, step_id: int) -> HttpResponse:
    """The page before the point of no return."""
    journey = access.journey_or_404(request, journey_id)
    context = {
        "journey": journey,
        "service": journey.service,
        "step": access.step_or_404(journey, step_id),
        "happened_at": request.GET.get("happened_at", ""),
    }
    return render(request, "journeys/sure.html", context)


@_posted
def complete_step(request: HttpRequest, journey_id: UUID, step_id: int) -> HttpResponse:
    journey = access.journey_or_404(request, journey_id)
    step = access.step_or_404(journey, step_id)
    form = forms.TickForm(request.POST)
    if step.is_final and form.is_valid() and not form.cleaned_data["is_sure"]:
        return redirect(_sure_url(journey, step, request.POST.get("happened_at", "")))

    def act() -> None:
        happened_at = _cleaned(form)["happened_at"]
        journeys.complete_step(
            journey=journey, step=step, happened_at=happened_at, now=timezone.now()
        )

    return _attempt(request, journey, act)


def _sure_url(journey: Journey, step: Step, happened_at: str) -> str:
    query = {"happened_at": happened_at} if happened_at else None
    return reverse("journeys:sure", args=[journey.pk, step.pk], query=query)


@_on_step
def skip_step(request: HttpRequest, journey: Journey, step: Step) -> None:
    journeys.skip_step(journey=journey, step=step, now=timezone.now())


@_on_step
def reopen_step(request: HttpRequest, journey: Journey, step: Step) -> None:
    journeys.reopen_step(journey=journey, step=step, now=timezone.now())


@_on_step
def start_wait(request: HttpRequest, journey: Journey, step: Step) -> None:
    answers = _cleaned(forms.StartWaitForm(request.POST))
    waits.start(journey=journey, step=step, now=timezone.now(), **answers)


@_on_step
def extend_wait(request: HttpRequest, journey: Journey, step: Step) -> None:
    answers = _cleaned(forms.ExtendWaitForm(request.POST))
    waits.extend(
        journey=journey,
        step=step,
        by=answers["days"] * durations.UNITS["day"],
        running_until=answers["running_until"],
        now=timezone.now(),
    )


@_on_step
def fail_wait(request: HttpRequest, journey: Journey, step: Step) -> None:
    waits.fail(journey=journey, step=step, now=timezone.now())


@_on_step
def go_back_after_deadline(request: HttpRequest, journey: Journey, step: Step) -> None:
    waits.go_back_after_deadline(journey=journey, step=step, now=timezone.now())


@_on_journey
def remind_on(request: HttpRequest, journey: Journey) -> None:
    """Remind the person on a day of their choice; without a day, take it back."""
    answers = _cleaned(forms.RemindOnForm(request.POST))
    journeys.remind_on(journey=journey, now=timezone.now(), **answers)


@_on_journey
def switch_reminders(request: HttpRequest, journey: Journey) -> None:
    answers = _cleaned(forms.SwitchForm(request.POST))
    reminders.switch(person=journey.user, journey=journey, **answers)


@_on_journey
def undo(request: HttpRequest, journey: Journey) -> None:
    entry_id = _cleaned(forms.UndoForm(request.POST))["entry"]
    step = journeys.undo(journey=journey, entry_id=entry_id, now=timezone.now())
    title = wayout.plain(step, "title") if step else ""
    messages.info(request, _("Undone: %(title)s") % {"title": title})


@_on_journey
def finish(request: HttpRequest, journey: Journey) -> None:
    answers = _cleaned(forms.FinishForm(request.POST))
    journeys.finish(journey=journey, now=timezone.now(), **answers)


@_on_journey
def resume(request: HttpRequest, journey: Journey) -> None:
    journeys.resume(journey=journey, now=timezone.now())


@never_cache
@login_required
@require_safe
def calendar_event(request: HttpRequest, journey_id: UUID, step_id: int) -> HttpResponse:
    """One wait or deadline as a file for the person's calendar."""
    journey = access.journey_or_404(request, journey_id)
    event = access.event_or_404(journey, step_id)
    file = calendars.single(person=journey.user, event=event)
    headers = {"Content-Disposition": 'attachment; filename="wayout.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
