"""What mail programs and lists put before a subject: Re:, Fwd:, AW:, WG:, Re[2]:, [tags].

Which marks each language's programs use is in `vocabulary/<language>.toml`, section `[quoting]`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from callboard.reading import layout, vocabulary

_TAGS = re.compile(r"(?:\s{0,9}\[[^\[\]]{0,120}\]){0,9}\s{0,9}")
_TAG = re.compile(r"\[([^\]]{2,60})\]")
_VERSION = re.compile(r"v?\d{1,4}")
_LONGEST = 1000  # characters; no subject is longer


def answers(subject: str) -> bool:
    """Whether it says Re: before anything else but tags."""
    return _opened(subject)[0][:1] == ("answer",)


def is_forward(subject: str) -> bool:
    """Whether it says Fwd:, TR:, WG: and the like, perhaps behind a Re:."""
    return "forward" in _opened(subject)[0][:2]


def without_marks(subject: str) -> str:
    """The subject without Re:, TR:, Fwd: and whatever a list put between; a tag behind them stays."""
    return _opened(subject)[1]


def bare(subject: str) -> str:
    """The same without the tags in front."""
    rest = _opened(subject)[1]
    return _TAGS.sub("", rest, count=1)


@lru_cache(maxsize=16)  # several rules ask for the marks of one subject
def _opened(subject: str) -> tuple[tuple[str, ...], str]:
    """The marks in front, each as "answer" or "forward", and the rest."""
    text = subject.strip()[:_LONGEST]
    plain = layout.unaccented(text)
    kinds: list[str] = []
    at = 0
    while found := _mark().match(plain, at):
        kinds.append("answer" if found["answer"] or found["a"] else "forward")
        at = found.end()
    return tuple(kinds), text[at:].strip()


@cache
def _mark() -> re.Pattern[str]:
    """One mark, tags before it included; a single letter needs its colon at once: "R : a language" is a title."""
    parts = []
    for name in ("answer", "forward"):
        known = vocabulary.words("quoting", f"{name}_mark")
        long, short = (vocabulary.either(w for w in known if (len(w) > 1) is many) for many in (True, False))
        parts += [rf"(?P<{name}>{long})\s?", rf"(?P<{name[0]}>{short})"]
    return re.compile(
        rf"{_TAGS.pattern}(?:{'|'.join(parts)})(?:[\[(^]\d{{1,3}}[\])]?\s?)?[:：]\s{{0,9}}", re.IGNORECASE
    )


def is_tagged(subject: str) -> bool:
    """Whether the subject bears a conference's tag for proposals: "[TOPIC] Title", "TECH TOPIC: Title"."""
    return any(map(_proposal_tag, _tags(subject)))


def _tags(subject: str) -> list[str]:
    """The tags in brackets; without brackets some words in capitals before a colon are one: "TECH TOPIC: ..."."""
    head, colon, _ = bare(subject).partition(":")
    spelled = [head] if colon and head.isupper() and len(head.split()) > 1 else []
    return _TAG.findall(subject) + spelled


def _proposal_tag(tag: str) -> bool:
    """Whether a tag's last word is a conference's word for proposals; "[X-talk]" is the name of a list."""
    words = vocabulary.fold(tag).split()
    while len(words) > 1 and _VERSION.fullmatch(words[-1]):
        words.pop()  # "[TOPIC v2]", "[POND TOPIC 2027]"
    if len(words) > 1 and vocabulary.pattern(
        "intent", "behind_tag" if len(words) > 2 else "asking_tag"
    ).fullmatch(words[-1]):
        words.pop()  # "[POND TOPIC SESSION]", "[BOF REQUEST]"
    return bool(words) and bool(vocabulary.pattern("intent", "tag").fullmatch(words[-1]))
