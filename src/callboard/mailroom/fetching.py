"""From UIDs to bytes: sizes first, then bodies by `BODY.PEEK[]` in round trips of bounded size.

What is new is decided in `mailbox`; what the bytes say in `incoming`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callboard.errors import MailboxDown, ServerTrouble
from callboard.mailroom.connection import Connection

log = logging.getLogger(__name__)

# RFC 2683 section 3.2.1.5: a command line stays under 1,000 octets; a UID has up to ten digits.
UIDS_PER_COMMAND = 90
# Of a message over the limit: the header, the text that stands first, the beginning of what made it big.
OVERSIZE_BYTES = 512 * 1024


@dataclass(frozen=True)
class Cursor:
    """Where the ledger is. `uidvalidity` None: never looked."""

    uidvalidity: int | None
    last_uid: int


@dataclass(frozen=True)
class Fetched:
    """One message as the server has it. `raw` is empty where the server has it but does not give it out."""

    uid: int
    uidvalidity: int
    raw: bytes
    truncated: bool  # only the beginning was fetched, the message is over the limit
    internal_date: datetime | None  # aware UTC: when the server received it
    size: int  # bytes of the whole message, by the server's count where it has one


@dataclass(frozen=True)
class Batch:
    """Messages of one round trip, and the cursor to store in the commit that keeps them."""

    messages: tuple[Fetched, ...]
    cursor: Cursor
    gone: tuple[int, ...] = ()  # listed, but vanished before they were fetched


@dataclass(frozen=True)
class Limits:
    max_message_bytes: int
    batch_bytes: int


@dataclass(frozen=True)
class Listed:
    """A message before its body: `size` None where the server did not say."""

    uid: int
    size: int | None
    internal_date: datetime | None


def fetch_batches(
    connection: Connection, uids: Sequence[int], end: Cursor, limits: Limits
) -> Iterator[Batch]:
    """Fetch these UIDs (ascending) in order; the folder is selected. The last batch's cursor is `end`."""
    for some in chunks(uids):
        listed = _list(connection, some)
        gone = _missing(some, (entry.uid for entry in listed))
        last = end.last_uid if some[-1] == uids[-1] else some[-1]
        groups = list(_groups(listed, limits)) or [()]
        for number, group in enumerate(groups, 1):
            messages = _fetch_group(connection, group, end.uidvalidity or 0, limits)
            vanished = _missing((entry.uid for entry in group), (message.uid for message in messages))
            reached = last if number == len(groups) else group[-1].uid
            yield Batch(messages, Cursor(end.uidvalidity, reached), (*gone, *vanished))
            gone = ()


def chunks(uids: Sequence[int]) -> Iterator[list[int]]:
    """UIDs in lists that fit a command line; IMAPClient 4 loses the answers to anything but lists of ints."""
    for start in range(0, len(uids), UIDS_PER_COMMAND):
        yield list(uids[start : start + UIDS_PER_COMMAND])


def _list(connection: Connection, uids: Sequence[int]) -> list[Listed]:
    try:
        return _sizes(connection, uids)
    except MailboxDown as refused:
        _raise_unless_refused(refused)
    # One message that the server cannot count must not hide its neighbours.
    listed: list[Listed] = []
    refusals: list[MailboxDown] = []
    for uid in uids:
        try:
            listed += _sizes(connection, [uid])
        except MailboxDown as refused:
            _raise_unless_refused(refused)
            refusals.append(refused)
            listed.append(Listed(uid, None, None))
    _raise_if_all_refused(refusals, len(uids))
    return listed


def _sizes(connection: Connection, uids: Sequence[int]) -> list[Listed]:
    answer = connection.ask("fetch", uids, ["RFC822.SIZE", "INTERNALDATE"])
    return [_listed(uid, answer[uid]) for uid in uids if uid in answer]


def _listed(uid: int, items: Mapping[bytes, Any]) -> Listed:
    size, date = items.get(b"RFC822.SIZE"), items.get(b"INTERNALDATE")
    return Listed(
        uid,
        size if isinstance(size, int) else None,
        date.astimezone(UTC) if isinstance(date, datetime) else None,
    )


