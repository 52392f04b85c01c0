"""A pass's very last step: the operator hears once that something is wrong, and once that it is over.

What was told stands in the database, so that a restart repeats nothing. The letter is one commit with that. A webhook
is called first and noted afterwards: a worker that is killed in between says the same, under the same id, again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from callboard import dispatch
from callboard.desk import letters
from callboard.desk.outbox import owe
from callboard.errors import TemplateError, WebhookDown
from callboard.health import Trouble, troubles
from callboard.mailroom import webhook
from callboard.mailroom.incoming import Address
from callboard.model import Alarm
from callboard.passreport import PassReport

if TYPE_CHECKING:
    from callboard.worker import Worker

log = logging.getLogger("callboard")

News = Literal["alarm", "recovered"]


def tell(worker: Worker, report: PassReport) -> None:
    """Look at what is wrong, and tell what has changed since the last look."""
    if worker.stopping:
        return  # the pass was cut short: what it did not do is no news
    try:
        with worker.sessions.begin() as db:
            # In a fleet a mailbox may have its first turn after this.
            found = troubles(db, worker.config, worker.clock(), untried=False)
            owed = _compare(worker, db, tuple(found))
    except TemplateError as error:
        report.add(error)
        return
    if owed:
        dispatch.send_letters(worker, report)
    _post(worker, report)


def _compare(worker: Worker, db: Session, found: Sequence[Trouble]) -> bool:
    """Note what began and what is over. True when letters were owed."""
    now, owed = worker.clock(), False
    known = {alarm.name: alarm for alarm in db.scalars(select(Alarm))}
    for trouble in found:
        alarm = known.pop(trouble.name, None)
        if alarm is not None and alarm.ended_at is None:
            continue
        if alarm is not None:
            db.delete(alarm)  # its end was never posted, and now it begins anew
            db.flush()
        db.add(Alarm(name=trouble.name, since=trouble.since, sentence=trouble.sentence))
        log.error("alarm: %s", trouble.name)
        owed |= _owe(worker, db, "alarm", trouble.name, trouble.sentence, trouble.detail, trouble.since)
    for alarm in known.values():
        if alarm.ended_at is None:
            alarm.ended_at = now
            log.warning("alarm: %s is over", alarm.name)
            owed |= _owe(worker, db, "recovered", alarm.name, alarm.sentence, None, alarm.since)
        if worker.config.health.webhook is None:
            db.delete(alarm)
    return owed


def _owe(
    worker: Worker, db: Session, news: News, name: str, sentence: str, detail: str | None, since: datetime
) -> bool:
    operator = worker.config.health.operator
    if operator is None:
        return False
    letter = letters.write(
        worker.templates,
        news,
        ("en",),  # the operator's commands and messages are English, and so is what is quoted here
        worker.config.call,
        Address("", operator),
        what=name,
        sentence=sentence,
        detail=detail,
        since=since,
    )
    key = f"{news}/{name.replace(' ', '/')}/{worker.clock():%Y%m%dT%H%M%S}"
    return owe(db, worker.desk, letter, key, worker.clock()) is not None


def _post(worker: Worker, report: PassReport) -> None:
    """Tell the webhook what it does not know yet; where it is away, the next pass does."""
    url = worker.config.health.webhook
    if url is None:
        return
    with worker.sessions() as db:
        alarms = db.scalars(select(Alarm).order_by(Alarm.since, Alarm.name)).all()
    for alarm in alarms:
        try:
            if not alarm.posted:
                webhook.post(url, _news(worker, alarm, "alarm"))
                _note(worker, alarm.name, ended=False)
            if alarm.ended_at is not None:
                webhook.post(url, _news(worker, alarm, "recovered"))
                _note(worker, alarm.name, ended=True)
        except WebhookDown as error:
            report.add(error)
            return


def _note(worker: Worker, name: str, *, ended: bool) -> None:
    with worker.sessions.begin() as db:
        alarm = db.get_one(Alarm, name)
        if ended:
            db.delete(alarm)
        else:
            alarm.posted = True


def _news(worker: Worker, alarm: Alarm, news: News) -> dict[str, object]:
    return {
        "id": f"{alarm.name} {alarm.since.isoformat()} {news}",
        "event": news,
        "what": alarm.name,
        "text": alarm.sentence if news == "alarm" else f"{alarm.name}: all is well again",
        "since": alarm.since.isoformat(),
        "call": worker.config.call.title,
    }
