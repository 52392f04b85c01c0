"""From UIDs to bytes: sizes first, then bodies by `BODY.PEEK[]` in round trips of bounded size.

What is new is decided in `mailbox`; what the bytes say in `incoming`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callboard.errors import MailboxDown, ServerTrouble, StuckAtMessage
from callboard.mailroom.connection import Connection

log = logging.getLogger(__name__)

# RFC 2683 section 3.2.1.5: a command line stays under 1,000 octets; a UID has up to ten digits.
UIDS_PER_COMMAND = 90
PASSES_STUCK = 2
NEIGHBOURS = 1000  # UIDs on either side among which one is looked for that the server does give out
# Troubles that a single message can be the cause of.
AT_A_MESSAGE = (ServerTrouble.DROPPED, ServerTrouble.TIMEOUT, ServerTrouble.PROTOCOL)
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
    header: bytes = b""  # where `raw` is empty, and the server gives out at least this


@dataclass(frozen=True)
class Batch:
    """Messages of one round trip, and the cursor to store in the commit that keeps them."""

    messages: tuple[Fetched, ...]
    cursor: Cursor
    gone: tuple[int, ...] = ()  # listed, but vanished before they were fetched


@dataclass(frozen=True)
class Stuck:
    """Passes in a row that came to this message and not beyond it."""

    uidvalidity: int
    uid: int
    passes: int

    @property
    def suspected(self) -> bool:
        """Often enough for it to be the message, if the server gives out another one."""
        return self.passes >= PASSES_STUCK

    @property
    def to_blame(self) -> bool:
        """The server stopped at it just after it gave out another."""
        return self.passes >= PASSES_STUCK + 1

    @property
    def silent(self) -> bool:
        """Asked for its header alone, the server stopped as well."""
        return self.passes >= PASSES_STUCK + 2


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
    connection: Connection, uids: Sequence[int], end: Cursor, limits: Limits, stuck: Stuck | None = None
) -> Iterator[Batch]:
    """Fetch these UIDs (ascending) in order; the folder is selected. The last batch's cursor is `end`.

    After passes that got stuck every message is fetched on its own, so that what stops us is known, and what comes
    before it is kept. Raises StuckAtMessage.
    """
    uidvalidity = end.uidvalidity or 0
    if stuck and stuck.suspected and (stuck.uidvalidity, stuck.uid) == (uidvalidity, uids[0]):
        _raise_unless_serving(connection, stuck.uid)
        if stuck.to_blame:
            uids = uids[1:]
            yield _withheld(connection, Cursor(end.uidvalidity, stuck.uid) if uids else end, stuck)
    for some in chunks(uids, 1 if stuck else UIDS_PER_COMMAND):
        with _blaming(uidvalidity, some[0]):
            listed = _list(connection, some)
        gone = _missing(some, (entry.uid for entry in listed))
        last = end.last_uid if some[-1] == uids[-1] else some[-1]
        groups = list(_groups(listed, limits)) or [()]
        for number, group in enumerate(groups, 1):
            with _blaming(uidvalidity, group[0].uid if group else some[0]):
                messages = _fetch_group(connection, group, uidvalidity, limits)
            vanished = _missing((entry.uid for entry in group), (message.uid for message in messages))
            reached = last if number == len(groups) else group[-1].uid
            yield Batch(messages, Cursor(end.uidvalidity, reached), (*gone, *vanished))
            gone = ()


@contextmanager
def _blaming(uidvalidity: int, uid: int) -> Iterator[None]:
    try:
        yield
    except MailboxDown as down:
        if down.trouble not in AT_A_MESSAGE:
            raise
        raise StuckAtMessage(down, uidvalidity, uid) from down


def chunks(uids: Sequence[int], size: int = UIDS_PER_COMMAND) -> Iterator[list[int]]:
    """UIDs in lists that fit a command line; IMAPClient 4 loses the answers to anything but lists of ints."""
    for start in range(0, len(uids), size):
        yield list(uids[start : start + size])


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
    # One message refused is that message's trouble, if the server gives out another; else it is the server's.
    if (
        refusals
        and len(refusals) == len(group)
        and (len(group) > 1 or not _gives_out_another(connection, group[0].uid))
    ):
        raise refusals[-1]
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


# --- A message that stops everything -----------------------------------------------------------------------


def _raise_unless_serving(connection: Connection, uid: int) -> None:
    """A server that gives out no other message either is down, and this one waits for it."""
    if _gives_out_another(connection, uid) is False:
        raise connection.down(ServerTrouble.PROTOCOL, "gives out no message; the next pass tries again")


def _withheld(connection: Connection, reached: Cursor, stuck: Stuck) -> Batch:
    """The message without its text, with its header if that can be had, so that the others come."""
    header = b""
    if not stuck.silent:
        with _blaming(stuck.uidvalidity, stuck.uid):
            header = _header(connection, stuck.uid)
    log.warning("message UID %d stopped %d passes; left to a person", stuck.uid, stuck.passes)
    return Batch((Fetched(stuck.uid, stuck.uidvalidity, b"", False, None, 0, header),), reached)


def _gives_out_another(connection: Connection, uid: int) -> bool | None:
    """Whether some text of another message comes: the one before it for choice, which did come once. None where
    there is no other."""
    for low, high in ((max(1, uid - NEIGHBOURS), uid - 1), (uid + 1, uid + NEIGHBOURS)):
        found = connection.ask("search", ["UID", f"{low}:{high}"]) if low <= high else []
        if others := [other for other in found if low <= other <= high]:
            answer = connection.ask("fetch", [max(others)], ["BODY.PEEK[]<0.512>"])
            return bool(_body_of(answer.get(max(others), {})))
    return None


def _header(connection: Connection, uid: int) -> bytes:
    """Empty when it is refused."""
    try:
        answer = connection.ask("fetch", [uid], ["BODY.PEEK[HEADER]"])
    except MailboxDown as refused:
        _raise_unless_refused(refused)
        return b""
    header = answer.get(uid, {}).get(b"BODY[HEADER]")
    return header if isinstance(header, bytes) else b""


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
