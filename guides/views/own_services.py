"""Leaving a service that is in no catalogue: to name it, to change that, to forget it again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guides import forms
from guides.domain import own_services
from guides.domain.journal import NotPossible
from guides.models import Journey, OwnService
from guides.views import access

# Where the session keeps what somebody named before they signed in.
DRAFT = "own_service"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Name it and begin. Whoever is not signed in signs up first; it has begun then."""
    if request.method != "POST":
        form = forms.OwnServiceForm(initial=_suggested(request))
        return render(request, "journeys/own_add.html", {"form": form})
    form = forms.OwnServiceForm(request.POST)
    if form.is_valid() and not request.user.is_authenticated:
        request.session[DRAFT] = form.cleaned_data
        return redirect(_sign_up())
    return _leave(request, form)


def take_up(request: HttpRequest) -> HttpResponse:
    """Begin what the person named before they signed in, a moment ago."""
    draft = request.session.pop(DRAFT, None)
    if draft is None:
        return redirect("journeys:add")
    person, now = access.person(request), timezone.now()
    try:
        return redirect(own_services.leave(user=person, own=OwnService(**draft), now=now))
    except own_services.AlreadyLeaving as reason:
        messages.info(request, str(reason))
        return redirect(reason.journey)
    except NotPossible as reason:
        messages.error(request, str(reason))
        return redirect("journeys:add")


def _leave(request: HttpRequest, form: forms.OwnServiceForm) -> HttpResponse:
    known: Journey | None = None
    if form.is_valid():
        person, now = access.person(request), timezone.now()
        try:
            return redirect(own_services.leave(user=person, own=form.own, now=now))
        except own_services.AlreadyLeaving as reason:
            known = reason.journey
        except NotPossible as reason:
            form.add_error(None, str(reason))
    return render(request, "journeys/own_add.html", {"form": form, "known": known})


def _suggested(request: HttpRequest) -> dict[str, Any]:
    """What was looked for in vain, or the service of which there is no guide."""
    form = forms.SuggestionForm(request.GET)
    form.full_clean()
    if slug := form.cleaned_data.get("service"):
        service = access.service_or_404(request, slug)
        return own_services.suggested(service=service, language=get_language())
    return {"name": form.cleaned_data.get("name", "")}


def _sign_up() -> str:
    query = {"language": get_language(), "next": reverse("journeys:add")}
    return reverse("account_signup", query=query)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    journey = access.own_journey_or_404(request, journey_id)
    if request.method != "POST":
        form = forms.OwnServiceForm(own=journey.own)
    else:
        form = forms.OwnServiceForm(request.POST)
        if form.is_valid():
            try:
                own_services.change(journey=journey, own=form.own, now=timezone.now())
                messages.success(request, _("Your changes are saved."))
                return redirect(journey)
            except NotPossible as reason:
                form.add_error(None, str(reason))
    context = {"form": form, "journey": journey, "service": journey.service}
    return render(request, "journeys/own_change.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    """Say what goes; then delete it."""
    journey = access.own_journey_or_404(request, journey_id)
    if request.method != "POST":
        context = {"journey": journey, "service": journey.service}
        return render(request, "journeys/own_forget.html", context)
    own_services.forget(journey=journey)
    messages.info(request, _("It is deleted, with everything you noted about it."))
    return redirect("journeys:list")
