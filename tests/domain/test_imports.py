"""A list is imported entry by entry: whole, once, and without touching what editors have done."""

from datetime import timedelta

import pytest
from django.db import DataError

from guides.domain import content_files, describing, imports, journeys, search, standings
from guides.models import Domain, Guide, Note, Origin, Service, Step
from tests.domain import shop
from tests.factories import make_guide, make_service, make_user, make_way
from tests.lists import NOW, entry, everything, guide_of, load, steps_of

pytestmark = pytest.mark.django_db

HARD = {"difficulty": "hard", "email": "bye@gizmo.example"}
SLOW = {"notes": "The account is deleted after 30 days."}


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def domains_of(service="gizmo"):
    return list(Service.objects.get(slug=service).domains.values_list("name", flat=True))


# --- What an entry becomes ------------------------------------------------------------------------


def test_an_entry_becomes_a_service_with_a_guide(folder):
    row = entry(domains=["gizmo.example", "gizmo.no"], notes="Press **it**.", notes_de="Drück es.")
    report = load(folder, row)
    assert (report.created, report.joined, report.problems) == (1, [], [])
    guide = guide_of()
    assert (guide.service.slug, str(guide.service)) == ("gizmo", "Gizmo")
    assert domains_of() == ["gizmo.example", "gizmo.no"]
    assert (guide.slug, guide.difficulty, guide.is_published, guide.checked_on) == (
        "justdeleteme",
        "easy",
        True,
        None,
    )
    notes = guide.origin.notes.values_list("language", "text", "link")
    assert list(notes) == [
        ("de", "Drück es.", ""),
        ("en", "Press **it**.", "https://gizmo.example/delete"),
    ]


def test_its_origin_and_licence_are_kept(folder):
    load(folder, entry())
    origin = guide_of().origin
    assert (origin.get_list_display(), origin.licence[:5], str(origin.read_on)) == (
        "JustDeleteMe",
        "MIT, ",
        "2026-11-22",
    )
    assert list(guide_of().sources.values_list("name", flat=True)) == ["JustDeleteMe"]


def test_a_wait_out_of_a_note_is_a_step(folder):
    assert load(folder, entry(**SLOW)).waits == 1
    wait = steps_of()["processing"]
    assert (wait.wait_shortest, wait.wait_longest) == (timedelta(days=30), timedelta(days=30))
    assert wait.wait_certainty == Step.Certainty.NOTED
    assert wait.goes_back_to == steps_of()["ask"]


def test_a_letter_is_a_step(folder):
    load(folder, entry(**HARD))
    assert steps_of()["write"].letter_to == "bye@gizmo.example"


def found(text):
    slugs = dict(Service.objects.values_list("pk", "slug"))
    return [slugs[pk] for pk in search.find(text).ids]


@pytest.mark.parametrize("query", ["gizmo", "Gizmo", "https://www.gizmo.example/x", "my.gizmo.no"])
def test_what_is_imported_is_found(folder, query):
    load(folder, entry(domains=["gizmo.example", "gizmo.no"]))
    assert found(query) == ["gizmo"]


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Word/Press.com"], ["word-press-com"]),
        (["Мій"], ["a-example"]),
        (["Giz mo", "Giz-mo"], ["giz-mo", "b-example"]),
        (["Ж", "Я"], ["a-example", "b-example"]),
        (["x" * 100], ["x" * 70]),
    ],
)
def test_every_service_has_an_address(folder, names, slugs):
    rows = [entry(name, domains=[f"{'ab'[i]}.example"]) for i, name in enumerate(names)]
    load(folder, *rows)
    assert [guide_of(name).service.slug for name in names] == slugs


def test_two_entries_with_one_domain_are_two_services(folder):
    shared = {"domains": ["gizmo.example"]}
    report = load(folder, entry("Gizmo", **shared), entry("Gizmo Trains", **shared))
    assert (report.created, Service.objects.count()) == (2, 2)
    assert (domains_of("gizmo"), domains_of("gizmo-trains")) == (["gizmo.example"], [])


# --- Joining --------------------------------------------------------------------------------------


