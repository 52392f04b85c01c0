"""Whether somebody says plainly that they will not come at all, which withdraws their talk.

"I can't make it" does; "I can't make it in the morning", "not by car", "but Paul will" do not, nor do they who offer
anything instead. Plainly: nothing stands beside it but regret and a reason.
"""

from __future__ import annotations

import re

from callboard.reading import conditions, letter
from callboard.reading.layout import lines_of
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import pattern
from callboard.reading.wishes import says_something

_WORD = re.compile(r"[^\W\d_]+")
_OBJECT_ENDS = re.compile(r"[,;:.!?](?:\s|$)|\s(?:et|and|mais|but|car|as|because|since|puisque)\s")
_OTHERWISE = (
    "replacement",
    "change",
    "amend",
    "swap",
    "otherwise",
)  # what they speak of who offer something instead


def plain(text: str, sender: str | None) -> bool:
    """Whether one of the sentences says so, and the others are regret, a reason, or nothing at all."""
    said = _letter(text, sender)
    return any(map(_says, said)) and all(
        not _offers(one) and (_says(one) or _beside(one, sender)) for one in said
    )


def alone(text: str, sender: str | None) -> bool:
    """Whether the letter says one thing only, beside greetings and thanks; and not of what, so that it may be of
    something else: "I can't make it to the meeting"."""
    said = [one for one in _letter(text, sender) if says_something(one, sender)]
    return len(said) == 1 and _ends(_behind(said[0]))


def single(text: str, sender: str | None) -> bool:
    """Whether a letter is one sentence, beside greetings and thanks."""
    return sum(says_something(one, sender) for one in _letter(text, sender)) == 1


def of_something_else(one: Sentence) -> bool:
    """Whether a sentence names what else is not attended, or how somebody does not come: the dinner, "by train"."""
    said = one.finds("cannot")
    if said is None:
        return False
    because = pattern("intent", "because").search(one.plain, said.end())
    return pattern("intent", "besides").search(one.plain[: because.start() if because else None]) is not None


def beside_talk(one: Sentence, at: int) -> bool:
    """Whether what is taken back at that place is something else: "cancel my registration for the dinner"."""
    object_of = _OBJECT_ENDS.split(one.plain[at:])[0]
    return pattern("intent", "besides").search(object_of) is not None


def _behind(one: Sentence) -> str:
    """What stands behind the words that say so."""
    said = one.finds("absent") or one.finds("cannot")
    return one.plain[said.end() :] if said else ""


def _letter(text: str, sender: str | None) -> tuple[Sentence, ...]:
    lines = lines_of(text)
    return tuple(sentences("\n".join(line.text for line in lines[: letter.end_of(lines, sender)])))


def _beside(one: Sentence, sender: str | None) -> bool:
    """Whether a sentence may stand beside it: thanks, a greeting, a name, regret, a reason. Who speaks instead is
    none of these."""
    if not says_something(one, sender) or not _WORD.search(pattern("intent", "regret").sub(" ", one.plain)):
        return True
    return bool(pattern("intent", "because").match(one.plain))


def _says(one: Sentence) -> bool:
    absent = one.finds("absent")
    if absent is None or not (
        _only_regrets(one.plain[: absent.start()]) and _ends(one.plain[absent.end() :])
    ):
        return False
    # "I will not attend": a dinner, perhaps.
    return one.holds("event") or not pattern("intent", "attends").search(absent[0])


def _only_regrets(before: str) -> bool:
    """Whether a reason, or nothing but regret, stands before it: "je suis désolée mais"."""
    if pattern("intent", "because").match(before):
        return not pattern("intent", "reported").search(before)
    return not _WORD.search(pattern("intent", "regret").sub(" ", before))


def _ends(behind: str) -> bool:
    """Whether the sentence ends there, but for a reason: not "by car", not "with Paul"."""
    left = pattern("intent", "regret").sub(" ", behind).strip(" ,;:.!–—-()")
    return bool(pattern("intent", "because").match(left)) or not _WORD.search(left)


def _offers(one: Sentence) -> bool:
    """Whether a sentence asks, offers something instead, or says when somebody could come."""
    if one.asks or conditions.bound(one) or one.says("daypart") or one.says("day"):
        return True
    absent = one.finds("absent")  # "I'm sorry but I can't come"
    behind = one.plain[absent.end() :] if absent else one.plain
    return any(pattern("intent", key).search(behind) for key in _OTHERWISE)
