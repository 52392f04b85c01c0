"""The child process that reads strangers' documents: run as a script by `attachments.DocumentReader`.

It imports nothing of Callboard. A small server has pypdf imported and waits on its standard input; each
document is read in a grandchild with limits on memory, processor time and files, which is killed when it
takes too long. So a bomb costs a few seconds and that one document. On macOS the kernel ignores RLIMIT_AS;
there the limits on processor time, wall time and output have to do.

Frames both ways are a four-byte length and that many bytes. A request is one line (what the document is), LF,
and its bytes. An answer is JSON: {"text", "emphasised", "html", "files": [[name, base64]]}, or
{"trouble"} with one word.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import io
import json
import logging
import os
import re
import resource
import runpy
import select
import signal
import struct
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes of address space
CPU_SECONDS = 10
WALL_SECONDS = 20.0
MOST_PAGES = 20
MOST_TEXT = 200_000  # characters
MOST_XML = 20 << 20  # bytes of one member of a zip, counted while it is unpacked: the declared size may lie
MOST_OUTPUT = 32 << 20  # bytes of an answer: the files inside a winmail.dat
MOST_FILES = 20

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_WORD = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SUPERSCRIPT = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
MARK = re.compile(r"[0-9][0-9, ]{0,10}")

Answer = dict[str, Any]


# A script in an isolated interpreter cannot import what lies beside it.
pages_of = runpy.run_path(str(Path(__file__).with_name("pdftext.py")), run_name="pdftext")["pages_of"]


class DocumentError(Exception):
    """A document that is not read; the word says why."""


def pdf(content: bytes) -> Answer:
    """The text of the first pages of a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    document = PdfReader(io.BytesIO(content))
    try:
        if document.is_encrypted and not document.decrypt(""):
            raise DocumentError("password")
    except (DependencyError, NotImplementedError) as reason:
        raise DocumentError("password") from reason
    text = "\n\n".join(pages_of(document, MOST_PAGES, MOST_TEXT))
    if not text.strip():
        raise DocumentError("scan")
    return {"text": text}


