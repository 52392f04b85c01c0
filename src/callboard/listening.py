"""A listener at one mailbox of a call, as the daemon and a fleet have it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from callboard import database, pauses
from callboard.config import MailboxConfig
from callboard.mailroom import credentials
from callboard.mailroom.idle import Listener
from callboard.worker import Worker

STAGGER: Final = 2.0  # seconds between the first connections to one server, where several mailboxes lie on it


def listener_of(
    worker: Worker, mailbox: MailboxConfig, heard: Callable[[], None], *, delay: float
) -> Listener:
    """Not started yet. `heard` is called when something may have arrived."""
    return Listener(
        mailbox,
        partial(credentials.of_mailbox, worker.config, mailbox, worker.environ, worker.clock),
        worker.config.worker.timeout_seconds,
        heard,
        partial(left_alone, worker, mailbox.name),
        delay=delay,
    )


def left_alone(worker: Worker, mailbox: str) -> float:
    """For how many seconds more this mailbox's server wants to be left alone."""
    with database.explained(), worker.sessions() as db:
        pause = pauses.until(db, pauses.of_mailbox(mailbox), worker.clock())
    return (pause.until - worker.clock()).total_seconds() if pause is not None else 0.0
