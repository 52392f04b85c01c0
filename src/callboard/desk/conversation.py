"""The conversation with a speaker: corrections, withdrawals, questions, thanks."""

from __future__ import annotations

from collections.abc import Sequence

from callboard import store
from callboard.desk import letters
from callboard.desk.case import Case
from callboard.desk.changes import revise, withdraw
from callboard.desk.matching import answers_a_letter, candidates, may_change, named, speaks_for
from callboard.desk.submission import take_proposal
from callboard.model import Outcome, Proposal
from callboard.proposals import State
from callboard.reading.result import Kind, Wish

SURE = 0.9  # of a withdrawal that is done at once


def follow_up(case: Case) -> None:
    """A revision, a withdrawal, a question, thanks, or nothing for us."""
    found = candidates(case)
    allowed = [p for p in found if case.entry.approved or may_change(case, p)]
    kind = case.reading.kind
    if kind is Kind.OTHER:
        _file_other(case, found)
    elif kind is Kind.QUESTION:
        _file_question(case, allowed)
    elif len(allowed) == 1:
        _change(case, allowed[0])
    elif found and not allowed:
        names = named(case, found)
        reason = f"{case.sender} wants to change {names} but is none of its speakers"
        case.hold("not_a_speaker", reason, found[0], sender=case.sender, names=names)
    elif allowed:
        names = named(case, allowed)
        case.hold("ambiguous", f"wants to change a proposal; it may be any of {names}", names=names)
    elif kind is Kind.REVISION and any(p.title and p.abstract for p in case.reading.proposals):
        _as_new(case)
    else:
        reason = f"wants to change a proposal, but none by {case.sender} is known"
        case.hold("none_known", reason, sender=case.sender)


def _file_other(case: Case, found: Sequence[Proposal]) -> None:
    """Thanks, or nothing for us. What else a known speaker writes, or anybody writes in answer to a letter of
    ours, is shown to the organisers, never ignored."""
    mine = [p for p in found if speaks_for(p, case.mail.sender)]
    proposal = next(iter((*mine, *found)), None)
    if not (mine or answers_a_letter(case)):
        case.close(Outcome.IGNORED, case.reading.reason)
    elif Wish.THANKS in case.reading.wishes:
        case.close(Outcome.FOLLOW_UP, "nothing to do: thanks", proposal)
    else:
        case.close(Outcome.QUESTION, "a message that a person should read", proposal)


def _file_question(case: Case, allowed: Sequence[Proposal]) -> None:
    """A person answers it. A known speaker is told so; a stranger is not, since the mail may be private."""
    proposal = allowed[0] if len(allowed) == 1 else None
    case.close(Outcome.QUESTION, case.reading.reason, proposal)
    if allowed:
        _pass_on(case, proposal)


def _change(case: Case, proposal: Proposal) -> None:
    """Do what a revision or a withdrawal asks, or leave it to a person where that could be a mistake."""
    name, kind = named(case, [proposal]), case.reading.kind
    if not (speaks_for(proposal, case.mail.sender) or case.entry.approved):
        # Anybody can write an organiser's address into From, or pass a mail on with another text.
        reason = f"{case.sender}, who is none of its speakers, asks to change or withdraw {name}"
        case.hold("change_by_other", reason, proposal, names=name, sender=case.sender)
    elif proposal.state in (State.WITHDRAWN, State.DECLINED):
        # Second thoughts, mostly: "please ignore my withdrawal" speaks of withdrawing too.
        case.close(Outcome.QUESTION, f"writes about {name}, which is {proposal.state}", proposal)
        _pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL and case.reading.confidence < SURE and not case.entry.approved:
        # "I cannot come in the afternoon" withdraws nothing.
        reason = f"may want to withdraw {name}, or only says when they cannot come"
        case.hold("unsure_withdrawal", reason, proposal, names=name)
        _pass_on(case, proposal)
    elif kind is Kind.WITHDRAWAL:
        withdraw(case, proposal)
        case.close(Outcome.FOLLOW_UP, f"withdrew {name}", proposal)
    elif case.reading.proposals and revise(case, proposal, case.reading.proposals[0]):
        case.close(Outcome.FOLLOW_UP, f"changed {name}", proposal)
    else:
        reason = f"wants to change {name}, but what is to change could not be read"
        case.hold("unclear_change", reason, proposal, names=name)
        _pass_on(case, proposal)


def _pass_on(case: Case, proposal: Proposal | None) -> None:
    """Tell the speaker that a person will answer; once a day, whatever else they (or their robot) write."""
    to = case.mail.sender
    if to is None or case.desk.call.is_organiser(to.address):
        return
    card = store.card_of(proposal, case.desk.call.prefix) if proposal else None
    code = case.reading.language or (card.letter_language if card else case.desk.call.language)
    letter = letters.passed_on(case.desk.templates, case.desk.call, card, to, code)
    who = store.content_hash(to.address.casefold().encode())[:16]
    case.owe(letter, f"passed-on/{who}/{case.now.date().isoformat()}", proposal)


def _as_new(case: Case) -> None:
    """A "revision" of something unknown that carries a whole proposal is a proposal."""
    results = [take_proposal(case, found) for found in case.reading.proposals]
    case.close(results[0][0], "a whole proposal, though it speaks of a change", results[0][1])
