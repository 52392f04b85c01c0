"""`callboard run`: the pass on a schedule, in the foreground, until SIGTERM."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from callboard.errors import TryAgainLater
from callboard.model import Outcome
from callboard.worker import Worker

log = logging.getLogger("callboard")


def run(worker: Worker) -> None:
    """Run passes every `[worker] poll_minutes` until SIGTERM or SIGINT; the running pass ends cleanly first.

    Coalesced, one at a time, no late run dropped, jobs in memory (APScheduler's own defaults skip a run that
    is one second late; field note 35).
    """
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stopping = True
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(
        one_pass,
        "interval",
        args=[worker],
        minutes=worker.config.worker.poll_minutes,
        # Several workers in one place do not knock at the server in the same second.
        jitter=min(30, worker.config.worker.poll_minutes * 6),
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    log.info("running; every %g minutes", worker.config.worker.poll_minutes)
    stop.wait()
    log.info("stopping after the current step")
    scheduler.shutdown(wait=True)


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
