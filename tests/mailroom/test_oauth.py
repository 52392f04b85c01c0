"""Logins at an authorisation server: by a code, by a page that leads back, and tokens that stay fresh."""

from __future__ import annotations

import json
import logging
import multiprocessing
import stat
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from authserver import CLIENT_SECRET, AuthServer, Waits, browse, signed
from callboard.call import Call
from callboard.config import Config, MailboxConfig, OAuthAccount, loose_password_files
from callboard.errors import ConfigError, LoginNeeded, NoAccess, ServerTrouble
from callboard.mailroom import oauth, tokens, web
from callboard.mailroom.loopback import Loopback
from callboard.mailroom.oauth import Client, Tokens
from servers import free_port
from workplace import Clock

ADA = "ada@example.org"
ENVIRON = {"CALLBOARD_OAUTH_TESTS_SECRET": CLIENT_SECRET}


@pytest.fixture
def server():
    with AuthServer() as running:
        yield running


def client(server: AuthServer, **changes: Any) -> Client:
    return Client(server.app(**changes), server.secret, "organisers")


def account(server: AuthServer, folder: Path, **changes: Any) -> OAuthAccount:
    return OAuthAccount(server.app(**changes), ADA, "organisers", folder / "tokens")


def logged_in(server: AuthServer, folder: Path, clock: Clock, **changes: Any) -> OAuthAccount:
    """An account whose token has just been given."""
    kept = account(server, folder, **changes)
    code = oauth.ask_for_code(client(server))
    tokens.keep_new(kept, oauth.wait_for_person(client(server), code, Waits(), clock), ENVIRON)
    server.asked.clear()
    return kept


def by_device(server: AuthServer, waits: Waits) -> Tokens:
    code = oauth.ask_for_code(client(server))
    return oauth.wait_for_person(client(server), code, waits, Clock())


# ---------------------------------------------------------------------------------- the device flow


def test_a_code_typed_on_another_device_gives_tokens(server):
    server.pending, waits = 2, Waits()

    code = oauth.ask_for_code(client(server))
    got = oauth.wait_for_person(client(server), code, waits, clock := Clock())

    assert (code.page, code.user_code) == (f"{server.url}/type-it", "WDJB-MJHT")
    assert got.access_token == server.tokens[0]
    assert got.expires_at == clock.now + timedelta(hours=1)
    assert waits.waited == [1, 1, 1]
    assert server.asked[0].fields["scope"] == "mail offline_access"


def test_asked_to_slow_down_it_waits_longer_from_then_on(server):
    """RFC 8628, section 3.5."""
    waits = Waits()
    server.script = [None, ("slow_down",), ("slow_down",), ("authorization_pending",)]

    by_device(server, waits)

    assert waits.waited == [1, 6, 11, 11]


def test_without_an_interval_it_asks_every_five_seconds(server):
    server.interval, waits = None, Waits()

    by_device(server, waits)

    assert waits.waited == [5]


@pytest.mark.parametrize("trouble", [(503, b"later"), (429, b""), "cut"])
def test_a_server_in_trouble_is_asked_again_for_the_code(server, trouble, monkeypatch):
    """The patched name is how long an answer is waited for."""
    waits = Waits()
    if trouble == "cut":
        trouble = "stall"
        monkeypatch.setattr("callboard.mailroom.oauth.post_form", lambda *a: web.post_form(*a, seconds=0.3))
    server.script = [None, trouble]

    assert by_device(server, waits).access_token == server.tokens[0]

    assert waits.waited[1] > waits.waited[0]


@pytest.mark.parametrize("answers", [[None, ("expired_token",)], [None, *[("authorization_pending",)] * 700]])
def test_a_code_that_nobody_typed_expires(server, answers):
    server.script, waits = answers, Waits()

    with pytest.raises(LoginNeeded) as needed:
        by_device(server, waits)

    assert str(needed.value) == (
        "the code has expired before it was used; begin anew: callboard login organisers"
    )
    assert len(waits.waited) <= 600


