"""What the database is asked, but for the edition of the catalogue, which every page asks for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def asked() -> Iterator[list[str]]:
    """The queries of the block, there when it has ended."""
    queries: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield queries
    found = [query["sql"] for query in captured.captured_queries]
    queries += [query for query in found if "guides_edition" not in query]
