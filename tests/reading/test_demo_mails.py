"""What each of the demo's mails is, as a person would say."""

from __future__ import annotations

from callboard.demo import MAILS
from callboard.errors import UnreadableMail
from callboard.mailroom.incoming import read_mail
from callboard.reading.reader import read

KINDS = {
    "08-out-of-office.eml": "autoreply",
    "09-newsletter.eml": "bulk",
    "10-question.eml": "question",
    "14-private.eml": "other",
    "18-withdrawal.eml": "withdrawal",
    "21-encrypted.eml": "unreadable",
}


def kind(raw: bytes) -> str:
    try:
        return read(read_mail(raw)).kind
    except UnreadableMail:
        return "unreadable"


def test_each_of_the_demos_mails_is_taken_for_what_it_is() -> None:
    files = sorted(MAILS.glob("*.eml"))

    found = {file.name: kind(file.read_bytes()) for file in files}

    assert found == {file.name: KINDS.get(file.name, "proposal") for file in files}
    assert KINDS.keys() <= found.keys()
