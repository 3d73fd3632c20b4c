"""What every browser test is watched for (`tests.chromium`), each seen to be noticed."""

from urllib.parse import urlsplit

import pytest

from tests import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/en/?q=alice@example.org", "an e-mail address in a URL"),
        ("/en/?q=alice%40example.org", "an e-mail address in a URL"),
        (
            "/accounts/login/?next=%2Fen%2F%3Fq%3Dalice%2540example.org",
            "an e-mail address in a URL",
        ),
        ("http://127.0.0.1:9/", "a request to a foreign host"),
    ],
)
def test_what_must_not_be_asked_for_is_noticed(browser, live_server, asked, said):
    context = browser.new_context(base_url=live_server.url)
    with (
        pytest.raises(pytest.fail.Exception, match=said),
        chromium.watched(context, urlsplit(live_server.url).netloc),
    ):
        context.new_page().evaluate(
            "url => fetch(url, {mode: 'no-cors'}).catch(() => null)",
            asked if "//" in asked else f"{live_server.url}{asked}",
        )
    context.close()


def test_a_query_without_an_address_is_none(browser, live_server):
    context = browser.new_context(base_url=live_server.url)
    with chromium.watched(context, urlsplit(live_server.url).netloc):
        context.new_page().goto("/en/?q=alice+at+example.org&x=@example.org")
    context.close()
