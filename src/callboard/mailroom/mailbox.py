"""An organiser's mailbox, read as a guest: what is new since the ledger's cursor, and the mark left behind.

EXAMINE and PEEK only, unless `after` asks for a mark. How bodies are fetched is in `fetching`, how the
connection is made in `connection`; what the messages are kept as is the desk's business.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from callboard.config import MailboxConfig, WorkerConfig
from callboard.errors import MailboxDown
from callboard.mailroom.connection import Connection
from callboard.mailroom.fetching import Batch, Cursor, Fetched, Limits, Stuck, chunks, fetch_batches
from callboard.mailroom.sasl import Secret

__all__ = ["Batch", "Cursor", "Fetched", "Folder", "Mailbox", "Stuck"]

log = logging.getLogger(__name__)

# imaplib refuses a line over 1,000,000 bytes (field note 25); a UID takes up to eleven in a SEARCH answer.
WINDOW = 50_000

After = Literal["keep", "flag", "move"]
Otherwise = TypeVar("Otherwise", int, int | None)


@dataclass(frozen=True)
class Folder:
    """What the server says of the folder. `uidvalidity` 0: it says 0, or nothing."""

    uidvalidity: int
    uid_next: int | None
    messages: int | None


class Mailbox:
    """One folder on one connection: `with Mailbox(...) as mailbox: for batch in mailbox.poll(...)`."""

    def __init__(
        self,
        config: MailboxConfig,
        password: Secret,
        worker: WorkerConfig,
    ) -> None:
        self._config = config
        self._limits = Limits(worker.max_message_bytes, worker.batch_bytes)
        self._connection = Connection(config, password, worker.timeout_seconds)
        self._selected = False
        self._uidvalidity: int | None = None  # of the UIDs that this connection has given out

    def __enter__(self) -> Mailbox:
        self._selected = False
        self._connection.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._connection.__exit__(kind, *rest)

    def abort(self) -> None:
        """End the connection from another thread; what waits for the server raises MailboxDown."""
        self._connection.abort()

    def poll(self, cursor: Cursor, since: date | None, stuck: Stuck | None = None) -> Iterator[Batch]:
        """What is new, oldest first; nothing at all when nothing moved.

        Store each batch's cursor in the commit that keeps its messages. A first look, and a look after the
        server gave out new UIDs, takes what arrived on `since` or later (None: everything); the latter
        brings known messages again, which the desk knows by Message-ID and content. `stuck`: the message at which
        the last passes ended, by StuckAtMessage.
        """
        status = self._status(cursor)
        self._uidvalidity = status.uidvalidity
        if _unmoved(status, cursor):
            return
        folder = self._examine(status)
        self._uidvalidity = folder.uidvalidity
        known = _continues(folder, cursor)
        if cursor.uidvalidity is not None and not known:
            log.warning(
                "%s: UIDs start anew (UIDVALIDITY %d, was %d); looking through it again",
                self.name,
                folder.uidvalidity,
                cursor.uidvalidity,
            )
        uids = self._uids(folder, cursor.last_uid + 1 if known else 1, None if known else since)
        # Past UIDs that hold no message any more, so that the next pass finds an idle mailbox.
        end = Cursor(folder.uidvalidity, _last_uid(folder, uids, cursor if known else None))
        if uids:
            yield from fetch_batches(self._connection, uids, end, self._limits, stuck)
        elif end != cursor:
            yield Batch((), end)

    def mark(self, uids: Sequence[int], after: After | None = None) -> tuple[int, ...]:
        """Flag or move messages of this poll whose bytes are committed; `after` None: as configured.

        Returns the UIDs that are marked: all of them, or none with the reason in the log. Nothing may
        depend on the mark: the ledger is the only memory.
        """
        after = after or self._config.after
        if after == "keep" or not uids:
            return ()
        folder, flags = self._select()
        if folder.uidvalidity != self._uidvalidity:
            log.warning("%s was made anew since its messages were listed; nothing marked", self.name)
            return ()
        if obstacle := self._obstacle(after, flags):
            log.warning("%s", obstacle)
            return ()
        if after == "flag":
            self._flag(uids)
        else:
            self._move(uids, flags or frozenset())
        return tuple(uids)

    def inspect(self) -> Folder:
        """For `callboard check`: the folder as it is. Raises MailboxDown with the cure."""
        return self._examine(self._status(Cursor(None, 0)))

    def obstacle(self) -> str | None:
        """For `callboard check`: why `after` as configured cannot be done here and the cure, or None."""
        if self._config.after == "keep":
            return None
        _, flags = self._select()
        return self._obstacle(self._config.after, flags)

    @property
    def name(self) -> str:
        return self._connection.name

    # ------------------------------------------------------------------------------ what is new

    def _status(self, cursor: Cursor) -> Folder:
        """STATUS first: on an idle mailbox it is the only command, whatever the mailbox holds."""
        if self._selected and self._connection.offers("UNSELECT"):
            # RFC 9051 section 6.3.11: STATUS of the selected folder need not be up to date.
            self._connection.ask("unselect_folder")
            self._selected = False
        try:
            answer = self._connection.ask(
                "folder_status", self._config.folder, ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]
            )
        except MailboxDown as refused:
            self._connection.raise_if_missing(self._config.folder, refused, "folder")
            raise
        # A server that does not say counts as unchanged, else every pass would read all again (field note 4).
        silent = 0 if cursor.uidvalidity is None else cursor.uidvalidity
        return Folder(
            _number(answer.get(b"UIDVALIDITY"), silent),
            _number(answer.get(b"UIDNEXT"), None) or None,
            _number(answer.get(b"MESSAGES"), None),
        )

    def _examine(self, status: Folder) -> Folder:
        answer = self._connection.ask("select_folder", self._config.folder, readonly=True)
        self._selected = True
        # The two differ when the folder was made anew in between: the selected one is the one we read.
        return Folder(
            _number(answer.get(b"UIDVALIDITY"), status.uidvalidity),
            _number(answer.get(b"UIDNEXT"), status.uid_next) or None,
            _number(answer.get(b"EXISTS"), status.messages),
        )

    def _uids(self, folder: Folder, first: int, since: date | None) -> list[int]:
        """The fixed list of this pass (field note 33), taken once, in windows that fit imaplib's line."""
        condition = [] if since is None else ["SINCE", since]
        if folder.uid_next is None:
            found = self._connection.ask("search", ["UID", f"{first}:*", *condition])
            # "n:*" always brings the last message, even below n (field note 6).
            return sorted({uid for uid in found if uid >= first})
        last = folder.uid_next - 1
        small = folder.messages is not None and folder.messages <= WINDOW
        step = max(1, last) if small else WINDOW
        uids: set[int] = set()
        for low in range(first, last + 1, step):
            high = min(low + step - 1, last)
            found = self._connection.ask("search", ["UID", f"{low}:{high}", *condition])
            uids.update(uid for uid in found if low <= uid <= high)
        return sorted(uids)

    # ----------------------------------------------------------------------- the mark left behind

    def _select(self) -> tuple[Folder, frozenset[str] | None]:
        """SELECT for writing: the folder, and the flags that stay; None when it is read-only after all."""
        answer = self._connection.select_for_writing(self._config.folder)
        self._selected = True
        if answer is None:
            return self._examine(Folder(0, None, None)), None
        folder = Folder(
            _number(answer.get(b"UIDVALIDITY"), self._uidvalidity or 0),
            _number(answer.get(b"UIDNEXT"), None),
            _number(answer.get(b"EXISTS"), None),
        )
        # RFC 9051 section 7.1: without PERMANENTFLAGS all flags stay.
        flags = answer.get(b"PERMANENTFLAGS", (rb"\*",))
        return folder, frozenset(flag.decode("ascii", "replace").lower() for flag in flags)

    def _obstacle(self, after: After, flags: frozenset[str] | None) -> str | None:
        if flags is None:
            return f'{self.name} is read-only for us; set after = "keep" or ask for write access'
        if after == "flag" and not self._keeps_keyword(flags):
            return f'{self.name} keeps no keywords of ours; set after = "keep" or "move"'
        if after == "move" and not (self._moves() or self._keeps_keyword(flags)):
            return f'{self.name} can neither move messages nor keep a keyword; set after = "keep"'
        return None

    def _keeps_keyword(self, flags: frozenset[str]) -> bool:
        # Without \* the server drops new keywords silently (field note 13).
        return r"\*" in flags or self._config.flag.lower() in flags

    def _moves(self) -> bool:
        return self._connection.offers("MOVE") or self._connection.offers("UIDPLUS")

    def _flag(self, uids: Sequence[int]) -> None:
        for some in chunks(uids):
            self._connection.ask("add_flags", some, [self._config.flag.encode()], silent=True)

    def _move(self, uids: Sequence[int], flags: frozenset[str]) -> None:
        target = self._config.move_to
        if not self._connection.ask("folder_exists", target):
            self._connection.ask("create_folder", target)
        if self._connection.offers("MOVE"):
            for some in chunks(uids):
                self._connection.ask("move", some, target)
            return
        for some in chunks(uids):
            # A refused COPY raises here, before anything is deleted (field note 12).
            self._connection.ask("copy", some, target)
            if self._connection.offers("UIDPLUS"):
                self._connection.ask("add_flags", some, [rb"\Deleted"], silent=True)
                self._connection.ask("uid_expunge", some)
            elif self._keeps_keyword(flags):
                # A plain EXPUNGE would also remove what other people marked (field notes 10, 11): the
                # original stays, and says that it was copied.
                self._flag(some)


def _unmoved(status: Folder, cursor: Cursor) -> bool:
    return (
        status.uid_next is not None
        and status.uidvalidity == cursor.uidvalidity
        and status.uid_next == cursor.last_uid + 1
    )


def _continues(folder: Folder, cursor: Cursor) -> bool:
    """Whether UIDs go on from the cursor."""
    # RFC 9051 section 2.3.1.1: under one UIDVALIDITY, UIDNEXT never falls.
    fell = folder.uid_next is not None and folder.uid_next <= cursor.last_uid
    return folder.uidvalidity == cursor.uidvalidity and not fell


def _last_uid(folder: Folder, uids: Sequence[int], cursor: Cursor | None) -> int:
    if folder.uid_next is not None:
        return folder.uid_next - 1
    return max([*uids[-1:], cursor.last_uid if cursor else 0])


def _number(value: object, otherwise: Otherwise) -> int | Otherwise:
    """What a server sent where a number belongs."""
    return value if isinstance(value, int) else otherwise
