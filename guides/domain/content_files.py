"""The content files: reading, checking and writing them. Pure: imports no Django.

`<service>/service.toml` holds facts, `<service>/<language>.toml` words. In memory both are the
same nested dicts as in the files, with lengths of time in their simplest spelling.
"""

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from guides.domain import durations
from guides.domain.content_rules import (
    GUIDE,
    GUIDE_WORDS,
    LENGTHS,
    SERVICE,
    SERVICE_WORDS,
    SOURCE,
    STEP,
    STEP_WORDS,
    Problem,
    key_path,
)

FACTS_FILE = "service.toml"


class ContentError(Exception):
    """The files cannot be used; `problems` names each file, key and reason."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ServiceContent:
    """One service as the files say it: facts, and words by language."""

    facts: dict[str, Any]
    words: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return str(self.facts["slug"])

    def guide_words(self, slug: str) -> dict[str, dict[str, Any]]:
        """The words of one guide by language, only languages that have it."""
        return {
            language: words["guides"][slug]
            for language, words in self.words.items()
            if slug in words.get("guides", {})
        }

    def service_words(self) -> dict[str, dict[str, Any]]:
        """The words of the service itself by language, without its guides."""
        return {
            language: {key: value for key, value in words.items() if key != "guides"}
            for language, words in self.words.items()
        }


def digest(facts: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    """A fingerprint of what is said, to tell whether an editor changed it.

    When a guide was last checked is left out: checking it changes nothing in it.
    """
    said = {key: value for key, value in facts.items() if key not in {"checked_on", "guides"}}
    text = json.dumps([said, words], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# --- Reading ------------------------------------------------------------------------------------


def read(directory: Path, languages: Collection[str]) -> list[ServiceContent]:
    """Every service below `directory`. Raises ContentError, which names all that is wrong."""
    if not directory.is_dir():
        raise ContentError([Problem(str(directory), "", "is not a folder")])
    problems: list[Problem] = []
    contents = []
    for folder in sorted(path for path in directory.iterdir() if path.is_dir()):
        tables = _tables(folder, languages, problems)
        if FACTS_FILE not in tables:
            if not (folder / FACTS_FILE).exists():
                problems.append(Problem(f"{folder.name}/{FACTS_FILE}", "", "is missing"))
            continue
        facts = tables.pop(FACTS_FILE)
        words = {name.removesuffix(".toml"): table for name, table in sorted(tables.items())}
        found = list(_facts_problems(facts, folder.name))
        if not found:
            _simplify(facts)
            found = [
                problem
                for language, table in words.items()
                for problem in _words_problems(table, facts, f"{folder.name}/{language}.toml")
            ]
        problems += found
        contents.append(ServiceContent(facts, words))
    if not problems:
        problems += _reference_problems(contents)
    if problems:
        raise ContentError(problems)
    return contents


def _tables(
    folder: Path, languages: Collection[str], problems: list[Problem]
) -> dict[str, dict[str, Any]]:
    tables = {}
    for path in sorted(folder.glob("*.toml")):
        name = f"{folder.name}/{path.name}"
        if path.name != FACTS_FILE and path.stem not in languages:
            problems.append(Problem(name, "", f"“{path.stem}” is not one of our languages"))
            continue
        try:
            tables[path.name] = tomllib.loads(path.read_bytes().decode())
        except UnicodeDecodeError as error:
            problems.append(Problem(name, "", f"is not UTF-8 at byte {error.start}"))
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(name, "", f"is not TOML: {error}"))
    return tables


def _facts_problems(facts: dict[str, Any], folder: str) -> Iterator[Problem]:
    file = f"{folder}/{FACTS_FILE}"
    yield from SERVICE.problems(facts, file, "")
    if facts.get("slug") not in {folder, None}:
        yield Problem(file, "slug", f"must be “{folder}”, like its folder")
    for at, guide in _rows(facts, "guides", file, ""):
        if isinstance(guide, Problem):
            yield guide
            continue
        yield from GUIDE.problems(guide, file, at)
        if not isinstance(guide, dict):
            continue
        for table, name in ((SOURCE, "sources"), (STEP, "steps")):
            for row_at, row in _rows(guide, name, file, at):
                if isinstance(row, Problem):
                    yield row
                else:
                    yield from table.problems(row, file, row_at)
        yield from _doubles(guide.get("steps"), "key", file, at)
        keys = [step.get("key") for step in _tables_in(guide, "steps")]
        for step in _tables_in(guide, "steps"):
            if "goes_back_to" in step and step["goes_back_to"] not in keys:
                at_step = key_path(at, f"steps[{step.get('key')}]", "goes_back_to")
                yield Problem(file, at_step, f"there is no step “{step['goes_back_to']}”")
    yield from _doubles(facts.get("guides"), "slug", file, "")


def _rows(parent: Any, name: str, file: str, at: str) -> Iterator[tuple[str, Any]]:
    """Each table of a list with its place, named by slug or key rather than by number."""
    rows = parent.get(name, []) if isinstance(parent, dict) else []
    if not isinstance(rows, list):
        yield "", Problem(file, key_path(at, name), "must be written as [[…]], once for each")
        return
    for number, row in enumerate(rows, start=1):
        label = (row.get("slug") or row.get("key")) if isinstance(row, dict) else None
        yield key_path(at, f"{name}[{label or number}]"), row


def _tables_in(parent: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = parent.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _doubles(rows: Any, key: str, file: str, at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in rows if isinstance(rows, list) else []:
        value = row.get(key) if isinstance(row, dict) else None
        if isinstance(value, str) and value in seen:
            yield Problem(file, key_path(at, key), f"“{value}” is there twice")
        seen.add(str(value))


def _simplify(facts: dict[str, Any]) -> None:
    """Write lengths of time in their simplest spelling, so that equal ones are equal texts."""
    for guide in facts.get("guides", []):
        for step in guide.get("steps", []):
            for key in LENGTHS:
                if key in step:
                    step[key] = durations.write(durations.parse(step[key]))


def _words_problems(words: dict[str, Any], facts: dict[str, Any], file: str) -> Iterator[Problem]:
    yield from SERVICE_WORDS.problems(words, file, "")
    guides = {guide["slug"]: guide for guide in facts.get("guides", [])}
    for slug, guide, problem in _named(words, "guides", guides, file, ""):
        if problem:
            yield problem
            continue
        at = f"guides.{slug}"
        yield from GUIDE_WORDS.problems(guide, file, at)
        steps = {step["key"]: step for step in guides[slug].get("steps", [])}
        for key, step, problem in _named(guide, "steps", steps, file, at):
            yield from (
                [problem] if problem else STEP_WORDS.problems(step, file, f"{at}.steps.{key}")
            )


def _named(
    parent: dict[str, Any], name: str, known: Collection[str], file: str, at: str
) -> Iterator[tuple[str, dict[str, Any], Problem | None]]:
    tables = parent.get(name, {})
    if not isinstance(tables, dict):
        yield "", {}, Problem(file, key_path(at, name), "must be a table")
        return
    for key, table in tables.items():
        place = key_path(at, name, key)
        if key not in known:
            yield key, {}, Problem(file, place, f"is not in {FACTS_FILE}")
        elif not isinstance(table, dict):
            yield key, {}, Problem(file, place, "must be a table")
        else:
            yield key, table, None


def _reference_problems(contents: list[ServiceContent]) -> Iterator[Problem]:
    guides = {
        f"{each.slug}/{guide['slug']}"
        for each in contents
        for guide in each.facts.get("guides", [])
    }
    owners: dict[str, str] = {}
    for each in contents:
        file = f"{each.slug}/{FACTS_FILE}"
        for domain in each.facts["domains"]:
            if owners.setdefault(domain, each.slug) != each.slug:
                yield Problem(file, "domains", f"“{domain}” belongs to {owners[domain]} already")
        for guide in each.facts.get("guides", []):
            for step in guide.get("steps", []):
                target = step.get("continues_with")
                if target and target not in guides:
                    at = f"guides[{guide['slug']}].steps[{step['key']}].continues_with"
                    yield Problem(file, at, f"there is no guide “{target}”")


# --- Writing ------------------------------------------------------------------------------------


def texts(content: ServiceContent) -> dict[str, str]:
    """The files of one service by name."""
    tables = {FACTS_FILE: content.facts}
    tables |= {f"{language}.toml": words for language, words in content.words.items()}
    return {name: tomli_w.dumps(table, multiline_strings=True) for name, table in tables.items()}


def write(content: ServiceContent, directory: Path) -> list[Path]:
    """Write the files of one service below `directory`; returns their paths."""
    folder = directory / content.slug
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / name: text for name, text in texts(content).items()}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)
