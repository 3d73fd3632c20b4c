"""A web server on this machine that answers as the addresses of others do."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Host(BaseHTTPRequestHandler):
    """`/404` answers 404, `/no-head` is not asked in haste, `/to/3/` leads on three times."""

    asked: list[tuple[str, str, str]] = []
    headers_of: list[dict[str, str]] = []

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.asked.append((self.command, self.path, self.headers["Host"]))
        self.headers_of.append(dict(self.headers))
        parts = self.path.strip("/").split("/")
        head = self.command == "HEAD"
        match parts:
            case ["no-head", status]:
                self.say(int(status) if head else 200)
            case ["later", seconds]:
                self.say(429, {"Retry-After": seconds})
            case ["to", count] if int(count):
                self.say(302, {"Location": f"/to/{int(count) - 1}"})
            case ["to", _]:
                self.say(200)
            case ["out"]:
                self.say(302, {"Location": "file:///etc/passwd"})
            case ["big"]:
                self.say(200, {"Content-Length": str(10**12)})
            case ["broken"]:
                self.wfile.write(b"no HTTP at all\r\n\r\n")
            case [status]:
                self.say(int(status or 200))

    def say(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": "0"} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, int]]:
    """Its address and port; what it is asked, `Host` remembers."""
    Host.asked, Host.headers_of = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
