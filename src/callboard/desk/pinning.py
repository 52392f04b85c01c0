"""What an organiser fixes in the programme by an order, and what stands in its way; the next draft keeps to it.

Whether the pins can all hold together is known only when the programme is arranged; the draft tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy.orm import Session

from callboard.desk.outbox import Desk
from callboard.programme import drafts, grid
from callboard.programme.pins import Pin, PinError, PinKind, read_pin
from callboard.reading.orders import Order
from callboard.reading.pinline import room_key, room_named


class Obstacle(StrEnum):
    """Why something cannot be fixed, or let go."""

    NO_TIME = "no_time"  # 25:00
    OUTSIDE = "outside"  # before the day begins, or after it ends
    NO_DAY = "no_day"  # the event has no such day
    NO_ROOM = "no_room"
    ITSELF = "itself"  # a talk before itself
    AGAIN = "again"  # it is fixed already
    CONFIGURED = "configured"  # the configuration fixes it
    NOTHING = "nothing"  # there is nothing to let go


def read(order: Order) -> Pin | Obstacle:
    """What the order fixes."""
    try:
        return read_pin(order.arrangement or order.line)
    except PinError:
        if len(order.numbers) > 1:
            return Obstacle.ITSELF
        return Obstacle.NO_TIME if " at " in (order.arrangement or "") else Obstacle.NO_DAY


def obstacle(db: Session, desk: Desk, pin: Pin) -> Obstacle | None:
    """What speaks against fixing this, whatever else is fixed."""
    if _plain(desk, pin) in (_plain(desk, one) for one in (*configured(desk), *drafts.pinned(db))):
        return Obstacle.AGAIN
    if pin.kind is PinKind.ROOM and desk.programme.rooms:
        return None if room_named(pin.room, desk.programme.rooms) else Obstacle.NO_ROOM
    if pin.kind is PinKind.ROOM:
        return Obstacle.NO_ROOM
    days = hours(desk)
    if pin.day is not None:
        days = {day: span for day, span in days.items() if pin.day in (day, day.weekday())}
        if not days and hours(desk):
            return Obstacle.NO_DAY
    if pin.at is None or not days or any(first <= pin.at < last for first, last in days.values()):
        return None
    return Obstacle.OUTSIDE


def hours(desk: Desk) -> dict[date, tuple[time, time]]:
    """From when to when each day of the event goes; nothing while that is not known."""
    found = {}
    for day in grid.build(desk.call, desk.programme).days:
        spans = [(item.start, item.end) for item in day.fixed]
        spans += [(session.start, session.end) for session in day.sessions]
        if spans:
            first, last = min(start for start, _ in spans), max(end for _, end in spans)
            found[day.date] = (first.time(), last.time())
    return found


def configured(desk: Desk) -> Iterator[Pin]:
    """What the configuration fixes."""
    return (read_pin(line) for line in desk.programme.pins)


def fix(db: Session, desk: Desk, pin: Pin, by: str, now: datetime) -> None:
    """Fix it, unless it is fixed."""
    if _plain(desk, pin) not in (_plain(desk, one) for one in drafts.pinned(db)):
        drafts.pin(db, pin, by, now)


def let_go(db: Session, desk: Desk, pin: Pin) -> bool:
    """Let it go, in whatever words it was fixed. False: it was not."""
    found = [one for one in drafts.pinned(db) if _plain(desk, one) == _plain(desk, pin)]
    for one in found:
        drafts.unpin(db, one)
    return bool(found)


def to_let_go(db: Session, desk: Desk, order: Order) -> tuple[Pin, ...] | Obstacle:
    """The pins that an order names, by their own words or by their talks' numbers; or why there are none."""
    wanted = read(order) if order.arrangement else None
    if isinstance(wanted, Obstacle):
        return wanted

    def meant(pin: Pin) -> bool:
        return (
            _plain(desk, pin) == _plain(desk, wanted)
            if wanted
            else not {*pin.numbers}.isdisjoint(order.numbers)
        )

    found = tuple(filter(meant, drafts.pinned(db)))
    return found or (Obstacle.CONFIGURED if any(map(meant, configured(desk))) else Obstacle.NOTHING)


def _plain(desk: Desk, pin: Pin) -> Pin:
    """What is fixed, in whatever words and language."""
    return replace(
        pin,
        text="",
        numbers=tuple(sorted(pin.numbers)) if pin.kind is PinKind.TOGETHER else pin.numbers,
        room=room_named(pin.room, desk.programme.rooms) or room_key(pin.room),
    )
