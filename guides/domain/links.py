"""The links of the catalogue: which there are, and which of them are dead.

Dead is what was not there on two days in a row of checks; one bad day proves nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from guides.domain.visits import Verdict, Visit
from guides.models import Guide, LinkCheck, Source, Step

AT_ONCE = 8

Progress = Callable[[Iterable[Any], int], Iterable[Any]]


class OfflineError(Exception):
    """Nobody at all has answered, so the fault is here."""


@dataclass
class Report:
    """What a round of checking found; `dead` are those that are known to be, with what was said."""

    works: int = 0
    gone: int = 0
    unclear: int = 0
    skipped: int = 0
    dead: list[tuple[str, str]] = field(default_factory=list)


def of_catalogue() -> set[str]:
    """Every web address that a published guide leads to, by its steps and its sources."""
    guides = Guide.objects.published().order_by().values("pk")
    steps = Step.objects.filter(guide__in=guides, retired_at=None).order_by()
    sources = Source.objects.filter(guide__in=guides).order_by()
    links = {*steps.values_list("link", flat=True), *sources.values_list("url", flat=True)}
    return {link for link in links if link.startswith(("http://", "https://"))}


def with_dead_since(rows: QuerySet[Any], link: str) -> QuerySet[Any]:
    """The rows with `dead_since`: since when the address in the column `link` is dead."""
    checks = LinkCheck.objects.filter(url=OuterRef(link)).values("dead_since")
    return rows.annotate(dead_since=Subquery(checks))


def check(
    *,
    visit: Callable[[str], Visit],
    now: datetime,
    again: bool = False,
    progress: Progress = lambda visits, total: visits,
) -> Report:
    """Visit every link that has not been visited today, and note what was found.

    `again` visits those of today too. Raises OfflineError, with nothing noted, if nobody answers.
    """
    links = of_catalogue()
    known = {check.url: check for check in LinkCheck.objects.all()}
    fresh = {url for url in links & known.keys() if _is_same_day(known[url].checked_at, now)}
    due = _host_by_host(links if again else links - fresh)
    report = Report(skipped=len(links) - len(due))
    for url, found in _once_somebody_answers(progress(_visits(due, visit), len(due))):
        row = known.get(url) or LinkCheck(url=url)
        _note(row, found, now)
        setattr(report, found.verdict, getattr(report, found.verdict) + 1)
    LinkCheck.objects.exclude(url__in=links).delete()
    dead = LinkCheck.objects.filter(dead_since__isnull=False).order_by("url")
    report.dead = list(dead.values_list("url", "detail"))
    return report


def _host_by_host(links: Iterable[str]) -> list[str]:
    """One of each host, then the next of each: so nobody has to wait for a turn for long."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for link in sorted(links):
        hosts[urlsplit(link).netloc].append(link)
    return [link for turn in zip_longest(*hosts.values()) for link in turn if link]


def _visits(links: list[str], visit: Callable[[str], Visit]) -> Iterator[tuple[str, Visit]]:
    """Some at a time; the rows are written by whoever reads this, one after the other."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asked = {threads.submit(visit, url): url for url in links}
        try:
            for done in as_completed(asked):
                yield asked[done], done.result()
        finally:
            threads.shutdown(cancel_futures=True)


def _once_somebody_answers(
    visits: Iterable[tuple[str, Visit]],
) -> Iterator[tuple[str, Visit]]:
    """Keep back what was found until one host has answered: without a net, nothing is there."""
    kept: list[tuple[str, Visit]] = []
    is_online = False
    for url, found in visits:
        kept.append((url, found))
        is_online = is_online or found.has_answered
        if is_online:
            yield from kept
            kept.clear()
    if kept:
        raise OfflineError


def _note(row: LinkCheck, found: Visit, now: datetime) -> None:
    row.checked_at, row.found, row.detail = now, LinkCheck.Found(found.verdict), found.detail
    if found.verdict is Verdict.WORKS:
        row.gone_since = row.dead_since = None
    elif found.verdict is Verdict.GONE:
        row.gone_since = row.gone_since or now
        if not _is_same_day(row.gone_since, now):
            row.dead_since = row.dead_since or now
    row.save()


def _is_same_day(one: datetime, other: datetime) -> bool:
    return timezone.localdate(one) == timezone.localdate(other)
