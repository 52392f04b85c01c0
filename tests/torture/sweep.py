"""The sweep of faults: every kind of them, case after case, in worlds of several kinds."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import machine
import troubles
from audit import Figures
from bench import Bench
from databases import new_postgres_database
from installation import Copies, Lines
from servers import DovecotServer
from smalldisk import NoDiskError, SmallDisk
from troubles import Case, Cases
from world import Nursery, World

CASES_IN_A_WORLD = 20
LOCK_SECONDS = 0.5  # that a statement waits for another's lock here; thirty in real life


class Kind(NamedTuple):
    """Of a world."""

    lines: Lines
    copies: Copies
    database: Literal["SQLite", "PostgreSQL", "SQLite on a small disk"]


CLEAR = Kind("in the clear", "nobody", "SQLite")
SERVED = Kind("in the clear", "nobody", "PostgreSQL")
ENCRYPTED = Kind("encrypted", "nobody", "SQLite")
FILED = Kind("in the clear", "server", "SQLite")
FILED_BY_US = Kind("in the clear", "callboard", "PostgreSQL")
FULL = Kind("in the clear", "nobody", "SQLite on a small disk")


@dataclass(frozen=True)
class Group:
    """A row of the table: one kind of fault, its cases, and in which worlds they are tried in turn."""

    fault: str
    where: str
    cases: Cases
    kinds: tuple[Kind, ...] = (CLEAR, SERVED)
    weight: int = 2


IMAP_PLACES = list(troubles.IMAP_COMMANDS)
SMTP_PLACES = list(troubles.SMTP_VERBS)
GROUPS = (
    Group("stall", "IMAP", troubles.in_turn(troubles.stalled_imap, ["greeting", *IMAP_PLACES]), weight=1),
    Group("stall", "SMTP", troubles.in_turn(troubles.stalled_smtp, ["greeting", *SMTP_PLACES]), weight=1),
    Group("cut after n bytes, FIN", "IMAP", troubles.cut_after_bytes("imap", reset=False), weight=4),
    Group("cut after n bytes, RST", "IMAP", troubles.cut_after_bytes("imap", reset=True), weight=4),
    Group("cut after n bytes, FIN", "SMTP", troubles.cut_after_bytes("smtp", reset=False), weight=4),
    Group("cut after n bytes, RST", "SMTP", troubles.cut_after_bytes("smtp", reset=True), weight=4),
    Group("cut after n bytes", "IMAP by TLS", troubles.cut_after_bytes("imap", reset=False), (ENCRYPTED,)),
    Group(
        "cut after n bytes", "SMTP by STARTTLS", troubles.cut_after_bytes("smtp", reset=True), (ENCRYPTED,)
    ),
    Group("4xx to STARTTLS and before", "SMTP", troubles.refused_before_tls, (ENCRYPTED,), 1),
    Group("answer lost", "SMTP", troubles.in_turn(troubles.lost_answer, SMTP_PLACES)),
    Group(
        "answer lost, `sent_folder` filed by the server",
        "SMTP",
        troubles.in_turn(troubles.lost_answer, ["the letter", "RSET", "the letter", "QUIT"]),
        (FILED,),
    ),
    Group(
        "cut, `sent_folder` filed by the server", "IMAP and SMTP", troubles.around_the_sent_folder, (FILED,)
    ),
    Group(
        "cut, `sent_folder` filed by Callboard",
        "IMAP and SMTP",
        troubles.around_the_sent_folder,
        (FILED_BY_US,),
    ),
    Group("7-byte segments", "IMAP and SMTP", troubles.small_pieces, (CLEAR, ENCRYPTED), 1),
    Group("greeting refused", "IMAP", troubles.refused_greeting("imap"), weight=1),
    Group("greeting refused", "SMTP", troubles.refused_greeting("smtp"), weight=1),
    Group("4xx at every verb", "SMTP", troubles.refused_by_smtp(4), weight=3),
    Group("5xx at every verb", "SMTP", troubles.refused_by_smtp(5), weight=3),
    Group("half of the recipients refused", "SMTP", troubles.half_of_the_recipients, weight=1),
    Group(
        "`NO [OVERQUOTA]`", "IMAP", troubles.said_by_imap(b"TAG NO [OVERQUOTA] enough for today\r\n", "go on")
    ),
    Group("`NO`", "IMAP", troubles.said_by_imap(b"TAG NO internal error\r\n", "go on")),
    Group("`BYE`", "IMAP", troubles.said_by_imap(b"* BYE going down\r\n", "cut")),
    Group("cut in the answer", "IMAP", troubles.in_turn(troubles.bye_after_the_answer, IMAP_PLACES)),
    Group(
        "expunged before SEARCH, size, body, mark",
        "IMAP",
        troubles.in_turn(troubles.expunged, ["SEARCH", "the sizes", "a body", "SELECT", "MOVE"]),
    ),
    Group(
        "UIDVALIDITY changed between two commands",
        "IMAP",
        troubles.in_turn(
            troubles.made_anew,
            ["STATUS", "EXAMINE", "SEARCH", "the sizes", "a body", "SELECT", "MOVE", "LOGOUT"],
        ),
    ),
    Group("mailbox read-only", "IMAP", troubles.read_only, weight=1),
    Group(
        "what no good server says",
        "IMAP",
        troubles.in_turn(troubles.scripted, list(troubles.SCRIPTS)),
        weight=3,
    ),
    Group("line dropped at one message, always", "IMAP", troubles.poisoned, weight=1),
    Group("disk full", "SQLite", machine.full_disk, (FULL,), 3),
    Group("locked by another process", "SQLite", machine.locked_database, (CLEAR,)),
    Group("disk full", "PostgreSQL", machine.refusing_server, (SERVED,)),
    Group("connections ended", "PostgreSQL", machine.ended_connections, (SERVED,)),
    Group("clock set back an hour", "everywhere", machine.clock_set_back),
)


# --- The sweep ----------------------------------------------------------------------------------------------


@dataclass
class Row:
    """What came of one kind of fault."""

    group: Group
    cases: int = 0
    figures: Figures = field(default_factory=Figures)
    complaints: list[str] = field(default_factory=list)


class Sweep:
    """Runs cases of many groups, until there were enough or the time is over."""

    def __init__(
        self,
        dovecot: DovecotServer,
        nursery: Nursery,
        postgres: str | None,
        seed: int,
        say: Callable[[str], None],
        groups: Sequence[Group] = GROUPS,
    ) -> None:
        self._dovecot, self._nursery, self._postgres, self._say = dovecot, nursery, postgres, say
        self._rng = random.Random(seed)
        self.rows = {group: Row(group) for group in groups}
        self._sources: dict[Group, Iterator[Case]] = {group: group.cases(self._rng) for group in groups}
        self.skipped: dict[str, str] = {}

    def run(self, cases: int, until: float) -> list[Row]:
        """Worlds of all kinds in turn, each with cases of the groups that live there."""
        groups = list(self.rows)
        kinds = [k for k in dict.fromkeys(k for g in groups for k in g.kinds) if self._possible(k)]
        weights = {k: sum(g.weight / len(g.kinds) for g in groups if k in g.kinds) for k in kinds}
        given = dict.fromkeys(kinds, 0.0)
        left = cases
        while kinds and left > 0 and time.monotonic() < until:
            kind = min(kinds, key=lambda k: given[k] / weights[k])
            here = [g for g in groups if kind in g.kinds for _ in range(g.weight)]
            # Few kinds of fault need few cases: a world is soon made, and the time is short.
            some = min(left, CASES_IN_A_WORLD, 2 * len(here))
            started = time.monotonic()
            left -= self._in_a_world(kind, here, some, until)
            given[kind] += time.monotonic() - started
        return list(self.rows.values())

    def _possible(self, kind: Kind) -> bool:
        if kind.database == "PostgreSQL" and self._postgres is None:
            self.skipped["PostgreSQL"] = "no PostgreSQL here"
            return False
        if kind.database == "SQLite on a small disk":
            try:
                with SmallDisk():
                    return True
            except NoDiskError as error:
                self.skipped[kind.database] = str(error)
                return False
        return True

    def _in_a_world(self, kind: Kind, groups: Sequence[Group], cases: int, until: float) -> int:
        """How many cases were run; a world with wrong accounts is left at once."""
        with self.bench(kind) as bench:
            order = self._rng.sample(groups, len(groups))
            for number in range(cases):
                if time.monotonic() >= until:
                    return number
                # Those that have had the least for their weight come first.
                group = min(order, key=lambda g: self.rows[g].cases / g.weight)
                row, case = self.rows[group], next(self._sources[group])
                try:
                    struck, figures = bench.run(case)
                except AssertionError as wrong:
                    row.cases += 1
                    row.figures.lost += 1
                    row.complaints.append(f"{group.fault}, {group.where}, {kind}: {case.name}: {wrong}")
                    self._say(row.complaints[-1])
                    return number + 1
                row.cases += struck
                row.figures += figures
                self._say(
                    f"{'' if struck else '(missed) '}{group.fault}, {group.where}: {case.name}: {figures}"
                )
        return cases

    @contextmanager
    def bench(self, kind: Kind) -> Iterator[Bench]:
        """A world of this kind, after its first calm passes."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
            disk, url = None, f"sqlite:///{folder}/callboard.db?timeout={LOCK_SECONDS}"
            if kind.database == "PostgreSQL":
                assert self._postgres is not None
                url = stack.enter_context(new_postgres_database(self._postgres))
            elif kind.database == "SQLite on a small disk":
                disk = stack.enter_context(SmallDisk())
                url = f"sqlite:///{disk.folder}/callboard.db?timeout={LOCK_SECONDS}"
            world = World(
                self._dovecot,
                self._nursery,
                url,
                folder / "world",
                kind.copies,
                lose=0,
                lines=kind.lines,
                disk=disk.folder if disk else None,
            )
            bench = Bench(stack.enter_context(world), self._rng, disk)
            stack.callback(bench.passes.close)
            stack.callback(bench.mend)
            bench.begin()
            yield bench


def fault_table(rows: Sequence[Row], skipped: Mapping[str, str]) -> str:
    """What goes between the marks of the page."""
    head = (
        "| fault | where | cases | messages | letters | refused for good | repeats | lost |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|"
    )
    total = Row(Group("**all**", "", lambda _rng: iter(())))
    for row in rows:
        total.cases += row.cases
        total.figures += row.figures
    lines = [
        f"| {row.group.fault} | {row.group.where} | "
        + " | ".join(
            f"{number:,}" for number in (row.cases, f.messages, f.letters, f.refused, f.repeats, f.lost)
        )
        + " |"
        for row in (*rows, total)
        for f in (row.figures,)
    ]
    return "\n".join([head, *lines, *(f"\nNot tried: {what} ({why})." for what, why in skipped.items())])
