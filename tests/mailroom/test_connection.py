"""Encryption, logins and everything that can go wrong on the way to an IMAP server."""

from __future__ import annotations

import base64
import logging
import re
import time

import pytest

from callboard.errors import MailboxDown, ServerTrouble
from deliver import deliver, plain_mail
from faults import FaultProxy, ScriptedImap
from polling import (
    NEVER,
    fetched,
    one_message,
    opened,
    poll,
    three_messages,
    trouble_of,
)
from servers import PASSWORD, SmtpSink, free_port, make_certificates


@pytest.mark.parametrize("tls", ["tls", "starttls", "none"])
def test_a_mailbox_is_read_with_each_kind_of_encryption(dovecot, tls):
    deliver(dovecot, plain_mail(1))

    messages = fetched(poll(dovecot.config(tls=tls)))

    assert [m.raw for m in messages] == [plain_mail(1)]


def test_with_starttls_the_password_never_goes_in_clear_text(dovecot):
    with FaultProxy(dovecot.server.imap) as proxy:
        poll(dovecot.config(tls="starttls", port=proxy.port))

        clear = [line for line in proxy.sent.split(b"\r\n") if line[:1].isalpha() and line.isascii()]
    assert [line.split()[1] for line in clear if len(line.split()) == 2][:2] == [b"CAPABILITY", b"STARTTLS"]
    assert PASSWORD.encode() not in proxy.sent


def test_a_server_without_starttls_gets_no_password():
    with ScriptedImap() as server:
        trouble, message = trouble_of(server.config(tls="starttls"))

    assert trouble == ServerTrouble.TLS
    assert 'the server must offer STARTTLS, otherwise set tls = "tls"' in message
    assert [c for c in server.commands if c.startswith("LOGIN")] == []


def test_a_greeting_that_skips_the_login_does_not_skip_the_encryption():
    """RFC 9051 section 11.1: PREAUTH by a man in the middle would keep the client in clear text."""
    with ScriptedImap(capabilities="IMAP4rev1 STARTTLS", greeting=b"* PREAUTH welcome\r\n") as server:
        trouble_of(server.config(tls="starttls"))

    assert set(server.commands) == {"CAPABILITY"}


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(dovecot, tls):
    trouble, message = trouble_of(dovecot.config(tls=tls, ca_file=None))

    assert trouble == ServerTrouble.TLS
    assert "a private authority belongs in ca_file" in message


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_for_another_name_is_refused(dovecot, tls, tmp_path):
    other = make_certificates(tmp_path, "imap.example.org")
    with SmtpSink(other, tls="tls") as stranger:
        config = dovecot.config(port=stranger.port, ca_file=other.ca_file)

        trouble, message = trouble_of(config)

    assert trouble == ServerTrouble.TLS
    assert "host must be a name on the certificate" in message


def test_a_ca_file_that_is_missing_is_named(dovecot, tmp_path):
    trouble, message = trouble_of(dovecot.config(ca_file=tmp_path / "gone.pem"))

    assert trouble == ServerTrouble.TLS
    assert str(tmp_path / "gone.pem") in message


def test_tls_on_a_port_that_begins_in_clear_text_is_explained(dovecot):
    trouble, message = trouble_of(dovecot.config(port=dovecot.server.imap))

    assert trouble == ServerTrouble.TLS
    assert 'tls = "starttls" for a port that begins in clear text' in message


def test_a_refused_login_is_told_without_the_password(dovecot, caplog):
    caplog.set_level(logging.DEBUG)

    trouble, message = trouble_of(dovecot.config(), password="not-the-password")

    assert trouble == ServerTrouble.LOGIN
    assert message.startswith(f'mailbox "organisers" (127.0.0.1:{dovecot.server.imaps}) refused the login')
    assert "correct user and password" in message
    assert "not-the-password" not in message + caplog.text


def test_a_good_password_never_reaches_a_log(dovecot, caplog):
    caplog.set_level(logging.DEBUG)

    poll(dovecot.config(tls="none"))

    assert PASSWORD not in caplog.text


def test_no_word_of_a_message_reaches_a_log(dovecot, caplog):
    deliver(dovecot, plain_mail(1, "Strictly between us.\r\n"))
    caplog.set_level(logging.DEBUG)

    poll(dovecot.config())

    assert "between us" not in caplog.text


