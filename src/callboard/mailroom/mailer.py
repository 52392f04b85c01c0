"""Letters out by SMTP: one connection for many letters, and each answer of the server turned into a value.

What is owed, to whom and when to try again is the outbox's business; this module knows only the wire.
"""

from __future__ import annotations

import base64
import logging
import re
import smtplib
from contextlib import suppress
from email.utils import parseaddr

from callboard.config import SmtpConfig
from callboard.errors import LetterRefused, MailerDown, ServerTrouble
from callboard.mailroom import sasl
from callboard.mailroom.sasl import Secret, Token, TokenLogin, hidden
from callboard.mailroom.wire import FAREWELL_SECONDS, network_trouble, shown, tls_context

log = logging.getLogger(__name__)

# RFC 4954 section 6, and what servers say that want a login before they pass mail on.
LOGIN_CODES = frozenset({530, 534, 535, 538})
RELAY = re.compile(r"relay(ing)?( access)? (denied|not|prohibited)|to relay\b", re.IGNORECASE)
# What Exchange, Gmail and hosters say of the sender as a whole, whatever the letter; the recipient's own limits
# ("STOREDRV.Deliver", "receiving mail at a rate") are that letter's affair.
THROTTLED = re.compile(
    r"STOREDRV\.(?:ClientSubmit|Submission)|sender thread limit|throttl|too many (?:connections|messages|login)"
    r"|(?:message|sender|sending) rate|rate limit",
    re.IGNORECASE,
)
SENT_ENOUGH = re.compile(
    r"SubmissionQuotaExceeded|(?:sending|daily)(?: \w+){0,3} (?:limit|quota)", re.IGNORECASE
)
# Exchange's no to the sender, after it has taken MAIL FROM: no right to the address, or an account or a whole
# organisation that may not send. Every letter would be refused alike.
NOT_AS_US = re.compile(
    r"SendAsDenied|send as this sender|not allowed to send as|\b5\.7\.60\b|\b5\.1\.8\b|\b5\.7\.70\d\b",
    re.IGNORECASE,
)
LONGEST_COMMAND = 512  # bytes with its line end, RFC 5321, section 4.5.3.1.4
LINE_END = re.compile(rb"\r\n|\r|\n")
LEADING_DOT = re.compile(rb"(?m)^\.")


