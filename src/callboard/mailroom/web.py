"""Posts a form to an authorisation server and reads the JSON that it answers: TLS verified, never led elsewhere."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from callboard.errors import NoAccess, ServerTrouble
from callboard.limit import Limit
from callboard.mailroom.wire import network_trouble, tls_context

SECONDS = 20.0  # of silence, and of the whole
LARGEST = 200_000  # bytes; a token with all its claims has a few thousand


@dataclass(frozen=True)
class Answer:
    """What the server said; `fields` are empty where that was no JSON object."""

    status: int
    fields: Mapping[str, Any]


def post_form(url: str, fields: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """Raises NoAccess where no answer comes; what an answer means is for the caller."""
    parts = urlsplit(url)
    name = f"login server ({parts.netloc})"
    connection = (
        http.client.HTTPSConnection(parts.netloc, timeout=seconds, context=tls_context(None))
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.netloc, timeout=seconds)
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        # None: the connection is not made yet, which the time-out itself ends.
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    try:
        with Limit(seconds, end):
            status, body = _exchange(connection, parts.path or "/", parts.query, fields)
        if late.is_set():
            raise TimeoutError  # what was cut off may look whole
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = TimeoutError() if late.is_set() else error
        if isinstance(cause, OSError):
            trouble, sentence = network_trouble(cause, seconds)
        else:
            trouble, sentence = (
                ServerTrouble.PROTOCOL,
                "gave an answer that makes no sense; it is asked again later",
            )
        # Not `from`: the form holds secrets, and so may what an error remembers of it.
        raise NoAccess(f"{name} {sentence}", trouble) from None
    finally:
        connection.close()
    return Answer(status, _object(body))


def _exchange(
    connection: http.client.HTTPConnection, path: str, query: str, fields: Mapping[str, str]
) -> tuple[int, bytes]:
    connection.request(
        "POST",
        f"{path}?{query}" if query else path,
        urlencode(fields),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "User-Agent": "callboard",
        },
    )
    answer = connection.getresponse()
    return answer.status, answer.read(LARGEST)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
