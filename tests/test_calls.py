"""What the files of several calls make of each other, and what would mix them."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.config import Calls, load_calls, mixed
from callboard.errors import ConfigError

SHARED = """
database = "sqlite:///var/callboard.db?timeout=5"
[smtp]
host = "smtp.example.org"
[letters]
undo_days = 3
remind_after_days = 5
"""
OWN = """
[call]
title = "{name}"
timezone = "Europe/Paris"
[[mailbox]]
name = "{name}"
host = "imap.example.org"
user = "{name}"
[smtp]
address = "{name}@example.org"
"""


def written(folder: Path, shared: str = SHARED, **calls: str) -> Path:
    """`calls`: what their files say beyond the usual."""
    (folder / "config" / "calls").mkdir(parents=True)
    file = folder / "config" / "callboard.toml"
    file.write_text(shared)
    for name, more in calls.items():
        text = more if "[call]" in more else OWN.format(name=name) + more
        (file.parent / "calls" / f"{name}.toml").write_text(text)
    return file


def problems(
    folder: Path, shared: str = SHARED, environ: dict[str, str] | None = None, **calls: str
) -> list[str]:
    """Without the names of the files."""
    found = load_calls(written(folder, shared, **calls), environ or {}).problems
    return [f"{name}: {str(error).partition('.toml: ')[2]}" for name, error in sorted(found.items())]


def test_a_call_takes_what_is_shared_and_overrides_it_key_by_key(tmp_path: Path) -> None:
    calls = load_calls(written(tmp_path, a="[letters]\nundo_days = 1", b=""), {})

    a, b = calls.one("a"), calls.one("b")
    assert [(c.letters.undo_days, c.letters.remind_after_days) for c in (a, b)] == [(1, 5), (3, 5)]
    assert [(c.smtp.host, c.smtp.address) for c in (a, b) if c.smtp] == [
        ("smtp.example.org", "a@example.org"),
        ("smtp.example.org", "b@example.org"),
    ]


def test_each_call_has_places_of_its_own(tmp_path: Path) -> None:
    calls = load_calls(written(tmp_path, a="", b='[programme]\nfolder = "site"'), {})

    a, b = calls.one("a"), calls.one("b")
    assert [c.database for c in (a, b)] == [
        f"sqlite:///{tmp_path}/var/callboard-{name}.db?timeout=5" for name in "ab"
    ]
    assert [(c.programme.folder, c.programme.draft_folder) for c in (a, b)] == [
        (tmp_path / "public/a", tmp_path / "var/draft/a"),
        (tmp_path / "site", tmp_path / "var/draft/b"),
    ]


def test_on_a_server_the_place_is_a_schema(tmp_path: Path) -> None:
    calls = load_calls(
        written(tmp_path, SHARED.replace("sqlite:///var/callboard.db?timeout=5", "postgresql://x/y"), a=""),
        {},
    )

    assert (calls.one("a").database, calls.one("a").schema_name) == ("postgresql://x/y", "call_a")


def test_a_blank_that_the_shared_file_fills_in_is_none(tmp_path: Path) -> None:
    own = OWN.format(name="a").replace("[smtp]\n", '[smtp]\nhost = ""\n')

    assert problems(tmp_path, a=own) == []


@pytest.mark.parametrize(
    ("shared", "problem"),
    [
        ("[call]\ntitle = 'x'", "[call] belongs to one call, and {calls} holds several; write it into that"),
        (
            "[[mailbox]]\nname = 'x'",
            "[mailbox] belongs to one call, and {calls} holds several; write it into",
        ),
        ("[programme]\npins = []", "programme.pins belongs to one call; write it into that call's file in"),
    ],
)
def test_what_is_a_calls_own_is_not_shared(tmp_path: Path, shared: str, problem: str) -> None:
    file = written(tmp_path, shared, a="")

    with pytest.raises(ConfigError) as wrong:
        load_calls(file, {})

    assert str(wrong.value).startswith(f"{file}: {problem.format(calls=file.parent / 'calls')}")


def test_a_call_does_not_choose_where_the_installation_keeps_it(tmp_path: Path) -> None:
    own = 'database = "sqlite:///b.db"\n' + OWN.format(name="a")

    assert problems(tmp_path, a=own, b="") == [
        f"a: database is the installation's; write it into {tmp_path}/config/callboard.toml"
    ]


def test_names_of_files_that_can_name_no_schema_are_refused(tmp_path: Path) -> None:
    found = load_calls(written(tmp_path, A_b=""), {}).problems

    assert [str(problem) for problem in found.values()] == [
        '"A_b" cannot name a call; take up to 40 small letters, digits and dashes'
    ]


def test_a_mailbox_is_of_one_call(tmp_path: Path) -> None:
    """It would be kept twice, and answered twice."""
    b = OWN.format(name="b").replace('user = "b"', 'user = "A"\nfolder = "inbox"')

    assert problems(tmp_path, a="", b=b, c="") == [
        "a: mailbox[0]: INBOX of a at imap.example.org would be read twice; the call b has it too, give each its own",
        "b: mailbox[0]: inbox of A at imap.example.org would be read twice; the call a has it too, give each its own",
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ('address = "b@', 'address = "A@'),
            'smtp.address "A@example.org"; the call a has it too, give each its own',
        ),
        (('name = "b"', 'name = "A"'), 'mailbox[0].name "A"; the call a has it too, give each its own'),
    ],
)
def test_what_tells_calls_apart_is_not_shared(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    found = problems(tmp_path, a="", b=OWN.format(name="b").replace(*change))

    assert [one for one in found if one.startswith("b: ")] == [f"b: {problem}"]


def test_two_programmes_do_not_share_a_folder(tmp_path: Path) -> None:
    found = problems(tmp_path, a="", b='[programme]\nfolder = "public/a"')

    assert found[1] == f"b: programme.folder {tmp_path}/public/a; the call a has it too, give each its own"


def test_no_draft_lies_in_what_another_call_shows(tmp_path: Path) -> None:
    found = problems(tmp_path, a='[programme]\nfolder = "www"', b='[programme]\ndraft_folder = "www/drafts"')

    assert found == [
        f"a: programme.folder {tmp_path}/www: drafts of the call b lie in it; name another",
        f"b: programme.draft_folder {tmp_path}/www/drafts lies in what the call a shows to everybody; name another",
    ]


def test_no_call_files_its_mail_where_another_reads(tmp_path: Path) -> None:
    a = OWN.format(name="a").replace('user = "a"', 'user = "all"\nafter = "move"\nmove_to = "B"')
    b = OWN.format(name="b").replace('user = "b"', 'user = "all"\nfolder = "B"')

    assert problems(tmp_path, a=a, b=b) == [
        "a: mailbox[0].move_to: the call b reads that folder; name another",
        "b: mailbox: the call a files its mail in B, which is read here; name another",
    ]


def test_a_new_call_takes_nothing_from_one_that_goes_on(tmp_path: Path) -> None:
    """On a reload: what stands on the other side of the two counts as well."""
    a = OWN.format(name="a").replace('user = "a"', 'user = "all"\nafter = "move"\nmove_to = "B"')
    b = OWN.format(name="b").replace('user = "b"', 'user = "all"\nfolder = "B"')
    alone = {
        name: load_calls(written(tmp_path / name, **{name: own}), {}) for name, own in (("a", a), ("b", b))
    }

    assert list(mixed({"b": alone["b"].found["b"]}, {"a": alone["a"].found["a"]}, {})) == ["b"]
    assert list(mixed({"a": alone["a"].found["a"]}, {"b": alone["b"].found["b"]}, {})) == ["a"]


def test_one_password_is_not_given_to_two_servers(tmp_path: Path) -> None:
    shared = SHARED.replace('host = "smtp.example.org"', 'host = "smtp.example.org"\nuser = "all"')
    other = OWN.format(name="b").replace("[smtp]", '[smtp]\nhost = "smtp.other.example"')

    found = problems(tmp_path, shared, {"CALLBOARD_SMTP_PASSWORD": "x"}, a="", b=other)

    assert found == [
        f"{name}: smtp: calls send through several accounts, and CALLBOARD_SMTP_PASSWORD is one password for all; "
        "give each a password_file or password_command"
        for name in "ab"
    ]


@pytest.mark.parametrize(
    "keys", ['password_command = ["pass", "{name}"]', 'password_file = "{name}.txt"', 'auth = "oauth"']
)
def test_accounts_with_a_login_of_their_own_send_side_by_side(tmp_path: Path, keys: str) -> None:
    app = '[[oauth]]\nname = "work"\nprovider = "microsoft"\nclient_id = "x"\n'
    calls = {
        name: OWN.format(name=name).replace(
            "[smtp]", f'[smtp]\nuser = "{name}@example.org"\n' + keys.format(name=name)
        )
        for name in "ab"
    }

    assert problems(tmp_path, SHARED + app, **calls) == []


def test_accounts_without_a_password_of_their_own_are_refused(tmp_path: Path) -> None:
    calls = {name: OWN.format(name=name).replace("[smtp]", f'[smtp]\nuser = "{name}"') for name in "ab"}

    assert problems(tmp_path, **calls) == [
        f"{name}: smtp: neither password_file nor password_command is set; calls that send through several accounts "
        "each need theirs"
        for name in "ab"
    ]


def test_the_others_run(tmp_path: Path) -> None:
    calls: Calls = load_calls(written(tmp_path, a="", b="[letters]\nundo = 1", c=""), {})

    assert (calls.names, sorted(map(str, calls.found))) == (["a", "b", "c"], ["a", "c"])


def test_what_can_be_read_of_a_mistaken_file_is_no_other_calls(tmp_path: Path) -> None:
    """Mended by a reload, it would read the same mailbox."""
    b = OWN.format(name="b").replace('user = "b"', 'user = "a"\nport = "x"') + "[letters]\nundo = 1"

    found = load_calls(written(tmp_path, a="", b=b, c="", d="[call"), {})

    assert sorted(map(str, found.found)) == ["c"]
    assert str(found.problems["a"]).endswith(
        "mailbox[0]: INBOX of a at imap.example.org would be read twice; the call b has it too, give each its own"
    )


def test_the_address_in_a_mistaken_file_is_no_other_calls(tmp_path: Path) -> None:
    """Its server stands in the shared file, as it mostly does."""
    b = OWN.format(name="b").replace("b@example", "a@example") + "[letters]\nundo = 1"

    found = load_calls(written(tmp_path, a="", b=b), {})

    assert str(found.problems["a"]).endswith(
        'smtp.address "a@example.org"; the call b has it too, give each its own'
    )


def test_a_mistaken_file_takes_no_place_that_it_does_not_name(tmp_path: Path) -> None:
    b = '[call]\ntitle = "b"\n[programme]\nfolder = 3\n[[mailbox]]\nname = "b"\n[smtp]\nport = "x"'

    assert sorted(map(str, load_calls(written(tmp_path, a="", b=b), {}).found)) == ["a"]


APP = '[[oauth]]\nname = "uni"\nprovider = "microsoft"\nclient_id = "{}"\n'


def test_two_apps_do_not_share_the_place_of_a_secret(tmp_path: Path) -> None:
    """One environment variable, one service credential, one file for the tokens of an account."""
    a, b, c = (OWN.format(name=name) + APP.format(client) for name, client in (("a", 1), ("b", 2), ("c", 1)))

    assert problems(tmp_path, a=a, b=b, c=c) == [
        'a: [[oauth]] "uni"; the call b has another app of that name, give each its own',
        'b: [[oauth]] "uni"; the call a has another app of that name, give each its own',
    ]


def test_an_app_is_the_same_in_whatever_order_it_asks(tmp_path: Path) -> None:
    own = APP.format(1).replace("microsoft", "other") + 'token_url = "https://login.example.org/token"\n'
    own += 'device_url = "https://login.example.org/device"\nscopes = {}\n'
    a, b = (
        OWN.format(name=n) + own.format(scopes) for n, scopes in (("a", '["x", "y"]'), ("b", '["y", "x"]'))
    )

    assert problems(tmp_path, a=a, b=b) == []


def test_one_address_serves_the_numbers_of_all(tmp_path: Path) -> None:
    first, second = (f'[health]\nmetrics = "127.0.0.1:{port}"' for port in (9100, 9200))

    assert problems(tmp_path, a=first, b="", c=second, d=first) == [
        "c: health.metrics 127.0.0.1:9200; the call a says 127.0.0.1:9100, and one process serves both: "
        "write it into the shared file only"
    ]
