"""Imported guides on the screen: honest about where they come from, and safe whatever they say."""

import pytest
from django.test import Client

from guides.domain import journeys
from guides.models import Guide, Journey, Note, Service
from guides.templatetags import imported
from tests import pages
from tests.factories import make_user
from tests.lists import NOW, entry, guide_of, load, steps_of
from tests.queries import queries

pytestmark = pytest.mark.django_db

LETTER = {
    "difficulty": "hard",
    "email": "bye@gizmo.example",
    "email_subject": "Löschen & mehr?",
    "email_body": "Hello,\nuser: XXX\n100 % & more",
}


def read(path, client=None):
    return pages.read((client or Client()).get(path))


def guide_page(language="en", slug="gizmo"):
    return read(f"/{language}/services/{slug}/justdeleteme/")


# --- Where it comes from --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Imported from JustDeleteMe, not checked by us"),
        ("ar", "منقول عن JustDeleteMe، ولم نراجعه بعد"),
        ("nb", "Hentet fra JustDeleteMe, ikke sjekket av oss"),
    ],
)
def test_a_guide_says_where_it_comes_from(tmp_path, language, said):
    load(tmp_path, entry())
    note = guide_page(language).one("aside", class_="note")
    assert note.texts("b") == [said]
    assert [link["href"] for link in note.all("a")] == ["https://justdeleteme.xyz/"]
    assert "MIT, © 2013–2020 Robb Lewis" in note.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Imported, not checked"),
        ("ar", "منقول، لم نراجعه بعد"),
        ("nb", "Hentet inn, ikke sjekket"),
    ],
)
def test_a_list_and_a_card_say_in_short_that_a_guide_was_imported(tmp_path, language, said):
    load(tmp_path, entry())
    path = f"/{language}/?q=gizmo"
    assert read(path).one(class_="result-facts").texts("span")[-1] == said
    assert said in read(f"/{language}/services/gizmo/").texts("span", class_="badge")
    Guide.objects.update(checked_on=NOW.date())
    assert said not in read(path).one(class_="result-facts").text


def test_a_checked_guide_says_so(tmp_path):
    load(tmp_path, entry())
    Guide.objects.update(checked_on=NOW.date())
    note = guide_page().one("aside", class_="note")
    assert note.texts("b") == ["Imported from JustDeleteMe"]
    assert "not checked" not in read("/en/services/gizmo/").text


def test_what_nobody_knows_is_not_dressed_up(tmp_path):
    load(tmp_path, entry())
    facts = guide_page().one("section", class_="before").facts
    assert (facts["How long you wait"], facts["Can it be undone?"]) == (
        "Not known",
        "We do not know. Assume that it cannot be undone. "
        "Assume that there is no way back after step 1",
    )


def test_a_wait_says_that_it_was_read_from_a_note(tmp_path):
    load(tmp_path, entry(notes="It is deleted after 30 days."))
    page = guide_page()
    assert page.one("section", class_="before").facts["How long you wait"] == "About 30 days"
    assert "Read from a note" in page.one("aside", class_="aside").texts("dd")


# --- Notes ----------------------------------------------------------------------------------------

NOTES = {"notes": "Press it.", "notes_ar": "اضغط.", "notes_de": "Drück.", "notes_qx": "Zzz."}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", [("en", "ltr", "Press it.")]),
        ("nb", [("en", "ltr", "Press it.")]),
        ("ar", [("ar", "rtl", "اضغط.")]),
    ],
)
def test_the_note_is_shown_in_its_own_language(tmp_path, language, shown):
    load(tmp_path, entry(**NOTES))
    page = guide_page(language)
    folded = page.one("aside", class_="note").one("details").all("blockquote")
    quotes = [each for each in page.all("blockquote") if each not in folded]
    assert [(each["lang"], each["dir"], each.text) for each in quotes] == shown
    rest = {(each["lang"], each["dir"]) for each in folded}
    both = {("en", "ltr"), ("ar", "rtl"), ("de", "ltr"), ("qx", "auto")}
    assert rest == both - {row[:2] for row in shown}


def test_a_note_that_is_in_no_language_of_ours_is_shown_too(tmp_path):
    load(tmp_path, entry(notes_ru="Нажмите."))
    assert guide_page("ar").one("blockquote")["lang"] == "ru"


HOSTILE = '<script>alert(1)</script> <b onclick="x">b</b> [go](javascript:alert(1)) {{ 7 }} & "'


def test_a_note_is_text_and_nothing_else(tmp_path):
    load(tmp_path, entry(notes=HOSTILE))
    page = guide_page()
    quote = page.one("blockquote")
    assert (quote.text, quote.all()) == (HOSTILE, [])
    assert [link for link in page.all("a") if "javascript" in (link.get("href") or "")] == []


def test_a_link_in_a_note_is_text_too(tmp_path):
    load(tmp_path, entry(notes="Read [their help](https://gizmo.example/help) first."))
    quote = guide_page().one("blockquote")
    text = "Read their help (https://gizmo.example/help) first."
    assert (quote.text, quote.all()) == (text, [])


