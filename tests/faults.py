"""Servers that misbehave, on loopback: a proxy that spoils a connection, an IMAP server that says what it is told."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from callboard.config import MailboxConfig


class FaultProxy:
    """A TCP proxy that spoils the way back: stall, cut after so many bytes, reset; and records the way in.

    `cut_on`: the line is cut when the client sends these bytes, before the server sees them;
    `stall_on`: from there on no answer comes back.
    """

    def __init__(self, port: int) -> None:
        self.upstream = ("127.0.0.1", port)
        self.stall = False
        self.cut_after: int | None = None
        self.cut_on: bytes | None = None
        self.stall_on: bytes | None = None
        self.reset = False
        self.connections = 0
        self.sent = b""  # what clients said, all connections
        self._open: list[socket.socket] = []

    def __enter__(self) -> FaultProxy:
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
                server = socket.create_connection(self.upstream, 5)
                server.settimeout(None)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                for work in (self._up, self._down):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self.sent += data
                if self.cut_on is not None and self.cut_on in data:
                    break
                if self.stall_on is not None and self.stall_on in data:
                    self.stall = True
                server.sendall(data)
        self._end(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := server.recv(65536):
                while self.stall and client.fileno() >= 0:
                    time.sleep(0.02)
                if self.cut_after is not None and passed + len(data) > self.cut_after:
                    client.sendall(data[: max(0, self.cut_after - passed)])
                    break
                client.sendall(data)
                passed += len(data)
        self._end(client, server)

    def _end(self, client: socket.socket, server: socket.socket) -> None:
        if self.reset:
            with suppress(OSError):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
        _shut(client)
        _shut(server)


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
