"""What mail connections of both kinds share: the TLS context, and network trouble in words for people.

`connection` and `mailer` add what only their protocol knows.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
from pathlib import Path

from callboard.errors import ServerTrouble

# For LOGOUT and QUIT: everything that matters is done by then.
FAREWELL_SECONDS = 5.0
BASE64 = re.compile(r"[A-Za-z0-9+/]{2,}={0,2}")


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that verifies certificate and host name; `ca_file` adds a private authority."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise ssl.SSLError(f"ca_file {ca_file} cannot be used ({error})") from error
    return context


def network_trouble(error: OSError, timeout: float) -> tuple[ServerTrouble, str]:
    """What an error of the network means: its kind, and a sentence with the cure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerTrouble.TLS, (
            f"has a certificate that cannot be trusted ({error.verify_message}); "
            "host must be a name on the certificate, and a private authority belongs in ca_file"
        )
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return ServerTrouble.DROPPED, "dropped the connection; the next pass tries again"
    if isinstance(error, ssl.SSLError):
        return ServerTrouble.TLS, (
            f"could not start TLS ({_tls_reason(error)}); port and tls must fit each other, "
            'tls = "starttls" for a port that begins in clear text'
        )
    if isinstance(error, TimeoutError):
        return ServerTrouble.TIMEOUT, (
            f"did not answer within {timeout:g} s; the next pass tries again, "
            "if it never answers check host, port, tls and the firewall"
        )
    if isinstance(error, socket.gaierror):
        return ServerTrouble.ADDRESS, "is not a name that can be found; correct host"
    if isinstance(error, ConnectionRefusedError):
        return ServerTrouble.UNREACHABLE, "accepts no connection; check host and port"
    if isinstance(error, ConnectionError) or "timed out object" in str(error):
        return ServerTrouble.DROPPED, "dropped the connection; the next pass tries again"
    return ServerTrouble.UNREACHABLE, f"cannot be reached ({error}); check host, port and the network"


def shown(text: object, *secrets: str | None) -> str:
    """A server's own words, fit for a message: one short line, never with a secret in it."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    for secret in filter(None, secrets):
        words = _without(words, secret)
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= 200 else line[:199] + "…"


def _without(words: str, secret: str) -> str:
    """Hidden as it is, and within whatever login line a server repeats: those of SASL are base64."""
    raw = secret.encode("utf-8", "surrogateescape")
    return BASE64.sub(lambda run: "…" if _holds(run[0], raw) else run[0], words).replace(secret, "…")


def _holds(run: str, raw: bytes) -> bool:
    """Whether it is base64 of something with `raw` in it, wherever that begins."""
    for start in range(4):
        part = run.rstrip("=")[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]  # no base64 has such a length
        if raw in base64.b64decode(part + "=" * (-len(part) % 4)):
            return True
    return False


def _tls_reason(error: ssl.SSLError) -> str:
    # OpenSSL's own errors carry a reason such as WRONG_VERSION_NUMBER.
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else str(error.args[-1] if error.args else error)
