"""Commands that work: `once`, `run`, `import`, `digest`."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from callboard import calllog, collect, database, dispatch
from callboard.cli.calls import Collected, for_each
from callboard.cli.context import (
    clock,
    ensure,
    err,
    out,
    print_json,
    read_calls,
    say_error,
    worker,
    worker_of,
)
from callboard.config import Calls, Config, mixed
from callboard.errors import ConfigError
from callboard.fleet import queue
from callboard.mailroom.archive import messages
from callboard.model import Outcome
from callboard.worker import PassReport, Worker

Workers = Mapping[str | None, Worker]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(once)
    app.command()(run)
    app.command(name="import")(import_)
    app.command()(digest)


def once(
    context: typer.Context,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only what went wrong: for cron.")
    ] = False,
) -> None:
    """Do one pass and leave: fetch, read, answer, publish. For cron.

    Refuses to overlap with another pass (exit 75). Exit 1 when something new needs a person.
    """
    calls = read_calls(context)
    collected, stopped = Collected(calls), False

    def one(config: Config) -> int:
        nonlocal stopped
        if config.worker.engine != "embedded":
            raise ConfigError(
                'once is for [worker] engine = "embedded"; the workers of a fleet are started by run'
            )
        with (
            calllog.about(config.name),
            worker_of(config) as at_work,
            _progress(at_work, show=not (as_json or quiet)),
        ):
            report = at_work.run_once()
        stopped = at_work.stopping
        collected.add(config, _report_values(report))
        if not as_json:
            _print_report(report, quiet=quiet, call=config.name)
        return report.exit_code

    code = for_each(calls, one, go_on=lambda: not stopped)
    if as_json:
        collected.print()
    raise typer.Exit(code)


@contextmanager
def _progress(at_work: Worker, *, show: bool) -> Iterator[None]:
    """A line for each step on a terminal; nothing into a pipe."""
    if not (show and sys.stderr.isatty()):
        yield
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
    ) as bars:
        tasks = {}

        def progress(step: str, count: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=None)
            bars.advance(tasks[step], count)

        at_work.progress = progress
        yield


def _report_values(report: PassReport) -> dict[str, Any]:
    values = {**dataclasses.asdict(report), "outcomes": dict(report.outcomes)}
    return {**values, "exit_code": report.exit_code}


def _print_report(report: PassReport, *, quiet: bool, call: str | None = None) -> None:
    where = f"{call}: " if call else ""
    for problem in report.problems:
        say_error(f"{where}{problem}")
    if quiet:
        if report.outcomes[Outcome.HELD]:
            which = f"--call {call} " if call else ""
            say_error(f"{where}{report.outcomes[Outcome.HELD]} held: callboard {which}held")
        return
    words = [f"{report.fetched} fetched"]
    words += [f"{n} {outcome.replace('_', '-')}" for outcome, n in sorted(report.outcomes.items())]
    words += [f"{report.sent} letters sent"]
    if report.given_up:
        words.append(f"{report.given_up} letters given up")
    if report.draft:
        words.append(f"programme draft {report.draft}")
    if report.digest:
        words.append("digest written")
    out.print(where + ", ".join(words) + ".")


def run(context: typer.Context) -> None:
    """Work in the foreground until stopped: a pass when mail arrives, and every [worker] poll_minutes. For systemd or
    a container.

    SIGTERM and Ctrl-C end it cleanly after the current message, SIGHUP reads the configuration anew, calls that came
    or went included.
    """
    from callboard import daemon

    places = database.Places()
    known: set[str] = set()

    def workers(running: Workers) -> dict[str | None, Worker]:
        calls = read_calls(context)
        made, problems = {}, dict(calls.problems)
        found = _beside_those_that_go_on(calls, running, problems)
        for name, config in found.items():
            try:
                made[name] = _ready(config, places, known)
            except ConfigError as problem:
                if name is None:
                    raise
                problems[name] = problem
        for call, wrong in problems.items():
            say_error(f"{call} {'goes on as before' if call in running else 'does not run'}: {wrong}")
            made |= {name: worker for name, worker in running.items() if name == call}
        if not made:
            raise ConfigError("no call can run")
        return made

    try:
        with database.explained():
            found = workers({})
            if next(iter(found.values())).config.worker.engine == "procrastinate":
                _fleet(found, workers)
            else:
                daemon.Daemon(found, workers).run()
    finally:
        places.close()


def _beside_those_that_go_on(
    calls: Calls, running: Workers, problems: dict[str, ConfigError]
) -> dict[str | None, Config]:
    """The calls that take their new file over. What one that goes on as before still has, no other may take."""
    found = dict(calls.found)
    while True:
        as_before = {call: running[call].config for call in problems if call in running}
        refused = mixed({call: config for call, config in found.items() if call}, as_before, os.environ)
        if not refused:
            return found
        problems |= refused
        for call in refused:
            del found[call]


def _fleet(found: dict[str | None, Worker], renewed: Callable[[Workers], Workers]) -> None:
    try:
        from callboard.fleet.run import run as work
    except ModuleNotFoundError as error:
        raise ConfigError(queue.MISSING) from error
    work(found, renewed)


def _ready(config: Config, places: database.Places, known: set[str]) -> Worker:
    """A worker for `run`. The databases of a running process are those that it began with."""
    if not config.mailboxes:
        raise ConfigError(f"{config.file}: there is no [[mailbox]] to poll; add one")
    if config.name is None and known and config.database not in known:
        raise ConfigError("the database of a running worker cannot change; restart it")
    known.add(config.database)
    engine = places.of(config)
    with database.explained():
        ensure(config, engine)
    return Worker(config, engine, os.environ, clock)


def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="An mbox, a Maildir, an .eml file or a folder of them."),
    ],
    letters: Annotated[
        bool, typer.Option("--letters/--no-letters", help="Whether the speakers are answered.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take messages from files through the same door as a mailbox.

    Importing the same file twice changes nothing. Nobody is written to, since the mail may be old; with --letters
    each speaker is answered with the next pass.
    """
    with worker(context) as at_work, _progress(at_work, show=not as_json):
        report = PassReport()
        if not letters:
            at_work.desk = dataclasses.replace(at_work.desk, silent=True)
        limit = at_work.config.worker.max_message_bytes
        with at_work.leased():
            collect.keep_archive(at_work, (raw for path in paths for _, raw in messages(path, limit)), report)
            at_work.read_waiting(report)
            at_work.publish(report)
    if as_json:
        print_json(_report_values(report))
    else:
        _print_report(report, quiet=False)
    raise typer.Exit(report.exit_code)


def digest(
    context: typer.Context,
    show: Annotated[bool, typer.Option("--show", help="Print it; write and send nothing.")] = False,
) -> None:
    """Write the organisers' digest now, whatever the time of day, and send it."""
    with worker(context, mail=not show) as at_work:
        if show:
            out.print(at_work.digest_text(), markup=False, soft_wrap=True)
            return
        report = PassReport()
        with at_work.leased():
            at_work.write_digest(report, force=True)
            dispatch.send_letters(at_work, report)
    if not report.digest:
        out.print("There is no news since the last digest.")
    _print_report(report, quiet=not report.digest)
    raise typer.Exit(report.exit_code)
