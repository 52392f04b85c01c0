"""How things stand, as numbers: what `callboard status` shows and `callboard health` judges. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from callboard import pauses, store
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
    paused_until: datetime | None = None  # its server wants to be left alone


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
    paused_until: datetime | None = None  # the server wants to be left alone
    trouble: str | None = None  # why letters do not leave

    @property
    def counts(self) -> Mapping[str, int]:
        """How many stand where."""
        return {name: getattr(self, name) for name in ("due", "later", "waiting", "failed", "sent")}


@dataclass(frozen=True)
class Status:
    """Everything on one screen."""

    at: datetime
    call: str
    mailboxes: tuple[MailboxLine, ...]
    messages: int
    unread: int  # stored, not read yet
    held: int
    questions: int
    undecided: int
    outcomes: Mapping[str, int]  # of the messages
    proposals: Mapping[str, int]  # by state
    outbox: Outbox
    draft: int | None
    public: int | None
    last_digest: datetime | None
    alarms: tuple[str, ...]
    queue: QueueState | None = None  # where a fleet works


def status(db: Session, config: Config, now: datetime) -> Status:
    """How things stand now."""
    seen = store.account(db)
    grouped = db.execute(select(Proposal.state, func.count()).group_by(Proposal.state))
    proposals = {str(state): number for state, number in grouped}
    draft = drafts.latest(db)
    public = draft if config.programme.public == "draft" else drafts.released(db)
    return Status(
        at=now,
        call=config.name or config.call.event or config.call.title,
        mailboxes=mailboxes(db, config, now),
        messages=sum(seen.values()),
        unread=seen.get(Outcome.WAITING, 0),
        held=seen.get(Outcome.HELD, 0),
        questions=seen.get(Outcome.QUESTION, 0),
        undecided=proposals.get(State.SUBMITTED, 0),
        outcomes={str(outcome): number for outcome, number in seen.items()},
        proposals=proposals,
        outbox=outbox(db, now),
        draft=draft.number if draft else None,
        public=public.number if public else None,
        last_digest=db.scalar(select(func.max(DigestRecord.made_at))),
        alarms=tuple(db.scalars(select(Alarm.name).where(Alarm.ended_at.is_(None)).order_by(Alarm.name))),
        queue=queue.state(db, config.name or "") if config.worker.engine == "procrastinate" else None,
    )


def mailboxes(db: Session, config: Config, now: datetime) -> tuple[MailboxLine, ...]:
    """Every mailbox of the configuration, in its order, one that was never read too."""
    every, lines = timedelta(minutes=config.worker.poll_minutes), []
    for settings in config.mailboxes:
        row = db.get(MailboxState, settings.name)
        last = row.last_success if row else None
        pause = pauses.until(db, pauses.of_mailbox(settings.name), now)
        following = [last + every] if last else []
        following += [pause.until] if pause else []
        lines.append(
            MailboxLine(
                settings.name,
                last,
                row.failing_since if row else None,
                row.last_error if row else None,
                max(following, default=None),
                pause.until if pause else None,
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
    pause = pauses.until(db, pauses.SMTP, now)
    return Outbox(
        due=due,
        later=number(LetterState.OWED) - due,
        waiting=number(LetterState.WAITING),
        failed=number(LetterState.FAILED),
        sent=number(LetterState.SENT),
        next_attempt=db.scalar(select(func.min(OutboxEntry.next_attempt)).where(_OWED)),
        oldest_overdue=oldest_overdue(db, now),
        paused_until=pause.until if pause else None,
        trouble=pauses.trouble(db, pauses.SMTP),
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
