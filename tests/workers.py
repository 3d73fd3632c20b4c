"""Real reminder workers in processes of their own, people with something due, and patience."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction

from guides.models import Entry, Guide, Journey, Reminder, Step, User
from tests.mail_server import MailServer

ROOT = Path(__file__).parent.parent


# --- Patience -----------------------------------------------------------------------------------


def until(is_so: Callable[[], bool], *, within: float = 120, what: str = "") -> None:
    """Look again and again until it is so. Raises AssertionError after `within` seconds."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, f"Not within {within} seconds: {what or is_so}"
        time.sleep(0.02)


def pass_by(seconds: float, *, unless: Callable[[], bool]) -> None:
    """Let so much time go by, or less if it is so already."""
    deadline = time.monotonic() + seconds
    until(lambda: time.monotonic() >= deadline or unless(), within=seconds + 30)


# --- People with something due ------------------------------------------------------------------


def waking_zone(now: datetime) -> str:
    """A time zone in which it is about noon, so that nobody is asleep whenever the tests run."""
    return f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}"


@transaction.atomic
def make_crowd(
    count: int, *, guide: Guide, now: datetime, due_in: timedelta = timedelta(), first: int = 0
) -> None:
    """People whose wait in `guide` ends `due_in` from now, each with the reminder of it.

    All steps before the wait are done. Every third person reads each of the languages.
    """
    steps = list(guide.steps.order_by("position"))
    wait = next(step for step in steps if step.kind == Step.Kind.WAIT)
    languages = [code for code, _ in settings.LANGUAGES]
    begun_at, zone = now - timedelta(days=5), waking_zone(now)
    users = User.objects.bulk_create(
        User(
            email=f"person{number}@example.org",
            password="!",
            language=languages[number % len(languages)],
            time_zone=zone,
        )
        for number in range(first, first + count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    journeys = Journey.objects.bulk_create(
        Journey(user=user, guide=guide, started_at=begun_at) for user in users
    )
    Entry.objects.bulk_create(
        Entry(journey=journey, step=step, kind="done", happened_at=begun_at, recorded_at=begun_at)
        for journey in journeys
        for step in steps[: steps.index(wait)]
        if not step.while_waiting
    )
    # A second apart from each other, so that no two dates in a message are the same by chance.
    ends = [now + due_in - timedelta(seconds=number % 3600) for number in range(count)]
    Entry.objects.bulk_create(
        Entry(
            journey=journey,
            step=wait,
            kind="started",
            happened_at=begun_at,
            recorded_at=begun_at,
            longest_at=ends_at,
        )
        for journey, ends_at in zip(journeys, ends, strict=True)
    )
    Reminder.objects.bulk_create(
        Reminder(journey=journey, step=wait, kind="over", due_at=ends_at, about_at=ends_at)
        for journey, ends_at in zip(journeys, ends, strict=True)
    )


# --- Workers ------------------------------------------------------------------------------------


def database_url() -> str:
    """Of the database that this process uses, for others to use it too."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Workers:
    """`send_reminders --loop`, several times. What they say goes into one file, `log`."""

    def __init__(self, mail: MailServer, log: Path, **environment: str) -> None:
        scheme = environment.pop("scheme", "smtp")
        self.log = log
        self._mail = mail
        self.running: list[subprocess.Popen[bytes]] = []
        self.kills = 0
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "false",
            "SECRET_KEY": "for-the-tests-only",
            "SITE_URL": "https://wayout.example",
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"{scheme}://127.0.0.1:{mail.port}",
            "SSL_CERT_FILE": str(mail.authority),
            "EMAIL_TIMEOUT": "0.3",
            "REMINDER_EVERY": "0.2",
            "REMINDER_LEASE": "3",
            "REMINDER_PAUSE": "0.5",
            **environment,
        }

    def start(self, count: int = 1) -> None:
        for _ in range(count):
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "manage.py", "send_reminders", "--loop"],
                    cwd=ROOT,
                    env=self._environment,
                    stdout=log,
                    stderr=log,
                )
            self.running.append(process)

    def kill_one(self) -> None:
        """As if the power went off: no signal handler, no farewell."""
        worker = random.choice(self.running)  # noqa: S311
        worker.kill()
        worker.wait()
        self.running.remove(worker)
        self.kills += 1

    def storm(self, count: int, *, until_calm: float) -> None:
        """Kill a random one of several every 200 ms, or the only one 200 ms after it has begun to
        send, and start another; until all is done, or for so many seconds."""
        calm_at = time.monotonic() + until_calm
        self.start(count)
        while not are_all_done() and time.monotonic() < calm_at:
            before = self._mail.count
            if count == 1:
                until(lambda before=before: self._mail.count > before or are_all_done())
            pass_by(0.2, unless=are_all_done)
            self.kill_one()
            self.start()

    def end(self) -> list[int]:
        """Ask all of them to end; returns their exit codes."""
        for worker in self.running:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(timeout=20) for worker in self.running]
        self.running.clear()
        return codes

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@contextmanager
def working(mail: MailServer, folder: Path, **environment: str) -> Iterator[Workers]:
    """Workers that are not there any more afterwards, whatever happened."""
    workers = Workers(mail, folder / "workers.log", **environment)
    try:
        yield workers
    finally:
        for worker in workers.running:
            worker.kill()
            worker.wait()
        if "PYTEST_VERSION" in os.environ:
            print(workers.said())  # noqa: T201 - pytest shows it if the test fails


def are_all_done() -> bool:
    """Nothing is left to send, and what was sent is recorded."""
    return not Reminder.objects.unsent().exists()
