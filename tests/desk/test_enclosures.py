"""The documents that a proposal came with go with the letter that shows it whole, as far as they fit."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from callboard.desk.enclosures import enclose, file_name
from callboard.mailroom.mail import Attachment, IncomingMail
from conversing import Sent
from letters_in import mail
from reviewing import ODILE, Board
from townsfolk import docx, pdf

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
TEXT = ["Titre : Mesurer les crues", "", "Intervenante : Ada Leroy (Institut des crues)", "", "Résumé :"]
ABSTRACT = (
    "Les crues montent plus vite que les capteurs ne parlent. Nous reconstruisons les hauteurs manquantes par les "
    "stations voisines et par le relief, et disons où la méthode se trompe."
)


def with_files(raw: bytes, *files: tuple[str, str, bytes]) -> bytes:
    """The mail with these files: name, media type, content."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def proposing(*files: tuple[str, str, bytes]) -> bytes:
    body = "Bonjour,\n\nMa proposition d'exposé est en pièce jointe.\n\nAda Leroy\n"
    return with_files(mail(body, sender="Ada Leroy <ada@ada.example>"), *files)


def files_of(letter: Sent) -> list[tuple[str | None, str, bytes]]:
    """The letter as a strict parser reads it."""
    strict = email.message_from_bytes(letter.bytes.as_bytes(), policy=email.policy.strict)
    assert isinstance(strict, EmailMessage)
    return [(p.get_filename(), p.get_content_type(), p.get_content()) for p in strict.iter_attachments()]


def ask(board: Board, words: str = "?1") -> Sent:
    (letter, *_) = [x for x in board.answer(ODILE, words) if x.kind == "full"]
    return letter


RESUME = ("Résumé.pdf", PDF, pdf([*TEXT, ABSTRACT]))


@pytest.fixture
def board(engine: sa.Engine) -> Board:
    """One proposal that came as a PDF, beside a picture and a program."""
    board = Board(engine)
    picture, program = (
        ("moi.png", "image/png", b"\x89PNG"),
        ("setup.pdf.exe", "application/x-msdownload", b"MZ"),
    )
    board.hear(proposing(RESUME, picture, program))
    board.tell()
    return board


def test_the_whole_proposal_comes_with_its_document_and_with_nothing_else(board: Board) -> None:
    letter = ask(board)

    assert files_of(letter) == [("P-1 Résumé.pdf", PDF, RESUME[2])]
    assert re.search(r"Documents de la proposition : - P-1 Résumé.pdf \(\d+ ko\) Avis", letter.text)
    assert [part.get_content_type() for part in letter.bytes.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        PDF,
    ]


def test_an_answer_to_a_letter_with_a_document_decides(board: Board) -> None:
    board.answer(ODILE, "1 oui", to=ask(board))

    assert board.states == ["accepted"]


def test_a_corrected_document_comes_beside_the_first_and_the_same_one_once(board: Board) -> None:
    second = ("Résumé.pdf", PDF, pdf([*TEXT, ABSTRACT, "Et une phrase de plus, sur le bassin de la Loire."]))
    answer = "Bonjour,\n\nVoici ma proposition P-1 corrigée, le résumé est en pièce jointe.\n\nAda Leroy\n"
    board.hear(with_files(mail(answer, sender="Ada Leroy <ada@ada.example>"), second, RESUME))
    assert board.actions() == ["proposed", "revised"]

    assert files_of(ask(board)) == [
        ("P-1 Résumé.pdf", PDF, RESUME[2]),
        ("P-1 Résumé (2).pdf", PDF, second[2]),
    ]


def test_what_is_too_large_is_named_with_its_size(engine: sa.Engine) -> None:
    board = Board(engine, documents_megabytes=1)
    large = RESUME[2] + b"\n% " + b"x" * 1_200_000
    board.hear(proposing(("Résumé.pdf", PDF, large)))
    board.tell()

    letter = ask(board)

    assert files_of(letter) == []
    assert (
        "- P-1 Résumé.pdf (1,2 Mo) n'est pas joint, il est trop volumineux pour cette lettre" in letter.text
    )


