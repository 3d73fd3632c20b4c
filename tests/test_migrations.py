"""Every migration can be undone and done again; what is written meanwhile is written."""

import pytest

from tests.test_backups import elsewhere, manage

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db(transaction=True)

WRITE = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO guides_service (slug, loaded_digest) VALUES ('x', '')")
"""


def test_the_triggers_of_the_editions_go_with_their_table(elsewhere: str) -> None:
    steps = [
        manage(elsewhere, "migrate", "-v0"),
        manage(elsewhere, "migrate", "-v0", "guides", "0011"),
        manage(elsewhere, "shell", "--no-imports", "-c", WRITE),
        manage(elsewhere, "migrate", "-v0"),
    ]
    assert [each.stderr for each in steps] == [""] * 4


def test_all_can_be_undone_and_done_again(elsewhere: str) -> None:
    steps = [
        manage(elsewhere, "migrate", "-v0"),
        manage(elsewhere, "migrate", "-v0", "guides", "zero"),
        manage(elsewhere, "migrate", "-v0"),
    ]
    assert [each.stderr for each in steps] == [""] * 3
