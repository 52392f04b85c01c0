"""Letters handed to a real SMTP server: what it takes, what it refuses, and when it goes away."""

from __future__ import annotations

import base64
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from callboard.config import SmtpConfig
from callboard.errors import LetterRefused, MailerDown, ServerTrouble
from callboard.mailroom.mailer import Mailer, wire_format
from faults import FaultProxy
from servers import PASSWORD, Certificates, SentMail, SmtpSink, free_port, make_certificates

# aiosmtpd's advice to those who run it for others.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

US = "organisers@example.org"
ADA = "ada@example.org"
LETTER = b"From: organisers@example.org\r\nSubject: Received\r\n\r\nThank you.\r\n"


def mailer(config: SmtpConfig, password: str | None = PASSWORD, timeout: float = 10) -> Mailer:
    return Mailer(config, password, timeout)


@contextmanager
def greeting(lines: list[bytes]) -> Iterator[SmtpConfig]:
    """A server that answers each line of the client with the next of these, for what aiosmtpd never says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as heard:
                for line in lines:
                    connection.sendall(line)
                    heard.readline()

    threading.Thread(target=talk, daemon=True).start()
    with listener:
        port = listener.getsockname()[1]
        yield SmtpConfig(host="127.0.0.1", port=port, tls="none", address=US)


# ------------------------------------------------------------------------------- handing over


def test_a_letter_arrives_byte_for_byte(smtp_sink):
    with mailer(smtp_sink.config()) as post:
        post.send(US, ADA, LETTER)

    assert smtp_sink.mails == [SentMail(US, (ADA,), LETTER)]


def test_many_letters_go_over_one_connection(smtp_sink):
    with mailer(smtp_sink.config()) as post:
        for number in range(5):
            post.send(US, f"speaker{number}@example.org", LETTER)

    assert [mail.recipients for mail in smtp_sink.mails] == [(f"speaker{n}@example.org",) for n in range(5)]
    assert smtp_sink.handler.verbs.count("EHLO") == 1


def test_without_letters_no_connection_is_made():
    with mailer(SmtpConfig(host="smtp.invalid", address=US)) as post:
        assert isinstance(post, Mailer)


def test_lines_that_begin_with_a_dot_arrive_whole(smtp_sink):
    """RFC 5321, section 4.5.2."""
    raw = b"Subject: dots\r\n\r\n.\r\n..two\r\nnot.here\r\n.end\r\n"

    with mailer(smtp_sink.config()) as post:
        post.send(US, ADA, raw)

    assert smtp_sink.mails[0].content == raw


@pytest.mark.parametrize(
    ("raw", "on_the_wire"),
    [
        (b"a\nb\n", b"a\r\nb\r\n.\r\n"),
        (b"a\r\nb", b"a\r\nb\r\n.\r\n"),
        (b"a\rb\r\n", b"a\r\nb\r\n.\r\n"),
        (b".a\r\n", b"..a\r\n.\r\n"),
        # A line end that only some servers take for one must not end the letter early.
        (b"a\n.\nMAIL FROM:<x@y>\n", b"a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_line_ends_are_crlf_and_the_dot_stands_alone_once(raw, on_the_wire):
    assert wire_format(raw) == on_the_wire


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_letters_go_encrypted_and_logged_in(certificates, tls):
    with SmtpSink(certificates, tls=tls, auth=True) as sink, mailer(sink.config()) as post:
        post.send(US, ADA, LETTER)

    assert sink.mails == [SentMail(US, (ADA,), LETTER)]


def test_a_login_with_accents_is_sent_as_utf8(certificates, monkeypatch):
    """RFC 4616. The patched name is the sink's own password, no part of the product."""
    monkeypatch.setattr("servers.PASSWORD", "mot de passé")
    with (
        SmtpSink(certificates, tls="starttls", auth=True) as sink,
        mailer(sink.config(), "mot de passé") as post,
    ):
        post.send(US, ADA, LETTER)

    assert [mail.recipients for mail in sink.mails] == [(ADA,)]


def test_an_idle_connection_that_the_server_closed_is_made_anew(smtp_sink):
    with mailer(smtp_sink.config()) as post:
        post.send(US, ADA, LETTER)
        smtp_sink.hang_up()

        post.send(US, "eve@example.org", LETTER)

    assert [mail.recipients for mail in smtp_sink.mails] == [(ADA,), ("eve@example.org",)]


def test_an_idle_connection_that_the_server_is_closing_is_made_anew(smtp_sink):
    with mailer(smtp_sink.config()) as post:
        post.send(US, ADA, LETTER)
        smtp_sink.script["MAIL"] = ["421 4.4.2 idle for too long"]

        post.send(US, "eve@example.org", LETTER)

    assert [mail.recipients for mail in smtp_sink.mails] == [(ADA,), ("eve@example.org",)]


