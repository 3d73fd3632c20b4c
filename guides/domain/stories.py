"""Stories: how leaving went where there is no guide, told by nobody in particular."""

from datetime import datetime

from guides.domain import spellings
from guides.models import OwnService, Service

LONGEST = 2000  # letters


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
