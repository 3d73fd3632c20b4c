"""What was typed, and how close it comes to a key of `domain.spellings`. PURE.

What counts as a small mistake is said here, and nowhere else.
"""

import re
from enum import IntEnum
from itertools import combinations

from rapidfuzz.distance import OSA

from guides.domain import spellings
from guides.domain.spellings import Letters

LONGEST_QUERY = 200
MOST_WORDS = 5  # of which every run is looked up as a name

# What people write around a name, folded: "delete my Facebook account".
_WORDS_AROUND = """
    delete close cancel remove deactivate leave quit account accounts profile my the your how to
    on from slette slett avslutte avslutt stenge fjerne konto kontoen profil min mitt hvordan pa fra
    حذف احذف الغاء اغلاق اقفال تعطيل مسح حساب حسابي الحساب كيف كيفيه طريقه في من
"""
_AROUND = frozenset(_WORDS_AROUND.split())
_ARTICLE = "ال"
_BEFORE_A_HOST = re.compile(r"^\s*(\w+://)?(www\.)?", re.IGNORECASE)


class Closeness(IntEnum):
    """How what was typed relates to a key; the smaller, the closer."""

    SAME = 0
    BEGINS = 1
    BEGINS_A_WORD = 2
    INSIDE = 3
    MENTIONED = 4  # the key is some of the words that were typed
    MISTYPED = 5
    BEGINS_MISTYPED = 6
    MENTIONED_MISTYPED = 7
    SIMILAR = 8  # nothing else is nearer, but it is hardly what was meant


Match = tuple[Closeness, int]  # with how much is different: letters, or labels of a domain


def mistakes_allowed(length: int) -> int:
    """How many letters may be wrong in a word of that length, and it is still that word."""
    return 0 if length < 4 else 1 if length < 7 else 2


class Query:
    """What was typed, in each sense that it can have: a domain, a name, words with names in."""

    def __init__(self, text: str) -> None:
        text = text[:LONGEST_QUERY].lower()
        self.domain = spellings.domain_of(text)
        is_address = self.domain and "/" in text
        words = [] if is_address else spellings.fold(_BEFORE_A_HOST.sub("", text)).split()
        meant = [word for word in words if word not in _AROUND]
        self.names = _with_and_without_article({"".join(words), "".join(meant)})
        mentions = {run for run in _runs(meant[:MOST_WORDS]) if len(run) > 2}
        self.mentions = _with_and_without_article(mentions) - self.names

    def pieces(self) -> set[str]:
        """What the index has to be asked for; nothing if nothing was said."""
        domains = {spellings.letters_of(each).all for each in _with_parents(self.domain)}
        pieces = {spellings.beginning(name) for name in self.names | domains}
        consonants = set(map(spellings.consonants_of, self.names))
        alike = self.names | self.mentions | domains | consonants
        return pieces.union(*map(spellings.near, alike))

    def match(self, key: str) -> Match | None:
        """How close this comes to the key in the best of its senses; None if in none."""
        letters = spellings.letters_of(key)
        is_domain = "." in key
        matches = [_match_name(name, letters, is_domain=is_domain) for name in self.names]
        matches += [self._match_mention(mention, letters) for mention in self.mentions]
        if self.domain:  # then a mistake in its ending is more than a wrong letter
            matches = [match for match in matches if match and match[0] < Closeness.INSIDE]
            matches.append(
                _match_domain(self.domain, key)
                if is_domain
                else _match_domain_with_name(self.domain, letters)
            )
        return min(filter(None, matches), default=None)

    def _match_mention(self, mention: str, key: Letters) -> Match | None:
        """Some of what was typed has to be the whole name; the more of it that is, the closer."""
        allowed = mistakes_allowed(min(len(mention), len(key.all)))
        mistakes = OSA.distance(mention, key.all, score_cutoff=allowed)
        if mistakes > allowed:
            return None
        closeness = Closeness.MENTIONED_MISTYPED if mistakes else Closeness.MENTIONED
        return closeness, mistakes + max(map(len, self.names)) - len(mention)


def _with_and_without_article(names: set[str]) -> set[str]:
    long_enough = {name for name in names if len(name) > len(_ARTICLE) + 2}
    return {name for name in names if name} | {n.removeprefix(_ARTICLE) for n in long_enough}


def _runs(words: list[str]) -> set[str]:
    """Every run of words, as one."""
    return {"".join(words[a:b]) for a, b in combinations(range(len(words) + 1), 2)}


# --- Names --------------------------------------------------------------------------------------


def _match_name(name: str, key: Letters, *, is_domain: bool) -> Match | None:
    if name == key.all:
        return Closeness.SAME, 0
    if key.all.startswith(name) and not is_domain:
        return Closeness.BEGINS, 0
    if any(word.startswith(name) for word in key.words):
        return Closeness.BEGINS_A_WORD, 0
    if len(name) > 2 and name in key.all and not is_domain:
        return Closeness.INSIDE, 0
    consonants = spellings.consonants_of(name)
    if consonants and consonants == spellings.consonants_of(key.all):
        return Closeness.MISTYPED, 1
    return min(filter(None, (_match_mistyped(name, word) for word in key.stems)), default=None)


def _match_mistyped(name: str, word: str) -> Match | None:
    """Left out, added, changed or swapped letters.

    Five letters may be the beginning of a word that is still being typed, with one of them wrong.
    Four may not: with a mistake in them, too many words begin so.
    """
    allowed = mistakes_allowed(min(len(name), len(word)))
    mistakes = OSA.distance(name, word, score_cutoff=allowed + 1)
    if mistakes <= allowed:
        return Closeness.MISTYPED, mistakes
    if len(name) > 4:
        beginnings = (word[: len(name) + more] for more in (-1, 0, 1))
        so_far = min(OSA.distance(name, beginning, score_cutoff=2) for beginning in beginnings)
        if so_far == 1:
            return Closeness.BEGINS_MISTYPED, so_far
        if so_far == 2:
            return Closeness.SIMILAR, so_far
    is_similar = mistakes == allowed + 1 and mistakes * 2 < len(name)
    return (Closeness.SIMILAR, mistakes) if is_similar else None


# --- Domains ------------------------------------------------------------------------------------


def _with_parents(domain: str) -> list[str]:
    """The domain, and those above it down to the one that is registered."""
    labels = domain.split(".") if domain else []
    return [".".join(labels[at:]) for at in range(len(labels) - spellings.ending_of(labels))]


def _match_domain(domain: str, key: str) -> Match | None:
    """Below a known domain it is that. With another ending it may be somebody else's."""
    if f".{domain}".endswith(f".{key}"):
        return Closeness.SAME, domain.count(".") - key.count(".")
    name, ending = _parted(domain)
    its_name, its_ending = _parted(key)
    mistakes = OSA.distance(name, its_name)
    if ending == its_ending and mistakes <= mistakes_allowed(len(name)):
        return Closeness.MISTYPED, mistakes
    return None if mistakes else (Closeness.SIMILAR, 1)


def _match_domain_with_name(domain: str, key: Letters) -> Match | None:
    if key.all in {spellings.letters_of(each).all for each in _with_parents(domain)}:
        return Closeness.SAME, 0
    return (Closeness.SIMILAR, 1) if key.all == _parted(domain)[0] else None


def _parted(domain: str) -> tuple[str, str]:
    """The name in a domain, and its ending: `amazon` and `co.uk`."""
    labels = domain.split(".")
    at = -spellings.ending_of(labels)
    return labels[at - 1], ".".join(labels[at:])
