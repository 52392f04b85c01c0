"""An order as a value: what a line of an organiser's answer asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OTHERS = (0,)  # stands for the proposals that an answer's other lines name; no proposal has that number


class Verb(StrEnum):
    """What a line asks for."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    MAYBE = "maybe"  # an opinion that decides nothing, or a score alone
    CONFLICT = "conflict"  # does not judge it: a conflict of interest
    NO_CONFLICT = "no_conflict"  # judges it all the same, whatever was inferred
    NOTE = "note"  # a comment alone
    SET_FORMAT = "set_format"  # "6 -> poster"
    SHOW = "show"  # the full text, please: "?3"
    REOPEN = "reopen"  # back to undecided
    TAKE_HELD = "take_held"  # a held message is a proposal after all: "m12 oui"
    DISMISS_HELD = "dismiss_held"  # nothing is to be done about it: "m12 non"
    UNDO = "undo"  # the last answer
    SEND = "send"  # the decisions that wait to go out together
    RELEASE = "release"  # a draft of the programme becomes public
    DIGEST = "digest"  # a digest, now
    PIN = "pin"  # something is fixed in the programme: "12 at 14:00"
    UNPIN = "unpin"  # and let go again


OPINIONS = (Verb.ACCEPT, Verb.DECLINE, Verb.WAITLIST, Verb.MAYBE)
ALONE = (Verb.UNDO, Verb.SEND, Verb.RELEASE, Verb.DIGEST)
SAID = (*OPINIONS, Verb.CONFLICT, Verb.NO_CONFLICT, Verb.REOPEN)


@dataclass(frozen=True)
class Order:
    """One order. `numbers` are proposals', held messages' for the two verbs about those, or a draft's."""

    verb: Verb
    line: str  # as it was written, for quoting back
    numbers: tuple[int, ...] = ()  # in the order given, each once
    all_but: bool = False  # every undecided proposal but `numbers`
    score: float | None = None  # 0 to 1; "3/5" is 0.6
    format: str | None = None  # as in ProposalFound.format: "talk", "poster", "demo", ...
    comment: str | None = None  # for the other organisers
    to_speaker: str | None = None  # for the speaker, to be put into the letter
    arrangement: str | None = None  # what is fixed, as `programme.pins` reads it: "12 at 14:00 on monday"

    @property
    def about_proposals(self) -> bool:
        """Whether `numbers` are proposals'."""
        return self.verb not in (Verb.TAKE_HELD, Verb.DISMISS_HELD, Verb.RELEASE)


@dataclass(frozen=True)
class Unclear:
    """A line that may have been meant as an order, and the readings that come nearest, as lines to write."""

    line: str
    nearest: tuple[str, ...] = ()
    sentence: bool = False  # that says something of a proposal, or asks, rather than an attempt at an order
    wants: Verb | None = None  # an opinion that names no proposal: "oui", "fine by me"
