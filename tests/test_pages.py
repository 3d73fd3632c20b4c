"""The public pages: what the search finds, what a service and a guide say, in which language."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from guides.domain import search
from guides.models import Guide, Step
from tests import pages
from tests.factories import (
    make_editor,
    make_guide,
    make_service,
    make_step,
    make_user,
    make_way,
    wait,
)

pytestmark = pytest.mark.django_db

DIRECTION = {"en": "ltr", "ar": "rtl", "nb": "ltr"}
DAY = timedelta(days=1)
SCRIPT = '<script>alert("x")</script>'


@pytest.fixture
def amazon():
    """In English and Arabic, not in Norwegian; two guides, and a draft."""
    service = make_service(
        "amazon", name="Amazon", domains=["amazon.com", "amazon.de"], other_names=["amzn"]
    )
    service.translations.create(language_code="ar", name="أمازون", other_names=["أمزون"])
    search.index([service])
    make_guide("contact", service=service, title="Ask customer service")
    make_guide("page", service=service, title="On its own page", channel="app")
    make_guide("draft", service=service, title="By pigeon", is_published=False)
    return service


@pytest.fixture
def others():
    """A service whose name only contains the other's, one with blanks, one with only a draft."""
    make_guide(service=make_service("great-amazon", name="The great Amazon"))
    make_guide(service=make_service("aliexpress", name="AliExpress", domains=["aliexpress.com"]))
    make_guide(service=make_service("amazing", name="Amazing draft"), is_published=False)


@pytest.fixture
def guide(amazon):
    """The one to contact customer service, with everything that a guide can say."""
    guide = amazon.guides.get(slug="contact")
    Guide.objects.filter(pk=guide.pk).update(checked_on=date(2026, 11, 20))
    guide.translations.update(
        summary="They close it.", you_lose="- Your orders\n- Your films", you_need="Your password."
    )
    guide.sources.create(name="Amazon help", url="https://amazon.com/help", read_on="2026-11-19")
    guide.sources.create(name="An old book")
    make_way(
        ("save", {"kind": "prepare", "is_optional": True}),
        ("send", {"is_final": True}),
        ("review", wait(2 * DAY, days=4, fields={"wait_certainty": "reported"})),
        ("look", {"kind": "check"}),
        guide=guide,
    )
    return guide


@pytest.fixture
def edda():
    return make_editor()


def page(client, path):
    return pages.read(client.get(path))


def found(client, query, language="en"):
    answer = pages.read(client.get(f"/{language}/", {"q": query}))
    return [row.one("h3").text for row in answer.all(class_="result")]


def marked(part):
    """The texts within that say their own language and direction."""
    return [(each.text, each["lang"], each["dir"]) for each in part.all() if each.get("lang")]


# --- Home -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "amaz",
        " AMAZON ",
        "Ámázòn",
        "أمازون",
        "امازون",
        "أَمَازُون",
        "أمـــازون",
        "amzn",
        "أمزون",
        "amazon.de",
        "www.amazon.de",
        "smile.amazon.de",
        "https://www.amazon.de/gp/help?x=aliexpress.com",
    ],
)
def test_a_service_is_found_by_every_way_to_write_it(client, amazon, query):
    make_guide(service=make_service("aliexpress", name="AliExpress", domains=["aliexpress.com"]))
    assert found(client, query) == ["Amazon"]


def test_an_exact_name_comes_before_one_that_only_contains_it(client, amazon, others):
    assert found(client, "amazon") == ["Amazon", "The great Amazon"]


def test_blanks_between_words_do_not_matter(client, amazon, others):
    assert found(client, "ali  express") == ["AliExpress"]


def test_an_empty_search_lists_every_service_that_has_something_published(client, amazon, others):
    assert found(client, "  ") == ["AliExpress", "Amazon", "The great Amazon"]


def test_a_service_with_only_a_draft_is_not_found(client, others):
    assert found(client, "amazing draft") == []


def test_a_list_of_one_says_so(client, amazon):
    assert page(client, "/en/?q=amaz").one(role="status").text == "1 service found"


def test_a_list_of_many_says_how_many(client, amazon, others):
    assert page(client, "/en/?q=amazon").one(role="status").text == "2 services found"


