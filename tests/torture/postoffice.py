"""An SMTP server in a process of its own, which writes each letter to disk before it says that it took it.

    python postoffice.py FOLDER [--lose N] [--file PORT USER PASSWORD] [--login PASSWORD] [--certificates FOLDER]

Prints its port. Every letter becomes a file in FOLDER, named by the order in which they came. Beside it lies one whose
name ends in `.heard` once the client has said more on that connection, so that it has the answer. Of every N letters
that come for the first time, one is taken without an answer: the line goes dead. With `--file` it puts a copy into that
mailbox's folder Sent before it answers, as Gmail does. `--login` wants one, `--certificates` wants STARTTLS first.
"""

from __future__ import annotations

import argparse
import asyncio
import email.parser
import os
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from imapclient import IMAPClient


class Office:
    """aiosmtpd's handler."""

    def __init__(self, folder: Path, lose: int, mailbox: tuple[int, str, str] | None) -> None:
        self._folder, self._lose, self._mailbox = folder, lose, mailbox
        self._seen: set[str] = set()
        self._taken = 0
        self._client: IMAPClient | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        raw: bytes = envelope.content
        message_id = str(email.parser.BytesHeaderParser().parsebytes(raw)["Message-ID"])
        first = message_id not in self._seen
        self._seen.add(message_id)
        lost = bool(self._lose and first and len(self._seen) % self._lose == 0)
        self._taken += 1
        name = f"{self._taken:06d}.{'lost' if lost else 'answered'}"
        self._keep(f"{name}.eml", raw)
        if self._mailbox:
            self._file(raw)
        if lost:
            server.transport.abort()
        server.letter = self._folder / f"{name}.heard"
        return "250 2.0.0 queued"

    def _keep(self, name: str, raw: bytes) -> None:
        part = self._folder / f"{name}.part"
        with part.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / name)

    def _file(self, raw: bytes) -> None:
        if self._client is None:
            port, user, password = self._mailbox or (0, "", "")
            self._client = IMAPClient("127.0.0.1", port=port, ssl=False, timeout=20)
            self._client.login(user, password)
        self._client.append("Sent", raw, [rb"\Seen"])


class Connection(SMTP):
    """One connection: whoever goes on after a letter has read the answer to it."""

    letter: Path | None = None  # what to make when the client says more

    async def smtp_MAIL(self, arg: str) -> None:
        self._heard()
        await super().smtp_MAIL(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self._heard()
        await super().smtp_QUIT(arg)

    def _heard(self) -> None:
        if self.letter:
            self.letter.touch()
        self.letter = None


def server_of(office: Office, password: str | None, certificates: Path | None) -> SMTP:
    """What one connection talks to."""
    context = None
    if certificates:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        right = isinstance(login, LoginPassword) and login.password.decode() == password
        return AuthResult(success=right, handled=False)

    return Connection(
        office,
        hostname="127.0.0.1",
        decode_data=False,
        enable_SMTPUTF8=True,
        tls_context=context,
        require_starttls=context is not None,
        authenticator=check if password else None,
        auth_required=password is not None,
        auth_require_tls=context is not None,
        loop=asyncio.get_running_loop(),
    )


async def serve(office: Office, password: str | None, certificates: Path | None) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: server_of(office, password, certificates), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started us holds the other end of our standard input.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lose", type=int, default=0)
    parser.add_argument("--file", nargs=3)
    parser.add_argument("--login")
    parser.add_argument("--certificates", type=Path)
    given = parser.parse_args()
    mailbox = (int(given.file[0]), given.file[1], given.file[2]) if given.file else None
    asyncio.run(serve(Office(given.folder, given.lose, mailbox), given.login, given.certificates))


if __name__ == "__main__":
    main()
