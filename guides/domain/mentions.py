"""Lengths of time as English prose mentions them: “5–10 business days”, “up to a month”.

What such a length belongs to, a wait or something else, `domain.notes` decides. Pure: imports no
Django. A text is first brought into one plain form, in which the lengths are then found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from guides.domain import durations

# “A few days” in numbers. On the safe side: who waits a day too long has lost nothing.
# The dash marks it as vague: all other dashes of a text become hyphens.
VAGUE = "2–7"

_LENGTHS = durations.UNITS | {"fortnight": timedelta(days=14)}
_SHORT = {
    "mins?": "minute",
    "h|hrs?": "hour",
    "d": "day",
    "w|wks?": "week",
    "mos|mths?": "month",
    "y|yrs?": "year",
}
_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {word: value for value, word in enumerate(f"{_ONES} {_TEENS}".split(), start=1)}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}

_UNIT = rf"(?:{'|'.join(_LENGTHS)})"
_UNITS = rf"(?:business )?{_UNIT}s?\b"
_NUMBER = r"\d{1,4}(?:\.\d)?(?:–\d)?"
# Words between a number and its unit that add nothing to it.
_EMPTY = r"(?:calendar|full|whole|entire|consecutive|straight|complete|good|long|standard|regular)"

# --- The plain form -----------------------------------------------------------------------------


def _number(match: re.Match[str]) -> str:
    return str(sum(_VALUES[word] for word in re.split("[- ]", match[0])))


def _one(match: re.Match[str]) -> str:
    return "1" + match[0][match[0].index(" ") :]


# In this order; those above the line see capitals.
_TYPOGRAPHY = [
    (r"\[([^\]]*)\]\([^)]*\)", r"\1"),  # of a Markdown link its text
    (r"\b(?:https?://|www\.)\S+|\S+@\S+", " "),
    (r"[‐‑‒–—−]", "-"),
    (r"[’‘´`]", "'"),
    (r"[“”«»„\"*]", ""),
    (r"(?<=[a-z)'])\.(?=[A-Z][a-z])", ". "),  # a blank forgotten between two sentences
    (r"(?i)\b(e\.g|i\.e|approx|max|min|hrs?|mins?|wks?|ca|etc)\.(?=\W)", r"\1"),
    (r"(?<=\d),5\b", ".5"),
    (r"[<≤] ?(?=\d)", "less than "),
    (r"[>≥] ?(?=\d)", "more than "),
    (r"[~≈] ?(?=\d)", "about "),
]
_NUMBERS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"\bcannot\b", "can not"),
    (r"\b(?:can't|won't)\b", lambda m: {"c": "can not", "w": "will not"}[m[0][0]]),
    (r"n't\b", " not"),
    (r"'ll\b", " will"),
    (r"'d\b", " would"),
    (r"\b(it|that|this|there|which)'s\b", r"\1 is"),
    (r"\bnot (take|last|need|require|be) (more|longer) than\b", r"\1 not \2 than"),
    (r"'(?:ve|re)\b", lambda m: {"v": " have", "r": " are"}[m[0][1]]),
    (rf"\b(?:{_TENS.replace(' ', '|')})[- ](?:{_ONES.replace(' ', '|')})\b", _number),
    (rf"\b(?:{'|'.join(_VALUES)})\b", _number),
    *[(rf"(?<=\d)(\+?)[- ]?(?:{short})\b(?!')", rf"\1 {unit}s") for short, unit in _SHORT.items()],
    (r"\bhrs?\b", "hours"),
    (r"\bwks?\b", "weeks"),
    (rf"\b(?:business|working|work|banking|office|week)[- ]?(?=(?:{_UNIT})s?\b)", "business "),
    (rf"\b({_UNIT})-?long\b", r"\1"),
    (rf"(\d) \(\d+\)(?= {_UNITS})", r"\1"),  # “seven (7) days”
    (rf"(\d|times?|once|twice|hours?|days?|[$€£]\S*) an? (?={_UNIT}\b)", r"\1 per "),
    (r"\bhalf[- ](?:an? )?year\b", "6 months"),
    (rf"\bhalf[- ](?:an? )?(?={_UNIT}\b)", "0.5 "),
    (rf"\ban? (?:single )?((?:{_EMPTY} )*){_UNITS}(?<!s)", _one),
    (rf"\banother (?={_UNITS})", "another 1 "),
    (rf"\b1 ({_UNIT}) and (?:an?|1) half\b", r"1.5 \1"),
    (r"\b(\d+) and (?:an?|1) half\b", r"\1.5"),
    (r"\b(?:an? |the )?couple(?: of)?(?=[ -])", "2"),
    (r"\b(?:an? )?dozen(?: of)?(?=[ -])", "12"),
    (
        r"\b(?:an? |the |just )*(?:few|several|some|multiple|many|numerous|number of)(?: of)?[ -]"
        rf"(?=(?:(?:more|{_EMPTY}) )*(?:business )?{_UNIT}s|(?<=-){_UNIT}\b)",
        f"{VAGUE} ",
    ),
    (rf"\b(?<![\d.–] )({_UNIT})s (?:or|to)(?: even)? ({_UNIT})s\b", r"2 \1s to 7 \2s"),
    (
        r"\b(takes?|taking|took|be|wait|lasts?|within|about|up to) "
        rf"(?=(?:business )?{_UNIT}s\b)",
        rf"\1 {VAGUE} ",
    ),
    (rf"(\d\+?)[- ](?:{_EMPTY}[- ])+(?={_UNITS})", r"\1 "),
    (rf"(\d\S*) (?:more|additional|further|extra|other) (?={_UNITS})", r"another \1 "),
    (rf"\b(\d+) ({_UNITS}) or (\d+)(?![ -]*{_UNITS})", r"\1-\3 \2"),
    (rf"\b(\d\S* {_UNITS}) or (?:more|(?:even )?longer)\b", r"at least \1"),
    (rf"\b(\d\S* {_UNITS}) or (?:less|fewer|sooner|earlier)\b", r"up to \1"),
    (rf"\b(\d\S* {_UNITS}) (?:max(?:imum)?|at (?:the )?most|tops|at the latest)\b", r"up to \1"),
    (rf"\b(\d\S* {_UNITS}) (?:min(?:imum)?|at (?:the )?least|at the earliest)\b", r"at least \1"),
    (r"\b(?:the )?(?:next|following) (business )?day\b", r"1 \1day"),
    # “The fortnight after”, “in the first week”: but not “the week”, which is one in a calendar.
    (r"\b(the (?:first|following|next|coming) )(week|fortnight|month|year)\b", r"\g<1>1 \2"),
    (r"\bthe (week|fortnight|month|year) (?=(?:that|which) follows|after|afterwards)", r"1 \1 "),
    (r"\s+", " "),
]
_TYPOGRAPHY_ROWS = [(re.compile(pattern), by) for pattern, by in _TYPOGRAPHY]
_NUMBER_ROWS = [(re.compile(pattern), by) for pattern, by in _NUMBERS]


def sentences(text: str) -> list[str]:
    """The sentences of an English text in the plain form: small letters, numbers in digits."""
    for pattern, by in _TYPOGRAPHY_ROWS:
        text = pattern.sub(by, text)
    return [_plain(part) for part in re.split(r"[.!?;]+(?=\s|$)|\n+", text) if part.strip()]


def _plain(sentence: str) -> str:
    sentence = sentence.lower()
    for pattern, by in _NUMBER_ROWS:
        sentence = pattern.sub(by, sentence)
    return sentence.strip()


# --- Finding ------------------------------------------------------------------------------------

_JOINT = r"[ ]?[-/][ ]?|,?[ ](?:to|or|and|through|up[ ]to|or[ ]even)[ ](?:about[ ]|up[ ]to[ ])?"
_MENTION = re.compile(
    rf"""
    (?<![\w.,/$€£:#])
    (?: (?P<low>{_NUMBER})\+? (?:[- ]?(?P<low_business>business[ ])?(?P<low_unit>{_UNIT})s?)?
        (?P<joint>{_JOINT}) )?
    (?P<high>{_NUMBER})[ ]?(?P<plus>\+)?[- ]?(?P<business>business[ ])?(?P<unit>{_UNIT})
    (?:s|\(s\))?\b'?
    """,
    re.VERBOSE,
)
# What leads up to a length: words that bound it, and words that do not change it.
_MOST = (
    r"up ?to|at (?:the )?most|(?:no|not) (?:more|longer|later) than|less than|under|"
    r"max(?:imum)?(?: of| time)?:?|(?:not )?exceeding|not exceed|as (?:long|much|many) as|"
    r"by the end of|before the end of|"
    r"(?:(?<=in )|(?<=over )|(?<=during )|(?<=within ))the (?:next|following|coming)"
)
_LEAST = (
    r"at (?:the )?(?:least|minimum)|min(?:imum)?(?: of)?:?|over|exceeds?|beyond|"
    r"(?:more|longer) than|upwards of|(?:no|not) (?:less|fewer|sooner|earlier) than"
)
_NOTHING = (
    r"an?|the|these|those|another|about|approximately|approx|around|roughly|circa|ca|some|"
    r"additional|further|next|first|following|coming|(?:time ?)?(?:period|frame|span)(?: of)?|"
    r"usually|typically|generally|normally|often|maybe|perhaps|only|just|even|nearly|almost|"
    r"anywhere|somewhere|between|from"
)
_LEAD = re.compile(rf"\b(?:(?P<most>{_MOST})|(?P<least>{_LEAST})|{_NOTHING}) ?$")
_LEAD_WIDTH = 60
# “Within 30 days”, “may take 30 days” bound a length too, and stay to be read with the sentence.
_AT_MOST = re.compile(
    r"\b(?:(?:within|inside)(?: of)?|(?:at worst|in the worst case),? (?:\w+ ){0,2}|"
    r"(?:can|may|might|could) (?:\w+ ){0,3}?(?:take|be|need|last|require)"
    r"(?: up| them| us| you)?) ?$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A length of time in a sentence, with the words that lead up to it: `sentence[start:end]`.

    “Up to a month” has no shortest, “over a month” no longest; of “30 days” they are the same.
    """

    shortest: timedelta | None
    longest: timedelta | None
    in_business_days: bool
    is_vague: bool
    start: int
    end: int


def find(sentence: str) -> Iterator[Mention]:
    """The lengths of time in a sentence that is in its plain form."""
    for match in _MENTION.finditer(sentence):
        shortest: timedelta | None
        longest: timedelta | None
        shortest, longest = _lengths(match)
        if not timedelta() < longest <= durations.LONGEST:
            continue
        start, bound = _lead(sentence[: match.start()])
        if shortest == longest and bound == "most":
            shortest = None
        elif shortest == longest and (bound == "least" or match["plus"]):
            longest = None
        is_business = bool(match["business"] or match["low_business"])
        yield Mention(shortest, longest, is_business, VAGUE in match[0], start, match.end())


def _lengths(match: re.Match[str]) -> tuple[timedelta, timedelta]:
    is_business = bool(match["business"] or match["low_business"])
    least, most = _length(match["high"], match["unit"], is_business)
    if match["low"]:
        low = _length(match["low"], match["low_unit"] or match["unit"], is_business)[0]
        if low > most and match["joint"].strip() == "and":  # “1 day and 12 hours”
            return low + least, low + most
        least, most = min(low, most), max(low, most)
    return least, most


def _length(number: str, unit: str, is_business: bool) -> tuple[timedelta, timedelta]:
    """The least and the most that it may mean. Business days are whole ones, five a week."""
    one = timedelta(days=5) if is_business and unit == "week" else _LENGTHS[unit]
    numbers = [float(part) for part in number.split(VAGUE[1])]
    if is_business:
        return _days(numbers[0] * one), _days(numbers[-1] * one)
    return numbers[0] * one, numbers[-1] * one


def _days(length: timedelta) -> timedelta:
    return timedelta(days=ceil(length / timedelta(days=1)))


def _lead(before: str) -> tuple[int, str | None]:
    """Where the words before a length begin, and how they bound it: "most", "least" or not."""
    end, bound = len(before), None
    while match := _LEAD.search(before[max(0, end - _LEAD_WIDTH) : end]):
        bound = bound or match.lastgroup
        end -= len(match[0])
    if bound is None and _AT_MOST.search(before[max(0, end - _LEAD_WIDTH) : end]):
        bound = "most"
    return end, bound