def test_a_hostile_name_is_text_and_nothing_else(tmp_path):
    name = '<script>alert("x")</script>'
    load(tmp_path, entry(name, domains=["gizmo.example"], url="javascript:x"))
    page = guide_page(slug=Service.objects.get().slug)
    assert page.one("nav", class_="crumbs").texts("a")[1] == name
    assert steps_of(name)["ask"].link == "https://gizmo.example/"
    assert {link["href"].partition(":")[0] for link in page.all("a", rel="noreferrer")} == {"https"}


def test_pages_in_other_languages_are_offered(tmp_path):
    urls = {"url_fr": "https://gizmo.example/fr", "url_pt-BR": "https://g.example"}
    load(tmp_path, entry(**urls))
    note = guide_page().one("aside", class_="note")
    links = [link for link in note.all("a") if link.get("hreflang")]
    assert [(link.text, link["href"]) for link in links] == [
        ("français", "https://gizmo.example/fr"),
        ("Português Brasileiro", "https://g.example"),
    ]


# --- Letters --------------------------------------------------------------------------------------


def test_what_one_fills_in_in_a_letter_is_not_torn():
    marked = imported.with_blanks("Dear <b>,\n[your name] and [your\nage]")
    assert marked == 'Dear &lt;b&gt;,\n<span class="blank">[your name]</span> and [your\nage]'


def test_a_letter_is_there_to_be_sent_and_to_be_copied(tmp_path):
    load(tmp_path, entry(**LETTER))
    letter = guide_page("ar").one(class_="letter")
    assert letter.texts("dd") == ["bye@gizmo.example", "Löschen & mehr?"]
    assert letter.one("p", class_="letter-body").text == "Hello, user: XXX 100 % & more"
    assert letter.one("a")["href"] == (
        "mailto:bye@gizmo.example?subject=L%C3%B6schen%20%26%20mehr%3F"
        "&body=Hello%2C%0D%0Auser%3A%20XXX%0D%0A100%20%25%20%26%20more"
    )


def test_an_address_adds_no_header_to_the_letter(tmp_path):
    load(tmp_path, entry(**LETTER | {"email": "bye+a&b=c?d@gizmo.example"}))
    letter = guide_page().one(class_="letter")
    assert letter.one("a")["href"].startswith("mailto:bye%2Ba%26b%3Dc%3Fd@gizmo.example?subject=")


# --- On the way -----------------------------------------------------------------------------------


@pytest.fixture
def client():
    return Client()


@pytest.mark.parametrize(
    "fields", [LETTER, {}, {"notes": "Gone in 30 days. Do not log in before."}], ids=range(3)
)
@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_it_can_be_followed_to_the_end(tmp_path, client, fields, language):
    load(tmp_path, entry(**{"notes": "Press it."} | fields))
    alice = make_user(language=language)
    client.force_login(alice)
    client.post(f"/{language}/services/gizmo/justdeleteme/start/")
    journey = Journey.objects.get(user=alice)
    path = f"/{language}/journeys/{journey.pk}/"
    first = read(path, client).one("section", class_="step-open")
    assert (len(first.all("blockquote")), len(first.all(class_="letter"))) == (
        1,
        1 if fields is LETTER else 0,
    )
    act, *waits, check = steps_of().values()
    client.post(f"{path}steps/{act.pk}/done/", {"is_sure": "true"})
    for wait in waits:
        assert read(path, client).all("section", class_="waiting-card")
        client.post(f"{path}steps/{wait.pk}/done/")
    client.post(f"{path}steps/{check.pk}/done/", {"outcome": "gone"})
    client.post(f"{path}finish/", {"outcome": "gone"})
    journey.refresh_from_db()
    assert journey.outcome == "gone"


def test_a_journey_outlives_the_guide_of_ours_that_comes_later(tmp_path, client):
    load(tmp_path, entry())
    alice = make_user()
    journey = journeys.start(user=alice, guide=guide_of(), now=NOW)
    Guide.objects.update(is_published=False)
    client.force_login(alice)
    assert read(f"/en/journeys/{journey.pk}/", client).texts("h2", id="step-title") == [
        "Open the page and ask for deletion"
    ]


# --- Many domains, many queries -------------------------------------------------------------------


def test_many_domains_are_folded_away(tmp_path):
    load(tmp_path, entry(domains=[f"d{number:02}.example" for number in range(20)]))
    page = read("/en/services/gizmo/")
    fold = page.one("details")
    assert (fold.one("summary").text, len(fold.all("bdi"))) == (
        "For accounts at d00.example and 19 more addresses",
        1 + 20,
    )


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_an_imported_guide(tmp_path, count):
    notes = {f"notes_x{chr(97 + number)}": "x" for number in range(count)}
    load(tmp_path, entry(**notes))
    assert Note.objects.count() == count + 1
    assert queries(Client(), "/en/services/gizmo/justdeleteme/") == 7


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_a_list_of_imported_services(tmp_path, django_assert_num_queries, count):
    load(tmp_path, *[entry(f"Gizmo{number}") for number in range(count)])
    Client().get("/en/?q=gizmo")
    with django_assert_num_queries(3):
        Client().get("/en/?q=gizmo")
