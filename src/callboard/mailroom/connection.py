"""One IMAP connection: opened, logged in, and every failure turned into `MailboxDown`.

What is asked of the server is decided in `mailbox` and `fetching`.
"""

from __future__ import annotations

import difflib
import socket
from contextlib import suppress
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from callboard.config import MailboxConfig
from callboard.errors import MailboxDown, ServerTrouble
from callboard.mailroom import sasl
from callboard.mailroom.sasl import Secret, Token, TokenLogin, hidden
from callboard.mailroom.wire import FAREWELL_SECONDS, network_trouble, shown, tls_context

CONNECT_SECONDS = 20.0

# IMAPClient's parser lets these out on an answer that is not IMAP.
PARSER_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError)

# RFC 9051 section 7.1 and RFC 5530 response codes, and what providers say without a code.
QUOTA_WORDS = ("OVERQUOTA", "EXCEEDED COMMAND OR BANDWIDTH", "BANDWIDTH LIMIT")
BUSY_WORDS = (
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "TOO MANY SIMULTANEOUS",
    "TOO MANY CONNECTIONS",
    "MAXIMUM NUMBER OF CONNECTIONS",
    # Outlook after frequent log-ins (field note 31).
    "AUTHENTICATED BUT NOT CONNECTED",
    "REQUEST IS THROTTLED",
    "SERVER UNAVAILABLE",
    "[THROTTLED]",
    # Yahoo's, and Gmail's when its own parts do not find each other: the password may be right.
    "[TEMPFAIL]",
    "LOOKUP FAILED",
    "TOO MANY LOGIN",
    "TOO MANY REQUESTS",
    "RATE LIMIT",
)


class Connection:
    """A context manager: connects and logs in on entry, logs out (or just hangs up) on exit."""

    def __init__(self, config: MailboxConfig, password: Secret, timeout: float) -> None:
        self._config = config
        self._token_login: TokenLogin | None = None
        self._password = password
        self._timeout = timeout
        self._client: IMAPClient | None = None

    def __enter__(self) -> Connection:
        try:
            self._client = self._connect()
            self._log_in(self._client)
        except MailboxDown:
            self._hang_up()
            raise
        except (IMAPClientError, OSError, *PARSER_ERRORS) as error:
            self._hang_up()
            raise self._explained(error, "login") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # After a failure LOGOUT would only wait for the same dead server once more.
        if kind is None and self._client is not None:
            with suppress(IMAPClientError, OSError):
                self._client.socket().settimeout(FAREWELL_SECONDS)
                self._client.logout()
                return
        self._hang_up()

    def abort(self) -> None:
        """End the connection from another thread: whoever waits for the server gets an error at once."""
        client = self._client
        if client is not None:
            # AttributeError: it is still being made, or gone already.
            with suppress(OSError, AttributeError):
                client.socket().shutdown(socket.SHUT_RDWR)

    def ask(self, command: str, *arguments: Any, **options: Any) -> Any:
        """Call the IMAPClient method of that name; raises MailboxDown for whatever goes wrong.

        `ServerTrouble.PROTOCOL` means that the server refused or garbled this one command and that the
        connection is still good; any other trouble ends it.
        """
        assert self._client is not None, "a Connection is used inside `with`"
        try:
            return getattr(self._client, command)(*arguments, **options)
        except (IMAPClientError, OSError, *PARSER_ERRORS) as error:
            raise self._explained(error, command) from error

    def select_for_writing(self, folder: str) -> dict[bytes, Any] | None:
        """SELECT; None when the folder opens read-only, and then EXAMINE must come next."""
        assert self._client is not None, "a Connection is used inside `with`"
        try:
            answer: dict[bytes, Any] = self._client.select_folder(folder, readonly=False)
        except IMAPClientReadOnlyError:
            return None
        except (IMAPClientError, OSError, *PARSER_ERRORS) as error:
            raise self._explained(error, "select") from error
        return answer

    def raise_if_missing(self, folder: str, refused: MailboxDown, key: str) -> None:
        """After a refusal: say that there is no such folder, which ones there are, and what `key` to correct."""
        if refused.trouble is not ServerTrouble.PROTOCOL:
            return
        listed = [(str(name), flags) for flags, _, name in self.ask("list_folders")]
        names = [name for name, _ in listed]
        if folder in names:
            return
        # RFC 6154: the server itself says which folder holds what was sent.
        marked = [name for name, flags in listed if rb"\Sent" in flags and key == "sent_folder"]
        near = marked or difflib.get_close_matches(folder, names, n=3, cutoff=0.4) or sorted(names)[:3]
        there = f"; there is {', '.join(near)}" if near else ""
        raise self.down(ServerTrouble.FOLDER, f'has no folder "{folder}"{there}; correct {key}') from refused

    def offers(self, capability: str) -> bool:
        return bool(self.ask("has_capability", capability))

    def down(self, trouble: ServerTrouble, sentence: str) -> MailboxDown:
        """The error that says so about this mailbox."""
        return MailboxDown(f"{self.name} {sentence}", trouble)

    @property
    def name(self) -> str:
        return f'mailbox "{self._config.name}" ({self._config.host}:{self._config.effective_port})'

    def _connect(self) -> IMAPClient:
        config = self._config
        context = None if config.tls == "none" else tls_context(config.ca_file)
        client = IMAPClient(
            config.host,
            port=config.effective_port,
            ssl=config.tls == "tls",
            ssl_context=context,
            timeout=SocketTimeout(connect=min(CONNECT_SECONDS, self._timeout), read=self._timeout),
        )
        self._client = client
        # IMAPClient asks imaplib for a repr() of every literal, which costs more than fetching it; it
        # would also hand the LOGIN line to a debug log.
        client._imap.debug = 0
        # Without it Nagle and delayed acknowledgements cost 40 ms for each literal that we send.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if config.tls == "starttls":
            client.starttls(context)
        # False: INTERNALDATE with its own time zone, not in the zone of this machine.
        client.normalise_times = False
        return client

    def _log_in(self, client: IMAPClient) -> None:
        user, password = self._config.user, self._password
        if isinstance(password, Token):
            self._hand_over(client, password)
        elif user.isascii() and password.isascii():
            client.login(user, password)
        else:
            # RFC 9051 section 6.2.3: LOGIN is ASCII; RFC 4616: PLAIN is UTF-8.
            client.plain_login(user, password)

    def _hand_over(self, client: IMAPClient, token: Token) -> None:
        offered = {
            name.decode("ascii", "replace").upper().removeprefix("AUTH=") for name in client.capabilities()
        }
        mechanism = sasl.choose(token.mechanism, offered)
        if mechanism is None:
            raise self.down(ServerTrouble.UNABLE, "offers no login by OAuth; log in with a password there")
        config = self._config
        self._token_login = TokenLogin(mechanism, config.user, token, config.host, config.effective_port)
        client.sasl_login(mechanism, self._token_login.answer)

    def _hang_up(self) -> None:
        if self._client is not None:
            # ValueError: imaplib closes a file that a time-out has already closed.
            with suppress(IMAPClientError, OSError, ValueError):
                self._client.shutdown()
        self._client = None

    def _explained(self, error: Exception, command: str) -> MailboxDown:
        if isinstance(error, OSError):
            return self.down(*network_trouble(error, self._timeout))
        words = shown(error, hidden(self._password))
        trouble, sentence = _refusal(error, command, words)
        if trouble is ServerTrouble.LOGIN and isinstance(self._password, Token):
            sentence = sasl.refusal(words, self._token_login, self._password)
        return self.down(trouble, sentence)


