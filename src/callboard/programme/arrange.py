"""Lays proposals into the sessions of a grid: `arrange(grid, cards, previous) -> Programme`.

A plain greedy, the same for the same input: decided talks before undecided ones; a talk stays where it was in
the previous draft while it fits; new ones join a session of their topic. What does not fit is listed with the
reason. Nothing is optimal here, and every choice can be explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from callboard.programme.grid import Grid, GridDay, Session
from callboard.programme.timetable import Item, Kind, Listed, Programme, ProgrammeDay, Reason
from callboard.proposals import IN_PROGRAMME, ProposalCard, State

# Contributions that hang or stand beside the sessions.
APART: Final = frozenset({"poster", "demo"})

SHORTEST_MINUTES: Final = 5


@dataclass(frozen=True)
class _Talk:
    """A proposal as far as arranging it needs."""

    card: ProposalCard
    length: timedelta
    long: bool  # longer than the usual talk

    @property
    def undecided(self) -> bool:
        return self.card.state is State.SUBMITTED

    @property
    def topic(self) -> int | None:
        return self.card.topics[0].index if self.card.topics else None

    @property
    def topics(self) -> set[int]:
        """All topics it belongs to."""
        return {match.index for match in self.card.topics}

    def starts(self, begin: datetime) -> Iterator[datetime]:
        """The moments from then on at which its speaker can begin, as far as they said, the earliest first."""
        halves = self.card.half_days
        if halves is None:
            yield begin
            return
        arrivals = [half.not_before for half in halves if half.day == begin.date() and half.not_before]
        for start in sorted({begin, *(datetime.combine(begin, at, begin.tzinfo) for at in arrivals)}):
            if start >= begin and any(half.holds(start, start + self.length) for half in halves):
                yield start


@dataclass
class _Board:
    """A session being filled: talks by the moment they start, in the order of time."""

    session: Session
    change: timedelta
    placed: dict[datetime, _Talk] = field(default_factory=dict)
    kept: bool = False  # some talk is where it was in the previous draft

    def gaps(self) -> Iterator[tuple[datetime, datetime]]:
        """The free times, with the change between two talks already taken off."""
        cursor = self.session.start
        for start, talk in sorted(self.placed.items(), key=lambda entry: entry[0]):
            yield cursor, start - self.change
            cursor = start + talk.length + self.change
        yield cursor, self.session.end

    def opening(self, talk: _Talk, begin: datetime, end: datetime) -> datetime | None:
        """The earliest moment between these two at which the talk fits and its speaker can speak."""
        return next((start for start in talk.starts(begin) if start + talk.length <= end), None)

    def room(self, talk: _Talk) -> datetime | None:
        """The earliest moment at which the talk fits."""
        found = (self.opening(talk, begin, end) for begin, end in self.gaps())
        return next((start for start in found if start is not None), None)

    def is_free(self, start: datetime, talk: _Talk) -> bool:
        """Whether a talk can start exactly then."""
        return any(begin <= start and self.opening(talk, start, end) == start for begin, end in self.gaps())

    def free(self) -> timedelta:
        """All free time together."""
        return sum((max(end - start, timedelta()) for start, end in self.gaps()), timedelta())

    def laid(self, talks: Iterable[_Talk]) -> dict[datetime, _Talk] | None:
        """These talks one after the other from the start of the session; None when they do not fit."""
        cursor, laid = self.session.start, dict[datetime, _Talk]()
        for talk in talks:
            start = self.opening(talk, cursor, self.session.end)
            if start is None:
                return None
            laid[start] = talk
            cursor = start + talk.length + self.change
        return laid


def arrange(grid: Grid, cards: Sequence[ProposalCard], previous: Programme | None) -> Programme:
    """The programme of these proposals, with the fewest moves since the previous draft."""
    chosen = sorted((card for card in cards if card.state in IN_PROGRAMME), key=lambda card: card.number)
    posters = tuple(_listed(card) for card in chosen if card.format in APART)
    talks = _in_order([_talk(card, grid) for card in chosen if card.format not in APART])
    uninvited = tuple(
        Listed(talk.title, (talk.speaker,) if talk.speaker else (), talk.affiliation, reason=Reason.NO_ROOM)
        for talk in grid.unplaced
    )
    if not grid.days:
        waiting = tuple(_without_reason(entry) for entry in uninvited) + tuple(_listed(t.card) for t in talks)
        return Programme(grid.timezone, unscheduled=waiting, posters=posters)
    boards = [_Board(session, timedelta(minutes=grid.change_minutes)) for session in grid.sessions]
    left_out = _fill(boards, talks, _starts(previous))
    for board in boards:
        if not board.kept:
            board.placed = board.laid(_by_topic(board.placed.values())) or board.placed
    return Programme(
        timezone=grid.timezone,
        days=tuple(_day(day, boards) for day in grid.days),
        left_out=uninvited + tuple(_listed(t.card, _reason(t, boards)) for t in left_out),
        posters=posters,
    )


def _talk(card: ProposalCard, grid: Grid) -> _Talk:
    wished = card.duration_minutes or grid.talk_minutes
    minutes = min(max(wished, SHORTEST_MINUTES), grid.longest_minutes)
    return _Talk(card, timedelta(minutes=minutes), minutes > grid.talk_minutes)


def _in_order(talks: Sequence[_Talk]) -> list[_Talk]:
    """Decided talks first, long ones first of all since few places take them, then topic by topic.

    The topic with the most to say comes first, and a topic's talks come together.
    """
    weight: dict[int | None, timedelta] = {}
    for talk in talks:
        weight[talk.topic] = weight.get(talk.topic, timedelta()) + talk.length
    return sorted(
        talks,
        key=lambda talk: (
            talk.undecided,
            -talk.length if talk.long else timedelta(),
            talk.topic is None,  # belongs anywhere, so it fills what is left
            -weight[talk.topic],
            talk.topic or 0,
            talk.card.number,
        ),
    )


def _starts(previous: Programme | None) -> dict[int, datetime]:
    """When each proposal's talk started in the previous draft."""
    talks = previous.talks if previous else ()
    return {item.number: item.start for item in talks if item.number is not None}


