"""What a search costs among 10,000 services: python -m bench.search (`make bench` runs it)

speed   A whole answer to what people type: names, letter by letter, misspelt, addresses, filters,
        what nobody has. In the same run, a bare look-up by primary key. On both databases.
paint   In a real Chromium, from the arrival of an answer to the painted list; for comparison also
        on a processor four times as slow, as phones have.

Each search is made three times, and the fastest one counts: what else the machine does at that
moment is not what a search costs. Prints medians and 95th percentiles, and fails if one misses its
target.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlencode

from bench import names, places

SERVICES = 10_000
EACH = 100  # searches of each kind
TIMES = 3  # each of them
DAY = date(2026, 11, 22)
MOST_SECONDS, MOST_QUERIES, MOST_TO_PAINT = 0.030, 3, 0.100


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def fastest(act: Callable[[], object]) -> float:
    return min(seconds(act) for _ in range(TIMES))


def percentile(measured: list[float], share: int = 95) -> float:
    return statistics.quantiles(measured, n=100)[share - 1]


# --- The catalogue --------------------------------------------------------------------------------


def fill() -> float:
    """The catalogue; gives the seconds that its index took."""
    from django.db import transaction

    from guides.domain import search
    from guides.models import Domain, Guide, Service

    made = list(names.services(SERVICES))
    words = Service.translations.rel.related_model
    dice = random.Random(1)  # noqa: S311 - no secret, and always the same
    with transaction.atomic():
        services = Service.objects.bulk_create(Service(slug=each.slug) for each in made)
        rows = list(zip(services, made, strict=True))
        words.objects.bulk_create(
            words(master=service, language_code=language, name=name, other_names=others)
            for service, each in rows
            for language, (name, *others) in each.names.items()
        )
        Domain.objects.bulk_create(
            Domain(service=service, name=name, position=position)
            for service, each in rows
            for position, name in enumerate(each.domains)
        )
        Guide.objects.bulk_create(
            Guide(
                service=service,
                slug=f"guide-{number}",
                is_published=True,
                checked_on=DAY if dice.random() < 0.1 else None,
                difficulty=dice.choice(Guide.Difficulty.values),
                undo=dice.choice(Guide.Undo.values),
            )
            for service in services
            for number in range(dice.choice([1, 1, 1, 2, 3]))
        )
        return seconds(lambda: search.index(services))


def typed() -> Iterator[tuple[str, str, str]]:
    """Kind, parameters, and the name of the service that is meant, if one is."""
    dice = random.Random(2)  # noqa: S311 - no secret, and always the same
    made = list(names.services(SERVICES))
    for service in dice.sample(made, EACH):
        name = next(iter(service.names.values()))[0]
        wrong = names.misspelt(dice, service.slug)
        yield "name", urlencode({"q": name}), service.slug
        yield "first letters", urlencode({"q": name[: dice.randint(1, 4)]}), ""
        yield "while typing", urlencode({"q": name[: dice.randint(5, 9)]}), ""
        yield "misspelt", urlencode({"q": wrong}), service.slug if len(wrong) > 4 else ""
        yield "address", urlencode({"q": f"https://www.{service.domains[0]}/a?b"}), service.slug
        yield "sentence", urlencode({"q": f"delete my {name} account now"}), service.slug
        yield "filtered", urlencode({"q": name[:2], "difficulty": "easy", "undo": "on"}), ""
        yield "nobody", urlencode({"q": "".join(dice.choices("bcdfgqxz", k=9))}), ""
        yield "the list", urlencode({"page": dice.randint(1, 300)}), ""
        yield "the list, filtered", urlencode({"difficulty": "hard", "checked": "on"}), ""


# --- Speed ----------------------------------------------------------------------------------------


def speed() -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from guides.domain import search
    from guides.models import SearchPiece, Service

    setup_test_environment()
    client = Client(headers={"HX-Request": "true"})

    def ask(parameters: str) -> None:
        assert client.get(f"/en/?{parameters}", secure=True).status_code == 200

    asked = list(typed())
    for _, parameters, _ in asked[:20]:
        ask(parameters)
    ids = list(Service.objects.values_list("pk", flat=True))
    took: dict[str, list[float]] = {}
    bare: list[float] = []
    most = 0
    for number, (kind, parameters, _) in enumerate(asked):
        pk = ids[number * 7919 % len(ids)]
        bare.append(fastest(partial(Service.objects.get, pk=pk)))
        took.setdefault(kind, []).append(fastest(partial(ask, parameters)))
    for _, parameters, _ in asked[:: EACH // 10]:
        with CaptureQueriesContext(connection) as captured:
            ask(parameters)
        most = max(most, len(captured))
    return {
        "took": took,
        "bare": bare,
        "queries": most,
        "first": dict(_share_first(search, asked)),
        "pieces": SearchPiece.objects.count(),
    }


def _share_first(search: Any, asked: list[tuple[str, str, str]]) -> Iterator[tuple[str, float]]:
    """How often the service that was meant is the first, by kind."""
    from guides.models import Service

    slugs = dict(Service.objects.values_list("pk", "slug"))
    for kind in ("name", "misspelt", "address", "sentence"):
        meant = [(parse_qs(p)["q"][0], slug) for k, p, slug in asked if k == kind and slug]
        right = sum(
            [slugs[pk] for pk in search.find(query).ids[:1]] == [slug] for query, slug in meant
        )
        yield kind, right / len(meant)


# --- Painting -------------------------------------------------------------------------------------

# From the moment the last byte is there to the frame after the list has changed.
WATCH = """() => {
  window.painted = [];
  new MutationObserver(() => {
    const arrived = performance.getEntriesByType("resource").at(-1).responseEnd;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => painted.push(performance.now() - arrived);
      channel.port2.postMessage(0);
    });
  }).observe(document.getElementById("results").parentNode, { childList: true });
}"""


def paint() -> dict[int, list[float]]:
    """Milliseconds for each of a number of searches, by how much the processor is slowed down."""
    from playwright.sync_api import sync_playwright

    from tests import chromium

    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options())
        measured = {slowed: painted(browser, f"{address}/en/", slowed) for slowed in (1, 4)}
        browser.close()
    return measured


def painted(browser: Any, address: str, slowed: int) -> list[float]:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.goto(address)
    page.evaluate(WATCH)
    for number, service in enumerate(names.services(40), 1):
        page.locator("#q").fill(service.slug[: 2 + number % 6])
        while page.evaluate("painted.length") < number:
            page.wait_for_timeout(20)
    return list(page.evaluate("painted"))


@contextmanager
def serving() -> Iterator[str]:
    """Our pages, from a thread of this process, on a port that is free."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


