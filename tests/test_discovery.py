"""How people find the public pages: the head for search engines, the sitemap, robots.txt."""

import json
from xml.etree import ElementTree

import pytest
from django.conf import settings

from guides.domain import languages
from guides.models import Guide
from tests import pages
from tests.factories import make_guide, make_service, make_step, make_way

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
SERVICE, GUIDE = "services/amazon/", "services/amazon/contact/"
XML = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


@pytest.fixture
def guide():
    """In English and Arabic, not in Norwegian."""
    service = make_service("amazon", name="Amazon", about="A shop.")
    service.translations.create(language_code="ar", name="أمازون", about="متجر.")
    guide = make_guide("contact", service=service, title="Ask them", checked_on="2026-11-01")
    guide.translations.update(summary="They close it.")
    guide.translations.create(language_code="ar", title="اسأل", summary="يغلقونه.")
    for key, step in make_way("send", "look", guide=guide).items():
        step.translations.update(body=f"Do **{key}** & wait.")
        step.translations.create(language_code="ar", title="خطوة", body="نص")
    return guide


def head_of(client, path):
    return pages.read(client.get(path)).one("head")


def links(part):
    return {each["hreflang"]: each["href"] for each in part.all("link", rel="alternate")}


def everywhere(path, *codes):
    """The address in these languages, and without one if it is there in English."""
    found = {code: f"{SITE}/{code}/{path}" for code in codes}
    return found | ({"x-default": f"{SITE}/{path}"} if "en" in codes else {})


def said(part):
    """What is said to those with whom the page is shared."""
    return {each["property"]: each["content"] for each in part.all("meta") if each.get("property")}


# --- Languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SERVICE, GUIDE])
def test_a_page_names_the_languages_in_which_it_is_written(client, guide, path):
    assert links(head_of(client, f"/ar/{path}")) == everywhere(path, "en", "ar")


def test_the_first_page_is_there_in_all_languages(client):
    assert links(head_of(client, "/nb/")) == everywhere("", "en", "ar", "nb")


def test_a_guide_with_one_step_that_is_not_translated_is_not_written(client, guide):
    step = make_step(guide, "again")
    assert links(head_of(client, f"/en/{GUIDE}")) == everywhere(GUIDE, "en")
    step.retired_at = "2026-11-22T00:00Z"
    step.save()
    assert links(head_of(client, f"/en/{GUIDE}")) == everywhere(GUIDE, "en", "ar")


def test_a_service_with_one_guide_that_is_not_translated_is_not_written(client, guide):
    other = make_guide(service=guide.service)
    assert languages.of(guide.service) == ["en"]
    Guide.objects.filter(pk=other.pk).update(is_published=False)
    assert languages.of(guide.service) == ["en", "ar"]


def test_what_is_not_there_in_english_has_no_address_for_everybody(client, guide):
    guide.translations.filter(language_code="en").delete()
    assert links(head_of(client, f"/ar/{GUIDE}")) == everywhere(GUIDE, "ar")


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        (f"/en/{GUIDE}", f"/en/{GUIDE}"),
        (f"/ar/{GUIDE}", f"/ar/{GUIDE}"),
        (f"/nb/{GUIDE}", f"/en/{GUIDE}"),  # it says the same
        (f"/nb/{SERVICE}", f"/en/{SERVICE}"),
        ("/nb/", "/nb/"),
        ("/en/?q=amazon", "/en/"),
        (f"/en/{GUIDE}?utm_source=x", f"/en/{GUIDE}"),
    ],
)
def test_each_page_has_one_address(client, guide, path, canonical):
    part = head_of(client, path)
    assert part.one("link", rel="canonical")["href"] == SITE + canonical
    assert said(part)["og:url"] == SITE + canonical


@pytest.mark.parametrize("path", ["", SERVICE, GUIDE])
def test_the_address_without_a_language_leads_to_ones_own(client, guide, path):
    answer = client.get(f"/{path}", headers={"Accept-Language": "ar,en;q=0.5"})
    assert (answer.status_code, answer["Location"]) == (302, f"/ar/{path}")


# --- Shared ---------------------------------------------------------------------------------------


def test_a_guide_that_is_shared_says_what_it_is_about(client, guide):
    part = head_of(client, f"/en/{GUIDE}")
    assert said(part) == {
        "og:site_name": "Wayout",
        "og:type": "website",
        "og:title": "Amazon: Ask them",
        "og:description": "They close it.",
        "og:url": f"{SITE}/en/{GUIDE}",
        "og:image": f"{SITE}/static/img/social-card.png",
    }
    assert part.one("meta", name="description")["content"] == "They close it."


@pytest.mark.parametrize(
    ("path", "title", "description"),
    [(f"/ar/{SERVICE}", "غادر أمازون", "متجر."), (f"/en/{SERVICE}", "Leave Amazon", "A shop.")],
)
def test_a_service_that_is_shared_says_so_in_the_language_of_the_page(
    client, guide, path, title, description
):
    meta = said(head_of(client, path))
    assert (meta["og:title"], meta["og:description"]) == (title, description)


