"""The model of an arrangement: what must hold, for OR-Tools' CP-SAT."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from callboard.programme.pins import Pin, PinKind
from callboard.programme.problem import Problem
from callboard.programme.seat import Allowed

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntervalVar, IntVar

WALL: Final = 120.0  # seconds; a net, for a machine that stands still


@dataclass
class Built:
    """A model and its variables."""

    model: CpModel
    inside: dict[tuple[int, int], IntVar]  # (number, session) -> is there
    starts: dict[int, IntVar] = field(default_factory=dict)
    kept: dict[int, IntVar] = field(default_factory=dict)  # index of a pin -> is kept
    stays: dict[int, IntVar] = field(default_factory=dict)  # begins when and where it did before
    of_talk: dict[int, dict[int, IntVar]] = field(default_factory=lambda: defaultdict(dict))
    of_session: dict[int, dict[int, IntVar]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for (number, session), x in self.inside.items():
            self.of_talk[number][session] = x
            self.of_session[session][number] = x


def build(problem: Problem, allowed: Allowed, *, timed: bool = True, whole: bool = True) -> Built:
    """The variables, and everything that must hold. Untimed: only which talk is in which session, with room enough for
    all. Not whole: others may join these talks, so that one that may not be first is not yet the first."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    built = Built(model, {key: model.new_bool_var(f"in{key[0]}_{key[1]}") for key in allowed})
    for places in built.of_talk.values():
        model.add_at_most_one(places.values())
    _one_place_at_a_time(problem, built)
    _fit(problem, built, allowed)
    if timed:
        _seat(problem, built, allowed)
    _pin(problem, built, whole=whole and timed)
    return built


def _one_place_at_a_time(problem: Problem, built: Built) -> None:
    """Nobody stands in two rooms at once: talks with a common speaker are not in sessions side by side."""
    stages: dict[tuple[str, int, int], list[IntVar]] = defaultdict(list)
    for (number, session), x in built.inside.items():
        span = problem.span(problem.sessions[session])
        for person in sorted(problem.by_number[number].people & problem.shared):
            stages[person, *span].append(x)
    # One person's talks may follow each other in one session, so each pair is looked at, not all together.
    where = {id(x): key for key, x in built.inside.items()}
    for group in stages.values():
        for i, one in enumerate(group):
            for other in group[i + 1 :]:
                if where[id(one)][1] != where[id(other)][1]:
                    built.model.add_bool_or(one.negated(), other.negated())


def _seat(problem: Problem, built: Built, allowed: Allowed) -> None:
    """A beginning for each talk; in one session talks follow each other, with the time to change between them."""
    from ortools.sat.python import cp_model

    model, change = built.model, problem.grid.change_minutes
    rows: dict[int, list[IntervalVar]] = defaultdict(list)
    for talk in problem.talks:
        mine = {s: allowed[talk.number, s] for s in built.of_talk[talk.number]}
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


def _fit(problem: Problem, built: Built, allowed: Allowed) -> None:
    """The talks of a session fit into it, and into each part of it that some are bound to. Where talks have beginnings
    too, this says nothing new, and still shows the solver early how much is too much."""
    change = problem.grid.change_minutes
    minutes = {talk.number: talk.minutes + change for talk in problem.talks}
    for index, session in enumerate(problem.sessions):
        start, end = problem.span(session)
        mine = {n: (x, allowed[n, index]) for n, x in built.of_session[index].items()}
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


def _pin(problem: Problem, built: Built, *, whole: bool) -> None:
    """Each pin about two talks, and that a pinned talk has a place, while the pin is kept."""
    numbers = {number for number, _ in built.inside}
    for index, pin in enumerate(problem.pins):
        # A pin about a talk that is not in the programme says nothing yet.
        if not set(pin.numbers) & {t.number for t in problem.talks}:
            continue
        kept = built.kept[index] = built.model.new_bool_var(f"kept{index}")
        for number in pin.numbers:
            if number in numbers:
                built.model.add_bool_or(built.of_talk[number].values()).only_enforce_if(kept)
            elif any(t.number == number for t in problem.talks):
                built.model.add(kept == 0)
        if pin.kind is PinKind.TOGETHER:
            _together(problem, built, pin, kept)
        elif pin.kind is PinKind.BEFORE:
            _before(problem, built, pin, kept)
        elif pin.kind is PinKind.NOT_FIRST and whole:
            _not_first(problem, built, pin, kept)


def _together(problem: Problem, built: Built, pin: Pin, kept: IntVar) -> None:
    """The talks are in one session."""
    first = pin.numbers[0]
    for other in pin.numbers[1:]:
        for session in range(len(problem.sessions)):
            one, two = built.inside.get((first, session), 0), built.inside.get((other, session), 0)
            built.model.add(one == two).only_enforce_if(kept)


def _before(problem: Problem, built: Built, pin: Pin, kept: IntVar) -> None:
    """The first is over when the second begins."""
    first, second = pin.numbers
    if first in built.starts and second in built.starts:
        over = built.starts[first] + problem.by_number[first].minutes
        built.model.add(over <= built.starts[second]).only_enforce_if(kept)


def _not_first(problem: Problem, built: Built, pin: Pin, kept: IntVar) -> None:
    """Another talk of its session is over when it begins."""
    number = pin.numbers[0]
    for session, x in built.of_talk[number].items() if number in built.of_talk else ():
        before = []
        for other, there in built.of_session[session].items():
            if other != number:
                opens = built.model.new_bool_var("")
                over = built.starts[other] + problem.by_number[other].minutes
                built.model.add_implication(opens, there)
                built.model.add(over <= built.starts[number]).only_enforce_if(opens)
                before.append(opens)
        built.model.add_bool_or(*before, x.negated(), kept.negated())


def solver(effort: float, *, mixed: bool = True) -> CpSolver:
    """A solver that does the same wherever it runs, until so much work is done. Mixed: it takes turns between improving
    what it has and proving; else it does what proves."""
    from ortools.sat.python import cp_model

    search = cp_model.CpSolver()
    search.parameters.num_workers = 1
    search.parameters.random_seed = 1
    search.parameters.interleave_search = mixed
    search.parameters.linearization_level = 2 if mixed else 1
    search.parameters.max_deterministic_time = effort
    search.parameters.max_time_in_seconds = WALL
    return search
