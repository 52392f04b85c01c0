"""What moved between two drafts of the programme, and why: values that an organiser can check, worded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from callboard.call import HalfDay
from callboard.programme.pins import Pin
from callboard.programme.timetable import Item, Programme, overlap
from callboard.proposals import IN_PROGRAMME, ProposalCard, State

# Number of a proposal -> what its place depended on when a draft was made (`facts_of`). Names nobody.
Facts = Mapping[str, Mapping[str, Any]]


class Why(StrEnum):
    """What explains a move. A move that nothing explains has none: the arrangement as a whole is better so."""

    TIMES = "times"  # its speaker cannot come, or no longer, at the time that it had
    PINNED = "pinned"  # organisers have fixed something about it
    UNPINNED = "unpinned"  # what they had fixed is not any more
    LENGTH = "length"  # it asks for another length
    HOURS = "hours"  # the hours of the event are others
    ROOMS = "rooms"  # the room that it had is no more
    DAY_OFF = "day_off"  # there are no talks any more on the day that it had
    MADE_ROOM = "made_room"  # another talk has the place now
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    WAITLISTED = "waitlisted"
    NO_ROOM = "no_room"
    NEVER = "never"  # its speaker can come on no day of the event
    GAP = "gap"  # it is on the waiting list, and there is room


@dataclass(frozen=True)
class Move:
    """A talk that has got a place ("new"), another one ("moved"), or none any more ("gone")."""

    kind: str
    number: int
    title: str | None
    start: datetime | None = None
    room: str | None = None
    before: datetime | None = None
    room_before: str | None = None
    why: Why | None = None
    other: int | None = None  # the talk that has its old place
    half_days: tuple[HalfDay, ...] = ()  # when its speaker can come, where that is the reason
    pin: str | None = None  # what is fixed, or is not any more, where that is the reason

    @property
    def only_room(self) -> bool:
        """Whether it begins when it did, in another room."""
        return self.kind == "moved" and self.start == self.before


def facts_of(cards: Sequence[ProposalCard], pins: Sequence[Pin] = ()) -> dict[str, dict[str, Any]]:
    """What the places of these proposals depend on, as plain values to keep beside a draft."""
    return {
        str(card.number): {
            "state": card.state.value,
            "minutes": card.duration_minutes,
            "half_days": [half.as_json() for half in card.half_days] if card.half_days is not None else None,
            "pins": [pin.text for pin in pins if card.number in pin.numbers],
        }
        for card in cards
    }


def moves(
    before: Programme, after: Programme, was: Facts | None = None, now: Facts | None = None
) -> tuple[Move, ...]:
    """The talks whose place changed, in the new draft's order; those that lost theirs last."""
    return tuple(_Comparison(before, after, was or {}, now or {}).moves())


