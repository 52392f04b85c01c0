"""What a mail answers, as far as the ledger knows: the proposals that those messages made or were about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from callboard import store
from callboard.mailroom.incoming import IncomingMail
from callboard.model import Proposal
from callboard.reading.subject import answers, bare


def in_thread_of(db: Session, mail: IncomingMail) -> Sequence[Proposal]:
    """The proposals that the messages which a mail answers made or were about: people answer what lies before them, the
    proposal that they sent yesterday, or what an organiser wrote to them by hand. Where none of those is known, the
    subject tells: that with which the same sender began. Message-IDs prove nothing, so a thread says what a mail is
    about, never who may change it."""
    if found := store.proposals_of_messages(db, (*mail.references, *mail.in_reply_to)):
        return found
    if mail.sender is None or not answers(mail.subject):
        return ()
    began = next(
        (
            number
            for number, subject in store.subjects_of(db, mail.sender.address)
            if not answers(subject) and bare(subject).casefold() == bare(mail.subject).casefold() != ""
        ),
        None,
    )
    return store.proposals_of_message(db, began) if began is not None else ()
