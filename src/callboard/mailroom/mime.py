"""The tree of a mail's parts, read without trusting any of it.

Parsing is the standard library's with the compat32 policy: `policy.default` raises IndexError and
AttributeError on headers that strangers send (field notes, row 19). Every access goes through a guard here;
`EMAIL_FAULTS` are the exceptions that mutated messages are known to bring out of the `email` package.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Generator, Sequence
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, Self, cast

from callboard.errors import UnreadableMail
from callboard.mailroom.charsets import one_line
from callboard.mailroom.headers import base64_bytes, decoded, surrogates_healed

EMAIL_FAULTS = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
)
# The parser tries every open boundary on every line: a mail that is all boundaries would take minutes.
MOST_WORK = 40_000_000
DEEPEST = 40
MOST_PARTS = 2000
LONGEST_STRUCTURED = 4000  # bytes of a header with parameters

# Both of a mail in lower case, with a line's end in front of it: a letter that begins an expression is found at once.
_BOUNDARY = re.compile(rb"boundary[\s*]*=")
_STRUCTURED = re.compile(rb"\ncontent-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*")
_GAP = re.compile(rb"\r?\n[ \t]*\r?\n|\Z")
_HEADER_LINE = re.compile(rb"[ \t]|[!-9;-~]+[ \t]*:|>?From ")
_KNOWN_HEADER = re.compile(
    rb"(?:Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version|Content-Type):", re.IGNORECASE
)
_TRANSFER = re.compile(r"[a-z0-9-]+")


class Part(Message):
    """A part of the tree; its headers are gone through once, however many are asked for."""

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The raw values of each header, in their order, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for name, value in self.raw_items():
            found.setdefault(name.lower(), []).append(str(value))
        return found

    @cached_property
    def _all(self) -> Sequence[Self]:
        found, waiting = list[Self](), [self]
        while waiting:
            found.append(part := waiting.pop())
            if part.is_multipart():
                waiting += reversed(cast("list[Self]", part.get_payload()))
        return found

    def walk(self) -> Generator[Self, None, None]:
        """The part and all in it, gone through once: who looks for bounces asks for them sixty times."""
        yield from self._all


def parsed(raw: bytes) -> Part:
    """The tree of a mail; raises UnreadableMail when there is none to be had."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not raw.strip():
        raise UnreadableMail(
            "The message is empty; if you still see it in your mail program, forward it as an attachment.",
            "empty",
        )
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    if _is_knotted(raw):
        raise UnreadableMail(_KNOTTED, "badly_formed")
    message = _tree(raw)
    if not message.keys() or message.defects:
        healed = _with_header_healed(raw)
        message = _tree(healed) if healed else message
    if not message.keys():
        raise UnreadableMail(
            "These bytes have no mail header, so they are no mail; save the message as .eml and import that.",
            "no_mail",
        )
    return message


def _is_knotted(raw: bytes) -> bool:
    """Whether the parser would take minutes for these bytes."""
    small = b"\n" + raw.lower()
    if len(_BOUNDARY.findall(small)) * raw.count(b"\n") > MOST_WORK:
        return True
    # email.message._parseparam() counts the quotes before every semicolon, in quadratic time.
    return len(raw) > LONGEST_STRUCTURED and any(
        len(found[0]) - 1 > LONGEST_STRUCTURED for found in _STRUCTURED.finditer(small)
    )


def _tree(raw: bytes) -> Part:
    parts = count(1)

    def part(**settings: Any) -> Part:
        if next(parts) > MOST_PARTS:
            raise ValueError("too many parts")
        return Part(**settings)

    try:
        return cast("Part", email.message_from_bytes(raw, part, policy=email.policy.compat32))
    except EMAIL_FAULTS as fault:
        raise UnreadableMail(_KNOTTED, "badly_formed") from fault


def _with_header_healed(raw: bytes) -> bytes | None:
    """The mail with stray lines of its header folded, or cut off in front of it; None: nothing to heal.

    The parser ends the header at the first line that is none, and would take the real Subject for text. Only
    when a header that every mail has follows is the line a stray one.
    """
    start = 0
    for gap in _GAP.finditer(raw[:20_000]):
        lines = raw[start : gap.start()].split(b"\n")
        known = [number for number, line in enumerate(lines) if _KNOWN_HEADER.match(line)]
        if not known:
            start = gap.end()
            continue
        stray = {number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)}
        if start == 0 and not any(number < known[-1] for number in stray):
            return None
        first = known[0] if stray and min(stray) < known[0] else 0
        folded = [b" " + line if number in stray else line for number, line in enumerate(lines)]
        return b"\n".join(folded[first:]) + raw[gap.start() :]
    return None


_KNOTTED = "The message has too many parts inside parts; open it and forward its text as a new mail."


