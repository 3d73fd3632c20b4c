"""Lengths of time are found in English prose, however they are written."""

from datetime import timedelta

import pytest

from guides.domain import mentions

HOUR, DAY, WEEK, MONTH = (timedelta(hours=1), timedelta(1), timedelta(7), timedelta(30))


def found(text):
    return [
        (mention.shortest, mention.longest, mention.in_business_days)
        for sentence in mentions.sentences(text)
        for mention in mentions.find(sentence)
    ]


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        ("30 days", 30 * DAY, 30 * DAY),
        ("thirty days", 30 * DAY, 30 * DAY),
        ("forty-five days", 45 * DAY, 45 * DAY),
        ("seven (7) days", 7 * DAY, 7 * DAY),
        ("7 (seven) days", 7 * DAY, 7 * DAY),
        ("a 14 day waiting period", 14 * DAY, 14 * DAY),
        ("a 7-day grace period", 7 * DAY, 7 * DAY),
        ("30 calendar days", 30 * DAY, 30 * DAY),
        ("a full month", MONTH, MONTH),
        ("a fortnight", 2 * WEEK, 2 * WEEK),
        ("72h", 72 * HOUR, 72 * HOUR),
        ("48 hrs.", 48 * HOUR, 48 * HOUR),
        ("half an hour", HOUR / 2, HOUR / 2),
        ("one and a half months", 45 * DAY, 45 * DAY),
        ("a month and a half", 45 * DAY, 45 * DAY),
        ("1 day and 12 hours", 36 * HOUR, 36 * HOUR),
        ("in 5 days’ time", 5 * DAY, 5 * DAY),
        ("the next day", DAY, DAY),
        ("2-3 days", 2 * DAY, 3 * DAY),
        ("24–48h", 24 * HOUR, 48 * HOUR),
        ("28 or 60 days", 28 * DAY, 60 * DAY),
        ("30/60 days", 30 * DAY, 60 * DAY),
        ("between two and four weeks", 2 * WEEK, 4 * WEEK),
        ("a week or two", WEEK, 2 * WEEK),
        ("from 24 hours to 7 days", DAY, 7 * DAY),
        ("up to a month", None, MONTH),
        ("within 24 hours", None, DAY),
        ("in the next 24 hours", None, DAY),
        ("no later than one month", None, MONTH),
        ("in less than three days", None, 3 * DAY),
        ("<24h", None, DAY),
        ("max. 14 days", None, 14 * DAY),
        ("14 days at most", None, 14 * DAY),
        ("it may take them 30 days", None, 30 * DAY),
        ("at least three days", 3 * DAY, None),
        ("over a month", MONTH, None),
        ("30+ days", 30 * DAY, None),
        ("30 days or more", 30 * DAY, None),
        ("a couple of weeks", 2 * WEEK, 2 * WEEK),
        ("a few days", 2 * DAY, 7 * DAY),
        ("a several-day delay", 2 * DAY, 7 * DAY),
        ("it takes weeks", 2 * WEEK, 7 * WEEK),
        ("it takes days or even weeks", 2 * DAY, 7 * WEEK),
    ],
)
def test_a_length_is_found(text, shortest, longest):
    assert found(text) == [(shortest, longest, False)]


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [
        ("5-10 business days", 5 * DAY, 10 * DAY),
        ("within 3 working days", None, 3 * DAY),
        ("the next business day", DAY, DAY),
        ("a few weekdays", 2 * DAY, 7 * DAY),
        ("48 business hours", 2 * DAY, 2 * DAY),
    ],
)
def test_business_days_are_told_apart(text, shortest, longest):
    assert found(text) == [(shortest, longest, True)]


@pytest.mark.parametrize(
    "text",
    [
        "once a week",
        "$5 a month",
        "after some time",
        "one of these days",
        "on the 2nd day",
        "see https://example.org/30-days",
        "write to 30days@example.org",
        "in the Regulations 2017",
        "wait 5 seconds",
        "9999 years",
        "0 days",
    ],
)
def test_what_is_no_length_is_not_found(text):
    assert found(text) == []


def test_sentences_are_told_apart_where_a_blank_is_missing_too():
    text = "Confirm it.The account (e.g. yours) goes in 1.5 days. Done!"
    assert mentions.sentences(text) == [
        "confirm it",
        "the account (e.g yours) goes in 1.5 days",
        "done",
    ]
