"""`check_links`: see which links of the guides are dead."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from guides.domain import links
from guides.domain.visits import Visitor


class Command(BaseCommand):
    help = "Visits every link of the published guides; dead is what is not there on two days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="also visit what was visited today"
        )

    def handle(self, *, again: bool, verbosity: int, **options: Any) -> None:
        def progress(visits: Iterable[Any], total: int) -> Iterable[Any]:
            return tqdm(
                visits,
                total=total,
                unit=" links",
                file=sys.stderr,
                mininterval=0.5,
                disable=verbosity == 0,
            )

        visitor = Visitor(user_agent=f"Wayout link check (+{settings.SITE_URL})")
        try:
            report = links.check(
                visit=visitor.visit, now=timezone.now(), again=again, progress=progress
            )
        except links.OfflineError:
            raise CommandError(
                "Nobody answered, so nothing was noted. Is this machine on the internet?"
            ) from None
        self.stdout.write(
            f"{report.works} work, {report.gone} are gone, {report.unclear} cannot be told, "
            f"{report.skipped} were visited today already."
        )
        for url, detail in report.dead:
            self.stdout.write(f"Dead ({detail}): {url}")
