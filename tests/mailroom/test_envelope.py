"""A message's header alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from callboard.errors import UnreadableMail
from callboard.mailroom.envelope import answered
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
        assert set(answered(raw)) == wanted, path.name
        told += bool(wanted)
    assert told > 50


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        (b"References: <a@x>\r\n <b@x>\r\nIn-Reply-To: <b@x>\r\n\r\nx", ("<a@x>", "<b@x>")),
        (b"IN-REPLY-TO : a letter <a@x> of Monday\n\nReferences: <c@x>", ("<a@x>",)),
        (b"Subject: References: <a@x>\n\n", ()),
        (b"", ()),
    ],
)
def test_only_the_two_headers_count(raw: bytes, ids: tuple[str, ...]) -> None:
    assert answered(raw) == ids
