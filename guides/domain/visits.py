"""Going to an address to see whether anything is there: politely, and nowhere inside our own house.

Every address is resolved first, refused if it leads to a private network, and then asked under just
the number that was looked at. Knows nothing of the database.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Retry, Timeout

TIMEOUT = Timeout(connect=10, read=15)
PAUSE = 1.0  # seconds between two requests to the same host
LONGEST_WAIT = 60.0  # whoever asks for a longer pause is left alone
MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}


class Verdict(StrEnum):
    WORKS = "works"
    GONE = "gone"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Visit:
    """What was found at an address; `has_answered`: somebody did, so we are on the internet."""

    verdict: Verdict
    detail: str
    has_answered: bool = False


class _NotAsked(Exception):
    """There is no point in asking, or nobody may."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.detail)
        self.visit = visit


def _unclear(detail: str) -> _NotAsked:
    return _NotAsked(Visit(Verdict.UNCLEAR, detail))


class Pace:
    """Lets one request a second through to each host, fewer if the host asks for it."""

    def __init__(
        self,
        *,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.pause, self.clock, self.sleep = pause, clock, sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def take_turn(self, host: str) -> None:
        """Wait until it is our turn there. Raises _NotAsked if that takes too long."""
        with self._lock:
            now = self.clock()
            turn = max(now, self._next.get(host, now))
            if turn - now > LONGEST_WAIT:
                raise _unclear("asked us to wait")
            self._next[host] = turn + self.pause
        if turn > now:
            self.sleep(turn - now)

    def hold(self, host: str, seconds: float) -> None:
        with self._lock:
            self._next[host] = max(self._next.get(host, 0), self.clock() + seconds)


class Visitor:
    """Visits addresses, from several threads if wanted."""

    def __init__(
        self, *, user_agent: str, pace: Pace | None = None, may_stay_inside: bool = False
    ) -> None:
        """`may_stay_inside`: also private networks and this machine, for the tests."""
        self.headers = {"User-Agent": user_agent, "Accept": "text/html,*/*;q=0.8"}
        self.pace = pace or Pace()
        self.may_stay_inside = may_stay_inside

    def visit(self, url: str) -> Visit:
        """What is there. Raises nothing: what goes wrong is part of the answer."""
        try:
            visit = self._follow("HEAD", url)
            # Many servers answer HEAD in haste: what they say of a whole page counts.
            return visit if visit.verdict is Verdict.WORKS else self._follow("GET", url)
        except _NotAsked as reason:
            return reason.visit
        except (HTTPError, OSError, ValueError) as error:
            return Visit(Verdict.UNCLEAR, type(error).__name__[:100])

    def _follow(self, method: str, url: str) -> Visit:
        for _ in range(MOST_REDIRECTS + 1):
            status, location = self._ask(method, url)
            if status not in REDIRECTS or not location:
                return _visit(status)
            url = urljoin(url, location)
        return Visit(Verdict.UNCLEAR, "too many redirects", has_answered=True)

    def _ask(self, method: str, url: str) -> tuple[int, str]:
        """The status, and where it leads. Of the page itself nothing is read."""
        parts = urlsplit(url)
        host = _ascii(parts.hostname or "")
        if parts.scheme not in {"http", "https"} or not host:
            raise _unclear("not a web address")
        pool = self._pool(parts.scheme, host, parts.port)
        target = urllib3.util.parse_url(url).request_uri
        self.pace.take_turn(host)
        with pool:
            answer = pool.request(
                method,
                target,
                headers=self.headers | {"Host": _named(host, parts.port)},
                redirect=False,
                retries=False,
                timeout=TIMEOUT,
                preload_content=False,
            )
            answer.close()
        if wait := _retry_after(answer.headers.get("Retry-After")):
            self.pace.hold(host, wait)
        return answer.status, answer.headers.get("Location", "")

    def _pool(self, scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
        """A connection to the number that was looked at: a name could lead elsewhere next time."""
        number = str(self._number(host, port or (443 if scheme == "https" else 80)))
        if scheme == "http":
            return urllib3.HTTPConnectionPool(number, port)
        return urllib3.HTTPSConnectionPool(number, port, server_hostname=host, assert_hostname=host)

    def _number(self, host: str, port: int) -> IPv4Address | IPv6Address:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno in {socket.EAI_NONAME, socket.EAI_NODATA}:
                raise _NotAsked(Visit(Verdict.GONE, "no such host")) from None
            raise _unclear("its name was not found") from None
        numbers = [ip_address(str(address[4][0]).partition("%")[0]) for address in found]
        if not self.may_stay_inside and not all(map(_is_public, numbers)):
            raise _unclear("not on the public internet")
        return numbers[0]


def _visit(status: int) -> Visit:
    if status in GONE:
        verdict = Verdict.GONE
    else:
        verdict = Verdict.WORKS if 200 <= status < 400 else Verdict.UNCLEAR
    return Visit(verdict, str(status), has_answered=True)


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    """Also of an IPv4 address that is dressed up as another one."""
    if isinstance(number, IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if inner:
            return _is_public(inner)
    return number.is_global and not number.is_multicast


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise LocationParseError(host) from None


def _named(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name


def _retry_after(text: str | None) -> float:
    try:
        return max(0.0, Retry().parse_retry_after(text)) if text else 0.0
    except HTTPError:
        return 0.0
