"""The wishes of one sentence: "add Paul Noir and remove Anna", "ajoutez Paul Noir puis passez à 30 minutes".

A sentence is cut where a new wish begins, with its verb: what is asked in one part says nothing of the other, and of
which nothing was read is left to a person. Names, titles and lists are joined by the same words and stay whole.
"""

from __future__ import annotations

import re
from itertools import pairwise

from callboard.reading.layout import unaccented
from callboard.reading.speech import QUOTED, Sentence
from callboard.reading.vocabulary import fold, pattern

_BEFORE = 3  # letters in front of a joint, at least
_STOPS = (",", ";")
_BLANKS = re.compile(r"[\s\xa0\u202f]")


def parts(one: Sentence, *, told: bool = False) -> tuple[Sentence, ...]:
    """The sentence in as many parts as it has wishes; itself alone when it has one. `told`: where it tells something
    else, too: "..., and I am only free in the morning"."""
    plain = _BLANKS.sub(" ", unaccented(one.said).lower().replace("’", "'"))
    plain = QUOTED.sub(lambda quoted: "x" * len(quoted[0]), plain)
    keys = ("joint", "tells") if told else ("joint",)
    begins = [joint.start() for key in keys for joint in pattern("changes", key).finditer(plain)]
    begins += [
        wish.start()
        for wish in pattern("changes", "another").finditer(plain)
        if plain[: wish.start()].rstrip().endswith(_STOPS)
    ]
    cuts = [0, *(at for at in sorted({*begins}) if at >= _BEFORE), len(one.said)]
    said = (one.said[start:end].strip() for start, end in pairwise(cuts))
    return tuple(Sentence(part, fold(part)) for part in said if part)
