"""A person in every place where one can stand, on the shipped guides: for looking only.

`tests/sights.py` lists what there is to see, `tests/test_face.py` and `tests/gallery.py` look.
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import time_machine
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

from guides import emails
from guides.adapters import NOTICES
from guides.domain import answers, calendars, journeys, standings
from guides.domain.timeline import Timeline
from guides.models import Guide, Journey, Message, Reminder, Step, User
from tests import arrivals, factories, lists
from tests.factories import wait

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
DAY = timedelta(days=1)
CONTACT, CLOSURE, ERASE = "contact-customer-service", "closure-page", "erase-everything"
GENERAL = "general"
# A service of one's own, by a name that is none of any language.
OWN = {"own_name": "24/7", "own_address": "https://gym.example/", "own_wait_days": 14}

ACCOUNT_MAILS = sorted(
    path.name.removesuffix("_subject.txt")
    for path in Path(settings.BASE_DIR, "templates/account/email").glob("*_subject.txt")
)

Until = Callable[[Timeline[Step]], bool]


def step_ahead(**fields: Any) -> Until:
    """Until the next step is such a one."""
    return lambda timeline: (
        timeline.next is not None
        and all(getattr(timeline.next.step, name) == value for name, value in fields.items())
    )


def done(count: int) -> Until:
    return lambda timeline: timeline.done == count


def waiting(timeline: Timeline[Step]) -> bool:
    return timeline.is_waiting


def at_a_wait(timeline: Timeline[Step]) -> bool:
    """One that runs, or that the person has to begin."""
    return waiting(timeline) or step_ahead(kind=Step.Kind.WAIT)(timeline)


def nothing_left(timeline: Timeline[Step]) -> bool:
    return timeline.next is None


def before_a_deadline(timeline: Timeline[Step]) -> bool:
    return timeline.deadline is not None


# Who stands where: the guide, how far they came, and how long ago.
TRAVELLERS: dict[str, tuple[str, Until, timedelta]] = {
    "first": (CONTACT, done(0), DAY),
    "begun": (CONTACT, done(1), DAY),
    "final": (CONTACT, step_ahead(is_final=True), DAY),
    "waiting": (CONTACT, waiting, DAY),
    "unaware": (ERASE, waiting, timedelta(hours=3)),  # a wait in which one may sign in
    "ready": (CLOSURE, waiting, DAY),
    "over": (CONTACT, waiting, 4 * DAY + timedelta(hours=1)),
    "overdue": (CONTACT, waiting, 20 * DAY),
    "deadline": (CLOSURE, before_a_deadline, 4 * DAY + timedelta(hours=2)),
    "lapsed": (CLOSURE, before_a_deadline, 6 * DAY),
    "check": (CONTACT, step_ahead(kind=Step.Kind.CHECK), 5 * DAY),
    "phone": ("phone", step_ahead(is_final=True), DAY),  # a way that continues with another guide
    "paid": (
        "paper",
        step_ahead(kind=Step.Kind.WAIT),
        DAY,
    ),  # a wait whose end the person has to say
    "letter": ("letter", waiting, DAY),  # a wait of which nobody knows how long it takes
    "ended": ("letter", nothing_left, DAY),
    "asking": (GENERAL, step_ahead(key="ask"), DAY),  # out of a service of their own
    "patient": (GENERAL, waiting, DAY),
    "imported": ("justdeleteme", done(0), DAY),
    **dict.fromkeys(Journey.Outcome.values, (CONTACT, waiting, 5 * DAY)),
}

# A guide with what the shipped ones have not, in the three languages.
TITLES = {
    "paper": ("Cancel the newspaper", "ألغِ اشتراك الصحيفة", "Si opp avisen"),
    "letter": ("Write a letter", "اكتب رسالة", "Skriv et brev"),
    "cancel": ("Cancel the subscription", "ألغِ الاشتراك", "Si opp abonnementet"),
    "ends": ("Wait until it ends", "انتظر حتى ينتهي الاشتراك", "Vent til abonnementet går ut"),
    "send": ("Send the letter", "أرسل الرسالة", "Send brevet"),
    "answer": ("Wait for the answer", "انتظر الرد", "Vent på svaret"),
    "look": ("Look whether it is gone", "تأكّد من أن الحساب أُغلق", "Se etter om kontoen er borte"),
}


def names_kept_in_arabic() -> list[str]:
    """Words in Latin letters that the Arabic guides keep: names of services and of programs."""

    def texts(words: Any) -> Iterator[str]:
        if isinstance(words, str):
            yield re.sub("«[^»]*»", "", words)
        elif isinstance(words, dict):
            for each in words.values():
                yield from texts(each)

    files = Path(settings.CONTENT_DIR).glob("*/ar.toml")
    said = " ".join(each for file in files for each in texts(tomllib.loads(file.read_text())))
    return sorted({"Wayout", "UTC", *re.findall("[A-Za-z]{2,}", said)})


def make_shop() -> None:
    shop = factories.make_service("shop", name="Nile Post")
    shop.translations.create(language_code="ar", name="بريد النيل")
    shop.translations.create(language_code="nb", name="Nilposten")
    open_end = wait(fields={"stay_signed_out": True})
    ways = {
        "paper": [
            "cancel",
            ("ends", wait(fields={"until_date": True})),
            ("look", {"kind": "check"}),
        ],
        "letter": ["send", ("answer", open_end)],
    }
    for slug, rows in ways.items():
        guide = factories.make_guide(slug, service=shop, title=TITLES[slug][0], goal="close")
        steps = factories.make_way(*rows, guide=guide)
        for owner, (english, arabic, norwegian) in [(guide, TITLES[slug])] + [
            (step, TITLES[key]) for key, step in steps.items()
        ]:
            owner.translations.filter(language_code="en").update(title=english)
            owner.translations.create(language_code="ar", title=arabic)
            owner.translations.create(language_code="nb", title=norwegian)
    factories.make_guide("untranslated", service=shop, title="Leave by telephone")
    unguided = factories.make_service("unguided", name="24–365", domains=["24.example"])
    unguided.translations.create(language_code="ar", name="24–365")
    unguided.translations.create(language_code="nb", name="24–365")
    factories.make_guide("draft", service=shop, title="Leave by carrier pigeon", is_published=False)


def import_gizmo() -> None:
    """A service as JustDeleteMe has it, that asks for a letter and has notes in the languages."""
    gizmo = lists.entry(
        difficulty="hard",
        notes="Write to them. The account is deleted after 30 days.",
        notes_ar="اكتب إليهم. يُحذف الحساب بعد ٣٠ يومًا.",
        notes_de="Schreiben Sie ihnen. Das Konto wird nach 30 Tagen gelöscht.",
        url_de="https://gizmo.example/loeschen",
        email="bye@gizmo.example",
        email_subject="Please delete my account",
        email_body="Hello,\n\nplease delete my account and all my data.\nMy user name is XXX.",
    )
    with TemporaryDirectory() as folder:
        lists.load(Path(folder), gizmo)


class Stage:
    """Everybody in place. `places` names what an address can ask for, person by person."""

    def __init__(self) -> None:
        call_command("load_content", stdout=StringIO())
        make_shop()
        review = Step.objects.get(guide__slug=CONTACT, kind=Step.Kind.WAIT)
        factories.make_answers(review, [2, 2, 2, 3, 3, 4, 4, 4, 5, 6, 12], worked=10, now=NOW)
        import_gizmo()
        self.places = {name: self.travel(name, *where) for name, where in TRAVELLERS.items()}
        self.bob = factories.make_user("bob", password=None)
        self.edda = factories.make_user("edda", is_superuser=True, is_staff=True)
        self.alice()
        self.many()
        self.secured()
        User.objects.filter(email="waiting@example.org").update(bounced_at=NOW - DAY)
        User.objects.filter(email="over@example.org").update(wants_reminders=False)

    def travel(self, name: str, slug: str, until: Until, ago: timedelta) -> SimpleNamespace:
        user = factories.make_user(name)
        journey = self.go(user, slug, until, NOW - ago)
        if name in Journey.Outcome.values:
            journey.reminders.filter(kind="over").update(sent_at=NOW - DAY)
            journeys.finish(journey=journey, outcome=name, now=NOW - DAY)
        following = standings.of(journey=journey, now=NOW).timeline.next
        reminders = {each.kind: emails.answer_token(each) for each in journey.reminders.all()}
        steps = list(journey.guide.steps.order_by("position").values_list("pk", flat=True))
        return SimpleNamespace(
            journey=journey.pk,
            next=following.step.pk if following else 0,
            steps=steps,
            stop=user.stop_key,
            **reminders,
        )

    def go(self, user: User, way: str | Guide, until: Until, when: datetime) -> Journey:
        """As far as `until` says, or to the end."""
        guide = way if isinstance(way, Guide) else Guide.objects.get(slug=way)
        own = OWN if way == GENERAL else {}
        journey = journeys.start(user=user, guide=guide, now=when, **own)
        while not until(timeline := standings.of(journey=journey, now=when).timeline):
            if nothing_left(timeline):
                break
            step = timeline.next.step if timeline.next else timeline.running_waits[0].step
            journeys.complete_step(journey=journey, step=step, now=when)
        return journey

    def alice(self) -> None:
        """Has much to do, and a calendar."""
        alice = factories.make_user("alice")
        self.go(alice, CONTACT, waiting, NOW - DAY)
        self.go(alice, CLOSURE, before_a_deadline, NOW - 4 * DAY)
        self.go(alice, "computer", step_ahead(is_final=True), NOW - DAY)
        self.go(alice, "letter", waiting, NOW - 3 * DAY)
        gone = self.go(alice, ERASE, waiting, NOW - 3 * DAY)
        journeys.finish(journey=gone, outcome="gone", now=NOW - DAY)
        calendars.renew_address(person=alice)

    def many(self) -> None:
        """Leaves more services than one sees at a glance."""
        person = factories.make_user("many")
        guides = Guide.objects.published().filter(translations__language_code="ar")
        for number, guide in enumerate(guides.order_by("pk")[:30]):
            until = at_a_wait if number % 3 else done(0)
            journey = self.go(person, guide, until, NOW - number * DAY)
            if number % 4 == 0:
                journeys.finish(journey=journey, outcome="gone", now=NOW - DAY)

    def secured(self) -> None:
        """Has an app for codes, a passkey and recovery codes."""
        person = factories.make_user("secured")
        factories.make_second_step(person)
        key = person.authenticator_set.get(type="webauthn").pk
        self.places["secured"] = SimpleNamespace(passkey=key)

    def letters(self, language: str) -> Iterator[tuple[str, EmailMultiAlternatives]]:
        """Every message that Wayout sends, under a name."""
        self.client(None, language)
        with translation.override(language):
            for name in ACCOUNT_MAILS:
                context = {
                    "code": "1234-5678",
                    "email": "alice@example.org",
                    "user": User(),
                    "moment": NOW,
                    "what": NOTICES["account/email/password_changed"],
                }
                letter = get_adapter().render_mail(
                    f"account/email/{name}", "a@example.org", context
                )
                yield f"letter-{name}", letter
        parts = {}
        planned = Reminder.objects.order_by("pk")
        for kind in Reminder.Kind.values:
            reminder = planned.filter(kind=kind).first() or planned[0]
            reminder.kind = kind
            here = standings.of(journey=reminder.journey, now=NOW)
            following = None if kind == "lapsed" else here.timeline.next
            parts[kind] = emails.Part(
                reminder,
                next_step=following and following.step,
                answers=answers.offered(reminder, here),
            )
            yield f"letter-{kind}", self.letter([parts[kind]])
        yield "letter-two", self.letter([parts["over"], parts["deadline_near"]])
        person = User.objects.get(pk=self.bob.pk)
        yield "letter-farewell", emails.farewell(person)
        yield "letter-unused_account", emails.unused_account(person, goes_at=NOW + 30 * DAY)

    def letter(self, parts: list[emails.Part]) -> EmailMultiAlternatives:
        person = parts[0].reminder.journey.user
        message = Message(user=person, message_id="<1@example.org>", created_at=NOW)
        return emails.Letters().reminders(message=message, parts=parts)

    def path(self, pattern: str, language: str) -> str:
        return pattern.format(l=language, **self.places)

    def client(self, who: str | None, language: str) -> Client:
        """A browser in which `who` has signed in, or has done what comes before the page."""
        cache.clear()  # the rate limits of signing in
        mail.outbox.clear()
        User.objects.update(language=language)
        client = Client(headers={"accept-language": language})
        if who:
            arrivals.arrive(client, who, language)
        return client


@contextmanager
def built() -> Iterator[tuple[Stage, LiveServer]]:
    """The stage and a server that shows it. Leaves the database empty, as a test of pages would."""
    with ExitStack() as stack:
        stack.enter_context(time_machine.travel(NOW, tick=False))
        stack.enter_context(override_settings(ROOT_URLCONF="tests.urls"))
        mail_is_kept = override_settings(
            EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
        )
        stack.enter_context(mail_is_kept)
        mail.outbox = []
        stack.callback(call_command, "flush", interactive=False, verbosity=0)
        stage = Stage()
        server = LiveServer("localhost")
        stack.callback(server.stop)
        stack.enter_context(server._live_server_modified_settings)
        stack.enter_context(override_settings(SITE_URL=server.url))
        yield stage, server
