"""What one read message does to the tables. Decides first, then writes rows and the letters owed.

The caller commits: everything that one message changes is one commit. Nothing here reads the clock, opens
a connection or parses mail.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk.answers import take_answer
from callboard.desk.aside import take_aside
from callboard.desk.bounces import take_bounce
from callboard.desk.case import Case, note_envelope
from callboard.desk.conversation import follow_up
from callboard.desk.matching import answers_a_letter, candidates, copy_of, copy_reason
from callboard.desk.outbox import Desk
from callboard.desk.people import leave_to_people
from callboard.desk.submission import file_proposals
from callboard.mailroom.incoming import IncomingMail
from callboard.model import InboxEntry, Outcome, Proposal
from callboard.reading.result import MACHINES, Kind, Reading, Wish

ANSWERED = frozenset({Kind.PROPOSAL, Kind.REVISION, Kind.WITHDRAWAL, Kind.QUESTION})


def receive(
    db: Session, desk: Desk, entry: InboxEntry, mail: IncomingMail, reading: Reading, now: datetime
) -> None:
    """Deal with one message: afterwards its row has an outcome and every letter it causes is owed."""
    note_envelope(entry, mail)
    entry.kind = reading.kind
    case = Case(db, desk, entry, mail, reading, now)
    with db.no_autoflush:  # nothing that this message changes can make it a copy of another
        earlier = copy_of(case)
    if earlier is not None:
        proposal = db.get(Proposal, earlier.proposal_id) if earlier.proposal_id else None
        case.close(Outcome.COPY, copy_reason(earlier), proposal)
    elif reading.kind in MACHINES or reading.kind is Kind.UNREADABLE:
        _file_machine(case)
    elif mail.message_id and store.letter_by_message_id(db, [mail.message_id]):
        case.close(Outcome.IGNORED, "written by Callboard itself")
    elif take_answer(case) or must_wait(case) or take_aside(case):
        return
    elif reading.kind is Kind.PROPOSAL or (
        entry.approved and reading.kind is Kind.OTHER and reading.proposals
    ):
        file_proposals(case)
    else:
        follow_up(case)


def must_wait(case: Case) -> bool:
    """Hold the message if a person must look before anything is done."""
    if case.entry.approved:
        return False
    if case.mail.sender is None:
        case.hold("no_sender", "the message has no single sender address; nobody can be answered")
        return True
    wished = case.reading.kind in ANSWERED or any(wish is not Wish.THANKS for wish in case.reading.wishes)
    wished = wished or case.reading.new_address is not None
    if wished and case.forged:
        # RFC 8601: our own server found that somebody else wrote it. No letter goes to the one they claim to be.
        case.hold("forged", f"our mail server says that {case.sender} did not write this", sender=case.sender)
        return True
    forwarder, author = case.reading.forwarded_by, case.author
    if (
        forwarder
        and not (author and author.address.casefold() == forwarder.address.casefold())
        and case.reading.kind in (Kind.PROPOSAL, Kind.REVISION, Kind.WITHDRAWAL)
        and not case.desk.call.is_organiser(forwarder.address)
    ):
        whose = author.address if author else "?"
        sentence = f"{forwarder.address}, who is no organiser, passed on a proposal by {whose}"
        case.hold("forwarded", sentence, by=forwarder.address, author=whose)
        return True
    return False


def _file_machine(case: Case) -> None:
    """A robot's mail: never answered. A bounce is matched to the letter that bounced."""
    if case.reading.kind is Kind.UNREADABLE:
        case.hold("unreadable", case.reading.reason)
        return
    if case.reading.kind is Kind.BOUNCE and take_bounce(case):
        return
    if case.reading.kind is Kind.AUTOREPLY and case.reading.doubtful and answers_a_letter(case):
        # Perhaps a robot, so that nobody is answered; perhaps a speaker, so that somebody reads it.
        leave_to_people(case, case.reading.reason, next(iter(candidates(case)), None))
        return
    case.close(Outcome.IGNORED, case.reading.reason)