def test_a_password_that_a_server_repeats_is_taken_out_of_the_message():
    answers = {"LOGIN (?P<rest>.*)": lambda match: b"TAG BAD what is " + match["rest"].encode() + b"\r\n"}
    with ScriptedImap(answers) as server:
        _, message = trouble_of(server.config(), password="hunter2hunter2")

    assert "hunter2" not in message


def test_a_password_with_accents_is_sent_as_utf8():
    """RFC 4616; LOGIN knows only ASCII."""
    secret = base64.b64encode("\0ada\0mot de passé".encode()).decode()
    answers = one_message() | {"AUTHENTICATE PLAIN": b"+ \r\n", re.escape(secret): b""}
    with ScriptedImap(answers) as server, opened(server.config(), "mot de passé") as mailbox:
        messages = fetched(list(mailbox.poll(NEVER, None)))

    assert [m.uid for m in messages] == [1]


def test_a_name_that_does_not_exist_is_told(dovecot):
    trouble, message = trouble_of(dovecot.config(host="imap.invalid"))

    assert trouble == ServerTrouble.ADDRESS
    assert message.endswith("is not a name that can be found; correct host")


def test_a_port_that_nobody_listens_on_is_told(dovecot):
    trouble, message = trouble_of(dovecot.config(port=free_port()))

    assert trouble == ServerTrouble.UNREACHABLE
    assert message.endswith("accepts no connection; check host and port")


@pytest.mark.parametrize("tls", ["tls", "none"])
def test_a_server_that_says_nothing_times_out(dovecot, tls):
    """Field note 15."""
    with FaultProxy(dovecot.server.imaps if tls == "tls" else dovecot.server.imap) as proxy:
        proxy.stall = True

        trouble, message = trouble_of(dovecot.config(tls=tls, port=proxy.port), timeout_seconds=0.5)

    assert trouble == ServerTrouble.TIMEOUT
    assert "did not answer within 0.5 s" in message


def test_a_server_that_falls_silent_in_the_middle_times_out(dovecot):
    deliver(dovecot, plain_mail(1))
    with FaultProxy(dovecot.server.imap) as proxy:
        config = dovecot.config(tls="none", port=proxy.port)
        with pytest.raises(MailboxDown) as down, opened(config, timeout_seconds=0.5) as mailbox:
            proxy.stall = True
            list(mailbox.poll(NEVER, None))

    assert down.value.trouble == ServerTrouble.TIMEOUT


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("command", [b"STATUS", b"EXAMINE", b"UID SEARCH", b"RFC822.SIZE", b"BODY.PEEK"])
def test_a_dropped_connection_loses_nothing(dovecot, command, reset):
    """Field note 16: the next poll with the old cursor brings everything."""
    deliver(dovecot, plain_mail(1), plain_mail(2))
    with FaultProxy(dovecot.server.imap) as proxy:
        proxy.cut_on, proxy.reset = command, reset
        trouble, _ = trouble_of(dovecot.config(tls="none", port=proxy.port))

    assert trouble == ServerTrouble.DROPPED
    assert [m.uid for m in fetched(poll(dovecot.config()))] == [1, 2]


