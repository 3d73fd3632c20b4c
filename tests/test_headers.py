"""What browsers are told with every answer, and what they do about it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.signing import Signer
from django.test import Client
from playwright.sync_api import Page

from guides.models import Reminder, User
from tests import chromium, factories
from tests.test_sweeps import ROUTES, World, client_of

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
ODD = ["/nowhere/", "/en/nowhere/", "/accounts/nowhere/", "/static/nowhere.css", "/"]


@pytest.fixture
def world() -> World:
    return World()


def answers(world: World, route: str) -> list[Any]:
    method, _, pattern = route.partition(" ")
    path = world.path(pattern)
    return [getattr(client_of(p), method.lower())(path) for p in world.people()]


def wrong(response: Any) -> dict[str, Any]:
    """The documented headers that are not as docs/OPERATIONS.md says."""
    found = {name: response.headers.get(name) for name in HEADERS}
    policy = set((response.headers.get("Content-Security-Policy") or "").split("; "))
    bad = {name: value for name, value in found.items() if value != HEADERS[name]}
    if policy != POLICY:
        bad["Content-Security-Policy"] = policy ^ POLICY
    if "camera=()" not in (response.headers.get("Permissions-Policy") or ""):
        bad["Permissions-Policy"] = response.headers.get("Permissions-Policy")
    return bad


@pytest.mark.parametrize("path", ODD)
def test_so_has_what_is_not_there(world: World, path: str) -> None:
    assert wrong(Client().get(path)) == {}


def test_static_files_have_them_too() -> None:
    response = Client().get("/static/css/base.css")
    headers = response.headers
    response.close()
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


# Nothing of a person is in these, whoever asks.
OPEN = (
    "en/",
    "en/services/",
    "healthz",
    "manifest.webmanifest",
    "robots.txt",
    "sitemap",
    ".well-known/",
    "api/",
    "en/opensearch.xml",
    "en/privacy/",
    "en/goodbye/",
)


@pytest.mark.parametrize("row", ROUTES)
def test_every_answer_has_the_headers_and_what_is_personal_is_kept_nowhere(
    world: World, row: str
) -> None:
    responses = answers(world, row)
    assert [wrong(response) for response in responses] == [{}] * 5
    nobody, *others = [response.headers.get("Cache-Control") or "" for response in responses]
    route = row.partition(" ")[2]
    if route.startswith("api/"):  # where nobody is anybody, see guides/open_door.py
        assert set(others) == {nobody}
    else:
        assert [each for each in others if "no-store" not in each] == []
    is_open = route == OPEN[0] or route.startswith(OPEN[1:])
    if not is_open and responses[0].status_code == 200:
        assert "no-store" in nobody


def test_public_pages_may_be_kept_by_those_who_are_not_signed_in(world: World) -> None:
    response = Client().get("/en/services/amazon/")
    assert "no-store" not in response.headers.get("Cache-Control", "")


# --- With HTTPS -----------------------------------------------------------------------------------

PRODUCTION = {
    "DEBUG": "false",
    "SITE_URL": "https://wayout.example",
    "ALLOWED_HOSTS": "wayout.example",
    "SECRET_KEY": "made-up-for-this-test-qJ4vW8zT1xN6bR3kY7mP0sD5fG2hL9cA",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "BEHIND_PROXY": "true",
    "ADMINS": "ops@wayout.example",
}


def in_production(code: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python as a real installation would, with an empty database."""
    environment = {**os.environ, **PRODUCTION, "DATABASE_URL": "sqlite://:memory:", **more}
    begin = "import django; django.setup()\nfrom django.test import Client\n"
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", begin + code],
        env=environment, capture_output=True, text=True, check=False, cwd=configured.BASE_DIR,
    )  # fmt: skip


def test_with_https_everything_is_closed() -> None:
    done = in_production(
        "from django.core.management import call_command\n"
        "from django.conf import settings\n"
        "settings.STORAGES['staticfiles']['BACKEND'] = "
        "'django.contrib.staticfiles.storage.StaticFilesStorage'\n"
        "call_command('migrate', verbosity=0)\n"
        "web = Client(headers={'host': 'wayout.example', 'x-forwarded-proto': 'https',"
        " 'x-forwarded-for': '192.0.2.1'})\n"
        "page = web.get('/accounts/login/?language=ar')\n"
        "print(page.status_code, page.headers['Strict-Transport-Security'])\n"
        "web.post('/accounts/login/', {'login': 'a@b.example'})\n"
        "for name, one in sorted(web.cookies.items()):\n"
        "    print(name, one['secure'], one['httponly'], one['samesite'], one['path'],"
        " repr(one['domain']))\n"
        "print(web.get('/en/', headers={'x-forwarded-proto': 'http'}).headers['Location'])\n"
        "print(web.get('/en/', headers={'host': 'evil.example'}).status_code)\n"
    )
    assert done.stdout.splitlines() == [
        "200 max-age=31536000; includeSubDomains; preload",
        "__Host-csrf True True Lax / ''",
        "__Host-language True True Lax / ''",
        "__Host-session True True Lax / ''",
        "https://wayout.example/en/",
        "400",
    ], done.stderr


