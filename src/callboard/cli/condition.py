"""Commands that say how things stand: `status`, `health`, `metrics`, `queue`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from callboard import database, migrations
from callboard import health as judgement
from callboard import status as condition
from callboard.cli.calls import Collected, for_each
from callboard.cli.context import clock, opened, out, print_json, print_table, printable, read_calls
from callboard.config import Config
from callboard.errors import CallboardError, ConfigError
from callboard.fleet import queue as tasks
from callboard.health import Trouble, minutes
from callboard.status import MailboxLine, Status

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(status)
    app.command()(health)
    app.command()(metrics)
    app.command()(queue)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how everything stands: mailboxes, messages, letters, the programme. Changes nothing."""
    calls = read_calls(context, allow_blanks=True)
    collected = Collected(calls)

    def stand(config: Config) -> int:
        with opened(config, looking=True) as engine, database.open_sessions(engine)() as db:
            now = condition.status(db, config, clock())
        collected.add(config, dataclasses.asdict(now))
        if not as_json:
            _show(now)
        return 0

    code = for_each(calls, stand, headings=not as_json)
    if as_json:
        collected.print()
    raise typer.Exit(code)


def _show(now: Status) -> None:
    rows = [
        (m.name, _ago(m.last_success, now.at), _poll(m, now.at), _trouble(m, now.at)) for m in now.mailboxes
    ]
    if rows:
        print_table("", ("Mailbox", "Last read", "Next, with callboard run", "Trouble"), rows)
    for what, words in _lines(now):
        out.print(printable(f"{what:<10} {words}"), soft_wrap=True)


def _lines(now: Status) -> Iterator[tuple[str, str]]:
    yield (
        "messages",
        f"{now.messages} seen, {now.unread} to be read, {now.held} held, {now.questions} questions",
    )
    yield "proposals", f"{now.undecided} undecided"
    box = now.outbox
    yield (
        "letters",
        (
            f"{box.due} due, {box.later} later, {box.waiting} waiting for “send decisions”, "
            f"{box.failed} given up, {box.sent} sent"
        ),
    )
    if box.next_attempt is not None:
        yield "", f"the next leaves from {_hour(box.next_attempt)} on"
    if box.oldest_overdue is not None:
        yield "", f"the oldest has been due for {minutes(now.at - box.oldest_overdue)}"
    if box.paused_until is not None:
        yield "", f"the server is left alone until {_hour(box.paused_until)}: {box.trouble}"
    elif box.trouble is not None:
        yield "", f"none leaves: {box.trouble}"
    draft = f"draft {now.draft}" if now.draft else "no draft yet"
    yield "programme", f"{draft}, {f'draft {now.public} is public' if now.public else 'nothing is public'}"
    yield "digest", f"last written {_ago(now.last_digest, now.at)}"
    if now.queue is not None:
        todo, doing, failed = now.queue.todo, now.queue.doing, now.queue.failed
        yield (
            "queue",
            f"{todo} to do, {doing} being done, {failed} failed{' (callboard queue)' if failed else ''}",
        )
    if now.alarms:
        yield "alarms", ", ".join(now.alarms)


def _ago(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{minutes(now - moment)} ago"


def _poll(mailbox: MailboxLine, now: datetime) -> str:
    if mailbox.next_poll is None or mailbox.next_poll <= now:
        return "due"
    return _hour(mailbox.next_poll)


def _hour(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _trouble(mailbox: MailboxLine, now: datetime) -> str:
    if mailbox.failing_since is None:
        return ""
    return f"for {minutes(now - mailbox.failing_since)}: {mailbox.last_error or ''}"


def queue(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help="Put them back, to be tried again.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Take them away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the tasks of a fleet that failed for good; exit 1 if there are any.

    What they were about is not lost: each call's periodic task finds it again.
    """
    calls = read_calls(context, allow_blanks=True)
    collected = Collected(calls)

    def look(config: Config) -> int:
        if config.worker.engine != "procrastinate":
            raise ConfigError('there is no queue; it is for [worker] engine = "procrastinate"')
        call = config.name or ""
        with opened(config, looking=True) as engine, database.open_sessions(engine).begin() as db:
            found = tasks.failed(db, call)
            if retry or drop:
                tasks.settle(db, call, retry=retry)
        collected.add(config, [dataclasses.asdict(task) for task in found])
        if found and not as_json:
            rows = [(t.id, t.task, t.row, t.attempts, _ago(t.at, clock())) for t in found]
            print_table(call, ("Task", "What", "Row", "Attempts", "Failed"), rows)
        return 1 if found and not (retry or drop) else 0

    code = for_each(calls, look)
    if as_json:
        collected.print()
    raise typer.Exit(code)


def health(context: typer.Context, as_json: AsJson = False) -> None:
    """Exit 0 when all is well, 1 when not: for health checks and dead-man's switches.

    Looks when each mailbox was last read, how long letters have been waiting, and whether the database takes a row;
    the limits stand in [health].
    """
    found = list(_everywhere(context))
    if as_json:
        troubles = [
            dataclasses.asdict(trouble) | ({} if name is None else {"call": name}) for name, trouble in found
        ]
        print_json({"healthy": not found, "troubles": troubles})
    elif not found:
        out.print("All is well.")
    else:
        for name, trouble in found:
            detail = f" ({trouble.detail})" if trouble.detail else ""
            where = f"{name}: " if name else ""
            out.print(printable(f"{where}{trouble.sentence}{detail}"), soft_wrap=True)
    raise typer.Exit(1 if found else 0)


def _everywhere(context: typer.Context) -> Iterator[tuple[str | None, Trouble]]:
    """What is wrong with each call, a configuration that cannot be read among it."""
    try:
        calls = read_calls(context, allow_blanks=True)
    except CallboardError as error:
        yield None, Trouble("callboard", str(error), clock())
        return
    for name, problem in calls.problems.items():
        yield name, Trouble("callboard", str(problem), clock())
    for call, config in calls.found.items():
        try:
            for trouble in _troubles(config):
                yield call, trouble
        except CallboardError as error:
            yield call, Trouble("callboard", str(error), clock())


def _troubles(config: Config) -> tuple[Trouble, ...]:
    with opened(config, upgrade=False) as engine:
        broken = judgement.unwritable(engine, clock())
        if broken is not None:
            return (broken,)
        migrations.refuse_others(migrations.revision(engine))
        with database.open_sessions(engine)() as db:
            return tuple(judgement.troubles(db, config, clock()))


def metrics(context: typer.Context) -> None:
    """Print the numbers of status in Prometheus' text format. Needs callboard[metrics].

    For the textfile collector of node_exporter; callboard run serves the same at [health] metrics.
    """
    from callboard import metrics as numbers

    found: list[Status] = []

    def stand(config: Config) -> int:
        with opened(config, looking=True) as engine, database.open_sessions(engine)() as db:
            found.append(condition.status(db, config, clock()))
        return 0

    code = for_each(read_calls(context, allow_blanks=True), stand)
    sys.stdout.write(numbers.text(lambda: found))
    raise typer.Exit(code)