@pytest.mark.parametrize("query", ["nowhere", "!!!", "nowhere.example"])
def test_whoever_finds_nothing_is_told_and_helped_on(client, amazon, query):
    empty = page(client, f"/en/?q={query}").one(class_="empty")
    assert empty.text == (
        f"We have no guide for “{query}” yet. Try the name as in the service’s web "
        f"address, such as amazon.com. Leave “{query}” all the same All services"
    )
    links = [link["href"] for link in empty.all("a")]
    assert links == [f"/en/journeys/add/?name={quote(query)}", "/en/"]


def test_whoever_is_not_signed_in_knows_before_start_what_is_asked_for(client, amazon):
    make_step(amazon.guides.get(slug="contact"), "send")
    path = "/en/services/amazon/contact/"
    asked = " For that we ask for an e-mail address, and for no password."
    note = (
        "Starting changes nothing at the service. We begin to remember where you stand, and "
        "remind you."
    )

    def below_start():
        return [part.text for part in page(client, path).all(class_="small") if note in part.text]

    assert below_start() == [note + asked]
    client.force_login(make_user())
    assert below_start() == [note]


def test_a_long_search_is_shortened_on_the_button_and_kept_behind_it(client):
    link = page(client, "/en/?q=" + "x" * 40).one(class_="empty").all("a")[0]
    assert link.text == f"Leave “{'x' * 29}…” all the same"
    assert link["href"] == "/en/journeys/add/?name=" + "x" * 40


def test_script_in_a_search_is_shown_as_it_was_typed(client):
    answer = client.get("/en/", {"q": SCRIPT})
    assert pages.read(answer).one(class_="empty").texts("bdi") == [SCRIPT, "amazon.com", SCRIPT]
    assert pages.read(answer).one("input", id="q")["value"] == SCRIPT


def test_a_result_says_how_hard_the_easiest_way_is_and_how_many_there_are(client, amazon):
    amazon.guides.filter(slug="page").update(difficulty="easy")
    row = page(client, "/en/?q=amazon").one(class_="result")
    assert row.one(class_="result-facts").text == "Easy 2 ways amazon.com"


def test_the_list_of_all_services_says_their_names_only(client, amazon, others):
    rows = page(client, "/en/").all(class_="result")
    assert [(row.text, row.one("a")["href"]) for row in rows] == [
        ("AliExpress", "/en/services/aliexpress/"),
        ("Amazon", "/en/services/amazon/"),
        ("The great Amazon", "/en/services/great-amazon/"),
    ]


@pytest.mark.parametrize("path", ["/en/", "/en/?q=other"])
def test_what_is_no_brand_begins_with_a_capital_in_a_list(client, path):
    make_guide("easy", service=make_service("ebay", name="eBay, other than all"))
    make_guide("general", service=make_service("any-service", name="any other service"))
    names = [row.one("h3").text for row in page(client, path).all(class_="result")]
    assert sorted(names) == ["Any other service", "eBay, other than all"]
    assert page(client, "/en/services/any-service/").texts("h1") == ["Leave any other service"]


@pytest.mark.parametrize("path", ["/en/", "/en/?q=amazon"])
def test_what_is_found_comes_right_below_the_field(client, amazon, path):
    parts = page(client, path).one("main").all()
    field = next(at for at, part in enumerate(parts) if part.name == "form")
    headings = [part.get("id") for part in parts[field:] if part.name == "h2"]
    assert headings == ["begun-here", "results-title", "looks", "why"]


def test_the_search_lists_a_name_in_the_language_of_the_page(client, amazon):
    assert [found(client, "amazon", code) for code in DIRECTION] == [
        ["Amazon"],
        ["أمازون"],
        ["Amazon"],
    ]


def test_typing_with_javascript_gets_the_same_results_without_the_page_around(
    client, amazon, others
):
    alone = pages.read(client.get("/en/", {"q": "amazon"}, headers={"HX-Request": "true"}))
    whole = page(client, "/en/?q=amazon")
    for part in ("results", "found"):
        typed, searched = alone.one(id=part), whole.one(id=part)
        assert [typed.text, *map(str, typed.all())] == [searched.text, *map(str, searched.all())]


