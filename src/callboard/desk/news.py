"""When a digest is due, and what is in it: reads the tables, owes each organiser one letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Organiser
from callboard.config import DigestConfig
from callboard.desk import tokens
from callboard.desk.digest import (
    Account,
    ChangedLine,
    DigestContent,
    FailedLine,
    HeldLine,
    MailboxLine,
    ProgrammeLine,
    QuestionLine,
    digest,
    has_news,
)
from callboard.desk.draftfile import draft_file, is_enclosed
from callboard.desk.letters import Letter
from callboard.desk.outbox import Desk, owe
from callboard.desk.review import BEYOND_ACCEPTING
from callboard.desk.standing import Standing, standings
from callboard.model import (
    DigestRecord,
    InboxEntry,
    LetterState,
    MailboxState,
    OutboxEntry,
    Outcome,
    Version,
)
from callboard.programme import drafts, grid
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, State

# A mailbox that was away for one pass is no news; one that stays away is.
WHOLE_HOUR = 3600
NEAR = timedelta(days=2)
SATURDAY = 5
CLOSED = "deadline"  # the day of the digest that is written when the deadline has passed
MOVES = ("withdrawn", "restored", "confirmed")


def write_digest(
    db: Session, desk: Desk, settings: DigestConfig, now: datetime, *, force: bool = False
) -> bool:
    """Owe the digest if it is due and there is news. True when letters were owed.

    A day counts as done once its hour has passed, with or without news, so that news of the afternoon waits
    for the next morning. `force` writes one now, whatever the hour; it too needs news. The end of the call is news.
    """
    local = now.astimezone(desk.call.zone)
    closed = settings.enabled and _closed(db, desk, now)
    day = CLOSED if closed else f"on demand, {now.isoformat()}" if force else local.date().isoformat()
    if not closed and not force and not _due(db, desk, settings, local, day):
        return False
    content = replace(gather(db, desk, now), closed=closed)
    news = closed or has_news(content)
    if news or not force:
        number = _record(db, day, now, news)
        if news:
            _owe_all(db, desk, content, number, now)
    return news


def _due(db: Session, desk: Desk, settings: DigestConfig, local: datetime, day: str) -> bool:
    if not settings.enabled or local.time() < settings.at or not _works(desk, local):
        return False
    return db.scalar(select(DigestRecord.id).where(DigestRecord.day == day)) is None


def _works(desk: Desk, local: datetime) -> bool:
    """Whether organisers work on that day: not at weekends, unless the event is near."""
    days = desk.call.days
    near = bool(days) and days[0] - NEAR <= local.date() <= days[-1]
    return local.weekday() < SATURDAY or near


def _closed(db: Session, desk: Desk, now: datetime) -> bool:
    """Whether the deadline passed a short while ago and no digest has said so."""
    deadline = desk.call.deadline
    if deadline is None or not deadline < now < deadline + NEAR:
        return False
    return db.scalar(select(DigestRecord.id).where(DigestRecord.day == CLOSED)) is None


def _record(db: Session, day: str, now: datetime, news: bool) -> int:
    """Remember that this day is done. Without news the next digest still covers what this one would have."""
    record = DigestRecord(day=day, made_at=now, until=now if news else None)
    db.add(record)
    db.flush()
    return record.id


def _covered(db: Session) -> datetime | None:
    """Up to when earlier digests told everything; None before the first."""
    return db.scalar(select(DigestRecord.until).order_by(DigestRecord.until.desc().nulls_last()).limit(1))


def _owe_all(db: Session, desk: Desk, content: DigestContent, number: int, now: datetime) -> None:
    for position, organiser in enumerate(desk.call.organisers):
        if organiser.address:
            seal = tokens.code_for(db, desk, organiser, now)
            letter = digest(desk.templates, desk.call, organiser, content, seal)
            letter = replace(letter, files=draft_file(db, desk, letter.language, content.since))
            owe(db, desk, letter, f"digest/{number}/{position}", now, code=seal)


def digest_for(db: Session, desk: Desk, organiser: Organiser, now: datetime, code: str = "") -> Letter:
    """The digest for one organiser, as it would be now; `code` is what an answer to it must show."""
    return digest(desk.templates, desk.call, organiser, gather(db, desk, now), code)


def preview(db: Session, desk: Desk, now: datetime) -> str:
    """The digest's text as the first organiser with an address would read it now."""
    first = next((o for o in desk.call.organisers if o.address), None)
    if first is None:
        return "No organiser has an address."
    return digest_for(db, desk, first, now).text


def gather(db: Session, desk: Desk, now: datetime) -> DigestContent:
    """Everything a digest written now would tell."""
    since = _covered(db)
    cards = {c.number: c for c in store.cards(db, desk.call.prefix)}
    new = [c for c in cards.values() if since is None or c.submitted_at > since]
    standing = [c for c in cards.values() if c.state not in (State.WITHDRAWN, State.DECLINED)]
    states = [c.state for c in cards.values()]
    stands = standings(db, desk, tuple(cards.values()))
    return DigestContent(
        since=since,
        now=now,
        account=Account.of(
            {o.value: n for o, n in store.account(db).items()},
            db.scalar(select(func.count()).select_from(InboxEntry)),
        ),
        new=tuple(c for c in new if c.state != State.WITHDRAWN),
        changed=_changed(db, cards, {c.number for c in new}, since),
        incomplete=tuple(c for c in standing if c.missing),
        undecided=tuple(c for c in cards.values() if c.state == State.SUBMITTED),
        held=_held(db),
        questions=_questions(db, cards, since),
        failed_letters=_failed(db, since),
        mailboxes_down=_down(db, now),
        accepted=states.count(State.ACCEPTED) + states.count(State.CONFIRMED),
        declined=states.count(State.DECLINED),
        withdrawn=states.count(State.WITHDRAWN),
        waitlisted=states.count(State.WAITLISTED),
        programme=_programme(db, desk, tuple(cards.values()), since),
        everything=tuple(cards.values()),
        standings=stands,
        pending=tuple(cards[number] for number, standing in stands.items() if standing.pending),
        told=tuple(c for c in cards.values() if _told(stands.get(c.number), since)),
        by_mail=desk.review.by_mail,
    )


