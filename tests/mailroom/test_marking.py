"""The mark left behind after the commit, and what `callboard check` says about it."""

from __future__ import annotations

from typing import Any

import pytest

from callboard.errors import MailboxDown, ServerTrouble
from deliver import deliver, deliver_many, plain_mail
from faults import ScriptedImap
from polling import (
    NEVER,
    fetched,
    one_message,
    opened,
    seen_by_a_person,
)
from servers import Account


def marked(account: Account, **changes: Any) -> tuple[int, ...]:
    with opened(account.config(**changes)) as mailbox:
        uids = [m.uid for batch in mailbox.poll(NEVER, None) for m in batch.messages]
        return mailbox.mark(uids)


def test_keep_touches_nothing(dovecot):
    deliver(dovecot, plain_mail(1))

    done = marked(dovecot, after="keep")

    assert done == ()
    assert seen_by_a_person(dovecot) == {1: set()}


def test_flag_sets_the_keyword_and_nothing_else(dovecot):
    deliver(dovecot, plain_mail(1), plain_mail(2))

    done = marked(dovecot, after="flag")

    assert done == (1, 2)
    assert seen_by_a_person(dovecot) == {
        1: {b"$Callboard"},
        2: {b"$Callboard"},
    }


def test_move_files_the_messages_in_a_folder_it_makes(dovecot):
    deliver(dovecot, plain_mail(1), plain_mail(2))

    done = marked(dovecot, after="move", move_to="Lues")

    with dovecot.client("Lues") as client:
        bodies = [item[b"BODY[]"] for item in client.fetch(client.search(), ["BODY.PEEK[]"]).values()]
    assert done == (1, 2)
    assert bodies == [plain_mail(1), plain_mail(2)]
    assert seen_by_a_person(dovecot) == {}


def test_marking_between_two_batches_does_not_disturb_the_poll(dovecot):
    deliver_many(dovecot, (plain_mail(n, "x" * 60_000) for n in range(1, 5)))
    uids = []
    with opened(dovecot.config(after="move"), batch_bytes=100_000) as mailbox:
        for batch in mailbox.poll(NEVER, None):
            uids += [m.uid for m in batch.messages]
            mailbox.mark(uids[-1:])

    assert uids == [1, 2, 3, 4]
    assert list(seen_by_a_person(dovecot, "Callboard")) == [1, 2, 3, 4]


def test_messages_fetched_after_the_first_mark_stay_unread(dovecot):
    """Field note 2: by then the mailbox is open for writing, and only PEEK keeps \\Seen away."""
    deliver_many(dovecot, (plain_mail(n, "x" * 60_000) for n in range(1, 4)))
    with opened(dovecot.config(after="flag"), batch_bytes=100_000) as mailbox:
        for batch in mailbox.poll(NEVER, None):
            mailbox.mark([m.uid for m in batch.messages])

    assert seen_by_a_person(dovecot) == {uid: {b"$Callboard"} for uid in (1, 2, 3)}


def test_nothing_is_marked_in_a_mailbox_made_anew_meanwhile(dovecot):
    deliver(dovecot, plain_mail(1), folder="Talks")
    with opened(dovecot.config(folder="Talks", after="flag")) as mailbox:
        list(mailbox.poll(NEVER, None))
        with dovecot.client() as client:
            client.delete_folder("Talks")
            client.create_folder("Talks")
            client.append("Talks", plain_mail(2))

        done = mailbox.mark([1])

    assert done == ()
    assert list(seen_by_a_person(dovecot, "Talks").values()) == [set()]


SELECTED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n"
MESSAGE_1 = one_message(b" UIDVALIDITY 7")


def mark_scripted(server: ScriptedImap, after: str) -> tuple[tuple[int, ...], list[str]]:
    """Poll and mark message 1; what was marked, and the commands from SELECT on."""
    with opened(server.config(after=after)) as mailbox:
        list(mailbox.poll(NEVER, None))
        done = mailbox.mark([1])
    position = next(n for n, command in enumerate(server.commands) if command.startswith("SELECT"))
    return done, [c for c in server.commands[position + 1 :] if c not in ("LOGOUT", "CAPABILITY")]


