"""Lays proposals into the sessions of a grid: `arrange(grid, cards, previous, ...) -> Programme`.

`problem` says what is to be arranged, `solve` chooses the places, `clashes` explains what could not be had. Here the
places become a programme: talks of one topic in one piece, sessions with a title and a chair, and what found no place
listed with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from itertools import groupby

from callboard.call import Organiser
from callboard.programme.clashes import explain
from callboard.programme.gaps import fill
from callboard.programme.grid import Grid, Session
from callboard.programme.pins import Pin
from callboard.programme.problem import APART, WAITING, Problem, Talk, talks_of
from callboard.programme.seat import earliest
from callboard.programme.solve import Placement, solve
from callboard.programme.timetable import (
    Item,
    Kind,
    Listed,
    Programme,
    ProgrammeDay,
    ProgrammeSession,
    Reason,
    overlap,
)
from callboard.proposals import IN_PROGRAMME, LEVELS, ProposalCard, State


def arrange(
    grid: Grid,
    cards: Sequence[ProposalCard],
    previous: Programme | None,
    pins: Sequence[Pin] = (),
    organisers: Sequence[Organiser] = (),
) -> Programme:
    """The programme of these proposals, with the fewest moves since the previous draft."""
    chosen = sorted((card for card in cards if card.state in IN_PROGRAMME), key=lambda card: card.number)
    posters = tuple(_listed(card) for card in chosen if card.format in APART)
    talks = talks_of(chosen, grid)
    uninvited = tuple(
        Listed(talk.title, (talk.speaker,) if talk.speaker else (), talk.affiliation, reason=Reason.NO_ROOM)
        for talk in grid.unplaced
    )
    if not grid.days:
        waiting = tuple(_without_reason(entry) for entry in uninvited) + tuple(_listed(t.card) for t in talks)
        return Programme(grid.timezone, unscheduled=waiting, posters=posters, rooms=grid.rooms)
    problem = Problem(grid, talks, tuple(pins), previous)
    made = arranged(problem, solve(problem), organisers, talks_of(cards, grid, WAITING))
    return replace(made, left_out=uninvited + made.left_out, posters=posters)


def arranged(
    problem: Problem,
    placement: Placement,
    organisers: Sequence[Organiser] = (),
    waiting: Sequence[Talk] = (),
) -> Programme:
    """The places as a programme, with what is on the waiting list in its gaps."""
    places = _tidied(problem, placement)
    whole, filled = fill(problem, places, waiting)
    left = [talk for talk in problem.talks if talk.number not in places]
    return Programme(
        timezone=problem.grid.timezone,
        days=_days(whole, filled, organisers),
        rooms=problem.grid.rooms,
        left_out=tuple(_listed(t.card, _reason(problem, t)) for t in left),
        clashes=explain(problem, placement, left),
    )


def _tidied(problem: Problem, placement: Placement) -> dict[int, tuple[int, int]]:
    """The places without holes that nobody needs: a session in which nobody stays as before is put in the order of its
    topics, where times and pins allow it; elsewhere a newcomer begins as early as those before it let it."""
    by_number = {talk.number: talk for talk in problem.talks}
    pinned = {number for pin in problem.pins for number in pin.numbers}
    places: dict[int, tuple[int, int]] = {}
    for index, session in enumerate(problem.sessions):
        here = sorted((at, n) for n, (s, at) in placement.places.items() if s == index)
        talks = [by_number[number] for _, number in here]
        starts = {number: at for at, number in here}
        stay = {n for n in starts if problem.stays(n, (index, starts[n]))}
        fresh = None
        if not stay and not pinned & {*starts}:
            fresh = _one_after_the_other(problem, session, _by_topic(talks), {})
        # What is before something in another room may be the reason for its minute.
        kept = {number: starts[number] for number in stay | pinned & {*starts}}
        found = fresh or _one_after_the_other(problem, session, talks, kept) or starts
        places |= {number: (index, at) for number, at in found.items()}
    return places


def _one_after_the_other(
    problem: Problem, session: Session, talks: Sequence[Talk], kept: Mapping[int, int]
) -> dict[int, int] | None:
    """These talks in this order, each as early as it can be; None when they do not fit so."""
    cursor, end = problem.span(session)
    found: dict[int, int] = {}
    for talk in talks:
        at = kept.get(talk.number)
        if at is None:
            at = earliest(problem.begins(talk, session), cursor)
        if at is None or at < cursor or at + talk.minutes > end:
            return None
        found[talk.number] = at
        cursor = at + talk.minutes + problem.grid.change_minutes
    return found


def _by_topic(talks: Sequence[Talk]) -> list[Talk]:
    """Each topic in one piece, the one that begins the call's list first; in it each language, the one first that is
    being spoken; in that each level, from the easiest; and decided talks before undecided ones."""
    ordered: list[Talk] = []
    for _, group in groupby(sorted(talks, key=_topic_first), key=_topic_first):
        there = sorted(group, key=lambda t: (t.undecided, t.number))
        spoken = ordered[-1].card.language if ordered else there[0].card.language
        ordered += sorted(
            there, key=lambda t: (t.card.language != spoken, t.card.language or "", _level_first(t))
        )
    return ordered


def _level_first(talk: Talk) -> int:
    return LEVELS.index(talk.card.level) if talk.card.level in LEVELS else len(LEVELS)


def _topic_first(talk: Talk) -> tuple[bool, int]:
    return talk.topic is None, talk.topic or 0


# --- What the programme is made of ---------------------------------------------------------------------


def _days(
    problem: Problem, places: Mapping[int, tuple[int, int]], organisers: Sequence[Organiser]
) -> tuple[ProgrammeDay, ...]:
    by_number = {talk.number: talk for talk in problem.talks}
    items: dict[int, list[Item]] = {index: [] for index in range(len(problem.sessions))}
    for number, (index, at) in places.items():
        items[index].append(_item(by_number[number], problem, problem.sessions[index], at))
    used = Counter[str]()
    chaired: list[tuple[Session, str]] = []
    days = []
    for day in problem.grid.days:
        mine = [index for index, session in enumerate(problem.sessions) if session in day.sessions]
        talks = [item for index in mine for item in items[index]]
        rooms = {name: position for position, name in enumerate(problem.grid.rooms)}
        ordered = sorted(
            [*day.fixed, *talks],
            key=lambda item: (item.start.astimezone(UTC), rooms.get(item.room or "", -1)),
        )
        sessions = []
        for index in mine:
            numbers = [item.number for item in items[index] if item.number is not None]
            there = [by_number[number] for number in numbers if not by_number[number].waiting]
            if numbers:
                session = problem.sessions[index]
                chair = _chair(problem, session, there, organisers, used, chaired) if there else None
                topic = _topic(there) if there else None
                sessions.append(
                    ProgrammeSession(session.start, session.end, session.room, topic, chair=chair)
                )
        days.append(ProgrammeDay(day.date, tuple(ordered), tuple(sessions)))
    return tuple(days)


def _topic(talks: Sequence[Talk]) -> int | None:
    """The topic that most of a session's talks are about."""
    topic, count = Counter(talk.topic for talk in talks).most_common(1)[0]
    return topic if topic is not None and 2 * count > len(talks) else None


