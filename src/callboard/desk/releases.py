"""Makes a draft of the programme public, and tells each speaker the place of their talk: once, and again only when it
is another.

What a speaker was told is read from the letters themselves: the key of one names the draft that it told of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from callboard import store
from callboard.config import Config
from callboard.desk import letters
from callboard.desk.letters import Place
from callboard.desk.outbox import Desk, owe
from callboard.mailroom.incoming import Address
from callboard.model import Draft, Proposal
from callboard.programme import drafts
from callboard.programme.public import PUBLIC_STATES
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.store import LetterLine

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
    round_of_letters = _Round(db, desk, draft, store.letter_lines(db, (SLOT,)), now)
    accepted = (c for c in store.cards_as_told(db, desk.call.prefix) if c.state in PUBLIC_STATES)
    return sum(round_of_letters.tell(card) for card in accepted)


@dataclass
class _Round:
    """What all letters of one look at the public programme share, read once and only if need be."""

    db: Session
    desk: Desk
    draft: Draft
    sent: Mapping[int, Sequence[LetterLine]]
    now: datetime
    _places: dict[int, dict[int, Place]] = field(default_factory=dict)  # draft -> number -> place

    def tell(self, card: ProposalCard) -> bool:
        """Owe the letter about one talk, if another place is to be told than was told last."""
        place, sent = self.place(self.draft.number, card.number), self.sent.get(card.number, ())
        if self._told(sent, card.number) == place or card.contact is None:
            return False
        store.cancel_letters(self.db, card.number, (SLOT,), self.now)
        known = self._told([letter for letter in sent if letter.may_have_left], card.number)
        if known == place:
            return False  # moved and moved back before anybody heard of it
        proposal = self.db.get_one(Proposal, card.number)
        to = Address(proposal.contact_name or "", card.contact)
        calendar = self.calendars.get((card.number, place)) if place else None
        letter = letters.slot(
            self.desk.templates,
            self.desk.call,
            card,
            to,
            place,
            known,
            url=self.desk.programme.url,
            calendar=calendar,
        )
        count = store.letters_of_kind(self.db, card.number, SLOT)
        key = f"{SLOT}/{card.number}/{self.draft.number}/{count + 1}"
        references = store.conversation(self.db, card.number)
        return (
            owe(self.db, self.desk, letter, key, self.now, references=references, proposal=proposal)
            is not None
        )

    def place(self, draft: int, number: int) -> Place | None:
        """The place of a talk in a draft."""
        if draft not in self._places:
            kept = self.db.get(Draft, draft)
            self._places[draft] = _places_of(Programme.from_json(kept.content)) if kept else {}
        return self._places[draft].get(number)

    def _told(self, sent: Sequence[LetterLine], number: int) -> Place | None:
        """The place that the last of these letters names; the letter's key says of which draft."""
        return self.place(int(sent[-1].key.split("/")[2]), number) if sent else None

    @cached_property
    def calendars(self) -> dict[tuple[int, Place], str]:
        """The entry of each public talk for a calendar, by its number and place: where every draft is public at once,
        that may be another place than the one that is told."""
        config = Config(call=self.desk.call, programme=self.desk.programme)
        public = drafts.shown(self.db, config)
        if public is None:
            return {}
        places, found = (
            _places_of(public.programme),
            drafts.calendars(self.db, public, config, self.desk.templates),
        )
        return {(number, places[number]): calendar for number, calendar in found.items()}


def _places_of(programme: Programme) -> dict[int, Place]:
    talks = programme.talks
    return {t.number: Place(t.start, t.end, t.room) for t in talks if t.number is not None}
