"""What strangers and organisers write gets into no header and to no further recipient, whatever the letter."""

from __future__ import annotations

import email
import email.policy
from base64 import b64encode
from dataclasses import replace
from email.utils import getaddresses, make_msgid
from pathlib import Path

import sqlalchemy as sa

from callboard import store
from callboard.config import Config, LettersConfig
from callboard.desk import releases, reminders
from callboard.model import LetterState, OutboxEntry
from callboard.programme import drafts
from callboard.proposals import State
from callboard.resources import folder
from letters_in import mail
from reviewing import BOARD, INES, ODILE, TOM, Board

EVE, EVES_OTHER = "eve@evil.example", "eve.two@evil.example"
LONG = "x" * 5_000 + " y" * 2_500
NASTY = (
    "Crues\r\nBcc: victim@bank.example\r\n\r\nbody",
    "Crues =?utf-8?q?=0D=0ABcc=3A_victim=40bank=2Eexample?=",
    "Crues =?utf-8?b?DQpCY2M6IHZpY3RpbUBiYW5rLmV4YW1wbGU=?=",
    "Crues\x00\x0b\x0c\x1c\x85\u2028Bcc: victim@bank.example",
    f"Crues {LONG}",
    "Crues, victim@bank.example; <victim@bank.example>",
)
HEADERS = {
    *(
        "Date",
        "From",
        "Reply-To",
        "To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
    ),
    *("X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type"),
}
EVERYBODY = {EVE, EVES_OTHER, ODILE, TOM, INES}
# To the operator, of servers; nothing that a stranger wrote is in them.
OPERATORS = {"alarm", "recovered"}
# Each template is a kind; a place that became free is offered with the words of an acceptance.
SUBJECTS = (folder("templates") / "letters" / "en").glob("*.subject.txt")
KINDS = ({path.name.partition(".")[0] for path in SUBJECTS} | {*store.DECISIONS}) - OPERATORS


def letters(board: Board) -> list[OutboxEntry]:
    with board.sessions() as db:
        return list(db.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id)))


def check(row: OutboxEntry) -> None:
    """One letter, read as strictly as Python can."""
    head = row.raw.partition(b"\r\n\r\n")[0]
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 998  # RFC 5322, section 2.1.1
    assert b"\x00" not in row.raw
    read = email.message_from_bytes(row.raw, policy=email.policy.strict)
    names = [name for name, _ in read.items()]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert [a.addr_spec for a in read["To"].addresses] == [row.recipient]
    # As a program reads it that decodes before it parses.
    assert [c for c in str(read["Subject"]) + str(read["To"]) if c in "\r\n\x00\x0b\x0c\x1c\x85\u2028"] == []
    assert [address for _, address in getaddresses([email.message_from_bytes(row.raw)["To"]])] == [
        row.recipient
    ]
    assert row.recipient in EVERYBODY


def raw_mail(subject: str, name: str, body: str, sender: str = EVE, answers: str = "") -> bytes:
    """Bytes as an attacker makes them: encoded words in headers decode to anything."""

    def word(text: str) -> str:
        return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="

    head = (
        f"From: {word(name)} <{sender}>",
        f"To: journee@callboard.test\r\nSubject: {word(subject)}",
        f"Message-ID: {make_msgid(domain='evil.example')}\r\nDate: Mon, 01 Feb 2027 10:00:00 +0100",
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
    )
    thread = (f"In-Reply-To: {answers}",) if answers else ()
    return "\r\n".join((*head, *thread, "", body)).encode()


def nasty_proposal(number: int) -> bytes:
    nasty = NASTY[number % len(NASTY)]
    text = f"Bonjour,\n\nJe propose un exposé.\n\nTitre : {nasty}\n\nIntervenante : {nasty}\n\nRésumé :\n"
    return raw_mail(f"{nasty} {number}", nasty, text + f"Les crues numéro {number}. " * 30)


