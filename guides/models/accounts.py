"""The person: signs in with an e-mail address, has a language and a time zone."""

import secrets
import zoneinfo
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone we know."), params={"name": name})


def new_key() -> str:
    """A random name of 16 characters that nobody can guess."""
    return secrets.token_urlsafe(12)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    class KeepsDays(models.IntegerChoices):
        """For how long a finished journey is kept."""

        MONTH = 30, _("30 days")
        QUARTER = 90, _("90 days")
        YEAR = 365, _("one year")
        FOREVER = 0, _("never: keep them")

    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    wants_reminders = models.BooleanField(_("send me reminders"), default=True)
    wants_nudges = models.BooleanField(
        _("remind me of what I have begun and left for a week"), default=False
    )
    shows_names = models.BooleanField(
        _("name the service in subjects and in the calendar"),
        default=False,
        help_text=_("While this is off, nobody who sees your phone learns what you are leaving."),
    )
    keeps_days = models.PositiveSmallIntegerField(
        _("forget finished journeys after"), choices=KeepsDays, default=KeepsDays.QUARTER
    )
    # Warnings that the account is about to be forgotten, since the person was last here.
    warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    warnings = models.PositiveSmallIntegerField(default=0, editable=False)
    # A permanent error of the mail server for this address; nothing is sent until it is mended.
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Names the person in the address that stops reminders without signing in …
    stop_key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    # … and in the address of their calendar, if they have asked for one.
    calendar_key = models.CharField(
        max_length=16, unique=True, null=True, blank=True, editable=False
    )
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        self.email = self.email.strip().lower()  # as django-allauth looks it up

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)
