"""What came from other people's lists: where a guide was imported from, in the list's own words."""

from django.db import models
from django.db.models import Q

from .catalogue import Guide


class Origin(models.Model):
    """The entry of a list from which a guide was made.

    It stays when an editor deletes the guide, so that the next import does not bring it back.
    """

    class List(models.TextChoices):
        JUSTDELETEME = "justdeleteme", "JustDeleteMe"

    guide = models.OneToOneField(
        Guide, on_delete=models.SET_NULL, null=True, related_name="origin", editable=False
    )
    list = models.CharField(max_length=20, choices=List)
    entry = models.CharField(max_length=200)
    licence = models.CharField(max_length=200)
    read_on = models.DateField()
    # As it was last imported.
    domains = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "entry"], name="origin_once_an_entry")
        ]

    def __str__(self) -> str:
        return f"{self.get_list_display()}: {self.entry}"


class Note(models.Model):
    """What the entry says in one language: in the list's words, under its licence, never edited."""

    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="notes")
    language = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "language"], name="note_once_a_language"),
            models.CheckConstraint(condition=~Q(text="", link=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.language}"