def test_a_person_who_says_no_is_told_how_to_begin_anew(server):
    server.script = [None, ("access_denied",)]

    with pytest.raises(LoginNeeded, match="callboard login organisers"):
        by_device(server, Waits())


def test_a_scope_that_no_device_may_have_is_told(server):
    """As Google answers for mail."""
    server.script = [(400, {"error": "invalid_scope", "error_description": "Invalid device flow scope"})]

    with pytest.raises(NoAccess) as refused:
        oauth.ask_for_code(client(server))

    assert refused.value.trouble is ServerTrouble.LOGIN
    assert "invalid_scope Invalid device flow scope" in str(refused.value)


# -------------------------------------------------------------------------- the page that leads back


def visited(server: AuthServer) -> tuple[oauth.Visit, str]:
    """A person goes where the page leads; what the browser was led back to."""
    asking = client(server)
    started: list[oauth.Visit] = []
    with Loopback(0, lambda address: bool(oauth.code_in(asking, address, started[0]))) as loopback:
        started.append(oauth.visit(asking, loopback.port, ADA))
        browse(started[0].page)
        address = loopback.address(5)
    assert address is not None
    return started[0], address


def test_the_page_leads_back_with_a_code_that_only_we_can_redeem(server):
    visit, address = visited(server)
    code = oauth.code_in(client(server), address, visit)
    assert code is not None

    got = oauth.redeem(client(server), visit, code, Clock())

    assert got.access_token == server.tokens[0]
    asked = server.asked[0].fields
    assert (asked["login_hint"], asked["code_challenge_method"]) == (ADA, "S256")
    assert visit.verifier not in visit.page


def test_a_code_without_its_verifier_is_worth_nothing(server):
    """RFC 7636: whoever saw the address cannot use it."""
    visit, address = visited(server)
    code = oauth.code_in(client(server), address, visit)
    assert code is not None
    stolen = oauth.Visit(visit.page, visit.redirect_uri, visit.state, "x" * 64)

    with pytest.raises(LoginNeeded):
        oauth.redeem(client(server), stolen, code, Clock())


def test_an_address_that_was_pasted_is_as_good(server):
    visit = oauth.visit(client(server), 1, ADA)

    pasted = f"  http://127.0.0.1:1/?state={visit.state}&code=4%2Fabc&scope=mail \n"

    assert oauth.code_in(client(server), pasted, visit) == "4/abc"


@pytest.mark.parametrize(
    "address", ["", "/favicon.ico", "/?code=x", "/?code=x&state=guessed", "?state=&code=x", "é"]
)
def test_an_address_of_somebody_else_is_none(server, address):
    assert oauth.code_in(client(server), address, oauth.visit(client(server), 1, ADA)) is None


def test_a_refusal_on_the_page_is_told(server):
    visit = oauth.visit(client(server), 1, ADA)

    with pytest.raises(LoginNeeded, match="access_denied; begin anew: callboard login organisers"):
        oauth.code_in(client(server), f"/?error=access_denied&state={visit.state}", visit)


def test_a_browser_that_opens_connections_and_says_nothing_does_not_disturb(server):
    import socket

    asking = client(server)
    started: list[oauth.Visit] = []
    with Loopback(0, lambda address: bool(oauth.code_in(asking, address, started[0]))) as loopback:
        started.append(oauth.visit(asking, loopback.port, ADA))
        with socket.create_connection(("127.0.0.1", loopback.port)):
            browse(started[0].page)

            assert loopback.address(5) is not None


def test_microsoft_wants_the_name_of_this_machine_and_google_a_refresh_token(server):
    """Any port of http://localhost is allowed there; Google gives a refresh token only to who asks for it."""
    microsoft = oauth.visit(client(server, provider="microsoft"), 4711, ADA)
    google = oauth.visit(client(server, provider="google"), 4711, ADA)

    assert microsoft.redirect_uri == "http://localhost:4711"
    assert google.redirect_uri == "http://127.0.0.1:4711"
    assert "access_type=offline&prompt=consent" in google.page


# ------------------------------------------------------------------------------- tokens stay fresh


