"""Whom somebody asks us to take off a talk in so many words: "remove Anna", "merci de retirer Anna Berg et Paul Noir".

The sentence names people and nothing else: "remove Anna's paragraph" and "remove Anna from the cc" do not. A given name
may do; whether one of the speakers is meant is for whoever knows them to say.
"""

from __future__ import annotations

import re
from functools import cache

from callboard.reading import people
from callboard.reading.names import between
from callboard.reading.speech import Sentence
from callboard.reading.vocabulary import either, fold, pattern

_MOST = 6  # people in one sentence
_SIGNS = " .,;:!?"


def named_alone(one: Sentence) -> tuple[str, ...]:
    """Everybody whom the sentence asks to take off; nobody when it says anything else."""
    first = one.said.split(maxsplit=1)[0] if one.said.strip() else ""
    each = _name().search(one.said, len(first))  # a verb that begins it has a capital too
    if each is None or not pattern("changes", "remove_request").fullmatch(_plain(one.said[: each.start()])):
        return ()
    found: list[str] = []
    rest = ""
    while each is not None and len(found) < _MOST:
        found.append(people.tidy_name(each[0]))
        rest = one.said[each.end() :]
        joint = between().match(one.said, each.end())
        each = _name().match(one.said, joint.end()) if joint else None
    said = _plain(rest)
    return tuple(found) if not said or pattern("changes", "remove_tail").fullmatch(said) else ()


def names_somebody(one: Sentence, at: int) -> bool:
    """Whether the next word of the folded sentence has a capital where it is written: "withdraw Anna Berg from ..."."""
    following = [word.rstrip(_SIGNS) for word in one.plain[at:].split(maxsplit=1)[:1]]
    return not one.said.isupper() and any(
        fold(word) in following and word[:1].isupper() and word[1:2].isalpha()
        for word in (said.rstrip(_SIGNS) for said in one.said.split()[1:])
    )


@cache
def _name() -> re.Pattern[str]:
    small, word = either(people.particles()), r"[^\W\d_a-zß-öø-ÿ][^\W\d_]{0,40}(?:[-’'][^\W\d_]{2,30})?"
    # A particle stands in a name: "Anna de la Cour"; not behind it: "Anna de la liste".
    return re.compile(rf"(?<![\w.'’]){word}(?:(?:\s(?:{small}))?(?:\s{word}){{1,3}})?(?![\w'’])")


def _plain(text: str) -> str:
    return fold("".join(" " if sign in _SIGNS else sign for sign in text)).strip()
