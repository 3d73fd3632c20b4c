"""`backup FILE`: the whole database in one file, while everything runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guides.domain import backups


class Command(BaseCommand):
    help = "Writes the whole database to FILE, while everything runs. Overwrites nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            size = backups.backup(file)
        except backups.NotPossible as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{file} holds everything: {size:,} bytes.")
