"""What Lighthouse says of our pages, on a phone: python -m bench.lighthouse

Google's own tool, fetched by npx, in the Chromium of the browser tests, against the site as people
meet it (tests/production.py): home, service, guide, and the wizard of somebody signed in, in
English and Arabic. Prints the median of a few runs, what cost points, and fails if a page misses.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import chromium, production
from tests.production import GUIDE, SERVICE, Site

VERSION = "12.8.2"  # the last for Node 20
RUNS = 3
TRIES = 3  # it loses the trace of a page now and then
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 98}


def report(site: Site, path: str, cookies: dict[str, str]) -> dict[str, Any]:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    options = chromium.launch_options()
    flags = ["--headless=new", *options["args"]]  # type: ignore[misc]
    with tempfile.TemporaryDirectory(prefix="wayout-lighthouse-") as folder:
        result = Path(folder) / "report.json"
        command = [
            *("npx", "--yes", f"lighthouse@{VERSION}", site.url + path, "--quiet"),
            *("--output=json", f"--output-path={result}", f"--chrome-flags={' '.join(flags)}"),
            f"--only-categories={','.join(LEAST)}",
            *([f"--extra-headers={json.dumps(headers)}"] if cookies else []),
        ]
        environment = {**os.environ, "CHROME_PATH": chromium.executable()}
        for _ in range(TRIES):
            said = subprocess.run(
                command, env=environment, cwd=folder, timeout=180, capture_output=True, text=True
            )
            if said.returncode == 0:
                return dict(json.loads(result.read_text()))
        raise SystemExit(f"Lighthouse could not look at {path}:\n{said.stderr}")


def scores(found: dict[str, Any]) -> dict[str, int]:
    return {name: round(100 * (found["categories"][name]["score"] or 0)) for name in LEAST}


def complaints(found: dict[str, Any]) -> set[str]:
    """What cost points, by the weight that it has in its category."""
    audits, said = found["audits"], set()
    for name in LEAST:
        for ref in found["categories"][name]["auditRefs"]:
            audit = audits[ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                said.add(f"{name}: {audit['title']} {audit.get('displayValue', '')}".strip())
    return said


def judge(site: Site, label: str, path: str, cookies: dict[str, str], runs: int) -> bool:
    found = [report(site, path, cookies) for _ in range(runs)]
    reached = {
        name: round(statistics.median(scores(each)[name] for each in found)) for name in LEAST
    }
    is_met = all(reached[name] >= least for name, least in LEAST.items())
    columns = "".join(f"{reached[name]:>16}" for name in LEAST)
    print(f"{label:<14}{columns}   {'met' if is_met else 'MISSED'}", flush=True)
    if not is_met:
        for each in sorted(set.union(*map(complaints, found))):
            print(f"{'':<14}  {each}", flush=True)
    return is_met


def main(runs: int, wanted: list[str]) -> int:
    if not shutil.which("npx"):
        print("Lighthouse is left out: it needs Node (npx), and there is none here.")
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="wayout-site-") as folder,
        production.serving(f"sqlite:///{Path(folder) / 'site.sqlite3'}") as site,
    ):
        paths = {"home": "", "service": SERVICE, "guide": GUIDE, "wizard": site.wizard[4:]}
        print(f"{'':<14}" + "".join(f"{name:>16}" for name in LEAST), flush=True)
        met = [
            judge(site, f"{page} {code}", f"/{code}/{path}", cookies, runs)
            for page, path in paths.items()
            if page in wanted or not wanted
            for code in ("en", "ar")
            for cookies in [site.cookies if page == "wizard" else {}]
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="home, service, guide, wizard")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    sys.exit(main(options.runs, options.pages))
