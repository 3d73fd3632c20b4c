"""Text that nobody expects, in every field of every address; `test_fuzz` and `bench.fuzz` send it.

An *input* is one such text in one field of one request; `tests.doors` finds the fields.
"""

import json
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests import pages
from tests.doors import Door, Site, undone
from tests.pages import Part
from tests.test_sweeps import ROUTES

# --- What is sent ---------------------------------------------------------------------------------

MEGABYTE = 2**20
# Every way in which a page might come to run what somebody typed.
SCRIPTS = (
    "<script>pwned()</script>",
    '"><img src=x onerror=pwned()>',
    "' autofocus onfocus='pwned()",
    "</title><svg onload=pwned()>",
    "</textarea></script><script>pwned()</script>",
    "javascript:pwned()",
    "java\tscript:pwned()//https://example.org",
    "data:text/html,<script>pwned()</script>",
    "[here](javascript:pwned())",
    "{{ pwned }}{% debug %}",
)
AWKWARD = (
    "",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff\ud83d",
    "[" * 10_000,
    "\u202egnp.exe\u202c",
    "\u2066\u200f\ufeff\u200d",
    "\r\nSet-Cookie: pwned=1",
    "%00%ff%u0041%s%(a)s{}",
    "'; DROP TABLE guides_user; --",
    "../../../../etc/passwd",
    "//example.org/x",
    "https://[",
    "http://\0.example",
)
NUMBERS = (
    "-1",
    "0",
    "1",
    "٣",
    "१२",
    "７",
    "²",
    "½",
    "1e5",
    "1_0",
    "0x10",
    "NaN",
    "-Infinity",
    "32768",
    "2147483648",
    "9223372036854775808",
    "9" * 5000,
)
MOMENTS = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-11-20",
    "٢٠٢٦-١١-٢٠",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-11-20T08:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-20T08:00:00Z",
    "2027-03-28T02:30",  # an hour that there is not, in Oslo
    "9999999 years",
    "٤ days",
)
ADDRESSES = (
    "alice@example.org",
    "ALICE@EXAMPLE.ORG",
    '"<script>pwned()</script>"@example.org',
    "a@b@c",
    "a\r\nBcc:b@example.org",
    "æøå@إختبار.example",
    "x" * 64 + "@" + "y" * 200 + ".example",
    "\u212aate@example.org",  # the Kelvin sign is a K in small letters
    "\ud800@example.org",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside),
    max_leaves=6,
)


def progress(step_ids: list[int]) -> st.SearchStrategy[str]:
    """What static/js/local.js keeps, often nearly sound, and what it might be mistaken for."""
    names = st.sampled_from(["amazon/contact", "\ud800/a", "a/\0", "amazon/", "x/y", "a/b/c"])
    ids, moment = st.sampled_from([str(pk) for pk in step_ids]), st.just("2026-11-22T08:00:00Z")
    sound = st.dictionaries(ids, moment)
    wild = st.dictionaries(ids | st.sampled_from(NUMBERS), moment | st.sampled_from(MOMENTS))
    guide = st.fixed_dictionaries({"done": sound | wild})
    return (st.dictionaries(names, guide, max_size=3) | JSON).map(json.dumps)


def texts() -> st.SearchStrategy[str]:
    """What nobody expects in a field."""
    any_text = st.text(st.characters(exclude_categories=()), max_size=40)  # surrogates too
    known = st.sampled_from((*SCRIPTS, *AWKWARD, *NUMBERS, *MOMENTS, *ADDRESSES))
    return known | any_text | st.tuples(known, any_text).map("".join)