# --- A service ------------------------------------------------------------------------------------


def test_a_service_page_offers_its_published_ways(client, amazon):
    ways = page(client, "/en/services/amazon/").all(class_="choice")
    assert [(way.one("h3").text, way.one("a")["href"]) for way in ways] == [
        ("Ask customer service", "/en/services/amazon/contact/"),
        ("On its own page", "/en/services/amazon/page/"),
    ]


def test_a_service_page_of_one_way_leads_straight_to_it(client):
    guide = make_guide("page", service=make_service("aliexpress", name="AliExpress"))
    guide.translations.update(you_lose="- Your orders")
    answer = page(client, "/en/services/aliexpress/")
    way = answer.one("section", aria_labelledby="way")
    assert (way.one("h2").text, answer.all(class_="choice")) == (
        "There is one way, and this is it",
        [],
    )
    assert way.one("a", class_="button-large")["href"] == "/en/services/aliexpress/page/"
    assert way.one("dl").facts == {
        "What you lose": "Your orders",
        "Can it be undone?": "It cannot be undone",
    }


def test_what_every_way_costs_is_said_once_above_the_choice(client, guide):
    Guide.objects.get(slug="page").translations.update(you_lose="- Your films\n- Your name")
    answer = page(client, "/en/services/amazon/")
    assert answer.one("section", aria_labelledby="always").one("dl").facts == {
        "What you lose": "Your films",
        "Can it be undone?": "It cannot be undone",
    }
    assert [[dl.facts for dl in way.all("dl")] for way in answer.all(class_="choice")] == [
        [{"What you also lose": "Your orders"}],
        [{"What you also lose": "Your name"}],
    ]


def test_a_way_says_what_it_asks_for_how_hard_and_how_long_it_is(client, guide):
    Guide.objects.filter(slug="page").update(difficulty="easy", channel="phone_browser")
    ways = page(client, "/en/services/amazon/").all(class_="choice")
    assert [[each.text for each in way.all("p")] for way in ways] == [
        ["On a phone, in the browser", "Easy The easiest way", "No steps yet"],
        ["On a computer", "Medium", "They close it.", "4 steps 2–4 days"],
    ]


def test_the_line_of_a_way_shows_its_steps_to_the_eye_alone(client, guide):
    line = page(client, "/en/services/amazon/").all(class_="choice")[0].one(class_="line")
    assert line["aria-hidden"] == "true"
    kinds = [(each["data-kind"], "data-final" in each.attributes) for each in line.all("span")]
    assert kinds == [
        ("prepare", False),
        ("act", True),
        ("wait", False),
        ("check", False),
        ("end", False),
    ]


def test_whoever_can_want_different_things_is_asked_what(client, amazon):
    make_guide("sleep", service=amazon, goal="deactivate")
    answer = page(client, "/en/services/amazon/")
    wanted = answer.one("nav", aria_labelledby="goals")
    assert [(each.text, each["href"]) for each in wanted.all("a")] == [
        ("Close the account", "#to-close"),
        ("Deactivate only", "#to-deactivate"),
    ]
    groups = [answer.one("section", aria_labelledby=f"to-{x}") for x in ("close", "deactivate")]
    assert [(len(each.all(class_="choice")), each.one("h2").text) for each in groups] == [
        (2, "Close the account"),
        (1, "Deactivate only"),
    ]


def test_whoever_can_want_one_thing_is_asked_by_which_way(client, amazon):
    answer = page(client, "/en/services/amazon/")
    assert answer.all("nav", aria_labelledby="goals") == []
    assert answer.one(id="to-close").text == "Which way fits you?"


def test_a_service_page_names_its_domains(client, amazon):
    line = page(client, "/en/services/amazon/").one("main").all("p", class_="small")[0]
    assert line.text == "For accounts at amazon.com, amazon.de"
    assert line.texts("bdi", dir="ltr") == ["amazon.com", "amazon.de"]


def test_many_domains_are_behind_the_first(client):
    domains = ["amazon.com", "amazon.de", "amazon.fr", "amazon.in"]
    make_guide(service=make_service("amazon", domains=domains))
    details = page(client, "/en/services/amazon/").one("details")
    assert details.one("summary").text == "For accounts at amazon.com and 3 more addresses"
    assert details.one("ul").texts("bdi", dir="ltr") == domains


