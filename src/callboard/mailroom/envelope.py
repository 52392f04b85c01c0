"""Who wrote a message that cannot be read, and about what: its header alone, for the digest and `callboard held`."""

from __future__ import annotations

import re

from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import IncomingMail, read_mail

LARGEST_HEADER = 200_000  # bytes; servers refuse headers far smaller than that
_END = re.compile(rb"\r?\n\r?\n")
# The body's own description: without it the header reads as a mail with an empty body.
_CONTENT = re.compile(rb"^content-[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)


def read_envelope(raw: bytes) -> IncomingMail | None:
    """Sender, subject, date and Message-ID of these bytes, without any body; None when not even that can be read."""
    try:
        return read_mail(_CONTENT.sub(b"", _header(raw)) + b"\r\n")
    except UnreadableMail:
        return None


def _header(raw: bytes) -> bytes:
    return _END.split(raw[:LARGEST_HEADER].lstrip(b"\r\n"), maxsplit=1)[0] + b"\r\n"
