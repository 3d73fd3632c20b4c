"""Ten thousand services that do not exist, the same ones every time: names, spellings, domains."""

import random
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

SYLLABLES = """
    a al am an ar ba be bi blo bo bu ca ce cha che co cra da de di do dro du ea el en er fa fi flo
    fo fri ga ge gi glo go gra ha he hi ho in io ja jo ka ke ki ko la le li lo lu ma me mi mo mu na
    ne ni no nu o on or pa pe pi play po pre pu qua ra re ri ro ru sa se sha shi si sko so spa sta
    su ta te ti to tra tu u un va ve vi vo wa we wi ya yo za ze zi zo
"""
WORDS = """
    App Bank Book Box Buy Care Cast Chat City Cloud Club Code Connect Data Desk Direct Drive Easy
    Fit Flow Food Forum Free Fun Game Go Group Health Home Hub Job Kids Lab Learn Life Link Live
    Mail Map Market Media Meet Mobile Money Music My Net News Now One Online Pay Photo Play Plus
    Point Post Pro Radio Room School Shop Smart Space Sport Store Stream Study Talk Tech Ticket
    Tool Travel Tube Video Watch Web Wiki Work World Zone
"""
NORWEGIAN = "Bokmål Brød Fjær Hjørnet Kjøp Lån Mål Næring Påske Skjønn Sjø Strøm Torg Værsjekk"
ARABIC = "ال ام ان با بي تا تو جو حا خا دا دي را رو سا سو شي فا في قا كو لا ما مو نا نو ها وا يا"
ENDINGS = ["com"] * 12 + ["net", "org", "io", "app", "co.uk", "de", "fr", "no", "com.br"]


class Made(NamedTuple):
    slug: str
    names: dict[str, list[str]]  # by language: the name, then other spellings
    domains: list[str]


def services(number: int) -> Iterator[Made]:
    """So many, all different."""
    dice = random.Random(20261122)  # noqa: S311 - it is to be the same every time
    taken: set[str] = set()
    for _ in count():
        name = _name(dice)
        plain = "".join(filter(str.isascii, filter(str.isalnum, name))).lower()
        if len(plain) < 2 or plain in taken:
            continue
        taken.add(plain)
        names = {"nb" if not name.isascii() else "en": [name, *_others(dice, name)]}
        if dice.random() < 0.1:
            names["ar"] = ["".join(dice.choices(ARABIC.split(), k=dice.randint(2, 4)))]
        domains = [f"{plain}.{ending}" for ending in _endings(dice)]
        yield Made(plain, names, domains)
        if len(taken) == number:
            return


def _name(dice: random.Random) -> str:
    made_up = "".join(dice.choices(SYLLABLES.split(), k=dice.randint(2, 4))).capitalize()
    word, other = dice.sample(WORDS.split(), 2)
    northern = dice.choice(NORWEGIAN.split())
    shapes = [made_up] * 10 + [f"{made_up}{word}"] * 4 + [f"{made_up} {word}"] * 3
    return dice.choice([*shapes, f"{word}{other} {made_up}", f"{made_up} {northern}"])


def _others(dice: random.Random, name: str) -> list[str]:
    return [f"{name} {dice.choice(WORDS.split())}"] if dice.random() < 0.2 else []


def _endings(dice: random.Random) -> list[str]:
    return list(dict.fromkeys(dice.choices(ENDINGS, k=dice.choice([1, 1, 1, 2, 2, 3, 6]))))


def misspelt(dice: random.Random, name: str) -> str:
    """The name with one letter left out, doubled, changed or swapped with the next."""
    at = dice.randrange(len(name) - 1)
    return dice.choice(
        [
            name[:at] + name[at + 1 :],
            name[: at + 1] + name[at:],
            name[:at] + dice.choice("aeiourstln") + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        ]
    )
