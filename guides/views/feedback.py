"""The pages on which people tell what is different, and how it went."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guides import forms
from guides.domain import experiences, journal, journeys, reports
from guides.models import Experience, Journey
from guides.views import access


# A page of its own, for the guide is the same for everybody and sets no cookie: this one does.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, service_slug: str, slug: str, step_id: int) -> HttpResponse:
    """Tell that a step looks different now; `?sent` says thank you. Nobody has to sign in."""
    guide = access.guide_or_404(request, service_slug, slug)
    step = access.step_of_guide_or_404(guide, step_id)
    now = timezone.now()
    form = forms.ReportForm(request.POST if request.method == "POST" else None, step=step, now=now)
    status = 200
    if form.is_valid():
        if ratelimit.consume(request, action="report"):
            reports.send(step=step, now=now, **form.cleaned_data)
            return redirect(f"{request.path}?sent")
        form.refuse_so_many()
        status = 429
    context = {"guide": guide, "service": guide.service, "step": step, "form": form}
    context["is_sent"] = request.method != "POST" and "sent" in request.GET
    return render(request, "feedback/report.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def experience(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    """Tell how a finished journey went. Whoever has nothing to tell sees the journey."""
    journey = access.journey_or_404(request, journey_id)
    if not experiences.may_answer(journey=journey):
        return redirect(journey)
    form = forms.ExperienceForm(
        request.POST if request.method == "POST" else None,
        waits=experiences.waits(journey=journey),
        worked=_likely(journey),
    )
    if not form.is_valid():
        context = {"journey": journey, "service": journey.guide.service, "form": form}
        return render(request, "feedback/experience.html", context)
    try:
        worked, now = form.cleaned_data["worked"], timezone.now()
        experiences.tell(journey=journey, worked=worked, lengths=form.lengths, now=now)
        messages.success(request, _("Thank you. It helps those who come after you."))
    except journal.NotPossible as reason:
        messages.error(request, str(reason))
    return redirect(journey)


def _likely(journey: Journey) -> str:
    """What the outcome says already."""
    if journey.outcome == journeys.good_outcome(journey=journey):
        return Experience.Worked.YES
    refused = {Journey.Outcome.REFUSED, Journey.Outcome.NO_ANSWER}
    return Experience.Worked.NO if journey.outcome in refused else ""
