"""How names are folded, and that a small mistake always leaves a piece that the index knows."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guides.domain import spellings

FOLDED = {
    "AliExpress": "ali express",
    "  ALI-express ": "ali express",
    "Ámázòn": "amazon",
    "Økonomi på nett": "okonomi pa nett",
    "Straße": "strasse",
    "McDonald’s": "mc donalds",
    "AT&T": "at t",
    "Pokémon GO": "pokemon go",
    "Booking.com": "booking com",
    "أَمَازُون": "امازون",
    "أمـــازون": "امازون",
    "ا\u0654مازون": "امازون",
    "ﺃﻣﺎﺯﻭﻥ": "امازون",
    "ٱمازون": "امازون",
    "صفحة": "صفحه",
    "صفح\ufe94": "صفحه",  # as old programs paste it
    "على إكسبريس": "علي اكسبريس",
    "ی\u200cک": "يك",
    "باب ١٢": "باب 12",
    "𝔸mazon": "amazon",
    "a\0b": "a b",
    "\ud800": "",
    "!!! 🙂": "",
}


@pytest.mark.parametrize(("text", "words"), FOLDED.items())
def test_folded_are(text, words):
    assert spellings.fold(text) == words


NAMES = {
    "Amazon": {"amazon"},
    "X (Twitter)": {"x twitter", "x", "twitter"},
    "VK/ВКонтакте": {"vk вконтакте", "vk", "вконтакте"},
    "ÖBB": {"obb", "oebb"},
    "Økonomi på nett": {"okonomi pa nett", "oekonomi paa nett"},
    "O\u0308BB": {"obb", "oebb"},
    "Ørsted Ærø Å": {"orsted aero a", "oersted aeroe aa"},
    "/e/": {"e"},
    "Booking.com": {"booking com", "booking"},
    "!": set(),
    "a" * 500: {"a" * 80},
}


@pytest.mark.parametrize(("name", "keys"), NAMES.items())
def test_a_name_is_kept_as(name, keys):
    assert spellings.keys(names=[name], domains=[]) == keys


def test_a_domain_is_kept_as_it_is():
    assert spellings.keys(names=[], domains=["ali-express.com"]) == {"ali-express.com"}


DOMAINS = {
    "amazon.de": "amazon.de",
    " WWW.Amazon.DE ": "amazon.de",
    "https://www.amazon.de/gp/help?x=http://other.com": "amazon.de",
    "//amazon.com:443/": "amazon.com",
    "amazon.de/gp/css": "amazon.de",
    "alice@mail.example.org": "mail.example.org",
    "bücher.example": "xn--bcher-kva.example",
    "amazon": "",
    "amazon.d": "",
    "www.amazon": "",
    "ali express.com": "",
    "https://": "",
    "http://[": "",
    "a" * 300 + ".com": "",
    "": "",
}


@pytest.mark.parametrize(("text", "domain"), DOMAINS.items())
def test_the_domain_in(text, domain):
    assert spellings.domain_of(text) == domain


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("prime video", ["primevideo", "video"]),
        ("shop.amazon.co.uk", ["shopamazoncouk", "amazoncouk"]),
        ("e-boks.no", ["eboksno"]),
        ("البريد", ["البريد", "بريد"]),
        ("الا", ["الا"]),
    ],
)
def test_the_words_of(key, words):
    assert list(spellings.letters_of(key).words) == words


# --- Pieces ---------------------------------------------------------------------------------------

LETTERS = st.text("abcdeøاب", min_size=1, max_size=1)
WORDS = st.text("abcdeøاب", min_size=4, max_size=9)


@st.composite
def slips(draw):
    """A word, and the same with one letter left out, added, changed or swapped with the next."""
    word = draw(WORDS)
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(LETTERS)
    typed = draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
    )
    return word, typed


@given(slips())
def test_one_slip_leaves_a_piece(pair):
    word, typed = pair
    assume(len(typed) > 3)
    assert spellings.near(typed) & spellings.pieces(word)


@given(slips(), st.integers(5, 9))
def test_one_slip_leaves_a_piece_while_one_is_still_typing(pair, length):
    word, typed = pair
    assume(len(word) > 4 and len(typed[:length]) > 4)
    assert spellings.near(typed[:length]) & spellings.pieces(f"my {word}")


@given(WORDS, st.integers(0, 6), st.integers(3, 9))
def test_a_part_of_a_word_has_its_beginning_among_the_pieces(word, start, length):
    part = word[start : start + length]
    assume(len(part) > 2)
    assert spellings.beginning(part) in spellings.pieces(word)


@given(WORDS, st.integers(1, 9))
def test_a_beginning_is_among_the_pieces(word, length):
    assert spellings.beginning(word[:length]) in spellings.pieces(word)


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_folded_and_cut(text):
    for key in spellings.keys(names=[text], domains=[]):
        assert max(map(len, spellings.pieces(key))) <= 5
