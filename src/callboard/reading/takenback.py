"""What somebody takes back: their talk, or a photo, a hotel room, a comma, a talk at another place.

"Withdraw", "cancel" and "remove" stand before all of these. The words behind "my" or "the" say which it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from callboard.reading import leavers
from callboard.reading.speech import Sentence, holding
from callboard.reading.vocabulary import pattern

_OBJECT = 5  # words from "withdraw" on that can say what
_NAMED_IN = 3  # words behind "my" in which a talk is named
_REASON_ENDS = re.compile(r"[,;:()](?:\s|$)")
_ENDS = re.compile(r"[,;:.!?()]")


def is_talk(one: Sentence, said: re.Match[str]) -> bool:
    """Whether what is cancelled is a talk: "I have to cancel my train" and "withdraw Anna" name something else."""
    talk = pattern("intent", "withdrawable")
    if leavers.names_somebody(one, said.end()):
        return bool(talk.search(" ".join(one.plain[said.end() :].split()[:2])))
    named = _named(one, said)
    if named is not None:
        return bool(talk.search(named[0]))
    taken = pattern("intent", "takes_back").search(one.plain, max(0, said.start() - 1))
    if taken is None:
        return True
    what = " ".join(re.split(r"[,;.!]", one.plain[taken.start() :])[0].split()[:_OBJECT])
    return bool(talk.search(what))


def perhaps_another(one: Sentence, said: re.Match[str]) -> bool:
    """Whether it may be another talk than the one we know, or a part of it: "my other talk", "my talk in Delft", "the
    poster which I also sent", "the demo at the end of the talk"."""
    named = _named(one, said)
    if named is None:
        return False
    words, behind = named
    if pattern("intent", "another_one", one.language).search(words):
        return True
    place = pattern("intent", "at_place", one.language).match(behind)
    if place is not None and leavers.names_somebody(one, len(one.plain) - len(behind) + place.end()):
        return True
    if pattern("intent", "relative", one.language).match(behind):
        return True
    part = pattern("intent", "talk_part").search(words) is not None
    return part and pattern("intent", "whole_talk").search(_ENDS.split(behind)[0]) is not None


def accepted(said: Sequence[Sentence]) -> bool:
    """Whether a letter speaks of a talk of its writer's that was accepted here, and not last year."""
    return any(not one.holds("elsewhere") for one in holding(said, "accepted"))


def elsewhere(one: Sentence) -> bool:
    """Whether it is said of another time or event: "I withdrew from another conference"; not as the reason, "because
    another conference is in the same week"."""
    if not one.holds("elsewhere"):
        return False
    told = _REASON_ENDS.split(one.plain)
    because = pattern("intent", "because", one.language)
    said = (part[: found.start()] if (found := because.search(part)) else part for part in told)
    return any(pattern("intent", "elsewhere", one.language).search(part) for part in said)


def asks_for_another(said: Sequence[Sentence]) -> bool:
    """Whether somebody asks how else the talk may be given: "Could my student present it?", "Could I speak online?"."""
    return any(
        one.asks_itself and not elsewhere(one) and not one.holds("gives_not")
        for one in holding(said, "gives")
    )


def undone(one: Sentence) -> bool:
    """Whether a sentence takes a withdrawal back: "I can come after all"; not "I cannot come after all"."""
    found = one.finds("undo", "wishes")
    denies = (pattern(*key, one.language) for key in (("intent", "denies"), ("availability", "not")))
    return found is not None and not any(some.search(found[0]) for some in denies)


def refusals(said: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that say no to withdrawing, of which the one before spoke: "I would rather not."."""
    return [
        one
        for before, one in pairwise(said)
        if pattern("intent", "rather_not").fullmatch(one.plain.strip(" .!"))
        and pattern("intent", "undoing").search(before.plain)
    ]


def _named(one: Sentence, said: re.Match[str]) -> tuple[str, str] | None:
    """The words that name what is taken back, up to where they end, and what stands behind; None where the sentence
    only says that somebody withdraws."""
    begin = _begin(one, said)
    if begin is None:
        return None
    rest = one.plain[begin:].lstrip()
    clause = _ENDS.split(rest)[0]
    ends = pattern("intent", "object_ends", one.language).search(clause)
    words = (clause[: ends.start()] if ends else clause).split()[:_NAMED_IN]
    named = " ".join(words)
    return named, rest[rest.find(named) + len(named) :].lstrip()


def _begin(one: Sentence, said: re.Match[str]) -> int | None:
    """Where the words behind "my" or "the" begin: right behind the verb, or between its two halves."""
    own = [
        word
        for word in pattern("intent", "determiner", one.language).finditer(one.plain)
        if said.start() <= word.start() <= said.end() + 1
    ]
    if not own:
        return None
    if own[-1].end() >= said.end() - 1:
        return own[-1].end()
    if pattern("intent", "undoing").fullmatch(said[0].split()[-1]):
        return None  # "I have a conflict and must withdraw"
    return next((word.end() for word in own if not _follows_preposition(one, word.start())), None)


def _follows_preposition(one: Sentence, at: int) -> bool:
    """Whether the word before is "off", "from": what it leads to is where the talk is taken from."""
    before = one.plain[:at].split()[-1:]
    return bool(before) and pattern("intent", "taken_from", one.language).fullmatch(before[0]) is not None
