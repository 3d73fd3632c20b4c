"""`load_content`: bring the catalogue up to the content files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from guides.domain import content, content_files


class Command(BaseCommand):
    help = "Loads the shipped guides. What an editor changed stays as it is, unless --overwrite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.CONTENT_DIR)
        parser.add_argument(
            "--overwrite", action="store_true", help="take the files, not the editor's changes"
        )

    def handle(self, *, directory: Path, overwrite: bool, **options: Any) -> None:
        try:
            with translation.override("en"):
                contents = content_files.read(directory, dict(settings.LANGUAGES))
                report = content.load(contents=contents, overwrite=overwrite, now=timezone.now())
        except content_files.ContentError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from None
        self.stdout.write(
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.retired} steps retired."
        )
        for name in report.left_alone:
            self.stdout.write(
                f"Left alone, an editor has changed it: {name} (--overwrite takes the files)"
            )
        for name in report.withdrawn:
            self.stdout.write(f"No longer published, gone from the files: {name}")
