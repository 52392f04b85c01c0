"""Organisers' answers in ordinary words: an assent without a number, a bare "oui" below a quoted line, a signature."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.config import ProgrammeConfig
from callboard.desk import below
from callboard.model import Outcome
from callboard.programme import drafts
from callboard.proposals import State
from reviewing import ODILE, TOM, Board

ACCEPTED, SUBMITTED, DECLINED = State.ACCEPTED, State.SUBMITTED, State.DECLINED


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """Three proposals to decide, in digests that have left."""
    board = Board(engine)
    board.propose()
    board.tell()
    return board


# --- An assent to nothing in particular ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "words", "nearest"),
    [
        (ODILE, "ça me va", "peut-être : 1 oui peut-être : 2 oui peut-être : 3 oui"),
        (ODILE, "Bonjour,\n\nTout me va, merci.\n\nOdile", "peut-être : 1 oui"),
        (ODILE, "Entièrement d'accord avec toi.", "peut-être : 1 oui"),
        (ODILE, "oui", "peut-être : 1 oui"),
        (ODILE, "non", "peut-être : 1 non"),
        (TOM, "fine by me", "perhaps: 1 yes perhaps: 2 yes perhaps: 3 yes"),
        (TOM, "Looks good to me.\n\nTom", "perhaps: 1 yes"),
        (TOM, "no", "perhaps: 1 no"),
    ],
)
def test_an_assent_without_a_number_is_quoted_back_with_what_it_may_mean(
    board: Board, who: str, words: str, nearest: str
) -> None:
    (letter,) = board.answer(who, words)

    assert nearest in letter.text
    assert board.states == [SUBMITTED] * 3


def test_only_what_waits_for_a_decision_is_offered(board: Board) -> None:
    board.answer(TOM, "1 yes")

    (letter,) = board.answer(ODILE, "ça me va")

    assert "peut-être : 2 oui peut-être : 3 oui" in letter.text
    assert "1 oui" not in letter.text


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (ODILE, "Merci !"),
        (ODILE, "Merci beaucoup, je regarde ce soir.\n\nOdile"),
        (TOM, "Thanks a lot!\n\nTom"),
        (TOM, "Great, thanks."),
    ],
)
def test_pure_thanks_stay_unanswered(board: Board, who: str, words: str) -> None:
    assert board.answer(who, words) == []
    assert board.outcomes[-1] == Outcome.REVIEW


def test_an_assent_below_an_order_is_its_comment(board: Board) -> None:
    board.answer(ODILE, "1 oui\nça me va très bien")

    with board.sessions() as db:
        assert [(v.proposal_id, v.comment) for v in store.votes(db)] == [(1, "ça me va très bien")]


# --- Below a quoted line -------------------------------------------------------------------------------


def digest_lines(board: Board, who: str) -> list[str]:
    body = board.digests[who].bytes.get_body(("plain",))
    assert body is not None
    return body.get_content().split("\n")


def answered_below(board: Board, who: str, replies: dict[str, str], lines: list[str] | None = None) -> str:
    """The digest quoted, with answers below the lines that begin so."""
    written = []
    for line in lines or digest_lines(board, who):
        written.append(f"> {line}".rstrip())
        written += [said for begin, said in replies.items() if line.strip().startswith(begin)]
    return "\n".join(written)


def test_a_bare_opinion_below_a_proposals_quoted_line_counts_for_it(board: Board) -> None:
    board.answer(ODILE, answered_below(board, ODILE, {"P-1": "oui", "P-3": "Non."}))

    assert board.states == [ACCEPTED, SUBMITTED, DECLINED]


def test_so_does_an_opinion_for_ones_own_part_and_a_word_for_the_speaker(board: Board) -> None:
    board.answer(
        ODILE, answered_below(board, ODILE, {"P-1": "OK pour moi, à l'auteur : merci de prévoir 15 min"})
    )
    board.answer(TOM, answered_below(board, TOM, {"P-3": "No for me"}))

    with board.sessions() as db:
        words = [vote.to_speaker for vote in store.votes(db)]
    assert (board.states, words) == ([ACCEPTED, SUBMITTED, DECLINED], ["merci de prévoir 15 min", None])


def test_it_may_stand_below_a_blank_line(board: Board) -> None:
    board.answer(TOM, answered_below(board, TOM, {"P-2": "\nyes\n"}))

    assert board.states == [SUBMITTED, ACCEPTED, SUBMITTED]


@pytest.mark.parametrize("begin", ["Chloé", "À décider par vous", "Propositions reçues", "Pour décider"])
def test_below_a_line_of_no_one_proposal_it_is_quoted_back(board: Board, begin: str) -> None:
    (letter,) = board.answer(ODILE, answered_below(board, ODILE, {begin: "oui"}))

    assert "> oui" in letter.text
    assert board.states == [SUBMITTED] * 3


@pytest.mark.parametrize(
    "quoted",
    [
        "> P-1 Un titre que le point ne donne pas",  # not ours
        "> P-1     Mesurer les crues et P-2",
        "> Ada propose P-1",
    ],
)
def test_below_a_line_that_is_not_the_digests_it_is_quoted_back(board: Board, quoted: str) -> None:
    (letter,) = board.answer(ODILE, f"{quoted}\noui\n")

    assert "> oui" in letter.text
    assert board.states == [SUBMITTED] * 3


DIGEST = "Bonjour\n\n  P-1     Mesurer les crues\n          Ada Leroy\n\n  P-2     Les vannes\n          Bao Leroy\n"


@pytest.mark.parametrize(
    ("letter", "placed"),
    [
        (DIGEST, "1 oui"),
        (DIGEST + "\n  - quelqu'un :\n    P-1     Mesurer les crues\n", "oui"),  # it stands there twice
        (DIGEST.replace("  P-1 ", "    P-1 "), "oui"),  # and where no proposal begins
    ],
)
def test_a_line_that_a_stranger_had_printed_in_the_digest_counts_for_nobody(letter: str, placed: str) -> None:
    mail = "> P-1     Mesurer les crues\noui\n"

    assert below.placed(("oui",), mail, [letter], "P", "fr").lines == (placed,)


@pytest.mark.parametrize(
    ("who", "replies", "states", "votes"),
    [
        (
            ODILE,
            {"P-1": "oui", "P-2": "non, hors sujet"},
            [ACCEPTED, DECLINED, SUBMITTED],
            [(1, None), (2, "hors sujet")],
        ),
        (ODILE, {"P-1": "oui, très bon sujet"}, [ACCEPTED, SUBMITTED, SUBMITTED], [(1, "très bon sujet")]),
        (ODILE, {"P-2": "Non : trop long"}, [SUBMITTED, DECLINED, SUBMITTED], [(2, "trop long")]),
        (
            ODILE,
            {"P-2": "oui\nà placer le matin"},
            [SUBMITTED, ACCEPTED, SUBMITTED],
            [(2, "à placer le matin")],
        ),
        (ODILE, {"P-1": "oui", "P-2": "Beau résumé."}, [ACCEPTED, SUBMITTED, SUBMITTED], [(1, None)]),
        (
            TOM,
            {"P-1": "yes", "P-2": "No – off topic"},
            [ACCEPTED, DECLINED, SUBMITTED],
            [(1, None), (2, "off topic")],
        ),
        (TOM, {"P-3": "yes (nice)"}, [SUBMITTED, SUBMITTED, ACCEPTED], [(3, "nice")]),
    ],
)
def test_an_opinion_with_its_reason_counts_for_the_line_above_it_and_is_nobody_elses_comment(
    board: Board,
    who: str,
    replies: dict[str, str],
    states: list[State],
    votes: list[tuple[int, str | None]],
) -> None:
    board.answer(who, answered_below(board, who, replies))

    assert board.states == states
    with board.sessions() as db:
        assert [(vote.proposal_id, vote.comment) for vote in store.votes(db)] == votes


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (ODILE, "plutôt oui"),
        (ODILE, "oui si la 3 est refusée"),
        (ODILE, "Ok, je regarde demain"),
        (ODILE, "oui ou non ?"),
        (TOM, "rather yes"),
        (TOM, "No, I have not read it"),
    ],
)
def test_what_opines_below_a_quoted_line_and_is_not_plain_is_quoted_back(
    board: Board, who: str, words: str
) -> None:
    (letter,) = board.answer(who, answered_below(board, who, {"P-1": words}))

    assert f"> {words}" in letter.text
    assert board.states == [SUBMITTED] * 3


@pytest.mark.parametrize("words", ["oui, très bon sujet", "non, hors sujet", "Non : trop long"])
def test_an_opinion_with_its_reason_and_no_proposal_is_quoted_back(board: Board, words: str) -> None:
    (letter,) = board.answer(ODILE, words)

    assert f"> {words}" in letter.text
    assert board.states == [SUBMITTED] * 3


@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    "answers",
    [
        ("oui", "non", "oui"),
        ("oui, bien", "non, hors sujet", "oui"),
        ("plutôt oui", "non", "oui"),
        ("non, je trouve ça trop long", "non", "oui"),
        ("très favorable à celle-ci", "non", "oui"),
    ],
)
def test_answers_above_the_quoted_lines_decide_nothing(
    board: Board, answers: tuple[str, ...], gap: str
) -> None:
    lines = [line for line in digest_lines(board, ODILE) if line.startswith("  P-")]
    pairs = zip(answers, lines, strict=True)

    (letter,) = board.answer(ODILE, "\n".join(f"{said}\n{gap}> {line}\n{gap}" for said, line in pairs))

    assert board.states == [SUBMITTED] * 3
    assert all(f"> {said}" in letter.text for said in answers)


def test_an_opinion_directly_above_another_proposals_line_may_be_about_either(board: Board) -> None:
    first, second, _ = (line for line in digest_lines(board, ODILE) if line.startswith("  P-"))

    (letter,) = board.answer(ODILE, f"> {first}\noui\n> {second}\n")

    assert "> oui" in letter.text
    assert board.states == [SUBMITTED] * 3


# --- Numbers in brackets, signatures, comments ---------------------------------------------------------


def test_numbers_with_a_point_or_a_bracket_are_orders(board: Board) -> None:
    board.answer(ODILE, "1. oui\n(2) non, trop long, 20 min suffisent\n3) liste d'attente")

    assert board.states == [ACCEPTED, DECLINED, State.WAITLISTED]


def test_the_lines_below_a_name_are_a_signature(board: Board) -> None:
    signature = "Bâtiment 12\n02 47 00 00 00\n37000 Tours\nUMR 7324\n12 rue des Lilas"

    (letter,) = board.answer(ODILE, f"1 oui\n\nOdile Brac\n{signature}")

    assert "n'a pas été compris" not in letter.text
    assert board.states == [ACCEPTED, SUBMITTED, SUBMITTED]


def test_an_attempt_at_an_order_below_a_name_is_still_quoted_back(board: Board) -> None:
    (letter,) = board.answer(ODILE, "1 oui\n\nOdile\n2 plutôt oui\nPS : la 3 est hors sujet")

    assert "> 2 plutôt oui" in letter.text
    assert "> PS : la 3 est hors sujet" in letter.text


def test_a_comment_below_a_pin_is_kept_with_it_and_undone_with_it(board: Board) -> None:
    board.desk = replace(board.desk, programme=ProgrammeConfig())

    (letter,) = board.answer(ODILE, "3 à 14h\nelle prend le train de midi")

    assert "Votre commentaire est conservé." in letter.text
    with board.sessions() as db:
        assert [pin.text for pin in drafts.pinned(db)] == ["3 at 14:00"]
        assert [(v.proposal_id, v.opinion, v.comment) for v in store.votes(db)] == [
            (3, None, "elle prend le train de midi")
        ]

    board.answer(ODILE, "annuler")

    with board.sessions() as db:
        assert list(drafts.pinned(db)) == []
        assert [v.comment for v in store.votes(db) if v.comment] == []
