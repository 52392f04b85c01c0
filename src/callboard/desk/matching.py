"""Which proposal a mail is about, and whether its sender may change it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.database import numbered
from callboard.desk.case import Case
from callboard.desk.threads import in_thread_of
from callboard.mailroom.incoming import Address, IncomingMail
from callboard.model import InboxEntry, Outcome, Proposal
from callboard.proposals import State
from callboard.reading.result import ProposalFound, Thread
from callboard.reading.subject import answers, bare, is_forward

SIMILAR = 0.85  # of two titles: the same talk under a corrected title
CHANGEABLE = (State.SUBMITTED, State.ACCEPTED, State.CONFIRMED, State.WAITLISTED)
ENOUGH = 12_000  # characters of a mail in which a reference is looked for
SHORTEST_TITLE = 10  # letters, of one that is looked for in a mail
HALF = 0.5  # of the words of two abstracts
MOST = 0.75  # of them, below the proposal: the same talk under whatever title


def copy_of(case: Case) -> InboxEntry | None:
    """The earlier message that this one repeats: the same bytes, or the same Message-ID, sender and text.

    A Message-ID alone is not enough: some programs keep it when a sent mail is edited as new, and nobody's
    mail may be lost to that.
    """
    entry = case.entry
    for other in store.earlier_entries(case.db, entry):
        if other.outcome == Outcome.COPY and other.reason == copy_reason(entry):
            continue  # this one was held and is read once more
        same_words = other.sender == entry.sender and other.text_hash == entry.text_hash
        if other.content_hash == entry.content_hash or (other.message_id == entry.message_id and same_words):
            return other
    return None


def copy_reason(original: InboxEntry) -> str:
    """Why a message that repeats that one has no other outcome."""
    return f"a copy of message {original.id}"


def same_proposal(case: Case, found: ProposalFound) -> Proposal | None:
    """A proposal with the same words: a co-author's copy, a mail sent again, a Cc that took another way.

    Without both title and abstract the words say too little; then it must come from the same person.
    """
    if not (found.title or found.abstract):
        return None
    for proposal in store.proposals_like(case.db, store.fingerprint(found.title, found.abstract)):
        if (found.title and found.abstract) or speaks_for(proposal, case.author):
            return proposal
    return None


def speaks_for(proposal: Proposal, who: Address | None) -> bool:
    """Whether this address is the proposal's contact, or one of its speakers' that may change it."""
    if who is None:
        return False
    wanted = who.address.casefold()
    theirs = [proposal.contact, *(s.email for s in proposal.speakers if s.may_change)]
    return any(a is not None and a.casefold() == wanted for a in theirs)


def proven(case: Case) -> bool:
    """Whether more than From shows that the sender wrote this: it answers a letter of ours that went to their address,
    whose Message-ID nobody else knows, and our mail server, where it stamps who wrote a mail (RFC 8601), says so too.
    Or a person has looked."""
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    theirs = letter is not None and letter.recipient.casefold() == case.sender.casefold()
    return case.entry.approved or (theirs and not case.unproven)


def may_change(case: Case, proposal: Proposal) -> bool:
    """Whether the sender is one of its speakers, or an organiser."""
    return speaks_for(proposal, case.mail.sender) or case.desk.call.is_organiser(case.sender)


def thread_of(db: Session, call: Call, mail: IncomingMail) -> Thread:
    """As what a mail is to be read, though it names no reference of ours."""
    named = (*mail.references, *mail.in_reply_to)
    if named and store.answers_speakers_letter(db, named):
        return Thread.OURS
    if mail.sender is None or is_forward(mail.subject) or not (found := in_thread_of(db, mail)):
        return Thread.NEW
    theirs = call.is_organiser(mail.sender.address) or any(speaks_for(p, mail.sender) for p in found)
    # On a list people discuss below a proposal, its speakers too.
    if theirs and mail.list_id is None:
        return Thread.OURS
    return Thread.THEIRS if _repeats_subject(db, mail) else Thread.NEW


def _repeats_subject(db: Session, mail: IncomingMail) -> bool:
    """Whether a mail has the subject of what it answers. Some people press "reply" to write to the same address about
    something else, and type a subject of their own."""
    ours = bare(mail.subject).casefold()
    subjects = filter(None, map(bare, store.subjects_of_messages(db, (*mail.references, *mail.in_reply_to))))
    # Not every program's mark for an answer is known.
    return answers(mail.subject) or any(ours.endswith(one.casefold()) for one in subjects)


def candidates(case: Case) -> Sequence[Proposal]:
    """The proposals that a mail may be about: what was settled already, the thread and the references in its
    own words, those in its quotes, everything its sender has proposed that fits."""
    if (
        case.entry.proposal_id is not None
    ):  # somebody has looked at it, or its sender has said which they mean
        return [case.db.get_one(Proposal, case.entry.proposal_id)]
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    own = _of_references(case, references_in(case.reading.own_text, case.desk.call.prefix))
    if letter is not None and letter.proposal_id is not None:
        # Whoever answers about P-7 and writes "P-8" means either: they are asked.
        thread = case.db.get_one(Proposal, letter.proposal_id)
        return [thread, *(p for p in own if p is not thread and may_change(case, p))]
    author = case.author
    theirs = store.proposals_of(case.db, author.address) if author else []
    below = _fitting(case, case.thread)
    named = own or below or _of_references(case, case.reading.references)
    if named and not any(may_change(case, p) for p in named):
        # A mistyped number, or one that another installation gave: the title says it better.
        return [p for p in theirs if _names_title(case, p)] or named
    return named or _fitting(case, theirs)


def about(case: Case) -> Sequence[Proposal]:
    """What the thread of a mail is about: the letter of ours in it, or the messages that it answers."""
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    if letter is not None and letter.proposal_id is not None:
        return [case.db.get_one(Proposal, letter.proposal_id)]
    return case.thread


def references_in(text: str, prefix: str) -> tuple[str, ...]:
    """Our references in a text ("P-7", "p-083"), each once."""
    found = re.findall(rf"(?<![\w/-]){re.escape(prefix)}-(\d{{1,9}})(?![\w-])", text[:ENOUGH], re.IGNORECASE)
    return tuple(dict.fromkeys(f"{prefix}-{number}" for number in found))


def _of_references(case: Case, references: Sequence[str]) -> Sequence[Proposal]:
    numbers = [int(r.rpartition("-")[2]) for r in references if r.rpartition("-")[2].isdecimal()]
    # A number too large for a key was never one of ours.
    found = (numbered(case.db, Proposal, number) for number in dict.fromkeys(numbers))
    return [p for p in found if p is not None]


def _fitting(case: Case, theirs: Sequence[Proposal]) -> Sequence[Proposal]:
    """Of several by one sender, the one whose title the mail has, in its words or nearly so in its subject or
    as the new title; all of them where that tells nothing."""
    if len(theirs) < 2:
        return theirs
    lines = (case.mail.subject.rpartition(":")[2], *(f.title or "" for f in case.reading.proposals))
    fits = [p for p in theirs if _names_title(case, p) or any(near(p.title, line) for line in lines)]
    return fits if len(fits) == 1 else theirs


def _names_title(case: Case, proposal: Proposal) -> bool:
    """Whether the mail, quotes included, has the proposal's title."""
    title = store.folded(proposal.title)
    return len(title) >= SHORTEST_TITLE and title in store.folded(
        f"{case.mail.subject}\n{case.reading.full_text}"
    )


