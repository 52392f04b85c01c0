"""The configuration: what a good file becomes, and what is said about a bad one."""

from __future__ import annotations

import logging
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callboard.call import Call, InvitedTalk, Organiser, Topic
from callboard.config import (
    Config,
    MailboxConfig,
    ProgrammeConfig,
    SmtpConfig,
    load,
    loose_password_files,
    mailbox_password,
    smtp_password,
)
from callboard.config.reference import reference
from callboard.errors import ConfigError

ROOT = Path(__file__).parents[1]
BAD = Path(__file__).parent / "bad_config"
PARIS = ZoneInfo("Europe/Paris")

SMALL = """
[call]
title = "Workshop on Examples"
timezone = "Europe/Paris"
"""

FULL = """
database = "sqlite:///var/example.db"
templates = "words"

[call]
title = "Workshop on  Examples"
event = "WE 2027"
language = "en"
timezone = "Europe/Paris"
starts = 2027-03-11T09:30:00
ends = 2027-03-11T16:00:00Z
published = 2026-12-01
deadline = 2027-01-31
proposals_to = "talks@example.org"
prefix = "WE"
tags = ["examples"]

[[call.topic]]
text = "good examples"
keywords = ["exemple", "sample"]

[[call.invited]]
title = ""
speaker = "Ada Example"

[[call.organiser]]
name = "Bob Sample"
address = "bob@example.org"
group = "Programme"
language = "fr"

[[mailbox]]
name = "organisers"
host = "imap.example.org"
user = "workshop"
password_file = "secrets/mailbox"

[smtp]
host = "smtp.example.org"
address = "talks@example.org"

[digest]
at = 08:15:00

[programme]
lunch = ""
breaks = ["9:00-9:15"]

[worker]
poll_minutes = 2
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config" / "callboard.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def mailbox(**changes: object) -> MailboxConfig:
    return MailboxConfig.model_validate(
        {"name": "ada-1", "host": "imap.example.org", "user": "ada", **changes}
    )


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_a_bad_file_is_answered_with_every_problem_and_its_cure(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BAD)

    with pytest.raises(ConfigError) as problem:
        load(Path(path.name), {})

    assert str(problem.value) == path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")


def test_every_expected_message_has_its_file() -> None:
    assert {p.stem for p in BAD.glob("*.txt")} == {p.stem for p in BAD.glob("*.toml")}


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    path = tmp_path / "callboard.toml"

    with pytest.raises(ConfigError) as problem:
        load(path, {})

    assert str(problem.value) == f"{path} does not exist; write it with: callboard init PAGE"


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "callboard.toml"
    path.write_bytes('[call]\ntitle = "Journée"\n'.encode("latin-1"))

    with pytest.raises(ConfigError) as problem:
        load(path, {})

    assert str(problem.value) == f"{path}: this is not UTF-8 text; save the file as UTF-8"


def test_the_call_is_read_in_its_own_time_zone(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    config = load(written(tmp_path, FULL), {})

    assert config.call == Call(
        title="Workshop on Examples",
        event="WE 2027",
        language="en",
        timezone="Europe/Paris",
        starts=datetime(2027, 3, 11, 9, 30, tzinfo=PARIS),
        ends=datetime(2027, 3, 11, 17, 0, tzinfo=PARIS),
        published=date(2026, 12, 1),
        deadline=datetime(2027, 1, 31, 23, 59, 59, tzinfo=PARIS),
        topics=(Topic("good examples", ("exemple", "sample")),),
        invited=(InvitedTalk("", "Ada Example"),),
        organisers=(Organiser("Bob Sample", "bob@example.org", "Programme", "fr"),),
        proposals_to="talks@example.org",
        prefix="WE",
        tags=("examples",),
    )
    assert config.digest.at == time(8, 15)
    assert config.worker.poll_minutes == 2
    assert config.programme.lunch_span is None
    assert config.programme.break_spans == ((time(9, 0), time(9, 15)),)


def test_relative_paths_start_beside_the_config_folder(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    config = load(written(tmp_path, FULL), {})

    assert config.folder == tmp_path
    assert config.database == f"sqlite:///{tmp_path}/var/example.db"
    assert config.templates == tmp_path / "words"
    assert config.programme.folder == tmp_path / "public"
    assert config.mailboxes[0].password_file == tmp_path / "secrets" / "mailbox"


def test_relative_paths_start_beside_a_file_that_lies_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "workshop.toml"
    path.write_text(SMALL, encoding="utf-8")

    assert load(path, {}).database == f"sqlite:///{tmp_path}/var/callboard.db"


def test_a_relative_path_to_the_file_gives_absolute_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, SMALL)
    monkeypatch.chdir(tmp_path)

    assert load(Path("config/callboard.toml"), {}).programme.folder == tmp_path / "public"


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://me@db/call", "sqlite:////srv/call.db", "sqlite:///:memory:"]
)
def test_other_database_urls_stay_as_they_are(url: str, tmp_path: Path) -> None:
    assert load(written(tmp_path, f'database = "{url}"\n{SMALL}'), {}).database == url


def test_the_database_may_come_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:hunter2@db/call"
    config = load(written(tmp_path, SMALL), {"CALLBOARD_DATABASE": url})

    assert config.database == url
    assert "hunter2" not in repr(config)


def test_a_database_of_the_environment_that_is_no_url_is_named_and_not_shown(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)

    with pytest.raises(ConfigError) as problem:
        load(path, {"CALLBOARD_DATABASE": "me:hunter2"})

    assert str(problem.value) == f"{path}: CALLBOARD_DATABASE in the environment must be an SQLAlchemy URL"


def test_folders_and_certificates_that_do_not_exist_are_named(tmp_path: Path) -> None:
    text = (
        'templates = "words"\n'
        + SMALL
        + '[[mailbox]]\nname = "a"\nhost = "h"\nuser = "u"\nca_file = "ca.pem"\n'
    )
    path = written(tmp_path, text)

    with pytest.raises(ConfigError) as problem:
        load(path, {})

    assert str(problem.value).splitlines() == [
        f"{path}: templates: the folder {tmp_path}/words does not exist; make it or take the key out",
        f"{path}: mailbox[0].ca_file: the file {tmp_path}/ca.pem does not exist; put the certificates there",
    ]


def test_blanks_may_be_left_when_no_mail_is_fetched_or_sent(tmp_path: Path) -> None:
    blanks = '[[mailbox]]\nname = "organisers"\nhost = ""\nuser = ""\n[smtp]\nhost = ""\naddress = ""\n'
    config = load(written(tmp_path, SMALL + blanks), {}, allow_blanks=True)

    assert (config.mailboxes, config.smtp) == ((), None)


def test_half_a_mailbox_is_no_blank(tmp_path: Path) -> None:
    half = '[[mailbox]]\nname = "organisers"\nhost = "imap.example.org"\nuser = ""\n'
    path = written(tmp_path, SMALL + half)

    with pytest.raises(ConfigError) as problem:
        load(path, {}, allow_blanks=True)

    assert str(problem.value) == f"{path}: mailbox[0].user is missing; give the login name"


def test_clear_text_is_allowed_when_spelled_out(tmp_path: Path) -> None:
    clear = '[[mailbox]]\nname = "a"\nhost = "imap.example.org"\nuser = "u"\ntls = "none"\n'

    assert load(written(tmp_path, SMALL + clear), {}).mailboxes[0].effective_port == 143


@pytest.mark.parametrize(("tls", "port"), [("tls", 993), ("starttls", 143), ("none", 143)])
def test_the_imap_port_follows_the_encryption(tls: str, port: int) -> None:
    assert mailbox(tls=tls).effective_port == port
    assert mailbox(tls=tls, port=1143).effective_port == 1143


@pytest.mark.parametrize(("tls", "port"), [("tls", 465), ("starttls", 587), ("none", 25)])
def test_the_smtp_port_follows_the_encryption(tls: str, port: int) -> None:
    smtp = SmtpConfig.model_validate({"host": "smtp.example.org", "address": "a@example.org", "tls": tls})

    assert smtp.effective_port == port


def test_the_first_look_starts_when_the_call_was_published() -> None:
    config = Config(call=Call("T", published=date(2026, 12, 1)))

    assert config.since(mailbox()) == date(2026, 12, 1)
    assert config.since(mailbox(since=date(2026, 11, 1))) == date(2026, 11, 1)


def test_default_breaks_are_times() -> None:
    programme = ProgrammeConfig()

    assert programme.lunch_span == (time(12, 30), time(14, 0))
    assert programme.break_spans == ((time(10, 45), time(11, 0)), (time(15, 30), time(15, 45)))


class TestPasswords:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "password"
        path.write_text("from the file\n", encoding="utf-8")
        path.chmod(0o600)
        return path

    def test_the_environment_comes_first(self, file: Path) -> None:
        environ = {"CALLBOARD_MAILBOX_ADA_1_PASSWORD": "from the environment"}

        assert mailbox_password(mailbox(password_file=file), environ) == "from the environment"

    def test_the_file_is_read_without_its_line_end(
        self, file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            assert mailbox_password(mailbox(password_file=file), {}) == "from the file"
        assert caplog.records == []

    def test_blanks_around_a_password_are_its_own(self, file: Path) -> None:
        file.write_bytes(b" two words \r\n")

        assert mailbox_password(mailbox(password_file=file), {}) == " two words "

    def test_the_services_credentials_come_last(self, tmp_path: Path) -> None:
        (tmp_path / "ada-1").write_text("from the service", encoding="utf-8")

        assert mailbox_password(mailbox(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "from the service"

    def test_credentials_that_cannot_be_looked_at_are_named(self) -> None:
        """A folder of another user, say; here one whose name is too long, which stops root as well."""
        with pytest.raises(
            ConfigError, match=r"ada-1 cannot be read .*; give Callboard the right to read it"
        ):
            mailbox_password(mailbox(), {"CREDENTIALS_DIRECTORY": f"/{'x' * 300}"})

    def test_without_any_all_ways_are_named(self) -> None:
        with pytest.raises(ConfigError) as problem:
            mailbox_password(mailbox(), {})

        assert str(problem.value) == (
            'mailbox "ada-1": the password is missing; set CALLBOARD_MAILBOX_ADA_1_PASSWORD, or name a file that '
            "holds it with password_file, or a program that prints it with password_command, or give the service a "
            'credential called "ada-1"'
        )

    def test_a_file_that_does_not_exist_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as problem:
            mailbox_password(mailbox(password_file=tmp_path / "gone"), {})

        assert str(problem.value) == (
            f'mailbox "ada-1": password_file {tmp_path}/gone does not exist; '
            "write the password into it and chmod 600 it"
        )

    def test_an_empty_file_is_no_password(self, file: Path) -> None:
        file.write_text("\n", encoding="utf-8")

        with pytest.raises(ConfigError) as problem:
            mailbox_password(mailbox(password_file=file), {})

        assert (
            str(problem.value)
            == f'mailbox "ada-1": password_file {file} is empty; write the password into it'
        )

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as problem:
            mailbox_password(mailbox(password_file=tmp_path), {})

        assert str(problem.value) == (
            f'mailbox "ada-1": password_file {tmp_path} cannot be read (Is a directory); '
            "give Callboard the right to read it"
        )

    def test_a_file_that_everybody_can_read_is_warned_about(
        self, file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        file.chmod(0o644)
        config = Config(call=Call("T"), mailboxes=(mailbox(password_file=file),))

        with caplog.at_level(logging.WARNING):
            mailbox_password(config.mailboxes[0], {})

        assert loose_password_files(config) == (
            f"everybody on this machine can read {file}; chmod 600 {file}",
        )
        assert [r.getMessage() for r in caplog.records] == list(loose_password_files(config))

    def test_sending_needs_a_password_only_with_a_login(self, file: Path) -> None:
        plain = SmtpConfig(host="smtp.example.org", address="a@example.org")

        assert smtp_password(plain, {}) is None
        assert smtp_password(plain.model_copy(update={"user": "a"}), {"CALLBOARD_SMTP_PASSWORD": "s"}) == "s"
        assert (
            smtp_password(plain.model_copy(update={"user": "a", "password_file": file}), {})
            == "from the file"
        )

    def test_a_missing_smtp_password_names_the_ways(self) -> None:
        smtp = SmtpConfig(host="smtp.example.org", address="a@example.org", user="a")

        with pytest.raises(ConfigError) as problem:
            smtp_password(smtp, {})

        assert str(problem.value) == (
            "smtp: the password is missing; set CALLBOARD_SMTP_PASSWORD, or name a file that holds it with "
            "password_file, or a program that prints it with password_command, or give the service a credential "
            'called "smtp"'
        )


def test_the_reference_is_up_to_date() -> None:
    page = ROOT / "docs" / "configuration.md"

    assert page.read_text(encoding="utf-8") == reference(), (
        "make it again: python -m callboard.config.reference > docs/configuration.md"
    )
