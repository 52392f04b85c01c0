"""The page that a login leads back to: on 127.0.0.1, for one answer (RFC 8252, section 7.3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Self

THANKS = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>Callboard</title>"
    b"<p>That is all. You may close this page; the terminal says how it went."
)
STRANGE = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>Callboard</title><p>Not a page of this login."
)


class Loopback:
    """A context manager. `belongs` says whether an address is the awaited one; others get a 404."""

    def __init__(self, port: int, belongs: Callable[[str], bool]) -> None:
        """OSError where the port is taken."""
        self._addresses: Queue[str] = Queue()
        addresses = self._addresses

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0  # browsers open connections that they never use

            def do_GET(self) -> None:
                awaited = belongs(self.path)
                self.send_response(200 if awaited else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(THANKS if awaited else STRANGE)
                if awaited:
                    addresses.put(self.path)

            def log_message(self, *_: object) -> None:
                """The address holds the code: it is written nowhere."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def address(self, seconds: float) -> str | None:
        """The awaited address, once somebody was led to it; None after so long."""
        try:
            return self._addresses.get(timeout=seconds)
        except Empty:
            return None
