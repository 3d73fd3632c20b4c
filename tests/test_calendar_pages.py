"""The calendar as programs fetch it, and the settings in which its address is made."""

from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
import vobject
from django.test import Client
from django.utils import translation

from guides.domain import calendars, journeys
from guides.models import User
from tests import pages
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TYPE = "text/calendar; charset=utf-8"


@pytest.fixture
def journey():
    """Alice waits for four days."""
    guide = make_guide(service=make_service(name="Amazon"))
    way = make_way("ask", ("review", wait(days=4)), guide=guide)
    journey = journeys.start(user=make_user(), guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    return journey


@pytest.fixture
def alice(client, journey):
    client.force_login(journey.user)
    return journey.user


def settings_page(client):
    return pages.read(client.get("/en/settings/"))


def press(client, act):
    """Press the button of the settings that makes, renews or revokes the address."""
    forms = settings_page(client).all("form", action="/en/settings/calendar/")
    (button,) = [each.one("button") for each in forms if each.one("button")["value"] == act]
    response = client.post("/en/settings/calendar/", {button["name"]: button["value"]})
    assert (response.status_code, response.url) == (302, "/en/settings/#calendar")


def address(client):
    """The path of the address that the settings show, or nothing."""
    shown = settings_page(client).texts("bdi", class_="address")
    return [each.removeprefix("http://testserver") for each in shown]


def key():
    return User.objects.get(email="alice@example.org").calendar_key


# --- The address ----------------------------------------------------------------------------------


def test_nobody_has_an_address_who_has_not_asked_for_one(client, alice):
    assert (address(client), key()) == ([], None)


def test_the_settings_show_the_address_that_was_asked_for(client, alice):
    press(client, "renew")
    assert address(client) == [f"/calendar/{key()}.ics"]


@pytest.mark.parametrize("site", ["http://testserver", "https://wayout.example"])
def test_a_link_hands_the_address_to_the_calendar_program(client, alice, settings, site):
    settings.SITE_URL = site
    press(client, "renew")
    buttons = settings_page(client).one("main").all("a", class_="button")
    links = [each["href"] for each in buttons if "calendar" in each["href"]]
    assert links == [f"webcal://{site.partition('://')[2]}/calendar/{key()}.ics"]


def test_a_program_that_is_not_signed_in_reads_it(client, alice):
    press(client, "renew")
    response = Client().get(address(client)[0])
    event = vobject.readOne(response.content.decode(), validate=True).vevent
    assert (response.headers["Content-Type"], event.dtstart.value) == (TYPE, NOW + 4 * DAY)
    assert "no-store" in response.headers["Cache-Control"]


def test_a_new_address_kills_the_old_one(client, alice):
    press(client, "renew")
    old = address(client)[0]
    press(client, "renew")
    new = address(client)[0]
    assert [Client().get(each).status_code for each in (old, new)] == [404, 200]


def test_an_address_that_was_revoked_is_dead(client, alice):
    press(client, "renew")
    old = address(client)[0]
    press(client, "revoke")
    assert (Client().get(old).status_code, address(client)) == (404, [])


@pytest.mark.parametrize("act", ["", "vanish"])
def test_an_act_that_is_none_changes_nothing(client, alice, act):
    press(client, "renew")
    before = key()
    client.post("/en/settings/calendar/", {"act": act})
    assert key() == before


def test_whoever_is_signed_out_meanwhile_gets_to_the_settings_and_not_to_an_error(client, alice):
    assert client.get("/en/settings/calendar/").url == "/en/settings/#calendar"
    assert client.get("/en/settings/mail-works/").url == "/en/settings/"
    assert key() is None


@pytest.mark.parametrize("path", ["/calendar/None.ics", "/calendar/.ics", "/calendar/nobody.ics"])
def test_a_key_of_nobody_is_not_there(journey, path):
    assert Client().get(path).status_code == 404


def test_the_calendar_of_somebody_who_was_shut_out_is_not_there(journey):
    calendars.renew_address(person=journey.user)
    User.objects.update(is_active=False)
    assert Client().get(f"/calendar/{key()}.ics").status_code == 404


def test_a_calendar_takes_nothing(journey):
    calendars.renew_address(person=journey.user)
    assert Client().post(f"/calendar/{key()}.ics").status_code == 405


def test_a_calendar_is_in_the_language_of_its_person_and_not_of_the_program(journey):
    calendars.renew_address(person=journey.user)
    User.objects.update(language="ar")
    file = Client().get(f"/calendar/{key()}.ics", headers={"Accept-Language": "nb"}).content
    with translation.override("ar"):
        name = translation.gettext("A waiting period ends")
    assert vobject.readOne(file.decode()).vevent.summary.value == name


@pytest.mark.django_db(transaction=True)
def test_the_calendar_over_http(live_server, settings, journey):
    settings.ALLOWED_HOSTS = ["*"]
    calendars.renew_address(person=journey.user)
    with urlopen(f"{live_server.url}/calendar/{key()}.ics") as response:  # noqa: S310
        file, kind = response.read(), response.headers["Content-Type"]
    assert (kind, file) == (TYPE, calendars.feed(person=journey.user))


# --- One by itself --------------------------------------------------------------------------------


def link(journey):
    return f"/en/journeys/{journey.pk}/steps/{journey.calendar_events.get().step_id}/event.ics"


def test_a_wait_leads_to_its_own_file(client, alice, journey):
    page = pages.read(client.get(f"/en/journeys/{journey.pk}/"))
    assert page.all("a", href=link(journey)) != []
    response = client.get(link(journey))
    assert response.headers["Content-Type"] == TYPE
    assert response.headers["Content-Disposition"] == 'attachment; filename="wayout.ics"'
    assert response.content == calendars.feed(person=alice)


def test_the_file_of_another_is_not_there(client, journey):
    client.force_login(make_user("bob"))
    assert client.get(link(journey)).status_code == 404


def test_a_step_without_a_clock_has_no_file(client, alice, journey):
    step = journey.guide.steps.get(key="ask")
    assert client.get(f"/en/journeys/{journey.pk}/steps/{step.pk}/event.ics").status_code == 404


# --- What the settings say of reminders -----------------------------------------------------------


def next_one(client):
    texts = settings_page(client).one("main").one("fieldset").texts("p")
    return [each for each in texts if each.startswith(("The next one", "A reminder"))]


def test_the_settings_say_when_the_next_reminder_is_due_and_about_what(client, alice):
    assert next_one(client) == ["The next one is planned for Thursday 26 November, 13:00: Amazon."]


def test_the_settings_name_no_time_that_has_passed(client, alice, clock):
    clock.move_to(NOW + 4 * DAY)
    assert next_one(client) == ["A reminder from Wayout about Amazon is on its way."]


@pytest.mark.parametrize(
    "change", [{"wants_reminders": False}, {"bounced_at": NOW}], ids=["off", "bounced"]
)
def test_the_settings_name_no_reminder_that_will_not_come(client, alice, change):
    User.objects.update(**change)
    assert next_one(client) == []


def test_an_address_that_works_again_is_written_to_again(client, alice):
    User.objects.update(bounced_at=NOW)
    form = settings_page(client).one("form", action="/en/settings/mail-works/")
    client.post(form["action"], form.fields)
    assert (User.objects.get().bounced_at, len(next_one(client))) == (None, 1)
