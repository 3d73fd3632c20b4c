"""What a person says that a note says, and how it compares to what `guides.domain.notes` read.

A label is "30 days", "up to 30 days", "at least 3 days", "5-10 business days" or "2 hours to 45
days"; with "before: " in front a time that has to pass before one can ask, with ", signed out"
behind a wait during which one must not sign in. "within: 24 hours" is a deadline, and "signed
out" alone says that nobody knows for how long. A few days are 2 to 7.
"""

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from guides.domain import durations
from guides.domain.note_rules import Role
from guides.domain.notes import Reading

DATA = Path(__file__).parent / "data"
_WAIT = re.compile(
    r"(?P<before>before: )?(?P<bound>up to |at least )?(?P<least>\d+)(?:-(?P<most>\d+))? "
    r"(?P<business>business )?(?P<unit>\w+?)s?(?P<out>, signed out)?"
)


class Wait(NamedTuple):
    is_before: bool
    shortest: timedelta | None
    longest: timedelta | None
    in_business_days: bool = False
    stay_signed_out: bool = False


class Saying(NamedTuple):
    """All that a note says about time, by whoever has read it."""

    waits: frozenset[Wait]
    do_within: timedelta | None
    stay_signed_out: bool

    @property
    def facts(self) -> set[object]:
        """One by one, to be counted."""
        alone = {"stay signed out"} if self.stay_signed_out else set()
        return {*self.waits, *([self.do_within] if self.do_within else []), *alone}


def parse(labels: list[str]) -> Saying:
    waits = [label for label in labels if label != "signed out" and ":" not in label[:7]]
    waits += [label for label in labels if label.startswith("before: ")]
    times = [label.removeprefix("within: ") for label in labels if label.startswith("within: ")]
    do_within = durations.parse(times[0]) if times else None
    return Saying(frozenset(map(_wait, waits)), do_within, "signed out" in labels)


def _wait(label: str) -> Wait:
    if " to " in label and not label.startswith(("up to", "before")):
        shortest, longest = map(durations.parse, label.split(" to "))
        return Wait(False, shortest, longest)
    match = _WAIT.fullmatch(label)
    assert match, label
    unit = durations.UNITS[match["unit"]]
    least, most = (int(match[name] or match["least"]) * unit for name in ("least", "most"))
    return Wait(
        bool(match["before"]),
        None if match["bound"] == "up to " else least,
        None if match["bound"] == "at least " else most,
        bool(match["business"]),
        bool(match["out"]),
    )


def of(reading: Reading) -> Saying:
    waits = frozenset(
        Wait(
            wait.reason is Role.QUIET,
            wait.shortest,
            wait.longest,
            wait.in_business_days,
            wait.stay_signed_out,
        )
        for wait in reading.waits
    )
    return Saying(waits, reading.do_within, reading.stay_signed_out and not waits)


def made_up(file: Path = DATA / "notes.txt") -> list[tuple[str, Saying]]:
    """The notes that we made up, with what they say."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ", 1) for line in lines if not line.startswith("#")]
    return [(note, parse([] if label == "-" else label.split("; "))) for label, note in rows]


def justdeleteme() -> dict[str, Saying]:
    """What the notes of JustDeleteMe's list say, by the name of the entry; not the notes."""
    text = (DATA / "justdeleteme_waits.toml").read_text(encoding="utf-8")
    return {name: parse(labels) for name, labels in tomllib.loads(text).items()}
