"""Messages due at one moment because of one step of one journey: a projection of the journey."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .catalogue import Step
from .journeys import Journey


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def unsent(self) -> "ReminderQuerySet":
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now: datetime) -> "ReminderQuerySet":
        """Unsent ones whose moment has come: `due_at <= now`, so a missed hour loses nothing."""
        return self.unsent().filter(due_at__lte=now)


class Reminder(models.Model):
    class Kind(models.TextChoices):
        COULD_BE_OVER = "could_be_over", _("The shortest waiting time has passed")
        OVER = "over", _("The waiting period is over")
        DEADLINE_NEAR = "deadline_near", _("Time to act is running out")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "step", "kind", "due_at"], name="reminder_once_a_moment"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at=None, failed_at=None),
                name="reminder_unsent_by_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"
