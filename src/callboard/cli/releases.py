"""The commands about drafts: `programme drafts`, `programme diff`, `programme release`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from callboard import store
from callboard.cli.context import out, print_json, print_table, worker
from callboard.desk import orders
from callboard.desk.pinning import Obstacle
from callboard.errors import ConfigError
from callboard.model import Draft
from callboard.passreport import PassReport
from callboard.programme import drafts
from callboard.programme.pins import LOOKS_LIKE, Pin, PinError, read_pin
from callboard.programme.timetable import Programme
from callboard.reading.order import Order, Verb
from callboard.worker import Worker

_OBSTACLES = {
    Obstacle.NO_TIME: "there is no such time of day",
    Obstacle.OUTSIDE: "no day of the programme has that time; callboard programme says what it looks like",
    Obstacle.NO_DAY: "the event has no such day",
    Obstacle.NO_ROOM: "there is no such room; [programme] rooms names them",
    Obstacle.ITSELF: "it takes two talks",
    Obstacle.CONFIGURED: "it stands in the configuration: take it out of [programme] pins",
    Obstacle.NOTHING: "it is not pinned; callboard programme pins lists what is",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="drafts")(list_drafts)
    app.command()(diff)
    app.command()(release)
    app.command()(pin)
    app.command()(unpin)
    app.command()(pins)


def list_drafts(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List the drafts of the programme, and which one is public."""
    with worker(context) as at_work, at_work.sessions() as db:
        public, found = drafts.released(db), drafts.every(db)
        rows = [(d.number, d.made_at, len(Programme.from_json(d.content).talks), d is public) for d in found]
    if as_json:
        print_json(
            [{"number": n, "made_at": at, "talks": talks, "public": shown} for n, at, talks, shown in rows]
        )
    elif not rows:
        out.print("There is no draft yet; callboard programme makes one.")
    else:
        lines = [
            (n, f"{at:%Y-%m-%d %H:%M}", talks, "public" if shown else "") for n, at, talks, shown in rows
        ]
        print_table("", ("Draft", "Made (UTC)", "Talks", ""), lines)


def diff(
    context: typer.Context,
    before: Annotated[
        int | None, typer.Argument(help="The earlier draft; not named: the public one.")
    ] = None,
    after: Annotated[int | None, typer.Argument(help="The later draft; not named: the newest.")] = None,
) -> None:
    """Say in words what moved between two drafts, and why."""
    with worker(context) as at_work, at_work.sessions() as db:
        one = drafts.find(db, before) if before is not None else drafts.released(db)
        if one is None:
            raise ConfigError("no draft is public yet; name two: callboard programme diff 1 2")
        other = drafts.find(db, after)
        if before is None and one.number == other.number:
            out.print(f"Draft {one.number} is public, and none is newer.")
        else:
            _say_moves(at_work, one, other)


def release(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="Which draft; not named: the newest.")] = None,
) -> None:
    """Make a draft public. Each accepted speaker whose time or room is new is told with the next pass."""
    with worker(context) as at_work, at_work.leased():
        report = PassReport()
        at_work.publish(report)
        done = _release(at_work, number)
        at_work.publish(report, anew=True)
        if report.problems:
            raise ConfigError(report.problems[0])
        with at_work.sessions() as db:
            _say_release(at_work, db, done)


def pin(
    context: typer.Context,
    line: Annotated[str, typer.Argument(help=f"What to fix: {LOOKS_LIKE}.")],
) -> None:
    """Fix something in the programme, by the proposals' numbers; the next draft keeps to it."""
    with worker(context) as at_work:
        done = _ordered(at_work, Verb.PIN, _pin(line))
        out.print(f"Pinned: {done.pins[0].text}", markup=False, highlight=False)


def unpin(
    context: typer.Context,
    line: Annotated[str, typer.Argument(help="What was pinned, or a proposal's number: all about it.")],
) -> None:
    """Let something go again that was pinned."""
    with worker(context) as at_work:
        done = _ordered(at_work, Verb.UNPIN, int(line) if line.isdecimal() else _pin(line))
        for pin in done.pins:
            out.print(f"No longer pinned: {pin.text}", markup=False, highlight=False)


def _pin(line: str) -> Pin:
    try:
        return read_pin(line)
    except PinError as error:
        raise ConfigError(str(error)) from error


def _ordered(at_work: Worker, verb: Verb, wanted: Pin | int) -> orders.Done:
    """What is fixed in the programme, or let go. Raises ConfigError where it cannot be."""
    text, numbers = (None, (wanted,)) if isinstance(wanted, int) else (wanted.text, wanted.numbers)
    order = Order(verb, text or str(numbers[0]), numbers, arrangement=text)
    with at_work.sessions.begin() as db:
        done = _carried_out(at_work, db, order)
    if done.result is orders.Result.UNKNOWN:
        raise ConfigError(f'"{order.line}": there is no proposal {done.number}; callboard list shows all')
    if done.result is orders.Result.WITHDRAWN:
        raise ConfigError(f'"{order.line}": proposal {done.number} was withdrawn')
    if done.obstacle is not None and done.obstacle is not Obstacle.AGAIN:
        raise ConfigError(f'"{order.line}": {_OBSTACLES[done.obstacle]}')
    return replace(done, pins=done.pins or (_pin(order.line),))


def pins(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """List what is pinned, in the configuration and by commands."""
    with worker(context) as at_work, at_work.sessions() as db:
        lines = [read.text for read in drafts.pins(db, at_work.config)]
    if as_json:
        print_json(lines)
    else:
        out.print("\n".join(lines) or "Nothing is pinned.", markup=False, highlight=False)


def _release(at_work: Worker, number: int | None) -> orders.Done:
    with at_work.sessions.begin() as db:
        drafts.find(db, number)
        order = Order(Verb.RELEASE, "programme release", numbers=(number,) if number else ())
        return _carried_out(at_work, db, order)


def _carried_out(at_work: Worker, db: Session, order: Order) -> orders.Done:
    """As an organiser's order is, so that it stands in the trail and can be undone."""
    now = at_work.clock()
    voice = orders.Voice(store.COMMAND_LINE, f"command/{now.isoformat()}")
    (done,) = orders.carry_out(db, at_work.desk, voice, [order], now)
    return done


def _say_release(at_work: Worker, db: Session, done: orders.Done) -> None:
    letters = f"{done.count} {'letter leaves' if done.count == 1 else 'letters leave'} with the next pass"
    out.print(f"Draft {done.draft} is public; {letters}.")
    if done.draft_before not in (None, done.draft):
        _say_moves(at_work, drafts.find(db, done.draft_before), drafts.find(db, done.draft))


def _say_moves(at_work: Worker, before: Draft, after: Draft) -> None:
    found = drafts.differences(before, after)
    if not found:
        out.print(f"No talk has another place in draft {after.number} than in draft {before.number}.")
        return
    out.print(f"From draft {before.number} to draft {after.number}:")
    words = at_work.templates.render(
        "pages/moves.txt", moves=found, clashes=(), prefix=at_work.config.call.prefix
    )
    out.print(words.rstrip("\n"), markup=False, highlight=False)
