"""Has a letter arrived? Looks into a mailbox by EXAMINE and leaves everything as it is."""

from __future__ import annotations

from datetime import date
from typing import cast

from callboard.mailroom.connection import Connection

HEADER = "BODY.PEEK[HEADER]"


def header_of(connection: Connection, folder: str, message_id: str, since: date) -> bytes | None:
    """The header of the message of this Message-ID that came on `since` or later; None when there is none.

    Raises MailboxDown.
    """
    # Selected anew for each look: a selected folder need not show what has come since (RFC 9051, section 5.2).
    connection.ask("select_folder", folder, readonly=True)
    uids = connection.ask("search", ["SINCE", since, "HEADER", "Message-ID", message_id])
    if not uids:
        return None
    fetched = connection.ask("fetch", uids[:1], [HEADER])
    return cast(bytes, fetched.get(uids[0], {}).get(b"BODY[HEADER]", b""))
