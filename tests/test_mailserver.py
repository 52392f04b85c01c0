"""The try-out's mail server: Callboard works with it, and whoever tries it out finds both sides of the conversation."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from pathlib import Path

from imapclient import IMAPClient

from houses import House
from letters_in import proposal

ROOT = Path(__file__).resolve().parents[1]


def ports(line: str) -> tuple[int, int]:
    """ "IMAP at 127.0.0.1:1 (user tryout), SMTP at 127.0.0.1:2, no encryption"."""
    imap, _, smtp = line.partition(", SMTP")
    return int(imap.partition(" (")[0].rpartition(":")[2]), int(smtp.partition(",")[0].rpartition(":")[2])


def test_a_proposal_goes_in_and_the_answer_lies_in_letters(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "callboard.demo.mailserver", "--imap", "0", "--smtp", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        imap, smtp = ports(server.stdout.readline())
        config = (
            (ROOT / "config" / "tryout.toml").read_text(encoding="utf-8").replace('"mail"', '"127.0.0.1"')
        )
        config = config.replace("port = 1143", f"port = {imap}").replace("port = 1025", f"port = {smtp}")
        house = House(tmp_path, config)
        with smtplib.SMTP("127.0.0.1", smtp, timeout=60) as client:
            client.sendmail("maelle.fontanel@rivieres.example", ["talks@tryout.example"], proposal())

        assert house("once", "-q") == (0, "", "")

        with IMAPClient("127.0.0.1", port=imap, ssl=False, timeout=60) as client:
            client.login("tryout", "tryout")
            client.select_folder("Letters", readonly=True)
            fetched = client.fetch(client.search(), ["BODY[HEADER]"])
        headers = [str(m[b"BODY[HEADER]"]) for m in fetched.values()]
        assert [h for h in headers if "To: " in h and "maelle.fontanel@rivieres.example" in h]
        house("accept", "1")
        house("once", "-q")
        assert "Mesurer les crues" in (tmp_path / "public" / "index.html").read_text(encoding="utf-8")
    finally:
        server.terminate()
        server.wait(60)
        if server.stdout:
            server.stdout.close()

    assert server.returncode == 0
