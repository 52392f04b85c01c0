"""The demo's two servers, on loopback unless told otherwise, for as long as they are used: pymap for IMAP, aiosmtpd
for SMTP."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from argparse import Namespace
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

from callboard.errors import CallboardError, ConfigError

START = 15.0  # seconds
LOOPBACK = "127.0.0.1"


class ImapServer:
    """pymap with its in-memory backend, in a thread of its own. `port` is known inside the `with`."""

    def __init__(self, user: str, password: str, *, host: str = LOOPBACK, port: int = 0) -> None:
        self._user, self._password, self._host, self._wanted = user, password, host, port
        self._ready, self._thread = threading.Event(), threading.Thread(target=self._run, daemon=True)
        self._error: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self.port = 0

    def __enter__(self) -> ImapServer:
        try:
            import pymap  # noqa: F401 (only whether it is there)
        except ImportError as error:
            raise ConfigError(
                "the demo's servers are not installed; pip install 'callboard[demo]'"
            ) from error
        self._thread.start()
        self._ready.wait(START)
        if self._error or not self.port:
            raise CallboardError(f"the demo's IMAP server did not start: {self._error or 'time is up'}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 (handed to the thread that waits for the start)
            self._error = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        # pymap asks for the machine's name, which may go to the network.
        os.environ.setdefault("FQDN", "localhost")
        from proxyprotocol.reader import ProxyProtocolReader
        from pymap.backend.dict import DictBackend
        from pymap.imap import IMAPServer

        # reject_dnsbl: its default asks a block list on the network about every client.
        backend, config = await DictBackend.init(self._settings(), reject_dnsbl=False)
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            answer = ProxyProtocolReader(config.proxy_protocol).get_callback(
                IMAPServer(backend.login, config)
            )
            tasks: set[Any] = set()

            async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                # Without a strong reference Python 3.13 may collect the task.
                task = asyncio.current_task()
                tasks.add(task)
                # Without it each APPEND waits 40 ms for a delayed ACK.
                writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    await answer(reader, writer)
                finally:
                    tasks.discard(task)

            server = await asyncio.start_server(connected, self._host, self._wanted, limit=2**26)
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            async with server:
                await self._stop.wait()

    def _settings(self) -> Namespace:
        """pymap's command line, as its own parser would give it."""
        return Namespace(
            host=self._host,
            port=str(self._wanted),
            debug=False,
            cert=None,
            key=None,
            tls=False,
            proxy_protocol=None,
            passlib_cfg=None,
            inherited_sockets=None,
            demo_data=False,
            demo_user=self._user,
            demo_password=self._password,
            base_dir=None,
            layout="++",
            concurrency=None,
            colon=None,
            users_file="users",
        )


class SmtpListener:
    """aiosmtpd; keeps what it is handed: (recipient, bytes)."""

    def __init__(self, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self._host, self.port = host, port

    def __enter__(self) -> SmtpListener:
        try:
            from aiosmtpd.controller import Controller
        except ImportError as error:
            raise ConfigError(
                "the demo's servers are not installed; pip install 'callboard[demo]'"
            ) from error
        if not self.port:
            with socket.socket() as probe:
                probe.bind((self._host, 0))
                self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname=self._host, port=self.port)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 (aiosmtpd's names)
        """Take the letter."""
        self.taken += [(recipient, bytes(envelope.content)) for recipient in envelope.rcpt_tos]
        return "250 2.0.0 taken"
