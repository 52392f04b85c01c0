"""What people must answer: it stands in the digest, goes to the organisers at once where they wish it, and its
sender is told that they have it."""

from __future__ import annotations

from datetime import timedelta

from callboard import store
from callboard.desk import replies
from callboard.desk.aside import answers_an_organiser, talks_to_others
from callboard.desk.case import Case
from callboard.desk.matching import speaks_for
from callboard.desk.mime import ADDRESS
from callboard.desk.outbox import owe
from callboard.desk.replies import Transcript
from callboard.mailroom.incoming import Address
from callboard.model import Outcome, Proposal
from callboard.reading.result import Kind

A_DAY = timedelta(days=1)


def leave_to_people(case: Case, reason: str, proposal: Proposal | None) -> None:
    """Close the message as one that a person answers."""
    case.close(Outcome.QUESTION, reason, proposal)
    if case.desk.settings.questions == "at once":
        _tell_at_once(case, proposal)


def _tell_at_once(case: Case, proposal: Proposal | None) -> None:
    """Owe each organiser the message itself. One who has had too many letters today finds it in the digest."""
    who = case.mail.sender
    if who is None or not ADDRESS.fullmatch(who.address):
        return
    card = case.card(proposal) if proposal else None
    text = case.reading.own_text or case.mail.text
    most = case.desk.settings.max_per_address_per_day
    references = (*case.mail.references, *((case.mail.message_id,) if case.mail.message_id else ()))
    for position, organiser in enumerate(case.desk.call.organisers):
        to = organiser.address
        if not to or to.casefold() == who.address.casefold():
            continue
        if store.letters_since(case.db, to, case.now - A_DAY) >= most:
            continue
        letter = replies.question(case.desk.templates, case.desk.call, organiser, who, text, card)
        key = f"question/{case.entry.id}/{position}"
        # Without the proposal: the speaker's letters must not refer to one that the speaker never had.
        owe(case.db, case.desk, letter, key, case.now, references=references, entry=case.entry)


def pass_on(case: Case, proposal: Proposal | None) -> None:
    """Tell the speaker that a person will answer; once a day, whatever else they (or their robot) write. Who answers
    an organiser, or writes to a co-author, is in conversation with a person already."""
    to = case.mail.sender
    if to is None or case.desk.call.is_organiser(to.address):
        return
    if answers_an_organiser(case) or talks_to_others(case):
        return
    about = case.card(proposal) if proposal else None
    asks = case.reading.kind is not Kind.OTHER or any("?" in sentence for sentence in case.reading.unread)
    said = Transcript(about=about, passed_on=True, asks=asks)
    who = store.content_hash(to.address.casefold().encode())[:16]
    fallback = proposal.letter_language if proposal else case.desk.call.language
    answer(
        case, said, to, f"passed-on/{who}/{case.now.date().isoformat()}", case.reading.language or fallback
    )


def answer(case: Case, said: Transcript, to: Address, key: str, language: str | None) -> None:
    """Owe the transcript, about its one proposal; about none where it speaks of several, so that an answer to it
    is not taken for one about the first."""
    settings = case.desk.settings
    letter = replies.transcript(
        case.desk.templates,
        case.desk.call,
        said,
        to,
        case.desk.sender,
        language,
        confirm=settings.ask_to_confirm,
    )
    cards = said.cards
    case.owe(letter, key, case.db.get(Proposal, cards[0].number) if len(cards) == 1 else None)


def correspondent(case: Case, proposal: Proposal) -> Address | None:
    """Who is told what happened: the speaker who wrote; if an organiser did, the proposal's contact."""
    if speaks_for(proposal, case.author):
        return case.author
    return Address(proposal.contact_name or "", proposal.contact) if proposal.contact else None
