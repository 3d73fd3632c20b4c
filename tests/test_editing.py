"""The admin's own pages for editors: the start page, history, merging, taking files along."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone, translation

from guides.domain import content, content_files, describing, history, needs
from guides.models import FormerAddress, Guide, LinkCheck, Origin, Service, Step, User
from tests import factories, pages
from tests.test_admin import LIST, begin, form_of, new_guide, page_of, save, told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LANGUAGES = ("en", "ar", "nb")


@pytest.fixture
def edda(client: Client) -> User:
    """An editor, signed in."""
    user = factories.make_editor()
    client.force_login(user)
    return user


@pytest.fixture
def guide() -> Guide:
    service = factories.make_service("amazon", name="Amazon", domains=["amazon.com"])
    guide = factories.make_guide("contact", service=service)
    factories.make_way("ask", ("review", factories.wait(days=4)), "look", guide=guide)
    return guide


def read(client: Client, url: str, **query: str) -> pages.Part:
    return pages.read(client.get(url, query))


# --- The start page -------------------------------------------------------------------------------


def needs_on(page: pages.Part) -> dict[str, tuple[str, list[str]]]:
    """By need: how many guides have it, and where the first of them lead."""
    found = {}
    for each in page.all("li", class_="need"):
        head, *links = each.all("a")
        (count,) = each.all("span", class_="need-count")
        found[head.text] = count.text, [link["href"] for link in links]
    return found


def test_the_start_page_says_what_needs_an_editor(client: Client, edda: User, guide: Guide) -> None:
    there = page_of(guide)
    assert needs_on(read(client, "/admin/")) == {
        "A language is missing": ("1", [there]),
        "Not checked for six months": ("1", [there]),
    }


def test_the_start_page_says_so_if_nothing_does(client: Client, edda: User) -> None:
    page = read(client, "/admin/")
    assert "Nothing. Every guide is checked, whole and up to date." in page.text


def test_each_need_leads_to_the_list_of_those_that_have_it(
    client: Client, edda: User, guide: Guide
) -> None:
    factories.make_guide("fresh", service=guide.service, checked_on=timezone.localdate())
    (each,) = [
        x for x in read(client, "/admin/").all("li", class_="need") if "six months" in x.text
    ]
    url = each.all("a")[0]["href"]
    assert url == f"{LIST}?needs=stale"
    assert list(client.get(url).context["cl"].result_list) == [guide]


@pytest.mark.parametrize("need", needs.NEEDS, ids=lambda need: need.key)
def test_every_need_is_a_filter(client: Client, edda: User, guide: Guide, need: Any) -> None:
    listed = client.get(LIST, {"needs": need.key}).context["cl"].result_list
    assert list(listed) == list(need.guides(timezone.localdate()))


def test_editors_see_how_many_start_a_guide_and_never_who(
    client: Client, edda: User, guide: Guide
) -> None:
    Origin.objects.create(
        guide=guide, list="justdeleteme", entry="A", licence="MIT", read_on=NOW, domains=[]
    )
    for name in ("alice", "bob", "charlie"):
        guide.journeys.create(user=factories.make_user(name), started_at=NOW)
    page = read(client, "/admin/")
    (each,) = page.all("li", class_="need")
    assert "started 3 times" in each.text
    names = ("alice", "bob", "charlie", *map(str, guide.journeys.values_list("pk", flat=True)))
    assert [name for name in names if name in page.text] == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_start_page_costs_the_same_for_one_guide_and_for_many(
    client: Client, edda: User, count: int
) -> None:
    for _ in range(count):
        factories.make_step(factories.make_guide(), "ask")
    client.get("/admin/")
    with CaptureQueriesContext(connection) as captured:
        assert len(client.get("/admin/").content) > 0
    assert len(captured) == 13


def test_who_may_not_see_guides_is_asked_nothing(client: Client, guide: Guide) -> None:
    client.force_login(factories.make_user("helper", is_staff=True))
    assert read(client, "/admin/").all("li", class_="need") == []


# --- Translations ---------------------------------------------------------------------------------


@pytest.fixture
def translated(guide: Guide) -> Guide:
    """In Norwegian too; all words are of some time ago."""
    for row in (guide, *guide.steps.all()):
        row.translations.create(language_code="nb", title=f"{row} på norsk")
        row.translations.update(changed_at=NOW - timedelta(days=9))
    return guide


def outdated() -> list[Guide]:
    return list(needs.outdated(timezone.localdate()))


def test_a_changed_original_makes_its_translation_outdated(
    client: Client, edda: User, translated: Guide
) -> None:
    save(client, page_of(translated), steps_0_title="Ask nicely")
    assert outdated() == [translated]
    save(client, page_of(translated, "nb"), steps_0_title="Spør pent")
    assert outdated() == []


def test_what_is_saved_as_it_was_makes_nothing_outdated(
    client: Client, edda: User, translated: Guide
) -> None:
    body = "One.\n\nTwo."
    Step.objects.get(key="ask").translations.filter(language_code="en").update(body=body)
    save(client, page_of(translated), steps_0_body=body.replace("\n", "\r\n"), undo="always")
    assert outdated() == []
    assert Step.objects.get(key="ask").translations.get(language_code="en").body == body


def test_an_editor_says_that_translations_are_right(
    client: Client, edda: User, translated: Guide
) -> None:
    save(client, page_of(translated), steps_0_title="Ask, please")
    chosen = {"action": "translations_are_right", "_selected_action": [translated.pk]}
    response = client.post(LIST, chosen)
    assert told(response)[-1:] == ["The translations of 1 guide count as up to date."]
    assert outdated() == []


# --- Dead links -----------------------------------------------------------------------------------


def test_a_dead_link_is_marked_beside_it(client: Client, edda: User, guide: Guide) -> None:
    dead = "https://dead.example/"
    LinkCheck.objects.create(url=dead, checked_at=NOW, found="gone", detail="404", dead_since=NOW)
    guide.steps.filter(key="ask").update(link=dead)
    guide.steps.filter(key="look").update(link="https://works.example/")
    guide.sources.create(name="Help", url=dead)
    marked = read(client, page_of(guide)).all("strong", class_="dead-link")
    assert [each.text for each in marked] == ["This link has been dead since Nov. 22, 2026."] * 2


# --- History --------------------------------------------------------------------------------------


def history_of(guide: Guide) -> str:
    return f"/admin/guides/guide/{guide.pk}/history/"


def acts(guide: Guide) -> list[tuple[str, User | None]]:
    return [(each.act, each.by) for each in guide.revisions.all()]


def test_every_way_to_change_a_guide_is_in_its_history(
    client: Client, edda: User, guide: Guide
) -> None:
    save(client, page_of(guide), difficulty="hard")
    for action in ("unpublish", "publish", "checked_today"):
        client.post(LIST, {"action": action, "_selected_action": [guide.pk]})
    guide.translations.create(language_code="nb", title="Lukk")
    client.post(f"/admin/guides/guide/{guide.pk}/change/delete-translation/nb/", {"post": "yes"})
    by_edda = ["edited", "checked", "published", "unpublished", "edited"]
    assert [act for act, by in acts(guide) if by == edda] == by_edda
    assert [act for act, by in acts(guide) if by is None] == ["found", "found"]


def test_a_new_guide_begins_its_history(client: Client, edda: User) -> None:
    new_guide(client, factories.make_service(), is_published="on")
    assert acts(Guide.objects.get()) == [("published", edda), ("written", edda)]


def test_what_could_not_be_saved_is_not_in_the_history(
    client: Client, edda: User, guide: Guide
) -> None:
    save(client, page_of(guide), slug="not a slug", difficulty="hard")
    client.post(page_of(guide), {"nothing": "at all"})
    assert acts(guide) == []


def test_the_history_says_who_changed_what(client: Client, edda: User, guide: Guide) -> None:
    save(client, page_of(guide), steps_0_title="Ask nicely")
    newest, oldest = read(client, history_of(guide)).one("ol", class_="revisions").all("h2")
    assert newest.text.startswith("Edited")
    assert "edda@example.org" in newest.text
    assert oldest.text.startswith("As it was before")
    (table,) = read(client, history_of(guide)).all("table", class_="differences")
    assert [cell.text for cell in table.all("td")] == ["Ask", "Ask nicely"]


def test_a_guide_that_nobody_changed_has_no_history(
    client: Client, edda: User, guide: Guide
) -> None:
    assert "Nobody has changed this guide yet." in read(client, history_of(guide)).text


def test_going_back_shows_first_what_it_changes(client: Client, edda: User, guide: Guide) -> None:
    save(client, page_of(guide), steps_0_title="Ask nicely")
    first = guide.revisions.last()
    url = f"{history_of(guide)}{first.pk}/"
    (table,) = read(client, url).all("table", class_="differences")
    cells = [cell.text for cell in table.all("td")]
    assert cells == ["Ask nicely", "Ask"]
    assert str(Step.objects.get(key="ask")) == "Ask nicely"
    response = client.post(url)
    assert (response.url, told(response)) == (
        page_of(guide),
        ["The guide says again what it said then."],
    )
    assert str(Step.objects.get(key="ask")) == "Ask"
    assert acts(guide)[0] == ("went_back", edda)


def test_going_back_says_why_not(client: Client, edda: User, guide: Guide) -> None:
    Step.objects.filter(key="ask").update(while_waiting=True)
    with history.changing(guide=guide, act="edited", by=edda, now=NOW):
        Step.objects.update(while_waiting=False)
    response = client.post(f"{history_of(guide)}{guide.revisions.last().pk}/")
    reason = "The first step cannot be done while waiting: no waiting period comes before it."
    assert told(response) == [f"Nothing was changed: {reason}"]


def test_the_history_of_one_guide_does_not_lead_to_another(
    client: Client, edda: User, guide: Guide
) -> None:
    other = factories.make_guide()
    save(client, page_of(guide), difficulty="hard")
    url = f"{history_of(other)}{guide.revisions.last().pk}/"
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


def test_who_may_only_look_does_not_go_back(client: Client, edda: User, guide: Guide) -> None:
    save(client, page_of(guide), difficulty="hard")
    edda.groups.get().permissions.exclude(codename__startswith="view").delete()
    url = f"{history_of(guide)}{guide.revisions.last().pk}/"
    statuses = [client.get(history_of(guide)).status_code, client.post(url).status_code]
    assert statuses == [200, 403]
    guide.refresh_from_db()
    assert guide.difficulty == "hard"


@pytest.mark.parametrize("count", [2, 15])
def test_the_history_costs_the_same_for_one_change_and_for_many(
    client: Client, edda: User, guide: Guide, count: int
) -> None:
    for number in range(count):
        with history.changing(guide=guide, act="edited", by=edda, now=NOW):
            guide.translations.update(summary=str(number))
    client.get(history_of(guide))
    with CaptureQueriesContext(connection) as captured:
        page = read(client, history_of(guide))
    assert (len(page.one("ol", class_="revisions").all("h2")), len(captured)) == (count + 1, 10)


# --- Merging --------------------------------------------------------------------------------------


@pytest.fixture
def souq() -> Service:
    service = factories.make_service("souq", name="Souq", domains=["souq.com"])
    factories.make_step(factories.make_guide("contact", service=service, title="Write"), "ask")
    return service


def merge_page(service: Service) -> str:
    return f"/admin/guides/service/{service.pk}/merge/"


def test_two_that_are_ticked_are_looked_at_first(
    client: Client, edda: User, guide: Guide, souq: Service
) -> None:
    ids = [guide.service_id, souq.pk]
    response = client.post("/admin/guides/service/", {"action": "merge", "_selected_action": ids})
    page = read(client, response.url)
    (plan,) = page.all("div", class_="plan")
    assert (Service.objects.count(), plan.one("h2").text) == (
        2,
        "“Amazon” becomes part of “Souq”",
    )


def test_one_or_three_are_not_two(client: Client, edda: User, guide: Guide) -> None:
    chosen = {"action": "merge", "_selected_action": [guide.service_id]}
    response = client.post("/admin/guides/service/", chosen)
    assert told(response) == ["Tick the two services that are the same."]


def test_merging_is_shown_and_then_done(
    client: Client, edda: User, guide: Guide, souq: Service
) -> None:
    journey = begin(guide)
    chosen = {"other": str(souq.pk), "stays": "other"}
    plan = read(client, merge_page(guide.service), **chosen).one("div", class_="plan").text
    assert "amazon/contact → souq/contact-2" in plan
    response = client.post(merge_page(guide.service), chosen)
    assert told(response) == ["“Amazon” is part of “Souq” now."]
    assert response.url == page_of(souq)
    journey.refresh_from_db()
    assert (journey.guide.service, journey.entries.count()) == (souq, 1)
    assert acts(journey.guide) == [("merged", edda), ("found", None)]


@pytest.mark.parametrize("chosen", [{}, {"other": "0", "stays": "this"}, {"other": "x"}])
def test_what_is_not_chosen_is_not_merged(
    client: Client, edda: User, guide: Guide, souq: Service, chosen: dict[str, str]
) -> None:
    assert client.post(merge_page(souq), chosen).status_code == 200
    assert client.post(merge_page(souq), {"other": souq.pk, "stays": "this"}).status_code == 200
    assert (Service.objects.count(), FormerAddress.objects.count()) == (2, 0)


def test_who_may_not_delete_services_does_not_merge(
    client: Client, edda: User, guide: Guide, souq: Service
) -> None:
    edda.groups.get().permissions.filter(codename="delete_service").delete()
    chosen = {"other": str(souq.pk), "stays": "this"}
    assert client.post(merge_page(guide.service), chosen).status_code == 403
    assert Service.objects.count() == 2


def test_old_addresses_lead_to_the_new_ones_for_good(
    client: Client, edda: User, guide: Guide, souq: Service
) -> None:
    client.post(merge_page(souq), {"other": str(guide.service_id), "stays": "other"})
    visitor = Client()
    for language in LANGUAGES:
        for old, new in {"souq/": "amazon/", "souq/contact/": "amazon/contact-2/"}.items():
            response = visitor.get(f"/{language}/services/{old}")
            wanted = (301, f"/{language}/services/{new}")
            assert (response.status_code, response.url) == wanted
    assert visitor.get("/en/services/souq/nothing/").status_code == 404
    Guide.objects.update(is_published=False)
    assert visitor.get("/en/services/souq/contact/").status_code == 404


# --- Taking files along ---------------------------------------------------------------------------


def export(client: Client, row: Guide | Service) -> zipfile.ZipFile:
    response = client.get(f"/admin/guides/{row._meta.model_name}/{row.pk}/export/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="amazon.zip"'
    return zipfile.ZipFile(io.BytesIO(response.content))


def test_a_guide_is_taken_along_as_its_content_files(
    client: Client, edda: User, guide: Guide, tmp_path: Path
) -> None:
    guide.translations.create(language_code="nb", title="Lukk", summary="Én.\r\n\r\nTo.")
    archive = export(client, guide)
    names = ["amazon/service.toml", "amazon/en.toml", "amazon/nb.toml", "README.txt"]
    assert archive.namelist() == names
    content_files.write(describing.describe(guide.service), tmp_path)
    for name in names[:3]:
        assert archive.read(name).decode() == (tmp_path / name).read_text()
    assert "CONTRIBUTING.md" in archive.read("README.txt").decode()


def test_what_was_taken_along_comes_in_as_it_was(
    client: Client, edda: User, guide: Guide, tmp_path: Path
) -> None:
    guide.translations.update(you_lose="One.\r\n\r\nTwo.")
    archive = export(client, guide.service)
    archive.extractall(tmp_path, [name for name in archive.namelist() if "/" in name])
    before = describing.describe(Service.objects.get())
    contents = content_files.read(tmp_path, LANGUAGES)
    report = content.load(contents=contents, now=NOW)
    assert (report.unchanged, report.left_alone) == (2, [])
    Service.objects.all().delete()
    content.load(contents=contents, now=NOW)
    assert describing.describe(Service.objects.get()) == before


def test_what_nobody_has_checked_is_not_offered(client: Client, edda: User, guide: Guide) -> None:
    Origin.objects.create(
        guide=guide, list="justdeleteme", entry="A", licence="MIT", read_on=NOW, domains=[]
    )
    response = client.get(f"/admin/guides/guide/{guide.pk}/export/")
    assert told(response) == [
        "Nobody has checked this yet. Check it first, and set the day of the check."
    ]
    assert response.url == page_of(guide)


def test_lines_that_a_browser_sends_are_kept_as_in_files(
    client: Client, edda: User, guide: Guide
) -> None:
    save(client, page_of(guide), summary="One.\r\n\r\nTwo.", steps_0_body="A\r\nB")
    assert guide.translations.get().summary == "One.\n\nTwo."
    assert Step.objects.get(key="ask").translations.get().body == "A\nB"
    assert form_of(client, page_of(guide))["summary"] == "One.\n\nTwo."


@pytest.mark.parametrize("path", ["guide/add/", "service/add/"])
def test_who_asks_to_save_as_new_gets_the_form_again(edda, path):
    """No button of ours asks so, but anybody can."""
    client = Client()
    client.force_login(edda)
    page = client.post(f"/admin/guides/{path}", {"_saveasnew": "1"})
    assert (page.status_code, b"errornote" in page.content) == (200, True)


def test_norwegian_editors_see_times_as_norwegians_write_them() -> None:
    with translation.override("nb"):
        written = formats.localize(datetime(2026, 11, 26, 14, 5, tzinfo=UTC))
    assert written == "26. november 2026 kl. 14.05"
