"""`callboard run`: the pass on a schedule and whenever mail arrives, in the foreground, until SIGTERM.

Nothing here keeps state: a process that is ended anywhere, by itself too, goes on where the database says.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final, NoReturn

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from callboard import servicemanager, status
from callboard.errors import CallboardError, ConfigError, TryAgainLater
from callboard.mailroom import credentials
from callboard.mailroom.idle import Listener
from callboard.model import Outcome
from callboard.status import Status
from callboard.worker import Worker

log = logging.getLogger("callboard")

JOB: Final = "pass"
STUCK: Final = 70  # EX_SOFTWARE: whoever started us starts us again
STAGGER = 2.0  # seconds between the first connections to one server, where several mailboxes lie on it
TICK = 1.0  # seconds between two looks at how the pass is doing


class Daemon:
    """Passes by a schedule and by IDLE, a watch over them, an orderly end, and a new configuration on SIGHUP."""

    def __init__(self, worker: Worker, renewed: Callable[[], Worker]) -> None:
        """`renewed` reads the configuration anew and raises CallboardError where it is wrong."""
        self._worker, self._renewed = worker, renewed
        self._stop, self._reload = threading.Event(), threading.Event()
        self._at_work: Worker | None = None  # while a pass runs
        self._listeners: list[Listener] = []
        self._stop_serving: Callable[[], None] = lambda: None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # Two: a pass that is asked for while one runs begins when that one ends, and a third would find nothing.
            # No late run is dropped (APScheduler's own defaults skip one that is a second late; field note 35).
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )

    def run(self) -> None:
        """Until SIGTERM or SIGINT; the running pass ends cleanly, or is ended after `[worker] stop_seconds`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
        self._serve()
        self._schedule()
        self._scheduler.start()
        self._listen()
        servicemanager.say("READY=1")
        # In short steps, since a signal's handler cannot wake a wait in every Python.
        while not self._stop.wait(TICK):
            self._watch()
            if self._reload.is_set():
                self._reload.clear()
                self._reconfigure()
        self._end()

    def wake(self) -> None:
        """A pass as soon as can be."""
        if not self._stop.is_set():
            self._scheduler.modify_job(JOB, next_run_time=datetime.now(UTC))

    def _schedule(self) -> None:
        minutes = self._worker.config.worker.poll_minutes
        self._scheduler.add_job(
            self._pass,
            "interval",
            id=JOB,
            replace_existing=True,
            minutes=minutes,
            # Several workers in one place do not knock at the server in the same second.
            jitter=min(30, minutes * 6),
            next_run_time=datetime.now(UTC),
        )
        log.info("running; every %g minutes", minutes)

    def _pass(self) -> None:
        worker = self._worker
        worker.sign_of_life()
        self._at_work = worker
        try:
            one_pass(worker)
        finally:
            self._at_work = None

    def _listen(self) -> None:
        """A listener for each mailbox that wants one. The next pass looks there whatever they hear."""
        worker, at_host = self._worker, Counter[str]()
        for mailbox in worker.config.mailboxes:
            if mailbox.idle:
                delay = STAGGER * at_host[mailbox.host]
                at_host[mailbox.host] += 1
                password = partial(
                    credentials.of_mailbox, worker.config, mailbox, worker.environ, worker.clock
                )
                seconds = worker.config.worker.timeout_seconds
                listener = Listener(mailbox, password, seconds, self.wake, delay=delay)
                listener.start()
                self._listeners.append(listener)

    def _serve(self) -> None:
        """The numbers for Prometheus, where they are wished; they follow the configuration."""
        self._stop_serving()
        self._stop_serving = lambda: None
        if (address := self._worker.config.health.metrics) is not None:
            from callboard import metrics

            self._stop_serving = metrics.serve(address, self._numbers)

    def _numbers(self) -> tuple[Status, ...]:
        worker = self._worker
        with worker.sessions() as db:
            return (status.status(db, worker.config, worker.clock()),)

    def _deafen(self) -> None:
        for listener in self._listeners:
            listener.stop()
        for listener in self._listeners:
            listener.join(self._worker.config.worker.timeout_seconds)
        self._listeners.clear()

    def _watch(self) -> None:
        """A pass that shows no sign of life beyond its lease is beyond help: end it, to be started again."""
        worker = self._at_work
        if worker is not None and (silent := time.monotonic() - worker.alive) > worker.lease_seconds:
            log.critical("no sign of life for %.0f s: ending this process, to be started again", silent)
            _leave(worker, STUCK)
        servicemanager.say("WATCHDOG=1")

    def _reconfigure(self) -> None:
        """Go on with what the configuration says now; with the old one where the new one is wrong."""
        servicemanager.reloading()
        try:
            worker = self._renewed()
        except CallboardError as error:
            log.error("not reloaded, going on as before: %s", error)
        else:
            self._deafen()
            moved = worker.config.health.metrics != self._worker.config.health.metrics
            self._worker = worker
            if moved:
                try:
                    self._serve()
                except ConfigError as error:
                    log.error("%s", error)
            self._schedule()
            self._listen()
            log.info("reloaded")
        servicemanager.say("READY=1")

    def _end(self) -> None:
        log.info("stopping after the current step")
        servicemanager.say("STOPPING=1")
        until = time.monotonic() + self._worker.config.worker.stop_seconds
        self._worker.stopping = True
        if self._at_work is not None:  # another one, just after a reload
            self._at_work.stopping = True
        self._scheduler.shutdown(wait=False)
        for listener in self._listeners:
            listener.stop()
        self._stop_serving()
        while (worker := self._at_work) is not None and time.monotonic() < until:
            time.sleep(0.05)
        if worker is not None:
            log.error(
                "the current step took too long; ended in the middle of it, the next start goes on there"
            )
            _leave(worker, 0)


def one_pass(worker: Worker) -> None:
    """A pass whose failures are logged; the next one goes on."""
    try:
        report = worker.run_once()
    except TryAgainLater as error:
        log.error("%s", error)
    else:
        log.info(
            "pass: %d fetched, %d letters sent, %d held",
            report.fetched,
            report.sent,
            report.outcomes[Outcome.HELD],
        )
        for problem in report.problems:
            log.error("%s", problem)


def _leave(worker: Worker, code: int) -> NoReturn:
    """End at once, as if killed: what was committed stands, the rest is done again."""
    with suppress(SQLAlchemyError, OSError):
        worker.give_lease_back()
    logging.shutdown()
    os._exit(code)