def test_tokens_are_kept_in_a_file_for_our_eyes_only(server, tmp_path):
    kept = logged_in(server, tmp_path, Clock())

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()}

    assert modes == {"tests-ada@example.org.json": 0o600, "tests-ada@example.org.lock": 0o600}
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700


def test_a_file_that_others_may_read_is_warned_about(server, tmp_path):
    kept = logged_in(server, tmp_path, Clock())
    box = MailboxConfig(name="organisers", host="h", user=ADA, auth="oauth")
    app = kept.app.model_copy(update={"tokens": kept.folder})
    config = Config(call=Call("T"), mailboxes=(box,), oauth=(app,))
    assert loose_password_files(config) == ()

    kept.file.chmod(0o644)

    assert loose_password_files(config) == (
        f"everybody on this machine can read {kept.file}; chmod 600 {kept.file}",
    )


def test_a_good_token_is_used_without_asking_anybody(server, tmp_path):
    kept = logged_in(server, tmp_path, clock := Clock())
    clock.now += timedelta(minutes=54)

    assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[0]
    assert server.asked == []


@pytest.mark.parametrize("rotates", [False, True])
def test_a_token_is_refreshed_minutes_before_it_ends(server, tmp_path, rotates):
    server.rotates = rotates
    kept = logged_in(server, tmp_path, clock := Clock())

    for number in (1, 2, 3):
        clock.now += timedelta(minutes=56)
        assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[number]

    assert [a.fields["grant_type"] for a in server.asked] == ["refresh_token"] * 3


def test_a_refresh_token_that_is_not_sent_again_stays(server, tmp_path):
    """RFC 6749, section 6; Google's custom."""
    kept = logged_in(server, tmp_path, clock := Clock())
    server.gives_refresh = False

    for number in (1, 2):
        clock.now += timedelta(hours=1)
        assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[number]


def test_before_a_login_the_command_is_named(server, tmp_path):
    with pytest.raises(LoginNeeded) as needed:
        tokens.access_token(account(server, tmp_path), ENVIRON, Clock())

    assert str(needed.value) == "nobody has logged in as ada@example.org yet: callboard login organisers"
    assert needed.value.permanent


def test_a_refresh_that_is_refused_for_good_is_asked_for_once(server, tmp_path):
    kept = logged_in(server, tmp_path, clock := Clock())
    server.revoke()
    clock.now += timedelta(hours=1)

    said = []
    for _ in range(3):
        with pytest.raises(LoginNeeded) as needed:
            tokens.access_token(kept, ENVIRON, clock)
        said.append(str(needed.value))

    assert len(server.asked) == 1
    assert len(set(said)) == 1
    assert said[0].endswith(
        "wants a new login (invalid_grant Token has been expired or revoked.): callboard login organisers"
    )


def test_after_a_new_login_all_is_well_again(server, tmp_path):
    kept = logged_in(server, tmp_path, clock := Clock())
    server.revoke()
    clock.now += timedelta(hours=1)
    with pytest.raises(LoginNeeded):
        tokens.access_token(kept, ENVIRON, clock)

    kept = logged_in(server, tmp_path, clock)

    assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[-1]


def test_an_app_of_its_own_right_needs_no_login(server, tmp_path):
    kept = account(server, tmp_path, flow="app")

    first = tokens.access_token(kept, ENVIRON, clock := Clock())
    again = tokens.access_token(kept, ENVIRON, clock)
    clock.now += timedelta(minutes=56)
    later = tokens.access_token(kept, ENVIRON, clock)

    assert (first, again, later) == (server.tokens[0], server.tokens[0], server.tokens[1])
    assert [(one.fields["grant_type"], one.fields["scope"]) for one in server.asked] == [
        ("client_credentials", "mail offline_access")
    ] * 2


def test_an_app_whose_server_is_away_uses_what_still_serves(server, tmp_path):
    kept = account(server, tmp_path, flow="app")
    token = tokens.access_token(kept, ENVIRON, clock := Clock())
    server.script = [(503, {}), (503, {})]

    clock.now += timedelta(minutes=56)
    assert tokens.access_token(kept, ENVIRON, clock) == token
    clock.now += timedelta(minutes=4)
    with pytest.raises(NoAccess) as caught:
        tokens.access_token(kept, ENVIRON, clock)
    assert caught.value.trouble == ServerTrouble.BUSY


