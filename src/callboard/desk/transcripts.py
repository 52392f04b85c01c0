"""The letters that answer an organiser: what was understood and done, and all about one proposal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Organiser
from callboard.database import numbered
from callboard.desk import ballots, pinning
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Conflict
from callboard.desk.enclosures import Enclosed, enclose
from callboard.desk.letters import Letter, tidied, write
from callboard.desk.orders import LASTING, OPINIONS, Done, Result
from callboard.desk.outbox import Desk
from callboard.desk.pinning import Obstacle
from callboard.desk.rules import OF
from callboard.desk.wording import one_line, shorten
from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import Address, IncomingMail, read_mail
from callboard.model import LetterState, Proposal, Vote
from callboard.proposals import DECIDED, ProposalCard
from callboard.reading.orders import Unclear, Verb

WORDS = 600  # characters of one organiser's words for a speaker
LINE = 200  # characters of an order that are quoted back
MOST = 60  # lines of each kind
NEAREST = 3  # readings that are offered for a line that was not understood
WHOLE = 20_000  # characters of an abstract
UNDOES_NOT = (Verb.UNDO, *LASTING)  # to take these back, an order of its own is needed


def transcript(
    desk: Desk, organiser: Organiser, done: Sequence[Done], unclear: Sequence[Unclear], code: str
) -> Letter:
    """What was understood of an answer, what it did, what waits for whom, and how to undo it."""
    values = {
        "lines": [_line(desk, organiser, one) for one in done[:MOST]],
        "more": max(0, len(done) - MOST),
        "unclear": [
            {"line": one_line(one.line, LINE), "nearest": [one_line(n, LINE) for n in one.nearest[:NEAREST]]}
            for one in unclear[:MOST]
        ],
        "undoable": any(one.result is Result.DONE and one.order.verb not in UNDOES_NOT for one in done),
        "together": desk.review.send == "together",
        "example": next((one.number for one in done if one.after), 1),
        "code": code,
    }
    return _write(desk, "review", organiser, values)


def _write(desk: Desk, kind: str, organiser: Organiser, values: dict[str, object]) -> Letter:
    to, language = Address(organiser.name, organiser.address or ""), organiser.language or desk.call.language
    return write(desk.templates, kind, (language,), desk.call, to, **values)


def _line(desk: Desk, organiser: Organiser, one: Done) -> dict[str, object]:
    """One order, as the templates want it."""
    zone, verdict = desk.call.zone, one.tally.verdict if one.tally else None
    conflict = one.tally.recused.get((organiser.address or "").casefold()) if one.tally else None
    changed = one.before is not None and one.after is not None and one.before.state != one.after.state
    return {
        "order": one_line(one.order.line, LINE),
        "verb": one.order.verb.value,
        "votes": one.order.verb in OPINIONS,
        "result": one.result.value,
        "number": one.number,
        "reference": f"{desk.call.prefix}-{one.number}",
        "card": tidied(one.after) if one.after else None,
        "changed": changed,
        "overturns": one.overturns,
        "told": one.result is Result.TOLD,
        "leaves": one.letter.next_attempt.astimezone(zone)
        if one.letter
        and one.letter.state == LetterState.OWED
        and one.letter.next_attempt > one.letter.created_at  # else it leaves at once, and undo comes too late
        else None,
        "missing": verdict.missing if verdict and verdict.state is None else 0,
        "waits_for": [_name(desk, a) for a in verdict.waits_for] if verdict else [],
        "mean": verdict.mean if verdict else None,
        "of": OF,
        "score": one.order.score * OF if one.order.score is not None else None,
        "conflict": _conflict(conflict),
        "format": one.order.format,
        "comment": bool(one.order.comment),
        "to_speaker": bool(one.order.to_speaker),
        "too_late": bool(
            one.order.to_speaker and one.after and one.after.state in DECIDED and not one.letter
        ),
        **_words(organiser, one, changed=changed),
        "count": one.count,
        "draft": one.draft,
        "draft_before": one.draft_before,
        **_pinned(desk, one),
    }


def _words(organiser: Organiser, one: Done, *, changed: bool) -> dict[str, object]:
    """What the letter that waits says to the speaker, where this order changes that; and whether what was just said is
    not in it, since its author was outvoted."""
    mine = (organiser.address or "").casefold()
    behind = bool(one.order.to_speaker and one.letter and mine not in {said.organiser for said in one.words})
    told = one.letter is not None and not behind and (changed or one.order.to_speaker is not None)
    return {
        "words": " / ".join(one_line(said.words, WORDS) for said in one.words) if told else "",
        "words_stay": behind and one.result is Result.DONE,
    }


def _pinned(desk: Desk, one: Done) -> dict[str, object]:
    """What an order fixes in the programme or lets go, and what stands in its way."""
    outside = pinning.hours(desk) if one.obstacle is Obstacle.OUTSIDE else {}
    return {
        "obstacle": one.obstacle.value if one.obstacle else None,
        "hours": [{"date": day, "first": first, "last": last} for day, (first, last) in outside.items()],
        "rooms": [one_line(room, 60) for room in desk.programme.rooms],
        "pins": [
            {
                "kind": pin.kind.value,
                "references": [f"{desk.call.prefix}-{number}" for number in pin.numbers],
                "at": pin.at,
                "weekday": pin.day if isinstance(pin.day, int) else None,
                "date": pin.day if isinstance(pin.day, date) else None,
                "half": pin.half.value if pin.half else None,
                "room": one_line(pin.room, 60),
            }
            for pin in one.pins
        ],
    }


def _conflict(found: Conflict | None) -> dict[str, str] | None:
    return {"reason": found.reason.value, "whom": one_line(found.with_whom, 100)} if found else None


def _name(desk: Desk, address: str) -> str:
    found = desk.call.organiser(address)
    return one_line(found.name) if found else address


def full(
    db: Session, desk: Desk, organiser: Organiser, number: int, code: str, room: int = 0
) -> Letter | None:
    """Everything about one proposal, and the documents that it came with, as far as they fit into `room` bytes. None
    when there is no such one."""
    proposal = numbered(db, Proposal, number)
    if proposal is None:
        return None
    card = store.card_of(proposal, desk.call.prefix)
    near = ballots.circles(desk, store.cards(db, desk.call.prefix))
    counted = ballots.tally(db, desk, card, near)
    return whole(desk, organiser, card, counted, enclose(_mails(db, number), card.reference, room), code)


def whole(
    desk: Desk, organiser: Organiser, card: ProposalCard, counted: Tally, enclosed: Enclosed, code: str
) -> Letter:
    """All fields of a proposal, the whole abstract, every vote, its documents."""
    values: dict[str, object] = {
        "files": [{"name": file.name, "size": len(file.content)} for file in enclosed.files],
        "left_out": [{"name": file.name, "size": file.size} for file in enclosed.left_out],
        "card": replace(
            tidied(card),
            abstract=shorten(card.abstract, WHOLE) if card.abstract else None,
            bio=shorten(card.bio, WHOLE) if card.bio else None,
        ),
        "contact": one_line(card.contact, 320) if card.contact else None,
        "code": code,
        "votes": [_vote(desk, vote, recused=vote.organiser in counted.recused) for vote in counted.votes],
        "of": OF,
    }
    return replace(_write(desk, "full", organiser, values), files=enclosed.files)


def _vote(desk: Desk, vote: Vote, *, recused: bool) -> dict[str, object]:
    return {
        "who": _name(desk, vote.organiser),
        "opinion": vote.opinion,
        "score": vote.score * OF if vote.score is not None else None,
        "comment": one_line(vote.comment, 1_000) if vote.comment else None,
        "to_speaker": one_line(vote.to_speaker, 1_000) if vote.to_speaker else None,
        "recused": recused,
    }


def _mails(db: Session, number: int) -> Iterator[IncomingMail]:
    """The mails that a proposal came in, as far as they are kept, oldest first."""
    for entry_id in store.proposing_messages(db, number):
        raw = store.raw_of(db, entry_id)
        with suppress(UnreadableMail):
            if raw:
                yield read_mail(raw)
