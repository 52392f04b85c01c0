"""Two drafts compared in words: what moved, from where to where, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callboard.call import Half, HalfDay
from callboard.programme.moves import Why, facts_of, moves
from callboard.programme.timetable import Item, Kind, Programme, ProgrammeDay
from callboard.proposals import ProposalCard, State
from callboard.templating import Templates
from programme_days import card

TEN = datetime(2027, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
TWO = TEN.replace(hour=14)
AFTERNOON = (HalfDay(TEN.date(), Half.AFTERNOON),)


def programme(
    *talks: tuple[int, datetime, str | None], lunch: int = 12, day: timedelta = timedelta()
) -> Programme:
    items = [
        Item(start, start + timedelta(minutes=20), Kind.TALK, f"Talk {n}", number=n, room=room)
        for n, start, room in talks
    ]
    noon = TEN.replace(hour=lunch) + day
    fixed = Item(noon, noon + timedelta(hours=1), Kind.LUNCH)
    whole = ProgrammeDay(noon.date(), tuple(sorted([*items, fixed], key=lambda item: item.start)))
    return Programme("Europe/Paris", (whole,))


def compare(
    before: Programme,
    after: Programme,
    was: tuple[ProposalCard, ...] = (),
    now: tuple[ProposalCard, ...] = (),
) -> list[tuple[str, int, Why | None, int | None]]:
    found = moves(before, after, facts_of(was), facts_of(now))
    return [(one.kind, one.number, one.why, one.other) for one in found]


def accepted(number: int) -> ProposalCard:
    return replace(card(number), duration_minutes=None, half_days=None)


def test_nothing_moved() -> None:
    assert compare(programme((1, TEN, None)), programme((1, TEN, None))) == []


def test_its_speaker_can_come_in_the_afternoon_only() -> None:
    was, now = accepted(1), replace(accepted(1), half_days=AFTERNOON)

    found = compare(programme((1, TEN, None)), programme((1, TWO, None)), (was,), (now,))

    assert found == [("moved", 1, Why.TIMES, None)]


def test_another_length_other_hours_and_room_for_another_talk() -> None:
    one, longer = replace(accepted(1), duration_minutes=20), replace(accepted(1), duration_minutes=40)
    here, there = programme((1, TEN, None)), programme((1, TWO, None))

    assert compare(here, there, (one,), (longer,)) == [("moved", 1, Why.LENGTH, None)]
    assert compare(here, programme((1, TWO, None), lunch=13), (one,), (one,)) == [
        ("moved", 1, Why.HOURS, None)
    ]
    assert compare(here, programme((2, TEN, None), (1, TWO, None)), (one,), (one, accepted(2))) == [
        ("new", 2, Why.ACCEPTED, None),
        ("moved", 1, Why.MADE_ROOM, 2),
    ]
    assert compare(here, there, (one,), (one,)) == [("moved", 1, None, None)]


def test_what_has_no_place_any_more_says_why() -> None:
    here, nothing = programme((1, TEN, None)), programme()
    was = (accepted(1),)

    assert compare(here, nothing, was, (replace(accepted(1), state=State.WITHDRAWN),)) == [
        ("gone", 1, Why.WITHDRAWN, None)
    ]
    assert compare(here, nothing, was, was) == [("gone", 1, Why.NO_ROOM, None)]


def test_a_day_without_talks_is_why_its_talks_have_another_place_or_none() -> None:
    was, day = (accepted(1),), timedelta(days=1)
    (thursday,), (friday,) = programme((1, TEN, None)).days, programme((1, TEN + day, None), day=day).days
    none, both = Programme("Europe/Paris"), Programme("Europe/Paris", (replace(thursday, items=()), friday))

    assert compare(programme((1, TEN, None)), none, was, was) == [("gone", 1, Why.DAY_OFF, None)]
    assert compare(none, programme((1, TEN, None)), was, was) == [("new", 1, Why.HOURS, None)]
    assert compare(programme((1, TEN, None)), Programme("Europe/Paris", (friday,)), was, was) == [
        ("moved", 1, Why.DAY_OFF, None)
    ]
    # The day is there, the talk was on another one, and has gone for want of room.
    assert compare(both, Programme("Europe/Paris", (replace(friday, items=()),)), was, was) == [
        ("gone", 1, Why.NO_ROOM, None)
    ]


def test_what_is_withdrawn_is_gone_for_that_whatever_the_day() -> None:
    was, now = (accepted(1),), (replace(accepted(1), state=State.WITHDRAWN),)

    assert compare(programme((1, TEN, None)), Programme("Europe/Paris"), was, now) == [
        ("gone", 1, Why.WITHDRAWN, None)
    ]


def test_the_words() -> None:
    before = programme((1, TEN, "Amphi"), (2, TEN + timedelta(hours=1), "Amphi"), (3, TWO, "Amphi"))
    after = programme((1, TWO, "Amphi"), (2, TEN + timedelta(hours=1), "B12"))
    now = (
        replace(accepted(1), half_days=AFTERNOON),
        accepted(2),
        replace(accepted(3), state=State.WITHDRAWN),
    )
    found = moves(before, after, facts_of((accepted(1), accepted(2), accepted(3))), facts_of(now))

    said = Templates().render("pages/moves.txt", moves=found, clashes=(), prefix="P")

    assert said.splitlines() == [
        "P-2, “Talk 2”: moved from Amphi to B12 at the same time",
        "P-1, “Talk 1”: moved from 10:00 to 14:00 because its speaker can come Thursday 11 March in the afternoon",
        "P-3, “Talk 3”: has no place any more because it was withdrawn",
    ]
