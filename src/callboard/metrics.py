"""How things stand, for Prometheus: the numbers of `status`, read when they are asked for. They name no person.

`callboard metrics` prints them (for node_exporter's textfile collector, with cron); `callboard run` serves them at
`[health] metrics`. Needs the extra `metrics`: prometheus-client takes a tenth of a second to import, so only who asks
pays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from callboard import __version__
from callboard.errors import CallboardError, ConfigError
from callboard.status import Status

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily, Metric
    from prometheus_client.registry import CollectorRegistry

log = logging.getLogger(__name__)

Read = Callable[[], Iterable[Status]]


class _Numbers:
    """What prometheus-client calls a collector."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not need a database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Read anew each time."""
        try:
            statuses = list(self._read())
        except (CallboardError, SQLAlchemyError) as error:
            log.warning("metrics: the database cannot be read (%s)", type(error).__name__)
            statuses = []
        up: Family = (
            "callboard_database_up",
            "0 when the database could not be read.",
            [],
            [([], float(bool(statuses)))],
        )
        for name, about, labels, rows in (up, *_families(statuses)):
            family = _gauge(name, about, labels)
            for values, number in rows:
                family.add_metric(values, number)
            yield family


Row = tuple[list[str], float]
Family = tuple[str, str, list[str], list[Row]]


def _families(statuses: list[Status]) -> Iterator[Family]:
    yield "callboard_info", "The running version.", ["version"], [([__version__], 1.0)]
    yield (
        "callboard_mailbox_last_success_timestamp_seconds",
        "When the mailbox was last read; 0: never.",
        ["call", "mailbox"],
        [([s.call, m.name], _seconds(m.last_success)) for s in statuses for m in s.mailboxes],
    )
    yield (
        "callboard_mailbox_failing",
        "1 while the last look into the mailbox failed.",
        ["call", "mailbox"],
        [([s.call, m.name], float(m.failing_since is not None)) for s in statuses for m in s.mailboxes],
    )
    yield from _counts(statuses)
    yield from _moments(statuses)


def _counts(statuses: list[Status]) -> Iterator[Family]:
    counted: tuple[tuple[str, str, str, Callable[[Status], Mapping[str, int]]], ...] = (
        ("messages", "Messages received, by what became of them.", "outcome", lambda s: s.outcomes),
        ("proposals", "Proposals, by state.", "state", lambda s: s.proposals),
        ("letters", "Letters, by where they stand.", "state", lambda s: s.outbox.counts),
    )
    for name, about, label, pick in counted:
        rows = [([s.call, key], float(n)) for s in statuses for key, n in sorted(pick(s).items())]
        yield f"callboard_{name}", about, ["call", label], rows


def _moments(statuses: list[Status]) -> Iterator[Family]:
    yield (
        "callboard_outbox_overdue_seconds",
        "How long the letter that waits longest could have left; 0: none waits.",
        ["call"],
        [
            ([s.call], (s.at - s.outbox.oldest_overdue).total_seconds() if s.outbox.oldest_overdue else 0.0)
            for s in statuses
        ],
    )
    yield (
        "callboard_alarm",
        "1 for each thing that was wrong when a pass last looked.",
        ["call", "what"],
        [([s.call, what], 1.0) for s in statuses for what in s.alarms],
    )
    yield (
        "callboard_draft_number",
        "Of the programme: the newest draft, and the one that is public; 0: none.",
        ["call", "which"],
        [
            ([s.call, which], float(n or 0))
            for s in statuses
            for which, n in (("newest", s.draft), ("public", s.public))
        ],
    )
    yield (
        "callboard_digest_last_timestamp_seconds",
        "When a digest was last written; 0: never.",
        ["call"],
        [([s.call], _seconds(s.last_digest)) for s in statuses],
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _gauge(name: str, about: str, labels: list[str]) -> GaugeMetricFamily:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, about, labels=labels)


def _registry(read: Read) -> CollectorRegistry:
    try:
        from prometheus_client.registry import CollectorRegistry
    except ModuleNotFoundError as error:
        raise ConfigError(
            "metrics need prometheus-client; install it with pip install 'callboard[metrics]'"
        ) from error
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(read))
    return registry


def text(read: Read) -> str:
    """All of it in Prometheus' text format."""
    registry = _registry(read)
    from prometheus_client import generate_latest

    return generate_latest(registry).decode()


def serve(address: str, read: Read) -> Callable[[], None]:
    """Serve them at `host:port` in a thread of their own, under /metrics. Returns what ends it."""
    registry = _registry(read)
    from prometheus_client import start_http_server

    host, _, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), registry)
    except OSError as error:
        raise ConfigError(
            f"health.metrics: cannot serve at {address} ({error.strerror}); choose another port"
        ) from error

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join(5)

    return stop
