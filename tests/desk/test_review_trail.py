"""Who decided what, when and by which message; what is refused and how the digest says so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.model import InboxEntry, Outcome, ReviewOrder
from callboard.proposals import State
from letters_in import mail
from reviewing import ODILE, TOM, Board

SUBMITTED, ACCEPTED = State.SUBMITTED, State.ACCEPTED
EVE = "eve@outside.example"


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    board = Board(engine)
    board.propose(2)
    board.tell()
    return board


def test_the_trail_says_who_when_and_by_which_message(board: Board) -> None:
    board.answer(ODILE, "1 oui, belle idée\n2 non")
    first = board.now
    board.answer(ODILE, "annuler")
    undone = board.now
    board.answer(TOM, "2 maybe 3/5")

    with board.sessions() as db:
        rows = db.execute(
            sa.select(ReviewOrder, InboxEntry)
            .join(InboxEntry, InboxEntry.id == ReviewOrder.entry_id)
            .order_by(ReviewOrder.id)
        ).all()
        trail = [(o.at, o.by, e.sender, o.proposal_id, o.verb, o.line, o.undone_at) for o, e in rows]
        messages = [e.id for _, e in rows]
    assert trail == [
        (first, ODILE, ODILE, 1, "accept", "1 oui, belle idée", undone),
        (first, ODILE, ODILE, 2, "decline", "2 non", undone),
        (board.now, TOM, TOM, 2, "maybe", "2 maybe 3/5", None),
    ]
    assert messages == [3, 3, 5]


def test_bytes_that_are_no_mail_are_not_offered_as_a_proposal(board: Board) -> None:
    with board.sessions.begin() as db:
        store.add_message(
            db, mailbox="a", uidvalidity=1, uid=99, raw=b"x", size=1, truncated=False, now=board.now
        ).outcome = Outcome.HELD
    with board.sessions.begin() as db:
        db.scalars(sa.select(InboxEntry).where(InboxEntry.uid == 99)).one().reason_code = "no_mail"

    (letter,) = board.answer(TOM, "digest")

    assert "To close a message, answer for example “m3 no”." in letter.text


def test_a_message_that_is_refused_leaves_nothing_in_the_trail(board: Board) -> None:
    board.answer(EVE, "1 oui", to=board.digests[ODILE])
    board.answer(TOM, "1 yes", to=board.digests[ODILE])

    assert (board.trail, board.votes, board.states) == ([], [], [SUBMITTED] * 2)


@pytest.mark.parametrize(
    ("who", "days", "french", "english"),
    [
        (
            EVE,
            0,
            "eve@outside.example, qui ne fait pas partie des organisateurs, répond à un point ; rien n'en a été fait",
            "eve@outside.example",
        ),
        (TOM, 0, "tom@reed.example répond à un point adressé à quelqu'un d'autre", "tom@reed.example"),
        (
            ODILE,
            91,
            "odile@callboard.test répond à un point trop ancien pour compter ; il suffit de répondre au plus récent",
            "odile@callboard.test",
        ),
    ],
)
def test_what_is_refused_stands_in_the_next_digest(
    board: Board, who: str, days: int, french: str, english: str
) -> None:
    board.pass_days(days)
    assert board.answer(who, "1 oui", to=board.digests[ODILE]) == []

    board.tell()

    assert french in board.digests[ODILE].text
    waiting = board.digests[TOM].text.partition("Messages to look at (1)")[2]
    assert english in waiting
    assert "répond" not in waiting


def test_a_code_is_good_on_its_last_day_and_not_on_the_next(engine: sa.Engine) -> None:
    board = Board(engine, answer_days=10)
    board.propose(2)
    board.tell()
    board.pass_days(10)
    board.answer(ODILE, "1 oui")
    board.pass_days(1)
    board.answer(ODILE, "2 oui")

    assert (board.states, board.held) == ([ACCEPTED, SUBMITTED], ["code_expired"])


def test_a_stolen_code_is_worth_nothing_from_another_address(board: Board) -> None:
    """Copied into the text of a new mail, the thread left alone."""
    code = board.digests[ODILE].text.rpartition(" ")[2]
    assert code.startswith("cb-")

    board.hear(mail(f"1 oui\n\n{code}", sender=f"Odile Brac <{EVE}>", subject="Re: point"))
    board.hear(mail(f"1 oui\n\n{code}", sender=f"Tom Reed <{TOM}>", subject="Re: point"))

    assert (board.states[0], board.held) == (SUBMITTED, ["no_organiser", "code_foreign"])


def test_where_answers_decide_nothing_the_digest_names_the_commands(engine: sa.Engine) -> None:
    board = Board(engine, by_mail=False)
    board.propose(1)
    board.tell()

    board.answer(ODILE, "1 oui")

    assert (board.states, board.votes, board.trail) == ([SUBMITTED], [], [])
    text = board.digests[ODILE].text
    assert "Sur le serveur, callboard accept et callboard decline décident." in text
    assert "Pour décider, répondez" not in text


def test_a_decision_on_the_command_line_stands_in_the_history(board: Board) -> None:
    board.decide(1, ACCEPTED)

    version = board.proposal(1).versions[-1]

    assert (version.action, version.by, version.at) == ("accepted", "command line", board.now)
