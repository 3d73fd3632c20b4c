"""Two services made one: nothing is lost, old addresses lead on, the files do not undo it."""

from datetime import UTC, datetime

import pytest

from guides.domain import (
    addresses,
    content,
    describing,
    imports,
    journeys,
    merging,
    search,
    standings,
    writing,
)
from guides.domain.content_files import digest
from guides.models import FormerAddress, Guide, Origin, Service, Story
from tests.domain import shop
from tests.factories import make_guide, make_service, make_step, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def amazon():
    return make_service("amazon", name="Amazon", domains=["amazon.com"], other_names=["Amzn"])


@pytest.fixture
def souq():
    service = make_service("souq", name="Souq", domains=["souq.com"], other_names=["Suq"])
    service.translations.create(language_code="ar", name="سوق", about="متجر")
    return service


def merge(stays, goes, by=None):
    return merging.merge(stays=stays, goes=goes, by=by, now=NOW)


def test_guides_domains_and_names_move(amazon, souq):
    make_guide("website", service=amazon)
    moved = make_guide("contact", service=souq)
    merge(amazon, souq)
    moved.refresh_from_db()
    assert (moved.service, moved.slug) == (amazon, "contact")
    assert list(amazon.domains.values_list("name", "position")) == [
        ("amazon.com", 0),
        ("souq.com", 1),
    ]
    said = {w.language_code: (w.name, w.other_names, w.about) for w in amazon.translations.all()}
    assert said == {"en": ("Amazon", ["Amzn", "Souq", "Suq"], ""), "ar": ("سوق", [], "متجر")}
    assert list(Service.objects.all()) == [amazon]


def test_the_plan_says_what_will_be_done(amazon, souq):
    make_guide("contact", service=amazon)
    guides = [make_guide("contact", service=souq), make_guide("app", service=souq)]
    journeys.start(user=make_user(), guide=guides[0], now=NOW)
    plan = merging.plan(stays=amazon, goes=souq)
    assert plan.guides == [(guides[0], "contact-2"), (guides[1], "app")]
    assert [domain.name for domain in plan.domains] == ["souq.com"]
    assert (plan.spellings, plan.journeys) == (["Souq", "Suq"], 1)
    done = merge(amazon, souq)
    assert [(guide.pk, slug) for guide, slug in done.guides] == [
        (guide.pk, slug) for guide, slug in plan.guides
    ]
    assert set(amazon.guides.values_list("slug", flat=True)) == {"contact", "contact-2", "app"}


def test_a_slug_that_is_there_gets_a_number_that_is_free(amazon, souq):
    for service, slugs in {amazon: ["contact"], souq: ["contact", "contact-2"]}.items():
        for slug in slugs:
            make_guide(slug, service=service)
    planned = [slug for _, slug in merging.plan(stays=amazon, goes=souq).guides]
    merge(amazon, souq)
    assert sorted(planned) == ["contact-2", "contact-2-2"]


def test_journeys_keep_every_tick_and_date(amazon, souq):
    guide = make_guide("contact", service=souq)
    way = make_way("ask", ("review", wait(days=4)), "look", guide=guide)
    journey = journeys.start(user=make_user(), guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)

    def facts():
        steps = standings.of(journey=journey, now=NOW).timeline.steps
        states = [each.state for each in steps]
        return list(journey.entries.values()), list(journey.reminders.values()), states

    before = facts()
    merge(amazon, souq)
    journey.refresh_from_db()
    assert (facts(), journey.guide.service) == (before, amazon)


def test_the_search_finds_it_by_both(amazon, souq):
    make_guide(service=amazon)
    merge(amazon, souq)
    for query in ("amazon", "souq", "suq", "سوق", "souq.com"):
        assert search.find(query).ids == [amazon.pk]


def test_old_addresses_are_known_also_after_another_merger(amazon, souq):
    make_guide("contact", service=amazon)
    guide = make_guide("contact", service=souq)
    merge(amazon, souq)
    other = make_service("zon")
    merge(other, amazon)
    guide.refresh_from_db()
    assert (guide.service, guide.slug) == (other, "contact-2")
    assert addresses.moved_to("souq") == other
    for old in (("souq", "contact"), ("amazon", "contact-2")):
        assert addresses.moved_to(*old) == guide
        assert addresses.guide_at(*old) == guide
    assert FormerAddress.objects.count() == 5


def test_the_history_says_it(amazon, souq):
    edda = make_user("edda")
    guide = make_guide("contact", service=souq)
    merge(amazon, souq, by=edda)
    acts = [(each.act, each.by) for each in guide.revisions.all()]
    assert acts == [("merged", edda), ("found", None)]


def test_a_guide_goes_on_with_one_that_moved(amazon, souq):
    first = make_guide("contact", service=souq)
    make_step(first, "ask")
    facts = {"steps": [{"key": "on", "continues_with": "souq/contact"}]}
    other = make_guide("app", service=amazon)
    step = make_step(other, "on")
    merge(amazon, souq)
    writing.link_steps(other, facts)
    step.refresh_from_db()
    assert step.continues_with == first


# --- The content files and the import -------------------------------------------------------------


def test_the_files_do_not_bring_back_what_was_merged(tmp_path, amazon):
    shop.write(tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS})
    shop.load(tmp_path)
    merge(amazon, Service.objects.get(slug="shop"))
    before = shop.everything()
    report = shop.load(tmp_path)
    assert (report.left_alone, report.created, report.withdrawn) == (["shop"], 0, [])
    assert shop.everything() == before


def test_the_files_of_the_one_that_stays_do_not_withdraw_what_came(tmp_path, souq):
    guide = make_guide("contact", service=souq, loaded_digest="x")
    make_step(guide, "ask")
    content.load(contents=[describing.describe(souq)], now=NOW)
    assert Guide.objects.get(pk=guide.pk).loaded_digest != "x"
    shop.write(tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS})
    shop.load(tmp_path)
    merge(Service.objects.get(slug="shop"), souq)
    report = shop.load(tmp_path)
    guide.refresh_from_db()
    assert (report.withdrawn, guide.is_published) == ([], True)


def make_imported(service, slug="justdeleteme"):
    guide = make_guide(slug, service=service)
    make_step(guide, "ask")
    Origin.objects.create(
        guide=guide,
        list="justdeleteme",
        entry=str(service),
        licence="MIT",
        read_on=NOW.date(),
        domains=["souq.com"],
    )
    guide.loaded_digest = digest(*describing.describe_guide(guide))
    guide.save()
    return guide


def test_an_imported_guide_stays_linked_and_untouched(amazon, souq):
    make_imported(amazon)
    guide = make_imported(souq)
    merge(amazon, souq)
    guide = Guide.objects.get(pk=guide.pk)
    assert (guide.slug, guide.origin.entry) == ("justdeleteme-2", "Souq")
    assert imports._is_touched(guide) is False


def test_an_imported_guide_gives_way_to_one_of_ours(amazon, souq):
    make_guide("ours", service=amazon)
    guide = make_imported(souq)
    merge(amazon, souq)
    guide.refresh_from_db()
    assert guide.is_published is False


def test_what_people_told_moves_too(amazon, souq):
    souq.stories.create(text="Three days.", language="ar", sent_on=NOW.date())
    merge(amazon, souq)
    assert [(story.text, story.service) for story in Story.objects.all()] == [
        ("Three days.", amazon)
    ]
