"""How an access token is handed to a mail server: XOAUTH2 (Google's, and Microsoft's) and OAUTHBEARER (RFC 7628)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from callboard.config.oauth_section import Mechanism
from callboard.mailroom.wire import shown


@dataclass(frozen=True, repr=False)
class Token:
    """An access token in place of a password. No repr, which might end in a log."""

    value: str
    name: str  # what `callboard login` calls its account
    mechanism: Mechanism | None = None


Secret = str | Token


def hidden(secret: Secret | None) -> str | None:
    """What must never be shown."""
    return secret.value if isinstance(secret, Token) else secret


def choose(wanted: Mechanism | None, offered: Collection[str]) -> Mechanism | None:
    """The mechanism to use, None where the server offers none of them."""
    if wanted is not None:
        return wanted
    if "XOAUTH2" in offered:
        return "XOAUTH2"
    return "OAUTHBEARER" if "OAUTHBEARER" in offered else None


class TokenLogin:
    """The client's side of one login. `complaint` is what the server said of a token that it does not take."""

    def __init__(self, mechanism: Mechanism, user: str, token: Token, host: str, port: int) -> None:
        """`user` is the mailbox's name, who need not be the one whose token it is."""
        self._mechanism, self._token = mechanism, token.value
        self._message = _message(mechanism, user, token.value, host, port)
        self._begun = False
        self.complaint = ""

    def answer(self, challenge: bytes = b"") -> str:
        """What to say next. A second challenge is the server's complaint, which wants one more answer."""
        if not self._begun:
            self._begun = True
            return self._message
        self.complaint = _complaint(challenge, self._token)
        return "\1" if self._mechanism == "OAUTHBEARER" else ""


def _message(mechanism: Mechanism, user: str, token: str, host: str, port: int) -> str:
    if mechanism == "XOAUTH2":
        return f"user={user}\1auth=Bearer {token}\1\1"
    # RFC 5801, section 4: "=" and "," in the name.
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"


def refusal(words: str, login: TokenLogin | None, token: Token) -> str:
    """The end of "the server refused the token": its words, and what is usually wrong. Most say nothing at all."""
    said = "; ".join(w for w in (words, login.complaint if login else "") if w)
    return (
        f"refused the token ({said}); user must be the mailbox's own address, the account must have the right to it, "
        f"and the app the scope: see `callboard check`, and perhaps callboard login {token.name}"
    )


def _complaint(challenge: bytes, token: str) -> str:
    """{"status":"400","schemes":"Bearer","scope":"..."} in words; servers' own messages say less."""
    try:
        found = json.loads(challenge)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    return shown(
        ", ".join(f"{key} {found[key]}" for key in ("status", "scope") if isinstance(found.get(key), str)),
        token,
    )
