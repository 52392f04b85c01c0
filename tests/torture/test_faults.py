"""The short form of the sweep of faults: a case of each of these kinds, and what the accounts notice."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from faults import Order
from servers import DovecotServer
from sweep import CLEAR, FILED, FULL, GROUPS, Kind, Sweep
from troubles import Case
from world import Nursery

SECONDS = 60.0  # after that a busy machine has had enough; what was done was audited
# What takes long, or has a test of its own, is left to `make torture`.
ELSEWHERE = {"stall", "line dropped at one message, always", "locked by another process", "connections ended"}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    started = Nursery()
    yield started
    started.close()


def complaints(
    dovecot: DovecotServer, nursery: Nursery, kind: Kind, cases: int | None = None
) -> tuple[int, Sequence[str], dict[str, str]]:
    """How many cases were run in a world of this kind, what was wrong, and why there were none."""
    groups = tuple(
        replace(g, kinds=(kind,), weight=1) for g in GROUPS if kind in g.kinds and g.fault not in ELSEWHERE
    )
    sweep = Sweep(dovecot, nursery, None, 7, lambda _line: None, groups)
    rows = sweep.run(cases or len(groups), time.monotonic() + SECONDS)
    return sum(row.cases for row in rows), [c for row in rows for c in row.complaints], sweep.skipped


def test_a_faulty_line_loses_nothing_and_repeats_only_what_it_must(
    dovecot_server: DovecotServer, nursery: Nursery
) -> None:
    cases, wrong, _ = complaints(dovecot_server, nursery, CLEAR)

    assert wrong == []
    assert cases > 0


def test_nor_is_anything_repeated_where_the_sent_folder_tells(
    dovecot_server: DovecotServer, nursery: Nursery
) -> None:
    cases, wrong, _ = complaints(dovecot_server, nursery, FILED, 3)

    assert wrong == []
    assert cases > 0


def test_a_full_disk_loses_and_repeats_nothing(dovecot_server: DovecotServer, nursery: Nursery) -> None:
    cases, wrong, skipped = complaints(dovecot_server, nursery, FULL, 3)

    if skipped:
        pytest.skip(skipped[FULL.database])
    assert wrong == []
    assert cases > 0


def test_the_accounts_notice_a_letter_that_nobody_refused_for_good(
    dovecot_server: DovecotServer, nursery: Nursery
) -> None:
    sweep = Sweep(dovecot_server, nursery, None, 7, lambda _line: None)
    unexplained = Case("", lambda bench: bench.smtp.orders.append(Order(b"RCPT", b"550 5.1.1 no\r\n")))

    with sweep.bench(CLEAR) as bench, pytest.raises(AssertionError, match=r"is failed: 550 5\.1\.1 no"):
        bench.run(unexplained)
