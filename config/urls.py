"""The addresses of the whole site. Those below a language prefix are in `guides.urls`."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from guides.urls import unprefixed

# Editors sign in as everybody does: with the same limits, and with their second step.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    *unprefixed,  # before allauth: some of its pages are replaced
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("guides.urls"))),
]
