"""Makes a draft of the programme public, and tells each speaker the place of their talk: once, and again only when it
is another.

What a speaker was told is read from the letters themselves: the key of one names the draft that it told of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy.orm import Session

from callboard import store
from callboard.config import Config
from callboard.desk import letters
from callboard.desk.letters import Place
from callboard.desk.outbox import Desk, owe
from callboard.mailroom.incoming import Address
from callboard.model import Draft, OutboxEntry, Proposal
from callboard.programme import drafts
from callboard.programme.public import PUBLIC_STATES
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard

SLOT = "slot"


@dataclass(frozen=True)
class Released:
    """What a release did."""

    number: int
    before: int | None  # the draft that was public until then
    told: int  # letters owed


def release(db: Session, desk: Desk, number: int | None, now: datetime) -> Released:
    """Make this draft, or the newest, public. Raises ConfigError when there is none. A second time changes nothing."""
    draft, before = drafts.find(db, number), drafts.released(db)
    if before is None or before.number != draft.number:
        draft.released_at = now
        db.flush()
    return Released(draft.number, before.number if before else None, tell(db, desk, now))


def tell(db: Session, desk: Desk, now: datetime) -> int:
    """Owe a letter to each accepted speaker whose talk has another place in the public programme than they were told.

    Who has not been told yet that they are accepted hears of the place after that. Returns how many letters; none
    once the event is over.
    """
    draft, ends = drafts.released(db), desk.call.ends or desk.call.starts
    if draft is None or desk.silent or (ends is not None and now >= ends):
        return 0
    places = _places(draft)
    calendars = cache(partial(_calendars, db, desk))
    accepted = (c for c in store.cards_as_told(db, desk.call.prefix) if c.state in PUBLIC_STATES)
    return sum(_tell(db, desk, draft, card, places.get(card.number), calendars, now) for card in accepted)


def _tell(
    db: Session,
    desk: Desk,
    draft: Draft,
    card: ProposalCard,
    place: Place | None,
    calendars: Callable[[], Mapping[tuple[int, Place], str]],
    now: datetime,
) -> bool:
    sent = [x for x in store.letters_about(db, card.number) if x.kind == SLOT]
    if (_told(db, sent, card.number) if sent else None) == place or card.contact is None:
        return False
    store.cancel_letters(db, card.number, (SLOT,), now)
    heard = [letter for letter in sent if store.may_have_left(letter)]
    known = _told(db, heard, card.number) if heard else None
    if known == place:
        return False  # moved and moved back before anybody heard of it
    proposal = db.get_one(Proposal, card.number)
    to = Address(proposal.contact_name or "", card.contact)
    calendar = calendars().get((card.number, place)) if place else None
    url = desk.programme.url
    letter = letters.slot(desk.templates, desk.call, card, to, place, known, url=url, calendar=calendar)
    key = f"{SLOT}/{card.number}/{draft.number}/{store.letters_of_kind(db, card.number, SLOT) + 1}"
    references = store.conversation(db, card.number)
    return owe(db, desk, letter, key, now, references=references, proposal=proposal) is not None


def _calendars(db: Session, desk: Desk) -> dict[tuple[int, Place], str]:
    """The entry of each public talk for a calendar, by its number and place: where every draft is public at once, that
    may be another place than the one that is told."""
    config = Config(call=desk.call, programme=desk.programme)
    found = drafts.calendars(db, config, desk.templates)
    places = _places_of(drafts.public_programme(db, config))
    return {(number, places[number]): calendar for number, calendar in found.items()}


def _told(db: Session, sent: Sequence[OutboxEntry], number: int) -> Place | None:
    """The place that the last of these letters names."""
    draft = db.get(Draft, int(sent[-1].key.split("/")[2]))
    return _places(draft).get(number) if draft else None


def _places(draft: Draft) -> dict[int, Place]:
    return _places_of(Programme.from_json(draft.content))


def _places_of(programme: Programme) -> dict[int, Place]:
    talks = programme.talks
    return {t.number: Place(t.start, t.end, t.room) for t in talks if t.number is not None}
