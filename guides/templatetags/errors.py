"""What a page for what went wrong says of the way back."""

from typing import Any

from django import template
from django.utils.http import url_has_allowed_host_and_scheme

register = template.Library()


@register.simple_tag(takes_context=True)
def way_back(context: dict[str, Any]) -> str:
    """The page of ours that one comes from; empty if that is unknown or somebody else's."""
    request = context["request"]
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else ""