def test_an_editor_sees_the_draft_among_the_ways(client, amazon, edda):
    client.force_login(edda)
    ways = page(client, "/en/services/amazon/").all(class_="choice")
    assert [way.texts("span", class_="badge") for way in ways] == [
        [],
        [],
        ["Draft: only editors see it"],
    ]


# --- A guide --------------------------------------------------------------------------------------


def test_a_guide_says_everything_before_the_first_step(client, guide):
    before = page(client, "/en/services/amazon/contact/").one("section", aria_labelledby="before")
    assert before.one("dl").facts == {
        "What it does": "Close the account",
        "What you lose": "Your orders Your films",
        "How long you wait": "2–4 days",
        "What you need": "Your password.",
        "Can it be undone?": "It cannot be undone The point of no return is step 2",
    }
    assert before.one("a")["href"] == "#send"


def test_where_nobody_knows_one_assumes_that_there_is_no_way_back(client, guide):
    Guide.objects.filter(slug="contact").update(undo="unknown")
    facts = page(client, "/en/services/amazon/contact/").all("dl")[0].facts
    assert facts["Can it be undone?"] == (
        "We do not know. Assume that it cannot be undone. "
        "Assume that there is no way back after step 2"
    )


def test_a_guide_says_when_it_was_checked_and_where_it_comes_from(client, guide):
    about = page(client, "/en/services/amazon/contact/").one("aside")
    assert about.texts("dt") == [
        "Last checked",
        "Where it comes from",
        "How certain is the wait in “Review”?",
        "This page",
    ]
    assert about.texts("dd") == [
        "20 November 2026",
        "Amazon help read on 19 November 2026",
        "An old book",
        "People report it",
        "testserver/en/services/amazon/contact/",
    ]
    assert about.one("a")["href"] == "https://amazon.com/help"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "in Norwegian"), ("ar", "باللغة النرويجية"), ("nb", "på norsk")],
)
def test_a_source_says_in_which_language_one_would_read_it(client, amazon, language, words):
    source = {"name": "Slik sletter du kontoen", "url": "https://example.no/", "language": "no"}
    amazon.guides.get(slug="contact").sources.create(**source)
    about = page(client, f"/{language}/services/amazon/contact/").one("aside")
    shown = about.one("dd", class_="source")
    assert shown.text == f"{source['name']} {words}"
    assert (shown.one("bdi")["lang"], shown.one("a")["hreflang"]) == ("no", "no")


def test_a_guide_that_nobody_checked_says_so(client, amazon):
    about = page(client, "/en/services/amazon/contact/").one("aside")
    assert about.one("dl").facts["Last checked"] == "Not checked yet"


@pytest.mark.parametrize(
    ("undo", "words"),
    [
        ("never", "It cannot be undone"),
        ("while_waiting", "It can be undone during the waiting period"),
        ("always", "It can be undone at any time"),
        ("unknown", "We do not know. Assume that it cannot be undone."),
    ],
)
def test_a_guide_says_whether_it_can_be_undone(client, amazon, undo, words):
    Guide.objects.filter(slug="contact").update(undo=undo)
    facts = page(client, "/en/services/amazon/contact/").all("dl")[0].facts
    assert facts["Can it be undone?"] == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (wait(4 * DAY, days=4), "About 4 days"),
        (wait(4 * DAY, days=4, fields={"wait_certainty": "stated"}), "4 days"),
        (wait(hours=24), "Up to 24 hours"),
        (wait(DAY, days=5, fields={"in_business_days": True}), "1–5 business days"),
        (wait(14 * DAY, weeks=4), "2–4 weeks"),
        (wait(DAY / 2, days=4), "12 hours to 4 days"),
        (wait(3 * DAY), "At least 3 days"),
        (wait(fields={"until_date": True}), "Until a date that you enter"),
        (wait(), "Nobody knows how long"),
    ],
)
def test_a_wait_says_its_length_as_certain_as_it_is(client, amazon, fields, words):
    make_way("send", ("review", fields), guide=amazon.guides.get(slug="contact"))
    facts = page(client, "/en/services/amazon/contact/").all("dl")[0].facts
    assert facts["How long you wait"] == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Up to 30 days, then up to 90 days"),
        ({"while_waiting": True}, "Up to 30 days, at the same time up to 90 days"),
    ],
)
def test_two_waits_say_whether_one_comes_after_the_other(client, amazon, fields, words):
    waits = (("grace", wait(days=30)), ("erasure", wait(days=90, fields=fields)))
    make_way("send", *waits, guide=amazon.guides.get(slug="contact"))
    facts = page(client, "/en/services/amazon/contact/").all("dl")[0].facts
    assert facts["How long you wait"] == words


