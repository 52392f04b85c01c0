"""How the configuration says who logs in with what: secrets from programs, and apps for OAuth."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path

import pytest

from callboard import rehearsal
from callboard.config import (
    MailboxConfig,
    OAuthConfig,
    SmtpConfig,
    client_secret,
    load,
    mailbox_password,
    smtp_password,
)
from callboard.config.commands import run
from callboard.config.origins import origins
from callboard.errors import ConfigError
from waiting import until

CALL = '[call]\ntitle = "T"\ntimezone = "Europe/Paris"\n'
MAILBOX = '[[mailbox]]\nname = "ada"\nhost = "imap.example.org"\nuser = "ada@example.org"\n'
SMTP = '[smtp]\nhost = "smtp.example.org"\naddress = "ada@example.org"\n'
MICROSOFT = '[[oauth]]\nname = "work"\nprovider = "microsoft"\nclient_id = "abc"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "callboard.toml"
    path.write_text(CALL + text, encoding="utf-8")
    return path


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def mailbox(**keys: object) -> MailboxConfig:
    return MailboxConfig.model_validate({"name": "ada-1", "host": "imap.example.org", "user": "ada", **keys})


def problems(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(ConfigError) as error:
        load(path, {})
    return [line.removeprefix(f"{path}: ") for line in str(error.value).split("\n")]


# ----------------------------------------------------------------------------- secrets from programs


def test_the_first_line_that_a_program_prints_is_the_password() -> None:
    asked = program("print(' two words '); print('login: ada')")

    assert mailbox_password(mailbox(password_command=asked), {}) == " two words "
    smtp = SmtpConfig(host="h", address="a@example.org", user="a", password_command=asked)
    assert smtp_password(smtp, {}) == " two words "


def test_no_shell_reads_the_command() -> None:
    asked = (*program("import sys; print(sys.argv[1])"), "$HOME; id")

    assert mailbox_password(mailbox(password_command=asked), dict(os.environ)) == "$HOME; id"


def test_environment_and_file_come_before_the_program(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from the file", encoding="utf-8")
    file.chmod(0o600)
    asked = program("print('from the program')")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    (tmp_path / "ada-1").write_text("from the service", encoding="utf-8")

    assert mailbox_password(mailbox(password_command=asked, password_file=file), environ) == "from the file"
    assert mailbox_password(mailbox(password_command=asked), environ) == "from the program"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            program("import sys; print('half'); print('hidden', file=sys.stderr); sys.exit(3)"),
            "failed (exit code 3)",
        ),
        (program("print()"), "printed nothing in its first line"),
        (program("import sys; sys.stdout.buffer.write(b'\\xff')"), "did not print UTF-8 text"),
        (("/nowhere/at/all",), "/nowhere/at/all cannot be started (No such file or directory)"),
        ((), "is an empty list"),
    ],
)
def test_a_program_that_fails_is_told_without_what_it_said(
    command: tuple[str, ...], said: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(ConfigError) as problem:
        mailbox_password(mailbox(password_command=command), {})

    assert said in str(problem.value)
    assert str(problem.value).startswith('mailbox "ada-1": password_command')
    heard = str(problem.value) + caplog.text + "".join(capfd.readouterr())
    assert "hidden" not in heard and "half" not in heard


def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    number = tmp_path / "child"
    child = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        f"open({str(number)!r}, 'w').write(str(child.pid))\n"
        "child.wait()"
    )
    began = time.monotonic()

    with pytest.raises(ConfigError) as problem:
        run("x", program(child), {}, seconds=2)

    assert "did not end within 2 s" in str(problem.value)
    assert time.monotonic() - began < 20
    assert until(lambda: not _runs(int(number.read_text())), 10)


def _runs(pid: int) -> bool:
    """A process that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_program_sees_none_of_our_own_secrets() -> None:
    asked = program("import os; print(sorted(os.environ))")
    environ = {"CALLBOARD_SMTP_PASSWORD": "s", "KEPT": "x"}

    assert "CALLBOARD" not in mailbox_password(mailbox(password_command=asked), environ)


