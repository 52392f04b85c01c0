"""Our own letter comes back in an answer without quote marks, among its lines titles that strangers chose."""

from __future__ import annotations

import re
import textwrap

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.mailroom.htmltext import html_to_text
from callboard.proposals import State
from conversing import Sent
from letters_in import mail, proposal
from reviewing import ODILE, Board

SUBMITTED, ACCEPTED, DECLINED = State.SUBMITTED, State.ACCEPTED, State.DECLINED
ORDERS = ("tout accepter", "1 oui", "2 non, 1 oui", "annuler", "send decisions", "accepter 1, 2", "m1 oui")
COLUMNS = (1, 8, 13, 17, 24, 40, 60, 100, 2_000)


def part(letter: Sent, kind: str) -> str:
    body = letter.bytes.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def folded_anew(text: str, columns: int) -> str:
    """As a mail program folds it that has its own idea of a line."""
    paragraphs = re.split(r"\n\s*\n", text)
    lines = textwrap.TextWrapper(columns, break_long_words=False, break_on_hyphens=False)
    return "\n\n".join(lines.fill(" ".join(p.split())) for p in paragraphs)


def call_with(engine: sa.Engine, *titles: str) -> Board:
    """Proposals with these titles, by speakers of these names, all still to be decided."""
    board = Board(engine)
    for title in titles:
        abstract = f"Nous parlons de {title} et de ses crues. " * 12
        board.hear(proposal(title=title, abstract=abstract, sender=f"{title.title()} <eve@evil.example>"))
    board.tell()
    return board


def test_our_letter_gives_no_orders_however_it_is_folded(engine: sa.Engine) -> None:
    board = call_with(engine, *ORDERS)
    text, page = part(board.digests[ODILE], "plain"), html_to_text(part(board.digests[ODILE], "html"))

    for columns in COLUMNS:
        board.answer(ODILE, "Bonjour\n\n" + folded_anew(text, columns))
        board.answer(ODILE, "Bonjour\n\n" + folded_anew(page, columns))
    board.answer(ODILE, "Bonjour\n\n" + page)  # Outlook's way: the page of what is answered, no marks

    assert (board.trail, board.votes) == ([], [])
    assert board.outcomes[len(ORDERS) :] == ["review"] * (2 * len(COLUMNS) + 1)


def test_a_mail_program_that_loses_the_thread_makes_no_orders(engine: sa.Engine) -> None:
    """The code at the letter's foot proves the answer; it names the letter too."""
    board = call_with(engine, *ORDERS)
    back = folded_anew(part(board.digests[ODILE], "plain"), 17)

    board.hear(mail("Bonjour\n\n" + back, sender=f"<{ODILE}>", subject="Re: point"))

    assert (board.trail, board.votes) == ([], [])
    assert board.outcomes[-1] == "review"


def test_the_letters_below_the_one_that_is_answered_give_no_orders(engine: sa.Engine) -> None:
    """The transcript is answered, with the digest below it."""
    board = call_with(engine, "Les vannes de la Loire", "tout accepter")
    digest = part(board.digests[ODILE], "plain")
    (transcript,) = board.answer(ODILE, "1 peut-être 3/5")
    back = folded_anew(part(transcript, "plain") + "\n\n" + digest, 24)

    board.answer(ODILE, "Merci !\n\n" + back, to=transcript)

    assert board.trail == [(ODILE, "maybe", 1, False)]


@pytest.mark.parametrize("columns", [1, 17, 72, 2_000])
def test_orders_above_below_and_within_our_letter_are_carried_out(engine: sa.Engine, columns: int) -> None:
    board = call_with(engine, "Les vannes de la Loire", "tout accepter")
    top, _, rest = folded_anew(part(board.digests[ODILE], "plain"), columns).partition("\n\n")

    board.answer(ODILE, f"1 oui\n\n{top}\n\n2 non trop vague\n\n{rest}\n\n2 à l'auteur : merci")

    assert board.states == [ACCEPTED, DECLINED]
    with board.sessions() as db:
        words = db.execute(sa.text("select comment, to_speaker from vote order by proposal_id")).all()
    assert [tuple(row) for row in words] == [(None, None), ("trop vague", "merci")]


def test_an_order_of_our_letter_is_quoted_back(engine: sa.Engine) -> None:
    """An organiser who did write it reads that nothing was done; an attacker is seen."""
    board = call_with(engine, "Les crues", "tout accepter")

    (letter,) = board.answer(ODILE, "Bonjour\n\n" + folded_anew(part(board.digests[ODILE], "plain"), 17))

    assert "n'a pas été compris, et rien n'en a été fait : > Tout Accepter" in letter.text


def test_an_order_that_was_undone_can_be_given_again_in_the_same_words(engine: sa.Engine) -> None:
    board = call_with(engine, "Les crues", "Les vannes de la Loire")
    order = "2 oui, un peu long à mon goût mais vraiment utile pour qui mesure les crues au printemps"
    board.answer(ODILE, order)
    (undone,) = board.answer(ODILE, "annuler")

    board.answer(ODILE, order, to=undone)

    assert board.states == [SUBMITTED, ACCEPTED]


def test_a_letter_whose_text_is_gone_is_not_answered_with_itself(engine: sa.Engine) -> None:
    """Somebody was forgotten, and the digests with them: what of the answer is ours cannot be told any more."""
    board = call_with(engine, "Les crues", "tout accepter")
    back = folded_anew(part(board.digests[ODILE], "plain"), 17)
    with board.sessions.begin() as db:
        store.empty_digests(db, board.now)

    board.answer(ODILE, "Bonjour\n\n" + back)

    assert (board.states, board.held) == ([SUBMITTED] * 2, ["code_expired"])
    board.answer(ODILE, "1 oui")
    assert board.states == [ACCEPTED, SUBMITTED]