def office(content: bytes) -> Answer:
    """The text of a Word or OpenDocument file, told apart by what is in it: names are often wrong."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        # An OLE file: Word keeps documents with a password, and everything before 2007, in one.
        raise DocumentError("password")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "word/document.xml" in archive.namelist():
            return docx(_member(archive, "word/document.xml"))
        return odt(_member(archive, "content.xml"))


def docx(source: bytes) -> Answer:
    """The text of a Word document: paragraphs as lines, cells of a row separated by tabs."""
    source = source.replace(STRICT_WORD[1:-1].encode(), WORD[1:-1].encode())
    body = _parsed(source).find(f"{WORD}body")
    if body is None:
        raise DocumentError("broken")
    underlined: list[str] = []
    lines = list(_word_lines(body, underlined))
    return {"text": "\n".join(lines), "emphasised": underlined}


def _word_lines(parent: ET.Element, underlined: list[str]) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{WORD}p":
            yield from _word_paragraph(element, underlined)
        elif element.tag == f"{WORD}tbl":
            for row in element.iter(f"{WORD}tr"):
                cells = [" ".join(_word_lines(cell, underlined)).strip() for cell in row.iter(f"{WORD}tc")]
                yield "\t".join(cells).rstrip()
        elif element.tag not in (f"{WORD}sectPr", FALLBACK):
            yield from _word_lines(element, underlined)


def _word_paragraph(paragraph: ET.Element, underlined: list[str]) -> Iterator[str]:
    style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    name = (style.get(f"{WORD}val") or "") if style is not None else ""
    text = "".join(_word_runs(paragraph, underlined))
    if paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None and text.strip():
        text = f"- {text}"
    heading = name.lower().startswith(("heading", "titre", "title", "subtitle", "sous-titre"))
    yield from _heading(text) if heading else text.split("\n")


def _heading(text: str) -> list[str]:
    """A heading stands alone: a blank line before and after it."""
    return ["", text, ""] if text.strip() else [""]


def _word_runs(parent: ET.Element, underlined: list[str]) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{WORD}r":
            text = "".join(_word_pieces(element))
            style = element.find(f"{WORD}rPr")
            yield _styled(text, style, underlined) if style is not None else text
        elif element.tag not in (f"{WORD}pPr", FALLBACK):
            yield from _word_runs(element, underlined)


def _styled(text: str, style: ET.Element, underlined: list[str]) -> str:
    height = style.find(f"{WORD}vertAlign")
    if height is not None and height.get(f"{WORD}val") == "superscript":
        return _raised(text)
    line = style.find(f"{WORD}u")
    if line is not None and line.get(f"{WORD}val") not in (None, "none", "0"):
        underlined.append(text)
    return text


def _raised(text: str) -> str:
    # A raised "1" behind a name leads to an affiliation; as "Dupont1" it would be lost.
    return text.translate(SUPERSCRIPT) if MARK.fullmatch(text.strip()) else text


def _word_pieces(run: ET.Element) -> Iterator[str]:
    for element in run:
        if element.tag == f"{WORD}t":
            yield element.text or ""
        elif element.tag in (f"{WORD}br", f"{WORD}cr"):
            yield "\n"
        elif element.tag == f"{WORD}tab":
            yield "\t"
        elif element.tag == f"{WORD}noBreakHyphen":
            yield "-"
        elif element.tag not in (f"{WORD}rPr", FALLBACK):
            yield from _box(element)


def _box(element: ET.Element) -> Iterator[str]:
    """The text of a text box, which Word keeps inside a run."""
    for content in element.iter(f"{WORD}txbxContent"):
        yield "\n" + "\n".join(_word_lines(content, [])) + "\n"
        return


def odt(source: bytes) -> Answer:
    """The text of an OpenDocument text: paragraphs as lines, cells of a row separated by tabs."""
    tree = _parsed(source)
    styles = _odt_styles(tree)
    body = tree.find(f".//{OFFICE}text")
    if body is None:
        raise DocumentError("broken")
    underlined: list[str] = []
    lines = list(_odt_lines(body, styles, underlined))
    return {"text": "\n".join(lines), "emphasised": underlined}


def _odt_styles(tree: ET.Element) -> dict[str, set[str]]:
    """Which automatic styles underline or raise their text."""
    styles: dict[str, set[str]] = {}
    for style in tree.iter(f"{STYLE}style"):
        for look in style.iter(f"{STYLE}text-properties"):
            facts = styles.setdefault(style.get(f"{STYLE}name") or "", set())
            if (look.get(f"{STYLE}text-underline-style") or "none") != "none":
                facts.add("underlined")
            if (look.get(f"{STYLE}text-position") or "").startswith("super"):
                facts.add("raised")
    return styles


def _odt_lines(
    parent: ET.Element, styles: dict[str, set[str]], underlined: list[str], bullet: str = ""
) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{TEXT}h":
            yield from _heading(_odt_text(element, styles, underlined))
        elif element.tag == f"{TEXT}p":
            yield from (bullet + _odt_text(element, styles, underlined)).split("\n")
        elif element.tag == f"{TEXT}list-item":
            yield from _odt_lines(element, styles, underlined, "- ")
        elif element.tag == f"{TABLE}table-row":
            cells = [" ".join(_odt_lines(cell, styles, underlined)).strip() for cell in element]
            yield "\t".join(cells).rstrip()
        elif element.tag != f"{TEXT}tracked-changes":
            yield from _odt_lines(element, styles, underlined, bullet)


def _odt_text(element: ET.Element, styles: dict[str, set[str]], underlined: list[str]) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{TEXT}s":
            pieces.append(" " * min(int(child.get(f"{TEXT}c") or 1), 100))
        elif child.tag == f"{TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{TEXT}line-break":
            pieces.append("\n")
        elif child.tag not in (f"{TEXT}note", f"{OFFICE}annotation"):
            pieces.append(_odt_span(child, styles, underlined))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _odt_span(span: ET.Element, styles: dict[str, set[str]], underlined: list[str]) -> str:
    text = _odt_text(span, styles, underlined)
    facts = styles.get(span.get(f"{TEXT}style-name") or "", set())
    if "underlined" in facts:
        underlined.append(text)
    return _raised(text) if "raised" in facts else text


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            source = member.read(MOST_XML + 1)
    except RuntimeError as reason:  # zipfile's word for "encrypted"
        raise DocumentError("password") from reason
    if len(source) > MOST_XML:
        raise DocumentError("bomb")
    return source


def _parsed(source: bytes) -> ET.Element:
    # No document of Word or LibreOffice declares a type; a bomb of entities has to. UTF-16 would hide it.
    if b"<!DOCTYPE" in source or b"<!ENTITY" in source or b"\0" in source:
        raise DocumentError("bomb")
    return ET.fromstring(source)  # noqa: S314 (no entities, limited size, limited process)


def tnef(content: bytes) -> Answer:
    """The body and the files that Outlook has packed into a winmail.dat."""
    from tnefparse import TNEF

    pack = TNEF(content, do_checksum=False)
    files = []
    for attachment in pack.attachments[:MOST_FILES]:
        name = _words(attachment.long_filename() or "")
        files.append([name, base64.b64encode(bytes(attachment.data)).decode()])
    return {"text": _words(pack.body), "html": _words(pack.htmlbody), "files": files}


def _words(value: Any) -> str:
    """TNEF strings come as text, bytes or a list of either."""
    if isinstance(value, list | tuple):
        return "".join(_words(item) for item in value)
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            value = value.decode("cp1252", "replace")
    return (value or "").strip("\0")


READERS = {"pdf": pdf, "office": office, "tnef": tnef}


def read(request: bytes) -> Answer:
    """What the document says, or the one word that tells why not."""
    kind, _, content = request.partition(b"\n")
    try:
        answer = READERS[kind.decode()](content)
    except DocumentError as reason:
        return {"trouble": str(reason)}
    except (MemoryError, RecursionError):
        return {"trouble": "bomb"}
    except Exception as reason:  # noqa: BLE001 (any parser, any document: the process is here for that)
        return {"trouble": "bomb" if type(reason).__name__ == "LimitReachedError" else "broken"}
    answer["text"] = (answer.get("text") or "")[:MOST_TEXT]
    answer["html"] = (answer.get("html") or "")[: 4 * MOST_TEXT]
    answer["emphasised"] = [run.strip()[:200] for run in answer.get("emphasised", ()) if run.strip()][:50]
    return answer


def _limited() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(limit, (value, value))


def _grandchild(request: bytes, pipe: int) -> None:
    """Reads one document and never returns."""
    try:
        _limited()
        os.closerange(0, pipe)  # the worker's pipes are not for it
        answer = json.dumps(read(request)).encode("ascii")
        with open(pipe, "wb", closefd=False) as out:
            out.write(answer)
    finally:
        os._exit(0)


def _answer_of(request: bytes, wall: float) -> bytes:
    """What a grandchild answers within `wall` seconds; killed when it does not, or the worker is gone."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        _grandchild(request, into)
    os.close(into)
    try:
        answer, late = _collected(out, time.monotonic() + wall)
    finally:
        os.close(out)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if late:
        return b'{"trouble": "slow"}'
    return answer or b'{"trouble": "bomb"}'


