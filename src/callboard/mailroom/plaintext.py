"""Plain text parts: flowed paragraphs joined, uuencoded files taken out, placeholders recognised."""

from __future__ import annotations

import binascii
import re
from itertools import pairwise

from callboard.mailroom.charsets import one_line

MOST_UUENCODED = 20
_TOO_MANY = 4  # characters behind a uuencoded line
_SPREAD_AT_LEAST = 5  # lines with words

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,200})")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_DASHED = re.compile(r"^- ", re.MULTILINE)
_STUB = re.compile(
    r"html[- ](?:viewer|capable|compatible|enabled|e-?mail|mail|message|format|version)|"
    r"(?:in|en|au|format) html\b|"
    r"version html|le html\b|view (?:it|this|the)\b.{0,40}\b(?:browser|online)|dans votre navigateur",
    re.IGNORECASE,
)
# Runs that plain text marks as Gmail and Thunderbird do when they turn HTML into text.
# What stands in front is looked at behind the mark: an expression that begins with a letter is found at once.
_STARRED = re.compile(r"\*(?<![\w*]\*)([^\s*][^*\n]{0,118}[^\s*])\*(?![\w*])")
_LOW_LINED = re.compile(r"_(?<![\w/_]_)([^\s_][^_\n]{0,118}[^\s_])_(?![\w/_])")


def unflowed(text: str, *, delete_space: bool) -> str:
    """format=flowed text with its paragraphs joined (RFC 3676, section 4); quotes keep their depth."""
    lines: list[str] = []
    paragraph: list[str] = []
    open_depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        signature = content == "-- "
        if paragraph and (depth != open_depth or signature):
            lines.append(_quoted(open_depth, "".join(paragraph)))
            paragraph = []
        open_depth = depth
        flowed = content.endswith(" ") and not signature
        paragraph.append(content[:-1] if flowed and delete_space else content)
        if not flowed:
            lines.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
    if paragraph:
        lines.append(_quoted(open_depth, "".join(paragraph)))
    return "\n".join(lines)


def _quoted(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}".rstrip(" ") if depth else text


def without_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without files uuencoded into it, and these files as (name, content)."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    lines = text.split("\n")
    at = 0
    tries = 0
    while at < len(lines):
        start = _BEGIN.fullmatch(lines[at].rstrip()) if tries < MOST_UUENCODED else None
        tries += start is not None
        end, content = _uudecoded(lines, at + 1) if start else (at, None)
        if start and content is not None:
            files.append((one_line(start[1]), content))
            at = end + 1
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept), files


def _uudecoded(lines: list[str], at: int) -> tuple[int, bytes | None]:
    """The number of the line `end` and the bytes before it; None when these lines are not uuencoded."""
    pieces = []
    while at < len(lines) and lines[at].strip() != "end":
        content = _uudecoded_line(lines[at])
        if content is None:
            return at, None
        pieces.append(content)
        at += 1
    return at, b"".join(pieces) if at < len(lines) else None


def _uudecoded_line(line: str) -> bytes | None:
    """The bytes of one line; None when it is not uuencoded. A sign or two too many behind them are left out."""
    # A line begins with the number of its bytes, three of which are written as four characters.
    if not line:
        return b""
    length = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3
    if len(line) > length + _TOO_MANY:
        return None
    try:
        return binascii.a2b_uu(line[:length])
    except ValueError:  # binascii.Error is one
        return None


def without_pgp_armour(text: str) -> str:
    """The text of an inline-signed mail without signature and armour (RFC 9580, section 7)."""
    before, _, signed = text.partition(_SIGNED)
    body, signature, rest = signed.partition("\n\n")[2].partition("\n" + _SIGNATURE)
    if not signature:
        return text
    return before + _DASHED.sub("", body) + rest.partition(_SIGNATURE_END)[2]


def is_stub(text: str) -> bool:
    """Whether the plain half of an alternative only says that the mail is in its HTML half."""
    words = one_line(text, 2000)
    return not words or (len(words) < 400 and _STUB.search(words) is not None)


def is_spread(text: str) -> bool:
    """Whether a blank line stands below every line: so Outlook writes the plain half of what it set in paragraphs.

    Its own paragraphs are then further apart; otherwise each line is one.
    """
    lines = [bool(line.strip()) for line in text.strip().split("\n")]
    further = any(not (one or other) for one, other in pairwise(lines))
    return further and not holds_neighbours(text) and sum(lines) >= _SPREAD_AT_LEAST


def holds_neighbours(text: str) -> bool:
    """Whether a line stands directly below another."""
    return any(one.strip() and other.strip() for one, other in pairwise(text.split("\n")))


def marked_runs(text: str) -> tuple[str, ...]:
    """The runs between stars or low lines: *Jane Doe*, _Jane Doe_."""
    runs = [m[1] for pattern in (_LOW_LINED, _STARRED) for m in pattern.finditer(text[:200_000])]
    return tuple(dict.fromkeys(one_line(run) for run in runs))[:50]


def untagged(text: str) -> str:
    """text/enriched or text/richtext (RFC 1896, RFC 1341) without its commands."""
    text = re.sub(r"<nl>", "\n", text, flags=re.IGNORECASE)
    return re.sub(r"</?[A-Za-z-]{1,60}>", "", text).replace("<lt>", "<").replace("<<", "<")
