"""Votes, orders and the installation's own key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callboard.model import LetterState, OutboxEntry, ReviewOrder, Secret, Vote

COMMAND_LINE = "command line"


def votes(db: Session, proposal_id: int | None = None) -> Sequence[Vote]:
    """The votes on one proposal, or on all, in the order in which they were last changed."""
    statement = select(Vote).order_by(Vote.proposal_id, Vote.at, Vote.id)
    if proposal_id is not None:
        statement = statement.where(Vote.proposal_id == proposal_id)
    return db.scalars(statement).all()


def vote_of(db: Session, proposal_id: int, organiser: str) -> Vote | None:
    """What this organiser (address, lower case) has said of a proposal."""
    return db.scalars(
        select(Vote).where(Vote.proposal_id == proposal_id, Vote.organiser == organiser)
    ).one_or_none()


def last_answer(db: Session, by: str) -> Sequence[ReviewOrder]:
    """The orders of this person's last answer that was not undone, the last first."""
    newest = (
        select(ReviewOrder.answer)
        .where(ReviewOrder.by == by, ReviewOrder.undone_at.is_(None))
        .order_by(ReviewOrder.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return db.scalars(
        select(ReviewOrder)
        .where(ReviewOrder.answer == newest, ReviewOrder.by == by, ReviewOrder.undone_at.is_(None))
        .order_by(ReviewOrder.id.desc())
    ).all()


def orders_about(db: Session, proposal_id: int) -> Sequence[ReviewOrder]:
    """The audit trail of one proposal, oldest first."""
    return db.scalars(
        select(ReviewOrder).where(ReviewOrder.proposal_id == proposal_id).order_by(ReviewOrder.id)
    ).all()


def signing_key(db: Session) -> bytes:
    """The key that signs the digests' codes; made the first time."""
    row = db.get(Secret, "digest")
    if row is None:
        row = Secret(name="digest", value=secrets.token_bytes(32))
        db.add(row)
        db.flush()
    return row.value


def release_letters(db: Session, now: datetime) -> int:
    """Let the decisions' letters that wait for each other leave with the next pass. Returns how many."""
    statement = (
        update(OutboxEntry)
        .where(OutboxEntry.state == LetterState.WAITING)
        .values(state=LetterState.OWED, next_attempt=now)
        .returning(OutboxEntry.id)
    )
    return len(db.scalars(statement).all())


def letters_waiting(db: Session) -> int:
    """How many decisions' letters wait to be sent together."""
    waiting = OutboxEntry.state == LetterState.WAITING
    return db.scalar(select(func.count()).select_from(OutboxEntry).where(waiting)) or 0
