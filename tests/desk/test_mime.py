"""A letter's bytes: strict parsers read them back, and no stranger's word becomes a header."""

from __future__ import annotations

import email
import email.policy
import smtplib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.desk import letters
from callboard.desk.enclosures import Enclosure
from callboard.desk.letters import Letter, build
from callboard.desk.wording import one_line
from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import Address, read_mail
from callboard.templating import Templates
from servers import SmtpSink
from weaving import ADA, CALL, CARD, HOSTILE, HOSTILE_CARD, US

LETTER = letters.acknowledgement(Templates(), CALL, CARD, ADA, US)
NAMES = [
    "Date", "From", "Reply-To", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip


def bytes_of(
    letter: Letter = LETTER,
    *,
    sender: Address = US,
    in_reply_to: str | None = "<question@mail.example>",
    references: Sequence[str] = ("<call@mail.example>", "<question@mail.example>"),
) -> bytes:
    return build(
        letter,
        sender=sender,
        message_id="<acknowledgement.7.0123456789ab@example.org>",
        date=datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
        in_reply_to=in_reply_to,
        references=tuple(references),
        auto_submitted="auto-replied",
    )


def parsed(raw: bytes) -> EmailMessage:
    """Read by the standard library's strictest parser, which raises for any defect."""
    message = email.message_from_bytes(raw, policy=email.policy.strict)
    assert isinstance(message, EmailMessage)
    return message


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_is_read_back_as_it_was_written() -> None:
    message = parsed(bytes_of())

    assert {name: str(message[name]) for name in NAMES[:-1]} == {
        "Date": "Tue, 01 Dec 2026 09:30:00 +0000",
        "From": "Journée Tissage et calcul <propositions@example.org>",
        "Reply-To": "Journée Tissage et calcul <propositions@example.org>",
        "To": "Ada Lemoine <ada@example.net>",
        "Subject": "Proposition reçue\u202f: Des cartes perforées aux motifs vivants [P-7]",
        "Message-ID": "<acknowledgement.7.0123456789ab@example.org>",
        "In-Reply-To": "<question@mail.example>",
        "References": "<call@mail.example> <question@mail.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "fr",
        "MIME-Version": "1.0",
    }
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert (content(message, "plain"), content(message, "html")) == (LETTER.text, LETTER.html)


@pytest.mark.parametrize(
    "letter",
    [LETTER, letters.acknowledgement(Templates(), CALL, HOSTILE_CARD, Address(HOSTILE, "x@example.net"), US)],
)
def test_a_letter_survives_any_relay(letter: Letter) -> None:
    """7-bit, CRLF only, no line that a relay folds (RFC 5322, section 2.1.1) or a mailer takes for the end."""
    raw = bytes_of(letter)

    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 78 or line == b"."] == []


NAMES_OF_FILES = [
    "Résumé.pdf",
    "плакат.pdf",
    "\U0001f40c" * 60 + ".pdf",
    "＂evil＂／x.pdf",
    "plain-name_(2).pdf",
]


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_a_file_goes_with_the_letter_byte_for_byte_under_its_name(name: str) -> None:
    raw = bytes_of(replace(LETTER, files=(Enclosure(name, "application/pdf", bytes(range(256)) * 30),)))

    (file,) = parsed(raw).iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (name, "application/pdf")
    assert file.get_content() == bytes(range(256)) * 30
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322, section 2.1.1
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert content(parsed(raw), "plain") == LETTER.text


def test_a_new_conversation_has_no_thread_headers() -> None:
    message = parsed(bytes_of(in_reply_to=None, references=()))

    assert message.keys() == [n for n in NAMES if n not in ("In-Reply-To", "References")]


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert bytes_of() == bytes_of()


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=300))
def test_no_name_or_subject_adds_a_header(name: str, subject: str) -> None:
    letter = replace(LETTER, recipient=Address(name, "x@example.net"), subject=subject)

    message = parsed(bytes_of(letter, sender=replace(US, name=name)))

    assert message.keys() == [n for n in NAMES if n != "Subject" or one_line(subject)]
    assert [a.addr_spec for a in message["to"].addresses] == ["x@example.net"]
    assert [a.addr_spec for a in message["from"].addresses] == ["propositions@example.org"]


