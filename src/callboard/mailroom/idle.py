"""IMAP IDLE (RFC 2177) as a hint that something arrived. Polling stays the truth: without it we are only slower.

A dead line looks like silence (imapclient#349), and IDLE's own end may hang on it (imapclient#449): so IDLE is begun
anew long before any server or router forgets the connection, and a connection that fails is thrown away.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from callboard.config import MailboxConfig
from callboard.errors import CallboardError, MailboxDown, ServerDown, ServerTrouble
from callboard.mailroom.connection import Connection
from callboard.mailroom.sasl import Secret

log = logging.getLogger(__name__)

# RFC 2177 allows 29 minutes; routers and some servers forget a silent connection after less than ten.
RENEW_SECONDS: Final = 8 * 60.0
# Between two attempts to listen: doubled each time that one fails, up to the last.
FIRST_PAUSE, LAST_PAUSE = 15.0, 30 * 60.0
# Another connection would make these worse, and the pass asks anyway.
REST: Final = {
    ServerTrouble.LOGIN: LAST_PAUSE,
    ServerTrouble.QUOTA: LAST_PAUSE,
    ServerTrouble.BUSY: 120.0,
}
# A connection that lasted so long was a good one.
GOOD_SECONDS: Final = 120.0
# One IDLE that ends sooner than asked, with nothing said, has lost its connection.
EARLY: Final = 0.9


class Listener(threading.Thread):
    """Listens at one mailbox until stopped, and calls `news` when the server says that something arrived."""

    def __init__(
        self,
        config: MailboxConfig,
        password: Callable[[], Secret],
        timeout: float,
        news: Callable[[], None],
        left_alone: Callable[[], float] = lambda: 0.0,
        *,
        renew_seconds: float = RENEW_SECONDS,
        pause: float = FIRST_PAUSE,
        delay: float = 0,
    ) -> None:
        """`password` is asked before each connection, so that a changed one is found. `delay`: seconds before the
        first one, so that several do not knock at one server together. `left_alone`: for how many seconds more the
        server has asked for that."""
        super().__init__(name=f"idle {config.name}", daemon=True)
        self._config, self._password, self._timeout, self._news = config, password, timeout, news
        self._left_alone = left_alone
        self._renew, self._pause, self._delay = renew_seconds, pause, delay
        self._stopped = threading.Event()
        self._connection: Connection | None = None

    def stop(self) -> None:
        """End it, also in the middle of waiting. Returns at once; `join` waits for the end."""
        self._stopped.set()
        if self._connection is not None:
            self._connection.abort()

    def run(self) -> None:
        """Listen; after a failure wait longer each time."""
        pause = self._pause
        self._stopped.wait(self._delay)
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                if (rest := self._left_alone()) > 0:
                    self._stopped.wait(min(rest, LAST_PAUSE))
                    continue
                self._listen()
            except CallboardError as error:
                if self._stopped.is_set():
                    return
                if isinstance(error, ServerDown):
                    pause = max(pause, REST.get(error.trouble, 0))
                log.info("%s; polling goes on, listening again in %.0f s", error, pause)
                if isinstance(error, MailboxDown) and error.trouble is ServerTrouble.UNABLE:
                    return
            self._stopped.wait(pause)
            lasted = time.monotonic() - began > GOOD_SECONDS
            pause = self._pause if lasted else min(2 * pause, LAST_PAUSE)

    def _listen(self) -> None:
        """On one connection, until it fails or is stopped."""
        with Connection(self._config, self._password(), self._timeout) as connection:
            self._connection = connection
            if self._stopped.is_set():  # before there was a connection to abort
                return
            if not connection.offers("IDLE"):
                raise connection.down(ServerTrouble.UNABLE, "offers no IDLE")
            connection.ask("select_folder", self._config.folder, readonly=True)
            missed = True  # whatever came between the last look and now, the first one too
            while not self._stopped.is_set():
                connection.ask("idle")
                if missed:
                    self._news()
                missed = False
                heard = self._wait(connection)
                _, left = connection.ask("idle_done")
                if _arrived((*heard, *left)):
                    self._news()

    def _wait(self, connection: Connection) -> Sequence[Any]:
        """What the server says, or nothing when it is time to begin anew."""
        began = time.monotonic()
        while (rest := self._renew - (time.monotonic() - began)) > 0:
            asked = time.monotonic()
            heard: Sequence[Any] = connection.ask("idle_check", timeout=rest)
            if any(answer and answer[0] == b"BYE" for answer in heard):
                raise connection.down(ServerTrouble.DROPPED, "said goodbye")
            if not heard and time.monotonic() - asked < EARLY * min(rest, 1.0):
                # `idle_check` never says so itself: it returns nothing, at once, for ever.
                raise connection.down(ServerTrouble.DROPPED, "dropped the connection")
            if _arrived(heard):
                return heard
        return ()


def _arrived(answers: Iterable[Any]) -> bool:
    return any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers)
