"""How many waits are read rightly out of English notes, and how many wrongly.

    python -m bench.notes sites.json                    JustDeleteMe's list
    python -m bench.notes tests/data/notes_fresh.txt    notes that we made up

The list is not part of the project; tests/data/justdeleteme_waits.toml says what its notes mean.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from guides.domain import mentions, notes
from tests import labels
from tests.labels import Saying

TARGET = 0.95
NOTHING = Saying(frozenset(), None, False)
# What it is called, the note, and what it says.
Row = tuple[str, str, Saying]


def of_list(path: Path) -> Iterator[Row]:
    """The entries of the list; names those that name a length of time and are not labelled."""
    said = labels.justdeleteme()
    for entry in json.loads(path.read_text(encoding="utf-8")):
        name, note = entry["name"], entry.get("notes")
        if note and name not in said and _names_a_length(note):
            print(f"not labelled: {name}")
        if note:
            yield name, note, said.get(name, NOTHING)


def made_up(path: Path) -> Iterator[Row]:
    return ((note, note, saying) for note, saying in labels.made_up(path))


def measure(rows: Iterable[Row]) -> bool:
    """Print the shares, and every note that was read otherwise; returns whether they suffice."""
    labelled = read = right = same = count = 0
    for name, note, wanted in rows:
        found = labels.of(notes.read(note))
        labelled += len(wanted.facts)
        read += len(found.facts)
        right += len(wanted.facts & found.facts)
        same += wanted == found
        count += 1
        if wanted != found:
            print(f"otherwise: {name}: {found} instead of {wanted}")
    found_share, right_share = right / max(labelled, 1), right / max(read, 1)
    print(f"{right} of {labelled} waits and deadlines that are there were read: {found_share:.1%}")
    print(f"{read - right} of {read} that were read are wrong: {1 - right_share:.1%}")
    print(f"{same} of {count} notes were read as a person does")
    return min(found_share, right_share) >= TARGET


def _names_a_length(note: str) -> bool:
    return any(list(mentions.find(sentence)) for sentence in mentions.sentences(note))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, help="sites.json, or a file like tests/data/notes.txt")
    path = parser.parse_args().file
    sys.exit(0 if measure(made_up(path) if path.suffix == ".txt" else of_list(path)) else 1)