def test_an_entry_joins_the_service_that_has_its_domain(folder):
    service = make_service("gizmo-shop", name="Gizmo Shop", domains=["gizmo.example"])
    report = load(folder, entry(domains=["gadget.example", "gizmo.example"]))
    assert (report.created, report.joined) == (0, ["Gizmo → gizmo-shop"])
    assert guide_of().service == service
    assert domains_of("gizmo-shop") == ["gizmo.example", "gadget.example"]
    assert found("gizmo") == ["gizmo-shop"]


def test_it_joins_the_service_that_has_most_of_its_domains(folder):
    make_service("one", domains=["a.example"])
    make_service("two", domains=["b.example", "c.example"])
    load(folder, entry(domains=["a.example", "b.example", "c.example"]))
    assert guide_of().service.slug == "two"


def test_a_guide_of_ours_goes_before_it(folder):
    service = make_service("gizmo-shop", domains=["gizmo.example"])
    ours = make_guide("ours", service=service)
    load(folder, entry())
    assert (guide_of().is_published, list(service.guides.published())) == (False, [ours])


def test_where_there_is_no_guide_of_ours_it_is_shown(folder):
    service = make_service("gizmo-shop", domains=["gizmo.example"])
    make_guide(service=service, is_published=False)
    load(folder, entry())
    assert list(service.guides.published()) == [guide_of()]


def test_two_entries_that_join_one_service_have_an_address_each(folder):
    make_service("gizmo-shop", domains=["gizmo.example", "gizmo.no"])
    load(folder, entry(), entry("Gizmo Norge", domains=["gizmo.no"]))
    assert [guide_of(name).slug for name in ("Gizmo", "Gizmo Norge")] == [
        "justdeleteme",
        "justdeleteme-2",
    ]


# --- Once more ------------------------------------------------------------------------------------


def test_importing_twice_changes_nothing(folder):
    rows = [entry(**HARD, **SLOW), entry("Gadget")]
    load(folder, *rows)
    before = everything()
    report = load(folder, *rows)
    assert (report.created, report.unchanged, everything()) == (0, 2, before)
    report = load(folder, *rows, update=True)
    assert (report.updated, report.unchanged, everything()) == (0, 2, before)


def test_a_trial_writes_nothing_and_says_what_would_be(folder):
    make_service("gadget-shop", domains=["gadget.example"])
    before = everything()
    rows = [entry(**SLOW), entry("Gadget"), entry("Gizmo 2", domains=["gizmo.example"])]
    report = load(folder, *rows, dry_run=True)
    assert (report.created, report.joined) == (2, ["Gadget → gadget-shop"])
    assert (report.waits, everything()) == (1, before)


def test_a_trial_of_an_update_writes_nothing(folder):
    load(folder, entry(), entry("Gadget"))
    before = everything()
    report = load(folder, entry(**SLOW), update=True, dry_run=True)
    assert (report.updated, report.vanished, everything()) == (1, ["Gadget"], before)


def test_a_changed_entry_waits_for_an_update(folder):
    load(folder, entry())
    report = load(folder, entry(**SLOW))
    assert (report.outdated, report.updated, list(steps_of())) == (1, 0, ["ask", "check-gone"])


def test_an_update_brings_what_is_new(folder):
    load(folder, entry(notes="Old.", notes_de="Alt."))
    row = entry(**HARD, **SLOW, url="https://gizmo.example/new", domains=["gizmo.example", "g.no"])
    report = load(folder, row, update=True)
    assert (report.updated, report.created, report.left_alone) == (1, 0, [])
    assert list(steps_of()) == ["write", "processing", "check-gone"]
    assert steps_of()["write"].link == "https://gizmo.example/new"
    assert guide_of().difficulty == "hard"
    assert list(Note.objects.values_list("text", flat=True)) == [SLOW["notes"]]
    assert domains_of() == ["gizmo.example", "g.no"]


def test_a_step_that_is_gone_after_an_update_is_retired(folder):
    load(folder, entry(**SLOW))
    wait = steps_of()["processing"]
    load(folder, entry(), update=True)
    wait.refresh_from_db()
    assert (wait.retired_at, list(steps_of())) == (NOW, ["ask", "check-gone"])


