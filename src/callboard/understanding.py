"""From stored bytes to what they mean, in a process of its own.

Reading is pure, so it can run beside the worker, on another core, and whatever a message does to the process
that reads it (endless work, all memory, a crash in a C library) it does not do to the worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from callboard.call import Call
from callboard.errors import Busy, UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import IncomingMail, read_mail
from callboard.reading import Reading, read
from callboard.reading.result import Thread

WALL_SECONDS = 120.0  # for one message with all its documents, each of which has its own limit
START_SECONDS = 120.0  # for the process itself, on a busy machine
MOST_MEMORY = 2 << 30  # bytes of address space
READIED = "callboard.readied"  # imported where readers are forked
TRIES = 2  # of a message that ends the process: the first time may be somebody else's doing


@dataclass(frozen=True)
class Waiting:
    """A stored message on its way to the reader."""

    id: int
    raw: bytes
    truncated: bool
    thread: Thread = Thread.NEW


@dataclass(frozen=True)
class Understood:
    """A message and what it says; of the attachments `mail` has only names and troubles."""

    mail: IncomingMail
    reading: Reading


class ReadingProcess:
    """Reads messages one after the other; starts with the first one, again after one that ended it."""

    def __init__(self, call: Call, wall_seconds: float = WALL_SECONDS) -> None:
        self._call, self._wall = call, wall_seconds
        self._pool: ProcessPoolExecutor | None = None
        self._process_id: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(kill=kind is not None)

    def understand(self, batch: Sequence[Waiting]) -> Iterator[tuple[Waiting, Understood | UnreadableMail]]:
        """Each message with what it means, or with why it cannot be read, in their order.

        The next ones are read while the caller deals with this one.
        """
        waiting, tries = list(batch), 0
        while waiting:
            futures = [self._submitted(one) for one in waiting]
            done = 0
            for one, future in zip(waiting, futures, strict=True):
                result = self._result(future)
                tries = 0 if result else tries + 1
                if result is None and tries < TRIES:
                    break
                yield (
                    one,
                    result or UnreadableMail("reading this message ended the reader", "stopped_the_reader"),
                )
                done += 1
                if result is None:
                    break
            waiting = waiting[done:]

    def _submitted(self, one: Waiting) -> Future[Understood | UnreadableMail]:
        """A process that died since it was last asked is found out here; the future says so like one that dies now."""
        try:
            return self._started().submit(_understand, one.raw, one.truncated, one.thread)
        except BrokenProcessPool as error:
            broken: Future[Understood | UnreadableMail] = Future()
            broken.set_exception(error)
            return broken

    def _result(self, future: Future[Understood | UnreadableMail]) -> Understood | UnreadableMail | None:
        """None when the process died over this message or was stopped for taking too long."""
        try:
            return future.result(self._wall)
        except (TimeoutError, BrokenProcessPool):
            self._close(kill=True)
            return None
        except Exception as error:  # noqa: BLE001 (one poison message must not stop the queue: field note 17)
            return UnreadableMail(f"Callboard failed on this message ({type(error).__name__})", "failed")

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not "fork": the scheduler's threads may hold locks that the child would wait for. The process that forks
            # has no threads, stays for the next time, and ends with this one.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([READIED])
            self._pool = ProcessPoolExecutor(1, context, _begin, (self._call,))
            try:
                self._process_id = self._pool.submit(os.getpid).result(START_SECONDS)
            except (BrokenProcessPool, TimeoutError, OSError, EOFError) as error:
                # The last two: what forks it, or it itself, ended before or while it was asked.
                self._close(kill=True)
                raise Busy("the process that reads mails does not start; is there memory enough?") from error
        return self._pool

    def _close(self, *, kill: bool) -> None:
        if self._pool is None:
            return
        if kill and self._process_id is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process_id, signal.SIGKILL)
        self._pool.shutdown(wait=not kill or self._process_id is not None, cancel_futures=True)
        self._pool = self._process_id = None


# --- In the process ------------------------------------------------------------------------------------

_call: Call | None = None
_documents = DocumentReader()


def _begin(call: Call) -> None:
    """Set the process up: the call, limits, and an end when the worker ends."""
    global _call
    _call = call
    for number in (signal.SIGINT, signal.SIGTERM):  # they are for the worker, which ends us in order
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    threading.Thread(target=_end_with_the_worker, daemon=True).start()


def _end_with_the_worker() -> None:
    """A worker that is killed cannot tell us; without this we would wait for work for ever."""
    worker = multiprocessing.parent_process()
    if worker is not None:
        worker.join()
        os._exit(1)


def _understand(raw: bytes, truncated: bool, thread: Thread = Thread.NEW) -> Understood | UnreadableMail:
    assert _call is not None  # `_begin` was here
    return understand(raw, _call, truncated=truncated, thread=thread)


def understand(
    raw: bytes, call: Call, *, truncated: bool = False, thread: Thread = Thread.NEW
) -> Understood | UnreadableMail:
    """Read one message here and now."""
    try:
        mail = read_documents(read_mail(raw, truncated=truncated), _documents)
    except UnreadableMail as error:
        return error
    reading = read(mail, call, thread=thread)
    # What the desk does not need is not sent to it: documents are megabytes.
    names = tuple(replace(a, content=None, text=None) for a in mail.attachments)
    return Understood(
        replace(mail, attachments=names, forwarded=(), emphasised=()), replace(reading, parts={})
    )
