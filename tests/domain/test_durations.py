"""Lengths of time as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides.domain import durations

WRITTEN = {
    "1 minute": timedelta(minutes=1),
    "24 hours": timedelta(days=1),
    "4 days": timedelta(days=4),
    "7 days": timedelta(days=7),
    "4 weeks": timedelta(days=28),
    "90 minutes": timedelta(minutes=90),
    "60 days": timedelta(days=60),
    "1 year": timedelta(days=365),
}


@pytest.mark.parametrize(("text", "length"), WRITTEN.items())
def test_a_length_is_read_and_written_in_its_simplest_spelling(text, length):
    assert durations.parse(text) == length
    assert durations.write(length) == text


@pytest.mark.parametrize(
    ("text", "simplest"),
    [
        ("1 day", "24 hours"),
        ("2 months", "60 days"),
        ("12 months", "360 days"),
        ("14 days", "2 weeks"),
        (" 4 DAYS ", "4 days"),
        ("4days", "4 days"),
        ("120 minutes", "2 hours"),
        ("1 days", "24 hours"),
    ],
)
def test_other_spellings_are_read_too(text, simplest):
    assert durations.write(durations.parse(text)) == simplest


@pytest.mark.parametrize(
    "text", ["", "4", "days", "four days", "-4 days", "1.5 days", "4 days 2 hours", "4 d"]
)
def test_what_is_no_length_is_named(text):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        durations.parse(text)
    assert str(error.value) == f"“{text}” is not a length of time like “4 days” or “24 hours”"


@pytest.mark.parametrize("text", ["0 days", "11 years", "999999 years", "3651 days"])
def test_nothing_and_more_than_ten_years_are_named(text):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        durations.parse(text)
    assert str(error.value) == f"“{text}” is not between one minute and ten years"


@given(st.integers(min_value=1, max_value=10 * 365 * 24 * 60))
def test_every_length_in_minutes_is_read_back_as_it_was_written(minutes):
    length = timedelta(minutes=minutes)
    assert durations.parse(durations.write(length)) == length
