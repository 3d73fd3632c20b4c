"""Every page and state as somebody sees it: for the sweeps, and for the pictures of the gallery.

A page that is not among them, and is not said to be none, fails `tests/test_face.py`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

HOME, SERVICE = "en/", "en/services/<slug:slug>/"
GUIDE = "en/services/<slug:service_slug>/<slug:slug>/"
JOURNEYS, WIZARD = "en/journeys/", "en/journeys/<uuid:journey_id>/"
SURE = "en/journeys/<uuid:journey_id>/steps/<int:step_id>/sure/"
EXPERIENCE = "en/journeys/<uuid:journey_id>/experience/"
REPORT = "en/services/<slug:service_slug>/<slug:slug>/steps/<int:step_id>/report/"
OWN_ADD, OWN = "en/journeys/add/", "en/journeys/<uuid:journey_id>/service/"
OWN_FORGET, STORY = f"{OWN}forget/", "en/services/<slug:slug>/how-it-went/"
SETTINGS = "en/settings/"
RECORD = "en/journeys/<uuid:journey_id>/record/"
ANSWER, STOP = "answer/<str:token>/<slug:answer>/", "stop/<slug:key>/"
STOP_JOURNEY = "stop/<slug:key>/<uuid:journey_id>/"
FAILURE, COMPONENTS, OUTBOX = "fails/<str:how>/", "components/", "outbox/"
KEY = "/accounts/2fa/webauthn/keys/{secured.passkey}/"
KEY_ROUTE = "accounts/2fa/webauthn/keys/<int:pk>/"

# Addresses without a page of their own. (Those of acts lead to the page with their button.)
NO_PAGES = {
    "healthz",
    "manifest.webmanifest",
    "robots.txt",
    "sitemap.xml",
    "sitemap-<slug:section>.xml",
    "api/services.json",
    "api/services/<slug:slug>.json",
    "api/lookup",
    "api/schema/v1.json",
    "en/opensearch.xml",
    "calendar/<slug:key>.ics",
    "en/journeys/<uuid:journey_id>/steps/<int:step_id>/event.ics",
    "answer/<str:token>/",
    "accounts/login/code/",
    "accounts/password/reset/done/",
    "en/settings/export/",
    ".well-known/change-password",
    ".well-known/security.txt",
    "accounts/2fa/recovery-codes/download/",
    "accounts/2fa/webauthn/login/",
}


@dataclass(frozen=True)
class Sight:
    """`path` is filled in from the stage; `then` is done on the page before one looks."""

    name: str
    route: str
    path: str
    who: str | None = None
    then: Callable[[Page], None] | None = None
    status: int = 200


def send(**fields: str) -> Callable[[Page], None]:
    """Fill in the form of the page and send it."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.fill(f"main [name={name}]", value)
        with page.expect_navigation():
            page.locator("main form button:not([type=button])").first.click()

    return act


def open_all(page: Page) -> None:
    page.locator("main details:not([open]) > summary").evaluate_all(
        "all => all.forEach(each => each.click())"
    )


def open_languages(page: Page) -> None:
    page.locator(".language-menu button").click()


def tick_off(page: Page) -> None:
    """The first two steps of a guide, as somebody without an account."""
    for number in range(2):
        page.locator("[data-tick]").nth(number).click()


def with_something_begun_here(page: Page) -> None:
    """The same page, in a browser that has kept what was ticked off in it."""
    kept = {"title": "Wayout", "path": page.url, "done": {"1": "2026-11-21T12:00:00Z"}}
    progress = json.dumps({"amazon/contact-customer-service": kept})
    page.evaluate("kept => localStorage.setItem('wayout.progress', kept)", progress)
    page.reload()


def take_along(page: Page) -> None:
    with_something_begun_here(page)
    with page.expect_navigation():
        page.locator("[data-take-along] .button").first.click()


def from_another_page(page: Page) -> None:
    """The same page, come to from one of ours."""
    page.goto(page.url, referer=page.url)


def visited(name: str, path: str = "", *, query: str = "", who: str = "", **more: object) -> Sight:
    """The wizard as the traveller `name` sees it."""
    journey = "{" + name + ".journey}"
    return Sight(
        f"wizard-{path or name}", WIZARD, f"/{{l}}/journeys/{journey}/{query}", who or name, **more
    )


def asked(name: str, who: str | None, path: str, route: str = "", **more: object) -> Sight:
    """A page of signing in, whose address names no language."""
    return Sight(name, route or path.lstrip("/"), f"{path}?language={{l}}", who, **more)


