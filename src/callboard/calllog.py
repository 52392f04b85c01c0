"""Which call a line of the log is about, where one process works for several."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_at_work: ContextVar[str | None] = ContextVar("call", default=None)


@contextmanager
def about(call: str | None) -> Iterator[None]:
    """Whatever is logged in here is about this call."""
    token = _at_work.set(call)
    try:
        yield
    finally:
        _at_work.reset(token)


class Named(logging.Filter):
    """Gives each record `call`, and `where`: "rivers: ", or nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets all through."""
        call = _at_work.get()
        record.call, record.where = call, f"{call}: " if call else ""
        return True
