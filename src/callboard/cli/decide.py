"""The organisers' decisions from the terminal: `accept`, `decline`, `waitlist`, `vote`, `note`, `undo`,
`send-decisions`. They do what an answer to the digest does, by the same code, and stand in the same audit trail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from callboard import store
from callboard.call import Call
from callboard.cli.context import MOST, out, printable, worker
from callboard.cli.review import CONFLICTS, missing
from callboard.desk import orders, review
from callboard.desk.orders import Done, Result, Voice
from callboard.desk.wording import one_line
from callboard.errors import ConfigError
from callboard.model import LetterState
from callboard.reading.orders import Order, Verb
from callboard.worker import Worker

Number = Annotated[
    int, typer.Argument(min=1, max=MOST, metavar="NUMBER", help="Its number, as callboard list shows it.")
]
Numbers = Annotated[
    list[int],
    typer.Argument(
        min=1, max=MOST, metavar="NUMBER...", help="Numbers of proposals, as callboard list shows them."
    ),
]
Comment = Annotated[
    str | None, typer.Option("--comment", help="A sentence for the speaker, put into the letter.")
]
Quiet = Annotated[bool, typer.Option("--no-letter", help="Write no letter; you tell the speaker yourself.")]
Organiser = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="ADDRESS", envvar="CALLBOARD_ORGANISER", help="The organiser whose opinion it is."
    ),
]
SCORE = re.compile(r"(\d+(?:[.,]\d+)?)/(\d+)")


class Said(StrEnum):
    """What `vote` takes as an opinion."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    MAYBE = "maybe"
    CONFLICT = "conflict"
    NO_CONFLICT = "no-conflict"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (accept, decline, waitlist, vote, note, undo):
        app.command()(command)
    app.command(name="send-decisions")(send_decisions)


def accept(
    context: typer.Context,
    numbers: Numbers,
    comment: Comment = None,
    no_letter: Quiet = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Also one that was withdrawn.")] = False,
) -> None:
    """Accept proposals, whatever the organisers' votes say.

    Each speaker gets a letter once [review] decision_delay_minutes have gone by; until then callboard undo takes it
    back.
    """
    _decide(context, Verb.ACCEPT, numbers, comment, tells=not no_letter, reopens=reopen)


def decline(
    context: typer.Context, numbers: Numbers, comment: Comment = None, no_letter: Quiet = False
) -> None:
    """Decline proposals, whatever the organisers' votes say. The letter waits as for callboard accept."""
    _decide(context, Verb.DECLINE, numbers, comment, tells=not no_letter)


def waitlist(
    context: typer.Context, numbers: Numbers, comment: Comment = None, no_letter: Quiet = False
) -> None:
    """Put proposals on the waiting list, whatever the votes say. The letter waits as for callboard accept.

    The place of an accepted talk that is withdrawn goes to the one that has been on the list for longest.
    """
    _decide(context, Verb.WAITLIST, numbers, comment, tells=not no_letter)


def vote(
    context: typer.Context,
    number: Number,
    opinion: Annotated[Said, typer.Argument(help="What the organiser thinks of it.")],
    organiser: Organiser = None,
    score: Annotated[str | None, typer.Option(help='A score, such as "4/5".')] = None,
    comment: Annotated[str | None, typer.Option(help="For the other organisers.")] = None,
    to_speaker: Annotated[str | None, typer.Option(help="For the speaker, put into the letter.")] = None,
) -> None:
    """Vote on a proposal for an organiser. What the votes decide is in [review] rule.

    Whose vote it is, --as says, or the variable CALLBOARD_ORGANISER; it may be left out where there is one organiser
    alone.
    """
    with worker(context) as at_work:
        by = _voter(at_work.config.call, organiser)
        order = Order(
            Verb(opinion.replace("-", "_")),
            _written("vote", number, opinion),
            (number,),
            score=_score(score),
            comment=comment,
            to_speaker=to_speaker,
        )
        _say(at_work, _carry_out(at_work, order, by), by)


def note(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="For the organisers alone.")],
    organiser: Organiser = None,
) -> None:
    """Write a comment beside a proposal. Speakers never see it; the next comment of the same person replaces it."""
    with worker(context) as at_work:
        by = _voter(at_work.config.call, organiser) if organiser else store.COMMAND_LINE
        order = Order(Verb.NOTE, _written("note", number), (number,), comment=text)
        _say(at_work, _carry_out(at_work, order, by), by)


def undo(context: typer.Context, organiser: Organiser = None) -> None:
    """Take the last decisions back, as long as their letters have not left.

    Undoes the last of these commands, or with --as the last answer of that organiser, by mail or here.
    """
    with worker(context) as at_work:
        by = _voter(at_work.config.call, organiser) if organiser else store.COMMAND_LINE
        done = _carry_out(at_work, Order(Verb.UNDO, "undo"), by)
        _say(at_work, done, by)
    raise typer.Exit(1 if any(one.result is not Result.DONE for one in done) else 0)