def header_values(part: Part, name: str) -> Sequence[str]:
    """The raw values of a header, in their order."""
    return part.by_name.get(name, ())


def header(part: Part, name: str) -> str:
    """The first raw value of a header, "" when absent."""
    return next(iter(header_values(part, name)), "")


def parameter(part: Part, name: str, field: str) -> str | None:
    """A parameter of a structured header, RFC 2231 and RFC 2047 decoded, 8-bit healed."""
    value = header(part, field)[:LONGEST_STRUCTURED]
    return _parameter(value, name, field) if name in value.lower() else None


@lru_cache(maxsize=256)  # most parts are text/plain in one of a few charsets
def _parameter(value: str, name: str, field: str) -> str | None:
    # Healed before the parameter parser sees it, which cannot take surrogates.
    bare: Message = Message()
    bare[field] = surrogates_healed(value).replace("\r", "").replace("\n", "")
    try:
        found = bare.get_param(name, None, field)
        if isinstance(found, tuple):
            return one_line(surrogates_healed(collapse_rfc2231_value(found)))
    except EMAIL_FAULTS:
        return None
    return None if found is None else decoded(found)


def media_type(part: Part) -> str:
    """The lower-case type of a part, `text/plain` when it is missing or malformed (RFC 2045, section 5.2)."""
    try:
        return one_line(part.get_content_type(), 100)
    except EMAIL_FAULTS:
        return "text/plain"


def disposition(part: Part) -> str:
    """`attachment`, `inline` or "" as the Content-Disposition says."""
    return (
        one_line(surrogates_healed(header(part, "content-disposition")[:200])).split(";")[0].strip().lower()
    )


def file_name(part: Part) -> str | None:
    """The last path component of the name that the sender gave the part."""
    for name, field in (("filename", "content-disposition"), ("name", "content-type")):
        found = parameter(part, name, field)
        if found:
            return last_component(found)
    return None


def last_component(name: str) -> str | None:
    """A name without folders, quotes and leading dots, at most 200 characters with its ending kept."""
    name = re.split(r"[\\/]", one_line(name).strip("\"' "))[-1].lstrip(".").strip()
    if len(name) > 200:
        stem, dot, ending = name.rpartition(".")
        name = stem[: 199 - len(ending)] + dot + ending if dot and len(ending) < 10 else name[:200]
    return name or None


def children(part: Part) -> list[Part]:
    """The parts inside a part; empty for a leaf."""
    inside = part.get_payload()
    return [child for child in inside if isinstance(child, Part)] if isinstance(inside, list) else []


def transfer_encoding(part: Part) -> str:
    """The Content-Transfer-Encoding as one lower-case word."""
    word = _TRANSFER.search(
        one_line(surrogates_healed(header(part, "content-transfer-encoding")[:200])).lower()
    )
    return word[0] if word else ""


def raw_text(part: Message) -> str:
    """A leaf as it stands in the mail, undecoded; 8-bit bytes as surrogates. "" for a part with parts."""
    inside = part._payload  # type: ignore[attr-defined]  # get_payload() may raise on a strange charset
    return inside if isinstance(inside, str) else ""


def shortened(part: Part, most: int) -> Part:
    """The same tree with only the beginnings of its leaves, as they stand in the mail; `most` characters of each."""
    short = Part(part.policy)
    # As they stand: the public methods fold and decode, and may raise on what strangers send.
    short._headers = list(part._headers)  # type: ignore[attr-defined]
    short.set_default_type(part.get_default_type())
    inside = part._payload  # type: ignore[attr-defined]
    if isinstance(inside, list):
        inside = [shortened(child, most) for child in inside]
    short._payload = inside[:most] if isinstance(inside, str) else inside  # type: ignore[attr-defined]
    return short


def content(part: Part) -> bytes:
    """The decoded bytes of a leaf; as they stand where the encoding is unknown or broken."""
    encoded = raw_text(part).encode("utf-8", "surrogateescape")
    if transfer_encoding(part) == "base64":
        return base64_bytes(encoded)
    try:
        found = part.get_payload(decode=True)
    except EMAIL_FAULTS:
        return encoded
    return found if isinstance(found, bytes) else encoded


def size(part: Part) -> int:
    """The decoded size of a leaf without decoding it: near for base64, an upper bound otherwise."""
    text = raw_text(part)
    if transfer_encoding(part) != "base64":
        return len(text)
    characters = len(text) - text.count("\n") - text.count("\r")
    return max(0, characters * 3 // 4 - text[-4:].count("="))


def reparsed(text: str) -> list[Part]:
    """The mail inside a base64 text, as a list of at most one."""
    try:
        return [parsed(base64_bytes(text.encode("utf-8", "surrogateescape")))]
    except UnreadableMail:
        return []
