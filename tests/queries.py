"""What the database is asked, but for the edition of the catalogue, which every page asks for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guides import memory


@contextmanager
def asked() -> Iterator[list[str]]:
    """The queries of the block, there when it has ended."""
    queries: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield queries
    found = [query["sql"] for query in captured.captured_queries]
    queries += [query for query in found if "guides_edition" not in query]


def queries(client: Client, path: str) -> int:
    """How many it costs to make a page that is not the first one."""
    assert client.get(path).status_code == 200
    memory.pages.clear()
    with asked() as found:
        client.get(path)
    return len(found)
