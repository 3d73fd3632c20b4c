"""The history of a guide: what is kept, what changed, and going back by the rules of loading."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from guides.domain import describing, history, journeys, revisions
from guides.models import Guide, Revision, Step
from tests.domain import shop
from tests.factories import make_guide, make_service, make_step, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EDITED = Revision.Act.EDITED


@pytest.fixture
def guide():
    guide = make_guide("contact", service=make_service("amazon", name="Amazon"))
    make_way("ask", ("review", wait(days=4)), ("look", {"kind": "check"}), guide=guide)
    return guide


@pytest.fixture
def edda():
    return make_user("edda", is_staff=True)


def change(guide, by=None, act=EDITED, now=NOW, **fields):
    with history.changing(guide=guide, act=act, by=by, now=now):
        Guide.objects.filter(pk=guide.pk).update(**fields)


def kept(guide):
    return [(revision.act, revision.by) for revision in guide.revisions.all()]


def told(differences):
    return [(each.where, each.what, each.language, each.before, each.after) for each in differences]


# --- Keeping --------------------------------------------------------------------------------------


def test_the_first_change_keeps_also_what_was_there_before(guide, edda):
    change(guide, edda, difficulty="hard")
    assert kept(guide) == [("edited", edda), ("found", None)]
    difficulties = [revisions.read(each).facts["difficulty"] for each in guide.revisions.all()]
    assert difficulties == ["hard", "medium"]


def test_the_next_change_keeps_only_itself(guide, edda):
    change(guide, edda, difficulty="hard")
    change(guide, edda, difficulty="easy")
    assert kept(guide) == [("edited", edda), ("edited", edda), ("found", None)]


def test_what_changed_without_being_noted_is_not_put_down_to_the_next_editor(guide, edda):
    change(guide, edda, difficulty="hard")
    Guide.objects.update(undo="always")
    change(guide, edda, difficulty="easy")
    assert kept(guide) == [("edited", edda), ("found", None), ("edited", edda), ("found", None)]


def test_who_changes_nothing_leaves_nothing(guide, edda):
    change(guide, edda, difficulty="medium")
    assert kept(guide) == []


def test_dates_and_lines_come_back_as_they_were(guide):
    change(guide, checked_on=date(2026, 11, 20))
    guide.translations.update(summary='“A\tb”\n\nc\\d """e"""')
    change(guide, difficulty="hard")
    assert revisions.read(guide.revisions.first()) == history.said_by(guide)
    assert revisions.read(guide.revisions.first()).facts["checked_on"] == date(2026, 11, 20)


def test_an_editor_who_leaves_leaves_no_name(guide, edda):
    change(guide, edda, difficulty="hard")
    edda.delete()
    assert kept(guide) == [("edited", None), ("found", None)]


def test_loading_again_is_part_of_the_history(tmp_path):
    shop.write(tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS})
    shop.load(tmp_path)
    assert Revision.objects.count() == 0
    shop.change(tmp_path, '"easy"', '"hard"')
    shop.load(tmp_path)
    guide = Guide.objects.get(slug="website")
    assert kept(guide) == [("loaded", None), ("found", None)]
    assert revisions.read(guide.revisions.first()) == history.said_by(guide)


# --- Comparing ------------------------------------------------------------------------------------


def differences(guide):
    newer, older = guide.revisions.all()[:2]
    return told(history.differences(revisions.read(older), revisions.read(newer)))


def test_facts_are_compared_in_the_words_of_the_editor(guide):
    change(guide, difficulty="hard", is_published=False)
    assert differences(guide) == [
        ("", "difficulty", "", "Medium", "Hard"),
        ("", "published", "", "yes", ""),
    ]


def test_words_are_compared_language_by_language(guide):
    guide.translations.create(language_code="ar", title="أغلق")
    with history.changing(guide=guide, act=EDITED, by=None, now=NOW):
        guide.translations.filter(language_code="ar").update(title="أغلق الحساب")
        Step.objects.get(key="ask").translations.update(body="Ask twice.")
    assert differences(guide) == [
        ("", "title", "ar", "أغلق", "أغلق الحساب"),
        ("Step “Ask”", "text", "en", "", "Ask twice."),
    ]


def test_steps_that_changed_places_are_one_difference(guide):
    with history.changing(guide=guide, act=EDITED, by=None, now=NOW):
        Step.objects.filter(key="look").update(position=0)
        Step.objects.filter(key="ask").update(position=2)
    order = ("Ask → Review → Look", "Look → Review → Ask")
    assert differences(guide) == [("", "order of the steps", "", *order)]


def test_new_steps_and_sources_are_named(guide):
    with history.changing(guide=guide, act=EDITED, by=None, now=NOW):
        make_step(guide, "thank", title="Thank them")
        guide.sources.create(name="Help page", url="https://help.example/")
    assert differences(guide) == [
        ("Step “Thank them”", "key", "", "", "thank"),
        ("Step “Thank them”", "kind", "", "", "Act"),
        ("Source “Help page”", "name", "", "", "Help page"),
        ("Source “Help page”", "address", "", "", "https://help.example/"),
        ("Step “Thank them”", "title", "en", "", "Thank them"),
    ]


# --- Going back -----------------------------------------------------------------------------------


def go_back(guide, act="found", by=None):
    return history.go_back(revision=guide.revisions.get(act=act), by=by, now=LATER)


def test_going_back_brings_back_all_that_was_said(guide, edda):
    before = history.said_by(guide)
    with history.changing(guide=guide, act=EDITED, by=edda, now=NOW):
        Guide.objects.update(difficulty="hard", checked_on=date(2026, 11, 1))
        guide.translations.update(title="Otherwise")
        Step.objects.filter(key="look").delete()
    assert go_back(guide, by=edda) == 0
    assert history.said_by(guide) == before
    assert kept(guide) == [("went_back", edda), ("edited", edda), ("found", None)]
    assert revisions.read(guide.revisions.first()) == before


def test_steps_that_people_have_been_at_are_retired_and_ticks_stay(guide):
    change(guide, difficulty="hard")
    with history.changing(guide=guide, act=Revision.Act.WRITTEN, by=None, now=NOW):
        new = make_step(guide, "thank")
    journey = journeys.start(user=make_user(), guide=guide, now=NOW)
    for step in guide.steps.all():
        journeys.complete_step(journey=journey, step=step, now=NOW)
    before = list(journey.entries.values())
    assert go_back(guide, "edited") == 1
    new.refresh_from_db()
    assert (new.retired_at, list(journey.entries.values())) == (LATER, before)


def test_a_clock_that_runs_stays_as_it_is(guide):
    change(guide, difficulty="hard")
    with history.changing(guide=guide, act=EDITED, by=None, now=NOW):
        Step.objects.filter(key="review").update(wait_longest=timedelta(days=9))
    journey = journeys.start(user=make_user(), guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=Step.objects.get(key="ask"), now=NOW)
    go_back(guide)
    clock = journey.entries.get(kind="started")
    assert clock.longest_at == NOW + timedelta(days=9)
    assert Step.objects.get(key="review").wait_longest == timedelta(days=4)


def test_a_wait_that_runs_does_not_become_something_else(guide):
    Step.objects.filter(key="review").update(kind="act", wait_longest=None, wait_reason="")
    change(guide, difficulty="hard")
    Step.objects.filter(key="review").update(
        kind="wait", wait_longest=timedelta(days=4), wait_reason="review"
    )
    journey = journeys.start(user=make_user(), guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=Step.objects.get(key="ask"), now=NOW)
    before = history.said_by(guide), guide.revisions.count()
    with pytest.raises(ValidationError, match="is running for somebody"):
        go_back(guide)
    assert (history.said_by(guide), guide.revisions.count()) == before


def test_what_may_not_be_published_is_not_gone_back_to(guide):
    Step.objects.filter(key="ask").update(do_within=timedelta(days=1))
    change(guide, difficulty="hard")
    Step.objects.update(do_within=None)
    before = history.said_by(guide)
    with pytest.raises(ValidationError, match="The first step cannot"):
        go_back(guide)
    assert history.said_by(guide) == before


def test_a_guide_to_go_on_with_that_is_gone_is_said(guide):
    other = make_guide("other", service=guide.service)
    make_step(other, "do")
    last = make_step(guide, "on", continues_with=other)
    change(guide, difficulty="hard")
    Step.objects.filter(pk=last.pk).delete()
    other.delete()
    with pytest.raises(ValidationError, match="no longer there"):
        go_back(guide)


def test_going_back_neither_publishes_nor_moves(guide):
    change(guide, difficulty="hard")
    Guide.objects.update(is_published=False, slug="elsewhere")
    go_back(guide)
    guide.refresh_from_db()
    assert (guide.difficulty, guide.is_published, guide.slug) == ("medium", False, "elsewhere")


def test_who_goes_back_to_what_was_loaded_is_untouched_again(tmp_path):
    shop.write(tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS})
    shop.load(tmp_path)
    guide = Guide.objects.get(slug="website")
    change(guide, difficulty="hard")
    assert shop.load(tmp_path).left_alone == ["shop/website"]
    go_back(guide)
    assert shop.load(tmp_path).left_alone == []


def test_who_goes_back_to_something_else_keeps_it(tmp_path):
    shop.write(tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS})
    shop.load(tmp_path)
    guide = Guide.objects.get(slug="website")
    change(guide, difficulty="hard")
    change(guide, difficulty="limited")
    history.go_back(revision=guide.revisions.all()[1], by=None, now=LATER)
    report = shop.load(tmp_path)
    assert report.left_alone == ["shop/website"]
    assert describing.describe_guide(Guide.objects.get(pk=guide.pk))[0]["difficulty"] == "hard"
