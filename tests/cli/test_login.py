"""`callboard login`, as a person uses it, and what follows from it: mail read and letters sent with tokens."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from authserver import CLIENT_SECRET, AuthServer, browse
from deliver import deliver
from houses import CALL, ORGANISER, TOPIC, House
from letters_in import proposal
from servers import Account, SmtpSink

# aiosmtpd's advice to those who run it for others.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

MAIL = """
[[mailbox]]
name = "journee"
host = "127.0.0.1"
port = {imap}
user = "{user}"
tls = "none"
since = 2000-01-01
auth = "oauth"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
address = "journee@callboard.test"
user = "{user}"
auth = "oauth"
[digest]
enabled = false
[[oauth]]
name = "tests"
provider = "other"
client_id = "callboard-app"
scopes = ["mail", "offline_access"]
device_url = "{auth}/device"
token_url = "{auth}/token"
authorization_url = "{auth}/authorize"
flow = "{flow}"
"""


@pytest.fixture
def auth(dovecot: Account) -> Iterator[AuthServer]:
    with AuthServer(email=dovecot.user) as server:
        yield server


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(auth=True, tokens=("XOAUTH2",)) as running:
        yield running


def house(folder: Path, account: Account, sink: SmtpSink, auth: AuthServer, flow: str = "device") -> House:
    mail = MAIL.format(imap=account.server.imap, user=account.user, smtp=sink.port, auth=auth.url, flow=flow)
    return House(folder, CALL + TOPIC + ORGANISER + mail, CALLBOARD_OAUTH_TESTS_SECRET=CLIENT_SECRET)


class Spoken:
    """What a command says, line by line, while it runs."""

    def __init__(self, home: House, *words: str) -> None:
        self.process = home.start(*words)
        self.said = ""
        self._lines: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, pattern: str, seconds: float = 40) -> str:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                self.said += self._lines.get(timeout=0.1)
            except Empty:
                continue
            if found := re.search(pattern, self.said, re.MULTILINE):
                return found[1]
        raise AssertionError(f"it did not say {pattern}: {self.said}")

    def end(self) -> int:
        try:
            code = self.process.wait(40)
        finally:
            self.process.kill()
        while not self._lines.empty():
            self.said += self._lines.get()
        return code


def test_a_code_is_shown_and_then_mail_is_read_and_answered(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    home = house(tmp_path, dovecot, sink, auth)
    deliver(dovecot, proposal())
    before = home("once")

    code, out, err = home("login", "journee")
    check, report, _ = home("check")
    after = home("once")

    assert before[0] == 75
    assert "nobody has logged in" in before[2] and "callboard login journee" in before[2]
    assert (code, err) == (0, "")
    assert "WDJB-MJHT" in out and f"{auth.url}/type-it" in out
    assert check == 0, report
    assert f"oauth tests: {dovecot.user} may mail offline_access until" in report
    assert after[0] == 0, after
    assert [mail.recipients for mail in sink.mails] == [("maelle.fontanel@rivieres.example",)]
    for secret in (*auth.tokens, CLIENT_SECRET):
        assert secret not in out + report + "".join(map(str, after))


def test_the_page_leads_back_to_us(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    spoken = Spoken(house(tmp_path, dovecot, sink, auth, "loopback"), "login", "journee")

    browse(spoken.wait_for(r"^(http://\S+/authorize\?\S+)\s"))

    assert spoken.end() == 0
    assert "Logged in as" in spoken.said


def test_over_ssh_the_address_is_pasted(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    home = house(tmp_path, dovecot, sink, auth, "loopback")
    spoken = Spoken(home, "login", "smtp")
    page = spoken.wait_for(r"^(http://\S+/authorize\?\S+)\s")
    state = re.search(r"state=([^&\s]+)", page)
    assert state is not None
    redirect = page.partition("redirect_uri=")[2].partition("&")[0].replace("%3A", ":").replace("%2F", "/")
    auth._codes["pasted"] = {
        "redirect_uri": redirect,
        "code_challenge_method": "S256",
        "code_challenge": page.partition("code_challenge=")[2].partition("&")[0],
    }
    assert spoken.process.stdin is not None

    spoken.process.stdin.write("not an address\n")
    spoken.process.stdin.flush()
    spoken.wait_for("(does not belong to this login)")
    spoken.process.stdin.write(f"{redirect}/?state={state[1]}&code=pasted\n")
    spoken.process.stdin.flush()

    assert spoken.end() == 0


def test_a_login_that_is_refused_says_how_to_begin_anew(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    auth.script = [None, ("access_denied",)]

    code, _, err = house(tmp_path, dovecot, sink, auth)("login", "journee")

    assert code == 75
    assert err.strip().endswith("callboard login journee")


def test_fewer_rights_than_asked_for_are_told(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    auth.scope, auth.gives_refresh = "profile", False

    code, out, _ = house(tmp_path, dovecot, sink, auth)("login", "journee")

    assert code == 0
    assert "note: the provider did not grant mail" in out
    assert "note: the provider gave no token to refresh this one with" in out


@pytest.mark.parametrize("name", ["nobody", "password"])
def test_only_who_logs_in_by_oauth_is_logged_in(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer, name: str
) -> None:
    home = house(tmp_path, dovecot, sink, auth)
    file = tmp_path / "config" / "callboard.toml"
    extra = '\n[[mailbox]]\nname = "password"\nhost = "h"\nuser = "u"\n'
    file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")

    code, _, err = home("login", name)

    assert code == 2
    assert ("there is journee, password, smtp" if name == "nobody" else 'set auth = "oauth"') in err


def test_a_login_that_ended_is_seen_everywhere(
    tmp_path: Path, dovecot: Account, sink: SmtpSink, auth: AuthServer
) -> None:
    home = house(tmp_path, dovecot, sink, auth)
    auth.life = 1
    assert home("login", "journee")[0] == 0
    auth.revoke()

    codes = {words: home(*words.split()) for words in ("once", "check", "status", "health")}

    assert [codes[w][0] for w in ("once", "check", "status")] == [75, 75, 0]
    for words in ("once", "check", "status"):
        assert "callboard login journee" in "".join(codes[words][1:]), words
    assert codes["health"][0] == 0  # for an hour it may be mended unseen
    assert sum(a.fields.get("grant_type") == "refresh_token" for a in auth.asked) == 1
