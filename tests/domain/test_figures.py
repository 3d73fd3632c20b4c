"""What many lengths say together, and how a single one is rounded."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides.domain import figures
from guides.domain.figures import Usual

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "usually", "nine_of_ten"),
    [
        ([1, 2, 2, 2, 2, 2, 3, 4, 5, 30], 2, 5),  # the ninth of ten, and not who waited a month
        ([7] * 10, 7, 7),
        (range(1, 11), 5, 9),
        (range(1, 12), 6, 10),
        (range(1, 21), 10, 18),
        ([3], 3, 3),
    ],
)
def test_half_waited_no_longer_than_the_one_nine_of_ten_than_the_other(days, usually, nine_of_ten):
    lengths = [day * DAY for day in days]
    assert figures.usual(reversed(lengths)) == Usual(usually * DAY, nine_of_ten * DAY)


@given(st.lists(st.timedeltas(min_value=HOUR, max_value=900 * DAY), min_size=1))
def test_so_many_were_through_and_the_lengths_are_those_of_people(lengths):
    told = figures.usual(lengths)
    through = [sum(each <= limit for each in lengths) for limit in told]
    assert (through[0] * 2 >= len(lengths), through[1] * 10 >= len(lengths) * 9) == (True, True)
    assert set(told) <= set(lengths)


@pytest.mark.parametrize("outlier", [1000 * DAY, HOUR])
def test_one_who_tells_nonsense_changes_little(outlier):
    lengths = [2 * DAY] * 10 + [3 * DAY] * 10
    with_nonsense = figures.usual([*lengths, outlier])
    assert with_nonsense.usually in {2 * DAY, 3 * DAY}
    assert with_nonsense.nine_of_ten == 3 * DAY


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(), HOUR),
        (timedelta(minutes=89), HOUR),
        (timedelta(minutes=90), 2 * HOUR),
        (timedelta(hours=26, minutes=12, seconds=7), 26 * HOUR),
        (timedelta(hours=47, minutes=29), 47 * HOUR),
        (timedelta(hours=47, minutes=30), 2 * DAY),
        (timedelta(days=4, hours=11), 4 * DAY),
        (timedelta(days=4, hours=13), 5 * DAY),
        (timedelta(days=5000), 730 * DAY),
    ],
)
def test_a_length_is_kept_in_whole_hours_or_days(length, expected):
    assert figures.rounded(length) == expected
