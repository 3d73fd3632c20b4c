"""Makes the people, services and guides of the tests.

Alice owns what a test is about, Bob is somebody else, Edda edits the catalogue.
"""

import json
import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client

from guides.domain import experiences, own_services, search
from guides.models import Experience, Guide, Journey, OwnService, Service, Step, User, WaitTaken

_numbers = count(1)
# One step: its key, and its fields; the kind is "act" unless said otherwise.
Row = str | tuple[str, dict[str, Any]]


def make_user(name: str = "alice", **fields: Any) -> User:
    """Alice, Bob, Charlie or Edda, with a verified address such as alice@example.org."""
    user = User.objects.create_user(
        f"{name}@example.org", **{"password": "correct horse", "time_zone": "Europe/Oslo", **fields}
    )
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_editor(name: str = "edda") -> User:
    person = make_user(name, is_staff=True)
    person.groups.add(Group.objects.get(name="Editors"))
    return person


def prove(client: Client) -> None:
    """As if the person had proved a moment ago that it is them."""
    session = client.session
    record = {"method": "code", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()


def session_of(person: User, *, proved: bool = False) -> str:
    """The cookie of somebody who is signed in."""
    client = Client()
    client.force_login(person)
    if proved:
        prove(client)
    return str(client.session.session_key)


def code_of_last_mail() -> str:
    return re.findall(r"^\d{4}-\d{4}$", str(mail.outbox[-1].body), re.MULTILINE)[0]


# --- The second step ------------------------------------------------------------------------------

APP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# What a browser once answered; a passkey with which nobody can sign in any more.
PASSKEY = json.loads((Path(__file__).parent / "passkey.json").read_text())


def make_second_step(person: User) -> list[str]:
    """An app, a passkey and recovery codes, which it gives back."""
    TOTP.activate(person, APP_KEY)
    person.authenticator_set.create(type="webauthn", data=PASSKEY)
    return RecoveryCodes.activate(person).get_unused_codes()


def app_code(key: str = APP_KEY) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(key, int(time.time()) // 30))


# --- Services of one's own ------------------------------------------------------------------------


def make_general_guide() -> Guide:
    """As it is shipped, in short: find it, ask, wait up to 30 days, look."""
    service = Service.objects.create(slug="any-service")
    service.translations.create(language_code="en", name="Any other service")
    guide = make_guide("general", service=service, title="The general way out")
    long = wait(days=30, fields={"wait_certainty": "guessed"})
    rows: list[Row] = [("find", {"kind": "prepare"}), ("ask", {"is_final": True})]
    make_way(*rows, ("answer", long), ("check-gone", {"kind": "check"}), guide=guide)
    return guide


def make_own(user: User, name: str = "My gym", *, now: datetime, **said: Any) -> Journey:
    """A journey out of a service that is in no catalogue; needs the general guide."""
    return own_services.leave(user=user, own=OwnService(name, **said), now=now)


# --- The catalogue --------------------------------------------------------------------------------


def make_service(
    slug: str = "", *, name: str = "", domains: Sequence[str] = (), **words: Any
) -> Service:
    """A service that the search finds by its name and domains."""
    service = Service.objects.create(slug=slug or f"service-{next(_numbers)}")
    service.translations.create(language_code="en", name=name or service.slug.title(), **words)
    for position, domain in enumerate(domains):
        service.domains.create(name=domain, position=position)
    search.index([service])
    return service


def make_guide(
    slug: str = "",
    *,
    service: Service | None = None,
    title: str = "Close the account",
    **fields: Any,
) -> Guide:
    """A published guide without steps."""
    guide = Guide.objects.create(
        service=service or make_service(),
        slug=slug or f"guide-{next(_numbers)}",
        **{"is_published": True, **fields},
    )
    if title:
        guide.translations.create(language_code="en", title=title)
    return guide


def make_step(guide: Guide, key: str = "", *, title: str = "", **fields: Any) -> Step:
    """A step after all others of the guide. Of a wait, `wait_longest` is enough."""
    key = key or f"step-{next(_numbers)}"
    if fields.get("kind") == Step.Kind.WAIT:
        fields.setdefault("wait_reason", Step.WaitReason.REVIEW)
    fields.setdefault("position", guide.steps.count())
    step = Step.objects.create(guide=guide, key=key, **fields)
    step.translations.create(language_code="en", title=title or key.replace("-", " ").capitalize())
    return step


def make_way(*rows: Row, guide: Guide | None = None) -> dict[str, Step]:
    """The steps of a guide by key, from a short list.

    >>> make_way("send", ("review", wait(days=4)), ("look", {"kind": "check"}))
    """
    guide = guide or make_guide()
    pairs = [(row, {}) if isinstance(row, str) else row for row in rows]
    return {key: make_step(guide, key, **fields) for key, fields in pairs}


def wait(
    shortest: timedelta | None = None, *, fields: dict[str, Any] | None = None, **length: int
) -> dict[str, Any]:
    """The fields of a waiting period that takes `length` at longest: `wait(days=4)`."""
    return {
        "kind": Step.Kind.WAIT,
        "wait_shortest": shortest,
        "wait_longest": timedelta(**length) if length else None,
        **(fields or {}),
    }


def make_answers(wait: Step, days: Sequence[int], *, worked: int, now: datetime) -> None:
    """So many people told how the guide went for them, and how many days they waited."""
    month = now.date().replace(day=1)
    for number, length in enumerate(days):
        answer = "yes" if number < worked else "no"
        Experience.objects.create(guide=wait.guide, worked=answer, answered_in=month)
        WaitTaken.objects.create(step=wait, length=timedelta(days=length), answered_in=month)
    experiences.count_guide(guide_id=wait.guide_id, now=now)
    experiences.count_wait(step_id=wait.pk, now=now)