def test_a_connection_cut_in_the_middle_of_a_body_gives_no_half_message(dovecot):
    """Field note 16."""
    deliver(dovecot, plain_mail(1, "x" * 50_000))
    with FaultProxy(dovecot.server.imap) as proxy:
        proxy.cut_after = 20_000
        trouble, _ = trouble_of(dovecot.config(tls="none", port=proxy.port))

    assert trouble == ServerTrouble.DROPPED


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"TAG NO [OVERQUOTA] too much today\r\n", ServerTrouble.QUOTA),
        (b"TAG NO Account exceeded command or bandwidth limits. (Failure)\r\n", ServerTrouble.QUOTA),
        (b"TAG NO [UNAVAILABLE] back-end is down\r\n", ServerTrouble.BUSY),
        (b"TAG BAD User is authenticated but not connected.\r\n", ServerTrouble.BUSY),
        (b"* BYE too many connections\r\n", ServerTrouble.BUSY),
        (b"TAG NO [ALERT] Too many simultaneous connections. (Failure)\r\n", ServerTrouble.BUSY),
        (b"TAG NO [LIMIT] maximum number of connections from user+IP exceeded\r\n", ServerTrouble.BUSY),
        (b"TAG NO [INUSE] mailbox in use\r\n", ServerTrouble.BUSY),
        (b"TAG NO [THROTTLED] slower\r\n", ServerTrouble.BUSY),
        (b"TAG NO Request is throttled. Suggested Backoff Time: 299910 milliseconds\r\n", ServerTrouble.BUSY),
        (b"TAG NO Server Unavailable. 15\r\n", ServerTrouble.BUSY),
        (b"TAG NO Lookup failed b17mb443604527ign.\r\n", ServerTrouble.BUSY),
        (b"TAG NO [TEMPFAIL] temporary failure\r\n", ServerTrouble.BUSY),
        (b"TAG NO [ALERT] Application-specific password required (Failure)\r\n", ServerTrouble.LOGIN),
        (b"TAG NO LOGIN invalid credentials or IMAP is disabled\r\n", ServerTrouble.LOGIN),
        (b"* BYE going down\r\n", ServerTrouble.DROPPED),
        (b"TAG NO [AUTHENTICATIONFAILED] no\r\n", ServerTrouble.LOGIN),
        (b"TAG NO [PRIVACYREQUIRED] no clear text here\r\n", ServerTrouble.TLS),
        (b"rubbish\r\n", ServerTrouble.DROPPED),
    ],
)
def test_the_servers_reasons_at_login_are_told_apart(answer, trouble):
    """Field notes 27, 30 and 31."""
    with ScriptedImap({"LOGIN": answer}) as server:
        found, _ = trouble_of(server.config(), timeout_seconds=2)

    assert found == trouble


def test_only_what_a_person_must_change_is_permanent():
    permanent = {trouble for trouble in ServerTrouble if MailboxDown("", trouble).permanent}

    assert permanent == {
        ServerTrouble.ADDRESS,
        ServerTrouble.TLS,
        ServerTrouble.LOGIN,
        ServerTrouble.FOLDER,
        ServerTrouble.SENDER,
    }


def test_a_quota_reached_while_fetching_is_told():
    """Field note 27: the back-off is hours, not minutes."""
    answers = three_messages() | {r"UID FETCH 1,2,3 .BODY": b"TAG NO [OVERQUOTA] come back tomorrow\r\n"}
    with ScriptedImap(answers) as server:
        trouble, message = trouble_of(server.config())

    assert trouble == ServerTrouble.QUOTA
    assert "it opens again after some hours" in message


@pytest.mark.parametrize(
    "answer",
    [b"", b"* STATUS\r\n", b'* STATUS "INBOX" ()\r\n* STATUS "INBOX" (UIDNEXT\r\n', b"TAG BAD what\r\n"],
)
def test_an_answer_that_makes_no_sense_is_the_servers_trouble(answer):
    with ScriptedImap({"STATUS": answer, "LIST": b'* LIST () "/" INBOX\r\n'}) as server:
        trouble, _ = trouble_of(server.config())

    assert trouble == ServerTrouble.PROTOCOL


def test_brackets_without_end_are_the_servers_trouble():
    """Python's own limit stops IMAPClient's parser."""
    deep = b"* 1 FETCH " + b"(" * 20_000 + b"\r\n"
    with ScriptedImap(three_messages() | {"UID FETCH": deep}) as server:
        trouble, _ = trouble_of(server.config())

    assert trouble == ServerTrouble.PROTOCOL


def test_a_missing_folder_is_told_with_the_nearest_names(dovecot):
    deliver(dovecot, plain_mail(1), folder="Propositions")

    trouble, message = trouble_of(dovecot.config(folder="Proposition"))

    assert trouble == ServerTrouble.FOLDER
    assert message.endswith('has no folder "Proposition"; there is Propositions; correct folder')


def test_a_server_that_falls_silent_at_the_end_is_left_soon(dovecot, monkeypatch):
    """The patched name is how long we wait for a farewell: the test need not."""
    monkeypatch.setattr("callboard.mailroom.connection.FAREWELL_SECONDS", 0.3)
    with FaultProxy(dovecot.server.imap) as proxy:
        proxy.stall_on = b"LOGOUT"
        config = dovecot.config(tls="none", port=proxy.port)
        started = time.monotonic()

        poll(config, timeout_seconds=60)

    assert time.monotonic() - started < 10
