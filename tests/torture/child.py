"""Callboard's own command line in a process that can be told to die: by SIGKILL, at one of its commits, statements,
network calls or files, before it or after it.

Nothing in the product knows of this. What stands between it and the world (SQLAlchemy's commit, Python's sockets,
os.replace) is wrapped in the child alone, and its clock is the test's.

    python child.py SPEC        runs one command
    python child.py --nursery   imports everything once, then forks a child for each line {"start": SPEC}; answers
                                {"poll": PID} with the child's status, null while it lives
"""

from __future__ import annotations

import functools
import json
import mmap
import os
import random
import signal
import socket
import struct
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

SOURCE = "callboard" + os.sep
NOTE_SECONDS = (
    8.0  # that a database in trouble is waited for to note what left, where passes come one after the other
)
MORE = ", the rest"  # of a command: what a literal holds


class Events:
    """Counts and records what the child does, and ends it at the event it was told."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._log = os.open(spec["events"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._kill = spec.get("kill")  # [label, nth]
        self._seen: Counter[str] = Counter()
        self._pid = os.getpid()

    def happen(self, label: str) -> None:
        if os.getpid() != self._pid:
            return  # a child of ours; it is the worker that dies
        self._seen[label] += 1
        os.write(self._log, label.encode() + b"\n")
        if self._kill and self._kill[0] == label and self._kill[1] == self._seen[label]:
            os.write(self._log, b"KILLED\n")
            os.kill(self._pid, signal.SIGKILL)


def step() -> str:
    """The product's function that is at work: "collect.keep"."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if f"{os.sep}src{os.sep}{SOURCE}" in path or f"{os.sep}site-packages{os.sep}{SOURCE}" in path:
            return f"{Path(path).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "nobody"


def watch_the_database(events: Events) -> None:
    import sqlalchemy as sa
    from sqlalchemy.engine.default import DefaultDialect

    commit = DefaultDialect.do_commit

    def do_commit(dialect: Any, connection: Any) -> None:
        where = step()
        events.happen(f"commit {where}: before")
        commit(dialect, connection)
        events.happen(f"commit {where}: after")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    sa.event.listen(sa.Engine, "after_cursor_execute", lambda *_: events.happen(f"statement {step()}"))


def watch_the_files(events: Events) -> None:
    replace = os.replace

    def watched(*arguments: Any, **options: Any) -> None:
        events.happen("file replaced: before")
        replace(*arguments, **options)
        events.happen("file replaced: after")

    os.replace = watched


def watch_the_network(events: Events, ports: dict[int, str]) -> None:
    """Each command before it leaves, when it has left, and when some of its answer has come."""
    said: WeakKeyDictionary[socket.socket, str] = WeakKeyDictionary()
    protocols: WeakKeyDictionary[socket.socket, str] = WeakKeyDictionary()
    connect, sendall, recv_into = socket.socket.connect, socket.socket.sendall, socket.socket.recv_into

    def connected(line: socket.socket, address: Any) -> None:
        protocol = ports.get(address[1]) if isinstance(address, tuple) else None
        if protocol:
            events.happen(f"{protocol} connect: before")
        connect(line, address)
        if protocol:
            protocols[line], said[line] = protocol, "greeting"
            events.happen(f"{protocol} connect: after")

    def sent(line: socket.socket, data: Any, *flags: Any) -> None:
        protocol = protocols.get(line)
        if protocol is None:
            return sendall(line, data, *flags)
        verb = said[line] = spoken(protocol, bytes(data)) or f"{said[line].removesuffix(MORE)}{MORE}"
        events.happen(f"{protocol} {verb}: before")
        if verb == "letter":
            half = len(data) // 2
            sendall(line, data[:half])
            events.happen(f"{protocol} {verb}: half of it sent")
            data = data[half:]
        sendall(line, data)
        events.happen(f"{protocol} {verb}: sent")
        return None

    def received(line: socket.socket, *arguments: Any) -> int:
        count = recv_into(line, *arguments)
        if line in protocols:
            events.happen(f"{protocols[line]} {said[line]}: answered")
        return count

    socket.socket.connect = connected  # type: ignore[method-assign,assignment]
    socket.socket.sendall = sent  # type: ignore[method-assign,assignment]
    socket.socket.recv_into = received  # type: ignore[method-assign,assignment]


