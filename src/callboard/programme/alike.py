"""Which talks share a session, where those that are alike for all wishes but one are counted: `count(...)`.

Where their speakers work tells nearly all talks apart, and counts least. Without that a day is a small problem, and its
answer is proven soon; what it is worth bounds what the whole can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callboard.programme.constraints import Built
from callboard.programme.pack import count_out
from callboard.programme.problem import Problem, Talk
from callboard.programme.seat import Allowed
from callboard.programme.worth import Alike, marks, value, wishes

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver

FEW: Final = 96  # pairs of a kind and a session up to which it is proven in time


@dataclass(frozen=True)
class Counted:
    """So many of each kind in each session, and what the wishes cost at least in any arrangement."""

    kinds: Sequence[Sequence[Talk]]
    counts: Mapping[tuple[int, int], int]  # (index of a kind, session) -> so many
    cost: float

    def require(self, built: Built) -> None:
        """Let a model have so many of them there, whoever they are."""
        for (kind, session), count in self.counts.items():
            there = (built.inside[talk.number, session] for talk in self.kinds[kind])
            built.model.add(sum(there) == count)


def count(problem: Problem, allowed: Allowed, most: float, solver: CpSolver) -> Counted | None:
    """The best counts, where the talks that have a place are worth `most`; None: they are too many kinds, or it could
    not be proven."""
    from ortools.sat.python import cp_model

    # Who gives several talks may do so in one session, which `count_out` does not know of rooms side by side.
    spans = [problem.span(session) for session in problem.sessions]
    if problem.shared and len(set(spans)) < len(spans):
        return None
    packing = count_out(problem, allowed, {}, {}, lambda talk, where: _wishes(problem, talk, where))
    if len(packing.counts) > FEW:
        return None
    model, kinds = packing.model, packing.kinds
    groups = [Alike(kinds[k][0], s, count, len(kinds[k])) for (k, s), count in packing.counts.items()]
    model.add(sum(value(problem, one.talk) * one.count for one in groups) == round(most))
    terms = wishes(problem, model, groups, institutions=False)
    model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    counts = {key: solver.value(count) for key, count in packing.counts.items()}
    return Counted(kinds, counts, -solver.objective_value)


def _wishes(problem: Problem, talk: Talk, where: Sequence[int]) -> object:
    return tuple(mark for session in where for mark in marks(problem, talk, session) if not mark.names_one)
