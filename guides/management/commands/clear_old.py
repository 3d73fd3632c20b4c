"""`clear_old`: delete rows that have served their purpose; the reminder loop does it daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from guides.domain import housekeeping


class Command(BaseCommand):
    help = "Deletes sent reminders, cancelled calendar events and ended sessions that are old."

    def handle(self, **options: Any) -> None:
        self.stdout.write(housekeeping.clear(now=timezone.now()))
