"""5,000 people, workers that are killed, a mail server that fails: python -m bench.storm

The same code as in tests/test_storm.py and tests/test_faults.py, which do it with a few hundred.
Fails if a reminder is lost, or comes more often than it may.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import places

FAULTS = [
    "temporary MAIL",
    "temporary RCPT",
    "temporary DATA",
    "against_us",
    "gone",
    "silent",
    "closing",
    "drop",
    "no_tls",
    "slow 0.1",
]


def calm(mail, them, count):
    """Nobody is killed: exactly once. Returns how many repeats are allowed."""
    them.start(count)
    done(mail)
    return 0


def killed(mail, them, count):
    them.storm(count, until_calm=600)
    done(mail)
    return them.kills


def faults(mail, them, count):
    """Each fault for two seconds in the middle of the run."""
    from tests import workers

    them.start(count)
    for fault in FAULTS:
        before = mail.count
        workers.until(lambda before=before: mail.count > before, within=120, what=fault)
        mail.does(*fault.split())
        workers.pass_by(2, unless=lambda: False)
        mail.does("fine")
    done(mail)
    # What a worker had in hand when a fault began may have been taken, and the answer lost.
    return len(FAULTS) * count


def done(mail):
    from tests import workers

    said_at = 0.0

    def is_so() -> bool:
        nonlocal said_at
        if time.monotonic() > said_at + 10:
            said_at = time.monotonic()
            say(f"{mail.count} delivered …")
        return workers.are_all_done()

    workers.until(is_so, within=900)


def scene(name: str, people: int) -> bool:
    from django.db import connection

    from guides.models import Guide, Message, User
    from tests import workers
    from tests.mail_server import MailServer

    Message.objects.all().delete()
    User.objects.all().delete()
    guide = Guide.objects.get(slug="contact-customer-service")
    workers.make_crowd(people, guide=guide, now=datetime.now(UTC))
    count = 4 if connection.vendor == "postgresql" else 1
    lease = {"calm": "300", "killed": "4", "faults": "60"}[name]
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="wayout-storm-") as folder,
        MailServer.running(Path(folder)) as mail,
        workers.working(mail, Path(folder), REMINDER_LEASE=lease, scheme="smtp+tls") as them,
    ):
        allowed = globals()[name](mail, them, count)
        them.end()
        deliveries, repeats, kills = mail.deliveries, mail.repeats, them.kills
    lost = people - len({each.recipient for each in deliveries})
    renamed = len(set(deliveries)) + lost - people
    say(
        f"{connection.vendor}, {name}: {people} people, {count} workers, {kills} kills, "
        f"{time.monotonic() - begun:.0f} s: {lost} lost, {repeats} repeated (allowed: {allowed}), "
        f"{renamed} repeats under another Message-ID"
    )
    return lost == 0 and repeats <= allowed and renamed == 0


def say(text: str) -> None:
    print(text, flush=True)


def main(people: int) -> int:
    failed = 0
    with places.databases() as urls:
        for url in urls.values():
            environment = places.environment(url, "smtp://127.0.0.1:9")
            for arguments in (["migrate", "--verbosity", "0"], ["load_content"]):
                command = [sys.executable, "manage.py", *arguments]
                subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            for name in ("calm", "killed", "faults"):
                command = [
                    sys.executable,
                    "-m",
                    "bench.storm",
                    "--scene",
                    name,
                    f"--people={people}",
                ]
                failed += subprocess.run(command, env=environment, check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--scene", choices=["calm", "killed", "faults"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.scene:
        import django

        django.setup()
        sys.exit(0 if scene(options.scene, options.people) else 1)
    sys.exit(main(options.people))
