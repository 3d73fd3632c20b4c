"""The register of personal data: every column that holds something of a person, why, and how long.

Taking one's data along, leaving and forgetting go by this table, and the privacy page is written
from it. A test fails when a model gains a column that stands neither here nor in `IMPERSONAL`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guides.models import (
    CalendarEvent,
    Entry,
    Journey,
    Message,
    Reminder,
    Revision,
    StepReport,
    User,
)


@dataclass(frozen=True, slots=True)
class Held:
    """Some columns of a table that hold something of a person."""

    section: str  # its name in the data that one takes along; "" for secrets, which stay behind
    model: type[Model]
    of: Callable[[User], QuerySet[Any]]  # the rows of a person
    fields: tuple[str, ...]
    what: Any
    why: Any
    until: Any
    # Of rows that belong to the catalogue: the column that is emptied when the person leaves.
    forgets: str = ""


def _by(model: type[Model], owner: str) -> Callable[[User], QuerySet[Any]]:
    return lambda person: model._default_manager.filter(**{owner: person.pk})


def addresses_of(person: User) -> set[str]:
    """The one that is used, and one that is not proved yet; in small letters."""
    rows = EmailAddress.objects.filter(user=person.pk).values_list("email", flat=True)
    return {address.lower() for address in (person.email, *rows)}


def sessions_of(person: User) -> QuerySet[Session]:
    """Django files sessions under no person: each has to be opened.

    Also those of browsers in which somebody has begun to sign in as this person, and not ended.
    """
    addresses = addresses_of(person)
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if _names(session.get_decoded(), person.pk, addresses)
    ]
    return Session.objects.filter(pk__in=theirs)


def _names(kept: Any, person_id: int, addresses: set[str], key: str = "") -> bool:
    """Whether a person stands anywhere in what a session keeps."""
    match kept:
        case dict():
            return any(_names(each, person_id, addresses, name) for name, each in kept.items())
        case list():
            return any(_names(each, person_id, addresses, key) for each in kept)
        case str() if kept.lower() in addresses:
            return True
    return "user" in key and str(kept) == str(person_id)


def _log_entries(person: User) -> QuerySet[LogEntry]:
    """What the person did in the admin, and what was done there to them and to their addresses."""
    entries = LogEntry.objects.filter(user=person.pk)
    for rows in (_by(User, "pk")(person), _by(EmailAddress, "user")(person)):
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
        about = {"content_type__app_label": rows.model._meta.app_label}
        about |= {"content_type__model": rows.model._meta.model_name, "object_id__in": ids}
        entries |= LogEntry.objects.filter(**about)
    return entries


def _reports(person: User) -> QuerySet[StepReport]:
    """Reports are sent without an account: only the address says whose they are."""
    is_theirs = Q()
    for address in addresses_of(person):
        is_theirs |= Q(reply_to__iexact=address)
    return StepReport.objects.filter(is_theirs) if is_theirs else StepReport.objects.none()


UNTIL_LEAVING = _("Until you leave Wayout.")
WITH_THE_JOURNEY = _("As long as its journey.")
UNTIL_FINISHED = _("Until you leave, or for as long as you chose after it is finished.")
NINETY_DAYS = _("At most 90 days after it was sent.")

# Rows of a table that stands further down point at rows of one that stands further up.
REGISTER: tuple[Held, ...] = (
    Held(
        "person",
        User,
        _by(User, "pk"),
        ("email",),
        _("Your e-mail address"),
        _("To sign you in and to write to you."),
        UNTIL_LEAVING,
    ),
    Held(
        "person",
        User,
        _by(User, "pk"),
        ("language", "time_zone", "wants_reminders", "wants_nudges", "shows_names", "keeps_days"),
        _("Your settings"),
        _("To write in your language, at your hours, as often as you like."),
        UNTIL_LEAVING,
    ),
    Held(
        "person",
        User,
        _by(User, "pk"),
        ("joined_at", "last_login", "bounced_at", "warned_at", "warnings"),
        _(
            "When you joined and last signed in, whether our e-mail to you came back, and whether "
            "we have warned you"
        ),
        _("To delete accounts that nobody uses, and not to write in vain."),
        UNTIL_LEAVING,
    ),
    Held(
        "person",
        User,
        _by(User, "pk"),
        ("is_staff", "is_superuser", "is_active"),
        _("Whether you help to edit the guides"),
        _("To let editors work on them, and nobody else."),
        UNTIL_LEAVING,
    ),
    Held(
        "",
        User,
        _by(User, "pk"),
        ("password", "stop_key", "calendar_key"),
        _("A fingerprint of your password, if you set one, and the secret parts of your links"),
        _("To know that it is you."),
        UNTIL_LEAVING,
    ),
    Held(
        "addresses",
        EmailAddress,
        _by(EmailAddress, "user"),
        ("email", "verified", "primary"),
        _("Whether you have shown that the address is yours"),
        _("To write only to those who asked for it."),
        UNTIL_LEAVING,
    ),
    Held(
        "",
        EmailConfirmation,
        _by(EmailConfirmation, "email_address__user"),
        ("created", "sent", "key"),
        _("That we asked you to show that an address is yours"),
        _("To know that it is yours."),
        UNTIL_LEAVING,
    ),
    Held(
        "",
        Session,
        sessions_of,
        ("session_key", "session_data", "expire_date"),
        _("That you are signed in on a device"),
        _("To keep you signed in there."),
        _("Until you sign out there, at most two weeks."),
    ),
    Held(
        "devices",
        UserSession,
        _by(UserSession, "user"),
        ("user_agent", "created_at", "last_seen_at"),
        _("With which kind of browser you are signed in, and since when"),
        _("To show you where you are signed in, and to sign you out there."),
        _("Until you sign out there, at most two weeks."),
    ),
    Held(
        "",
        UserSession,
        _by(UserSession, "user"),
        ("session_key", "data"),
        _("That you are signed in on a device"),
        _("To keep you signed in there."),
        _("Until you sign out there, at most two weeks."),
    ),
    Held(
        "second_step",
        Authenticator,
        _by(Authenticator, "user"),
        ("type", "created_at", "last_used_at"),
        _("Which passkeys and apps you sign in with, and when you last did"),
        _("To know that it is you."),
        UNTIL_LEAVING,
    ),
    Held(
        "",
        Authenticator,
        _by(Authenticator, "user"),
        ("data",),
        _("The keys by which we recognise them"),
        _("To know that it is you."),
        UNTIL_LEAVING,
    ),
    Held(
        "admin",
        LogEntry,
        _log_entries,
        ("user", "action_time", "object_id", "object_repr", "action_flag", "change_message"),
        _("Of editors: what they changed in the guides"),
        _("To find out how a mistake came about."),
        UNTIL_LEAVING,
    ),
    Held(
        "revisions",
        Revision,
        _by(Revision, "by"),
        ("guide", "made_at", "act", "by"),
        _("Of editors: which guides they changed, and when"),
        _("To find out how a mistake came about."),
        _("Until you leave Wayout. What was changed stays, without your name."),
        forgets="by",
    ),
    Held(
        "journeys",
        Journey,
        _by(Journey, "user"),
        (
            "user",
            "guide",
            "started_at",
            "finished_at",
            "outcome",
            "wants_reminders",
            "remind_on",
            "has_answered",
        ),
        _("Which services you are leaving or have left, and how that ended"),
        _("To lead you through it."),
        UNTIL_FINISHED,
    ),
    Held(
        "journeys",
        Journey,
        _by(Journey, "user"),
        ("own_name", "own_address", "own_wait_days"),
        _("What you call a service that is not in our list, its address, and how long you wait"),
        _("To lead you out of it, too. Nobody else ever sees it."),
        UNTIL_FINISHED,
    ),
    Held(
        "journal",
        Entry,
        _by(Entry, "journey__user"),
        (
            "journey",
            "step",
            "kind",
            "happened_at",
            "recorded_at",
            "shortest_at",
            "longest_at",
            "stay_signed_out",
            "caused_by",
            "taken_back_by",
        ),
        _("What you did, when, and until when you wait"),
        _("To say what comes next and when."),
        WITH_THE_JOURNEY,
    ),
    Held(
        "messages",
        Message,
        _by(Message, "user"),
        (
            "user",
            "message_id",
            "created_at",
            "try_at",
            "attempts",
            "claimed_until",
            "sent_at",
            "failed_at",
            "failure",
        ),
        _("That an e-mail went to you, without its text"),
        _("To send nothing twice, and to try again what did not arrive."),
        NINETY_DAYS,
    ),
    Held(
        "reminders",
        Reminder,
        _by(Reminder, "journey__user"),
        (
            "journey",
            "step",
            "kind",
            "about_at",
            "due_at",
            "is_urgent",
            "message",
            "sent_at",
            "failed_at",
            "answered_at",
        ),
        _("Of what and when to remind you, and what became of it"),
        _("To write to you at the right time."),
        NINETY_DAYS,
    ),
    Held(
        "calendar",
        CalendarEvent,
        _by(CalendarEvent, "journey__user"),
        ("journey", "step", "starts_at", "sequence", "changed_at", "is_cancelled"),
        _("The dates of your calendar"),
        _("To keep your own calendar true."),
        WITH_THE_JOURNEY,
    ),
    Held(
        "reports",
        StepReport,
        _reports,
        ("step", "text", "language", "reply_to", "sent_at", "handled_at"),
        _("If you told us that a step looks different: what you wrote, and the address you gave"),
        _("To mend the guide, and to answer you."),
        _("The address until an editor has seen to it, at most 90 days; your words 90 days more."),
    ),
)

# Tables and columns that say nothing about a person who uses Wayout.
IMPERSONAL: dict[str, tuple[str, ...]] = {
    "account.EmailAddress": ("id", "user"),
    "account.EmailConfirmation": ("id", "email_address"),
    "admin.LogEntry": ("id", "content_type"),
    "auth.Group": ("*",),
    "auth.Permission": ("*",),
    "contenttypes.ContentType": ("*",),
    "guides.CalendarEvent": ("id",),
    "mfa.Authenticator": ("id", "user"),
    "usersessions.UserSession": ("id", "user", "ip"),  # its ip is always the same, see `devices`
    "guides.Domain": ("*",),
    "guides.Edition": ("*",),
    "guides.Entry": ("id",),
    "guides.Experience": ("*",),  # of nobody, see docs/decisions/0015-answers-without-a-person.md
    "guides.FormerAddress": ("*",),
    "guides.Guide": ("*",),
    "guides.GuideFigures": ("*",),
    "guides.GuideTranslation": ("*",),
    "guides.Journey": ("id",),
    "guides.LinkCheck": ("*",),
    "guides.Message": ("id",),
    "guides.Note": ("*",),
    "guides.Origin": ("*",),
    "guides.Reminder": ("id",),
    "guides.Revision": ("id", "said"),  # `said` are words and facts of a guide
    "guides.SearchKey": ("*",),
    "guides.SearchPiece": ("*",),
    "guides.Service": ("*",),
    "guides.ServiceTranslation": ("*",),
    "guides.Source": ("*",),
    "guides.Step": ("*",),
    "guides.StepReport": ("id", "fingerprint"),
    "guides.StepTranslation": ("*",),
    "guides.Story": ("*",),  # of a service, by nobody: whose it is was never written down
    "guides.User": ("id",),
    "guides.WaitFigures": ("*",),
    "guides.WaitTaken": ("*",),
}


def missing(models: Iterable[type[Model]]) -> list[str]:
    """The columns of these tables that stand nowhere, as `app.Model.field`."""
    known: dict[str, set[str]] = {name: set(fields) for name, fields in IMPERSONAL.items()}
    for held in REGISTER:
        known.setdefault(held.model._meta.label, set()).update(held.fields)
    return [
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.local_concrete_fields
        if not {field.name, "*"} & known.get(model._meta.label, set())
    ]


def erase(person: User) -> None:
    """Delete every row of the person, the person last. Nothing of the catalogue goes with it."""
    tables = {held.model: held for held in REGISTER}
    for held in reversed(tables.values()):
        rows = held.of(person)
        if held.forgets:
            rows.update(**{held.forgets: None})
        else:
            rows.delete()
