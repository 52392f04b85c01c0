"""How long arranging takes, and how good it is: `python benchmarks/programme.py`.

Events of our own invention, the same for a seed: one-day workshops, 200 talks on three days in four rooms, 500 on five
days in ten. "Topics" counts the pairs of a topic and a session beyond the fewest that the lengths allow; "most" is how
many talks have room in any arrangement, as far as the solver could prove.

With `--solver cp-sat` or `--solver highs` two questions are asked, the same of both: how many talks have room, and
which talk is in which session, all wishes considered and no minutes. `--solver steps` says what Callboard's own
arrangement is worth as an answer to the second. HiGHS is needed for that alone (`pip install highspy`).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ortools.sat.python import cp_model

from callboard.call import Call, Half, HalfDay, InvitedTalk, TopicMatch
from callboard.config import ProgrammeConfig
from callboard.programme import grid
from callboard.programme.arrange import arranged
from callboard.programme.constraints import build, solver
from callboard.programme.pack import count_out
from callboard.programme.problem import Problem, in_order, talk_of
from callboard.programme.solve import Placement, allowed_places, solve
from callboard.programme.timetable import Programme
from callboard.programme.worth import ACCEPTED, worth
from callboard.proposals import ProposalCard, SpeakerCard, State

ZONE = ZoneInfo("Europe/Paris")
FIRST = date(2027, 3, 8)


@dataclass(frozen=True)
class Event:
    """One instance."""

    name: str
    talks: int
    rooms: int
    days: int
    topics: int
    minutes: tuple[int | None, ...] = (None, None, 20, 30)  # that talks ask for; None: the usual 20


EVENTS = (
    Event("workshop", 12, 1, 1, 3),
    Event("short talks", 30, 1, 1, 4, (8, 8, 10, 12)),
    Event("full day", 30, 2, 1, 4),
    Event("two days", 30, 1, 2, 5),
    Event("conference", 200, 4, 3, 12),
    Event("congress", 500, 10, 5, 25),
)


def cards(event: Event, seed: int) -> list[ProposalCard]:
    """So many accepted talks; a fifth of the speakers is bound to some half-days, one in twenty gives two talks."""
    chance = random.Random(seed)
    days = [FIRST + timedelta(days=n) for n in range(event.days)]
    halves = [HalfDay(day, half) for day in days for half in Half]
    people = [f"Speaker {n}" for n in range(event.talks)]
    made = []
    for number in range(1, event.talks + 1):
        name = people[number - 1] if chance.random() > 0.05 else chance.choice(people)
        bound = chance.random() < 0.2
        made.append(
            ProposalCard(
                number=number,
                reference=f"P-{number}",
                state=State.ACCEPTED,
                title=f"Talk {number}",
                speakers=(SpeakerCard(name, f"Institute {chance.randrange(event.talks // 3 + 1)}"),),
                abstract=None,
                language=chance.choice(("fr", "fr", "en")),
                format=None,
                duration_minutes=chance.choice(event.minutes),
                keywords=(),
                availability=None,
                topics=(TopicMatch(chance.randrange(event.topics), 0.5),),
                contact=None,
                letter_language="fr",
                submitted_at=datetime(2027, 1, 1, tzinfo=UTC),
                updated_at=datetime(2027, 1, 1, tzinfo=UTC),
                half_days=tuple(sorted(chance.sample(halves, max(1, len(halves) // 2)), key=str))
                if bound
                else None,
            )
        )
    return made


def day_of(event: Event) -> grid.Grid:
    """Nine to six, lunch and two breaks, an invited talk each morning."""
    call = Call(
        title=event.name,
        timezone="Europe/Paris",
        starts=datetime(FIRST.year, FIRST.month, FIRST.day, 9, 0, tzinfo=ZONE),
        ends=datetime(FIRST.year, FIRST.month, FIRST.day, 18, 0, tzinfo=ZONE)
        + timedelta(days=event.days - 1),
        invited=tuple(InvitedTalk(f"Invited {n}", f"Guest {n}") for n in range(event.days)),
    )
    rooms = tuple(f"Room {n}" for n in range(1, event.rooms + 1)) if event.rooms > 1 else ()
    return grid.build(call, ProgrammeConfig(rooms=rooms))


def topics_too_many(programme: Programme, given: list[ProposalCard]) -> int:
    """Pairs of a topic and a session beyond the fewest that the lengths allow."""
    topic = {card.number: card.topics[0].index for card in given}
    longest = max((s.end - s.start for day in programme.days for s in day.sessions), default=timedelta(1))
    minutes = Counter[int]()
    pairs = set()
    for day in programme.days:
        for session in day.sessions:
            for item in day.items:
                if item.number and item.room == session.room and session.start <= item.start < session.end:
                    pairs.add((topic[item.number], session.start, session.room))
                    minutes[topic[item.number]] += item.minutes
    fewest = sum(-(-m // (int(longest.total_seconds()) // 60)) for m in minutes.values())
    return len(pairs) - fewest


def main() -> None:
    """Print one line for each event: a first draft, then one with three talks withdrawn and three new ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument(
        "--solver", choices=("cp-sat", "highs", "steps"), help="compare the solvers on the sessions alone"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="for each comparison")
    options = parser.parse_args()
    if options.solver == "highs" and importlib.util.find_spec("highspy") is None:
        print("highspy is not installed, so HiGHS is not compared: pip install highspy")
        return
    if options.solver:
        print("event        talks question solver      value      bound proven  CPU s wall s")
    else:
        print("event        talks placed  most  CPU s wall s     gap proven topics moved")
    for event in EVENTS:
        if options.only in (None, event.name):
            for seed in range(options.seeds):
                if options.solver == "steps":
                    weigh(event, seed)
                elif options.solver:
                    compare(event, seed, options.solver, options.seconds)
                else:
                    measure(event, seed)


