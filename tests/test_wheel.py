"""The wheel carries templates and the sample: installed far from the checkout, the demo plays."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.timeout(300)
def test_the_wheel_installed_elsewhere_plays_the_demo(tmp_path: Path) -> None:
    """The environment is new; the dependencies are those of the tests, by a .pth line, so nothing is downloaded."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        timeout=120,
    )
    site = next((home / "lib").glob("python*/site-packages"))
    dependencies = next(
        p for p in map(Path, sys.path) if p.name == "site-packages" and (p / "sqlalchemy").is_dir()
    )
    # Behind the wheel's own files on the path; the editable install's .pth is not followed from there.
    (site / "dependencies.pth").write_text(f"{dependencies}\n")

    played = subprocess.run(
        [str(home / "bin" / "callboard"), "demo", "--out", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")},
    )

    assert played.returncode == 0, played.stderr
    assert (tmp_path / "demo" / "programme" / "index.html").is_file()
    where = subprocess.run(
        [str(python), "-c", "import callboard; print(callboard.__file__)"],
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert where.startswith(str(home))
