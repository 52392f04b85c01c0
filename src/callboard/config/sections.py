"""The tables of `config/callboard.toml` as frozen models; descriptions become comments and documentation."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from callboard.call import Call
from callboard.config.health_section import HealthConfig
from callboard.config.oauth_section import OAuthAccount, OAuthConfig
from callboard.config.programme_section import ProgrammeConfig
from callboard.config.review_section import ReviewConfig
from callboard.config.section import Section
from callboard.config.values import (
    Address,
    Clock,
    Day,
    FilledLine,
    LineOrNone,
    Number,
    Switch,
    Whole,
    refuse,
)

Tls = Literal["tls", "starttls", "none"]
Auth = Literal["password", "oauth"]


def password_variable(name: str) -> str:
    """The environment variable that may hold the password of the mailbox of that name."""
    return "CALLBOARD_MAILBOX_" + re.sub(r"[^A-Z0-9]", "_", name.upper()) + "_PASSWORD"


class MailboxConfig(Section):
    """`[[mailbox]]`: a mailbox that proposals arrive in."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="A short name of your own for this mailbox: letters, digits, dot, dash, underscore.",
        examples=["organisers"],
        json_schema_extra={
            "cure": "give the mailbox a short name of your own",
            "shape": "one word of letters, digits, dots, dashes and underscores",
        },
    )
    host: FilledLine = Field(
        description="The IMAP server.",
        examples=["imap.example.org"],
        json_schema_extra={"cure": "name the IMAP server"},
    )
    port: Whole | None = Field(
        default=None,
        ge=1,
        le=65535,
        description='The IMAP port. Not set: 993 with tls = "tls", else 143.',
        examples=[993],
    )
    user: FilledLine = Field(
        description="The login name, often the whole address.",
        examples=["workshop@example.org"],
        json_schema_extra={"cure": "give the login name"},
    )
    password_file: Path | None = Field(
        default=None,
        description="A file that holds only the password. "
        "Or leave it out and set the environment variable CALLBOARD_MAILBOX_<NAME>_PASSWORD.",
        examples=["secrets/mailbox"],
    )
    password_command: tuple[str, ...] | None = Field(
        default=None,
        description="A program and its arguments that print the password in their first line. No shell is involved.",
        examples=[["pass", "show", "callboard/mailbox"]],
    )
    auth: Auth = Field(
        default="password",
        description='"oauth": log in with a token of the app in [[oauth]], once `callboard login` was called.',
    )
    oauth: LineOrNone = Field(
        default=None, description="The name of that app, where there are several.", examples=["university"]
    )
    account: LineOrNone = Field(
        default=None,
        description='With auth = "oauth": who logs in at the provider, where that is not `user`. A shared mailbox of '
        "Microsoft 365 is read with the rights of a person.",
        examples=["ada@example.org"],
    )
    tls: Tls = Field(
        default="tls",
        description='"tls": encrypted from the first byte; "starttls": encrypted before the login; '
        '"none": in clear text, only sensible on this very machine.',
    )
    ca_file: Path | None = Field(
        default=None,
        description="Certificates of a private authority (PEM). Not set: the system's authorities.",
        examples=["config/ca.pem"],
    )
    folder: FilledLine = Field(default="INBOX", description="The folder that is read.")
    since: Day | None = Field(
        default=None,
        description="The first look starts with mail of this day. Not set: the day the call was published.",
        examples=[date(2026, 1, 31)],
    )
    after: Literal["keep", "flag", "move"] = Field(
        default="keep",
        description='What happens to a mail once it is safely kept: "keep" touches nothing, '
        '"flag" sets the keyword below, "move" files it in the folder below.',
    )
    move_to: FilledLine = Field(default="Callboard", description='The folder for after = "move".')
    flag: str = Field(
        default="$Callboard",
        # RFC 3501, section 9: flag-keyword is an atom.
        pattern=r"^[^\s(){%*\"\\\]\x00-\x1f\x7f]+$",
        description='The keyword for after = "flag".',
        json_schema_extra={"shape": "one word without brackets, quotes, * and %"},
    )
    authserv_id: LineOrNone = Field(
        default=None,
        description="The name under which the receiving server says whether a sender is real: the first word of the "
        "Authentication-Results header in a mail of this mailbox (RFC 8601). Set: what claims to come from somebody "
        "else is held, and nobody is written to. Only if that server removes such headers of others, as most do.",
        examples=["mx.example.org"],
    )
    sent_folder: LineOrNone = Field(
        default=None,
        description="For the account that [smtp] sends with: the folder that its sent letters lie in. A letter that "
        "may have left already, because the connection or Callboard itself died in the middle, is looked for there "
        "before it is sent again. Not set: it is sent again, under the same Message-ID.",
        examples=["Sent"],
    )
    file_sent: Switch = Field(
        default=False,
        description="Whether Callboard itself puts a copy of each letter into sent_folder. Gmail and Microsoft 365 do "
        "so without being asked; most other servers do not.",
    )

    idle: Switch = Field(
        default=True,
        description="Whether `callboard run` keeps a connection open on which the server tells of new mail at once "
        "(IMAP IDLE). Where the server offers none, or allows few connections, polling is enough.",
    )

    @field_validator("file_sent")
    @classmethod
    def _somewhere(cls, value: bool, info: ValidationInfo) -> bool:
        if value and not info.data.get("sent_folder", "bad"):
            raise refuse("needs sent_folder; name the folder of sent letters")
        return value

    @field_validator("move_to")
    @classmethod
    def _elsewhere(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("after") == "move" and value == info.data.get("folder"):
            raise refuse("is the folder that is read; name another one")
        return value

    @property
    def effective_port(self) -> int:
        """The port that is used."""
        return self.port or (993 if self.tls == "tls" else 143)

    @property
    def password_variable(self) -> str:
        """The environment variable that may hold the password."""
        return password_variable(self.name)


class SmtpConfig(Section):
    """`[smtp]`: how letters leave."""

    host: FilledLine = Field(
        description="The SMTP server.",
        examples=["smtp.example.org"],
        json_schema_extra={"cure": "name the SMTP server"},
    )
    port: Whole | None = Field(
        default=None,
        ge=1,
        le=65535,
        description='The SMTP port. Not set: 465 with tls = "tls", 587 with "starttls", 25 with "none".',
        examples=[587],
    )
    user: LineOrNone = Field(
        default=None, description="The login name. Not set: no login.", examples=["workshop@example.org"]
    )
    password_file: Path | None = Field(
        default=None,
        description="A file that holds only the password. "
        "Or leave it out and set the environment variable CALLBOARD_SMTP_PASSWORD.",
        examples=["secrets/smtp"],
    )
    password_command: tuple[str, ...] | None = Field(
        default=None,
        description="A program and its arguments that print the password, as for a mailbox.",
        examples=[["pass", "show", "callboard/smtp"]],
    )
    auth: Auth = Field(
        default="password",
        description='"oauth": log in with a token, as for a mailbox; a mailbox of the same account shares it.',
    )
    oauth: LineOrNone = Field(
        default=None, description="The name of the app, where there are several.", examples=["university"]
    )
    account: LineOrNone = Field(
        default=None,
        description="Who logs in at the provider, where that is not `user`, as for a mailbox.",
        examples=["ada@example.org"],
    )
    tls: Tls = Field(default="starttls", description='"tls", "starttls" or "none", as for a mailbox.')
    ca_file: Path | None = Field(
        default=None,
        description="Certificates of a private authority (PEM). Not set: the system's authorities.",
        examples=["config/ca.pem"],
    )
    address: Address = Field(
        description="From and Reply-To of every letter; its mail must arrive in a mailbox above.",
        examples=["workshop@example.org"],
        json_schema_extra={"cure": "give the address that letters come from and answers go to"},
    )
    name: LineOrNone = Field(
        default=None,
        description="The name shown beside that address. Not set: the event's.",
        examples=["The organisers"],
    )

    @property
    def effective_port(self) -> int:
        """The port that is used."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.tls]


class LettersConfig(Section):
    """`[letters]`: what is written to speakers."""

    acknowledge: Switch = Field(default=True, description="Whether each proposal is answered.")
    max_per_address_per_day: Whole = Field(
        default=20, ge=1, description="At most so many letters to one address in a day, whatever happens."
    )
    give_up_after_hours: Whole = Field(
        default=72,
        ge=1,
        description="A letter that could not be handed over for so long is given up, visibly.",
    )
    remind_after_days: Whole = Field(
        default=7,
        ge=0,
        le=365,
        description="A speaker whose proposal lacks something, or who has not said yet that they will come, is "
        "asked again after so many days, twice at most; 0 for never.",
    )
    remind_before_deadline_days: Whole = Field(
        default=0,
        ge=0,
        le=60,
        description="So many days before the deadline, those whose proposal lacks something are asked once more; "
        "0 for not.",
    )
    ask_to_confirm: Switch = Field(
        default=True, description="Whether accepted speakers are asked to confirm that they will come."
    )
    undo_days: Whole = Field(
        default=7,
        ge=0,
        le=365,
        description="For so many days a speaker undoes a withdrawal by answering; afterwards the organisers decide. "
        "0: always the organisers.",
    )
    questions: Literal["digest", "at once"] = Field(
        default="digest",
        description='When organisers get what speakers ask: "digest" with the daily letter, "at once" also in a '
        "letter of its own, which they answer to reach the speaker.",
    )


class DigestConfig(Section):
    """`[digest]`: the daily letter to organisers."""

    enabled: Switch = Field(default=True, description="Whether organisers get a digest on days with news.")
    at: Clock = Field(default=time(7, 30), description="The hour it leaves, in the call's time zone.")


class WorkerConfig(Section):
    """`[worker]`: how often, how much, how long."""

    engine: Literal["embedded", "procrastinate"] = Field(
        default="embedded",
        description='What `callboard run` is: "embedded": one process that does everything; "procrastinate": a worker '
        "of a fleet, of which as many run as you like, on as many machines. Needs PostgreSQL and callboard[fleet].",
    )
    poll_minutes: Number = Field(
        default=5,
        gt=0,
        description="`callboard run` looks into the mailboxes this often.",
    )
    max_message_bytes: Whole = Field(
        default=25_000_000,
        ge=10_000,
        description="Of a larger mail only the header and the text are fetched.",
    )
    batch_bytes: Whole = Field(
        default=8_000_000, ge=100_000, description="Mail is fetched in batches of about this many bytes."
    )
    timeout_seconds: Number = Field(
        default=60,
        gt=0,
        description="A server that is silent for so long is away.",
    )
    step_seconds: Number = Field(
        default=300,
        gt=0,
        description="A mailbox from which nothing whole has come for so long is left until the next pass, even if its "
        "server still sends something.",
    )
    stop_seconds: Number = Field(
        default=30,
        gt=0,
        description="When `callboard run` is told to stop, the current step has so long to end. systemd and containers "
        "must be told to wait a little longer.",
    )


class PrivacyConfig(Section):
    """`[privacy]`: what is forgotten, and when."""

    keep_unrelated_days: Whole = Field(
        default=30,
        ge=0,
        description="The text of mail that has nothing to do with the call is erased after so long.",
    )
    keep_raw_days: Whole = Field(
        default=180,
        ge=0,
        description="So many days after the event, the mails and letters themselves are erased; the proposals stay.",
    )


class Config(Section):
    """The whole file. `call` comes from `[call]`; `folder` is where relative paths start."""

    call: Call
    mailboxes: tuple[MailboxConfig, ...] = ()
    smtp: SmtpConfig | None = None
    oauth: tuple[OAuthConfig, ...] = ()
    letters: LettersConfig = LettersConfig()
    digest: DigestConfig = DigestConfig()
    review: ReviewConfig = ReviewConfig()
    programme: ProgrammeConfig = ProgrammeConfig()
    worker: WorkerConfig = WorkerConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    health: HealthConfig = HealthConfig()
    # Not in the repr: the URL of a database server may carry its password.
    database: str = Field(default="sqlite:///var/callboard.db", repr=False)
    templates: Path | None = None  # a folder whose files replace ours of the same name
    folder: Path = Path()
    file: Path | None = None
    name: str | None = None  # among several calls of one installation

    @property
    def schema_name(self) -> str | None:
        """The call's own schema of a PostgreSQL database; None for the call that has the database to itself."""
        return None if self.name is None else "call_" + self.name.replace("-", "_")

    @property
    def sent_mailbox(self) -> MailboxConfig | None:
        """The mailbox whose `sent_folder` knows which letters have left."""
        return next((m for m in self.mailboxes if m.sent_folder), None)

    def oauth_account(self, settings: MailboxConfig | SmtpConfig) -> OAuthAccount | None:
        """Whose tokens a mailbox or [smtp] logs in with; None where it is a password."""
        app = next((a for a in self.oauth if settings.oauth in (None, a.name)), None)
        if settings.auth != "oauth" or app is None:
            return None
        name = settings.name if isinstance(settings, MailboxConfig) else "smtp"
        account = settings.account or settings.user or ""
        return OAuthAccount(app, account, name, self.tokens_of(app))

    def tokens_of(self, app: OAuthConfig) -> Path:
        """The folder of this app's token files."""
        return app.tokens or self._beside_database / "tokens"

    @property
    def _beside_database(self) -> Path:
        scheme, _, file = self.database.partition(":///")
        is_file = scheme.startswith("sqlite") and file and not file.startswith((":memory:", "file:"))
        return self.folder / Path(file.partition("?")[0]).parent if is_file else self.folder / "var"

    def since(self, mailbox: MailboxConfig) -> date | None:
        """The day the first look into a mailbox starts at; None: the beginning of time."""
        return mailbox.since or self.call.published
