"""An entry becomes a guide that can be followed, in every language, and published as it is."""

import pytest
from django.conf import settings
from django.utils import translation

from guides.domain import catalogue, drafts
from guides.domain.justdeleteme import Entry
from tests.lists import entry, guide_of, load, steps_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def draft(note="", **fields):
    made = {
        "name": "Gizmo",
        "difficulty": "easy",
        "domains": ("gizmo.example",),
        "links": {"en": "https://gizmo.example/delete"},
        "notes": {"en": note} if note else {},
    }
    return drafts.draft(Entry(**(made | fields)))


def steps(note="", **fields):
    return draft(note, **fields).facts["steps"]


def keys(note="", **fields):
    return [step["key"] for step in steps(note, **fields)]


def step(key, note="", **fields):
    (found,) = (each for each in steps(note, **fields) if each["key"] == key)
    return found


# --- The way --------------------------------------------------------------------------------------


def test_one_opens_the_page_and_checks():
    assert steps() == [
        {"key": "ask", "kind": "act", "link": "https://gizmo.example/delete", "final": True},
        {"key": "check-gone", "kind": "check"},
    ]


LETTER = {"email": "bye@gizmo.example", "subject": "Bye", "body": "Please."}


def test_where_it_is_hard_one_writes():
    assert draft(difficulty="hard", **LETTER).facts["channel"] == "email"
    assert step("write", difficulty="hard", **LETTER) == {
        "key": "write",
        "kind": "act",
        "link": "https://gizmo.example/delete",
        "letter_to": "bye@gizmo.example",
        "letter_subject": "Bye",
        "letter_body": "Please.",
        "final": True,
    }


def test_where_the_page_does_it_one_may_write_instead():
    assert keys(**LETTER) == ["ask", "write-instead", "check-gone"]
    assert step("write-instead", **LETTER)["optional"] is True
    assert draft(**LETTER).facts["channel"] == "website"


def test_a_letter_that_nobody_has_written_is_ours():
    written = step("write", difficulty="hard", email="bye@gizmo.example")
    assert written["letter_subject"] == drafts.SUBJECT
    assert written["letter_body"].startswith("Hello,\n\nplease delete my account")


def test_a_wait_says_that_it_was_read_from_a_note():
    assert step("processing", "The account is deleted within 5-10 business days.") == {
        "key": "processing",
        "kind": "wait",
        "wait_reason": "processing",
        "wait_certainty": "noted",
        "wait_shortest": "5 days",
        "wait_longest": "10 days",
        "in_business_days": True,
        "goes_back_to": "ask",
    }


def test_a_wait_during_which_one_must_not_sign_in():
    note = "It is gone after 30 days. Logging in during that time cancels the deletion."
    wait = step("processing", note)
    assert (wait["stay_signed_out"], wait["wait_longest"]) == (True, "30 days")
    assert draft(note).facts["undo"] == "while_waiting"
    assert "final" not in step("ask", note)


def test_whoever_must_not_sign_in_waits_without_an_end():
    out = step("grace", "Do not sign in again, or it is cancelled.")
    assert (out["stay_signed_out"], "wait_longest" in out) == (True, False)


def test_time_before_one_may_ask_comes_first():
    note = "You can only delete it 7 days after your last order."
    assert keys(note) == ["quiet", "ask", "check-gone"]
    assert "goes_back_to" not in step("quiet", note)


def test_a_pause_is_followed_by_the_same_step():
    note = "Press delete. Wait 24 hours, then repeat the process."
    assert keys(note) == ["ask", "cool-down", "again", "check-gone"]
    assert ("final" in step("ask", note), step("again", note)["final"]) == (False, True)


def test_a_deadline_is_a_step_of_its_own_and_the_final_one():
    note = "Confirm by the link they send you. It expires in 24 hours."
    assert step("confirm", note) == {
        "key": "confirm",
        "kind": "act",
        "do_within": "24 hours",
        "goes_back_to": "ask",
        "final": True,
    }
    assert "final" not in step("ask", note)


def test_two_clocks_run_side_by_side():
    note = "You can restore it for 30 days. The deletion is complete in 90 days."
    assert keys(note) == ["ask", "grace", "processing", "check-gone"]
    assert step("processing", note)["while_waiting"] is True


def test_two_waits_of_one_kind_have_a_key_each():
    note = "It is disabled after 7 days, and then deleted after another 30 days."
    assert keys(note) == ["ask", "processing", "processing-2", "check-gone"]


def test_only_the_note_in_english_is_read():
    assert keys(notes={"de": "Delete after 30 days"}) == ["ask", "check-gone"]


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language):
    english = draft("Wait 3 days, then repeat it.", **LETTER).words["en"]
    words = draft("Wait 3 days, then repeat it.", **LETTER).words[language]
    assert words["steps"].keys() == english["steps"].keys()
    if language != "en":
        same = [key for key in ("title", "summary", "you_lose") if words[key] == english[key]]
        same += [key for key, texts in words["steps"].items() if texts == english["steps"][key]]
        assert same == []


@pytest.mark.parametrize("language", ["ar", "nb"])
def test_every_text_of_a_draft_is_translated(language):
    pairs = [*drafts.TEXTS.values(), *drafts.GUIDE_TEXTS.values()]
    texts = [text for pair in pairs for text in pair] + [drafts.YOU_LOSE, drafts.YOU_NEED]
    with translation.override("en"):
        english = [str(text) for text in texts]
    with translation.override(language):
        said = [str(text) for text in texts]
    assert [text for text in said if text in english] == []


def test_the_title_says_what_people_report():
    titles = [
        draft(difficulty=each).words["en"]["title"] for each in ("easy", "limited", "impossible")
    ]
    assert titles == [
        "Ask for deletion on the website",
        "Ask for deletion, if it is open to you",
        "Ask for deletion all the same",
    ]


# --- In the catalogue -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"difficulty": "impossible"},
        {"difficulty": "hard", "email": "bye@gizmo.example"},
        {"email": "bye@gizmo.example"},
        {"notes": "Confirm within 2 days. It can be restored for 30 days. All goes in 90 days."},
        {"notes": "Press delete. Wait 24 hours, then repeat the process."},
        {"notes": "No orders for 60 days? Only possible 60 days after your last order."},
        {"notes": "Do not sign in again."},
    ],
    ids=range(8),
)
def test_a_draft_is_fit_to_be_published(tmp_path, fields):
    load(tmp_path, entry(**fields))
    guide, way = guide_of(), list(steps_of().values())
    assert catalogue.problems_of_guide(guide, way) == []
    assert [catalogue.problems_of_step(each) for each in way] == [{}] * len(way)


@pytest.mark.parametrize(("note", "is_told"), [("", False), ("Press it.", True)])
def test_a_note_is_spoken_of_where_there_is_one(note, is_told):
    body = draft(note).words["en"]["steps"]["ask"]["body"]
    assert ("What others noted" in body) == is_told
