"""The sessions of an arrangement chosen by HiGHS instead of CP-SAT: the same model, as a mixed integer programme.

Only `benchmarks/programme.py --solver highs` uses it. Callboard itself needs CP-SAT alone.
"""

from __future__ import annotations

import highspy
from ortools.sat.python import cp_model

HUGE = 1 << 60  # CP-SAT's way to write that there is no bound


def solve(model: cp_model.CpModel, seconds: float) -> tuple[float, float, bool]:
    """The best value that HiGHS finds in that time with one thread, its bound, and whether it is proven."""
    highs = translated(model)
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    highs.setOptionValue("time_limit", seconds)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.run()
    info = highs.getInfo()
    proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -info.objective_function_value, -info.mip_dual_bound, proven


def translated(model: cp_model.CpModel) -> highspy.Highs:
    """Every constraint of an untimed model as a row: they are all sums, implications, or choices of one of several.
    Raises ValueError for a model that has others."""
    proto = model.proto
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    infinity = highspy.kHighsInf
    costs = dict(zip(proto.objective.vars, proto.objective.coeffs, strict=True))
    for index, variable in enumerate(proto.variables):
        low, *_, high = variable.domain
        highs.addVar(float(low), float(high))
        highs.changeColIntegrality(index, highspy.HighsVarType.kInteger)
        highs.changeColCost(index, float(costs.get(index, 0)))
    for row in proto.constraints:
        if row.has_linear():
            if list(row.enforcement_literal):
                raise ValueError("only models without times: here is a sum that holds only sometimes")
            low, *_, high = row.linear.domain
            terms = list(zip(row.linear.vars, row.linear.coeffs, strict=True))
            add(highs, terms, -infinity if low < -HUGE else low, infinity if high > HUGE else high)
        elif row.has_bool_or():
            # "if a and b then c or d" is "not a, or not b, or c, or d"
            literals = [*row.bool_or.literals, *(-one - 1 for one in row.enforcement_literal)]
            choice(highs, literals, 1, infinity)
        elif row.has_bool_and():
            for literal in row.bool_and.literals:
                choice(highs, [literal, *(-one - 1 for one in row.enforcement_literal)], 1, infinity)
        elif row.has_at_most_one():
            choice(highs, list(row.at_most_one.literals), -infinity, 1)
        else:
            raise ValueError(f"only sums, implications and choices: here is {str(row)[:80]}")
    return highs


def choice(highs: highspy.Highs, literals: list[int], low: float, high: float) -> None:
    """So many of these literals are true; a negative one, by CP-SAT's convention, is the opposite of ~literal."""
    opposite = sum(1 for one in literals if one < 0)
    terms = [(one, 1) if one >= 0 else (-one - 1, -1) for one in literals]
    add(highs, terms, low - opposite, high - opposite)


def add(highs: highspy.Highs, terms: list[tuple[int, int]], low: float, high: float) -> None:
    """One row."""
    sums: dict[int, int] = {}
    for index, factor in terms:
        sums[index] = sums.get(index, 0) + factor
    highs.addRow(low, high, len(sums), list(sums), [float(f) for f in sums.values()])
