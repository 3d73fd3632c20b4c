"""Scripts in every text that a person or an editor can write: in a browser, none of them runs.

The pages are those of the table in `test_sweeps` on which the texts stand. A page that shows one
and is not in it, or an e-mail that is not named here, is not looked at.
"""

import io
import zipfile
from collections.abc import Iterator
from itertools import cycle

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from guides import emails
from guides.domain import answers, calendars, privacy, search
from guides.models import Guide, Message, Reminder, Service, Step, User
from tests import factories
from tests.test_sweeps import DIRECTION, ROUTES, World, client_of, clock

__all__ = ["clock"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

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
        paths.add(
            path.replace(str(hostile.journey.pk), "ID").replace(
                f"/{hostile.way['ask'].pk}/sure/", "/1/sure/"
            )
        )
    return paths


@pytest.mark.parametrize("language", DIRECTION)
def test_no_page_runs_a_script_from_a_text(hostile, new_page, live_server, language):
    """Nor does one try: the browser would say that the security policy was broken."""
    paths = visit(hostile, new_page, live_server, language)
    own = {path for path in paths if path.startswith(f"/{language}/")}
    assert own == {f"/{language}/{path}" for path in OWN}
    others = {path.split("/")[1] for path in paths - own}
    assert others == {"accounts", "admin", "answer", "stop"}
    assert len([path for path in paths if path.startswith("/admin/")]) == 18


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
    with zipfile.ZipFile(io.BytesIO(privacy.export(person=person, now=timezone.now()))) as archive:
        yield archive.read("wayout.html").decode()


@pytest.mark.parametrize("language", DIRECTION)
def test_no_message_and_no_file_runs_a_script_from_a_text(hostile, new_page, language):
    page = new_page()
    page.goto("about:blank")
    shown = list(letters(hostile, language))
    for html in shown:
        page.set_content(html)
        nothing_runs(page)
    assert "pwned" in "".join(shown)
    assert len(shown) == len(Reminder.Kind.values) + 1


def test_no_text_adds_to_a_calendar(hostile):
    for name in PAYLOADS:
        hostile.service.translations.update(name=name)
        calendar = Calendar.from_ical(calendars.feed(person=hostile.alice))
        (event,) = calendar.walk("VEVENT")
        assert event["SUMMARY"].startswith(name.replace("\r\n", "\n"))
        assert {each.name for each in calendar.walk()} == {"VCALENDAR", "VEVENT", "VALARM"}
