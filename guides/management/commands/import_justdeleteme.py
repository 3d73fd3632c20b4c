"""`import_justdeleteme FILE`: bring JustDeleteMe's list into the catalogue."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from tqdm import tqdm

from guides.domain import imports, justdeleteme
from guides.domain.justdeleteme import Entry

MOST_NAMED = 100


class Command(BaseCommand):
    help = "Imports the services of JustDeleteMe’s list as guides that nobody has checked yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list as it is published, sites.json")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--update",
            action="store_true",
            help="also bring up to date what was imported before and no editor has touched",
        )

    def handle(
        self, *, file: Path, dry_run: bool, update: bool, verbosity: int, **options: Any
    ) -> None:
        def progress(entries: list[Entry]) -> Iterable[Entry]:
            return tqdm(
                entries, unit=" entries", file=sys.stderr, mininterval=0.5, disable=verbosity == 0
            )

        try:
            report = imports.load(
                listing=justdeleteme.read(file),
                now=timezone.now(),
                update=update,
                dry_run=dry_run,
                progress=progress,
            )
        except justdeleteme.UnusableFileError as error:
            raise CommandError(f"Nothing was imported from {file}: {error}.") from None
        except (OperationalError, InterfaceError) as error:
            reason = f"The database does not answer ({error}). What is written is whole"
            raise CommandError(f"{reason}; run this again for the rest.") from None
        self._say(report, dry_run)

    def _say(self, report: imports.Report, dry_run: bool) -> None:
        counts = (
            f"{report.created} services created, {len(report.joined)} joined to others, "
            f"{report.updated} updated, {report.unchanged} unchanged; "
            f"{report.waits} waiting periods read from notes."
        )
        self.stdout.write(f"A trial, nothing was written: {counts}" if dry_run else counts)
        if report.outdated:
            self.stdout.write(f"{report.outdated} differ from the file (--update takes them).")
        self._name("Joined to a service that was there", report.joined)
        self._name("Left alone, an editor has touched it", report.left_alone)
        self._name("Gone from the list, still here", report.vanished)
        self._name("Wrong in the list", list(map(str, report.problems)))

    def _name(self, what: str, names: list[str]) -> None:
        for name in names[:MOST_NAMED]:
            self.stdout.write(f"{what}: {name}")
        if len(names) > MOST_NAMED:
            self.stdout.write(f"{what}: {len(names) - MOST_NAMED} more")
