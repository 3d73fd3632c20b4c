"""Services that are in no catalogue: what a person may call one, and what can be done with it.

Nobody but that person ever sees them: they are columns of a journey, not rows of the catalogue.
"""

import unicodedata
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guides.domain import catalogue, clocks, journal, journeys, own_ways, standings
from guides.domain.journal import NotPossible
from guides.models import Journey, OwnService, Service, User

LONGEST_NAME = 80  # letters
LONGEST_WAIT = 730  # days
# More at once than anybody leaves is somebody's script.
MOST = 100

# Joiners, which several scripts need inside words, and the two marks that say a direction.
_HARMLESS = {"\u200c", "\u200d", "\u200e", "\u200f"}
_is_web_address = URLValidator(schemes=["http", "https"])


class AlreadyLeaving(NotPossible):
    """The person is leaving a service of this name already, on `journey`."""

    def __init__(self, journey: Journey) -> None:
        super().__init__(_("You are leaving a service of this name already."))
        self.journey = journey


# --- What may be typed ----------------------------------------------------------------------------


def clean_name(typed: str) -> str:
    """The name in one line. Raises ValidationError for signs that nobody sees."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if any(unicodedata.category(sign)[0] == "C" and sign not in _HARMLESS for sign in name):
        raise ValidationError(
            _("There is a character in it that cannot be shown. Please type the name by hand.")
        )
    if name and not any(unicodedata.category(sign)[0] in "LNS" for sign in name):
        raise ValidationError(_("Give it a name that you will know again."))
    if len(name) > LONGEST_NAME:  # a letter may have become several
        raise ValidationError(_("Choose a shorter name, of at most 80 characters."))
    return name


def clean_address(typed: str) -> str:
    """A web address with its scheme, or an e-mail address. Raises ValidationError for the rest."""
    address = typed.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    is_mailbox = "@" in address and "/" not in address
    if address and not is_mailbox and "://" not in address:
        address = f"https://{address}"
    try:
        if is_mailbox:
            validate_email(address)
        elif address:
            _is_web_address(address)
            if urlsplit(address).username is not None:
                raise ValidationError("")
    except (ValidationError, ValueError):
        raise ValidationError(_("An address looks like example.org or name@example.org.")) from None
    return address


# --- Leaving one ----------------------------------------------------------------------------------


def suggested(*, service: Service, language: str | None) -> dict[str, str]:
    """What to fill in for a service that is in the catalogue, but without a guide."""
    home = service.domains.first()
    name = catalogue.text(service, "name", language)[0]
    return {"name": name[:LONGEST_NAME], "address": f"https://{home}/" if home else ""}


def leave(*, user: User, own: OwnService, now: datetime) -> Journey:
    """Begin to leave it, along the general guide. Raises NotPossible."""
    guide = own_ways.general_guide()
    if guide is None:
        raise NotPossible(_("The general guide is not there just now. Please try again later."))
    mine = Journey.objects.running().filter(user=user, guide=guide)
    if known := mine.called(own.name).first():
        raise AlreadyLeaving(known)
    if mine.count() >= MOST:
        raise NotPossible(_("That is a lot at once. Finish some of them first."))
    return journeys.start(user=user, guide=guide, now=now, **_columns(own))


def change(*, journey: Journey, own: OwnService, now: datetime) -> None:
    """Call it otherwise, or wait otherwise: a wait that is running counts anew from its beginning.

    Raises NotPossible, and changes nothing then.
    """
    try:
        with journal.changing(journey, now) as here:
            is_other_wait = here.journey.own_wait_days != own.wait_days
            for name, value in _columns(own).items():
                setattr(here.journey, name, value)
            with transaction.atomic():
                here.journey.save(update_fields=list(_columns(own)))
            if is_other_wait:
                _count_anew(here.journey, now)
    except IntegrityError:
        running = Journey.objects.running().filter(user=journey.user, guide=journey.guide)
        raise AlreadyLeaving(running.called(own.name).get()) from None


def _count_anew(journey: Journey, now: datetime) -> None:
    here = standings.of(journey=journey, now=now)
    for wait in here.timeline.running_waits:
        began_at = wait.facts.started_at or now
        clock = clocks.set_clock(wait.step, began_at, journey.user.zone)
        journal.start_clock(here, wait.step, clock, started_at=began_at, now=now)


def forget(*, journey: Journey) -> None:
    """Delete the service and the whole journey, as if it had never been named."""
    journey.delete()


def _columns(own: OwnService) -> dict[str, str | int | None]:
    return {
        "own_name": own.name,
        "own_address": own.address,
        "own_wait_days": own.wait_days,
    }
