"""The reading process: in order, ahead of its reader, and dying alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from callboard.call import Call
from callboard.errors import UnreadableMail
from callboard.reading import Kind
from callboard.understanding import ReadingProcess, Understood, Waiting
from letters_in import mail, proposal
from waiting import until

CALL = Call(title="Journée rivières")


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess(CALL) as one:
        yield one


def batch(*raws: bytes) -> list[Waiting]:
    return [Waiting(number, raw, False) for number, raw in enumerate(raws, 1)]


def test_messages_come_back_in_their_order_with_what_they_mean(process: ReadingProcess) -> None:
    raws = batch(
        proposal(title="Les vannes"), mail("Merci !\n", subject="Merci"), proposal(title="Les digues")
    )

    results = list(process.understand(raws))

    assert [w.id for w, _ in results] == [1, 2, 3]
    assert [r.reading.kind for _, r in results if isinstance(r, Understood)] == [
        Kind.PROPOSAL,
        Kind.OTHER,
        Kind.PROPOSAL,
    ]


def test_bytes_that_are_no_mail_come_back_with_the_reason(process: ReadingProcess) -> None:
    (_, result), (_, fine) = process.understand(batch(b"\0\0\0", proposal()))

    assert isinstance(result, UnreadableMail)
    assert result.code == "no_mail"
    assert isinstance(fine, Understood)


class Crashing:
    """The pool, but for one message, over which the process dies as from a crash in a C library."""

    def __init__(self, pool: ProcessPoolExecutor, poison: bytes) -> None:
        self.pool, self.poison = pool, poison

    def submit(self, function: Callable[..., object], *arguments: object) -> Future[object]:
        if self.poison in arguments:
            return self.pool.submit(os._exit, 3)
        return self.pool.submit(function, *arguments)


def test_a_message_that_kills_the_process_is_named_and_the_others_are_read(
    process: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead twice over the same message: it is that message. The others never notice."""
    poison = mail("Poison\n")
    start = process._started
    processes: list[int | None] = []

    def crashing() -> Crashing:
        pool = start()
        processes.append(process._process_id)
        return Crashing(pool, poison)

    monkeypatch.setattr(process, "_started", crashing)

    results = list(process.understand(batch(proposal(title="Les vannes"), poison, proposal())))

    assert [type(r).__name__ for _, r in results] == ["Understood", "UnreadableMail", "Understood"]
    assert len(set(processes)) == 3


def test_a_process_that_answers_no_more_is_replaced() -> None:
    with ReadingProcess(CALL, wall_seconds=8) as process:
        list(process.understand(batch(proposal())))
        stopped = process._process_id
        os.kill(stopped, signal.SIGSTOP)  # it will never answer

        ((_, result),) = process.understand(batch(proposal()))

        assert isinstance(result, Understood)
        assert process._process_id != stopped
        assert not _alive(stopped)


def test_a_process_that_died_in_the_meantime_is_replaced() -> None:
    """Between two messages, as when the system needs memory: the pool then takes no more work at all."""
    with ReadingProcess(CALL) as process:
        list(process.understand(batch(proposal())))
        died = process._process_id
        os.kill(died, signal.SIGKILL)
        assert until(lambda: refuses(process._pool))

        ((_, result),) = process.understand(batch(proposal()))

        assert isinstance(result, Understood)
        assert process._process_id != died


def refuses(pool: ProcessPoolExecutor) -> bool:
    try:
        pool.submit(os.getpid)
    except BrokenProcessPool:
        return True
    return False


def test_the_process_ends_with_a_killed_worker() -> None:
    """SIGKILL leaves no time to say goodbye; no reader may stay behind."""
    code = (
        "import time\n"
        "from callboard.call import Call\n"
        "from callboard.understanding import ReadingProcess, Waiting\n"
        "if __name__ == '__main__':\n"
        "    p = ReadingProcess(Call(title='x'))\n"
        "    list(p.understand([Waiting(1, b'From: a@b.example\\n\\nx', False)]))\n"
        "    print(p._process_id, flush=True)\n"
        "    time.sleep(60)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    reader = int(worker.stdout.readline())
    worker.kill()
    worker.wait(10)

    for _ in range(100):
        if not _alive(reader):
            break
        time.sleep(0.1)

    assert not _alive(reader)


@pytest.mark.parametrize("end", ["exit 1", "sleep 1; exit 1"], ids=["at once", "while it is being asked"])
def test_a_process_that_cannot_start_means_try_again_later(end: str, tmp_path: Path) -> None:
    """And nothing else is killed. In an interpreter of its own: multiprocessing keeps what it could not start."""
    python = tmp_path / "python"  # starts multiprocessing's own helpers, but nothing that forks
    python.write_text(f'#!/bin/sh\ncase "$*" in *forkserver*) {end};; *) exec {sys.executable} "$@";; esac\n')
    python.chmod(0o755)
    code = (
        "import multiprocessing\n"
        "from callboard.call import Call\n"
        "from callboard.errors import Busy\n"
        "from callboard.understanding import ReadingProcess, Waiting\n"
        "if __name__ == '__main__':\n"
        f"    multiprocessing.set_executable({str(python)!r})\n"
        "    try:\n"
        "        list(ReadingProcess(Call(title='x')).understand([Waiting(1, b'From: a@b.example', False)]))\n"
        "    except Busy as error:\n"
        "        print(error, flush=True)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.stdout == "the process that reads mails does not start; is there memory enough?\n"


def _alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process_id}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
