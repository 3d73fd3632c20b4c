"""What people tell us of the guides: that a step looks different, and how it went.

How it went is kept without the person: these rows name nobody, point at no journey, are numbered
at random and know the month only. See docs/decisions/0015-answers-without-a-person.md.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .catalogue import Guide, Step

LONGEST_REPORT = 2000


class StepReport(models.Model):
    """Somebody found that a step looks different now."""

    step = models.ForeignKey(
        Step, verbose_name=_("step"), on_delete=models.CASCADE, related_name="reports"
    )
    text = models.TextField(_("what is different"), max_length=LONGEST_REPORT)
    # In which the service shows it; empty for one that we do not speak.
    language = models.CharField(_("language"), max_length=10, blank=True)
    # Nobody has proved that it is theirs. `domain.housekeeping` empties it.
    reply_to = models.EmailField(_("answer to"), blank=True)
    sent_at = models.DateTimeField(_("sent"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    # The same text twice is one report.
    fingerprint = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "fingerprint"],
                condition=models.Q(handled_at=None),
                name="report_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Experience(models.Model):
    """How one way out went for somebody."""

    class Worked(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("In part")
        NO = "no", _("No")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="experiences")
    worked = models.CharField(max_length=10, choices=Worked)
    answered_in = models.DateField()  # the first day of a month

    def __str__(self) -> str:
        return self.worked


class WaitTaken(models.Model):
    """How long one wait took for somebody. The waits of one person do not know of one another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="waits_taken")
    length = models.DurationField()  # whole hours, or whole days
    answered_in = models.DateField()

    class Meta:
        verbose_name_plural = "waits taken"

    def __str__(self) -> str:
        return str(self.length)
