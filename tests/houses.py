"""A folder with a configuration, and the command line in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class House:
    """Runs `callboard` in a folder as a user does, in a process of its own."""

    def __init__(self, folder: Path, config: str | None = None, **environ: str) -> None:
        self.folder, self.environ = folder, {**os.environ, "COLUMNS": "160", **environ}
        if config is not None:
            (folder / "config").mkdir()
            (folder / "config" / "callboard.toml").write_text(config, encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "callboard", *words],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=100)
        finally:
            process.kill()
        return process.returncode, out, err