def test_an_app_of_its_own_right_needs_its_secret(server, tmp_path):
    with pytest.raises(ConfigError, match="the client secret is missing; set CALLBOARD_OAUTH_TESTS_SECRET"):
        tokens.access_token(account(server, tmp_path, flow="app"), {}, Clock())
    with pytest.raises(NoAccess, match="refuses the app"):
        tokens.access_token(
            account(server, tmp_path, flow="app"), {"CALLBOARD_OAUTH_TESTS_SECRET": "wrong"}, Clock()
        )


def test_googles_seven_days_are_told(server, tmp_path):
    """Field note 29."""
    kept = logged_in(server, tmp_path, clock := Clock(), provider="google")
    server.revoke()
    clock.now += timedelta(days=7)

    with pytest.raises(LoginNeeded) as needed:
        tokens.access_token(kept, ENVIRON, clock)

    assert 'callboard login organisers. Tokens of an app in "Testing" die after 7 days' in str(needed.value)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ((503, b"<html>"), ServerTrouble.BUSY),
        ((429, {"error": "slow_down"}), ServerTrouble.BUSY),
        ((400, {"error": "temporarily_unavailable"}), ServerTrouble.BUSY),
        ((401, {"error": "invalid_client"}), ServerTrouble.LOGIN),
        ((200, b"<html>"), ServerTrouble.PROTOCOL),
        ((200, b"[" * 100_000), ServerTrouble.PROTOCOL),
        ((200, {"access_token": ""}), ServerTrouble.PROTOCOL),
        ((200, {"access_token": 7}), ServerTrouble.PROTOCOL),
        ((200, {"access_token": "a\1auth=Bearer b"}), ServerTrouble.PROTOCOL),
        ((200, {"access_token": "a\r\nb"}), ServerTrouble.PROTOCOL),
        ((302, b"http://127.0.0.1:1/elsewhere"), ServerTrouble.PROTOCOL),
        ((200, b'{"access_token": "' + b"x" * 300_000 + b'"}'), ServerTrouble.PROTOCOL),
    ],
)
def test_another_trouble_is_tried_again_with_the_same_refresh_token(server, tmp_path, answer, trouble):
    kept = logged_in(server, tmp_path, clock := Clock())
    clock.now += timedelta(hours=1)
    server.script = [answer]

    with pytest.raises(NoAccess) as down:
        tokens.access_token(kept, ENVIRON, clock)

    assert (down.value.trouble, isinstance(down.value, LoginNeeded)) == (trouble, False)
    assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[-1]


@pytest.mark.parametrize("how", ["stall", "drip"])
def test_a_server_that_does_not_come_to_an_end_is_left(server, how):
    server.script, began = [how], time.monotonic()

    with pytest.raises(NoAccess) as down:
        web.post_form(f"{server.url}/token", {}, seconds=0.5)

    assert down.value.trouble is ServerTrouble.TIMEOUT
    assert time.monotonic() - began < 5


def test_a_server_that_is_away_is_told_and_a_token_that_still_serves_is_used(server, tmp_path):
    away = f"http://127.0.0.1:{free_port()}/token"
    kept = logged_in(server, tmp_path, clock := Clock(), token_url=away)
    clock.now += timedelta(minutes=58)

    assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[0]

    clock.now += timedelta(minutes=2)
    with pytest.raises(NoAccess) as down:
        tokens.access_token(kept, ENVIRON, clock)
    assert down.value.trouble is ServerTrouble.UNREACHABLE


def test_a_token_that_a_mail_server_did_not_take_is_not_used_again(server, tmp_path):
    kept = logged_in(server, tmp_path, clock := Clock())

    tokens.distrust(kept, server.tokens[0], ENVIRON)
    fresh = tokens.access_token(kept, ENVIRON, clock)
    tokens.distrust(kept, server.tokens[0], ENVIRON)

    assert fresh == tokens.access_token(kept, ENVIRON, clock) == server.tokens[1]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"access_token": 1, "expires_at": "x"}', "\xff"])
