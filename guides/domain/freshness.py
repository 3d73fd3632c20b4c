"""What a finished page was made from, to be compared: unless it has changed, neither has the page.

Nothing here knows what makes a page stale, so nothing can be forgotten: the rows themselves are
compared, in three queries that cost a hundredth of what making the page does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from guides.domain import catalogue

Facts = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The catalogue alone, or also one person's journeys as they see them in one session."""

    person_id: int | None = None
    session_key: str | None = None


def facts(origin: Origin, *, now: datetime) -> Facts:
    """What a page of this origin is made from, but for the time. Read it before making the page.

    A session that has run out by `now` is as good as none.
    """
    if origin.person_id is None:
        return (catalogue.edition(),)
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(_SESSION, [origin.person_id, origin.session_key, moment])
        session = cursor.fetchall()
        cursor.execute(_JOURNEYS, [origin.person_id])
        return catalogue.edition(), session, cursor.fetchall()


_SESSION = """
    SELECT session_data, guides_user.* FROM django_session, guides_user
    WHERE guides_user.id = %s AND session_key = %s AND expire_date > %s
"""
# Entries are written with ever higher ids, and deleted by undo: while the number of them and the
# highest id are the same, so are they.
_JOURNEYS = """
    SELECT guides_journey.*, (
        SELECT count(*) || ' ' || max(id) FROM guides_entry WHERE journey_id = guides_journey.id
    ) FROM guides_journey WHERE user_id = %s ORDER BY id
"""
