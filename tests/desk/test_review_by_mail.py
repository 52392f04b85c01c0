"""Organisers answer the digest, and what comes of it: from the bytes of the answer to states, votes and letters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.model import Outcome
from callboard.proposals import State
from letters_in import mail, proposal
from reviewing import INES, ODILE, TOM, Board

SUBMITTED, ACCEPTED, DECLINED = State.SUBMITTED, State.ACCEPTED, State.DECLINED


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """Three proposals, and a digest at each organiser's."""
    board = Board(engine)
    board.propose()
    board.tell()
    return board


# --- Deciding ------------------------------------------------------------------------------------------


def test_an_answer_decides_and_the_speaker_hears_of_it_an_hour_later(board: Board) -> None:
    (letter,) = board.answer(ODILE, "1 oui\n2 non")

    assert board.states == [ACCEPTED, DECLINED, SUBMITTED]
    assert (letter.to, letter.kind, letter.subject) == (ODILE, "review", "Votre réponse : 2 ordres")
    assert "P-1 « Mesurer les crues » : « oui ». Elle est acceptée. La lettre part le" in letter.text
    assert [(x.to, x.kind) for x in board.wait(70)] == [
        ("ada@ada.example", "accepted"),
        ("bao@bao.example", "declined"),
    ]


def test_an_english_organiser_reads_english(board: Board) -> None:
    (letter,) = board.answer(TOM, "1 yes\n9 no\nwhat about 2 yes?")

    assert letter.subject == "Your answer: 2 orders"
    assert "P-1, “Mesurer les crues”: “yes”. It is accepted. The letter leaves on" in letter.text
    assert "There is no proposal P-9." in letter.text
    assert (
        "was not understood, and nothing was done about it: > what about 2 yes? perhaps: 2 yes" in letter.text
    )


def test_undo_within_the_delay_takes_everything_back_and_the_speaker_hears_nothing(board: Board) -> None:
    (done,) = board.answer(ODILE, "1 oui, 2 non")

    (undone,) = board.answer(ODILE, "annuler", to=done)

    assert board.states == [SUBMITTED] * 3
    assert board.votes == []
    assert (
        "P-1 « Mesurer les crues » : « 1 oui, 2 non » est annulé. Elle est de nouveau à décider."
        in undone.text
    )
    assert board.wait(200) == []
    assert board.trail == [
        (ODILE, "accept", 1, True),
        (ODILE, "decline", 2, True),
    ]


def test_what_the_speaker_knows_is_not_undone(board: Board) -> None:
    board.answer(ODILE, "1 oui")
    board.wait(70)

    (letter,) = board.answer(ODILE, "annuler")

    assert board.states[0] == ACCEPTED
    assert "l'orateur a déjà reçu la décision, elle ne s'annule plus" in letter.text


def test_the_last_word_of_any_organiser_counts(board: Board) -> None:
    board.answer(ODILE, "1 oui")

    (letter,) = board.answer(TOM, "1 no")

    assert board.states[0] == DECLINED
    assert [(x.to, x.kind) for x in board.wait(70)] == [("ada@ada.example", "declined")]
    assert "It is declined." in letter.text


def test_comments_stay_with_the_vote_and_only_the_word_for_the_speaker_reaches_them(board: Board) -> None:
    board.answer(ODILE, "1 oui trop long à mon goût, à l'auteur : merci de rester sous vingt minutes")

    (letter,) = board.wait(70)

    assert letter.kind == "accepted"
    assert "merci de rester sous vingt minutes" in letter
    assert "à mon goût" not in letter


def test_a_question_below_an_order_is_quoted_back_and_is_nobodys_comment(board: Board) -> None:
    (letter,) = board.answer(TOM, "1 yes\nNice talk.\ncould 2 come on another day?")

    assert (
        "nothing was done about it: > could 2 come on another day? perhaps: 2 yes perhaps: 2 no "
        "perhaps: 1 note: could 2 come on another day?" in letter.text
    )
    with board.sessions() as db:
        assert [(v.proposal_id, v.comment) for v in store.votes(db)] == [(1, "Nice talk.")]


