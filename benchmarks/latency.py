"""How long a speaker waits: from delivery into a real Dovecot to the acknowledgement handed to a real SMTP listener.

    python benchmarks/latency.py [-n 100] [--poll]

`callboard run` with IDLE as it comes; `--poll` switches IDLE off and polls each minute. Messages come one by one, at
random within the seconds after the last answer; they are those of `intake.py`. Prints the median, the 99th percentile
and the longest wait.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from intake import messages  # noqa: E402

from deliver import deliver  # noqa: E402 (tests/ is put on the path first)
from houses import with_mail  # noqa: E402
from servers import Account, DovecotServer, SmtpSink  # noqa: E402

LONGEST = 180.0  # seconds that an answer is waited for


def main() -> None:
    """Parse the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=100, help="messages (100)")
    parser.add_argument("--poll", action="store_true", help="poll each minute, without IDLE")
    options = parser.parse_args()
    waits = sorted(_waits(options.n, poll=options.poll))
    print(
        f"{len(waits)} messages: median {statistics.median(waits):.2f} s, "
        f"99 % within {waits[max(0, round(len(waits) * 0.99) - 1)]:.2f} s, longest {waits[-1]:.2f} s"
    )


def _waits(count: int, *, poll: bool) -> list[float]:
    """Seconds from each message's delivery to its acknowledgement."""
    chance, found = random.Random(1), []
    with tempfile.TemporaryDirectory() as folder, DovecotServer() as server, SmtpSink() as sink:
        account = Account(server, "organiser")
        more = f"[worker]\npoll_minutes = {1 if poll else 60}\n"
        house = with_mail(Path(folder), account, sink, more=more)
        if poll:
            file = Path(folder) / "config" / "callboard.toml"
            file.write_text(file.read_text().replace("since =", "idle = false\nsince ="))
        letters = iter(messages(count + 1, seed=1))
        process = house.start("run")
        try:
            for number in range(-1, count):  # the first finds nothing warm, and does not count
                wait = _wait(account, sink, next(letters), number)
                if number >= 0:
                    found.append(wait)
                time.sleep(chance.uniform(0.2, 2 if not poll else 20))
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
    return found


def _wait(account: Account, sink: SmtpSink, letter: bytes, number: int) -> float:
    before = len(sink.mails)
    deliver(account, letter)
    began = time.perf_counter()
    while len(sink.mails) == before:
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError(f"message {number} was not answered within {LONGEST:.0f} s")
        time.sleep(0.005)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
