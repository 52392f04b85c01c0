"""What a mail holds, gathered from its tree: text, attachments, forwarded and returned mails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from callboard.mailroom import mime
from callboard.mailroom.charsets import decode, tidy
from callboard.mailroom.htmltext import charset_in_html, html_and_emphasis, looks_like_html
from callboard.mailroom.mail import Attachment, IncomingMail
from callboard.mailroom.mime import Part
from callboard.mailroom.plaintext import (
    holds_neighbours,
    is_spread,
    is_stub,
    marked_runs,
    unflowed,
    untagged,
    without_pgp_armour,
    without_uuencoded,
)

MOST_PARTS = 500
MOST_ATTACHMENTS = 100
LONGEST_TEXT = 400_000  # characters
LARGEST_DOCUMENT = 20_000_000  # bytes; a larger one is listed but not decoded

TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
NESTED = frozenset({"message/rfc822", "message/global", "message/news"})
RETURNED = NESTED | {
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global-headers",
}
ENCRYPTED = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
PROSE = frozenset({"text/plain", "text/html", "text/markdown", "text/enriched", "text/richtext"})

BY_ENDING = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
    "text": "text/plain",
    "md": "text/markdown",
    "markdown": "text/markdown",
}
DOCUMENTS = frozenset(BY_ENDING.values())


@dataclass
class Gathered:
    """What has been found so far; `texts` are the text leaves in the order they would be seen."""

    read_nested: Callable[[Part], IncomingMail | None]
    texts: list[str] = field(default_factory=list)
    from_html: list[bool] = field(default_factory=list)
    emphasised: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[IncomingMail] = field(default_factory=list)
    returned: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    encrypted: bool = False
    report: bool = False
    parts: int = 0
    plain_chosen: bool = False  # of HTML beside plain text that says as much, only the emphasis is needed

    def note(self, defect: str | None) -> None:
        """Remembers what had to be healed, once."""
        if defect and defect not in self.defects and len(self.defects) < 30:
            self.defects.append(defect)

    def text(self) -> str:
        """All text leaves, a blank line between, cut at `LONGEST_TEXT`.

        A leaf that only says again what another has said (plain text and HTML side by side) is left out.
        """
        written = [text.strip("\n") for text in self.texts if text and not text.isspace()]
        if len(written) > 1:
            once: dict[str, str] = {}
            for text in written:
                once.setdefault("".join(text.split()), text)
            written = list(once.values())
        whole = "\n\n".join(written)
        if len(whole) > LONGEST_TEXT:
            self.note(f"text cut after {LONGEST_TEXT} characters")
        return whole[:LONGEST_TEXT]


def gather(message: Part, read_nested: Callable[[Part], IncomingMail | None]) -> Gathered:
    """Everything in the tree; `read_nested` makes a value of a nested mail, None where it is too deep."""
    found = Gathered(read_nested)
    _part(message, found, depth=0)
    return found


def _part(part: Part, found: Gathered, *, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > mime.DEEPEST:
        found.note("some parts were left out: there are too many of them")
        return
    kind = mime.media_type(part)
    if kind in RETURNED and found.report:
        found.returned.append(part)
    elif kind in NESTED:
        _nested(part, found)
    elif kind == "multipart/alternative" and part.is_multipart():
        _alternative(part, found, depth=depth)
    elif kind.startswith("message/"):
        found.report = found.report or kind.endswith("delivery-status")
    elif part.is_multipart():
        found.report = found.report or kind == "multipart/report"
        found.encrypted = found.encrypted or kind == "multipart/encrypted"
        for child in mime.children(part):
            _part(child, found, depth=depth + 1)
    else:
        _leaf(part, kind, found, root=depth == 0)


def _alternative(part: Part, found: Gathered, *, depth: int) -> None:
    """The plain text of an alternative, or its HTML where there is no other; attachments of every branch."""
    branches = list[Gathered]()
    for child in mime.children(part):
        branch = Gathered(found.read_nested, report=found.report, parts=found.parts)
        branch.plain_chosen = found.plain_chosen or _has_plain(branches)
        _part(child, branch, depth=depth + 1)
        found.parts = branch.parts
        branches.append(branch)
        found.attachments += branch.attachments
        found.forwarded += branch.forwarded
        found.emphasised += branch.emphasised
        found.encrypted = found.encrypted or branch.encrypted
        for defect in branch.defects:
            found.note(defect)
    chosen = _preferred([b for b in branches if b.text().strip()])
    if chosen:
        found.texts += chosen.texts
        found.from_html += chosen.from_html


def _has_plain(branches: list[Gathered]) -> bool:
    """Whether one of the branches is plain text that will be preferred to the HTML below it."""
    written = (b.text() for b in branches if not all(b.from_html))
    first = next((text for text in written if text.strip()), "")
    return not (is_stub(first) or is_spread(first))


def _preferred(branches: list[Gathered]) -> Gathered | None:
    plain = next((b for b in branches if not all(b.from_html)), None)
    rich = next((b for b in reversed(branches) if all(b.from_html)), None)
    if plain is None or rich is None:
        return plain or rich
    if is_spread(plain.text()) and holds_neighbours(rich.text()):
        return replace(rich, from_html=[False])
    return rich if is_stub(plain.text()) and len(rich.text()) > len(plain.text()) else plain


def _nested(part: Part, found: Gathered) -> None:
    inside = mime.children(part)
    if not inside or mime.transfer_encoding(part) == "base64":
        # RFC 2046, section 5.2.1 forbids it, Exchange does it: the mail itself is base64.
        inside = mime.reparsed(mime.raw_text(inside[0]) if inside else mime.raw_text(part))
    for message in inside[:1]:
        value = found.read_nested(message)
        if value is None:
            found.note("a forwarded mail was left out: too many mails inside mails")
        else:
            found.forwarded.append(value)


def _leaf(part: Part, kind: str, found: Gathered, *, root: bool) -> None:
    if kind.startswith("multipart/"):
        kind = "text/plain"  # a multipart without a boundary: its source is the best there is
    name = mime.file_name(part)
    # A text that is "attached" without a file name is the letter itself: some gateways mark it so.
    attached = name is not None and (not root or mime.disposition(part) == "attachment")
    if kind in PROSE and not attached:
        _prose(part, kind, found)
    elif kind in ENCRYPTED:
        found.encrypted = True
    else:
        _attach(part, kind, name, found)


def _prose(part: Part, kind: str, found: Gathered) -> None:
    source = mime.content(part)
    charset = mime.parameter(part, "charset", "content-type")
    if charset is None and kind == "text/html":
        charset = charset_in_html(source)
    text, defect = decode(source, charset)
    found.note(defect)
    text = tidy(text)
    if kind == "text/plain" and looks_like_html(text):
        kind = "text/html"
    if kind == "text/html":
        text, runs = html_and_emphasis(text, wanted=not found.plain_chosen)
        found.emphasised += runs
    elif kind in ("text/enriched", "text/richtext"):
        text = untagged(text)
    else:
        if (mime.parameter(part, "format", "content-type") or "").lower() == "flowed":
            delete_space = (mime.parameter(part, "delsp", "content-type") or "").lower() == "yes"
            text = unflowed(text, delete_space=delete_space)
        text, files = without_uuencoded(without_pgp_armour(text))
        for name, content in files:
            found.attachments.append(document(name, "application/octet-stream", content))
        found.emphasised += marked_runs(text)
    found.texts.append(text)
    found.from_html.append(kind == "text/html")


def _attach(part: Part, kind: str, name: str | None, found: Gathered) -> None:
    if len(found.attachments) >= MOST_ATTACHMENTS:
        found.note("some attachments were left out: there are too many of them")
        return
    kind = effective_type(name, kind)
    size = mime.size(part)
    if kind in DOCUMENTS | TNEF and size <= LARGEST_DOCUMENT:
        charset = mime.parameter(part, "charset", "content-type")
        found.attachments.append(document(name, kind, mime.content(part), charset))
    elif name or kind not in ("application/pgp-signature", "application/pkcs7-signature"):
        found.attachments.append(Attachment(name, kind, size, None))


def document(name: str | None, kind: str, content: bytes, charset: str | None = None) -> Attachment:
    """An attachment from its decoded bytes; what nobody can read keeps none, plain text is text at once."""
    name = mime.last_component(name) if name else None
    kind = effective_type(name, kind)
    if content.startswith(b"%PDF-"):
        kind = BY_ENDING["pdf"]
    elif content.startswith(b"PK\3\4") and kind == BY_ENDING["pdf"]:
        kind = BY_ENDING["docx"]  # a mislabelled document; which of the two it is shows when it is opened
    if kind not in DOCUMENTS | TNEF or len(content) > LARGEST_DOCUMENT:
        return Attachment(name, kind, len(content), None)
    text = None
    if kind.startswith("text/"):
        text = tidy(decode(content[: LONGEST_TEXT * 4], charset)[0])[:LONGEST_TEXT]
    return Attachment(name, kind, len(content), content, text)


def effective_type(name: str | None, kind: str) -> str:
    """The type by the file's ending where the ending is one that is read: senders' labels are often wrong."""
    ending = (name or "").lower().rpartition(".")[2]
    if kind in ("application/x-pdf", "text/pdf", "application/acrobat"):
        return BY_ENDING["pdf"]
    return (
        kind
        if kind in TNEF
        else BY_ENDING.get(
            ending, "application/ms-tnef" if ending == "dat" and "winmail" in (name or "").lower() else kind
        )
    )


def html_only(found: Gathered) -> bool:
    """Whether all the text there is was HTML."""
    return bool(found.from_html) and all(found.from_html)
