"""The text of PDF, Word and OpenDocument attachments, read in a limited child process (`documents.py`).

A document comes from a stranger, and no parser of such documents is safe in the worker's own process. A bomb,
a scan or a broken file costs that attachment, which then says so in `problem`; the worker goes on.
"""

from __future__ import annotations

import base64
import json
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from callboard.mailroom.body import BY_ENDING, TNEF, document
from callboard.mailroom.charsets import one_line, tidy
from callboard.mailroom.htmltext import html_to_text
from callboard.mailroom.mail import Attachment, IncomingMail

MOST_DOCUMENTS = 8  # of one mail, forwarded mails included
MOST_SECONDS = 40.0  # that the documents of one mail may take together
WALL_SECONDS = 20.0
GRACE_SECONDS = 5.0  # that the child may take longer than a document before it is given up
MOST_ANSWER = 64 << 20

KINDS = dict.fromkeys((BY_ENDING["docx"], BY_ENDING["odt"]), "office") | {BY_ENDING["pdf"]: "pdf"}
OLD_FORMATS = ("doc", "rtf", "pages", "ppt", "pptx", "odp", "tex", "wps")

# One word for programs, one sentence for people; {name} is the file's.
PROBLEMS = {
    "scan": "{name} has no text layer, perhaps it is a scan; please send the text in the mail.",
    "password": "{name} is protected by a password; please send it without.",
    "broken": "{name} could not be read, it may be damaged; please send it again, or the text in the mail.",
    "bomb": "{name} needs more memory than a document may; please send the text in the mail.",
    "slow": "{name} takes too long to read; please send the text in the mail.",
    "large": "{name} is too large to be read; please send the text in the mail, or a smaller PDF.",
    "many": "{name} was not read, the mail has too many documents; please send it by itself.",
    "format": "{name} is in a format that is not read here; please send it as PDF, or the text in the mail.",
    "reader": "{name} could not be read, the program that reads documents failed; the operator should look.",
    "missing": "{name} was not fetched, the mail is over the size limit; please send the text in the mail.",
}


@dataclass(frozen=True)
class Document:
    """What the child has read: text, or the word for why not."""

    text: str | None = None
    html: str | None = None
    emphasised: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    trouble: str | None = None


