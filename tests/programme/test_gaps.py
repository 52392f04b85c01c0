"""Talks of the waiting list fill the gaps of a draft: marked, for the organisers alone, and without moving anybody."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from selectolax.lexbor import LexborHTMLParser

from callboard.call import Half, HalfDay
from callboard.programme.formats import page
from callboard.programme.formats.view import Audience, Language
from callboard.programme.moves import Why, facts_of, moves
from callboard.programme.public import public
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates
from programme_days import CALL, MADE_AT, card, programme

assert CALL.starts is not None
DAY = CALL.starts.date()


def by(number: int, state: State = State.ACCEPTED, **fields: object) -> ProposalCard:
    """A talk by somebody of their own."""
    return card(number, state, **{"speakers": (SpeakerCard(f"Speaker {number}"),), **fields})


def waits(number: int, **fields: object) -> ProposalCard:
    return by(number, State.WAITLISTED, **fields)


def places(made: Programme) -> dict[int | None, tuple[str, str | None]]:
    return {talk.number: (f"{talk.start:%H:%M}", talk.room) for talk in made.talks}


@pytest.mark.parametrize("rooms", [(), ("Amphi", "B12")])
@pytest.mark.parametrize("decided", [0, 3, 7])
def test_who_waits_gets_a_free_place_and_moves_nobody(decided: int, rooms: tuple[str, ...]) -> None:
    cards = tuple(by(n, topics=(n % 3,)) for n in range(1, decided + 1))
    without = programme(cards, rooms=rooms)

    made = programme((*cards, waits(20, topics=(1,)), waits(21)), rooms=rooms)

    found = places(made)
    assert {n: found[n] for n in found if n not in (20, 21)} == places(without)
    assert {20, 21} <= found.keys()
    assert {talk.number: talk.undecided for talk in made.talks} == {n: n in (20, 21) for n in found}
    named = [(s.title, s.chair, s.topic) for day in made.days for s in day.sessions if s.topic is not None]
    assert named == [
        (s.title, s.chair, s.topic) for d in without.days for s in d.sessions if s.topic is not None
    ]
    for room in rooms or (None,):
        there = [item for item in made.items if item.room in (room, None)]
        assert all(one.end <= other.start for one, other in pairwise(there))


def test_on_a_full_day_who_waits_is_not_mentioned() -> None:
    cards = tuple(by(n) for n in range(1, 20))

    made = programme((*cards, waits(20)))

    assert made == programme(cards)


def test_who_waits_keeps_to_their_times_and_to_one_place_at_a_time() -> None:
    ada = (SpeakerCard("Ada Sample", email="ada@example.org"),)
    afternoon = (HalfDay(DAY, Half.AFTERNOON),)

    made = programme(
        (by(1, speakers=ada), waits(2, speakers=ada), waits(3, half_days=afternoon)), rooms=("A", "B")
    )

    by_number = {talk.number: talk for talk in made.talks}
    assert by_number[3].start.hour >= 14
    one, other = by_number[1], by_number[2]
    assert one.end <= other.start or other.end <= one.start


def test_a_pin_that_could_not_be_kept_leaves_the_gap_open() -> None:
    made = programme((by(1), waits(2), waits(3)), pins=("1 at 16:30", "2 after 1", "3 at 15:00"))

    assert places(made) == {1: ("16:30", None), 3: ("15:00", None)}


def test_pins_that_clash_about_others_are_no_matter_of_who_waits() -> None:
    lines = ("1 at 15:45", "1 on Friday in the afternoon", "1 in the morning")

    made = programme((by(1), waits(2)), pins=lines)

    assert made.clashes
    assert places(made).keys() == {1, 2}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_fixed_nobody_moves_for_who_waits(seed: int) -> None:
    chance = Random(seed)
    rooms = chance.choice([(), ("Amphi", "B12")])
    cards = [
        by(
            n,
            chance.choice([State.ACCEPTED, State.ACCEPTED, State.SUBMITTED, State.WAITLISTED]),
            topics=(n % 3,),
            duration_minutes=chance.choice([None, 10, 40]),
            half_days=chance.choice([None, None, (HalfDay(DAY, Half.AFTERNOON),)]),
        )
        for n in range(1, chance.randint(4, 20))
    ]
    said = (
        "{} at 15:00",
        "{} in the morning",
        "{} not first",
        "{} before {}",
        "{} and {} together",
        "{} in B12",
    )
    pins = tuple(
        chance.choice(said).format(*chance.sample(range(1, 12), 2)) for _ in range(chance.randint(1, 6))
    )
    waiting = {c.number for c in cards if c.state is State.WAITLISTED}
    # A pin says nothing of a talk that is not there.
    without = programme(tuple(c for c in cards if c.number not in waiting), pins=pins, rooms=rooms)

    made = programme(tuple(cards), pins=pins, rooms=rooms)

    assert {n: place for n, place in places(made).items() if n not in waiting} == places(without)
    assert (made.clashes, made.left_out) == (without.clashes, without.left_out)
    for room in rooms or (None,):
        there = [item for item in made.items if item.room in (room, None)]
        assert all(one.end <= other.start for one, other in pairwise(there))


def test_the_next_draft_has_who_waits_where_the_last_one_had_them() -> None:
    cards = (by(1, topics=(0,)), by(2, topics=(1,)), waits(3, topics=(2,)))
    first = programme(cards)

    again = programme((*cards, by(4, topics=(2,))), previous=first)
    accepted = programme((*cards[:2], by(3, topics=(2,))), previous=first)

    assert {n: place for n, place in places(again).items() if n != 4} == places(first)
    assert places(accepted) == places(first)


def test_the_public_sees_nothing_of_it() -> None:
    cards = (by(1), waits(2))

    assert public(programme(cards), cards) == public(programme(cards[:1]), cards[:1])


def test_a_poster_needs_no_gap() -> None:
    assert programme((by(1), waits(2, format="poster"))) == programme((by(1),))


def shown(cards: tuple[ProposalCard, ...], language: Language, audience: Audience) -> str:
    """The page."""
    return page.render(
        CALL,
        programme(cards),
        cards,
        number=1,
        made_at=MADE_AT,
        language=language,
        templates=Templates(),
        audience=audience,
    )


@pytest.mark.parametrize(("language", "mark"), [("en", "waiting list"), ("fr", "liste d’attente")])
def test_the_organisers_page_says_who_waits(language: Language, mark: str) -> None:
    cards = (by(1), waits(2), by(3, State.SUBMITTED))

    def marks(audience: Audience) -> list[str]:
        return [
            node.text() for node in LexborHTMLParser(shown(cards, language, audience)).css(".mark.undecided")
        ]

    assert sorted(marks("organisers")) == sorted([mark, {"en": "under review", "fr": "à l’étude"}[language]])
    assert marks("public") == []


@pytest.mark.parametrize("state", [State.WAITLISTED, State.SUBMITTED])
def test_the_legend_tells_of_a_waiting_list_that_there_is(state: State) -> None:
    cards = (by(1), by(2, state))

    text = shown(cards, "en", "organisers")

    legend = LexborHTMLParser(text).css_first(".legend")
    assert legend is not None
    assert ("Waiting list: " in legend.text()) is (state is State.WAITLISTED)


def test_a_gap_is_the_reason_why_somebody_who_waits_has_a_place() -> None:
    was, now = (by(1), by(2, State.SUBMITTED)), (by(1), waits(2))

    (found,) = moves(programme((by(1),)), programme(now), facts_of(was), facts_of(now))

    assert (found.number, found.why) == (2, Why.GAP)
    said = Templates().render("pages/moves.txt", moves=(found,), clashes=(), prefix="P").strip()
    assert said.endswith("from the waiting list, where there is room")


def test_who_was_accepted_and_waits_now_makes_room_first() -> None:
    others = tuple(by(n) for n in range(2, 21))
    was, now = (by(1), *others), (waits(1), *others)
    before = programme(was)
    assert 1 in places(before)

    after = programme(now, previous=before)

    (gone,) = [one for one in moves(before, after, facts_of(was), facts_of(now)) if one.number == 1]
    assert (gone.kind, gone.why) == ("gone", Why.WAITLISTED)
    assert len(after.talks) == len(before.talks)
