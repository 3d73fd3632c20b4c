"""What in the catalogue needs an editor: guides that have each need, and guides that have not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from guides.domain import content, content_files, journeys, needs, reports, translations
from guides.models import Guide, LinkCheck, Origin, Step, StepReport
from tests.domain import shop
from tests.factories import make_guide, make_service, make_step, make_user, make_way

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


def slugs(guides):
    return [guide.slug for guide in guides]


def make_imported(slug, **fields):
    guide = make_guide(slug, **fields)
    Origin.objects.create(
        guide=guide, list="justdeleteme", entry=slug, licence="MIT", read_on=TODAY, domains=[]
    )
    return guide


def translate(row, *languages, **words):
    for language in languages:
        row.translations.create(language_code=language, title=f"{row} ({language})", **words)


# --- One by one -----------------------------------------------------------------------------------


def test_stale_is_what_was_not_checked_for_six_months():
    make_guide("never")
    make_guide("old", checked_on=TODAY - timedelta(days=184))
    make_guide("older", checked_on=TODAY - timedelta(days=400))
    make_guide("fresh", checked_on=TODAY - timedelta(days=183))
    make_guide("draft", is_published=False)
    make_imported("unchecked")
    make_imported("checked-once", checked_on=date(2026, 1, 1))
    found = slugs(needs.stale(TODAY))
    assert sorted(found) == ["checked-once", "never", "old", "older"]
    assert [slug for slug in found if slug != "never"] == ["older", "checked-once", "old"]


def test_wanted_is_what_was_imported_and_started_most_and_never_by_few():
    people = [make_user(name) for name in ("alice", "bob", "charlie", "dora")]
    guides = {"four": 4, "three": 3, "two": 2, "checked": 4}
    for slug, count in guides.items():
        guide = make_imported(slug, checked_on=TODAY if slug == "checked" else None)
        make_way("ask", guide=guide)
        for person in people[:count]:
            journeys.start(user=person, guide=guide, now=NOW)
    ours = make_guide("ours")
    for person in people:
        journeys.start(user=person, guide=ours, now=NOW)
    found = [(guide.slug, guide.starts) for guide in needs.wanted(TODAY)]
    assert found == [("four", 4), ("three", 3)]


def test_a_language_is_missing_if_the_guide_or_a_step_has_no_title_in_it():
    names = ("whole", "guide-missing", "step-missing", "empty", "retired")
    guides = {name: make_guide(name) for name in names}
    for name, guide in guides.items():
        translate(guide, "nb", *([] if name == "guide-missing" else ["ar"]))
        translate(make_step(guide, "ask"), "ar", "nb")
    make_step(guides["step-missing"], "untold")
    guides["empty"].translations.filter(language_code="nb").update(title="")
    make_step(guides["retired"], "gone", retired_at=NOW)
    make_imported("unchecked")
    found = slugs(needs.without_a_language(TODAY))
    assert found == ["guide-missing", "step-missing", "empty"]


@pytest.fixture
def translated():
    """A guide with one step, in three languages, all words of yesterday."""
    guide = make_guide("contact")
    step = make_step(guide, "ask")
    for row in (guide, step):
        translate(row, "ar", "nb")
        row.translations.update(changed_at=NOW - DAY)
    return guide


def test_words_of_the_same_time_are_not_outdated(translated):
    assert slugs(needs.outdated(TODAY)) == []


@pytest.mark.parametrize("of_step", [False, True])
def test_outdated_is_what_is_older_than_its_original(translated, of_step):
    row = translated.steps.get() if of_step else translated
    row.translations.filter(language_code="nb").update(changed_at=NOW)
    assert slugs(needs.outdated(TODAY)) == []
    row.translations.filter(language_code="en").update(changed_at=NOW)
    assert slugs(needs.outdated(TODAY)) == ["contact"]
    row.translations.filter(language_code="ar").update(changed_at=NOW + DAY)
    assert slugs(needs.outdated(TODAY)) == []


def test_somebody_can_say_that_translations_still_fit(translated):
    for row in (translated, translated.steps.get()):
        row.translations.filter(language_code="en").update(changed_at=NOW)
    translations.confirm(guide=translated, now=NOW)
    assert slugs(needs.outdated(TODAY)) == []


def test_only_an_original_that_changed_in_the_files_outdates_the_translations(tmp_path):
    files = {"service": shop.FACTS, "en": shop.WORDS, "ar": shop.ARABIC}
    shop.write(tmp_path, "shop", files)
    shop.load(tmp_path)
    assert slugs(needs.outdated(TODAY)) == []
    loaded = Guide.objects.get(slug="website").translations.get(language_code="ar").changed_at
    shop.change(tmp_path, '"On the website"', '"On its website"', "en")

    def load(now):
        content.load(contents=content_files.read(tmp_path, shop.LANGUAGES), now=now)

    load(NOW + DAY)
    words = Guide.objects.get(slug="website").translations
    assert words.get(language_code="en").changed_at == NOW + DAY
    assert words.get(language_code="ar").changed_at == loaded == NOW
    assert slugs(needs.outdated(TODAY)) == ["website"]
    shop.change(tmp_path, "على الموقع", "في الموقع", "ar")
    load(NOW + 2 * DAY)
    assert slugs(needs.outdated(TODAY)) == []


def test_a_dead_link_of_a_step_or_a_source_is_a_need():
    dead, gone = "https://dead.example/", "https://gone.example/"
    LinkCheck.objects.create(url=dead, checked_at=NOW, found="gone", detail="404", dead_since=NOW)
    LinkCheck.objects.create(url=gone, checked_at=NOW, found="gone", detail="404", gone_since=NOW)
    make_step(make_guide("step"), "ask", link=dead)
    make_guide("source").sources.create(name="Help", url=dead)
    make_step(make_guide("retired"), "ask", link=dead, retired_at=NOW)
    make_step(make_guide("once"), "ask", link=gone)
    make_step(make_guide("draft", is_published=False), "ask", link=dead)
    assert slugs(needs.with_dead_links(TODAY)) == ["step", "source"]


# --- All at once ----------------------------------------------------------------------------------


def survey():
    return {each.need.key: (each.count, slugs(each.guides)) for each in needs.survey(today=TODAY)}


def test_the_survey_counts_all_and_names_the_first():
    service = make_service()
    for number in range(7):
        guide = make_guide(f"guide-{number}", service=service)
        translate(guide, "ar", "nb")
    first = [f"guide-{number}" for number in range(5)]
    assert survey() == {"stale": (7, first)}


def test_nothing_is_asked_where_nothing_is_needed():
    guide = make_guide(checked_on=TODAY)
    translate(guide, "ar", "nb")
    assert survey() == {}


@pytest.mark.parametrize("count", [1, 20])
def test_the_survey_costs_as_much_for_one_guide_as_for_many(django_assert_num_queries, count):
    for number in range(count):
        guide = make_guide()
        make_step(guide, "ask", link=f"https://{number}.example/")
    Step.objects.update(link="https://dead.example/")
    LinkCheck.objects.create(
        url="https://dead.example/", checked_at=NOW, found="gone", detail="404", dead_since=NOW
    )
    with django_assert_num_queries(len(needs.NEEDS) + 2):
        found = needs.survey(today=TODAY)
        assert [str(guide.service) for each in found for guide in each.guides] != []
    assert {each.count for each in found} == {count}


def test_three_open_reports_on_one_step_are_a_need():
    for slug, sent in (("two", 2), ("three", 3), ("handled", 3)):
        step = make_step(make_guide(slug), "ask")
        for number in range(sent):
            reports.send(step=step, text=f"It moved {number}", language="en", reply_to="", now=NOW)
    handled = StepReport.objects.filter(step__guide__slug="handled")
    reports.handle(reports=handled.filter(text="It moved 1"), now=NOW)
    assert slugs(needs.reported(TODAY)) == ["three"]
