"""Chooses a place for each talk: `solve(problem) -> Placement`, with OR-Tools' CP-SAT.

One model, used in two ways. A workshop is solved whole: who speaks in which session and when, proven best. A large
conference is first spread over the sessions by their length alone, then each session is put in order by itself; a set
of talks that fits no order in its session is forbidden there, and the spreading is done again.

The same problem gives the same placement: one worker, a fixed seed, and a bound in deterministic work, not in seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from callboard.programme.pins import Pin, PinKind
from callboard.programme.problem import Problem, Range, Talk
from callboard.proposals import State

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

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

WHOLE: Final = 3_000  # pairs of a talk and a session up to which the problem is solved whole
EFFORT: Final = 2.0  # deterministic seconds for a workshop; per thousand pairs above that:
EFFORT_MORE: Final = 0.2
MOST_EFFORT: Final = 12.0
ROUNDS: Final = 4  # of spreading, when sessions turn out to fit in no order
WALL: Final = 120.0  # seconds; a net below the deterministic bound, for a machine that stands still


@dataclass(frozen=True)
class Placement:
    """Where each talk begins: number -> (session's index, minute). Talks that are not in it found no place."""

    places: Mapping[int, tuple[int, int]]
    broken: tuple[Pin, ...] = ()  # pins that could not all be kept
    proven: bool = False  # nothing better exists
    gap: float = 0.0  # how much better, at most, as a part of the value


@dataclass
class _Built:
    """A model and its variables."""

    model: CpModel
    inside: dict[tuple[int, int], IntVar]  # (number, session) -> is there
    starts: dict[int, IntVar] = field(default_factory=dict)
    kept: dict[int, IntVar] = field(default_factory=dict)  # index of a pin -> is kept


def solve(problem: Problem) -> Placement:
    """The best placement that the effort allows."""
    if not problem.talks or not problem.sessions:
        return Placement({})
    allowed = _allowed(problem)
    if len(allowed) <= WHOLE:
        return _run(problem, _build(problem, allowed, timed=True), allowed, EFFORT)
    return _in_two_steps(problem, allowed)


def can_hold(problem: Problem, pins: Sequence[Pin]) -> bool:
    """Whether these pins can all be kept, whatever becomes of the other talks."""
    from ortools.sat.python import cp_model

    numbers = {number for pin in pins for number in pin.numbers}
    part = replace(problem, pins=tuple(pins), talks=tuple(t for t in problem.talks if t.number in numbers))
    allowed = _allowed(part)
    built = _build(part, allowed, timed=True)
    for kept in built.kept.values():
        built.model.add(kept == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 2.0
    return solver.solve(built.model) != cp_model.INFEASIBLE


def _allowed(problem: Problem) -> dict[tuple[int, int], list[Range]]:
    """When each talk may begin in each session that may take it."""
    pairs = ((talk, index) for talk in problem.talks for index in range(len(problem.sessions)))
    found = {(t.number, s): problem.begins(t, problem.sessions[s]) for t, s in pairs}
    return {key: sorted(ranges) for key, ranges in found.items() if ranges}


def _in_two_steps(problem: Problem, allowed: dict[tuple[int, int], list[Range]]) -> Placement:
    """Spread the talks over the sessions, then put each session in order."""
    forbidden: list[tuple[int, frozenset[int]]] = []
    effort = min(EFFORT + EFFORT_MORE * len(allowed) / 1000, MOST_EFFORT)
    spread, places = Placement({}), dict[int, tuple[int, int]]()
    for _ in range(ROUNDS):
        built = _build(problem, allowed, timed=False, forbidden=forbidden)
        spread = _run(problem, built, allowed, effort)
        places, failed = {}, []
        for session in sorted({s for s, _ in spread.places.values()}):
            here = frozenset(n for n, (s, _) in spread.places.items() if s == session)
            ordered = _order(problem, allowed, session, here)
            places |= ordered
            failed += [(session, here)] if len(ordered) < len(here) else []
        if not failed:
            break
        forbidden += failed
        effort /= 2
    return replace(spread, places=places, proven=False)


def _order(
    problem: Problem, allowed: Mapping[tuple[int, int], list[Range]], session: int, here: frozenset[int]
) -> Mapping[int, tuple[int, int]]:
    """The talks of one session, one after the other."""
    part = replace(problem, talks=tuple(t for t in problem.talks if t.number in here))
    mine = {key: ranges for key, ranges in allowed.items() if key[1] == session and key[0] in here}
    return _run(part, _build(part, mine, timed=True), mine, 1.0).places


# --- The model -----------------------------------------------------------------------------------------


def _build(
    problem: Problem,
    allowed: Mapping[tuple[int, int], list[Range]],
    *,
    timed: bool,
    forbidden: Sequence[tuple[int, frozenset[int]]] = (),
) -> _Built:
    from ortools.sat.python import cp_model  # 0.4 s that only an arrangement pays

    model = cp_model.CpModel()
    built = _Built(model, {key: model.new_bool_var(f"in{key[0]}_{key[1]}") for key in allowed})
    for talk in problem.talks:
        model.add_at_most_one(x for (number, _), x in built.inside.items() if number == talk.number)
    _one_place_at_a_time(problem, built)
    _fit(problem, built, allowed)
    if timed:
        _seat(problem, built, allowed)
    for session, together in forbidden:
        model.add(sum(built.inside[n, session] for n in together) <= len(together) - 1)
    _pin(problem, built)
    model.maximize(sum(_worth(problem, built)))
    return built


def _one_place_at_a_time(problem: Problem, built: _Built) -> None:
    """Nobody stands in two rooms at once: talks with a common speaker are not in sessions side by side."""
    stages: dict[tuple[str, int, int], list[IntVar]] = defaultdict(list)
    shared = _shared(problem.talks)
    by_number = {talk.number: talk for talk in problem.talks}
    for (number, session), x in built.inside.items():
        span = problem.span(problem.sessions[session])
        for person in by_number[number].people & shared:
            stages[person, *span].append(x)
    # One person's talks may follow each other in one session, so each pair is looked at, not all together.
    where = {id(x): key for key, x in built.inside.items()}
    for group in stages.values():
        for i, one in enumerate(group):
            for other in group[i + 1 :]:
                if where[id(one)][1] != where[id(other)][1]:
                    built.model.add_bool_or(one.negated(), other.negated())


def _shared(talks: Iterable[Talk]) -> frozenset[str]:
    """The people with more than one talk."""
    count: dict[str, int] = defaultdict(int)
    for talk in talks:
        for person in talk.people:
            count[person] += 1
    return frozenset(person for person, number in count.items() if number > 1)


def _seat(problem: Problem, built: _Built, allowed: Mapping[tuple[int, int], list[Range]]) -> None:
    """A beginning for each talk; in one session talks follow each other, with the time to change between them."""
    from ortools.sat.python import cp_model

    model, change = built.model, problem.grid.change_minutes
    rows: dict[int, list[cp_model.IntervalVar]] = defaultdict(list)
    for talk in problem.talks:
        mine = {s: allowed[n, s] for n, s in allowed if n == talk.number}
        if not mine:
            continue
        whole = cp_model.Domain.from_intervals([list(r) for ranges in mine.values() for r in ranges])
        start = built.starts[talk.number] = model.new_int_var_from_domain(whole, f"start{talk.number}")
        for session, ranges in mine.items():
            x = built.inside[talk.number, session]
            domain = cp_model.Domain.from_intervals([list(r) for r in ranges])
            model.add_linear_expression_in_domain(start, domain).only_enforce_if(x)
            length = talk.minutes + change
            rows[session].append(model.new_optional_fixed_size_interval_var(start, length, x, ""))
    for intervals in rows.values():
        model.add_no_overlap(intervals)


def _fit(problem: Problem, built: _Built, allowed: Mapping[tuple[int, int], list[Range]]) -> None:
    """The talks of a session fit into it, and into each part of it that some are bound to. Where talks have beginnings
    too, this says nothing new, and still shows the solver early how much is too much."""
    change = problem.grid.change_minutes
    minutes = {talk.number: talk.minutes + change for talk in problem.talks}
    for index, session in enumerate(problem.sessions):
        start, end = problem.span(session)
        mine = {n: (x, allowed[n, s]) for (n, s), x in built.inside.items() if s == index}
        lows = {start} | {ranges[0][0] for _, ranges in mine.values()}
        highs = {end} | {ranges[-1][1] + minutes[n] - change for n, (_, ranges) in mine.items()}
        for low in lows:
            for high in highs:
                bound = [
                    minutes[n] * x
                    for n, (x, ranges) in mine.items()
                    if ranges[0][0] >= low and ranges[-1][1] + minutes[n] - change <= high
                ]
                if bound:
                    built.model.add(sum(bound) <= high - low + change)


def _pin(problem: Problem, built: _Built) -> None:
    """Each pin about two talks, and that a pinned talk has a place, while the pin is kept."""
    numbers = {number for number, _ in built.inside}
    for index, pin in enumerate(problem.pins):
        # A pin about a talk that is not in the programme says nothing yet.
        if not set(pin.numbers) & {t.number for t in problem.talks}:
            continue
        kept = built.kept[index] = built.model.new_bool_var(f"kept{index}")
        for number in pin.numbers:
            if number in numbers:
                placed = [x for (n, _), x in built.inside.items() if n == number]
                built.model.add_bool_or(placed).only_enforce_if(kept)
            elif any(t.number == number for t in problem.talks):
                built.model.add(kept == 0)
        if pin.kind is PinKind.TOGETHER:
            _together(problem, built, pin, kept)
        elif pin.kind is PinKind.BEFORE:
            _before(problem, built, pin, kept)


def _together(problem: Problem, built: _Built, pin: Pin, kept: IntVar) -> None:
    """The talks are in one session."""
    first = pin.numbers[0]
    for other in pin.numbers[1:]:
        for session in range(len(problem.sessions)):
            one, two = built.inside.get((first, session), 0), built.inside.get((other, session), 0)
            built.model.add(one == two).only_enforce_if(kept)


def _before(problem: Problem, built: _Built, pin: Pin, kept: IntVar) -> None:
    """The first is over when the second begins."""
    first, second = pin.numbers
    minutes = next((t.minutes for t in problem.talks if t.number == first), 0)
    spans = [problem.span(session) for session in problem.sessions]
    for (number, session), x in built.inside.items():
        if number != second:
            continue
        later = [
            y
            for (n, s), y in built.inside.items()
            if n == first and s != session and spans[s][1] > spans[session][0]
        ]
        for y in later:
            built.model.add_bool_or(x.negated(), y.negated()).only_enforce_if(kept)
        same = built.inside.get((first, session))
        if same is not None and first in built.starts and second in built.starts:
            order = built.starts[first] + minutes <= built.starts[second]
            built.model.add(order).only_enforce_if(kept, x, same)


# --- What it is worth ----------------------------------------------------------------------------------


def _worth(problem: Problem, built: _Built) -> list[Any]:
    model = built.model
    worth: list[Any] = [PINNED * kept for kept in built.kept.values()]
    by_number = {talk.number: talk for talk in problem.talks}
    for (number, session), x in built.inside.items():
        # The earlier session where nothing else tells them apart, and of two sessions at once the first room.
        worth.append((_value(by_number[number]) - session) * x)
    worth += _stays(problem, built)
    topics = {t.number: t.topic for t in problem.talks if t.topic is not None}
    worth += _costs(model, built, topics, ONE_TOPIC, {s: s for s in range(len(problem.sessions))})
    days = {s: one.start.date().toordinal() for s, one in enumerate(problem.sessions)}
    if len(set(days.values())) > 1:
        worth += _costs(model, built, topics, TOPIC_DAY, days)
    languages = {t.number: t.card.language for t in problem.talks if t.card.language}
    if len(set(languages.values())) > 1:
        worth += _costs(model, built, languages, ONE_LANGUAGE, {s: s for s in range(len(problem.sessions))})
    every = {talk.number: "talk" for talk in problem.talks}
    worth += _costs(model, built, every, OPENED, {s: s for s in range(len(problem.sessions))})
    if built.starts:
        worth += _institutions(problem, built)
    return worth


def _value(talk: Talk) -> int:
    if talk.card.state is State.WAITLISTED:
        return WAITLISTED
    return UNDECIDED if talk.undecided else ACCEPTED


def _stays(problem: Problem, built: _Built) -> list[Any]:
    """For each talk that begins when and where it did; without beginnings, that is in its session."""
    worth: list[Any] = []
    for number, (minute, room) in problem.before.items():
        for index, session in enumerate(problem.sessions):
            low, high = problem.span(session)
            x = built.inside.get((number, index))
            if x is None or session.room != room or not low <= minute < high:
                continue
            stays = built.model.new_bool_var(f"stays{number}")
            built.model.add_implication(stays, x)
            if number in built.starts:
                built.model.add(built.starts[number] == minute).only_enforce_if(stays)
            worth.append(STAYS * stays)
    return worth


def _costs(
    model: CpModel,
    built: _Built,
    of: Mapping[int, object],
    cost: int,
    places: Mapping[int, int],
) -> list[Any]:
    """A cost for each pair of a value (a topic, a language) and a place (a session, a day) that come together."""
    groups: dict[tuple[object, int], list[IntVar]] = defaultdict(list)
    for (number, session), x in built.inside.items():
        if number in of:
            groups[of[number], places[session]].append(x)
    worth: list[Any] = []
    for (value, place), members in groups.items():
        there = model.new_bool_var(f"with{value}_{place}")
        model.add_max_equality(there, members)
        worth.append(-cost * there)
    return worth


def _institutions(problem: Problem, built: _Built) -> list[Any]:
    """A cost for each talk of an institution in a session beyond its first."""
    groups: dict[tuple[str, int], list[IntVar]] = defaultdict(list)
    by_number = {talk.number: talk for talk in problem.talks}
    for (number, session), x in built.inside.items():
        for name in by_number[number].institutions:
            groups[name, session].append(x)
    worth: list[Any] = []
    for (_, session), members in groups.items():
        if len(members) > 1:
            more = built.model.new_int_var(0, len(members), f"more{session}")
            built.model.add(more >= sum(members) - 1)
            worth.append(-INSTITUTION * more)
    return worth


# --- Solving -------------------------------------------------------------------------------------------


def _run(
    problem: Problem, built: _Built, allowed: Mapping[tuple[int, int], list[Range]], effort: float
) -> Placement:
    from ortools.sat.python import cp_model

    _hint(problem, built)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = WALL
    status = solver.solve(built.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Placement({}, broken=problem.pins)
    places = {
        n: (s, solver.value(built.starts[n]) if n in built.starts else allowed[n, s][0][0])
        for (n, s), x in built.inside.items()
        if solver.boolean_value(x)
    }
    broken = tuple(problem.pins[i] for i, kept in built.kept.items() if not solver.boolean_value(kept))
    value, bound = solver.objective_value, solver.best_objective_bound
    gap = abs(bound - value) / max(abs(value), 1)
    return Placement(places, broken, proven=status == cp_model.OPTIMAL, gap=gap)


def _hint(problem: Problem, built: _Built) -> None:
    """Where to begin looking: the previous draft's places, and the others one after the other, topic by topic."""
    room = {s: end - start for s, (start, end) in enumerate(map(problem.span, problem.sessions))}
    taken: dict[int, int] = {}
    sessions = defaultdict(list)
    for number, session in built.inside:
        sessions[number].append(session)
    order = sorted(problem.talks, key=lambda t: (t.undecided, t.topic is None, t.topic or 0, t.number))
    for talk in sorted(order, key=lambda t: t.number not in problem.before):
        before = problem.before.get(talk.number)
        fitting = [
            s
            for s in sessions[talk.number]
            if room[s] >= talk.minutes
            and (before is None or (problem.sessions[s].room == before[1] and _holds(problem, s, before[0])))
        ]
        if fitting:
            taken[talk.number] = fitting[0]
            room[fitting[0]] -= talk.minutes + problem.grid.change_minutes
    for (number, session), x in built.inside.items():
        built.model.add_hint(x, taken.get(number) == session)
    for number, start in built.starts.items():
        if number in problem.before:
            built.model.add_hint(start, problem.before[number][0])


def _holds(problem: Problem, session: int, minute: int) -> bool:
    start, end = problem.span(problem.sessions[session])
    return start <= minute < end
