"""The folder of sent letters: what has left already, and a copy of what leaves.

Opened when first asked, so that a pass with nothing in doubt costs nothing. It looks by EXAMINE and writes by APPEND:
no letter that lies there is ever touched.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from callboard.config import MailboxConfig
from callboard.errors import ConfigError, MailboxDown, NoAccess, ServerTrouble
from callboard.mailroom.connection import Connection
from callboard.mailroom.sasl import Secret


class SentFolder:
    """A context manager. Once the server has failed it counts as away; its methods raise MailboxDown."""

    def __init__(
        self,
        config: MailboxConfig,
        password: Callable[[], Secret],
        timeout: float,
        trouble: MailboxDown | None = None,
    ) -> None:
        """`password` is asked before the connection is made. `trouble`: its server is known to be away, and is not
        asked."""
        assert config.sent_folder is not None, "this mailbox names no folder of sent letters"
        self._folder = config.sent_folder
        self._config, self._password, self._timeout = config, password, timeout
        self._connection: Connection | None = None
        self._trouble = trouble

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.__exit__(type(self._trouble) if self._trouble else kind, error, trace)

    def holds(self, message_id: str) -> bool:
        """Whether a letter of this Message-ID lies there."""
        # Selected anew for each: a selected folder need not show what has come since (RFC 9051, section 5.2).
        self._ask("select_folder", self._folder, readonly=True)
        return bool(self._ask("search", ["HEADER", "Message-ID", message_id]))

    def file(self, raw: bytes) -> None:
        """Put a copy there, as one that is read."""
        self._ask("append", self._folder, raw, [rb"\Seen"])

    def check(self, *, writing: bool) -> str:
        """For `callboard check`: that the folder is there, and `writing`, that copies may go there."""
        messages = self._ask("select_folder", self._folder, readonly=True).get(b"EXISTS", 0)
        assert self._connection is not None, "it has just been asked"
        if writing and self._connection.select_for_writing(self._folder) is None:
            raise self._connection.down(
                ServerTrouble.FOLDER,
                f'lets us only read "{self._folder}"; set file_sent = false or ask for write access',
            )
        copies = ", and copies go there" if writing else ""
        return f"{self._folder} holds {messages} letters; one in doubt is looked for there{copies}"

    def _ask(self, command: str, *arguments: Any, **options: Any) -> Any:
        if self._trouble is not None:
            raise self._trouble  # one time-out in a pass is enough
        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.ask(command, *arguments, **options)
        except MailboxDown as error:
            self._trouble = error
            if self._connection is not None:
                self._connection.raise_if_missing(self._folder, error, "sent_folder")
            raise

    def _open(self) -> Connection:
        try:
            password = self._password()
        except (ConfigError, NoAccess) as error:
            # No way into this folder; the letters that are not in doubt leave without it.
            trouble = error.trouble if isinstance(error, NoAccess) else ServerTrouble.LOGIN
            raise MailboxDown(str(error), trouble) from error
        return Connection(self._config, password, self._timeout).__enter__()
