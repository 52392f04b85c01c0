"""Organisers fix the programme by mail: the same pins as on the command line, in the trail, undone like any order."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard.config import ProgrammeConfig
from callboard.programme import drafts
from callboard.proposals import State
from reviewing import ODILE, TOM, Board


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """Three proposals for a Thursday from half past nine to five, in two rooms."""
    board = Board(engine)
    programme = ProgrammeConfig.model_validate({"rooms": ["B12", "Amphi A"], "pins": ["3 not first"]})
    board.desk = replace(board.desk, programme=programme)
    board.propose()
    board.tell()
    return board


def pins(board: Board) -> list[str]:
    with board.sessions() as db:
        return [pin.text for pin in drafts.pinned(db)]


@pytest.mark.parametrize(
    ("line", "pin", "said"),
    [
        ("pin 1 at 14:00", "1 at 14:00", "P-1 begins at 14:00"),
        ("1 on Thursday at 2pm", "1 at 14:00 on thursday", "P-1 begins at 14:00 on Thursday"),
        ("1 on Thursday", "1 on thursday", "P-1 is on Thursday"),
        ("1 on Thursday afternoon", "1 on thursday in the afternoon", "P-1 is on Thursday, in the afternoon"),
        ("put 1 in the morning", "1 in the morning", "P-1 is in the morning"),
        ("1 on 2027-03-11", "1 on 2027-03-11", "P-1 is on Thursday 11 March 2027"),
        ("1 in room b12", "1 in b12", "P-1 is in b12"),
        ("1 before 2", "1 before 2", "P-1 comes before P-2"),
        ("1 after 2", "1 after 2", "P-2 comes before P-1"),
        ("1, 2 and 3 together", "1, 2 and 3 together", "P-1, P-2 and P-3 are in one session"),
        ("not 1 first", "1 not first", "P-1 does not open its session"),
    ],
)
def test_what_is_fixed_is_kept_and_said(board: Board, line: str, pin: str, said: str) -> None:
    (letter,) = board.answer(TOM, line)

    assert pins(board) == [pin]
    assert (
        f"P-1, “Mesurer les crues”: from the next draft of the programme on, {said}. To let it go: “unpin 1”."
        in letter.text
    )
    assert board.trail == [(TOM, "pin", 1, False)]


@pytest.mark.parametrize(
    ("line", "pin", "said"),
    [
        ("épingler la 1 à 14h30", "1 at 14:30", "P-1 commence à 14 h 30"),
        ("1 le jeudi à 14h", "1 at 14:00 on thursday", "P-1 commence à 14 h le jeudi"),
        ("la 1 jeudi", "1 on thursday", "P-1 passe le jeudi"),
        ("1 salle B12", "1 in B12", "P-1 est en salle B12"),
        ("1 avant 2", "1 before 2", "P-1 passe avant P-2"),
        ("1 et 2 ensemble", "1 and 2 together", "P-1 et P-2 sont dans la même session"),
        ("pas la 1 en premier", "1 not first", "P-1 n'ouvre pas sa session"),
    ],
)
def test_it_is_fixed_in_french_too(board: Board, line: str, pin: str, said: str) -> None:
    (letter,) = board.answer(ODILE, line)

    assert pins(board) == [pin]
    assert (
        f"P-1 « Mesurer les crues » : dès le prochain brouillon du programme, {said}. Pour le défaire : "
        "« désépingler 1 »." in letter.text
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("9 at 14:00", "There is no proposal P-9."),
        ("1 before 9", "There is no proposal P-9."),
        ("1 at 25:00", "“1 at 25:00”: there is no such time of day. Nothing was fixed."),
        ("1 at 8:00", "“1 at 8:00”: the programme goes from 9:30 to 17:00. Nothing was fixed."),
        ("1 at 17:00", "“1 at 17:00”: the programme goes from 9:30 to 17:00. Nothing was fixed."),
        ("1 on Friday", "“1 on Friday”: the event has no such day. Nothing was fixed."),
        ("1 on 2027-02-31", "“1 on 2027-02-31”: the event has no such day. Nothing was fixed."),
        (
            "1 in room C3",
            "“1 in room C3”: there is no such room; the rooms are B12, Amphi A. Nothing was fixed.",
        ),
        ("1 before 1", "“1 before 1”: that takes two talks. Nothing was fixed."),
        ("3 not first", "“3 not first”: that is fixed already."),
        ("unpin 1", "“unpin 1”: nothing of that kind is fixed."),
        ("unpin 9", "There is no proposal P-9."),
        (
            "unpin 3",
            "“unpin 3”: that is fixed in the configuration; whoever runs Callboard can let it go there.",
        ),
    ],
)
def test_what_cannot_be_fixed_is_answered_in_a_sentence(board: Board, line: str, said: str) -> None:
    (letter,) = board.answer(TOM, line)

    assert said in letter.text
    assert (pins(board), board.trail) == ([], [])


def test_a_talk_that_is_withdrawn_is_not_fixed(board: Board) -> None:
    with board.sessions.begin() as db:
        found = board.proposal(1)
        db.merge(found).state = State.WITHDRAWN

    (letter,) = board.answer(TOM, "1 at 14:00")

    assert "P-1, “Mesurer les crues” was withdrawn" in letter.text
    assert pins(board) == []


def test_fixing_it_again_in_other_words_changes_nothing(board: Board) -> None:
    board.answer(TOM, "1 and 2 together")

    (letter,) = board.answer(ODILE, "2 et 1 ensemble")

    assert "« 2 et 1 ensemble » : c'est déjà fixé." in letter.text
    assert pins(board) == ["1 and 2 together"]


def test_undo_takes_a_pin_back(board: Board) -> None:
    board.answer(TOM, "1 yes\n1 at 14:00")

    (letter,) = board.answer(TOM, "undo")

    assert "P-1, “Mesurer les crues”: “1 at 14:00” is undone." in letter.text
    assert (pins(board), board.states[0]) == ([], State.SUBMITTED)
    assert board.trail == [(TOM, "accept", 1, True), (TOM, "pin", 1, True)]


def test_unpin_lets_everything_about_a_talk_go_and_undo_fixes_it_again(board: Board) -> None:
    board.answer(TOM, "1 at 14:00\n1 before 2\n2 not first")

    (letter,) = board.answer(ODILE, "désépingler la 1")

    assert "n'est plus fixé : P-1 commence à 14 h ; P-1 passe avant P-2." in letter.text
    assert pins(board) == ["2 not first"]
    board.answer(ODILE, "annuler")
    assert sorted(pins(board)) == ["1 at 14:00", "1 before 2", "2 not first"]


def test_one_of_several_pins_is_let_go_by_its_words(board: Board) -> None:
    board.answer(TOM, "1 at 14:00\n1 before 2")

    board.answer(TOM, "unpin 1 at 2pm")

    assert pins(board) == ["1 before 2"]


def test_nobody_else_fixes_anything(board: Board) -> None:
    board.answer("eve@outside.example", "1 at 14:00", to=board.digests[TOM])

    assert (pins(board), board.held) == ([], ["no_organiser"])