def test_the_deployment_check_has_nothing_to_say() -> None:
    done = in_production(
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
    )
    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL"])
def test_it_does_not_start_without(missing: str) -> None:
    done = in_production("", **{missing: ""})
    assert f"{missing} is not set" in done.stderr


# --- Sizes, ids, well-known addresses -------------------------------------------------------------


def test_what_is_too_large_is_not_read(client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": "a" * 1024 * 1024})
    many = client.post("/accounts/login/", {f"field{number}": "1" for number in range(2001)})
    assert (answer.status_code, many.status_code) == (400, 400)


def test_ids_that_can_be_guessed_open_nothing() -> None:
    """Numbers stand only below something unguessable, or where only its owner gets to, or are those
    of steps that everybody can read, or of what all editors see."""
    routes = {row.partition(" ")[2] for row in ROUTES if "<int:" in row}
    numbers = {route for route in routes if "<uuid:journey_id>" not in route}
    assert numbers == {
        "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        "admin/guides/guide/<path:object_id>/history/<int:revision_id>/",
        "en/services/<slug:service_slug>/<slug:slug>/steps/<int:step_id>/report/",
    }


def test_keys_in_addresses_are_too_many_to_try() -> None:
    people = [factories.make_user(name) for name in ("alice", "bob")]
    assert {len(person.stop_key) for person in people} == {16}  # of 64 signs: 96 bits
    assert people[0].stop_key != people[1].stop_key


@pytest.mark.parametrize("change", ["1:", "0", "x"])
def test_a_signed_link_that_was_altered_opens_nothing(world: World, change: str) -> None:
    token = world._parts("")["<str:token>"]
    number, _, signature = token.partition(":")
    altered = {
        "1:": f"{int(number) + 1}:{signature}",
        "0": Signer(key="another", salt="guides.answer").sign(number),
        "x": token[:-1] + ("A" if token[-1] != "A" else "B"),
    }[change]
    assert Client().get(f"/answer/{altered}/gone/").status_code == 404
    assert Client().get(f"/answer/{token}/gone/").status_code == 200
    assert Reminder.objects.filter(answered_at=None).exists()


def test_security_txt_can_be_read_by_programs(client: Client) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        response = client.get("/.well-known/security.txt")
    fields = dict(re.findall(r"(?m)^([\w-]+): (.+)$", response.content.decode()))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields == {
        "Contact": "mailto:wayout@example.org",
        "Expires": "2027-05-21T00:00:00Z",
        "Preferred-Languages": "en, ar, nb",
        "Canonical": "http://testserver/.well-known/security.txt",
    }
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(0) < expires - now < timedelta(days=365)


def test_password_managers_are_led_to_the_password() -> None:
    path = "/.well-known/change-password"
    for password, page in (("correct horse", "password_change"), (None, "password_set")):
        User.objects.all().delete()
        answer = client_of(factories.make_user(password=password)).get(path, follow=True)
        assert answer.templates[0].name == f"account/{page}.html"
    assert Client().get(path, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


# --- In a browser ---------------------------------------------------------------------------------

INLINE = """() => new Promise((answer) => {
  const broken = [];
  document.addEventListener("securitypolicyviolation", (e) => broken.push(e.effectiveDirective));
  const script = document.createElement("script");
  script.textContent = "window.hacked = 1";
  const link = document.createElement("div");
  link.innerHTML = '<img src="x" onerror="window.hacked = 1"><a href="javascript:hacked=1">x</a>';
  const image = new Image();
  const frame = document.createElement("iframe");
  frame.src = "/en/";
  document.body.append(script, link, image, frame);
  link.querySelector("a").click();
  image.src = "https://elsewhere.example/x.png";
  fetch("https://elsewhere.example/").catch(() => {});
  setTimeout(() => answer([window.hacked ?? "nothing ran", [...new Set(broken)].sort()]), 500);
})"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_runs_nothing_that_was_slipped_in(
    browser: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/accounts/login/")
    ran, broken = page.evaluate(INLINE)
    context.close()
    assert ran == "nothing ran"
    assert broken == ["connect-src", "frame-src", "img-src", "script-src-attr",
                      "script-src-elem"]  # fmt: skip


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_violation_fails_the_tests_that_watch(new_page: Callable[..., Page]) -> None:
    page = new_page()
    with chromium.watched(page.context, "localhost") as problems:
        page.goto("/accounts/login/")
        assert not [p for p in problems if "Content Security Policy" in p]
        problems.clear()
