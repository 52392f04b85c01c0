"""`config/callboard.toml` and its secrets, read once into a frozen `Config`.

`sections` and `call_section` are the tables, `load` reads them, `problems` words what is wrong, `secrets`
finds passwords; `entries` and `reference` turn the same tables into a commented file and into documentation.
"""

from callboard.config.calls import Calls, load_calls, mixed
from callboard.config.health_section import HealthConfig
from callboard.config.load import load
from callboard.config.oauth_section import OAuthAccount, OAuthConfig
from callboard.config.programme_section import ProgrammeConfig
from callboard.config.review_section import ReviewConfig
from callboard.config.secrets import client_secret, loose_password_files, mailbox_password, smtp_password
from callboard.config.section import Section
from callboard.config.sections import (
    Config,
    DigestConfig,
    LettersConfig,
    MailboxConfig,
    PrivacyConfig,
    SmtpConfig,
    WorkerConfig,
)

__all__ = [
    "Calls",
    "Config",
    "DigestConfig",
    "HealthConfig",
    "LettersConfig",
    "MailboxConfig",
    "OAuthAccount",
    "OAuthConfig",
    "PrivacyConfig",
    "ProgrammeConfig",
    "ReviewConfig",
    "Section",
    "SmtpConfig",
    "WorkerConfig",
    "client_secret",
    "load",
    "load_calls",
    "loose_password_files",
    "mailbox_password",
    "mixed",
    "smtp_password",
]
