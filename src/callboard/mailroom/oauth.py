"""What an authorisation server is asked for: codes for another device, tokens for a code, fresh tokens for old ones.

RFC 6749, 7636 (PKCE), 8252 (loopback) and 8628 (device). Own code, since oauthlib leaves polling and HTTP to others,
sends an app's secret in the URL of the device request, and takes fewer scopes than asked for, which is Microsoft's
custom, for an exception that only an environment variable turns off. Where tokens are kept is `tokens`' business.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from callboard.config import OAuthConfig
from callboard.errors import LoginNeeded, NoAccess, ServerTrouble
from callboard.mailroom.web import Answer, post_form
from callboard.mailroom.wire import shown

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LONGEST_WAIT = 30 * 60.0  # seconds for a person to type a code, whatever the server allows
INTERVAL = 5.0  # RFC 8628, section 3.2: where the server says nothing, and what "slow_down" adds
ASSUMED_LIFE = 3600  # seconds of a token whose server does not say

# RFC 6749 section 5.2; the others are Microsoft's, for a password changed, a consent withdrawn, a second factor.
FOR_GOOD = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
FOR_NOW = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, repr=False)
class Tokens:
    """What lets us in. No repr, which might end in a log."""

    access_token: str
    expires_at: datetime
    refresh_token: str | None
    scope: str | None


@dataclass(frozen=True, repr=False)  # a repr in a traceback would show the secret
class Client:
    """An app as the server knows it, and what `callboard login` calls the account."""

    app: OAuthConfig
    secret: str | None
    name: str


@dataclass(frozen=True)
class DeviceCode:
    """A person opens the page, on whatever device, and types the code."""

    page: str
    user_code: str
    device_code: str
    interval: float
    seconds: float


@dataclass(frozen=True)
class Visit:
    """A person opens the page, which then leads back to `redirect_uri`."""

    page: str
    redirect_uri: str
    state: str
    verifier: str


def ask_for_code(client: Client) -> DeviceCode:
    """Begin the device flow."""
    answer = _post(client, client.app.device_endpoint, {"scope": client.app.wanted_scopes})
    fields = answer.fields
    page = _text(fields, "verification_uri") or _text(fields, "verification_url")  # Google's own name
    user_code, device_code = _text(fields, "user_code"), _text(fields, "device_code")
    if answer.status != 200 or not (page and user_code and device_code):
        raise _refused(client, answer)
    return DeviceCode(
        page,
        user_code,
        device_code,
        max(1.0, _number(fields, "interval", INTERVAL)),
        min(_number(fields, "expires_in", LONGEST_WAIT), LONGEST_WAIT),
    )


def wait_for_person(
    client: Client, code: DeviceCode, wait: Callable[[float], None], clock: Callable[[], datetime]
) -> Tokens:
    """Ask until the person has agreed, or the code has expired (RFC 8628, section 3.5)."""
    interval, waited = code.interval, 0.0
    while waited + interval <= code.seconds:
        wait(interval)
        waited += interval
        try:
            answer = _post(
                client,
                client.app.token_endpoint,
                {"grant_type": DEVICE_GRANT, "device_code": code.device_code},
            )
        except NoAccess as error:
            if error.permanent:
                raise
            interval *= 2  # as the RFC wishes after a time-out
            continue
        said = _text(answer.fields, "error")
        if said in FOR_NOW or _is_busy(answer):
            interval += INTERVAL
        elif said not in ("authorization_pending", "expired_token"):
            return _tokens(client, answer, clock)
        elif said == "expired_token":
            break
    raise LoginNeeded(f"the code has expired before it was used; begin anew: callboard login {client.name}")


def visit(client: Client, port: int, account: str) -> Visit:
    """The page for the loopback flow, with PKCE."""
    app = client.app
    # Microsoft allows any port for http://localhost alone; everybody else for the number (RFC 8252, section 7.3).
    host = "localhost" if app.provider == "microsoft" else "127.0.0.1"
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect_uri = f"http://{host}:{port}"
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "scope": app.wanted_scopes,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": account,
        **app.authorization_extra,
    }
    joint = "&" if urlsplit(app.authorization_endpoint).query else "?"
    return Visit(f"{app.authorization_endpoint}{joint}{urlencode(query)}", redirect_uri, state, verifier)


def code_in(client: Client, address: str, started: Visit) -> str | None:
    """The code in the address that the page led back to; None where it does not belong to this visit."""
    query = parse_qs(urlsplit(address.strip()).query)
    state, code, error = (query.get(name, [""])[0] for name in ("state", "code", "error"))
    if not hmac.compare_digest(state.encode(), started.state.encode()):
        return None
    if error:
        raise LoginNeeded(
            f"{_name(client)} says {shown(error, None)}; begin anew: callboard login {client.name}"
        )
    return code or None


def redeem(client: Client, started: Visit, code: str, clock: Callable[[], datetime]) -> Tokens:
    """Tokens for the code that the page has led back with."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": started.redirect_uri,
        "code_verifier": started.verifier,
    }
    return _tokens(client, _post(client, client.app.token_endpoint, fields), clock)


