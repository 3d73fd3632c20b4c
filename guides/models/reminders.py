"""What is to be said to a person at one moment: reminders, their e-mails, calendar events.

All of it is a projection of journeys (`domain.reminders`, `domain.calendars`), and what became of
it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .catalogue import Step
from .journeys import Journey


class MessageQuerySet(models.QuerySet["Message"]):
    def open(self) -> "MessageQuerySet":
        """Neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None)

    def claimable(
        self, now: datetime, *, lease: timedelta, longest_pause: timedelta
    ) -> "MessageQuerySet":
        """Open ones whose time has come and that no worker holds.

        A claim or a pause that reaches twice as far as it could was written by a clock that has
        been set back since, and does not count. Less than that is how far clocks may differ.
        """
        return self.open().filter(
            Q(claimed_until=None)
            | Q(claimed_until__lte=now)
            | Q(claimed_until__gt=now + 2 * lease),
            Q(try_at__lte=now) | Q(try_at__gt=now + 2 * longest_pause),
        )


class Message(models.Model):
    """One e-mail to one person, with everything that was due for them in the same round.

    It is stored before it is sent, so that a second try carries the same `Message-ID`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages"
    )
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["try_at"],
                condition=Q(sent_at=None, failed_at=None),
                name="message_open_by_try",
            )
        ]

    def __str__(self) -> str:
        return self.message_id


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def unsent(self) -> "ReminderQuerySet":
        return self.filter(sent_at=None, failed_at=None)

    def due(self, now: datetime) -> "ReminderQuerySet":
        """Unsent ones whose moment has come: `due_at <= now`, so a missed hour loses nothing."""
        return self.unsent().filter(due_at__lte=now)


class Reminder(models.Model):
    class Kind(models.TextChoices):
        """The most urgent first; the order in which one e-mail says them."""

        LAPSED = "lapsed", _("The time to act has passed")
        DEADLINE_NEAR = "deadline_near", _("The time to act is running out")
        LAST_CHANCE = "last_chance", _("The last chance to change one’s mind")
        OVER = "over", _("The waiting period is over")
        COULD_BE_OVER = "could_be_over", _("The waiting period could be over")
        NO_ANSWER = "no_answer", _("Still no answer")
        CHOSEN = "chosen", _("A day that you chose")
        UNTOUCHED = "untouched", _("Begun, and left for a week")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="reminders")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    # The moment that it is about: the end of a wait, a deadline. It is due later than that if that
    # falls into the night, or earlier, as a warning.
    about_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_urgent = models.BooleanField(default=False)  # may come at night: the morning is too late
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # most are in none: the conditions below keep the two kinds apart
        related_name="reminders",
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            # In this order, its index also finds what is due for a person among what is to come.
            models.UniqueConstraint(
                fields=["journey", "due_at", "step", "kind"], name="reminder_once_a_moment"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at=None, failed_at=None, message=None),
                name="reminder_unbundled_by_due",
            ),
            models.Index(
                fields=["message"],
                condition=Q(message__isnull=False),
                name="reminder_bundled_by_message",
            ),
            models.Index(
                fields=["message"],
                condition=Q(sent_at=None, failed_at=None, message__isnull=False),
                name="reminder_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d %H:%M}"


class CalendarEvent(models.Model):
    """The end of a wait or a deadline, as calendars know it.

    A row stays when its moment moves or falls away, for a calendar learns of a change only by a
    higher `sequence` under the same name.
    """

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="calendar_events")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "step"], name="calendar_event_once_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
