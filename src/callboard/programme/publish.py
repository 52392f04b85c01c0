"""Writes the published files: every format at once, each atomically, and only what changed."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from callboard.call import Call
from callboard.errors import ConfigError, DiskFull
from callboard.programme.formats import hugo, page
from callboard.programme.formats.view import Audience, Language
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

# Readable by the web server, whatever the worker's umask says.
MODE = 0o644


def outputs(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    number: int,
    made_at: datetime,
    templates: Templates,
) -> dict[str, str]:
    """The files of draft `number`, name -> text: the page in the call's language, in the other one, for Hugo."""
    own: Language = "fr" if call.language == "fr" else "en"
    markdown = hugo.render(
        call, programme, cards, number=number, made_at=made_at, language=own, templates=templates
    )
    return {**pages(call, programme, cards, number, made_at, templates), "programme.md": markdown}


def pages(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    number: int,
    made_at: datetime,
    templates: Templates,
    audience: Audience = "public",
) -> dict[str, str]:
    """The page of draft `number` in the call's language and in the other one, name -> text."""
    own: Language = "fr" if call.language == "fr" else "en"
    other: Language = "en" if own == "fr" else "fr"
    first, second = "index.html", f"programme.{other}.html"

    def render(language: Language, alternate: str) -> str:
        return page.render(
            call,
            programme,
            cards,
            number=number,
            made_at=made_at,
            language=language,
            templates=templates,
            alternate=alternate,
            audience=audience,
        )

    return {first: render(own, second), second: render(other, first)}


def publish(files: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Write the files whose content changed into the folder; return these.

    A reader sees the old file or the new one, never half of one. Raises ConfigError when the folder cannot be
    written to, DiskFull when there is no room.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(
            folder / name for name, text in files.items() if _replace(folder / name, text.encode("utf-8"))
        )
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{folder}: there is no room for the programme ({error.strerror}); make room, the next pass tries again"
            ) from error
        raise ConfigError(
            f"{folder}: the programme cannot be written there ({error.strerror or error}); "
            "make the folder writable for Callboard or name another one in [programme] folder"
        ) from error


def _replace(path: Path, content: bytes) -> bool:
    """Put the content at the path unless it is there already; whether anything was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), MODE)
            # A crash after the rename must not leave an empty page under the right name.
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True
