"""Mail servers that take a token: real ones, and what they say of one that they do not take."""

from __future__ import annotations

import base64
import json
import logging
import re

import pytest

from authserver import signed
from callboard.errors import MailboxDown, MailerDown, ServerTrouble
from callboard.mailroom.mailer import Mailer
from callboard.mailroom.sasl import Token
from deliver import deliver, plain_mail
from faults import ScriptedImap
from polling import NEVER, fetched, one_message, opened
from servers import Account, SmtpSink

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

US = "organisers@example.org"
LETTER = b"From: organisers@example.org\r\nSubject: Received\r\n\r\nThank you.\r\n"
COMPLAINT = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')


def token(value: str, mechanism=None) -> Token:
    return Token(value, "organisers", mechanism)


def down(config, secret: Token) -> MailboxDown:
    with pytest.raises(MailboxDown) as error, opened(config, secret, timeout_seconds=5):
        pass
    return error.value


@pytest.mark.parametrize("mechanism", [None, "XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_dovecot_lets_a_signed_token_in(dovecot: Account, mechanism, tls):
    deliver(dovecot, plain_mail(1))

    with opened(dovecot.config(tls=tls), token(signed(dovecot.user), mechanism)) as mailbox:
        messages = fetched(list(mailbox.poll(NEVER, None)))

    assert [m.raw for m in messages] == [plain_mail(1)]


def test_dovecot_lets_a_token_of_many_claims_in(dovecot: Account):
    """Microsoft's have two thousand characters and more."""
    with opened(dovecot.config(), token(signed(dovecot.user, groups=["x" * 36] * 80))) as mailbox:
        assert mailbox.inspect().messages == 0


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("bad", ["not-a-token", signed("somebody-else"), signed("ada", iss="others")])
def test_dovecot_refuses_another_token_and_none_is_shown(dovecot: Account, mechanism, bad, caplog):
    caplog.set_level(logging.DEBUG)

    error = down(dovecot.config(), token(bad, mechanism))

    assert error.trouble is ServerTrouble.LOGIN
    assert "refused the token" in str(error)
    assert "perhaps callboard login organisers" in str(error)
    assert bad not in str(error) + caplog.text
    assert base64.b64encode(bad.encode()).decode()[:40] not in caplog.text


def test_a_good_token_never_reaches_a_log(dovecot: Account, caplog):
    caplog.set_level(logging.DEBUG)
    good = signed(dovecot.user)

    with opened(dovecot.config(tls="none"), token(good)):
        pass

    assert good not in caplog.text
    assert good[:30] not in caplog.text


def test_a_shared_mailbox_is_named_and_the_token_is_a_persons():
    """Field note 30: the name is swapped in the SASL string, and nowhere else."""
    said = []
    answers = one_message() | {
        "AUTHENTICATE XOAUTH2": b"+ \r\n",
        "[A-Za-z0-9+/=]{40,}$": lambda match: said.append(base64.b64decode(match[0])) or b"",
    }
    with (
        ScriptedImap(answers, capabilities="IMAP4rev1 AUTH=XOAUTH2") as server,
        opened(server.config(user="shared@example.org"), token("of-ada-" + "x" * 20)),
    ):
        pass

    assert said == [b"user=shared@example.org\1auth=Bearer of-ada-" + b"x" * 20 + b"\1\1"]


@pytest.mark.parametrize(
    ("offered", "wanted", "used"),
    [
        ("AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", None, "XOAUTH2"),
        ("AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", "OAUTHBEARER", "OAUTHBEARER"),
        ("AUTH=OAUTHBEARER", None, "OAUTHBEARER"),
        ("AUTH=PLAIN", None, None),
    ],
)
def test_the_mechanism_is_the_servers_or_the_one_that_is_set(offered, wanted, used):
    answers = {r"AUTHENTICATE \w+": b"+ \r\n", "[A-Za-z0-9+/=]{20,}$": b""}
    with ScriptedImap(answers, capabilities=f"IMAP4rev1 {offered}") as server:
        if used is None:
            assert down(server.config(), token("t")).trouble is ServerTrouble.UNABLE
        else:
            with opened(server.config(), token("t", wanted)):
                pass
        asked = [c.split()[1] for c in server.commands if c.startswith("AUTHENTICATE")]

    assert asked == ([used] if used else [])


@pytest.mark.parametrize(("mechanism", "end"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
def test_what_a_server_has_against_a_token_is_told(mechanism, end):
    """Google says it in a second challenge, which wants an answer of its own; RFC 7628, section 3.2.3."""
    answers = {
        r"AUTHENTICATE \w+": b"+ \r\n",
        "[A-Za-z0-9+/=]{20,}$": b"+ " + COMPLAINT + b"\r\n",
        f"({re.escape(end)})$": b"TAG NO SASL authentication failed\r\n",
    }
    with ScriptedImap(answers, capabilities=f"IMAP4rev1 AUTH={mechanism}") as server:
        error = down(server.config(), token("t" * 20))

    assert error.trouble is ServerTrouble.LOGIN
    assert "status 400, scope https://mail.google.com/" in str(error)


def test_exchange_says_nothing_and_we_say_what_is_usually_wrong():
    """Field note 30."""
    answers = {"AUTHENTICATE": b"+ \r\n", "[A-Za-z0-9+/=]{20,}$": b"TAG NO AUTHENTICATE failed.\r\n"}
    with ScriptedImap(answers, capabilities="IMAP4rev1 AUTH=XOAUTH2") as server:
        error = down(server.config(), token("t" * 20))

    assert "user must be the mailbox's own address" in str(error)
    assert "and the app the scope" in str(error)


def test_exchange_that_is_busy_is_no_wrong_token():
    """Field note 31."""
    busy = b"TAG BAD User is authenticated but not connected.\r\n"
    with ScriptedImap(
        {"AUTHENTICATE": b"+ \r\n", "[A-Za-z0-9+/=]{20,}$": busy}, capabilities="IMAP4rev1 AUTH=XOAUTH2"
    ) as server:
        assert down(server.config(), token("t" * 20)).trouble is ServerTrouble.BUSY


# --------------------------------------------------------------------------------------------- SMTP


@pytest.mark.parametrize(
    ("offered", "mechanism", "claims", "how"),
    [
        (("XOAUTH2",), None, {}, "AUTH XOAUTH2 at once"),
        (("XOAUTH2", "OAUTHBEARER"), "OAUTHBEARER", {}, "AUTH OAUTHBEARER at once"),
        (("OAUTHBEARER",), None, {}, "AUTH OAUTHBEARER at once"),
        # RFC 4954, section 4: a line that would be too long is not sent.
        (("XOAUTH2",), None, {"groups": ["x" * 36] * 80}, "AUTH XOAUTH2 later"),
        (("OAUTHBEARER",), None, {"groups": ["x" * 36] * 80}, "AUTH OAUTHBEARER later"),
    ],
)
def test_letters_leave_with_a_token(certificates, offered, mechanism, claims, how):
    secret = token(signed(US, **claims), mechanism)
    with SmtpSink(certificates, tls="starttls", auth=True, tokens=offered) as sink:
        with Mailer(sink.config(), secret, 10) as post:
            post.send(US, "ada@example.org", LETTER)

        assert [mail.recipients for mail in sink.mails] == [("ada@example.org",)]
        assert [v for v in sink.handler.verbs if v.startswith("AUTH")] == [how]


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("bad", ["not-a-token", signed("eve@example.org"), "x" * 2000])
def test_a_refused_token_is_told_and_not_shown(certificates, mechanism, bad, caplog):
    caplog.set_level(logging.DEBUG, logger="callboard")
    with (
        SmtpSink(certificates, tls="starttls", auth=True, tokens=(mechanism,)) as sink,
        Mailer(sink.config(), token(bad), 10) as post,
        pytest.raises(MailerDown) as refused,
    ):
        post.send(US, "ada@example.org", LETTER)

    assert refused.value.trouble is ServerTrouble.LOGIN
    assert "scope mail.send" in str(refused.value)
    assert bad not in str(refused.value) + caplog.text


def test_a_server_without_such_a_login_is_told_and_gets_no_letter(certificates):
    with (
        SmtpSink(certificates, tls="starttls", auth=True) as sink,
        Mailer(sink.config(), token("t"), 10) as post,
    ):
        for _ in range(2):
            with pytest.raises(MailerDown) as unable:
                post.send(US, "ada@example.org", LETTER)

    assert unable.value.trouble is ServerTrouble.UNABLE
    assert sink.mails == []


def test_a_complaint_that_is_none_does_not_disturb():
    for challenge in (b"", b"\xff", b"[]", b"7", b"[" * 5000, json.dumps({"status": 7}).encode()):
        from callboard.mailroom.sasl import TokenLogin

        login = TokenLogin("XOAUTH2", "ada", token("t"), "h", 1)
        login.answer()

        assert (login.answer(challenge), login.complaint) == ("", "")
