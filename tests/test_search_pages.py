"""Searching on the page: filters, pages of the list, bad input, and typing in a real browser."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from guides.models import Service
from tests import chromium, pages
from tests.factories import make_guide, make_service

DAY = date(2026, 11, 22)
LANGUAGES = ("en", "ar", "nb")


def put(slug, *, domains=(), name="", **guide):
    make_guide(service=make_service(slug, domains=domains, name=name), **guide)


def page(client, path, **headers):
    return pages.read(client.get(path, headers=headers))


def names(part):
    return part.one(id="results").texts("h3")


@pytest.fixture
def tubes(db):
    """Three that a search for "tube" finds, one of each kind."""
    put("tube-easy", domains=["easy.example"], difficulty="easy", undo="always", checked_on=DAY)
    put("tube-hard", difficulty="hard", checked_on=DAY)
    put("tube-list", difficulty="easy")


@pytest.fixture
def many(db):
    """More than two pages."""
    for number in range(65):
        put(f"tube-{number:02}")


# --- The whole list -------------------------------------------------------------------------------


def test_of_the_whole_list_what_is_not_checked_stands_apart(client, tubes):
    results = page(client, "/en/").one(id="results")
    assert [run.texts("h3") for run in results.all("ul")] == [
        ["Tube-Easy", "Tube-Hard"],
        ["Tube-List"],
    ]
    assert results.texts("p") == ["Not checked by us yet:"]


def test_the_list_has_the_order_of_the_names_on_the_page(client, tubes):
    easy, hard = Service.objects.filter(slug__in=["tube-easy", "tube-hard"]).order_by("slug")
    easy.translations.create(language_code="nb", name="Tube Åpen")
    hard.translations.create(language_code="nb", name="Tube Hard")
    assert names(page(client, "/nb/")) == ["Tube Hard", "Tube Åpen", "Tube-List"]


# --- Filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", ["Tube-Easy", "Tube-Hard", "Tube-List"]),
        ("&difficulty=hard", ["Tube-Hard"]),
        ("&undo=on", ["Tube-Easy"]),
        ("&checked=on&difficulty=easy", ["Tube-Easy"]),
        ("&difficulty=nonsense&undo=&checked=false", ["Tube-Easy", "Tube-Hard", "Tube-List"]),
    ],
)
def test_a_search_is_narrowed_in_the_address(client, tubes, parameters, expected):
    assert names(page(client, f"/en/?q=tube{parameters}")) == expected


def test_without_a_search_the_whole_list_is_narrowed(client, tubes):
    narrowed = page(client, "/en/?difficulty=hard")
    assert (names(narrowed), narrowed.one(id="found").text) == (["Tube-Hard"], "1 service found")


def test_the_filters_stand_as_they_were_set(client, tubes):
    filters = page(client, "/en/?difficulty=hard&checked=on").one(id="filters")
    assert filters.one("option", selected="")["value"] == "hard"
    boxes = [box["name"] for box in filters.all("input") if "checked" in box.attributes]
    assert boxes == ["checked"]
    assert "open" in filters.one("details").attributes


def test_the_filters_are_out_of_the_way_until_they_are_wanted(client, tubes):
    assert "open" not in page(client, "/en/?q=tube").one(class_="filters").one("details").attributes


def test_the_filters_belong_to_the_form_of_the_search(client, tubes):
    whole = page(client, "/en/")
    fields = [*whole.one(id="filters").all("select"), *whole.one(id="filters").all("input")]
    assert [field["name"] for field in fields] == ["difficulty", "undo", "checked"]
    assert {field["form"] for field in fields} == {whole.one("form", role="search")["id"]}


def test_whoever_has_narrowed_too_much_gets_back(client, tubes):
    empty = page(client, "/en/?q=tube&difficulty=limited&undo=on").one(class_="empty")
    assert empty.text == "No service fits all of that. Search the whole list"
    assert names(page(client, empty.one("a")["href"])) == ["Tube-Easy", "Tube-Hard", "Tube-List"]


def test_a_row_says_what_awaits_one(client, tubes):
    rows = page(client, "/en/?q=tube").texts(class_="result-facts")
    assert rows == [
        "Easy 1 way easy.example",
        "Hard 1 way",
        "Easy 1 way",
    ]


def test_what_comes_near_is_named_where_nothing_is_found(client, tubes):
    answer = page(client, "/en/?q=easy.nowhere")
    results = answer.one(id="results")
    assert (names(answer), answer.one(id="found").text) == (["Tube-Easy"], "1 similar name")
    assert results.one("h2").text == "Similar names"
    assert results.all("p")[0].text == (
        "We have no guide for “easy.nowhere” yet. Did you mean this one?"
    )


# --- Pages of the list ----------------------------------------------------------------------------


def test_a_long_list_has_pages(client, many):
    first = page(client, "/en/?q=tube&undo=")
    assert (len(names(first)), first.one(id="found").text) == (30, "65 services found")
    assert first.one("nav", class_="pages").text == "Page 1 of 3 Next page"
    second = page(client, "/en/" + first.one("a", rel="next")["href"])
    third = page(client, "/en/" + second.one("a", rel="next")["href"])
    assert second.one("a", rel="prev")["href"] == "?q=tube&page=1#results-title"
    assert third.one("nav", class_="pages").text == "Previous page Page 3 of 3"
    assert names(first) + names(second) + names(third) == [f"Tube-{n:02}" for n in range(65)]


def test_a_short_list_has_none(client, tubes):
    assert page(client, "/en/").all("nav", class_="pages") == []


@pytest.mark.parametrize(
    ("number", "shown"),
    [("2", 2), ("٢", 2), ("0", 3), ("99", 3), ("-1", 3), ("x", 1), ("", 1), ("9" * 5000, 1)],
)
def test_a_page_that_is_not_there_is_one_that_is(client, many, number, shown):
    assert page(client, f"/en/?page={number}").one(class_="pages").one("p").text == (
        f"Page {shown} of 3"
    )


# --- Typing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "address"),
    [
        ("?q=%20tube%20&difficulty=", "/en/?q=tube"),
        ("?q=tube&difficulty=easy&undo=on&page=3", "/en/?q=tube&difficulty=easy&undo=on"),
        ("?q=", "/en/"),
    ],
)
def test_typing_keeps_an_address_that_finds_the_same(client, tubes, parameters, address):
    answer = client.get(f"/en/{parameters}", headers={"HX-Request": "true"})
    assert answer["HX-Replace-Url"] == address
    assert names(pages.read(answer)) == names(page(client, address))


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "typed",
    [
        "١٢٣٤",
        "Amazon أمازون アマゾン Амазон",
        "amazon\0",
        "\u202eevil",
        "\ufdfa" * 200,
        "%00%ED%A0%80",
        "🙂" * 300,
        "'\"><svg onload=alert(1)>",
        "http://[::1",
        "javascript:alert(1)",
        "a." * 500,
        "x" * 1_000_000,
    ],
    ids=ascii,
)
def test_whatever_is_typed_gets_a_clear_page(client, tubes, language, typed):
    answer = page(client, f"/{language}/?q={quote(typed, safe='%')}")
    assert answer.one("html")["lang"] == language
    assert (names(answer), len(answer.all(class_="empty"))) == ([], 1)
    kept = answer.one("input", id="q")["value"]
    assert (len(kept) <= 200, kept.isprintable()) == (True, True)


# --- In a browser ---------------------------------------------------------------------------------

# Notes in which order things happen; a frame is noted when what changed before it is painted.
NOTE_ORDER = """() => {
  window.order = [];
  document.addEventListener("htmx:beforeOnLoad", () => {
    order.push("answer");
    requestAnimationFrame(() => order.push("frame"));
  });
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    if (added.some((node) => node.id === "results")) order.push("list");
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
}"""


@pytest.fixture
def shop_window(transactional_db):
    """What people look for, in names of which each begins with the one before."""
    for slug in ("amazon", "amazonas", "ebay"):
        put(slug, name=slug.title(), difficulty="hard" if slug == "amazonas" else "easy")


def results(page):
    return page.locator("#results h3")


@pytest.mark.browser
@pytest.mark.parametrize("typed", ["amazon ", " Amazon", "amzon", "amazno", "amazon.com/x"])
def test_what_one_types_is_found_at_once(page, shop_window, typed):
    page.goto("/en/")
    page.locator("#q").press_sequentially(typed)
    expect(results(page).first).to_have_text("Amazon")
    expect(page.locator("#results h3", has_text="Ebay")).to_have_count(0)


@pytest.mark.browser
def test_the_list_is_in_the_first_frame_after_its_answer(page, shop_window):
    page.goto("/en/")
    page.evaluate(NOTE_ORDER)
    page.locator("#q").fill("ebay")
    expect(results(page)).to_have_text(["Ebay"])
    order = page.evaluate("new Promise((said) => requestAnimationFrame(() => said(order)))")
    assert order == ["answer", "list", "frame"]


THE_FIRST = re.compile(r"\?q=ama&")


@pytest.mark.browser
def test_nothing_that_is_typed_is_lost_and_the_last_of_it_counts(page, shop_window):
    """The first answer is held back until after the second one."""
    held = []
    page.route(THE_FIRST, lambda route: held.append(route))
    page.goto("/en/")
    field = page.locator("#q")
    field.press_sequentially("ama")
    expect(page.locator("form.search")).to_have_class(re.compile("htmx-request"))
    field.press_sequentially("zonas")
    expect(results(page)).to_have_text(["Amazonas"])
    (first,) = held
    first.fulfill(body='<section id="results"><h3>Too late</h3></section>')
    expect(results(page)).to_have_text(["Amazonas"])
    expect(field).to_have_value("amazonas")
    expect(field).to_be_focused()
    expect(page).to_have_url("/en/?q=amazonas")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "one", "none"),
    [
        ("en", "1 service found", "0 services found"),
        ("ar", "وجدنا خدمة واحدة", "لم نجد أي خدمة"),
        ("nb", "Fant 1 tjeneste", "Fant 0 tjenester"),
    ],
)
def test_how_many_were_found_is_said_by_what_stays(page, shop_window, language, one, none):
    """A screen reader reads a status that changes, not one that comes with the list."""
    page.goto(f"/{language}/")
    status = page.get_by_role("status").and_(page.locator("#found"))
    status.evaluate("(node) => { window.before = node; }")
    page.locator("#q").fill("ebay")
    expect(status).to_have_text(one)
    page.locator("#q").fill("qqqqqq")
    expect(status).to_have_text(none)
    assert status.evaluate("(node) => node === window.before && node.isConnected")


@pytest.mark.browser
def test_the_keyboard_is_enough(page, shop_window):
    page.goto("/en/")
    page.locator("#q").focus()
    page.keyboard.type("amaz")
    expect(results(page)).to_have_text(["Amazon", "Amazonas"])
    press(page, "Tab", "Tab")
    expect(page.locator("#filters summary")).to_be_focused()
    press(page, "Enter", "Tab")
    expect(page.get_by_label("How hard")).to_be_focused()
    page.keyboard.type("Hard")
    expect(results(page)).to_have_text(["Amazonas"])
    expect(page.get_by_label("How hard")).to_be_focused()
    press(page, "Tab", "Tab", "Tab")
    expect(results(page).get_by_role("link")).to_be_focused()
    press(page, "Enter")
    expect(page).to_have_url("/en/services/amazonas/")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.browser
def test_typing_on_keeps_the_filters_and_a_filter_keeps_what_was_typed(page, shop_window):
    page.goto("/en/")
    page.locator("#filters summary").click()
    page.get_by_label("How hard").select_option("easy")
    expect(results(page)).to_have_text(["Amazon", "Ebay"])
    page.locator("#q").fill("amaz")
    expect(results(page)).to_have_text(["Amazon"])
    expect(page).to_have_url("/en/?q=amaz&difficulty=easy")
    page.get_by_label("How hard").select_option("hard")
    expect(results(page)).to_have_text(["Amazonas"])
    page.get_by_label("Can be undone").check()
    expect(page.locator("#results .empty")).to_have_count(1)
    expect(page.get_by_role("button", name="Show")).to_be_hidden()


@pytest.mark.browser
def test_without_javascript_the_filters_have_a_button(new_page, shop_window):
    page = new_page(java_script_enabled=False)
    page.goto("/en/?q=amaz")
    page.locator("#filters summary").click()
    page.get_by_label("How hard").select_option("hard")
    page.get_by_role("button", name="Show").click()
    expect(results(page)).to_have_text(["Amazonas"])
    expect(page.locator("#q")).to_have_value("amaz")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["?q=ama&difficulty=hard", "?q=ebay.fr", "?difficulty=limited", "", f"?q={'word' * 50}"]
)
def test_a_list_has_no_barrier_and_fits_a_phone(new_page, shop_window, language, path):
    for number in range(31):
        put(f"service-{number}")
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(f"/{language}/{path}")
    found = Axe().run(page, options=chromium.AS_IT_IS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
