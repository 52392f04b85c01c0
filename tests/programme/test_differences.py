"""Two drafts compared in words: what moved, from where to where, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Half, HalfDay
from callboard.programme.moves import Move, Why, facts_of, moves
from callboard.programme.pins import read_pin
from callboard.programme.timetable import Clash, Item, Kind, Programme, ProgrammeDay
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


def pinned(*lines: str, number: int = 1) -> dict[str, dict[str, object]]:
    return facts_of((accepted(number),), tuple(map(read_pin, lines)))


def test_what_organisers_fixed_or_let_go_is_why_a_talk_moves() -> None:
    here, there = programme((1, TEN, None)), programme((1, TWO, None), lunch=13)
    line = "1 at 14:00"

    (moved,) = moves(here, there, pinned(), pinned(line, "1 not first"))
    (back,) = moves(there, here, pinned(line), pinned())
    (placed,) = moves(programme(), there, pinned(), pinned(line))

    assert (moved.why, moved.pin) == (Why.PINNED, line)
    assert (back.why, back.pin) == (Why.UNPINNED, line)
    assert (placed.why, placed.pin) == (Why.PINNED, line)


def test_a_pin_that_was_there_before_or_could_not_be_kept_is_no_reason() -> None:
    here, there = programme((1, TEN, None)), programme((1, TWO, None))
    not_kept = replace(there, clashes=(Clash("pins", (1,), pins=("1 at 14:00",)),))
    before_there_were_any = facts_of((accepted(1),))
    del before_there_were_any["1"]["pins"]

    assert [one.why for one in moves(here, there, pinned("1 at 14:00"), pinned("1 at 14:00"))] == [None]
    assert [one.why for one in moves(here, not_kept, pinned(), pinned("1 at 14:00"))] == [None]
    assert [one.why for one in moves(here, there, before_there_were_any, pinned("1 at 14:00"))] == [None]


def test_a_pin_of_two_talks_is_a_reason_for_both() -> None:
    here = programme((1, TEN, None), (2, TWO, None))
    there = programme((2, TEN, None), (1, TWO, None))
    cards, pin = (accepted(1), accepted(2)), read_pin("1 après 2")

    found = moves(here, there, facts_of(cards), facts_of(cards, (pin,)))

    assert [(one.number, one.why, one.pin) for one in found] == [
        (2, Why.PINNED, "1 après 2"),
        (1, Why.PINNED, "1 après 2"),
    ]


def test_nobody_makes_room_for_the_waiting_list() -> None:
    waiting = replace(accepted(2), state=State.WAITLISTED)

    found = compare(
        programme((1, TEN, None)), programme((2, TEN, None), (1, TWO, None)), (), (accepted(1), waiting)
    )

    assert found == [("new", 2, Why.GAP, None), ("moved", 1, None, None)]


def test_who_waits_as_before_has_no_gap_any_more_for_want_of_room() -> None:
    waiting = (accepted(1), replace(accepted(2), state=State.WAITLISTED))

    found = compare(programme((1, TEN, None), (2, TWO, None)), programme((1, TEN, None)), waiting, waiting)

    assert found == [("gone", 2, Why.NO_ROOM, None)]


def test_a_room_that_there_is_no_more_is_why_a_talk_is_in_another() -> None:
    alone = programme((1, TEN, None))
    amphi = replace(programme((1, TEN, "Amphi"), lunch=13), rooms=("Amphi", "B12"))
    hall = replace(programme((1, TEN, "Hall")), rooms=("Hall",))
    moved = replace(programme((1, TEN, "B12")), rooms=("B12", "Amphi", "C3"))

    assert compare(alone, amphi) == [("moved", 1, Why.ROOMS, None)]
    assert compare(amphi, hall) == [("moved", 1, Why.ROOMS, None)]
    # Its room is still there.
    assert compare(replace(amphi, days=programme((1, TEN, "Amphi")).days), moved) == [
        ("moved", 1, None, None)
    ]


def test_another_talk_in_its_place_explains_more_than_other_hours() -> None:
    found = compare(programme((1, TEN, None)), programme((2, TEN, None), (1, TWO, None), lunch=13))

    assert found[1] == ("moved", 1, Why.MADE_ROOM, 2)


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


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("why", Why)
def test_there_are_words_for_every_reason(language: str, why: Why) -> None:
    one = Move("moved", 1, None, TWO, None, TEN, why=why, other=2, half_days=AFTERNOON, pin="1 at 14:00")
    template = (
        f'{{% import "letters/{language}/_digest.txt" as say %}}{{% import "letters/{language}/_words.txt" as words %}}'
        '{{ say.because(one, "P", words) }}'
    )

    said = Templates().environment.from_string(template).render(one=one)

    assert re.fullmatch(r",? (because|to make|until|for|parce|pour|en attendant|faute|depuis|from).+", said)
    assert (why in (Why.PINNED, Why.UNPINNED)) is ("1 at 14:00" in said)
