"""Telling how it went at a service without a guide: by anybody, by nobody in particular."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from guides.models import Story
from tests import factories, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TELL = "/ar/services/corner/how-it-went/"
FAST = "That was very fast. Your words are still here: send them once more."
SLOW = "The page was open for too long. Your words are still here: send them once more."


@pytest.fixture
def service():
    return factories.make_service("corner", name="Corner shop")


def opened(client, path=TELL):
    return pages.read(client.get(path)).one("main").all("form", method="post")[0].fields


def told(client, clock, path=TELL, after=timedelta(seconds=30), **said):
    form = {**opened(client, path), "text": "I wrote to them. Three days.", **said}
    clock.shift(after)
    return client.post(path, form)


def kept():
    return list(Story.objects.values_list("service__slug", "text", "language", "sent_on"))


STORY = ("corner", "I wrote to them. Three days.", "ar", date(2026, 11, 22))


def test_a_story_is_kept_with_the_language_of_the_page_and_the_day(client, service, clock):
    page = pages.read(told(client, clock))
    assert (kept(), page.all("form", method="post") == []) == ([STORY], True)


def test_no_row_says_whose_it_is(service, clock):
    """The columns are all that could; somebody who is signed in leaves no more than anybody."""
    client = Client()
    client.force_login(factories.make_user())
    told(client, clock)
    names = {field.name for field in Story._meta.get_fields()}
    assert names == {"id", "service", "text", "language", "sent_on", "handled_at"}
    assert kept() == [STORY]


def test_sent_twice_it_is_kept_once(client, service, clock):
    told(client, clock)
    told(client, clock)
    assert kept() == [STORY]


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_nothing_and_too_much_is_refused(client, service, clock, text):
    page = pages.read(told(client, clock, path=TELL.replace("ar", "en", 1), text=text))
    wanted = "That is too long: at most 2,000 characters." if "x" in text else "Write a few words."
    assert (page.one(class_="error-summary").texts("li"), kept()) == ([wanted], [])


@pytest.mark.parametrize(
    ("said", "after", "answer"),
    [
        ({"homepage": "https://spam.example"}, 30, FAST),
        ({"opened": ""}, 30, SLOW),
        ({"opened": "MTc2Mzgx:abc:forged"}, 30, SLOW),
        ({}, 1, FAST),
        ({}, 24 * 3600 + 1, SLOW),
    ],
)
def test_what_no_person_sends_is_not_kept(client, service, clock, said, after, answer):
    path = TELL.replace("ar", "en", 1)
    page = pages.read(told(client, clock, path, timedelta(seconds=after), **said))
    assert (page.one(class_="error-summary").texts("li"), kept()) == ([answer], [])
    assert page.one("textarea").text == "I wrote to them. Three days."


def test_whoever_was_taken_for_a_machine_can_send_it_once_more(client, service, clock):
    page = pages.read(told(client, clock, after=timedelta(days=2)))
    form = page.one("main").all("form", method="post")[0].fields
    clock.shift(timedelta(seconds=30))
    client.post(TELL, {**form, "text": "Still easy."})
    assert [text for _service, text, _language, _day in kept()] == ["Still easy."]


def test_there_is_a_limit(client, service, clock):
    statuses = [told(client, clock, text=f"Story {n}").status_code for n in range(2)]
    form = opened(client)
    clock.shift(timedelta(seconds=30))
    more = [client.post(TELL, {**form, "text": f"More {n}"}).status_code for n in range(6)]
    assert (statuses, more[-1], Story.objects.count() < 8) == ([200, 200], 429, True)


def test_one_may_say_no_thank_you(client, service):
    page = pages.read(client.get("/en/services/corner/how-it-went/"))
    links = {link.text: link["href"] for link in page.one("main").all("a")}
    assert links["No, thank you"] == "/en/services/corner/"


def test_where_there_is_a_guide_nobody_is_asked_so(client, service):
    factories.make_guide(service=service)
    assert client.get(TELL).status_code == 404


def test_script_in_it_stays_text(client, service, clock):
    told(client, clock, text="<script>alert(1)</script>")
    editor = Client()
    editor.force_login(factories.make_user("edda", is_superuser=True, is_staff=True))
    shown = editor.get("/admin/guides/story/").content.decode()
    assert ("&lt;script&gt;alert(1)" in shown, "<script>alert" in shown) == (True, False)


# --- In the admin ---------------------------------------------------------------------------------


@pytest.fixture
def edda():
    client = Client()
    client.force_login(factories.make_editor())
    return client


@pytest.fixture
def story(service):
    return service.stories.create(text="Easy.", language="nb", sent_on=NOW.date())


def test_an_editor_ticks_a_story_off(edda, story):
    act = {"action": "handle", "_selected_action": [story.pk]}
    edda.post("/admin/guides/story/", act)
    story.refresh_from_db()
    assert story.handled_at == NOW
    lists = [
        pages.read(edda.get(f"/admin/guides/story/{which}")) for which in ("", "?state=handled")
    ]
    assert ["Easy." in page.one(id="changelist").text for page in lists] == [False, True]


def test_an_editor_puts_words_into_nobodys_mouth(edda, story):
    path = f"/admin/guides/story/{story.pk}/change/"
    page = pages.read(edda.get(path))
    assert page.all("textarea") == []
    edda.post(path, {"text": "Hard."})
    story.refresh_from_db()
    assert (story.text, edda.get("/admin/guides/story/add/").status_code) == ("Easy.", 403)


def test_an_editor_deletes_what_is_no_story(edda, story):
    edda.post(f"/admin/guides/story/{story.pk}/delete/", {"post": "yes"})
    assert Story.objects.count() == 0


def test_a_service_with_stories_can_still_be_deleted(edda, story):
    edda.post(f"/admin/guides/service/{story.service_id}/delete/", {"post": "yes"})
    assert Story.objects.count() == 0