def test_what_has_vanished_is_named_and_stays(folder):
    load(folder, entry(), entry("Gadget"))
    before = everything()
    report = load(folder, entry("Gadget"), update=True)
    assert (report.vanished, everything()) == (["Gizmo"], before)


def test_an_entry_that_cannot_be_read_any_more_has_not_vanished(folder):
    load(folder, entry(), entry("Gadget"))
    report = load(folder, entry(difficulty="tricky"), entry("Gadget"), update=True)
    assert report.vanished == []


def test_an_entry_under_a_new_name_is_the_same(folder):
    load(folder, entry())
    report = load(folder, entry("Gizmo Plus", domains=["gizmo.example"]), update=True)
    assert (report.created, report.updated, report.vanished) == (0, 1, [])
    assert guide_of("Gizmo Plus").service.slug == "gizmo"
    assert found("gizmo plus") == ["gizmo"]


# --- What an editor has touched -------------------------------------------------------------------


def renamed():
    guide_of().translations.filter(language_code="en").update(title="Leave Gizmo")


def checked():
    Guide.objects.update(checked_on=NOW.date())


def unpublished():
    Guide.objects.update(is_published=False)


def longer():
    Step.objects.filter(kind="wait").update(wait_longest=timedelta(days=40))


def letterless():
    Step.objects.update(letter_body="Another.")


@pytest.mark.parametrize("touch", [renamed, checked, unpublished, longer, letterless])
def test_what_an_editor_has_touched_stays(folder, touch):
    load(folder, entry(**HARD, **SLOW))
    touch()
    before = everything()
    report = load(folder, entry(notes="New.", **HARD), update=True)
    assert (report.left_alone, report.updated, everything()) == (["Gizmo"], 0, before)


def test_a_guide_that_an_editor_has_deleted_stays_away(folder):
    load(folder, entry())
    guide_of().delete()
    report = load(folder, entry(**SLOW), update=True)
    assert (report.left_alone, Guide.objects.count()) == (["Gizmo"], 0)


def test_a_domain_that_an_editor_has_taken_away_stays_away(folder):
    load(folder, entry(domains=["gizmo.example", "wrong.example"]))
    Domain.objects.get(name="wrong.example").delete()
    load(folder, entry(domains=["gizmo.example", "wrong.example", "g.no"]), update=True)
    assert domains_of() == ["gizmo.example", "g.no"]


def test_a_journey_survives_an_update(folder):
    load(folder, entry(**SLOW))
    journey = journeys.start(user=make_user(), guide=guide_of(), now=NOW)
    journeys.complete_step(journey=journey, step=steps_of()["ask"], now=NOW)
    load(folder, entry(notes="It is deleted after 60 days."), update=True)
    standing = standings.of(journey=journey, now=NOW)
    wait = standing.timeline[steps_of()["processing"].pk]
    assert (wait.state, wait.facts.longest_at) == ("waiting", NOW + timedelta(days=30))


# --- When something goes wrong --------------------------------------------------------------------


def broken(name, error):
    """An index that cannot be written for one service."""
    index = search.index

    def break_or_index(services):
        if [service.slug for service in services] == [name]:
            raise error
        index(services)

    return break_or_index


ROWS = [entry(each, **SLOW) for each in ("Alpha", "Beta", "Gamma")]


