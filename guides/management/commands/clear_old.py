"""`clear_old`: forget what has served its purpose; the reminder loop does it daily."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from guides.domain import housekeeping


class Command(BaseCommand):
    help = (
        "Deletes what is old: sent reminders, cancelled calendar events, handled reports and the "
        "addresses in them, ended sessions, finished journeys, and accounts that nobody uses, "
        "after two warnings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        self.stdout.write(housekeeping.clear(now=timezone.now(), dry_run=dry_run))