def test_everything_but_one_is_accepted(board: Board) -> None:
    board.answer(ODILE, "tout accepter sauf 2")

    assert board.states == [ACCEPTED, SUBMITTED, ACCEPTED]


def test_a_format_is_changed_by_an_arrow(board: Board) -> None:
    board.answer(ODILE, "3 -> poster")

    assert board.proposal(3).format == "poster"
    assert board.states[2] == SUBMITTED


def test_thanks_alone_change_nothing_and_are_not_answered(board: Board) -> None:
    assert board.answer(ODILE, "Merci, je regarde ça ce soir.\n\nOdile") == []
    assert board.outcomes[-1] == Outcome.REVIEW


# --- The rules -----------------------------------------------------------------------------------------


def test_two_votes_are_needed_where_the_rule_says_so(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=2)
    board.propose(1)
    board.tell()

    (first,) = board.answer(ODILE, "1 oui")
    (second,) = board.answer(TOM, "1 yes")

    assert "Il manque encore un avis (Tom Reed, Inès Vidal)." in first.text
    assert "It is accepted." in second.text
    assert board.states == [ACCEPTED]


def test_votes_that_decide_nothing_say_so(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=2)
    board.propose(1)
    board.tell()
    board.answer(ODILE, "1 oui")
    board.answer(TOM, "1 no")

    digest, review = board.answer(INES, "1 liste d'attente\ndigest")

    nothing = "Tous ont voté ou sont récusés, et cela ne décide rien : il faut que quelqu'un change d'avis."
    assert {review.kind: nothing in review, digest.kind: nothing in digest} == {
        "review": True,
        "digest": True,
    }
    assert "À décider par vous (1)" in digest
    assert board.states == [SUBMITTED]


def test_a_vote_that_is_taken_back_reopens_what_it_decided(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=2)
    board.propose(1)
    board.tell()
    board.answer(ODILE, "1 oui")
    board.answer(TOM, "1 yes")

    board.answer(ODILE, "annuler")

    assert board.states == [SUBMITTED]
    assert board.votes == [(1, TOM, "accept")]
    assert board.wait(200) == []


def test_decisions_go_out_together_where_the_organisers_wish(engine: sa.Engine) -> None:
    board = Board(engine, send="together")
    board.propose(2)
    board.tell()
    (told,) = board.answer(ODILE, "1 oui\n2 non")

    assert "La lettre attend « envoyer les décisions »." in told.text
    assert board.wait(600) == []
    sent = board.answer(TOM, "send decisions")

    assert sorted(x.kind for x in sent) == ["accepted", "declined", "review"]


# --- Conflicts -----------------------------------------------------------------------------------------


def test_an_organiser_of_the_speakers_institution_does_not_judge(engine: sa.Engine) -> None:
    board = Board(engine)
    board.hear(proposal(sender="Luc Noir <luc@lacs.example>"))
    board.tell()

    (refused,) = board.answer(INES, "1 oui")
    assert board.states == [SUBMITTED]
    assert "est noté mais ne compte pas (même institution que Luc Noir, d'après l'adresse)" in refused.text

    board.answer(INES, "1 pas de conflit")
    assert board.states == [ACCEPTED]


# --- Trust ---------------------------------------------------------------------------------------------


def test_a_digest_that_was_passed_on_speaks_for_nobody_else(board: Board) -> None:
    letters = board.answer("eve@outside.example", "1 oui", to=board.digests[ODILE])

    assert (letters, board.states, board.held) == ([], [SUBMITTED] * 3, ["no_organiser"])


def test_a_colleagues_digest_does_not_count(board: Board) -> None:
    letters = board.answer(TOM, "1 yes", to=board.digests[ODILE])

    assert (letters, board.states, board.held) == ([], [SUBMITTED] * 3, ["code_foreign"])


def test_an_answer_to_an_old_digest_does_not_count(board: Board) -> None:
    board.pass_days(91)

    assert board.answer(ODILE, "1 oui") == []
    assert (board.states, board.held) == ([SUBMITTED] * 3, ["code_expired"])


def test_orders_in_a_mail_of_their_own_are_shown_and_do_nothing(board: Board) -> None:
    letters = board.hear(mail("1 oui\n2 non", sender=f"<{ODILE}>", subject="Mes votes"))

    assert (letters, board.states, board.held) == ([], [SUBMITTED] * 3, ["code_absent"])