def test_a_file_that_was_damaged_asks_for_a_login(server, tmp_path, text):
    kept = account(server, tmp_path)
    kept.folder.mkdir()
    kept.file.write_text(text, encoding="utf-8")

    with pytest.raises(LoginNeeded, match="callboard login organisers"):
        tokens.access_token(kept, ENVIRON, Clock())


def test_accounts_that_look_alike_have_tokens_of_their_own(server, tmp_path):
    kept = replace(account(server, tmp_path), account="a+b@example.org")
    other = replace(kept, account="a_b@example.org")
    tokens.keep_new(kept, by_device(server, Waits()), ENVIRON)

    with pytest.raises(LoginNeeded, match=r"as a_b@example\.org yet: callboard login organisers"):
        tokens.access_token(other, ENVIRON, Clock())
    tokens.keep_new(other, by_device(server, Waits()), ENVIRON)

    again = replace(kept, account="A+B@example.org")
    assert [tokens.access_token(one, ENVIRON, Clock()) for one in (again, other)] == server.tokens[:2]
    assert (kept.file.name, other.file.name) == (
        "tests-a%2bb@example.org.json",
        "tests-a%5fb@example.org.json",
    )


def test_what_an_older_version_kept_is_found_and_moves(server, tmp_path):
    """Its name was one for accounts that look alike: it is only whose it says."""
    kept = replace(account(server, tmp_path), account="a+b@example.org")
    other = replace(kept, account="a_b@example.org")
    tokens.keep_new(kept, by_device(server, Waits()), ENVIRON)
    kept.file.rename(kept.older_file)

    assert tokens.access_token(kept, ENVIRON, Clock()) == server.tokens[0]
    with pytest.raises(LoginNeeded, match="as a_b@example"):
        tokens.access_token(other, ENVIRON, Clock())
    tokens.keep_new(other, by_device(server, Waits()), ENVIRON)
    assert kept.older_file.exists()  # not the other's to take away
    tokens.distrust(kept, server.tokens[0], ENVIRON)
    assert (kept.older_file.exists(), kept.file.exists()) == (False, True)


def test_a_file_of_somebody_else_is_not_used(server, tmp_path):
    kept = logged_in(server, tmp_path, Clock())
    other = replace(kept, account="b@example.org")
    kept.file.rename(other.file)

    with pytest.raises(LoginNeeded, match=r"not those of b@example\.org: callboard login organisers"):
        tokens.access_token(other, ENVIRON, Clock())


def test_a_folder_that_cannot_be_is_told(server, tmp_path):
    (tmp_path / "tokens").write_text("a file", encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be written"):
        tokens.keep_new(account(server, tmp_path), Tokens("a", Clock()(), None, None), ENVIRON)


# ------------------------------------------------------------------------- two at once, and elsewhere


def _refresh(kept: OAuthAccount, clock: Clock, together: Any, found: Any) -> None:
    together.wait(60)
    try:
        found.put(tokens.access_token(kept, ENVIRON, clock))
    except NoAccess as error:
        found.put(str(error))


def test_two_processes_refresh_once(server, tmp_path):
    """With a refresh token that serves once, the second to ask would end the login."""
    server.rotates, server.slow = True, 0.5
    kept = logged_in(server, tmp_path, clock := Clock())
    clock.now += timedelta(hours=1)
    fork = multiprocessing.get_context("spawn")
    found: Any = fork.Queue()
    together = fork.Barrier(2)
    both = [fork.Process(target=_refresh, args=(kept, clock, together, found)) for _ in range(2)]

    for one in both:
        one.start()
    got = [found.get(timeout=60) for _ in both]
    for one in both:
        one.join(10)

    assert got == [server.tokens[1]] * 2
    assert len(server.asked) == 1


def test_threads_of_one_process_refresh_once(server, tmp_path):
    server.rotates = True
    kept = logged_in(server, tmp_path, clock := Clock())
    clock.now += timedelta(hours=1)
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(tokens.access_token(kept, ENVIRON, clock)))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert got == [server.tokens[1]] * 8
    assert len(server.asked) == 1


