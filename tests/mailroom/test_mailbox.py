"""What is new in a mailbox, the first look, new UIDs: against a real Dovecot and a scripted server."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from callboard.mailroom.mailbox import Batch, Cursor
from deliver import deliver, deliver_many, plain_mail
from faults import FaultProxy, ScriptedImap
from polling import (
    NEVER,
    fetched,
    one_message,
    opened,
    poll,
    seen_by_a_person,
)


def test_the_bytes_of_every_message_come_as_delivered(dovecot):
    raws = [plain_mail(n) for n in range(3)]
    deliver(dovecot, *raws)

    messages = fetched(poll(dovecot.config()))

    assert [m.raw for m in messages] == raws
    assert [m.uid for m in messages] == [1, 2, 3]
    assert [m.size for m in messages] == [len(raw) for raw in raws]
    assert [m.truncated for m in messages] == [False] * 3


def test_the_cursor_after_a_poll_finds_only_what_came_later(dovecot):
    deliver(dovecot, plain_mail(1), plain_mail(2))
    cursor = poll(dovecot.config())[-1].cursor
    deliver(dovecot, plain_mail(3))

    messages = fetched(poll(dovecot.config(), cursor))

    assert [m.raw for m in messages] == [plain_mail(3)]


def test_mail_that_a_person_read_first_is_fetched_all_the_same(dovecot):
    """Field note 1: UNSEEN is not a queue."""
    deliver(dovecot, plain_mail(1))
    with dovecot.client("INBOX") as client:
        client.add_flags([1], [rb"\Seen"])

    messages = fetched(poll(dovecot.config()))

    assert [m.raw for m in messages] == [plain_mail(1)]


def test_polling_leaves_no_trace_in_the_mailbox(dovecot):
    """Field notes 2 and 24: BODY.PEEK[] under EXAMINE, so nothing becomes \\Seen."""
    deliver(dovecot, plain_mail(1), plain_mail(2))

    poll(dovecot.config())

    assert seen_by_a_person(dovecot) == {
        1: set(),
        2: set(),
    }


def test_an_idle_poll_asks_for_nothing_but_status(dovecot):
    """Its cost does not grow with the mailbox."""
    deliver_many(dovecot, map(plain_mail, range(300)))
    cursor = poll(dovecot.config())[-1].cursor
    with FaultProxy(dovecot.server.imap) as proxy:
        config = dovecot.config(tls="none", port=proxy.port)

        batches = poll(config, cursor)

        commands = re.findall(rb"^\S+ (\S+)", proxy.sent, re.MULTILINE)
    assert batches == []
    assert [c for c in commands if c not in (b"CAPABILITY", b"LOGIN", b"LOGOUT")] == [b"STATUS"]


def test_the_last_message_does_not_come_again_when_nothing_is_new(dovecot):
    """Field note 6: "n:*" always returns the last message."""
    deliver(dovecot, plain_mail(1))
    validity = poll(dovecot.config())[-1].cursor.uidvalidity
    with dovecot.client("INBOX") as client:
        client.append("INBOX", plain_mail(2))
        client.delete_messages([2])
        client.uid_expunge([2])

    batches = poll(dovecot.config(), Cursor(validity, 1))

    assert batches == [Batch((), Cursor(validity, 2))]


def test_a_server_that_does_not_tell_uidnext_does_not_bring_the_last_message_again():
    """Field note 6, where the open range cannot be avoided."""
    answers = {
        "STATUS": b'* STATUS "INBOX" (MESSAGES 1 UIDVALIDITY 7)\r\n',
        "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n",
        r"UID SEARCH UID 6:\*": b"* SEARCH 5\r\n",
    }
    with ScriptedImap(answers) as server:
        batches = poll(server.config(), Cursor(7, 5))

    assert batches == []


def test_gaps_left_by_deleted_messages_are_passed_over(dovecot):
    deliver_many(dovecot, map(plain_mail, range(1, 11)))
    with dovecot.client("INBOX") as client:
        client.delete_messages([1, 2, 5, 9, 10])
        client.uid_expunge([1, 2, 5, 9, 10])

    batches = poll(dovecot.config())

    assert [m.uid for m in fetched(batches)] == [3, 4, 6, 7, 8]
    assert batches[-1].cursor.last_uid == 10


def test_many_messages_come_in_round_trips_of_bounded_size(dovecot):
    text = "x" * 998 + "\r\n"
    deliver_many(dovecot, (plain_mail(n, text * 30) for n in range(1, 21)))

    batches = poll(dovecot.config(), batch_bytes=100_000)

    assert [[m.uid for m in batch.messages] for batch in batches] == [
        [n, n + 1, n + 2] for n in range(1, 19, 3)
    ] + [[19, 20]]
    assert [batch.cursor.last_uid for batch in batches] == [3, 6, 9, 12, 15, 18, 20]


def test_a_poll_that_is_broken_off_goes_on_behind_the_last_stored_cursor(dovecot):
    deliver_many(dovecot, (plain_mail(n, "x" * 60_000) for n in range(1, 5)))
    with opened(dovecot.config(), batch_bytes=100_000) as mailbox:
        first = next(iter(mailbox.poll(NEVER, None)))

    rest = poll(dovecot.config(), first.cursor)

    assert [m.uid for m in first.messages] == [1]
    assert [m.uid for m in fetched(rest)] == [2, 3, 4]


def test_two_hundred_messages_take_several_commands_and_keep_their_order(dovecot):
    deliver_many(dovecot, map(plain_mail, range(1, 201)))

    messages = fetched(poll(dovecot.config()))

    assert [m.raw for m in messages] == [plain_mail(n) for n in range(1, 201)]


def test_mail_that_arrives_while_polling_waits_for_the_next_poll(dovecot):
    """Field note 33: the list is taken once per pass."""
    deliver_many(dovecot, (plain_mail(n, "x" * 60_000) for n in (1, 2)))
    with opened(dovecot.config(), batch_bytes=100_000) as mailbox:
        batches = mailbox.poll(NEVER, None)
        first = next(batches)
        deliver(dovecot, plain_mail(3))
        rest = list(batches)

    late = poll(dovecot.config(), rest[-1].cursor)

    assert [m.uid for m in fetched([first, *rest])] == [1, 2]
    assert [m.uid for m in fetched(late)] == [3]


def test_one_connection_can_poll_twice(dovecot):
    deliver(dovecot, plain_mail(1))
    with opened(dovecot.config()) as mailbox:
        cursor = list(mailbox.poll(NEVER, None))[-1].cursor
        deliver(dovecot, plain_mail(2))

        again = list(mailbox.poll(cursor, None))

    assert [m.raw for m in fetched(again)] == [plain_mail(2)]


def test_a_folder_with_an_accented_name_is_read(dovecot):
    deliver(dovecot, plain_mail(1), folder="Exposés reçus")

    messages = fetched(poll(dovecot.config(folder="Exposés reçus")))

    assert [m.raw for m in messages] == [plain_mail(1)]


def test_a_search_never_covers_more_uids_than_one_line_can_answer():
    """Field note 25: imaplib refuses a line over 1 MB."""
    answers = {
        "STATUS": b'* STATUS "INBOX" (MESSAGES 120000 UIDNEXT 120001 UIDVALIDITY 7)\r\n',
        "EXAMINE": b"* 120000 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 120001] ok\r\n",
        "UID SEARCH": b"* SEARCH\r\n",
    }
    with ScriptedImap(answers) as server:
        poll(server.config())

        searches = [c for c in server.commands if "SEARCH" in c]
    assert searches == [
        "UID SEARCH UID 1:50000",
        "UID SEARCH UID 50001:100000",
        "UID SEARCH UID 100001:120000",
    ]


def test_the_first_look_starts_at_since(dovecot):
    march = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for number, when in enumerate((march - timedelta(days=40), march, march + timedelta(days=2)), 1):
        deliver(dovecot, plain_mail(number), when=when)

    batches = poll(dovecot.config(), since=date(2026, 3, 1))

    assert [m.uid for m in fetched(batches)] == [2, 3]
    assert fetched(batches)[0].internal_date == march
    assert batches[-1].cursor.last_uid == 3


def test_the_search_for_since_names_no_charset():
    """Field note 22: Exchange refuses SEARCH CHARSET, so only dates and UIDs are searched for."""
    with ScriptedImap(one_message()) as server:
        poll(server.config(), since=date(2026, 3, 1))

        searches = [c for c in server.commands if "SEARCH" in c]
    assert searches == ["UID SEARCH UID 1:1 SINCE 01-Mar-2026"]


def test_since_counts_for_the_first_look_only(dovecot):
    deliver(dovecot, plain_mail(1))
    cursor = poll(dovecot.config())[-1].cursor
    deliver(dovecot, plain_mail(2), when=datetime(2020, 1, 1, tzinfo=UTC))

    messages = fetched(poll(dovecot.config(), cursor, since=date(2026, 1, 1)))

    assert [m.uid for m in messages] == [2]


def test_a_first_look_that_finds_nothing_still_moves_the_cursor(dovecot):
    deliver(dovecot, plain_mail(1), when=datetime(2020, 1, 1, tzinfo=UTC))

    batches = poll(dovecot.config(), since=date(2026, 1, 1))

    assert [batch.messages for batch in batches] == [()]
    assert batches[0].cursor.last_uid == 1
    assert poll(dovecot.config(), batches[0].cursor) == []


def test_an_empty_mailbox_is_remembered(dovecot):
    batches = poll(dovecot.config())

    assert [(b.messages, b.cursor.last_uid, b.cursor.uidvalidity is None) for b in batches] == [
        ((), 0, False)
    ]
    assert poll(dovecot.config(), batches[0].cursor) == []


def test_a_mailbox_made_anew_is_looked_through_again(dovecot):
    """Field note 4: UIDs count only together with their UIDVALIDITY."""
    deliver(dovecot, plain_mail(1), plain_mail(2), folder="Talks")
    config = dovecot.config(folder="Talks")
    before = poll(config)[-1].cursor
    with dovecot.client() as client:
        client.delete_folder("Talks")
        client.create_folder("Talks")
        client.append("Talks", plain_mail(3))

    after = poll(config, before)

    assert [m.raw for m in fetched(after)] == [plain_mail(3)]
    assert after[-1].cursor.last_uid == 1
    assert after[-1].cursor.uidvalidity != before.uidvalidity


def test_after_new_uids_only_mail_since_the_given_day_comes_again(dovecot):
    deliver(dovecot, plain_mail(1), when=datetime(2020, 1, 1, tzinfo=UTC))
    deliver(dovecot, plain_mail(2))

    batches = poll(dovecot.config(), Cursor(uidvalidity=12345, last_uid=900), since=date(2026, 1, 1))

    assert [m.uid for m in fetched(batches)] == [2]


def test_uidvalidity_zero_is_a_value():
    """Field note 5."""
    with ScriptedImap(one_message(b" UIDVALIDITY 0")) as server:
        first = poll(server.config())

        again = poll(server.config(), first[-1].cursor)

    assert [(m.uid, m.uidvalidity) for m in fetched(first)] == [(1, 0)]
    assert first[-1].cursor == Cursor(0, 1)
    assert again == []


def test_a_server_without_uidvalidity_counts_as_unchanged():
    """Field notes 4 and 5: rather the old key than everything again."""
    with ScriptedImap(one_message(b"")) as server:
        first = poll(server.config())

        known = poll(server.config(), Cursor(7, 1))

    assert first[-1].cursor == Cursor(0, 1)
    assert known == []


def test_uids_that_begin_again_under_the_same_uidvalidity_are_noticed():
    with ScriptedImap(one_message(b" UIDVALIDITY 7")) as server:
        batches = poll(server.config(), Cursor(7, 40))

    assert [m.uid for m in fetched(batches)] == [1]
    assert batches[-1].cursor == Cursor(7, 1)
