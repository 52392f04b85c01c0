"""Series of kills: one worker at a time, or two and a `once` from cron together; mail arrives while they work."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from audit import Figures, audit
from correspondence import Correspondence
from world import Child, World

KILLS_BETWEEN_AUDITS = 10
WORKERS = 2
NOTHING = Figures()


@dataclass
class Places:
    """The events at which a child can be killed, the least killed first."""

    rng: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)  # the child ended before it came there
    usual: Counter[str] = field(default_factory=Counter)  # how often it happens in one pass, at most

    def learn(self, events: list[str]) -> None:
        """What one child did."""
        for label, count in Counter(events).items():
            if label != "KILLED":
                self.usual[label] = max(self.usual[label], count)
        for place, after in pairwise(events):
            if after == "KILLED":
                self.killed[place] += 1

    def choose(self) -> tuple[str, int] | None:
        """Where the next one dies; None while no child has shown yet what there is."""
        if not self.usual:
            return None
        weights = {label: self.killed[label] + self.missed[label] / 2 for label in self.usual}
        least = min(weights.values())
        label = self.rng.choice(sorted(label for label, weight in weights.items() if weight <= least))
        self.missed[label] += 1
        return label, self.rng.randint(1, min(3, self.usual[label]))


@dataclass
class Torture:
    """One world, its correspondence, and what has been done to it."""

    world: World
    rng: random.Random
    until: float  # by time.monotonic()
    places: Places
    say: Callable[[str], None] = lambda _line: None
    kills: int = 0

    def __post_init__(self) -> None:
        self.letters_in = Correspondence(self.rng)

    def one_at_a_time(self, kills: int) -> Figures:
        """Kill, restart, kill; after some kills restart until quiet and look at the accounts."""
        figures = NOTHING
        while self.kills < kills and time.monotonic() < self.until:
            goal = min(kills, self.kills + KILLS_BETWEEN_AUDITS)
            while self.kills < goal and time.monotonic() < self.until:
                self._round()
            figures = self._settle()
        return figures

    def first_starts(self, kills: int) -> None:
        """The first pass of all makes the tables of an SQLite file: killed at so many steps of that, each time on a
        file that is not there yet. What is left of it must do for the next pass."""
        events = self._events_of_the_first_pass()
        making = Counter(events[: events.index("commit __init__.upgrade: after") + 1])
        for label in self.rng.sample(sorted(making), min(kills, len(making))):
            if time.monotonic() > self.until:
                return
            self.world.delete_database()
            child = self.world.start("once", (label, self.rng.randint(1, making[label])))
            child.wait()
            assert child.killed, f"{label} did not come"
            self._count(child)
            assert self._one_pass() == 0

    def _events_of_the_first_pass(self) -> list[str]:
        child = self.world.start("once")
        assert child.wait() == 0
        return list(self.world.new_events())

    def _round(self) -> None:
        arrival = self._mail_arrives(self.rng.randint(0, 3), within=0.4)
        at_random = self.rng.random() < 0.2
        alone = at_random and self.rng.random() < 0.25
        kill = None if at_random else self.places.choose()
        child = self.world.start("once", kill, alone=alone)
        if at_random:
            self._kill_later(child, self.rng.uniform(0, 4.0 if alone else 1.5))
        child.wait()
        arrival.join()
        self._count(child)
        self.world.outlive_the_dead()

    def together(self, kills: int) -> Figures:
        """Two workers that run and a `once` from cron, all on one database; killed one after the other."""
        figures = NOTHING
        while self.kills < kills and time.monotonic() < self.until:
            goal = min(kills, self.kills + 2 * KILLS_BETWEEN_AUDITS)
            self._stage(goal)
            figures = self._settle()
        return figures

    def _stage(self, goal: int) -> None:
        workers = [self.world.start("run", self.places.choose()) for _ in range(WORKERS)]
        cron = self.world.start("once", self.places.choose())
        arrival = self._mail_arrives(1, within=0.1)
        while self.kills < goal and time.monotonic() < self.until:
            time.sleep(0.05)
            if not arrival.is_alive():
                arrival = self._mail_arrives(self.rng.randint(1, 2), within=0.8)
            if self.rng.random() < 0.03:
                self.rng.choice([*workers, cron]).send(signal.SIGKILL)
            for number, worker in enumerate(workers):
                if not worker.running():
                    self._count(worker)
                    workers[number] = self.world.start("run", self.places.choose())
            if not cron.running() and self.rng.random() < 0.1:
                self._count(cron)
                cron = self.world.start("once", self.places.choose())
            self.world.outlive_the_dead()
        arrival.join()
        for child in (*workers, cron):
            child.send(signal.SIGTERM)
            child.wait()
            self._count(child)

    def _mail_arrives(self, count: int, within: float) -> threading.Thread:
        """Deliver some mails at moments of their own, while a worker works."""
        answerable = [letter.raw for letter in self.world.taken()]
        mails = [self.letters_in.write(answerable) for _ in range(count)]
        pauses = [self.rng.uniform(0, within) for _ in mails]

        def deliver() -> None:
            for mail, pause in zip(mails, pauses, strict=True):
                time.sleep(pause)
                self.world.deliver(mail)

        thread = threading.Thread(target=deliver)
        thread.start()
        return thread

    def _kill_later(self, child: Child, seconds: float) -> None:
        until = time.monotonic() + seconds
        while child.running() and time.monotonic() < until:
            time.sleep(0.005)
        child.send(signal.SIGKILL)

    def _count(self, child: Child) -> None:
        """Note how it ended."""
        # SIGTERM: it was asked to stop before it could listen.
        assert child.code in (-signal.SIGKILL, -signal.SIGTERM, 0, 1, 75), (
            f"a pass ended with {child.code}:\n{self.world.output()[-3000:]}"
        )
        self.kills += child.killed
        self.places.learn(list(self.world.new_events()))

    def _one_pass(self) -> int:
        child = self.world.start("once")
        code = child.wait()
        self._count(child)
        return code

    def _settle(self) -> Figures:
        """Restart until quiet, then audit."""
        self.world.work_until_quiet(self._one_pass)
        self.letters_in.answered.clear()
        figures = audit(self.world, self.letters_in, self.kills)
        self.say(f"{figures}")
        return figures
