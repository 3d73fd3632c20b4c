"""The addresses of the whole site. Those below a language prefix are in `guides.urls`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from guides.urls import unprefixed

urlpatterns = [
    *unprefixed,  # before allauth: some of its pages are replaced
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("guides.urls"))),
]