def speakers_write(board: Board) -> None:
    """Proposals, a cut one, one without an abstract, one passed on; a question, and a withdrawal of any of them."""
    for number in range(len(NASTY)):
        board.hear(nasty_proposal(number))
    board.hear(nasty_proposal(50), truncated=True)
    board.hear(
        raw_mail("Proposition", NASTY[0], "Je propose un exposé.\n\nTitre : Les crues vues d'en haut\n\nEve")
    )
    head = f"---------- Forwarded message ---------\nDe : Eve <{EVE}>\nDate: lun. 1 févr. 2027 à 10:00\n"
    text = f"Subject: Proposition\nTo: <journee@callboard.test>\n\n\nTitre : {NASTY[5]} 60\n\n"
    passed_on = f"{head}{text}Intervenante : Eve\n\nRésumé :\n{'Les crues numéro 60. ' * 30}"
    board.hear(raw_mail(f"Fwd: {NASTY[1]}", NASTY[0], passed_on, ODILE))
    board.hear(raw_mail(NASTY[1], NASTY[0], f"Combien de temps dure un exposé ? {NASTY[1]}"))
    board.hear(raw_mail("Retrait", NASTY[0], f"Je retire ma proposition.\n\n{NASTY[3]}"))


def organisers_decide(board: Board) -> None:
    """By answers to the digest, and on the command line; the speakers are told."""
    board.tell()
    count = len(board.states)
    said = ("oui", "non", "liste d'attente")
    orders = [f"{n} {said[n % 3]} à l'auteur : {NASTY[n % 6]}" for n in range(1, count + 1)]
    board.answer(ODILE, "\n\n".join(order.replace("\r\n", " ") for order in orders))
    board.answer(TOM, "\n".join(f"?{n}" for n in range(1, count + 1)))
    board.wait(70)


def days_go_by(board: Board, place: Path) -> None:
    """Places in the programme are told, speakers reminded; one withdraws, and the place is offered."""
    config = Config(call=BOARD, folder=place)
    with board.sessions.begin() as db:
        drafts.make_draft(db, config, board.now)
        releases.release(db, board.desk, None, board.now)
    board.pass_days(8)
    board.work()
    with board.sessions.begin() as db:
        reminders.remind(db, board.desk, board.now)
    board.work()
    accepted = board.states.index(State.ACCEPTED) + 1
    board.hear(raw_mail(NASTY[1], NASTY[2], f"Je retire ma proposition P-{accepted}."))
    board.wait(70)
    board.tell()
    ours = next(row.message_id for row in letters(board) if row.kind == "acknowledgement" and row.raw)
    body = f"Ma nouvelle adresse est {EVES_OTHER}."
    board.hear(raw_mail(f"Re: {NASTY[1]}", NASTY[0], body, answers=ours))


def test_no_letter_of_any_kind_carries_a_strangers_header(engine: sa.Engine, tmp_path: Path) -> None:
    board = Board(engine, rule="one")
    settings = LettersConfig(questions="at once", max_per_address_per_day=500)
    board.desk = replace(board.desk, settings=settings)
    speakers_write(board)
    organisers_decide(board)
    days_go_by(board, tmp_path)

    found = letters(board)

    left = [row for row in found if row.state != LetterState.FAILED]
    for row in left:
        check(row)
    assert {row.kind for row in left} == KINDS


# --- Comments for colleagues -----------------------------------------------------------------------------


def test_what_is_meant_for_colleagues_is_in_no_letter_to_a_speaker(engine: sa.Engine) -> None:
    board = Board(engine, rule="votes", votes=2)
    board.propose(3)
    board.tell()
    board.answer(ODILE, "1 oui zorglub1\n\n2 non zorglub2, à l'auteur : merci\n\n3 peut-être 3/5 zorglub3")
    board.answer(TOM, "1 yes\nzorglub4\n\n2 no (zorglub5)\n\n3 waiting list: zorglub6")
    board.answer(INES, "3 liste d'attente – zorglub7")
    board.wait(70)
    board.hear(mail("Où en est ma proposition P-1 ?", sender="Ada Leroy <ada@ada.example>"))
    board.hear(mail("Je retire ma proposition P-1.", sender="Ada Leroy <ada@ada.example>"))
    board.wait(70)

    to_speakers = [row for row in letters(board) if row.recipient not in EVERYBODY]

    read = [email.message_from_bytes(row.raw, policy=email.policy.default) for row in to_speakers]
    words = [part.get_content() for one in read for part in one.walk() if not part.is_multipart()]
    assert {row.kind for row in to_speakers} >= {"accepted", "declined", "waitlisted", "transcript"}
    assert [text for text in words if "zorglub" in text.casefold()] == []
    assert len([text for text in words if "merci" in text and "Les organisateurs ajoutent" in text]) == 2
