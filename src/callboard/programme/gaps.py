"""The waiting list in what is left of a draft: each talk of it where there is room, without moving anybody.

For the organisers, who see what a talk that they take from the list would fill; the public sees the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callboard.programme.first import first
from callboard.programme.problem import Places, Problem, Talk, in_order
from callboard.programme.solve import allowed_places


def fill(problem: Problem, places: Places, waiting: Sequence[Talk]) -> tuple[Problem, Places]:
    """The problem with the talks of the waiting list that have room, and all places."""
    if not waiting or not problem.sessions:
        return problem, places
    there = [talk for talk in problem.talks if talk.number in places]
    whole = replace(problem, talks=in_order((*there, *waiting)))
    # The others are where they are, whatever is fixed about them: of that some may have been given up.
    allowed = allowed_places(replace(problem, talks=in_order(waiting)))
    allowed |= {(number, session): [(at, at)] for number, (session, at) in places.items()}
    # Where they were, and whose place is gone anywhere else.
    found = first(replace(whole, previous=None), allowed, first(whole, allowed, places))
    fitting = [talk for talk in waiting if talk.number in found and _pins_hold(whole, found, talk)]
    shown = {**places, **{talk.number: found[talk.number] for talk in fitting}}
    return replace(problem, talks=in_order((*problem.talks, *fitting))), shown


def _pins_hold(problem: Problem, places: Places, talk: Talk) -> bool:
    return all(problem.keeps(pin, places) for pin in problem.pins if talk.number in pin.numbers)
