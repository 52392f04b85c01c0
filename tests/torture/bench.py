"""A world to spoil: a case is run, what it broke is mended, passes go on until quiet, and the accounts are compared."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from audit import Figures, audit
from correspondence import Correspondence, Sending
from smalldisk import SmallDisk
from troubles import Case
from world import PATIENCE, World

Entered = TypeVar("Entered")


class Passes:
    """A process that does `callboard once` as often as it is asked to."""

    def __init__(self, world: World) -> None:
        path = world.folder / "passes"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            self._child = world.start("once", listen=path)
            listener.settimeout(PATIENCE)
            self._line, _ = listener.accept()
        self._line.settimeout(PATIENCE)

    def run(self) -> int:
        self._line.sendall(b"once\n")
        try:
            return int(self._line.recv(10))
        except TimeoutError as error:
            raise AssertionError(f"a pass did not end within {PATIENCE:.0f} s") from error

    def close(self) -> None:
        self._line.close()
        self._child.wait()


@dataclass
class Bench:
    """A world to spoil, what was written to it, and what must be put right again."""

    world: World
    rng: random.Random
    disk: SmallDisk | None = None
    letters_in: Correspondence = field(init=False)
    usual: dict[str, tuple[int, int]] = field(default_factory=dict)  # bytes of a connection, both ways
    figures: Figures = field(default_factory=Figures)

    def __post_init__(self) -> None:
        self.letters_in = Correspondence(self.rng)
        self.imap, self.smtp = self.world.imap_line, self.world.smtp_line
        self._broken = ExitStack()
        self.passes = Passes(self.world)
        self.last_sent: Sending | None = None

    # --- Spoiling and mending --------------------------------------------------------------------------

    def until_mended(self, thing: AbstractContextManager[Entered]) -> Entered:
        return self._broken.enter_context(thing)

    def when_mended(self, do: Callable[[], object]) -> None:
        self._broken.callback(do)

    def while_spoiled(self, thing: AbstractContextManager[None], seconds: float | None) -> None:
        """For so long, or until it is mended."""
        if seconds is None:
            self.until_mended(thing)
            return
        thing.__enter__()
        ending = threading.Timer(seconds, thing.__exit__, (None, None, None))
        ending.start()
        self.when_mended(ending.join)

    def mend(self) -> None:
        self._broken.close()
        for line in (self.imap, self.smtp):
            line.mend()
        self.imap.upstream = ("127.0.0.1", self.world.imap_server)
        self.world.write_config()

    # --- Mail ------------------------------------------------------------------------------------------

    def deliver_proposal(self, mailbox: str) -> Sending:
        self.last_sent = self.letters_in.propose_to(mailbox)
        self.world.deliver(self.last_sent)
        return self.last_sent

    def mail_arrives(self, to: Sequence[str]) -> None:
        """A proposal to each of these, and now and then something else."""
        for mailbox in to:
            self.deliver_proposal(mailbox)
        if self.rng.random() < 0.5:
            self.world.deliver(self.letters_in.write([letter.raw for letter in self.world.taken()]))

    def uid_of(self, sending: Sending) -> int:
        with self.world.accounts[sending.mailboxes[0]].client(self._folder(sending)) as client:
            found: list[int] = client.search(["HEADER", "Message-ID", _message_id(sending)])
        return found[0]

    def expunge(self, sending: Sending | None) -> None:
        """Somebody deletes this message for good, while a pass runs."""
        assert sending is not None
        self._delete(sending)
        self._expunged.append(sending)

    def clear_away(self, sending: Sending) -> None:
        """Somebody deletes a message that was held; in a mailbox made anew it would be read after all."""
        self._delete(sending)
        self.letters_in.expunged[sending.mailboxes[0]] += 1

    def _delete(self, sending: Sending) -> None:
        uid = self.uid_of(sending)
        with self.world.accounts[sending.mailboxes[0]].client(self._folder(sending)) as client:
            client.delete_messages([uid])
            client.expunge([uid])

    def make_anew(self, mailbox: str) -> None:
        """The same messages in a folder of the same name with other UIDs."""
        folder = self.world.folder_of(mailbox)
        with self.world.accounts[mailbox].client() as client:
            client.rename_folder(folder, "Old")
            client.create_folder(folder)
            client.select_folder("Old")
            if uids := client.search():
                client.copy(uids, folder)
            client.unselect_folder()
            client.delete_folder("Old")
        self.letters_in.made_anew[mailbox] += 1

    def lock_the_maildir(self, mailbox: str) -> None:
        """The mails' files belong to somebody else for a while."""
        folder = self.world.maildir(mailbox)
        mode = folder.stat().st_mode
        owner = (folder.stat().st_uid, folder.stat().st_gid)
        folder.chmod(0o555)
        os.chown(folder, 0 if os.getuid() == 0 else owner[0], owner[1])

        def unlock() -> None:
            os.chown(folder, *owner)
            folder.chmod(mode)

        self.when_mended(unlock)

    def _folder(self, sending: Sending) -> str:
        return self.world.folder_of(sending.mailboxes[0])

    # --- A case ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """A calm pass or two: the tables are made, and it is known how much is said on a connection."""
        self._expunged: list[Sending] = []
        self.mail_arrives(("organisers", "programme"))
        self._settle()
        self.imap.lengths.clear()
        self.smtp.lengths.clear()
        self.mail_arrives(("organisers", "programme"))
        self._settle()
        for name, line in (("imap", self.imap), ("smtp", self.smtp)):
            up, down = zip(*line.lengths, strict=True)
            self.usual[name] = (max(up), max(down))

    def run(self, case: Case) -> tuple[bool, Figures]:
        """Spoil, mend, go on until quiet, compare. Whether the fault struck, and what came of it."""
        self._expunged.clear()
        if case.moved:
            self.deliver_proposal("programme")
            self._pass()
        if case.patience:
            self.world.write_config(case.patience)
        self.mail_arrives(case.to)
        case.spoil(self)
        orders = [*self.imap.orders, *self.smtp.orders]
        for number in range(case.passes):
            if number:
                self._go_on_to_the_next_letter()
            self._pass()
        struck = not orders or any(order.struck for order in orders)
        self.mend()
        self._note_expunged()
        self._settle()
        before, self.figures = self.figures, audit(self.world, self.letters_in, 0)
        return struck, self.figures - before

    def _go_on_to_the_next_letter(self) -> None:
        due = self.world.owed_until()
        if due is not None:
            self.world.go_to(due)

    def _note_expunged(self) -> None:
        """A mail that was deleted before it was fetched was never there; one that was fetched makes a proposal."""
        for sending in self._expunged:
            if self.world.knows(_message_id(sending)):
                self.letters_in.expunged[sending.mailboxes[0]] += 1
            else:
                self.letters_in.unread(sending, None)

    def _pass(self) -> int:
        """75: something is away; 1: something needs a person."""
        code = self.passes.run()
        assert code in (0, 1, 75), f"a pass ended with {code}:\n{self.world.output()[-3000:]}"
        return code

    def _settle(self) -> None:
        self.world.work_until_quiet(self._pass)
        self.letters_in.answered.clear()

    @property
    def database_file(self) -> Path:
        name = self.world.engine.url.database
        assert name is not None
        return Path(name)


def _message_id(sending: Sending) -> str:
    return next(
        line.split(b": ", 1)[1].decode()
        for line in sending.raw.splitlines()
        if line.lower().startswith(b"message-id:")
    )
