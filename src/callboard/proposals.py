"""A proposal as people see it: the value that letters, digest, lists and pages are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from callboard.call import HalfDay, TopicMatch


class State(StrEnum):
    """Where a proposal stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Opinion(StrEnum):
    """What an organiser would do with a proposal."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    MAYBE = "maybe"  # an opinion all the same: a score, a comment


LEVELS = ("beginner", "intermediate", "advanced")  # whom a talk is for
DECIDED = frozenset({State.ACCEPTED, State.CONFIRMED, State.WAITLISTED, State.DECLINED})
IN_PROGRAMME = frozenset({State.ACCEPTED, State.CONFIRMED, State.SUBMITTED})


@dataclass(frozen=True)
class SpeakerCard:
    """A speaker of a proposal."""

    name: str
    affiliation: str | None = None
    email: str | None = None
    # False: nobody but an unproven mail says that the address is theirs.
    proven: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class ProposalCard:
    """One proposal, detached from the database. Unknown fields are None or empty."""

    number: int
    reference: str  # "P-7"
    state: State
    title: str | None
    speakers: tuple[SpeakerCard, ...]
    abstract: str | None
    language: str | None
    format: str | None
    duration_minutes: int | None
    keywords: tuple[str, ...]
    availability: str | None
    topics: tuple[TopicMatch, ...]  # best first, at most two
    contact: str | None  # address that letters go to
    letter_language: str  # "fr" or "en"
    submitted_at: datetime
    updated_at: datetime
    # `availability` as half-days; none: on no day of the event; None: not said, or not understood.
    half_days: tuple[HalfDay, ...] | None = None
    level: str | None = None  # one of LEVELS
    bio: str | None = None
    links: tuple[str, ...] = ()
    late: bool = False
    versions: int = 1
    missing: tuple[str, ...] = ()  # of "title", "abstract", "speakers", in that order

    @property
    def names(self) -> str:
        """The speakers' names in one line, empty when none is known."""
        return ", ".join(s.name for s in self.speakers)
