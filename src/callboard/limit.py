"""A hard limit to how long a step may show no progress, whatever it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self


class Limit:
    """A context manager that calls `end`, from another thread, when `seconds` have passed since the last `renew`.

    Time-outs of a socket begin anew with each byte: a server that sends one a minute never meets them.
    """

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        self._seconds, self._end = seconds, end
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        self.renew()
        return self

    def __exit__(self, *_: object) -> None:
        self._cancel()

    def renew(self) -> None:
        """There was progress."""
        self._cancel()
        self._timer = threading.Timer(self._seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