def test_without_a_summary_the_title_describes_the_page(client, guide):
    guide.translations.update(summary="")
    part = head_of(client, f"/en/{GUIDE}")
    assert part.one("meta", name="description")["content"] == "Amazon: Ask them"


# --- Structured data ------------------------------------------------------------------------------


def how_to(client, path):
    return json.loads(raw_data(client, path))


def raw_data(client, path):
    (text,) = head_of(client, path).one("script", type="application/ld+json").children
    return text


def test_a_guide_is_there_for_machines_too(client, guide):
    assert how_to(client, f"/en/{GUIDE}") == {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": "Amazon: Ask them",
        "description": "They close it.",
        "inLanguage": "en",
        "url": f"{SITE}/en/{GUIDE}",
        "step": [
            {
                "@type": "HowToStep",
                "position": position,
                "name": key.capitalize(),
                "text": f"Do {key} & wait.",
                "url": f"{SITE}/en/{GUIDE}#{key}",
            }
            for position, key in enumerate(["send", "look"], start=1)
        ],
    }


def test_each_step_has_the_place_on_the_page_to_which_its_address_leads(client, guide):
    page = pages.read(client.get(f"/en/{GUIDE}"))
    ids = [step["url"].partition("#")[2] for step in how_to(client, f"/en/{GUIDE}")["step"]]
    assert [page.one(id=each).name for each in ids] == ["li", "li"]


def test_the_steps_that_follow_from_another_guide_are_counted_on(client, guide):
    phone = make_guide("phone", service=guide.service)
    make_way("open", ("as-there", {"continues_with": guide}), guide=phone)
    steps = how_to(client, "/en/services/amazon/phone/")["step"]
    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "Open"),
        (2, "Send"),
        (3, "Look"),
    ]


def test_what_a_text_says_cannot_break_out_of_the_data(client, guide):
    evil = "</script><script>alert(1)</script><!-- & \\"
    guide.translations.update(title=evil)
    assert [sign for sign in "<>&" if sign in raw_data(client, f"/en/{GUIDE}")] == []
    assert how_to(client, f"/en/{GUIDE}")["name"] == f"Amazon: {evil}"


# --- Sitemap and robots ---------------------------------------------------------------------------


def sitemap(client, section):
    """Each address with its alternates and the day of its last change."""
    tree = ElementTree.fromstring(client.get(f"/sitemap-{section}.xml").content)  # noqa: S314
    found = {}
    for url in tree.findall("map:url", XML):
        alternates = url.findall("xhtml:link", XML)
        found[url.findtext("map:loc", None, XML)] = (
            {each.get("hreflang"): each.get("href") for each in alternates},
            url.findtext("map:lastmod", None, XML),
        )
    return found


def test_the_sitemap_has_every_public_page_in_the_languages_in_which_it_is_written(client, guide):
    make_guide("draft", service=make_service("aliexpress"), is_published=False)
    for section, path, codes, day in [
        ("general", "", ["en", "ar", "nb"], None),
        ("services", SERVICE, ["en", "ar"], None),
        ("guides", GUIDE, ["en", "ar"], "2026-11-01"),
    ]:
        alternates = everywhere(path, *codes)
        assert sitemap(client, section) == {
            alternates[code]: (alternates, day) for code in codes
        }, section


def test_the_index_of_the_sitemap_names_its_parts_and_their_pages(client, guide, monkeypatch):
    monkeypatch.setattr("guides.sitemaps.Pages.limit", 1)
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    assert [each.text for each in tree.iter(f"{{{XML['map']}}}loc")] == [
        f"{SITE}/sitemap-general.xml",
        *(f"{SITE}/sitemap-general.xml?p={page}" for page in (2, 3)),
        *(
            f"{SITE}/sitemap-{section}.xml{page}"
            for section in ("services", "guides")
            for page in ("", "?p=2")
        ),
    ]


def test_the_addresses_are_those_of_the_site_whatever_it_was_asked_as(client, guide, settings):
    settings.ALLOWED_HOSTS = ["*"]
    answer = client.get("/sitemap-guides.xml", headers={"Host": "other.example"})
    assert b"other.example" not in answer.content


@pytest.mark.parametrize("count", [1, 5])
def test_the_sitemap_costs_as_many_queries_for_many(
    client, guide, count, django_assert_num_queries
):
    for _ in range(count - 1):
        make_step(make_guide())
    with django_assert_num_queries(3):
        assert len(sitemap(client, "guides")) == count + 1


def test_robots_are_kept_out_of_what_needs_a_person(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().split("\n") == [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /admin/",
        "Disallow: /answer/",
        "Disallow: /calendar/",
        "Disallow: /stop/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/sitemap-guides.xml"])
def test_what_is_for_machines_may_be_kept_for_an_hour(client, path):
    assert client.get(path)["Cache-Control"] == "public, max-age=3600"
