"""The letters of a conversation: what was understood and done, which proposal is meant, what a person must answer.

One message gets one answer, whatever it asks for: the transcript, made of deeds. The words are in
`templates/letters/<language>/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from callboard.call import Call, Organiser
from callboard.desk.letters import ABSTRACT, Letter, tidied, write
from callboard.desk.wording import around_difference, clip, one_line, paragraphs, shorten
from callboard.mailroom.incoming import Address
from callboard.proposals import ProposalCard
from callboard.templating import Templates

# In the order in which a changed proposal shows them; the names are ProposalCard's.
FIELDS = (
    "title",
    "speakers",
    "abstract",
    "duration_minutes",
    "format",
    "level",
    "language",
    "keywords",
    "availability",
    "half_days",
    "bio",
    "links",
)
SENTENCES = 8  # of a message that are quoted back
SENTENCE = 400  # characters of each
MESSAGE = 5_000  # characters of a question that organisers read at once
EXCERPT = 200


class Did(StrEnum):
    """What was done to a proposal. The first of several names the letter."""

    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    LEFT_WITHDRAWN = "left_withdrawn"  # it could not be restored without the organisers
    CONFIRMED = "confirmed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Deed:
    """One thing done to one proposal, and how it stood before and after."""

    did: Did
    before: ProposalCard
    after: ProposalCard
    at: datetime | None = (
        None  # withdrawn: until when this can be undone; left so: since when; confirmed: the slot
    )

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that are not what they were."""
        if self.did is not Did.CHANGED:
            return ()
        return tuple(f for f in FIELDS if getattr(self.before, f) != getattr(self.after, f))


@dataclass(frozen=True)
class Transcript:
    """What one message led to."""

    deeds: tuple[Deed, ...] = ()
    standing: tuple[ProposalCard, ...] = ()  # how things stand, when that was asked
    about: ProposalCard | None = None  # of a message that is only passed on
    unread: tuple[str, ...] = ()  # sentences that nobody but a person understands
    passed_on: bool = False
    asks: bool = True  # whether what is passed on wants an answer
    own: bool = True  # whether it answers the message of whom it goes to
    by: str | None = None  # whose message it was, where another speaker is told

    @property
    def cards(self) -> tuple[ProposalCard, ...]:
        """The proposals that it speaks of, each once, as they are now."""
        cards = (*(deed.after for deed in self.deeds), *self.standing, *((self.about,) if self.about else ()))
        return tuple({card.number: card for card in cards}.values())


def transcript(
    templates: Templates,
    call: Call,
    said: Transcript,
    to: Address,
    sender: Address,
    language: str | None,
    *,
    confirm: bool = True,
) -> Letter:
    """What was understood and done, what was not, and how things stand when asked. `sender` is the address that
    answers go to; without a language that we write in the letter is in all of them."""
    deeds = sorted(said.deeds, key=lambda deed: tuple(Did).index(deed.did))
    cards = tuple(tidied(card) for card in said.cards)
    values = {
        "deeds": tuple(_shown(deed, call.zone) for deed in deeds),
        "standing": tuple(tidied(card) for card in said.standing),
        "about": tidied(said.about) if said.about else None,
        "card": cards[0] if cards and (deeds or len(cards) == 1) else None,
        "incomplete": tuple(
            card for card in cards if card.missing and card.state not in ("withdrawn", "declined")
        ),
        "several": len(cards) > 1,
        "unread": tuple(one_line(sentence, SENTENCE) for sentence in said.unread[:SENTENCES]),
        "passed_on": said.passed_on,
        "asks": said.asks,
        "own": said.own,
        "by": one_line(said.by, 100) if said.by else None,
        "confirm": confirm,
        "answer_to": sender.address,
    }
    return write(templates, "transcript", (language or "",), call, to, **values)


def _shown(deed: Deed, zone: tzinfo) -> dict[str, object]:
    """The deed as the templates want it: of long texts the place where they differ."""
    old, new = tidied(deed.before), tidied(deed.after)
    if deed.before.abstract and deed.after.abstract and "abstract" in deed.changed:
        old = replace(old, abstract=around_difference(deed.before.abstract, deed.after.abstract, ABSTRACT))
        new = replace(new, abstract=around_difference(deed.after.abstract, deed.before.abstract, ABSTRACT))
    at = deed.at.astimezone(zone) if deed.at else None
    return {"did": deed.did.value, "before": old, "card": new, "changed": deed.changed, "at": at}


def which(
    templates: Templates,
    call: Call,
    cards: Sequence[ProposalCard],
    to: Address,
    text: str,
    language: str | None,
) -> Letter:
    """Several proposals may be meant: which one? `text` is what the speaker wrote."""
    values = {"cards": tuple(tidied(card) for card in cards), "excerpt": clip(one_line(text), EXCERPT)}
    return write(templates, "which", (language or "",), call, to, **values)


def readdressed(
    templates: Templates,
    call: Call,
    cards: Sequence[ProposalCard],
    to: Address,
    old: str,
    new: str,
    language: str,
) -> Letter:
    """A speaker's letters go to another address from now on; both are told."""
    values = {
        "cards": tuple(tidied(card) for card in cards),
        "old": one_line(old, 320),
        "new": one_line(new, 320),
    }
    return write(templates, "readdressed", (language,), call, to, **values)


def question(
    templates: Templates, call: Call, organiser: Organiser, who: Address, text: str, card: ProposalCard | None
) -> Letter:
    """A speaker's message for an organiser, who answers the speaker directly: the one letter whose Reply-To is
    not the monitored address. Raises ValueError for an organiser without an address."""
    if not organiser.address:
        raise ValueError(f"{organiser.name} has no address that a question could go to")
    values = {
        "who": one_line(who.name, 100) or who.address,
        "address": who.address,
        "message": shorten(paragraphs(text), MESSAGE),
        "card": tidied(card) if card else None,
    }
    to, language = Address(organiser.name, organiser.address), organiser.language or call.language
    return replace(write(templates, "question", (language,), call, to, **values), reply_to=who)


def receipt(
    templates: Templates,
    call: Call,
    cards: Sequence[ProposalCard],
    to: Address,
    author: Address | None,
    language: str,
    *,
    known: bool = False,
) -> Letter:
    """One line for the organiser who passed a mail on: where it is filed, and whether `author` is written to.
    `known`: it had been filed before."""
    values = {
        "cards": tuple(tidied(card) for card in cards),
        "author": (one_line(author.name, 100) or author.address) if author else None,
        "known": known,
    }
    return write(templates, "receipt", (language,), call, to, **values)
