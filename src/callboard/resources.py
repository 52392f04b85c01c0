"""Where the files that ship beside the code are: `templates/` and `config/`."""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The shipped folder of that name: inside the wheel, or at the top of a checkout (editable install)."""
    package = Path(__file__).resolve().parent
    for place in (package / "_data" / name, package.parents[1] / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name}/ that ships with Callboard is missing; install it again")
