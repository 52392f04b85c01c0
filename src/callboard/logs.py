"""Logs for people or for programs. Neither holds words of a mail: messages have numbers there."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum

from callboard import calllog

TEXT = "%(asctime)s %(levelname)s %(name)s: %(where)s%(message)s"


class LogFormat(StrEnum):
    """How a line looks."""

    TEXT = "text"
    JSON = "json"  # one object for each line


class JsonLine(logging.Formatter):
    """`{"time": ISO 8601 in UTC, "level", "logger", "message"}`, and `"call"` and `"trace"` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if call := getattr(record, "call", None):
            line["call"] = call
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(log_format: LogFormat, *, verbose: bool) -> None:
    """To standard error: errors alone, or each step."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if log_format is LogFormat.JSON else logging.Formatter(TEXT))
    handler.addFilter(calllog.Named())
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, handlers=[handler])
    # A late run is skipped by design and said in our own words; APScheduler would warn at every tick.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("pypdf").setLevel(logging.ERROR)
