"""Backing the whole database up while it is in use, and restoring it into an empty one.

SQLite by its own online backup, PostgreSQL by the programs that come with it.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections


class NotPossible(Exception):
    """Says in a sentence why nothing was backed up or restored."""


def backup(file: Path) -> int:
    """Write the whole database to `file`, for its owner's eyes only; gives its size in bytes.

    Only a whole backup gets that name. Raises NotPossible, also if there is such a file already.
    """
    if file.exists():
        raise NotPossible(f"{file} exists already. Nothing is overwritten: choose another name.")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.touch(mode=0o600)
        _dump(unfinished)
        unfinished.rename(file)
    except OSError as error:
        raise NotPossible(f"Cannot write {file}: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, *, replace: bool) -> None:
    """Fill the database from `file`. One that holds something is kept, unless `replace`.

    All or nothing. Raises NotPossible.
    """
    if not file.is_file():
        raise NotPossible(f"There is no file {file}.")
    if not replace and connection.introspection.table_names():
        raise NotPossible("The database is not empty. --replace deletes what is in it.")
    connections.close_all()
    _fill(file)


def _dump(file: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(_opened(_path())) as here, closing(sqlite3.connect(file)) as there:
            here.backup(there)
            _check(there)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")


def _fill(file: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(_opened(file)) as there, closing(sqlite3.connect(_path())) as here:
            _check(there)
            there.backup(here)
    else:
        options = ["--clean", "--if-exists", "--no-owner", "--no-privileges"]
        _run("pg_restore", "--single-transaction", "--exit-on-error", *options, str(file))


# --- SQLite ---------------------------------------------------------------------------------------


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _check(database: sqlite3.Connection) -> None:
    """An empty file is whole, too, and would leave nothing of what there was."""
    try:
        database.execute("SELECT 1 FROM django_migrations").fetchone()
        (said,) = database.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise NotPossible(f"This is no whole database of Wayout: {said}.")


# --- PostgreSQL -----------------------------------------------------------------------------------


# Of the settings of the connection, what the programs understand; the password goes another way.
_UNDERSTOOD = {"host", "port", "user", "dbname", "service", "passfile"}
_UNDERSTOOD |= {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding"}


def _run(name: str, *options: str) -> None:
    """Run a program of PostgreSQL on our database; no password stands on its command line."""
    from psycopg.conninfo import make_conninfo  # which SQLite does without

    program = shutil.which(name)
    if program is None:
        raise NotPossible(f"There is no {name} here: install the client programs of PostgreSQL.")
    settings = connection.get_connection_params()
    where = make_conninfo(**{key: settings[key] for key in _UNDERSTOOD & settings.keys()})
    done = subprocess.run(  # noqa: S603
        [program, f"--dbname={where}", *options],
        env={**os.environ, "PGPASSWORD": settings.get("password") or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotPossible(f"{name} says: {done.stderr.strip()}")
