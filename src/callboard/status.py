"""How things stand, as numbers: what `callboard status` shows and `callboard health` judges. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from callboard import store
from callboard.config import Config
from callboard.fleet import queue
from callboard.fleet.queue import QueueState
from callboard.model import (
    Alarm,
    DigestRecord,
    LetterState,
    MailboxState,
    OutboxEntry,
    Outcome,
    Proposal,
)
from callboard.programme import drafts
from callboard.proposals import State

_OWED = OutboxEntry.state == LetterState.OWED


@dataclass(frozen=True)
class MailboxLine:
    """A mailbox: when it was last read, and what is wrong with it."""

    name: str
    last_success: datetime | None
    failing_since: datetime | None
    last_error: str | None
    next_poll: datetime | None  # by `callboard run`, at the latest; None before the first


@dataclass(frozen=True)
class Outbox:
    """The letters owed. `oldest_overdue`: since when the one that waits longest could have left."""

    due: int
    later: int  # owed, but not yet: a decision's delay, a retry
    waiting: int  # decisions, until all are sent together
    failed: int
    sent: int
    next_attempt: datetime | None
    oldest_overdue: datetime | None


@dataclass(frozen=True)
class Status:
    """Everything on one screen."""

    at: datetime
    mailboxes: tuple[MailboxLine, ...]
    messages: int
    unread: int  # stored, not read yet
    held: int
    questions: int
    undecided: int
    outbox: Outbox
    draft: int | None
    public: int | None
    last_digest: datetime | None
    alarms: tuple[str, ...]
    queue: QueueState | None = None  # where a fleet works


def status(db: Session, config: Config, now: datetime) -> Status:
    """How things stand now."""
    seen = store.account(db)
    undecided = select(func.count()).select_from(Proposal).where(Proposal.state == State.SUBMITTED)
    draft = drafts.latest(db)
    public = draft if config.programme.public == "draft" else drafts.released(db)
    return Status(
        at=now,
        mailboxes=mailboxes(db, config),
        messages=sum(seen.values()),
        unread=seen.get(Outcome.WAITING, 0),
        held=seen.get(Outcome.HELD, 0),
        questions=seen.get(Outcome.QUESTION, 0),
        undecided=db.scalar(undecided) or 0,
        outbox=outbox(db, now),
        draft=draft.number if draft else None,
        public=public.number if public else None,
        last_digest=db.scalar(select(func.max(DigestRecord.made_at))),
        alarms=tuple(db.scalars(select(Alarm.name).where(Alarm.ended_at.is_(None)).order_by(Alarm.name))),
        queue=queue.state(db, config.name or "") if config.worker.engine == "procrastinate" else None,
    )


def mailboxes(db: Session, config: Config) -> tuple[MailboxLine, ...]:
    """Every mailbox of the configuration, in its order, one that was never read too."""
    every, lines = timedelta(minutes=config.worker.poll_minutes), []
    for settings in config.mailboxes:
        row = db.get(MailboxState, settings.name)
        last = row.last_success if row else None
        lines.append(
            MailboxLine(
                settings.name,
                last,
                row.failing_since if row else None,
                row.last_error if row else None,
                last + every if last else None,
            )
        )
    return tuple(lines)


def outbox(db: Session, now: datetime) -> Outbox:
    """How many letters stand where."""
    come = (OutboxEntry.next_attempt <= now).label("come")
    grouped = select(OutboxEntry.state, come, func.count()).group_by(OutboxEntry.state, "come")
    counts = {(state, its_time): number for state, its_time, number in db.execute(grouped)}

    def number(state: LetterState) -> int:
        return sum(n for (s, _), n in counts.items() if s == state)

    due = sum(n for (s, ripe), n in counts.items() if s == LetterState.OWED and ripe)
    return Outbox(
        due=due,
        later=number(LetterState.OWED) - due,
        waiting=number(LetterState.WAITING),
        failed=number(LetterState.FAILED),
        sent=number(LetterState.SENT),
        next_attempt=db.scalar(select(func.min(OutboxEntry.next_attempt)).where(_OWED)),
        oldest_overdue=oldest_overdue(db, now),
    )


def oldest_overdue(db: Session, now: datetime) -> datetime | None:
    """Since when the letter that waits longest could have left."""
    # Tried in vain, or put back because the server was away, which leaves no attempt: late since it was written.
    # Never tried: since it could have left.
    vain = or_(OutboxEntry.attempts > 0, OutboxEntry.last_error.is_not(None))
    tried = db.scalar(select(func.min(OutboxEntry.created_at)).where(_OWED, vain))
    ripe = and_(_OWED, ~vain, OutboxEntry.next_attempt <= now)
    untried = db.scalar(select(func.min(OutboxEntry.next_attempt)).where(ripe))
    return min((t for t in (tried, untried) if t), default=None)
