"""JustDeleteMe's file is read: what is wrong is named and left out, what is no list is refused."""

import json
import tracemalloc

import pytest

from guides.domain import justdeleteme
from guides.domain.justdeleteme import UnusableFileError
from tests.lists import entry, write


def read(folder, *entries):
    return justdeleteme.read(write(folder, *entries))


def problems(folder, *entries):
    """What is wrong, beside an entry with which nothing is."""
    return list(map(str, read(folder, entry("Fine"), *entries).problems))


def test_an_entry_is_read(tmp_path):
    row = entry(
        "  Giz\n mo ",
        difficulty="hard",
        url="https://gizmo.example/en",
        url_fr="https://gizmo.example/fr",
        notes="Write to them.",
        notes_ar="راسلهم.",
        **{"notes_pt-BR": "Escreva."},
        email=" Support@Gizmo.example ",
        email_subject="Bye",
        email_body="Please delete it.\nThanks.",
        domains=["www.Gizmo.example", "https://bücher.example/", "gizmo.example"],
        meta="popular",
    )
    (read_entry,) = read(tmp_path, row).entries
    assert read_entry == justdeleteme.Entry(
        name="Giz mo",
        difficulty="hard",
        domains=("gizmo.example", "xn--bcher-kva.example"),
        notes={"en": "Write to them.", "ar": "راسلهم.", "pt-BR": "Escreva."},
        links={"en": "https://gizmo.example/en", "fr": "https://gizmo.example/fr"},
        email="Support@Gizmo.example",
        subject="Bye",
        body="Please delete it.\nThanks.",
    )


def test_a_link_in_english_goes_before_one_for_everybody(tmp_path):
    (read_entry,) = read(tmp_path, entry(url_en="https://gizmo.example/en")).entries
    assert read_entry.links == {"en": "https://gizmo.example/en"}


# --- Entries that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Gizmo", "entry 2: is not an object; skipped"),
        (None, "entry 2: is not an object; skipped"),
        ({}, "entry 2: its name is no text; skipped"),
        (entry(name_="x") | {"name": 5}, "entry 2: its name is no text; skipped"),
        (entry() | {"name": " "}, "entry 2: its name is no text; skipped"),
        (
            entry() | {"name": "a\0b"},
            "entry 2: its name has characters that cannot be stored; skipped",
        ),
        (entry("Fine"), "Fine: is in the list twice; skipped"),
        (
            entry("G" * 10_000),
            "G" * 59 + "…: its name is longer than 200 characters; skipped",
        ),
        (
            entry(difficulty="tricky"),
            "Gizmo: its difficulty is none of easy, medium, hard, limited, impossible; skipped",
        ),
        (
            entry(difficulty=["easy"]),
            "Gizmo: its difficulty is none of easy, medium, hard, limited, impossible; skipped",
        ),
        (entry(domains="gizmo.example"), "Gizmo: its domains are not a list; skipped"),
        (entry(domains=[]), "Gizmo: it has no domain; skipped"),
    ],
    ids=range(12),
)
def test_an_entry_that_cannot_be_used_is_named_and_skipped(tmp_path, row, problem):
    listing = read(tmp_path, entry("Fine"), row)
    assert [str(each) for each in listing.problems] == [problem]
    assert [each.name for each in listing.entries] == ["Fine"]


def test_names_that_cannot_be_used_are_in_the_list_all_the_same(tmp_path):
    assert read(tmp_path, entry("Fine"), entry(difficulty=1)).names == {"Fine", "Gizmo"}


def test_a_message_moves_no_cursor(tmp_path):
    row = entry("Giz\x1b[2Jmo", difficulty="tricky")
    assert problems(tmp_path, row)[0].startswith("Giz?[2Jmo: ")


