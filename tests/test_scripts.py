"""Scripts in every text that a person or an editor can write: in a browser, none of them runs.

The pages are those of the table in `test_sweeps` on which the texts stand. A page that shows one
and is not in it is not looked at.
"""

import io
import zipfile
from collections.abc import Iterator
from itertools import cycle

import pytest
from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone, translation
from icalendar import Calendar
from playwright.sync_api import Page, expect

from guides import devices, emails
from guides.domain import answers, calendars, privacy, search
from guides.models import Guide, Message, Origin, Reminder, Service, Step, User
from tests import factories
from tests.stage import ACCOUNT_MAILS
from tests.test_sweeps import DIRECTION, NOW, ROUTES, World, client_of

__all__ = ["NOW"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]

PAYLOADS = (
    "<script>pwned=1</script>",
    "<img src=/pwned onerror=pwned=1>",
    '"><svg onload=pwned=1>',
    "' autofocus tabindex=1 onfocus=pwned=1 x='",
    '" autofocus tabindex=1 onfocus=pwned=1 x="',
    "</title></textarea></style><script>pwned=1</script>",
    '"}</script><script>pwned=1</script>',
    "--><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "<a href=javascript:pwned=1>pwned</a>",
    "[pwned](javascript:pwned=1) [pwned](JaVaScRiPt&#58;pwned=1)",
    "![pwned](javascript:pwned=1) <javascript:pwned=1>",
    '[pwned](https://example.org/"onfocus="pwned=1 "x" autofocus)',
    "[pwned](data:text/html,<script>pwned=1</script>)",
    "{{ pwned }}<math><mtext><style><img src=x onerror=pwned=1>",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:pwned",
    "x\r\nBcc: pwned@example.org\r\n\r\n<script>pwned=1</script>",
)
ALL = "\n\n".join(PAYLOADS)
LINK = "https://example.org/\"onfocus='pwned=1'autofocus=<script>pwned=1</script>"
EMAIL = '"\'><script>pwned=1</script>"@example.org'


class Hostile(World):
    """The world, with a script in every text that there is."""

    def __init__(self) -> None:
        Group.objects.get_or_create(name="Editors")
        super().__init__()
        for number, payload in enumerate(PAYLOADS):
            factories.make_guide(title=payload, service=self.service, difficulty="easy")
            factories.make_guide(
                service=factories.make_service(
                    name=payload, domains=[f"{number}<svg onload=pwned=1>"]
                )
            )
            factories.make_step(self.guide, title=payload, link=LINK)
        self.service.domains.create(name=ALL[:253])
        for name in PAYLOADS:
            self.guide.sources.create(name=name, url=LINK)
        self._rewrite()
        self._write_elsewhere()
        User.objects.filter(pk=self.alice.pk).update(email=EMAIL, shows_names=True)
        self.alice.emailaddress_set.update(email=EMAIL)
        self.alice.refresh_from_db()
        self.journey.refresh_from_db()

    def _rewrite(self) -> None:
        """Every text in every language; those that are one line get one payload each."""
        lines = cycle(PAYLOADS)
        for owner in (*Service.objects.all(), *Guide.objects.all(), *Step.objects.all()):
            for language in DIRECTION:
                words, _ = owner.translations.get_or_create(language_code=language)
                for field in words._meta.concrete_fields:
                    match field.get_internal_type():
                        case "TextField":
                            setattr(words, field.name, ALL)
                        case "CharField" if field.name != "language_code":
                            setattr(words, field.name, next(lines))
                        case "JSONField":
                            setattr(words, field.name, list(PAYLOADS))
                words.save()
        search.index(Service.objects.all())

    def _write_elsewhere(self) -> None:
        """Where a form would not let it in: names of passkeys, browsers and groups, lists, the
        admin's log."""
        Group.objects.update(name=ALL[:150])
        for passkey in self.alice.authenticator_set.filter(type="webauthn"):
            passkey.data["name"] = ALL
            passkey.save()
        session = factories.session_of(self.alice)
        UserSession.objects.create(user=self.alice, session_key=session, ip=devices.NO_ADDRESS)
        UserSession.objects.update(user_agent=ALL[:200])
        guide = factories.make_guide("imported", title=ALL[:200], service=self.service)
        entry = {"list": Origin.List.JUSTDELETEME, "entry": ALL[:200], "licence": ALL[:200]}
        origin = Origin.objects.create(
            guide=guide, **entry, read_on=timezone.now(), domains=[ALL], digest="x"
        )
        for language in (*DIRECTION, ALL[:20]):
            origin.notes.create(language=language, text=ALL, link=LINK)
        for person in (self.edda, self.root):
            for owner in (self.guide, self.service, self.alice, Group.objects.get()):
                LogEntry.objects.create(
                    user=person,
                    content_type=ContentType.objects.get_for_model(owner),
                    object_id=owner.pk,
                    object_repr=ALL[:200],
                    action_flag=CHANGE,
                    change_message=ALL,
                )

    def shown(self, language: str) -> Iterator[tuple[Client, str]]:
        """Each page on which one of the texts stands, with somebody who may see it."""
        User.objects.update(language=language)
        for row, expected in ROUTES.items():
            method, _, route = row.partition(" ")
            if method != "GET" or not {200, 403} & set(expected) or "delete-translation" in route:
                continue
            is_admin = route.startswith("admin/")
            person = self.root if is_admin else self.people()[expected.index(200)]
            visitor, path = client_of(person), self.path(route, language)
            path += "?q=pwned" if route == "en/" else ""
            response = visitor.get(path, headers={"Accept-Language": language})
            is_page = response.headers["Content-Type"].startswith("text/html")
            if is_page and "pwned" in response.content.decode():
                yield visitor, path
        yield Client(), f"/{language}/services/amazon/imported/"


