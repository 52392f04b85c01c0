"""`callboard rehearse`, as typed: it shows everything and does nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from deliver import deliver
from houses import House, with_mail
from letters_in import mail, proposal
from servers import Account, SmtpSink

OTHER = "Basile Orsini <basile@torrents.example>"
NO_DATABASE = "var/callboard.db"


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "1.eml").write_bytes(proposal())
    (folder / "2.eml").write_bytes(mail("Merci !\n", subject="Merci", sender=OTHER))
    return folder


def written_since(house: House) -> set[str]:
    return {str(p.relative_to(house.folder)) for p in house.folder.rglob("*") if p.is_file()}


def test_an_archive_is_shown_with_what_would_become_of_it(
    house: House, archive: Path, smtp_sink: SmtpSink
) -> None:
    before = written_since(house)

    code, out, err = house("rehearse", "archive")

    assert (code, err) == (0, "")
    assert out.startswith(
        "maelle.fontanel@rivieres.example, “Proposition d'exposé”\n"
        "  proposal: proposed P-1\n"
        "  proposal 1 proposed, “Mesurer les crues quand les capteurs se taisent”\n"
        "  letter to maelle.fontanel@rivieres.example: "
    )
    assert out.endswith("\n2 messages: 1 ignored, 1 proposal.\nNothing was sent, marked or kept.\n")
    assert written_since(house) == before
    assert smtp_sink.mails == []


def test_a_mailbox_is_read_and_left_as_it_was(house: House, dovecot: Account, smtp_sink: SmtpSink) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace("since = 2000-01-01", 'since = 2000-01-01\nafter = "flag"'))
    deliver(dovecot, proposal())

    code, out, _ = house("rehearse", "journee")

    assert code == 0
    assert "1 message: 1 proposal." in out
    with dovecot.client() as client:
        client.select_folder("INBOX", readonly=True)
        flags = client.get_flags(client.search())
    assert [set(f) - {rb"\Recent"} for f in flags.values()] == [set()]
    assert smtp_sink.mails == []
    assert not (house.folder / NO_DATABASE).exists()


def test_what_is_no_archive_and_no_mailbox_is_named(house: House) -> None:
    assert house("rehearse", "nowhere") == (
        2,
        "",
        "nowhere is neither a file or folder nor a mailbox; the mailboxes are journee\n",
    )


def test_a_mailbox_that_is_away_is_said(house: House, dovecot: Account) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace(f"port = {dovecot.server.imap}", "port = 1"))

    code, out, err = house("rehearse", "journee")

    assert (code, out) == (75, "")
    assert "accepts no connection" in err


def converse(house: House, dovecot: Account, sink: SmtpSink) -> None:
    """A proposal, and a correction below our acknowledgement."""
    deliver(dovecot, proposal(message_id="<first@mail.example>"))
    house("once", "-q")
    ours = re.search(rb"(?mi)^Message-ID: (<.+>)", sink.mails[0].content)
    assert ours is not None
    answer = mail("Bonjour,\n\nle titre devient « Crues muettes ».\n\nMaëlle\n", answers=ours[1].decode())
    deliver(dovecot, answer)
    house("once", "-q")


def test_what_was_done_is_done_again_alike_but_not_what_people_decided(
    house: House, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    converse(house, dovecot, smtp_sink)
    letters = len(smtp_sink.mails)

    assert house("rehearse", "--compare") == (0, "2 messages read again, all as before.\n", "")
    assert len(smtp_sink.mails) == letters

    house("accept", "1")
    deliver(dovecot, mail("Je confirme ma venue pour P-1.\n\nMaëlle\n", subject="Re: P-1"))
    house("once", "-q")
    assert house("rehearse", "--compare")[:2] == (
        0,
        "3 messages read again, all as before. 1 message came after a decision and is not compared.\n",
    )


def test_an_archive_that_was_imported_in_silence_owes_no_letter(house: House, archive: Path) -> None:
    house("import", "archive")

    assert house("rehearse", "--compare")[:2] == (0, "2 messages read again, all as before.\n")


def test_the_version_at_work_keeps_its_tables(house: House, archive: Path) -> None:
    """The new one is tried beside it: what it needs is made in a copy."""
    house("import", "archive")
    file = house.folder / NO_DATABASE
    with sqlite3.connect(file) as db:
        db.execute("DROP TABLE pause")
        db.execute("ALTER TABLE speaker DROP COLUMN may_change")
        for column in ("for_days", "for_topics", "level"):
            db.execute(f"ALTER TABLE proposal DROP COLUMN {column}")
        db.execute("UPDATE alembic_version SET version_num = '0005'")

    assert house("rehearse", "--compare")[0] == 0

    with sqlite3.connect(file) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0005",)]


def test_a_changed_template_shows_in_the_letters(house: House, dovecot: Account, smtp_sink: SmtpSink) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")
    own = house.folder / "config" / "templates" / "letters" / "fr"
    own.mkdir(parents=True)
    (own / "acknowledgement.txt").write_text("Bien reçu.\n", encoding="utf-8")
    file = house.folder / "config" / "callboard.toml"
    file.write_text('templates = "config/templates"\n' + file.read_text())

    code, out, _ = house("rehearse", "--compare")

    assert code == 1
    assert "Proposition d'exposé”\n  letter “acknowledgement” to maelle.fontanel@rivieres.example:\n" in out
    assert "\n    +Bien reçu.\n" in out
    assert out.endswith("1 message read again, 1 of them otherwise than before.\n")


def test_another_reading_shows_field_by_field(house: House, dovecot: Account) -> None:
    deliver(dovecot, proposal())
    house("once", "-q")
    with sqlite3.connect(house.folder / NO_DATABASE) as db:  # as an older version may have understood it
        ((understood,),) = db.execute("SELECT understood FROM version")
        older = json.loads(understood) | {"duration_minutes": None}
        db.execute("UPDATE version SET understood = ?", [json.dumps(older)])

    code, out, _ = house("rehearse", "--compare", "--json")

    assert code == 1
    assert [d["differences"] for d in json.loads(out)] == [
        ["proposal 1 proposed, duration_minutes: nothing before, “20” now"]
    ]


def test_letters_and_pages_are_left_to_look_at(house: House, archive: Path) -> None:
    assert house("rehearse", "archive", "--out", "look")[0] == 0

    found = house.folder / "look"
    assert found.stat().st_mode & 0o077 == 0
    assert [p.name for p in (found / "letters").iterdir()] == ["001 acknowledgement.eml"]
    assert "Mesurer les crues" in (found / "digest.txt").read_text(encoding="utf-8")
    again = house("rehearse", "archive", "--out", "look")
    assert again == (2, "", "look is not an empty folder; name a new one\n")
