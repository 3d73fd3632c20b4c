"""What every test can ask for: an SMTP server, a browser. The people and guides: `factories`."""

import email
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from email.policy import default as email_policy
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, sync_playwright

from guides import memory
from tests import chromium

pytest.register_assert_rewrite("tests.domain.trips")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: from the first one on, Django's guard against async code is off."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page leaves itself, its language, its time zone, and tries in a table that no test's end
    empties: the next test begins without."""
    memory.pages.clear()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        cache.clear()
    yield
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    """Stands at the `NOW` of the test's module until the test moves it."""
    with time_machine.travel(request.module.NOW, tick=False) as traveller:
        yield traveller


# --- E-mail ---------------------------------------------------------------------------------------


class Mailbox(Controller):
    """A real SMTP server on a free port of loopback; `messages` holds what it was given.

    `raw` holds the bytes themselves.
    """

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0)
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []

    def _trigger_server(self) -> None:
        # The controller connects to itself to see that it runs: by now the system chose the port.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = email.message_from_bytes(envelope.original_content, policy=email_policy)
        self.messages.append(message)
        self.raw.append(envelope.original_content)
        return "250 OK"


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[Mailbox]:
    """All e-mail of the test goes over SMTP to this server."""
    mailbox = Mailbox()
    mailbox.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    yield mailbox
    mailbox.stop()


# --- The browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django takes for async code: its guard
    # has to be off as long as the browser is open.
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(**chromium.launch_options())
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any, settings: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page in a new profile; takes the options of a playwright context, such as `locale`.

    Fails the test if any of its pages has an error in the console, breaks the content security
    policy or asks a foreign host for anything.
    """
    settings.SITE_URL = live_server.url
    with ExitStack() as stack:

        def open_page(**options: Any) -> Page:
            context = browser.new_context(**{"base_url": live_server.url, **options})
            context.set_default_timeout(10_000)
            stack.enter_context(chromium.watched(context, urlsplit(live_server.url).netloc))
            stack.callback(context.close)
            return context.new_page()

        yield open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
