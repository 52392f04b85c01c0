"""Mails that nobody wrote: cut, doubled, crossed with each other, with what is hard on readers in between."""

from __future__ import annotations

import base64
import email
import quopri
import random
from collections.abc import Callable, Sequence
from email.errors import MessageError

from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import read_mail
from strange import BYTES, HEADERS, KINDS, LINES, SIGNS

LARGEST = 90_000  # bytes
Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutated(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """The mail after some of the changes below, one after another."""
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 6, 10))):
        raw = rng.choice(MUTATIONS)(raw, rng, pool)[:LARGEST]
    return raw


def flattened(raw: bytes) -> bytes:
    """The same letter without MIME, so that changes strike its words rather than their encoding."""
    try:
        mail = read_mail(raw)
    except UnreadableMail:
        return raw
    sender = f"{mail.sender.name} <{mail.sender.address}>" if mail.sender else "Ada Lac <ada@digues.example>"
    answers = f"In-Reply-To: {mail.in_reply_to[0]}\n" if mail.in_reply_to else ""
    return f"From: {sender}\nSubject: {mail.subject}\n{answers}\n{mail.text}".encode("utf-8", "replace")


def _span(length: int, rng: random.Random, most: int) -> tuple[int, int]:
    start = rng.randrange(length + 1)
    return start, min(length, start + rng.randrange(most + 1))


def _body_starts(raw: bytes) -> int:
    for gap in (b"\r\n\r\n", b"\n\n"):
        if (at := raw.find(gap)) >= 0:
            return at + len(gap)
    return 0


def cut(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    start, end = _span(len(raw), rng, rng.choice((3, 60, 2000)))
    return raw[:start] + raw[end:]


def overwrite(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    start, end = _span(len(raw), rng, 4)
    return raw[:start] + rng.randbytes(end - start) + raw[end:]


def splice(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(BYTES) + raw[at:]


def sign(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """Strange characters at the edge of a word."""
    at = raw.find(b" ", rng.randrange(len(raw) + 1)) + rng.randrange(2)
    return raw[:at] + rng.choice(SIGNS).encode("utf-8", "replace") + raw[at:]


def line(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """A line that means something to the reader."""
    at = raw.find(b"\n", rng.randrange(_body_starts(raw), len(raw) + 1)) + 1 or len(raw)
    ends = rng.choice((b"\n", b"\n", b"\n\n", b" "))
    return raw[:at] + rng.choice(LINES).encode() + ends + raw[at:]


def cross(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """Lines of another mail."""
    lines = rng.choice(pool).split(b"\n")
    start, end = _span(len(lines), rng, 25)
    at = raw.find(b"\n", rng.randrange(len(raw) + 1)) + 1
    return raw[:at] + b"\n".join(lines[start:end]) + b"\n" + raw[at:]


def shuffle(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    start, end = _span(len(lines), rng, 8)
    some = lines[start:end]
    rng.shuffle(some)
    return b"\n".join([*lines[:start], *some, *lines[end:]])


def prefix(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """Lines quoted, indented, listed."""
    lines = raw.split(b"\n")
    first = raw[: _body_starts(raw)].count(b"\n")
    start, end = _span(len(lines) - first, rng, 40)
    mark = rng.choice((b"> ", b">", b"| ", b"    ", b"* ", b"- ", b"# ", b"\xc2\xa0", b"1. "))
    return b"\n".join(
        [mark + one if first + start <= n < first + end else one for n, one in enumerate(lines)]
    )


def repeat(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """What takes long when there is much of it."""
    start, end = _span(len(raw), rng, rng.choice((2, 10, 100)))
    some = rng.choice(
        (raw[start:end], rng.choice(SIGNS).encode("utf-8", "replace"), rng.choice(LINES).encode() + b"\n")
    )
    times = min(
        rng.choice((2, 3, 5, 10, 20, 50, 200, 3000, LARGEST)), max(0, LARGEST - len(raw)) // max(1, len(some))
    )
    return raw[:start] + some * times + raw[start:]


def header(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """Another value for a header, or the same header twice."""
    new = rng.choice(HEADERS).encode()
    name = new.partition(b":")[0].lower()
    lines = raw.split(b"\n")
    body = raw[: _body_starts(raw)].count(b"\n")
    kept = [one for n, one in enumerate(lines) if n >= body or not one.lower().startswith(name + b":")]
    return b"\n".join([new, *(lines if rng.random() < 0.2 else kept)])


def encode(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """The body in another encoding or charset."""
    at = _body_starts(raw)
    body = raw[at:]
    charset = rng.choice(("utf-8", "iso-8859-15", "windows-1252", "utf-16", "iso-2022-jp", "koi8-r", "utf-7"))
    body = body.decode("utf-8", "replace").encode(charset, "replace")
    name, text = rng.choice(
        (
            ("base64", base64.encodebytes(body)),
            ("quoted-printable", quopri.encodestring(body)),
            ("8bit", body),
        )
    )
    return (
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {name}\n".encode()
        + raw[:at]
        + text
    )


def wrap(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """The mail as a part of another, beside a third: forwarded, or a document."""
    kind = rng.choice(KINDS)
    body = raw if kind == b"message/rfc822" else raw[_body_starts(raw) :]
    structure = rng.choice((b"mixed", b"alternative", b"related", b"report", b"signed", b"digest"))
    cover = (
        rng.choice(LINES).encode()
        if rng.random() < 0.5
        else flattened(rng.choice(pool)).partition(b"\n\n")[2]
    )
    cover = cover + b"\n--XX\nContent-Type: " + kind
    return (
        b"From: Lise Roy <lise@callboard.test>\nSubject: Fwd: Proposition\nContent-Type: multipart/" + structure
        + b"; boundary=XX\n\n--XX\nContent-Type: text/plain; charset=utf-8\n\n" + cover
        + b"\n\n" + body + b"\n--XX--\n"
    )  # fmt: skip


def flatten(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    return flattened(raw)


def rewrite(raw: bytes, rng: random.Random, pool: Sequence[bytes]) -> bytes:
    """Parsed and put together again, as gateways do."""
    try:
        return email.message_from_bytes(raw).as_bytes()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return raw  # of the email package, which is not what is tried here


MUTATIONS: tuple[Mutation, ...] = (
    *(cut, overwrite, splice, sign, sign, sign, line, line, line, cross, cross, shuffle, prefix, repeat),
    *(header, header, encode, wrap, flatten, rewrite),
)