def send_decisions(context: typer.Context) -> None:
    """Let the decisions that wait for each other leave with the next pass: for [review] send = "together"."""
    with worker(context) as at_work:
        (done,) = _carry_out(at_work, Order(Verb.SEND, "send-decisions"), store.COMMAND_LINE)
    if done.count:
        out.print(f"{done.count} letters leave with the next pass: callboard once, or the running worker.")
    else:
        out.print("No decision waits to be sent.")


def _decide(
    context: typer.Context,
    verb: Verb,
    numbers: Sequence[int],
    comment: str | None,
    *,
    tells: bool,
    reopens: bool = False,
) -> None:
    """All or none: a wrong number changes nothing."""
    with worker(context) as at_work:
        order = Order(verb, _written(verb, *numbers), tuple(dict.fromkeys(numbers)), to_speaker=comment)
        by = store.COMMAND_LINE
        _say(at_work, _carry_out(at_work, order, by, tells=tells, reopens=reopens), by)


def _carry_out(
    at_work: Worker, order: Order, by: str, *, tells: bool = True, reopens: bool = False
) -> tuple[Done, ...]:
    """Do it in one commit; a number that is not there is a ConfigError, and nothing is done."""
    now = at_work.clock()
    voice = Voice(by, f"command/{now.isoformat()}", tells=tells, reopens=reopens)
    with at_work.sessions.begin() as db:
        for number in order.numbers:
            review.find(db, at_work.desk, number)
        done = orders.carry_out(db, at_work.desk, voice, [order], now)
        withdrawn = next((one.number for one in done if one.result is Result.WITHDRAWN), None)
        if withdrawn is not None:
            raise ConfigError(f"{at_work.config.call.prefix}-{withdrawn} was withdrawn; nothing was done")
        return done


def _written(*words: object) -> str:
    """As it stands in the audit trail."""
    return " ".join(map(str, words))


def _voter(call: Call, address: str | None) -> str:
    """The address of the organiser whose opinion it is, in lower case, or a ConfigError."""
    known = [o.address.casefold() for o in call.organisers if o.address]
    if address is None and len(known) == 1:
        return known[0]
    if address is None:
        raise ConfigError("whose vote is it? Name the organiser: --as ADDRESS")
    if address.strip().casefold() not in known:
        raise ConfigError(f"{address} is no organiser; the configuration names {', '.join(known)}")
    return address.strip().casefold()


def _score(written: str | None) -> float | None:
    """ "4/5" as 0.8; a ConfigError for what is none."""
    if written is None:
        return None
    found = SCORE.fullmatch(written.strip())
    given, most = (float(found[1].replace(",", ".")), int(found[2])) if found else (0.0, 0)
    if not 0 < most <= 100 or given > most:
        raise ConfigError(f"{written!r} is no score; write it as 4/5")
    return given / most


# --- What was done -------------------------------------------------------------------------------------


def _say(at_work: Worker, done: Sequence[Done], by: str) -> None:
    for one in done:
        out.print(printable(_sentence(at_work, one, by)), soft_wrap=True)


def _sentence(at_work: Worker, one: Done, by: str) -> str:
    """What became of an order, on one line."""
    if one.after is None:
        return "There is nothing to undo." if one.result is Result.NOTHING else "The letters have left."
    card = one.after
    talk = f"{card.reference} {card.state}: {one_line(card.title or '-')} ({one_line(card.names or '-')})."
    if one.result is Result.TOLD:
        return f"{talk} Its speaker has been told; that is not undone."
    if one.result is Result.NOTHING:
        return f"{talk} It was so before."
    if one.order.verb is Verb.UNDO:
        return f"{talk} Undone: {one.order.line}"
    if one.result is Result.NOT_COUNTED and one.tally is not None:
        reason = CONFLICTS[one.tally.recused[by].reason]
        return f"{talk} The vote does not count: {reason}. If it should: callboard vote {card.number} no-conflict"
    return f"{talk} {_rest(at_work, one)}".rstrip()


def _rest(at_work: Worker, one: Done) -> str:
    """When its letter leaves, or what is missing to a decision."""
    if one.before != one.after and one.letter is not None:
        if one.letter.state == LetterState.WAITING:
            return "The letter waits for callboard send-decisions; until then callboard undo takes it back."
        if one.letter.next_attempt <= at_work.clock():
            return "The letter leaves with the next pass: callboard once, or the running worker."
        leaves = one.letter.next_attempt.astimezone(at_work.config.call.zone)
        return f"The letter leaves after {leaves:%Y-%m-%d %H:%M}; until then callboard undo takes it back."
    verdict = one.tally.verdict if one.tally else None
    if verdict is not None and verdict.missing and one.order.verb is not Verb.NOTE:
        return f"Missing: {missing(at_work.config.call, verdict)}."
    return ""