def test_a_guide_lists_its_steps_in_order_without_retired_ones(client, guide):
    make_step(guide, "fax", position=1, retired_at="2026-11-01T00:00Z")
    answer = page(client, "/en/services/amazon/contact/")
    assert answer.texts("h3", class_="way-title") == ["1. Save", "2. Send", "3. Review", "4. Look"]
    assert answer.one(id="way").text == "The way, in 4 steps"


def test_a_guide_of_one_step_counts_one(client, amazon):
    make_step(amazon.guides.get(slug="contact"), "send")
    answer = page(client, "/en/services/amazon/contact/")
    assert answer.one(id="way").text == "The way, in 1 step"


def test_the_steps_of_a_guide_that_it_continues_with_are_counted_on(client, guide):
    phone = make_guide("phone", service=guide.service)
    make_way("open", ("as-on-a-computer", {"continues_with": guide}), guide=phone)
    titles = page(client, "/en/services/amazon/phone/").texts("h3", class_="way-title")
    assert titles == ["1. Open", "As on a computer", "2. Save", "3. Send", "4. Review", "5. Look"]


def test_a_step_is_marked_with_what_is_special_about_it(client, guide):
    answer = page(client, "/en/services/amazon/contact/")
    badges = {
        each["id"]: each.texts(class_="badge")
        for each in answer.all(class_="way-step")
        if each.get("id")
    }
    assert badges == {
        "save": ["If you like"],
        "send": ["Cannot be undone"],
        "review": [],
        "look": [],
    }


def test_script_in_a_text_is_rendered_harmless(client, guide):
    body = f"{SCRIPT}\n\n**bold** [go](javascript:alert(1)) ![x](https://evil.example/x.png)"
    step = guide.steps.get(key="send")
    step.translations.update(title=SCRIPT, body=body)
    shown = page(client, "/en/services/amazon/contact/").one(id="send")
    assert {each.name for each in shown.one(class_="prose").all()} == {"p", "strong"}
    assert shown.one("h3").text == f"2. {SCRIPT}"
    assert shown.all("script") == []


def test_a_link_in_a_text_tells_nobody_where_one_comes_from(client, guide):
    guide.steps.get(key="send").translations.update(body="[help](https://amazon.com/help)")
    link = page(client, "/en/services/amazon/contact/").one(id="send").all("a")[0]
    assert link.attributes == {"href": "https://amazon.com/help", "rel": "noreferrer"}


def test_a_draft_is_not_there_for_the_public(client, amazon, others):
    client.force_login(make_user())
    assert client.get("/en/services/amazon/draft/").status_code == 404


def test_of_a_service_with_drafts_only_the_public_sees_that_there_is_no_guide(
    client, amazon, others
):
    """What it is called is in the catalogue; what is drafted of it is not there yet."""
    sections = page(client, "/en/services/amazing/").one("main").all("section")
    assert [section.texts("h2") for section in sections] == [
        ["We have no guide for Amazing draft yet"],
        ["Have you left already?"],
    ]


def test_an_editor_sees_a_draft_and_that_it_is_one(client, amazon, edda):
    client.force_login(edda)
    answer = page(client, "/en/services/amazon/draft/")
    assert answer.texts("h1") == ["By pigeon"]
    assert answer.one(class_="note").text == "This is a draft. Only editors see it."


def test_where_there_is_no_step_yet_nothing_can_be_started(client, amazon):
    main = page(client, "/en/services/amazon/contact/").one("main")
    assert (main.one(id="way").text, main.all(class_="button-large")) == ("No steps yet", [])


