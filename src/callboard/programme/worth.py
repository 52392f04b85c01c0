"""What an arrangement is worth: the wishes that may give way, each with its weight.

A wish is a `Mark` that talks leave where they are placed; the solver's terms and the costs of a single move are both
made from the same marks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callboard.programme.constraints import Built
from callboard.programme.problem import Problem, Talk

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

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
ONE_LEVEL: Final = 20  # for each level in a session
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

    @property
    def names_one(self) -> bool:
        """Whether hardly two talks share it, so that talks which are alike otherwise are told apart by it."""
        return self.key[0] == "institution"


@dataclass(frozen=True)
class Alike:
    """So many of these talks, of which one stands for all, are in a session."""

    talk: Talk
    session: int
    count: IntVar
    most: int = 1


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
    if talk.card.level and problem.several_levels:
        found.append(Mark(("level", talk.card.level, index), ONE_LEVEL))
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
    single = [Alike(problem.by_number[n], session, x) for (n, session), x in built.inside.items()]
    return found + wishes(problem, built.model, single)


def wishes(
    problem: Problem, model: CpModel, groups: Iterable[Alike], *, institutions: bool = True
) -> list[Term]:
    """What the marks of these talks cost, as terms; those of institutions too, or all others."""
    found: list[Term] = []
    members: dict[Mark, list[Alike]] = defaultdict(list)
    for group in groups:
        for mark in marks(problem, group.talk, group.session):
            if institutions or not mark.names_one:
                members[mark].append(group)
    then: dict[Mark, list[tuple[IntVar, int]]] = defaultdict(list)
    for mark, there in members.items():
        one = _counted(model, mark, [(group.count, group.most) for group in there], found)
        if one is not None:
            _crowd(problem, model, mark, there, one)
            for whole in mark.then:
                then[whole].append((one, 1))
    for mark, parts in then.items():
        _counted(model, mark, parts, found)
    return found


def _counted(model: CpModel, mark: Mark, parts: list[tuple[IntVar, int]], found: list[Term]) -> IntVar | None:
    """The terms of a mark; whether there is one at all, where that costs something. Each part with the most that it
    can be."""
    there = None
    if not mark.first and sum(most for _, most in parts) < 2:
        return None  # it costs from the second one on
    if mark.first != mark.more or mark.then:
        there = model.new_bool_var("")
        for part, most in parts:
            if most == 1:
                model.add_implication(part, there)
            else:
                model.add(part <= most * there)
        if mark.more > mark.first:  # there is something to be had by claiming one that is not there
            model.add(sum(part for part, _ in parts) >= there)
        found.append((there, mark.more - mark.first))
    if mark.more:
        found += [(part, -mark.more) for part, _ in parts]
    return there


def _crowd(problem: Problem, model: CpModel, mark: Mark, talks: list[Alike], there: IntVar) -> None:
    """Nothing new about whole talks, and much about the halves of talks that bounds are made of."""
    session = mark.key[-1]
    if mark.first and isinstance(session, int):
        change = problem.grid.change_minutes
        load = sum((one.talk.minutes + change) * one.count for one in talks)
        model.add(load <= (problem.sessions[session].minutes + change) * there)


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
