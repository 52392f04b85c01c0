"""What organisers say to a speaker, and when it goes into the decision's letter."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard.proposals import State
from conversing import Sent
from reviewing import INES, ODILE, TOM, Board


@pytest.fixture
def two_votes(engine: sa.Engine) -> Board:
    """Three proposals, of which two votes decide."""
    board = Board(engine, rule="votes", votes=2)
    board.propose()
    board.tell()
    return board


def page(letter: Sent) -> str:
    """The letter's HTML part."""
    body = letter.bytes.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def letter_to_speaker(board: Board) -> str:
    (letter,) = board.wait(70)
    return letter.text


def test_the_words_of_who_voted_otherwise_stay_with_the_organisers(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 no, for the speaker: off topic, sorry")
    two_votes.answer(INES, "1 oui, à l'auteure : pensez à une démonstration")
    two_votes.answer(ODILE, "1 oui")

    letter = letter_to_speaker(two_votes)

    assert "démonstration" in letter
    assert "off topic" not in letter


def test_words_without_a_vote_and_those_of_an_undecided_organiser_go_out(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 maybe 3/5, for the speaker: please keep to twenty minutes")
    two_votes.answer(INES, "1 oui")
    two_votes.answer(ODILE, "1 oui")

    assert "please keep to twenty minutes" in letter_to_speaker(two_votes)


def test_they_go_out_when_they_are_said_again_after_the_decision(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 no, for the speaker: off topic, sorry")
    two_votes.answer(INES, "1 oui")
    two_votes.answer(ODILE, "1 oui")
    (answer,) = two_votes.answer(TOM, "1 for the speaker: please say why it matters to us")

    assert "“please say why it matters to us”" in answer
    assert "please say why it matters to us" in letter_to_speaker(two_votes)


def test_a_later_comment_for_the_colleagues_does_not_bring_them_back(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 no, for the speaker: off topic, sorry")
    two_votes.answer(INES, "1 oui")
    two_votes.answer(ODILE, "1 oui")
    two_votes.answer(TOM, "1 note: fine, then")

    assert "off topic" not in letter_to_speaker(two_votes)


def test_who_is_outvoted_is_told_that_the_words_stay_behind(two_votes: Board) -> None:
    two_votes.answer(INES, "1 oui")
    two_votes.answer(ODILE, "1 oui")
    (answer,) = two_votes.answer(TOM, "1 no, for the speaker: off topic, sorry")

    assert (
        "Your word for the speaker does not go into the letter, since the decision is another. "
        "If it should: “1 for the speaker: …”." in answer
    )
    assert "off topic" not in letter_to_speaker(two_votes)


def test_who_changes_the_decision_reads_which_words_go_out(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 no, for the speaker: off topic, sorry")
    two_votes.answer(INES, "1 oui, à l'auteure : pensez à une démonstration")
    (answer,) = two_votes.answer(ODILE, "1 oui, à l'auteure : bravo")

    assert "Le mot pour l’orateur dans cette lettre".replace("’", "'") in answer
    assert "« pensez à une démonstration / bravo »" in answer
    assert "off topic" not in answer


def test_a_decision_without_words_says_nothing_of_them(two_votes: Board) -> None:
    two_votes.answer(INES, "1 oui")
    (answer,) = two_votes.answer(ODILE, "1 oui")

    assert "mot pour l'orateur" not in answer


def test_a_comment_does_not_make_an_older_vote_the_last_word(engine: sa.Engine) -> None:
    board = Board(engine)
    board.propose()
    board.tell()
    board.answer(ODILE, "1 oui")
    board.answer(TOM, "1 no")

    board.answer(ODILE, "1 note : dommage")

    assert board.states[0] == State.DECLINED


def test_nor_does_an_undone_one(engine: sa.Engine) -> None:
    board = Board(engine)
    board.propose()
    board.tell()
    board.answer(ODILE, "1 oui")
    board.answer(TOM, "1 no")
    (done,) = board.answer(ODILE, "1 peut-être")

    board.answer(ODILE, "annuler", to=done)

    assert board.states[0] == State.DECLINED


def test_the_whole_proposal_shows_what_colleagues_wrote_for_its_speaker(two_votes: Board) -> None:
    two_votes.answer(TOM, "1 no, too long, for the speaker: off topic, sorry")

    (french,) = two_votes.answer(ODILE, "?1")
    (english,) = two_votes.answer(TOM, "?1")

    assert "Tom Reed : non – too long – pour l'orateur : « off topic, sorry »" in french
    assert "Tom Reed: no – too long – for the speaker: “off topic, sorry”" in english
    assert "off topic, sorry" in page(english)