def keeping(folder, gets):
    """A program that keeps what it is given in files, in a folder of its own; and how it gets what it is asked for."""
    store = folder / "store"
    store.mkdir()
    program = (
        "import sys, pathlib\n"
        f"file = pathlib.Path({str(store)!r}) / sys.argv[2]\n"
        "if sys.argv[1] == 'store': file.write_text(sys.stdin.read())\n"
        f"{gets}\n"
    )
    return store, (sys.executable, "-c", program)


def test_a_program_may_keep_the_tokens(server, tmp_path):
    store, command = keeping(tmp_path, "elif file.exists(): print(file.read_text())")
    with pytest.raises(LoginNeeded):
        tokens.access_token(account(server, tmp_path, tokens_command=command), ENVIRON, Clock())

    kept = logged_in(server, tmp_path, clock := Clock(), tokens_command=command)
    clock.now += timedelta(hours=1)

    assert tokens.access_token(kept, ENVIRON, clock) == server.tokens[1]
    assert [path.name for path in store.iterdir()] == ["tests-ada@example.org"]
    assert not kept.file.exists()


def test_a_program_that_fails_for_what_it_never_stored_still_gives_what_had_another_name(server, tmp_path):
    store, command = keeping(tmp_path, "else: print(file.read_text())")
    plain = account(server, tmp_path, tokens_command=command)
    kept = replace(plain, account="call-for_talks@example.org")
    with pytest.raises(ConfigError, match="failed"):
        tokens.find(kept, ENVIRON)
    tokens.keep_new(kept, Tokens("old", Clock().now + timedelta(hours=1), "refresh", None), ENVIRON)

    (store / kept.key).rename(store / kept.older_key)

    assert tokens.access_token(kept, ENVIRON, Clock()) == "old"


# ------------------------------------------------------------------------------------------ secrets


def test_no_secret_reaches_a_log_an_error_or_a_repr(server, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    kept = logged_in(server, tmp_path, clock := Clock())
    held = json.loads(kept.file.read_text())
    clock.now += timedelta(hours=1)
    said = []
    echo = {"error": "invalid_request", "error_description": f"{held['refresh_token']} {CLIENT_SECRET}"}
    for answer in ((400, echo), (400, {**echo, "error": "invalid_grant"}), "stall"):
        server.script = [answer]
        with pytest.raises(NoAccess) as down:
            if answer == "stall":
                web.post_form(server.app().token_endpoint, {"client_secret": CLIENT_SECRET}, seconds=0.3)
            else:
                tokens.access_token(kept, ENVIRON, clock)
        said.append(f"{down.value} {down.value.__cause__!r}")
    said += [repr(tokens.find(kept, ENVIRON)), caplog.text]

    for secret in (held["access_token"], held["refresh_token"], CLIENT_SECRET):
        assert secret not in " ".join(said)


def test_no_half_of_a_secret_is_left_where_a_long_answer_is_cut(server, tmp_path):
    kept = logged_in(server, tmp_path, clock := Clock())
    secret = json.loads(kept.file.read_text())["refresh_token"]
    clock.now += timedelta(hours=1)
    padding = "x" * (199 - len("invalid_request ") - len(secret) // 2)
    server.script = [(400, {"error": "invalid_request", "error_description": f"{padding} {secret}"})]

    with pytest.raises(NoAccess) as down:
        tokens.access_token(kept, ENVIRON, clock)

    assert padding in str(down.value)
    assert secret[:4] not in str(down.value)


def test_a_certificate_that_nobody_knows_is_refused(certificates):
    from servers import SmtpSink

    with SmtpSink(certificates, tls="tls") as stranger, pytest.raises(NoAccess) as down:
        web.post_form(f"https://127.0.0.1:{stranger.port}/token", {"client_secret": "s"})

    assert down.value.trouble is ServerTrouble.TLS


def test_tokens_are_told_apart_by_who_signed_them():
    """The tests' own signature."""
    from authserver import holder

    assert holder(signed(ADA)) == ADA
    assert holder(signed(ADA)[:-3] + "AAA") is None
