"""Forgetting a person without forgetting what the others are owed: a decision that waits to be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from callboard import privacy, store
from callboard.desk import review
from callboard.desk.outbox import Desk
from callboard.model import Erasure, OutboxEntry, Proposal
from callboard.proposals import DECIDED


def forget(db: Session, desk: Desk, address: str, now: datetime) -> Erasure | None:
    """As `privacy.forget`; who proposes with the one who is forgotten still hears what was decided."""
    waiting = [
        (proposal, letter)
        for proposal in store.proposals_of(db, address)
        if (letter := store.decision_waiting(db, proposal.id)) is not None
    ]
    erasure = privacy.forget(db, address, now)
    for proposal, letter in waiting:
        _tell_the_others(db, desk, proposal, letter, now)
    return erasure


def _tell_the_others(db: Session, desk: Desk, proposal: Proposal, letter: OutboxEntry, now: datetime) -> None:
    if proposal.state in DECIDED and proposal.contact is not None:
        review.tell_anew(db, desk, proposal, letter.kind, letter.next_attempt, now)
