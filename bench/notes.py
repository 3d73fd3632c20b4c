"""How many waits are read rightly out of JustDeleteMe's English notes, and how many wrongly.

    python -m bench.notes sites.json

The list is not part of the project; tests/data/justdeleteme_waits.toml says what its notes mean.
"""

import argparse
import json
import sys
from pathlib import Path

from guides.domain import mentions, notes
from tests import labels

TARGET = 0.95
NOTHING = labels.Saying(frozenset(), None, False)


def measure(entries: list[dict[str, str]], said: dict[str, labels.Saying]) -> bool:
    """Print the shares, and every entry that was read otherwise; returns whether they suffice."""
    labelled = read = right = same = 0
    for entry in (entry for entry in entries if entry.get("notes")):
        name, note = entry["name"], entry["notes"]
        if name not in said and names_a_length(note):
            print(f"not labelled: {name}")
        wanted, found = said.get(name, NOTHING), labels.of(notes.read(note))
        labelled += len(wanted.facts)
        read += len(found.facts)
        right += len(wanted.facts & found.facts)
        same += name in said and wanted == found
        if wanted != found:
            print(f"otherwise: {name}: {found} instead of {wanted}")
    found_share, right_share = right / max(labelled, 1), right / max(read, 1)
    print(f"{right} of {labelled} waits and deadlines that are there were read: {found_share:.1%}")
    print(f"{read - right} of {read} that were read are wrong: {1 - right_share:.1%}")
    print(f"{same} of {len(said)} notes that name a length of time were read as a person does")
    return min(found_share, right_share) >= TARGET


def names_a_length(note: str) -> bool:
    return any(list(mentions.find(sentence)) for sentence in mentions.sentences(note))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, help="sites.json of JustDeleteMe")
    entries = json.loads(parser.parse_args().file.read_text(encoding="utf-8"))
    sys.exit(0 if measure(entries, labels.justdeleteme()) else 1)
