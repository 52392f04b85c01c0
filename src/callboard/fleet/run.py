"""A worker of the fleet: takes tasks from the queue until SIGTERM. Any number run, and any may be killed."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.engine import URL

from callboard import servicemanager
from callboard.errors import Busy, CallboardError
from callboard.fleet.crew import Crew
from callboard.fleet.ears import Ears
from callboard.fleet.queue import SCHEMA
from callboard.fleet.tasks import DEAD_AFTER, app_of, ask
from callboard.worker import Worker

log = logging.getLogger("callboard")

AT_ONCE: Final = 4  # tasks of one process, of as many calls
HEARTBEAT: Final = 5.0
Workers = Mapping[str | None, Worker]


def run(workers: Workers, renewed: Callable[[Workers], Workers]) -> None:
    """Until SIGTERM or SIGINT; what is being done ends after its current step.

    Raises Busy where the database is away.
    """
    # Its lines repeat ours, one for each task.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    crew = Crew(_named(workers))
    first = next(iter(workers.values()))
    app = app_of(crew, connector_to(first.engine.url))
    crew.keep()
    ears = Ears(crew)
    ears.start()
    try:
        asyncio.run(_work(app, crew, renewed, first.config.worker.stop_seconds))
    except ConnectorException as error:
        raise Busy("the database of the queue is away; nothing was lost, try again later") from error
    finally:
        ears.stop()
        crew.end()


def connector_to(url: URL) -> PsycopgConnector:
    """Connections that see the queue alone."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PsycopgConnector(
        conninfo=plain, kwargs={"options": f"-c search_path={SCHEMA}"}, max_size=AT_ONCE + 2
    )


def _named(workers: Workers) -> dict[str, Worker]:
    return {name or "": worker for name, worker in workers.items()}


async def _work(app: App, crew: Crew, renewed: Callable[[Workers], Workers], stop_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=AT_ONCE,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=DEAD_AFTER,
            )
        )

        def stop() -> None:
            log.info("stopping after the current steps")
            servicemanager.say("STOPPING=1")
            crew.stop()
            working.cancel()
            # A thread cannot be ended: what is in the middle of something is taken up by others.
            loop.call_later(stop_seconds, os._exit, 0)

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, _reload, crew, renewed))
        await asyncio.to_thread(ask, crew)
        servicemanager.say("READY=1")
        log.info("a worker of the fleet, for %d calls", len(crew.patterns))
        with suppress(asyncio.CancelledError):
            await working


def _reload(crew: Crew, renewed: Callable[[Workers], Workers]) -> None:
    servicemanager.reloading()
    try:
        crew.replace(_named(renewed({name or None: worker for name, worker in crew.patterns.items()})))
    except CallboardError as error:
        log.error("not reloaded, going on as before: %s", error)
    else:
        log.info("reloaded")
    servicemanager.say("READY=1")
