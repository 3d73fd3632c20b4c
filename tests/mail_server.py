"""A real mail server in its own process: python -m tests.mail_server TAKEN PROOF

It appends a line with Message-ID and recipient to the file TAKEN for every message that it has
accepted, before it says so. PROOF is the key and certificate that it shows under TLS. What it is
told to do comes line by line on its standard input, see `Behaviour`.
"""

import asyncio
import contextlib
import os
import re
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import trustme
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Behaviour:
    """What the server does wrong, if anything: a name, and what it applies to.

    fine                     takes everything
    gone                     refuses connections
    silent                   accepts connections and says nothing any more
    slow SECONDS             thinks before each answer
    temporary MAIL|RCPT|DATA answers 451 there
    unknown ADDRESS          answers 550 for this address
    against_us               answers 554 5.7.1 for every address
    closing                  answers 421 and ends the connection
    drop                     ends the connection in the middle of DATA
    drop_after               takes the message, and ends the connection instead of saying so
    no_tls                   ends the connection in the middle of the TLS handshake
    """

    name: str = "fine"
    of: str = ""

    def is_(self, name: str, of: str = "") -> bool:
        return (self.name, of or self.of) == (name, self.of)


class Server:
    def __init__(self, taken: Path, proof: Path) -> None:
        self.behaviour = Behaviour()
        self.taken = os.open(taken, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.open: set[Connection] = set()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(proof)
        self.port = 0

    async def serve(self) -> None:
        await self._listen()
        print(self.port, flush=True)  # noqa: T201
        told = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
        while line := (await told.readline()).decode():
            await self._do(*line.split())
            print("done", flush=True)  # noqa: T201

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(
            lambda: Connection(self), "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _do(self, name: str, of: str = "") -> None:
        was_gone = self.behaviour.is_("gone")
        self.behaviour = Behaviour(name, of)
        if was_gone:
            await self._listen()
        if name == "gone":
            self._listening.close()
        if name in {"gone", "no_tls"}:
            for connection in list(self.open):
                connection.abort()

    # --- What aiosmtpd asks ---------------------------------------------------------------------

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.is_("temporary", "MAIL"):
            return "451 4.3.0 Come back later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.behaviour.is_("temporary", "RCPT"):
            return f"451 4.3.0 Come back later for {address}"
        if self.behaviour.is_("unknown", address):
            return f"550 5.1.1 {address} is not known here"
        if self.behaviour.is_("against_us"):
            return "554 5.7.1 Relay access denied"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "Connection", session: Session, envelope: Envelope) -> str:
        if self.behaviour.is_("temporary", "DATA"):
            return "451 4.3.0 Come back later"
        found = re.search(rb"(?im)^Message-ID:\s*(\S+)", envelope.original_content or b"")
        message_id = found.group(1).decode() if found else "-"
        for recipient in envelope.rcpt_tos:
            os.write(self.taken, f"{message_id} {recipient}\n".encode())
        if self.behaviour.is_("drop_after"):
            server.abort()
        return "250 OK"


class Connection(SMTP):
    def __init__(self, server: Server) -> None:
        super().__init__(server, tls_context=server.tls, ident="tests")
        self.server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.server.open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.server.open.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        if self.transport:
            self.transport.abort()

    async def push(self, status: Any) -> None:
        """Every answer of the server goes through here."""
        behaviour = self.server.behaviour
        if behaviour.is_("silent"):
            await asyncio.Event().wait()
        if behaviour.is_("slow"):
            await asyncio.sleep(float(behaviour.of))
        if behaviour.is_("closing"):
            await super().push("421 4.3.2 Closing")
            self.transport.close()
            return
        await super().push(status)
        if behaviour.is_("drop") and str(status).startswith("354"):
            await self._reader.read(200)
            self.abort()
            await asyncio.Event().wait()  # until aiosmtpd sees that the connection is lost

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self.server.behaviour.is_("no_tls"):
            await self.push("220 Ready to start TLS")
            self.abort()
            return
        await super().smtp_STARTTLS(arg)


# --- For the tests ------------------------------------------------------------------------------


class Delivery(NamedTuple):
    message_id: str
    recipient: str


class MailServer:
    def __init__(self, process: "subprocess.Popen[str]", taken: Path, authority: Path) -> None:
        self._process = process
        self._taken = taken
        self.authority = authority
        self.port = int(self._answer())

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Self]:
        taken, proof, authority = (folder / name for name in ("taken", "proof", "authority"))
        taken.touch()
        issuer = trustme.CA()
        issuer.cert_pem.write_to_path(str(authority))
        issuer.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(proof))
        command = [sys.executable, "-m", "tests.mail_server", str(taken), str(proof)]
        with subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                yield cls(process, taken, authority)
            finally:
                process.kill()

    def does(self, name: str, of: str = "") -> None:
        """From now on it behaves so, see `Behaviour`."""
        assert self._process.stdin
        self._process.stdin.write(f"{name} {of}\n")
        self._process.stdin.flush()
        self._answer()

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    @property
    def deliveries(self) -> list[Delivery]:
        lines = self._taken.read_text().splitlines()
        return [Delivery(*line.split()) for line in lines]

    @property
    def count(self) -> int:
        """Messages accepted so far, repeats included."""
        return self._taken.read_bytes().count(b"\n")

    @property
    def repeats(self) -> int:
        return self.count - len({each.recipient for each in self.deliveries})

    @property
    def mailboxes(self) -> Counter[str]:
        """How many messages each recipient got."""
        return Counter(each.recipient for each in self.deliveries)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Server(*map(Path, sys.argv[1:])).serve())
