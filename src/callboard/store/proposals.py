"""Proposals, their versions and their conversation; and the values that people see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from callboard.call import HalfDay, TopicMatch
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome, Proposal, Speaker, Version
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.store.outbox import DECISIONS, known_state


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
    """Proposals that hold this address: as their contact's, or as one of their speakers'."""
    return db.scalars(_OF_ADDRESS, {"address": address.lower()}).all()


def proposals_like(db: Session, wanted: str) -> Sequence[Proposal]:
    """Proposals with this fingerprint that were not withdrawn."""
    return db.scalars(_LIKE, {"fingerprint": wanted}).all()


_OPEN = (State.SUBMITTED, State.ACCEPTED, State.CONFIRMED, State.WAITLISTED)


def incomplete_proposals(db: Session) -> Sequence[Proposal]:
    """Open proposals without title, abstract or speaker, by number."""
    return db.scalars(
        select(Proposal)
        .where(
            Proposal.state.in_(_OPEN),
            Proposal.title.is_(None) | Proposal.abstract.is_(None) | ~Proposal.speakers.any(),
        )
        .order_by(Proposal.id)
    ).all()


def unconfirmed_proposals(db: Session) -> Sequence[Proposal]:
    """Proposals that were accepted and whose speaker has not said that they will come, by number."""
    return db.scalars(select(Proposal).where(Proposal.state == State.ACCEPTED).order_by(Proposal.id)).all()


def first_waiting(db: Session) -> Proposal | None:
    """The proposal that has been on the waiting list for longest."""
    since = (
        select(func.min(Version.id))
        .where(Version.proposal_id == Proposal.id, Version.action == State.WAITLISTED.value)
        .scalar_subquery()
    )
    waiting = select(Proposal).where(Proposal.state == State.WAITLISTED)
    return db.scalars(waiting.order_by(since, Proposal.id).limit(1).with_for_update()).first()


def offered_place(db: Session, freed: int, since: datetime) -> Proposal | None:
    """Who was offered the place of that proposal since then, from the waiting list, and still has it."""
    statement = (
        select(Version)
        .join(Proposal, Proposal.id == Version.proposal_id)
        .where(
            Version.at >= since,
            Version.action == State.ACCEPTED.value,
            Proposal.state.in_((State.ACCEPTED, State.CONFIRMED)),
        )
        .order_by(Version.id.desc())
    )
    found = (v for v in db.scalars(statement) if v.changed.get("place_of", [None, None])[1] == freed)
    version = next(found, None)
    return db.get_one(Proposal, version.proposal_id, with_for_update=True) if version else None


def decided_by(db: Session, proposal_id: int) -> str | None:
    """Who decided last about a proposal: organisers ("organisers"), "command line", "waiting list"; None: nobody."""
    actions = (*(state.value for state in (State.ACCEPTED, State.WAITLISTED, State.DECLINED)), "reopened")
    statement = select(Version).where(Version.proposal_id == proposal_id, Version.action.in_(actions))
    last = db.scalars(statement.order_by(Version.number.desc()).limit(1)).first()
    return last.by if last else None


def waits_for_a_person(db: Session, proposal_id: int) -> bool:
    """Whether something that came in about this proposal is held or was passed to the organisers."""
    open_outcomes = (Outcome.HELD, Outcome.QUESTION, Outcome.WAITING)
    statement = select(InboxEntry.id).where(
        InboxEntry.proposal_id == proposal_id, InboxEntry.outcome.in_(open_outcomes)
    )
    return db.scalar(statement.limit(1)) is not None


def version_count(db: Session) -> dict[int, int]:
    """How many versions each proposal has."""
    rows = db.execute(select(Version.proposal_id, func.count()).group_by(Version.proposal_id))
    return {row[0]: row[1] for row in rows}


def next_version(db: Session, proposal_id: int) -> int:
    """The number of a proposal's next version, from 1."""
    return (db.scalar(select(func.max(Version.number)).where(Version.proposal_id == proposal_id)) or 0) + 1


def last_version(db: Session, proposal_id: int, action: str) -> Version | None:
    """The newest version of that kind."""
    statement = select(Version).where(Version.proposal_id == proposal_id, Version.action == action)
    return db.scalars(statement.order_by(Version.number.desc()).limit(1)).first()


def accepted_since(db: Session, since: datetime, but: Collection[int]) -> bool:
    """Whether a proposal other than these has been accepted since then, and still is."""
    statement = select(Version.id).join(Proposal, Proposal.id == Version.proposal_id)
    return (
        db.scalar(
            statement.where(
                Version.at >= since,
                Version.action == State.ACCEPTED.value,
                Version.proposal_id.not_in(but),
                Proposal.state.in_((State.ACCEPTED, State.CONFIRMED)),
            ).limit(1)
        )
        is not None
    )


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


def proposing_messages(db: Session, proposal_id: int) -> Sequence[int]:
    """The messages that a proposal came in and was corrected by, oldest first."""
    says = Version.action.in_(("proposed", "revised")) & Version.entry_id.is_not(None)
    found = db.scalars(
        select(Version.entry_id).where(Version.proposal_id == proposal_id, says).order_by(Version.number)
    )
    return tuple(dict.fromkeys(entry for entry in found if entry is not None))


def card_of(proposal: Proposal, prefix: str, versions: int = 1) -> ProposalCard:
    """The proposal as a value, detached from the session."""
    fields = (("title", proposal.title), ("abstract", proposal.abstract), ("speakers", proposal.speakers))
    return ProposalCard(
        number=proposal.id,
        reference=f"{prefix}-{proposal.id}",
        state=State(proposal.state),
        title=proposal.title,
        speakers=tuple(SpeakerCard(s.name, s.affiliation, s.email, s.may_change) for s in proposal.speakers),
        abstract=proposal.abstract,
        language=proposal.language,
        format=proposal.format,
        level=proposal.level,
        duration_minutes=proposal.duration_minutes,
        keywords=tuple(proposal.keywords),
        availability=proposal.availability,
        half_days=None if proposal.half_days is None else tuple(map(HalfDay.from_json, proposal.half_days)),
        topics=tuple(TopicMatch(**match) for match in proposal.topics),
        contact=proposal.contact,
        letter_language=proposal.letter_language,
        submitted_at=proposal.submitted_at,
        updated_at=proposal.updated_at,
        bio=proposal.bio,
        links=tuple(proposal.links),
        late=proposal.late,
        versions=versions,
        missing=tuple(name for name, value in fields if not value),
    )


_UNTOLD = select(OutboxEntry.proposal_id).where(
    OutboxEntry.kind.in_(DECISIONS), OutboxEntry.state.in_((LetterState.OWED, LetterState.WAITING))
)


def cards(db: Session, prefix: str) -> tuple[ProposalCard, ...]:
    """All proposals as values, by number."""
    versions = version_count(db)
    return tuple(card_of(p, prefix, versions.get(p.id, 1)) for p in proposals(db))


def cards_as_told(db: Session, prefix: str) -> tuple[ProposalCard, ...]:
    """All proposals as their speakers know them: a decision whose letter waits is not on any public page."""
    untold = {p.id: known_state(db, p) for p in db.scalars(select(Proposal).where(Proposal.id.in_(_UNTOLD)))}
    return tuple(replace(card, state=untold.get(card.number, card.state)) for card in cards(db, prefix))
