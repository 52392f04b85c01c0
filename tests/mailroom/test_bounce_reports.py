"""Whom a letter did not reach, whether for good, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.mailroom.incoming import Returned, read_mail

MAIL = Path(__file__).parents[1] / "mail"
OURS = "From: Journee <j@callboard.test>\r\nTo: ada@old.example\r\nMessage-ID: <letter-9@callboard.test>\r\n\r\nBonjour"


def report(*groups: str) -> bytes:
    """A delivery report (RFC 3464) about a letter of ours."""
    status = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example", *groups))
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: j@callboard.test\r\nSubject: Delivery\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="R"\r\n\r\n'
        f"--R\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        f"--R\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"\r\n--R\r\nContent-Type: message/rfc822\r\n\r\n{OURS}\r\n--R--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            "Final-Recipient: rfc822; ada@old.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 <ada@old.example>:\r\n User unknown",
            Returned("ada@old.example", True, "550 5.1.1 <ada@old.example>: User unknown"),
        ),
        (
            "Original-Recipient: rfc822;ada@old.example\r\nAction: delayed\r\nStatus: 4.4.1 (no answer)",
            Returned("ada@old.example", False, "4.4.1"),
        ),
        (
            "Final-Recipient: rfc822;<ada@old.example>\r\nAction: FAILED\r\nStatus: 5.2.2\r\n"
            "Diagnostic-Code: X-Unix; mailbox full",
            Returned("ada@old.example", True, "5.2.2 mailbox full"),
        ),
    ],
)
def test_a_report_says_who_and_why(fields: str, expected: Returned) -> None:
    mail = read_mail(report(fields))

    assert mail.returned == (expected,)
    assert mail.returned_message_ids == ("<letter-9@callboard.test>",)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_receipt_is_nobody_unreached(action: str) -> None:
    assert (
        read_mail(
            report(f"Final-Recipient: rfc822; ada@old.example\r\nAction: {action}\r\nStatus: 2.0.0")
        ).returned
        == ()
    )


def test_a_flood_of_recipients_is_cut() -> None:
    groups = [
        f"Final-Recipient: rfc822; a{n}@old.example\r\nAction: failed\r\nStatus: 5.1.1" for n in range(500)
    ]

    assert len(read_mail(report(*groups)).returned) == 50


def test_a_servers_words_stay_on_one_line() -> None:
    long = (
        "Final-Recipient: rfc822; a@old.example\r\nAction: failed\r\nDiagnostic-Code: smtp; "
        + "550 no\x07 " * 99
    )

    (found,) = read_mail(report(long)).returned

    assert len(found.reason) <= 200
    assert found.reason.isprintable()


def test_a_large_letter_that_comes_back_is_still_told_to_have_come_back() -> None:
    homely = (MAIL / "bounce-old.eml").read_bytes() + b"The attendance, seat by seat.\r\n" * 150_000

    assert [(one.recipient, one.permanent) for one in read_mail(homely).returned] == [
        ("nobody@old.example", True)
    ]