@pytest.mark.parametrize(
    "subject",
    [
        HOSTILE,
        "=?utf-8?q?Subject?= caché",
        "=?utf-8?q?Bcc=3A_x?=",
        "Titre " * 60,
        "Évaluer " * 40,
        "سلام " * 40,
        "👩‍🔬" * 30,
        "x" * 500,
        " , ; : \" ' \\ ( ) < > @ ",
    ],
)
def test_a_subject_is_folded_and_read_back(subject: str) -> None:
    message = parsed(bytes_of(replace(LETTER, subject=subject)))

    assert str(message["subject"]) == one_line(subject)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lemoine", "Ada Lemoine"),
        ('Lemoine, Ada (Lille) "L\\L"', 'Lemoine, Ada (Lille) "L\\L"'),
        ("Óscar d’Ors", "Óscar d’Ors"),
        ("=?utf-8?q?Ada?=", "=?utf-8?q?Ada?="),
        ("李小龍" * 20, "李小龍" * 4 + "…"),
        ("Journée d’étude sur le tissage et le calcul", "Journée d’étude sur le tissage…"),
        ("Ada\r\nBcc: victim", "Ada Bcc: victim"),
        ("victim@example.com", ""),
        ("", ""),
        ("mot " * 100, "mot " * 8 + "mot…"),
    ],
)
def test_a_name_is_shown_as_written(name: str, shown: str) -> None:
    message = parsed(bytes_of(replace(LETTER, recipient=Address(name, "ada@example.net"))))

    assert [(a.display_name, a.addr_spec) for a in message["to"].addresses] == [(shown, "ada@example.net")]


def test_an_international_domain_is_written_in_ascii() -> None:
    raw = bytes_of(replace(LETTER, recipient=Address("Ada", "ada@université.example")))

    assert (raw.isascii(), str(parsed(raw)["to"])) == (True, "Ada <ada@xn--universit-j4a.example>")


def test_an_international_address_keeps_its_letters() -> None:
    """RFC 6532: such a letter needs SMTPUTF8, which the mailer asks for."""
    raw = bytes_of(replace(LETTER, recipient=Address("", "zoë@example.net")))

    assert b"To: zo\xc3\xab@example.net\r\n" in raw


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.net",
        "a@b@c",
        "ada@example.net\r\nBcc: x@y",
        "a,b@example.net",
        "<ada@example.net>",
        "a b@example.net",
        "x@a..b.é",
        "ada@" + "é" * 200,
    ],
)
def test_an_address_that_is_none_is_refused_for_a_person_to_see(address: str) -> None:
    with pytest.raises(UnreadableMail) as caught:
        bytes_of(replace(LETTER, recipient=Address("Ada", address)))

    assert str(caught.value) in (
        "the sender's address is not one that a letter can be sent to",
        "the domain of the sender's address is not one that a letter can be sent to",
    )


@pytest.mark.parametrize(
    "message_id",
    ["", "no brackets@x", "<a b@x>", "<a@x>\r\nBcc: y", "<é@x>", "<" + "a" * 600 + "@x>", "<a@x><b@x>"],
)
def test_a_broken_message_id_is_left_out(message_id: str) -> None:
    message = parsed(bytes_of(in_reply_to=message_id, references=("<ok@x>", message_id)))

    assert (message["in-reply-to"], message["references"]) == (None, "<ok@x>")


def test_a_long_thread_keeps_its_beginning_and_its_end() -> None:
    message = parsed(bytes_of(references=[f"<{n}@mail.example>" for n in range(500)]))

    assert message["references"].split() == [
        "<0@mail.example>",
        *(f"<{n}@mail.example>" for n in range(481, 500)),
    ]


def test_our_own_reader_sees_that_a_letter_is_no_persons() -> None:
    """Two Callboards that write to each other stop after one letter each."""
    mail = read_mail(bytes_of())

    assert (mail.auto_submitted, mail.defects) == ("auto-replied", ())
    assert mail.in_reply_to == ("<question@mail.example>",)


def test_a_letter_arrives_as_it_was_written() -> None:
    with SmtpSink(utf8=False) as sink, smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        client.sendmail(US.address, [ADA.address], bytes_of())

        assert [mail.content for mail in sink.mails] == [bytes_of()]


def test_building_a_letter_is_cheaper_than_the_standard_librarys_way() -> None:
    """Performance notes: EmailMessage's header machinery is what a letter costs most."""
    headers = [
        (n, str(v)) for n, v in parsed(bytes_of()).items() if n not in ("MIME-Version", "Content-Type")
    ]

    def by_library() -> None:
        message = EmailMessage()
        for name, value in headers:
            message[name] = value
        message.set_content(LETTER.text)
        message.add_alternative(LETTER.html, subtype="html")
        message.as_bytes(policy=email.policy.SMTP)

    assert cost(bytes_of) < cost(by_library) / 2


def cost(action: Callable[[], object]) -> float:
    """CPU seconds of the best of five."""
    times = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(5):
            action()
        times.append(time.process_time() - begun)
    return min(times)
