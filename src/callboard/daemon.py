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
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NoReturn

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from callboard import calllog, servicemanager, status
from callboard.errors import CallboardError, ConfigError, TryAgainLater
from callboard.listening import STAGGER, listener_of
from callboard.mailroom.idle import Listener
from callboard.model import Outcome
from callboard.status import Status
from callboard.worker import Worker

log = logging.getLogger("callboard")

STUCK: Final = 70  # EX_SOFTWARE: whoever started us starts us again
TICK = 1.0  # seconds between two looks at how the passes are doing
PASSES = 4  # at once, of as many calls
# Seconds for all listeners to leave their servers before others come. One that a server keeps waiting leaves when it
# is let in: nobody waits for that, since SIGTERM would wait too.
LEAVING = 2.0
APART = 0.2  # seconds between the first passes of two calls

Workers = Mapping[str | None, Worker]


class Round:
    """The passes of one call, and the ears that ask for one."""

    def __init__(self, name: str | None, worker: Worker, wake: Callable[[str | None], None]) -> None:
        self.name, self.worker, self._wake = name, worker, wake
        self.at_work: Worker | None = None  # while a pass runs
        self._listeners: list[Listener] = []

    @property
    def job(self) -> str:
        """The name of its job, and of the thread that runs it: no two passes of one call at once."""
        return f"pass {self.name or ''}"

    def run(self, turns: threading.Semaphore) -> None:
        """One pass, when it is our turn."""
        with turns, calllog.about(self.name):
            worker = self.worker
            if worker.stopping:
                return
            worker.sign_of_life()
            self.at_work = worker
            try:
                one_pass(worker)
            finally:
                self.at_work = None

    def listen(self, at_host: Counter[str]) -> None:
        """A listener for each mailbox that wants one. `at_host`: how many listen at each server already."""
        config, worker = self.worker.config, self.worker
        for mailbox in config.mailboxes:
            if mailbox.idle:
                delay = STAGGER * at_host[mailbox.host]
                at_host[mailbox.host] += 1
                heard = partial(self._wake, self.name)
                listener = listener_of(worker, mailbox, heard, delay=delay)
                listener.start()
                self._listeners.append(listener)

    def deafen(self) -> list[Listener]:
        """Let the listeners go. Returns at once, with those that went."""
        gone, self._listeners = self._listeners, []
        for listener in gone:
            listener.stop()
        return gone

    def stop(self) -> None:
        """The current pass ends after its current step, and no other begins."""
        self.worker.stopping = True
        if (running := self.at_work) is not None:  # another one, just after a reload
            running.stopping = True


