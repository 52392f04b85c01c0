"""Everybody who works in this process of the fleet: a `Worker` for each call and lease, made when first asked for.

A lease is short here, and a thread renews those in use: what a killed process leaves behind is free within a minute. It
stands behind the queue's lock, for a process that was taken for dead and goes on.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from callboard import calllog, database, servicemanager
from callboard.errors import CallboardError
from callboard.worker import LEASE, Worker

log = logging.getLogger("callboard")

LEASE_SECONDS: Final = 30.0
RENEWED_EVERY: Final = 6.0
KEPT: Final = 400  # workers that wait for their next task; each has its templates in memory
STUCK: Final = 70  # EX_SOFTWARE: whoever started us starts us again

Workers = Mapping[str, Worker]


class Crew:
    """The workers of a process, by call and lease."""

    def __init__(self, workers: Workers) -> None:
        """A worker for each call, as a pattern for those of its leases."""
        self._patterns, self.stopping = dict(workers), False
        self._idle: OrderedDict[tuple[str, str], Worker] = OrderedDict()
        self._busy: dict[tuple[str, str], Worker] = {}
        self._guard = threading.Condition()
        self._ended = threading.Event()

    @property
    def patterns(self) -> Workers:
        """A worker for each call: its configuration and its place. It does no work itself."""
        return self._patterns

    def replace(self, workers: Workers) -> None:
        """A new configuration: what is being done goes on with the old one."""
        with self._guard:
            self._patterns = dict(workers)
            # What has left and could not be noted is known to them alone.
            self._idle = OrderedDict((key, worker) for key, worker in self._idle.items() if worker.left)

    def stop(self) -> None:
        """What is being done ends after its current step."""
        self.stopping = True
        with self._guard:
            for worker in self._busy.values():
                worker.stopping = True

    @contextmanager
    def at_work(self, call: str, lease: str = LEASE) -> Iterator[Worker | None]:
        """The worker of this call and lease, with the lease taken; None for a call that is not here any more.

        Raises Busy when somebody else has the lease.
        """
        key = call, lease
        worker = self._taken(key)
        if worker is None:
            yield None
            return
        try:
            with calllog.about(call or None), database.explained(), worker.leased():
                yield worker
        finally:
            self._given_back(key, worker)

    def _taken(self, key: tuple[str, str]) -> Worker | None:
        call, lease = key
        with self._guard:
            # The queue's lock has seen to it already, but for a task that was taken up again too early.
            self._guard.wait_for(lambda: key not in self._busy)
            pattern = self._patterns.get(call)
            if pattern is None:
                return None
            worker = self._idle.pop(key, None)
            if worker is None or worker.config is not pattern.config:
                before, worker = worker, _like(pattern, lease)
                worker.left = before.left if before else worker.left
            worker.stopping = self.stopping
            worker.sign_of_life()
            self._busy[key] = worker
            return worker

    def _given_back(self, key: tuple[str, str], worker: Worker) -> None:
        with self._guard:
            del self._busy[key]
            current = self._patterns.get(key[0])
            # One that could not note what has left must not be forgotten.
            if (current is not None and current.config is worker.config) or worker.left:
                self._idle[key] = worker
            while len(self._idle) > KEPT and not next(iter(self._idle.values())).left:
                self._idle.popitem(last=False)
            self._guard.notify_all()

    # --- Keeping the leases ----------------------------------------------------------------------------

    def keep(self) -> threading.Thread:
        """Start the thread that renews the leases in use."""
        thread = threading.Thread(target=self._keep, name="leases", daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        """No more renewing."""
        self._ended.set()

    def _keep(self) -> None:
        while not self._ended.wait(RENEWED_EVERY):
            with self._guard:
                busy = list(self._busy.values())
            for worker in busy:
                if time.monotonic() - worker.alive > worker.patience_seconds:
                    log.critical("no sign of life: ending this process, to be started again")
                    logging.shutdown()
                    os._exit(STUCK)
                # Lost, or the database is away: the step itself finds out before its next message or letter.
                with suppress(CallboardError, SQLAlchemyError):
                    worker.keep_lease()
            servicemanager.say("WATCHDOG=1")


def _like(pattern: Worker, lease: str) -> Worker:
    return Worker(
        pattern.config,
        pattern.engine,
        pattern.environ,
        pattern.clock,
        note_seconds=pattern.note_seconds,
        lease=lease,
        lease_seconds=LEASE_SECONDS,
    )
