"""Names and domains as the search keeps them: folded to plain words, cut into pieces. PURE.

A key is what is kept: a name as plain words (`ali express`), or an internet domain, which is the
only kind that has dots (`aliexpress.com`). What is typed is folded and cut in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST_KEY = 80  # letters; a name that is longer is found by its beginning

# --- Folding ------------------------------------------------------------------------------------

# Letters that people write for one another, which Unicode does not take apart by itself.
_SAME_LETTERS = str.maketrans(
    {
        **{"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "گ": "ك", "پ": "ب", "ڤ": "ف"},
        **{"چ": "ج", "ـ": "", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d"},
        **{"þ": "th", "ł": "l", "ı": "i", "'": "", "’": "", "`": ""},
    }
)
_WRITTEN_OUT = str.maketrans(
    {
        **{"å": "aa", "ø": "oe", "æ": "ae", "ä": "ae", "ö": "oe", "ü": "ue"},
        **{"Å": "AA", "Ø": "OE", "Æ": "AE", "Ä": "AE", "Ö": "OE", "Ü": "UE"},
    }
)
_REGISTERED_UNDER = {"ac", "co", "com", "edu", "gov", "net", "org"}
_ALTERNATIVES = re.compile(r"[()/|]")
_ENDING = re.compile(r"\.[a-z]{2,}$", re.IGNORECASE)
# Foreign names are written with more or fewer long vowels, and with four letters for their g.
_WITHOUT_VOWELS = str.maketrans({"ا": "", "و": "", "ي": "", "غ": "ج", "ق": "ج", "ك": "ج"})


def fold(text: str) -> str:
    """`text` as plain words: no case, accents, marks or Arabic letter variants, Western digits.

    >>> fold("AliExpress: أمـــازون på ١٢")
    'ali express امازون pa 12'
    """
    humps = "".join(f" {c}" if c.isupper() and b.islower() else c for b, c in pairwise(f" {text}"))
    letters = unicodedata.normalize("NFKD", humps).casefold().translate(_SAME_LETTERS)
    return " ".join("".join(map(_plain, letters)).split())


def _plain(letter: str) -> str:
    if letter.isalnum():
        return str(unicodedata.decimal(letter, letter))
    is_within_a_word = unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"}
    return "" if is_within_a_word else " "


def keys(*, names: Iterable[str], domains: Iterable[str]) -> set[str]:
    """Under what a service with these names and domains is kept."""
    return {key for name in names for key in _keys_of_name(name)} | set(domains)


def _keys_of_name(name: str) -> set[str]:
    """The whole, each part of `X (Twitter)`, `Booking` of `Booking.com`; all with å written out."""
    found: dict[str, str] = {}
    name = unicodedata.normalize("NFC", name)
    for part in (name, *_ALTERNATIVES.split(name), _ENDING.sub("", name)):
        for written in (part, part.translate(_WRITTEN_OUT)):
            key = fold(written)[:LONGEST_KEY].strip()
            found.setdefault(key.replace(" ", ""), key)
    return set(filter(None, found.values()))


def domain_of(text: str) -> str:
    """The domain in a typed or pasted address, without `www.`; empty if there is none.

    >>> domain_of("https://www.amazon.de/gp/help?x=1")
    'amazon.de'
    """
    candidate = text.strip().lower()
    try:
        host = urlsplit(candidate if "//" in candidate else f"//{candidate}").hostname or ""
        host = host.encode("idna").decode("ascii").removeprefix("www.").removesuffix(".")
    except ValueError:
        return ""
    return host if re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]{2,}", host) else ""


class Letters(NamedTuple):
    """A key without its blanks, dots and hyphens, and where its words start."""

    all: str
    starts: list[int]
    ending: int = 0  # how many letters are what a domain ends with

    @property
    def words(self) -> Iterator[str]:
        """Each word with all that follows, so that `great amazon` begins one of a longer name."""
        return (self.all[start:] for start in self.starts)

    @property
    def stems(self) -> Iterator[str]:
        """The same without what a domain ends with."""
        return (self.all[start : len(self.all) - self.ending] for start in self.starts)


def letters_of(key: str) -> Letters:
    words = key.replace("-", "").split("." if "." in key else " ")
    letters = "".join(words)
    starts = list(accumulate(map(len, words), initial=0))[:-1]
    if "." in key:
        count = ending_of(words)
        return Letters(letters, starts[:-count], ending=len("".join(words[-count:])))
    # What follows an Arabic article is a word of its own.
    articles = [at + 2 for at in starts if letters.startswith("ال", at) and len(letters) > at + 4]
    return Letters(letters, starts + articles)


def consonants_of(letters: str) -> str:
    """What all ways to write a foreign name in Arabic share; empty for what is short or not Arabic.

    >>> consonants_of("تيليجرام") == consonants_of("تلغرام")
    True
    """
    rest = letters[:1] + letters[1:].translate(_WITHOUT_VOWELS)
    return rest if len(rest) > 3 and "ء" <= letters[0] <= "ي" else ""


def ending_of(labels: list[str]) -> int:
    """How many labels of a domain say where it is registered: one of `x.no`, two of `x.co.uk`.

    >>> ending_of(["amazon", "co", "uk"])
    2
    """
    is_of_a_country = len(labels) > 2 and len(labels[-1]) == 2
    return 2 if is_of_a_country and labels[-2] in _REGISTERED_UNDER else 1


# --- Pieces: under what the index keeps a key ---------------------------------------------------


def pieces(key: str) -> set[str]:
    """What the index keeps a key under; `beginning` and `near` say what it has to be asked for."""
    letters = letters_of(key)
    found = {piece for word in letters.words for piece in (word[:3], word[:4], *near(word))}
    if "." not in key:
        found |= near(consonants_of(letters.all))
        found |= {letters.all[:1]} | {word[:2] for word in letters.words}
        found |= _runs(letters.all, 3) | _runs(letters.all, 4)
    return found


def beginning(word: str) -> str:
    """The piece of every key of which a word begins so, or which contains it.

    Inside of a word it takes three letters, at the beginning of a domain too.
    """
    return word[:4]


def near(word: str) -> set[str]:
    """Pieces of which two words share one if their first five letters differ in one at most.

    Of these five, four in their order: whether a letter was left out, added, changed or swapped
    with the next, one choice is the same on both sides.
    """
    if len(word) < 4:
        return {f"~{word}"} if len(word) == 3 else set()
    first = word[:5]
    without_one = {first[:at] + first[at + 1 :] for at in range(len(first))}
    return {f"~{letters}" for letters in {word[:4], *without_one}}


def _runs(letters: str, length: int) -> set[str]:
    return {letters[at : at + length] for at in range(len(letters) - length + 1)}
