"""Where the benchmarks run: fresh databases, and a mail server that keeps nothing."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The address of an empty database of each kind, by its name."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ended from outside, still tidy up
    with tempfile.TemporaryDirectory(prefix="wayout-bench-") as folder, postgres.server() as url:
        with psycopg.connect(url.replace("/wayout?", "/postgres?"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE wayout")
        yield {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "PostgreSQL": url}


@contextmanager
def sink() -> Iterator[str]:
    """A mail server that takes every message and forgets it; gives its EMAIL_URL."""
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def environment(database_url: str, email_url: str) -> dict[str, str]:
    """Of a real installation, whatever the developer has set."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": "for-the-benchmarks-only",
        "SITE_URL": "https://wayout.example",
        "DATABASE_URL": database_url,
        "EMAIL_URL": email_url,
    }