SIGHTS = [
    # The catalogue
    Sight("home", HOME, "/{l}/"),
    Sight("home-languages", HOME, "/{l}/", then=open_languages),
    Sight("home-signed-in", HOME, "/{l}/", "alice"),
    Sight("home-found", HOME, "/{l}/?q=amazon"),
    Sight("home-similar", HOME, "/{l}/?q=netflix.nowhere"),
    Sight("home-nothing-found", HOME, "/{l}/?q=zzzz"),
    Sight("home-second-page", HOME, "/{l}/?page=2"),
    Sight("home-narrowed", HOME, "/{l}/?difficulty=easy"),
    Sight("home-narrowed-to-nothing", HOME, "/{l}/?q=amazon&difficulty=impossible&checked=on"),
    Sight("home-begun-here", HOME, "/{l}/", then=with_something_begun_here),
    Sight("service", SERVICE, "/{l}/services/amazon/"),
    Sight("service-draft", SERVICE, "/{l}/services/shop/", "edda"),
    Sight("service-one-way", SERVICE, "/{l}/services/netflix/"),
    Sight("service-imported", SERVICE, "/{l}/services/gizmo/"),
    Sight("guide", GUIDE, "/{l}/services/amazon/contact-customer-service/"),
    Sight("guide-continued", GUIDE, "/{l}/services/aliexpress/phone/"),
    Sight("guide-begun", GUIDE, "/{l}/services/amazon/closure-page/", "alice"),
    Sight("guide-ticked", GUIDE, "/{l}/services/amazon/closure-page/", then=tick_off),
    Sight("guide-imported", GUIDE, "/{l}/services/gizmo/justdeleteme/", then=open_all),
    Sight("guide-untranslated", GUIDE, "/{l}/services/shop/untranslated/"),
    Sight("guide-draft", GUIDE, "/{l}/services/shop/draft/", "edda"),
    Sight(
        "report", REPORT, "/{l}/services/amazon/contact-customer-service/steps/{first.next}/report/"
    ),
    Sight(
        "report-refused",
        REPORT,
        "/{l}/services/amazon/contact-customer-service/steps/{first.next}/report/",
        then=send(reply_to="kari"),
    ),
    Sight(
        "report-sent",
        REPORT,
        "/{l}/services/amazon/contact-customer-service/steps/{first.next}/report/?sent",
    ),
    Sight("service-unguided", SERVICE, "/{l}/services/unguided/"),
    Sight("story", STORY, "/{l}/services/unguided/how-it-went/", "bob"),
    Sight("story-empty", STORY, "/{l}/services/unguided/how-it-went/", "bob", send(text="")),
    # Journeys
    Sight("journeys", JOURNEYS, "/{l}/journeys/", "alice"),
    Sight("journeys-unreachable", JOURNEYS, "/{l}/journeys/", "waiting"),
    Sight("journeys-none", JOURNEYS, "/{l}/journeys/", "bob"),
    Sight("journeys-many", JOURNEYS, "/{l}/journeys/", "many"),
    Sight("journeys-take-along", JOURNEYS, "/{l}/journeys/", "bob", with_something_begun_here),
    Sight("taken-along", JOURNEYS, "/{l}/journeys/", "edda", take_along),
    visited("first", then=open_all),
    visited("begun"),
    visited("begun", "step-done", query="?step={begun.steps[0]}"),
    visited("final"),
    visited("waiting", then=open_all),
    visited("unaware"),
    visited("ready"),
    visited("over"),
    visited("overdue"),
    visited("overdue", "still-there", query="?still-there&step={overdue.steps[6]}"),
    visited("deadline"),
    visited("lapsed"),
    visited("check"),
    visited("check", "found-after-all", query="?still-there&step={check.steps[6]}"),
    visited("phone"),
    visited("paid"),
    visited("letter"),
    visited("ended"),
    visited("imported"),
    *(visited(name) for name in ("gone", "deactivated", "refused", "no_answer", "gave_up")),
    visited("first", "act-refused", who="hasty"),
    Sight("experience", EXPERIENCE, "/{l}/journeys/{gone.journey}/experience/", "gone"),
    Sight(
        "experience-refused",
        EXPERIENCE,
        "/{l}/journeys/{gave_up.journey}/experience/",
        "gave_up",
        send(),
    ),
    # Out of a service of one's own
    Sight("own-add", OWN_ADD, "/{l}/journeys/add/?name=24", "bob"),
    Sight("own-add-anonymous", OWN_ADD, "/{l}/journeys/add/?language={l}"),
    Sight(
        "own-add-refused",
        OWN_ADD,
        "/{l}/journeys/add/",
        "bob",
        send(name="", address="javascript:1", wait_days="0"),
    ),
    Sight("own-known", OWN_ADD, "/{l}/journeys/add/", "asking", send(name="24/7")),
    Sight("own-change", OWN, "/{l}/journeys/{asking.journey}/service/", "asking"),
    Sight("own-forget", OWN_FORGET, "/{l}/journeys/{asking.journey}/service/forget/", "asking"),
    visited("asking", then=open_all),
    visited("patient"),
    Sight("sure", SURE, "/{l}/journeys/{final.journey}/steps/{final.next}/sure/", "final"),
    # Settings
    Sight("settings", SETTINGS, "/{l}/settings/", "alice", open_all),
    Sight("settings-new", SETTINGS, "/{l}/settings/", "bob"),
    Sight("settings-bounced", SETTINGS, "/{l}/settings/", "waiting"),
    Sight("settings-saved", SETTINGS, "/{l}/settings/", "bob", send()),
    # What is known of a person
    Sight("privacy", "en/privacy/", "/{l}/privacy/"),
    Sight("leave", "en/settings/leave/", "/{l}/settings/leave/", "bob"),
    Sight("goodbye", "en/goodbye/", "/{l}/goodbye/"),
    Sight("record", RECORD, "/{l}/journeys/{final.journey}/record/", "final"),
    # What an e-mail leads to
    *(
        Sight(f"answer-{answer}", ANSWER, f"/answer/{{{place}}}/{answer}/")
        for answer, place in {
            "gone": "over.over",
            "not_yet": "over.no_answer",
            "more_time": "over.over",
            "refused": "over.no_answer",
            "over": "ready.could_be_over",
            "done": "deadline.deadline_near",
        }.items()
    ),
    Sight("answer-days-missing", ANSWER, "/answer/{over.over}/more_time/", then=send(days="")),
    Sight("answer-moved-on", ANSWER, "/answer/{gone.over}/gone/"),
    Sight("stop", STOP, "/stop/{over.stop}/"),
    Sight("stop-journey", STOP_JOURNEY, "/stop/{over.stop}/{over.journey}/"),
    Sight("stopped", STOP, "/stop/{overdue.stop}/", then=send()),
    # Signing in
    asked("sign-in", None, "/accounts/login/"),
    asked("sign-in-refused", None, "/accounts/login/", then=send(login="kari")),
    asked("sign-in-code", "signing in", "/accounts/login/code/confirm/", then=open_all),
    asked("sign-in-wrong", "signing in", "/accounts/login/code/confirm/", then=send(code="1")),
    asked("sign-in-password", None, "/accounts/login/password/"),
    asked(
        "sign-in-password-wrong",
        None,
        "/accounts/login/password/",
        then=send(login="alice@example.org", password="x"),
    ),
    asked("sign-up", None, "/accounts/signup/"),
    asked("sign-up-code", "signing up", "/accounts/confirm-email/"),
    asked("forgotten", None, "/accounts/password/reset/"),
    asked("forgotten-code", "forgetful", "/accounts/password/reset/confirm/"),
    asked("forgotten-new", "remembering", "/accounts/password/reset/complete/"),
    asked("sign-out", "bob", "/accounts/logout/"),
    asked("closed", None, "/accounts/inactive/"),
    asked("is-it-you", "alice", "/accounts/reauthenticate/"),
    asked("address", "bob", "/accounts/email/"),
    asked("address-code", "moving", "/accounts/confirm-email/"),
    asked(
        "password", "alice", "/accounts/password/change/", then=send(oldpassword="", password1="")
    ),
    asked("password-first", "bob", "/accounts/password/set/"),
    # Ways to sign in
    asked("is-it-you-offered", "bob", "/accounts/2fa/totp/activate/"),
    asked("is-it-you-code", "proving", "/accounts/prove/"),
    asked("is-it-you-app", "secured", "/accounts/2fa/reauthenticate/"),
    asked("is-it-you-passkey", "secured", "/accounts/2fa/webauthn/reauthenticate/"),
    asked("second-step", "half in", "/accounts/2fa/authenticate/"),
    asked("second-step-wrong", "half in", "/accounts/2fa/authenticate/", then=send(code="1")),
    asked("ways", "secured", "/accounts/2fa/"),
    asked("ways-none", "alice", "/accounts/2fa/"),
    asked("app-on", "alice, proved", "/accounts/2fa/totp/activate/"),
    asked("app-on-wrong", "alice, proved", "/accounts/2fa/totp/activate/", then=send(code="1")),
    asked("app-off", "secured, proved", "/accounts/2fa/totp/deactivate/"),
    asked("codes", "secured, proved", "/accounts/2fa/recovery-codes/"),
    asked("codes-new", "secured, proved", "/accounts/2fa/recovery-codes/generate/"),
    asked("passkeys", "secured, proved", "/accounts/2fa/webauthn/"),
    asked("passkeys-none", "alice, proved", "/accounts/2fa/webauthn/"),
    asked("passkey-new", "alice, proved", "/accounts/2fa/webauthn/add/"),
    asked("passkey-name", "secured, proved", f"{KEY}edit/", f"{KEY_ROUTE}edit/"),
    asked("passkey-off", "secured, proved", f"{KEY}remove/", f"{KEY_ROUTE}remove/"),
    asked("devices", "on two devices", "/accounts/sessions/"),
    # When something is wrong
    asked("fails-400", None, "/fails/400/", FAILURE, status=400),
    asked("fails-403", "bob", "/fails/403/", FAILURE, status=403),
    asked("fails-csrf", None, "/fails/csrf/", FAILURE, then=from_another_page, status=403),
    Sight("fails-404", FAILURE, "/{l}/nowhere/", status=404),
    asked("fails-404-signed-in", "bob", "/fails/404/", FAILURE, status=404),
    asked("fails-429", None, "/fails/429/", FAILURE, status=429),
    asked("fails-500", None, "/fails/500/", FAILURE, status=500),
    # With DEBUG
    asked("components", None, "/components/"),
    asked("outbox", None, "/outbox/"),
]
