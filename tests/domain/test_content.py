"""Content files are loaded into the catalogue, respect the editors, and are written out again."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from guides.domain import journeys, search
from guides.domain.content_files import ContentError
from guides.models import Guide, Service, Step
from tests.domain.shop import ARABIC, FACTS, NOW, WORDS, change, everything, load, write
from tests.domain.trips import Trip

pytestmark = pytest.mark.django_db


# --- Loading --------------------------------------------------------------------------------------


def test_loading_brings_in_facts_and_words(files):
    report = load(files)
    assert (report.created, report.updated, report.unchanged, report.retired) == (3, 0, 0, 0)
    review = Step.objects.get(key="review")
    assert (review.wait_shortest, review.wait_longest) == (timedelta(days=1), timedelta(days=4))
    assert (review.stay_signed_out, review.position) == (True, 2)
    confirm = Step.objects.get(key="confirm")
    assert (confirm.is_final, confirm.do_within) == (True, timedelta(days=5))
    assert confirm.goes_back_to == Step.objects.get(key="ask")
    assert Step.objects.get(key="go-on").continues_with == Guide.objects.get(slug="website")


def test_loading_brings_in_every_language(files):
    load(files)
    titles = Guide.objects.get(slug="website").translations.values_list("language_code", "title")
    assert dict(titles) == {"en": "On the website", "ar": "على الموقع"}


def test_what_is_loaded_is_found(files):
    load(files)
    ids = [search.find(text).ids for text in ("shopp", "متجر", "shop.no")]
    assert ids == [[Service.objects.get(slug="shop").pk]] * 3


def test_loading_twice_changes_nothing(files):
    load(files)
    before = everything()
    report = load(files)
    assert (report.created, report.updated, report.unchanged, report.retired) == (0, 0, 3, 0)
    assert everything() == before


def test_a_changed_file_changes_its_guide_only(files):
    load(files)
    change(files, 'wait_longest = "4 days"', 'wait_longest = "5 days"')
    report = load(files)
    assert (report.created, report.updated, report.unchanged) == (0, 1, 2)
    assert Step.objects.get(key="review").wait_longest == timedelta(days=5)


@pytest.mark.parametrize(("before", "after"), [("a", "z"), ("z", "a")])
def test_a_domain_moves_from_one_service_to_another(files, before, after):
    for slug in before, after:
        names = '["moving.example"]' if slug == before else "[]"
        write(
            files, slug, {"service": f'slug = "{slug}"\ndomains = {names}\n', "en": 'name = "X"\n'}
        )
    load(files)
    for slug in before, after:
        names = '["moving.example"]' if slug == after else "[]"
        write(files, slug, {"service": f'slug = "{slug}"\ndomains = {names}\n'})
    load(files)
    assert Service.objects.get(domains__name="moving.example").slug == after


def test_a_length_in_another_spelling_is_no_change(files):
    load(files)
    change(files, '"24 hours"', '"1 day"')
    assert load(files).unchanged == 3


def test_a_wait_that_somebody_is_in_does_not_become_an_act(files):
    load(files)
    trip = Trip(guide=Guide.objects.get(slug="website"))
    for step in trip.guide.steps.exclude(key="review"):
        journeys.complete_step(journey=trip.journey, step=step, now=NOW)
    before = everything()
    wait = 'kind = "wait"\nwait_shortest = "24 hours"\nwait_longest = "4 days"\n'
    change(files, wait + 'wait_reason = "review"\nstay_signed_out = true', 'kind = "act"')
    with pytest.raises(ContentError) as refusal:
        load(files)
    assert str(refusal.value) == (
        "shop/service.toml: guides[website].steps[review].kind: A waiting period or deadline of "
        "this step is running for somebody, so its kind cannot change. Remove the step, and add a "
        "new one with another key."
    )
    assert everything() == before


def test_a_step_that_is_gone_from_the_files_is_retired_and_one_that_returns_is_not(files):
    load(files)
    first = '[[guides.steps]]\nkey = "open"\nkind = "act"\n\n'
    old = '[[guides.steps]]\nkey = "go-on"'
    change(files, old, first + old.replace("go-on", "go-along"))
    report = load(files)
    assert (report.retired, report.updated) == (1, 1)
    steps = Step.objects.filter(guide__slug="app").values_list("key", "retired_at")
    assert dict(steps) == {"open": None, "go-along": None, "go-on": NOW}
    change(files, 'key = "go-along"', 'key = "go-on"')
    load(files)
    assert Step.objects.get(key="go-on").retired_at is None


def test_a_newer_check_is_taken_and_an_older_one_is_not(files):
    load(files)
    change(files, "2026-11-22", "2027-01-01")
    assert load(files).unchanged == 3
    change(files, "2027-01-01", "2025-01-01")
    load(files)
    assert Guide.objects.get(slug="website").checked_on == date(2027, 1, 1)


def test_a_language_that_is_gone_from_the_files_is_gone(files):
    load(files)
    (files / "shop" / "ar.toml").unlink()
    load(files)
    left = Guide.objects.get(slug="website").translations.values_list("language_code", flat=True)
    assert list(left) == ["en"]


# --- What an editor changed -----------------------------------------------------------------------


def edited(slug="website", title="On their website"):
    Guide.objects.get(slug=slug).translations.filter(language_code="en").update(title=title)


def title(slug="website"):
    return Guide.objects.get(slug=slug).translations.get(language_code="en").title


def test_an_editors_change_is_left_alone_and_named(files):
    load(files)
    edited()
    change(files, '"4 days"', '"5 days"')
    report = load(files)
    assert (report.left_alone, report.updated, report.unchanged) == (["shop/website"], 0, 2)
    assert title() == "On their website"
    assert Step.objects.get(key="review").wait_longest == timedelta(days=4)


def test_overwrite_takes_the_files(files):
    load(files)
    edited()
    report = load(files, overwrite=True)
    assert (report.left_alone, report.updated, report.unchanged) == ([], 1, 2)
    assert title() == "On the website"


def test_an_editors_change_of_a_step_or_of_the_service_counts_too(files):
    load(files)
    Step.objects.filter(key="go-on").update(is_optional=True)
    Service.objects.get().translations.filter(language_code="ar").update(name="دكان")
    report = load(files)
    assert (report.left_alone, report.unchanged) == (["shop", "shop/app"], 1)


def test_a_change_that_was_taken_into_the_files_is_no_change_any_more(files):
    load(files)
    edited()
    change(files, "On the website", "On their website", "en")
    assert load(files).left_alone == []
    change(files, "On their website", "On the site", "en")
    load(files)
    assert title() == "On the site"


@pytest.fixture
def without_website(files):
    load(files)
    app = FACTS[FACTS.index('[[guides]]\nslug = "app"') :]
    facts = 'slug = "shop"\ndomains = ["shop.example", "shop.no"]\n\n' + app
    words = 'name = "Shop"\nother_names = ["Shoppe"]\n\n[guides.app]\ntitle = "In the app"\n'
    facts = facts.replace('continues_with = "shop/website"\n', "")
    return write(files, "shop", {"service": facts, "en": words, "ar": 'name = "متجر"\n'})


def test_a_guide_that_is_gone_from_the_files_is_no_longer_published(without_website):
    assert load(without_website).withdrawn == ["shop/website"]
    assert not Guide.objects.get(slug="website").is_published
    assert load(without_website).withdrawn == []


def test_a_guide_that_returns_to_the_files_is_published_again(without_website):
    load(without_website)
    write(without_website, "shop", {"service": FACTS, "en": WORDS, "ar": ARABIC})
    assert load(without_website).left_alone == []
    assert Guide.objects.get(slug="website").is_published


def test_a_withdrawn_guide_that_an_editor_publishes_stays_published(without_website):
    load(without_website)
    Guide.objects.filter(slug="website").update(is_published=True)
    report = load(without_website)
    assert (report.withdrawn, report.left_alone) == ([], ["shop/website"])
    assert Guide.objects.get(slug="website").is_published


def test_a_guide_that_an_editor_wrote_is_none_of_the_files_business(files):
    load(files)
    Guide.objects.create(service=Service.objects.get(), slug="by-post", is_published=True)
    report = load(files)
    assert (report.withdrawn, report.left_alone) == ([], [])


# --- Writing out ----------------------------------------------------------------------------------


def tree(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*.toml")}


def test_the_shipped_files_are_written_out_as_they_are(tmp_path):
    call_command("load_content", stdout=StringIO())
    call_command("export_content", str(tmp_path), stdout=StringIO())
    assert tree(tmp_path) == tree(Path(settings.CONTENT_DIR))


def test_load_export_load_changes_nothing(files, tmp_path_factory):
    load(files)
    before = everything()
    out = tmp_path_factory.mktemp("out")
    call_command("export_content", str(out), stdout=StringIO())
    report = load(out)
    assert (report.unchanged, report.left_alone, everything()) == (3, [], before)


def test_what_an_editor_wrote_is_exported(files, tmp_path_factory):
    load(files)
    edited()
    out = tmp_path_factory.mktemp("out")
    call_command("export_content", str(out), stdout=StringIO())
    assert 'title = "On their website"' in (out / "shop" / "en.toml").read_text()


# --- The commands ---------------------------------------------------------------------------------


def told(*arguments):
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def test_load_content_reports_counts_and_names(files):
    assert told("load_content", files) == "3 created, 0 updated, 0 unchanged, 0 steps retired.\n"
    edited()
    assert told("load_content", files) == (
        "0 created, 0 updated, 2 unchanged, 0 steps retired.\n"
        "Left alone, an editor has changed it: shop/website (--overwrite takes the files)\n"
    )
    assert told("load_content", files, "--overwrite") == (
        "0 created, 1 updated, 2 unchanged, 0 steps retired.\n"
    )


def test_load_content_says_that_nothing_was_loaded(files):
    change(files, '"close"', '"flee"')
    with pytest.raises(CommandError) as error:
        told("load_content", files)
    told_so = "must be one of close, erase, deactivate"
    assert (
        str(error.value)
        == f"Nothing was loaded.\nshop/service.toml: guides[website].goal: {told_so}"
    )


def test_export_content_says_what_it_wrote(files, tmp_path_factory):
    load(files)
    out = tmp_path_factory.mktemp("out")
    assert told("export_content", out) == f"1 services written in 3 files below {out}.\n"


def test_export_content_says_where_it_cannot_write(files):
    load(files)
    with pytest.raises(CommandError) as error:
        told("export_content", files / "shop" / "service.toml")
    assert str(error.value) == f"Cannot write to {files / 'shop' / 'service.toml'}: Not a directory"
