"""What a mailbox or [smtp] logs in with now: its password, or an access token of its account."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from callboard.config import Config, MailboxConfig, SmtpConfig, mailbox_password, smtp_password
from callboard.errors import CallboardError, ServerDown, ServerTrouble
from callboard.mailroom import tokens
from callboard.mailroom.sasl import Secret, Token

log = logging.getLogger(__name__)


def of_mailbox(
    config: Config, mailbox: MailboxConfig, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Secret:
    """Raises ConfigError, or NoAccess where it is a token and none is to be had."""
    return _token(config, mailbox, environ, clock) or mailbox_password(mailbox, environ)


def of_smtp(
    config: Config, smtp: SmtpConfig, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Secret | None:
    """As for a mailbox; None where there is no login."""
    return _token(config, smtp, environ, clock) or smtp_password(smtp, environ)


def note_refusal(
    config: Config,
    settings: MailboxConfig | SmtpConfig,
    secret: Secret | None,
    error: ServerDown,
    environ: Mapping[str, str],
) -> None:
    """A token that was taken back before its time is not used again."""
    account = config.oauth_account(settings)
    if account is None or not isinstance(secret, Token) or error.trouble is not ServerTrouble.LOGIN:
        return
    try:
        tokens.distrust(account, secret.value, environ)
    except CallboardError as trouble:
        log.warning("%s", trouble)


def _token(
    config: Config,
    settings: MailboxConfig | SmtpConfig,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
) -> Token | None:
    account = config.oauth_account(settings)
    if account is None:
        return None
    value = tokens.access_token(account, environ, clock)
    return Token(value, account.name, account.app.mechanism)
