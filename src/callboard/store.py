"""The named queries. Steps take a session called `db` and never commit; the worker does."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from callboard.errors import Busy
from callboard.model import (
    InboxEntry,
    Lease,
    LetterState,
    OutboxEntry,
    Outcome,
    Proposal,
    RawMessage,
    Speaker,
    Version,
)
from callboard.proposals import ProposalCard, SpeakerCard, State

# --- The lease: one worker at a time -------------------------------------------------------------------


def take_lease(db: Session, name: str, holder: str, now: datetime, length: timedelta) -> None:
    """Take or renew the lease, or raise Busy. Atomic on both engines."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Lease).values(name=name, holder=holder, until=now + length)
    taken = db.execute(
        statement.on_conflict_do_update(
            index_elements=[Lease.name],
            set_={"holder": holder, "until": now + length},
            where=(Lease.until <= now) | (Lease.holder == holder),
        ).returning(Lease.holder)
    ).scalar_one_or_none()
    if taken is None:
        other = db.get_one(Lease, name)
        raise Busy(
            f"another Callboard is working on this database (until {other.until:%H:%M:%S} UTC at the latest); "
            "let it finish, or stop it"
        )


def release_lease(db: Session, name: str, holder: str) -> None:
    """Give the lease back, if it is still ours."""
    lease = db.get(Lease, name)
    if lease is not None and lease.holder == holder:
        db.delete(lease)


# --- The inbox -----------------------------------------------------------------------------------------


def content_hash(raw: bytes) -> str:
    """SHA-256 of a message's bytes."""
    return hashlib.sha256(raw).hexdigest()


def content_key(raw: bytes) -> int:
    """A positive 63-bit number from a message's bytes: its UID in the ledger of imported files."""
    return int.from_bytes(hashlib.sha256(raw).digest()[:8]) >> 1


def known_contents(db: Session, mailbox: str, uidvalidity: int, uids: Iterable[int]) -> dict[int, str]:
    """Which of these UIDs the ledger holds already, each with the hash of its bytes."""
    rows = db.execute(
        select(InboxEntry.uid, InboxEntry.content_hash).where(
            InboxEntry.mailbox == mailbox,
            InboxEntry.uidvalidity == uidvalidity,
            InboxEntry.uid.in_(list(uids)),
        )
    )
    return {row[0]: row[1] for row in rows}


def add_message(
    db: Session,
    *,
    mailbox: str,
    uidvalidity: int,
    uid: int,
    raw: bytes,
    size: int,
    truncated: bool,
    now: datetime,
    arrived: datetime | None = None,
) -> InboxEntry:
    """Keep one message's bytes, waiting to be read. `arrived` decides its turn; a time to come is not believed."""
    entry = InboxEntry(
        mailbox=mailbox,
        uidvalidity=uidvalidity,
        uid=uid,
        received_at=now,
        turn=min(arrived or now, now),
        content_hash=content_hash(raw or f"{mailbox}/{uidvalidity}/{uid}".encode()),
        size=size,
        truncated=truncated,
        outcome=Outcome.WAITING,
    )
    db.add(entry)
    db.flush()
    db.add(RawMessage(entry_id=entry.id, raw=raw))
    return entry