def spoken(protocol: str, data: bytes) -> str:
    """The command in these bytes; "" where they belong to the one before."""
    words = data[:60].decode("ascii", "replace").split()
    if protocol == "SMTP":
        known = {"EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"}
        return words[0] if words and words[0].upper() in known else "letter"
    if len(words) < 2 or not words[0].isalnum():
        return ""
    return " ".join(words[1:3]).upper() if words[1].upper() == "UID" else words[1].upper()


def set_the_clock(path: str) -> None:
    """The machine's time and what the test adds to it, in a file that it can change at any moment."""
    from callboard.cli import context

    with open(path, "rb") as file:
        ahead = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    context.clock = lambda: datetime.now(UTC) + timedelta(seconds=struct.unpack("d", ahead[:8])[0])


def prepare(spec: dict[str, Any]) -> None:
    """Put the child into the test's hands."""
    output = os.open(spec["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(output, number)
    os.environ.update(spec["environ"])
    events = Events(spec)
    set_the_clock(spec["clock"])
    watch_the_database(events)
    watch_the_files(events)
    watch_the_network(events, {int(port): name for port, name in spec["ports"].items()})
    sys.argv = ["callboard", *spec["command"]]


def run(spec: dict[str, Any]) -> None:
    """One command, to its end or the child's; or one after the other, for each line that comes, with its exit code."""
    from callboard import database
    from callboard.__main__ import main

    prepare(spec)
    if "listen" not in spec:
        main()
        return
    from callboard.worker import Worker

    assert Worker.__init__.__kwdefaults__ is not None
    Worker.__init__.__kwdefaults__["note_seconds"] = NOTE_SECONDS
    # What SQLAlchemy has once compiled for an engine it need not compile again for the next command.
    database.open_engine = functools.cache(database.open_engine)  # type: ignore[assignment]
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(spec["listen"])
        for _ in line.makefile():
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0
            except Exception:  # noqa: BLE001 (whatever it is, the accounts find it in the output)
                traceback.print_exc()
                code = 70
            line.sendall(f"{code}\n".encode())


def nursery() -> None:
    """Fork children that need not import anything any more."""
    import multiprocessing

    import callboard.cli
    import callboard.daemon
    import callboard.worker  # noqa: F401
    from callboard import understanding
    from callboard.call import Call

    # The process that reads is forked, too, with all its words in memory: it is never the one that is killed. Children
    # that are run alone start it as the product does.
    fork = multiprocessing.get_context("fork")
    understanding.multiprocessing.get_context = lambda _method: fork  # type: ignore[attr-defined]
    understanding._call = Call("warm")
    for raw in some_of_each():
        understanding._understand(raw, False)

    for line in sys.stdin:
        asked = json.loads(line)
        if "poll" in asked:
            pid, status = os.waitpid(asked["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if not answer:
                os.close(0)
                os.open(os.devnull, os.O_RDONLY)
                # As at the end of any program; forks of ours must not go on in this loop.
                try:
                    run(asked["start"])
                except SystemExit as end:
                    finish(end.code if isinstance(end.code, int) else 1)
                except BaseException:  # noqa: BLE001 (whatever it is, the accounts find it in the output)
                    traceback.print_exc()
                    finish(70)
                finish(0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def some_of_each() -> Iterator[bytes]:
    """Mails of all kinds that will come: the patterns for them are then compiled before the first fork."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from correspondence import Correspondence

    letters_in = Correspondence(random.Random(1))
    for _ in range(40):
        answerable = [
            f"To: {talk.sender}\r\nSubject: P-1\r\nMessage-ID: <1@callboard.test>\r\n\r\n".encode()
            for talk in letters_in.talks.values()
        ]
        yield letters_in.write(answerable).raw


def finish(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == "--nursery":
        nursery()
    else:
        run(json.loads(sys.argv[1]))
