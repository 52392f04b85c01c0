"""What each task of the queue does: a step of the pass, the same function as in the embedded mode.

A task names the row that work is owed to. Its step does what the call owes by then, in order, so that the tasks of the
rows beside it mostly find theirs done.

    tick    every minute, one worker for all: asks for what is due
    rescue  every ten seconds, one worker for all: takes up what killed workers left
    fetch   one mailbox
    read    one stored message, and those that came before it
    send    one letter owed, and those that are due beside it
    tend    one call: what no row asks for (programme, places, reminders, digest, alarms), and whatever was left
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from procrastinate import App, BaseConnector, BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from callboard import collect, dispatch
from callboard.errors import TryAgainLater
from callboard.fleet.crew import Crew
from callboard.fleet.queue import IS_DONE, QUEUE, WAITS, Task, call_lock, mailbox_lock, put_once
from callboard.model import InboxEntry, LetterState, OutboxEntry, Outcome
from callboard.passreport import PassReport
from callboard.worker import Worker

log = logging.getLogger("callboard")

FIRST: Final = 100  # however much waits
DEAD_AFTER: Final = 30  # seconds without a heartbeat
MOST_ATTEMPTS: Final = 6  # of a task that fails through a mistake of ours
MOST_DEATHS: Final = 20  # of its workers; one that dies was mostly not ended by what it did
FIRST_RETRY: Final = 3  # seconds
LONGEST_RETRY: Final = 300
KEEP_FAILED_HOURS: Final = 24 * 30
UNDER_WAY: Final = (WAITS, IS_DONE)


class Unfinished(TryAgainLater):
    """The worker was told to stop before the task's own row was reached."""


class Later(BaseRetryStrategy):
    """Tried again later and later: for ever where the other side is away, else six times."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: given up, for a person to look at."""
        if isinstance(exception, Unfinished):
            return RetryDecision(retry_in={"seconds": 0})
        if not isinstance(exception, TryAgainLater) and job.attempts + 1 >= MOST_ATTEMPTS:
            return None
        seconds = min(FIRST_RETRY * 2 ** min(job.attempts, 10), LONGEST_RETRY)
        # Behind what comes meanwhile: a task that waits for its time keeps others of its lock waiting, unless they
        # come first by their priority.
        return RetryDecision(retry_in={"seconds": seconds}, priority=-1 - job.attempts)


def app_of(crew: Crew, connector: BaseConnector) -> App:
    """The tasks, done by this crew."""
    app = App(connector=connector, worker_defaults={"queues": [QUEUE]})
    _add_what_rows_ask_for(app, crew)
    _add_what_time_asks_for(app, crew)
    return app


def _add_what_rows_ask_for(app: App, crew: Crew) -> None:
    @app.task(name="read", queue=QUEUE, retry=Later())
    def read(call: str, row: int) -> None:
        if not _open(crew, call, row, _unread):
            return
        with crew.at_work(call) as worker:
            if worker is not None and _unread(worker, row):
                report = PassReport()
                worker.read_waiting(report)
                _say(report)
                if worker.stopping and _unread(worker, row):
                    raise Unfinished("stopped")

    @app.task(name="send", queue=QUEUE, retry=Later())
    def send(call: str, row: int) -> None:
        if not _open(crew, call, row, _due):
            return
        with crew.at_work(call) as worker:
            if worker is not None and _due(worker, row):
                report = PassReport()
                dispatch.send_letters(worker, report)
                _say(report)
                if worker.stopping and _due(worker, row):
                    raise Unfinished("stopped")


def _add_what_time_asks_for(app: App, crew: Crew) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="tick", queue=QUEUE, priority=FIRST)
    def tick(timestamp: int) -> None:
        ask(crew, timestamp // 60)

    @app.periodic(cron="* * * * * */10")  # croniter's sixth field: seconds
    @app.task(name="rescue", queue=QUEUE, priority=FIRST)
    async def rescue(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
        await take_up(app)

    @app.task(name="fetch", queue=QUEUE, retry=Later())
    def fetch(call: str, mailbox: str) -> None:
        with crew.at_work(call, f"fetch {mailbox}"[:40]) as worker:
            for settings in worker.config.mailboxes if worker else ():
                if worker is not None and settings.name == mailbox:
                    collect.fetch(worker, settings, PassReport())

    @app.task(name="tend", queue=QUEUE, retry=Later())
    def tend(call: str) -> None:
        with crew.at_work(call) as worker:
            if worker is not None:
                report = PassReport()
                worker.tend(report)
                _say(report)


def ask(crew: Crew, minute: int | None = None) -> None:
    """Put what is due in this minute into the queue; all there is without one."""
    due = list(_due_calls(crew, minute))
    if due:
        # Whichever call's it is: the queue lies in the database of all.
        put_once(due[0][1].engine, [task for call, worker in due for task in _tasks(call, worker)])


def _due_calls(crew: Crew, minute: int | None) -> Iterator[tuple[str, Worker]]:
    """Each call has its minutes, so that not all begin in the same one."""
    for call, worker in crew.patterns.items():
        every = max(1, round(worker.config.worker.poll_minutes))
        if minute is None or (minute + zlib.crc32(call.encode())) % every == 0:
            yield call, worker


def _tasks(call: str, worker: Worker) -> Iterator[Task]:
    for mailbox in worker.config.mailboxes:
        lock = mailbox_lock(call, mailbox.name)
        yield Task("fetch", call, lock, mailbox=mailbox.name, once=UNDER_WAY)
    yield Task("tend", call, call_lock(call), once=UNDER_WAY)


async def take_up(app: App) -> None:
    """Put back what workers did that are no more, and forget what failed long ago."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_AFTER):
        if job.attempts >= MOST_DEATHS:
            log.error("task %s: its workers die, again and again: given up", job.task_name)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            log.warning("task %s: its worker is gone, taken up again", job.task_name)
            # Another worker was as fast; the queue refuses to put back what is there already.
            with suppress(ConnectorException):
                await manager.retry_job(job)
    await manager.delete_old_jobs(KEEP_FAILED_HOURS, queue=QUEUE, include_failed=True)


def _open(crew: Crew, call: str, row: int, is_open: Callable[[Worker, int], bool]) -> bool:
    """Whether there is anything to do about a row. Mostly it was done beside another, and seeing so needs no lease."""
    pattern = crew.patterns.get(call)
    return pattern is not None and is_open(pattern, row)


def _unread(worker: Worker, row: int) -> bool:
    with worker.sessions() as db:
        entry = db.get(InboxEntry, row)
        return entry is not None and entry.outcome == Outcome.WAITING


def _due(worker: Worker, row: int) -> bool:
    with worker.sessions() as db:
        letter = db.get(OutboxEntry, row)
        return (
            letter is not None and letter.state == LetterState.OWED and letter.next_attempt <= worker.clock()
        )


def _say(report: PassReport) -> None:
    for problem in report.problems:
        log.error("%s", problem)
