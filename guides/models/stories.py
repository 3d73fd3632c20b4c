"""What people tell us of leaving a service without a guide. Whose words they are, no row says."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .catalogue import Service


class Story(models.Model):
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.CASCADE, related_name="stories"
    )
    text = models.TextField(_("text"), max_length=2000)
    language = models.CharField(_("language"), max_length=10)
    sent_on = models.DateField(_("sent on"))  # a day: a moment could be found again in a log
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-sent_on", "-id"]

    def __str__(self) -> str:
        return f"{self.service_id} {self.sent_on}"
