"""`login`: a person lets Callboard into an account at a provider, by OAuth."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from typing import Annotated

import typer

from callboard.cli.context import clock, out, printable, read_config
from callboard.config import Config, OAuthAccount
from callboard.errors import CallboardError, ConfigError, LoginNeeded
from callboard.mailroom import oauth, tokens
from callboard.mailroom.loopback import Loopback
from callboard.mailroom.oauth import Client, Tokens, Visit

VISIT_SECONDS = 15 * 60.0  # for a person to log in at the provider
LONGEST_LINE = 20_000  # bytes of what is pasted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(login)


def login(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="MAILBOX", help='The name of a mailbox, or "smtp".')],
) -> None:
    """Log in once at Google, Microsoft or another provider (OAuth), for a mailbox or [smtp] with auth = "oauth".

    Prints a page to open, on this machine or any other, and waits. The tokens are kept and refreshed from then on; who
    has set `account` logs in as that person.
    """
    account = _account(read_config(context, allow_blanks=True), name)
    client = tokens.client_of(account, os.environ)
    ways = {"device": _by_device, "loopback": _by_redirect, "app": _by_secret}
    got = ways[account.app.effective_flow](client, account)
    tokens.keep_new(account, got, os.environ)
    where = "by tokens_command" if account.app.tokens_command else f"in {account.file}"
    if account.app.app_only:
        _say(f"The app is let in by its secret, and nobody needs to log in; its token is kept {where}.")
    else:
        _say(f"Logged in as {account.account}; the tokens are kept {where}.")
    for sentence in _doubts(client, got):
        _say(f"note: {sentence}")
    _say("Then: callboard check")


def _account(config: Config, name: str) -> OAuthAccount:
    holders = {mailbox.name: mailbox for mailbox in config.mailboxes}
    settings = holders.get(name) or (config.smtp if name == "smtp" else None)
    if settings is None:
        known = ", ".join([*holders, *(["smtp"] if config.smtp else [])])
        raise ConfigError(f"{name} is no mailbox of {config.file}; there is {known or 'none'}")
    account = config.oauth_account(settings)
    if account is None:
        raise ConfigError(f'{name} logs in with a password; set auth = "oauth" in {config.file} first')
    return account


def _by_device(client: Client, account: OAuthAccount) -> Tokens:
    code = oauth.ask_for_code(client)
    _say(f"Open {code.page} on any device, log in as {account.account}, and type this code:")
    _say(f"\n    {code.user_code}\n")
    _say(f"Waiting, for {code.seconds / 60:.0f} minutes at most ...")
    return oauth.wait_for_person(client, code, time.sleep, clock)


def _by_secret(client: Client, _account: OAuthAccount) -> Tokens:
    return oauth.by_secret(client, clock)


def _by_redirect(client: Client, account: OAuthAccount) -> Tokens:
    # Known only once the port is; until then no address belongs to it.
    started: list[Visit] = []

    def belongs(address: str) -> bool:
        try:
            return any(oauth.code_in(client, address, visit) for visit in started)
        except CallboardError:
            return True  # the provider's refusal, for us

    try:
        loopback = Loopback(client.app.redirect_port, belongs)
    except OSError as error:
        raise ConfigError(
            f"port {client.app.redirect_port} cannot be used ({error.strerror}); "
            f'change redirect_port in [[oauth]] "{client.app.name}"'
        ) from error
    with loopback:
        visit = oauth.visit(client, loopback.port, account.account)
        started.append(visit)
        _say(f"Open this page and log in as {account.account}:\n\n{visit.page}\n")
        _say(
            "If your browser runs on another machine, it will end on a page that cannot be opened: "
            "paste that page's address here.\n"
        )
        for address in _addresses(loopback):
            if code := oauth.code_in(client, address, visit):
                return oauth.redeem(client, visit, code, clock)
            _say("That address does not belong to this login; paste the whole address, from http:// on.")
    raise LoginNeeded(f"nobody has logged in for too long; begin anew: callboard login {client.name}")


def _addresses(loopback: Loopback) -> Iterator[str]:
    """What the browser was led to, or what was pasted, until it takes too long."""
    until, listening, begun = time.monotonic() + VISIT_SECONDS, True, b""
    while time.monotonic() < until:
        if address := loopback.address(0.2):
            yield address
        # Not readline(): a thread of its own would have to wait in it, also when nobody needs it any more.
        if listening and select.select([sys.stdin], [], [], 0)[0]:
            read = os.read(sys.stdin.fileno(), LONGEST_LINE)
            listening = bool(read)
            *lines, begun = (begun + read)[-LONGEST_LINE:].split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in lines if line.strip())


def _doubts(client: Client, got: Tokens) -> Iterator[str]:
    if got.refresh_token is None and not client.app.app_only:
        yield "the provider gave no token to refresh this one with: it ends soon, and you must log in again"
    granted = set((got.scope or client.app.wanted_scopes).split())
    # It is asked for, but is the refresh token itself.
    lacking = sorted(set(client.app.wanted_scopes.split()) - granted - {"offline_access"})
    if lacking:
        yield f"the provider did not grant {', '.join(lacking)}"


def _say(text: str) -> None:
    out.print(printable(text), soft_wrap=True)
