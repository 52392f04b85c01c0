"""Proposals that arrive: new ones, new texts of known ones, and the same words once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard import store
from callboard.desk import letters, replies
from callboard.desk.aside import hold_as_doubtful, stands_alone
from callboard.desk.case import Case
from callboard.desk.changes import new_proposal, revise
from callboard.desk.matching import about, corrected_by, named, same_proposal, speaks_for
from callboard.desk.people import answer, correspondent
from callboard.desk.replies import Deed, Transcript
from callboard.model import Outcome, Proposal
from callboard.reading.result import ProposalFound


@dataclass(frozen=True)
class Taken:
    """What became of one text: a new proposal, a corrected one, or the same once more."""

    outcome: Outcome
    proposal: Proposal
    deed: Deed | None = None


def file_proposals(case: Case) -> None:
    """One or several proposals in one mail; the mail's outcome is that of the strongest."""
    if changed_by_other(case) or said_below(case):
        return
    results = [take_proposal(case, found) for found in case.reading.proposals]
    new = [r.proposal for r in results if r.outcome is Outcome.PROPOSAL]
    changed = [r.proposal for r in results if r.outcome is Outcome.FOLLOW_UP]
    if case.mail.truncated and (new or changed):
        _tell_too_large(case, (new or changed)[0])
    if new:
        case.close(Outcome.PROPOSAL, f"proposed {named(case, new)}", new[0])
    elif changed:
        case.close(Outcome.FOLLOW_UP, f"a new text for {named(case, changed)}", changed[0])
    elif results:
        same = [r.proposal for r in results]
        case.close(Outcome.COPY, f"repeats {named(case, same)}", same[0])
    else:
        case.hold("nothing_found", "looks like a proposal, but nothing could be read from it")
    tell(case, results)


def tell(case: Case, results: Sequence[Taken]) -> None:
    """Owe what follows from a mail's texts beside the acknowledgements: one letter about what changed, and a
    receipt for the organiser who passed it on."""
    deeds = tuple(result.deed for result in results if result.deed)
    to = correspondent(case, results[0].proposal) if results else None
    if deeds and to is not None:
        said = Transcript(deeds, own=speaks_for(results[0].proposal, case.mail.sender))
        answer(case, said, to, f"transcript/{case.entry.id}", deeds[0].after.letter_language)
    if results and case.reading.forwarded_by is not None:
        _confirm_filing(case, results)


def _confirm_filing(case: Case, results: Sequence[Taken]) -> None:
    """One line for the organiser who passed the mail on."""
    call, to = case.desk.call, case.mail.sender
    # A letter to ourselves would only come back.
    if to is None or not call.is_organiser(to.address) or case.desk.is_ours(to.address):
        return
    new = [r for r in results if r.outcome is not Outcome.COPY]
    cards = [case.card(r.proposal) for r in new or results]
    written_to = case.author if new and case.desk.settings.acknowledge else None
    codes = [o.language for o in call.organisers if (o.address or "").casefold() == to.address.casefold()]
    letter = replies.receipt(
        case.desk.templates, call, cards, to, written_to, codes[0] or call.language, known=not new
    )
    case.owe(letter, f"receipt/{case.entry.id}", None)


def changed_by_other(case: Case) -> bool:
    """Hold a text that would change somebody else's proposal: forwarded, or come through a list that rewrote From.

    Who the author is, is then only what the mail says; enough to make a proposal, not to change one.
    """
    if case.entry.approved or case.author == case.mail.sender:
        return False
    for found in case.reading.proposals:
        with case.db.no_autoflush:
            earlier = None if same_proposal(case, found) else corrected_by(case, found)
        if earlier is not None and not speaks_for(earlier, case.mail.sender):
            name = named(case, [earlier])
            reason = f"{case.sender}, who is none of its speakers, sent a new text for {name}"
            case.hold("change_by_other", reason, earlier, names=name, sender=case.sender)
            return True
    return False


def said_below(case: Case) -> bool:
    """Leave it to a person when somebody says little below a proposal: "great idea, count me in" repeats its subject
    and is no proposal, but may be one."""
    if case.entry.approved or case.reading.forwarded_by or not about(case) or stands_alone(case):
        return False
    hold_as_doubtful(case)
    return True


def take_proposal(case: Case, found: ProposalFound) -> Taken:
    """Make a proposal of what was found, or recognise the one that it repeats or corrects."""
    with case.db.no_autoflush:  # a proposal made from the same mail was flushed when it was made
        known = same_proposal(case, found)
        earlier = None if known else corrected_by(case, found)
    if known is not None:
        return Taken(Outcome.COPY, known)
    if earlier is not None:
        deed = revise(case, earlier, found)
        return Taken(Outcome.FOLLOW_UP if deed else Outcome.COPY, earlier, deed)
    proposal = new_proposal(case, found)
    _acknowledge(case, proposal)
    return Taken(Outcome.PROPOSAL, proposal)


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
    case.owe(letter, f"acknowledgement/{proposal.id}", proposal)


def _tell_too_large(case: Case, proposal: Proposal) -> None:
    """The attachments of a huge mail were not fetched; the speaker learns it."""
    to = case.author
    if to is None:
        return
    letter = letters.too_large(
        case.desk.templates, case.desk.call, store.card_of(proposal, case.desk.call.prefix), to
    )
    key = f"too-large/{case.entry.id}"
    case.owe(letter, key, proposal)