@pytest.fixture
def hostile() -> Hostile:
    return Hostile()


def nothing_runs(page: Page) -> None:
    """Neither by itself nor when everything on the page is entered, pointed at or followed."""
    ran = page.evaluate(
        """() => {
          const all = [...document.querySelectorAll("*")];
          const events = ["focus", "mouseover", "load", "error"];
          for (const each of all) events.forEach((name) => each.dispatchEvent(new Event(name)));
          const inert = ["value", "content", "data-title"];
          const runs = (each) => [...each.attributes].some(({name, value}) => name.startsWith("on")
            || (!inert.includes(name) && /^\\s*(javascript|data:text|vbscript)/i.test(value)));
          return {
            pwned: window.pwned ?? null,
            dangerous: all.filter(runs).map((each) => each.outerHTML),
            frames: window.length,
          };
        }"""
    )
    assert ran == {"pwned": None, "dangerous": [], "frames": 0}, page.url


# --- Pages ----------------------------------------------------------------------------------------

# The own pages that show one of the texts, after the language.
OWN = {
    "?q=pwned",
    "journeys/",
    "journeys/ID/",
    "journeys/ID/record/",
    "journeys/ID/steps/1/sure/",
    "services/amazon/",
    "services/amazon/contact/",
    "services/amazon/contact/steps/1/report/",
    "services/unguided/how-it-went/",
    "services/amazon/imported/",
    "settings/",
}


def visit(hostile: Hostile, new_page, live_server, language: str, **options) -> set[str]:
    """Opens every page that shows one of the texts; answers with their paths."""
    opened: dict[str, Page] = {}
    paths = set()
    for visitor, path in hostile.shown(language):
        cookie = visitor.cookies.get("sessionid")
        session = visitor.session["_auth_user_id"] if cookie else ""
        if session not in opened:
            page = opened[session] = new_page(locale=language, **options)
            if cookie:
                kept = {"name": "sessionid", "value": cookie.value, "url": live_server.url}
                page.context.add_cookies([kept])
        opened[session].goto(path)
        nothing_runs(opened[session])
        path = path.replace(str(hostile.journey.pk), "ID")
        paths.add(path.replace(f"/steps/{hostile.way['ask'].pk}/", "/steps/1/"))
    return paths


@pytest.mark.parametrize("language", DIRECTION)
def test_no_page_runs_a_script_from_a_text(hostile, new_page, live_server, language):
    """Nor does one try: the browser would say that the security policy was broken."""
    paths = visit(hostile, new_page, live_server, language)
    own = {path for path in paths if path.startswith(f"/{language}/")}
    assert own == {f"/{language}/{path}" for path in OWN}
    others = {path.split("/")[1] for path in paths - own}
    assert others == {"accounts", "admin", "answer", "stop"}
    assert len([path for path in paths if path.startswith("/admin/")]) == 30
    assert {"/accounts/sessions/", "/accounts/2fa/webauthn/"} <= paths