def weigh(event: Event, seed: int) -> None:
    """What Callboard's own arrangement is worth as an answer to which talk is in which session."""
    given, day = cards(event, seed), day_of(event)
    problem = Problem(day, in_order([talk_of(c, day) for c in given]))
    cpu, wall = spent()
    places = solve(problem).places
    cpu, wall = spent()[0] - cpu, spent()[1] - wall
    built = build(problem, allowed_places(problem), timed=False)
    terms = worth(problem, built)
    built.model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    for (number, session), x in built.inside.items():
        built.model.add(x == (number in places and places[number][0] == session))
    search = solver(1e9)
    search.solve(built.model)
    answer = f"{search.objective_value:10.0f} {'-':>10} {'-':>6} {cpu:6.1f} {wall:6.1f}"
    print(f"{event.name:12} {len(given):5} sessions steps  {answer}", flush=True)


def spent() -> tuple[float, float]:
    """CPU seconds of this process, and seconds on the wall."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime, time.perf_counter()


def compare(event: Event, seed: int, name: str, seconds: float) -> None:
    """One solver's answers to how many talks have room, and to which talk is in which session."""
    given, day = cards(event, seed), day_of(event)
    problem = Problem(day, in_order([talk_of(c, day) for c in given]))
    allowed = allowed_places(problem)
    built = build(problem, allowed, timed=False)
    terms = worth(problem, built)
    built.model.maximize(cp_model.LinearExpr.weighted_sum(*zip(*terms, strict=True)))
    for question, model in (("room", count_out(problem, allowed, {}, {}).model), ("sessions", built.model)):
        cpu, wall = spent()
        if name == "highs":
            # Not needed by the other measurements, and by Callboard never.
            import highs

            value, bound, proven = highs.solve(model, seconds)
        else:
            search = solver(1e9, mixed=question == "sessions")
            search.parameters.max_time_in_seconds = seconds
            proven = search.solve(model) == cp_model.OPTIMAL
            value, bound = search.objective_value, search.best_objective_bound
        cpu, wall = spent()[0] - cpu, spent()[1] - wall
        answer = f"{value:10.0f} {bound:10.0f} {proven!s:>6} {cpu:6.1f} {wall:6.1f}"
        print(f"{event.name:12} {len(given):5} {question:8} {name:6} {answer}", flush=True)


def most(placement: Placement, placed: int) -> int:
    """How many of these accepted talks can have room at most."""
    value = placed * ACCEPTED
    return placed + int(placement.gap * value / ACCEPTED + 1e-6)


def measure(event: Event, seed: int) -> None:
    """One event, drafted twice."""
    given, day = cards(event, seed), day_of(event)
    previous: Programme | None = None
    for turn in range(2):
        if turn:
            newcomers = cards(event, seed + 1000)[:3]
            given = [c for c in given if c.number not in (2, 5, 8)] + [
                ProposalCard(**{**vars(card), "number": 9000 + n, "reference": f"P-{9000 + n}"})
                for n, card in enumerate(newcomers)
            ]
        problem = Problem(day, in_order([talk_of(c, day) for c in given]), (), previous)
        cpu, wall = spent()
        placement = solve(problem)
        made = arranged(problem, placement)
        cpu, wall = spent()[0] - cpu, spent()[1] - wall
        old = {t.number: (t.start, t.room) for t in previous.talks} if previous else {}
        moved = sum(old.get(t.number, (t.start, t.room)) != (t.start, t.room) for t in made.talks)
        proven = "yes" if placement.proven else "no"
        room = most(placement, len(made.talks))
        print(
            f"{event.name:12} {len(given):5} {len(made.talks):6} {room:5} {cpu:6.2f} {wall:6.1f} "
            f"{placement.gap:7.2%} {proven:>6} {topics_too_many(made, given):6} {moved if previous else '-':>5}",
            flush=True,
        )
        previous = made


if __name__ == "__main__":
    main()
