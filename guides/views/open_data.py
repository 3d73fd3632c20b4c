"""The catalogue for programs, and for the search field of browsers. docs/API.md explains it."""

import json
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.cache import get_conditional_response, patch_cache_control

from guides.domain import open_data
from guides.domain.open_data import Document
from guides.open_door import for_programs
from guides.views import kept


@for_programs
@kept.public()  # long, and asked for by programs again and again
def services(request: HttpRequest) -> HttpResponse:
    return _answer(request, open_data.of_catalogue())


@for_programs
def service(request: HttpRequest, slug: str) -> HttpResponse:
    document = open_data.of_service(slug)
    if document is None:
        return _error(404, "unknown_service", "No service of this name has a published guide.")
    return _answer(request, document)


@for_programs
def lookup(request: HttpRequest) -> HttpResponse:
    try:
        slug = open_data.find(request.GET.get("domain", ""))
    except open_data.NoDomainError:
        return _error(400, "no_domain", "Ask with ?domain= and a domain such as amazon.com.")
    document = slug and open_data.of_service(slug)
    if not document:
        return _error(404, "unknown_domain", "No service with this domain has a published guide.")
    return _answer(request, document)


@for_programs
def schema(request: HttpRequest) -> HttpResponse:
    return _answer(request, json.loads(get_template("api/v1.json").render()))


def opensearch(request: HttpRequest) -> HttpResponse:
    """Tells browsers how to search Wayout in the language of the address (OpenSearch 1.1)."""
    context = {"site": settings.SITE_URL}
    content_type = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "opensearch.xml", context, content_type=content_type)


def _answer(request: HttpRequest, document: Document) -> HttpResponse:
    """The document; to who has it already only that it still holds."""
    response = _json(document)
    etag = response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    # Anybody may keep it, and asks whether it still holds: what editors change shows at once.
    patch_cache_control(response, public=True, no_cache=True)
    return get_conditional_response(request, etag=etag, response=response) or response


def _error(status: int, code: str, message: str) -> HttpResponse:
    response = _json(open_data.of_error(code, message), status=status)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _json(document: Document, status: int = 200) -> JsonResponse:
    return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
