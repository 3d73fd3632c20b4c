"""What an English note says about time: waits, deadlines, and that one must not sign in.

Much of what notes mention is no wait: how long records are kept, for how long a name is blocked,
after how much time without use an account goes. Pure: imports no Django.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from guides.domain import mentions, note_rules
from guides.domain.mentions import Mention
from guides.domain.note_rules import Role

WAITS = set(Role) - {Role.DEADLINE, Role.NONE}
# Nobody waits longer than this: it is about records, or about accounts that nobody uses.
LONGEST_WAIT = timedelta(days=548)
# A length of which hardly anything is said is a wait up to here.
LONGEST_UNSAID = timedelta(days=90)
# Who has not signed in for so long has mostly asked for nothing, and the account goes by itself.
UNUSED = timedelta(days=180)
# Shorter ones can be about a chat, a call or a form; the shortest ones always are.
SHORT_WAIT = timedelta(hours=1)
SHORTEST_WAIT = timedelta(minutes=10)
# Of a text by others, no more characters are read than these.
MOST_READ = 5000
MOST_LENGTHS = 10  # of a sentence


@dataclass(frozen=True, slots=True)
class Wait:
    """A waiting period: why there is one, and its bounds where the note says any.

    `is_alongside`: it runs from the same moment as the one before it.
    """

    reason: Role
    shortest: timedelta | None
    longest: timedelta | None
    in_business_days: bool = False
    stay_signed_out: bool = False
    is_alongside: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note says about time.

    `do_within`: the time there is to confirm what one has asked for. `stay_signed_out`: one is
    told not to sign in, for however long.
    """

    waits: tuple[Wait, ...] = ()
    do_within: timedelta | None = None
    stay_signed_out: bool = False


class _Length(NamedTuple):
    """A length of time with its role, and its sentence, in which it is written as “@”."""

    role: Role
    mention: Mention
    sentence: str


def read(note: str) -> Reading:
    """What the English note says about time; an empty reading if it says nothing."""
    sentences = _whole(mentions.sentences(note[:MOST_READ]))
    waits: list[Wait] = []
    do_within: timedelta | None = None
    is_told = False
    for number, sentence in enumerate(sentences):
        lengths = list(_lengths(sentence, sentences[:number], sentences[number + 1 :]))
        is_told = is_told or note_rules.says("stay_out", sentence)
        stay_out = _means_stay_out(sentence)
        for length in lengths:
            if length.role is Role.DEADLINE:
                do_within = do_within or length.mention.longest
            elif length.role in WAITS:
                _add(waits, _wait(length, stay_out))
        if stay_out and waits and not any(length.role in WAITS for length in lengths):
            waits[-1] = replace(waits[-1], stay_signed_out=True)
    return Reading(tuple(waits), do_within, is_told)


def _whole(sentences: list[str]) -> list[str]:
    """“Wait a day. Then do it again.” is one sentence, wherever the stop is."""
    whole: list[str] = []
    for sentence in sentences:
        if whole and note_rules.says("goes_on", sentence):
            whole[-1] += f", {sentence}"
        else:
            whole.append(sentence)
    return whole


def _means_stay_out(sentence: str) -> bool:
    return any(note_rules.says(what, sentence) for what in ("stay_out", "if_out", "ruins"))


# --- Lengths and their roles --------------------------------------------------------------------


def _lengths(sentence: str, earlier: list[str], later: list[str]) -> Iterator[_Length]:
    for mention in _once(sentence):
        marked = f"{sentence[: mention.start]}@{sentence[mention.end :]}"
        role = _role(marked, mention)
        if role in WAITS - {Role.COOL_DOWN} and _comes_first(marked, earlier, later):
            role = Role.QUIET
        yield _Length(role, mention, marked)


def _once(sentence: str) -> list[Mention]:
    """The lengths in the sentence; of “a few days (usually 2 business days)” the precise one."""
    kept: list[Mention] = []
    for mention in islice(mentions.find(sentence), MOST_LENGTHS):
        if kept and re.fullmatch(r" ?\( ?", sentence[kept[-1].end : mention.start]):
            if kept[-1].is_vague:
                kept[-1] = mention
        else:
            kept.append(mention)
    return kept


def _role(sentence: str, mention: Mention) -> Role:
    role = next((role for role, rule in note_rules.ROLES if rule.search(sentence)), None)
    length = mention.longest or mention.shortest or timedelta()
    if role is Role.DEADLINE:
        return role
    if role is None and (length > LONGEST_UNSAID or not note_rules.says("unsaid", sentence)):
        return Role.NONE
    if length > LONGEST_WAIT:
        return Role.NONE
    if length >= UNUSED and note_rules.says("if_out", sentence):
        return Role.NONE
    if length < SHORT_WAIT and not _is_short_wait(sentence, length):
        return Role.NONE
    return role or Role.PROCESSING


def _is_short_wait(sentence: str, length: timedelta) -> bool:
    if length < SHORTEST_WAIT or note_rules.says("about_a_call", sentence):
        return False
    return note_rules.says("deletes", sentence)


def _comes_first(sentence: str, earlier: list[str], later: list[str]) -> bool:
    """“Pay your orders, wait 10 days, then ask for deletion”: nothing has been asked for yet."""
    if not note_rules.says("just_waits", sentence):
        return False
    before, after = sentence.split("@", 1)
    asked_before = note_rules.says("asked", " ".join([*earlier, before]))
    return not asked_before and note_rules.says("to_ask", " ".join([after, *later]))


# --- Waits --------------------------------------------------------------------------------------


def _wait(length: _Length, stay_out: bool) -> Wait:
    shortest, longest = length.mention.shortest, length.mention.longest
    # The time to change one's mind, and the time before one may ask, have to pass as a whole,
    # also where a note says “within 30 days”.
    is_whole = length.role is Role.QUIET or (
        length.role is Role.GRACE and not note_rules.says("deleted_within", length.sentence)
    )
    if is_whole and shortest is None:
        shortest = longest
    if any(note_rules.says(what, length.sentence) for what in ("else_at_once", "has_time")):
        shortest = None
    return Wait(
        reason=length.role,
        shortest=shortest,
        longest=longest,
        in_business_days=length.mention.in_business_days,
        stay_signed_out=stay_out and length.role is not Role.QUIET,
        is_alongside=not note_rules.says("in_sequence", length.sentence),
    )


def _add(waits: list[Wait], wait: Wait) -> None:
    """Add a wait, unless the note has spoken of it before."""
    for place, other in enumerate(waits):
        if _name(other) == _name(wait):
            stays_out = other.stay_signed_out or wait.stay_signed_out
            waits[place] = replace(other, stay_signed_out=stays_out)
            return
    running = [other for other in waits if other.reason is not Role.QUIET]
    follows = not running or running[-1].reason in {Role.REVIEW, Role.COOL_DOWN}
    is_alongside = wait.is_alongside and not follows and wait.reason is not Role.QUIET
    waits.append(replace(wait, is_alongside=is_alongside))


def _name(wait: Wait) -> tuple[bool, timedelta | None]:
    """What two mentions of one wait have in common: “within 30 days … during these 30 days”."""
    return wait.reason is Role.QUIET, wait.longest or wait.shortest
