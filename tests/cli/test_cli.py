"""The commands as a user types them: a process, its output and its exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

import callboard
from deliver import deliver
from houses import House, with_mail
from letters_in import mail, proposal
from servers import Account, SmtpSink


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


@pytest.fixture
def nowhere(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_newcomer_is_told_where_to_start(nowhere: House) -> None:
    code, out, _ = nowhere("--help")

    assert code == 0
    commands = (
        "accept check db decline demo digest export held import init list note once programme read run "
        "send-decisions show undo vote waitlist"
    )
    for command in commands.split():
        assert f"\n  {command} " in out
    assert "callboard init PAGE" in out


def test_the_version_needs_no_command(nowhere: House) -> None:
    assert nowhere("--version") == (0, f"callboard {callboard.__version__}\n", "")


def test_without_a_configuration_the_cure_is_named(nowhere: House) -> None:
    code, out, err = nowhere("once")

    assert (code, out) == (2, "")
    assert "callboard init PAGE" in err
    assert "Traceback" not in err


def test_a_pass_from_mail_to_letter_to_decision(house: House, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal())

    passed = house("once")
    listed = house("list", "--json")
    accepted = house("accept", "1")
    again = house("once", "--quiet")

    assert passed == (0, "1 fetched, 1 proposal, 1 letters sent, programme draft 1.\n", "")
    assert [(p["reference"], p["state"], p["missing"]) for p in json.loads(listed[1])] == [
        ("P-1", "submitted", [])
    ]
    assert accepted[0] == 0
    assert again == (0, "", "")
    assert [m.recipients for m in smtp_sink.mails] == [("maelle.fontanel@rivieres.example",)] * 2


def test_showing_a_proposal_shows_its_history(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal(message_id="<crue@rivieres.example>"))
    house("once", "-q")
    house("decline", "1", "--no-letter")

    code, out, _ = house("show", "1", "--json")

    shown = json.loads(out)
    assert code == 0
    assert [(h["action"], h["by"], h["message"]) for h in shown["history"]] == [
        ("proposed", "speaker", "<crue@rivieres.example>"),
        ("declined", "command line", None),
    ]
    assert shown["history"][0]["understood"]["sources"]["title"]["rule"] == "label"


def test_deciding_on_a_number_that_is_not_there_decides_nothing(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")

    code, _, err = house("accept", "1", "7")

    assert code == 2
    assert "no proposal P-7" in err
    assert json.loads(house("list", "--json")[1])[0]["state"] == "submitted"


def test_held_messages_are_shown_and_settled(house: House, dovecot: Account) -> None:
    deliver(
        dovecot,
        mail(
            "Mon texte",
            From_="x",
            Content_Language="fr",
            sender="a@b.example, c@d.example",
            subject="Deux têtes",
        ),
    )
    once = house("once")
    shown = house("held", "--json")
    number = json.loads(shown[1])[0]["id"]
    settled = house("held", "--dismiss", str(number))

    assert (once[0], shown[0], settled[0]) == (1, 1, 0)


def test_a_mailbox_that_is_down_means_try_again_later(house: House, dovecot: Account) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace(f"port = {dovecot.server.imap}", "port = 1"))

    code, _, err = house("once", "-q")

    assert code == 75
    assert err == 'mailbox "journee" (127.0.0.1:1) accepts no connection; check host and port\n'


def test_once_refuses_to_overlap(house: House) -> None:
    house("once", "-q")
    engine = sa.create_engine(f"sqlite:///{house.folder}/var/callboard.db")
    with engine.begin() as db:
        db.execute(sa.text("INSERT INTO lease VALUES ('worker', 'somebody', '2999-01-01 00:00:00')"))
    engine.dispose()

    code, _, err = house("once")

    assert code == 75
    assert "another Callboard is working" in err


def test_a_locked_database_means_try_again_later(house: House, dovecot: Account) -> None:
    """Another program holds the write lock for longer than we wait."""
    house("once", "-q")
    file = house.folder / "config" / "callboard.toml"
    file.write_text('database = "sqlite:///var/callboard.db?timeout=1"\n' + file.read_text())
    engine = sa.create_engine(f"sqlite:///{house.folder}/var/callboard.db")
    deliver(dovecot, proposal())
    with engine.connect() as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        code, _, err = house("once")
        db.rollback()
    engine.dispose()

    assert code == 75
    assert "Traceback" not in err
    assert house("once")[0] == 0


def test_import_takes_files_once(house: House, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "one.eml").write_bytes(proposal())

    first, second = house("import", "old", "--no-letters"), house("import", "old")

    assert (first[0], first[1].split(",")[0]) == (0, "1 fetched")
    assert (second[0], second[1].split(",")[0]) == (0, "0 fetched")


def test_read_prints_one_object_for_each_message(nowhere: House, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(proposal())

    code, out, _ = nowhere("read", "--json", "one.eml")

    (line,) = out.splitlines()
    read = json.loads(line)
    assert code == 0
    assert (read["file"], read["kind"], read["acknowledge_to"]) == (
        "one.eml",
        "proposal",
        "maelle.fontanel@rivieres.example",
    )


def test_read_shows_beside_each_line_the_field_it_went_to(nowhere: House, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(proposal())

    code, out, _ = nowhere("read", "one.eml")

    margin = [line.split(" │ ") for line in out.splitlines() if " │ " in line]
    assert code == 0
    assert ["title", "Titre : Mesurer les crues quand les capteurs se taisent"] in [
        [name.strip(), line] for name, line in margin
    ]


def test_read_names_a_field_of_several_proposals_once(nowhere: House, tmp_path: Path) -> None:
    text = "Je propose deux exposés :\n\n- Les crues en été\n- Les crues en hiver\n\nMaëlle"
    (tmp_path / "two.eml").write_bytes(mail(text))

    margin = [line.split(" │ ") for line in nowhere("read", "two.eml")[1].splitlines() if " │ " in line]

    assert ["format 1+2", "Je propose deux exposés :"] in [[name.strip(), line] for name, line in margin]


def test_read_writes_a_page(nowhere: House, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(proposal())

    assert nowhere("read", "one.eml", "--html", "one.html") == (0, "", "")
    assert "Mesurer les crues quand les capteurs se taisent</mark>" in (tmp_path / "one.html").read_text(
        "utf-8"
    )


def test_read_takes_a_message_from_standard_input(nowhere: House) -> None:
    read = [sys.executable, "-m", "callboard", "read", "--json", "-"]
    done = subprocess.run(read, input=proposal(), cwd=nowhere.folder, capture_output=True, check=True)

    assert json.loads(done.stdout)["kind"] == "proposal"


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_read_is_coloured_on_a_terminal_alone_and_wrapped_to_it(
    nowhere: House, tmp_path: Path, more: dict[str, str], coloured: bool
) -> None:
    (tmp_path / "one.eml").write_bytes(proposal())
    environ = {**nowhere.environ, "TERM": "xterm", "COLUMNS": "60", **more}
    ours, theirs = os.openpty()

    read = [sys.executable, "-m", "callboard", "read", "one.eml"]
    subprocess.run(read, cwd=nowhere.folder, env=environ, stdout=theirs, check=True)
    os.close(theirs)

    shown = os.read(ours, 100_000).decode()
    assert ("\x1b[36m" in shown) is coloured
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in shown.splitlines()) <= 60


def test_check_says_one_line_for_each_thing(house: House) -> None:
    code, out, _ = house("check")

    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "ok    configuration",
        "ok    templates",
        "ok    database",
        "ok    programme",
        "ok    mailbox journee",
        "ok    smtp",
    ]


def test_check_reports_a_broken_template_with_file_and_line(house: House) -> None:
    folder = house.folder / "templates" / "letters" / "fr"
    folder.mkdir(parents=True)
    (folder / "acknowledgement.txt").write_text("Bonjour\n{% if %}\n")
    file = house.folder / "config" / "callboard.toml"
    file.write_text('templates = "templates"\n' + file.read_text())

    code, out, _ = house("check")

    assert code == 2
    assert "letters/fr/acknowledgement.txt:2" in out


def test_check_names_a_wrong_password_without_printing_it(house: House) -> None:
    house.environ["CALLBOARD_MAILBOX_JOURNEE_PASSWORD"] = "not-the-password"

    code, out, err = house("check")

    assert code == 75
    assert "FAIL  mailbox journee" in out
    assert "not-the-password" not in out + err


def test_init_writes_a_configuration_and_never_overwrites_one(nowhere: House, tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[2] / "config" / "announcement.md"
    first = nowhere("init", str(page))
    written = (tmp_path / "config" / "callboard.toml").read_text(encoding="utf-8")
    second = nowhere("init", str(page))

    assert (first[0], second[0]) == (0, 2)
    assert "--force" in second[2]
    assert (tmp_path / "config" / "callboard.toml").read_text(encoding="utf-8") == written


def test_the_demo_leaves_everything_in_its_folder(nowhere: House, tmp_path: Path) -> None:
    code, said, err = nowhere("demo", "--out", "play")

    assert (code, err) == (0, "")
    # An organiser decides by answering, and is told what was not understood; the speakers hear of it.
    told = " ".join(said.split())
    assert (
        "Ceci n’a pas été compris, et rien n’en a été fait : > 6 plutôt le matin ? peut-être : 6 oui" in told
    )
    code, listed, _ = nowhere("-c", "play/config/callboard.toml", "list", "--json")
    assert code == 0
    states = json.loads(listed)
    assert {p["number"]: p["state"] for p in states if p["state"] not in ("submitted", "withdrawn")} == {
        1: "accepted",
        2: "waitlisted",
        4: "accepted",
    }
    kinds = [path.name.split("-")[1] for path in sorted((tmp_path / "play" / "letters").glob("*.eml"))]
    assert sorted(kinds[-4:]) == ["accepted", "accepted", "review", "waitlisted"]
    assert (tmp_path / "play" / "programme" / "index.html").is_file()
    assert len(list((tmp_path / "play" / "letters").glob("*.eml"))) >= 15
    assert (tmp_path / "play" / "callboard.db").is_file()


def test_the_demo_empties_no_folder_that_is_not_its_own(nowhere: House, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("precious")

    code, _, err = nowhere("demo", "--out", "mine")

    assert code == 2
    assert "not empty" in err
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "precious"


def test_a_missing_password_is_wrong_configuration(house: House) -> None:
    del house.environ["CALLBOARD_MAILBOX_JOURNEE_PASSWORD"]

    code, _, err = house("once", "-q")

    assert code == 2
    assert "CALLBOARD_MAILBOX_JOURNEE_PASSWORD" in err


def test_a_pass_that_is_told_to_stop_gives_its_lease_back(house: House, dovecot: Account) -> None:
    deliver(dovecot, *(proposal(title=f"Exposé {n}", abstract=f"Numéro {n}. " * 60) for n in range(40)))
    house("list")  # the database is there already
    process = house.start("once")
    engine = sa.create_engine(f"sqlite:///{house.folder}/var/callboard.db")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with engine.connect() as db:
            if db.execute(sa.text("SELECT count(*) FROM proposal")).scalar():
                break
        time.sleep(0.05)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    again = house("once", "-q")
    once_more = house("once", "-q")

    engine.dispose()
    assert (process.returncode, again[0], once_more[0]) == (0, 0, 0)
    assert len(json.loads(house("list", "--json")[1])) == 40


def test_a_database_that_is_none_says_so(house: House) -> None:
    (house.folder / "var").mkdir()
    (house.folder / "var" / "callboard.db").write_text("this is a letter, not a database\n" * 100)

    for words in (("once",), ("check",), ("list",)):
        code, out, err = house(*words)

        assert code == 2
        assert "is it Callboard's?" in out + err
        assert "Traceback" not in err


def test_a_database_server_that_is_away_means_try_again_later(house: House) -> None:
    house.environ["CALLBOARD_DATABASE"] = "postgresql://nobody@127.0.0.1:1/callboard"

    for words in (("once",), ("check",), ("db", "upgrade"), ("list",)):
        code, _, err = house(*words)

        assert code == 75
        assert "Traceback" not in err


@pytest.mark.parametrize("words", [("show",), ("accept",), ("held", "--raw")])
def test_numbers_beyond_any_table_are_wrong_use(house: House, words: tuple[str, ...]) -> None:
    code, _, err = house(*words, "99999999999999999999")

    assert code == 2
    assert "Traceback" not in err


def test_a_title_cannot_command_the_terminal(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal(title="Crues \x1b]0;owned\x07 et digues"))
    house("once", "-q")

    _, out, _ = house("list")

    assert "\x1b" not in out
    assert "\x07" not in out


def test_a_decision_is_undone_while_its_letter_waits(
    house: House, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace("decision_delay_minutes = 0", "decision_delay_minutes = 60"))
    deliver(dovecot, proposal())
    house("once", "-q")

    waits = house("waitlist", "1")
    shown = json.loads(house("show", "1", "--json")[1])
    undone, again = house("undo"), house("undo")
    house("once", "-q")

    assert waits[0] == 0
    assert "until then callboard undo takes it back" in waits[1]
    assert (shown["state"], shown["decision"]["told"]) == ("waitlisted", "decided")
    assert [(o["by"], o["line"]) for o in shown["review"]["orders"]] == [("command line", "waitlist 1")]
    assert (undone[0], "P-1 submitted" in undone[1]) == (0, True)
    assert (again[0], again[1]) == (1, "There is nothing to undo.\n")
    assert len(smtp_sink.mails) == 1


def test_a_vote_and_a_note_stand_beside_the_proposal(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")

    stranger = house("vote", "1", "accept", "--as", "eve@outside.example")
    voted = house("vote", "1", "maybe", "--score", "4/5", "--comment", "belle idée")
    noted = house("note", "1", "demander une salle noire")
    listed = json.loads(house("list", "--to-decide", "--json")[1])
    _, shown, _ = house("show", "1")

    assert (stranger[0], voted[0], noted[0]) == (2, 0, 0)
    assert "no organiser" in stranger[2]
    assert [(v["name"], v["opinion"], v["score"], v["comment"]) for v in listed[0]["votes"]] == [
        ("Odile Brac", "maybe", 4.0, "belle idée"),
        ("command line", None, None, "demander une salle noire"),
    ]
    assert "Missing" not in shown
    assert "belle idée" in shown


def test_the_table_is_exported(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal(title="=HYPERLINK(1)"))
    house("once", "-q")

    code, out, _ = house("export", "csv", "--output", "table.csv")

    text = (house.folder / "table.csv").read_bytes().decode("utf-8")
    assert (code, out) == (0, "1 proposals in table.csv\n")
    assert text.startswith('\ufeff"number","reference","state"')
    assert json.loads(house("export", "json")[1])[0]["state"] == "submitted"
