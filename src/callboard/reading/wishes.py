"""What a short answer asks for besides its kind, and which of its sentences no rule made use of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate, islice

from callboard.reading import clauses, conditions, fields, letter
from callboard.reading.result import Kind, Wish
from callboard.reading.speech import Sentence, sentences
from callboard.reading.vocabulary import fold, pattern

_SHORT = 150  # words of an answer that is looked at
_BESIDE_THANKS = 3  # words that say nothing more
_UNREAD_AT_MOST = 5  # sentences
_UNREAD_LENGTH = 160  # characters of each
_SENTENCES_AT_MOST = 60
_WORD = re.compile(r"[^\W_]+")


def wishes(text: str, sender: str | None = None, kind: Kind = Kind.OTHER) -> tuple[Wish, ...]:
    """The wishes of a short text, in the order of `Wish`; long ones are letters that a person reads."""
    if len(text.split()) > _SHORT:
        return ()
    said = sentences(text)[:_SENTENCES_AT_MOST]
    plain = fold(text)
    spoken_of = any(pattern("wishes", key).search(plain) for key in ("undo", "confirm", "status"))
    found = {wish for one in said for wish in _of(one)} if spoken_of else set()
    body = list(islice(_above_name(said, sender), 2))
    if len(body) == 1:
        found |= set(_alone(body[0]))
    if kind is Kind.WITHDRAWAL or (Wish.CONFIRM in found and any(map(_reserves, said))):
        found.discard(Wish.CONFIRM)
    if kind is Kind.OTHER and not found and only_thanks(text, sender):
        found.add(Wish.THANKS)
    return tuple(wish for wish in Wish if wish in found)


def _above_name(said: Iterable[Sentence], sender: str | None) -> Iterator[Sentence]:
    """The sentences without greeting and closing, up to the sender's name: below it stand addresses."""
    begun = False
    for one in said:
        if begun and letter.signs(one.said, sender):
            return
        if not _greets_or_signs(one, sender):
            begun = True
            yield one


def _alone(one: Sentence) -> Iterator[Wish]:
    """The wish that a sentence is, when it is all that somebody writes: "undo", "digest"."""
    for wish in (Wish.UNDO, Wish.DIGEST):
        if pattern("wishes", f"{wish}_alone").fullmatch(one.plain.strip(" .!")):
            yield wish


def _of(one: Sentence) -> Iterator[Wish]:
    """The wishes of a single sentence."""
    if one.holds("undo", "wishes") and not one.asks and not one.doubtful:
        yield Wish.UNDO
    if _confirms(one):
        yield Wish.CONFIRM
    if one.holds("status", "wishes") and (one.asks or one.holds("question")):
        yield Wish.STATUS


def _confirms(one: Sentence) -> bool:
    """Whether somebody says that they come: no question, no condition, and not that they withdraw."""
    if one.asks or one.doubtful or one.holds("withdraw") or one.holds("unconfirmed", "wishes"):
        return False
    said = one.finds("confirm", "wishes")
    return said is not None and not one.of_others(said.start())


def _reserves(one: Sentence) -> bool:
    """Whether a sentence keeps a promise to come back: "let me check first", "je dois voir avec mon labo"; not one
    about how to get there."""
    return one.holds("reserves", "wishes") and (
        one.holds("confirm", "wishes") or not one.holds("arrangements", "wishes")
    )


def only_thanks(text: str, sender: str | None = None) -> bool:
    """Whether a text says thank you, or that all is well, and nothing else."""
    said = sentences(text)
    if not any(_WORD.search(one.plain) for one in said):
        return True
    if any(one.asks or one.holds("refuses", "wishes") for one in said) or len(text.split()) > _SHORT:
        return False  # "no, thank you" is more than thanks
    if fields.names_language(text):
        return False  # "merci, en anglais svp"
    # A thumb up is a sentence without a word.
    pleased = any(not _WORD.search(one.plain) or one.holds("thanks", "wishes") for one in said)
    besides = accumulate(_besides(one, sender) for one in said)
    return pleased and all(count <= _BESIDE_THANKS for count in besides)


def _besides(one: Sentence, sender: str | None) -> int:
    """How many words of a sentence are neither thanks, nor courtesy, nor the sender's name."""
    plain = one.plain
    if pattern("wishes", "please").search(plain):
        return _BESIDE_THANKS + 1  # "merci de transmettre" asks for something
    if _greets_or_signs(one, sender):
        return 0
    for key in ("thanks", "courtesy"):
        plain = pattern("wishes", key).sub(" ", plain)
    names = set(_WORD.findall(fold(sender or "")))
    return sum(word not in names for word in _WORD.findall(plain))


def says_something(one: Sentence, sender: str | None) -> bool:
    """Whether a sentence is more than a greeting, thanks, courtesy or a name."""
    return _besides(one, sender) > 0


def _greets_or_signs(one: Sentence, sender: str | None) -> bool:
    return letter.greets(one.said) or letter.closes(one.said) or letter.signs(one.said, sender)


def unread(
    text: str, sender: str | None, used: Iterable[str], kind: Kind, in_part: Collection[str] = ()
) -> tuple[str, ...]:
    """The sentences of a short answer that nothing was read from, shortened; greetings and thanks left out.

    `used` are the sentences, or the lines, that a change was read from, `in_part` those that have more in them. Who
    withdraws gives reasons, which nobody has to understand: of those only the questions are left.
    """
    if kind is Kind.PROPOSAL or len(text.split()) > _SHORT:
        return ()
    read = [fold(one) for one in used]
    left = [
        _shortened(one.said)
        for one in sentences(text)[:_SENTENCES_AT_MOST]
        if (one.said in in_part or not _read(one, read, kind)) and _besides(one, sender) > 1
    ]
    return tuple(dict.fromkeys(left))[:_UNREAD_AT_MOST]


def _read(one: Sentence, read: Iterable[str], kind: Kind) -> bool:
    """Whether a rule made use of a sentence."""
    if any(one.plain in used or used in one.plain for used in read if used):
        return True
    if (kind is Kind.WITHDRAWAL and not one.asks) or conditions.leaves_rest(one):
        return True
    announces = one.said.rstrip().endswith(":") or one.holds("attached") or one.holds("announces", "wishes")
    wished = any(_of(one)) and not _goes_on(one)
    return wished or (kind is Kind.REVISION and announces and not one.asks)


def _goes_on(one: Sentence) -> bool:
    """Whether a sentence with a wish has more in it: "I confirm, but for ten minutes only"."""
    return one.holds("goes_on", "wishes") or not all(any(_of(part)) for part in clauses.parts(one))


def _shortened(said: str) -> str:
    plain = " ".join(said.split()).lstrip("-–—*• ")
    if len(plain) <= _UNREAD_LENGTH:
        return plain
    return plain[: _UNREAD_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
