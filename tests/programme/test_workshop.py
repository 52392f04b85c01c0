"""A day that is solved whole: what is proven best is best, counted by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product
from random import Random

import pytest

from callboard.call import Call
from callboard.config import ProgrammeConfig
from callboard.programme import grid
from callboard.programme.problem import Problem, talks_of
from callboard.programme.solve import allowed_places, solve
from callboard.programme.worth import INSTITUTION, marks, value
from callboard.proposals import ProposalCard, SpeakerCard, State
from programme_days import CALL, card

DAY = replace(CALL, invited=())  # from ten to five


# Two sessions, each with room for two talks.
TWICE_TWO = {"opening_minutes": 0, "breaks": [], "lunch": "10:45-16:15", "closing_minutes": 0}


def problem_of(cards: tuple[ProposalCard, ...], call: Call = DAY, **settings: object) -> Problem:
    day = grid.build(call, ProgrammeConfig(**settings))  # type: ignore[arg-type]
    return Problem(day, talks_of(cards, day))


def worth(problem: Problem, sessions: Mapping[int, int]) -> int:
    """What an arrangement is worth, counted mark by mark."""
    total, seen = 0, Counter[object]()
    for number, session in sessions.items():
        total += value(problem, problem.by_number[number])
        for mark in marks(problem, problem.by_number[number], session):
            total -= mark.more if seen[mark] else mark.first
            for whole in () if seen[mark] else mark.then:
                total -= whole.more if seen[whole] else whole.first
                seen[whole] += 1
            seen[mark] += 1
    return total


def best(problem: Problem) -> int:
    """Of all arrangements, each looked at. Every talk is as long, so that any order will do."""
    (minutes,) = {talk.minutes for talk in problem.talks}
    found = []
    for choice in product((*range(len(problem.sessions)), None), repeat=len(problem.talks)):
        load = Counter(choice)
        if all(load[s] * minutes <= session.minutes for s, session in enumerate(problem.sessions)):
            placed = dict(zip(problem.by_number, choice, strict=True))
            found.append(worth(problem, {n: s for n, s in placed.items() if s is not None}))
    return max(found)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("talks", "rooms"), [(4, ()), (5, ("Amphi", "B12"))])
def test_what_is_proven_best_is_the_best_of_all(seed: int, talks: int, rooms: tuple[str, ...]) -> None:
    chance = Random(seed)
    cards = tuple(
        card(
            number,
            topics=(chance.randrange(3),),
            language=chance.choice(("fr", "en")),
            speakers=(SpeakerCard(f"Speaker {number}", f"Institute {chance.randrange(2)}"),),
        )
        for number in range(1, talks + 1)
    )
    problem = problem_of(cards, rooms=rooms, opening_minutes=40, breaks=["11:30-11:45"], lunch="12:05-16:20")

    found = solve(problem)

    assert found.proven
    assert worth(problem, {number: session for number, (session, _) in found.places.items()}) == best(problem)


@pytest.mark.parametrize("seed", range(4))
def test_where_not_all_have_room_the_best_of_all_is_found_too(seed: int) -> None:
    chance = Random(seed)
    cards = tuple(
        card(
            number,
            topics=(chance.randrange(3),),
            language=chance.choice(("fr", "en")),
            state=chance.choice((State.ACCEPTED, State.SUBMITTED)),
            speakers=(SpeakerCard(f"Speaker {number}", f"Institute {chance.randrange(2)}"),),
        )
        for number in range(1, 8)
    )
    problem = problem_of(cards, **TWICE_TWO)

    found = solve(problem)

    assert found.proven
    assert len(found.places) == 4
    assert worth(problem, {number: session for number, (session, _) in found.places.items()}) == best(problem)


def by_chance(
    seed: int, talks: int, *, topics: int, institutes: int, minutes: Sequence[int]
) -> tuple[ProposalCard, ...]:
    """Talks of one topic, most of them in French."""
    chance = Random(seed)
    return tuple(
        card(
            number,
            topics=(chance.randrange(topics),),
            language=chance.choice(("fr", "fr", "en")),
            speakers=(SpeakerCard(f"Speaker {number}", f"Institute {chance.randrange(institutes)}"),),
            duration_minutes=chance.choice(minutes),
        )
        for number in range(1, talks + 1)
    )


@pytest.mark.parametrize("talks", [18, 20, 24, 30])
@pytest.mark.parametrize("seed", range(2))
def test_a_day_with_more_talks_than_room_is_best_but_for_a_few_colleagues(talks: int, seed: int) -> None:
    cards = by_chance(seed, talks, topics=3, institutes=talks // 3, minutes=(20, 20, 30))
    starts, ends = DAY.starts, DAY.ends
    assert starts and ends
    hour = timedelta(hours=1)
    problem = problem_of(cards, replace(DAY, starts=starts - hour, ends=ends + hour))

    found = solve(problem)

    assert len(found.places) >= 16
    total = worth(problem, {number: session for number, (session, _) in found.places.items()})
    assert found.gap * total < 4 * INSTITUTION


def test_talks_of_one_institution_are_in_several_sessions() -> None:
    ours, theirs = SpeakerCard("Ada Sample", "Institut d’exemple"), SpeakerCard("Ben Muster", "Musterhaus")
    cards = tuple(card(n, speakers=(replace((ours, theirs)[n > 2], name=f"{n}"),)) for n in (1, 2, 3, 4))
    # Two sessions, each with room for two talks.
    problem = problem_of(cards, opening_minutes=0, breaks=[], lunch="10:45-16:15", closing_minutes=0)

    places = solve(problem).places

    assert places[1][0] != places[2][0]
    assert places[3][0] != places[4][0]


def alone(number: int, **fields: object) -> ProposalCard:
    """A talk by somebody of their own."""
    return card(number, **{"speakers": (SpeakerCard(f"Speaker {number}"),), **fields})


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize(
    "about",
    [
        {"bio": "PhD student at the University of Example"},
        {"speakers": (SpeakerCard("Ada", "doctorante, LIP"),)},
    ],
    ids=["bio", "affiliation"],
)
def test_a_student_is_not_in_the_last_session(number: int, about: dict[str, object]) -> None:
    cards = tuple(alone(n, **(about if n == number else {})) for n in range(1, 5))

    found = solve(problem_of(cards, **TWICE_TWO))

    assert len(found.places) == 4
    assert found.places[number][0] == 0


def test_topics_near_each_other_share_a_session() -> None:
    topics = {1: (0, 2), 2: (3,), 3: (1, 2), 4: (4,)}

    places = solve(problem_of(tuple(alone(n, topics=t) for n, t in topics.items()), **TWICE_TWO)).places

    assert places[1][0] == places[3][0]
    assert places[2][0] == places[4][0] != places[1][0]


def test_a_topic_has_its_room_and_no_two_sessions_at_once() -> None:
    cards = tuple(alone(n, topics=(n % 2,)) for n in range(1, 9))
    problem = problem_of(cards, rooms=("Amphi", "B12"), **TWICE_TWO)

    places = solve(problem).places

    assert len(places) == 8
    about = {(problem.sessions[session].room, n % 2) for n, (session, _) in places.items()}
    assert len(about) == 2, "each topic is in one room, where its sessions follow each other"


@pytest.mark.parametrize("seed", range(2))
def test_thirty_short_talks_of_one_day_are_proven_best(seed: int) -> None:
    cards = by_chance(seed, 30, topics=4, institutes=10, minutes=(8, 8, 10))
    problem = problem_of(cards, replace(DAY, ends=DAY.ends + timedelta(hours=1)))  # type: ignore[operator]

    found = solve(problem)

    assert len(found.places) == 30
    assert found.proven
    for session, (start, end) in enumerate(map(problem.span, problem.sessions)):
        begin = sorted(
            (at, at + problem.by_number[n].minutes) for n, (s, at) in found.places.items() if s == session
        )
        assert all(one[1] <= other[0] for one, other in pairwise(begin))
        assert all(start <= at and until <= end for at, until in begin)
    assert all(
        any(low <= at <= high for low, high in allowed_places(problem)[n, s])
        for n, (s, at) in found.places.items()
    )
