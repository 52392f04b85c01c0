"""Header values as people meant them: encoded words, addresses, message ids, dates.

`email.header` and `email.headerregistry` raise IndexError, AttributeError and the like on headers that
strangers send (cpython#148518, #151857, #76359, #81091, #134155), and getaddresses() can be made to return
an address that the header does not hold (CVE-2023-27043). These few rules raise nothing, never take an
address from a malformed mailbox, and are linear in the length of the header.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from callboard.mailroom.charsets import decode, one_line

LONGEST = 60_000  # characters of one header that are looked at
MOST_ADDRESSES = 300
MOST_IDS = 100

_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_FOLD = re.compile(r"\r?\n(?=[ \t])|[\r\n\0]")
# RFC 5322, section 3.4.1, without the obsolete forms; a quoted local part may hold anything but < and >.
_ADDRESS = re.compile(
    r'(?:[^\s\0-\x1f\x7f-\x9f@<>()",;:\\\[\]]{1,200}|"[^\0-\x1f\x7f-\x9f"<>\\]{1,200}")'
    r'@[^\s\0-\x1f\x7f-\x9f@<>()",;:\\]{1,250}'
)
_MESSAGE_ID = re.compile(r"<([^<>]{1,900})>")
_FOREIGN_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_QUOTED = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*')
_SPECIAL = re.compile(r'["(<>,:;]|[^"(<>,:;]+')


def surrogates_healed(value: str) -> str:
    """The header as text where `email` left raw 8-bit bytes as surrogates."""
    if value.isascii():
        return value
    return decode(_FOREIGN_SURROGATE.sub("", value).encode("utf-8", "surrogateescape"))[0]


def decoded(value: str) -> str:
    """A header with its RFC 2047 encoded words decoded, on one line.

    Neighbouring words of one charset are joined as bytes first: many senders split them inside a character.
    """
    value = surrogates_healed(value[:LONGEST])
    value = value if value.isprintable() else _FOLD.sub("", value)
    if "=?" not in value:
        return one_line(value)
    value = _BETWEEN_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    waiting: list[tuple[str, bytes]] = []
    end = 0
    for word in _ENCODED_WORD.finditer(value):
        charset = word[1].lower()
        if word.start() > end or (waiting and waiting[0][0] != charset):
            pieces += _flushed(waiting)
        pieces.append(value[end : word.start()])
        waiting.append((charset, _word_bytes(word[2], word[3])))
        end = word.end()
    pieces += _flushed(waiting)
    return one_line("".join(pieces) + value[end:])


def _flushed(waiting: list[tuple[str, bytes]]) -> list[str]:
    if not waiting:
        return []
    text, _ = decode(b"".join(content for _, content in waiting), waiting[0][0])
    waiting.clear()
    return [text]


def _word_bytes(encoding: str, text: str) -> bytes:
    content = text.encode("latin-1", "replace")
    if encoding in "bB":
        return base64_bytes(content)
    return quopri.decodestring(content.replace(b"_", b"=20"))


def base64_bytes(content: bytes) -> bytes:
    """Base64 with anything foreign dropped and the padding repaired."""
    content = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    content = content[:-1] if len(content) % 4 == 1 else content
    try:
        return base64.b64decode(content + b"=" * (-len(content) % 4))
    except binascii.Error:
        return b""


def mailboxes(value: str) -> list[tuple[str, str]]:
    """The (name, address) pairs of an address header, split before words are decoded (RFC 2047, section 5).

    A piece without an address belongs to the name of the next one: `Doe, Jane <jane@example.org>` is one.
    """
    found: list[tuple[str, str]] = []
    before = ""
    for phrase, bracketed, comment in _pieces(_FOLD.sub(" ", surrogates_healed(value[:LONGEST]))):
        address = (phrase if bracketed is None else bracketed).strip()
        if bracketed is None and not phrase.strip():
            continue
        if not _ADDRESS.fullmatch(address):
            before = f"{before}{phrase.strip()}, " if bracketed is None else ""
            continue
        name = comment if bracketed is None else (before + phrase.strip()) or comment
        found.append((_unquoted(decoded(name)), address))
        before = ""
        if len(found) >= MOST_ADDRESSES:
            break
    return found


def _unquoted(name: str) -> str:
    """A name without the quotes that some programs put around one that is quoted already."""
    return name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name


def _pieces(value: str) -> list[tuple[str, str | None, str]]:
    """(phrase, what angle brackets hold, comment) of each comma-separated piece; quotes hide commas."""
    pieces: list[tuple[str, str | None, str]] = []
    phrase, bracketed, comment = "", None, ""
    at = 0
    while at < len(value):
        character = value[at]
        if character == '"':
            text, at = _quoted(value, at + 1)
            phrase += f'"{text}"' if value[at : at + 1] == "@" else text
        elif character == "(":
            text, at = _comment(value, at + 1)
            comment = comment or text
        elif character == "<":
            end = value.find(">", at)
            end = len(value) if end < 0 else end
            bracketed = value[at + 1 : end] if bracketed is None else "two addresses in one mailbox"
            at = end + 1
        elif character in ",;":
            pieces.append((phrase, bracketed, comment))
            phrase, bracketed, comment = "", None, ""
            at += 1
        elif character == ":" and bracketed is None:
            phrase, at = "", at + 1  # the name of a group, RFC 5322 section 3.4
        else:
            run = _SPECIAL.match(value, at)
            phrase += run[0] if run else character
            at = run.end() if run else at + 1
    pieces.append((phrase, bracketed, comment))
    return pieces


def _quoted(value: str, at: int) -> tuple[str, int]:
    """The quoted string that starts at `at`, unescaped, and where it ends; unclosed, it is the rest."""
    inside = _QUOTED.match(value, at)
    stop = inside.end() if inside else at
    return value[at:stop].replace('\\"', '"').replace("\\\\", "\\"), stop + 1


def _comment(value: str, at: int) -> tuple[str, int]:
    depth = 1
    start = at
    while at < len(value) and depth:
        if value[at] == "\\":
            at += 1
        elif value[at] == "(":
            depth += 1
        elif value[at] == ")":
            depth -= 1
        at += 1
    return value[start : at - 1 if depth == 0 else at], at


def message_ids(value: str) -> tuple[str, ...]:
    """The message ids of a header, with their angle brackets; the last hundred when there are more."""
    ids = [
        f"<{''.join(found.split())}>" for found in _MESSAGE_ID.findall(surrogates_healed(value[-LONGEST:]))
    ]
    return tuple(one_line(i) for i in dict.fromkeys(ids) if i != "<>")[-MOST_IDS:]


def message_id(value: str) -> str | None:
    """The one id of a Message-ID header, brackets added where a sender has forgotten them."""
    ids = message_ids(value)
    if ids:
        return ids[0]
    bare = one_line(surrogates_healed(value[:1000])).strip("<>").split(" ")[0]
    return f"<{bare}>" if bare else None


def moment(value: str) -> datetime | None:
    """A Date header as aware UTC, None when unusable; one without a zone is UTC (RFC 5322, section 3.3)."""
    try:
        parsed = parsedate_to_datetime(decoded(value[:200]))
        return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def keyword(value: str) -> str | None:
    """The first word of a header like Auto-Submitted, lower case, without comment or parameters."""
    word = re.split(r"[;(\s]", decoded(value[:500]).strip(), maxsplit=1)[0].lower()
    return word or None
