"""What speakers are told when a decision changes that they had read, and how the organisers see who knows what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from callboard.config import ReviewConfig
from callboard.desk import forgetting
from callboard.proposals import State
from conversing import Sent
from letters_in import mail, proposal
from rendered import Words
from reviewing import INES, ODILE, TOM, Board

ADA = "ada@ada.example"
YES, NO, LIST = "oui", "non", "liste d'attente"
BUT = "ontrairement à ce que nous vous écrivions le lundi 1er février, "
MINE = "votre proposition P-1 « Mesurer les crues »"
SORRY = "Nous vous prions de nous excuser d'avoir changé d'avis."
FRENCH = {
    (YES, NO): f"C{BUT}nous ne pouvons finalement pas retenir {MINE}, que nous avions acceptée. {SORRY}",
    (NO, YES): f"Bonne nouvelle : c{BUT}{MINE} est acceptée.",
    (
        YES,
        LIST,
    ): f"C{BUT}{MINE}, que nous avions acceptée, est désormais sur la liste d'attente. "
    f"{SORRY} Si une place se libère",
    (
        NO,
        LIST,
    ): f"C{BUT}{MINE} n'est pas écartée : elle est désormais sur la liste d'attente. Si une place se libère",
    (LIST, NO): f"Merci encore de {MINE}, qui était sur la liste d'attente. Nous sommes au regret",
}
CONTRARY = "ontrary to what we wrote on Monday 1 February, "
THEIRS = "your proposal P-1, “How rivers sound”"
APOLOGY = "We apologise for having changed our minds."
ENGLISH = {
    (YES, NO): f"C{CONTRARY}we cannot after all include {THEIRS}, which we had accepted. {APOLOGY}",
    (NO, YES): f"Good news: c{CONTRARY}{THEIRS}, has been accepted.",
    (
        YES,
        LIST,
    ): f"C{CONTRARY}{THEIRS}, which we had accepted, is now on the waiting list. {APOLOGY} Should a place",
    (NO, LIST): f"C{CONTRARY}{THEIRS}, is not turned down: it is now on the waiting list. Should a place",
    (LIST, NO): f"Thank you again for {THEIRS}, which was on the waiting list. We are sorry",
}
SOUND = (
    "Rivers can be heard. We place microphones under water and show how gravel moves during a flood, what this says "
    "about the bed of the river, and how cheap such a station has become. "
)


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    board = Board(engine)
    board.propose(2)
    board.tell()
    return board


def decide(board: Board, *orders: str) -> list[Sent]:
    """Decide, and let each decision be told before the next."""
    sent: list[Sent] = []
    for order in orders:
        board.answer(ODILE, f"1 {order}")
        sent = board.wait(70)
    return sent


def page(letter: Sent) -> str:
    body = letter.bytes.get_body(("html",))
    assert body is not None
    return re.sub(r"\s+", " ", Words(body.get_content()).words.replace("’", "'"))


@pytest.mark.parametrize("orders", FRENCH)
def test_a_speaker_is_told_what_has_changed_since_our_last_letter(
    board: Board, orders: tuple[str, str]
) -> None:
    (letter,) = decide(board, *orders)

    assert letter.to == ADA
    assert FRENCH[orders] in letter.text
    assert FRENCH[orders].replace(" ", "") in page(letter).replace(" ", "")


@pytest.mark.parametrize("orders", ENGLISH)
def test_a_speaker_is_told_so_in_their_language(engine: sa.Engine, orders: tuple[str, str]) -> None:
    board = Board(engine)
    text = "Dear organisers,\n\nI would like to give a talk.\n\nTitle: How rivers sound\n\nAbstract:\n"
    board.hear(mail(f"{text}{SOUND * 3}\n\nAda\n", sender=f"Ada Leroy <{ADA}>", subject="A talk"))
    board.tell()

    (letter,) = decide(board, *orders)

    assert ENGLISH[orders] in letter.text
    assert ENGLISH[orders].replace(" ", "") in page(letter).replace(" ", "")


def test_the_subject_says_that_our_answer_has_changed(board: Board) -> None:
    (letter,) = decide(board, "oui", "non")

    assert letter.subject == "Notre réponse a changé : Mesurer les crues [P-1]"


def test_a_first_decision_mentions_no_other(board: Board) -> None:
    (letter,) = decide(board, "non")

    assert letter.subject == "Votre proposition : Mesurer les crues [P-1]"
    assert "Contrairement" not in letter.text


def test_a_change_of_mind_that_does_not_last_is_not_told(board: Board) -> None:
    decide(board, "oui")

    board.answer(ODILE, "1 non")
    board.answer(ODILE, "1 oui")

    assert board.wait(200) == []


@pytest.mark.parametrize(
    ("who", "yes", "no", "words"),
    [
        (ODILE, "1 oui", "1 non", "L'orateur a déjà reçu l'autre décision."),
        (TOM, "1 yes", "1 no", "The speaker already has the other decision."),
    ],
)
def test_who_overturns_what_a_speaker_has_read_is_told_so(
    board: Board, who: str, yes: str, no: str, words: str
) -> None:
    (first,) = board.answer(who, yes)
    (at_once,) = board.answer(who, no)
    board.answer(who, yes)
    board.wait(70)
    (late,) = board.answer(who, no)

    assert words in " ".join(late.text.split())
    assert words not in " ".join(first.text.split())
    assert words not in " ".join(at_once.text.split())


def test_what_the_command_line_changes_is_told_once_in_the_same_words(board: Board) -> None:
    decide(board, "oui")

    board.decide(1, State.DECLINED)
    board.decide(1, State.DECLINED)

    (letter,) = board.wait(70)
    assert FRENCH[YES, NO] in letter.text
    assert board.wait(500) == []


def test_a_speaker_who_withdrew_and_was_declined_is_told_nothing_of_the_acceptance(board: Board) -> None:
    decide(board, "oui")
    board.hear(mail("Je retire ma proposition P-1.", sender=f"Ada Leroy <{ADA}>"))

    board.decide(1, State.DECLINED, reopen=True)

    (letter,) = [x for x in board.wait(70) if x.to == ADA]
    assert "Contrairement" not in letter.text


# --- What the organisers see -----------------------------------------------------------------------------


def digest(board: Board) -> Sent:
    (found,) = [x for x in board.answer(ODILE, "digest") if x.kind == "digest"]
    return found


def test_the_digest_shows_each_decision_that_was_told(board: Board) -> None:
    decide(board, "oui")

    seen = digest(board)

    line = "Annoncées aux orateurs (1) P-1 Mesurer les crues – Ada Leroy acceptée, annoncée le lundi 1er février 2027"
    assert line in seen.text


def test_the_digest_shows_a_decision_that_the_speaker_knows_otherwise(board: Board) -> None:
    decide(board, "oui")
    board.answer(ODILE, "1 non")

    before = digest(board)
    board.wait(70)
    after = digest(board)

    assert (
        "P-1 Mesurer les crues – Ada Leroy déclinée (l'orateur a lu le lundi 1er février 2027" in before.text
    )
    assert "qu'elle est acceptée) ; la lettre part le" in before.text
    assert "déclinée, annoncée le lundi 1er février 2027" in after.text
    assert "après avoir été acceptée" in after.text


def test_what_was_told_before_the_last_digest_is_not_told_again(board: Board) -> None:
    decide(board, "oui")
    seen = []
    for title in ("Les digues", "Les puits"):
        board.hear(proposal(title=title, abstract=f"{title}. " * 60, sender="Dov <dov@dov.example>"))
        seen += [x.text for x in board.tell() if x.to == ODILE]

    assert ["Annoncées" in text for text in seen] == [True, False]


# --- Several speakers ------------------------------------------------------------------------------------


BOTH = "Intervenants : Ada Leroy <ada@ada.example>, Bao Martin <bao@bao.example>"


def with_two_speakers(engine: sa.Engine, writer: str) -> Board:
    board = Board(engine)
    text = f"Bonjour,\n\nNous proposons un exposé.\n\nTitre : Mesurer les crues\n\n{BOTH}\n\nRésumé :\n"
    board.hear(mail(text + "Mesurer les crues sans capteur. " * 20 + f"\n\n{writer}\n", sender=writer))
    board.tell()
    return board


@pytest.mark.parametrize(
    ("forgotten", "told"), [("bao@bao.example", ADA), ("ada@ada.example", "bao@bao.example")]
)
def test_who_speaks_on_still_hears_the_decision_when_another_is_forgotten(
    engine: sa.Engine, forgotten: str, told: str
) -> None:
    board = with_two_speakers(engine, "Ada Leroy <ada@ada.example>")
    board.answer(ODILE, "1 oui à l'auteur : merci à tous les deux")

    with board.sessions.begin() as db:
        forgetting.forget(db, board.desk, forgotten, board.now)

    letters = [x for x in board.wait(70) if x.kind == "accepted"]
    assert [x.to for x in letters] == [told]
    assert forgotten not in letters[0].bytes.as_string()
    assert board.states == [State.ACCEPTED]


# --- The organisers' words -------------------------------------------------------------------------------


def test_a_word_for_the_speaker_that_follows_the_decision_is_in_its_letter(board: Board) -> None:
    board.answer(ODILE, "1 oui, pour l'orateur : venez tôt")
    board.answer(TOM, "1 yes, for the speaker: bring the phones")
    board.answer(INES, "1, pour l'orateur : à bientôt")

    (letter,) = board.wait(70)

    assert "venez tôt bring the phones à bientôt" in letter.text
    assert "bring the phones" in page(letter)


def test_one_that_is_undone_is_not(board: Board) -> None:
    board.answer(ODILE, "1 oui, pour l'orateur : venez tôt")
    board.answer(TOM, "1 yes, for the speaker: bring the phones")
    board.answer(TOM, "undo")

    (letter,) = board.wait(70)

    assert ("venez tôt" in letter.text, "phones" in letter.text) == (True, False)


def test_nor_is_that_of_who_may_not_judge(engine: sa.Engine) -> None:
    board = Board(engine)
    board.hear(proposal(sender="Luc Noir <luc@lacs.example>"))
    board.tell()
    board.answer(INES, "1 oui, pour l'orateur : bien joué Luc")
    board.answer(ODILE, "1 oui")

    (letter,) = board.wait(70)

    assert (letter.kind, "bien joué" in letter.text) == ("accepted", False)


def test_what_the_command_line_said_in_deciding_stays(board: Board) -> None:
    board.desk = replace(board.desk, review=ReviewConfig(decision_delay_minutes=60))
    board.decide(1, State.ACCEPTED, comment="Salle B.")
    board.answer(TOM, "1 for the speaker: bring the phones")

    (letter,) = board.wait(70)

    assert "Salle B. bring the phones" in letter.text


def test_a_word_for_the_speaker_that_comes_too_late_is_said_to(board: Board) -> None:
    decide(board, "oui")

    (french,) = board.answer(ODILE, "1 oui, pour l'orateur : venez tôt")
    (english,) = board.answer(TOM, "1 for the speaker: bring the phones")

    assert "La lettre de l'orateur est déjà partie : ce mot n'y est pas, écrivez-lui." in french.text
    assert "The speaker's letter has left: this word is not in it, write to them yourself." in english.text
