"""For the start page of the admin: what in the catalogue needs an editor."""

from django import template
from django.utils import timezone

from guides.domain import needs

register = template.Library()


@register.simple_tag
def survey() -> list[needs.Found]:
    """As Django's own `get_admin_log`, so that the page stays the one of Django's site."""
    return needs.survey(today=timezone.localdate())