# ----------------------------------------------------------------------------------- addresses


def test_a_domain_with_accents_is_written_in_ascii(smtp_sink):
    with mailer(smtp_sink.config()) as post:
        post.send(US, "ada@université.example", LETTER)

    assert smtp_sink.mails[0].recipients == ("ada@xn--universit-j4a.example",)


def test_a_name_with_accents_is_sent_where_the_server_offers_it(smtp_sink):
    """RFC 6531."""
    with mailer(smtp_sink.config()) as post:
        post.send(US, "renée@example.org", LETTER)

    assert smtp_sink.mails[0].recipients == ("renée@example.org",)


def test_a_name_with_accents_is_refused_where_the_server_does_not_offer_it():
    with SmtpSink(utf8=False) as sink, mailer(sink.config()) as post:
        with pytest.raises(LetterRefused) as refused:
            post.send(US, "renée@example.org", LETTER)
        post.send(US, ADA, LETTER)

    assert (refused.value.permanent, refused.value.code) == (True, None)
    assert [mail.recipients for mail in sink.mails] == [(ADA,)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example.org\r\nDATA",
        "ada@example.org>\r\nRCPT TO:<eve@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org> SIZE=1",
        "Ada <ada@example.org>",
        "ada@" + "é" * 80 + ".org",
    ],
)
def test_what_is_not_one_address_never_reaches_the_server(smtp_sink, address):
    with mailer(smtp_sink.config()) as post:
        with pytest.raises(LetterRefused) as refused:
            post.send(US, address, LETTER)
        post.send(US, ADA, LETTER)

    assert refused.value.permanent
    assert [mail.recipients for mail in smtp_sink.mails] == [(ADA,)]


# ---------------------------------------------------------------------------- refused letters


@pytest.mark.parametrize(
    ("verb", "answer", "permanent", "code"),
    [
        ("RCPT", "550 5.1.1 no such user", True, 550),
        ("RCPT", "450 4.2.0 greylisted", False, 450),
        ("RCPT", "421 4.3.2 closing", False, 421),
        ("DATA", "554 5.7.1 looks like spam", True, 554),
        # The recipient's own limits.
        (
            "RCPT",
            "450 4.2.1 The user you are trying to contact is receiving mail at a rate too high",
            False,
            450,
        ),
        ("DATA", "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", False, 432),
        ("RCPT", "552 5.2.2 The recipient's mailbox is over quota", True, 552),
        ("DATA", "451 4.3.0 disk full", False, 451),
        ("MAIL", "452 4.3.1 try later", False, 452),
        ("MAIL", "552 5.3.4 too large", True, 552),
    ],
)
def test_a_refused_letter_does_not_stop_the_next(smtp_sink, verb, answer, permanent, code):
    smtp_sink.script[verb] = [answer]

    with mailer(smtp_sink.config()) as post:
        with pytest.raises(LetterRefused) as refused:
            post.send(US, ADA, LETTER)
        post.send(US, "eve@example.org", LETTER)

    assert (refused.value.permanent, refused.value.code, refused.value.uncertain) == (permanent, code, False)
    assert str(refused.value) == answer
    assert [mail.recipients for mail in smtp_sink.mails] == [("eve@example.org",)]


def test_a_letter_that_is_too_large_is_refused_before_it_is_sent(certificates):
    """RFC 1870."""
    with SmtpSink() as sink, mailer(sink.config()) as post, pytest.raises(LetterRefused) as refused:
        post.send(US, ADA, b"a: b\r\n\r\n" + b"x" * (41 * 2**20))

    assert refused.value.permanent
    assert "DATA" not in sink.handler.verbs


def test_a_lost_last_answer_leaves_it_open_whether_the_letter_went(smtp_sink):
    smtp_sink.handler.lose_replies = 1

    with mailer(smtp_sink.config()) as post:
        with pytest.raises(LetterRefused) as refused:
            post.send(US, ADA, LETTER)
        post.send(US, "eve@example.org", LETTER)

    assert (refused.value.permanent, refused.value.uncertain) == (False, True)
    assert [mail.recipients for mail in smtp_sink.mails] == [(ADA,), ("eve@example.org",)]


def test_a_last_answer_that_never_comes_leaves_it_open_too(smtp_sink):
    with FaultProxy(smtp_sink.port) as proxy, mailer(smtp_sink.config(port=proxy.port), timeout=1) as post:
        post.send(US, ADA, LETTER)
        proxy.stall_on = b"\r\n.\r\n"

        with pytest.raises(LetterRefused) as refused:
            post.send(US, "eve@example.org", LETTER)

    assert (refused.value.permanent, refused.value.uncertain) == (False, True)


# ------------------------------------------------------------------------- the server is away


