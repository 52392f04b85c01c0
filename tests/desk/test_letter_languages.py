"""Which language a speaker is answered in when theirs has no letters."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
import sqlalchemy as sa

from callboard import store
from callboard.config import Config
from callboard.worker import Worker
from deliver import deliver
from letters_in import mail
from servers import Account, SmtpSink
from workplace import Clock, letters

LETTERS = Path(__file__).parents[1] / "reading" / "languages"


@pytest.mark.parametrize(("spoken", "call_language"), [("de", "fr"), ("es", "en")])
def test_a_language_without_letters_is_answered_in_the_calls(
    config: Config, engine: sa.Engine, dovecot: Account, smtp_sink: SmtpSink, clock: Clock,
    spoken: str, call_language: str,
) -> None:  # fmt: skip
    written = tomllib.loads((LETTERS / f"{spoken}.toml").read_text("utf-8"))
    text = written["labelled"]["text"].replace("{title}", written["title"])
    text = text.replace("{matter}", written["matter"])
    call = dataclasses.replace(config.call, language=call_language)
    passwords = {config.mailboxes[0].password_variable: dovecot.password}
    worker = Worker(config.model_copy(update={"call": call}), engine, passwords, clock)
    writer = f"{written['writer']['name']} <{written['writer']['address']}>"
    deliver(dovecot, mail(text, sender=writer, subject="Brest"))

    worker.run_once()

    with worker.sessions() as db:
        kept = store.proposals(db)[0]
        assert (kept.language, kept.letter_language) == (spoken, call_language)
    (letter,) = letters(smtp_sink)
    assert letter["Content-Language"] == call_language
    assert letter["To"].addresses[0].addr_spec == written["writer"]["address"]
