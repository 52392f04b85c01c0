"""Organisers' answers as their mail programs send them: what quotes, how, and where the answer stands."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
import sqlalchemy as sa

from callboard.mailroom.htmltext import html_to_text
from letters_in import proposal
from reviewing import ODILE, TOM, Board


@dataclass(frozen=True)
class Habit:
    """How somebody's mail program and they write."""

    who: str
    answer: str
    yes: str
    no: str
    separator: str
    headers: str
    apple: str
    gmail: str
    signature: str
    above: str


FRENCH = Habit(
    ODILE,
    "1 oui\n2 non trop long\n\nBien à vous,\nOdile",
    "oui, très bien",
    "non",
    "-----Message d'origine-----",
    "De : Journée rivières <journee@callboard.test>\nEnvoyé : lundi 1 février 2027 10:05\n"
    "À : Odile Brac <odile@callboard.test>\nObjet : Journée rivières : 4 nouvelles propositions, 4 à décider",
    "Le 1 févr. 2027 à 10:05, Journée rivières <journee@callboard.test> a écrit :",
    "Le lun. 1 févr. 2027, 10:05, Journée rivières <journee@callboard.test> a\nécrit :",
    "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
    "Mes réponses en rouge.",
)
ENGLISH = Habit(
    TOM,
    "1 yes\n2 no too long\n\nBest,\nTom",
    "yes, very good",
    "no",
    "-----Original Message-----",
    "From: Journée rivières <journee@callboard.test>\nSent: Monday, February 1, 2027 10:05 AM\n"
    "To: Tom Reed <tom@reed.example>\nSubject: Journée rivières: 4 new proposals, 4 to decide",
    "On 1 Feb 2027, at 10:05, Journée rivières <journee@callboard.test> wrote:",
    "On Mon, Feb 1, 2027, 10:05 AM Journée rivières <journee@callboard.test>\nwrote:",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "Answers: see red text.",
)


@pytest.fixture(params=[FRENCH, ENGLISH], ids=["fr", "en"])
def habit(request: pytest.FixtureRequest) -> Habit:
    found = request.param
    assert isinstance(found, Habit)
    return found


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """Four proposals, and a digest at each organiser's."""
    board = Board(engine)
    board.propose(4)
    board.tell()
    return board


def parts(board: Board, who: str) -> tuple[str, str]:
    """The digest's text and page, as the organiser's mail program has them."""
    letter = board.digests[who].bytes
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert page is not None
    return str(plain.get_content()).rstrip("\n"), str(page.get_content())


def send(board: Board, who: str, text: str, page: str | None = None) -> list[str]:
    """An answer to the digest; what the letters that come back quote as not understood."""
    digest = board.digests[who]
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = (
        who,
        "journee@callboard.test",
        f"Re: {digest.subject}",
    )
    message["Date"], message["Message-ID"] = format_datetime(board.now), "<answer@client.example>"
    message["In-Reply-To"] = message["References"] = digest.message_id
    message.set_content(text)
    if page:
        message.add_alternative(page, subtype="html")
    return [
        quote
        for letter in board.hear(message.as_bytes())
        for quote in re.findall(r"> (.*?)(?= >|$)", letter.text)
    ]


def decided(board: Board) -> list[tuple[int, str]]:
    return [(number, str(opinion)) for number, _, opinion in board.votes]


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def outlook(board: Board, habit: Habit, *answers: tuple[int, str], headers: str | None = None) -> str:
    """Our page as Outlook sends it back, with answers in red below proposals' titles."""
    inner = re.search(r"<body[^>]*>(.*)</body>", parts(board, habit.who)[1], re.DOTALL)
    assert inner is not None
    page = inner[1]
    for number, words in answers:
        at = page.index("</p>", page.index(f"<strong>P-{number}</strong>")) + 4
        page = f'{page[:at]}<p class="MsoNormal"><span style="color:#C00000">{words}</span></p>{page[at:]}'
    above = (headers or habit.headers).replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return (
        f'<html><body><div class="WordSection1"><p class="MsoNormal">{habit.above}</p>'
        f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>{above}</b></p></div>'
        f"{page}</div></body></html>"
    )


