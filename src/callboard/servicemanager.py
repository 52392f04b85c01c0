"""What systemd wants to hear of a service (sd_notify(3), Type=notify-reload); silent where nobody listens."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress


def say(state: str) -> None:
    """Send lines such as `READY=1`, `STOPPING=1`, `WATCHDOG=1` to the socket that systemd named."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    # "@": in the abstract name space, whose names begin with a zero byte.
    path = "\0" + address[1:] if address[0] == "@" else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.connect(path)
        line.sendall(state.encode())


def reloading() -> None:
    """The configuration is read anew; `READY=1` tells that it is done."""
    say(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
