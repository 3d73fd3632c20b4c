"""`restore FILE`: what `backup` wrote, back into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guides.domain import backups


class Command(BaseCommand):
    help = "Fills the database from a FILE that `backup` wrote. Stop web and reminders before."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="delete what the database holds now"
        )

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        try:
            backups.restore(file, replace=replace)
        except backups.NotPossible as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"Everything is as {file} holds it. Now run: manage.py migrate")
