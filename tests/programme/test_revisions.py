"""What calendars are told of moves: computed from what was public, the same everywhere."""

from __future__ import annotations

from datetime import timedelta

from callboard.programme.revisions import Release, revisions, withdrawn
from callboard.programme.timetable import Programme
from callboard.proposals import State
from programme_days import MADE_AT, card
from programme_rooms import at, of_items, talk, two_days

LATER = MADE_AT + timedelta(days=1)


def after(*programmes: Programme) -> list[Release]:
    return [Release(MADE_AT + timedelta(days=day), programme) for day, programme in enumerate(programmes)]


def sequences(*programmes: Programme) -> dict[str, int]:
    return {key: one.sequence for key, one in revisions(after(*programmes)).items()}


def test_what_stays_has_moved_never():
    programme, _ = two_days()

    assert set(sequences(programme, programme, programme).values()) == {0}


def test_a_time_a_room_and_a_length_are_a_move_each():
    steps = [
        talk(7, at(1, 9), "Amphi"),
        talk(7, at(1, 10), "Amphi"),
        talk(7, at(1, 10), "Salle 2"),
        talk(7, at(1, 10), "Salle 2", minutes=40),
    ]

    found = [sequences(*(of_items(step) for step in steps[:count]))["talk-7"] for count in (1, 2, 3, 4)]

    assert found == [0, 1, 2, 3]


def test_new_words_are_no_move_but_a_change():
    one = revisions(after(of_items(talk(7, at(1, 9))), of_items(talk(7, at(1, 9), title="Autre"))))["talk-7"]

    assert (one.sequence, one.at) == (0, LATER)


def test_what_stays_keeps_the_time_of_its_last_change():
    programmes = (of_items(talk(7, at(1, 9))), of_items(talk(7, at(1, 9)), talk(8, at(1, 10))))

    found = revisions(after(*programmes))

    assert (found["talk-7"].at, found["talk-8"].at) == (MADE_AT, LATER)


def test_a_talk_that_goes_and_comes_back_rises_twice():
    there, gone = of_items(talk(7, at(1, 9))), Programme()

    found = [
        revisions(after(*steps))["talk-7"]
        for steps in ((there, gone), (there, gone, gone), (there, gone, there))
    ]

    assert [(one.sequence, one.cancelled) for one in found] == [(1, True), (1, True), (2, False)]


def test_what_was_undecided_was_never_public():
    assert revisions(after(of_items(talk(7, at(1, 9), undecided=True)))) == {}


def test_only_talks_that_the_public_knew_are_cancelled():
    numbers = dict(zip(State, range(1, 7), strict=True))
    known = revisions(after(of_items(*(talk(n, at(1, 9 + n)) for n in numbers.values())), Programme()))
    cards = [card(number, state) for state, number in numbers.items()]

    found = withdrawn(known, cards)

    assert sorted(one.last.number or 0 for one in found.values()) == sorted(
        numbers[state] for state in (State.ACCEPTED, State.CONFIRMED, State.WITHDRAWN)
    )


def test_who_was_erased_is_not_cancelled_by_name():
    known = revisions(after(of_items(talk(7, at(1, 9))), Programme()))

    assert withdrawn(known, ()) == {}


def test_breaks_are_not_cancelled():
    programme, cards = two_days()
    known = revisions(after(programme, Programme()))

    assert {one.last.number for one in withdrawn(known, cards).values()} == {1, 2, 3, 4}
