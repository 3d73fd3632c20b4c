"""What a person can do with what Wayout knows of them: read why, take it along, leave."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guides import forms, proofs
from guides.domain import privacy
from guides.domain.personal_data import REGISTER
from guides.views import access


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The privacy page: the register of personal data, in words; what several say alike, once."""
    register = {(held.what, held.why, held.until): held for held in REGISTER}.values()
    return render(request, "privacy/policy.html", {"register": register})


@never_cache
@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    content = privacy.export(person=access.person(request), now=timezone.now())
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="wayout.zip"'},
    )


@never_cache
@login_required
@require_safe
def record(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    """One journey as a page to print: what was asked of whom, and when."""
    journey = access.journey_or_404(request, journey_id)
    now = timezone.now()
    context = {"record": privacy.record(journey=journey, now=now), "now": now}
    return render(request, "privacy/record.html", context)


# --- Leaving ------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@proofs.needed
def leave(request: HttpRequest) -> HttpResponse:
    """Say what goes; then close the account at once."""
    person = access.person(request)
    if request.method != "POST":
        return render(request, "privacy/leave.html", {"counts": privacy.counts(person=person)})
    logout(request)
    privacy.leave(person=person)
    return redirect("goodbye")


@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/goodbye.html")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for the code that `proofs.needed` sent; then go on with what was asked for."""
    process = proofs.ProofByCode.resume(request)
    if process is None:
        messages.error(request, _("That code has run out. Begin again."))
        return redirect("accounts:settings")
    is_try = request.method == "POST"
    if is_try and request.POST.get("action") == "resend" and process.can_resend:
        process.resend()
        messages.success(request, _("We have sent a new code. The one before it no longer works."))
        return redirect(request.get_full_path())
    form = forms.SignInCodeForm(request.POST if is_try else None, code=process.code)
    if form.is_valid():
        return process.finish() or redirect("accounts:settings")
    if is_try and not process.record_invalid_attempt():
        messages.error(request, _("Too many wrong codes. Begin again."))
        return redirect("accounts:settings")
    context = {
        "verify_form": form,
        "form": form,
        "email": access.person(request).email,
        "can_resend": process.can_resend,
    }
    return render(request, "account/prove.html", context)
