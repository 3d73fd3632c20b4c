"""What keeping the guides true leaves behind: how they were, where they moved, which links died."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .catalogue import Guide, Service


class Revision(models.Model):
    """What a guide said at some time, as its content files would say it; never edited."""

    class Act(models.TextChoices):
        FOUND = "found", _("As it was before")
        WRITTEN = "written", _("Written")
        EDITED = "edited", _("Edited")
        PUBLISHED = "published", _("Published")
        UNPUBLISHED = "unpublished", _("Unpublished")
        CHECKED = "checked", _("Checked")
        WENT_BACK = "went_back", _("Gone back")
        LOADED = "loaded", _("Loaded from content files")
        IMPORTED = "imported", _("Imported again")
        MERGED = "merged", _("Moved here from a service that was merged")

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="revisions")
    made_at = models.DateTimeField()
    act = models.CharField(max_length=20, choices=Act)
    # Nobody, if a command did it, or if whoever did it has left.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="revisions"
    )
    # Facts and words, written as TOML: dates come back as dates.
    said = models.TextField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.made_at:%Y-%m-%d %H:%M}"


class FormerAddress(models.Model):
    """Where a service, or one of its guides, was before it was merged into another."""

    service_slug = models.SlugField(max_length=80)
    guide_slug = models.SlugField(max_length=80, blank=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="former_addresses")
    guide = models.ForeignKey(
        Guide, on_delete=models.CASCADE, null=True, related_name="former_addresses"
    )

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["service_slug", "guide_slug"], name="former_address_leads_to_one_place"
            ),
            models.CheckConstraint(
                condition=Q(guide=None, guide_slug="")
                | (Q(guide__isnull=False) & ~Q(guide_slug="")),
                name="former_address_of_a_guide_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return "/".join(filter(None, [self.service_slug, self.guide_slug]))


class LinkCheck(models.Model):
    """What became of an address the last time that `check_links` went there."""

    class Found(models.TextChoices):
        WORKS = "works", _("It works")
        GONE = "gone", _("Nothing is there")
        UNCLEAR = "unclear", _("Cannot tell")

    url = models.URLField(max_length=500, unique=True)
    checked_at = models.DateTimeField()
    found = models.CharField(max_length=10, choices=Found)
    detail = models.CharField(max_length=100)  # "404", "no such host"
    # Since when nothing is there; and when a second day confirmed it.
    gone_since = models.DateTimeField(null=True)
    dead_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")

    def __str__(self) -> str:
        return self.url