# --- Parts that cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"url": "javascript:alert(1)"}, "its url “javascript:alert(1)” is no link to a website"),
        ({"url": "data:text/html,x"}, "its url “data:text/html,x” is no link to a website"),
        (
            {"url": "https.//gizmo.example"},
            "its url “https.//gizmo.example” is no link to a website",
        ),
        ({"url": "https://gizmo.example/" + "x" * 500}, "its url is longer than 500 characters"),
        ({"url": 7}, "its url is no text"),
        (
            {"url_fr": "ftp://gizmo.example"},
            "its url_fr “ftp://gizmo.example” is no link to a website",
        ),
        ({"notes": ["x"]}, "its notes is no text"),
        ({"notes_de": "x" * 5001}, "its notes_de is longer than 5000 characters"),
        ({"notes": "half \ud800"}, "its notes has characters that cannot be stored"),
        ({"email": "nobody"}, "its email “nobody” is no e-mail address"),
        (
            {"email": "a@b.example\nBcc: c@d.example"},
            "its email “a@b.example?Bcc: c@d.example” is no e-mail address",
        ),
    ],
    ids=range(11),
)
def test_a_part_that_cannot_be_used_is_named_and_left_out(tmp_path, fields, problem):
    listing = read(tmp_path, entry(**fields))
    assert [str(each) for each in listing.problems] == [f"Gizmo: {problem}, left out"]
    (name,) = fields
    kept = listing.entries[0]
    assert (kept.notes, kept.email) == ({}, "")
    front = "https://gizmo.example/" + ("" if name == "url" else "delete")
    assert kept.links == {"en": front}


def test_a_letter_with_a_wrong_subject_has_none(tmp_path):
    fields = {"email": "a@gizmo.example", "email_subject": "x" * 201, "email_body": 3}
    assert problems(tmp_path, entry(**fields)) == [
        "Gizmo: its email_subject is longer than 200 characters, left out",
        "Gizmo: its email_body is no text, left out",
    ]


def test_a_domain_that_is_none_is_left_out(tmp_path):
    row = entry(domains=["gizmo.example", "no domain", 3, "a" * 64 + ".example"])
    listing = read(tmp_path, row)
    assert listing.entries[0].domains == ("gizmo.example",)
    assert [str(each) for each in listing.problems] == [
        "Gizmo: “no domain” is not a domain, left out",
        "Gizmo: “3” is not a domain, left out",
        f"Gizmo: “{'a' * 59}…” is not a domain, left out",
    ]


def test_without_a_url_the_front_page_stands_in(tmp_path):
    row = entry()
    del row["url"]
    listing = read(tmp_path, row)
    assert [str(each) for each in listing.problems] == [
        "Gizmo: it has no url, so its front page stands in"
    ]
    assert listing.entries[0].links == {"en": "https://gizmo.example/"}


@pytest.mark.parametrize("key", ["notes_../x", "notes_english", "url_x", "notesde", "notes_"])
def test_a_key_that_names_no_language_is_no_note(tmp_path, key):
    listing = read(tmp_path, entry(**{key: "https://gizmo.example/x"}))
    assert (listing.entries[0].notes, len(listing.entries[0].links)) == ({}, 1)


# --- Files that are no list -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"<html>", "it is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff\xfe[", "it is not UTF-8 at byte 0"),
        (b"{}", "it holds no list of services"),
        (b"[]", "it holds no list of services"),
        (b'"sites"', "it holds no list of services"),
        (b"[1, 2, 3]", "none of its 3 entries is one of JustDeleteMe\u2019s list"),
        (b'[{"id": 1}]', "none of its 1 entries is one of JustDeleteMe\u2019s list"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path, content, reason):
    path = tmp_path / "sites.json"
    path.write_bytes(content)
    with pytest.raises(UnusableFileError) as error:
        justdeleteme.read(path)
    assert str(error.value) == reason


@pytest.mark.parametrize("content", ["[" * 200_000, "[" + "1" * 10_000 + "]"])
def test_json_that_python_cannot_read_is_refused(tmp_path, content):
    path = tmp_path / "sites.json"
    path.write_text(content)
    with pytest.raises(UnusableFileError, match="no JSON that can be read"):
        justdeleteme.read(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "sites.json"
    with path.open("wb") as file:
        file.truncate(500_000_000)  # a hole, not bytes
    tracemalloc.start()
    with pytest.raises(UnusableFileError) as error:
        justdeleteme.read(path)
    most, _ = tracemalloc.get_traced_memory()[1], tracemalloc.stop()
    assert str(error.value) == "it is larger than 20 MB"
    assert most < 100_000_000


@pytest.mark.parametrize("name", ["nothing.json", "."])
def test_what_cannot_be_opened_is_refused(tmp_path, name):
    with pytest.raises(UnusableFileError, match="cannot be read"):
        justdeleteme.read(tmp_path / name)


def test_a_mark_at_the_beginning_is_no_matter(tmp_path):
    path = tmp_path / "sites.json"
    path.write_text("\ufeff" + json.dumps([entry()]), encoding="utf-8")
    assert len(justdeleteme.read(path).entries) == 1
