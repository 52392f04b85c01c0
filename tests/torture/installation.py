"""The configuration of an installation under torture."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Copies = Literal["nobody", "server", "callboard"]
Lines = Literal["good", "in the clear", "encrypted"]
CALLS = "Appels"  # the folder of the second mailbox where lines are faulty: unlike INBOX it can be made anew

CONFIG = """
database = "{database}"
[call]
title = "Journée rivières"
timezone = "Europe/Paris"
published = 2020-01-01
starts = 2099-03-11T09:30:00
ends = 2099-03-11T17:00:00
[[call.topic]]
text = "mesure et capteurs"
[[call.topic]]
text = "modèles de crue"
[[call.organiser]]
name = "Odile Brac"
address = "odile@callboard.test"
[[mailbox]]
name = "organisers"
host = "127.0.0.1"
port = {imap}
user = "{user}-organisers"
{tls}
{sent}
[[mailbox]]
name = "programme"
host = "127.0.0.1"
port = {imap}
user = "{user}-programme"
folder = "{folder}"
{tls}
after = "move"
[smtp]
host = "127.0.0.1"
port = {smtp}
{smtp_tls}
address = "journee@callboard.test"
[worker]
poll_minutes = 0.005
timeout_seconds = {patience}
[programme]
draft_folder = "{page}"
folder = "{page}/site"
"""
CLEAR = 'tls = "none"'
SENT = {
    "nobody": "",
    "server": 'sent_folder = "Sent"',
    "callboard": 'sent_folder = "Sent"\nfile_sent = true',
}


def config_text(
    *,
    database: str,
    ports: tuple[int, int],
    user: str,
    copies: Copies,
    lines: Lines,
    ca_file: Path,
    calls: str,
    patience: float,
    page: Path,
) -> str:
    """What stands in callboard.toml; `ports` of IMAP and SMTP, `calls` the folder of the second mailbox."""
    tls = smtp_tls = CLEAR
    if lines == "encrypted":
        tls, smtp_tls = (f'tls = "{how}"\nca_file = "{ca_file}"' for how in ("tls", "starttls"))
    if lines != "good":
        smtp_tls += '\nuser = "journee@callboard.test"'
    return CONFIG.format(
        database=database,
        imap=ports[0],
        smtp=ports[1],
        user=user,
        sent=SENT[copies],
        tls=tls,
        smtp_tls=smtp_tls,
        folder=calls,
        patience=patience,
        page=page,
    )
