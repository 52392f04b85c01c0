"""What votes add up to, a line for each case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from callboard.config import ReviewConfig
from callboard.desk.rules import Ballot, judge
from callboard.proposals import Opinion, State

START = datetime(2027, 2, 1, tzinfo=UTC)
WORDS = {
    "yes": Opinion.ACCEPT,
    "no": Opinion.DECLINE,
    "list": Opinion.WAITLIST,
    "maybe": Opinion.MAYBE,
    "-": None,
}
ACCEPTED, DECLINED, WAITLISTED = State.ACCEPTED, State.DECLINED, State.WAITLISTED
ONE, TWO = {"rule": "one"}, {"rule": "votes", "votes": 2}
MEAN = {"rule": "average", "votes": 2, "average": 3.0}
CHAIR = {"rule": "chair", "chair": "C@x.example"}


def ballots(written: str) -> list[Ballot]:
    """ "a:yes b:maybe/0.8": in the order in which they were given."""
    found = []
    for minute, word in enumerate(written.split()):
        name, _, said = word.partition(":")
        opinion, _, score = said.partition("/")
        at = START + timedelta(minutes=minute)
        found.append(Ballot(f"{name}@x.example", WORDS[opinion], at, float(score) if score else None))
    return found


@pytest.mark.parametrize(
    ("rule", "given", "recused", "state", "missing", "waits_for"),
    [
        (ONE, "", "", None, 1, "abc"),
        (ONE, "a:yes", "", ACCEPTED, 0, ""),
        (ONE, "a:yes b:no", "", DECLINED, 0, ""),
        (ONE, "b:no a:yes", "", ACCEPTED, 0, ""),
        (ONE, "a:yes b:maybe", "", ACCEPTED, 0, ""),
        (ONE, "a:maybe", "", None, 1, "bc"),
        (ONE, "a:yes", "a", None, 1, "bc"),
        (ONE, "a:-", "", None, 1, "abc"),
        (ONE, "d:yes", "", None, 1, "abc"),
        (TWO, "a:yes", "", None, 1, "bc"),
        (TWO, "a:yes b:yes", "", ACCEPTED, 0, ""),
        (TWO, "a:yes b:no", "", None, 1, "c"),
        (TWO, "a:yes b:no c:no", "", DECLINED, 0, ""),
        (TWO, "a:list c:list", "", WAITLISTED, 0, ""),
        (TWO, "a:yes b:yes", "a", None, 1, "c"),
        (TWO, "c:yes", "ab", ACCEPTED, 0, ""),
        (TWO, "a:yes b:yes", "abc", None, 1, ""),
        (MEAN, "a:yes", "", None, 1, "bc"),
        (MEAN, "a:yes b:no", "", DECLINED, 0, ""),
        (MEAN, "a:yes b:maybe/0.2", "", ACCEPTED, 0, ""),
        (MEAN, "a:yes b:yes c:no/0.1", "c", ACCEPTED, 0, ""),
        (MEAN, "a:yes b:maybe", "", None, 1, "c"),
        (MEAN, "a:maybe b:maybe c:maybe", "", None, 2, ""),
        (MEAN, "a:maybe b:yes c:yes", "", ACCEPTED, 0, ""),
        (CHAIR, "a:yes b:yes", "", None, 1, "c"),
        (CHAIR, "c:no a:yes", "", DECLINED, 0, ""),
        (CHAIR, "c:maybe", "", None, 1, "c"),
        (CHAIR, "c:no a:yes", "c", ACCEPTED, 0, ""),
    ],
)
def test_votes_add_up(
    rule: dict[str, object], given: str, recused: str, state: State | None, missing: int, waits_for: str
) -> None:
    voters = [f"{name}@x.example" for name in "abc"]

    verdict = judge(
        ReviewConfig.model_validate(rule), ballots(given), voters, {f"{name}@x.example" for name in recused}
    )

    waiting = "".join(address[0] for address in verdict.waits_for) if verdict.state is None else ""
    assert (verdict.state, verdict.missing, waiting) == (state, missing, waits_for)
