"""How many answers a server gives in a second: by wrk where it is installed, else by our own."""

import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

CONNECTIONS = 8
# Another address for each request, so that no answer has been given before.
ANEW = """
    local n = 0
    request = function() n = n + 1; return wrk.format("GET", wrk.path .. "?anew=" .. n) end
"""


class Failed(Exception):
    """The server gave an answer other than 200, or none."""


def has_wrk() -> bool:
    return bool(shutil.which("wrk"))


def per_second(
    port: int, path: str, headers: dict[str, str], *, seconds: float, anew: bool = False
) -> float:
    measure = _by_wrk if has_wrk() else _by_ourselves
    return measure(port, path, headers, seconds, anew)


def _by_wrk(port: int, path: str, headers: dict[str, str], seconds: float, anew: bool) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "20s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.TemporaryDirectory() as folder:
        if anew:
            script = Path(folder) / "anew.lua"
            script.write_text(ANEW)
            command += ["-s", str(script)]
        command += [f"http://127.0.0.1:{port}{path}"]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise Failed(f"{path}: {said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found.group(1))


def _by_ourselves(
    port: int, path: str, headers: dict[str, str], seconds: float, anew: bool
) -> float:
    lines = [f"{name}: {value}" for name, value in headers.items()]
    numbers, answers, ends_at = iter(range(10**9)), [0] * CONNECTIONS, time.monotonic() + seconds

    def ask(index: int) -> None:
        while time.monotonic() < ends_at:
            address = f"{path}?anew={next(numbers)}" if anew else path
            request = "\r\n".join([f"GET {address} HTTP/1.1", *lines, "Connection: close\r\n\r\n"])
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(request.encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            if not answer.startswith(b"HTTP/1.1 200"):
                return
            answers[index] += 1

    _together([lambda index=index: ask(index) for index in range(CONNECTIONS)])
    if time.monotonic() < ends_at:
        raise Failed(f"{path}: an answer other than 200")
    return sum(answers) / seconds


def _together(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
