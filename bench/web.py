"""How fast pages are answered, beside a bare Django view: python -m bench.web

Two gunicorns of two workers each: one serves Wayout as people meet it (tests/production.py), one a
Django project that says "ok" in a single view without any middleware (bench/bare.py). Each page is
loaded right after the bare view, again and again, by wrk if it is installed. Its ratio is its
answers a second by those of the bare view.

public   Home, service and guide in three languages, for people who are not signed in.
own      The wizard, and the list of 50 journeys, of somebody who is: read again while nothing has
         changed. What it costs to make them anew is shown too, and has no target.

Prints the median ratio of each page, and fails if one misses its target.
"""

import argparse
import statistics
import sys
from dataclasses import dataclass, field

from bench import load, places
from tests import production
from tests.production import GUIDE, SERVICE, Site

RUNS, SECONDS, JOURNEYS = 7, 1, 50
LEAST_PUBLIC, LEAST_OWN = 0.5, 0.12
AS_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@dataclass
class Page:
    name: str
    path: str
    least: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    anew: bool = False
    measured: list[tuple[float, float]] = field(default_factory=list)  # bare, ours

    def measure(self, bare_port: int, our_port: int, seconds: float) -> None:
        headers = {**AS_A_BROWSER, **self.headers}
        bare = load.per_second(bare_port, "/", headers, seconds=seconds)
        ours = load.per_second(our_port, self.path, headers, seconds=seconds, anew=self.anew)
        self.measured.append((bare, ours))

    def verdict(self) -> bool:
        ratios = [ours / bare for bare, ours in self.measured]
        ratio, (bare, ours) = (
            statistics.median(ratios),
            map(statistics.median, zip(*self.measured, strict=True)),
        )
        is_met = ratio >= self.least
        target = f"at least {self.least}: {'met' if is_met else 'MISSED'}" if self.least else ""
        spread = " ".join(f"{each:.2f}" for each in ratios)
        print(
            f"  {self.name:<32} {ours:6.0f}/s of {bare:6.0f}/s  {ratio:.3f}  {target:<22} {spread}"
        )
        return is_met


def pages_of(site: Site) -> list[Page]:
    public = [
        Page(f"{name}, {code}", f"/{code}/{path}", LEAST_PUBLIC)
        for name, path in (("home", ""), ("service", SERVICE), ("guide", GUIDE))
        for code in ("en", "ar", "nb")
    ]
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in site.cookies.items())}
    own = [
        Page(
            f"{name}{', made anew' if anew else ''}", path, 0 if anew else LEAST_OWN, cookies, anew
        )
        for anew in (False, True)
        for name, path in (("wizard", site.wizard), (f"list of {JOURNEYS} journeys", site.list))
    ]
    return public + own


def measure(name: str, database_url: str, runs: int, seconds: float) -> list[bool]:
    print(f"{name}: {runs} rounds, {'wrk' if load.has_wrk() else 'our own loader'}", flush=True)
    bare_port = production.free_port()
    with (
        production.serving(database_url, journeys=JOURNEYS) as site,
        production.answering("bench.bare", bare_port, site.environment),
    ):
        pages = pages_of(site)
        for _ in range(runs):
            for page in pages:
                page.measure(bare_port, site.port, seconds)
    return [page.verdict() for page in pages]


def main(runs: int, seconds: float, wanted: list[str]) -> int:
    with places.databases() as urls:
        met = [each for name in wanted or urls for each in measure(name, urls[name], runs, seconds)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", help="SQLite, PostgreSQL")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    sys.exit(main(options.runs, options.seconds, options.databases))
