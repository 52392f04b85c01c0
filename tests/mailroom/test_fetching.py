"""Bodies that vanish, do not come, or are too large."""

from __future__ import annotations

import re

import pytest

from callboard.errors import MailboxDown, ServerTrouble
from callboard.mailroom.mailbox import Cursor
from deliver import deliver, plain_mail
from faults import FaultProxy, ScriptedImap
from polling import (
    body,
    fetched,
    one_message,
    poll,
    three_messages,
)

BODIES = r"UID FETCH 1,2,3 .BODY.PEEK\[\]"
BODY_2 = r"UID FETCH 2 .BODY.PEEK\[\]"
WITHOUT_2 = (
    b"* 1 FETCH (UID 1 BODY[] {8}\r\na: 1\r\n\r\n)\r\n* 3 FETCH (UID 3 BODY[] {8}\r\na: 3\r\n\r\n)\r\n"
)


def test_a_message_that_vanished_before_its_body_came_is_gone():
    """Field note 7."""
    answers = three_messages() | {BODIES: WITHOUT_2, BODY_2: b"", "UID SEARCH UID 2": b"* SEARCH\r\n"}
    with ScriptedImap(answers) as server:
        batches = poll(server.config())

    assert [m.uid for m in fetched(batches)] == [1, 3]
    assert [batch.gone for batch in batches] == [(2,)]
    assert batches[-1].cursor == Cursor(7, 3)


def test_a_message_that_vanished_before_its_size_came_is_gone():
    """Field note 7."""
    answers = three_messages() | {
        "UID FETCH 1,2,3 .RFC822.SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 8)\r\n"
        b"* 3 FETCH (UID 3 RFC822.SIZE 8)\r\n",
        r"UID FETCH 1,3 .BODY.PEEK\[\]": WITHOUT_2,
    }
    with ScriptedImap(answers) as server:
        batches = poll(server.config())

    assert [(batch.gone, [m.uid for m in batch.messages]) for batch in batches] == [((2,), [1, 3])]


def test_messages_that_all_vanished_before_their_sizes_came_are_gone():
    with ScriptedImap(three_messages() | {"UID FETCH 1,2,3 .RFC822.SIZE": b""}) as server:
        batches = poll(server.config())

    assert [(batch.gone, batch.messages, batch.cursor) for batch in batches] == [
        ((1, 2, 3), (), Cursor(7, 3))
    ]


@pytest.mark.parametrize(
    "nothing",
    [b"* 2 FETCH (UID 2 BODY[] NIL)\r\n", b'* 2 FETCH (UID 2 BODY[] "")\r\n', b"* 2 FETCH (UID 2)\r\n", b""],
)
def test_a_message_that_is_there_without_a_body_comes_empty(nothing):
    """Field notes 7 and 23: it is held for a person, its neighbours go on."""
    with ScriptedImap(three_messages() | {BODIES: WITHOUT_2 + nothing, BODY_2: nothing}) as server:
        batches = poll(server.config())

    assert [(m.uid, m.raw, m.truncated) for m in fetched(batches)] == [
        (1, b"a: 1\r\n\r\n", False),
        (2, b"", False),
        (3, b"a: 3\r\n\r\n", False),
    ]


def test_a_body_that_did_not_come_with_the_others_is_asked_for_alone():
    """Field note 7."""
    with ScriptedImap(three_messages() | {BODIES: WITHOUT_2}) as server:
        batches = poll(server.config())

    assert [m.raw for m in fetched(batches)] == [b"a: 1\r\n\r\n", b"a: 2\r\n\r\n", b"a: 3\r\n\r\n"]


def test_flag_changes_by_other_clients_in_the_answer_are_passed_over():
    """Field note 8: also for a message that is gone, and without its UID."""
    flags = b"* 2 FETCH (FLAGS (\\Seen))\r\n* 9 FETCH (UID 9 FLAGS (\\Seen))\r\n"
    answers = three_messages() | {
        BODIES: flags + WITHOUT_2,
        BODY_2: b"* 2 FETCH (FLAGS (\\Seen))\r\n",
        "UID SEARCH UID 2": b"* SEARCH\r\n",
    }
    with ScriptedImap(answers) as server:
        batches = poll(server.config())

    assert [(batch.gone, [m.uid for m in batch.messages]) for batch in batches] == [((2,), [1, 3])]