def test_an_apps_secret_may_come_from_each_place(tmp_path: Path) -> None:
    app = OAuthConfig(name="my-app", provider="google", client_id="abc")
    file = tmp_path / "oauth-my-app"
    file.write_text("from the file", encoding="utf-8")
    file.chmod(0o600)

    assert client_secret(app, {}) is None
    assert client_secret(app, {"CALLBOARD_OAUTH_MY_APP_SECRET": "s"}) == "s"
    assert client_secret(app, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "from the file"
    assert client_secret(app.model_copy(update={"client_secret_file": file}), {}) == "from the file"
    asked = program("print('printed')")
    assert client_secret(app.model_copy(update={"client_secret_command": asked}), {}) == "printed"


def test_the_origin_of_each_secret_is_shown_and_none_is_read(tmp_path: Path) -> None:
    text = (
        MAILBOX
        + 'password_command = ["/nowhere/at/all", "x"]\n'
        + MAILBOX.replace('"ada"', '"eve"')
        + 'auth = "oauth"\n'
        + MICROSOFT
    )

    found = {o.key: (o.value, o.origin) for o in origins(written(tmp_path, text), {})}

    assert found["mailbox[0].password"] == ("********", "command /nowhere/at/all")
    assert "mailbox[1].password" not in found
    assert found["oauth[0].client_secret"] == (None, "missing")
    assert found["oauth[0].tenant"] == ("common", "default")


# ------------------------------------------------------------------------------------ apps for OAuth


def test_the_presets_know_their_providers() -> None:
    google = OAuthConfig(name="g", provider="google", client_id="abc")
    microsoft = OAuthConfig(name="m", provider="microsoft", client_id="abc", tenant="example.org")

    assert (google.effective_flow, google.wanted_scopes) == ("loopback", "https://mail.google.com/")
    assert microsoft.effective_flow == "device"
    assert microsoft.token_endpoint == "https://login.microsoftonline.com/example.org/oauth2/v2.0/token"
    assert "offline_access" in microsoft.wanted_scopes.split()


def test_two_mailboxes_of_one_account_and_sending_share_its_tokens(tmp_path: Path) -> None:
    login = 'auth = "oauth"\n'
    shared = MAILBOX.replace('"ada"', '"shared"').replace("ada@", "workshop@") + login
    text = (
        'database = "sqlite:///state/calls.db"\n'
        + CALL
        + MAILBOX
        + login
        + shared
        + 'account = "Ada@example.org"\n'
        + SMTP
        + 'user = "ada@example.org"\n'
        + login
        + MICROSOFT
    )
    path = tmp_path / "callboard.toml"
    path.write_text(text, encoding="utf-8")

    config = load(path, {})

    assert config.smtp is not None
    accounts = [config.oauth_account(s) for s in (*config.mailboxes, config.smtp)]
    assert {a.file for a in accounts if a} == {tmp_path / "state" / "tokens" / "work-ada@example.org.json"}
    assert [a.name for a in accounts if a] == ["ada", "shared", "smtp"]


def test_a_mailbox_with_a_password_has_no_account(tmp_path: Path) -> None:
    config = load(written(tmp_path, MAILBOX + MICROSOFT), {})

    assert config.oauth_account(config.mailboxes[0]) is None


def test_tokens_of_a_database_server_lie_in_var(tmp_path: Path) -> None:
    path = written(tmp_path, MAILBOX + 'auth = "oauth"\n' + MICROSOFT)

    config = load(path, {"CALLBOARD_DATABASE": "postgresql://me@db.example/calls"})

    account = config.oauth_account(config.mailboxes[0])
    assert account is not None
    assert account.folder == tmp_path / "var" / "tokens"


def test_a_rehearsal_logs_in_with_the_tokens_that_are_there(tmp_path: Path) -> None:
    config = load(written(tmp_path, MAILBOX + 'auth = "oauth"\n' + MICROSOFT), {})

    own = rehearsal.scratch(config, tmp_path / "stage")

    accounts = [c.oauth_account(c.mailboxes[0]) for c in (config, own)]
    assert len({a.file for a in accounts if a}) == 1
    assert own.database != config.database


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MAILBOX + 'auth = "oauth"\n', "mailbox[0].auth: there is no [[oauth]] to log in with"),
        (
            MAILBOX + 'auth = "oauth"\noauth = "home"\n' + MICROSOFT,
            'mailbox[0].oauth: no [[oauth]] is called "home"',
        ),
        (
            MAILBOX + 'auth = "oauth"\n' + MICROSOFT + MICROSOFT.replace("work", "home"),
            "mailbox[0].oauth is missing; name one of the [[oauth]] tables",
        ),
        (SMTP + 'auth = "oauth"\n' + MICROSOFT, "smtp.user is missing; give the login name"),
        (MICROSOFT + 'flow = "app"\n', 'oauth[0] needs tenant with flow = "app"'),
        (
            MICROSOFT.replace("microsoft", "google") + 'flow = "app"\n',
            'oauth[0] cannot have flow = "app" with Google',
        ),
        (MICROSOFT + MICROSOFT, 'oauth[1].name "work" is too near to that of oauth[0]; give each its own'),
        (
            MICROSOFT.replace("[[oauth]]", "[oauth]"),
            "oauth must be written [[oauth]], with two pairs of brackets",
        ),
        (MICROSOFT.replace("microsoft", "other"), "oauth[0] needs token_url with provider"),
        (
            MICROSOFT + 'token_url = "http://login.example.org/token"\n',
            "oauth[0].token_url must be an address that begins with https://",
        ),
        (MICROSOFT + 'client_secret = "hidden"\n', "oauth[0].client_secret is not a key; did you mean"),
        (MAILBOX + 'password_command = "pass show x"\n', "mailbox[0].password_command must be a list"),
    ],
)
def test_what_is_wrong_with_a_login_is_told(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, text)

    assert len(found) == 1
    assert found[0].startswith(said)
    assert "hidden" not in found[0]


def test_another_provider_needs_its_addresses_alone(tmp_path: Path) -> None:
    other = MICROSOFT.replace("microsoft", "other") + (
        'token_url = "https://login.example.org/token"\nscopes = ["mail"]\n'
        'authorization_url = "https://login.example.org/authorize"\n'
    )

    app = load(written(tmp_path, other), {}).oauth[0]

    assert (app.effective_flow, app.wanted_scopes) == ("loopback", "mail")


def test_the_schema_is_json() -> None:
    assert "client_id" in json.dumps(OAuthConfig.model_json_schema())
