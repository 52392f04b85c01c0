"""Every deliberate error, drawn as a tree.

    CallboardError
    ├── ConfigError          the configuration or the command is wrong: exit 2
    ├── AnnouncementError    the page cannot be read at all: exit 2
    ├── TemplateError        a letter or page template is broken: exit 2
    ├── BackupError          a backup cannot be written, read or put back: exit 2
    ├── TryAgainLater        nothing is wrong with us, the other side is away: exit 75
    │   ├── ServerDown       a mail server; says what is wrong with it
    │   │   ├── MailboxDown  IMAP server away, login refused, time-out, connection dropped
    │   │   │   └── StuckAtMessage   it dropped the connection, or refused, at one message
    │   │   ├── MailerDown   SMTP server away, login refused, time-out, connection dropped
    │   │   └── NoAccess     the server that gives tokens is away, or gives none
    │   │       └── LoginNeeded   nor will it ever: a person must call `callboard login`
    │   ├── WebhookDown      the operator's webhook did not take the news
    │   ├── Busy             another worker holds the lease, or the database is locked
    │   └── DiskFull         no room for a file; the database says so itself, as Busy
    ├── LetterRefused        the SMTP server did not take this one letter; the others go on
    └── UnreadableMail       these bytes will never be a mail: the message is HELD

Messages are for people: they name the thing and the cure.
"""

from __future__ import annotations

from enum import StrEnum


class CallboardError(Exception):
    """Anything Callboard raises on purpose; `cli` turns it into one line and an exit code."""

    exit_code = 1


class ConfigError(CallboardError):
    """The configuration or the command line is wrong; the message names file, key and cure."""

    exit_code = 2


class AnnouncementError(CallboardError):
    """The announcement page cannot be read at all."""

    exit_code = 2


class TemplateError(CallboardError):
    """A letter or page template is broken; the message names file and line."""

    exit_code = 2


class BackupError(CallboardError):
    """A backup cannot be written, read or put back; says what to do, and nothing was changed unless it says so."""

    exit_code = 2


class TryAgainLater(CallboardError):  # noqa: N818  reads as the fact it states
    """The other side is away; nothing was lost and the next pass goes on."""

    exit_code = 75


class ServerTrouble(StrEnum):
    """What is wrong with a mail server, so that the worker can choose how long to wait."""

    ADDRESS = "address"  # no server of that name
    UNREACHABLE = "unreachable"  # nobody listens there
    TLS = "tls"  # certificate or encryption
    TIMEOUT = "timeout"
    DROPPED = "dropped"  # the connection ended in the middle
    LOGIN = "login"  # user or password refused
    FOLDER = "folder"  # no such folder
    QUOTA = "quota"  # OVERQUOTA: hours, not minutes
    BUSY = "busy"  # too many connections, in use, come back later
    SENDER = "sender"  # the server does not send for this address
    PROTOCOL = "protocol"  # an answer that makes no sense
    UNABLE = "unable"  # it does not offer what was hoped for


PERSISTENT = frozenset(
    {
        ServerTrouble.ADDRESS,
        ServerTrouble.TLS,
        ServerTrouble.LOGIN,
        ServerTrouble.FOLDER,
        ServerTrouble.SENDER,
    }
)


class ServerDown(TryAgainLater):
    """A mail server cannot be used now. `permanent`: a person must change something first."""

    def __init__(self, message: str, trouble: ServerTrouble = ServerTrouble.PROTOCOL) -> None:
        super().__init__(message)
        self.trouble = trouble

    @property
    def permanent(self) -> bool:
        return self.trouble in PERSISTENT


class MailboxDown(ServerDown):
    """The IMAP server is away, refuses the login, times out or dropped the connection."""


class StuckAtMessage(MailboxDown):
    """The IMAP server did not get beyond this UID. At every pass the same one: the message itself is to blame."""

    def __init__(self, down: MailboxDown, uidvalidity: int, uid: int) -> None:
        super().__init__(str(down), down.trouble)
        self.uidvalidity, self.uid = uidvalidity, uid


class MailerDown(ServerDown):
    """The SMTP server is away, refuses the login, times out or dropped the connection."""


class NoAccess(ServerDown):
    """The authorisation server (OAuth) is away, or gives no token now."""


class LoginNeeded(NoAccess):
    """It gives no token until a person has logged in; the message says how."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ServerTrouble.LOGIN)


class WebhookDown(TryAgainLater):
    """The operator's webhook is away or refuses; the next pass tells it."""


class Busy(TryAgainLater):
    """Another worker holds the lease, or the database stays locked."""


class DiskFull(TryAgainLater):
    """There is no room for a file."""


class LetterRefused(CallboardError):  # noqa: N818  reads as the fact it states
    """The SMTP server did not take this one letter.

    `permanent`: trying again is of no use (5xx). `uncertain`: the letter was handed over whole but no
    answer came, so the server may have taken it. `code` is None where the refusal is our own.
    """

    def __init__(
        self, text: str, *, permanent: bool, code: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.text = text
        self.permanent = permanent
        self.code = code
        self.uncertain = uncertain


class UnreadableMail(CallboardError):  # noqa: N818  reads as the fact it states
    """These bytes will never be a mail. The message is a sentence fit for an organiser.

    `code` names the reason, so that a digest can say it in the organiser's language.
    """

    def __init__(self, message: str, code: str = "unreadable") -> None:
        super().__init__(message)
        self.code = code
