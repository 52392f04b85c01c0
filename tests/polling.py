"""How the tests look through a mailbox: open, poll, and compare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from callboard.config import MailboxConfig, WorkerConfig
from callboard.errors import MailboxDown, ServerTrouble
from callboard.mailroom.mailbox import Batch, Cursor, Fetched, Mailbox
from callboard.mailroom.sasl import Secret
from servers import PASSWORD, Account

NEVER = Cursor(None, 0)


@contextmanager
def opened(config: MailboxConfig, password: Secret = PASSWORD, **limits: Any) -> Iterator[Mailbox]:
    with Mailbox(config, password, WorkerConfig(**({"timeout_seconds": 10} | limits))) as mailbox:
        yield mailbox


def poll(
    config: MailboxConfig, cursor: Cursor = NEVER, since: date | None = None, **limits: Any
) -> list[Batch]:
    with opened(config, **limits) as mailbox:
        return list(mailbox.poll(cursor, since))


def fetched(batches: list[Batch]) -> list[Fetched]:
    return [message for batch in batches for message in batch.messages]


def seen_by_a_person(account: Account, folder: str = "INBOX") -> dict[int, set[bytes]]:
    """The flags of every message, as the organiser's own client sees them."""
    with account.client(folder) as client:
        flags = client.get_flags(client.search())
    # RFC 9051 section 2.3.2: \Recent was the server's own business, and is no more.
    return {uid: set(of_one) - {rb"\Recent"} for uid, of_one in flags.items()}


def trouble_of(config: MailboxConfig, password: str = PASSWORD, **limits: Any) -> tuple[ServerTrouble, str]:
    """What a first look at a mailbox that cannot be read says."""
    with pytest.raises(MailboxDown) as down, opened(config, password, **limits) as mailbox:
        list(mailbox.poll(NEVER, None))
    return down.value.trouble, str(down.value)


def one_message(uidvalidity: bytes = b" UIDVALIDITY 7") -> dict[str, Any]:
    """Answers of a server with message 1, and this in place of its UIDVALIDITY."""
    return {
        "STATUS": b'* STATUS "INBOX" (MESSAGES 1 UIDNEXT 2' + uidvalidity + b")\r\n",
        "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDNEXT 2] ok\r\n"
        + (b"* OK [" + uidvalidity.strip() + b"] ok\r\n" if uidvalidity else b""),
        "UID FETCH 1 .RFC822.SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 8)\r\n",
        r"UID FETCH 1 .BODY.PEEK\[\]": body(1),
    }


def three_messages() -> dict[str, Any]:
    """Answers of a server with messages 1, 2 and 3 of 8 bytes."""
    return {
        "STATUS": b'* STATUS "INBOX" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)\r\n',
        "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n",
        "UID SEARCH UID 1:3": b"* SEARCH 1 2 3\r\n",
        "UID SEARCH UID 2": b"* SEARCH 2\r\n",
        "UID FETCH 1,2,3 .RFC822.SIZE": b"".join(
            b"* %d FETCH (UID %d RFC822.SIZE 8)\r\n" % (uid, uid) for uid in (1, 2, 3)
        ),
        r"UID FETCH 1,2,3 .BODY.PEEK\[\]": body(1) + body(2) + body(3),
        r"UID FETCH 1 .BODY.PEEK\[\]": body(1),
        r"UID FETCH 2 .BODY.PEEK\[\]": body(2),
        r"UID FETCH 3 .BODY.PEEK\[\]": body(3),
    }


def body(uid: int, item: bytes = b"BODY[]") -> bytes:
    return b"* %d FETCH (UID %d %s {8}\r\na: %d\r\n\r\n)\r\n" % (uid, uid, item, uid)