@dataclass
class _Comparison:
    """Two drafts, with what each talk's place depended on."""

    before: Programme
    after: Programme
    was: Facts
    now: Facts

    def moves(self) -> Iterator[Move]:
        old = {talk.number: talk for talk in self.before.talks if talk.number is not None}
        new = {talk.number: talk for talk in self.after.talks if talk.number is not None}
        for number, talk in new.items():
            place = (talk.start, talk.room)
            if number not in old:
                why = self._why_new(number)
                yield Move("new", number, talk.title, *place, why=why, pin=self._pin_of(why, number))
            elif place != (old[number].start, old[number].room):
                why, other = self._why_moved(old[number])
                left = (old[number].start, old[number].room)
                times = self._half_days(number) if why is Why.TIMES else ()
                pin = self._pin_of(why, number)
                yield Move("moved", number, talk.title, *place, *left, why, other, times, pin)
        for number, talk in old.items():
            if number not in new:
                why = self._why_gone(talk)
                yield Move("gone", number, talk.title, before=talk.start, room_before=talk.room, why=why)

    def _why_new(self, number: int) -> Why | None:
        state, earlier = self._state(self.now, number), self._state(self.was, number)
        if state is State.WAITLISTED:
            return Why.GAP
        if state in (State.ACCEPTED, State.CONFIRMED) and earlier not in (State.ACCEPTED, State.CONFIRMED):
            return Why.ACCEPTED
        if self._pin(number):
            return Why.PINNED
        if state == State.SUBMITTED and earlier is None:
            return Why.SUBMITTED
        return Why.HOURS if state == earlier and self._other_hours else None

    def _why_gone(self, old: Item) -> Why | None:
        state = self._state(self.now, old.number)
        still_waits = state is State.WAITLISTED and self._state(self.was, old.number) is state
        if state in IN_PROGRAMME and self._fact(self.now, old.number, "half_days") == []:
            return Why.NEVER
        if state in IN_PROGRAMME or still_waits:
            return Why.NO_ROOM if self._is_on(old) else Why.DAY_OFF
        return Why(state.value) if state in (State.WITHDRAWN, State.DECLINED, State.WAITLISTED) else None

    def _why_moved(self, old: Item) -> tuple[Why | None, int | None]:
        number = old.number
        times = self._half_days(number)
        if times and not any(half.holds(old.start, old.end) for half in times):
            return Why.TIMES, None
        if self._pin(number):
            return Why.PINNED, None
        if self._fact(self.was, number, "minutes") != self._fact(self.now, number, "minutes"):
            return Why.LENGTH, None
        if not self._is_on(old):
            return Why.DAY_OFF, None
        if self._let_go(number):
            return Why.UNPINNED, None
        beside = (talk for talk in self.after.talks if talk.room == old.room and overlap(talk, old))
        # The waiting list fills what is left: nobody moves for it.
        there = next(
            (talk for talk in beside if self._state(self.now, talk.number) is not State.WAITLISTED), None
        )
        if there and there.number != number:
            return Why.MADE_ROOM, there.number
        if self.before.rooms != self.after.rooms and old.room not in (self.after.rooms or (None,)):
            return Why.ROOMS, None
        return (Why.HOURS, None) if self._other_hours else (None, None)

    def _pin_of(self, why: Why | None, number: int) -> str | None:
        """What is fixed, or is not any more, where that is the reason."""
        if why is Why.UNPINNED:
            return self._let_go(number)
        return self._pin(number) if why is Why.PINNED else None

    def _pin(self, number: int | None) -> str | None:
        """What has been fixed about it since and is kept."""
        was, now = self._fact(self.was, number, "pins"), self._fact(self.now, number, "pins")
        if was is None or now is None:
            return None  # a new talk, or a draft that is older than these facts
        given_up = {pin for clash in self.after.clashes for pin in clash.pins}
        return next((pin for pin in now if pin not in was and pin not in given_up), None)

    def _let_go(self, number: int | None) -> str | None:
        """What was fixed about it and is not any more."""
        was, now = self._fact(self.was, number, "pins") or (), self._fact(self.now, number, "pins") or ()
        return next((pin for pin in was if pin not in now), None)

    def _is_on(self, old: Item) -> bool:
        """Whether there still are talks on the day of an old place."""
        return any(day.date == old.start.date() for day in self.after.days)

    @property
    def _other_hours(self) -> bool:
        return _hours(self.before) != _hours(self.after)

    def _half_days(self, number: int | None) -> tuple[HalfDay, ...]:
        """When its speaker can come; nothing: at any time, as far as they said."""
        return tuple(map(HalfDay.from_json, self._fact(self.now, number, "half_days") or ()))

    @staticmethod
    def _fact(facts: Facts, number: int | None, name: str) -> Any:
        return facts.get(str(number), {}).get(name)

    def _state(self, facts: Facts, number: int | None) -> State | None:
        state = self._fact(facts, number, "state")
        return State(state) if state else None


def _hours(programme: Programme) -> list[tuple[datetime, datetime]]:
    """When each day's fixed items begin and end: what the sessions lie between."""
    return [(item.start, item.end) for item in programme.items if item.number is None]
