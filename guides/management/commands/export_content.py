"""`export_content DIR`: write the catalogue out as content files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guides.domain import content_files, describing
from guides.models import Service


class Command(BaseCommand):
    help = "Writes every service and guide as content files below DIR."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *, directory: Path, **options: Any) -> None:
        services = Service.objects.prefetch_related(
            "translations", "domains", "guides__translations", "guides__origin"
        )
        services = list(filter(describing.is_own, services))
        files = 0
        try:
            for service in services:
                files += len(content_files.write(describing.describe(service), directory))
        except OSError as error:
            raise CommandError(f"Cannot write to {directory}: {error.strerror}") from None
        self.stdout.write(f"{len(services)} services written in {files} files below {directory}.")