def test_private_mail_of_an_organiser_is_left_alone(board: Board) -> None:
    board.hear(mail("RDV le 3 à 14h. 20 minutes suffisent.", sender=f"<{ODILE}>", subject="Demain"))

    assert (board.outcomes[-1], board.held) == (Outcome.IGNORED, [])


# --- The whole proposal ----------------------------------------------------------------------------------


def test_a_proposal_comes_in_full_when_it_is_asked_for(board: Board) -> None:
    board.answer(TOM, "1 maybe 3/5 nice but short")

    (letter,) = board.answer(ODILE, "?1")

    assert (letter.to, letter.kind, letter.subject) == (ODILE, "full", "P-1 : Mesurer les crues")
    assert "Mesurer les crues. " * 29 + "Mesurer les crues." in letter.text
    assert "Contact ada@ada.example" in letter.text
    assert "Tom Reed : peut-être (3/5) – nice but short" in letter.text


def test_an_answer_to_the_whole_proposal_decides(board: Board) -> None:
    (whole,) = board.answer(ODILE, "?1")

    board.answer(ODILE, "1 oui", to=whole)

    assert board.states == [ACCEPTED, SUBMITTED, SUBMITTED]


# --- What the digest shows -------------------------------------------------------------------------------


def test_the_digest_shows_votes_and_whose_vote_is_missing(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=2)
    board.propose(1)
    board.tell()
    board.answer(TOM, "1 yes 4/5")

    (digest,) = [x for x in board.answer(ODILE, "digest") if x.kind == "digest"]

    assert "À décider par vous (1) P-1 Mesurer les crues" in digest.text
    assert "Avis : Tom Reed oui (4/5). Il manque un avis : Odile Brac ou Inès Vidal." in digest.text


def test_a_decision_that_is_not_told_yet_says_until_when_it_can_be_undone(board: Board) -> None:
    board.answer(ODILE, "1 oui")

    (digest,) = [x for x in board.answer(ODILE, "digest") if x.kind == "digest"]

    assert "Décidées, pas encore annoncées (1) P-1 Mesurer les crues – Ada Leroy acceptée" in digest.text
    board.wait(90)
    (later,) = [x for x in board.answer(ODILE, "digest\nmerci") if x.kind == "digest"]
    assert "pas encore annoncées" not in later.text


def test_an_undo_is_not_offered_to_be_undone(board: Board) -> None:
    board.answer(ODILE, "2 non")
    (done,) = board.answer(ODILE, "1 oui")

    (undone,) = board.answer(ODILE, "annuler", to=done)

    assert "répondez « annuler »" in done.text
    assert "répondez « annuler »" not in undone.text
    assert board.states == [SUBMITTED, DECLINED, SUBMITTED]


def test_a_vote_that_does_not_count_is_shown_as_such(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes")
    board.hear(proposal(sender="Luc Noir <luc@lacs.example>"))
    board.tell()
    board.answer(INES, "1 oui")
    board.answer(TOM, "1 yes")

    french, whole = sorted(board.answer(ODILE, "digest\n?1"), key=lambda letter: letter.kind)
    (english,) = board.answer(TOM, "digest")

    assert "Avis : Inès Vidal oui (ne compte pas), Tom Reed oui. Il manque un avis" in french.text
    assert "Votes: Inès Vidal yes (does not count), Tom Reed yes." in english.text
    assert "- Inès Vidal : ne la juge pas - Tom Reed : oui" in whole.text


def test_any_of_several_may_vote(board: Board) -> None:
    assert "Il manque un avis : Odile Brac, Tom Reed ou Inès Vidal." in board.digests[ODILE].text
    assert "One vote is missing: Odile Brac, Tom Reed or Inès Vidal." in board.digests[TOM].text


def test_who_sends_decisions_that_leave_by_themselves_reads_so(board: Board) -> None:
    board.answer(ODILE, "1 oui")

    (letter,) = board.answer(ODILE, "envoyer les décisions")

    assert "Ici, la lettre de chaque décision part d'elle-même, passé son délai" in letter
