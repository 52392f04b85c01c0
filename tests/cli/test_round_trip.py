"""`callboard check --round-trip`: a letter to ourselves that a real server takes, and that arrives or does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliver import deliver
from houses import House, with_mail
from servers import Account, SmtpSink
from waiting import until

STAMP = b"Authentication-Results: mx.callboard.test; spf=pass smtp.mailfrom=callboard.test\r\n"


@pytest.fixture
def house(dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path) -> House:
    return with_mail(tmp_path, dovecot, smtp_sink)


def test_a_letter_that_arrives_is_found_and_its_servers_stamp_made_use_of(
    house: House, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    process = house.start("check", "--round-trip")
    try:
        assert until(lambda: smtp_sink.mails)
        deliver(dovecot, STAMP + smtp_sink.mails[0].content)
        said, _ = process.communicate(timeout=100)
    finally:
        process.kill()

    assert "ok    round trip: a letter to ourselves is in INBOX of mailbox journee after " in said
    assert (
        'with authserv_id = "mx.callboard.test" in this [[mailbox]] Callboard refuses forged senders' in said
    )
    # No pass takes it for anything.
    assert house("once", "-q")[0] == 0
    assert json.loads(house("status", "--json")[1])["held"] == 0
    assert len(smtp_sink.mails) == 1


def test_a_letter_that_does_not_arrive_is_trouble(house: House) -> None:
    code, said, _ = house("check", "--round-trip", "--wait", "3")

    assert code == 2
    assert (
        "FAIL  round trip: the server took a letter to journee@callboard.test, and it was not in INBOX of mailbox "
        "journee within 3 s: speakers' answers would not arrive either;"
    ) in said


def test_no_letter_leaves_when_no_mailbox_could_show_it(
    house: House, dovecot: Account, smtp_sink: SmtpSink
) -> None:
    file = house.folder / "config" / "callboard.toml"
    file.write_text(file.read_text().replace(f"port = {dovecot.server.imap}", "port = 1"))

    code, said, _ = house("check", "--round-trip")

    assert code == 75
    assert 'FAIL  round trip: mailbox "journee" (127.0.0.1:1) accepts no connection' in said
    assert smtp_sink.mails == []
