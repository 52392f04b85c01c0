"""`callboard check --round-trip`: a letter to ourselves, and the wait for it.

It finds what no login shows: that answers to `smtp.address` do not reach a mailbox that Callboard reads, or reach the
spam folder. A worker that meets the letter ignores it, as any mail of a machine.
"""

from __future__ import annotations

import email
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from callboard.config import Config, MailboxConfig
from callboard.errors import ConfigError
from callboard.mailroom import credentials
from callboard.mailroom.connection import Connection
from callboard.mailroom.lookup import header_of
from callboard.mailroom.mailer import Mailer

Clock = Callable[[], datetime]

PAUSE = 2.0  # seconds between two looks
SERVER = re.compile(r"\s*([\w.-]{1,255})\s*;")  # authserv-id, RFC 8601, section 2.2
TEXT = (
    "Callboard wrote this letter to itself, to see whether it arrives (callboard check --round-trip).\n"
    "You can delete it.\n"
)


def round_trip(config: Config, environ: Mapping[str, str], clock: Clock, seconds: float) -> str:
    """Send the letter and say where it arrived and when. Raises ConfigError when it did not within `seconds`."""
    if config.smtp is None or not config.mailboxes:
        raise ConfigError(f"{config.file}: a round trip needs [smtp] and a [[mailbox]]")
    address, timeout = config.smtp.address, config.worker.timeout_seconds
    now = clock()
    message_id, letter = _letter(address, now)
    with ExitStack() as stack:
        # The mailboxes first: a letter that nobody could find is not sent.
        open_ones = [(m, _connect(stack, m, config, environ, clock)) for m in config.mailboxes]
        with Mailer(config.smtp, credentials.of_smtp(config, config.smtp, environ, clock), timeout) as mailer:
            mailer.send(address, address, letter)
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            for mailbox, connection in open_ones:
                header = header_of(connection, mailbox.folder, message_id, (now - timedelta(days=1)).date())
                if header is not None:
                    return _arrived(mailbox, time.monotonic() - began) + _stamp(mailbox, header)
            time.sleep(PAUSE)
    raise ConfigError(_lost(address, config.mailboxes, seconds))


def _connect(
    stack: ExitStack, mailbox: MailboxConfig, config: Config, environ: Mapping[str, str], clock: Clock
) -> Connection:
    secret = credentials.of_mailbox(config, mailbox, environ, clock)
    return stack.enter_context(Connection(mailbox, secret, config.worker.timeout_seconds))


def _letter(address: str, now: datetime) -> tuple[str, bytes]:
    message_id = f"<round-trip.{secrets.token_hex(10)}@{address.rpartition('@')[2]}>"
    message = EmailMessage(policy=SMTP)
    message["From"] = message["To"] = address
    message["Subject"] = "Callboard: round trip"
    message["Date"], message["Message-ID"] = format_datetime(now), message_id
    # RFC 3834: nobody's responder answers it, ours included.
    message["Auto-Submitted"], message["X-Auto-Response-Suppress"] = "auto-generated", "All"
    message.set_content(TEXT)
    return message_id, message.as_bytes()


def _arrived(mailbox: MailboxConfig, seconds: float) -> str:
    return f"a letter to ourselves is in {mailbox.folder} of mailbox {mailbox.name} after {seconds:.0f} s"


def _stamp(mailbox: MailboxConfig, header: bytes) -> str:
    """What the receiving server says about who sends mail, where the operator does not make use of it."""
    stamp = str(email.message_from_bytes(header).get("Authentication-Results", ""))
    server = SERVER.match(stamp)
    if server is None or mailbox.authserv_id:
        return ""
    return (
        f'; its server checks who sends mail: with authserv_id = "{server[1]}" in this [[mailbox]] '
        "Callboard refuses forged senders"
    )


def _lost(address: str, mailboxes: Sequence[MailboxConfig], seconds: float) -> str:
    names = ", ".join(f"{m.folder} of mailbox {m.name}" for m in mailboxes)
    return (
        f"the server took a letter to {address}, and it was not in {names} within {seconds:.0f} s: "
        "speakers' answers would not arrive either; look into the spam folder, correct smtp.address or wait longer"
    )
