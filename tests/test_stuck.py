"""A message at which the server gives up, pass after pass: it is held by itself, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from callboard.config import Config
from callboard.mailroom.mailbox import Cursor, Stuck
from callboard.model import InboxEntry
from callboard.worker import Worker
from deliver import deliver, plain_mail
from faults import FaultProxy, Order
from letters_in import ABSTRACT, proposal
from polling import fetched, opened
from servers import Account
from workplace import Clock, outcomes

ALWAYS = 10**9
REFUSED = b"TAG NO [SERVERBUG] internal error\r\n"


@pytest.fixture
def line(dovecot: Account) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.server.imap, "imap") as proxy:
        yield proxy


@pytest.fixture
def through(config: Config, engine: sa.Engine, dovecot: Account, clock: Clock, line: FaultProxy) -> Worker:
    """A worker whose line to the mailbox can be spoiled."""
    mailbox = dovecot.config(tls="none", port=line.port)
    changed = config.model_copy(update={"mailboxes": (mailbox,)})
    return Worker(changed, engine, {mailbox.password_variable: dovecot.password}, clock)


def proposals(count: int) -> list[bytes]:
    return [
        proposal(
            title=f"Exposé numéro {n} sur les rivières",
            abstract=f"{ABSTRACT} Cas {n}.",
            sender=f"Maëlle Fontanel <maelle{n}@rivieres.example>",
        )
        for n in range(1, count + 1)
    ]


def passes(worker: Worker, count: int) -> list[int]:
    return [worker.run_once().exit_code for _ in range(count)]


def held(worker: Worker) -> list[tuple[str | None, str | None]]:
    with worker.sessions() as db:
        rows = db.scalars(sa.select(InboxEntry).where(InboxEntry.outcome == "held")).all()
        return [(row.sender, row.reason_code) for row in rows]


@pytest.mark.parametrize(
    ("what", "sender"),
    [(rb"BODY\.PEEK\[\]", "maelle2@rivieres.example"), (b"", None)],
    ids=["its text", "anything of it"],
)
def test_a_message_at_which_the_line_drops_is_held_and_the_others_go_on(
    through: Worker, dovecot: Account, line: FaultProxy, what: bytes, sender: str | None
) -> None:
    deliver(dovecot, *proposals(3))
    fetch = rb"UID FETCH (\d+,)*2(,\d+)* \(" + what
    line.orders.append(Order(fetch, b"", "cut", times=ALWAYS))

    codes = passes(through, 8)

    assert sorted(outcomes(through)) == ["held", "proposal", "proposal"]
    assert held(through) == [(sender, "no_text")]
    assert (codes[0], codes[-1]) == (75, 0)


def test_a_server_that_drops_the_line_at_every_message_holds_none_of_them(
    through: Worker, dovecot: Account, line: FaultProxy
) -> None:
    deliver(dovecot, *proposals(2))
    through.run_once()
    deliver(dovecot, *proposals(4)[2:])
    line.orders.append(Order(rb"UID FETCH .*BODY\.PEEK\[\]", b"", "cut", times=ALWAYS))
    codes = passes(through, 8)
    line.mend()

    through.run_once()

    assert codes == [75] * 8
    assert outcomes(through) == ["proposal"] * 4


def test_the_only_message_refused_for_two_passes_is_read_in_the_third(
    through: Worker, dovecot: Account, line: FaultProxy
) -> None:
    deliver(dovecot, *proposals(1))
    line.orders.append(Order(rb"UID FETCH 1 \(BODY", REFUSED, times=4))

    codes = passes(through, 3)

    assert (codes, outcomes(through)) == ([75, 75, 0], ["proposal"])


def test_the_only_message_refused_for_ever_is_held_in_the_end(
    through: Worker, dovecot: Account, line: FaultProxy
) -> None:
    deliver(dovecot, *proposals(1))
    line.orders.append(Order(rb"UID FETCH 1 \(BODY\.PEEK\[\]", REFUSED, times=ALWAYS))

    codes = passes(through, 4)

    assert codes == [75, 75, 75, 1]  # 1: something is held
    assert held(through) == [("maelle1@rivieres.example", "no_text")]


def test_one_refused_while_an_older_one_comes_is_held_at_once(
    through: Worker, dovecot: Account, line: FaultProxy
) -> None:
    deliver(dovecot, *proposals(1))
    through.run_once()
    deliver(dovecot, *proposals(2)[1:])
    line.orders.append(Order(rb"UID FETCH 2 \(BODY", REFUSED, times=ALWAYS))

    through.run_once()

    assert outcomes(through) == ["proposal", "held"]


@pytest.mark.parametrize("change", ["uid", "uidvalidity"])
def test_another_message_in_its_place_is_not_blamed(dovecot: Account, change: str) -> None:
    deliver(dovecot, plain_mail(1), plain_mail(2))
    config = dovecot.config(tls="none")
    with opened(config) as mailbox:
        uidvalidity = mailbox.inspect().uidvalidity
        other = {"uid": Stuck(uidvalidity, 2, 9), "uidvalidity": Stuck(uidvalidity + 1, 1, 9)}[change]

        batches = list(mailbox.poll(Cursor(None, 0), None, other))

    assert [m.raw for m in fetched(batches)] == [plain_mail(1), plain_mail(2)]
