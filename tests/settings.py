"""Settings of the tests: those of the app, with an environment of their own.

A developer's .env has no say here. DATABASE_URL may be given from outside: `make test` does so to
run the tests on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="wayout-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

os.environ.update(
    DEBUG="false",
    SECRET_KEY="for-the-tests-only",
    SITE_URL="http://testserver",
    ALLOWED_HOSTS="testserver",
    EMAIL_URL="smtp://127.0.0.1:9",
    DEFAULT_FROM_EMAIL="Wayout <wayout@example.org>",
    BEHIND_PROXY="false",
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH / 'db.sqlite3'}")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real use: every thread (the live server's too) has a connection of its own, and
    # two writers queue up for the IMMEDIATE lock. In memory they would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the live server's threads give theirs back

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
