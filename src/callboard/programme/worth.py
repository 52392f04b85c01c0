"""What an arrangement is worth: the wishes that may give way, each with its weight.

A wish is a `Mark` that talks leave where they are placed; the solver's terms and the costs of a single move are both
made from the same marks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callboard.programme.constraints import Built
from callboard.programme.problem import Problem, Talk

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    Term = tuple[IntVar, int]  # a variable, and what it is worth

# What an arrangement is worth, the largest first; each outweighs what stands below it on any day that people hold.
PINNED: Final = 1_000_000  # a pin of the organisers that is kept
ACCEPTED: Final = 100_000  # an accepted talk that has a place
UNDECIDED: Final = 5_000  # one that waits for a decision
STAYS: Final = 300  # a talk that begins when and where it did in the last draft
ONE_TOPIC: Final = 100  # for each topic in a session
TOPIC_DAY: Final = 40  # for each day that a topic is spread over
TOPIC_AT_ONCE: Final = 30  # for each further session about a topic at the same time
ONE_LANGUAGE: Final = 20  # for each language in a session
STUDENT_LAST: Final = 15  # for each student in the last session of a day
TOPIC_ROOM: Final = 12  # for each room that a topic is in on one day, so that its sessions follow each other
OPENED: Final = 10  # for each session with talks, so that a short programme ends early
NEAR: Final = 8  # for each topic, its first or its second, that a talk of the session has
INSTITUTION: Final = 5  # for each further talk of one institution in a session


@dataclass(frozen=True)
class Mark:
    """What a talk counts towards where it is placed, and what that costs."""

    key: tuple[object, ...]
    first: int = 0  # once there is one
    more: int = 0  # for each beyond the first
    then: tuple[Mark, ...] = ()  # what the whole counts towards, once there is one


def marks(problem: Problem, talk: Talk, index: int) -> tuple[Mark, ...]:
    """What a talk counts towards in that session."""
    session = problem.sessions[index]
    found = [Mark(("any", index), OPENED + index)]
    if talk.topic is not None:
        day = session.start.date().toordinal()
        whole = (
            Mark(("day", talk.topic, day), TOPIC_DAY),
            Mark(("at once", talk.topic, problem.span(session)), more=TOPIC_AT_ONCE),
            Mark(("room", talk.topic, day, session.room), TOPIC_ROOM),
        )
        found.append(Mark(("topic", talk.topic, index), ONE_TOPIC, then=whole))
    if problem.several_topics:
        found += [Mark(("near", topic.index, index), NEAR) for topic in talk.card.topics]
    if talk.card.language and problem.several_languages:
        found.append(Mark(("language", talk.card.language, index), ONE_LANGUAGE))
    if talk.student and index in problem.last_of_day:
        found.append(Mark(("student", index), STUDENT_LAST, STUDENT_LAST))
    found += [Mark(("institution", name, index), more=INSTITUTION) for name in sorted(talk.institutions)]
    return tuple(found)


def value(problem: Problem, talk: Talk) -> int:
    """What it is worth that a talk has a place."""
    if any(talk.number in pin.numbers for pin in problem.pins):
        return PINNED
    return UNDECIDED if talk.undecided else ACCEPTED


def worth(problem: Problem, built: Built) -> list[Term]:
    """The same for the solver: its variables, each with what it adds."""
    found: list[Term] = [(kept, PINNED) for kept in built.kept.values()]
    found += [(x, value(problem, problem.by_number[number])) for (number, _), x in built.inside.items()]
    found += _stays(problem, built)
    members: dict[Mark, dict[int, IntVar]] = defaultdict(dict)
    for (number, session), x in built.inside.items():
        for mark in marks(problem, problem.by_number[number], session):
            members[mark][number] = x
    then: dict[Mark, list[IntVar]] = defaultdict(list)
    for mark, talks in members.items():
        there = _counted(built, mark, list(talks.values()), found)
        if there is not None:
            _crowd(problem, built, mark, talks, there)
            for whole in mark.then:
                then[whole].append(there)
    for mark, parts in then.items():
        _counted(built, mark, parts, found)
    return found


def _counted(built: Built, mark: Mark, parts: list[IntVar], found: list[Term]) -> IntVar | None:
    """The terms of a mark; whether there is one at all, where that costs something."""
    there = None
    if mark.first != mark.more or mark.then:
        there = built.model.new_bool_var("")
        for part in parts:
            built.model.add_implication(part, there)
        if mark.more > mark.first:  # there is something to be had by claiming one that is not there
            built.model.add_bool_or(*parts, there.negated())
        found.append((there, mark.more - mark.first))
    if mark.more:
        found += [(part, -mark.more) for part in parts]
    return there


def _crowd(problem: Problem, built: Built, mark: Mark, talks: dict[int, IntVar], there: IntVar) -> None:
    """Nothing new about whole talks, and much about the halves of talks that bounds are made of."""
    session = mark.key[-1]
    if mark.first and isinstance(session, int):
        change = problem.grid.change_minutes
        load = sum((problem.by_number[n].minutes + change) * x for n, x in talks.items())
        built.model.add(load <= (problem.sessions[session].minutes + change) * there)


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
            if number in built.starts:
                built.model.add(built.starts[number] == minute).only_enforce_if(stays)
            found.append((stays, STAYS))
    return found
