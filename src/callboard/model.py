"""The tables and their states.

Times are aware UTC in Python and stored as UTC. Nothing here decides anything: `desk` and `programme`
do, `store` holds the engine and the named queries.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from callboard.proposals import Opinion, State


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite drops the zone of `DateTime(timezone=True)`; this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Store UTC; a naive time is a bug, not a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Read back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names every constraint, so that Alembic can alter SQLite tables later."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 (SQLAlchemy reads it from the class)


class Outcome(StrEnum):
    """What became of a received message. Every message has exactly one."""

    WAITING = "waiting"  # stored, not read yet
    PROPOSAL = "proposal"  # made one or more proposals
    FOLLOW_UP = "follow_up"  # belongs to a proposal: a correction, a withdrawal, a question, thanks
    QUESTION = "question"  # a question about the call, for a person to answer
    COPY = "copy"  # of a message or a proposal that is here already
    IGNORED = "ignored"  # a machine, or private mail that is not for the call
    HELD = "held"  # waits for a person
    REVIEW = "review"  # an organiser's answer to the digest
    DISMISSED = "dismissed"  # was held; a person said that nothing is to be done


class MailboxState(Base):
    """How far one mailbox has been read."""

    __tablename__ = "mailbox"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    last_success: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    stuck_uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    stuck_uid: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the message that the last passes did not get beyond
    stuck_passes: Mapped[int] = mapped_column(default=0)  # how many


class InboxEntry(Base):
    """One received message and its outcome. The ledger is (mailbox, UIDVALIDITY, UID)."""

    __tablename__ = "inbox_entry"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index("ix_inbox_entry_outcome_turn", "outcome", "turn", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(100))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]  # when Callboard stored it
    turn: Mapped[
        datetime
    ]  # when it arrived in its mailbox: messages are read in this order, whatever mailbox
    content_hash: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of the raw bytes
    text_hash: Mapped[str | None] = mapped_column(
        String(64)
    )  # of subject and text, folded: the same in every copy
    size: Mapped[int] = mapped_column(Integer)  # bytes on the server
    truncated: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str | None] = mapped_column(String(998), index=True)  # RFC 5322, section 2.1.1
    sent_at: Mapped[datetime | None]
    sender: Mapped[str | None] = mapped_column(String(320), index=True)
    sender_name: Mapped[str | None] = mapped_column(String(320))
    subject: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[Outcome] = mapped_column(String(20), default=Outcome.WAITING)
    kind: Mapped[str | None] = mapped_column(String(20))  # the reader's word: proposal, question, ...
    reason: Mapped[str | None] = mapped_column(Text)  # a sentence for organisers, in English
    reason_code: Mapped[str | None] = mapped_column(
        String(40)
    )  # of a held message: the sentence in other languages
    reason_values: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what stands in it
    excerpt: Mapped[str | None] = mapped_column(Text)  # the first words, where a person must look
    approved: Mapped[bool] = mapped_column(default=False)  # a person said that it is a proposal
    processed_at: Mapped[datetime | None]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    marked: Mapped[bool] = mapped_column(default=False)  # flagged or moved on the server, where wished


class RawMessage(Base):
    """The bytes of a message, apart from its row so that lists stay light and retention can drop them."""

    __tablename__ = "raw_message"

    entry_id: Mapped[int] = mapped_column(ForeignKey("inbox_entry.id"), primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)


class Proposal(Base):
    """A proposed talk as it stands now; `Version` keeps what each message said."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)  # its number
    state: Mapped[State] = mapped_column(String(20), default=State.SUBMITTED, index=True)
    title: Mapped[str | None] = mapped_column(Text)
    abstract: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    format: Mapped[str | None] = mapped_column(String(40))
    level: Mapped[str | None] = mapped_column(String(12))
    duration_minutes: Mapped[int | None]
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    availability: Mapped[str | None] = mapped_column(Text)
    bio: Mapped[str | None] = mapped_column(Text)
    links: Mapped[list[Any]] = mapped_column(default=list)
    # HalfDay.as_json(); none: on no day; None: not said, or not understood.
    half_days: Mapped[list[Any] | None]
    topics: Mapped[list[Any]] = mapped_column(default=list)  # TopicMatch as an object, best first
    # Which days and topics of the call these two were read for (`desk.following`).
    for_days: Mapped[str | None] = mapped_column(String(64))
    for_topics: Mapped[str | None] = mapped_column(String(64))
    contact: Mapped[str | None] = mapped_column(String(320))  # where letters go
    contact_name: Mapped[str | None] = mapped_column(String(320))
    letter_language: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)  # of title and abstract, folded
    late: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    speakers: Mapped[list[Speaker]] = relationship(
        order_by="Speaker.position", cascade="all, delete-orphan", lazy="selectin"
    )
    versions: Mapped[list[Version]] = relationship(order_by="Version.number", cascade="all, delete-orphan")