# --- Each on each database, and what it says ------------------------------------------------------


def act(name: str) -> Any:
    """One part, in a process that has a database of its own; no file has to be collected for it."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import override_settings

    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(
        STORAGES={"staticfiles": {"BACKEND": plain}},
        STATIC_ROOT=settings.BASE_DIR / "static",
        SECURE_SSL_REDIRECT=False,
        ALLOWED_HOSTS=["*"],
    ):
        return {"fill": fill, "speed": speed, "paint": paint}[name]()


def run(name: str, environment: dict[str, str]) -> Any:
    command = [sys.executable, "-m", "bench.search", "--act", name]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def say(text: str) -> None:
    print(text, flush=True)


def tell_speed(database: str, measured: dict[str, Any], indexed: float) -> bool:
    every = [one for kind in measured["took"].values() for one in kind]
    bare, whole = measured["bare"], percentile(every)
    say(
        f"{database}: {SERVICES:,} services, {measured['pieces']:,} pieces, indexed in "
        f"{indexed:.0f} s; {len(every):,} searches"
    )
    for kind, took in [*measured["took"].items(), ("all", every), ("look-up by key", bare)]:
        middle, high = statistics.median(took) * 1000, percentile(took) * 1000
        say(f"  {kind:20} median {middle:5.1f} ms, 95 of 100 within {high:5.1f} ms")
    say(
        f"  against the look-up: {statistics.median(every) / statistics.median(bare):.0f} times at"
        f" the median, {whole / percentile(bare):.0f} at the 95th percentile; at most "
        f"{measured['queries']} queries"
    )
    say("  first was what was meant: " + shares(measured["first"]))
    return whole <= MOST_SECONDS and measured["queries"] <= MOST_QUERIES


def shares(first: dict[str, float]) -> str:
    return ", ".join(f"{kind} {share:.1%}" for kind, share in first.items())


def tell_paint(measured: dict[str, list[float]]) -> bool:
    for slowed, took in measured.items():
        say(
            f"painted after the answer has arrived, processor {slowed} times as slow: median "
            f"{statistics.median(took):.0f} ms, 95 of 100 within {percentile(took):.0f} ms"
        )
    return percentile(measured["1"]) <= MOST_TO_PAINT * 1000


def main(parts: list[str]) -> int:
    reached = []
    with places.databases() as urls:
        for database, url in urls.items():
            environment = places.environment(url, "smtp://127.0.0.1:9")
            command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(command, env=environment, check=True)
            indexed = run("fill", environment)
            if "speed" in parts:
                reached.append(tell_speed(database, run("speed", environment), indexed))
            if "paint" in parts and database == "SQLite":
                reached.append(tell_paint(run("paint", environment)))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=["speed", "paint"], metavar="speed|paint")
    parser.add_argument("--act", choices=["fill", "speed", "paint"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.act:
        json.dump(act(options.act), sys.stdout)
    else:
        sys.exit(main(options.parts))
