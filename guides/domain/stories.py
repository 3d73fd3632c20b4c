"""Stories: how leaving went where there is no guide, told by nobody in particular."""

from datetime import datetime, timedelta

from django.core import signing

from guides.domain import spellings
from guides.models import OwnService, Service

LONGEST = 2000  # letters
# Nobody reads the page and writes an answer faster than this, or leaves it open for longer.
SOONEST, LATEST = timedelta(seconds=4), timedelta(days=1)
_SALT = "guides.story"


def opened(*, now: datetime) -> str:
    """A mark for the form, which says when its page was opened."""
    return signing.dumps(now.timestamp(), salt=_SALT)


def was_read(mark: str, *, now: datetime) -> bool:
    """The form was opened by us, and neither a moment nor too long ago."""
    try:
        since = now.timestamp() - signing.loads(mark, salt=_SALT)
    except signing.BadSignature:
        return False
    return SOONEST.total_seconds() <= since <= LATEST.total_seconds()


def tell(*, service: Service, text: str, language: str, now: datetime) -> None:
    """Keep the story. Said twice, it is kept once."""
    if not service.stories.filter(text=text).exists():
        service.stories.create(text=text, language=language, sent_on=now.date())


def wanted_of(own: OwnService) -> Service | None:
    """The service without a guide, in the catalogue, that somebody has left as one of their own."""
    domain = spellings.domain_of(own.address)
    if not domain:
        return None
    unguided = Service.objects.exclude(guides__is_published=True)
    return unguided.filter(domains__name=domain).first()