def _told(standing: Standing | None, since: datetime | None) -> bool:
    """Whether a letter has told the speaker the decision since then."""
    at = standing.known_at if standing else None
    return at is not None and (since is None or at > since)


def _changed(
    db: Session, cards: dict[int, ProposalCard], new: set[int], since: datetime | None
) -> tuple[ChangedLine, ...]:
    """Proposals that their speakers changed, withdrew, restored or confirmed since then. A new one's corrections are
    not told apart."""
    query = select(Version).where(Version.action.in_(("revised", *MOVES))).order_by(Version.id)
    if since is not None:
        query = query.where(Version.at > since)
    fields: dict[int, list[str]] = {}
    for version in db.scalars(query):
        if version.action in MOVES:  # the last one counts; changes made before it stand there as well
            kept = [f for f in fields.get(version.proposal_id, ()) if f not in MOVES]
            fields[version.proposal_id] = [version.action, *kept]
        elif version.proposal_id not in new:
            fields.setdefault(version.proposal_id, []).extend(version.changed)
    return tuple(ChangedLine(cards[n], tuple(dict.fromkeys(names))) for n, names in fields.items())


def _held(db: Session) -> tuple[HeldLine, ...]:
    query = select(InboxEntry).where(InboxEntry.outcome == Outcome.HELD).order_by(InboxEntry.id)
    return tuple(_held_line(entry) for entry in db.scalars(query))


def _held_line(entry: InboxEntry) -> HeldLine:
    when = entry.processed_at or entry.received_at
    reason, values = entry.reason or "", entry.reason_values
    acceptable = entry.reason_code not in BEYOND_ACCEPTING
    return HeldLine(
        entry.id, entry.sender, entry.subject, reason, when, entry.reason_code, values, acceptable
    )


def _questions(
    db: Session, cards: dict[int, ProposalCard], since: datetime | None
) -> tuple[QuestionLine, ...]:
    """Since the last digest only: Callboard cannot see whether a person has answered."""
    query = select(InboxEntry).where(InboxEntry.outcome == Outcome.QUESTION).order_by(InboxEntry.id)
    if since is not None:
        query = query.where(InboxEntry.processed_at > since)
    return tuple(
        QuestionLine(
            e.sender or "",
            e.subject,
            e.excerpt,
            e.processed_at or e.received_at,
            cards.get(e.proposal_id) if e.proposal_id else None,
        )
        for e in db.scalars(query)
    )


def _failed(db: Session, since: datetime | None) -> tuple[FailedLine, ...]:
    query = select(OutboxEntry).where(OutboxEntry.state == LetterState.FAILED).order_by(OutboxEntry.id)
    if since is not None:
        query = query.where(OutboxEntry.done_at > since)
    rows: Sequence[OutboxEntry] = db.scalars(query).all()
    return tuple(FailedLine(r.recipient, r.subject, r.last_error, r.done_at or r.created_at) for r in rows)


def _down(db: Session, now: datetime) -> tuple[MailboxLine, ...]:
    query = select(MailboxState).where(MailboxState.failing_since.is_not(None)).order_by(MailboxState.name)
    return tuple(
        MailboxLine(m.name, m.last_error or "", m.failing_since)
        for m in db.scalars(query)
        if m.failing_since and (now - m.failing_since).total_seconds() >= WHOLE_HOUR
    )


def _programme(
    db: Session, desk: Desk, cards: Sequence[ProposalCard], since: datetime | None
) -> ProgrammeLine | None:
    draft = drafts.latest(db)
    if draft is None:
        return None
    programme = Programme.from_json(draft.content)
    earlier = drafts.standing_at(db, since) if since is not None else None
    day = grid.build(desk.call, desk.programme)
    free = sum(s.minutes for s in day.sessions)
    accepted = sum(card.state in (State.ACCEPTED, State.CONFIRMED) for card in cards)
    waiting = {card.number for card in cards if card.state is State.WAITLISTED}
    placed = [talk for talk in programme.talks if talk.number not in waiting]
    return ProgrammeLine(
        number=draft.number,
        public=_public(db, desk, draft.number),
        placed=len(placed),
        left_out=len(programme.left_out),
        where=desk.programme.url,  # a path on the server is of no use to who reads the digest
        free=max(0, free - sum(t.minutes for t in placed)) if free else None,
        places=max(0, free // day.talk_minutes - accepted) if free else None,
        moved=drafts.differences(earlier, draft) if earlier else (),
        clashes=programme.clashes,
        enclosed=is_enclosed(db, draft, since),
    )


def _public(db: Session, desk: Desk, newest: int) -> int | None:
    """The draft that everybody sees."""
    if desk.programme.public == "draft":
        return newest
    released = drafts.released(db)
    return released.number if released else None
