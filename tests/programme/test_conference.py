"""Events too large to be solved whole: how many talks have room, who shares a session with whom, in which order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from callboard.call import Half, HalfDay
from callboard.config import ProgrammeConfig
from callboard.programme import grid
from callboard.programme.anneal import anneal
from callboard.programme.arrange import arrange
from callboard.programme.constraints import build, solver
from callboard.programme.pack import count_out, pack
from callboard.programme.problem import Problem, in_order, talk_of
from callboard.programme.seat import Seated, Seating, seat
from callboard.programme.solve import allowed_places, solve
from callboard.programme.timetable import Programme
from callboard.programme.worth import value, worth
from callboard.proposals import ProposalCard, SpeakerCard
from programme_days import CALL, card

TWO_DAYS = replace(CALL, ends=CALL.ends.replace(day=2))  # type: ignore[union-attr]
ROOMS = ("Amphi", "B12", "C3")
DAYS = (date(2027, 4, 1), date(2027, 4, 2))
HALVES = tuple(HalfDay(day, half) for day in DAYS for half in Half)


def cards(count: int, seed: int = 1) -> tuple[ProposalCard, ...]:
    """Talks of 20 or 30 minutes; some speakers can come on two half-days, some give two talks."""
    chance = random.Random(seed)
    return tuple(
        card(
            number,
            speakers=(SpeakerCard(f"Speaker {number if chance.random() > 0.1 else 1}"),),
            topics=(number % 5, (number + 1) % 5),
            duration_minutes=chance.choice((20, 30)),
            half_days=tuple(sorted(chance.sample(HALVES, 2), key=str)) if chance.random() < 0.2 else None,
            language=chance.choice(("fr", "en")),
        )
        for number in range(1, count + 1)
    )


DAY = grid.build(TWO_DAYS, ProgrammeConfig(rooms=ROOMS))


def problem_of(given: tuple[ProposalCard, ...], previous: Programme | None = None) -> Problem:
    return Problem(DAY, in_order([talk_of(one, DAY) for one in given]), (), previous)


@cache
def draft(count: int) -> Programme:
    return arrange(DAY, cards(count), None)


@pytest.mark.parametrize("count", [45, 80])
def test_in_a_conference_nobody_and_no_room_is_in_two_talks_at_once(count: int) -> None:
    talks = draft(count).talks
    given = {one.number: one for one in cards(count)}

    for room in ROOMS:
        mine = sorted((t.start, t.end) for t in talks if t.room == room)
        assert all(one[1] <= other[0] for one, other in pairwise(mine))
    for one, other in combinations(talks, 2):
        if {*one.speakers} & {*other.speakers}:
            assert one.end <= other.start or other.end <= one.start
    for talk in talks:
        halves = given[talk.number or 0].half_days
        half = Half.MORNING if talk.start.time() < time(12) else Half.AFTERNOON
        assert halves is None or HalfDay(talk.start.date(), half) in halves


def test_no_arrangement_of_a_full_conference_places_more() -> None:
    placement = solve(problem_of(cards(80)))

    assert len(placement.places) < 80
    assert placement.gap == 0


def test_a_conference_is_the_same_however_its_talks_come() -> None:
    again = arrange(DAY, tuple(reversed(cards(45))), None)

    assert again.as_json() == draft(45).as_json()


def test_the_next_draft_of_a_conference_moves_nobody_for_a_newcomer() -> None:
    before = {t.number: (t.start, t.room) for t in draft(45).talks}
    newcomer = card(90, speakers=(SpeakerCard("Somebody New"),))

    after = arrange(DAY, (*(one for one in cards(45) if one.number != 7), newcomer), draft(45))

    places = {t.number: (t.start, t.room) for t in after.talks}
    assert {n: p for n, p in places.items() if n != 90} == {n: p for n, p in before.items() if n != 7}
    assert 90 in places


def test_moves_are_counted_as_what_they_cost() -> None:
    problem = problem_of(cards(45))
    seating = Seating(problem, allowed_places(problem), {})
    start, _ = pack(problem, seating.allowed, {}, {}, solver(0.5, mixed=False))

    better = anneal(problem, seating, start, moves=200)

    assert {*start} <= {*better}
    assert _cost(problem, better) < _cost(problem, start)


def test_a_topic_is_in_one_session_rather_than_in_several() -> None:
    few = tuple(
        card(n, topics=(n % 4,), speakers=(SpeakerCard(f"Speaker {n}"),), duration_minutes=20)
        for n in range(1, 49)
    )

    programme = arrange(DAY, few, None)

    mixed = [s for day in programme.days for s in day.sessions if s.topic is None]
    assert len(programme.talks) == 48
    assert mixed == []


def test_talks_of_a_session_are_put_in_the_only_order_that_there_is() -> None:
    late, early = Seated(1, 20, ((40, 60),)), Seated(2, 20, ((0, 5),))

    assert seat([late, early, Seated(3, 20, ((0, 60),))], 0) == {2: 0, 3: 20, 1: 40}
    assert seat([late, early, Seated(3, 20, ((0, 60),)), Seated(4, 20, ((0, 60),))], 5) is None
    assert seat([Seated(1, 20, ((0, 60),), opens=False)], 0) is None


def _cost(problem: Problem, sessions: dict[int, int]) -> int:
    """What the whole costs, counted anew."""
    pairs = {(problem.by_number[n].topic, s) for n, s in sessions.items()}
    return 100 * len(pairs) - sum(value(problem, problem.by_number[n]) for n in sessions)


def test_the_solver_is_asked_the_same_in_every_process() -> None:
    """Python's sets of strings have another order in each, and in another order the solver answers otherwise."""
    root = Path(__file__).parents[2]
    path = os.pathsep.join(str(root / name) for name in ("src", "tests", "tests/programme"))

    def asked(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        command = [sys.executable, "-c", "import test_conference; print(test_conference.questions())"]
        return subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert asked("1") == asked("2")


def questions() -> str:
    """What is asked about more talks than there is room for, by people who each give several."""
    chance = random.Random(2)
    people = [f"Speaker {n}" for n in range(20)]
    problem = problem_of(
        tuple(
            card(number, speakers=tuple(map(SpeakerCard, chance.sample(people, chance.randint(1, 4)))))
            for number in range(1, 41)
        )
    )
    allowed = allowed_places(problem)
    built, packing = build(problem, allowed), count_out(problem, allowed, {}, {})
    built.model.maximize(sum(weight * term for term, weight in worth(problem, built)))
    return f"{built.model}\n{packing.model}"
