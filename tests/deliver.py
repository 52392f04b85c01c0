"""Put messages into a test mailbox, as a mail server would."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from servers import Account


def deliver(account: Account, *raws: bytes, folder: str = "INBOX", when: datetime | None = None) -> None:
    """Append these messages; `when` is their INTERNALDATE (default: now)."""
    deliver_many(account, raws, folder=folder, when=when)


def deliver_many(
    account: Account, raws: Iterable[bytes], folder: str = "INBOX", when: datetime | None = None
) -> None:
    """The same for thousands: MULTIAPPEND, 250 at a time."""
    waiting = iter(raws)
    with account.client() as client:
        if not client.folder_exists(folder):
            client.create_folder(folder)
        while some := list(islice(waiting, 250)):
            client.multiappend(folder, [{"msg": raw} | ({"date": when} if when else {}) for raw in some])


def plain_mail(number: int, text: str = "Hello,\r\n\r\nA short letter.\r\n") -> bytes:
    """A small letter that can be told from the others by its number."""
    return (
        f"From: Speaker {number} <speaker{number}@example.org>\r\n"
        f"To: organisers@example.org\r\n"
        f"Subject: Letter {number}\r\n"
        f"Message-ID: <letter-{number}@example.org>\r\n"
        f"\r\n{text}"
    ).encode()
