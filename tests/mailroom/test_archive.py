"""Messages from files: an mbox, a Maildir, one message, a folder of them."""

from __future__ import annotations

import mailbox
import tracemalloc
from email.message import EmailMessage
from pathlib import Path

import pytest

from callboard.errors import ConfigError
from callboard.mailroom.archive import messages
from deliver import plain_mail

FROM = b"From ada@example.org Mon Oct 11 10:00:00 2021\n"


def unix(number: int, text: str = "Hello,\n\nA short letter.\n") -> bytes:
    return plain_mail(number, text).replace(b"\r\n", b"\n")


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# ---------------------------------------------------------------------------------------- mbox


def test_the_messages_of_an_mbox_come_in_order(tmp_path):
    path = written(tmp_path, "talks.mbox", FROM + unix(1) + b"\n" + FROM + unix(2) + b"\n")

    assert list(messages(path)) == [("talks.mbox#1", unix(1)), ("talks.mbox#2", unix(2))]


def test_an_mbox_needs_no_suffix(tmp_path):
    path = written(tmp_path, "Propositions", FROM + unix(1) + b"\n")

    assert list(messages(path)) == [("Propositions#1", unix(1))]


def test_an_mbox_with_windows_line_ends_is_read(tmp_path):
    start = FROM.replace(b"\n", b"\r\n")
    path = written(tmp_path, "talks", start + plain_mail(1) + b"\r\n" + start + plain_mail(2) + b"\r\n")

    assert [raw for _, raw in messages(path)] == [plain_mail(1), plain_mail(2)]


def test_what_pythons_own_mbox_writes_is_read_back(tmp_path):
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        mail = EmailMessage()
        mail["Subject"] = f"Talk {number}"
        mail.set_content("From here on we talk.\n\nFrom Monday on, at 10:00 or so.\n")
        box.add(mail)
    box.close()

    found = [raw for _, raw in messages(tmp_path / "box")]

    assert [raw.split(b"\n")[0] for raw in found] == [
        b"Subject: Talk 0",
        b"Subject: Talk 1",
        b"Subject: Talk 2",
    ]
    assert found[0].endswith(b"\nFrom here on we talk.\n\nFrom Monday on, at 10:00 or so.\n")


@pytest.mark.parametrize(
    ("in_the_file", "as_sent"),
    [
        (b">From the start\n", b"From the start\n"),
        (b">>From the start\n", b">From the start\n"),
        (b">Fromage\n", b">Fromage\n"),
        (b"> From the start\n", b"> From the start\n"),
        (b" >From the start\n", b" >From the start\n"),
    ],
)
def test_the_quoting_of_from_lines_is_taken_off(tmp_path, in_the_file, as_sent):
    path = written(tmp_path, "talks.mbox", FROM + b"Subject: a\n\n" + in_the_file + b"\n" + FROM + unix(2))

    assert [raw for _, raw in messages(path)] == [b"Subject: a\n\n" + as_sent, unix(2)]


@pytest.mark.parametrize(
    "line",
    [
        b"From Lyon to Marseille by train\n",
        b"From 2021 on\n",
        b"From 10:30 to 11:00 we pause\n",
        b"From Monday to Friday\n",
    ],
)
def test_prose_that_begins_with_from_is_no_new_message(tmp_path, line):
    text = b"Subject: a\n\nDear all,\n\n" + line
    path = written(tmp_path, "talks.mbox", FROM + text + b"\n" + FROM + unix(2))

    assert [raw for _, raw in messages(path)] == [text, unix(2)]


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Mon Oct 11 10:00:00 2021\n",
        b"From \n",
        b"From ada@example.org  Mon Oct 11 10:00:00 2021\n",
        b"From ada at example.org  Mon Oct 11 10:00:00 2021\n",
        b"From ada@example.org Mon, 11 Oct 2021 10:00:00 +0200\n",
        b"From MAILER-DAEMON Mon Oct 11 8:00 CEST 2021 remote from host\n",
    ],
)
def test_the_separators_of_known_programs_are_understood(tmp_path, separator):
    path = written(tmp_path, "talks.mbox", separator + unix(1) + b"\n" + separator + unix(2))

    assert [raw for _, raw in messages(path)] == [unix(1), unix(2)]


