"""Visiting addresses, on a server of our own that answers as the addresses of others do."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from guides.domain.visits import Pace, Verdict, Visit, Visitor
from tests.domain.hosts import Host, serving

WORKS, GONE, UNCLEAR = Verdict.WORKS, Verdict.GONE, Verdict.UNCLEAR


@pytest.fixture
def host() -> Iterator[str]:
    with serving() as (address, _port):
        yield address


class Clock:
    """Time that only passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time, self.slept = 0.0, []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitor(clock: Clock) -> Visitor:
    pace = Pace(clock=clock, sleep=clock.sleep)
    return Visitor(user_agent="Wayout link check", pace=pace, may_stay_inside=True)


def asked() -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in Host.asked]


# --- What is there --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, WORKS),
        (404, GONE),
        (410, GONE),
        (401, UNCLEAR),
        (403, UNCLEAR),
        (429, UNCLEAR),
        (500, UNCLEAR),
        (503, UNCLEAR),
    ],
)
def test_the_answer_says_what_is_there(
    visitor: Visitor, host: str, status: int, verdict: Verdict
) -> None:
    assert visitor.visit(f"{host}/{status}") == Visit(verdict, str(status), has_answered=True)


def test_a_page_that_works_is_asked_for_once_and_not_read(visitor: Visitor, host: str) -> None:
    assert visitor.visit(f"{host}/200").verdict is WORKS
    assert asked() == [("HEAD", "/200")]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_who_does_not_answer_a_head_is_asked_for_the_page(
    visitor: Visitor, host: str, status: int
) -> None:
    assert visitor.visit(f"{host}/no-head/{status}").verdict is WORKS
    assert asked() == [("HEAD", f"/no-head/{status}"), ("GET", f"/no-head/{status}")]


def test_nothing_is_read_of_a_page_however_long_it_is(visitor: Visitor, host: str) -> None:
    assert visitor.visit(f"{host}/big").verdict is WORKS


def test_what_is_no_answer_cannot_be_told(visitor: Visitor, host: str) -> None:
    found = visitor.visit(f"{host}/broken")
    assert (found.verdict, found.has_answered) == (UNCLEAR, False)


def test_redirects_are_followed_but_not_for_ever(visitor: Visitor, host: str) -> None:
    assert visitor.visit(f"{host}/to/5").verdict is WORKS
    assert visitor.visit(f"{host}/to/6").detail == "too many redirects"


def test_a_redirect_leads_only_to_web_addresses(visitor: Visitor, host: str) -> None:
    assert visitor.visit(f"{host}/out") == Visit(UNCLEAR, "not a web address")


def test_a_part_of_the_page_is_not_sent_along(visitor: Visitor, host: str) -> None:
    visitor.visit(f"{host}/200?a=%20b#here")
    assert asked() == [("HEAD", "/200?a=%20b")]


def test_we_say_who_we_are(visitor: Visitor, host: str) -> None:
    visitor.visit(f"{host}/200")
    (headers,) = Host.headers_of
    assert (headers["User-Agent"], "Cookie" in headers) == ("Wayout link check", False)


def test_a_host_that_nobody_knows_is_gone(visitor: Visitor, monkeypatch) -> None:
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert visitor.visit("https://nowhere.example/") == Visit(GONE, "no such host")


def test_a_name_server_that_does_not_answer_proves_nothing(visitor: Visitor, monkeypatch) -> None:
    def later(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(socket, "getaddrinfo", later)
    assert visitor.visit("https://nowhere.example/").verdict is UNCLEAR


def test_nobody_listening_proves_nothing(visitor: Visitor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    found = visitor.visit(f"http://127.0.0.1:{port}/")
    assert (found.verdict, found.has_answered) == (UNCLEAR, False)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "http://", "https://[", "javascript:alert(1)", "http://a..b/"]
)
def test_what_is_no_address_is_not_visited(visitor: Visitor, url: str) -> None:
    assert visitor.visit(url).verdict is UNCLEAR


# --- Over TLS -------------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path, monkeypatch) -> trustme.CA:
    """Who vouches for hosts here; the only one whom the visitor believes."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shop.example", Visit(WORKS, "200", has_answered=True)),
        ("other.example", Visit(UNCLEAR, "SSLError")),
    ],
)
def test_a_host_must_be_the_one_that_was_asked_for(
    visitor: Visitor, authority: trustme.CA, monkeypatch, name: str, found: Visit
) -> None:
    real = socket.getaddrinfo

    def look_up(name, *args, **kwargs):
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with serving(context(authority, name)) as (_, port):
        assert visitor.visit(f"https://shop.example:{port}/200") == found


# --- Where nobody may look ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
        "[fd00::1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
    ],
)
def test_nothing_inside_the_house_is_visited(number: str) -> None:
    found = Visitor(user_agent="x").visit(f"http://{number}/")
    assert found == Visit(UNCLEAR, "not on the public internet")


def test_a_name_that_leads_inside_is_not_visited(host: str) -> None:
    port = host.rpartition(":")[2]
    found = Visitor(user_agent="x").visit(f"http://localhost:{port}/200")
    assert (found.detail, Host.asked) == ("not on the public internet", [])


def test_one_private_number_among_several_is_enough(monkeypatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (n, 80)) for n in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    assert Visitor(user_agent="x").visit("http://a.example/").detail == "not on the public internet"


def test_the_name_is_looked_up_once_and_that_number_is_asked(
    visitor: Visitor, host: str, monkeypatch
) -> None:
    """Who answers “public” first and “127.0.0.1” a moment later is asked at the first."""
    looked_up, port = [], int(host.rpartition(":")[2])
    real = socket.getaddrinfo

    def look_up(name, *args, **kwargs):
        looked_up.append(name)
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert visitor.visit(f"http://shop.example:{port}/200").verdict is WORKS
    assert looked_up == ["shop.example", "127.0.0.1"]
    assert Host.asked == [("HEAD", "/200", f"shop.example:{port}")]


# --- Politeness -----------------------------------------------------------------------------------


def test_a_host_gets_one_request_a_second(visitor: Visitor, host: str, clock: Clock) -> None:
    for _ in range(3):
        visitor.visit(f"{host}/200")
    assert clock.slept == [1.0, 1.0]


def test_other_hosts_need_not_wait(visitor: Visitor, host: str, clock: Clock) -> None:
    visitor.visit(f"{host}/200")
    visitor.visit(f"{host.replace('127.0.0.1', 'localhost')}/200")
    assert clock.slept == []


def test_who_asks_us_to_wait_is_waited_for(visitor: Visitor, host: str, clock: Clock) -> None:
    assert visitor.visit(f"{host}/later/30").detail == "429"
    assert clock.slept == [30.0]


def test_who_asks_us_to_wait_long_is_left_alone(visitor: Visitor, host: str, clock: Clock) -> None:
    assert visitor.visit(f"{host}/later/3600").detail == "asked us to wait"
    assert visitor.visit(f"{host}/200").detail == "asked us to wait"
    assert (asked(), clock.slept) == ([("HEAD", "/later/3600")], [])