class Mailer:
    """A context manager. Connects for the first letter, so that a pass without letters costs nothing."""

    def __init__(self, config: SmtpConfig, password: Secret | None, timeout: float) -> None:
        self._config = config
        self._password = password
        self._token_login: TokenLogin | None = None
        self._timeout = timeout
        self._closings = 0  # letters in a row at which the server closed the line
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Mailer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._client is not None:
            with suppress(OSError):
                if self._client.sock is not None:
                    self._client.sock.settimeout(FAREWELL_SECONDS)
                self._client.quit()
        self._hang_up()

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """Hand over one letter.

        Raises LetterRefused when the server does not take this letter, and MailerDown when it takes none.
        """
        client = self._begin(sender, recipient, len(raw))
        try:
            self._judge(*client.rcpt(f"<{_envelope(recipient)}>"))
            self._hand_over(client, raw)
            self._closings = 0
        except LetterRefused:
            self._start_afresh(client)
            raise
        except MailerDown:
            self._hang_up()
            raise
        except OSError as error:  # smtplib's exceptions are OSErrors, too
            self._hang_up()
            raise self._lost(error) from error

    def check(self) -> str:
        """For `callboard check`: log in and offer the sender's address, send nothing. What went well."""
        client = self._begin(self._config.address, self._config.address)
        with suppress(OSError):
            client.rset()
        secured = "in clear text" if self._config.tls == "none" else "by TLS"
        login = f"logged in as {self._config.user}" if self._config.user else "without login"
        return f"{self.name} answers {secured}, {login}, and sends for {self._config.address}"

    @property
    def name(self) -> str:
        return f"smtp ({self._config.host}:{self._config.effective_port})"

    # ------------------------------------------------------------------------------ one letter

    def _begin(self, sender: str, recipient: str, size: int = 0) -> smtplib.SMTP:
        """MAIL FROM accepted. A connection that the server closed while it was idle is made anew, once."""
        reused = self._client is not None
        client = self._client or self._connect()
        options = _options(client, sender, recipient, size)
        try:
            code, text = client.mail(f"<{_envelope(sender)}>", options)
        except OSError as error:
            self._hang_up()
            if reused:
                return self._begin(sender, recipient, size)
            raise self._lost(error) from error
        if code == 421 and reused:
            self._hang_up()
            return self._begin(sender, recipient, size)
        self._judge_sender(code, text)
        return client

    def _hand_over(self, client: smtplib.SMTP, raw: bytes) -> None:
        """DATA and the letter. By hand, because smtplib does not tell before and after the last dot apart."""
        self._judge(*client.docmd("DATA"), expected=354)
        client.send(wire_format(raw))
        try:
            code, text = client.getreply()
        except OSError as error:
            self._hang_up()
            # RFC 5321 section 4.5.3.2.6: the server may have taken it; the Message-ID shows a second copy.
            raise LetterRefused(
                "the server gave no answer after the whole letter", permanent=False, uncertain=True
            ) from error
        self._judge(code, text)

    def _judge(self, code: int, text: bytes, expected: int = 250) -> None:
        """Nothing when the server agrees; what its refusal means otherwise."""
        if code == expected or (expected == 250 and code == 251):
            return
        words = shown(text, hidden(self._password))
        self._raise_if_throttled(code, words)
        if code in LOGIN_CODES or (code >= 500 and RELAY.search(words)):
            raise self._down(
                ServerTrouble.SENDER,
                f"passes no letters on for us ({code} {words}); set smtp.user and its password, or name "
                "the server that your organisation sends through",
            )
        if code >= 500 and NOT_AS_US.search(words):
            raise self._not_as_us(code, words)
        if code == 421:
            # It may be about this one letter, which then must not hold up the others. It is not, the second time.
            self._closings += 1
            if self._closings > 1:
                raise self._too_busy(code, words)
        raise LetterRefused(words, permanent=500 <= code < 600, code=code)

    def _raise_if_throttled(self, code: int, words: str) -> None:
        """Some limits are told by codes that would give the letter up for good."""
        if code >= 400 and SENT_ENOUGH.search(words):
            raise self._down(
                ServerTrouble.QUOTA, f"takes no more letters today ({code} {words}); they go out later"
            )
        if 400 <= code < 500 and THROTTLED.search(words):
            raise self._too_busy(code, words)

    def _too_busy(self, code: int, words: str) -> MailerDown:
        return self._down(ServerTrouble.BUSY, f"is too busy for us ({code} {words}); letters go out later")

    def _not_as_us(self, code: int, words: str) -> MailerDown:
        return self._down(
            ServerTrouble.SENDER,
            f"does not send for smtp.address ({code} {words}); correct smtp.address or smtp.user",
        )

    def _judge_sender(self, code: int, text: bytes) -> None:
        if code == 250:
            return
        self._hang_up()
        words = shown(text, hidden(self._password))
        self._raise_if_throttled(code, words)
        if code == 421:
            raise self._too_busy(code, words)
        # 552 is about the size of this letter; every other 5xx here would refuse all letters alike, and
        # giving up a letter for a wrong configuration would lose it.
        if code >= 500 and code != 552:
            raise self._not_as_us(code, words)
        raise LetterRefused(words, permanent=code == 552, code=code)

    def _start_afresh(self, client: smtplib.SMTP) -> None:
        """After a refusal the connection serves the next letter, unless the server closes it (421)."""
        try:
            if self._client is not None and client.rset()[0] == 250:
                return
        except OSError:
            log.debug("the connection was lost after a refusal")
        self._hang_up()

    # -------------------------------------------------------------------------- the connection

    def _connect(self) -> smtplib.SMTP:
        try:
            client = self._client = self._open()
            self._log_in(client)
        except MailerDown:
            self._hang_up()
            raise
        except smtplib.SMTPAuthenticationError as error:
            self._hang_up()
            raise self._refused_login(error) from error
        except smtplib.SMTPNotSupportedError as error:
            self._hang_up()
            raise self._not_offered(str(error)) from error
        except OSError as error:
            self._hang_up()
            raise self._lost(error) from error
        return client

    def _open(self) -> smtplib.SMTP:
        config = self._config
        if config.tls == "none":
            return smtplib.SMTP(config.host, config.effective_port, timeout=self._timeout)
        context = tls_context(config.ca_file)
        if config.tls == "tls":
            return smtplib.SMTP_SSL(
                config.host, config.effective_port, timeout=self._timeout, context=context
            )
        client = smtplib.SMTP(config.host, config.effective_port, timeout=self._timeout)
        try:
            # Raises when the server does not offer it; there is no way on in clear text.
            client.starttls(context=context)
        except BaseException:
            client.close()
            raise
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        user, password = self._config.user, self._password
        if not user or password is None:
            return
        if isinstance(password, Token):
            self._hand_over_token(client, user, password)
            return
        if user.isascii() and password.isascii():
            client.login(user, password)
            return
        # RFC 4616: PLAIN is UTF-8; smtplib would encode it as ASCII.
        token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        code, text = client.docmd("AUTH", f"PLAIN {token}")
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, text)

    def _hand_over_token(self, client: smtplib.SMTP, user: str, token: Token) -> None:
        offered = client.esmtp_features.get("auth", "").upper().split()
        mechanism = sasl.choose(token.mechanism, offered)
        if mechanism is None:
            raise self._down(ServerTrouble.UNABLE, "offers no login by OAuth; log in with a password there")
        config = self._config
        self._token_login = TokenLogin(mechanism, user, token, config.host, config.effective_port)
        first = _base64(self._token_login.answer())
        # RFC 4954, section 4: the first answer goes with the command only where the line is not too long by that.
        together = f"{mechanism} {first}"
        if len(f"AUTH {together}\r\n") <= LONGEST_COMMAND:
            code, text = client.docmd("AUTH", together)
        else:
            code, text = client.docmd("AUTH", mechanism)
            if code == 334:
                code, text = client.docmd(first)
        if code == 334:
            # What the server has against it, as base64; it wants an answer before it says no.
            with suppress(ValueError):
                code, text = client.docmd(_base64(self._token_login.answer(base64.b64decode(text))))
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, text)

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    # ------------------------------------------------------------------- trouble, in words

    def _down(self, trouble: ServerTrouble, sentence: str) -> MailerDown:
        return MailerDown(f"{self.name} {sentence}", trouble)

    def _refused_login(self, error: smtplib.SMTPAuthenticationError) -> MailerDown:
        words = f"{error.smtp_code} {shown(error.smtp_error, hidden(self._password))}"
        if error.smtp_code < 500:
            return self._down(
                ServerTrouble.BUSY, f"cannot check the login now ({words}); letters go out later"
            )
        if isinstance(self._password, Token):
            return self._down(ServerTrouble.LOGIN, sasl.refusal(words, self._token_login, self._password))
        return self._down(
            ServerTrouble.LOGIN,
            f"refused the login ({words}); correct smtp.user and its password, "
            "some providers want an app password",
        )

    def _not_offered(self, words: str) -> MailerDown:
        if "STARTTLS" in words:
            return self._down(
                ServerTrouble.TLS,
                'offers no STARTTLS; set tls = "tls" and its port, letters never go out in clear text',
            )
        return self._down(
            ServerTrouble.LOGIN,
            f"offers no login that we can use ({words}); check smtp.port and smtp.tls, or drop smtp.user",
        )

    def _lost(self, error: OSError) -> MailerDown:
        # smtplib hides the time-out or reset that it met inside its own exception.
        cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else error
        if isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
            return self._down(*network_trouble(cause, self._timeout))
        # What smtplib raises bare is that no login method of the server's is one of its own.
        if type(error) is smtplib.SMTPException:
            return self._not_offered(str(error))
        words = shown(error, hidden(self._password))
        if isinstance(error, smtplib.SMTPResponseException):
            words = f"{error.smtp_code} {shown(error.smtp_error, hidden(self._password))}"
            return self._down(ServerTrouble.BUSY, f"does not serve us now ({words}); letters go out later")
        return self._down(ServerTrouble.DROPPED, f"dropped the connection ({words}); letters go out later")


