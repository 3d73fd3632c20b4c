"""Signing up, in and out; what a person may choose; which language and time zone a page has."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from guides.domain import accounts
from guides.middleware import PersonMiddleware
from guides.models import User
from tests import pages
from tests.factories import code_of_last_mail, make_user, prove

pytestmark = pytest.mark.django_db

LOGIN, SIGN_UP = "/accounts/login/", "/accounts/signup/"
SIGN_IN_CODE, ADDRESS_CODE = "/accounts/login/code/confirm/", "/accounts/confirm-email/"
PASSWORD_CODE = "/accounts/password/reset/confirm/"
WANTED = "/en/services/"
MORE = ["/accounts/2fa/", "/accounts/sessions/"]


def html_of(message: Any) -> str:
    return str(message.alternatives[0].content)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def without_tokens(response: HttpResponse, email: str) -> str:
    """The page, without what differs at every request."""
    page = re.sub(r'value="\w{64}"|x-csrftoken": "\w+', "", response.content.decode())
    return page.replace(email, "ADDRESS")


# --- Signing up -----------------------------------------------------------------------------------


def test_sign_up_by_code(client: Client) -> None:
    form = {"email": "Kari@Example.org", "time_zone": "America/Lima", "next": WANTED}
    response = client.post(f"{SIGN_UP}?language=nb", form)
    assert response.url == ADDRESS_CODE
    user = User.objects.get()
    assert (user.email, user.language, user.time_zone) == ("kari@example.org", "nb", "America/Lima")
    assert user.emailaddress_set.get().verified is False
    assert not is_signed_in(client)
    assert [message.to for message in mail.outbox] == [["kari@example.org"]]

    response = client.post(ADDRESS_CODE, {"code": code_of_last_mail()})
    assert response.url == WANTED
    assert is_signed_in(client)
    assert user.emailaddress_set.get().verified is True
    assert user.has_usable_password() is False


def test_sign_up_with_wrong_code(client: Client) -> None:
    client.post(SIGN_UP, {"email": "kari@example.org"})
    response = client.post(ADDRESS_CODE, {"code": "0000-000x"})
    assert response.context["form"].errors == {"code": ["This is not the code that we sent last."]}
    assert not is_signed_in(client)


def test_sign_up_without_address(client: Client) -> None:
    response = client.post(SIGN_UP, {"email": "kari"})
    assert list(response.context["form"].errors) == ["email"]
    assert User.objects.count() == 0


@pytest.mark.parametrize("guess", ["Mars/Olympus", "\x00", "x" * 5000, "../../x", "localtime"])
def test_a_strange_time_zone_is_no_error(client: Client, guess: str) -> None:
    response = client.post(SIGN_UP, {"email": "kari@example.org", "time_zone": guess})
    assert response.url == ADDRESS_CODE
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize(
    ("guess", "language", "zone"),
    [
        ("Asia/Kolkata", "nb", "Asia/Kolkata"),
        ("", "nb", "Europe/Oslo"),
        ("", "en", "UTC"),
        ("", "ar", "UTC"),
        ("Nowhere", "nb", "Europe/Oslo"),
    ],
)
def test_time_zone_to_begin_with(guess: str, language: str, zone: str) -> None:
    assert accounts.time_zone_to_begin_with(guess=guess, language=language) == zone


def test_sign_up_with_known_address_looks_the_same(client: Client) -> None:
    make_user("alice")
    stranger, pages = Client(), {}
    for who, email in ((client, "alice@example.org"), (stranger, "new@example.org")):
        response = who.post(SIGN_UP, {"email": email})
        assert (response.status_code, response.url) == (302, ADDRESS_CODE)
        pages[email] = without_tokens(who.get(ADDRESS_CODE), email)
    assert pages["alice@example.org"] == pages["new@example.org"]
    subjects = ["You have an account already", "Your code"]
    assert [message.subject for message in mail.outbox] == subjects
    assert User.objects.filter(email="alice@example.org").count() == 1


def test_mail_to_known_address_leads_to_the_entrance_of_the_same_browser(client: Client) -> None:
    make_user("alice")
    client.post(f"{SIGN_UP}?language=ar", {"email": "alice@example.org", "next": WANTED})
    [link] = re.findall(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link == f"{LOGIN}?language=ar&next=%2Fen%2Fservices%2F"
    assert client.get(link).status_code == 200  # and not back to the page of a code never sent
    client.post(link, {"login": "alice@example.org", "next": WANTED})
    response = client.post(SIGN_IN_CODE, {"code": code_of_last_mail(), "next": WANTED})
    assert (response.url, is_signed_in(client)) == (WANTED, True)


# --- Signing in -----------------------------------------------------------------------------------


def test_sign_in_by_code(client: Client) -> None:
    make_user("alice")
    response = client.post(LOGIN, {"login": "ALICE@example.org", "next": WANTED})
    assert response.url == f"{SIGN_IN_CODE}?next=%2Fen%2Fservices%2F"
    page = client.get(response.url)
    assert page.content.decode().count(f'name="next" value="{WANTED}"') == 2  # or a new code
    response = client.post(response.url, {"code": code_of_last_mail()})
    assert (response.url, is_signed_in(client)) == (WANTED, True)


def test_sign_in_leads_to_the_journeys_in_the_language_of_the_person(client: Client) -> None:
    make_user("alice", language="nb")
    client.post(f"{LOGIN}?language=en", {"login": "alice@example.org"})
    response = client.post(SIGN_IN_CODE, {"code": code_of_last_mail()})
    assert response.url == "/nb/journeys/"


def test_sign_in_does_not_lead_to_another_site(client: Client) -> None:
    make_user("alice")
    response = client.post(LOGIN, {"login": "alice@example.org", "next": "https://evil.example/"})
    assert response.url == SIGN_IN_CODE
    response = client.post(
        SIGN_IN_CODE, {"code": code_of_last_mail(), "next": "https://evil.example/"}
    )
    assert response.url == "/en/journeys/"


def test_code_in_the_digits_of_another_script(client: Client) -> None:
    make_user("alice")
    client.post(LOGIN, {"login": "alice@example.org"})
    arabic = code_of_last_mail().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    client.post(SIGN_IN_CODE, {"code": arabic})
    assert is_signed_in(client)


def test_known_and_unknown_address_look_the_same_at_sign_in(client: Client) -> None:
    make_user("alice")
    stranger, pages = Client(), {}
    for who, email in ((client, "alice@example.org"), (stranger, "new@example.org")):
        response = who.post(LOGIN, {"login": email})
        assert (response.status_code, response.url) == (302, SIGN_IN_CODE)
        pages[email] = [
            without_tokens(who.get(SIGN_IN_CODE), email),
            without_tokens(who.post(SIGN_IN_CODE, {"code": "0"}), email),
            without_tokens(who.post(SIGN_IN_CODE, {"action": "resend"}, follow=True), email),
        ]
    assert pages["alice@example.org"] == pages["new@example.org"]
    subjects = ["Your code", "Your code", "There is no account with this address yet"]
    assert [message.subject for message in mail.outbox] == subjects


def test_unknown_address_is_offered_to_sign_up(client: Client) -> None:
    client.post(LOGIN, {"login": "new@example.org", "next": WANTED})
    [link] = re.findall(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link == f"{SIGN_UP}?language=en&next=%2Fen%2Fservices%2F"
    assert client.get(link).status_code == 200
    client.post(link, {"email": "new@example.org"})
    response = client.post(ADDRESS_CODE, {"code": code_of_last_mail()})
    assert (response.url, is_signed_in(client)) == (WANTED, True)


def test_fifth_wrong_code_ends_the_try(client: Client) -> None:
    make_user("alice")
    client.post(LOGIN, {"login": "alice@example.org"})
    code = code_of_last_mail()
    responses = [client.post(SIGN_IN_CODE, {"code": "0"}) for _ in range(5)]
    assert [response.status_code for response in responses] == [200, 200, 200, 200, 302]
    page = client.get(responses[-1].url, follow=True)
    assert said(page) == ["Too many tries. Wait a little, then ask for a new code."]
    client.post(SIGN_IN_CODE, {"code": code})
    assert not is_signed_in(client)


def test_whoever_starts_over_still_gets_where_they_wanted_to_go(client: Client) -> None:
    make_user("alice")
    tries = {
        SIGN_IN_CODE: (LOGIN, {"login": "alice@example.org"}),
        ADDRESS_CODE: (SIGN_UP, {"email": "new@example.org"}),
        PASSWORD_CODE: ("/accounts/password/reset/", {"email": "alice@example.org"}),
    }
    for code_page, (entrance, form) in tries.items():
        path = client.post(entrance, {**form, "next": WANTED}).url
        assert path.startswith(code_page)
        for _ in range(5):
            response = client.post(path, {"code": "0"})
        response = client.get(response.url, follow=True)
        assert said(response) == ["Too many tries. Wait a little, then ask for a new code."]
        assert f'name="next" value="{WANTED}"' in response.content.decode()


@pytest.mark.parametrize(
    ("path", "focused"),
    [
        (LOGIN, ["id_login"]),
        (SIGN_UP, ["id_email"]),
        ("/accounts/password/reset/", ["id_email"]),
        ("/accounts/login/password/", []),
    ],
)
def test_one_can_type_at_once_where_there_is_one_thing_to_type(
    client: Client, path: str, focused: list[str]
) -> None:
    fields = pages.read(client.get(path)).all("input", autofocus="")
    assert [field["id"] for field in fields] == focused


@pytest.mark.parametrize("minutes", [14, 16])
def test_code_runs_out_after_15_minutes_and_the_page_says_so(client: Client, minutes: int) -> None:
    make_user("alice")
    now = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("UTC"))
    with time_machine.travel(now, tick=False) as clock:
        client.post(LOGIN, {"login": "alice@example.org"})
        clock.shift(timedelta(minutes=minutes))
        response = client.post(SIGN_IN_CODE, {"code": code_of_last_mail()}, follow=True)
    told = ["You are signed in."] if minutes < 15 else ["That code has run out. Ask for a new one."]
    assert (is_signed_in(client), said(response)) == (minutes < 15, told)


def test_address_code_and_password_code_say_that_they_have_run_out(client: Client) -> None:
    make_user("alice")
    ran_out = ["That code has run out. Ask for a new one."]
    now = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("UTC"))
    with time_machine.travel(now, tick=False) as clock:
        client.post(SIGN_UP, {"email": "new@example.org"})
        clock.shift(timedelta(minutes=16))
        assert said(client.post(ADDRESS_CODE, {"code": "0"}, follow=True)) == ran_out
        client.post("/accounts/password/reset/", {"email": "alice@example.org"})
        clock.shift(timedelta(minutes=16))
        assert said(client.post(PASSWORD_CODE, {"code": "0"}, follow=True)) == ran_out


def test_norwegian_zones_say_the_time_with_a_full_stop(client: Client) -> None:
    client.force_login(make_user(language="nb", time_zone="Europe/Oslo"))
    with time_machine.travel(datetime(2026, 11, 26, 13, 5, tzinfo=ZoneInfo("UTC")), tick=False):
        settings_page = pages.read(client.get("/nb/settings/"))
    assert [zone.text for zone in settings_page.all("option", value="Europe/Oslo")] == [
        "Oslo (nå kl. 14.05)"
    ]


def test_one_may_turn_back_from_the_code_page(client: Client) -> None:
    client.post(LOGIN, {"login": "mistyped@example.org"})
    assert [client.get(url).status_code for url in (LOGIN, SIGN_UP)] == [200, 200]
    client.post(SIGN_UP, {"email": "also-mistyped@example.org"})
    assert [client.get(url).status_code for url in (LOGIN, SIGN_UP)] == [200, 200]
    assert client.get(ADDRESS_CODE).status_code == 200  # nor is anything lost by looking


def test_there_is_one_entrance(client: Client) -> None:
    response = client.get("/accounts/login/code/?next=/en/")
    assert response.url == f"{LOGIN}?next=/en/"
    assert client.get("/en/settings/").url == f"{LOGIN}?next=/en/settings/"
    assert list(client.get(LOGIN).context["form"].fields) == ["login"]


@pytest.mark.parametrize(
    "path", ["phone/verify/", "phone/change/", "signup/passkey/", "3rdparty/", "social/signup/"]
)
def test_pages_that_we_do_not_have(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


# --- Passwords ------------------------------------------------------------------------------------


def test_set_a_password_then_sign_in_with_it(client: Client) -> None:
    user = make_user("alice", password=None)
    client.force_login(user)
    prove(client)
    response = client.post("/accounts/password/set/", {"password1": "four words in a row"})
    assert response.url == "/en/settings/"
    client.logout()
    wrong = {"login": "alice@example.org", "password": "four words"}
    response = client.post("/accounts/login/password/", wrong)
    told = "The address or the password is not right. You can also sign in with a code by e-mail."
    assert response.context["form"].non_field_errors() == [told]
    right = {"login": "alice@example.org", "password": "four words in a row", "next": WANTED}
    response = client.post("/accounts/login/password/", right)
    assert (response.url, is_signed_in(client)) == (WANTED, True)


def test_change_the_password(client: Client) -> None:
    user = make_user("alice", password="four words in a row")
    client.force_login(user)
    form = {"oldpassword": "guessed", "password1": "five words in one row"}
    response = client.post("/accounts/password/change/", form)
    told = ["This is not your current password."]
    assert response.context["form"].errors == {"oldpassword": told}
    client.post("/accounts/password/change/", {**form, "oldpassword": "four words in a row"})
    user.refresh_from_db()
    assert user.check_password("five words in one row")
    assert is_signed_in(client)


def test_forgotten_password(client: Client) -> None:
    user = make_user("alice", password="four words in a row")
    form = {"email": "alice@example.org", "next": WANTED}
    response = client.post("/accounts/password/reset/", form)
    assert response.url == f"{PASSWORD_CODE}?next=%2Fen%2Fservices%2F"
    response = client.post(response.url, {"code": code_of_last_mail()})
    assert response.url == "/accounts/password/reset/complete/?next=%2Fen%2Fservices%2F"
    response = client.post(response.url, {"password1": "five words in one row"})
    assert (response.url, is_signed_in(client)) == (WANTED, True)
    user.refresh_from_db()
    assert user.check_password("five words in one row")


def test_forgotten_password_of_nobody_looks_the_same(client: Client) -> None:
    make_user("alice")
    pages = {}
    for who, email in ((client, "alice@example.org"), (Client(), "new@example.org")):
        response = who.post("/accounts/password/reset/", {"email": email})
        assert (response.status_code, response.url) == (302, PASSWORD_CODE)
        pages[email] = without_tokens(who.get(PASSWORD_CODE), email)
    assert pages["alice@example.org"] == pages["new@example.org"]


WEAK = ["short", "password1234", "1029384756102938", "MyWayOut2026", "alice@example"]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_with_one_reason(client: Client, password: str) -> None:
    client.force_login(make_user("alice", password=None))
    prove(client)
    response = client.post("/accounts/password/set/", {"password1": password})
    told = "Too easy to guess. Take eight characters or more, not what many people take."
    assert response.context["form"].errors == {"password1": [told]}


# --- Address, signing out -------------------------------------------------------------------------


def test_the_new_address_is_called_new(client: Client) -> None:
    client.force_login(make_user("alice"))
    prove(client)
    page = pages.read(client.get("/accounts/email/"))
    assert page.one("main").texts("label") == ["New e-mail address"]


def test_change_of_address(client: Client) -> None:
    user = make_user("alice")
    client.force_login(user)
    prove(client)
    response = client.post("/accounts/email/", {"email": "new@example.org", "action_add": "1"})
    assert response.url == ADDRESS_CODE
    assert mail.outbox[-1].to == ["new@example.org"]
    user.refresh_from_db()
    assert (user.email, user.emailaddress_set.get().email) == ("alice@example.org",) * 2

    response = client.post(ADDRESS_CODE, {"code": code_of_last_mail()})
    assert response.url == "/en/settings/"
    user.refresh_from_db()
    address = user.emailaddress_set.get()
    new = "new@example.org"
    assert (user.email, address.email, address.verified) == (new, new, True)
    assert said(client.get(response.url)) == ["Your address is now new@example.org."]


def test_change_to_the_address_of_somebody_else(client: Client) -> None:
    user = make_user("alice")
    make_user("bob")
    client.force_login(user)
    prove(client)
    client.post("/accounts/email/", {"email": "bob@example.org", "action_add": "1"})
    response = client.post(ADDRESS_CODE, {"code": code_of_last_mail()})
    told = "This address belongs to another account. Take another one."
    assert response.context["form"].errors == {"code": [told]}
    user.refresh_from_db()
    assert user.email == "alice@example.org"


def test_sign_out_is_a_post(client: Client) -> None:
    client.force_login(make_user("alice", language="nb"))
    assert "<button" in client.get("/accounts/logout/").content.decode()
    assert is_signed_in(client)
    response = client.post("/accounts/logout/")
    assert (response.url, is_signed_in(client)) == ("/nb/", False)


# --- Settings -------------------------------------------------------------------------------------


def test_settings_are_saved_and_the_page_comes_back_in_the_new_language(client: Client) -> None:
    user = make_user("alice")
    client.force_login(user)
    response = client.post(
        "/en/settings/", {"language": "ar", "time_zone": "Africa/Cairo", "keeps_days": "30"}
    )
    assert response.url == "/ar/settings/"
    user.refresh_from_db()
    chosen = (user.language, user.time_zone, user.wants_reminders)
    assert chosen == ("ar", "Africa/Cairo", False)
    page = client.get(response.url)
    with translation.override("ar"):
        assert said(page) == [translation.gettext("Your settings are saved.")]


def test_impossible_settings_change_nothing(client: Client) -> None:
    user = make_user("alice", language="nb")
    client.force_login(user)
    response = client.post(
        "/en/settings/", {"language": "tlh", "time_zone": "Mars/Olympus", "keeps_days": "1"}
    )
    assert list(response.context["form"].errors) == ["language", "time_zone", "keeps_days"]
    user.refresh_from_db()
    chosen = (user.language, user.time_zone, user.wants_reminders)
    assert chosen == ("nb", "Europe/Oslo", True)


@pytest.mark.parametrize("mine", ["Europe/Oslo", "Asia/Calcutta", "UTC", "Etc/GMT+3", "CET"])
def test_ones_own_zone_can_always_be_chosen_and_is_there_once(client: Client, mine: str) -> None:
    client.force_login(make_user("alice", time_zone=mine))
    page = client.get("/en/settings/").content.decode()
    assert re.findall(r'<option value="([^"]+)"[^>]* selected', page) == ["en", mine, "90"]
    assert len(re.findall(f'value="{re.escape(mine)}"', page)) == 1
    assert len(re.findall(r">Kolkata \(now", page)) == 1  # Calcutta's new name


def test_zones_have_their_city_in_the_language_and_the_time_there() -> None:
    regions = dict(accounts.zones_by_region(language="ar", also="UTC"))
    assert ("القاهرة", "Africa/Cairo") in regions["Africa"]
    zones = [zone for region in regions.values() for zone in region]
    assert [zone.city for zone in zones if zone.city.isascii()] == ["UTC"]
    names = [zone.name for zone in zones]
    assert len(names) == len(set(names))
    noon = datetime(2026, 11, 26, 12, tzinfo=ZoneInfo("UTC"))
    assert accounts.time_in("Asia/Kolkata", noon).strftime("%H:%M") == "17:30"


def test_settings_page_offers_what_fits(client: Client) -> None:
    client.force_login(make_user("alice", password=None))
    page = client.get("/en/settings/").content.decode()
    links = re.findall(r'href="(/accounts/[^"?]+)', page)
    assert links == ["/accounts/email/", "/accounts/password/set/", *MORE]
    client.force_login(make_user("bob"))
    page = client.get("/en/settings/").content.decode()
    links = re.findall(r'href="(/accounts/[^"?]+)', page)
    assert links == ["/accounts/email/", "/accounts/password/change/", *MORE]


# --- Language and time zone of a page -------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_for", "own", "came_from", "cookie", "browser", "shown"),
    [
        ("ar", "nb", "", "en", "en", "ar"),
        ("", "nb", "ar", "ar", "ar", "nb"),
        ("", "", "ar", "nb", "nb", "ar"),
        ("", "", "", "nb", "ar", "nb"),
        ("", "", "", "", "ar", "ar"),
        ("", "", "", "", "", "en"),
        ("tlh", "nb", "", "", "", "nb"),
    ],
)
def test_language_of_a_page_whose_address_has_none(
    client: Client, asked_for: str, own: str, came_from: str, cookie: str, browser: str, shown: str
) -> None:
    if own:
        client.force_login(make_user("alice", language=own))
    if cookie:
        client.cookies["django_language"] = cookie
    query = {"language": asked_for, "next": f"/{came_from}/" if came_from else ""}
    page = client.get("/accounts/nowhere/", query, headers={"accept-language": browser})
    direction = "rtl" if shown == "ar" else "ltr"
    assert f'<html lang="{shown}" dir="{direction}">' in page.content.decode()


def test_an_address_with_a_language_keeps_it(client: Client) -> None:
    client.force_login(make_user("alice", language="nb"))
    client.cookies["django_language"] = "nb"
    page = client.get("/ar/settings/?language=en")
    assert page.headers["Content-Language"] == "ar"


def test_the_first_page_is_in_the_language_of_the_person(client: Client) -> None:
    client.force_login(make_user("alice", language="nb"))
    assert client.get("/", headers={"accept-language": "ar"}).url == "/nb/"


@pytest.mark.parametrize("secure", [True, False])
def test_a_language_asked_for_is_kept(client: Client, settings: Any, secure: bool) -> None:
    settings.LANGUAGE_COOKIE_SECURE = secure
    cookie = client.get(f"{LOGIN}?language=ar").cookies["django_language"]
    attributes = (cookie.value, cookie["httponly"], cookie["samesite"], bool(cookie["secure"]))
    assert attributes == ("ar", True, "Lax", secure)


def test_time_zone_is_the_persons_and_utc_for_everybody_else(rf: RequestFactory) -> None:
    seen: list[str] = []

    def view(request: Any) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = rf.get("/en/")
    request.user = make_user("alice", time_zone="Asia/Tokyo")
    request.COOKIES["sessionid"] = "x"
    PersonMiddleware(view)(request)
    PersonMiddleware(view)(rf.get("/en/"))
    assert seen == ["Asia/Tokyo", "UTC"]


@pytest.mark.parametrize("path", ["/en/", "/ar/", "/nb/nowhere/", "/healthz"])
def test_no_cookie_where_none_is_needed(client: Client, path: str) -> None:
    response = client.get(path, headers={"accept-language": "ar"})
    assert list(response.cookies) == []


# --- E-mails and error pages ----------------------------------------------------------------------


def _mail_of(client: Client, name: str) -> Any:
    """The message `name`, by doing what makes us send it."""
    reset = "/accounts/password/reset/"
    acts = {
        "sign_in": lambda: client.post(LOGIN, {"login": "alice@example.org"}),
        "unknown": lambda: client.post(LOGIN, {"login": "new@example.org"}),
        "sign_up": lambda: client.post(SIGN_UP, {"email": "new@example.org"}),
        "known": lambda: client.post(SIGN_UP, {"email": "alice@example.org"}),
        "password": lambda: client.post(reset, {"email": "alice@example.org"}),
    }
    if name == "address":
        client.force_login(User.objects.get())
        prove(client)
        client.post("/accounts/email/", {"email": "new@example.org", "action_add": "1"})
    else:
        acts[name]()
    [message] = mail.outbox
    return message


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
@pytest.mark.parametrize("name", ["sign_in", "unknown", "sign_up", "known", "password", "address"])
def test_mail_is_text_and_html_in_the_language_of_the_page(
    client: Client, name: str, language: str
) -> None:
    make_user("alice", language=language)
    client.cookies["django_language"] = language
    message = _mail_of(client, name)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html_of(message)
    code = re.findall(r"\d{4}-\d{4}", str(message.body))
    assert re.findall(r"\d{4}-\d{4}", html_of(message)) == code
    assert not re.search(r"\d|example\.org|\n", message.subject)
    links = re.findall(r"https?://\S+", str(message.body))
    in_html = re.findall(r'https?://[^\s"]+', html_of(message))
    assert [link.replace("&amp;", "&") for link in in_html] == links
    assert len(code) + len(links) == 1


def test_text_of_a_mail_is_not_escaped(client: Client) -> None:
    make_user("alice")
    client.post(f"{SIGN_UP}?next=/en/", {"email": "alice@example.org"})
    body = str(mail.outbox[-1].body)
    assert ("&amp;" in body, "&#x27;" in body, "next=%2Fen%2F" in body) == (False, False, True)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("nb", "ltr")])
def test_not_found_is_in_the_language_of_the_address(
    client: Client, language: str, direction: str
) -> None:
    response = client.get(f"/{language}/nowhere/")
    assert response.status_code == 404
    assert f'<html lang="{language}" dir="{direction}">' in response.content.decode()


def test_a_broken_page_needs_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(accounts, "zones_by_region", breaks)
    client.force_login(make_user("alice"))
    client.raise_request_exception = False
    response = client.get("/ar/settings/")
    assert response.status_code == 500
    assert '<html lang="ar" dir="rtl">' in response.content.decode()


def test_csrf_failure_has_a_page_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post(f"{LOGIN}?language=ar", {"login": "a@b.org"})
    assert response.status_code == 403
    assert '<html lang="ar" dir="rtl">' in response.content.decode()
    assert mail.outbox == []


def test_too_many_codes_have_a_page_of_ours(client: Client) -> None:
    for _ in range(2):
        response = client.post(f"{SIGN_UP}?language=ar", {"email": "new@example.org"})
    assert response.status_code == 429
    assert '<html lang="ar" dir="rtl">' in response.content.decode()


def test_a_page_that_is_not_there_can_be_read_in_another_language(client: Client) -> None:
    page = client.get("/ar/nowhere/at-all/").content.decode()
    links = re.findall(r'href="(/[^"]*nowhere[^"]*)"', page)
    assert links[:3] == ["/en/nowhere/at-all/", "/ar/nowhere/at-all/", "/nb/nowhere/at-all/"]


@pytest.mark.parametrize("page", [LOGIN, SIGN_UP])
def test_a_next_page_that_cannot_be_read_is_none(client, page):
    assert client.get(page, {"next": "https://["}).status_code == 200
    client.post(f"{page}?next=https://[", {"login": "new@example.org", "email": "new@example.org"})
    (message,) = mail.outbox
    assert "next=" not in message.body