def lengthened(text: str) -> str:
    """The text again and again, a megabyte of it."""
    return (text or "x") * (MEGABYTE // len(text or "x"))


# --- What must not come back ----------------------------------------------------------------------


def problem(response: Any) -> str:
    """What is wrong with an answer, if anything is."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    if not response.get("Content-Type", "").startswith("text/html") or response.streaming:
        return ""
    page = pages.read(response)
    return "; ".join(each for part in page.all() for each in _runs(part))


OUR_SCRIPTS, INERT = ("/static/", "/admin/jsi18n/"), {"application/json"}


def _runs(part: Part) -> Iterator[str]:
    """What of an element a browser would run."""
    is_ours = (part.get("src") or "").startswith(OUR_SCRIPTS) or part.get("type") in INERT
    if part.name == "script" and not is_ours:
        yield f"a script in the page: {part.children}"
    if part.name in {"base", "iframe", "object", "embed"}:
        yield f"<{part.name}>"
    for name, value in part.attributes.items():
        plain = "".join(value.split()).lower()
        if name.startswith("on") or name == "srcdoc":
            yield f"{name} of <{part.name}>"
        if name != "value" and plain.startswith(("javascript:", "data:text", "vbscript:")):
            yield f"{name} of <{part.name}> is {value[:60]}"


# What stands in a route for something that is named in the address.
OPEN = r"<[^>]+>|\(\.\+\)|\(\?P<[^)]*\)"


def open_routes() -> list[str]:
    """The routes that name something; without the marks of regular expressions."""
    there = {row.partition(" ")[2] for row in ROUTES}
    return sorted({re.sub(r"[$^]", "", route) for route in there if re.search(OPEN, route)})


# --- The fuzz itself ------------------------------------------------------------------------------


@dataclass
class Fuzz:
    """Sends `texts` through doors; `count` is how many inputs there were."""

    step_ids: list[int]
    count: int = 0
    found: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> str:
        return "\n\n".join(f"{where}: {what}" for where, what in self.found.items())

    def through(self, door: Door, *, inputs: int, number: int) -> None:
        """At least so many inputs; `number` chooses which. What it finds first stays in `found`."""
        wanted = self.count + inputs
        while self.count < wanted and str(door) not in self.found:
            examples = 1 + (wanted - self.count) // len(door.fields)
            number += 1
            try:
                tried(self._example(door), partial(self._send, door), examples, number)
            except Exception as error:
                self.found[str(door)] = said(error)

    def at(self, route: str, *, inputs: int, number: int, site: Site) -> None:
        """So many awkward texts in an address itself, where something is to be named."""
        pieces = re.split(OPEN, route)
        gaps = st.tuples(*[texts().filter(bool)] * (len(pieces) - 1))

        def send(example: tuple[str, ...]) -> None:
            filled = [quote_from_bytes(text.encode(errors="surrogatepass")) for text in example]
            path = "/" + "".join(map("".join, zip_longest(pieces, filled, fillvalue="")))
            self.count += len(filled)
            for visitor in site.visitors(route):
                with undone(visitor):
                    answers = visitor.get(path), visitor.post(path)
                if wrong := "".join(map(problem, answers)):
                    raise AssertionError(wrong)

        try:
            tried(gaps, send, inputs, number)
        except Exception as error:
            self.found[route] = said(error)

    def _example(self, door: Door) -> st.SearchStrategy[Any]:
        """Who sends it; the names whose values are awkward, and these; is the first one long?"""
        names = list(door.fields)
        some = st.just(names) | st.lists(
            st.sampled_from(names), min_size=1, max_size=3, unique=True
        )
        return st.tuples(
            st.sampled_from(range(len(door.visitors))),
            some.flatmap(lambda some: st.fixed_dictionaries({n: self._value(n) for n in some})),
            st.integers(0, 29).map(lambda n: n == 29),
            st.booleans(),
        )

    def _value(self, name: str) -> st.SearchStrategy[str]:
        return texts() | progress(self.step_ids) if name == "progress" else texts()

    def _send(self, door: Door, example: tuple[int, dict[str, str], bool, bool]) -> None:
        number, awkward, is_long, is_htmx = example
        visitor = door.visitors[number]
        self.count += len(awkward)
        if is_long:
            first = next(iter(awkward))
            awkward = {**awkward, first: lengthened(awkward[first])}
        values = [(name, value) for name, value in door.sound if name not in awkward]
        values += awkward.items()
        with undone(visitor):
            answer = door.send(visitor, values, **({"HX-Request": "true"} if is_htmx else {}))
        if wrong := problem(answer):
            raise AssertionError(wrong)


def tried(strategy: Any, act: Callable[[Any], None], examples: int, number: int) -> None:
    """Hypothesis with so many examples, the same ones for the same `number`."""
    options = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    options(seed(number)(given(strategy)(lambda example: act(example))))()


def said(error: Exception) -> str:
    """The error, the last places it came through, and what Hypothesis says had caused it."""
    last = traceback.extract_tb(error.__traceback__)[-4:]
    places = " > ".join(f"{Path(each.filename).name}:{each.lineno}" for each in last)
    notes = "\n".join(getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {str(error)[:300]} ({places})\n{notes[:1500]}"