def waiting(db: Session, limit: int, but: Collection[int] = ()) -> Sequence[InboxEntry]:
    """The messages that wait to be read, in the order in which they arrived, so that a correction comes after
    what it corrects even if they were sent to two organisers."""
    return db.scalars(
        select(InboxEntry)
        .where(InboxEntry.outcome == Outcome.WAITING, InboxEntry.id.not_in(but))
        .order_by(InboxEntry.turn, InboxEntry.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


_RAW = select(RawMessage.raw).where(RawMessage.entry_id == bindparam("id"))


def raw_of(db: Session, entry_id: int) -> bytes | None:
    """A message's bytes; None when they were dropped."""
    return db.scalar(_RAW, {"id": entry_id})


def unmarked_uids(db: Session, mailbox: str, uidvalidity: int) -> list[int]:
    """UIDs of messages that were for the call, and are not yet flagged or moved on the server."""
    return list(
        db.scalars(
            select(InboxEntry.uid)
            .where(
                InboxEntry.mailbox == mailbox,
                InboxEntry.uidvalidity == uidvalidity,
                InboxEntry.marked.is_(False),
                InboxEntry.uid > 0,
                # A guest files away what was for the call, and leaves private mail where its reader looks for it.
                InboxEntry.outcome.in_((Outcome.PROPOSAL, Outcome.FOLLOW_UP, Outcome.QUESTION))
                | ((InboxEntry.outcome == Outcome.COPY) & InboxEntry.proposal_id.is_not(None)),
            )
            .order_by(InboxEntry.uid)
        )
    )


def set_marked(db: Session, mailbox: str, uidvalidity: int, uids: Iterable[int]) -> None:
    """Remember that these were flagged or moved."""
    db.execute(
        update(InboxEntry)
        .where(
            InboxEntry.mailbox == mailbox,
            InboxEntry.uidvalidity == uidvalidity,
            InboxEntry.uid.in_(list(uids)),
        )
        .values(marked=True)
    )


def drop_unrelated(db: Session, before: datetime) -> int:
    """Drop the bodies and subjects of mail that was not for the call and is older than this. Returns how many."""
    old = select(InboxEntry.id).where(
        InboxEntry.outcome.in_((Outcome.IGNORED, Outcome.DISMISSED))
        | (InboxEntry.outcome.in_((Outcome.QUESTION, Outcome.COPY)) & InboxEntry.proposal_id.is_(None)),
        InboxEntry.received_at < before,
    )
    gone = len(
        db.scalars(
            delete(RawMessage).where(RawMessage.entry_id.in_(old)).returning(RawMessage.entry_id)
        ).all()
    )
    db.execute(
        update(InboxEntry)
        .where(InboxEntry.id.in_(old), InboxEntry.subject.is_not(None))
        .values(subject=None, sender_name=None, excerpt=None)
    )
    return gone


# Statements of the hot path are built once: SQLAlchemy then finds their compiled form by identity, which halves
# what a small query costs.
_EARLIER = (
    select(InboxEntry)
    .where(
        (InboxEntry.content_hash == bindparam("content_hash"))
        | (InboxEntry.message_id == bindparam("message_id")),
        InboxEntry.id != bindparam("id"),
        InboxEntry.outcome.not_in((Outcome.WAITING, Outcome.COPY)),
    )
    .order_by(InboxEntry.id)
)


def earlier_entries(db: Session, entry: InboxEntry) -> Sequence[InboxEntry]:
    """Messages of the same bytes or the same Message-ID that were dealt with before this one, copies aside."""
    wanted = {"content_hash": entry.content_hash, "message_id": entry.message_id, "id": entry.id}
    return db.scalars(_EARLIER, wanted).all()


def account(db: Session) -> dict[Outcome, int]:
    """How many messages had each outcome; the values sum to all messages ever received."""
    rows = db.execute(select(InboxEntry.outcome, func.count()).group_by(InboxEntry.outcome))
    return {Outcome(outcome): count for outcome, count in rows}


# --- Proposals -----------------------------------------------------------------------------------------


# Combining marks are no word characters, so this takes the accents off too.
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def folded(text: str | None) -> str:
    """Letters and digits only, no accents, lower case: the same words whatever the layout."""
    plain = (text or "").casefold().replace("œ", "oe").replace("æ", "ae")
    return _BETWEEN_WORDS.sub("", unicodedata.normalize("NFKD", plain))


def fingerprint(title: str | None, abstract: str | None) -> str:
    """The same for the same title and abstract, whatever the line breaks, accents and typography."""
    return hashlib.sha256(f"{folded(title)}\n{folded(abstract)}".encode()).hexdigest()


def proposals(db: Session) -> Sequence[Proposal]:
    """All proposals, by number."""
    return db.scalars(select(Proposal).order_by(Proposal.id)).all()


_OF_ADDRESS = (
    select(Proposal)
    .where(
        (func.lower(Proposal.contact) == bindparam("address"))
        | Proposal.id.in_(
            select(Speaker.proposal_id).where(func.lower(Speaker.email) == bindparam("address"))
        )
    )
    .order_by(Proposal.id)
)
_LIKE = (
    select(Proposal)
    .where(Proposal.fingerprint == bindparam("fingerprint"), Proposal.state != State.WITHDRAWN)
    .order_by(Proposal.id)
)


def proposals_of(db: Session, address: str) -> Sequence[Proposal]:
    """Proposals that this address may speak for: its contact's, and any of its speakers'."""
    return db.scalars(_OF_ADDRESS, {"address": address.lower()}).all()


def proposals_like(db: Session, wanted: str) -> Sequence[Proposal]:
    """Proposals with this fingerprint that were not withdrawn."""
    return db.scalars(_LIKE, {"fingerprint": wanted}).all()


def version_count(db: Session) -> dict[int, int]:
    """How many versions each proposal has."""
    rows = db.execute(select(Version.proposal_id, func.count()).group_by(Version.proposal_id))
    return {row[0]: row[1] for row in rows}


def next_version(db: Session, proposal_id: int) -> int:
    """The number of a proposal's next version, from 1."""
    return (db.scalar(select(func.max(Version.number)).where(Version.proposal_id == proposal_id)) or 0) + 1


def conversation(db: Session, proposal_id: int) -> tuple[str, ...]:
    """Message-IDs that a letter about a proposal refers to: the mail that proposed it, our letters since."""
    first = db.scalars(
        select(InboxEntry.message_id)
        .join(Version, Version.entry_id == InboxEntry.id)
        .where(Version.proposal_id == proposal_id)
        .order_by(Version.number)
        .limit(1)
    ).first()
    ours = db.scalars(
        select(OutboxEntry.message_id)
        .where(OutboxEntry.proposal_id == proposal_id, OutboxEntry.state == LetterState.SENT)
        .order_by(OutboxEntry.id)
    )
    return tuple(m for m in (first, *ours) if m)


# --- The outbox ----------------------------------------------------------------------------------------


def letter_by_message_id(db: Session, message_ids: Iterable[str]) -> OutboxEntry | None:
    """The letter of ours that one of these Message-IDs names; the last named wins."""
    wanted = list(message_ids)
    if not wanted:
        return None
    found = {
        x.message_id: x for x in db.scalars(select(OutboxEntry).where(OutboxEntry.message_id.in_(wanted)))
    }
    return next((found[m] for m in reversed(wanted) if m in found), None)


_LETTERS_SINCE = (
    select(func.count())
    .select_from(OutboxEntry)
    .where(
        func.lower(OutboxEntry.recipient) == bindparam("recipient"),
        OutboxEntry.created_at >= bindparam("since"),
    )
)
_OF_KEY = select(OutboxEntry.id).where(OutboxEntry.key == bindparam("key"))


def letters_since(db: Session, recipient: str, since: datetime) -> int:
    """How many letters were owed to this address since then."""
    return db.scalar(_LETTERS_SINCE, {"recipient": recipient.lower(), "since": since}) or 0


def is_owed(db: Session, key: str) -> bool:
    """Whether a letter of this key was ever owed."""
    return db.scalar(_OF_KEY, {"key": key}) is not None


def due_letters(db: Session, now: datetime, limit: int) -> Sequence[OutboxEntry]:
    """Letters owed whose time has come, oldest first."""
    return db.scalars(
        select(OutboxEntry)
        .where(OutboxEntry.state == LetterState.OWED, OutboxEntry.next_attempt <= now)
        .order_by(OutboxEntry.next_attempt, OutboxEntry.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def cancel_letters(db: Session, proposal_id: int, kinds: Iterable[str], now: datetime) -> None:
    """Cancel letters about a proposal that have not left yet."""
    db.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.proposal_id == proposal_id,
            OutboxEntry.kind.in_(list(kinds)),
            OutboxEntry.state == LetterState.OWED,
        )
        .values(state=LetterState.CANCELLED, done_at=now)
    )


# --- Values for people ---------------------------------------------------------------------------------


def card_of(proposal: Proposal, prefix: str, versions: int = 1) -> ProposalCard:
    """The proposal as a value, detached from the session."""
    fields = (("title", proposal.title), ("abstract", proposal.abstract), ("speakers", proposal.speakers))
    return ProposalCard(
        number=proposal.id,
        reference=f"{prefix}-{proposal.id}",
        state=State(proposal.state),
        title=proposal.title,
        speakers=tuple(SpeakerCard(s.name, s.affiliation, s.email) for s in proposal.speakers),
        abstract=proposal.abstract,
        language=proposal.language,
        format=proposal.format,
        duration_minutes=proposal.duration_minutes,
        keywords=tuple(proposal.keywords),
        availability=proposal.availability,
        topics=tuple(proposal.topics),
        contact=proposal.contact,
        letter_language=proposal.letter_language,
        submitted_at=proposal.submitted_at,
        updated_at=proposal.updated_at,
        late=proposal.late,
        versions=versions,
        missing=tuple(name for name, value in fields if not value),
    )


def cards(db: Session, prefix: str) -> tuple[ProposalCard, ...]:
    """All proposals as values, by number."""
    versions = version_count(db)
    return tuple(card_of(p, prefix, versions.get(p.id, 1)) for p in proposals(db))
