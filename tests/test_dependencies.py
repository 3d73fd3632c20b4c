"""docs/DEPENDENCIES.md is true, and the check for known weaknesses tells silence from weakness."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread
from typing import Any, ClassVar

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


# --- Asked over HTTP, as `make check` does --------------------------------------------------------


class Service(BaseHTTPRequestHandler):
    """Answers as OSV does: of Django a weakness is known, which version 99 mends."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = question["package"]["name"]
        self.asked.append(name)
        package = {"name": name, "ecosystem": "PyPI"}
        events = [{"introduced": "0"}, {"fixed": "99"}]
        ranges = [{"type": "ECOSYSTEM", "events": events}]
        affected = [{"package": package, "ranges": ranges, "versions": [question["version"]]}]
        weakness = {"id": "TEST-1", "details": "Made up.", "affected": affected}
        body = json.dumps({"vulns": [weakness] if name == "django" else []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def test_a_service_that_answers_is_believed(service: str, capsys: Any) -> None:
    assert dependencies.audit("--vulnerability-service=osv", f"--osv-url={service}") == 1
    said = capsys.readouterr().out.splitlines()
    asked = set(dependencies.everything(dependencies.required("requirements.txt")))
    assert set(Service.asked) == asked
    assert said == [
        f"django {version('django')} has known weaknesses: TEST-1",
        f"Known weaknesses: 1 of {len(asked)} packages; nothing could be learnt of 0.",
    ]


def test_nobody_who_answers_is_no_weakness(capsys: Any) -> None:
    nobody = "--osv-url=http://127.0.0.1:9/v1/query"
    assert dependencies.audit("--vulnerability-service=osv", nobody) == 0
    told = "Known weaknesses: the service did not answer. Nothing was checked.\n"
    assert capsys.readouterr().out == told
