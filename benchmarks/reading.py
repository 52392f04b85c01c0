"""How fast reading alone is, in CPU seconds of one process, and what a PDF costs beside its child process.

    python benchmarks/reading.py [--rounds 5]

Reading is `read_mail` and `read`: bytes to a value, a value to what it says. Messages with attachments are left
out. The corpus beside the checkout is read where it is, and our own and generated letters everywhere. Each figure
is the median of several rounds after one that does not count. What the reader remembers of single lines is
forgotten before each round: in real life no message comes twice.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from pathlib import Path
from time import process_time

from intake import messages
from labelled import OWN, SHARED

from callboard.errors import UnreadableMail
from callboard.mailroom.attachments import DocumentReader, read_documents
from callboard.mailroom.incoming import IncomingMail, read_mail
from callboard.reading import read

GOAL = 400  # messages/s at the corpus' mix
GENERATED = 480  # letters, every eighth with a PDF
PDF = b"Content-Type: application/pdf"


@dataclass(frozen=True)
class Pace:
    """CPU seconds for some messages: to a mail, with the documents' text, to a reading."""

    messages: int
    kilobytes: float
    parsing: float
    documents: float
    reading: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.parsing + self.documents + self.reading

    def __add__(self, other: Pace) -> Pace:
        return Pace(
            self.messages + other.messages,
            self.kilobytes + other.kilobytes,
            self.parsing + other.parsing,
            self.documents + other.documents,
            self.reading + other.reading,
        )

    def __str__(self) -> str:
        each = 1000 / self.messages
        return (
            f"{self.messages:>6,} messages of {self.kilobytes / self.messages:5.1f} kB: "
            f"parse {self.parsing * each:4.2f} ms, read {self.reading * each:4.2f} ms, "
            f"{self.messages / self.seconds:5.0f} messages/s"
        )


def without_attachments(raws: Iterable[bytes]) -> list[bytes]:
    """The messages of which everything is in the text; those that cannot be read are among them."""
    return [raw for raw in raws if not (mail := _mail(raw)) or not _has_attachments(mail)]


def _has_attachments(mail: IncomingMail) -> bool:
    return bool(mail.attachments) or any(map(_has_attachments, mail.forwarded))


def _mail(raw: bytes) -> IncomingMail | None:
    try:
        return read_mail(raw)
    except UnreadableMail:
        return None


def pace(
    raws: list[bytes], rounds: int, documents: Callable[[IncomingMail], IncomingMail] | None = None
) -> Pace:
    """The median round; `documents` gives a mail the text of its attachments."""
    timed = [_round(raws, documents) for _ in range(rounds + 1)]
    return sorted(timed[1:], key=lambda one: one.seconds)[rounds // 2]


def _round(raws: list[bytes], documents: Callable[[IncomingMail], IncomingMail] | None) -> Pace:
    _forget()
    spent = [0.0, 0.0, 0.0]
    for raw in raws:
        start = process_time()
        mail = _mail(raw)
        parsed = process_time()
        spent[0] += parsed - start
        if mail is None:
            continue
        mail = documents(mail) if documents else mail
        completed = process_time()
        read(mail)
        spent[1] += completed - parsed
        spent[2] += process_time() - completed
    return Pace(len(raws), sum(map(len, raws)) / 1000, *spent)


def _forget() -> None:
    """Empty the caches that have a limit (single lines); those without hold vocabulary."""
    caches = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    for cache in caches:
        if cache.__module__.startswith("callboard.") and cache.cache_info().maxsize is not None:
            cache.cache_clear()
    gc.collect()


def letters(rounds: int) -> None:
    """Reading alone."""
    corpus = SHARED / "corpus"
    folders = {"proposals of the corpus": corpus / "mail", "strangers of the corpus": corpus / "rfc822"}
    if corpus.is_dir():
        paces = [pace(_read_folder(folder), rounds) for folder in folders.values()]
        for name, one in zip(folders, paces, strict=True):
            print(f"{name:<24}{one}")
        print(f"{'both (goal: ' + str(GOAL) + '/s)':<24}{paces[0] + paces[1]}")
    else:
        print(f"SKIPPED: the corpus' mix, because {corpus} is not there", file=sys.stderr)
    if own := _read_folder(OWN):
        print(f"{'own letters':<24}{pace(own, rounds)}")
    print(f"{'generated letters':<24}{pace(without_attachments(messages(GENERATED)), rounds)}")


def _read_folder(folder: Path) -> list[bytes]:
    return without_attachments(file.read_bytes() for file in sorted(folder.rglob("*.eml")))


def documents(rounds: int) -> None:
    """What a PDF costs in the child that reads it, and in the process that asks."""
    raws = [raw for raw in messages(GENERATED) if PDF in raw]
    with DocumentReader() as reader:
        one = pace(raws, rounds, lambda mail: read_documents(mail, reader))
    child = [_childs_seconds(raws) for _ in range(rounds)]
    each = 1000 / len(raws)
    print(
        f"{'with a PDF':<24}{len(raws):>6,} messages of {one.kilobytes / len(raws):5.1f} kB: "
        f"parse {one.parsing * each:4.2f} ms, read {one.reading * each:4.2f} ms, "
        f"ask the child {one.documents * each:4.2f} ms; the child itself {statistics.median(child) * each:4.2f} ms"
    )


def _childs_seconds(raws: list[bytes]) -> float:
    """CPU seconds of the child for these documents, without its start."""
    started, ended = _children(raws[:1]), _children(raws)
    return (ended - started) * len(raws) / (len(raws) - 1)


def _children(raws: list[bytes]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with DocumentReader() as reader:
        for raw in raws:
            read_documents(read_mail(raw), reader)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts (5)")
    arguments = parser.parse_args()
    letters(arguments.rounds)
    documents(arguments.rounds)


if __name__ == "__main__":
    main()
