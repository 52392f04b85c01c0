"""A lone call that becomes one of several goes on where it was; it does not begin anew."""

from __future__ import annotations

from pathlib import Path

from deliver import deliver
from houses import with_mail
from letters_in import proposal
from servers import Account, SmtpSink


def test_a_call_does_not_begin_anew_beside_its_own_database(
    dovecot: Account, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    house = with_mail(tmp_path, dovecot, smtp_sink)
    deliver(dovecot, proposal())
    house("once", "-q")
    assert len(smtp_sink.mails) == 1
    calls = tmp_path / "config" / "calls"
    calls.mkdir()
    (tmp_path / "config" / "callboard.toml").rename(calls / "rivers.toml")
    (tmp_path / "config" / "callboard.toml").write_text("")

    refused = [house(*words) for words in (("check",), ("db", "upgrade"), ("once", "-q"))]

    assert [code for code, _, _ in refused] == [2, 2, 2]
    assert all(
        "holds the mails of a lone call. If that is rivers: mv " in out + err for _, out, err in refused
    )

    (tmp_path / "var" / "callboard.db").rename(tmp_path / "var" / "callboard-rivers.db")
    assert house("once", "-q") == (0, "", "")
    assert len(smtp_sink.mails) == 1