def test_a_read_only_mailbox_is_left_alone_and_can_be_polled_on():
    """Field note 13."""
    answers = MESSAGE_1 | {"SELECT": SELECTED + b"TAG OK [READ-ONLY] done\r\n"}
    with ScriptedImap(answers) as server:
        done, commands = mark_scripted(server, "flag")
        with opened(server.config(after="flag")) as mailbox:
            mailbox.mark([1])
            again = list(mailbox.poll(NEVER, None))

    assert done == ()
    assert commands == ['EXAMINE "INBOX"']
    assert [m.uid for m in fetched(again)] == [1]


def test_a_keyword_that_the_server_would_drop_is_not_sent():
    """Field note 13: PERMANENTFLAGS without \\*."""
    answers = MESSAGE_1 | {"SELECT": SELECTED + b"* OK [PERMANENTFLAGS (\\Seen)] ok\r\n"}
    with ScriptedImap(answers) as server:
        done, commands = mark_scripted(server, "flag")

    assert (done, commands) == ((), [])


MOVABLE = {
    "SELECT": SELECTED + b"* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] ok\r\n",
    "LIST": b'* LIST () "/" "Callboard"\r\n',
    "UID COPY": b"",
    "UID STORE": b"",
    "UID EXPUNGE": b"",
    "UID MOVE": b"",
}


def test_without_move_a_message_is_copied_and_expunged_by_its_uid():
    """Field note 10."""
    with ScriptedImap(MESSAGE_1 | MOVABLE, capabilities="IMAP4rev1 UIDPLUS") as server:
        done, commands = mark_scripted(server, "move")

    assert done == (1,)
    assert commands[1:] == [
        'UID COPY 1 "Callboard"',
        "UID STORE 1 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 1",
    ]


def test_without_uidplus_nothing_is_deleted_or_expunged():
    """Field notes 10 and 11: a plain EXPUNGE would take other people's deleted mail along."""
    with ScriptedImap(MESSAGE_1 | MOVABLE) as server:
        done, commands = mark_scripted(server, "move")

    assert done == (1,)
    assert commands[1:] == ['UID COPY 1 "Callboard"', "UID STORE 1 +FLAGS.SILENT ($Callboard)"]


def test_after_a_refused_copy_nothing_is_deleted():
    """Field note 12."""
    answers = MESSAGE_1 | MOVABLE | {"UID COPY": b"TAG NO no space\r\n"}
    with (
        ScriptedImap(answers, capabilities="IMAP4rev1 UIDPLUS") as server,
        pytest.raises(MailboxDown) as down,
    ):
        mark_scripted(server, "move")

    assert down.value.trouble == ServerTrouble.PROTOCOL
    assert [c for c in server.commands if "STORE" in c or "EXPUNGE" in c] == []


def test_check_learns_how_many_messages_the_folder_holds(dovecot):
    deliver(dovecot, plain_mail(1), plain_mail(2))

    with opened(dovecot.config()) as mailbox:
        folder = mailbox.inspect()

    assert (folder.messages, folder.uid_next) == (2, 3)


@pytest.mark.parametrize("after", ["keep", "flag", "move"])
def test_check_finds_no_obstacle_on_a_good_server(dovecot, after):
    with opened(dovecot.config(after=after)) as mailbox:
        assert mailbox.obstacle() is None


@pytest.mark.parametrize(
    ("select", "after", "cure"),
    [
        (SELECTED + b"TAG OK [READ-ONLY] done\r\n", "flag", 'set after = "keep" or ask for write access'),
        (SELECTED + b"* OK [PERMANENTFLAGS (\\Seen)] ok\r\n", "flag", 'set after = "keep" or "move"'),
        (SELECTED + b"* OK [PERMANENTFLAGS (\\Seen)] ok\r\n", "move", 'set after = "keep"'),
    ],
)
def test_check_names_what_stands_in_the_way_of_a_mark(select, after, cure):
    with ScriptedImap({"SELECT": select}) as server, opened(server.config(after=after)) as mailbox:
        obstacle = mailbox.obstacle()

    assert obstacle is not None
    assert obstacle.endswith(cure)