def trouble_of(config: SmtpConfig, password: str | None = PASSWORD, timeout: float = 10) -> tuple[str, str]:
    with pytest.raises(MailerDown) as down, mailer(config, password, timeout) as post:
        post.send(US, ADA, LETTER)
    return down.value.trouble, str(down.value)


@pytest.mark.parametrize("command", [b"ehlo", b"mail", b"rcpt", b"DATA\r\n"])
def test_a_connection_dropped_before_the_letter_leaves_it_unsent(smtp_sink, command):
    with FaultProxy(smtp_sink.port) as proxy:
        proxy.cut_on = command
        trouble, _ = trouble_of(smtp_sink.config(port=proxy.port))

    assert trouble == ServerTrouble.DROPPED
    assert smtp_sink.mails == []


def test_a_server_without_starttls_gets_neither_password_nor_letter(smtp_sink):
    trouble, message = trouble_of(smtp_sink.config(tls="starttls", user=US))

    assert trouble == ServerTrouble.TLS
    assert message == (
        f"smtp (127.0.0.1:{smtp_sink.port}) offers no STARTTLS; "
        'set tls = "tls" and its port, letters never go out in clear text'
    )
    assert smtp_sink.handler.verbs == ["EHLO"]


def test_a_server_without_any_login_is_told(smtp_sink):
    trouble, message = trouble_of(smtp_sink.config(user=US))

    assert trouble == ServerTrouble.LOGIN
    assert "offers no login that we can use" in message


def test_a_refused_login_is_told_without_the_password(certificates, caplog):
    caplog.set_level(logging.DEBUG)
    with SmtpSink(certificates, tls="starttls", auth=True) as sink:
        trouble, message = trouble_of(sink.config(), "not-the-password")

    assert trouble == ServerTrouble.LOGIN
    assert message.startswith(f"smtp (127.0.0.1:{sink.port}) refused the login (535 ")
    assert "not-the-password" not in message + caplog.text


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(certificates, tls):
    with SmtpSink(certificates, tls=tls) as sink:
        trouble, message = trouble_of(sink.config(ca_file=None))

    assert trouble == ServerTrouble.TLS
    assert "a private authority belongs in ca_file" in message
    assert sink.mails == []


def test_a_certificate_for_another_name_is_refused(tmp_path):
    with SmtpSink(make_certificates(tmp_path, "smtp.example.org"), tls="starttls") as sink:
        trouble, message = trouble_of(sink.config())

    assert trouble == ServerTrouble.TLS
    assert "host must be a name on the certificate" in message


def test_a_name_that_does_not_exist_is_told():
    trouble, message = trouble_of(SmtpConfig(host="smtp.invalid", address=US))

    assert trouble == ServerTrouble.ADDRESS
    assert message == "smtp (smtp.invalid:587) is not a name that can be found; correct host"


def test_a_port_that_nobody_listens_on_is_told():
    trouble, _ = trouble_of(SmtpConfig(host="127.0.0.1", port=free_port(), address=US))

    assert trouble == ServerTrouble.UNREACHABLE


def test_a_server_that_says_nothing_times_out(smtp_sink):
    with FaultProxy(smtp_sink.port) as proxy:
        proxy.stall = True

        trouble, message = trouble_of(smtp_sink.config(port=proxy.port), timeout=0.5)

    assert trouble == ServerTrouble.TIMEOUT
    assert "did not answer within 0.5 s" in message


def test_a_server_that_falls_silent_in_the_middle_times_out(smtp_sink):
    with FaultProxy(smtp_sink.port) as proxy:
        proxy.stall_on = b"rcpt"

        trouble, _ = trouble_of(smtp_sink.config(port=proxy.port), timeout=0.5)

    assert trouble == ServerTrouble.TIMEOUT


