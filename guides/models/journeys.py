"""One person's way through one guide, as a journal of what they said they did.

The rows are facts; `domain.timeline` derives every state from them. `domain.journeys` writes them.
"""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .catalogue import Guide, Service, Step


@dataclass(frozen=True, slots=True)
class OwnService:
    """A service that is in no catalogue, as the one person calls it who leaves it.

    Not a row of its own: it comes, is seen, and is forgotten with its journey.
    """

    name: str
    address: str = ""  # of a page or of a mailbox
    wait_days: int | None = None

    @property
    def names(self) -> dict[str, str]:
        """By language, like those of services: it is called the same in each."""
        return {code: self.name for code, _language in settings.LANGUAGES}

    @property
    def email(self) -> str:
        return self.address if "://" not in self.address else ""

    @property
    def link(self) -> str:
        return self.address if "://" in self.address else ""


class JourneyQuerySet(models.QuerySet["Journey"]):
    def running(self) -> "JourneyQuerySet":
        return self.filter(finished_at=None)

    def called(self, own_name: str) -> "JourneyQuerySet":
        """By what the person calls the service, as the constraint compares; "" for all others."""
        lowered = self.alias(lowered=Lower("own_name"))
        return lowered.filter(lowered=Lower(Value(own_name)))


class Journey(models.Model):
    class Outcome(models.TextChoices):
        GONE = "gone", _("Gone")
        DEACTIVATED = "deactivated", _("Deactivated")
        REFUSED = "refused", _("Refused")
        NO_ANSWER = "no_answer", _("No answer")
        GAVE_UP = "gave_up", _("Stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="journeys"
    )
    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="journeys")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    wants_reminders = models.BooleanField(default=True)
    remind_on = models.DateField(null=True, blank=True)
    # Whether the person has told how it went. What they told does not know of this row.
    has_answered = models.BooleanField(default=False)
    # Of a service that is in no catalogue; see `own`.
    own_name = models.CharField(max_length=80, blank=True)
    own_address = models.CharField(max_length=500, blank=True)
    own_wait_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                F("user"),
                F("guide"),
                Lower("own_name"),
                condition=Q(finished_at=None),
                name="journey_one_running_a_guide",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, outcome="")
                | (Q(finished_at__isnull=False) & ~Q(outcome="")),
                name="journey_finished_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("journeys:wizard", args=[self.id])

    @property
    def own(self) -> OwnService | None:
        if not self.own_name:
            return None
        return OwnService(self.own_name, self.own_address, self.own_wait_days)

    @property
    def service(self) -> Service | OwnService:
        """What the person leaves: whatever says its name asks here."""
        return self.own or self.guide.service


class EntryQuerySet(models.QuerySet["Entry"]):
    def standing(self) -> "EntryQuerySet":
        """Entries that no later one has taken back."""
        return self.filter(taken_back_by=None)


class Entry(models.Model):
    """One line of a journey's journal.

    An entry is never edited. Going back writes a new entry that takes earlier ones back
    (`taken_back_by`); undoing the last act deletes its entry, which removes what it caused
    (`caused_by`) and lets what it took back stand again.
    """

    class Kind(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        STARTED = "started", _("Started")
        EXTENDED = "extended", _("Extended")
        REOPENED = "reopened", _("Opened again")
        FAILED = "failed", _("Failed")
        LAPSED = "lapsed", _("Lapsed")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="entries")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    # A clock that runs on this step: a wait's own copy of when it may and when it must be over,
    # or the moment by which an act has to be done. Set for STARTED and EXTENDED.
    shortest_at = models.DateTimeField(null=True, blank=True)
    longest_at = models.DateTimeField(null=True, blank=True)
    stay_signed_out = models.BooleanField(default=False)
    caused_by = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    taken_back_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")), name="entry_not_in_the_future"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step_id}"
