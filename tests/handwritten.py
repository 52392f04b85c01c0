"""Mails as values, for the tests of reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callboard.mailroom.mail import Address, IncomingMail

_LETTER = IncomingMail(
    subject="Bonjour",
    sender=Address("Ada Moreau", "ada@example.org"),
    text="Bonjour,\n\nà bientôt\n\nAda",
    message_id="<1@example.org>",
)


def letter(text: str | None = None, **facts: Any) -> IncomingMail:
    """A person's mail with these facts changed."""
    return replace(_LETTER, **facts) if text is None else replace(_LETTER, text=text, **facts)
