"""Wayout as people meet it: gunicorn with two workers, DEBUG off, hashed and compressed files."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
SERVICE, GUIDE = "services/amazon/", "services/amazon/contact-customer-service/"


class Site(NamedTuple):
    """A running server, and in its database Alice with her journeys."""

    url: str
    port: int
    environment: dict[str, str]
    cookies: dict[str, str]  # Alice's, signed in
    wizard: str
    list: str

    def manage(self, *arguments: str) -> str:
        return run(self.environment, "manage.py", *arguments)


@contextmanager
def serving(database_url: str, *, journeys: int = 5) -> Iterator[Site]:
    """The site on a free port, with the shipped guides and so many journeys of Alice's."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": "for-the-tests-only",
        "SITE_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_PROXY": "false",
        "DATABASE_URL": database_url,
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }
    for command in ("migrate", "load_content", "collectstatic --noinput"):
        run(environment, "manage.py", *command.split(), "--verbosity", "0")
    hers = json.loads(run(environment, "-m", "tests.production", str(journeys)))
    with answering("config.wsgi", port, environment):
        yield Site(url, port, environment, **hers)


@contextmanager
def answering(application: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """Two workers of gunicorn that serve the application."""
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--log-level", "warning"]
    with ExitStack() as stack:
        server = stack.enter_context(
            subprocess.Popen(command, env=environment, cwd=ROOT)  # noqa: S603
        )
        stack.callback(server.terminate)
        for _ in range(300):
            if _is_open(port):
                break
            assert server.poll() is None, "gunicorn has ended by itself"
            time.sleep(0.1)
        yield


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(  # noqa: S603
        command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


# --- In a process of its own, on the database of the site -----------------------------------------


def make_alice(count: int) -> dict[str, Any]:
    """Her journeys, each at another place of its way; the wizard is that of a shipped guide."""
    from django.test import Client

    from guides.domain import journeys, standings
    from guides.models import Guide
    from tests import factories
    from tests.factories import wait

    now = datetime.now(UTC)
    alice = factories.make_user()

    def go(guide: Guide, steps: int, begun_at: datetime) -> Any:
        journey = journeys.start(user=alice, guide=guide, now=begun_at)
        for _ in range(steps):
            following = standings.of(journey=journey, now=begun_at).timeline.next
            if following and not following.is_running:
                journeys.complete_step(journey=journey, step=following.step, now=begun_at)
        return journey

    for number in range(count - 1):
        service = factories.make_service(domains=[f"service-{number}.example"])
        guide = factories.make_guide(service=service)
        rows = ["save", ("send", {"is_final": True}), ("review", wait(days=4)), "look", "tell"]
        factories.make_way(*rows, guide=guide)
        go(guide, number % 4, now - timedelta(days=number % 7))
    _, service_slug, slug, _ = GUIDE.split("/")
    shipped = Guide.objects.get(service__slug=service_slug, slug=slug)
    wizard = f"/en/journeys/{go(shipped, 4, now - timedelta(days=1)).pk}/"

    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(alice)
    client.get(wizard)  # brings the cookie of the forms
    cookies = {cookie.key: cookie.value for cookie in client.cookies.values()}
    return {"cookies": cookies, "wizard": wizard, "list": "/en/journeys/"}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make_alice(int(sys.argv[1]))))  # noqa: T201
