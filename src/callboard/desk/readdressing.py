"""A speaker's new address: where their letters go from now on, and which address may change their proposals.

Whoever can change it can take a talk over, and anybody can write a speaker's address into From. So it takes more than
other changes do: the mail answers a letter of ours that went to the old address, whose Message-ID nobody else knows,
and where our mail server stamps who wrote a mail (RFC 8601), that stamp proves the sender. Else a person looks first.
Both addresses are told, once, so that the owner of the old one can object.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard import store
from callboard.desk import replies
from callboard.desk.case import Case
from callboard.desk.changes import add_version
from callboard.desk.matching import named, proven, speaks_for
from callboard.desk.outbox import redirect, refusal
from callboard.desk.people import pass_on
from callboard.mailroom.incoming import Address
from callboard.model import Outcome, Proposal
from callboard.reading.result import Wish


def readdress(case: Case) -> bool:
    """Deal with a mail that says nothing but where its sender is to be written to. False: it is something else."""
    new = case.reading.new_address
    if new is None or case.mail.sender is None or {*case.reading.wishes} - {Wish.THANKS}:
        return False
    theirs = [p for p in store.proposals_of(case.db, case.sender) if speaks_for(p, case.mail.sender)]
    if not theirs:
        return _held_for_strangers(case)
    names = named(case, theirs)
    doubt = _doubt(case, new)
    if doubt is not None:
        code, reason = doubt
        case.hold(code, f"{names}: {reason}", theirs[0], names=names, sender=case.sender)
        pass_on(case, theirs[0] if len(theirs) == 1 else None)
        return True
    for proposal in theirs:
        _change(case, proposal, new)
    redirect(case.db, case.sender, Address(case.mail.sender.name, new))
    case.close(Outcome.FOLLOW_UP, f"has a new address for {names}", theirs[0])
    _tell(case, theirs, new)
    return True


def _held_for_strangers(case: Case) -> bool:
    """Who answers a speaker's letter from another address may be that speaker: a person looks, nobody is written to."""
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    if letter is None or letter.proposal_id is None or case.entry.approved:
        return False
    proposal = case.db.get_one(Proposal, letter.proposal_id)
    names = named(case, [proposal])
    reason = f"{case.sender} wants to change {names} but is none of its speakers"
    case.hold("not_a_speaker", reason, proposal, names=names, sender=case.sender)
    return True


def _doubt(case: Case, new: str) -> tuple[str, str] | None:
    """Why a person must look before this address is written to: a code, and the reason in words. Nobody's approval
    makes an address one that can be written to, or somebody else's."""
    if case.desk.call.is_organiser(new) or store.proposals_of(case.db, new):
        return "address_taken", "the new address belongs to an organiser or to another proposal"
    why = refusal(case.db, case.desk, new, case.now, automatic=True)
    if why is not None:
        return "address_taken", f"the new address cannot be written to: {why}"
    if proven(case):
        return None
    return "address_unproven", f"nothing proves that {case.sender} wants letters at another address"


def _change(case: Case, proposal: Proposal, new: str) -> None:
    """The contact and the speaker of the old address get the new one. The history does not repeat the addresses, so
    that they can be forgotten."""
    old = case.sender.casefold()
    if proposal.contact and proposal.contact.casefold() == old:
        proposal.contact = new
    for speaker in proposal.speakers:
        if speaker.email and speaker.email.casefold() == old:
            speaker.email = new
    proposal.updated_at = case.now
    add_version(case, proposal, "readdressed", None, {"contact": [None, None]})


def _tell(case: Case, theirs: Sequence[Proposal], new: str) -> None:
    """One letter to each of the two addresses."""
    cards, language = [case.card(p) for p in theirs], theirs[0].letter_language
    name = case.mail.sender.name if case.mail.sender else ""
    for which, address in (("old", case.sender), ("new", new)):
        letter = replies.readdressed(
            case.desk.templates, case.desk.call, cards, Address(name, address), case.sender, new, language
        )
        about = theirs[0] if len(theirs) == 1 else None
        case.owe(letter, f"readdressed/{case.entry.id}/{which}", about)
