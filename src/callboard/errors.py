"""Every deliberate error, drawn as a tree.

    CallboardError
    ├── ConfigError          the configuration or the command is wrong: exit 2
    ├── AnnouncementError    the page cannot be read at all: exit 2
    ├── TemplateError        a letter or page template is broken: exit 2
    ├── TryAgainLater        nothing is wrong with us, the other side is away: exit 75
    │   ├── MailboxDown      IMAP server away, login refused, time-out, connection dropped
    │   ├── MailerDown       SMTP server away, login refused, time-out, connection dropped
    │   └── Busy             another worker holds the lease, or the database is locked
    └── UnreadableMail       these bytes will never be a mail: the message is HELD

Messages are for people: they name the thing and the cure.
"""


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


class TryAgainLater(CallboardError):
    """The other side is away; nothing was lost and the next pass goes on."""

    exit_code = 75


class MailboxDown(TryAgainLater):
    """The IMAP server is away, refuses the login, times out or dropped the connection."""


class MailerDown(TryAgainLater):
    """The SMTP server is away, refuses the login, times out or dropped the connection."""


class Busy(TryAgainLater):
    """Another worker holds the lease, or the database stays locked."""


class UnreadableMail(CallboardError):
    """These bytes will never be a mail. The message is a sentence fit for an organiser."""
