"""What organisers write by hand below a proposal: to its speaker, with the mailbox in copy, or to each other; and what
speakers write to each other.

People talk there, and nobody needs a letter from us. It is no proposal of theirs, whatever its subject says.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard import store
from callboard.desk.case import Case
from callboard.desk.matching import about, named, same_text, speaks_for
from callboard.mailroom.incoming import Address
from callboard.model import Outcome, Proposal
from callboard.reading.result import Kind
from callboard.reading.subject import answers


def take_aside(case: Case) -> bool:
    """Deal with such a mail. False: it is something else."""
    if case.entry.approved or case.reading.forwarded_by or not case.desk.call.is_organiser(case.sender):
        return False
    kind, found = case.reading.kind, about(case)
    little = kind is Kind.PROPOSAL and not stands_alone(case)
    if not found:
        # Below a mail that we do not know: "Re: my proposal" makes no proposal of an organiser's thanks.
        answer = bool(case.mail.in_reply_to) or answers(case.mail.subject)
        if little and answer:
            hold_as_doubtful(case)
        return little and answer
    if any(speaks_for(proposal, case.mail.sender) for proposal in found):
        return False
    names = named(case, found)
    if _writes_to_speaker(case, found) and kind is not Kind.WITHDRAWAL:
        case.close(Outcome.FOLLOW_UP, f"an organiser writes to a speaker of {names}", found[0])
    elif kind is Kind.OTHER or little:
        case.close(Outcome.FOLLOW_UP, f"an organiser writes about {names}", found[0])
    elif kind is Kind.PROPOSAL and any(same_text(p, one) for p in found for one in case.reading.proposals):
        reason = f"{case.sender}, who is none of its speakers, sent a new text for {names}"
        case.hold("change_by_other", reason, found[0], names=names, sender=case.sender)
    else:
        # What may ask us to change something is held, as from anybody who is none of its speakers.
        return False
    return True


def _writes_to_speaker(case: Case, found: Sequence[Proposal]) -> bool:
    """Whether the mail goes to a speaker, and to us at most in copy."""
    if any(case.desk.is_ours(one.address) for one in case.mail.to):
        return False
    return any(speaks_for(proposal, one) for proposal in found for one in case.mail.to)


def talks_to_others(case: Case) -> bool:
    """Whether a mail goes to somebody else, a co-author mostly, with us or an organiser in copy: "Ben, shall we change
    the title?" asks Ben. A person may have said that it is for us all the same."""
    to, copied = ([_reads_for_call(case, one) for one in those] for those in (case.mail.to, case.mail.cc))
    return bool(to) and not any(to) and any(copied) and not case.entry.approved


def _reads_for_call(case: Case, who: Address) -> bool:
    call = case.desk.call
    written_to = (call.proposals_to or "").casefold() == who.address.casefold()
    return written_to or case.desk.is_ours(who.address) or call.is_organiser(who.address)


def answers_an_organiser(case: Case) -> bool:
    """Whether a mail answers what an organiser wrote by hand."""
    senders = store.senders_of(case.db, case.mail.in_reply_to)
    return any(case.desk.call.is_organiser(one) and not case.desk.is_ours(one) for one in senders)


def stands_alone(case: Case) -> bool:
    """Whether it holds a proposal that nobody writes by accident."""
    repeated = answers(case.mail.subject)
    return any(one.stands_alone or (one.named_by_subject and not repeated) for one in case.reading.proposals)


def hold_as_doubtful(case: Case) -> None:
    """A mail that may be a proposal waits for a person: nobody is told that they were not understood, but nobody is
    passed over in silence either."""
    case.hold(
        "perhaps_proposal",
        "this may be a proposal, but too little of it was understood; callboard held --accept files it, "
        "--dismiss closes it",
    )
