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
    service = access.unguided_service_or_404(request, slug)
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = forms.StoryForm(data, service=service, now=now)
    context: dict[str, object] = {"service": service, "form": form}
    status = 200
    if form.is_valid():
        if ratelimit.consume(request, action="tell_story"):
            text, language = form.cleaned_data["text"], get_language() or ""
            stories.tell(service=service, text=text, language=language, now=now)
            context["is_told"] = True
        else:
            form.refuse_so_many()
            status = 429
    return render(request, "catalogue/story.html", context, status=status)
