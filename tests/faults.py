"""Servers that misbehave, on loopback: a proxy that spoils a connection, an IMAP server that says what it is told."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Self

from callboard.config import MailboxConfig


@dataclass
class Order:
    """What the line does when a client says a command that begins so (a pattern; IMAP's tag is left out).

    `answer` is said in the server's place, which then never sees the command; TAG stands for its tag. None: the
    command passes, and what comes next is the server's answer. `then`: "cut" ends the line, of an answer of the
    server's after `keep` bytes of it; "stall" leaves the client without any answer. `before` is done first. Strikes
    from the one after `skip` on, `times` at most, each `every` of them. The command "." is the end of a letter.
    """

    command: bytes
    answer: bytes | None = None
    then: Literal["go on", "cut", "stall"] = "go on"
    keep: int = 0
    before: Callable[[], object] | None = None
    times: int = 1
    skip: int = 0
    every: int = 1
    user: bytes = b""  # only on connections with this in their LOGIN
    struck: int = 0

    def strikes(self, command: bytes, login: bytes = b"") -> bool:
        if self.struck >= self.times or self.user not in login:
            return False
        if not re.match(self.command, command, re.IGNORECASE):
            return False
        self.skip -= 1
        if self.skip >= 0 or (self.skip + 1) % self.every:
            return False
        self.struck += 1
        return True


@dataclass
class _Talk:
    """One connection through the proxy, as far as it is understood."""

    client: socket.socket
    server: socket.socket
    waiting: bytes = b""  # the beginning of a line
    login: bytes = b""
    letter: bytes | None = None  # what of a letter has come, between DATA and its end
    swallowed: Order | None = None  # the letter is for us: what we say at its end
    opaque: bool = False  # encrypted from here on
    pending: bytes | None = (
        None  # the Message-ID of a letter that the server has, and whose answer has not come back
    )
    told: int = 0  # bytes of that answer that did
    keep: int | None = None  # of the next answer, before the line is cut
    silent: bool = False
    up: int = 0
    down: int = 0
    over: bool = False


MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class FaultProxy:
    """A TCP proxy that spoils a line: stall, cut after so many bytes, reset, small pieces; and records the way in.

    `cut_on`: the line is cut when the client sends these bytes, before the server sees them;
    `stall_on`: from there on no answer comes back; `cut_after` counts the server's bytes, `cut_up_after` the client's.
    With a `protocol` it knows commands, and follows `orders`.
    """

    def __init__(self, port: int, protocol: Literal["imap", "smtp"] | None = None) -> None:
        self.upstream = ("127.0.0.1", port)
        self.protocol = protocol
        self.connections = 0
        self.sent = b""  # what clients said, all connections
        self.unanswered: list[
            bytes
        ] = []  # Message-IDs of letters that the server has, and whose answer was lost
        self.lengths: list[tuple[int, int]] = []  # of ended connections: the client's bytes, the server's
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.mend()

    def mend(self) -> None:
        """A good line again."""
        self.stall = self.reset = False
        self.cut_after: int | None = None
        self.cut_up_after: int | None = None
        self.cut_on: bytes | None = None
        self.stall_on: bytes | None = None
        self.pieces: int | None = None  # bytes in one segment, both ways
        self.greeting: bytes | None = None  # said in place of the server's, which is never asked
        self.rewrite: tuple[bytes, bytes] | None = None  # in what the server says
        self.orders: list[Order] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in self._open:
            _shut(connection)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                if self.greeting is not None:
                    with suppress(OSError):
                        client.sendall(self.greeting)
                    self._hang_up(client)
                    continue
                server = socket.create_connection(self.upstream, 5)
                server.settimeout(None)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                talk = _Talk(client, server, opaque=self.protocol is None)
                for work in (self._up, self._down):
                    threading.Thread(target=work, args=(talk,), daemon=True).start()

    # --- What the client says ----------------------------------------------------------------------

    def _up(self, talk: _Talk) -> None:
        with suppress(OSError):
            while data := talk.client.recv(65536):
                self.sent += data
                if self.cut_on is not None and self.cut_on in data:
                    break
                if self.stall_on is not None and self.stall_on in data:
                    self.stall = True
                if self.cut_up_after is not None and talk.up + len(data) > self.cut_up_after:
                    self._pass_on(talk, data[: max(0, self.cut_up_after - talk.up)], whole=False)
                    break
                talk.up += len(data)
                if not self._pass_on(talk, data):
                    break
        self._end(talk)

    def _pass_on(self, talk: _Talk, data: bytes, *, whole: bool = True) -> bool:
        """Line by line, where lines are known. False: the line is cut here."""
        *lines, rest = (talk.waiting + data).split(b"\n")
        talk.waiting = rest
        for number, line in enumerate(lines, 1):
            if talk.opaque:
                self._say(talk.server, b"\n".join([*lines[number - 1 :], rest]))
                talk.waiting = b""
                return True
            if not self._line(talk, line + b"\n"):
                return False
        if talk.opaque or not whole:
            self._say(talk.server, talk.waiting)
            talk.waiting = b""
        return True

    def _line(self, talk: _Talk, line: bytes) -> bool:
        if talk.letter is not None:
            return self._letter_line(talk, line)
        tag, _, rest = line.partition(b" ") if self.protocol == "imap" else (b"", b"", line)
        command = rest.strip()
        if command.upper().startswith(b"LOGIN"):
            talk.login = command
        order = next((o for o in self.orders if o.strikes(command, talk.login)), None)
        if order:
            return self._obey(order, talk, line, tag)
        if self.protocol == "smtp" and command.upper() == b"DATA":
            talk.letter = b""
            talk.swallowed = next((o for o in self.orders if o.strikes(b".")), None)
            if talk.swallowed and talk.swallowed.answer is not None:
                self._say(talk.client, b"354 go on\r\n")
                return True
        if self.protocol == "smtp" and command.upper() == b"STARTTLS":
            talk.opaque = True
        self._say(talk.server, line)
        return True

    def _letter_line(self, talk: _Talk, line: bytes) -> bool:
        order, ends = talk.swallowed, line == b".\r\n"
        withheld = order is not None and order.answer is not None
        if not ends:
            talk.letter = (talk.letter or b"") + line
            if not withheld:
                self._say(talk.server, line)
            return True
        found = MESSAGE_ID.search(talk.letter or b"")
        talk.letter = talk.swallowed = None
        if not withheld:
            talk.pending, talk.told = found[1] if found else b"", 0
        if order:
            return self._obey(order, talk, line, b"")
        self._say(talk.server, line)
        return True

    def _obey(self, order: Order, talk: _Talk, line: bytes, tag: bytes) -> bool:
        if order.before:
            order.before()
        if order.answer is not None:
            self._say(talk.client, order.answer.replace(b"TAG", tag))
            if order.then == "stall":
                talk.silent = True
            return order.then != "cut"
        if order.then == "cut":
            talk.keep = order.keep
        talk.silent = talk.silent or order.then == "stall"
        self._say(talk.server, line)
        return True

    # --- What the server says ----------------------------------------------------------------------

    def _down(self, talk: _Talk) -> None:
        with suppress(OSError):
            while data := talk.server.recv(65536):
                while (self.stall or talk.silent) and talk.client.fileno() >= 0:
                    time.sleep(0.02)
                if self.rewrite:
                    data = data.replace(*self.rewrite)
                if talk.keep is not None:
                    self._tell_last(talk, data[: talk.keep])
                    break
                if self.cut_after is not None and talk.down + len(data) > self.cut_after:
                    self._tell_last(talk, data[: max(0, self.cut_after - talk.down)])
                    break
                self._tell(talk, data)
        self._end(talk)

    def _tell_last(self, talk: _Talk, data: bytes) -> None:
        pending = talk.pending
        self._tell(talk, data)
        if self.reset:
            # RST throws away what the other side has received and not read.
            talk.pending = pending

    def _tell(self, talk: _Talk, data: bytes) -> None:
        if data:
            self._say(talk.client, data)
        talk.down += len(data)
        talk.told += len(data)
        # Three digits tell a client all that it wants to know.
        if talk.told >= 3:
            talk.pending = None

    def _say(self, to: socket.socket, data: bytes) -> None:
        step = self.pieces or len(data) or 1
        for start in range(0, len(data), step):
            to.sendall(data[start : start + step])

    def _end(self, talk: _Talk) -> None:
        with self._lock:
            if talk.over:
                return
            talk.over = True
            self.lengths.append((talk.up, talk.down))
            if talk.pending is not None:
                self.unanswered.append(talk.pending)
        self._hang_up(talk.client)
        _shut(talk.server)

    def _hang_up(self, client: socket.socket) -> None:
        if self.reset:
            with suppress(OSError):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # Wakes our own thread that reads from it, without which close() would send nothing.
                client.shutdown(socket.SHUT_RD)
            with suppress(OSError):
                client.close()
        _shut(client)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        connection.close()


Answer = bytes | Callable[[re.Match[str]], bytes]


class ScriptedImap:
    """An IMAP server that says what it is told to, for what a good server never says.

    `answers` maps a pattern of the command (without its tag) to the untagged lines that come before
    the tagged OK; an answer that contains `TAG` brings its own tagged line, and one that begins with "+" asks
    the client to go on. Later entries win.
    """

    def __init__(
        self,
        answers: dict[str, Answer] | None = None,
        capabilities: str = "IMAP4rev1",
        greeting: bytes = b"* OK ready\r\n",
    ) -> None:
        self._greeting = greeting
        self.commands: list[str] = []
        self._answers: dict[str, Answer] = {
            "CAPABILITY": f"* CAPABILITY {capabilities}\r\n".encode(),
            "LOGIN ": b"",
            "LOGOUT": b"* BYE bye\r\n",
            "NOOP|UNSELECT": b"",
            "STATUS": b'* STATUS "INBOX" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 7)\r\n',
            "SELECT|EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n"
            b"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n",
            "UID SEARCH": b"* SEARCH 1\r\n",
            **(answers or {}),
        }

    def __enter__(self) -> ScriptedImap:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def config(self, **changes: Any) -> MailboxConfig:
        values = {"name": "organisers", "host": "127.0.0.1", "port": self.port, "user": "ada", "tls": "none"}
        return MailboxConfig(**(values | changes))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            connection.sendall(self._greeting)
            tag, reply = "", b""
            for line in lines:
                # After "+" comes what the client was asked for, a line without a tag.
                continued = reply.startswith(b"+")
                tag, _, command = (tag, "", line.decode()) if continued else line.decode().partition(" ")
                self.commands.append(command.strip())
                reply = self._reply(command.strip())
                if b"TAG" not in reply and not reply.startswith(b"+"):
                    reply += b"TAG OK done\r\n"
                connection.sendall(reply.replace(b"TAG", tag.encode()))

    def _reply(self, command: str) -> bytes:
        for pattern, answer in reversed(self._answers.items()):
            if match := re.match(pattern, command):
                return answer if isinstance(answer, bytes) else answer(match)
        return b"TAG BAD unknown command\r\n"
