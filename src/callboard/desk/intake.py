"""What one read message does to the tables. Decides first, then writes rows and the letters owed.

The caller commits: everything that one message changes is one commit. Nothing here reads the clock, opens
a connection or parses mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk import letters, speakers
from callboard.desk.outbox import Desk, owe, record_bounce
from callboard.mailroom.incoming import Address, IncomingMail
from callboard.model import InboxEntry, Outcome, Proposal
from callboard.reading.result import MACHINES, Kind, ProposalFound, Reading

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
        rewritten = self.mail.list_id is not None and sender is not None and " via " in f" {sender.name} "
        return found if found and (self.reading.forwarded_by or rewritten) else sender

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


def note_envelope(entry: InboxEntry, mail: IncomingMail) -> None:
    """Copy what lists and searches need from the mail to its row."""
    entry.message_id = mail.message_id[:998] if mail.message_id else None
    entry.sent_at = mail.date
    entry.sender = mail.sender.address[:320] if mail.sender else None
    entry.sender_name = mail.sender.name[:320] if mail.sender else None
    entry.subject = mail.subject
    entry.text_hash = store.fingerprint(mail.subject, mail.text)


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
        case.close(Outcome.COPY, f"a copy of message {earlier.id}", proposal)
    elif reading.kind in MACHINES or reading.kind is Kind.UNREADABLE:
        _file_machine(case)
    elif mail.message_id and store.letter_by_message_id(db, [mail.message_id]):
        case.close(Outcome.IGNORED, "written by Callboard itself")
    elif must_wait(case):
        return
    elif reading.kind is Kind.PROPOSAL or (
        entry.approved and reading.kind is Kind.OTHER and reading.proposals
    ):
        _file_proposals(case)
    else:
        speakers.follow_up(case)


def copy_of(case: Case) -> InboxEntry | None:
    """The earlier message that this one repeats: the same bytes, or the same Message-ID, sender and text.

    A Message-ID alone is not enough: some programs keep it when a sent mail is edited as new, and nobody's
    mail may be lost to that.
    """
    entry = case.entry
    for other in store.earlier_entries(case.db, entry):
        same_words = other.sender == entry.sender and other.text_hash == entry.text_hash
        if other.content_hash == entry.content_hash or (other.message_id == entry.message_id and same_words):
            return other
    return None


def must_wait(case: Case) -> bool:
    """Hold the message if a person must look before anything is done."""
    if case.entry.approved:
        return False
    if case.mail.sender is None:
        case.hold("no_sender", "the message has no single sender address; nobody can be answered")
        return True
    forwarder = case.reading.forwarded_by
    if (
        forwarder
        and case.reading.kind in (Kind.PROPOSAL, Kind.REVISION, Kind.WITHDRAWAL)
        and not case.desk.call.is_organiser(forwarder.address)
    ):
        author = case.author.address if case.author else "?"
        sentence = f"{forwarder.address}, who is no organiser, passed on a proposal by {author}"
        case.hold("forwarded", sentence, by=forwarder.address, author=author)
        return True
    return False


def _file_machine(case: Case) -> None:
    """A robot's mail: never answered. A bounce is matched to the letter that bounced."""
    if case.reading.kind is Kind.UNREADABLE:
        case.hold("unreadable", case.reading.reason)
        return
    if case.reading.kind is Kind.BOUNCE:
        letter = record_bounce(
            case.db, case.mail.returned_message_ids, "returned by the recipient's server", case.now
        )
        if letter is not None:
            proposal = case.db.get(Proposal, letter.proposal_id) if letter.proposal_id else None
            case.close(Outcome.IGNORED, f"the letter “{letter.subject}” came back", proposal)
            return
    case.close(Outcome.IGNORED, case.reading.reason)


