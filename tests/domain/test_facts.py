"""What a journal says of each step. Pure, without a database."""

from guides.domain.facts import Facts, Span, read_journal
from tests.domain.plain import DAY, NOW, Entry


def test_the_last_start_and_the_last_extension_of_a_clock_count():
    entries = [
        Entry(5, "started", NOW - DAY, NOW, NOW + DAY, stay_signed_out=True),
        Entry(5, "started", NOW - 2 * DAY, NOW - DAY, NOW + 2 * DAY, stay_signed_out=True),
        Entry(5, "extended", NOW, None, NOW + 9 * DAY),
    ]
    expected = Facts(None, None, NOW - 2 * DAY, None, NOW + 9 * DAY, stay_signed_out=True)
    assert read_journal(entries) == {5: expected}


def test_ticks_and_skips_are_facts_and_going_back_is_none():
    entries = [
        Entry(1, "done"),
        Entry(2, "skipped"),
        *(Entry(3, k) for k in ("reopened", "failed", "lapsed")),
    ]
    assert read_journal(entries) == {
        1: Facts(done_at=NOW),
        2: Facts(skipped_at=NOW),
    }


def test_a_clock_without_an_end_spans_no_time():
    assert Facts(started_at=NOW, longest_at=NOW + DAY).span == Span(NOW, NOW + DAY)
    assert [Facts(started_at=NOW).span, Facts().span] == [None, None]
