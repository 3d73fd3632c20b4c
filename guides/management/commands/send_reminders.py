"""`send_reminders`: send what is due, once or until told to stop."""

import gc
import signal
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from guides.domain import claims, delivery, housekeeping
from guides.domain.post import Post

# How long the loop sleeps at most while the mail server or the database is down, in seconds.
LONGEST_PAUSE = 60.0
CLEAR_EVERY = timedelta(days=1)


class Command(BaseCommand):
    help = "Sends the reminders that are due. Any number of these may run beside each other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--loop", action="store_true", help="keep on until told to stop")
        what.add_argument("--dry-run", action="store_true", help="only count what would be sent")
        what.add_argument("--failed", action="store_true", help="list what was given up, and why")

    def handle(self, *, loop: bool, dry_run: bool, failed: bool, **options: Any) -> None:
        # What is loaded by now stays, and a batch makes many things: look for garbage less often.
        gc.freeze()
        gc.set_threshold(100_000)
        if dry_run:
            waiting = claims.unsent(timezone.now()).count()
            due = claims.due(timezone.now()).count()
            self.stdout.write(f"{due} reminders are due, {waiting} messages are to be tried again.")
        elif failed:
            for message in claims.given_up():
                self.stdout.write(
                    f"{message.failed_at:%Y-%m-%d %H:%M} {message.message_id} "
                    f"after {message.attempts} tries: {message.failure}"
                )
        elif loop:
            self._keep_on()
        else:
            counts = delivery.send_due(now=timezone.now())
            self._say(counts)
            if counts.later or counts.failed:
                raise CommandError("Not everything could be sent.")

    def _keep_on(self) -> None:
        # Unlike an Event, this may be filled by a signal in the middle of looking at it.
        self._stop: SimpleQueue[int] = SimpleQueue()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda number, _: self._stop.put(number))
        self._post = Post()
        self._clear_at: datetime | None = None
        pause = 0.0
        try:
            while not self._is_stopping():
                pause = self._one_turn(pause)
                self._sleep(pause)
        finally:
            self._post.close()
        self.stdout.write("Stopped.")

    def _is_stopping(self) -> bool:
        return not self._stop.empty()

    def _sleep(self, seconds: float) -> None:
        with suppress(Empty):
            self._stop.put(self._stop.get(timeout=seconds))

    def _one_turn(self, last_pause: float) -> float:
        """Send everything that is due now; returns for how many seconds to sleep."""
        longer = min(LONGEST_PAUSE, 2 * last_pause or 1)
        try:
            close_old_connections()
            counts = self._send_all()
            if not counts.is_down:
                self._clear_daily()
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {type(error).__name__}")
            connection.close()
            return longer
        if counts:
            self._say(counts)
        return longer if counts.is_down else settings.REMINDER_EVERY

    def _send_all(self) -> delivery.Counts:
        counts = delivery.Counts()
        while not self._is_stopping():
            batch = delivery.send_batch(
                post=self._post, now=timezone.now(), is_stopping=self._is_stopping
            )
            counts += batch
            if batch.is_down or not batch:
                break
        self._post.close()  # servers drop a connection that says nothing for long
        return counts

    def _clear_daily(self) -> None:
        now = timezone.now()
        if self._clear_at is None or not now < self._clear_at <= now + CLEAR_EVERY:
            self._clear_at = now + CLEAR_EVERY
            self.stdout.write(housekeeping.clear(now=now))

    def _say(self, counts: delivery.Counts) -> None:
        self.stdout.write(f"{counts.sent} sent, {counts.later} put off, {counts.failed} failed.")
