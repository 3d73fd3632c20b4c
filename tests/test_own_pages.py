"""The pages of a service that is in no catalogue: named, left, changed and forgotten."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from logging import getLogger

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client

from guides import forms
from guides.domain import journeys
from guides.models import Guide, Journey, User
from tests import factories, pages
from tests.test_starting import fill_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADD = "/en/journeys/add/"
UNSEEN = "There is a character in it that cannot be shown. Please type the name by hand."
NO_ADDRESS = "An address looks like example.org or name@example.org."
NASTY = '<b>"Gym"</b> {{ 7 }} %s'


@pytest.fixture
def general():
    return factories.make_general_guide()


@pytest.fixture
def alice(general):
    return factories.make_user()


@pytest.fixture
def client(alice):
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def gym(alice):
    return factories.make_own(alice, address="https://gym.example/", wait_days=14, now=NOW)


def typed(**said):
    return {"name": "My gym", "address": "", "wait_days": "", **said}


def mine():
    """What is kept of all journeys."""
    columns = "user__email", "own_name", "own_address", "own_wait_days"
    return list(Journey.objects.order_by("pk").values_list(*columns))


def wizard(journey, language="en"):
    return f"/{language}/journeys/{journey.pk}/"


def ask(journey):
    for key in ("find", "ask"):
        step = journey.guide.steps.get(key=key)
        journeys.complete_step(journey=journey, step=step, now=NOW)


def remind(now):
    with time_machine.travel(now, tick=False):
        call_command("send_reminders", stdout=StringIO())


# --- Naming it ------------------------------------------------------------------------------------


def test_a_name_is_enough_to_begin(client, alice):
    response = client.post(ADD, typed(name="  My gym "))
    assert response.url == wizard(Journey.objects.get())
    assert mine() == [("alice@example.org", "My gym", "", None)]


def test_address_and_wait_go_with_it(client):
    client.post(ADD, typed(address="gym.example", wait_days="14"))
    assert mine() == [("alice@example.org", "My gym", "https://gym.example", 14)]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "\ufb2c" * 80}, "Choose a shorter name, of at most 80 characters."),
        ({"name": "x" * 81}, "Choose a shorter name, of at most 80 characters."),
        ({"name": "Gym\x1b"}, UNSEEN),
        ({"address": "javascript:alert(1)"}, NO_ADDRESS),
        ({"address": "x" * 491}, "This address is too long."),
        ({"wait_days": "0"}, "Give a number of days from 1 to 730."),
        ({"wait_days": "731"}, "Give a number of days from 1 to 730."),
        ({"wait_days": "soon"}, "Give the number of days in digits."),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_nothing_begins(client, said, told):
    page = pages.read(client.post(ADD, typed(**said)))
    assert page.one(class_="error-summary").texts("li") == [told]
    assert page.one("head").one("title").text.startswith("Error: ")
    assert mine() == []


def test_arabic_digits_count(client):
    client.post(ADD, typed(wait_days="١٤"))
    assert mine()[0][3] == 14


def test_whoever_leaves_it_already_is_led_there(client, gym):
    page = pages.read(client.post(ADD, typed(name="MY GYM"))).one("main")
    note = page.all(class_="note")[0]
    assert note.texts("p")[0] == "You are leaving My gym already."
    assert note.one("a")["href"] == wizard(gym)
    assert page.one("input", name="name")["value"] == "MY GYM"
    assert len(mine()) == 1


def test_what_was_looked_for_in_vain_is_filled_in(client):
    found = pages.read(client.get("/en/?q=My+%3Cgym%3E")).one(class_="empty")
    link = found.all("a")[0]
    assert link.text == "Leave “My <gym>” all the same"
    assert pages.read(client.get(link["href"])).one("input", name="name")["value"] == "My <gym>"


@pytest.mark.parametrize(
    "query", ["name=%00", "service=a%00b", "name=" + "x" * 5000, "service=%3F"]
)
def test_what_makes_no_sense_in_the_address_is_left_out(client, query):
    page = pages.read(client.get(f"{ADD}?{query}"))
    assert page.one("input", name="name").get("value") is None


def test_a_service_that_is_not_there_cannot_be_suggested(client):
    assert client.get(f"{ADD}?service=nowhere").status_code == 404


def test_where_similar_names_are_found_it_can_be_added_too(client):
    factories.make_guide(service=factories.make_service("amazon", name="Amazon"))
    found = pages.read(client.get("/en/?q=amzonia")).one(id="results")
    assert f"{ADD}?name=amzonia" in [link["href"] for link in found.all("a")]


def test_the_list_of_journeys_leads_there(client, gym):
    links = {link["href"] for link in pages.read(client.get("/en/journeys/")).all("a")}
    assert ADD in links


def test_to_start_the_general_guide_one_says_first_for_which_service(client, general):
    guide = "/en/services/any-service/general/"
    form = pages.read(client.get(guide)).one("main").all("form")[0]
    assert (client.post(form["action"]).url, mine()) == (ADD, [])


def test_the_general_guide_can_be_read_while_several_journeys_run_along_it(client, alice, gym):
    factories.make_own(alice, "Bookshop", now=NOW)
    page = pages.read(client.get("/en/services/any-service/general/"))
    assert page.texts("h1") == ["The general way out"]
    starts = [form["action"] for form in page.one("main").all("form", method="post")]
    assert starts[0] == "/en/services/any-service/general/start/"


def test_without_the_general_guide_one_is_told(client):
    Guide.objects.update(is_published=False)
    page = pages.read(client.post(ADD, typed()))
    told = "The general guide is not there just now. Please try again later."
    assert page.one(class_="error-summary").texts("li") == [told]


# --- Before one has an account --------------------------------------------------------------------


def test_whoever_signs_up_for_it_stands_before_the_first_step(general):
    client = Client()
    entrance = client.post("/ar/journeys/add/", typed(wait_days="14")).url
    assert (entrance, mine()) == (
        "/accounts/signup/?language=ar&next=%2Far%2Fjourneys%2Fadd%2F",
        [],
    )
    response = fill_in(client, entrance, email="kari@example.org")
    response = fill_in(client, response.url, code=factories.code_of_last_mail())
    assert response.url == wizard(Journey.objects.get(), "ar")
    assert mine() == [("kari@example.org", "My gym", "", 14)]
    assert "own_service" not in client.session


def test_nothing_of_it_is_in_a_mail_or_an_address(general):
    client = Client()
    entrance = client.post(ADD, typed(name="Secret", address="secret.example")).url
    fill_in(client, entrance, email="kari@example.org")
    letter = mail.outbox[-1]
    parts = [entrance, letter.subject, str(letter.body), str(letter.alternatives[0].content)]
    assert [part for part in parts if "secret" in part.lower()] == []


def test_whoever_has_an_account_begins_by_signing_in(alice):
    client = Client()
    client.post(ADD, typed())
    path = f"/accounts/login/password/?next={ADD}"
    said = {"login": "alice@example.org", "password": "correct horse"}
    assert fill_in(client, path, **said).url == wizard(Journey.objects.get())


def test_whoever_was_leaving_it_already_is_told_after_signing_in(alice, gym):
    client = Client()
    client.post(ADD, typed())
    path = f"/accounts/login/password/?next={ADD}"
    said = {"login": "alice@example.org", "password": "correct horse"}
    assert fill_in(client, path, **said).url == wizard(gym)
    told = pages.said(pages.read(client.get(wizard(gym))))
    assert told[-1] == "You are leaving a service of this name already."
    assert len(mine()) == 1


def test_without_a_draft_signing_in_leads_to_the_form(alice):
    client = Client()
    said = {"login": "alice@example.org", "password": "correct horse"}
    response = fill_in(client, f"/accounts/login/password/?next={ADD}", **said)
    assert (response.url, mine()) == (ADD, [])


def test_a_draft_is_not_begun_by_signing_in_elsewhere(alice):
    client = Client()
    client.post(ADD, typed())
    said = {"login": "alice@example.org", "password": "correct horse"}
    assert fill_in(client, "/accounts/login/password/", **said).url == "/en/journeys/"
    assert mine() == []


# --- What says its name ---------------------------------------------------------------------------


def everywhere(client, journey):
    """The text of every page and file that names the service, by address."""
    step = journey.guide.steps.get(key="answer").pk
    paths = {
        "list": "/en/journeys/",
        "home": "/en/",
        "wizard": wizard(journey),
        "sure": f"{wizard(journey)}steps/{step}/sure/",
        "record": f"{wizard(journey)}record/",
        "settings": "/en/settings/",
        "own": f"{wizard(journey)}service/",
        "forget": f"{wizard(journey)}service/forget/",
        "stop": f"/stop/{journey.user.stop_key}/{journey.pk}/",
    }
    return {name: client.get(path).content.decode() for name, path in paths.items()}


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_it_is_named_everywhere_and_its_marks_are_text(client, alice, language):
    User.objects.update(language=language)
    gym = factories.make_own(alice, NASTY, now=NOW)
    ask(gym)
    said = everywhere(client, gym)
    escaped = "&lt;b&gt;&quot;Gym&quot;&lt;/b&gt; {{ 7 }} %s"
    assert [name for name, text in said.items() if f"<bdi>{escaped}</bdi>" not in text] == []
    assert f'value="{escaped}"' in said["own"]
    assert [name for name, text in said.items() if '"Gym"</b>' in text] == []


def test_the_general_service_is_named_only_where_all_services_are(client, gym):
    ask(gym)
    assert [name for name, text in everywhere(client, gym).items() if "Any other" in text] == [
        "home"
    ]


def test_the_title_of_the_window_names_nothing(client, gym):
    paths = ["", "service/", "service/forget/"]
    titles = [client.get(wizard(gym) + path).content.decode() for path in paths]
    assert [re.findall("<title>.*gym", text) for text in titles] == [[], [], []]


def test_the_way_leads_to_its_address_and_shows_the_letter(client, gym):
    page = pages.read(client.get(wizard(gym)))
    link = page.one(id="step").one("a", target="_blank")
    assert (link["href"], link["rel"]) == ("https://gym.example/", "noreferrer")
    journeys.complete_step(journey=gym, step=gym.guide.steps.get(key="find"), now=NOW)
    letters = pages.read(client.get(wizard(gym))).one(id="step").all(class_="letter")
    assert [letter["lang"] for letter in letters] == ["en", "ar", "nb"]
    assert "my account with My gym" in letters[0].text
    assert letters[0].one("a")["href"].startswith("mailto:?subject=Please%20close%20my%20account")


def test_the_letter_goes_to_the_mailbox_that_is_known(client, alice):
    gym = factories.make_own(alice, address="post@gym.example", now=NOW)
    journeys.complete_step(journey=gym, step=gym.guide.steps.get(key="find"), now=NOW)
    letter = pages.read(client.get(wizard(gym))).one(id="step").all(class_="letter")[0]
    assert letter.facts["To"] == "post@gym.example"
    assert letter.one("a")["href"].startswith("mailto:post@gym.example?subject=")


@pytest.mark.parametrize(("shows_names", "subject"), [
    (False, "One of your waiting periods has ended"),
    (True, "My gym: One of your waiting periods has ended"),
])  # fmt: skip
def test_the_reminder_names_it_and_its_subject_only_on_wish(gym, alice, shows_names, subject):
    User.objects.update(shows_names=shows_names)
    ask(gym)
    remind(NOW + 15 * DAY)
    assert mail.outbox[-1].subject == subject
    told = "The waiting period at \u2068My gym\u2069 is over"
    assert told in str(mail.outbox[-1].body)


def test_a_reminder_writes_its_marks_as_text(alice):
    ask(factories.make_own(alice, NASTY, now=NOW))
    remind(NOW + 31 * DAY)
    letter = mail.outbox[-1]
    escaped = "\u2068&lt;b&gt;&quot;Gym&quot;&lt;/b&gt; {{ 7 }} %s\u2069"
    assert f"\u2068{NASTY}\u2069" in str(letter.body)
    assert escaped in str(letter.alternatives[0].content)


def test_two_people_are_told_of_their_own_ones_in_one_batch(alice):
    bob = factories.make_user("bob")
    for person, name in ((alice, "Gym"), (bob, "Club")):
        ask(factories.make_own(person, name, now=NOW))
    remind(NOW + 31 * DAY)
    named = {
        letter.to[0]: re.findall("\u2068(.+?)\u2069", str(letter.body))[0] for letter in mail.outbox
    }
    assert named == {"alice@example.org": "Gym", "bob@example.org": "Club"}


def test_the_calendar_names_it_only_on_wish(client, gym, alice):
    ask(gym)
    step = gym.guide.steps.get(key="answer").pk
    path = f"{wizard(gym)}steps/{step}/event.ics"
    assert "My gym" not in client.get(path).content.decode()
    User.objects.update(shows_names=True)
    assert "SUMMARY:My gym: Answer" in client.get(path).content.decode()


def test_the_file_to_take_along_names_it(client, gym):
    archive = zipfile.ZipFile(BytesIO(client.get("/en/settings/export/").content))
    assert "<h2><bdi>My gym</bdi></h2>" in archive.read("wayout.html").decode()
    assert '"own_name": "My gym"' in archive.read("wayout.json").decode()


# --- Nobody else sees it --------------------------------------------------------------------------


def test_editors_and_search_and_lists_know_nothing_of_it(gym):
    edda = factories.make_user("edda", is_superuser=True, is_staff=True)
    editor = Client()
    editor.force_login(edda)
    paths = ["", "guides/service/?q=gym", "guides/guide/?q=gym", "guides/user/"]
    shown = [editor.get(f"/admin/{path}").content.decode() for path in paths]
    shown += [Client().get(path).content.decode() for path in ("/en/", "/en/services/any-service/")]
    assert [text for text in shown if "My gym" in text] == []


def test_it_is_in_no_log(gym, client, caplog):
    client.get(f"{ADD}?name=My+gym")
    client.post(ADD, typed(name="Gym\x00"))
    client.post(f"{wizard(gym)}service/", typed(name="Other gym"))
    getLogger("guides").error("A failure on %s", gym)
    assert "gym" not in caplog.text.lower()


# --- Changing it and forgetting it ----------------------------------------------------------------


def test_what_was_said_is_filled_in_and_can_be_changed(client, gym):
    path = f"{wizard(gym)}service/"
    form = pages.read(client.get(path)).one("main").all("form", method="post")[0]
    assert {name: form.fields[name] for name in typed()} == {
        "name": "My gym",
        "address": "https://gym.example/",
        "wait_days": "14",
    }
    response = client.post(path, typed(name="The gym", wait_days="21"))
    assert (response.url, mine()) == (wizard(gym), [("alice@example.org", "The gym", "", 21)])
    news = pages.read(client.get(response.url)).one(class_="messages")
    assert news.text == "Your changes are saved."


def test_a_name_that_is_taken_is_refused(client, gym, alice):
    shop = factories.make_own(alice, "Bookshop", now=NOW)
    page = pages.read(client.post(f"{wizard(shop)}service/", typed()))
    told = "You are leaving a service of this name already."
    assert page.one(class_="error-summary").texts("li") == [told]


def test_only_journeys_along_the_general_guide_have_such_pages(client, alice):
    guide = factories.make_guide()
    journey = journeys.start(user=alice, guide=guide, now=NOW)
    paths = ["service/", "service/forget/"]
    assert [client.get(wizard(journey) + path).status_code for path in paths] == [404, 404]


def test_a_way_that_was_begun_without_an_account_gets_its_name_later(client, alice, general):
    journey = journeys.start(user=alice, guide=general, now=NOW)
    link = pages.read(client.get(wizard(journey))).one("section", aria_labelledby="own").one("a")
    client.post(link["href"], typed())
    assert mine() == [("alice@example.org", "My gym", "", None)]


def test_deleting_asks_first_and_leaves_nothing(client, gym, alice):
    shop = factories.make_own(alice, "Bookshop", now=NOW)
    path = f"{wizard(gym)}service/forget/"
    page = pages.read(client.get(path))
    assert page.texts("h1") == ["Delete My gym from your journeys?"]
    assert len(mine()) == 2
    assert client.post(path).url == "/en/journeys/"
    assert (list(Journey.objects.all()), client.get(wizard(gym)).status_code) == ([shop], 404)


# --- A service of the catalogue, without a guide --------------------------------------------------


@pytest.fixture
def unguided():
    return factories.make_service("corner", name="Corner shop", domains=["corner.example"])


def test_the_page_leads_along_the_general_way(client, unguided):
    page = pages.read(Client().get("/en/services/corner/")).one("main")
    assert page.texts("h2") == ["We have no guide for Corner shop yet", "Have you left already?"]
    link = page.one("a", class_="button-large")["href"]
    form = pages.read(client.get(link)).one("main").all("form", method="post")[0]
    assert form.fields["name"] == "Corner shop"
    assert form.fields["address"] == "https://corner.example/"
    client.post(form["action"], form.fields)
    assert mine() == [("alice@example.org", "Corner shop", "https://corner.example/", None)]


def test_the_page_needs_no_cookie(general, unguided):
    assert not Client().get("/en/services/corner/").cookies


def test_whoever_is_out_is_asked_how_it_went(client, alice, unguided):
    journey = factories.make_own(alice, address="http://www.corner.example/me", now=NOW)
    journeys.finish(journey=journey, outcome="gone", now=NOW)
    links = [link["href"] for link in pages.read(client.get(wizard(journey))).one("main").all("a")]
    assert "/en/services/corner/how-it-went/" in links


@pytest.mark.parametrize("address", ["", "https://gym.example/", "post@corner.example"])
def test_of_what_is_not_in_the_catalogue_nobody_asks(client, alice, unguided, address):
    journey = factories.make_own(alice, address=address, now=NOW)
    journeys.finish(journey=journey, outcome="gone", now=NOW)
    text = client.get(wizard(journey)).content.decode()
    assert ("how-it-went" in text) == address.startswith("post")


def test_the_form_says_the_shipped_length_of_the_wait():
    """Its help names the 30 days that the shipped guide has."""
    call_command("load_content", verbosity=0)
    answer = Guide.objects.get(service__slug="any-service").steps.get(key="answer")
    help_text = str(forms.OwnServiceForm.base_fields["wait_days"].help_text)
    assert (f"take {answer.wait_longest.days}:" in help_text, answer.wait_longest.days) == (
        True,
        30,
    )
