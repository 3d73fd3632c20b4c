"""docs/DEPENDENCIES.md is true, and the check for known weaknesses tells silence from weakness."""

import json
import re
from importlib.metadata import version

import pytest

from tests import dependencies


def rows() -> dict[str, tuple[str, str]]:
    """Package, version and licence, as the page says them."""
    text = dependencies.PAGE.read_text()
    found = re.findall(r"(?m)^\| \**([\w-]+)\** \| (\S+) \| (.+) \|$", text)
    return {name: (number, licence) for name, number, licence in found if name != "package"}


def test_every_package_is_listed_with_its_licence() -> None:
    wanted = dependencies.required("requirements.txt")
    wanted += dependencies.required("requirements-dev.txt")
    assert set(dependencies.everything(wanted)) == set(rows())
    assert {name for name, (_, licence) in rows().items() if licence == "not stated"} == set()


def test_the_pinned_versions_are_those_listed_and_installed() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        for each in dependencies.required(file):
            pinned = str(each.specifier).removeprefix("==")
            told = rows()[dependencies.name_of(each.name)][0]
            assert (each.name, told, version(each.name)) == (each.name, pinned, pinned)


def test_no_licence_forbids_what_ours_allows() -> None:
    """Nothing that production runs on is under the (Affero) GPL; LGPL and MPL may be used so."""
    production = dependencies.everything(dependencies.required("requirements.txt"))
    licences = {name: dependencies.licence(package) for name, package in production.items()}
    strict = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)
    assert {name for name, licence in licences.items() if strict.search(licence)} == set()


FOUND = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}]}
FINE = {"name": "b", "version": "1", "vulns": []}
SILENT = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([FINE, SILENT], 0, "Known weaknesses: 0 of 1 packages; nothing could be learnt of 1."),
        ([FOUND, FINE], 1, "a 1 has known weaknesses: CVE-1"),
        (None, 0, "Known weaknesses: the service did not answer. Nothing was checked."),
    ],
)
def test_silence_is_no_weakness(capsys: object, packages: object, code: int, said: str) -> None:
    answer = json.dumps({"dependencies": packages}) if packages else "no JSON"
    assert dependencies.judge(answer) == code
    assert said in capsys.readouterr().out  # type: ignore[attr-defined]
