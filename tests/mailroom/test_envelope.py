"""A message's header alone."""

from __future__ import annotations

from pathlib import Path

from callboard.errors import UnreadableMail
from callboard.mailroom.envelope import read_envelope
from callboard.mailroom.incoming import read_mail

LETTERS = sorted((Path(__file__).parents[1] / "mail").rglob("*.eml"))


def test_what_every_letter_answers_is_found_in_its_header_alone() -> None:
    told = 0
    for path in LETTERS:
        raw = path.read_bytes()
        try:
            mail = read_mail(raw)
        except UnreadableMail:
            continue
        wanted = {*mail.references, *mail.in_reply_to}
        envelope = read_envelope(raw)
        assert envelope is not None, path.name
        assert {*envelope.references, *envelope.in_reply_to} == wanted, path.name
        told += bool(wanted)
    assert told > 50
