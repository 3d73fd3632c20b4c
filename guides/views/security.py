"""The addresses below /.well-known/ that programs and researchers look for."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic.base import RedirectView

# RFC 9116 wants less than a year; who reads it later reads a newer one.
GOOD_FOR = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report what is not safe (RFC 9116)."""
    expires = (timezone.now() + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    fields = {
        "Contact": f"mailto:{settings.SECURITY_CONTACT}",
        "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": settings.SITE_URL + reverse("security_txt"),
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


# Password managers lead here; who has no password is led on to set one.
change_password = RedirectView.as_view(pattern_name="account_change_password")
