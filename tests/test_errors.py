"""The pages for what went wrong: where they lead, and that no other site can lead from them."""

import pytest
from django.test import Client

from tests import pages
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.urls")]

START = ("To the start page", "/en/")
BEFORE = "http://testserver/en/services/amazon/?a=1&b=%2F"


def ways_on(response):
    links = pages.read(response).one(class_="actions").all("a")
    return [(link.text, link["href"]) for link in links]


def main_button(response):
    buttons = pages.read(response).one(class_="actions").all("a", class_="button")
    return [each.text for each in buttons if "button-quiet" not in each["class"].split()]


@pytest.mark.parametrize("how", ["403", "404", "csrf", "429"])
def test_one_goes_back_to_where_one_came_from(client, how):
    response = client.get(f"/fails/{how}/", headers={"referer": BEFORE})
    assert ways_on(response) == [("Go back", BEFORE), START]
    assert main_button(response) == ["Go back"]


@pytest.mark.parametrize("how", ["403", "404", "csrf", "429"])
def test_without_a_way_back_the_start_page_is_the_way_on(client, how):
    response = client.get(f"/fails/{how}/")
    assert (ways_on(response), main_button(response)) == ([START], ["To the start page"])


@pytest.mark.parametrize("how", ["400", "500"])
def test_when_all_is_broken_there_is_the_start_page(client, how):
    client.raise_request_exception = False
    assert ways_on(client.get(f"/fails/{how}/", headers={"referer": BEFORE})) == [START]


@pytest.mark.parametrize(
    "foreign",
    [
        "http://evil.example/en/",
        "//evil.example/",
        "///evil.example/",
        "http://testserver@evil.example/",
        "http://testserver.evil.example/",
        "http://testserver:81/",
        "http:\\\\evil.example\\",
        "javascript:alert(1)",
        "ftp://testserver/",
    ],
)
def test_no_page_leads_to_another_site(client, foreign):
    response = client.get("/fails/csrf/", headers={"referer": foreign})
    assert ways_on(response) == [START]
    assert foreign not in response.text


def test_of_a_page_behind_https_no_way_leads_out_of_it(client):
    secure = BEFORE.replace("http:", "https:")
    told = [
        ways_on(client.get("/fails/429/", headers={"referer": page}, secure=True))
        for page in (BEFORE, secure)
    ]
    assert told == [[START], [("Go back", secure), START]]


def test_whoever_is_signed_in_finds_the_journeys_too(client):
    client.force_login(make_user())
    response = client.get("/fails/403/", headers={"referer": BEFORE})
    assert ways_on(response) == [("Go back", BEFORE), START, ("My journeys", "/en/journeys/")]
    assert main_button(response) == ["Go back"]


def test_a_form_that_was_open_for_too_long_is_loaded_again():
    page = "http://testserver/accounts/login/"
    client = Client(enforce_csrf_checks=True)
    response = client.post(page, {"login": "alice@example.org"}, headers={"referer": page})
    assert pages.read(response).texts("h1") == ["The page was open for too long"]
    assert ways_on(response)[0] == ("Go back", page)
