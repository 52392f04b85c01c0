"""How a day's items become blocks, sessions and free time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.programme.formats.layout import lay_out
from callboard.programme.formats.parts import Day, Entry
from callboard.programme.timetable import Item, Kind, ProgrammeDay, ProgrammeSession
from programme_days import PARIS

ROOMS = ("A", "B", "C")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 6, 1, hour, minute, tzinfo=PARIS)


def item(start: datetime, end: datetime, kind: Kind = Kind.TALK, room: str | None = None) -> Item:
    return Item(start, end, kind, title=kind.value, room=room)


def laid_out(items: list[Item], sessions: tuple[ProgrammeSession, ...] = ()) -> Day:
    return lay_out(
        1,
        ProgrammeDay(at(9).date(), tuple(items), sessions),
        ROOMS,
        lambda one: Entry(one.kind.value, one.title, one.start, one.end, room=one.room),
        lambda session: session.title,
    )


def shape(day: Day) -> list[tuple[str, str, str, list[str | None]]]:
    return [
        (block.kind, f"{block.start:%H:%M}", f"{block.end:%H:%M}", [one.room for one in block.sessions])
        for block in day.blocks
    ]


def test_sessions_at_one_time_are_one_block_in_the_order_of_the_rooms():
    day = laid_out(
        [item(at(9), at(9, 20), room="C"), item(at(9), at(9, 30), room="A")],
        (ProgrammeSession(at(9), at(9, 20), "C"), ProgrammeSession(at(9), at(9, 30), "A")),
    )

    assert shape(day) == [("talk", "09:00", "09:30", ["A", "C"])]
    assert day.parallel is True


def test_talks_outside_of_any_session_are_put_together_by_room():
    day = laid_out(
        [
            item(at(9), at(9, 20), room="A"),
            item(at(9), at(9, 20), room="B"),
            item(at(9, 20), at(9, 40), room="A"),
            item(at(10), at(10, 20), room="A"),
        ]
    )

    assert shape(day) == [
        ("talk", "09:00", "09:40", ["A", "B"]),
        ("open", "09:40", "10:00", []),
        ("talk", "10:00", "10:20", ["A"]),
    ]


def test_a_talk_says_in_which_rows_it_lies():
    day = laid_out(
        [
            item(at(9), at(9, 30), room="A"),
            item(at(9), at(9, 20), room="B"),
            item(at(9, 20), at(9, 40), room="B"),
        ]
    )

    (block,) = day.blocks
    assert block.rows == 2
    assert [session.rows for session in block.sessions] == [((1, 2),), ((1, 1), (2, 1))]


def test_an_invited_talk_beside_others_is_in_its_room_and_alone_it_is_for_everybody():
    beside = laid_out([item(at(9), at(10), Kind.INVITED, "A"), item(at(9), at(10), room="B")])
    alone = laid_out([item(at(9), at(10), Kind.INVITED, "A"), item(at(10), at(11), room="B")])

    assert shape(beside) == [("talk", "09:00", "10:00", ["A", "B"])]
    assert shape(alone) == [("invited", "09:00", "10:00", []), ("talk", "10:00", "11:00", ["B"])]


def test_free_time_within_a_session_is_shown_where_a_talk_would_fit():
    day = laid_out(
        [item(at(9, 20), at(9, 40), room="A"), item(at(9, 50), at(10), room="A")],
        (ProgrammeSession(at(9), at(10, 30), "A", title="Crues"),),
    )

    (session,) = day.blocks[0].sessions
    assert session.title == "Crues"
    assert [(one.kind, f"{one.start:%H:%M}") for one in session.entries] == [
        ("open", "09:00"),
        ("talk", "09:20"),
        ("talk", "09:50"),
        ("open", "10:00"),
    ]
    assert [one.kind for one in day.blocks[0].entries] == ["talk", "talk"]


def test_sessions_without_a_talk_are_free_time():
    day = laid_out(
        [item(at(8), at(9), Kind.BREAK)],
        (ProgrammeSession(at(9), at(10), "A"), ProgrammeSession(at(9), at(10), "B")),
    )

    assert shape(day) == [("break", "08:00", "09:00", []), ("open", "09:00", "10:00", [])]


def test_a_talk_that_outlasts_its_session_makes_it_longer():
    day = laid_out([item(at(9), at(10), room="A")], (ProgrammeSession(at(9), at(9, 30), "A"),))

    assert shape(day) == [("talk", "09:00", "10:00", ["A"])]


def test_the_hour_that_a_clock_change_repeats_has_anchors_of_its_own():
    zone = ZoneInfo("Europe/Paris")
    first = datetime(2027, 10, 31, 2, 30, tzinfo=zone)
    items = [
        Item(first, first.replace(hour=2, minute=50), Kind.BREAK),
        Item(first.replace(fold=1), first.replace(hour=3, minute=0), Kind.BREAK),
    ]

    day = lay_out(
        1,
        ProgrammeDay(first.date(), tuple(items)),
        (),
        lambda one: Entry(one.kind.value, start=one.start, end=one.end),
        lambda session: None,
    )

    anchors = [block.anchor for block in day.blocks]
    assert len(set(anchors)) == len(anchors)
    assert [block.minutes for block in day.blocks if block.kind == "break"] == [20, 30]


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_night_in_which_the_clocks_change_is_laid_out_like_any_other(night: date):
    def shape_from(begin: datetime) -> list[tuple[str, int, int, list[tuple[int, str]]]]:
        def at(minute: int) -> datetime:
            return (begin + timedelta(minutes=minute)).astimezone(PARIS)

        talks = [(10, 30, "A"), (30, 50, "A"), (20, 80, "B"), (100, 120, "A"), (120, 140, "B")]
        day = laid_out(
            [item(at(start), at(end), room=room) for start, end, room in talks]
            + [item(at(80), at(95), Kind.BREAK), item(at(160), at(170), Kind.CLOSING)],
            (ProgrammeSession(at(0), at(80), "A"), ProgrammeSession(at(0), at(80), "B")),
        )

        def since(moment: datetime) -> int:
            return int(moment.timestamp() - begin.timestamp()) // 60

        assert day.start.tzinfo is PARIS
        assert [(since(day.start), since(day.end))] == [(0, 170)]
        return [
            (
                block.kind,
                since(block.start),
                since(block.end),
                [(since(e.start), e.kind) for one in block.sessions for e in one.entries if e.start],
            )
            for block in day.blocks
        ]

    midnight = datetime.combine(night, time(0, 40), PARIS).astimezone(UTC)

    # Whenever it begins, before, in and after the hour that is skipped or repeated.
    assert (
        shape_from(midnight)
        == shape_from(midnight + timedelta(minutes=50))
        == shape_from(at(9).astimezone(UTC))
    )


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Item], tuple[ProgrammeSession, ...]]:
    """Any items in any rooms, in sessions or not."""
    starts = draw(st.lists(st.integers(0, 40), min_size=1, max_size=15))
    items = [
        item(
            at(8 + start // 6, start % 6 * 10),
            at(8 + (start + length) // 6, (start + length) % 6 * 10),
            draw(st.sampled_from(list(Kind))),
            draw(st.sampled_from((*ROOMS, None))),
        )
        for start in sorted(starts)
        for length in [draw(st.integers(1, 9))]
    ]
    sessions = tuple(
        ProgrammeSession(at(8 + begin), at(9 + begin), draw(st.sampled_from((*ROOMS, None))))
        for begin in draw(st.lists(st.integers(0, 6), max_size=4, unique=True))
    )
    return items, sessions


@given(days())
def test_every_item_is_shown_once_and_every_anchor_is_its_own(made):
    items, sessions = made

    day = laid_out(items, sessions)

    shown = sorted((one.start, one.end, one.kind) for block in day.blocks for one in block.entries)
    assert shown == sorted((one.start, one.end, one.kind.value) for one in items)
    within = [
        one
        for block in day.blocks
        for session in block.sessions
        for one in session.entries
        if one.kind != "open"
    ]
    assert len(within) == sum(len(block.entries) for block in day.blocks if block.sessions)
    anchors = [block.anchor for block in day.blocks]
    assert len(set(anchors)) == len(anchors)
