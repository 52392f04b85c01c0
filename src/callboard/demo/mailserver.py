"""A mail server to try Callboard out with: `python -m callboard.demo.mailserver`.

It keeps everything in memory, checks nobody and sends nothing on. What comes for the organisers' address lies in INBOX;
every other letter, which would leave for a speaker or an organiser, lies in the folder "Letters", to be read with any
mail program. For one's own machine only.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import threading
from typing import Any

from imapclient import IMAPClient

from callboard.demo.servers import ImapServer, SmtpListener

LETTERS = "Letters"


class Delivering(SmtpListener):
    """Puts what it is handed into the IMAP server's mailbox."""

    def __init__(self, address: str, imap_port: int, user: str, password: str, **place: Any) -> None:
        super().__init__(**place)
        self._address, self._imap, self._login = address.casefold(), imap_port, (user, password)
        self._one = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 (aiosmtpd's names)
        """Deliver at once."""
        raw = bytes(envelope.content)
        ours = [r.casefold() == self._address for r in envelope.rcpt_tos]
        folders = ["INBOX"] * any(ours) + [LETTERS] * (not all(ours))
        await asyncio.to_thread(self._deliver, raw, folders)
        return "250 2.0.0 delivered"

    def _deliver(self, raw: bytes, folders: list[str]) -> None:
        with self._one, IMAPClient("127.0.0.1", port=self._imap, ssl=False, timeout=30) as client:
            client.login(*self._login)
            for folder in folders:
                if not client.folder_exists(folder):
                    client.create_folder(folder)
                client.append(folder, raw)


def serve(host: str, imap: int, smtp: int, address: str, user: str, password: str) -> None:
    """Until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with (
        ImapServer(user, password, host=host, port=imap) as mailbox,
        Delivering(address, mailbox.port, user, password, host=host, port=smtp) as post,
    ):
        sys.stdout.write(
            f"IMAP at {host}:{mailbox.port} (user {user}), SMTP at {host}:{post.port}, no encryption\n"
        )
        sys.stdout.flush()
        while not stop.wait(1):
            pass


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m callboard.demo.mailserver", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--imap", type=int, default=1143, help="its port")
    parser.add_argument("--smtp", type=int, default=1025, help="its port")
    parser.add_argument("--address", default="talks@tryout.example", help="whose mail lies in INBOX")
    parser.add_argument("--user", default="tryout")
    parser.add_argument("--password", default="tryout")
    serve(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
