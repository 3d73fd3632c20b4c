"""`send_reminders`: send what is due, once or until told to stop."""

import signal
import threading
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from guides.domain import delivery, housekeeping

# How long the loop sleeps when nothing is due, and at most while the mail server is down.
PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 60
CLEAR_EVERY = timedelta(days=1)


class Command(BaseCommand):
    help = "Sends the reminders that are due. Any number of these may run beside each other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep on until told to stop")
        parser.add_argument("--dry-run", action="store_true", help="only count what would be sent")

    def handle(self, *, loop: bool, dry_run: bool, **options: Any) -> None:
        if dry_run:
            self.stdout.write(f"{delivery.due(timezone.now()).count()} reminders are due.")
            return
        if loop:
            self._keep_on()
            return
        counts = delivery.send_due(now=timezone.now())
        self._say(counts)
        if counts.later or counts.failed:
            raise CommandError("Not everything could be sent.")

    def _keep_on(self) -> None:
        self._stop = threading.Event()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: self._stop.set())
        self._post = delivery.Post()
        self._clear_at: datetime | None = None
        pause = 0.0
        try:
            while not self._stop.wait(pause):
                pause = self._one_turn(pause)
        finally:
            self._post.close()
        self.stdout.write("Stopped.")

    def _one_turn(self, last_pause: float) -> float:
        """Send everything that is due now; returns for how many seconds to sleep."""
        try:
            close_old_connections()
            counts = self._send_all()
            self._clear_daily()
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {type(error).__name__}")
            connection.close()
            return min(LONGEST_PAUSE_SECONDS, 2 * last_pause or 1)
        if counts.total:
            self._say(counts)
        if counts.is_down:
            return min(LONGEST_PAUSE_SECONDS, 2 * last_pause or 1)
        return PAUSE_SECONDS

    def _send_all(self) -> delivery.Counts:
        counts = delivery.Counts()
        while not self._stop.is_set():
            batch = delivery.send_batch(
                post=self._post, now=timezone.now(), is_stopping=self._stop.is_set
            )
            counts += batch
            if batch.is_down or not batch.total:
                break
        if not counts.is_down:
            self._post.close()  # servers drop a connection that says nothing for long
        return counts

    def _clear_daily(self) -> None:
        now = timezone.now()
        if self._clear_at is None or not now < self._clear_at <= now + CLEAR_EVERY:
            self._clear_at = now + CLEAR_EVERY
            self.stdout.write(housekeeping.clear(now=now))

    def _say(self, counts: delivery.Counts) -> None:
        self.stdout.write(f"{counts.sent} sent, {counts.later} put off, {counts.failed} failed.")
