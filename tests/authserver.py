"""A small authorisation server on 127.0.0.1: device flow, loopback with PKCE, refresh, and what goes wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from callboard.config import OAuthConfig

ISSUER = "callboard-tests"
SIGNING_KEY = b"0123456789abcdef0123456789abcdef"
FAR_AWAY = 4_000_000_000  # in the clock of the mail server, which is no test's
CLIENT_ID, CLIENT_SECRET = "callboard-app", "app-secret-4711"


def signed(email: str, **claims: Any) -> str:
    """A token as Dovecot takes it (JWT, HS256). No two are alike."""
    said = {
        "iss": ISSUER,
        "sub": email,
        "email": email,
        "jti": secrets.token_hex(4),
        "exp": FAR_AWAY,
        **claims,
    }
    parts = [{"alg": "HS256", "typ": "JWT"}, said]
    head = b".".join(_base64(json.dumps(part).encode()) for part in parts)
    return (head + b"." + _base64(hmac.new(SIGNING_KEY, head, hashlib.sha256).digest())).decode()


def holder(token: str) -> str | None:
    """Whose token it is; None where it was not signed here."""
    with suppress(ValueError, KeyError):
        head, _, signature = token.encode().rpartition(b".")
        if hmac.compare_digest(_base64(hmac.new(SIGNING_KEY, head, hashlib.sha256).digest()), signature):
            claims = head.partition(b".")[2]
            return str(json.loads(base64.urlsafe_b64decode(claims + b"=" * (-len(claims) % 4)))["email"])
    return None


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@dataclass
class Asked:
    """One request."""

    path: str
    fields: dict[str, str]


@dataclass
class AuthServer:
    """A context manager. The person agrees at once, unless `pending` says how often they are still waited for.

    `script` answers the next requests for a token: ("slow_down",), (status, body), "stall" or "drip".
    """

    email: str = "ada@example.org"
    secret: str | None = CLIENT_SECRET
    pending: int = 0
    life: int | str | None = 3600
    scope: str | None = "mail offline_access"
    rotates: bool = False  # each refresh token serves once
    gives_refresh: bool = True
    interval: int | None = 1
    slow: float = 0  # seconds before a token is refreshed
    claims: dict[str, Any] = field(default_factory=dict)
    script: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._good: set[str] = set()
        self._codes: dict[str, dict[str, str]] = {}
        self._over = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._authorize(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer._post(self, {k: v[0] for k, v in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def app(self, **changes: Any) -> OAuthConfig:
        """What [[oauth]] says for it."""
        values = {
            "name": "tests",
            "provider": "other",
            "client_id": CLIENT_ID,
            "scopes": ("mail", "offline_access"),
            "device_url": f"{self.url}/device",
            "authorization_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
        }
        return OAuthConfig.model_validate(values | changes)

    def revoke(self) -> None:
        """No refresh token is good any more, as after a password was changed."""
        self._good.clear()

    def issue(self) -> dict[str, Any]:
        """The fields of a token's answer."""
        token, refresh = signed(self.email, **self.claims), secrets.token_urlsafe(12)
        self.tokens.append(token)
        self._good.add(refresh)
        fields = {"access_token": token, "token_type": "Bearer", "expires_in": self.life, "scope": self.scope}
        if self.gives_refresh:
            fields["refresh_token"] = refresh
        return {name: value for name, value in fields.items() if value is not None}

    # ------------------------------------------------------------------------------ what it answers

    def _authorize(self, handler: BaseHTTPRequestHandler) -> None:
        """The person logs in and agrees, without a look."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(Asked("/authorize", asked))
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        handler.send_response(302)
        query = urlencode({"code": code, "state": asked["state"]})
        handler.send_header("Location", f"{asked['redirect_uri']}/?{query}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def _post(self, handler: BaseHTTPRequestHandler, fields: dict[str, str]) -> None:
        if fields.get("grant_type") == "refresh_token":
            self._over.wait(self.slow)
        with self._lock:
            self.asked.append(Asked(handler.path, fields))
            step = self.script.pop(0) if self.script else None
            if step is None:
                step = self._device() if handler.path == "/device" else self._token(fields)
        if step == "stall":
            self._over.wait(30)
            return
        if step == "drip":
            self._drip(handler)
            return
        status, body = step if len(step) == 2 else (400, {"error": step[0]})
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        if status == 302:
            handler.send_header("Location", body.decode())
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(sent)))
        handler.end_headers()
        handler.wfile.write(sent)

    def _device(self) -> tuple[int, dict[str, Any]]:
        fields = {
            "device_code": "device-code",
            "user_code": "WDJB-MJHT",
            "verification_uri": f"{self.url}/type-it",
            "expires_in": 600,
            "interval": self.interval,
        }
        return 200, {name: value for name, value in fields.items() if value is not None}

    def _token(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if fields.get("client_id") != CLIENT_ID or fields.get("client_secret") != self.secret:
            return 401, {"error": "invalid_client", "error_description": "no such app"}
        grant = fields.get("grant_type", "")
        if grant.endswith("device_code"):
            if self.pending > 0:
                self.pending -= 1
                return 400, {"error": "authorization_pending"}
            return 200, self.issue()
        if grant == "client_credentials":
            return 200, {name: value for name, value in self.issue().items() if name != "refresh_token"}
        if grant == "authorization_code":
            return (200, self.issue()) if self._redeems(fields) else (400, {"error": "invalid_grant"})
        if grant == "refresh_token" and fields.get("refresh_token") in self._good:
            if self.rotates:
                self._good.discard(fields["refresh_token"])
            return 200, self.issue()
        return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}

    def _redeems(self, fields: dict[str, str]) -> bool:
        """RFC 7636, section 4.6: the code serves only who began, and once."""
        asked = self._codes.pop(fields.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != fields.get("redirect_uri"):
            return False
        verifier = fields.get("code_verifier", "")
        challenge = _base64(hashlib.sha256(verifier.encode()).digest()).decode()
        return asked["code_challenge_method"] == "S256" and asked["code_challenge"] == challenge

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        """A byte now and then, for ever: no time-out of a socket ends that."""
        with suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(600):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                if self._over.wait(0.05):
                    return


def browse(page: str) -> int:
    """A person's browser: it goes where it is led. The last page's status."""
    with urllib.request.urlopen(page, timeout=10) as answer:
        return int(answer.status)


class Waits:
    """In place of a clock and sleep: waits without waiting."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        time.sleep(0)
