"""What our care for reminders costs: python -m bench.reminders (`make bench` runs it)

speed   In one run against the same mail server, again and again: (a) finished messages sent by
        Django over one open connection, nothing else; (b) our worker, which claims, renders, sends
        and records the same ones.
memory  The peak of a worker process that sends 1,000 and 100,000.
claim   Claiming a batch, with 1,000 and 1,000,000 reminders in the table that are not due yet.

Prints medians and their ratios, and fails if one misses its target.
"""

import argparse
import gc
import io
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from bench import places

RUNS, MESSAGES = 11, 2000
FEW_DUE, MANY_DUE = 1_000, 100_000
FEW_FUTURE, MANY_FUTURE = 1_000, 1_000_000
LEAST_SPEED, MOST_MEMORY, MOST_CLAIM = 0.6, 1.2, 1.5


# --- What is measured, in a process of its own ----------------------------------------------------


def fill(count: int) -> int:
    """So many people with a reminder that is due, and nothing else."""
    from guides.models import Guide, Message, User
    from tests.workers import make_crowd

    Message.objects.all().delete()
    User.objects.all().delete()
    guide = Guide.objects.get(slug="contact-customer-service")
    for first in range(0, count, 5000):
        make_crowd(min(5000, count - first), guide=guide, now=datetime.now(UTC), first=first)
    return count


def speed(runs: int) -> list[tuple[float, float]]:
    """Messages a second: (a) bare sending, (b) ours."""
    from django.core.mail import get_connection
    from django.core.management import call_command
    from django.db import transaction

    from guides.domain import claims, delivery
    from guides.models import Message, Reminder

    now = datetime.now(UTC)
    with transaction.atomic():
        claims.BATCH, batch = MESSAGES, claims.BATCH
        claimed = claims.claim(now=now)
        finished = [letter for _, letter in delivery._drawn_up(claimed, now, delivery.Counts())]
        claims.BATCH = batch
        transaction.set_rollback(True)
    assert len(finished) == MESSAGES
    gc.freeze()  # they are the load of this benchmark: neither side has to sweep around them

    def bare() -> None:
        with get_connection() as connection:
            connection.send_messages(finished)

    def ours() -> None:
        call_command("send_reminders", stdout=io.StringIO())

    measured = []
    for _ in range(runs):
        measured.append((MESSAGES / seconds(bare), MESSAGES / seconds(ours)))
        assert Reminder.objects.filter(sent_at=None).count() == 0
        Reminder.objects.update(message=None, sent_at=None)
        Message.objects.all().delete()
    return measured


def claim(runs: int) -> float:
    """Seconds that claiming a batch takes."""
    from django.db import transaction

    from guides.domain import claims

    def claimed() -> float:
        with transaction.atomic():
            took = seconds(lambda: claims.claim(now=datetime.now(UTC)))
            transaction.set_rollback(True)
        return took

    claimed()
    return statistics.median(claimed() for _ in range(runs))


def fill_future(count: int) -> int:
    """So many reminders that are not due yet, over the journeys that there are."""
    from django.db import connection

    from guides.models import Journey, Reminder, Step

    journeys = list(Journey.objects.all())
    step = Step.objects.filter(kind=Step.Kind.WAIT).first()
    later = datetime.now(UTC) + timedelta(days=1)
    for first in range(0, count, 10_000):
        Reminder.objects.bulk_create(
            Reminder(
                journey=journeys[number % len(journeys)],
                step=step,
                kind="no_answer",
                due_at=later + timedelta(seconds=number),
                about_at=later,
            )
            for number in range(first, min(first + 10_000, count))
        )
    if connection.vendor == "postgresql":  # what autovacuum does by itself a little later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return count


def seconds(act: Callable[[], Any]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


# --- The measuring --------------------------------------------------------------------------------


class Bench:
    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._run("manage.py", "migrate", "--verbosity", "0")
        self._run("manage.py", "load_content")

    def asks(self, what: str, count: int) -> Any:
        return json.loads(self._run("-m", "bench.reminders", "--measure", what, str(count)))

    def peak_of_a_worker(self) -> int:
        """In KiB. This process is small, or what it takes would be counted too."""
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "send_reminders"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        assert worker.returncode == 0, "not everything was sent"
        return usage.ru_maxrss

    def _run(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
            env=self._environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


def measure(name: str, bench: Bench, parts: list[str]) -> list[bool]:
    met = []
    if "speed" in parts:
        say(name, f"{RUNS} times {MESSAGES} messages, bare and by our worker …")
        bench.asks("fill", MESSAGES)
        measured = bench.asks("speed", RUNS)
        bare, ours = (statistics.median(column) for column in zip(*measured, strict=True))
        ratio = statistics.median(b / a for a, b in measured)
        spread = " ".join(f"{b / a:.2f}" for a, b in measured)
        say(name, f"speed   (a) {bare:.0f}/s  (b) {ours:.0f}/s  each run (b)/(a): {spread}")
        met.append(verdict(name, "(b)/(a)", ratio, ratio >= LEAST_SPEED, f"at least {LEAST_SPEED}"))
    if "claim" in parts:
        costs = []
        bench.asks("fill", FEW_DUE)
        for count in FEW_FUTURE, MANY_FUTURE:
            say(name, f"claiming a batch, {count:,} in the future …")
            bench.asks("fill_future", count - (FEW_FUTURE if costs else 0))
            costs.append(1000 * bench.asks("claim", 30))
        say(name, "claim   " + "  ".join(f"{cost:.1f} ms" for cost in costs))
        ratio = costs[1] / costs[0]
        met.append(verdict(name, "claim", ratio, ratio <= MOST_CLAIM, f"at most {MOST_CLAIM}"))
    if "memory" in parts:
        peaks = []
        for count in FEW_DUE, MANY_DUE:
            say(name, f"a worker sends {count:,} …")
            bench.asks("fill", count)
            peaks.append(bench.peak_of_a_worker() / 1024)
        say(name, "memory  " + "  ".join(f"{peak:.0f} MiB" for peak in peaks))
        ratio = peaks[1] / peaks[0]
        met.append(verdict(name, "memory", ratio, ratio <= MOST_MEMORY, f"at most {MOST_MEMORY}"))
    return met


def verdict(name: str, what: str, ratio: float, is_met: bool, target: str) -> bool:
    say(name, f"{what} = {ratio:.2f}, should be {target}: {'met' if is_met else 'MISSED'}")
    return is_met


def say(name: str, text: str) -> None:
    print(f"{name:<10}  {text}", flush=True)


def main(parts: list[str]) -> int:
    with places.databases() as urls, places.sink() as email_url:
        met = [
            each
            for name, url in urls.items()
            for each in measure(name, Bench(places.environment(url, email_url)), parts)
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        import django

        django.setup()
        print(json.dumps(globals()[sys.argv[2]](int(sys.argv[3]))))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("parts", nargs="*", default=["speed", "claim", "memory"])
        sys.exit(main(parser.parse_args().parts))
