"""The conversation with a speaker: corrections, withdrawals, confirmations, questions, thanks.

Whatever one message wants is dealt with, and answered by one letter. When it is not sure what is meant, the
message is held, or its sender asked; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callboard import store
from callboard.desk.aside import hold_as_doubtful, talks_to_others
from callboard.desk.asking import ask, settle, wants_change
from callboard.desk.case import Case
from callboard.desk.changes import PLACED, confirm, meant, restore, revise, trust_sender, withdraw
from callboard.desk.matching import (
    answers_a_letter,
    candidates,
    may_change,
    named,
    references_in,
    speaks_for,
)
from callboard.desk.people import answer, correspondent, leave_to_people, pass_on
from callboard.desk.readdressing import readdress
from callboard.desk.replies import Deed, Did, Transcript
from callboard.desk.submission import take_proposal, tell
from callboard.mailroom.incoming import Address
from callboard.model import Outcome, Proposal
from callboard.proposals import DECIDED, ProposalCard, State
from callboard.reading.choice import agrees
from callboard.reading.result import Kind, ProposalFound, Wish
from callboard.reading.speech import sentences
from callboard.reading.subject import bare

SURE = 0.9  # of a withdrawal that is done at once
UNSURE = 0.8  # of one beside which stands something else: that another gives the talk
SAME = 120  # characters by which a sentence is known again
OF_THE_TALK = 0.95  # of one that says so of the talk, not only of the writer's coming
DONE = {
    Did.CHANGED: "changed",
    Did.WITHDRAWN: "withdrew",
    Did.RESTORED: "restored",
    Did.LEFT_WITHDRAWN: "could not restore",
    Did.CONFIRMED: "confirmed",
}
WHETHER_THEY_COME = ("accepted", "offered", "confirm_reminder")  # letters that ask
OVER = (State.WITHDRAWN, State.DECLINED)


def follow_up(case: Case) -> None:
    """A revision, a withdrawal, a confirmation, a question, thanks, or nothing for us."""
    chosen = settle(case)
    if chosen is not None:
        _has_chosen(case, chosen)
        return
    if readdress(case):
        return
    case = _with_yes(case)
    found = candidates(case)
    allowed = [p for p in found if case.entry.approved or may_change(case, p)]
    asked_for = case.reading.kind in (Kind.REVISION, Kind.WITHDRAWAL)
    mine = any(speaks_for(p, case.mail.sender) for p in allowed)
    aside = mine and talks_to_others(case)
    if aside or not (asked_for or (mine and wants_change(case.reading))):
        _read_by_people(case, found, allowed)
        return
    meant = _meant(case, allowed)
    if len(meant) == 1:
        _deal(case, meant[0])
    elif found and not allowed:
        reason = f"{case.sender} wants to change {named(case, found)} but is none of its speakers"
        one = found[0] if len(found) == 1 else None
        case.hold("not_a_speaker", reason, one, sender=case.sender, names=named(case, found))
    elif allowed:
        ask(case, meant)
    elif case.reading.kind is Kind.REVISION and any(p.title and p.abstract for p in case.reading.proposals):
        _as_new(case)
    else:
        reason = f"wants to change a proposal, but none by {case.sender} is known"
        case.hold("none_known", reason, sender=case.sender)


def _with_yes(case: Case) -> Case:
    """A bare "yes" to our question whether they will come says that they will."""
    reading, sender = case.reading, case.mail.sender
    if reading.kind is not Kind.OTHER or set(reading.wishes) - {Wish.THANKS}:
        return case
    if not (agrees(reading.own_text, sender.name if sender else None) and _was_asked(case)):
        return case
    return replace(case, reading=replace(reading, wishes=(Wish.CONFIRM,), unread=()))


def _was_asked(case: Case) -> bool:
    """Whether the mail answers a letter of ours that asked whether they will come: by its thread, or without one by
    its subject, which holds our reference."""
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    if letter is None and case.reading.references:
        letter = store.letter_titled(case.db, case.sender, bare(case.mail.subject))
    return case.desk.settings.ask_to_confirm and letter is not None and letter.kind in WHETHER_THEY_COME


def _has_chosen(case: Case, proposal: Proposal) -> None:
    """An answer to "which one?". What else it wants comes after the message that waited: it is read once more."""
    if wants_change(case.reading) or case.reading.kind is Kind.QUESTION:
        case.entry.proposal_id = proposal.id
    else:
        case.close(
            Outcome.FOLLOW_UP, f"says that an earlier message is about {named(case, [proposal])}", proposal
        )


def _meant(case: Case, allowed: Sequence[Proposal]) -> Sequence[Proposal]:
    """Of several proposals those that the wish can be about: only what is withdrawn can be restored, only what is
    accepted confirmed. A withdrawal may be about any: better one question too many."""
    wishes, kind = case.reading.wishes, case.reading.kind
    known = [(p, store.known_state(case.db, p)) for p in allowed]
    if Wish.UNDO in wishes:
        fits = [p for p, state in known if state == State.WITHDRAWN]
    elif kind is Kind.WITHDRAWAL:
        fits = [p for p, state in known if state != State.DECLINED]
    elif Wish.CONFIRM in wishes:
        fits = [p for p, state in known if state in PLACED]
    else:
        fits = [p for p, state in known if state not in OVER]
    return fits or allowed


# --- What is only read ---------------------------------------------------------------------------------


def _read_by_people(case: Case, found: Sequence[Proposal], allowed: Sequence[Proposal]) -> None:
    """Thanks, how things stand, a question, or nothing for us. What else a known speaker writes, or anybody
    writes in answer to a letter of ours or below a proposal, is shown to the organisers, never ignored."""
    wishes, kind, below = case.reading.wishes, case.reading.kind, case.thread
    mine = [p for p in found if speaks_for(p, case.mail.sender)]
    proposal = next(iter((*mine, *found)), None)
    only = allowed[0] if len(allowed) == 1 else None
    if Wish.STATUS in wishes and not talks_to_others(case) and _tell_standing(case, only):
        return
    if kind is Kind.QUESTION or Wish.STATUS in wishes:
        leave_to_people(case, case.reading.reason, only)
        # A stranger is not answered: the mail may be private.
        if allowed:
            pass_on(case, only)
    elif below and not mine and case.reading.doubtful:
        hold_as_doubtful(case)
    elif below and case.mail.list_id:
        case.close(Outcome.FOLLOW_UP, "discussed on a list", proposal)
    elif not (mine or below or _answers_us(case, found) or store.proposals_of(case.db, case.sender)):
        _leave_alone(case)
    elif Wish.THANKS in wishes:
        case.close(Outcome.FOLLOW_UP, "nothing to do: thanks", proposal)
    else:
        leave_to_people(case, "a message that a person should read", proposal)
        # Who only has a proposal here may write of anything; who answers a letter of ours writes to us.
        if mine and case.reading.unread and (below or answers_a_letter(case)):
            pass_on(case, proposal)


def _answers_us(case: Case, found: Sequence[Proposal]) -> bool:
    """Whether a mail belongs to our correspondence: by its thread, or by the reference of a proposal in its subject."""
    named = bool(found) and bool(references_in(case.mail.subject, case.desk.call.prefix))
    return named or answers_a_letter(case)


def _leave_alone(case: Case) -> None:
    """A mail that is not for the call, as far as can be told."""
    if case.reading.doubtful:
        hold_as_doubtful(case)
    else:
        case.close(Outcome.IGNORED, case.reading.reason)


def _tell_standing(case: Case, proposal: Proposal | None) -> bool:
    """Answer how the sender's proposals stand. False when a person must: nothing is known of them, or a decision
    has not been told yet."""
    to, cards = case.mail.sender, _standing(case)
    if to is None or not cards:
        return False
    unread, asks = case.reading.unread, case.reading.kind is Kind.QUESTION
    said = Transcript(standing=cards, unread=unread, passed_on=bool(unread), asks=asks)
    if unread:
        leave_to_people(case, "asks how things stand, and more", proposal)
    else:
        case.close(Outcome.FOLLOW_UP, "asks how things stand", proposal)
    # The same news once a day: a robot that asks is not answered for ever.
    news = store.content_hash(
        f"{to.address.casefold()} {[(c.number, c.state, c.missing) for c in cards]}".encode()
    )
    key = f"standing/{news[:16]}/{case.now.date().isoformat()}"
    answer(case, said, to, key, case.reading.language or cards[0].letter_language)
    return True


def _standing(case: Case) -> tuple[ProposalCard, ...]:
    """The sender's proposals; none at all while one's decision is known to the organisers alone."""
    theirs = [p for p in store.proposals_of(case.db, case.sender) if speaks_for(p, case.mail.sender)]
    told = all(p.state not in DECIDED or store.was_told(case.db, p.id, State(p.state)) for p in theirs)
    return tuple(case.card(p) for p in theirs) if told else ()


# --- What changes something ------------------------------------------------------------------------------


def _deal(case: Case, proposal: Proposal) -> None:
    """Do what the message asks of this proposal, or leave it to a person where that could be a mistake."""
    name, kind, wishes = named(case, [proposal]), case.reading.kind, case.reading.wishes
    if case.entry.approved:
        trust_sender(case, proposal)
    undo = Wish.UNDO in wishes
    if not (speaks_for(proposal, case.mail.sender) or case.entry.approved):
        # Anybody can write an organiser's address into From, or pass a mail on with another text.
        reason = f"{case.sender}, who is none of its speakers, asks to change or withdraw {name}"
        case.hold("change_by_other", reason, proposal, names=name, sender=case.sender)
    elif proposal.state == State.WITHDRAWN and undo:
        _finish(case, proposal, [restore(case, proposal)])
    elif proposal.state == State.WITHDRAWN and kind is Kind.WITHDRAWAL and case.entry.proposal_id is not None:
        case.close(Outcome.FOLLOW_UP, f"{name} is withdrawn already", proposal)  # said again in saying which
    elif store.known_state(case.db, proposal) in OVER or undo:
        # Second thoughts, mostly: "please ignore my withdrawal" speaks of withdrawing too.
        leave_to_people(case, f"writes about {name}, which is {proposal.state}", proposal)
        pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL and not _sure(case, proposal):
        # "I cannot come in the afternoon" withdraws nothing.
        reason = f"may want to withdraw {name}, or only says when they cannot come"
        case.hold("unsure_withdrawal", reason, proposal, names=name)
        pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL:
        _finish(case, proposal, [withdraw(case, proposal)])
    else:
        _change(case, proposal)


def _sure(case: Case, proposal: Proposal) -> bool:
    """Whether a withdrawal is meant: said plainly, or the answer to our question whether they will come."""
    if case.entry.approved:
        return True
    asked = proposal.state == State.ACCEPTED and _was_asked(case) and case.reading.confidence != UNSURE
    # Of several speakers one may stay away and another give the talk.
    sure = case.reading.confidence >= (SURE if len(proposal.speakers) < 2 else OF_THE_TALK)
    return (asked or sure) and Wish.CONFIRM not in case.reading.wishes


def _change(case: Case, proposal: Proposal) -> None:
    """Put in what is new, and note that they will come."""
    name, wishes = named(case, [proposal]), case.reading.wishes
    found = next(iter(case.reading.proposals), None) if case.reading.kind is Kind.REVISION else None
    left = _unknown(case, proposal, found) if found else ()
    changed = revise(case, proposal, found) if found else None
    deeds = [changed] if changed else []
    # As the speaker knows, and still: the organisers may have decided otherwise, though no letter has told it yet.
    if Wish.CONFIRM in wishes and {store.known_state(case.db, proposal), State(proposal.state)} <= PLACED:
        deeds.append(confirm(case, proposal))
    if deeds or (Wish.CONFIRM in wishes and not left):
        _finish(case, proposal, deeds, left)
    elif found and found.speakers and case.reading.unread and not left:
        # Everybody named is known: which of them presents is for the organisers to read.
        leave_to_people(case, f"names speakers of {name}", proposal)
        pass_on(case, proposal)
    else:
        reason = f"wants to change {name}, but what is to change could not be read"
        case.hold("unclear_change", reason, proposal, names=name)
        pass_on(case, proposal)


def _unknown(case: Case, proposal: Proposal, found: ProposalFound) -> tuple[str, ...]:
    """The sentences that take somebody off the talk of whom it is not clear which of its speakers they are."""
    known = [speaker.name for speaker in proposal.speakers]
    names = [name for name in found.removes_speakers if not meant(name, known)]
    said = sentences(case.reading.own_text)
    return tuple(dict.fromkeys(next((one.said for one in said if name in one.said), name) for name in names))


def _finish(case: Case, proposal: Proposal, deeds: Sequence[Deed], left: Sequence[str] = ()) -> None:
    """Close the message and owe the one letter that answers it. Without a deed it tells how things stand. `left`:
    what of the message could not be done."""
    own = speaks_for(proposal, case.mail.sender)
    rest = (*case.reading.unread, *left, *_unclear_times(proposal, deeds)) if own else ()
    unread = tuple({_begins(sentence): sentence for sentence in reversed(rest)}.values())[::-1]
    asks = case.reading.kind is Kind.QUESTION or any("?" in sentence for sentence in unread)
    standing = _standing(case) if own and (not deeds or Wish.STATUS in case.reading.wishes) else ()
    done = (
        ", ".join(f"{DONE[deed.did]} {named(case, [proposal])}" for deed in deeds) or "will come, if accepted"
    )
    passed_on = bool(unread) or (own and case.reading.kind is Kind.QUESTION)
    if passed_on or not (deeds or standing) or any(deed.did is Did.LEFT_WITHDRAWN for deed in deeds):
        leave_to_people(case, done, proposal)
    else:
        case.close(Outcome.FOLLOW_UP, done, proposal)
    if not deeds and not standing:
        pass_on(case, proposal)
        return
    to = correspondent(case, proposal)
    if to is not None:
        said = Transcript(tuple(deeds), standing, unread=unread, passed_on=passed_on, asks=asks, own=own)
        # What changes nothing is said once a day: a robot may say it again and again.
        anew = any(deed.before != deed.after for deed in deeds)
        key = f"transcript/{case.entry.id}" if anew else f"told/{proposal.id}/{case.now.date().isoformat()}"
        answer(case, said, to, key, proposal.letter_language)
        _tell_contact(case, proposal, deeds, to)


def _begins(sentence: str) -> str:
    """By what a sentence is known again, of which the reader may have shortened the end."""
    return " ".join(sentence.split()).strip(" -–—*•")[:SAME]


def _tell_contact(case: Case, proposal: Proposal, deeds: Sequence[Deed], told: Address) -> None:
    """Whoever proposed it learns that another speaker has withdrawn it, and can undo that."""
    contact, withdrawn = proposal.contact, tuple(deed for deed in deeds if deed.did is Did.WITHDRAWN)
    if not withdrawn or contact is None or contact.casefold() == told.address.casefold():
        return
    said = Transcript(withdrawn, own=False, by=told.name or told.address)
    to = Address(proposal.contact_name or "", contact)
    answer(case, said, to, f"transcript/{case.entry.id}/contact", proposal.letter_language)


def _unclear_times(proposal: Proposal, deeds: Sequence[Deed]) -> tuple[str, ...]:
    """What a speaker who is on the programme says of times, where no half-day was understood: it may well be that
    they do not come at all."""
    said = any(deed.before.availability != deed.after.availability for deed in deeds)
    placed = proposal.state in PLACED
    return (
        (proposal.availability,)
        if placed and said and not proposal.half_days and proposal.availability
        else ()
    )


def _as_new(case: Case) -> None:
    """A "revision" of something unknown that carries a whole proposal is a proposal."""
    results = [take_proposal(case, found) for found in case.reading.proposals]
    case.close(results[0].outcome, "a whole proposal, though it speaks of a change", results[0].proposal)
    tell(case, results)
