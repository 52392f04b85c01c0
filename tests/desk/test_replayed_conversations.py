"""The conversations of the shared corpus replayed in order: the right rows and the right letters.

What must come of a mail follows from its label; no text of the corpus stands here. The part that is kept aside
is replayed too, and only how many went wrong is told.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callboard import database, migrations
from callboard.model import Outcome
from callboard.proposals import State
from conversing import Sent, Talk

MAIL = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "mail"
FIELDS = {"presenting": "speakers", "add_speaker": "speakers"}  # label -> ours
MACHINES = ("autoreply", "bounce")


def conversations() -> dict[str, dict[str, Any]]:
    """The labels of the mails that continue another one of the corpus, or were passed on, by name."""
    labels = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(MAIL.glob("*.json"))}
    return {
        name: label
        for name, label in labels.items()
        if label.get("forwarded_by") or (label.get("thread") or {}).get("original") in labels
    }


def kept_aside(name: str) -> bool:
    return int(hashlib.sha1(f"{name}.eml".encode()).hexdigest(), 16) % 4 == 0


def original_of(label: dict[str, Any]) -> str | None:
    return (label.get("thread") or {}).get("original")


CONVERSATIONS = conversations()
ASIDE = [n for n, x in CONVERSATIONS.items() if kept_aside(n) or kept_aside(original_of(x) or n)]
WORKED_ON = [n for n in CONVERSATIONS if n not in ASIDE]

pytestmark = pytest.mark.skipif(
    not CONVERSATIONS, reason=f"{MAIL} is absent: the corpus lies beside the checkout"
)


def replay(engine: sa.Engine, name: str, label: dict[str, Any]) -> tuple[Talk, list[Sent]]:
    """The first mail, our acknowledgement under the name that the answer knows it by, and the answer."""
    talk, original = Talk(engine), original_of(label)
    if original:
        talk.hear((MAIL / f"{original}.eml").read_bytes())
        if answers := label["thread"].get("in_reply_to"):
            talk.name_letter(answers)
    return talk, talk.hear((MAIL / f"{name}.eml").read_bytes())


def wrong(talk: Talk, letters: list[Sent], label: dict[str, Any]) -> str | None:
    """What is not as the label asks; None when all is right."""
    kind, outcome = label["kind"], talk.outcomes[-1]
    told = [letter.kind for letter in letters]
    if label.get("forwarded_by"):
        return _unless((outcome, told) == (Outcome.HELD, []), "a stranger's forward is held")
    if kind in MACHINES:
        # A bounce is no letter's end here: what it answers is told in the digest.
        return _unless(outcome is Outcome.IGNORED and told == [], "a machine is not answered")
    if kind == "duplicate":
        return _unless((outcome, told) == (Outcome.COPY, []), "the same text again is a copy")
    if kind == "withdrawal":
        done = (talk.states, outcome, told) == ([State.WITHDRAWN], Outcome.FOLLOW_UP, ["transcript"])
        return _unless(done, "a withdrawal is done and confirmed")
    if kind == "acknowledgement-reply":
        unchanged = talk.actions() == ["proposed"] and outcome in (Outcome.FOLLOW_UP, Outcome.QUESTION)
        return _unless(unchanged and len(told) <= 1, "thanks change nothing")
    return _unrevised(talk, told, label)


def _unrevised(talk: Talk, told: list[str], label: dict[str, Any]) -> str | None:
    wanted = label.get("changes")
    versions = talk.proposal().versions
    if not isinstance(wanted, dict):  # an attachment that was forgotten
        return _unless(len(versions) == 1 and told == ["transcript"], "somebody reads what could not be")
    changed = {field for version in versions if version.action == "revised" for field in version.changed}
    missing = {FIELDS.get(field, field) for field in wanted} - changed
    if talk.outcomes[-1] is Outcome.HELD:
        return "a revision is held"
    return _unless(not missing and told == ["transcript"], f"not changed: {sorted(missing)}")


def _unless(fact: bool, otherwise: str) -> str | None:
    return None if fact else otherwise


@pytest.mark.parametrize("name", WORKED_ON)
def test_a_conversation_gives_the_right_rows_and_letters(engine: sa.Engine, name: str) -> None:
    label = CONVERSATIONS[name]

    talk, letters = replay(engine, name, label)

    assert wrong(talk, letters, label) is None


def test_nothing_wrong_is_done_in_those_that_were_kept_aside(tmp_path: Path) -> None:
    """What is not as the label asks is left to a person, and seldom. Only numbers are told, so that nothing is
    tuned to them."""
    mistaken = left = 0
    for number, name in enumerate(ASIDE):
        engine = database.open_engine(f"sqlite:///{tmp_path}/{number}.db")
        migrations.upgrade(engine)
        talk, letters = replay(engine, name, CONVERSATIONS[name])
        outcome, fault = talk.outcomes[-1], wrong(talk, letters, CONVERSATIONS[name])
        engine.dispose()
        if fault is not None:
            for_people = outcome in (Outcome.HELD, Outcome.QUESTION)
            mistaken, left = mistaken + (not for_people), left + for_people

    assert mistaken == 0
    assert left <= 1