def _groups(listed: Iterable[Listed], limits: Limits) -> Iterator[tuple[Listed, ...]]:
    """Neighbours that fit a round trip together; what is big, or of unknown size, goes alone."""
    group: list[Listed] = []
    weight = 0
    for entry in listed:
        size = entry.size
        if size is None or size > limits.max_message_bytes:
            size = limits.batch_bytes + 1
        if group and weight + size > limits.batch_bytes:
            yield tuple(group)
            group, weight = [], 0
        group.append(entry)
        weight += size
    if group:
        yield tuple(group)


def _fetch_group(
    connection: Connection, group: Sequence[Listed], uidvalidity: int, limits: Limits
) -> tuple[Fetched, ...]:
    bodies = _bodies(connection, group, limits)
    messages: list[Fetched] = []
    refusals: list[MailboxDown] = []
    for entry in group:
        body = bodies.get(entry.uid)
        if body is None:
            # What did not come with the others is asked for once more, alone (field note 7).
            body, refusal = _body_alone(connection, entry, limits)
            refusals += [refusal] if refusal else []
        if body is not None:
            messages.append(_fetched(entry, uidvalidity, body, limits))
    _raise_if_all_refused(refusals, len(group))
    return tuple(messages)


def _bodies(connection: Connection, group: Sequence[Listed], limits: Limits) -> dict[int, bytes]:
    """The bodies that came. A refusal of the whole command gives none."""
    item = _item(group[0], limits) if len(group) == 1 else "BODY.PEEK[]"
    try:
        answer = connection.ask("fetch", [entry.uid for entry in group], [item])
    except MailboxDown as refused:
        _raise_unless_refused(refused)
        return {}
    # Flag changes by other clients come in between (field note 8): only an item with a body counts.
    found = {uid: _body_of(items) for uid, items in answer.items()}
    return {uid: body for uid, body in found.items() if body}


def _body_alone(
    connection: Connection, entry: Listed, limits: Limits
) -> tuple[bytes | None, MailboxDown | None]:
    """One body: None when the message is gone; empty when it is there but not given out, with the refusal."""
    refusal: MailboxDown | None = None
    try:
        answer = connection.ask("fetch", [entry.uid], [_item(entry, limits)])
        if body := _body_of(answer.get(entry.uid, {})):
            return body, None
    except MailboxDown as refused:
        _raise_unless_refused(refused)
        refusal = refused
    # "Gone" and "there, but without a body" look alike in the answer when a flag change got in between
    # (field note 7), so the server is asked once more whether it has the message.
    if entry.uid not in connection.ask("search", ["UID", str(entry.uid)]):
        return None, None
    log.warning("message UID %d is there, but the server does not give it out", entry.uid)
    return b"", refusal


def _item(entry: Listed, limits: Limits) -> str:
    if entry.size is None:
        # One byte more than allowed, so that a message over the limit shows.
        return f"BODY.PEEK[]<0.{limits.max_message_bytes + 1}>"
    if entry.size > limits.max_message_bytes:
        return f"BODY.PEEK[]<0.{OVERSIZE_BYTES}>"
    return "BODY.PEEK[]"


def _body_of(items: Mapping[bytes, Any]) -> bytes | None:
    body = items.get(b"BODY[]", items.get(b"BODY[]<0>"))
    return body if isinstance(body, bytes) else None


def _fetched(entry: Listed, uidvalidity: int, body: bytes, limits: Limits) -> Fetched:
    size = len(body) if entry.size is None else entry.size
    truncated = bool(body) and max(size, len(body)) > limits.max_message_bytes
    raw = body[:OVERSIZE_BYTES] if truncated else body
    return Fetched(entry.uid, uidvalidity, raw, truncated, entry.internal_date, size)


def _raise_unless_refused(down: MailboxDown) -> None:
    """Go on after a refused command; not after a lost connection."""
    if down.trouble is not ServerTrouble.PROTOCOL:
        raise down


def _raise_if_all_refused(refusals: Sequence[MailboxDown], asked: int) -> None:
    """One message refused is that message's trouble; all of several refused is the server's."""
    if len(refusals) == asked > 1:
        raise refusals[-1]


def _missing(asked: Iterable[int], answered: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(asked) - set(answered)))