class DocumentReader:
    """Reads documents in one child process, which is started when first needed and again when it has died.

    A context manager; not for two threads at once.
    """

    def __init__(self, wall_seconds: float = WALL_SECONDS, grace_seconds: float = GRACE_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._grace_seconds = grace_seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """The child's, None while there is none."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """Ends the child; the reader may be used again and then starts a new one."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def read(self, kind: str, content: bytes) -> Document:
        """The text of a document; `kind` is pdf, office or tnef. Never raises for what the document is."""
        request = kind.encode("ascii") + b"\n" + content
        for _ in range(2):  # a child that died between two documents is no fault of this one
            fresh = self._child is None
            try:
                answer = self._asked(request)
            except TimeoutError:
                self.close()
                return Document(trouble="slow")
            except OSError:
                self.close()
                if fresh:
                    break
                continue
            return _document(answer)
        return Document(trouble="reader")

    def _asked(self, request: bytes) -> bytes:
        child = self._child = self._child or _started(self._wall_seconds)
        if child.stdin is None or child.stdout is None:
            raise BrokenPipeError
        deadline = time.monotonic() + self._wall_seconds + self._grace_seconds
        _send(child.stdin.fileno(), struct.pack(">I", len(request)) + request, deadline)
        size = struct.unpack(">I", _receive(child.stdout.fileno(), 4, deadline))[0]
        if size > MOST_ANSWER:
            raise BrokenPipeError
        return _receive(child.stdout.fileno(), size, deadline)


def _started(wall_seconds: float) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("documents.py")
    child = subprocess.Popen(  # noqa: S603 (our own interpreter and script)
        [sys.executable, "-I", str(script), str(wall_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={},  # none of the worker's secrets
        start_new_session=True,  # Ctrl-C is for the worker, which then ends the child
    )
    if child.stdin is not None:
        os.set_blocking(child.stdin.fileno(), False)
    return child


def _send(pipe: int, content: bytes, deadline: float) -> None:
    rest = memoryview(content)
    while rest:
        _await(pipe, select.POLLOUT, deadline)
        rest = rest[os.write(pipe, rest[: 1 << 16]) :]


def _await(pipe: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError


def _receive(pipe: int, size: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    while size:
        _await(pipe, select.POLLIN, deadline)
        piece = os.read(pipe, min(size, 1 << 20))
        if not piece:
            raise BrokenPipeError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _document(frame: bytes) -> Document:
    """The answer as a value; a parser taken over by its document may have written anything."""
    try:
        answer = json.loads(frame)
        return _document_of(answer) if isinstance(answer, dict) else Document(trouble="broken")
    except (ValueError, TypeError, RecursionError):
        return Document(trouble="broken")


def _document_of(answer: dict[str, object]) -> Document:
    trouble = answer.get("trouble")
    if trouble is not None:
        return Document(trouble=str(trouble) if trouble in PROBLEMS else "broken")
    runs = answer.get("emphasised")
    files = answer.get("files")
    return Document(
        text=_clean(answer.get("text")),
        html=_clean(answer.get("html")),
        emphasised=tuple(one_line(str(run), 200) for run in runs) if isinstance(runs, list) else (),
        files=tuple((str(n), base64.b64decode(c)) for n, c in files) if isinstance(files, list) else (),
    )


def _clean(text: object) -> str:
    lines = [line.rstrip() for line in tidy(str(text or "")).replace("\xa0", " ").split("\n")]
    return "\n".join(
        line for number, line in enumerate(lines) if line or (number and lines[number - 1])
    ).strip("\n")


def read_documents(mail: IncomingMail, reader: DocumentReader) -> IncomingMail:
    """The mail with the text (or the problem) of each of its documents, those of forwarded mails included.

    A winmail.dat is unpacked: its files become attachments, and its body the text of a mail that has none.
    """
    return _completed(mail, _Desk(reader))


@dataclass
class _Desk:
    """The reader, and what one mail may still ask of it."""

    reader: DocumentReader
    documents: int = MOST_DOCUMENTS
    seconds: float = MOST_SECONDS

    def read(self, kind: str, content: bytes) -> Document:
        if self.documents < 1 or self.seconds <= 0:
            return Document(trouble="many")
        start = time.monotonic()
        found = self.reader.read(kind, content)
        self.documents -= 1
        self.seconds -= time.monotonic() - start
        return found


def _completed(mail: IncomingMail, desk: _Desk) -> IncomingMail:
    mail = _unpacked(mail, desk)
    attachments: list[Attachment] = []
    emphasised = list(mail.emphasised)
    for attachment in mail.attachments:
        completed, runs = _read(attachment, desk)
        attachments.append(completed)
        emphasised += runs
    return replace(
        mail,
        attachments=tuple(attachments),
        emphasised=tuple(dict.fromkeys(emphasised)),
        forwarded=tuple(_completed(inner, desk) for inner in mail.forwarded),
    )


def _unpacked(mail: IncomingMail, desk: _Desk) -> IncomingMail:
    attachments: list[Attachment] = []
    text = mail.text
    for attachment in mail.attachments:
        if attachment.media_type not in TNEF or attachment.content is None:
            attachments.append(attachment)
            continue
        pack = desk.read("tnef", attachment.content)
        if pack.trouble is not None:
            attachments.append(_with_problem(attachment, pack.trouble))
            continue
        text = text if text.strip() else (pack.text or html_to_text(pack.html or ""))
        attachments += [
            document(name or None, "application/octet-stream", content) for name, content in pack.files
        ]
    return replace(mail, attachments=tuple(attachments), text=text)


def _read(attachment: Attachment, desk: _Desk) -> tuple[Attachment, tuple[str, ...]]:
    """The attachment with its text or its problem, and the runs that it emphasises."""
    kind = KINDS.get(attachment.media_type)
    if attachment.text is not None or attachment.problem is not None:
        return attachment, ()
    if kind is None or attachment.content is None:
        trouble = _unreadable(attachment, kind)
        return (_with_problem(attachment, trouble) if trouble else attachment), ()
    found = desk.read(kind, attachment.content)
    if found.trouble is not None:
        return _with_problem(attachment, found.trouble), ()
    return replace(attachment, text=found.text), found.emphasised


def _unreadable(attachment: Attachment, kind: str | None) -> str | None:
    """Why a file that may hold a proposal is not read; None for pictures, calendars and the like."""
    if kind is not None:
        return "large" if attachment.size else "missing"
    ending = (attachment.name or "").lower().rpartition(".")[2]
    return (
        "format"
        if ending in OLD_FORMATS or attachment.media_type in ("application/msword", "text/rtf")
        else None
    )


def _with_problem(attachment: Attachment, trouble: str) -> Attachment:
    sentence = PROBLEMS[trouble].format(name=attachment.name or "The attachment")
    return replace(attachment, problem=sentence, trouble=trouble)
