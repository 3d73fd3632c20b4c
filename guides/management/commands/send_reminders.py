"""`send_reminders`: send what is due, once or in a loop."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from guides.domain import delivery

PAUSE_SECONDS = 15


class Command(BaseCommand):
    help = "Sends the reminders that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="keep on until told to stop")

    def handle(self, *, loop: bool, **options: Any) -> None:
        if not loop:
            counts = delivery.send_due(now=timezone.now())
            self.stdout.write(f"{counts.sent} sent, {counts.failed} failed.")
            return
        self._stop = threading.Event()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: self._stop.set())
        while not self._stop.is_set():
            counts = delivery.send_due(now=timezone.now())
            if counts.sent or counts.failed:
                self.stdout.write(f"{counts.sent} sent, {counts.failed} failed.")
            self._stop.wait(PAUSE_SECONDS)
