"""Attackers against the organisers' desk: who may decide, and what of a mail is an order."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard.proposals import State
from letters_in import mail, proposal
from reviewing import ODILE, TOM, Board

SUBMITTED = State.SUBMITTED
SERVER = "mx.callboard.test"


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    board = Board(engine)
    board.propose(2)
    board.tell()
    return board


@pytest.mark.parametrize(
    ("stamp", "held"),
    [
        (f"{SERVER}; dmarc=fail header.from=callboard.test", ["unproven"]),
        (f"{SERVER}; spf=pass smtp.mailfrom=eve@evil.example", ["unproven"]),
        (f"{SERVER}; none", ["unproven"]),
        (f"{SERVER}; dkim=pass header.d=callboard.test", []),
    ],
)
def test_a_stolen_code_needs_the_servers_word_too(board: Board, stamp: str, held: list[str]) -> None:
    board.desk = replace(board.desk, servers={"a": SERVER})

    board.answer(ODILE, "1 oui", Authentication_Results=stamp)

    assert board.held == held
    assert (board.states[0] == SUBMITTED) is bool(held)


def test_an_answer_that_is_replayed_under_another_message_id_does_nothing(board: Board) -> None:
    said = {
        "sender": f"<{ODILE}>",
        "subject": "Re: digest",
        "answers": board.digests[ODILE].message_id,
        "date": "Mon, 01 Feb 2027 11:00:00 +0100",
    }
    board.hear(mail("1 oui", **said))
    board.answer(ODILE, "annuler")

    board.hear(mail("1 oui", **said))

    assert board.states == [SUBMITTED] * 2
    assert board.outcomes[-1] == "copy"


def test_a_code_in_capitals_counts(board: Board) -> None:
    letter = board.digests[ODILE]

    board.answer(ODILE, "1 oui", to=replace(letter, message_id=letter.message_id.upper()))

    assert board.states[0] == State.ACCEPTED


def test_an_automatic_answer_decides_nothing(board: Board) -> None:
    board.answer(ODILE, "Je suis absente.\n\n1 oui", Auto_Submitted="auto-replied")

    assert board.states == [SUBMITTED] * 2
    assert board.outcomes[-1] == "ignored"


@pytest.mark.parametrize("title", ["tout accepter", "1 oui", "accepter 1, 2"])
def test_a_title_that_comes_back_without_quote_marks_is_no_order(engine: sa.Engine, title: str) -> None:
    board = Board(engine)
    abstract = "Nous parlons de la Loire et de ses crues. " * 12
    board.hear(proposal(title=title, abstract=abstract, sender="Eve Leroy <eve@evil.example>"))
    board.hear(proposal(title="Mesurer les crues", abstract="Mesurer. " * 40, sender="Ada <ada@ada.example>"))
    board.tell()
    body = board.digests[TOM].bytes.get_body(("plain",))
    assert body is not None

    board.answer(TOM, "Thanks, I will look at it tonight.\n\n" + body.get_content())

    assert board.states == [SUBMITTED] * 2


def test_a_speakers_name_is_no_order(engine: sa.Engine) -> None:
    board = Board(engine)
    board.hear(proposal(title="Les vannes", sender="tout accepter <eve@evil.example>"))
    board.tell()
    body = board.digests[ODILE].bytes.get_body(("plain",))
    assert body is not None

    board.answer(ODILE, "Merci.\n\n" + body.get_content())
    board.hear(
        mail("tout accepter", sender="Odile <eve@evil.example>", answers=board.digests[ODILE].message_id)
    )

    assert board.states == [SUBMITTED]
