"""`import_justdeleteme`: what it says, how it ends, and that a killed one can be run again."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.models import Count

from guides.domain import imports
from guides.models import Domain, Guide, Origin, Service
from tests import workers
from tests.factories import make_service
from tests.lists import entry, write

pytestmark = pytest.mark.django_db

SLOW = {"notes": "The account is deleted after 30 days."}


def run(path, *options):
    """What the command says."""
    said = StringIO()
    call_command("import_justdeleteme", path, *options, stdout=said)
    return said.getvalue().splitlines()


def test_it_says_what_it_did(tmp_path):
    make_service("gadget-shop", domains=["gadget.example"])
    wrong = entry("Wrong", difficulty="tricky")
    assert run(write(tmp_path, entry(**SLOW), entry("Gadget"), wrong)) == [
        "1 services created, 1 joined to others, 0 updated, 0 unchanged; "
        "1 waiting periods read from notes.",
        "Joined to a service that was there: Gadget → gadget-shop",
        "Wrong in the list: Wrong: its difficulty is none of easy, medium, hard, limited, "
        "impossible; skipped",
    ]


def test_it_says_that_a_trial_is_one(tmp_path):
    assert run(write(tmp_path, entry()), "--dry-run") == [
        "A trial, nothing was written: 1 services created, 0 joined to others, 0 updated, "
        "0 unchanged; 0 waiting periods read from notes."
    ]
    assert Service.objects.count() == 0


def test_it_says_what_an_update_would_bring_and_what_it_leaves(tmp_path):
    run(write(tmp_path, entry(), entry("Gadget"), entry("Gone")))
    Guide.objects.filter(origin__entry="Gadget").update(is_published=False)
    path = write(tmp_path, entry(**SLOW), entry("Gadget", **SLOW))
    assert run(path)[1:] == ["2 differ from the file (--update takes them)."]
    assert run(path, "--update") == [
        "0 services created, 0 joined to others, 1 updated, 0 unchanged; "
        "1 waiting periods read from notes.",
        "Left alone, an editor has touched it: Gadget",
        "Gone from the list, still here: Gone",
    ]


def test_it_shows_how_far_it_is(tmp_path, capsys):
    run(write(tmp_path, entry(), entry("Gadget")))
    assert "2/2" in capsys.readouterr().err


def test_it_can_be_quiet_about_it(tmp_path, capsys):
    run(write(tmp_path, entry()), "-v0")
    assert capsys.readouterr().err == ""


def test_it_does_not_name_thousands_of_wrong_entries(tmp_path):
    said = run(write(tmp_path, entry(), *[{"name": f"Wrong {number}"} for number in range(150)]))
    assert (len(said), said[-1]) == (102, "Wrong in the list: 50 more")


def test_a_file_that_is_no_list_ends_it(tmp_path):
    path = write(tmp_path, 1, 2)
    with pytest.raises(CommandError) as error:
        run(path)
    reason = "none of its 2 entries is one of JustDeleteMe’s list"
    assert str(error.value) == f"Nothing was imported from {path}: {reason}."
    assert error.value.returncode == 1


def test_a_database_that_is_away_ends_it(tmp_path, monkeypatch):
    def be_away(services):
        raise OperationalError("database is locked")

    monkeypatch.setattr(imports.search, "index", be_away)
    with pytest.raises(CommandError) as error:
        run(write(tmp_path, entry()))
    assert str(error.value) == (
        "The database does not answer (database is locked). What is written is whole; "
        "run this again for the rest."
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_whole_entries_and_can_be_run_again(tmp_path):
    path = write(tmp_path, *[entry(f"Gizmo{number}", **SLOW) for number in range(400)])
    importing = subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "import_justdeleteme", str(path), "-v0"],
        cwd=workers.ROOT,
        env={**os.environ, "DEBUG": "true", "DATABASE_URL": workers.database_url()},
    )
    try:
        workers.until(lambda: Origin.objects.count() >= 20, within=60)
    finally:
        importing.kill()
        importing.wait()
    made = Service.objects.count()
    assert 20 <= made < 400
    whole = Guide.objects.annotate(length=Count("steps")).filter(length=3)
    assert [Origin.objects.count(), whole.count(), Domain.objects.count()] == [made] * 3
    counts = f"{400 - made} services created, 0 joined to others, 0 updated, {made} unchanged"
    assert run(path)[0].startswith(counts)
