"""A small site that Debian's hugo builds."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def installed_hugo() -> str:
    """The program; without it the test is skipped, or fails in CI."""
    program = shutil.which("hugo")
    if program is None:
        message = "hugo is not installed: no page was built into a site; apt-get install hugo"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    return program


def build(program: str, site: Path, layout: str) -> None:
    """The site, without a word of complaint, and with no page held back because it is of the future."""
    (site / "layouts" / "_default").mkdir(parents=True)
    (site / "layouts" / "_default" / "single.html").write_text(layout)
    (site / "config.toml").write_text(
        'baseURL = "https://site.example/"\ntitle = "Site"\n'
        'disableKinds = ["home", "taxonomy", "term", "section", "RSS", "sitemap"]\nenableEmoji = true\n'
    )
    run, future = (
        subprocess.run(
            [program, *words, "--source", str(site)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for words in (("--quiet",), ("list", "future"))
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert ".md" not in future.stdout