def _file_proposals(case: Case) -> None:
    """One or several proposals in one mail; the mail's outcome is that of the strongest."""
    if changed_by_other(case):
        return
    results = [take_proposal(case, found) for found in case.reading.proposals]
    new = [p for outcome, p in results if outcome is Outcome.PROPOSAL]
    changed = [p for outcome, p in results if outcome is Outcome.FOLLOW_UP]
    if case.mail.truncated and (new or changed):
        _tell_too_large(case, (new or changed)[0])
    if new:
        case.close(Outcome.PROPOSAL, f"proposed {speakers.named(case, new)}", new[0])
    elif changed:
        case.close(Outcome.FOLLOW_UP, f"a new text for {speakers.named(case, changed)}", changed[0])
    elif results:
        same = [p for _, p in results]
        case.close(Outcome.COPY, f"repeats {speakers.named(case, same)}", same[0])
    else:
        case.hold("nothing_found", "looks like a proposal, but nothing could be read from it")


def changed_by_other(case: Case) -> bool:
    """Hold a text that would change somebody else's proposal: forwarded, or come through a list that rewrote From.

    Who the author is, is then only what the mail says; enough to make a proposal, not to change one.
    """
    if case.entry.approved or case.author == case.mail.sender:
        return False
    for found in case.reading.proposals:
        with case.db.no_autoflush:
            earlier = None if same_proposal(case, found) else speakers.corrected_by(case, found)
        if earlier is not None and not speakers.speaks_for(earlier, case.mail.sender):
            name = speakers.named(case, [earlier])
            reason = f"{case.sender}, who is none of its speakers, sent a new text for {name}"
            case.hold("change_by_other", reason, earlier, names=name, sender=case.sender)
            return True
    return False


def take_proposal(case: Case, found: ProposalFound) -> tuple[Outcome, Proposal]:
    """Make a proposal of what was found, or recognise the one that it repeats or corrects."""
    with case.db.no_autoflush:  # a proposal made from the same mail was flushed when it was made
        known = same_proposal(case, found)
        earlier = None if known else speakers.corrected_by(case, found)
    if known is not None:
        return Outcome.COPY, known
    if earlier is not None:
        changed = speakers.revise(case, earlier, found)
        return (Outcome.FOLLOW_UP if changed else Outcome.COPY), earlier
    proposal = speakers.new_proposal(case, found)
    _acknowledge(case, proposal)
    return Outcome.PROPOSAL, proposal


def same_proposal(case: Case, found: ProposalFound) -> Proposal | None:
    """A proposal with the same words: a co-author's copy, a mail sent again, a Cc that took another way.

    Without both title and abstract the words say too little; then it must come from the same person.
    """
    if not (found.title or found.abstract):
        return None
    for proposal in store.proposals_like(case.db, store.fingerprint(found.title, found.abstract)):
        if (found.title and found.abstract) or speakers.speaks_for(proposal, case.author):
            return proposal
    return None


def _acknowledge(case: Case, proposal: Proposal) -> None:
    """Owe the one acknowledgement that a proposal gets."""
    to = case.author
    if not case.desk.settings.acknowledge or to is None:
        return
    card = store.card_of(proposal, case.desk.call.prefix)
    unread = [(a.name or "?", a.trouble) for a in case.mail.attachments if a.trouble]
    letter = letters.acknowledgement(
        case.desk.templates, case.desk.call, card, to, case.desk.sender, unread=unread
    )
    owe(
        case.db,
        case.desk,
        letter,
        f"acknowledgement/{proposal.id}",
        case.now,
        answering=case.mail,
        entry=case.entry,
        proposal=proposal,
    )


def _tell_too_large(case: Case, proposal: Proposal) -> None:
    """The attachments of a huge mail were not fetched; the speaker learns it."""
    to = case.author
    if to is None:
        return
    letter = letters.too_large(
        case.desk.templates, case.desk.call, store.card_of(proposal, case.desk.call.prefix), to
    )
    key = f"too-large/{case.entry.id}"
    owe(case.db, case.desk, letter, key, case.now, answering=case.mail, entry=case.entry, proposal=proposal)