def test_without_the_security_policy_none_would_run_either(hostile, new_page, live_server):
    assert visit(hostile, new_page, live_server, "en", bypass_csp=True)


def test_what_is_kept_in_the_browser_runs_nothing(hostile, new_page):
    page = new_page()
    page.goto("/en/services/amazon/contact/")
    page.locator("[data-tick]").first.click()
    page.goto("/en/")
    expect(page.locator("[data-begun-here] li")).to_have_count(1)
    nothing_runs(page)


# --- E-mails, files -------------------------------------------------------------------------------


def letters(hostile: Hostile, language: str) -> Iterator[str]:
    """The HTML of every reminder, of the other messages about an account, and of the export."""
    User.objects.update(language=language)
    person = User.objects.get(pk=hostile.alice.pk)
    for kind in Reminder.Kind.values:
        row = Reminder.objects.select_related("journey__user").get(pk=hostile.reminder.pk)
        row.kind = kind
        part = emails.Part(row, next_step=hostile.way["look"], answers=answers.possible(row))
        told = Message(user=person, message_id="<1@x>", created_at=timezone.now())
        message = emails.Letters().reminders(message=told, parts=[part])
        assert "\n" not in message.message()["Subject"].replace("\n ", "")
        yield message.alternatives[0].content
    for message in (
        emails.farewell(person),
        emails.unused_account(person, goes_at=timezone.now()),
        *account_letters(language),
    ):
        assert "\n" not in message.message()["Subject"].replace("\n ", "")
        yield message.alternatives[0].content
    with zipfile.ZipFile(io.BytesIO(privacy.export(person=person, now=timezone.now()))) as archive:
        yield archive.read("wayout.html").decode()


def account_letters(language: str) -> Iterator[EmailMultiAlternatives]:
    """Every message about an account, each text in it a script."""
    with translation.override(language):
        for name in ACCOUNT_MAILS:
            for is_old_address in (True, False):
                texts = dict.fromkeys(("code", "email", "what", "browser", "contact"), ALL)
                links = dict.fromkeys(("devices_url", "sign_in_url", "sign_up_url"), LINK)
                context = {**texts, **links, "user": User(language=language)}
                context |= {"moment": timezone.now(), "is_old_address": is_old_address}
                yield get_adapter().render_mail(f"account/email/{name}", "a@b.example", context)


@pytest.mark.parametrize("language", DIRECTION)
def test_what_a_browser_says_of_itself_is_told_by_its_name_alone(hostile, new_page, language):
    """In the mail about a new sign-in, and in the list of devices."""
    agent = 'Firefox <script>pwned=1</script> Android "onload=pwned=1'
    User.objects.filter(pk=hostile.bob.pk).update(language=language)
    client = Client(headers={"user-agent": agent, "accept-language": LINK})
    form = {"login": hostile.bob.email, "password": "correct horse"}
    client.post("/accounts/login/password/", form)
    told = mail.outbox[-1]
    shown = client.get(f"/accounts/sessions/?language={language}").content.decode()
    for text in (told.body, told.alternatives[0].content, shown):
        assert ("Firefox · Android" in text, "pwned" in text) == (True, False)
    page = new_page()
    page.goto("about:blank")
    page.set_content(told.alternatives[0].content)
    nothing_runs(page)


@pytest.mark.parametrize("language", DIRECTION)
def test_no_message_and_no_file_runs_a_script_from_a_text(hostile, new_page, language):
    page = new_page()
    page.goto("about:blank")
    shown = list(letters(hostile, language))
    for html in shown:
        page.set_content(html)
        nothing_runs(page)
    assert "pwned" in "".join(shown)
    assert len(shown) == len(Reminder.Kind.values) + 2 * len(ACCOUNT_MAILS) + 3


def test_no_text_adds_to_a_calendar(hostile):
    for name in PAYLOADS:
        hostile.service.translations.update(name=name)
        calendar = Calendar.from_ical(calendars.feed(person=hostile.alice))
        (event,) = calendar.walk("VEVENT")
        assert event["SUMMARY"].startswith(name.replace("\r\n", "\n"))
        assert {each.name for each in calendar.walk()} == {"VCALENDAR", "VEVENT", "VALARM"}
