"""How often something was tried, as django-allauth counts it in the shared cache: under which
names, and until when.

It counts by e-mail address, person and place on the internet, under names that whoever reads the
table could look up: the plain hash of an address is soon guessed. Here they become keyed hashes.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

# What is counted, in how long; by whom; and the lock that is held while it is counted.
_COUNTED = re.compile(r"(allauth:rl:[^:]+:[^:]+:[^:]+):(.+?)((?::lock)?)", re.DOTALL)


def named(key: str, prefix: str, version: int) -> str:
    """The name of a row (KEY_FUNCTION): what is counted can be read, by whom cannot."""
    counted = _COUNTED.fullmatch(key)
    what, whom, lock = counted.groups() if counted else ("", key, "")
    return f"{prefix}:{version}:{what}{lock}:{_hidden(whom)}"


def _hidden(whom: str) -> str:
    return salted_hmac(__name__, whom, algorithm="sha256").hexdigest()[:32]


def forget(*, person_id: int, addresses: Iterable[str]) -> None:
    """What was counted for a person; not what was counted for a place, which many may share."""
    delete = f"DELETE FROM {_table()} WHERE cache_key LIKE %s"  # noqa: S608 - nobody types its name
    with connection.cursor() as cursor:
        for whom in _names(person_id, {each.lower() for each in addresses}):
            cursor.execute(delete, [f"%:{_hidden(whom)}"])


def _names(person_id: int, addresses: set[str]) -> Iterator[str]:
    """Under which django-allauth counts somebody."""
    hosts = {urlsplit(settings.SITE_URL).netloc, *settings.ALLOWED_HOSTS}
    keys = addresses | {f"{host}:{address}" for host in hosts for address in addresses}
    yield f"user:{person_id}"
    for key in {*keys, f"mfa-auth-user-{person_id}"}:
        yield hashlib.sha256(key.encode()).hexdigest()


def clear(*, now: datetime, dry_run: bool) -> int:
    """What has run out, which Django clears away only when the table is full; how many rows."""
    what = "SELECT COUNT(*)" if dry_run else "DELETE"
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(f"{what} FROM {_table()} WHERE expires < %s", [moment])
        return int(cursor.fetchone()[0]) if dry_run else cursor.rowcount


def _table() -> str:
    return connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
