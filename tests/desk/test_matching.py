"""When two texts are one talk."""

from __future__ import annotations

import pytest

from callboard.desk.matching import same_talk
from callboard.model import Proposal
from callboard.reading.result import ProposalFound

TEXT = "Les digues gardent la trace de chaque crue, et leurs riverains celle de chaque réparation."
OTHER = "We count the fish that pass a ladder with a camera and compare three rivers over ten years."


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (("La mémoire des digues", TEXT), ("La memoire des digues", OTHER), True),
        (("La mémoire des digues", TEXT), ("La mémoire de nos digues", TEXT + " Fin."), True),
        (("La mémoire des digues", TEXT), ("La mémoire de nos digues", None), True),
        (("La mémoire des digues", TEXT), ("La mémoire de nos digues", OTHER), False),
        (("Digues, première partie : 1", TEXT), ("Digues, première partie : 2", TEXT), False),
        (("La mémoire des digues", TEXT), ("Counting fish", OTHER), False),
        (("La mémoire des digues", TEXT), (None, TEXT), False),
    ],
)
def test_a_corrected_text_is_told_from_another_talk(
    before: tuple[str, str], after: tuple[str | None, str | None], same: bool
) -> None:
    proposal = Proposal(title=before[0], abstract=before[1])

    assert same_talk(proposal, ProposalFound(title=after[0], abstract=after[1])) is same
