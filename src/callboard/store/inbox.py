"""Messages received: the ledger, their bytes, their outcomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from callboard.model import InboxEntry, Outcome, Proposal, RawMessage, Version
from callboard.store.words import content_hash

MOST_MESSAGES = 200  # of one sender, among which one is looked for by its subject


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
        InboxEntry.outcome != Outcome.WAITING,
    )
    .order_by(InboxEntry.id)
)


def earlier_entries(db: Session, entry: InboxEntry) -> Sequence[InboxEntry]:
    """Messages of the same bytes or the same Message-ID that were dealt with before this one, the first one first."""
    wanted = {"content_hash": entry.content_hash, "message_id": entry.message_id, "id": entry.id}
    return db.scalars(_EARLIER, wanted).all()


def proposals_of_messages(db: Session, message_ids: Sequence[str]) -> Sequence[Proposal]:
    """What the messages of these Message-IDs made or were about, by number; of those, what the last named says, in
    whatever mailbox it lies."""
    if not message_ids:
        return ()
    rows = db.execute(
        select(InboxEntry.message_id, InboxEntry.id).where(
            InboxEntry.message_id.in_(message_ids), InboxEntry.proposal_id.is_not(None)
        )
    ).all()
    known = {row.message_id for row in rows}
    last = next((one for one in reversed(message_ids) if one in known), None)
    return proposals_of_message(db, *(row.id for row in rows if row.message_id == last))


def subjects_of(db: Session, sender: str) -> Sequence[tuple[int, str]]:
    """The sender's latest messages about proposals, the newest first: number and subject."""
    theirs = (
        select(InboxEntry.id, InboxEntry.subject)
        .where(InboxEntry.sender == sender, InboxEntry.proposal_id.is_not(None))
        .order_by(InboxEntry.id.desc())
        .limit(MOST_MESSAGES)
    )
    return [(row.id, row.subject or "") for row in db.execute(theirs)]


def subjects_of_messages(db: Session, message_ids: Sequence[str]) -> Sequence[str]:
    """The subjects of the messages of these Message-IDs, where they have one."""
    rows = select(InboxEntry.subject).where(InboxEntry.message_id.in_(message_ids))
    return [subject for subject in db.scalars(rows) if subject]


def proposals_of_message(db: Session, *numbers: int) -> Sequence[Proposal]:
    """What a message made or changed, by number; several numbers for its copies. One that did neither is about
    everything that stood in the mail it speaks of: its row names only the first."""
    if not numbers:
        return ()
    made = select(Version.proposal_id).where(Version.entry_id.in_(numbers))
    about = select(InboxEntry.proposal_id).where(InboxEntry.id.in_(numbers))
    beside = select(Version.proposal_id).where(
        Version.entry_id.in_(
            select(Version.entry_id).where(Version.proposal_id.in_(about), Version.action == "proposed")
        )
    )
    found = select(Proposal).order_by(Proposal.id)
    return (
        db.scalars(found.where(Proposal.id.in_(made))).all()
        or db.scalars(found.where(Proposal.id.in_(about) | Proposal.id.in_(beside))).all()
    )


def senders_of(db: Session, message_ids: Sequence[str]) -> Sequence[str]:
    """The addresses that wrote the messages of these Message-IDs."""
    if not message_ids:
        return ()
    rows = select(InboxEntry.sender).where(
        InboxEntry.message_id.in_(message_ids), InboxEntry.sender.is_not(None)
    )
    return [sender for sender in db.scalars(rows) if sender]


def same_words(db: Session, entry: InboxEntry) -> InboxEntry | None:
    """An organiser's earlier answer with the same sender, words and date."""
    return db.scalars(
        select(InboxEntry)
        .where(
            InboxEntry.outcome == Outcome.REVIEW,
            InboxEntry.sender == entry.sender,
            InboxEntry.text_hash == entry.text_hash,
            InboxEntry.sent_at == entry.sent_at,
            InboxEntry.id != entry.id,
        )
        .order_by(InboxEntry.id)
        .limit(1)
    ).first()


def asked_about(db: Session, sender: str, entry_id: int | None) -> InboxEntry | None:
    """The message of this sender's that waits for them to say which proposal they mean: the one given, else the
    only one."""
    statement = select(InboxEntry).where(
        InboxEntry.outcome == Outcome.HELD,
        InboxEntry.reason_code == "ambiguous",
        func.lower(InboxEntry.sender) == sender.lower(),
    )
    if entry_id is not None:
        statement = statement.where(InboxEntry.id == entry_id)
    found = db.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def account(db: Session) -> dict[Outcome, int]:
    """How many messages had each outcome; the values sum to all messages ever received."""
    rows = db.execute(select(InboxEntry.outcome, func.count()).group_by(InboxEntry.outcome))
    return {Outcome(outcome): count for outcome, count in rows}
