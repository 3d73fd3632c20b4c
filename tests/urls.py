"""The addresses of the site, those that only DEBUG has, and one for each way to fail."""

from allauth.core.ratelimit import respond_429
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.csrf import csrf_failure

from config import urls
from guides.urls import only_with_debug


def fail(request: HttpRequest, how: str) -> HttpResponse:
    if how == "csrf":
        return csrf_failure(request)
    if how == "429":
        return respond_429(request)
    raise {"400": BadRequest, "403": PermissionDenied, "404": Http404, "500": ArithmeticError}[how]


urlpatterns = [path("fails/<str:how>/", fail), *only_with_debug, *urls.urlpatterns]
