"""The person's own choices: language, time zone, reminders. Signing in is django-allauth's."""

import secrets
import zoneinfo
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from babel import Locale
from babel.core import get_global
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from guides.domain import journeys
from guides.models import Reminder, User

# Where most readers of a language live. Only the beginning: the browser knows better.
_ZONE_BY_LANGUAGE = {"nb": "Europe/Oslo"}
_REGIONS = {
    "Africa": gettext_noop("Africa"),
    "America": gettext_noop("America"),
    "Antarctica": gettext_noop("Antarctica"),
    "Arctic": gettext_noop("Arctic"),
    "Asia": gettext_noop("Asia"),
    "Atlantic": gettext_noop("Atlantic Ocean"),
    "Australia": gettext_noop("Australia"),
    "Europe": gettext_noop("Europe"),
    "Indian": gettext_noop("Indian Ocean"),
    "Pacific": gettext_noop("Pacific Ocean"),
}


def time_zone_to_begin_with(*, guess: str, language: str) -> str:
    """The browser's `guess` if there is such a zone, else where most readers of `language` live."""
    return guess if guess in _known() else _ZONE_BY_LANGUAGE.get(language, "UTC")


def settle_in(*, user: User, language: str, time_zone_guess: str) -> None:
    """Give somebody who just signed up a language and a time zone."""
    user.language = language
    user.time_zone = time_zone_to_begin_with(guess=time_zone_guess, language=language)
    user.save(update_fields=["language", "time_zone"])


def go_through_the_motions(*, language: str, time_zone_guess: str) -> None:
    """Do what signing up does and take it back: a known address takes as long as a new one."""
    nobody = f"{secrets.token_hex(8)}@nowhere.invalid"
    with transaction.atomic():
        user = User.objects.create_user(nobody)
        EmailAddress.objects.create(user=user, email=nobody, primary=True)
        EmailAddress.objects.get_for_user(user, nobody)
        settle_in(user=user, language=language, time_zone_guess=time_zone_guess)
        transaction.set_rollback(True)


def change_settings(*, user: User, now: datetime, **choices: Any) -> None:
    """Keep the choices, by field; the reminders of running journeys follow them."""
    for name, value in choices.items():
        setattr(user, name, value)
    with transaction.atomic():
        user.save(update_fields=list(choices))
        journeys.plan_anew(user=user, now=now)


@transaction.atomic
def trust_address_again(*, user: User) -> None:
    """Mail to the person came back once; it works again, or goes elsewhere. What failed is sent."""
    if user.bounced_at is None:
        return
    failed = Reminder.objects.filter(journey__user=user, failed_at__gte=user.bounced_at)
    failed.update(failed_at=None, message=None)
    user.bounced_at = None
    user.save(update_fields=["bounced_at"])


# --- Time zones to choose from ------------------------------------------------------------------


class Zone(NamedTuple):
    city: str
    name: str


def zones_by_region(*, language: str, also: str) -> list[tuple[str, list[Zone]]]:
    """Every time zone by its city in `language`, in regions; UTC last, without a region.

    A zone with two names is there once; `also` is there by the name it came with.
    """
    regions: dict[str, list[Zone]] = {}
    for name in (_canonical() | {also}) - {get_global("zone_aliases").get(also)}:
        region, slash, _city = name.partition("/")
        if slash and region in _REGIONS:
            regions.setdefault(region, []).append(Zone(city_of(name, language), name))
    groups = [(gettext(_REGIONS[region]), sorted(zones)) for region, zones in regions.items()]
    rest = {"UTC"} if "/" in also and also.partition("/")[0] in _REGIONS else {"UTC", also}
    return [*sorted(groups), ("", [Zone(name, name) for name in sorted(rest)])]


def time_in(zone: str, now: datetime) -> datetime:
    return now.astimezone(zoneinfo.ZoneInfo(zone))


@cache
def _known() -> frozenset[str]:
    """All names of zones; without those that mean something else on every machine."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory", "posixrules"})


@cache
def _canonical() -> frozenset[str]:
    """One name for each zone that somebody lives in."""
    return frozenset(_known() & get_global("zone_territories").keys())


@cache
def city_of(name: str, language: str) -> str:
    """The city in `language`: "Oslo", "القاهرة". Some are kept under an older name of the zone."""
    words = Locale.parse(language).time_zones
    aliases = get_global("zone_aliases")
    older = (old for old, new in aliases.items() if new == aliases.get(name, name))
    for known_as in (name, *older):
        if city := words.get(known_as, {}).get("city"):
            return str(city)
    return name.rpartition("/")[2].replace("_", " ")