def _fill(boards: Sequence[_Board], talks: Sequence[_Talk], before: dict[int, datetime]) -> list[_Talk]:
    """Place the talks; return those that found no place."""
    left_out = []
    decided = [talk for talk in talks if not talk.undecided]
    undecided = [talk for talk in talks if talk.undecided]
    # Undecided talks keep their places for now, so that a decided newcomer prefers a free one.
    new = [talk for talk in decided if not _keep(boards, talk, before)]
    waiting = [talk for talk in undecided if not _keep(boards, talk, before)]
    for position, talk in enumerate(new):
        if not _place(boards, talk, new[position:]):
            evicted = _evict(boards, talk)
            if evicted is None:
                left_out.append(talk)
            else:
                waiting += evicted
    waiting.sort(key=undecided.index)
    for position, talk in enumerate(waiting):
        if not _place(boards, talk, waiting[position:]):
            left_out.append(talk)
    return left_out


def _keep(boards: Sequence[_Board], talk: _Talk, before: dict[int, datetime]) -> bool:
    """Leave the talk where it was, if that is still free and fits."""
    start = before.get(talk.card.number)
    if start is None:
        return False
    for board in _allowed(boards, talk):
        if board.is_free(start, talk):
            # The session's own clock: the same moment may have been stored in another zone.
            board.placed[start.astimezone(board.session.start.tzinfo)] = talk
            board.kept = True
            return True
    return False


def _place(boards: Sequence[_Board], talk: _Talk, waiting: Sequence[_Talk]) -> bool:
    """Put the talk into the session that suits its topic best; close a session up if only that makes room."""
    open_boards = [board for board in _allowed(boards, talk) if board.room(talk) is not None]
    if open_boards:
        group = sum((other.length for other in waiting if other.topic == talk.topic), timedelta())
        board = max(open_boards, key=lambda board: _suits(board, talk, group))
        start = board.room(talk)
        if start is not None:
            board.placed[start] = talk
        return True
    for board in _allowed(boards, talk):
        closed_up = board.laid([*_in_time(board), talk])
        if closed_up is not None:
            board.placed = closed_up
            return True
    return False


