"""Waits and deadlines are read out of English notes, and what is none is not."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides.domain import notes
from guides.domain.note_rules import Role
from tests import labels

DAY = timedelta(days=1)


@pytest.mark.parametrize(("note", "said"), labels.made_up())
def test_a_note_is_read_as_a_person_reads_it(note, said):
    assert labels.of(notes.read(note)) == said


def test_notes_from_which_nothing_was_learnt_are_mostly_read_rightly():
    pairs = [
        (said.facts, labels.of(notes.read(note)).facts)
        for note, said in labels.made_up(labels.DATA / "notes_fresh.txt")
    ]
    right = sum(len(wanted & found) for wanted, found in pairs)
    there, read = (sum(map(len, each)) for each in zip(*pairs, strict=True))
    assert (len(pairs), there) == (120, 83)
    assert (right / there >= 0.95, (read - right) / read <= 0.05) == (True, True)


@pytest.mark.parametrize(("note", "said"), labels.made_up(labels.DATA / "notes_misread.txt"))
def test_what_is_misread_still_is_or_moves_to_the_other_notes(note, said):
    assert labels.of(notes.read(note)) != said


def reasons(note):
    return [wait.reason for wait in notes.read(note).waits]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("Support replies within 2 days.", Role.REVIEW),
        ("The deletion takes 2 days.", Role.PROCESSING),
        ("You can restore the account for 30 days.", Role.GRACE),
        ("Wait 24 hours, then do the same again.", Role.COOL_DOWN),
        ("Pay what you owe, wait 10 days, then ask them to delete the account.", Role.QUIET),
    ],
)
def test_it_says_why_one_waits(note, reason):
    assert reasons(note) == [reason]


def alongside(note):
    return [wait.is_alongside for wait in notes.read(note).waits]


def test_two_clocks_run_from_the_same_moment():
    assert alongside("It can be restored for 30 days. All is erased after 90 days.") == [
        False,
        True,
    ]


def test_waits_that_follow_one_another_do_not():
    assert alongside("They answer within 2 days. The account goes after 30 days.") == [False, False]
    assert alongside("It is disabled for 7 days, then deleted after another 30 days.") == [
        False,
        False,
    ]


def test_a_wait_that_is_mentioned_twice_is_one():
    note = "The account is deleted after 14 days. Within these 14 days you can cancel."
    assert notes.read(note).waits == (notes.Wait(Role.PROCESSING, 14 * DAY, 14 * DAY),)


def test_a_long_time_without_a_reason_is_no_wait():
    assert reasons("Give it 90 days.") == [Role.PROCESSING]
    assert reasons("Give it 91 days.") == []


def test_the_end_of_an_endless_note_is_not_read():
    assert reasons("Deleted after 30 days. " + "x" * notes.MOST_READ + " Erased after 9 days.") == [
        Role.PROCESSING
    ]


@pytest.mark.parametrize(
    "word", ["30 days ", "log in ", "cancel the ", "1 or 2 to ", "not sign ", "["]
)
def test_a_hostile_note_is_read_in_no_time(word):
    begun = time.process_time()
    notes.read(word * 5000)
    assert time.process_time() - begun < 1


@given(st.text())
def test_any_text_can_be_read(text):
    assert isinstance(notes.read(text), notes.Reading)


def test_every_label_of_the_list_can_be_read():
    said = labels.justdeleteme()
    assert (len(said), sum(len(each.facts) for each in said.values())) == (128, 117)
