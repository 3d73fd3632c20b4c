"""Saying that translations still fit their original. Which are older, `domain.needs` knows."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from guides.domain.needs import GUIDE_WORDS, STEP_WORDS
from guides.models import Guide


@transaction.atomic
def confirm(*, guide: Guide, now: datetime) -> None:
    """Somebody has compared: what changed in the original changes nothing in the translations."""
    for words in (
        GUIDE_WORDS.objects.filter(master=guide),
        STEP_WORDS.objects.filter(master__guide=guide),
    ):
        words.exclude(language_code=settings.LANGUAGE_CODE).update(changed_at=now)
