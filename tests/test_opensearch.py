"""A browser can search Wayout: it finds the description, and what the description leads to."""

from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from tests import pages
from tests.factories import make_guide, make_service, make_way

pytestmark = pytest.mark.django_db

SPACE = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


def description(language: str) -> ElementTree.Element:
    response = Client().get(f"/{language}/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)  # noqa: S314 – our own


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_page_says_where_it_is(language: str) -> None:
    head = pages.read(Client().get(f"/{language}/")).one("head")
    link = head.one("link", rel="search")
    assert (link["type"], link["href"], link["title"]) == (
        "application/opensearchdescription+xml",
        f"/{language}/opensearch.xml",
        description(language).findtext("o:ShortName", namespaces=SPACE),
    )


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_it_leads_to_the_search(language: str) -> None:
    make_way("ask", guide=make_guide(service=make_service("ebay", name="eBay & Co")))
    (results,) = description(language).findall("o:Url[@type='text/html']", SPACE)
    template = results.get("template", "")
    assert template == f"http://testserver/{language}/?q={{searchTerms}}"
    page = pages.read(Client().get(template.replace("{searchTerms}", "ebay%20%26%20co")))
    assert page.one("a", href=f"/{language}/services/ebay/").text.startswith("eBay & Co")


def test_it_speaks_the_language_of_the_page() -> None:
    said = {code: description(code) for code, _name in settings.LANGUAGES}
    for name, longest in (("ShortName", 16), ("LongName", 48), ("Description", 1024)):
        texts = [each.findtext(f"o:{name}", namespaces=SPACE) or "" for each in said.values()]
        assert (len(set(texts)), max(map(len, texts)) <= longest) == (3, True)
    languages = [each.findtext("o:Language", namespaces=SPACE) for each in said.values()]
    assert languages == ["en", "ar", "nb"]
