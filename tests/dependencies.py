"""Writes docs/DEPENDENCIES.md: everything that gets installed, with its licence.

    python -m tests.dependencies            writes the page
    python -m tests.dependencies --audit    asks whether a weakness of it is known

The second asks a service on the internet. Where that does not answer, it says so and is content.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).parent.parent
PAGE = HERE / "docs" / "DEPENDENCIES.md"
HEAD = """# What Wayout is built on

Written by `python -m tests.dependencies`; a test compares it with what `requirements*.txt` install.
Versions of the parts of parts are those of the day on which it was written.
"""


def required(file: str) -> list[Requirement]:
    lines = (HERE / file).read_text().splitlines()
    wanted = (line.partition("#")[0].strip() for line in lines)
    return [Requirement(line) for line in wanted if line and not line.startswith("-r")]


def name_of(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def everything(requirements: list[Requirement]) -> dict[str, Distribution]:
    """The packages that are asked for, and those that they ask for, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(each.name, extra) for each in requirements for extra in {"", *each.extras}]
    while waiting:
        name, extra = waiting.pop()
        if (name_of(name), extra) in seen:
            continue
        seen.add((name_of(name), extra))
        package = found[name_of(name)] = distribution(name)
        for part in map(Requirement, package.requires or []):
            if part.marker is None or part.marker.evaluate({"extra": extra}):
                waiting += [(part.name, each) for each in {"", *part.extras}]
    return dict(sorted(found.items()))


def licence(package: Distribution) -> str:
    """As the package says it: an expression, classifiers, a line of text, the title of a file."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return expression
    classifiers = [line for line in meta.get_all("Classifier") or [] if line.startswith("License")]
    if classifiers:
        return ", ".join(line.rpartition(" :: ")[2] for line in classifiers)
    files = [file for file in package.files or [] if file.name.startswith("LICENSE")]
    text = meta.get("License") or (files[0].read_text() if files else "")
    return (text.strip() or "not stated").splitlines()[0]


def table(packages: dict[str, Distribution], direct: set[str]) -> str:
    rows = ["| package | version | licence |", "|---|---|---|"]
    for name, package in packages.items():
        shown = f"**{name}**" if name in direct else name
        rows.append(f"| {shown} | {package.version} | {licence(package)} |")
    return "\n".join(rows)


def page() -> str:
    production, development = required("requirements.txt"), required("requirements-dev.txt")
    runs = everything(production)
    more = {name: each for name, each in everything(development).items() if name not in runs}
    direct = {name_of(each.name) for each in production + development}
    return (
        f"{HEAD}\n## What runs in production\n\n"
        "In bold what requirements.txt asks for and says why.\n\n"
        f"{table(runs, direct)}\n\n## What developing and testing takes besides\n\n"
        f"{table(more, direct)}\n"
    )


# --- Known weaknesses -----------------------------------------------------------------------------


def audit(*options: str) -> int:
    """1 if a weakness is known. Whoever cannot be asked is named, and is no failure.

    `options` of pip-audit: whom to ask, if not PyPI.
    """
    packages = everything(required("requirements.txt"))
    pins = "\n".join(f"{name}=={package.version}" for name, package in packages.items())
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format=json"]
    done = subprocess.run(  # noqa: S603
        [*command, "--progress-spinner=off", "--requirement=/dev/stdin", *options],
        input=pins, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return judge(done.stdout)


def judge(answer: str) -> int:
    """What the answer of pip-audit means: its own exit code cannot tell silence from weakness."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        print("Known weaknesses: the service did not answer. Nothing was checked.")  # noqa: T201
        return 0
    silent = [each["name"] for each in packages if "skip_reason" in each]
    weak = [each for each in packages if each.get("vulns")]
    for each in weak:
        names = ", ".join(one["id"] for one in each["vulns"])
        print(f"{each['name']} {each['version']} has known weaknesses: {names}")  # noqa: T201
    checked = len(packages) - len(silent)
    print(f"Known weaknesses: {len(weak)} of {checked} packages; "  # noqa: T201
          f"nothing could be learnt of {len(silent)}.")  # fmt: skip
    return 1 if weak else 0


if __name__ == "__main__":
    if "--audit" in sys.argv:
        sys.exit(audit())
    PAGE.write_text(page())
