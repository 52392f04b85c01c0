"""Letters that came back: matched, told, and tried at a second address of the proposal."""

from __future__ import annotations

import re

from callboard import store
from callboard.desk import mime
from callboard.desk.case import Case
from callboard.desk.outbox import message_id_for, other_address
from callboard.mailroom.incoming import Address
from callboard.model import LetterState, OutboxEntry, Outcome, Proposal

UNSAID = "returned by the recipient's server"
HEADERS = re.compile(rb"^(To|Message-ID):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n", re.MULTILINE | re.IGNORECASE)


def take_bounce(case: Case) -> bool:
    """Deal with a letter of ours that came back. False when the bounce is about no letter of ours.

    Only the Message-ID of the letter counts, which nobody can guess: else anybody could have a speaker's address
    taken for dead.
    """
    letter = store.letter_by_message_id(case.db, case.mail.returned_message_ids)
    if letter is None:
        return False
    proposal = case.db.get(Proposal, letter.proposal_id) if letter.proposal_id else None
    final = [r for r in case.mail.returned if r.permanent]
    if case.mail.returned and not final:
        case.close(Outcome.IGNORED, f"the letter “{letter.subject}” is late, and still being tried", proposal)
        return True
    reason = next((r.reason for r in final if r.reason), UNSAID)
    letter.state, letter.bounced, letter.last_error = LetterState.FAILED, True, reason
    # Not before it left, nor before it came back already: the clock may have been set back since.
    letter.done_at = max(case.now, letter.done_at or case.now)
    case.db.flush()
    case.close(Outcome.IGNORED, f"the letter “{letter.subject}” came back: {reason}", proposal)
    if proposal is not None:
        _try_again(case, letter, proposal)
    return True


def _try_again(case: Case, letter: OutboxEntry, proposal: Proposal) -> None:
    """Owe the same letter once more, to another address of the proposal, if it has one that lives."""
    address = other_address(case.db, proposal)
    key = f"second/{letter.id}"
    if address is None or not letter.raw or store.is_owed(case.db, key):
        return
    message_id = message_id_for(case.desk, key)
    case.db.add(
        OutboxEntry(
            key=key,
            kind=letter.kind,
            recipient=address,
            subject=letter.subject,
            message_id=message_id,
            raw=_readdressed(letter.raw, Address("", address), message_id),
            proposal_id=proposal.id,
            entry_id=letter.entry_id,
            created_at=case.now,
            next_attempt=case.now,
            state=LetterState.OWED,
        )
    )


def _readdressed(raw: bytes, to: Address, message_id: str) -> bytes:
    """The letter's bytes with another recipient and Message-ID; everything else as it was."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = {b"to": f"To: {mime.address_header('To', to)}", b"message-id": f"Message-ID: {message_id}"}
    head = HEADERS.sub(lambda found: f"{lines[found[1].lower()]}\r\n".encode(), head + b"\r\n")
    return head.removesuffix(b"\r\n") + blank + body
