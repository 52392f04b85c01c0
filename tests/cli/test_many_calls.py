"""Two calls of one installation have nothing of each other, whatever is asked, on either engine."""

from __future__ import annotations

import json
import re
import signal
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path

import pytest

from deliver import deliver
from houses import CALL, House
from letters_in import mail
from manycalls import BOTH, Here, Marked, add, installation, letters_of, place_of
from servers import Account, DovecotServer, SmtpSink
from waiting import until

MARKS = ("quartzripple", "mossbasalt")


@pytest.fixture
def calls(dovecot_server: DovecotServer, tmp_path: Path) -> tuple[Marked, Marked]:
    user = f"calls{abs(hash(tmp_path))}"
    rivers, forests = (Account(dovecot_server, f"{user}{which}") for which in ("a", "b"))
    return Marked("rivers", MARKS[0], rivers), Marked("forests", MARKS[1], forests)


@pytest.fixture
def house(
    calls: tuple[Marked, Marked],
    smtp_sink: SmtpSink,
    database_url: str,
    tmp_path: Path,
    postgres_programs: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Here:
    made = Here(monkeypatch, installation(tmp_path, smtp_sink, *calls, database=database_url))
    if database_url.startswith("postgresql"):
        assert made("db", "upgrade")[0] == 0
    return made


def state(house: Here, call: Marked) -> list[str]:
    return [p["state"] for p in json.loads(house("--call", call.name, "list", "--json")[1])]


def answer(letter: EmailMessage, call: Marked, body: str) -> bytes:
    """What a mail program makes of an answer; the code stands in the thread and at the foot."""
    text = letter.get_body(("plain",))
    assert text is not None
    quoted = "".join(f"> {line}\n" for line in text.get_content().splitlines())
    return mail(
        f"{body}\n\n{quoted}", sender=f"Both <{BOTH}>", subject=f"Re: {letter['Subject']}",
        answers=str(letter["Message-ID"]),
    )  # fmt: skip


def test_nothing_of_one_call_shows_in_the_other(
    calls: tuple[Marked, Marked],
    house: Here,
    smtp_sink: SmtpSink,
    database_url: str,
) -> None:
    for call in calls:
        deliver(call.account, call.proposal(1), call.proposal(2), call.private())

    once = house("once")

    assert (once[0], once[2]) == (1, "")  # something is held in each
    for call in calls:
        own, one = call.mark, ("--call", call.name)
        assert house(*one, "accept", "1", "--comment", f"{own}comment")[0] == 0
        assert house(*one, "note", "2", f"{own}note")[0] == 0
        assert house(*one, "digest")[0] == 0
        assert house(*one, "programme", "release")[0] == 0
        assert house(*one, "once")[0] == 0
    for call, other in (calls, calls[::-1]):
        said = {
            words: "".join(map(str, house("--call", call.name, *words)))
            for words in (
                ("status",), ("status", "--json"), ("health", "--json"), ("list", "--json"), ("show", "1"),
                ("show", "2", "--json"), ("held", "--json"), ("digest", "--show"), ("export", "csv"),
                ("programme",), ("person", f"maelle1@{call.mark}.example"), ("config", "show"), ("check",),
                ("person", f"maelle1@{other.mark}.example"),
            )
        }  # fmt: skip
        outside = {words for words, text in said.items() if other.mark in text.lower()}
        pages = [p for root in ("public", "var/draft") for p in (house.folder / root / call.name).rglob("*")]
        shown = "".join(p.read_bytes().decode("utf-8", "replace") for p in pages if p.is_file())
        sent = "".join(m.as_string() + str(m.get_body()) for m in letters_of(smtp_sink, call))
        kept = place_of(database_url, call.name)
        assert outside <= {("person", f"maelle1@{other.mark}.example")}  # which repeats what was asked
        assert '"messages": []' in said["person", f"maelle1@{other.mark}.example"]
        for text in (
            shown,
            sent,
            kept,
            said["list", "--json"],
            said["export", "csv"],
            said["digest", "--show"],
        ):
            assert call.mark in text.lower()
            assert other.mark not in text.lower()


def test_message_ids_of_two_first_rows_differ(
    calls: tuple[Marked, Marked], house: Here, smtp_sink: SmtpSink
) -> None:
    for call in calls:
        deliver(call.account, call.proposal())

    house("once")

    theirs = [str(letter["Message-ID"]) for call in calls for letter in letters_of(smtp_sink, call)]
    assert [re.sub(r"\.[0-9a-f]{12}@", "@", one) for one in theirs] == [
        "<rivers.acknowledgement.1@callboard.test>",
        "<forests.acknowledgement.1@callboard.test>",
    ]


def test_an_answer_with_the_code_of_one_call_does_nothing_in_the_other(
    calls: tuple[Marked, Marked], house: Here, smtp_sink: SmtpSink
) -> None:
    """From an organiser of both: the address alone would count."""
    rivers, forests = calls
    for call in calls:
        deliver(call.account, call.proposal())
    house("once")
    for call in calls:
        house("--call", call.name, "digest")
    digest = next(m for m in letters_of(smtp_sink, rivers) if BOTH in str(m["To"]))

    deliver(forests.account, answer(digest, rivers, "1 oui"))
    astray = house("once"), [state(house, call) for call in calls]
    deliver(rivers.account, answer(digest, rivers, "1 oui"))
    house("once")

    assert (astray[0][0], astray[1]) == (1, [["submitted"], ["submitted"]])
    assert [state(house, call) for call in calls] == [["accepted"], ["submitted"]]


def test_a_call_in_trouble_stops_no_other(
    calls: tuple[Marked, Marked], house: Here, smtp_sink: SmtpSink
) -> None:
    rivers, forests = calls
    deliver(forests.account, forests.proposal())
    file = house.folder / "config" / "calls" / "rivers.toml"
    file.write_text(file.read_text().replace(f"port = {rivers.account.server.imap}", "port = 1"))
    away = house("once", "-q")
    file.write_text(file.read_text().replace("timezone", "timezoon"))
    broken = house("once", "-q")
    health = house("health")

    assert away[0] == 75
    assert away[2].startswith('rivers: mailbox "rivers" (127.0.0.1:1) accepts no connection')
    assert broken[0] == 2
    assert broken[2].startswith("rivers: config/calls/rivers.toml: call.timezoon is not a key")
    assert health[0] == 1 and "timezoon" in health[1]
    assert len(letters_of(smtp_sink, forests)) == 1


def test_a_command_about_one_call_says_which_there_are(house: Here) -> None:
    code, _, err = house("list")
    wrong = house("--call", "river", "list")

    assert (code, err) == (
        2,
        "there are several calls (forests, rivers); say which: callboard --call NAME ...\n",
    )
    assert wrong[::2] == (2, 'there is no call "river"; did you mean rivers?\n')


def test_a_backup_is_of_one_call(calls: tuple[Marked, Marked], house: Here, database_url: str) -> None:
    _, forests = calls
    for call in calls:
        deliver(call.account, call.proposal())
    house("once")

    assert house("--call", "rivers", "backup", "rivers.backup")[0] == 0
    assert forests.mark.encode() not in (house.folder / "rivers.backup").read_bytes()
    house("--call", "rivers", "decline", "1")
    assert house("--call", "rivers", "restore", "rivers.backup", "--force")[0] == 0
    astray = house("--call", "forests", "restore", "rivers.backup", "--force")

    assert [state(house, call) for call in calls[:1]] == [["submitted"]]
    if database_url.startswith("postgresql"):
        assert astray[::2] == (
            2,
            "rivers.backup is of another call (schema call_rivers); name it with --call\n",
        )
        assert state(house, forests) == ["submitted"]


def test_forgetting_somebody_in_one_call_leaves_the_other(calls: tuple[Marked, Marked], house: Here) -> None:
    rivers, _ = calls
    for call in calls:
        deliver(call.account, rivers.proposal())
    house("once")

    done = house("--call", "rivers", "forget", "--yes", f"maelle1@{rivers.mark}.example")

    assert (done[0], done[2]) == (0, "")
    assert [state(house, call) for call in calls] == [["withdrawn"], ["submitted"]]


def test_run_works_for_all_and_for_a_call_that_comes(
    calls: tuple[Marked, Marked], smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    rivers, forests = calls
    house = installation(tmp_path, smtp_sink, rivers)
    house.environ["CALLBOARD_MAILBOX_FORESTS_PASSWORD"] = forests.account.password
    deliver(forests.account, forests.proposal())
    process = house.start("-v", "run")
    try:
        deliver(rivers.account, rivers.proposal())
        assert until(lambda: letters_of(smtp_sink, rivers))
        add(house, forests)
        process.send_signal(signal.SIGHUP)
        assert until(lambda: letters_of(smtp_sink, forests))
        deliver(forests.account, forests.proposal(2))  # heard of by IDLE: the next pass is hours away
        assert until(lambda: len(letters_of(smtp_sink, forests)) == 2)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 0
    assert "rivers: message 1: proposal" in said
    assert "forests: message 2: proposal" in said


def test_a_reload_gives_no_call_what_another_goes_on_with(
    calls: tuple[Marked, Marked], smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    """One whose new file is mistaken goes on reading its mailbox: the other must not begin to."""
    rivers, forests = calls
    house = installation(tmp_path, smtp_sink, rivers, forests)
    files = tmp_path / "config" / "calls"
    process = house.start("-v", "run")
    try:
        deliver(forests.account, forests.proposal())
        assert until(lambda: letters_of(smtp_sink, forests))
        (files / "rivers.toml").write_text(rivers.config.replace(rivers.account.user, forests.account.user))
        (files / "forests.toml").write_text("[call")
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        said = "".join(takewhile(lambda line: "callboard: reloaded" not in line, process.stderr))
        deliver(rivers.account, rivers.proposal())
        assert until(lambda: letters_of(smtp_sink, rivers))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()

    assert "forests goes on as before: " in said
    assert "rivers goes on as before: " in said and "would be read twice; the call forests has it too" in said
    assert [len(letters_of(smtp_sink, call)) for call in calls] == [1, 1]


def test_a_lone_file_is_one_call_as_ever(tmp_path: Path) -> None:
    house = House(tmp_path, CALL)

    listed, named = house("list", "--json"), house("--call", "rivers", "list")

    assert listed == (0, "[]\n", "")
    assert named[::2] == (
        2,
        'there is no call "rivers"; config/callboard.toml is about one call, and there is no file in config/calls\n',
    )


def test_init_writes_the_file_of_a_call(calls: tuple[Marked, Marked], house: Here) -> None:
    (house.folder / "page.md").write_text("# Les lacs\n\nUne journée d'exposés.\n", encoding="utf-8")

    code, _, _ = house("--call", "lakes", "init", "page.md")

    written = (house.folder / "config" / "calls" / "lakes.toml").read_text(encoding="utf-8")
    assert code == 0
    assert 'name = "lakes"' in written
