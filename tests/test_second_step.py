"""The app for codes, recovery codes, signed-in devices, and what is told of changes by mail.

Passkeys are in `test_passkeys`: they need a browser.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import translation

from guides import devices
from guides.models import User
from tests import factories, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOGIN, SECOND_STEP = "/accounts/login/", "/accounts/2fa/authenticate/"
FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
WRONG = ["This code is not right, or it has been used already."]


@pytest.fixture
def alice() -> User:
    return factories.make_user()


def sign_in(client: Client, **headers: str) -> Any:
    client.post(LOGIN, {"login": "alice@example.org"}, headers=headers)
    code = {"code": factories.code_of_last_mail()}
    return client.post("/accounts/login/code/confirm/", code, headers=headers)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def proved(person: User) -> Client:
    client = Client()
    client.force_login(person)
    factories.prove(client)
    return client


# --- The app --------------------------------------------------------------------------------------


def set_up_app(client: Client) -> str:
    """The key that the page shows, once the app is on."""
    page = pages.read(client.get("/accounts/2fa/totp/activate/"))
    key = page.one("bdi", class_="address").text
    response = client.post("/accounts/2fa/totp/activate/", {"code": factories.app_code(key)})
    assert response.url == "/accounts/2fa/recovery-codes/"
    return key


def test_the_app_on_the_same_phone_is_opened_with_the_key(alice: User) -> None:
    page = pages.read(proved(alice).get("/accounts/2fa/totp/activate/"))
    key = page.one("bdi", class_="address").text
    (link,) = (a["href"] for a in page.all("a") if a.text == "Open in my app")
    address = urlsplit(link)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query)["secret"] == [key]


def test_with_an_app_a_code_by_mail_is_not_enough(alice: User, client: Client, clock: Any) -> None:
    key = set_up_app(proved(alice))
    clock.shift(timedelta(minutes=1))
    assert sign_in(client).url == SECOND_STEP
    assert not is_signed_in(client)
    response = client.post(SECOND_STEP, {"code": "000000"})
    assert response.context["form"].errors == {"code": WRONG}
    response = client.post(SECOND_STEP, {"code": factories.app_code(key)})
    assert (response.url, is_signed_in(client)) == ("/en/journeys/", True)


@pytest.mark.parametrize("seconds", [-30, 30])
def test_the_code_of_another_half_minute_is_refused(
    alice: User, client: Client, clock: Any, seconds: int
) -> None:
    factories.make_second_step(alice)
    sign_in(client)
    clock.shift(timedelta(seconds=seconds))
    code = factories.app_code()
    clock.move_to(NOW)
    assert client.post(SECOND_STEP, {"code": code}).context["form"].errors == {"code": WRONG}


def test_a_code_of_the_app_works_once(alice: User) -> None:
    factories.make_second_step(alice)
    clients = [Client(), Client()]
    for each in clients:
        sign_in(each)
        each.post(SECOND_STEP, {"code": factories.app_code()})
    assert [is_signed_in(each) for each in clients] == [True, False]


def test_a_code_of_the_app_in_the_digits_of_another_script(alice: User, client: Client) -> None:
    factories.make_second_step(alice)
    sign_in(client)
    arabic = factories.app_code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    client.post(SECOND_STEP, {"code": arabic})
    assert is_signed_in(client)


def test_a_recovery_code_works_once(alice: User) -> None:
    codes = factories.make_second_step(alice)
    clients = [Client(), Client()]
    for each in clients:
        sign_in(each)
        each.post(SECOND_STEP, {"code": codes[3]})
    assert [is_signed_in(each) for each in clients] == [True, False]


def test_codes_cannot_be_tried_without_end(alice: User, client: Client) -> None:
    factories.make_second_step(alice)
    sign_in(client)
    for _ in range(5):
        client.post(SECOND_STEP, {"code": "000000"})
    response = client.post(SECOND_STEP, {"code": factories.app_code()})
    told = ["Too many tries. Wait a little, then ask for a new code."]
    assert (response.context["form"].errors, is_signed_in(client)) == ({"code": told}, False)


def test_editors_need_their_second_step_for_the_admin(alice: User, client: Client) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    factories.make_second_step(alice)
    assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=%2Fadmin%2F"
    form = {"login": "alice@example.org", "password": "correct horse", "next": "/admin/"}
    assert client.post("/accounts/login/password/", form).url == SECOND_STEP
    assert client.get("/admin/").status_code == 302
    client.post(SECOND_STEP, {"code": factories.app_code()})
    assert client.get("/admin/").status_code == 200


def test_keys_cannot_be_read_in_the_database(alice: User, settings: Any) -> None:
    codes = factories.make_second_step(alice)
    app, recovery = (alice.authenticator_set.get(type=t) for t in ("totp", "recovery_codes"))
    assert factories.APP_KEY not in str(app.data)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert app.wrap().validate_code(factories.app_code())
    assert recovery.wrap().get_unused_codes() == codes


# --- Fresh proofs ---------------------------------------------------------------------------------

GUARDED = ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"]


@pytest.mark.parametrize("path", GUARDED)
def test_a_second_step_is_set_up_with_a_fresh_proof(client: Client, path: str) -> None:
    client.force_login(factories.make_user(password=None))
    page = client.get(path)
    assert (page.templates[0].name, mail.outbox) == ("account/offer_proof.html", [])
    response = client.post(path, {"prove": "1"})
    assert response.url.startswith("/accounts/prove/?next=%2Faccounts%2F2fa%2F")
    response = client.post(response.url, {"code": factories.code_of_last_mail()})
    assert response.url == path
    assert client.get(path).templates[0].name.endswith(("activate_form.html", "add_form.html"))


@pytest.mark.parametrize("path", [*GUARDED, "/accounts/email/", "/accounts/password/set/"])
def test_whoever_finds_a_signed_in_phone_changes_nothing(client: Client, path: str) -> None:
    alice = factories.make_user(password=None)
    client.force_login(alice)
    form = {"email": "thief@example.org", "action_add": "1", "password1": "four words in a row"}
    response = client.post(path, {**form, "code": "000000", "credential": "{}"})
    assert response.url.startswith("/accounts/prove/")
    assert [message.to for message in mail.outbox] == [["alice@example.org"]]
    alice.refresh_from_db()
    assert (alice.has_usable_password(), Authenticator.objects.count()) == (False, 0)


# --- Devices --------------------------------------------------------------------------------------


def test_of_a_device_only_the_browser_is_known(alice: User, client: Client) -> None:
    sign_in(client, user_agent=FIREFOX)
    row = UserSession.objects.get()
    assert (row.user_agent, row.ip) == ("Firefox · Android", devices.NO_ADDRESS)
    row.save()  # changes nothing more
    row.refresh_from_db()
    assert row.user_agent == "Firefox · Android"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (FIREFOX, "Firefox · Android"),
        (CHROME, "Chrome · Windows"),
        (f"{CHROME} Edg/142.0.0.0", "Edge · Windows"),
        (f"{CHROME} OPR/120.0", "Opera · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari · iOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
            "Chrome · iOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
            "Samsung Internet · Android",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/142.0", "Chrome · ChromeOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "Safari · macOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_by_its_name(user_agent: str, said: str) -> None:
    assert devices.seen_as(user_agent) == said
    assert devices.seen_as(said) == said


def test_signing_out_everywhere_else(alice: User) -> None:
    here, there, bobs = Client(), Client(), Client()
    for each, browser in ((here, FIREFOX), (there, CHROME)):
        sign_in(each, user_agent=browser)
    bobs.force_login(factories.make_user("bob"))
    page = pages.read(there.get("/accounts/sessions/"))
    assert page.texts("dt") == ["Chrome · Windows This device", "Firefox · Android"]
    here.post("/accounts/sessions/")
    answers = [each.get("/en/settings/").status_code for each in (here, there, bobs)]
    assert answers == [200, 302, 200]


# --- Mail about changes ---------------------------------------------------------------------------


def test_a_sign_in_from_another_browser_is_told_once(alice: User, client: Client) -> None:
    for _ in range(2):
        sign_in(client, user_agent=FIREFOX)
        client.post("/accounts/logout/")
    subjects = [message.subject for message in mail.outbox]
    assert subjects == ["Your code", "A change to your account", "Your code"]
    sign_in(Client(), user_agent=CHROME)
    assert "Chrome · Windows" in mail.outbox[-1].body
    assert (
        "Sunday 22\N{NO-BREAK SPACE}November, 13:00" in mail.outbox[-1].body
    )  # as it is where Alice lives


def test_a_browser_known_to_alice_is_not_known_to_bob(alice: User, client: Client) -> None:
    sign_in(client)
    client.post("/accounts/logout/")
    factories.make_user("bob")
    client.post(LOGIN, {"login": "bob@example.org"})
    client.post("/accounts/login/code/confirm/", {"code": factories.code_of_last_mail()})
    told = [m.to for m in mail.outbox if m.subject == "A change to your account"]
    assert told == [["alice@example.org"], ["bob@example.org"]]


def test_a_forged_mark_of_a_known_browser_is_none(alice: User, client: Client) -> None:
    sign_in(client)
    value = client.cookies["devices"].value
    stranger = Client()
    stranger.cookies["devices"] = value[:-3] + "xyz"
    sign_in(stranger)
    assert mail.outbox[-1].subject == "A change to your account"
    assert "alice" not in value


def test_who_signs_up_is_not_told_of_it(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "new@example.org"})
    client.post("/accounts/confirm-email/", {"code": factories.code_of_last_mail()})
    assert is_signed_in(client)
    assert [message.subject for message in mail.outbox] == ["Your code"]


def change_address(client: Client) -> None:
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": "1"})
    client.post("/accounts/confirm-email/", {"code": factories.code_of_last_mail()})


def change_password(client: Client) -> None:
    form = {"oldpassword": "correct horse", "password1": "five words in one row"}
    client.post("/accounts/password/change/", form)


def set_password(client: Client) -> None:
    User.objects.update(password="!")
    client.force_login(User.objects.get())
    factories.prove(client)
    client.post("/accounts/password/set/", {"password1": "five words in one row"})


def new_codes(client: Client) -> None:
    factories.make_second_step(User.objects.get())
    client.post("/accounts/2fa/recovery-codes/generate/")


def app_off(client: Client) -> None:
    factories.make_second_step(User.objects.get())
    client.post("/accounts/2fa/totp/deactivate/")


def passkey_off(client: Client) -> None:
    factories.make_second_step(User.objects.get())
    key = Authenticator.objects.get(type="webauthn").pk
    client.post(f"/accounts/2fa/webauthn/keys/{key}/remove/")


ACTS = [change_address, change_password, set_password, set_up_app, new_codes, app_off, passkey_off]


@pytest.mark.django_db(transaction=True)  # some are sent when the change is committed
@pytest.mark.parametrize("language", ["en", "ar", "nb"])
@pytest.mark.parametrize("act", ACTS)
def test_every_change_is_told_to_the_address_there_was(
    act: Callable[[Client], Any], language: str
) -> None:
    alice = factories.make_user(language=language)
    act(proved(alice))
    message = mail.outbox[-1]
    with translation.override(language):
        assert message.subject == translation.gettext("A change to your account")
    assert message.to == ["alice@example.org"]
    everything = message.body + str(message.alternatives[0].content)
    assert not re.search(r"new@example\.org|127\.0\.0\.1|alice", everything)
    assert f'lang="{language}"' in everything


def test_a_notice_that_does_not_get_out_stops_nobody(
    alice: User, client: Client, settings: Any, caplog: Any
) -> None:
    client.post(LOGIN, {"login": "alice@example.org"})
    code = factories.code_of_last_mail()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert is_signed_in(client)
    told = "A message about an account did not get out: ConnectionRefusedError"
    assert caplog.messages[-1] == told
