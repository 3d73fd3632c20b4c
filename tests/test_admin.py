"""The admin: editors write whole guides, and see nothing of the people who follow them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from guides.domain import journeys, search
from guides.models import (
    Entry,
    Experience,
    Guide,
    Journey,
    Reminder,
    Service,
    Step,
    User,
    WaitTaken,
)
from tests import factories, pages

pytestmark = pytest.mark.django_db

LIST = "/admin/guides/guide/"
ADD = "/admin/guides/guide/add/"


@pytest.fixture
def edda(client: Client) -> User:
    """An editor, signed in."""
    user = factories.make_editor()
    client.force_login(user)
    return user


@pytest.fixture
def root(client: Client) -> User:
    user = factories.make_user("root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def guide() -> Guide:
    service = factories.make_service("amazon", name="Amazon", domains=["amazon.com"])
    guide = factories.make_guide("contact", service=service)
    factories.make_way("ask", ("review", factories.wait(hours=96)), "look", guide=guide)
    return guide


def page_of(row: Guide | Service, language: str = "") -> str:
    query = f"?language={language}" if language else ""
    return f"/admin/guides/{row._meta.model_name}/{row.pk}/change/{query}"


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would post from the page if nothing was touched."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value if isinstance(value, (str, list)) else str(value)
    return data


def save(client: Client, url: str, **changes: Any) -> Any:
    """Post the page with `changes`; `steps_0_title` is the title of the first step."""
    names = {name: re.sub(r"^(steps|domains)_(\d+)_", r"\1-\2-", name) for name in changes}
    renamed = {names[name]: value for name, value in changes.items()}
    return client.post(url, {**form_of(client, url), **renamed})


def add_step(client: Client, url: str, **fields: Any) -> Any:
    number = int(form_of(client, url)["steps-TOTAL_FORMS"])
    row = {f"steps-{number}-{name}": value for name, value in ({"kind": "act"} | fields).items()}
    return save(client, url, **row, **{"steps-TOTAL_FORMS": number + 1})


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def steps_of(guide: Guide) -> list[tuple[str, int]]:
    return list(guide.steps.values_list("key", "position"))


def step_errors(response: Any) -> list[dict[str, list[str]]]:
    return [dict(errors) for errors in response.context["inline_admin_formsets"][0].formset.errors]


def begin(guide: Guide, key: str = "ask") -> Journey:
    """Alice is on her way and has been at the step."""
    alice = User.objects.filter(email="alice@example.org").first() or factories.make_user("alice")
    now = timezone.now()
    journey = Journey.objects.create(user=alice, guide=guide, started_at=now)
    step = Step.objects.get(guide=guide, key=key)
    Entry.objects.create(journey=journey, step=step, kind="done", happened_at=now, recorded_at=now)
    return journey


# --- Writing a guide ------------------------------------------------------------------------------


def new_guide(client: Client, service: Service, **changes: Any) -> Any:
    wait = {"kind": "wait", "title": "Wait", "wait_longest": "4 days", "wait_reason": "review"}
    rows = [{"kind": "act", "title": "Ask them"}, wait, {"kind": "check", "title": "Ask them"}]
    data = {f"steps-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}
    data |= {"steps-TOTAL_FORMS": "3", "service": str(service.pk), "title": "Close it for good"}
    return client.post(ADD, {**form_of(client, ADD), **data, **changes})


def test_a_whole_guide_is_written_on_one_page(client: Client, edda: User) -> None:
    service = factories.make_service("amazon")
    response = new_guide(client, service, is_published="on")
    guide = Guide.objects.get()
    assert (response.status_code, guide.slug, guide.is_published) == (
        302,
        "close-it-for-good",
        True,
    )
    steps = list(guide.steps.values_list("position", "key", "kind", "wait_longest"))
    four_days = timedelta(days=4)
    assert steps == [
        (0, "ask-them", "act", None),
        (1, "wait", "wait", four_days),
        (2, "ask-them-2", "check", None),
    ]


def test_a_new_guide_that_cannot_be_published_is_kept_as_a_draft(
    client: Client, edda: User
) -> None:
    rows = {"steps-0-title": "", "steps-TOTAL_FORMS": "1"}
    response = new_guide(client, factories.make_service("amazon"), is_published="on", **rows)
    assert Guide.objects.get().is_published is False
    reason = "“Close it for good” is not published: A published guide needs at least one step."
    assert reason in told(response)


def test_an_untouched_page_changes_nothing(client: Client, edda: User, guide: Guide) -> None:
    before = [Step.objects.values().get(pk=step.pk) for step in guide.steps.all()]
    assert save(client, page_of(guide)).status_code == 302
    assert [Step.objects.values().get(pk=step.pk) for step in guide.steps.all()] == before
    assert set(guide.translations.values_list("language_code", "title")) == {
        ("en", "Close the account")
    }


def test_lengths_of_time_are_shown_in_words(client: Client, edda: User, guide: Guide) -> None:
    assert 'value="4 days"' in client.get(page_of(guide)).content.decode()
    guide.steps.filter(key="review").update(wait_longest=timedelta(hours=24))
    assert 'value="24 hours"' in client.get(page_of(guide)).content.decode()


def test_a_length_that_is_none_is_named_and_kept(client: Client, edda: User, guide: Guide) -> None:
    response = save(client, page_of(guide), steps_1_wait_longest="a while")
    error = (
        "“a while” is not a length of time. Write it in English, such as “4 days” or "
        "“24 hours”, ten years at most."
    )
    assert step_errors(response) == [{}, {"wait_longest": [error]}, {}]
    assert 'value="a while"' in response.content.decode()


def test_a_wrong_step_says_so_at_its_field(client: Client, edda: User, guide: Guide) -> None:
    response = save(client, page_of(guide), steps_1_wait_shortest="5 days", steps_0_do_within="")
    error = "The longest wait is shorter than the shortest one."
    assert step_errors(response) == [{}, {"wait_longest": [error]}, {}]


def test_a_wait_that_somebody_is_in_stays_a_wait(client: Client, edda: User, guide: Guide) -> None:
    alice, now = factories.make_user("alice"), timezone.now()
    journey = journeys.start(user=alice, guide=guide, now=now)
    journeys.complete_step(journey=journey, step=guide.steps.get(key="ask"), now=now)
    changes = {"steps_1_kind": "act", "steps_1_wait_longest": ""}
    response = save(client, page_of(guide), **changes)
    error = (
        "A waiting period or deadline of this step is running for somebody, so its kind cannot "
        "change. Remove the step, and add a new one with another key."
    )
    assert step_errors(response) == [{}, {"kind": [error]}, {}]
    journeys.finish(journey=journey, outcome="gave_up", now=now)
    assert save(client, page_of(guide), **changes).status_code == 302
    assert guide.steps.get(key="review").kind == "act"


def test_a_guide_is_not_published_with_a_deadline_on_its_first_step(
    client: Client, edda: User, guide: Guide
) -> None:
    Guide.objects.update(is_published=False)
    response = save(client, page_of(guide), is_published="on", steps_0_do_within="5 days")
    formset = response.context["inline_admin_formsets"][0].formset
    assert formset.non_form_errors() == [
        "The first step cannot have to be done within a time: nothing comes before it."
    ]
    assert 'value="5 days"' in response.content.decode()
    assert Guide.objects.get().is_published is False
    assert save(client, page_of(guide), steps_0_do_within="5 days").status_code == 302


def test_a_step_goes_back_only_within_its_guide(client: Client, edda: User, guide: Guide) -> None:
    other = factories.make_step(factories.make_guide("elsewhere"), "far")
    page = client.get(page_of(guide)).context["inline_admin_formsets"][0].formset
    choices = [label for _, label in page.forms[0].fields["goes_back_to"].choices]
    assert choices == ["–", "Ask", "Review", "Look"]
    response = save(client, page_of(guide), steps_2_goes_back_to=other.pk)
    assert [list(errors) for errors in step_errors(response)] == [[], [], ["goes_back_to"]]


def test_a_guide_continues_with_others_only(client: Client, edda: User, guide: Guide) -> None:
    other = factories.make_guide("computer", service=guide.service, title="On a computer")
    factories.make_step(other)
    page = client.get(page_of(guide)).context["inline_admin_formsets"][0].formset
    choices = page.forms[0].fields["continues_with"].choices
    assert choices == [("", "–"), ("Amazon", [(other.pk, "On a computer")])]


@pytest.mark.parametrize(
    ("key", "place", "order"),
    [
        ("look", "1", ["look", "ask", "review"]),
        ("look", "2", ["ask", "look", "review"]),
        ("ask", "2", ["review", "ask", "look"]),
        ("ask", "3", ["review", "look", "ask"]),
        ("ask", "", ["ask", "review", "look"]),
    ],
)
def test_a_moved_step_makes_the_others_move(
    client: Client, edda: User, guide: Guide, key: str, place: str, order: list[str]
) -> None:
    Guide.objects.update(is_published=False)
    row = ["ask", "review", "look"].index(key)
    save(client, page_of(guide), is_published="", **{f"steps_{row}_place": place})
    assert steps_of(guide) == [(key, position) for position, key in enumerate(order)]


@pytest.mark.parametrize(
    ("place", "order"),
    [("", ["ask", "review", "look", "new"]), ("2", ["ask", "new", "review", "look"])],
)
def test_a_new_step_stands_where_it_is_told(
    client: Client, edda: User, guide: Guide, place: str, order: list[str]
) -> None:
    add_step(client, page_of(guide), title="New", place=place)
    assert steps_of(guide) == [(key, position) for position, key in enumerate(order)]


def test_a_key_that_is_taken_is_refused(client: Client, edda: User, guide: Guide) -> None:
    response = add_step(client, page_of(guide), title="Again", key="ask")
    assert response.status_code == 200
    assert guide.steps.count() == 3


def test_an_emptied_key_or_address_stays_what_it_was(
    client: Client, edda: User, guide: Guide
) -> None:
    words = {"title": "Other", "slug": "", "steps_0_title": "Other", "steps_0_key": ""}
    assert save(client, page_of(guide), **words).status_code == 302
    assert Guide.objects.get().slug == "contact"
    assert steps_of(guide) == [("ask", 0), ("review", 1), ("look", 2)]


# --- Languages ------------------------------------------------------------------------------------


def test_each_language_has_a_tab_with_fields_of_its_own(
    client: Client, edda: User, guide: Guide
) -> None:
    page = client.get(page_of(guide, "ar"))
    forms = [
        page.context["adminform"].form,
        *page.context["inline_admin_formsets"][0].formset.forms,
        page.context["inline_admin_formsets"][0].formset.empty_form,
    ]
    attrs = [form.fields["title"].widget.attrs for form in forms]
    assert [(each["lang"], each["dir"]) for each in attrs] == [("ar", "rtl")] * 5
    assert [form["title"].value() or "" for form in forms] == [""] * 5
    original = '<span class="original" lang="en" dir="ltr">Close the account</span>'
    assert page.content.decode().count(original) == 1
    assert page.headers["Content-Language"] == "en"
    tabs = [(code, status) for _, _, code, status in page.context["language_tabs"]]
    assert tabs == [("en", "available"), ("ar", "current"), ("nb", "empty")]


def test_a_translation_is_saved_beside_the_original(
    client: Client, edda: User, guide: Guide
) -> None:
    save(client, page_of(guide, "ar"), title="أغلق الحساب", steps_0_title="اطلب")
    titles = dict(guide.translations.values_list("language_code", "title"))
    assert titles == {"en": "Close the account", "ar": "أغلق الحساب"}
    ask = guide.steps.get(key="ask")
    assert dict(ask.translations.values_list("language_code", "title")) == {
        "en": "Ask",
        "ar": "اطلب",
    }


def test_a_language_left_empty_is_not_written(client: Client, edda: User, guide: Guide) -> None:
    assert save(client, page_of(guide, "ar"), difficulty="hard").status_code == 302
    assert Guide.objects.get().difficulty == "hard"
    assert list(guide.translations.values_list("language_code", flat=True)) == ["en"]
    steps = Step.translations.rel.related_model.objects
    assert set(steps.values_list("language_code", flat=True)) == {"en"}


def test_words_without_a_title_are_asked_for_one(client: Client, edda: User, guide: Guide) -> None:
    response = save(client, page_of(guide, "nb"), steps_0_body="Spør dem.")
    assert step_errors(response) == [{"title": ["This field is required."]}, {}, {}]
    response = save(client, page_of(guide), title="")
    assert response.context["adminform"].form.errors == {"title": ["This field is required."]}


def test_a_step_emptied_in_one_language_falls_back_to_another(
    client: Client, edda: User, guide: Guide
) -> None:
    guide.steps.get(key="ask").translations.create(language_code="nb", title="Spør")
    save(client, page_of(guide, "nb"), steps_0_title="")
    ask = guide.steps.get(key="ask")
    assert list(ask.translations.values_list("language_code", "title")) == [("en", "Ask")]


def test_a_guide_can_be_written_in_arabic_alone(client: Client, edda: User) -> None:
    service = factories.make_service("amazon")
    url = f"{ADD}?language=ar"
    data = {"service": service.pk, "title": "أغلق", "steps-0-title": "اطلب", "steps-0-kind": "act"}
    response = client.post(url, {**form_of(client, url), **data})
    error = ["Write an address name in Latin letters."]
    assert response.context["adminform"].form.errors == {"slug": error}
    client.post(url, {**form_of(client, url), **data, "slug": "close"})
    guide = Guide.objects.get()
    assert list(guide.translations.values_list("language_code", "title")) == [("ar", "أغلق")]
    assert steps_of(guide) == [("step", 0)]


def test_the_preview_is_the_public_page_in_the_language_at_hand(
    client: Client, edda: User, guide: Guide
) -> None:
    Guide.objects.update(is_published=False)
    for language in ("en", "ar"):
        page = client.get(page_of(guide, language)).content.decode()
        address = f"/{language}/services/amazon/contact/"
        assert f'<a href="{address}" class="viewsitelink">Preview</a>' in page
    Guide.objects.update(is_published=True)
    assert 'class="viewsitelink">View on site</a>' in client.get(page_of(guide)).content.decode()


# --- Steps that people have been at ---------------------------------------------------------------


def test_a_step_nobody_has_been_at_is_deleted(client: Client, edda: User, guide: Guide) -> None:
    begin(guide, "ask")
    save(client, page_of(guide), steps_2_DELETE="on")
    assert steps_of(guide) == [("ask", 0), ("review", 1)]


def test_a_step_people_have_been_at_is_retired(client: Client, edda: User, guide: Guide) -> None:
    begin(guide, "look")
    response = save(client, page_of(guide, "ar"), steps_2_DELETE="on")
    assert told(response)[0] == (
        "“Look” is retired, not deleted: people on their way have been there."
    )
    retired = list(guide.steps.exclude(retired_at=None).values_list("key", flat=True))
    assert retired == ["look"]
    assert "alice" not in client.get(page_of(guide)).content.decode()


def test_a_retired_step_is_marked_and_can_be_brought_back(
    client: Client, edda: User, guide: Guide
) -> None:
    marks = 'type="checkbox" name="steps-2-bring_back"'
    assert marks not in client.get(page_of(guide)).content.decode()
    guide.steps.filter(key="look").update(retired_at=timezone.now())
    page = client.get(page_of(guide)).content.decode()
    assert marks in page
    assert "only people who have been at this step still see it" in page
    save(client, page_of(guide), steps_2_bring_back="on")
    assert guide.steps.get(key="look").retired_at is None


def test_retiring_the_last_step_of_a_published_guide_is_refused(
    client: Client, edda: User, guide: Guide
) -> None:
    deletions = {f"steps_{number}_DELETE": "on" for number in range(3)}
    response = save(client, page_of(guide), **deletions)
    formset = response.context["inline_admin_formsets"][0].formset
    assert formset.non_form_errors() == ["A published guide needs at least one step."]
    assert guide.steps.count() == 3


# --- Deleting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["guide", "service"])
def test_what_has_journeys_is_not_deleted(
    client: Client, edda: User, guide: Guide, what: str
) -> None:
    journey = begin(guide)
    now = timezone.now()
    for step in guide.steps.all():
        journey.entries.create(step=step, kind="done", happened_at=now, recorded_at=now)
    row = guide if what == "guide" else guide.service
    url = f"/admin/guides/{what}/{row.pk}/delete/"
    text = "1 journey leads through “Close the account”. Unpublish it instead."
    pages = [client.get(url), client.post(url, {"post": "yes"})]
    assert [list(page.context["protected"]) for page in pages] == [[text], [text]]
    for page in pages:
        assert not any(said in page.content.decode() for said in ("alice", str(journey.pk)))
    assert Guide.objects.count() == 1


def test_a_guide_that_others_continue_with_is_not_deleted(
    client: Client, edda: User, guide: Guide
) -> None:
    phone = factories.make_guide("phone", service=guide.service, title="On a phone")
    factories.make_step(phone, "go-on", continues_with=guide)
    page = client.get(f"/admin/guides/guide/{guide.pk}/delete/")
    assert page.context["protected"] == ["“On a phone” continues with “Close the account”."]
    begin(phone, "go-on")
    Entry.objects.update(step=guide.steps.get(key="ask"))
    page = client.get(f"/admin/guides/guide/{guide.pk}/delete/")
    assert page.context["protected"] == [
        "1 journey leads through “Close the account”. Unpublish it instead.",
        "“On a phone” continues with “Close the account”.",
    ]


def test_several_are_deleted_only_if_none_has_journeys(
    client: Client, edda: User, guide: Guide
) -> None:
    journey = begin(guide)
    other = factories.make_guide("other")
    act = {"action": "delete_selected", "post": "yes"}
    page = client.post(LIST, {**act, "_selected_action": [guide.pk, other.pk]})
    assert "1 journey leads through “Close the account”." in page.content.decode()
    assert str(journey.pk) not in page.content.decode()
    assert Guide.objects.count() == 2
    client.post(LIST, {**act, "_selected_action": [other.pk]})
    assert list(Guide.objects.all()) == [guide]


def test_a_guide_nobody_follows_is_deleted(client: Client, edda: User, guide: Guide) -> None:
    client.post(f"/admin/guides/guide/{guide.pk}/delete/", {"post": "yes"})
    assert Guide.objects.count() == 0


# --- The list of guides ---------------------------------------------------------------------------


def run(client: Client, action: str, *guides: Guide) -> Any:
    selected = [guide.pk for guide in guides]
    return client.post(LIST, {"action": action, "_selected_action": selected})


def test_publishing_names_what_cannot_be_published(
    client: Client, edda: User, guide: Guide
) -> None:
    empty = factories.make_guide("empty", title="An empty one")
    Guide.objects.update(is_published=False)
    assert sorted(told(run(client, "publish", guide, empty))) == [
        "1 guide is published.",
        "“An empty one” is not published: A published guide needs at least one step.",
    ]
    assert list(Guide.objects.filter(is_published=True)) == [guide]


def test_unpublishing(client: Client, edda: User, guide: Guide) -> None:
    other = factories.make_guide("other")
    assert told(run(client, "unpublish", guide)) == ["1 guide is a draft now."]
    assert list(Guide.objects.filter(is_published=True)) == [other]


def test_checked_today(client: Client, edda: User, guide: Guide) -> None:
    other = factories.make_guide("other", checked_on=date(2020, 2, 29))
    assert told(run(client, "checked_today", guide)) == ["1 guide is marked as checked today."]
    days = dict(Guide.objects.values_list("pk", "checked_on"))
    assert days == {guide.pk: timezone.localdate(), other.pk: date(2020, 2, 29)}


def rows(client: Client, query: str = "") -> list[str]:
    return sorted(guide.slug for guide in client.get(LIST + query).context["cl"].result_list)


def test_the_list_can_be_narrowed_down(client: Client, edda: User, guide: Guide) -> None:
    today = timezone.localdate()
    guide.translations.create(language_code="nb", title="Lukk kontoen")
    guide.translations.create(language_code="ar", title="")
    Guide.objects.update(checked_on=today - timedelta(days=184))
    factories.make_guide("fresh", checked_on=today - timedelta(days=183), is_published=False)
    factories.make_guide("never")
    found = {
        f"?service={guide.service_id}": ["contact"],
        "?service=nonsense": ["contact", "fresh", "never"],
        "?is_published__exact=0": ["fresh"],
        "?missing=nb": ["fresh", "never"],
        "?missing=ar": ["contact", "fresh", "never"],
        "?missing=en": [],
        "?checked=stale": ["contact", "never"],
        "?checked=fresh": ["fresh"],
        "?q=amazon": ["contact"],
        "?q=amazon.com": ["contact"],
        "?q=Lukk": ["contact"],
    }
    assert {query: rows(client, query) for query in found} == found


def test_the_columns_say_what_an_editor_needs(client: Client, edda: User, guide: Guide) -> None:
    guide.translations.create(language_code="nb", title="Lukk kontoen")
    guide.translations.create(language_code="ar", title="أغلق")
    for step in guide.steps.all():
        step.translations.create(language_code="nb", title="Gjør det")
        step.translations.create(language_code="ar", title="")
    begin(guide)
    row = client.get(LIST).context["cl"].result_list[0]
    model_admin = site.get_model_admin(Guide)
    said = [model_admin.name_of(row), model_admin.languages(row), model_admin.journey_count(row)]
    assert said == ["Close the account", "en, nb", 1]
    assert model_admin.list_display == (
        "service", "name_of", "goal", "channel", "is_published", "checked_on", "languages",
        "journey_count",
    )  # fmt: skip


@pytest.fixture
def cold() -> None:
    """Nothing is remembered from the tests before: it would save queries."""
    ContentType.objects.clear_cache()


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.usefixtures("cold")
def test_the_list_of_guides_takes_as_many_queries_for_any_number_of_rows(
    client: Client, edda: User, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        guide = factories.make_guide()
        factories.make_way("ask", "look", guide=guide)
        begin(guide)
    with django_assert_num_queries(13):
        page = client.get(LIST)
    assert len(page.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.usefixtures("cold")
def test_a_guide_takes_as_many_queries_for_any_number_of_steps(
    client: Client, edda: User, django_assert_num_queries: Any, count: int
) -> None:
    guide = factories.make_guide()
    factories.make_way(*[f"step-{number}" for number in range(count)], guide=guide)
    with django_assert_num_queries(16):
        client.get(page_of(guide, "ar"))


# --- Services -------------------------------------------------------------------------------------


def test_a_saved_service_is_found_by_its_names_and_domains(client: Client, edda: User) -> None:
    url = "/admin/guides/service/add/"
    rows = {
        "domains-TOTAL_FORMS": "2",
        "domains-0-name": "https://www.Amazon.de/gp/help?x=1",
        "domains-1-name": "bücher.example",
    }
    words = {"name": "Amazon", "other_names": " Amazn \n\nأمازون\nAmazn"}
    assert client.post(url, {**form_of(client, url), **words, **rows}).status_code == 302
    service = Service.objects.get()
    assert service.slug == "amazon"
    assert service.translations.get().other_names == ["Amazn", "أمازون"]
    domains = list(service.domains.values_list("name", "position"))
    assert domains == [("amazon.de", 0), ("xn--bcher-kva.example", 1)]
    factories.make_guide(service=service)
    for query in ("amazn", "امازون", "www.amazon.de"):
        assert search.find(query).ids == [service.pk]


def test_a_service_is_found_anew_after_a_change(client: Client, edda: User, guide: Guide) -> None:
    service = guide.service
    service.translations.create(language_code="nb", name="Regnskogen")
    save(client, page_of(service), name="Jungle", domains_0_name="jungle.com")
    ids = [search.find(query).ids for query in ("jungle.com", "amazon.com")]
    assert ids == [[service.pk], []]
    assert search.find("regnskog").ids == [service.pk]
    client.post(f"/admin/guides/service/{service.pk}/change/delete-translation/nb/", {"post": "y"})
    assert search.find("regnskog").ids == []


def test_what_is_no_domain_or_belongs_to_another_is_refused(
    client: Client, edda: User, guide: Guide
) -> None:
    factories.make_service("other", domains=["taken.com"])
    said = {
        "no domain": "“no domain” is not an internet domain. Write it like “amazon.com”.",
        "https://taken.com/": "This domain belongs to a service already.",
    }
    for text, error in said.items():
        response = save(client, page_of(guide.service), domains_0_name=text)
        assert step_errors(response) == [{"name": [error]}]


def test_the_first_domain_is_the_home(client: Client, edda: User, guide: Guide) -> None:
    guide.service.domains.create(name="amazon.de", position=1)
    save(client, page_of(guide.service), domains_1_place="1")
    assert list(guide.service.domains.values_list("name", flat=True)) == ["amazon.de", "amazon.com"]


def test_editors_find_services_as_the_public_does(client: Client, edda: User, guide: Guide) -> None:
    factories.make_service("aliexpress")
    for query in ("AMAZON", "https://www.amazon.com/gp", "amaz"):
        page = client.get("/admin/guides/service/", {"q": query})
        assert [service.slug for service in page.context["cl"].result_list] == ["amazon"]


# --- Who may see what -----------------------------------------------------------------------------


def test_editors_may_edit_the_catalogue_and_nothing_else(client: Client, edda: User) -> None:
    names = {"service", "guide", "step", "domain", "source"}
    acts = {"view", "add", "change", "delete"}
    assert edda.get_all_permissions() == {
        *(f"guides.{act}_{name}" for act in acts for name in names),
        *(f"guides.{act}_stepreport" for act in acts - {"add"}),
        *(f"guides.{act}_story" for act in ("view", "delete")),
    }
    apps = client.get("/admin/").context["app_list"]
    listed = [(app["app_label"], [model["object_name"] for model in app["models"]]) for app in apps]
    assert listed == [("guides", ["Guide", "StepReport", "Service", "Story"])]


def test_nobody_sees_journeys_in_the_admin() -> None:
    private = {Journey, Entry, Reminder, Experience, WaitTaken}
    assert {model for model in private if site.is_registered(model)} == set()


@pytest.mark.parametrize("query", ["journeys__user__email=alice@example.org", "steps__entries=1"])
def test_editors_cannot_ask_for_guides_by_the_people_on_them(
    client: Client, edda: User, guide: Guide, query: str
) -> None:
    begin(guide)
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_only_superusers_see_people(client: Client, edda: User) -> None:
    edda.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    url = f"/admin/guides/user/{edda.pk}/"
    pages = ["/admin/guides/user/", "/admin/guides/user/add/", f"{url}change/", f"{url}delete/"]
    assert [client.get(page).status_code for page in pages] == [403] * 4


def test_superusers_see_people_without_their_journeys(
    client: Client, root: User, guide: Guide
) -> None:
    journey = begin(guide)
    url = f"/admin/guides/user/{journey.user_id}/"
    for page in ("/admin/guides/user/", f"{url}change/", f"{url}delete/"):
        content = client.get(page).content.decode()
        assert "alice@example.org" in content
        assert not any(said in content for said in (str(journey.pk), "Journey", "journey", "Entr"))
    client.post(f"{url}delete/", {"post": "yes"})
    assert list(User.objects.all()) == [root]


def test_superusers_add_people(client: Client, root: User) -> None:
    words = {"usable_password": "true", "password1": "correct horse", "password2": "correct horse"}
    client.post("/admin/guides/user/add/", {"email": "bob@example.org", **words})
    assert User.objects.get(email="bob@example.org").check_password("correct horse")


# --- Addresses that somebody changed by hand ------------------------------------------------------


@pytest.mark.parametrize("row", ["guide", "service", "user"])
def test_no_name_of_a_field_is_answered_as_a_bad_request(
    client: Client, root: User, row: str
) -> None:
    assert client.get(f"/admin/guides/{row}/{root.pk}/change/?_to_field=").status_code == 400
    assert client.get(f"/admin/guides/{row}/{root.pk}/change/?_to_field=nothing").status_code == 400


def test_words_in_a_language_that_is_not_offered_are_those_in_english(
    client: Client, edda: User, guide: Guide
) -> None:
    for url in (page_of(guide, "xx"), page_of(guide.service, "xx"), f"{ADD}?language=xx"):
        forms = [client.get(url).context["adminform"].form]
        assert [form.language_code for form in forms] == ["en"]


@pytest.mark.parametrize("row", ["guide", "service"])
def test_lists_can_be_counted_by_filter(client: Client, edda: User, guide: Guide, row: str) -> None:
    page = pages.read(client.get(f"/admin/guides/{row}/?_facets=True"))
    facets = page.all("details", data_filter_title="published")
    assert [each.texts("a") for each in facets] == [["All", "Yes (1)", "No (0)"]] * (row == "guide")
