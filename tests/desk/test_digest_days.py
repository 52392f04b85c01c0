"""The days on which a digest leaves: working days, the weekend before the event, and when the deadline passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from callboard.config import DigestConfig
from callboard.desk import news
from conversing import Sent
from letters_in import proposal
from reviewing import BOARD, ODILE, TOM, Board

FRIDAY = datetime(2027, 2, 5, 9, 0, tzinfo=UTC)


def board_at(engine: sa.Engine, moment: datetime) -> Board:
    """A proposal has come in, and it is that time."""
    board = Board(engine)
    board.propose(1)
    board.now = moment
    return board


def digest(board: Board, **settings: object) -> list[Sent]:
    """What a pass at that time sends."""
    with board.sessions.begin() as db:
        news.write_digest(db, board.desk, DigestConfig.model_validate(settings), board.now)
    return board.work()


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (datetime(2027, 2, 5, 9, tzinfo=UTC), True),  # a Friday
        (datetime(2027, 2, 6, 9, tzinfo=UTC), False),
        (datetime(2027, 2, 7, 9, tzinfo=UTC), False),
        (datetime(2027, 2, 8, 9, tzinfo=UTC), True),
        (datetime(2027, 2, 7, 23, 30, tzinfo=UTC), False),  # Monday in Paris, before the hour
    ],
)
def test_a_digest_leaves_on_working_days(engine: sa.Engine, moment: datetime, leaves: bool) -> None:
    board = board_at(engine, moment)

    assert bool(digest(board)) is leaves


@pytest.mark.parametrize(
    ("event", "leaves"),
    [
        (datetime(2027, 2, 7, 9, tzinfo=UTC), True),  # on Sunday
        (datetime(2027, 2, 8, 9, tzinfo=UTC), True),  # in two days
        (datetime(2027, 2, 9, 9, tzinfo=UTC), False),
        (datetime(2027, 2, 4, 9, tzinfo=UTC), False),  # over
    ],
)
def test_a_weekend_counts_as_working_days_when_the_event_is_near(
    engine: sa.Engine, event: datetime, leaves: bool
) -> None:
    board = board_at(engine, datetime(2027, 2, 6, 9, tzinfo=UTC))
    call = replace(BOARD, starts=event, ends=event + timedelta(hours=7), deadline=None)
    board.desk = replace(board.desk, call=call)

    assert bool(digest(board)) is leaves


def test_the_news_of_a_weekend_leaves_on_monday_once(engine: sa.Engine) -> None:
    board = board_at(engine, FRIDAY)
    digest(board)
    board.hear(proposal(title="Les digues", abstract="Les digues. " * 60, sender="Eva <eva@eva.example>"))
    sent = []
    for hours in (24, 48, 72, 73):
        board.now = FRIDAY + timedelta(hours=hours)
        sent.append([letter.to for letter in digest(board)])

    assert [len(letters) for letters in sent] == [0, 0, 3, 0]


def test_no_digest_leaves_where_the_organisers_want_none(engine: sa.Engine) -> None:
    assert digest(board_at(engine, FRIDAY), enabled=False) == []


def test_the_end_of_the_call_is_told_at_once_though_it_is_a_saturday_night(engine: sa.Engine) -> None:
    """The deadline is Saturday 20 February, 23:59 in Paris."""
    board = board_at(engine, datetime(2027, 2, 20, 10, tzinfo=UTC))
    before = digest(board)
    board.now = datetime(2027, 2, 20, 23, 5, tzinfo=UTC)

    after = digest(board)

    assert before == []
    told = {x.to: x.text for x in after}
    assert "La date limite est passée : voici ce qui est arrivé." in told[ODILE]
    assert "The deadline has passed: this is what came in." in told[TOM]


def test_the_end_of_the_call_is_told_once_and_is_news_by_itself(engine: sa.Engine) -> None:
    board = Board(engine)
    board.now = datetime(2027, 2, 21, 8, tzinfo=UTC)
    first = digest(board)
    board.now += timedelta(minutes=5)

    assert (len(first), digest(board)) == (3, [])


def test_an_installation_that_starts_long_after_the_deadline_does_not_tell_it(engine: sa.Engine) -> None:
    board = Board(engine)
    board.now = datetime(2027, 2, 24, 8, tzinfo=UTC)

    assert digest(board) == []