def test_letters_of_one_answer_share_their_room(engine: sa.Engine) -> None:
    board = Board(engine, documents_megabytes=1)
    for name in ("Ada", "Bao"):
        text = [*TEXT[:2], f"Intervenante : {name} Leroy (Institut de {name})", "", "Résumé :", ABSTRACT]
        large = pdf([line.replace("crues", f"crues de {name}") for line in text]) + b"\n% " + b"x" * 600_000
        body = f"Bonjour,\n\nMa proposition d'exposé est en pièce jointe.\n\n{name} Leroy\n"
        sender = f"{name} Leroy <{name.lower()}@{name.lower()}.example>"
        board.hear(with_files(mail(body, sender=sender), ("a.pdf", PDF, large)))
    board.tell()

    letters = [x for x in board.answer(ODILE, "?1, 2") if x.kind == "full"]

    assert [[name for name, _, _ in files_of(x)] for x in letters] == [["P-1 a.pdf"], []]
    assert [[name for name, _, _ in files_of(ask(board, "?2\nmerci"))]] == [["P-2 a.pdf"]]


# --- Names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Résumé.pdf", "P-3 Résumé.pdf"),
        ("RÉSUMÉ.PDF", "P-3 RÉSUMÉ.pdf"),
        ("paper.pdf.exe", "P-3 paper.pdf.exe.pdf"),
        ("photo\u202egnp.pdf", "P-3 photognp.pdf"),
        ("../../etc/passwd", "P-3 etc passwd.pdf"),
        ("C:\\autoexec.bat", "P-3 C autoexec.bat.pdf"),
        ('a"; name="b.exe', "P-3 a ; name= b.exe.pdf"),
        ("a\r\nContent-Type: text/html\r\n\r\n<b>.pdf", "P-3 a Content-Type text html b.pdf"),
        ("a\u200b\u0000\u0007b.pdf", "P-3 ab.pdf"),
        ("＂evil＂／x.pdf", "P-3 ＂evil＂／x.pdf"),
        ("….pdf", "P-3 ….pdf"),
        ("...", "P-3.pdf"),
        ("", "P-3.pdf"),
        (None, "P-3.pdf"),
        ("x" * 300 + ".pdf", "P-3 " + "x" * 60 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(name: str | None, safe: str) -> None:
    assert file_name(Attachment(name, PDF, 3, b"abc"), "P-3") == safe


@pytest.mark.parametrize(
    "kind", ["text/html", "application/zip", "text/plain", "application/x-msdownload", ""]
)
def test_only_documents_that_can_be_a_proposal_go_along(kind: str) -> None:
    files = [
        Attachment("a.pdf", kind, 3, b"abc"),
        Attachment("b", ODT, 3, b"abd"),
        Attachment("c", DOCX, 3, b"c"),
    ]

    enclosed = enclose([IncomingMail("", None, "", attachments=tuple(files))], "P-3", 100)

    assert [(x.name, x.media_type) for x in enclosed.files] == [("P-3 b.odt", ODT), ("P-3 c.docx", DOCX)]


def test_documents_of_a_mail_that_was_passed_on_go_along_and_those_never_fetched_are_named() -> None:
    inner = IncomingMail("", None, "", attachments=(Attachment("a.docx", DOCX, 4, docx(["a"])),))
    outer = IncomingMail(
        "", None, "", attachments=(Attachment("b.pdf", PDF, 9_000_000, None),), forwarded=(inner,)
    )

    enclosed = enclose([outer], "P-3", 10_000)

    assert [x.name for x in enclosed.files] == ["P-3 a.docx"]
    assert [(x.name, x.size) for x in enclosed.left_out] == [("P-3 b.pdf", 9_000_000)]