def test_a_message_that_makes_the_whole_fetch_fail_costs_only_itself():
    """Field note 17."""
    refusal = b"TAG NO [SERVERBUG] internal error\r\n"
    with ScriptedImap(three_messages() | {BODIES: refusal, BODY_2: refusal}) as server:
        batches = poll(server.config())

    assert [(m.uid, m.raw) for m in fetched(batches)] == [
        (1, b"a: 1\r\n\r\n"),
        (2, b""),
        (3, b"a: 3\r\n\r\n"),
    ]


def test_a_message_that_cannot_be_counted_costs_no_other():
    """Field note 17."""
    answers = three_messages() | {
        "UID FETCH [123,]+ .RFC822.SIZE": b"TAG NO cannot open message\r\n",
        **{rf"UID FETCH {n} .RFC822.SIZE": b"* %d FETCH (UID %d RFC822.SIZE 8)\r\n" % (n, n) for n in (1, 3)},
        r"UID FETCH 2 .BODY.PEEK\[\]<0": b"TAG NO cannot open message\r\n",
    }
    with ScriptedImap(answers) as server:
        batches = poll(server.config())

    assert [(m.uid, m.raw, m.size) for m in fetched(batches)] == [
        (1, b"a: 1\r\n\r\n", 8),
        (2, b"", 0),
        (3, b"a: 3\r\n\r\n", 8),
    ]


def test_a_server_that_counts_no_message_is_down_rather_than_every_message_held():
    answers = three_messages() | {
        "UID FETCH .* .RFC822.SIZE": b"TAG NO try later\r\n",
    }
    with ScriptedImap(answers) as server, pytest.raises(MailboxDown) as down:
        poll(server.config())

    assert down.value.trouble == ServerTrouble.PROTOCOL


def test_a_single_message_that_is_refused_once_is_asked_for_again():
    answers = iter([b"TAG NO try again\r\n", body(1)])
    with ScriptedImap(one_message() | {r"UID FETCH 1 .BODY.PEEK\[\]": lambda _: next(answers)}) as server:
        messages = fetched(poll(server.config()))

    assert [m.raw for m in messages] == [b"a: 1\r\n\r\n"]


def test_a_server_that_refuses_every_body_is_down_rather_than_every_message_held():
    answers = three_messages() | {
        r"UID FETCH .* .BODY.PEEK\[\]": b"TAG NO try later\r\n",
        "UID SEARCH UID (?P<uid>[123])$": lambda match: b"* SEARCH " + match["uid"].encode() + b"\r\n",
    }
    with ScriptedImap(answers) as server, pytest.raises(MailboxDown) as down:
        poll(server.config())

    assert down.value.trouble == ServerTrouble.PROTOCOL


def test_of_a_message_over_the_limit_only_the_beginning_is_fetched(dovecot):
    """Field note 26."""
    raw = plain_mail(2, ("x" * 998 + "\r\n") * 1000)
    deliver(dovecot, plain_mail(1), raw, plain_mail(3))
    with FaultProxy(dovecot.server.imap) as proxy:
        config = dovecot.config(tls="none", port=proxy.port)

        messages = fetched(poll(config, max_message_bytes=600_000))

        asked = re.findall(rb"FETCH (\S+) \((BODY\S+)\)", proxy.sent)
    assert [(m.uid, m.truncated, m.size) for m in messages] == [
        (1, False, len(plain_mail(1))),
        (2, True, len(raw)),
        (3, False, len(plain_mail(3))),
    ]
    assert messages[1].raw == raw[: 512 * 1024]
    assert asked == [
        (b"1", b"BODY.PEEK[]"),
        (b"2", b"BODY.PEEK[]<0.524288>"),
        (b"3", b"BODY.PEEK[]"),
    ]


def test_a_size_that_the_server_does_not_tell_is_no_way_round_the_limit():
    """Field note 26."""
    big = b"a: b\r\n\r\n" + b"x" * 700_000
    answers = one_message(b" UIDVALIDITY 7") | {
        "UID FETCH 1 .RFC822.SIZE": b"* 1 FETCH (UID 1)\r\n",
        r"UID FETCH 1 .BODY.PEEK\[\]<0.(?P<count>\d+)>": lambda match: (
            b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n"
            % (len(big[: int(match["count"])]), big[: int(match["count"])])
        ),
    }
    with ScriptedImap(answers) as server:
        messages = fetched(poll(server.config(), max_message_bytes=600_000))

    assert [(m.truncated, m.size, m.raw) for m in messages] == [(True, 600_001, big[: 512 * 1024])]
