"""Messages from files: an mbox, a Maildir, one message, or a folder of `.eml` files.

Read as a stream: an mbox of any size costs the memory of its largest message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from callboard.errors import ConfigError

MAX_BYTES = 25_000_000
PIECE = 64 * 1024  # of a line: a file of one endless line must not fill the memory

# RFC 4155: "From ", an address, a time stamp as asctime() writes it. Thunderbird writes "From - ...", or
# "From " alone. A line of prose that begins with "From " has no weekday with a time behind it.
SEPARATOR = re.compile(
    rb"From (?:\s*|- .*|.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\b\d{1,2}:\d\d.*)\r?\n?", re.DOTALL
)
QUOTED_FROM = re.compile(rb">+From ")
# RFC 5322 section 2.2: a field name is printable ASCII without a colon.
HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:")


def messages(path: Path, max_bytes: int = MAX_BYTES) -> Iterator[tuple[str, bytes]]:
    """Each message with a name to find it by. Of a message over `max_bytes` only so much is read.

    Raises ConfigError at once when there is no archive at `path`.
    """
    try:
        if path.is_dir():
            return _folder(path, max_bytes)
        return _file(path, max_bytes)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror or error}); check path and rights"
        ) from error


def _folder(path: Path, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    if (path / "cur").is_dir() or (path / "new").is_dir():
        # maildir(5): tmp holds what is still being written.
        files = [file for part in ("cur", "new") for file in (path / part).glob("*") if file.is_file()]
        return _each(sorted(files, key=lambda file: file.name), path, max_bytes)
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".eml" and file.is_file())
    if not files:
        raise ConfigError(
            f"{path} is neither a Maildir nor a folder with .eml files; name an mbox file, a Maildir "
            "(with cur and new inside), an .eml file or a folder of them"
        )
    return _each(files, path, max_bytes)


def _file(path: Path, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        start = file.readline(PIECE)
    if path.suffix.lower() != ".eml":
        if not start or start.startswith(b"From "):
            return _mbox(path, max_bytes)
        if not HEADER_LINE.match(start):
            raise ConfigError(
                f"{path} is not mail: it begins neither as an mbox nor with a header; name an mbox file, "
                "a Maildir, an .eml file or a folder of them"
            )
    return _each([path], path.parent, max_bytes)


def _each(files: list[Path], root: Path, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    for path in files:
        try:
            with path.open("rb") as file:
                raw = file.read(max_bytes)
        except FileNotFoundError:
            continue  # a mail program has moved it from new to cur, or deleted it
        except OSError as error:
            raise ConfigError(f"{path} cannot be read ({error.strerror}); check its rights") from error
        yield str(path.relative_to(root)), raw


def _mbox(path: Path, max_bytes: int) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, raw in enumerate(_split(file, max_bytes), 1):
            yield f"{path.name}#{number}", raw


def _split(file: BinaryIO, max_bytes: int) -> Iterator[bytes]:
    """The messages of an mbox, without separators, the ">" before "From " taken off again."""
    message: bytearray | None = None
    at_start = after_blank = True
    while piece := file.readline(PIECE):
        first = message is None
        if (
            at_start
            and after_blank
            and (SEPARATOR.fullmatch(piece) or (first and piece.startswith(b"From ")))
        ):
            if message is not None:
                yield _without_blank_line(message)
            message = bytearray()
            after_blank = False
        else:
            text = piece[1:] if at_start and QUOTED_FROM.match(piece) else piece
            if message is not None:
                message += text[: max_bytes - len(message)]
            after_blank = at_start and not piece.strip()
        at_start = piece.endswith(b"\n")
    if message is not None:
        yield _without_blank_line(message)


def _without_blank_line(message: bytearray) -> bytes:
    """The blank line before the next separator belongs to the mbox, not to the message."""
    for end in (b"\r\n\r\n", b"\n\n"):
        if message.endswith(end):
            return bytes(message[: -len(end) // 2])
    return bytes(message)