def _refusal(error: Exception, command: str, words: str) -> tuple[ServerTrouble, str]:
    """What the server's refusal (or the end of the line) means."""
    loud = words.upper()
    if any(word in loud for word in QUOTA_WORDS):
        return ServerTrouble.QUOTA, f"has a full quota ({words}); it opens again after some hours"
    if any(word in loud for word in BUSY_WORDS):
        return ServerTrouble.BUSY, f"is too busy for us ({words}); a longer worker.poll_minutes helps"
    if "[PRIVACYREQUIRED]" in loud:
        return (
            ServerTrouble.TLS,
            f'wants encryption before the login ({words}); set tls = "tls" or "starttls"',
        )
    # IMAPClient makes a LoginError of a connection lost at login, too.
    lost = isinstance(error, IMAPClientAbortError) or isinstance(error.__context__, IMAPClientAbortError)
    if isinstance(error, LoginError) and not lost:
        return ServerTrouble.LOGIN, (
            f"refused the login ({words}); correct user and password, "
            "some providers want an app password or IMAP switched on"
        )
    if isinstance(error, CapabilityError):
        return ServerTrouble.TLS, (
            f'does not offer what is needed ({words}); with tls = "starttls" the server must offer STARTTLS, '
            'otherwise set tls = "tls"'
        )
    # imaplib gives up in the middle of a line that is too long: what follows is out of step.
    if lost or "got more than" in words:
        return ServerTrouble.DROPPED, f"dropped the connection ({words}); the next pass tries again"
    spoken = command.upper().replace("_", " ")
    return ServerTrouble.PROTOCOL, f"refused or garbled {spoken} ({words}); the next pass tries again"
