"""What proposals are to a call whose days or topics have changed since: `follow(db, event)`.

A speaker's words about times are kept, and the half-days of the event that they mean; the same holds for topics. When
the organisers move the event, add a day or reword a topic, the words mean something else. `event` is the call with all
days that the programme has (`programme.hours.spanning`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callboard.call import Call, HalfDay
from callboard.model import Proposal
from callboard.reading import availability, topics


def follow(db: Session, event: Call) -> int:
    """Read the words of every proposal anew that were read for other days or topics; how many there were."""
    days, about = _of_days(event), _of_topics(event)
    stale = or_(Proposal.for_days.is_distinct_from(days), Proposal.for_topics.is_distinct_from(about))
    found = db.scalars(select(Proposal).where(stale).order_by(Proposal.id)).all()
    dates = {half.day for half in event.half_days}
    for proposal in found:
        # A row that is older than these columns was read for the call as it is, unless it holds days that are none of
        # the event's.
        if proposal.for_days not in (None, days) or not _dates(proposal) <= dates:
            proposal.half_days = half_days(proposal.availability, event)
        if proposal.for_topics not in (None, about):
            proposal.topics = topics_of(proposal, event)
        proposal.for_days, proposal.for_topics = days, about
    return len(found)


def read_for(proposal: Proposal, event: Call) -> None:
    """Note that a proposal was read for this event."""
    proposal.for_days, proposal.for_topics = _of_days(event), _of_topics(event)


def half_days(said: str | None, event: Call) -> list[Any] | None:
    """The half-days that a speaker's words leave of the event, as rows: none where they can come on none of them; None:
    nothing is said, or it is not understood."""
    if not said:
        return None
    found = availability.half_days(said, event)
    if found is not None:
        return [half.as_json() for half in found]
    return [] if availability.never(said, event) else None


def topics_of(proposal: Proposal, call: Call) -> list[Any]:
    """The topics of the call that a proposal belongs to, as rows."""
    words = " ".join(filter(None, (proposal.title, proposal.abstract, *proposal.keywords)))
    return [dataclasses.asdict(match) for match in topics.rank(call.topics, words)]


def _dates(proposal: Proposal) -> set[date]:
    """The days on which its speaker can come, as they were read."""
    return {HalfDay.from_json(half).day for half in proposal.half_days or ()}


def _of_days(event: Call) -> str:
    return _mark([half.as_json() for half in event.half_days])


def _of_topics(event: Call) -> str:
    return _mark([[topic.text, list(topic.keywords)] for topic in event.topics])


def _mark(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