def refresh(client: Client, refresh_token: str, clock: Callable[[], datetime]) -> Tokens:
    """A fresh access token. LoginNeeded where there will never be one again, NoAccess where there is none now."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer = _post(client, client.app.token_endpoint, fields)
    fresh = _tokens(client, answer, clock, hidden=refresh_token)
    # RFC 6749, section 6: a new refresh token replaces the old one, and none means that it stays.
    return (
        fresh
        if fresh.refresh_token
        else Tokens(fresh.access_token, fresh.expires_at, refresh_token, fresh.scope)
    )


def by_secret(client: Client, clock: Callable[[], datetime]) -> Tokens:
    """A token for the app itself (RFC 6749, section 4.4): no person logs in, and another is asked for likewise."""
    fields = {"grant_type": "client_credentials", "scope": client.app.wanted_scopes}
    return _tokens(client, _post(client, client.app.token_endpoint, fields), clock)


def _post(client: Client, url: str, fields: Mapping[str, str]) -> Answer:
    known = {"client_id": client.app.client_id, **({"client_secret": client.secret} if client.secret else {})}
    return post_form(url, {**known, **fields})


def _tokens(
    client: Client, answer: Answer, clock: Callable[[], datetime], hidden: str | None = None
) -> Tokens:
    access_token = _text(answer.fields, "access_token")
    # Nothing but these characters may be in one, and nothing else may end in the login line of a mail server.
    if answer.status != 200 or access_token is None or not _TOKEN.fullmatch(access_token):
        raise _refused(client, answer, hidden)
    life = _number(answer.fields, "expires_in", ASSUMED_LIFE)
    return Tokens(
        access_token,
        clock() + timedelta(seconds=min(life, 366 * 86400)),
        _text(answer.fields, "refresh_token"),
        _text(answer.fields, "scope"),
    )


def _refused(client: Client, answer: Answer, hidden: str | None = None) -> NoAccess:
    """What it means that no token came."""
    said = _text(answer.fields, "error")
    described = " ".join(w for w in (said, _text(answer.fields, "error_description")) if w)
    words = shown(described, client.secret, hidden)
    name = _name(client)
    if said in FOR_NOW or _is_busy(answer):
        return NoAccess(f"{name} is too busy for us ({words or answer.status})", ServerTrouble.BUSY)
    if said in FOR_GOOD or said in ("access_denied", "authorization_declined"):
        return LoginNeeded(
            f"{name} wants a new login ({words}): callboard login {client.name}{_why(client, said)}"
        )
    if said is not None:
        return NoAccess(
            f"{name} refuses the app ({words}); correct client_id, its secret and scopes in [[oauth]] "
            f'"{client.app.name}"',
            ServerTrouble.LOGIN,
        )
    return NoAccess(
        f"{name} gave an answer that makes no sense (status {answer.status}); it is asked again later",
        ServerTrouble.PROTOCOL,
    )


def _is_busy(answer: Answer) -> bool:
    return answer.status == 429 or answer.status >= 500


def _why(client: Client, said: str | None) -> str:
    if client.app.provider == "google" and said == "invalid_grant":
        return '. Tokens of an app in "Testing" die after 7 days: publish it ("In production"), or make it "Internal"'
    return ""


def _name(client: Client) -> str:
    return f"login server ({urlsplit(client.app.token_endpoint).netloc})"


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _number(fields: Mapping[str, Any], name: str, otherwise: float) -> float:
    """Some servers write numbers between quotes."""
    try:
        value = float(fields.get(name, otherwise))
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return value if 0 < value < 1e9 else otherwise