def wire_format(raw: bytes) -> bytes:
    """A letter as DATA wants it: CRLF everywhere, leading dots doubled, the final dot (RFC 5321, 4.5.2)."""
    # Bare CR or LF would let a letter end early on some servers and smuggle in another (RFC 5321, 2.3.8).
    lines = LINE_END.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return LEADING_DOT.sub(b"..", lines) + b".\r\n"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _envelope(address: str) -> str:
    """The address as SMTP wants it, its domain in ASCII (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise LetterRefused("the domain of the address cannot exist", permanent=True) from error
    made = f"{local}@{ascii_domain}"
    # parseaddr must give back what went in: neither a second address nor a line of its own may hide in it.
    if not local or not domain or not made.isprintable() or parseaddr(f"<{made}>")[1] != made:
        raise LetterRefused("the address is not one that mail can be sent to", permanent=True)
    return made


def _options(client: smtplib.SMTP, sender: str, recipient: str, size: int) -> list[str]:
    # RFC 1870: a letter that is too large is refused before it is sent.
    options = [f"SIZE={size}"] if size and client.has_extn("size") else []
    if _envelope(sender).isascii() and _envelope(recipient).isascii():
        return options
    if not client.has_extn("smtputf8"):
        raise LetterRefused(
            "the address has characters that our SMTP server cannot write to (no SMTPUTF8)", permanent=True
        )
    return [*options, "SMTPUTF8"]