@pytest.mark.parametrize("layout", ["top", "bottom", "line", "phone"])
def test_the_letter_comes_back_without_quote_marks(board: Board, habit: Habit, layout: str) -> None:
    text, _ = parts(board, habit.who)
    separator = "_" * 32 if layout == "line" else habit.separator
    below = f"{separator}\n{habit.headers}\n\n{text}\n"
    signed = f"{habit.answer}\n-- \n{habit.signature}"
    written = {
        "top": f"{habit.answer}\n\n{below}",
        "bottom": f"{below}\n\n{habit.answer}\n",
        "line": f"{below}\n\n\n{habit.answer}\n",
        "phone": f"{signed}\n\n{below}",
    }

    assert send(board, habit.who, written[layout]) == []
    assert decided(board) == [(1, "accept"), (2, "decline")]


def test_the_letter_comes_back_with_quote_marks(board: Board, habit: Habit) -> None:
    text, _ = parts(board, habit.who)

    assert send(board, habit.who, f"{habit.answer}\n\n> {habit.apple}\n>\n{quoted(text)}\n") == []
    assert decided(board) == [(1, "accept"), (2, "decline")]


def test_a_telephone_folds_the_line_above_the_quote(board: Board, habit: Habit) -> None:
    text, _ = parts(board, habit.who)

    assert send(board, habit.who, f"{habit.answer}\n\n{habit.gmail}\n\n{quoted(text)}\n") == []
    assert decided(board) == [(1, "accept"), (2, "decline")]


def test_answers_stand_between_quoted_lines(board: Board, habit: Habit) -> None:
    lines = quoted(parts(board, habit.who)[0]).split("\n")
    at = {
        number: next(n for n, line in enumerate(lines) if line.startswith(f">   P-{number} "))
        for number in (1, 3)
    }
    lines[at[3]] += f"\n\n{habit.no}\n"
    lines[at[1]] += f"\n\n{habit.yes}\n"

    assert send(board, habit.who, f"{habit.apple}\n" + "\n".join(lines)) == []
    assert decided(board) == [(1, "accept"), (3, "decline")]


@pytest.mark.parametrize("named", [False, True], ids=["alone", "numbered"])
def test_answers_in_another_colour_stand_between_our_lines(board: Board, habit: Habit, named: bool) -> None:
    one, three = ("1 ", "3 ") if named else ("", "")
    page = outlook(board, habit, (1, one + habit.yes), (3, three + habit.no))

    assert send(board, habit.who, html_to_text(page), page) == []
    assert decided(board) == [(1, "accept"), (3, "decline")]


def test_they_count_below_a_long_title_too(engine: sa.Engine) -> None:
    board = Board(engine)
    board.hear(
        proposal(title="Mesurer les crues quand les capteurs se taisent et que personne ne peut aller voir")
    )
    board.tell()
    page = outlook(board, FRENCH, (1, "oui"))

    assert send(board, ODILE, html_to_text(page), page) == []
    assert decided(board) == [(1, "accept")]


def test_nothing_counts_below_the_headers_of_somebody_else(board: Board, habit: Habit) -> None:
    colleague = (
        "From: Paul Noir <paul@noir.example>\nSent: Monday, February 1, 2027\nTo: Tom\nSubject: Re: digest"
    )
    page = outlook(board, habit, (1, "1 " + habit.yes), headers=f"{colleague}\n\n{habit.headers}")

    send(board, habit.who, html_to_text(page), page)

    assert decided(board) == []


def test_what_stands_between_lines_that_did_not_come_back_whole_is_quoted_back(board: Board) -> None:
    page = outlook(board, ENGLISH, (1, "yes, very good")).replace("Les vannes de la Loire", "Los gatos")

    assert send(board, TOM, html_to_text(page), page)[0].startswith("yes, very good To read")
    assert decided(board) == []


@pytest.mark.parametrize("title", ["1 oui", "tout accepter", "oui : 1, 2", "undo"])
def test_a_strangers_title_that_comes_back_orders_nothing(engine: sa.Engine, title: str) -> None:
    board = Board(engine)
    board.propose(2)
    board.hear(proposal(title=title, sender="Zoé Mal <zoe@mal.example>", abstract=f"{title}. " * 40))
    board.tell()
    page = outlook(board, FRENCH)

    send(board, ODILE, html_to_text(page), page)

    assert decided(board) == []
