"""Which of their proposals does somebody mean? They are asked once, and their answer settles the message that waits."""

from __future__ import annotations

from collections.abc import Sequence

from callboard import store
from callboard.desk import replies
from callboard.desk.case import Case
from callboard.desk.matching import named, near, references_in, speaks_for
from callboard.model import InboxEntry, Outcome, Proposal
from callboard.reading.choice import ordinal
from callboard.reading.result import Kind, Reading, Wish

LETTER = "which"
BARE = 100  # characters of a mail that names a proposal and does nothing else
AN_ANSWER = 300  # characters of one that chooses by place: "the second one"


def wants_change(reading: Reading) -> bool:
    """Whether a mail wants something done to a proposal."""
    return reading.kind in (Kind.REVISION, Kind.WITHDRAWAL) or not {Wish.CONFIRM, Wish.UNDO}.isdisjoint(
        reading.wishes
    )


def ask(case: Case, among: Sequence[Proposal]) -> None:
    """Hold the message, and ask its sender which of these it is about. Nobody but their speaker is asked."""
    names = named(case, among)
    case.hold("ambiguous", f"wants to change a proposal; it may be any of {names}", names=names)
    mine = [p for p in among if speaks_for(p, case.mail.sender)]
    to = case.mail.sender
    if to is None or mine != list(among):
        return
    letter = replies.which(
        case.desk.templates,
        case.desk.call,
        [case.card(p) for p in among],
        to,
        case.reading.own_text,
        among[0].letter_language,
    )
    case.owe(letter, f"{LETTER}/{case.entry.id}", None)


def settle(case: Case) -> Proposal | None:
    """The proposal that this mail names in answer to our question; the message that waited for it is read again,
    as one about that proposal. None when it answers no such question, or does not say which.

    Without the thread only a mail that says nothing else is taken for an answer.
    """
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    asked = letter.entry_id if letter is not None and letter.kind == LETTER else None
    own = case.reading.own_text
    if asked is None and (letter is not None or len(own) > BARE or "?" in own or wants_change(case.reading)):
        return None
    held = store.asked_about(case.db, case.sender, asked)
    if held is None or held.id == case.entry.id or case.forged:
        return None
    chosen = _chosen(case, _candidates(case, held), by_place=asked is not None)
    if chosen is not None:
        held.outcome, held.proposal_id, held.processed_at = Outcome.WAITING, chosen.id, None
    return chosen


def _candidates(case: Case, held: InboxEntry) -> list[Proposal]:
    """What the sender was asked about, in the letter's order, as far as it is still theirs."""
    numbers = [int(name.rpartition("-")[2]) for name in str(held.reason_values.get("names", "")).split(", ")]
    found = (case.db.get(Proposal, number) for number in numbers)
    return [p for p in found if p is not None and speaks_for(p, case.mail.sender)]


def _chosen(case: Case, among: Sequence[Proposal], *, by_place: bool) -> Proposal | None:
    """The one that the mail names: by reference, by title, or by its place in our letter."""
    own = case.reading.own_text
    references = references_in(own, case.desk.call.prefix)
    fits = [p for p in among if named(case, [p]) in references]
    if not references:
        lines = own[:AN_ANSWER].splitlines()
        titles = [store.folded(p.title) for p in among]
        said = store.folded(own)
        fits = [
            p
            for p, title in zip(among, titles, strict=True)
            if title and (title in said or any(near(p.title, line) for line in lines))
        ]
    if not fits and by_place and not references and len(own) <= AN_ANSWER:
        place = ordinal(own)
        index = -1 if place == -1 else (place or 0) - 1
        fits = [among[index]] if place is not None and -1 <= index < len(among) else []
    return fits[0] if len(fits) == 1 else None
