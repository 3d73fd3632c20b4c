"""Telling us how it went at a service of which there is no guide."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from guides import forms
from guides.domain import stories
from guides.views import access


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of its own, so that the public page of the service needs neither form nor cookie."""
    if request.method == "POST" and not ratelimit.consume(request, action="tell_story"):
        return ratelimit.respond_429(request)
    service = access.unguided_service_or_404(request, slug)
    now = timezone.now()
    form = forms.StoryForm(request.POST if request.method == "POST" else None, now=now)
    is_told = form.is_valid()
    if is_told:
        text, language = form.cleaned_data["text"], get_language() or ""
        stories.tell(service=service, text=text, language=language, now=now)
    context = {"service": service, "form": form, "is_told": is_told}
    return render(request, "catalogue/story.html", context)
