"""A place that an accepted speaker gives up goes to the waiting list; and what is not told yet is not let slip."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.proposals import State
from letters_in import mail
from reviewing import ODILE, Board

ADA, BAO = "ada@ada.example", "bao@bao.example"
ACCEPTED, WAITLISTED, WITHDRAWN = State.ACCEPTED, State.WAITLISTED, State.WITHDRAWN


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """Ada is accepted, Bao and Chloe wait, and all know it."""
    board = Board(engine)
    board.propose(3)
    board.tell()
    board.answer(ODILE, "1 oui\n3 liste d'attente\n2 liste d'attente")
    board.wait(70)
    return board


def withdraw(board: Board) -> list[str]:
    return [x.kind for x in board.hear(mail("Je retire ma proposition P-1.", sender=f"Ada Leroy <{ADA}>"))]


def restore(board: Board) -> list[str]:
    assert board.last is not None
    said = mail(
        "annuler",
        sender=f"Ada Leroy <{ADA}>",
        subject=f"Re: {board.last.subject}",
        answers=board.last.message_id,
    )
    return [x.kind for x in board.hear(said)]


def test_the_first_on_the_list_gets_the_place_and_hears_of_it_after_the_delay(board: Board) -> None:
    assert withdraw(board) == ["transcript"]
    assert board.states == [WITHDRAWN, WAITLISTED, ACCEPTED]
    assert board.proposal(3).versions[-1].by == "waiting list"

    assert [(x.to, x.kind) for x in board.wait(70)] == [("chloe@chloe.example", "offered")]


def test_a_withdrawal_that_is_undone_takes_back_an_offer_that_nobody_knows(board: Board) -> None:
    withdraw(board)

    restore(board)

    assert board.states == [ACCEPTED, WAITLISTED, WAITLISTED]
    assert board.wait(200) == []  # Chloe was told that she waits, Ada that she is accepted


def test_an_offer_that_was_told_stays(board: Board) -> None:
    withdraw(board)
    undone = board.last
    board.wait(70)
    board.last = undone

    restore(board)

    assert board.states == [WITHDRAWN, WAITLISTED, ACCEPTED]


def test_nobody_is_offered_a_place_where_the_organisers_do_not_wish_it(engine: sa.Engine) -> None:
    board = Board(engine, offer_places=False, decision_delay_minutes=0)
    board.propose(2)
    board.tell()
    board.answer(ODILE, "1 oui\n2 liste d'attente")

    withdraw(board)

    assert board.states == [WITHDRAWN, WAITLISTED]


def test_a_withdrawal_before_the_decision_is_told_does_not_tell_it(engine: sa.Engine) -> None:
    board = Board(engine)
    board.propose(1)
    board.tell()
    board.answer(ODILE, "1 oui")

    withdraw(board)
    assert board.last is not None
    assert "accept" not in board.last.text
    restore(board)
    assert board.last is not None
    assert "accept" not in board.last.text

    assert board.states == [ACCEPTED]
    assert [x.kind for x in board.wait(70)] == ["accepted"]


def test_what_a_speaker_knows_is_not_told_again(engine: sa.Engine) -> None:
    board = Board(engine)
    board.propose(1)
    board.tell()
    board.answer(ODILE, "1 oui")
    board.wait(70)

    board.answer(ODILE, "1 non")
    board.answer(ODILE, "annuler")

    assert board.states == [ACCEPTED]
    assert board.wait(200) == []
