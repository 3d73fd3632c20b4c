"""How fast pages are answered, beside a bare Django view: python -m bench.web

Two gunicorns of two workers each, as in production: one serves Wayout, one a Django project that
says "ok" in one view without any middleware (bench/bare.py). They are loaded in turn, by wrk if it
is installed, again and again; a page's ratio is its answers a second by those of the bare view in
the same round.

public   Home, service and guide in three languages, for people who are not signed in.
own      The wizard, and the list of 50 journeys, of somebody who is: read again while nothing has
         changed. What it costs to make them anew is shown too, and has no target.

Prints the median ratio of each page, and fails if one misses its target.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import load, places

RUNS, SECONDS, JOURNEYS = 5, 3, 50
LEAST_PUBLIC, LEAST_OWN = 0.5, 0.12
GUIDE = "amazon/contact-customer-service"
PUBLIC = [
    f"/{language}/{path}"
    for language in ("en", "ar", "nb")
    for path in ("", "services/amazon/", f"services/{GUIDE}/")
]
# As a browser asks, through the proxy that ends HTTPS.
HEADERS = {
    "Host": "wayout.example",
    "X-Forwarded-Proto": "https",
    "Accept-Encoding": "gzip, deflate, br",
}
SETTINGS = {"ALLOWED_HOSTS": "wayout.example", "BEHIND_PROXY": "true"}


# --- What is measured, in a process of its own ----------------------------------------------------


def prepare() -> dict[str, str]:
    """Alice with her journeys, each at another place of its way: where to find them, as whom."""
    from django.test import Client

    from guides.domain import journeys, standings
    from guides.models import Guide
    from tests import factories
    from tests.factories import wait

    now = datetime.now(UTC)
    alice = factories.make_user()

    def go(guide: Guide, steps: int, begun_at: datetime) -> Any:
        journey = journeys.start(user=alice, guide=guide, now=begun_at)
        for _ in range(steps):
            following = standings.of(journey=journey, now=begun_at).timeline.next
            if following and not following.is_running:
                journeys.complete_step(journey=journey, step=following.step, now=begun_at)
        return journey

    for number in range(JOURNEYS - 1):
        service = factories.make_service(domains=[f"service-{number}.example"])
        guide = factories.make_guide(service=service)
        rows = ["save", ("send", {"is_final": True}), ("review", wait(days=4)), "look", "tell"]
        factories.make_way(*rows, guide=guide)
        go(guide, number % 4, now - timedelta(days=number % 7))
    shipped = Guide.objects.get(service__slug=GUIDE.split("/")[0], slug=GUIDE.split("/")[1])
    journey = go(shipped, 4, now - timedelta(days=1))

    client = Client(headers={key: HEADERS[key] for key in ("Host", "X-Forwarded-Proto")})
    client.force_login(alice)
    wizard = f"/en/journeys/{journey.pk}/"
    assert client.get(wizard, secure=True).status_code == 200
    cookies = "; ".join(f"{each.key}={each.value}" for each in client.cookies.values())
    return {"wizard": wizard, "list": "/en/journeys/", "cookies": cookies}


# --- The measuring --------------------------------------------------------------------------------


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """The port at which gunicorn serves the application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--log-level", "warning"]
    with subprocess.Popen(command, env=environment) as server:
        try:
            _until_it_answers(port)
            yield port
        finally:
            server.terminate()


def _until_it_answers(port: int) -> None:
    ends_at = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.1)


def measure(name: str, environment: dict[str, str], runs: int, seconds: float) -> list[bool]:
    for arguments in (["migrate", "--verbosity", "0"], ["load_content", "--verbosity", "0"]):
        _run(environment, "manage.py", *arguments)
    own = json.loads(_run(environment, "-m", "bench.web", "--prepare"))
    signed_in = {**HEADERS, "Cookie": own["cookies"]}
    pages: dict[str, tuple[str, dict[str, str], bool, float]] = {
        **{path: (path, HEADERS, False, LEAST_PUBLIC) for path in PUBLIC},
        "wizard": (own["wizard"], signed_in, False, LEAST_OWN),
        f"list of {JOURNEYS}": (own["list"], signed_in, False, LEAST_OWN),
        "wizard, made anew": (own["wizard"], signed_in, True, 0),
        f"list of {JOURNEYS}, made anew": (own["list"], signed_in, True, 0),
    }
    with ExitStack() as stack:
        bare_port = stack.enter_context(served("bench.bare:application", environment))
        our_port = stack.enter_context(served("config.wsgi:application", environment))
        bare: list[float] = []
        ours: dict[str, list[float]] = {page: [] for page in pages}
        for number in range(runs):
            say(name, f"round {number + 1} of {runs} …")
            bare.append(load.per_second(bare_port, "/", HEADERS, seconds=seconds))
            for page, (path, headers, anew, _) in pages.items():
                speed = load.per_second(our_port, path, headers, seconds=seconds, anew=anew)
                ours[page].append(speed)
    say(name, f"bare view: {statistics.median(bare):.0f} answers a second")
    return [verdict(name, page, bare, ours[page], least) for page, (*_, least) in pages.items()]


def verdict(name: str, page: str, bare: list[float], ours: list[float], least: float) -> bool:
    ratios = [our / its for our, its in zip(ours, bare, strict=True)]
    ratio = statistics.median(ratios)
    target = f"at least {least}: {'met' if ratio >= least else 'MISSED'}" if least else "no target"
    spread = " ".join(f"{each:.2f}" for each in ratios)
    say(name, f"{page:<48} {statistics.median(ours):>6.0f}/s  {ratio:.3f}, {target}  ({spread})")
    return ratio >= least


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def say(name: str, text: str) -> None:
    print(f"{name:<10}  {text}", flush=True)


def main(runs: int, seconds: float, kinds: list[str]) -> int:
    met: list[bool] = []
    with places.databases() as urls:
        for name in kinds or urls:
            environment = places.environment(urls[name], "smtp://127.0.0.1:9") | SETTINGS
            _run(environment, "manage.py", "collectstatic", "--noinput")
            met += measure(name, environment, runs, seconds)
    return 0 if all(met) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", help="SQLite, PostgreSQL")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        import django

        django.setup()
        print(json.dumps(prepare()))
    else:
        sys.exit(main(options.runs, options.seconds, options.databases))
