"""The addresses of the whole site. Those below a language prefix are in `guides.urls`."""

from allauth.decorators import rate_limit
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from guides.urls import unprefixed

# Nobody guesses the password of an editor either.
admin.site.login = rate_limit(action="login")(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    *unprefixed,  # before allauth: some of its pages are replaced
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("guides.urls"))),
]
