"""What Callboard wrote into a folder, so that it removes what is no output any more, and never anybody else's file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

NAME: Final = ".callboard.json"


def digest(content: bytes) -> str:
    """What a file's content is recognised by."""
    return hashlib.sha256(content).hexdigest()


def written(marks: Mapping[str, str]) -> bytes:
    """The manifest's own content."""
    return (json.dumps(dict(sorted(marks.items())), ensure_ascii=False, indent=0) + "\n").encode()


def read(folder: Path) -> dict[str, str]:
    """The files that were written there: name -> digest. A manifest that cannot be read names none."""
    try:
        content = json.loads((folder / NAME).read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    pairs = content.items() if isinstance(content, dict) else ()
    return {name: mark for name, mark in pairs if isinstance(mark, str) and _is_inside(name)}


def is_whole(folder: Path) -> bool:
    """Whether all files that were written there still lie there, whatever they hold by now."""
    names = read(folder)
    return bool(names) and all((folder / name).is_file() for name in names)


def remove(folder: Path, marks: Mapping[str, str]) -> None:
    """Remove these files, and folders that are empty then. What somebody has changed since is theirs, and stays."""
    for name, mark in marks.items():
        path = folder / name
        if path.is_symlink() or not path.is_file() or digest(path.read_bytes()) != mark:
            continue
        path.unlink()
        if path.parent != folder:
            # Anything else in it is not ours.
            with suppress(OSError):
                path.parent.rmdir()


def _is_inside(name: str) -> bool:
    """Whoever can write the manifest must not choose what is deleted elsewhere."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
