"""Finds Chromium, and watches what a page does in it. Run as a module: is there one?"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response
from playwright.sync_api import sync_playwright as playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these, Chromium looks for Google's hosts at every start.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# How axe has to look: else it fetches style sheets again and puts what they import into the page,
# against the policy.
AS_IT_IS = {"preload": False}

ADDRESS = re.compile(r"[^\s/?&=@]@[^\s/?&=@]+\.\w")


def system_executable() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch_options() -> dict[str, object]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root cannot have one
    return {"executable_path": system_executable(), "args": FLAGS + sandbox}


# How htmx notes that nobody waits for an answer any more, since one has typed on.
TAKEN_BACK = ("htmx:sendAbort", "htmx:afterRequest")


@contextmanager
def watched(context: BrowserContext, host: str) -> Iterator[list[str]]:
    """Fails in the end if a page had an error, broke the security policy, called another host or
    named an e-mail address in a URL.
    """
    problems = note_problems(context, host)
    yield problems
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def note_problems(context: BrowserContext, host: str) -> list[str]:
    """Grows by every error of a page, breach of the security policy, call of another host and
    e-mail address in a URL.

    An answer such as 404 or 409 to a page or a form is no error: that is for the test to judge.
    """
    problems: list[str] = []
    answers: set[str] = set()

    def answered(response: Response) -> None:
        is_form = response.request.resource_type in {"document", "xhr", "fetch"}
        if is_form and 400 <= response.status < 500:
            answers.add(response.url)

    def requested(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != host:
            problems.append(f"a request to a foreign host: {request.url}")
        if address.scheme != "data" and ADDRESS.search(unquote(unquote(request.url))):
            problems.append(f"an e-mail address in a URL: {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type != "error" or message.text.startswith(TAKEN_BACK):
            return
        url = message.location.get("url", "")
        if message.text.startswith("Failed to load resource") and url in answers:
            return
        problems.append(f"an error in the console: {message.text} ({url})")

    def opened(page: Page) -> None:
        page.on("pageerror", lambda error: problems.append(f"an error in a script: {error}"))

    context.on("response", answered)
    context.on("request", requested)
    context.on("console", said)
    context.on("page", opened)
    return problems


def executable() -> str:
    """A Chromium of the system, else the place of playwright's own."""
    with playwright() as running:
        return system_executable() or running.chromium.executable_path


if __name__ == "__main__":
    sys.exit(0 if Path(executable()).exists() else "There is no Chromium here.")