def test_an_empty_mbox_holds_no_messages(tmp_path):
    assert list(messages(written(tmp_path, "Drafts", b""))) == []


def test_an_mbox_costs_the_memory_of_one_message(tmp_path):
    one = FROM + unix(1, "x" * 900_000 + "\n") + b"\n"
    path = written(tmp_path, "talks.mbox", one * 40)
    tracemalloc.start()

    sizes = [len(raw) for _, raw in messages(path)]

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sizes == [len(one) - len(FROM) - 1] * 40
    assert peak < 6_000_000


def test_of_a_message_over_the_limit_only_the_beginning_is_read(tmp_path):
    path = written(tmp_path, "talks.mbox", FROM + unix(1, "x" * 5000) + b"\n\n" + FROM + unix(2))

    found = [raw for _, raw in messages(path, max_bytes=1000)]

    assert found == [unix(1, "x" * 5000)[:1000], unix(2)]


# ------------------------------------------------------------------------- Maildir, files, folders


def test_a_maildir_gives_what_is_new_and_what_was_seen(tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    for part, name, number in (("cur", "1001.a:2,S", 1), ("new", "1002.b", 2), ("tmp", "1003.c", 3)):
        written(tmp_path / "Maildir" / part, name, plain_mail(number))
    box.close()

    assert list(messages(tmp_path / "Maildir")) == [
        ("cur/1001.a:2,S", plain_mail(1)),
        ("new/1002.b", plain_mail(2)),
    ]


def test_a_single_message_is_read(tmp_path):
    path = written(tmp_path, "talk.eml", plain_mail(1))

    assert list(messages(path)) == [("talk.eml", plain_mail(1))]


def test_a_message_without_a_suffix_is_read(tmp_path):
    path = written(tmp_path, "talk", plain_mail(1))

    assert list(messages(path)) == [("talk", plain_mail(1))]


def test_a_broken_message_is_still_handed_on(tmp_path):
    path = written(tmp_path, "talk.EML", b"\xff\xfe not a header\n")

    assert list(messages(path)) == [("talk.EML", b"\xff\xfe not a header\n")]


def test_a_folder_is_searched_for_messages_all_the_way_down(tmp_path):
    (tmp_path / "2021").mkdir()
    written(tmp_path, "b.eml", plain_mail(2))
    written(tmp_path, "a.eml", plain_mail(1))
    written(tmp_path / "2021", "c.EML", plain_mail(3))
    written(tmp_path, "notes.txt", b"no mail")

    assert list(messages(tmp_path)) == [
        ("2021/c.EML", plain_mail(3)),
        ("a.eml", plain_mail(1)),
        ("b.eml", plain_mail(2)),
    ]


def test_a_file_over_the_limit_is_cut(tmp_path):
    path = written(tmp_path, "talk.eml", plain_mail(1, "x" * 5000))

    assert [raw for _, raw in messages(path, max_bytes=1000)] == [plain_mail(1, "x" * 5000)[:1000]]


# ------------------------------------------------------------------------------- what is no archive


def test_a_path_that_is_not_there_is_named_at_once(tmp_path):
    with pytest.raises(ConfigError) as error:
        messages(tmp_path / "gone.mbox")

    assert str(error.value) == (
        f"{tmp_path / 'gone.mbox'} cannot be read (No such file or directory); check path and rights"
    )


def test_a_file_that_is_not_mail_is_refused_with_what_would_do(tmp_path):
    path = written(tmp_path, "talk.pdf", b"%PDF-1.7\n")

    with pytest.raises(ConfigError) as error:
        messages(path)

    assert str(error.value) == (
        f"{path} is not mail: it begins neither as an mbox nor with a header; name an mbox file, a Maildir, "
        "an .eml file or a folder of them"
    )


def test_a_folder_without_mail_is_refused_with_what_would_do(tmp_path):
    with pytest.raises(ConfigError) as error:
        messages(tmp_path)

    assert str(error.value) == (
        f"{tmp_path} is neither a Maildir nor a folder with .eml files; name an mbox file, a Maildir "
        "(with cur and new inside), an .eml file or a folder of them"
    )