def corrected_by(case: Case, found: ProposalFound) -> Proposal | None:
    """The same person's proposal that this text corrects: named by the thread, or of nearly the same title."""
    mine = [p for p in candidates(case) if p.state in CHANGEABLE and speaks_for(p, case.author)]
    below = case.thread
    near = [p for p in mine if same_talk(p, found) or (p in below and same_text(p, found))]
    if len(near) == 1:
        return near[0]
    answer = bool(case.reading.references) or answers_a_letter(case) or bool(below)
    if len(mine) == 1 and answer and (found.title is None or not mine[0].title or not mine[0].abstract):
        return mine[0]
    return None


def answers_a_letter(case: Case) -> bool:
    """Whether the mail belongs to a thread that holds a letter of ours."""
    return store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to)) is not None


def near(title: str | None, other: str | None) -> bool:
    """Whether two titles of some length are the same but for a correction."""
    ours, theirs = store.folded(title)[:300], store.folded(other)[:300]
    if min(len(ours), len(theirs)) < SHORTEST_TITLE:
        return ours == theirs != ""
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= SIMILAR


def same_talk(proposal: Proposal, found: ProposalFound) -> bool:
    """Whether a text is the proposal, corrected: the same title, or nearly the same title and much of the abstract.

    Titles that differ in a number ("part 1", "part 2") are two talks.
    """
    ours, theirs = store.folded(proposal.title)[:300], store.folded(found.title)[:300]
    if not ours or not theirs:
        return False
    if ours == theirs:
        return True
    if re.findall(r"\d+", ours) != re.findall(r"\d+", theirs):
        return False
    return near(ours, theirs) and (
        shared_words(proposal.abstract, found.abstract) >= HALF or not (proposal.abstract and found.abstract)
    )


def same_text(proposal: Proposal, found: ProposalFound) -> bool:
    """Whether a text is the proposal's, corrected, under whatever title."""
    return shared_words(proposal.abstract, found.abstract) >= MOST


def shared_words(one: str | None, other: str | None) -> float:
    """Which part of the words of the shorter text the other has too, 0 to 1."""
    a, b = (set((text or "").casefold().split()) for text in (one, other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def named(case: Case, proposals: Sequence[Proposal]) -> str:
    """Their references in one line: "P-7, P-8"."""
    return ", ".join(f"{case.desk.call.prefix}-{p.id}" for p in proposals)