def test_a_published_guide_does_not_call_itself_a_draft(client, guide, edda):
    client.force_login(edda)
    assert page(client, "/en/services/amazon/contact/").all(class_="note") == []


def test_whoever_is_not_signed_in_signs_up_to_start_it(client, guide):
    links = page(client, "/ar/services/amazon/contact/").all("a", class_="button-large")
    signup = "/accounts/signup/?language=ar&next=/ar/services/amazon/contact/start/"
    assert [each["href"] for each in links] == [signup, "#way", signup]


def test_whoever_has_begun_goes_on_where_they_were_before_reading_on(client, guide):
    alice = make_user()
    journey = alice.journeys.create(guide=guide, started_at="2026-11-20T12:00Z")
    client.force_login(alice)
    parts = page(client, "/en/services/amazon/contact/").one("main").all()
    marks = [each.get("href") or each.get("id") for each in parts if each.name in {"a", "h2"}]
    go_on = f"/en/journeys/{journey.pk}/"
    assert (marks.index(go_on) < marks.index("before"), marks.count(go_on)) == (True, 2)
    assert "#way" not in marks


def test_a_step_leads_to_its_page_and_says_whose_it_is(client, guide):
    link = "https://www.amazon.com/hz/privacy-central/preview.html"
    guide.steps.filter(key="send").update(link=link)
    shown = page(client, "/en/services/amazon/contact/").one(id="send").all("a")[0]
    assert (shown.text, shown.one("bdi")["dir"]) == ("Open www.amazon.com", "ltr")
    assert (shown["href"], shown["rel"]) == (link, "noreferrer")


def test_a_guide_names_the_other_ways_easiest_first(client, guide):
    make_guide("easy", service=guide.service, title="The easy one", difficulty="easy")
    others = page(client, "/en/services/amazon/contact/").one("nav", aria_labelledby="others")
    assert [(each.text, each["href"]) for each in others.all("a")] == [
        ("The easy one", "/en/services/amazon/easy/"),
        ("On its own page", "/en/services/amazon/page/"),
    ]


def test_the_only_guide_of_a_service_names_no_other(client):
    make_guide("page", service=make_service("aliexpress"))
    answer = page(client, "/en/services/aliexpress/page/")
    assert answer.all("nav", aria_labelledby="others") == []


@pytest.mark.parametrize(
    ("slug", "device", "words", "other"),
    [
        ("contact", "On a computer", "You only have a phone? On its own page", "page"),
        (
            "page",
            "On a phone, in the browser",
            "Would you rather use a computer? Ask customer service",
            "contact",
        ),
    ],
)
def test_whoever_has_the_other_device_is_led_over(client, amazon, slug, device, words, other):
    Guide.objects.filter(slug="page").update(channel="phone_browser")
    answer = page(client, f"/en/services/amazon/{slug}/").one("main")
    assert answer.one(class_="device").text == device
    line = next(each for each in answer.all("p") if each.text == words)
    assert line.one("a")["href"] == f"/en/services/amazon/{other}/"


# --- Languages ------------------------------------------------------------------------------------


def test_an_arabic_page_speaks_arabic_from_right_to_left(client, guide):
    guide.translations.create(language_code="ar", title="اطلب من خدمة العملاء")
    answer = page(client, "/ar/services/amazon/contact/")
    assert answer.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    assert answer.one("title").text == "أمازون: اطلب من خدمة العملاء – Wayout"
    assert marked(answer.one("h1")) == []


def test_a_norwegian_guide_is_in_norwegian(client, guide):
    guide.translations.create(language_code="nb", title="Be kundeservice")
    answer = page(client, "/nb/services/amazon/contact/")
    assert answer.one("html").attributes == {"lang": "nb", "dir": "ltr"}
    assert (answer.texts("h1"), marked(answer.one("h1"))) == (["Be kundeservice"], [])


def test_what_is_missing_in_a_language_is_in_english_and_marked_so(client, guide):
    answer = page(client, "/ar/services/amazon/contact/")
    assert marked(answer.one("h1")) == [("Ask customer service", "en", "ltr")]
    assert marked(answer.one(class_="lead")) == [("They close it.", "en", "ltr")]
    assert marked(answer.one(id="send")) == [("Send", "en", "ltr")]


