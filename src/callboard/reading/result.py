"""What reading a mail results in: frozen values, each field with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from callboard.call import HalfDay, TopicMatch
from callboard.mailroom.incoming import Address

TEXT_AT_LEAST = 20  # words of an abstract under no label: a remark beside a new title has fewer


class Kind(StrEnum):
    """What a mail is to the call."""

    PROPOSAL = "proposal"
    REVISION = "revision"
    WITHDRAWAL = "withdrawal"
    QUESTION = "question"
    OTHER = "other"
    AUTOREPLY = "autoreply"
    BOUNCE = "bounce"
    BULK = "bulk"
    UNREADABLE = "unreadable"


class Wish(StrEnum):
    """What somebody asks for, or tells, in a short answer besides changing a proposal."""

    CONFIRM = "confirm"  # they come
    UNDO = "undo"  # what was done last is to be undone: mostly a withdrawal
    STATUS = "status"  # what became of the proposal
    THANKS = "thanks"  # nothing but thanks
    DIGEST = "digest"  # an organiser's: the digest, now


class Thread(StrEnum):
    """What is known of the mails that a mail answers."""

    NEW = "new"  # nothing
    OURS = "ours"  # a letter of ours, or messages about a proposal of the sender's, of which the mail speaks
    THEIRS = "theirs"  # messages about somebody's proposal, whose subject the mail repeats


MACHINES = frozenset({Kind.AUTOREPLY, Kind.BOUNCE, Kind.BULK})


@dataclass(frozen=True)
class Source:
    """Where a field came from: the part, the characters in it, the rule, and how sure the reader is.

    Confidence is how often fields like it were right in labelled mail: by the rule, and less for each thing that
    speaks against the value (`sureness`). Rules and doubts were weighed by 932 fields; of 430 others, in letters kept
    aside, 98 % of those with 0.9 or more were right, and 75 % of those with less.
    """

    part: str  # "subject", "text", "sender", "attachment NAME"
    rule: str  # the name of the rule: "label", "heading", "quotation marks", ...
    confidence: float = 0.0  # 0..1
    start: int | None = None  # offsets into that part's text: Reading.parts
    end: int | None = None
    also: tuple[Source, ...] = ()  # further places of the same field: another speaker's, the next link's


@dataclass(frozen=True)
class LeftOut:
    """Characters of the mail's text that its author did not write for it."""

    what: str  # "quoted", "signature", "forwarding"
    start: int
    end: int


@dataclass(frozen=True)
class SpeakerFound:
    """A speaker as the mail names them."""

    name: str
    affiliation: str | None = None
    email: str | None = None
    presenter: bool = False  # marked among the authors as the one who presents


@dataclass(frozen=True)
class ProposalFound:
    """One talk as proposed. A field that is not there is None (or empty), never invented."""

    title: str | None = None
    speakers: tuple[SpeakerFound, ...] = ()
    abstract: str | None = None
    language: str | None = None  # ISO 639-1
    format: str | None = None  # "talk", "poster", "demo", "tutorial", "lightning", "panel", ...
    level: str | None = None  # "beginner", "intermediate" or "advanced"
    duration_minutes: int | None = None
    keywords: tuple[str, ...] = ()
    availability: str | None = None  # in the speaker's words
    half_days: tuple[HalfDay, ...] | None = None  # the same as half-days; None: not understood
    bio: str | None = None
    links: tuple[str, ...] = ()
    topics: tuple[TopicMatch, ...] = ()  # best first, at most two
    adds_speakers: bool = False  # of a revision: `speakers` join those known, rather than replace them
    removes_speakers: tuple[str, ...] = ()  # of a revision: names that go, or were written wrongly
    sources: Mapping[str, Source] = field(default_factory=dict)  # by field name

    @property
    def stands_alone(self) -> bool:
        """Whether it has a title of its own, not only the subject's, and a text: what nobody writes by accident."""
        return self._told and self.sources["title"].part != "subject"

    @property
    def named_by_subject(self) -> bool:
        """Whether it has a text, and the subject's title: its own where that was typed, not repeated."""
        return self._told and self.sources["title"].part == "subject"

    @property
    def _told(self) -> bool:
        if self.title is None or self.abstract is None:
            return False
        title, text = self.sources["title"], self.sources["abstract"]
        if text.rule == "label":
            return True
        # What stands above a title leads to it: "sorry, we would like to call it differently".
        above = title.part == text.part and (text.start or 0) < (title.start or 0)
        return not above and len(self.abstract.split()) >= TEXT_AT_LEAST


@dataclass(frozen=True)
class Reading:
    """What a mail says. Pure: the same mail and call give the same reading."""

    kind: Kind
    reason: str  # one sentence for people: why this kind
    confidence: float
    acknowledge_to: Address | None  # whom an acknowledgement would go to; None: nobody is answered
    forwarded_by: Address | None = None  # who passed it on, when the proposer is somebody else
    language: str | None = None  # ISO 639-1 of the cover text: the language to answer in
    own_text: str = ""  # what the sender wrote themselves
    full_text: str = ""  # with quotes and signature
    new_address: str | None = None  # that the sender wants to be written to, when that is all they say
    wishes: tuple[Wish, ...] = ()  # what a short answer asks for besides
    unread: tuple[str, ...] = ()  # its sentences that no rule made use of, shortened
    references: tuple[str, ...] = ()  # our own references named in subject or body, e.g. "P-7"
    proposals: tuple[ProposalFound, ...] = ()
    # For a revision `proposals` holds at most one entry with only the fields that change.
    # Of kind OTHER: it may be a proposal, which `proposals` then is as far as understood; of AUTOREPLY: it may be a
    # person's.
    doubtful: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)  # the texts that sources point into
    left_out: tuple[LeftOut, ...] = ()  # of the part "text", where it was asked for
