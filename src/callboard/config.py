"""`config/callboard.toml` and its secrets, read once into a frozen `Config`."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from callboard.call import Call


class Section(BaseModel):
    """A table of the file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MailboxConfig(Section):
    """`[[mailbox]]`: a mailbox that proposals arrive in."""

    name: str
    host: str
    port: int | None = None  # 993 with tls, else 143
    user: str
    password_file: Path | None = None  # or the environment: CALLBOARD_MAILBOX_<NAME>_PASSWORD
    tls: Literal["tls", "starttls", "none"] = "tls"
    ca_file: Path | None = None  # a private certificate authority
    folder: str = "INBOX"
    since: date | None = None  # None: the announcement's publish date
    after: Literal["keep", "flag", "move"] = "keep"
    move_to: str = "Callboard"  # with after = "move"
    flag: str = "$Callboard"  # with after = "flag"


class SmtpConfig(Section):
    """`[smtp]`: how letters leave."""

    host: str
    port: int | None = None  # 465 with tls, 587 with starttls, 25 with none
    user: str | None = None
    password_file: Path | None = None  # or the environment: CALLBOARD_SMTP_PASSWORD
    tls: Literal["tls", "starttls", "none"] = "starttls"
    ca_file: Path | None = None
    address: str  # From and Reply-To of every letter: an address whose mail arrives in a [[mailbox]]
    name: str | None = None  # the display name beside it; None: the event's


class LettersConfig(Section):
    """`[letters]`."""

    acknowledge: bool = True
    max_per_address_per_day: int = Field(20, ge=1)
    give_up_after_hours: int = Field(72, ge=1)


class DigestConfig(Section):
    """`[digest]`."""

    enabled: bool = True
    at: time = time(7, 30)  # in the call's time zone


class ProgrammeConfig(Section):
    """`[programme]`: how the day is laid out, and where the page goes."""

    folder: Path = Path("public")
    talk_minutes: int = Field(20, ge=5, le=240)
    invited_minutes: int = Field(45, ge=5, le=240)
    change_minutes: int = Field(0, ge=0, le=60)  # between two talks
    lunch: str = "12:30-14:00"  # "" for none
    breaks: tuple[str, ...] = ("10:45-11:00", "15:30-15:45")
    opening_minutes: int = Field(10, ge=0, le=120)
    closing_minutes: int = Field(10, ge=0, le=120)


class WorkerConfig(Section):
    """`[worker]`."""

    poll_minutes: float = Field(5, gt=0)
    max_message_bytes: int = Field(25_000_000, ge=10_000)
    batch_bytes: int = Field(8_000_000, ge=100_000)  # of bodies per round trip
    timeout_seconds: float = Field(60, gt=0)


class PrivacyConfig(Section):
    """`[privacy]`."""

    keep_unrelated_days: int = Field(30, ge=0)


class Config(Section):
    """The whole file. `call` comes from `[call]`; `folder` is where relative paths start."""

    call: Call
    mailboxes: tuple[MailboxConfig, ...] = ()
    smtp: SmtpConfig | None = None
    letters: LettersConfig = LettersConfig()
    digest: DigestConfig = DigestConfig()
    programme: ProgrammeConfig = ProgrammeConfig()
    worker: WorkerConfig = WorkerConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    database: str = "sqlite:///var/callboard.db"
    templates: Path | None = None  # a folder whose files replace ours of the same name
    folder: Path = Path()
    file: Path | None = None


_ = datetime  # used by the call section