def test_an_entry_that_the_database_refuses_is_named_and_leaves_nothing(folder, monkeypatch):
    monkeypatch.setattr(imports.search, "index", broken("beta", DataError("no")))
    report = load(folder, *ROWS)
    assert (report.created, list(map(str, report.problems))) == (
        2,
        ["Beta: the database refused it (no); skipped"],
    )
    assert sorted(Service.objects.values_list("slug", flat=True)) == ["alpha", "gamma"]
    assert Origin.objects.count() == Guide.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_ended_in_the_middle_is_completed_by_the_next_run(folder, monkeypatch):
    index = search.index
    monkeypatch.setattr(imports.search, "index", broken("beta", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        load(folder, *ROWS)
    monkeypatch.setattr(imports.search, "index", index)
    assert list(Service.objects.values_list("slug", flat=True)) == ["alpha"]
    assert (Step.objects.count(), Domain.objects.count(), Note.objects.count()) == (3, 1, 1)
    report = load(folder, *ROWS)
    assert (report.created, report.unchanged) == (2, 1)
    ended = everything()
    for model in (Service, Origin):
        model.objects.all().delete()
    load(folder, *ROWS)
    assert everything() == ended


@pytest.mark.parametrize("rows", [1, 20])
def test_an_entry_costs_as_many_queries_among_any_number(folder, django_assert_num_queries, rows):
    load(folder, *[entry(f"Gizmo{number}") for number in range(rows)])
    savepoints = 2 * (rows + 1)  # a test is in a transaction already
    with django_assert_num_queries(6 + 21 + savepoints):
        load(folder, *[entry(f"Gizmo{number}") for number in range(rows)], entry("New"))


# --- Beside the content files ---------------------------------------------------------------------


@pytest.fixture
def files(folder):
    return shop.write(folder, "shop", {"service": shop.FACTS, "en": shop.WORDS, "ar": shop.ARABIC})


def import_shop(folder, **fields):
    return load(folder, entry("Shop", domains=["shop.example", "shop.com"], **fields))


def test_files_find_what_they_loaded_untouched_after_an_import(files, folder):
    shop.load(files)
    import_shop(folder)
    report = shop.load(files)
    assert (report.unchanged, report.left_alone, report.withdrawn) == (3, [], [])
    assert domains_of("shop") == ["shop.example", "shop.no", "shop.com"]


def test_files_that_change_leave_the_imported_domains(files, folder):
    shop.load(files)
    import_shop(folder)
    shop.change(files, '"shop.no"', '"shop.se"')
    assert shop.load(files).updated == 1
    assert sorted(domains_of("shop")) == ["shop.com", "shop.example", "shop.se"]


@pytest.mark.parametrize("name", ["Shop", "The Shop"])
def test_files_take_over_a_service_that_was_imported(files, folder, name):
    load(folder, entry(name, domains=["shop.example", "shop.com"]))
    report = shop.load(files)
    assert (report.left_alone, Service.objects.get().slug) == ([], "shop")
    guide = guide_of(name)
    assert (guide.service.slug, guide.is_published) == ("shop", False)
    assert sorted(domains_of("shop")) == ["shop.com", "shop.example", "shop.no"]
    again = shop.load(files)
    assert (again.unchanged, again.updated) == (3, 0)
    update = load(folder, entry(name, domains=["shop.example", "shop.com"], **SLOW), update=True)
    assert (update.updated, guide_of(name).is_published) == (1, False)


def test_a_guide_that_an_editor_checked_is_not_hidden_by_files(files, folder):
    import_shop(folder)
    checked()
    shop.load(files)
    assert guide_of("Shop").is_published is True


def test_what_is_imported_is_not_written_out_as_ours(files, folder):
    shop.load(files)
    import_shop(folder)
    load(folder, entry())
    described = describing.describe(Service.objects.get(slug="shop"))
    assert [guide["slug"] for guide in described.facts["guides"]] == ["website", "app"]
    assert described.facts["domains"] == ["shop.example", "shop.no"]
    own = [describing.is_own(service) for service in Service.objects.order_by("slug")]
    assert own == [False, True]


def test_what_an_editor_checked_is_written_out_and_loads_again(folder):
    load(folder, entry(**HARD, **SLOW))
    checked()
    service = Service.objects.get()
    assert describing.is_own(service)
    content_files.write(describing.describe(service), folder / "out")
    (read,) = content_files.read(folder / "out", shop.LANGUAGES)
    assert read.facts["guides"][0]["steps"][0]["letter_to"] == "bye@gizmo.example"


def test_our_services_come_first_on_the_home_page(folder):
    load(folder, entry("Aaa"))
    make_way("ask", guide=make_guide(service=make_service("zzz"), checked_on=NOW.date()))
    assert found("") == ["zzz", "aaa"]