@pytest.mark.parametrize(
    ("verb", "answer", "trouble"),
    [
        ("MAIL", "421 4.3.2 too many connections", ServerTrouble.BUSY),
        ("MAIL", "451 4.7.0 Temporary message rate limit exceeded", ServerTrouble.BUSY),
        ("DATA", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", ServerTrouble.BUSY),
        ("RCPT", "450 4.7.1 too many messages in the last hour", ServerTrouble.BUSY),
        ("RCPT", "452 4.5.3 request throttled", ServerTrouble.BUSY),
        # Codes of 500 and more that end by themselves: no letter is given up for them.
        (
            "DATA",
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
            ServerTrouble.QUOTA,
        ),
        ("DATA", "550 5.4.5 Daily user sending limit exceeded", ServerTrouble.QUOTA),
        ("MAIL", "550 5.4.5 Daily sending quota exceeded", ServerTrouble.QUOTA),
        ("MAIL", "530 5.7.0 authentication required", ServerTrouble.SENDER),
        ("MAIL", "553 5.7.1 sender address rejected: not owned by user", ServerTrouble.SENDER),
        ("RCPT", "554 5.7.1 Relay access denied", ServerTrouble.SENDER),
        ("RCPT", "550 we do not relay: relaying denied", ServerTrouble.SENDER),
        ("RCPT", "530 5.7.0 must issue STARTTLS first", ServerTrouble.SENDER),
        # Exchange takes MAIL FROM, and says no to the sender after the whole letter.
        ("DATA", "554 5.2.252 SendAsDenied; ada@x.example not allowed to send as us", ServerTrouble.SENDER),
        (
            "DATA",
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            ServerTrouble.SENDER,
        ),
        (
            "DATA",
            "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
            ServerTrouble.SENDER,
        ),
        ("DATA", "550 5.1.8 Access denied, bad outbound sender", ServerTrouble.SENDER),
        ("RCPT", "550 5.7.705 Access denied, tenant has exceeded threshold", ServerTrouble.SENDER),
    ],
)
def test_what_would_refuse_every_letter_gives_up_none(smtp_sink, verb, answer, trouble):
    smtp_sink.script[verb] = [answer]

    found, message = trouble_of(smtp_sink.config())

    assert found == trouble
    assert answer in message


def test_after_such_a_refusal_the_next_letter_starts_on_a_fresh_connection(smtp_sink):
    smtp_sink.script["RCPT"] = ["554 5.7.1 Relay access denied"]

    with mailer(smtp_sink.config()) as post:
        with pytest.raises(MailerDown):
            post.send(US, ADA, LETTER)
        post.send(US, ADA, LETTER)

    assert [mail.recipients for mail in smtp_sink.mails] == [(ADA,)]


@pytest.mark.parametrize("repeated", ["\0ada\0{}", "ada\0ada\0{}", "{}", "user=ada\1auth=Bearer {}\1\1"])
@pytest.mark.parametrize("before", ["", "AUTH PLAIN ", "line="])
def test_a_login_line_that_the_server_repeats_is_not_shown(repeated, before):
    line = base64.b64encode(repeated.format(PASSWORD).encode()).decode()
    answer = f"535 5.7.8 no such login: {before}{line} (sorry)\r\n".encode()

    with greeting([b"220 ready\r\n", b"250-hello\r\n250 AUTH PLAIN\r\n", answer]) as config:
        trouble, message = trouble_of(config.model_copy(update={"user": "ada"}))

    assert trouble == ServerTrouble.LOGIN
    assert line.rstrip("=") not in message
    assert "no such login: " in message
    assert "… (sorry)" in message


@pytest.mark.parametrize(
    ("lines", "trouble"),
    [
        ([b"554 no service for you\r\n"], ServerTrouble.BUSY),
        ([b"421 come back later\r\n"], ServerTrouble.BUSY),
        ([b"HTTP/1.1 400 Bad Request\r\n"], ServerTrouble.BUSY),
        ([b"220 ready\r\n", b"502 what\r\n", b"502 what\r\n"], ServerTrouble.BUSY),
        ([b"220 ready\r\n", b"250 hello\r\n"], ServerTrouble.DROPPED),
    ],
)
def test_a_server_that_does_not_serve_us_is_told(lines, trouble):
    with greeting(lines) as config:
        found, _ = trouble_of(config)

    assert found == trouble


# --------------------------------------------------------------------------- for callboard check


def test_check_tells_what_works_and_sends_nothing(certificates: Certificates):
    with SmtpSink(certificates, tls="starttls", auth=True) as sink, mailer(sink.config()) as post:
        said = post.check()

    assert said == f"smtp (127.0.0.1:{sink.port}) answers by TLS, logged in as {US}, and sends for {US}"
    assert sink.mails == []


def test_check_finds_out_that_the_sender_is_refused(smtp_sink):
    smtp_sink.script["MAIL"] = ["550 5.7.1 not your address"]

    with pytest.raises(MailerDown) as down, mailer(smtp_sink.config()) as post:
        post.check()

    assert str(down.value).endswith("(550 5.7.1 not your address); correct smtp.address or smtp.user")


def test_a_line_closed_at_one_letter_after_the_other_is_the_servers_wish(smtp_sink):
    """Once it may be about that letter, which must not hold up the others."""
    smtp_sink.script["RCPT"] = ["421 4.7.0 try again later"] * 2
    with mailer(smtp_sink.config()) as post:
        with pytest.raises(LetterRefused):
            post.send(US, ADA, LETTER)
        with pytest.raises(MailerDown) as down:
            post.send(US, "eve@example.org", LETTER)
        post.send(US, "tom@example.org", LETTER)

    assert down.value.trouble is ServerTrouble.BUSY
    assert [mail.recipients for mail in smtp_sink.mails] == [("tom@example.org",)]
