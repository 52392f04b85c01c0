"""A small file system that a test can fill to the last byte."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

DISK_BYTES = 24 * 2**20


class NoDiskError(RuntimeError):
    """This machine lets us mount no small disk; the message says why."""


class SmallDisk:
    """A file system in memory that can be filled to the last byte. Needs root."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="callboard-disk-"))
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "callboard-test", str(self.folder)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.CalledProcessError) as error:
            self.folder.rmdir()
            raise NoDiskError(f"no disk to fill: {getattr(error, 'stderr', None) or error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True, timeout=20)
        self.folder.rmdir()

    @contextmanager
    def full(self, left: int) -> Iterator[None]:
        """Nothing but these bytes is free any more."""
        space = os.statvfs(self.folder)
        filler = self.folder / "filler"
        rest = max(0, space.f_bavail * space.f_frsize - left)
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while rest > 0:
                rest -= file.write(b"x" * rest)
        yield
        filler.unlink()
