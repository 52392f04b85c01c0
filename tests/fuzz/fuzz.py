"""Feeds mutated mails to `read_mail` and the reader for so many minutes, and keeps what they should have withstood.

    python tests/fuzz/fuzz.py --minutes 60 --seed 7
    python tests/fuzz/fuzz.py --again FILE...      examine these once more

A mail that makes the reader behave as none before it did joins those that are mutated next: another rule that finds a
title, another thing to heal. That guides the search as coverage would, and needs nothing but Python. Where `atheris` is
installed (it is no dependency of ours), `--coverage` lets it choose by the branches taken instead.

What fails is made as short as it can be with the same failure, and saved. Exit code 1 when there is any.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
sys.path[:0] = [str(HERE), str(TESTS)]

KEPT_ASIDE = 4  # of the shared corpus a quarter is looked at by nobody
SHORTEN_SECONDS = 90.0
POOL = 4000
LONG = 12_000  # bytes: what is longer is tried, but not mutated further, for it takes the time of many


@dataclass
class Tally:
    """What a run came to."""

    executions: int = 0
    bytes: int = 0
    slowest: float = 0.0  # seconds of CPU
    failures: dict[str, Path] = field(default_factory=dict)  # what failed -> the shortest mail that shows it


def failure_of(raw: bytes) -> str | None:
    """What these bytes break, in a word or two that stay the same while they are shortened; None for nothing."""
    from oracle import TooSlow, examine

    try:
        examine(raw)
    except TooSlow as slow:
        return f"TooSlow in {_place(slow)}"
    except AssertionError as wrong:
        return f"AssertionError in {_place(wrong)}: {str(wrong).partition(':')[0]}"
    except Exception as escaped:  # noqa: BLE001 (finding them is what this is for)
        return f"{type(escaped).__name__} in {_place(escaped)}"
    return None


def _place(error: BaseException) -> str:
    """The innermost function of ours."""
    found = traceback.extract_tb(error.__traceback__)
    frames = [f for f in found if "callboard" in f.filename or "tests" in f.filename]
    asked = [f for f in frames if Path(f.filename).name not in ("oracle.py", "fuzz.py")] or frames
    return f"{Path(asked[-1].filename).stem}.{asked[-1].name}" if asked else "nowhere"


def shortened(raw: bytes, failure: str, seconds: float = SHORTEN_SECONDS) -> bytes:
    """As few of these bytes as still fail so: lines, then single characters are left out."""
    until = time.monotonic() + seconds
    for pieces_of in (lambda b: b.splitlines(keepends=True), lambda b: [b[n : n + 1] for n in range(len(b))]):
        pieces: list[bytes] = pieces_of(raw)
        size = max(1, len(pieces) // 2)
        while time.monotonic() < until:
            start, fewer = 0, False
            while start < len(pieces) and time.monotonic() < until:
                without = pieces[:start] + pieces[start + size :]
                if failure_of(b"".join(without)) == failure:
                    pieces, fewer = without, True
                else:
                    start += size
            if size == 1 and not fewer:
                break
            size = max(1, size // 2)
        raw = b"".join(pieces)
    return raw


def seeds(folders: Sequence[Path]) -> Iterator[bytes]:
    """The mails to begin with, each as it is and without its MIME."""
    from mutations import flattened

    for folder in folders:
        for path in sorted(folder.rglob("*.eml")):
            own = TESTS in path.parents
            if own or int(hashlib.sha1(path.name.encode()).hexdigest(), 16) % KEPT_ASIDE:
                raw = path.read_bytes()
                yield from (raw, flattened(raw)) if len(raw) < LONG else ()


class Search:
    """Mutates, examines, keeps what behaves in a new way."""

    def __init__(self, pool: list[bytes], rng: random.Random, findings: Path) -> None:
        self.pool, self._rng, self._findings = pool, rng, findings
        self._behaviours: set[tuple[str, str]] = set()  # traits of one reading, two and two
        self.tally = Tally()

    def step(self) -> None:
        from mutations import mutated

        # Half of the time one of the latest: what behaves in a new way is near something newer still.
        recent = self.pool[-300:] if self._rng.random() < 0.5 else self.pool
        raw = mutated(self._rng.choice(recent), self._rng, self.pool)
        self.try_out(raw)

    def try_out(self, raw: bytes) -> None:
        from oracle import TooSlow, examine

        began = time.process_time()
        self.tally.executions += 1
        self.tally.bytes += len(raw)
        try:
            behaviour = examine(raw)
        except (Exception, TooSlow):  # noqa: BLE001 (finding them is what this is for)
            self.keep(raw)
            return
        self.tally.slowest = max(self.tally.slowest, time.process_time() - began)
        pairs = set(combinations(sorted(set(behaviour)), 2)) - self._behaviours
        self._behaviours |= pairs
        if pairs and len(raw) < LONG:
            if len(self.pool) >= POOL:
                self.pool.pop(self._rng.randrange(len(self.pool)))
            self.pool.append(raw)

    def keep(self, raw: bytes) -> None:
        """Save a failure that is new, shortened. One that does not come again (a busy machine) is none."""
        failure = failure_of(raw)
        if failure is None or failure in self.tally.failures:
            return
        short = shortened(raw, failure)
        self._findings.mkdir(parents=True, exist_ok=True)
        path = self._findings / f"{hashlib.sha1(failure.encode()).hexdigest()[:10]}.eml"
        path.write_bytes(short)
        path.with_suffix(".txt").write_text(f"{failure}\n", encoding="utf-8")
        self.tally.failures[failure] = path
        print(f"{failure}: {len(raw)} bytes, shortened to {len(short)}: {path}", flush=True)

    @property
    def behaviours(self) -> int:
        return len(self._behaviours)


def main() -> int:
    options = _options()
    if options.again:
        return max((_again(path) for path in options.again), default=0)
    print(f"seed {options.seed}, {options.minutes} minutes", flush=True)
    with _coverage() if options.coverage else _plainly() as run:
        search = Search(
            list(seeds([TESTS / "mail", *options.mails])), random.Random(options.seed), options.findings
        )
        for raw in list(search.pool):
            search.try_out(raw)
        print(f"{len(search.pool)} mails to begin with, {search.behaviours} behaviours", flush=True)
        run(search, time.monotonic() + 60 * options.minutes)
    tally = search.tally
    print(
        f"{tally.executions} mails, {tally.bytes / 1e6:.0f} MB, {search.behaviours} behaviours, "
        f"the slowest took {tally.slowest:.2f} s of CPU, {len(tally.failures)} failures",
        flush=True,
    )
    return 1 if tally.failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz read_mail and the reader.")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument(
        "--mails", type=Path, action="append", default=[], help="a folder of further .eml files"
    )
    parser.add_argument(
        "--findings", type=Path, default=TESTS.parent / ".fuzz", help="where failures are saved"
    )
    parser.add_argument("--coverage", action="store_true", help="let atheris choose, which must be installed")
    parser.add_argument("--again", type=Path, nargs="*", help="examine these files once more")
    return parser.parse_args()


def _again(path: Path) -> int:
    failure = failure_of(path.read_bytes())
    print(f"{path}: {failure or 'withstood'}")
    return 1 if failure else 0


Run = Callable[[Search, float], None]


@contextmanager
def _plainly() -> Iterator[Run]:
    def run(search: Search, until: float) -> None:
        told = time.monotonic()
        while time.monotonic() < until:
            search.step()
            if time.monotonic() - told > 60:
                told = time.monotonic()
                print(f"{search.tally.executions} mails, {search.behaviours} behaviours", flush=True)

    yield run


@contextmanager
def _coverage() -> Iterator[Run]:
    """Branches taken in callboard, counted by atheris, which calls our mutations."""
    import atheris

    with atheris.instrument_imports(include=["callboard"]):
        import oracle  # noqa: F401
    from mutations import mutated

    def run(search: Search, until: float) -> None:
        def one(raw: bytes) -> None:
            if time.monotonic() > until:
                raise KeyboardInterrupt
            search.try_out(raw)

        def mutate(raw: bytes, _most: int, seed: int) -> bytes:
            return mutated(raw, random.Random(seed), search.pool)

        corpus = search._findings / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for raw in search.pool:
            (corpus / hashlib.sha1(raw).hexdigest()).write_bytes(raw)
        flags = [
            sys.argv[0],
            str(corpus),
            "-max_len=100000",
            "-rss_limit_mb=4096",
            "-timeout=120",
            "-handle_int=0",
        ]
        atheris.Setup(flags, one, custom_mutator=mutate)
        try:
            atheris.Fuzz()
        except KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    yield run


if __name__ == "__main__":
    sys.exit(main())
