"""How close what was typed comes to one spelling, and what is no small mistake any more."""

import pytest

from guides.domain import spellings
from guides.domain.likeness import Closeness, Query

TYPED = [
    ("amazon", "amazon", Closeness.SAME, 0),
    ("Ali  Express", "ali express", Closeness.SAME, 0),
    ("prime video", "prime video", Closeness.SAME, 0),
    ("الفيسبوك", "فيسبوك", Closeness.SAME, 0),
    ("delete my Facebook account", "facebook", Closeness.SAME, 0),
    ("slette konto facebook", "facebook", Closeness.SAME, 0),
    ("كيفية حذف حساب فيسبوك", "فيسبوك", Closeness.SAME, 0),
    ("my account", "my account", Closeness.SAME, 0),  # a name made of such words is found too
    ("ama", "amazon", Closeness.BEGINS, 0),
    ("a", "amazon", Closeness.BEGINS, 0),
    ("vid", "prime video", Closeness.BEGINS_A_WORD, 0),
    ("amaz", "amazon.com", Closeness.BEGINS_A_WORD, 0),
    ("amazon.c", "amazon.com", Closeness.BEGINS_A_WORD, 0),
    ("www.ama", "amazon.com", Closeness.BEGINS_A_WORD, 0),
    ("azo", "amazon", Closeness.INSIDE, 0),
    # … and how many letters besides
    ("facebook amazon", "amazon", Closeness.MENTIONED, 8),
    ("amazon video prime shop", "video prime", Closeness.MENTIONED, 10),
    ("facebook amazn", "amazon", Closeness.MENTIONED_MISTYPED, 9),
    # One of four to six letters may be wrong, two of more.
    ("wihs", "wish", Closeness.MISTYPED, 1),
    ("amzon", "amazon", Closeness.MISTYPED, 1),
    ("anazon", "amazon", Closeness.MISTYPED, 1),
    ("amazonn", "amazon", Closeness.MISTYPED, 1),
    ("facebuk", "facebook", Closeness.MISTYPED, 2),
    ("instgarm", "instagram", Closeness.MISTYPED, 2),
    ("instg", "instagram", Closeness.BEGINS_MISTYPED, 1),  # still typing
    ("instagarn", "instagram videos", Closeness.SIMILAR, 2),  # … with one mistake at most
    ("anzn", "amazon", None, None),
    ("anzon", "amazon", Closeness.SIMILAR, 2),
    ("verylongword" * 16, "overleaf", None, None),
    ("wsi", "wish", None, None),  # three letters are either right or wrong
    ("wixh", "wished", None, None),  # of four, no beginning is guessed
    ("zo", "amazon", None, None),  # inside of a word, three at least
    ("zon", "amazon.com", None, None),  # and none inside of a domain
    # Domains
    ("amazon.com", "amazon.com", Closeness.SAME, 0),
    ("https://smile.amazon.com/x?y=ebay.com", "amazon.com", Closeness.SAME, 1),
    ("bob@hotmail.com", "hotmail.com", Closeness.SAME, 0),
    ("booking.com", "booking com", Closeness.SAME, 0),
    ("https://www.booking.com/a", "booking com", Closeness.SAME, 0),
    ("amzon.com", "amazon.com", Closeness.MISTYPED, 1),
    ("finn.de", "finn.no", Closeness.SIMILAR, 1),
    ("finn.de", "finn", Closeness.SIMILAR, 1),
    ("amazon.co.uk", "amazon.co.jp", Closeness.SIMILAR, 1),
    ("notamazon.com", "amazon.com", None, None),
    ("com", "amazon.com", None, None),
    ("https://example.org/amazon", "amazon", None, None),
]


@pytest.mark.parametrize(("typed", "key", "closeness", "mistakes"), TYPED)
def test_typed_comes_as_close_as(typed, key, closeness, mistakes):
    match = Query(typed).match(key)
    assert match == (None if closeness is None else (closeness, mistakes))


# Of what is only similar, the index brings what happens to be there.
FOUND = [each[:2] for each in TYPED if each[2] is not None and each[2] < Closeness.SIMILAR]


@pytest.mark.parametrize(("typed", "key"), [*FOUND, ("finn.de", "finn.no")])
def test_the_index_is_asked_for_what_comes_close(typed, key):
    assert Query(typed).pieces() & spellings.pieces(key)


@pytest.mark.parametrize("typed", ["", "  ", "!!!", "https://", "www.", "\0", "…", "🙂"])
def test_nothing_is_asked_for_where_nothing_was_said(typed):
    assert Query(typed).pieces() == set()


def test_what_is_asked_for_is_bounded():
    assert max(len(Query(typed).pieces()) for typed in ("word " * 9999, "a" * 99999)) < 200
