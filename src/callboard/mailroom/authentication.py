"""What the receiving server found out about a sender: Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from typing import Literal

from callboard.mailroom import mime
from callboard.mailroom.charsets import one_line

MOST = 20  # headers that are kept
LONGEST = 2_000  # characters of one

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)


def stamps(message: Message) -> tuple[str, ...]:
    """The Authentication-Results headers, newest first, each on one line. Anybody may have written them."""
    values = mime.header_values(message, "authentication-results")[:MOST]
    return tuple(one_line(value, LONGEST) for value in values)


def verdict(found: Iterable[str], server: str) -> Literal["pass", "fail"] | None:
    """What our own server says of the sender, None when it says nothing certain.

    `server` is its authserv-id (RFC 8601, section 2.2): a header with another id was written before the mail reached
    us, by anybody. DMARC decides where it was asked, because it alone is about the address in From.
    """
    for value in found:
        name, _, rest = _COMMENT.sub(" ", value).partition(";")
        if name.split()[:1] != [server] and name.strip().split(" ")[0].casefold() != server.casefold():
            continue
        results: dict[str, set[str]] = {}
        for part in rest.split(";"):
            if match := _RESULT.match(part):
                results.setdefault(match[1].lower(), set()).add(match[2].lower())
        return _judged(results)
    return None


def _judged(results: dict[str, set[str]]) -> Literal["pass", "fail"] | None:
    dmarc = results.get("dmarc", set())
    if "pass" in dmarc:
        return "pass"
    if "fail" in dmarc:
        return "fail"
    if "pass" in results.get("dkim", set()) | results.get("spf", set()):
        return None  # somebody signed it; not certainly the one in From
    return "fail" if "fail" in results.get("spf", set()) else None