def _chair(
    problem: Problem,
    session: Session,
    talks: Sequence[Talk],
    organisers: Sequence[Organiser],
    used: Counter[str],
    chaired: list[tuple[Session, str]],
) -> str | None:
    """The organiser who has chaired least, has no talk in the session or on stage meanwhile, and works with no speaker
    of it."""
    people = {speaker.name.casefold() for talk in talks for speaker in talk.card.speakers}
    places = {name for talk in talks for name in talk.institutions}
    elsewhere = {name for item in problem.grid.invited if overlap(item, session) for name in item.speakers}
    elsewhere |= {name for other, name in chaired if overlap(other, session)}
    free = [
        one.name
        for one in organisers
        if one.name
        and one.name.casefold() not in people
        and (one.affiliation or "").casefold() not in places
        and one.name not in elsewhere
    ]
    if not free:
        return None
    name = min(free, key=lambda name: (used[name], free.index(name)))
    used[name] += 1
    chaired.append((session, name))
    return name


def _item(talk: Talk, problem: Problem, session: Session, at: int) -> Item:
    card = talk.card
    # Both in real minutes: of one time of a zone and a length Python makes what the clocks show.
    return Item(
        start=problem.moment(at, session),
        end=problem.moment(at + talk.minutes, session),
        kind=Kind.TALK,
        title=card.title,
        speakers=tuple(speaker.name for speaker in card.speakers),
        number=card.number,
        undecided=talk.undecided,
        room=session.room,
    )


def _reason(problem: Problem, talk: Talk) -> Reason:
    if talk.card.half_days == ():
        return Reason.NEVER
    longest = max((session.minutes for session in problem.sessions), default=0)
    if longest < talk.minutes:
        return Reason.TOO_LONG
    bound = any(not problem.begins(talk, session, pinned=False) for session in problem.sessions)
    return Reason.HALF_DAY if bound and talk.card.half_days is not None else Reason.NO_ROOM


def _listed(card: ProposalCard, reason: Reason | None = None) -> Listed:
    return Listed(
        title=card.title,
        speakers=tuple(speaker.name for speaker in card.speakers),
        number=card.number,
        undecided=card.state is State.SUBMITTED,
        reason=reason,
    )


def _without_reason(entry: Listed) -> Listed:
    return Listed(entry.title, entry.speakers, entry.affiliation)
