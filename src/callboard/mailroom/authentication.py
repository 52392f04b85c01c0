"""What the receiving server found out about a sender: Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from callboard.mailroom import mime
from callboard.mailroom.charsets import one_line
from callboard.mailroom.mime import Part

MOST = 20  # headers that are kept
LONGEST = 2_000  # characters of one

_COMMENT = re.compile(r"\([^()]*\)")
# RFC 5321 lets a local part be nearly anything in quotes: MAIL FROM:<"x; dkim=pass header.d=a.example"@evil.example>
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)

# What a result is about: the signer's domain, or the envelope's sender.
_WHOSE = re.compile(r"\b(?:header\.[di]|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def stamps(message: Part) -> tuple[str, ...]:
    """The Authentication-Results headers, newest first, each on one line. Anybody may have written them."""
    values = mime.header_values(message, "authentication-results")[:MOST]
    return tuple(one_line(value, LONGEST) for value in values)


def verdict(found: Iterable[str], server: str) -> Literal["pass", "fail"] | None:
    """What our own server says of the sender, None when it says nothing certain.

    `server` is its authserv-id (RFC 8601, section 2.2): a header with another id was written before the mail reached
    us, by anybody. DMARC decides where it was asked, because it alone is about the address in From.
    """
    results = _results(found, server)
    return _judged({method: {said for said, _ in all_said} for method, all_said in (results or {}).items()})


def proof(found: Iterable[str], server: str, domain: str) -> Literal["pass", "fail", "none"] | None:
    """Whether our own server says that somebody of this domain wrote the mail; None where it stamped nothing.

    As DMARC does (RFC 7489, section 3.1), a signature or an SPF result counts when its domain is that of the sender, or
    one above or below it. "none": it was stamped, and nothing proves the sender.
    """
    results = _results(found, server)
    if results is None:
        return None
    said = _judged({method: {result for result, _ in pairs} for method, pairs in results.items()})
    if said is not None:
        return said
    aligned = (
        _related(domain, whose)
        for method in ("dkim", "spf")
        for result, whose in results.get(method, ())
        if result == "pass"
    )
    return "pass" if any(aligned) else "none"


def _related(domain: str, other: str) -> bool:
    one, two = domain.casefold(), other.casefold()
    return "." in two and (one == two or one.endswith(f".{two}") or two.endswith(f".{one}"))


def _results(found: Iterable[str], server: str) -> dict[str, list[tuple[str, str]]] | None:
    """Of our server's newest stamp: method -> each result and the domain it is about; None without a stamp."""
    for value in found:
        name, _, rest = _COMMENT.sub(" ", _QUOTED.sub(_plain, value)).partition(";")
        if name.strip().split(" ")[0].casefold() != server.casefold():
            continue
        results: dict[str, list[tuple[str, str]]] = {}
        for part in rest.split(";"):
            if match := _RESULT.match(part):
                whose = _WHOSE.search(part)
                results.setdefault(match[1].lower(), []).append(
                    (match[2].lower(), whose[1].rpartition("@")[2] if whose else "")
                )
        return results
    return None


def _plain(quoted: re.Match[str]) -> str:
    """A quoted word without its quotes where it is one; what could be taken for a result is none."""
    word = quoted[0][1:-1]
    return word if re.fullmatch(r"[\w.@+-]*", word) else "quoted"


def _judged(results: dict[str, set[str]]) -> Literal["pass", "fail"] | None:
    dmarc = results.get("dmarc", set())
    if "pass" in dmarc:
        return "pass"
    if "fail" in dmarc:
        return "fail"
    if "pass" in results.get("dkim", set()) | results.get("spf", set()):
        return None  # somebody signed it; not certainly the one in From
    return "fail" if "fail" in results.get("spf", set()) else None
