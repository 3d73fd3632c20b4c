"""Reports that a step looks different now: taking them in, and which steps need an editor."""

import hashlib
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from guides.models import Step, StepReport

# So many open reports on one step are no misunderstanding.
MANY = 3


def send(*, step: Step, text: str, language: str, reply_to: str, now: datetime) -> None:
    """Keep the report. The same text once more is no second one, but may bring an address."""
    report, is_new = StepReport.objects.get_or_create(
        step=step,
        fingerprint=_fingerprint(text),
        handled_at=None,
        defaults={"text": text, "language": language, "reply_to": reply_to, "sent_at": now},
    )
    if reply_to and not is_new and not report.reply_to:
        report.reply_to = reply_to
        report.save(update_fields=["reply_to"])


def _fingerprint(text: str) -> str:
    """The same for texts that differ in letter case and space only."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def handle(*, reports: QuerySet[StepReport], now: datetime) -> int:
    """Mark as handled those that are not yet, and say how many."""
    return reports.filter(handled_at=None).update(handled_at=now)


def needing_an_editor() -> QuerySet[Step]:
    """Steps with many open reports (`open_reports`), those with the most first."""
    is_open = Q(reports__handled_at=None, reports__isnull=False)
    steps = Step.objects.annotate(open_reports=Count("reports", filter=is_open))
    return steps.filter(open_reports__gte=MANY).order_by("-open_reports", "pk")
