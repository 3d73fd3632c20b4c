"""What a first visit costs, and what holds only for the real thing: processes, files, a browser."""

import gzip
import http.client
import json
import re
import tempfile
from pathlib import Path

import pytest

from tests import chromium, production
from tests.production import GUIDE, SERVICE

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 60_000, 8
PAGES = [
    "/en/",
    "/ar/",
    f"/nb/{SERVICE}",
    f"/en/{GUIDE}",
    f"/ar/{GUIDE}",
    "/accounts/login/?language=en",
]
# What a browser with tabs and windows asks for besides; one without a head does not.
BESIDES = "link[rel=icon]:last-of-type, link[rel=manifest]"
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site():
    with tempfile.TemporaryDirectory(prefix="wayout-site-") as folder:
        database_url = f"sqlite:///{Path(folder) / 'site.sqlite3'}"
        with production.serving(database_url) as running:
            yield running


def get(site, path, **headers):
    """The answer as it comes over the wire, and how many bytes it was."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=names)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body, len(body) + len(str(answer.headers)) + len("HTTP/1.1 200 OK\r\n")


@pytest.fixture
def visit(site, browser):
    """Opens a page in a new profile, in a window of that size."""
    contexts = []

    def open_page(path, *, window=PHONE, cookies=None, script=""):
        context = browser.new_context(base_url=site.url, viewport=window)
        contexts.append(context)
        context.add_init_script(script)
        jar = [{"name": name, "value": cookies[name], "url": site.url} for name in cookies or ()]
        context.add_cookies(jar)
        page = context.new_page()
        with chromium.watched(context, f"127.0.0.1:{site.port}"):
            page.asked = []
            page.on("requestfinished", lambda request: page.asked.append(request))
            page.goto(path, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()


# --- Weight ---------------------------------------------------------------------------------------


def cost(site, page):
    """The bytes over the wire of everything that a first visit asks for, by address."""
    sizes = {request.url: request.sizes() for request in page.asked}
    asked = {
        url: each["responseBodySize"] + each["responseHeadersSize"] for url, each in sizes.items()
    }
    for url in page.eval_on_selector_all(BESIDES, "links => links.map(link => link.href)"):
        path = url.removeprefix(site.url)
        asked.setdefault(url, get(site, path, Accept_Encoding="gzip")[2])
    return asked


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_light(site, visit, path):
    asked = cost(site, visit(path))
    print(f"{path}: {len(asked)} requests, {sum(asked.values())} bytes", asked)  # noqa: T201
    assert len(asked) <= MOST_REQUESTS
    assert sum(asked.values()) <= MOST_BYTES


def test_what_is_not_the_page_is_asked_for_once_and_for_all(site, visit):
    """Hashed, compressed, and never asked for again."""
    for path in PAGES:
        page = visit(path)
        asked = {url.removeprefix(site.url) for url in cost(site, page)}
        files = {path for path in asked if path.startswith("/static/")}
        assert files
        for file in files:
            answer, body, _ = get(site, file, Accept_Encoding="gzip")
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", file), file
            assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(body) == get(site, file)[1]


def test_no_cookie_comes_before_one_is_needed(visit):
    for path in PAGES[:-1]:
        assert visit(path).context.cookies() == []


def test_pages_are_sent_compressed(site):
    for path in PAGES:
        answer, body, _ = get(site, path, Accept_Encoding="gzip, br")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert b"<h1" in gzip.decompress(body)


# --- Nothing jumps --------------------------------------------------------------------------------

SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries())
            shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
    }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", [*PAGES, "wizard", "list"])
def test_nothing_jumps_while_a_page_loads(site, visit, path, window):
    is_hers = path in {"wizard", "list"}
    address = getattr(site, path) if is_hers else path
    cookies = site.cookies if is_hers else None
    page = visit(address, window=window, cookies=cookies, script=SHIFTS)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("shifts") == []


# --- Data, and processes --------------------------------------------------------------------------


def test_a_browser_reads_the_data_of_a_guide_under_our_security_policy(visit):
    script = "document.querySelector(\"script[type='application/ld+json']\").text"
    steps = json.loads(visit(f"/en/{GUIDE}").evaluate(script))["step"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))


def test_a_change_shows_at_once_whichever_process_answers(site):
    def answers():
        return {get(site, f"/en/{GUIDE}")[0].status for _ in range(20)}

    publish = "from guides.models import Guide; Guide.objects.update(is_published={})"
    assert answers() == {200}
    for is_published, status in ((False, 404), (True, 200)):
        site.manage("shell", "--no-imports", "-c", publish.format(is_published))
        assert answers() == {status}
