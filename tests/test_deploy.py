"""The systemd units under deploy/: systemd understands every line, and they start what there is."""

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.module_loading import import_string
from gunicorn.config import Config

UNITS = sorted((Path(__file__).parent.parent / "deploy").glob("*.service"))
HOME = "/srv/wayout"


def started_by(unit):
    return shlex.split(re.search(r"(?m)^ExecStart=(.*)$", unit.read_text()).group(1))


def verify(unit):
    command = [shutil.which("systemd-analyze"), "verify", "--man=no", str(unit)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.fixture
def unit_here(request, tmp_path):
    """The unit with paths that exist on this machine, in a folder that holds nothing else."""
    text = request.param.read_text()
    text = re.sub(rf"{HOME}/\.venv/bin/\w+", sys.executable, text).replace(HOME, str(tmp_path))
    copy = tmp_path / request.param.name
    copy.write_text(text)
    return copy


def test_there_is_one_for_the_web_and_one_for_the_reminders():
    assert [unit.name for unit in UNITS] == ["wayout-reminders.service", "wayout-web.service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("unit_here", UNITS, indirect=True, ids=lambda unit: unit.stem)
def test_systemd_has_nothing_to_say_against_it(unit_here):
    done = verify(unit_here)
    about_us = [line for line in done.stderr.splitlines() if unit_here.name in line]
    assert (done.returncode, about_us) == (0, [])


def test_the_worker_is_a_command_with_these_options():
    program, script, name, *options = started_by(UNITS[0])
    assert (program, script) == (f"{HOME}/.venv/bin/python", "manage.py")
    command = load_command_class(get_commands()[name], name)
    assert command.create_parser("manage.py", name).parse_args(options).loop is True


def test_the_web_serves_the_application():
    program, *options, application = started_by(UNITS[1])
    assert program == f"{HOME}/.venv/bin/gunicorn"
    assert options == ["--config", "deploy/gunicorn.conf.py"]
    assert callable(import_string(f"{application}.application"))


def test_the_web_server_is_bounded_and_writes_no_addresses_down():
    config = Config()
    for name, value in runpy.run_path(str(UNITS[1].parent / "gunicorn.conf.py")).items():
        if not name.startswith("__"):
            config.set(name, value)  # which refuses what gunicorn does not know
    bounds = config.timeout, config.graceful_timeout, config.keepalive, config.max_requests
    assert bounds == (30, 20, 5, 2000)
    limits = config.limit_request_line, config.limit_request_fields
    assert (*limits, config.limit_request_field_size) == (4094, 60, 8190)
    assert (config.accesslog, config.forwarded_allow_ips) == (None, ["127.0.0.1"])
