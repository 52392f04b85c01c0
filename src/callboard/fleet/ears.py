"""One process of the fleet listens (IMAP IDLE) at the mailboxes of all calls; what it hears is a `fetch` in the queue.

Which one is decided by a lock of the database that ends with its connection: when the process is killed, another one
listens within seconds. A lock that is lost without our knowing makes two that listen, which costs connections and
nothing else, since a fetch is done once.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from callboard.config import MailboxConfig
from callboard.fleet.crew import Crew
from callboard.fleet.queue import WAITS, Task, mailbox_lock, put_once
from callboard.listening import STAGGER, listener_of
from callboard.mailroom.idle import Listener
from callboard.worker import Worker

log = logging.getLogger("callboard")

TICK: Final = 5.0  # seconds between two looks at whether the lock is ours
_TAKE = text("SELECT pg_try_advisory_lock(hashtext('callboard ears'))")
_STILL = text("SELECT 1")
# A machine that loses its power says no goodbye: without these the server believes in it, and in its lock, for hours.
_NOTICED = text(
    "SELECT set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '5', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)


class Ears(threading.Thread):
    """Listens while nobody else does, until stopped."""

    def __init__(self, crew: Crew, *, tick: float = TICK) -> None:
        super().__init__(name="ears", daemon=True)
        self._crew, self._tick = crew, tick
        self._ended = threading.Event()
        self._listeners: list[Listener] = []

    def stop(self) -> None:
        """Returns at once."""
        self._ended.set()

    def run(self) -> None:
        """Try to be the one who listens, again and again."""
        while not self._ended.is_set():
            engine = next((w.engine for w in self._crew.patterns.values()), None)
            if engine is not None:
                # The database is away: whoever hears first that it is back listens.
                with suppress(SQLAlchemyError), closing(_alone(engine)) as line:
                    self._while_ours(line)
            self._ended.wait(self._tick)

    def _while_ours(self, line: Connection) -> None:
        # A server that cannot do that is no reason not to listen.
        with suppress(SQLAlchemyError):
            line.execute(_NOTICED)
        if not line.execute(_TAKE).scalar():
            return
        log.info("this worker listens for new mail")
        try:
            patterns = None
            while not self._ended.is_set():
                if patterns is not self._crew.patterns:  # a reload has come
                    patterns = self._crew.patterns
                    self._deafen()
                    self._listeners = list(self._all())
                    for listener in self._listeners:
                        listener.start()
                self._ended.wait(self._tick)
                line.execute(_STILL)
        finally:
            self._deafen()

    def _all(self) -> Iterator[Listener]:
        at_host = Counter[str]()
        for call, worker in self._crew.patterns.items():
            for mailbox in worker.config.mailboxes:
                if mailbox.idle:
                    heard = partial(_ask, worker, call, mailbox)
                    yield listener_of(worker, mailbox, heard, delay=STAGGER * at_host[mailbox.host])
                    at_host[mailbox.host] += 1

    def _deafen(self) -> None:
        for listener in self._listeners:
            listener.stop()
        self._listeners = []


def _alone(engine: Engine) -> Connection:
    """A connection that nobody else is given: closed, it is gone, and its locks with it."""
    connection = engine.execution_options(isolation_level="AUTOCOMMIT").connect()
    connection.detach()
    return connection


def _ask(worker: Worker, call: str, mailbox: MailboxConfig) -> None:
    """Put a fetch into the queue. One that is being done may have looked before the mail came."""
    task = Task("fetch", call, mailbox_lock(call, mailbox.name), mailbox=mailbox.name, once=(WAITS,))
    try:
        put_once(worker.engine, [task])
    except SQLAlchemyError as error:
        log.warning("new mail, and the queue is away (%s): polling finds it", type(error).__name__)