class Daemon:
    """Passes by a schedule and by IDLE, a watch over them, an orderly end, and a new configuration on SIGHUP."""

    def __init__(self, workers: Workers, renewed: Callable[[Workers], Workers]) -> None:
        """A worker for each call, by name. `renewed` reads the configuration anew, given those at work, and raises
        CallboardError where it is wrong."""
        self._renewed = renewed
        self._stop, self._reload = threading.Event(), threading.Event()
        self._turns = threading.Semaphore(PASSES)
        self._rounds = {name: Round(name, worker, self.wake) for name, worker in workers.items()}
        self._leaving: list[Round] = []  # of calls that went, while their last step ends or is not noted
        self._serving: str | None = None  # the address
        self._stop_serving: Callable[[], None] = lambda: None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # Two: a pass that is asked for while one runs begins when that one ends, and a third would find nothing.
            # No late run is dropped (APScheduler's own defaults skip one that is a second late; field note 35).
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )

    def run(self) -> None:
        """Until SIGTERM or SIGINT; the running passes end cleanly, or are ended after `[worker] stop_seconds`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
        self._serve()
        for position, each in enumerate(self._rounds.values()):
            self._schedule(each, position)
        self._scheduler.start()
        at_host = Counter[str]()
        for each in self._rounds.values():
            each.listen(at_host)
        servicemanager.say("READY=1")
        # In short steps, since a signal's handler cannot wake a wait in every Python.
        while not self._stop.wait(TICK):
            self._watch()
            if self._reload.is_set():
                self._reload.clear()
                self._reconfigure()
        self._end()

    def wake(self, name: str | None = None) -> None:
        """A pass of this call as soon as can be."""
        if not self._stop.is_set() and (woken := self._rounds.get(name)) is not None:
            with suppress(JobLookupError):  # the call went with a reload
                self._scheduler.modify_job(woken.job, next_run_time=datetime.now(UTC))

    def _schedule(self, each: Round, position: int) -> None:
        minutes = each.worker.config.worker.poll_minutes
        with suppress(ValueError):  # it is there already
            self._scheduler.add_executor(ThreadPoolExecutor(1), each.job)
        self._scheduler.add_job(
            each.run,
            "interval",
            (self._turns,),
            id=each.job,
            executor=each.job,
            replace_existing=True,
            minutes=minutes,
            # Several workers in one place do not knock at the server in the same second.
            jitter=min(30, minutes * 6),
            next_run_time=datetime.now(UTC) + timedelta(seconds=position * APART),
        )
        log.info("%srunning; every %g minutes", f"{each.name}: " if each.name else "", minutes)

    def _serve(self) -> None:
        """The numbers for Prometheus, where they are wished; they follow the configuration."""
        wished = [e.worker.config.health.metrics for e in self._rounds.values()]
        address = next((a for a in wished if a), None)
        if address == self._serving:
            return
        self._stop_serving()
        self._stop_serving, self._serving = (lambda: None), None
        if address is not None:
            from callboard import metrics

            self._stop_serving, self._serving = metrics.serve(address, self._numbers), address

    def _numbers(self) -> Iterator[Status]:
        for worker in [e.worker for e in self._rounds.values()]:
            with worker.sessions() as db:
                yield status.status(db, worker.config, worker.clock())

    def _watch(self) -> None:
        """A pass that shows no sign of life beyond its lease is beyond help: end it, to be started again."""
        # One that could not note what has left must not be forgotten.
        self._leaving = [each for each in self._leaving if each.at_work is not None or each.worker.left]
        for worker in self._busy():
            if (silent := time.monotonic() - worker.alive) > worker.lease_seconds:
                log.critical("no sign of life for %.0f s: ending this process, to be started again", silent)
                self._leave(STUCK)
        servicemanager.say("WATCHDOG=1")

    def _reconfigure(self) -> None:
        """Go on with what the configuration says now; with the old one where the new one is wrong."""
        servicemanager.reloading()
        try:
            workers = self._renewed({name: each.worker for name, each in self._rounds.items()})
        except CallboardError as error:
            log.error("not reloaded, going on as before: %s", error)
        else:
            self._replace(workers)
            try:
                self._serve()
            except ConfigError as error:
                log.error("%s", error)
            log.info("reloaded")
        servicemanager.say("READY=1")

    def _replace(self, workers: Workers) -> None:
        gone_listeners = [listener for each in self._rounds.values() for listener in each.deafen()]
        until = time.monotonic() + LEAVING
        for listener in gone_listeners:
            listener.join(max(0.0, until - time.monotonic()))
        for name in self._rounds.keys() - workers.keys():
            gone = self._rounds.pop(name)
            gone.stop()
            self._scheduler.remove_job(gone.job)
            self._leaving.append(gone)
        at_host = Counter[str]()
        for position, (name, worker) in enumerate(workers.items()):
            each = self._rounds.get(name) or self._came_back(name) or Round(name, worker, self.wake)
            self._rounds[name] = each
            # Letters that left and could not be noted: the old one's pass may add to them.
            worker.left = each.worker.left
            each.worker = worker
            self._schedule(each, position)
            each.listen(at_host)

    def _came_back(self, name: str | None) -> Round | None:
        """The round of a call that went, and is here again before its last step has ended."""
        found = next((each for each in self._leaving if each.name == name), None)
        if found is not None:
            self._leaving.remove(found)
        return found

    def _end(self) -> None:
        log.info("stopping after the current step")
        servicemanager.say("STOPPING=1")
        seconds = max((e.worker.config.worker.stop_seconds for e in self._rounds.values()), default=0)
        until = time.monotonic() + seconds
        for each in self._rounds.values():
            each.stop()
        self._scheduler.shutdown(wait=False)
        for each in self._rounds.values():
            each.deafen()
        self._stop_serving()
        while (busy := self._busy()) and time.monotonic() < until:
            time.sleep(0.05)
        if busy:
            log.error(
                "the current step took too long; ended in the middle of it, the next start goes on there"
            )
            self._leave(0)

    def _busy(self) -> list[Worker]:
        every = [*self._rounds.values(), *self._leaving]
        return [worker for each in every if (worker := each.at_work) is not None]

    def _leave(self, code: int) -> NoReturn:
        """End at once, as if killed: what was committed stands, the rest is done again."""
        for worker in self._busy():
            with suppress(SQLAlchemyError, OSError):
                worker.give_lease_back()
        logging.shutdown()
        os._exit(code)


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
