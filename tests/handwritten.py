"""Mails and texts as values, for the tests of reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading.document import Document
from callboard.reading.proposal import extract
from callboard.reading.result import ProposalFound

PONDS = (
    "Mill ponds silt up within a century unless somebody keeps them. The talk follows three ponds from their "
    "digging to their last sluice, with the account books of the millers and the maps of the tax office."
)
PONDS_IN_FRENCH = (
    "Les étangs de moulin s'envasent en un siècle si personne ne les cure. L'exposé suit trois étangs, de leur "
    "creusement à leur dernière vanne, avec les comptes des meuniers et les plans du cadastre."
)

_LETTER = IncomingMail(
    subject="Bonjour",
    sender=Address("Ada Moreau", "ada@example.org"),
    text="Bonjour,\n\nà bientôt\n\nAda",
    message_id="<1@example.org>",
)


def letter(text: str | None = None, **facts: Any) -> IncomingMail:
    """A person's mail with these facts changed."""
    return replace(_LETTER, **facts) if text is None else replace(_LETTER, text=text, **facts)


def proposed(text: str, **known: Any) -> ProposalFound:
    """The one talk that a text of Ada Moreau's proposes, with what else is known of it."""
    (found,) = extract(
        Document(text=text, **{"sender": "Ada Moreau", "address": "ada@brenne.example", **known})
    )
    return found