def _suits(board: _Board, talk: _Talk, group: timedelta) -> tuple[int, bool, timedelta, float]:
    """How well the session suits the talk, better is larger.

    First by topic; then a session that takes the whole rest of the topic, the tightest such; then the
    roomiest; then the earliest. A talk without a topic fills the day from its beginning, a long one the tightest.
    """
    if talk.topic is None:
        return 0, False, -board.free() if talk.long else timedelta(), -board.session.start.timestamp()
    topics = {other.topic for other in board.placed.values()}
    shared = {topic for other in board.placed.values() for topic in other.topics}
    if talk.topic is not None and talk.topic in topics:
        liking = 3
    elif shared & talk.topics:
        liking = 2
    else:
        liking = 0 if board.placed else 1
    whole = group <= board.free()
    return liking, whole, -board.free() if whole else board.free(), -board.session.start.timestamp()


def _evict(boards: Sequence[_Board], talk: _Talk) -> list[_Talk] | None:
    """Give the talk the place of undecided ones, the fewest; return those, or None if that does not help."""
    best: tuple[int, float, _Board, list[_Talk], list[_Talk]] | None = None
    for board in _allowed(boards, talk):
        stay, go = _in_time(board), list[_Talk]()
        while (last := _last_undecided(stay)) is not None and board.laid([*stay, talk]) is None:
            stay.remove(last)
            go.append(last)
        entry = (len(go), board.session.start.timestamp(), board, stay, go)
        if go and board.laid([*stay, talk]) is not None and (best is None or entry[:2] < best[:2]):
            best = entry
    if best is None:
        return None
    _, _, board, stay, go = best
    board.placed = {start: other for start, other in board.placed.items() if other not in go}
    start = board.room(talk)
    if start is not None:
        board.placed[start] = talk
    else:
        board.placed = board.laid([*stay, talk]) or board.placed
    return go


def _last_undecided(talks: Sequence[_Talk]) -> _Talk | None:
    return next((talk for talk in reversed(talks) if talk.undecided), None)


def _in_time(board: _Board) -> list[_Talk]:
    return [board.placed[start] for start in sorted(board.placed)]


def _allowed(boards: Sequence[_Board], talk: _Talk) -> list[_Board]:
    """The sessions in which the speaker can speak at some time."""
    if talk.card.half_days is None:
        return list(boards)
    return [b for b in boards if b.opening(talk, b.session.start, b.session.end) is not None]


def _by_topic(talks: Iterable[_Talk]) -> list[_Talk]:
    """The talks of a fresh session with each topic in one piece, topics in the order of their first talk."""
    ordered = list(talks)
    topics = [talk.topic for talk in ordered]
    return sorted(ordered, key=lambda talk: topics.index(talk.topic))


def _reason(talk: _Talk, boards: Sequence[_Board]) -> Reason:
    def longest(among: Sequence[_Board]) -> timedelta:
        return max((board.session.end - board.session.start for board in among), default=timedelta())

    if longest(boards) < talk.length:
        return Reason.TOO_LONG
    elsewhere = [board for board in boards if board not in _allowed(boards, talk)]
    return Reason.HALF_DAY if elsewhere else Reason.NO_ROOM


def _day(day: GridDay, boards: Sequence[_Board]) -> ProgrammeDay:
    talks = [
        _item(talk, start)
        for board in boards
        if board.session in day.sessions
        for start, talk in board.placed.items()
    ]
    return ProgrammeDay(day.date, tuple(sorted([*day.fixed, *talks], key=lambda item: item.start)))


def _item(talk: _Talk, start: datetime) -> Item:
    card = talk.card
    return Item(
        start=start,
        end=start + talk.length,
        kind=Kind.TALK,
        title=card.title,
        speakers=tuple(speaker.name for speaker in card.speakers),
        number=card.number,
        undecided=talk.undecided,
    )


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