def test_a_longer_text_that_falls_back_is_marked_as_a_whole(client, guide):
    lose = page(client, "/ar/services/amazon/contact/").all("dd")[1]
    assert marked(lose) == [("Your orders Your films", "en", "ltr")]
    assert marked(page(client, "/en/services/amazon/contact/").all("dd")[1]) == []


def test_a_guide_says_when_it_is_not_translated(client, guide):
    def notes(language):
        answer = page(client, f"/{language}/services/amazon/contact/")
        *said, _without_script = answer.texts("p", class_="note")
        return said

    assert {language: notes(language) for language in ("en", "ar", "nb")} == {
        "en": [],
        "ar": ["لم يُترجم هذا الدليل بعد، ولغته الإنجليزية."],
        "nb": ["Denne veiledningen er ikke oversatt ennå. Den er på engelsk."],
    }
    guide.translations.create(language_code="ar", title="أغلق الحساب")
    assert notes("ar") == []


def test_a_text_that_is_only_there_in_arabic_is_marked_on_an_english_page(client, guide):
    Step.objects.get(key="send").translations.update(language_code="ar", title="أرسل")
    step = page(client, "/en/services/amazon/contact/").one(id="send")
    assert marked(step) == [("أرسل", "ar", "rtl")]


def test_one_missing_text_does_not_take_the_others_along(client, guide):
    guide.translations.create(language_code="nb", title="Be kundeservice", summary="")
    answer = page(client, "/nb/services/amazon/contact/")
    assert marked(answer.one("h1")) == []
    assert marked(answer.one(class_="lead")) == [("They close it.", "en", "ltr")]


@pytest.mark.parametrize(
    "path", ["/en/?q=amaz", "/en/services/amazon/", "/en/services/amazon/contact/"]
)
def test_the_switch_of_the_language_keeps_the_page(client, guide, path):
    switches = page(client, path).all("nav", class_="languages")
    for switch in switches:
        links = [(each["href"], each["lang"]) for each in switch.all("a")]
        assert links == [(path.replace("/en/", f"/{code}/"), code) for code in DIRECTION]
    assert len(switches) == 2


def test_the_switch_says_which_language_it_is(client):
    switch = page(client, "/ar/").all("nav", class_="languages")[0]
    assert [each["lang"] for each in switch.all("a", aria_current="true")] == ["ar"]


@pytest.mark.parametrize(
    ("accepted", "home"), [("ar-EG,en", "/ar/"), ("no,nb;q=0.9", "/nb/"), ("fr", "/en/")]
)
def test_the_first_page_opens_in_the_language_of_the_browser(client, accepted, home):
    assert client.get("/", headers={"Accept-Language": accepted}).url == home


# --- Not found ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", DIRECTION)
@pytest.mark.parametrize(
    "path",
    [
        "services/nothing/",
        "services/amazon/nothing/",
        "services/aliexpress/contact/",
        "services/amazon/draft/",
        "nothing/",
    ],
)
def test_what_is_not_there_is_said_kindly_in_the_language_of_the_page(
    client, guide, others, language, path
):
    response = client.get(f"/{language}/{path}")
    answer = pages.read(response)
    assert response.status_code == 404
    assert answer.one("html").attributes == {"lang": language, "dir": DIRECTION[language]}
    with override(language):
        assert answer.texts("h1") == [gettext("We cannot find this page")]
        assert answer.one("main").one("a")["href"] == reverse("home")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_journey_or_step_that_is_not_there_is_said_kindly_too(client, guide, method):
    alice = make_user()
    client.force_login(alice)
    journey = alice.journeys.create(guide=guide, started_at="2026-11-20T12:00Z")
    unknown = "00000000-0000-4000-8000-000000000000"
    paths = {
        "get": [f"{unknown}/"],
        "post": [f"{unknown}/steps/1/done/", f"{journey.pk}/steps/9999/done/"],
    }
    for path in paths[method]:
        response = getattr(client, method)(f"/ar/journeys/{path}")
        with override("ar"):
            assert pages.read(response).texts("h1") == [gettext("We cannot find this page")]
        assert response.status_code == 404
