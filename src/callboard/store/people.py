"""Everything that is kept about one person, found by their address; and the age at which bytes go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from callboard.model import (
    DigestRecord,
    InboxEntry,
    LetterState,
    OutboxEntry,
    Outcome,
    RawMessage,
    ReviewOrder,
    Version,
    Vote,
)

DIGEST = "digest"
# Reasons to hold a message.
REFUSED_ANSWERS = ("no_organiser", "unproven", "code_expired", "code_foreign", "code_absent")
TELL_OF_EVERYBODY = (DIGEST, "review", "full")  # kinds of letters to organisers


def messages_of(db: Session, address: str, proposal_ids: Collection[int]) -> Sequence[InboxEntry]:
    """Messages that this address sent, and those that made or changed one of these proposals."""
    changed = select(Version.entry_id).where(Version.proposal_id.in_(proposal_ids))
    return db.scalars(
        select(InboxEntry)
        .where(
            or_(
                func.lower(InboxEntry.sender) == address.lower(),
                InboxEntry.proposal_id.in_(proposal_ids),
                InboxEntry.id.in_(changed),
            )
        )
        .order_by(InboxEntry.id)
    ).all()


def letters_of(db: Session, address: str, proposal_ids: Collection[int]) -> Sequence[OutboxEntry]:
    """Letters to this address, those about one of these proposals, and those that tell others of this person's mail."""
    answered = [entry.id for entry in messages_of(db, address, proposal_ids)]
    return db.scalars(
        select(OutboxEntry)
        .where(
            or_(
                func.lower(OutboxEntry.recipient) == address.lower(),
                OutboxEntry.proposal_id.in_(proposal_ids),
                OutboxEntry.entry_id.in_(answered),
            )
        )
        .order_by(OutboxEntry.id)
    ).all()


def raw_messages(db: Session, but: Iterable[int]) -> Iterable[tuple[int, bytes]]:
    """The bytes that are still kept of the other messages, one at a time."""
    skipped = set(but)
    for number in db.scalars(select(RawMessage.entry_id).order_by(RawMessage.entry_id)).all():
        if number not in skipped:
            raw = db.scalar(select(RawMessage.raw).where(RawMessage.entry_id == number))
            yield number, raw or b""


def drop_raw(db: Session, entry_ids: Collection[int]) -> int:
    """Erase the bytes of these messages. Returns of how many there were any."""
    gone = delete(RawMessage).where(RawMessage.entry_id.in_(entry_ids)).returning(RawMessage.entry_id)
    return len(db.scalars(gone).all())


def empty_digests(db: Session, now: datetime) -> None:
    """Erase the text of every digest and of what answered one, both ways; a digest that has not left is taken back,
    and written anew by the next pass."""
    owed = (OutboxEntry.kind == DIGEST) & (OutboxEntry.state == LetterState.OWED)
    if db.scalar(select(func.count()).select_from(OutboxEntry).where(owed)):
        newest = select(func.max(DigestRecord.id)).scalar_subquery()
        db.execute(delete(DigestRecord).where(DigestRecord.id == newest))
    told = OutboxEntry.kind.in_(TELL_OF_EVERYBODY)
    waits = told & (OutboxEntry.state == LetterState.OWED)
    db.execute(update(OutboxEntry).where(waits).values(state=LetterState.CANCELLED, done_at=now))
    db.execute(update(OutboxEntry).where(told).values(raw=b"", subject=""))
    # Organisers' answers quote the digest; those that did not count are held, and quote it too.
    answers = select(InboxEntry.id).where(
        (InboxEntry.outcome == Outcome.REVIEW) | InboxEntry.reason_code.in_(REFUSED_ANSWERS)
    )
    db.execute(delete(RawMessage).where(RawMessage.entry_id.in_(answers)))
    db.execute(update(InboxEntry).where(InboxEntry.id.in_(answers)).values(subject=None, excerpt=None))


def votes_of(db: Session, address: str, proposal_ids: Collection[int]) -> Sequence[Vote]:
    """The votes that this address gave as an organiser, and those on one of these proposals."""
    theirs = (func.lower(Vote.organiser) == address.lower()) | Vote.proposal_id.in_(proposal_ids)
    return db.scalars(select(Vote).where(theirs).order_by(Vote.id)).all()


def orders_of(db: Session, address: str, proposal_ids: Collection[int]) -> Sequence[ReviewOrder]:
    """The orders that this address gave as an organiser, and those about one of these proposals."""
    theirs = (func.lower(ReviewOrder.by) == address.lower()) | ReviewOrder.proposal_id.in_(proposal_ids)
    return db.scalars(select(ReviewOrder).where(theirs).order_by(ReviewOrder.id)).all()


def drop_all_raw(db: Session) -> int:
    """Erase the bytes of every message that was dealt with and of every letter that has left. Returns how many."""
    dealt_with = select(InboxEntry.id).where(InboxEntry.outcome.not_in(("waiting", "held")))
    messages = delete(RawMessage).where(RawMessage.entry_id.in_(dealt_with)).returning(RawMessage.entry_id)
    gone = len(db.scalars(messages).all())
    letters = (
        update(OutboxEntry)
        .where(
            OutboxEntry.state.not_in((LetterState.OWED, LetterState.WAITING)),
            func.length(OutboxEntry.raw) > 0,
        )
        .values(raw=b"")
        .returning(OutboxEntry.id)
    )
    return gone + len(db.scalars(letters).all())
