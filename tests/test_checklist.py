"""docs/SECURITY-CHECKLIST.md names every requirement once, and nothing that is not there."""

import re
from pathlib import Path

HERE = Path(__file__).parent.parent
TEXT = (HERE / "docs" / "SECURITY-CHECKLIST.md").read_text()
ROWS = re.findall(r"(?m)^\| ([\d.]+) \| (.+?) \| (met|partly|not met) \| (.*) \|$", TEXT)
# How many requirements of level 1 and 2 each section of ASVS 5.0.0 has; they come first in it.
# Chapters 10 and 17 are left out as a whole, and 3.5 has gaps only after its fifth.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


def left_out() -> set[str]:
    """Those that are said not to apply; "1.4.1 to 1.4.3" is three."""
    found: set[str] = set()
    for sentence in re.findall(r"(?m)^Does not apply: (.+)$", TEXT):
        told = sentence.partition(". Of level 3")[0]
        for first, last in re.findall(r"(\d+\.\d+\.\d+)(?: to \d+\.\d+\.(\d+))?", told):
            section, _, number = first.rpartition(".")
            found |= {f"{section}.{n}" for n in range(int(number), int(last or number) + 1)}
    return found


def test_every_requirement_is_there_once() -> None:
    wanted = {f"{name}.{n}" for name, count in SECTIONS.items() for n in range(1, count + 1)}
    listed = [row[0] for row in ROWS]
    assert len(listed) == len(set(listed))
    assert set(listed) & left_out() == set()
    assert set(listed) | left_out() == wanted


def test_everything_that_is_named_is_there() -> None:
    missing = []
    for path, name in re.findall(
        r"`((?:[\w.-]+/)*[\w.-]+\.\w+|\.ci/run|Makefile)(?:::(\w+))?`", TEXT
    ):
        file = HERE / path
        if "/" not in path and not file.exists() and not name:
            continue  # an option such as `sslmode.require`
        if not file.exists() or (name and f"def {name}(" not in file.read_text()):
            missing.append((path, name))
    assert missing == []


def test_no_line_is_met_by_words_alone() -> None:
    words = [number for number, _, met, where in ROWS if met != "not met" and "`" not in where]
    assert words == []
    assert [number for number, _, met, where in ROWS if met == "not met" and len(where) < 30] == []
    counts = [sum(row[2] == met for row in ROWS) for met in ("met", "partly", "not met")]
    told = "Of {} that apply, {} are met, {} partly, {} not."
    assert told.format(len(ROWS), *counts) in TEXT
