"""One message on the desk: the value that its parts hand to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk.letters import Letter
from callboard.desk.outbox import Desk, owe
from callboard.desk.threads import in_thread_of
from callboard.mailroom.authentication import proof, verdict
from callboard.mailroom.incoming import Address, IncomingMail
from callboard.model import InboxEntry, Outcome, Proposal
from callboard.proposals import ProposalCard
from callboard.reading.result import Kind, Reading

EXCERPT = 300  # characters of a message that a person must look at


@dataclass(frozen=True)
class Case:
    """One message on the desk, with everything needed to deal with it."""

    db: Session
    desk: Desk
    entry: InboxEntry
    mail: IncomingMail
    reading: Reading
    now: datetime

    @property
    def sender(self) -> str:
        """The address that wrote, or passed the mail on; empty when there is none."""
        return self.mail.sender.address if self.mail.sender else ""

    @property
    def author(self) -> Address | None:
        """Who proposes, and whom answers go to: the sender, and nobody else that a mail may name.

        Two exceptions: the inner author of a forward, which `must_wait` has let pass because an organiser
        forwarded it; and the person behind a list that rewrote From ("Ada via list", for DMARC's sake).
        """
        found, sender = self.reading.acknowledge_to, self.mail.sender
        if self.reading.forwarded_by and self.reading.kind is not Kind.OTHER:
            return found  # None where the forward does not show its author's address
        rewritten = self.mail.list_id is not None and sender is not None and " via " in f" {sender.name} "
        return found if found and rewritten else sender

    @cached_property
    def thread(self) -> Sequence[Proposal]:
        """The proposals that the messages which the mail answers are about; several steps ask."""
        return in_thread_of(self.db, self.mail)

    @property
    def forged(self) -> bool:
        """Whether our own mail server found that somebody else wrote it (RFC 8601)."""
        server = self.desk.servers.get(self.entry.mailbox)
        return server is not None and verdict(self.mail.authentication, server) == "fail"

    @property
    def unproven(self) -> bool:
        """Whether our own mail server stamps who wrote a mail, and does not say of this one that its sender did."""
        server = self.desk.servers.get(self.entry.mailbox)
        domain = self.sender.rpartition("@")[2]
        return server is not None and proof(self.mail.authentication, server, domain) in ("fail", "none")

    def card(self, proposal: Proposal) -> ProposalCard:
        """The proposal as people see it."""
        return store.card_of(proposal, self.desk.call.prefix)

    def close(self, outcome: Outcome, reason: str, proposal: Proposal | None = None) -> None:
        """Give the message its outcome."""
        self.entry.outcome = outcome
        self.entry.reason, self.entry.reason_code, self.entry.reason_values = reason, None, {}
        self.entry.processed_at = self.now
        if proposal is not None:
            self.entry.proposal_id = proposal.id
        if outcome is Outcome.QUESTION:
            self.entry.excerpt = self._excerpt()

    def hold(self, code: str, reason: str, proposal: Proposal | None = None, **values: str) -> None:
        """Leave it to a person. `code` and `values` say the reason in the organisers' languages."""
        self.close(Outcome.HELD, reason, proposal)
        self.entry.reason_code, self.entry.reason_values = code, values
        self.entry.excerpt = self._excerpt()

    def _excerpt(self) -> str | None:
        return " ".join((self.reading.own_text or self.mail.text).split())[:EXCERPT] or None

    def owe(self, letter: Letter, key: str, proposal: Proposal | None, *, code: str | None = None) -> None:
        """Owe a letter that answers this message, once for each key."""
        owe(
            self.db,
            self.desk,
            letter,
            key,
            self.now,
            answering=self.mail,
            entry=self.entry,
            proposal=proposal,
            code=code,
        )


def note_envelope(entry: InboxEntry, mail: IncomingMail) -> None:
    """Copy what lists and searches need from the mail to its row."""
    entry.message_id = mail.message_id[:998] if mail.message_id else None
    entry.sent_at = mail.date
    entry.sender = mail.sender.address[:320] if mail.sender else None
    entry.sender_name = mail.sender.name[:320] if mail.sender else None
    entry.subject = mail.subject
    entry.text_hash = store.fingerprint(mail.subject, mail.text)