class Speaker(Base):
    """A speaker of a proposal, in the order given."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("proposal_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    affiliation: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320))
    # Whether what comes from that address may change the proposal: not where only an unproven mail named it.
    may_change: Mapped[bool] = mapped_column(default=True, server_default=true())


class Version(Base):
    """What one message said of one proposal, and what the proposal was after it."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_entry.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))  # "speaker", "organiser", "command line"
    action: Mapped[str] = mapped_column(String(20))  # proposed, revised, withdrawn, accepted, declined, ...
    understood: Mapped[dict[str, Any]] = mapped_column(default=dict)  # fields with their sources
    changed: Mapped[dict[str, Any]] = mapped_column(default=dict)  # field -> [before, after]


class LetterState(StrEnum):
    """Where a letter stands."""

    OWED = "owed"
    SENT = "sent"
    FAILED = "failed"  # given up, shown in the digest
    CANCELLED = "cancelled"
    WAITING = "waiting"  # a decision's, until all are sent together


class OutboxEntry(Base):
    """A letter owed. Its key makes it unique: one acknowledgement for one proposal, whatever happens."""

    __tablename__ = "outbox_entry"
    __table_args__ = (Index("ix_outbox_entry_state_next_attempt", "state", "next_attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)  # "acknowledgement/7"
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)  # with angle brackets
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_entry.id"))  # the mail it answers
    created_at: Mapped[datetime]
    state: Mapped[LetterState] = mapped_column(String(20), default=LetterState.OWED)
    bounced: Mapped[bool] = mapped_column(default=False)  # taken by the server, returned later
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]  # sent, or given up


class Draft(Base):
    """A numbered draft of the programme."""

    __tablename__ = "draft"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]  # Programme.as_json()
    fingerprint: Mapped[str] = mapped_column(String(64))  # of everything the outputs depend on
    inputs: Mapped[str] = mapped_column(String(64), default="")  # of everything it was arranged from
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # moves.facts_of: what each place depended on
    written: Mapped[str | None] = mapped_column(
        String(80)
    )  # of everything the files lying there were made from
    released_at: Mapped[datetime | None]  # made public; the last released is the public one


class PinnedTalk(Base):
    """What an organiser fixed in the programme: one line, read by `programme.pins`."""

    __tablename__ = "pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(200), unique=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320))


class DigestRecord(Base):
    """That a digest was owed for a day, and which news it covered."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(
        String(60), unique=True
    )  # ISO date in the call's zone, or "on demand, ..."
    made_at: Mapped[datetime]
    until: Mapped[datetime | None]  # news up to here was told; None: there was none


class Vote(Base):
    """What one organiser thinks of one proposal now. `ReviewOrder` keeps how that came about."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("proposal_id", "organiser"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    organiser: Mapped[str] = mapped_column(String(320))  # their address, in lower case
    opinion: Mapped[Opinion | None] = mapped_column(String(20))
    score: Mapped[float | None] = mapped_column(Float)  # 0 to 1
    comment: Mapped[str | None] = mapped_column(Text)  # for the other organisers
    to_speaker: Mapped[str | None] = mapped_column(Text)  # for the decision's letter
    recused: Mapped[bool | None]  # False: judges it, whatever conflict was inferred; None: has not said
    at: Mapped[datetime]


class ReviewOrder(Base):
    """The audit trail: one order of one organiser, by which message, and what it found, so that it can be undone."""

    __tablename__ = "review_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(80), index=True)  # orders given, and undone, together
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(320), index=True)  # an organiser's address, or "command line"
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_entry.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    verb: Mapped[str] = mapped_column(String(20))
    line: Mapped[str | None] = mapped_column(Text)  # as it was written
    before: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # the vote and the proposal's fields it changed
    undone_at: Mapped[datetime | None]


class Secret(Base):
    """What only this installation knows: the key that signs the digests' codes."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class Erasure(Base):
    """That something was erased at somebody's request: when and how much, not who."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    proposals: Mapped[int]
    messages: Mapped[int]
    letters: Mapped[int]


class Lease(Base):
    """Who is working. A lease ends by itself, so a killed worker blocks nobody for long."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime]


class Alarm(Base):
    """Something that was wrong when a pass last looked. The row goes once the operator was told that it is over."""

    __tablename__ = "alarm"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)  # "mailbox organisers", "outbox"
    since: Mapped[datetime]
    sentence: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]  # it is over, and the webhook has not heard so yet
    posted: Mapped[bool] = mapped_column(default=False)  # the webhook knows that it began


# Addresses are compared without case; without these each look-up would read the whole table.
Index("ix_proposal_contact_lower", func.lower(Proposal.contact))
Index("ix_speaker_email_lower", func.lower(Speaker.email))
Index("ix_outbox_entry_recipient_lower_created", func.lower(OutboxEntry.recipient), OutboxEntry.created_at)


class Pause(Base):
    """A server that wants to be left alone for a while. Named "mailbox NAME" or "smtp"."""

    __tablename__ = "pause"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    until: Mapped[datetime]
    refusals: Mapped[int]  # in a row
    trouble: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
