"""A day's items laid out for reading: what everybody attends, and between it sessions side by side, by room.

All moments are in UTC on the way, so that what comes first is first, whatever the clocks do meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Final, TypeVar

from callboard.programme.formats.parts import Block, Day, Entry, Session
from callboard.programme.timetable import Item, Kind, ProgrammeDay, ProgrammeSession, minutes, overlap

# A shorter gap is time to change the room or to breathe, not time for a talk.
OPEN_MINUTES: Final = 15

OPEN: Final = "open"

_Timed = TypeVar("_Timed", Item, ProgrammeSession, Block, Session, Entry)


def lay_out(
    number: int,
    day: ProgrammeDay,
    rooms: Sequence[str],
    entry: Callable[[Item], Entry],
    title: Callable[[ProgrammeSession], str | None],
) -> Day:
    """The `number`-th day; `entry` and `title` say how an item and a session are shown."""
    order = {room: place for place, room in enumerate(rooms)}
    zone = next(
        (one.tzinfo for one in [*(i.start for i in day.items), *(s.start for s in day.sessions)]), None
    )
    day = replace(
        day,
        items=tuple(_on(UTC, one) for one in day.items),
        sessions=tuple(_on(UTC, one) for one in day.sessions),
    )
    together = [item for item in day.items if _is_for_everybody(item, day.items)]
    sessions = _sessions(day, together, entry, title)
    blocks = [_fixed(entry(item)) for item in together]
    blocks += [_beside(band, order) for band in _bands(sessions)]
    blocks = _with_open_time(sorted(blocks, key=lambda block: (block.start, block.end)))
    blocks = [_shown(zone, block) for block in blocks]
    return Day(
        day.date,
        blocks[0].start,
        max((block.end for block in blocks), key=datetime.timestamp),
        _anchored(number, blocks),
    )


def _on(zone: tzinfo | None, one: _Timed) -> _Timed:
    """The same, in another zone."""
    return replace(
        one, start=one.start and one.start.astimezone(zone), end=one.end and one.end.astimezone(zone)
    )


def _shown(zone: tzinfo | None, block: Block) -> Block:
    """A block with all that is in it, on the clocks of the event."""
    return replace(
        _on(zone, block),
        entries=tuple(_on(zone, one) for one in block.entries),
        sessions=tuple(
            replace(_on(zone, session), entries=tuple(_on(zone, one) for one in session.entries))
            for session in block.sessions
        ),
    )


def _is_for_everybody(item: Item, others: Iterable[Item]) -> bool:
    if item.kind is Kind.TALK:
        return False
    beside = (one for one in others if overlap(one, item))
    return item.room is None or all(one.room in (None, item.room) for one in beside)


def _fixed(entry: Entry) -> Block:
    assert entry.start is not None  # made from an item
    assert entry.end is not None
    return Block("", entry.kind, entry.start, entry.end, (entry,))


def _sessions(
    day: ProgrammeDay,
    together: Sequence[Item],
    entry: Callable[[Item], Entry],
    title: Callable[[ProgrammeSession], str | None],
) -> list[Session]:
    """The day's sessions with their talks; talks outside of any make sessions without a title."""
    left = [item for item in day.items if item not in together]
    found: list[Session] = []
    for session in day.sessions:
        within = [i for i in left if i.room == session.room and session.start <= i.start < session.end]
        left = [item for item in left if item not in within]
        entries = tuple(entry(item) for item in within)
        end = max((session.end, *(item.end for item in within)))
        filled = _with_open_entries(entries, session.start, end, session.room)
        found.append(Session(session.start, end, session.room, title(session), session.chair, filled))
    for run in _runs(left, together):
        first = run[0]
        end = max(item.end for item in run)
        found.append(Session(first.start, end, first.room, None, None, tuple(entry(item) for item in run)))
    return found


def _runs(items: Sequence[Item], together: Sequence[Item]) -> list[list[Item]]:
    """Talks of one room that follow each other with nothing between them."""
    runs: dict[str | None, list[list[Item]]] = {}
    for item in items:
        of_room = runs.setdefault(item.room, [])
        last = of_room[-1][-1] if of_room else None
        if last and minutes(last.end, item.start) < OPEN_MINUTES and not _parted(last, item, together):
            of_room[-1].append(item)
        else:
            of_room.append([item])
    return [run for of_room in runs.values() for run in of_room]


def _parted(one: Item, next_one: Item, together: Sequence[Item]) -> bool:
    return any(one.start < item.start < next_one.start for item in together)


def _bands(sessions: Iterable[Session]) -> list[list[Session]]:
    """Sessions that overlap in time, put together."""
    bands: list[list[Session]] = []
    for session in sorted(sessions, key=lambda one: (one.start, one.end)):
        if bands and session.start < max(one.end for one in bands[-1]):
            bands[-1].append(session)
        else:
            bands.append([session])
    return bands


def _beside(band: Sequence[Session], order: dict[str, int]) -> Block:
    """Sessions side by side as one block."""

    def place(room: str | None) -> int:
        return order.get(room, len(order)) if room is not None else -1

    columns = sorted(band, key=lambda one: (place(one.room), one.room or "", one.start))
    start, end = min(one.start for one in band), max(one.end for one in band)
    talks = [one for session in columns for one in session.entries if one.kind != OPEN]
    talks.sort(key=lambda one: (one.start or start, place(one.room)))
    if not talks:
        return Block("", OPEN, start, end, ())
    starts = sorted({one.start for session in columns for one in session.entries if one.start})
    if len({session.room for session in columns}) == len(columns):
        columns = [replace(one, rows=tuple(_rows(entry, starts) for entry in one.entries)) for one in columns]
        return Block("", Kind.TALK.value, start, end, tuple(talks), tuple(columns), len(starts))
    return Block("", Kind.TALK.value, start, end, tuple(talks), tuple(columns))


def _rows(entry: Entry, starts: Sequence[datetime]) -> tuple[int, int]:
    first = starts.index(entry.start) if entry.start else 0
    during = sum(1 for one in starts if entry.start and entry.end and entry.start <= one < entry.end)
    return first + 1, max(during, 1)


def _with_open_entries(
    entries: Sequence[Entry], start: datetime, end: datetime, room: str | None
) -> tuple[Entry, ...]:
    filled: list[Entry] = []
    reached = start
    for entry in entries:
        if entry.start and minutes(reached, entry.start) >= OPEN_MINUTES:
            filled.append(Entry(OPEN, start=reached, end=entry.start, room=room))
        filled.append(entry)
        reached = max(reached, entry.end or reached)
    if minutes(reached, end) >= OPEN_MINUTES:
        filled.append(Entry(OPEN, start=reached, end=end, room=room))
    return tuple(filled)


def _with_open_time(blocks: Sequence[Block]) -> list[Block]:
    filled: list[Block] = []
    reached: datetime | None = None
    for block in blocks:
        if reached and minutes(reached, block.start) >= OPEN_MINUTES:
            filled.append(Block("", OPEN, reached, block.start, ()))
        filled.append(block)
        reached = max(reached or block.end, block.end)
    return filled


def _anchored(number: int, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Each with a name for links, which its only entry shares: it has no number to be named by."""
    named: list[Block] = []
    taken: set[str] = set()
    for block in blocks:
        anchor = f"day{number}-{block.start:%H%M}"
        # The hour that a clock change repeats, or two things that begin together.
        while anchor in taken:
            anchor += "b"
        taken.add(anchor)
        entries = tuple(replace(one, anchor=one.anchor or anchor) for one in block.entries)
        named.append(replace(block, anchor=anchor, entries=entries))
    return tuple(named)