def _collected(pipe: int, deadline: float) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    size = 0
    while size <= MOST_OUTPUT:
        ready, _, _ = select.select([pipe, 0], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return b"", True
        if 0 in ready:
            # Nothing is ever sent while an answer is owed: this is the end of the worker.
            raise EOFError
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return b"".join(pieces), False
        pieces.append(piece)
        size += len(piece)
    return b"", False


def _received(size: int) -> bytes:
    pieces: list[bytes] = []
    while size:
        piece = os.read(0, min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def serve() -> None:
    """Answers requests until standard input ends."""
    logging.disable(logging.CRITICAL)
    # Imported once here, so that no grandchild has to: a PDF then costs half as much.
    import encodings.charmap
    import encodings.cp437
    import encodings.utf_16_be  # noqa: F401

    import pypdf.filters  # noqa: F401
    import tnefparse  # noqa: F401

    gc.freeze()  # else the first collection of each grandchild copies every page of memory

    wall = float(sys.argv[1]) if len(sys.argv) > 1 else WALL_SECONDS
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            request = _received(struct.unpack(">I", _received(4))[0])
            answer = _answer_of(request, wall)
            frame = memoryview(struct.pack(">I", len(answer)) + answer)
            while frame:
                frame = frame[os.write(1, frame) :]


if __name__ == "__main__":
    serve()
