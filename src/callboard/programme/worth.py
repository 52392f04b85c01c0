"""What an arrangement is worth: the wishes that may give way, each with its weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from callboard.programme.constraints import Built
from callboard.programme.problem import Problem, Talk
from callboard.proposals import State

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    Term = tuple[IntVar, int]  # a variable, and what it is worth

# What an arrangement is worth, the largest first; each outweighs what stands below it on any day that people hold.
PINNED: Final = 1_000_000  # a pin of the organisers that is kept
ACCEPTED: Final = 100_000  # an accepted talk that has a place
UNDECIDED: Final = 5_000  # one that waits for a decision
WAITLISTED: Final = 1_500  # one of the waiting list, in what is left
STAYS: Final = 300  # a talk that begins when and where it did in the last draft
ONE_TOPIC: Final = 100  # for each further topic in a session
TOPIC_DAY: Final = 40  # for each day that a topic is spread over
ONE_LANGUAGE: Final = 20  # for each further language in a session
OPENED: Final = 10  # for each session with talks, so that a short programme ends early
INSTITUTION: Final = 5  # for each further talk of one institution in a session


def worth(problem: Problem, built: Built) -> list[Term]:
    found: list[Term] = [(kept, PINNED) for kept in built.kept.values()]
    by_number = {talk.number: talk for talk in problem.talks}
    for (number, session), x in built.inside.items():
        # The earlier session where nothing else tells them apart, and of two sessions at once the first room.
        found.append((x, _value(by_number[number]) - session))
    found += _stays(problem, built)
    topics = {t.number: t.topic for t in problem.talks if t.topic is not None}
    found += _costs(built, topics, ONE_TOPIC, {s: s for s in range(len(problem.sessions))})
    days = {s: one.start.date().toordinal() for s, one in enumerate(problem.sessions)}
    if len(set(days.values())) > 1:
        found += _costs(built, topics, TOPIC_DAY, days)
    languages = {t.number: t.card.language for t in problem.talks if t.card.language}
    if len(set(languages.values())) > 1:
        found += _costs(built, languages, ONE_LANGUAGE, {s: s for s in range(len(problem.sessions))})
    every = {talk.number: "talk" for talk in problem.talks}
    found += _costs(built, every, OPENED, {s: s for s in range(len(problem.sessions))})
    found += _institutions(problem, built)
    return found


def _value(talk: Talk) -> int:
    if talk.card.state is State.WAITLISTED:
        return WAITLISTED
    return UNDECIDED if talk.undecided else ACCEPTED


def _stays(problem: Problem, built: Built) -> list[Term]:
    """For each talk that begins when and where it did."""
    found: list[Term] = []
    for number, (minute, room) in problem.before.items():
        for index, x in built.of_talk[number].items() if number in built.of_talk else ():
            session = problem.sessions[index]
            low, high = problem.span(session)
            if session.room != room or not low <= minute < high:
                continue
            stays = built.stays[number] = built.model.new_bool_var(f"stays{number}")
            built.model.add_implication(stays, x)
            built.model.add(built.starts[number] == minute).only_enforce_if(stays)
            found.append((stays, STAYS))
    return found


def _costs(
    built: Built,
    of: Mapping[int, object],
    cost: int,
    places: Mapping[int, int],
) -> list[Term]:
    """A cost for each pair of a value (a topic, a language) and a place (a session, a day) that come together."""
    groups: dict[tuple[object, int], list[IntVar]] = defaultdict(list)
    for (number, session), x in built.inside.items():
        if number in of:
            groups[of[number], places[session]].append(x)
    found: list[Term] = []
    for (value, place), members in groups.items():
        there = built.model.new_bool_var(f"with{value}_{place}")
        built.model.add_max_equality(there, members)
        found.append((there, -cost))
    return found


def _institutions(problem: Problem, built: Built) -> list[Term]:
    """A cost for each talk of an institution in a session beyond its first."""
    groups: dict[tuple[str, int], list[IntVar]] = defaultdict(list)
    by_number = {talk.number: talk for talk in problem.talks}
    for (number, session), x in built.inside.items():
        for name in by_number[number].institutions:
            groups[name, session].append(x)
    found: list[Term] = []
    for (_, session), members in groups.items():
        if len(members) > 1:
            more = built.model.new_int_var(0, len(members), f"more{session}")
            built.model.add(more >= sum(members) - 1)
            found.append((more, -INSTITUTION))
    return found
