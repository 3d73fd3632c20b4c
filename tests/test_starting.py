"""From "Start" on a guide to the first step: pressed once, and nothing begins by GET."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from guides.domain import merging
from guides.models import Guide, Journey, User
from tests import pages
from tests.factories import make_guide, make_service, make_step, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = "/ar/services/amazon/page/start/"


@pytest.fixture
def guide():
    guide = make_guide("page", service=make_service("amazon", name="Amazon"))
    make_step(guide, "ask")
    return guide


def press_start(client, path="/ar/services/amazon/page/"):
    """Where the button leads to that somebody sees who is not signed in."""
    return pages.read(client.get(path)).all("a", class_="button-large")[0]["href"]


def fill_in(client, path, **typed):
    form = pages.read(client.get(path)).one("main").all("form", method="post")[0]
    return client.post(path, {**form.fields, **typed})


def code():
    return re.findall(r"^\d{4}-\d{4}$", str(mail.outbox[-1].body), re.MULTILINE)[0]


def begun():
    """All journeys: whose, along which guide, since when."""
    rows = Journey.objects.values_list("user__email", "guide__slug", "started_at")
    return list(rows.order_by("started_at"))


def wizard(language="ar"):
    return f"/{language}/journeys/{Journey.objects.get(finished_at=None).pk}/"


def test_whoever_signs_up_to_start_stands_before_the_first_step(client, guide):
    response = fill_in(client, press_start(client), email="kari@example.org")
    assert begun() == []
    response = fill_in(client, response.url, code=code())
    assert (response.url, begun()) == (wizard(), [("kari@example.org", "page", NOW)])
    assert pages.read(client.get(response.url)).one(id="step-title").text == "Ask"


def test_whoever_mistypes_the_code_starts_with_the_right_one(client, guide):
    response = fill_in(client, press_start(client), email="kari@example.org")
    assert fill_in(client, response.url, code="0000-0000").status_code == 200
    assert begun() == []
    assert fill_in(client, response.url, code=code()).url == wizard()


def test_whoever_has_an_account_already_starts_by_signing_in(client, guide):
    make_user()
    page = pages.read(client.get(press_start(client)))
    sign_in = next(a["href"] for a in page.one("main").all("a") if "/login/" in a["href"])
    response = fill_in(client, sign_in, email="alice@example.org", login="alice@example.org")
    response = fill_in(client, response.url, code=code())
    assert (response.url, begun()) == (wizard(), [("alice@example.org", "page", NOW)])


def test_whoever_had_forgotten_the_account_starts_by_the_link_in_the_mail(client, guide):
    make_user()
    fill_in(client, press_start(client), email="alice@example.org")
    link = re.search(r"http://testserver(/accounts/login/\S*)", str(mail.outbox[-1].body))[1]
    other = Client()  # the mail program opens its own browser
    response = fill_in(other, link, login="alice@example.org")
    assert fill_in(other, response.url, code=code()).url == wizard()


def test_a_password_starts_too(client, guide):
    make_user()
    path = f"/accounts/login/password/?next={START}"
    response = fill_in(client, path, login="alice@example.org", password="correct horse")
    assert (response.url, begun()) == (wizard(), [("alice@example.org", "page", NOW)])


def test_whoever_is_signed_out_meanwhile_starts_after_signing_in_again(client, guide):
    make_user()
    path = client.post(START).url  # the form of a page that was open for long
    form = {"login": "alice@example.org", "password": "correct horse"}
    password = path.replace("/login/", "/login/password/")
    assert fill_in(client, password, **form).url == wizard()


def test_whoever_has_begun_already_goes_on_there(client, guide):
    make_user().journeys.create(guide=guide, started_at=NOW)
    path = f"/accounts/login/password/?next={START}"
    response = fill_in(client, path, login="alice@example.org", password="correct horse")
    assert (response.url, len(begun())) == (wizard(), 1)


def test_opening_the_link_changes_nothing_for_whoever_is_signed_in(client, guide):
    client.force_login(make_user())
    link = press_start(Client())
    assert client.get(link).url == START
    assert (client.get(START).url, begun()) == ("/ar/services/amazon/page/", [])


@pytest.mark.parametrize(
    "wanted",
    [
        "/ar/services/amazon/page/",
        "/ar/services/amazon/nothing/start/",
        "/ar/services/amazon/draft/start/",
        "/xx/services/amazon/page/start/",
        "/admin/",
    ],
)
def test_only_start_starts(client, guide, wanted):
    make_guide("draft", service=guide.service, is_published=False)
    make_user()
    path = f"/accounts/login/password/?next={wanted}"
    response = fill_in(client, path, login="alice@example.org", password="correct horse")
    assert (response.url, begun()) == (wanted, [])


def test_another_site_starts_nothing(client, guide):
    make_user()
    path = f"/accounts/login/password/?next=https://evil.example{START}"
    response = fill_in(client, path, login="alice@example.org", password="correct horse")
    assert (urlsplit(response.url).path, begun()) == ("/en/journeys/", [])


def test_a_guide_withdrawn_meanwhile_is_not_started(client, guide):
    response = fill_in(client, press_start(client), email="kari@example.org")
    Guide.objects.update(is_published=False)
    response = fill_in(client, response.url, code=code())
    assert (response.url, begun(), User.objects.count()) == (START, [], 1)
    assert client.get(START, follow=True).status_code == 404


def test_start_on_a_page_that_is_older_than_a_merger_begins_where_the_guide_is_now(client, guide):
    alice = make_user()
    client.force_login(alice)
    bookshop = make_service("bookshop")
    merging.merge(stays=bookshop, goes=guide.service, by=None, now=NOW)
    response = client.post(START)
    assert begun() == [(alice.email, guide.slug, NOW)]
    assert response.url == wizard()
