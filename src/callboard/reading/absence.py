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
    """Whether the letter says one thing only, beside greetings and thanks."""
    return sum(says_something(one, sender) for one in _letter(text, sender)) == 1


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
    return (
        absent is not None and _only_regrets(one.plain[: absent.start()]) and _ends(one.plain[absent.end() :])
    )


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
