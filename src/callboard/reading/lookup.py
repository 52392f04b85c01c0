"""Finds the phrases of the vocabulary in a text, by a word that each of them needs.

Most texts hold none of the rarer words of a phrase. So the words of a text are gathered once, whatever number of
phrases are looked for in it, and a phrase is only tried where its first word stands, in a text that has its longest.
What is found is what one regular expression of all the phrases would find.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

_RUN = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
# A phrase may end in an apostrophe ("mon avis sur l'"), after which a word is welcome.
WHOLE_WORDS = r"(?:(?<!\w)|(?!\w))"
NOTHING = "(?!)"
_BETWEEN = r"[\s'’-]{1,3}"
# Bounded in words and in their length: a gap costs the same however long the text is.
_GAP = r"(?:\S{1,40} ){0,4}?"
_SIGN = ""  # in place of the first word of what begins with a sign or a number
_NUMBER = "#"  # among the words of a text that holds a figure


# Blanks in place of the signs of ASCII: cutting at them costs half of looking at every letter.
_SIGNS_BLANK = bytes(
    at if at >= 128 or chr(at).isalnum() or at == ord("_") else ord(" ") for at in range(256)
)


class _Words:
    """The words of a text, and where each of them begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, Sequence[int]] = {}
        blanked = text.encode("utf-8", "surrogatepass").translate(_SIGNS_BLANK)
        self.all = set(blanked.decode("utf-8", "surrogatepass").split())
        if not text.isascii():
            self.all.update(_RUN.findall(" ".join([word for word in self.all if not word.isascii()])))
        if _DIGIT.search(text):
            self.all.add(_NUMBER)

    def places(self, word: str) -> Sequence[int]:
        """Where the word stands, in order."""
        known = self._places.get(word)
        if known is None:
            known = self._places[word] = [found.start() for found in _alone(word).finditer(self._text)]
        return known


@cache
def _alone(word: str) -> re.Pattern[str]:
    """A word of the vocabulary that is no part of a longer one; what begins with letters is found as fast as they."""
    literally = re.escape(word)
    return re.compile(rf"{literally}(?!\w)(?<!\w{literally})")


@lru_cache(maxsize=64)  # many phrases are looked for in one text, then in the next
def _words_of(text: str) -> _Words:
    return _Words(text)


@dataclass(frozen=True)
class Expression:
    """A regular expression, with the words that it can begin with or the one sign, as a character class."""

    written: str
    first: Set[str]
    needed: Set[str]  # no text holds it that has none of these words
    sign: str = ""


class Phrases:
    """What `re.Pattern` is for all the expressions as alternatives, each between the ends of words."""

    def __init__(self, known: Iterable[Expression], end: str = WHOLE_WORDS) -> None:
        self.known = tuple(known)
        self._end = end
        self._ready: dict[str, re.Pattern[str]] = {}
        self._by_first: dict[str, list[str]] = defaultdict(list)
        self._firsts: dict[str, set[str]] = defaultdict(set)  # by a word that is needed
        self._always: set[str] = set()  # first words of those that need none
        for one in self.known:
            first = one.first or {_SIGN}
            for word in first:
                self._by_first[word].append(one.written)
            for word in one.needed:
                self._firsts[word] |= first
            if not one.needed:
                self._always |= first
        self._needed = frozenset(self._firsts)
        signs = "".join(sorted({one.sign for one in self.known}))
        self._signs = re.compile(f"[{signs}]") if signs else None

    @property
    def pattern(self) -> str:
        """All of them as one regular expression."""
        return f"(?<!\\w)(?:{'|'.join(one.written for one in self.known) or NOTHING}){self._end}"

    def may_be_in(self, *texts: str) -> bool:
        """Whether one of the texts has a word that they need; none is in a whole of which no part has one."""
        return bool(self._always) or any(not self._needed.isdisjoint(_words_of(text).all) for text in texts)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first of them in the text."""
        for place, word in self._places(text):
            if place >= start and (found := self._beginning_with(word).match(text, place)):
                return found
        return None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Each of them, none within another."""
        end = 0
        for place, word in self._places(text):
            if place >= end and (found := self._beginning_with(word).match(text, place)):
                yield found
                end = found.end()

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """The one that the text begins with, or that stands at a place in it."""
        return expression.match(text, at) if (expression := self._opening(text, at)) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The one that the text is."""
        return expression.fullmatch(text) if (expression := self._opening(text)) else None

    def sub(self, said: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """The text with something else in place of the first `count` of them, or of all."""
        parts, end = list[str](), 0
        for number, found in enumerate(self.finditer(text), start=1):
            parts += [text[end : found.start()], said if isinstance(said, str) else said(found)]
            end = found.end()
            if number == count:
                break
        return "".join((*parts, text[end:]))

    def _places(self, text: str) -> Sequence[tuple[int, str]]:
        """Where one of them may stand, in order, and what it begins with there."""
        words = _words_of(text)
        needed = self._needed & words.all
        if not needed and not self._always:
            return ()
        if len(needed) == 1 and not self._always:
            firsts = self._firsts[next(iter(needed))]
        else:
            firsts = self._always.union(*map(self._firsts.__getitem__, needed))
        places = [(at, word) for word in firsts & words.all for at in words.places(word)]
        if self._signs and _SIGN in firsts:
            places += [(sign.start(), _SIGN) for sign in self._signs.finditer(text)]
        return sorted(places)

    def _opening(self, text: str, at: int = 0) -> re.Pattern[str] | None:
        run = _RUN.match(text, at)
        if run and run[0] in self._by_first:
            return self._beginning_with(run[0])
        return self._beginning_with(_SIGN) if self._signs and self._signs.match(text, at) else None

    def _beginning_with(self, word: str) -> re.Pattern[str]:
        """Those that begin so, as one expression, made when it is first needed."""
        ready = self._ready.get(word)
        if ready is None:
            ready = re.compile(f"(?<!\\w)(?:{'|'.join(self._by_first[word])}){self._end}")
            self._ready[word] = ready
        return ready


class Keyed:
    """A regular expression that needs one of some phrases: most texts have none, and it does not go through them."""

    def __init__(self, phrases: Iterable[str], written: str) -> None:
        self._needed = {max(_RUN.findall(phrase.lower()), key=len) for phrase in phrases}
        self._expression = re.compile(written, re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        """The first place of the text where it holds."""
        return self._expression.search(text) if self._may_be_in(text) else None

    def sub(self, said: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with something else in each place where it holds."""
        return self._expression.sub(said, text) if self._may_be_in(text) else text

    def _may_be_in(self, text: str) -> bool:
        return not self._needed.isdisjoint(_words_of(text.lower()).all)


# --- A phrase as a regular expression ------------------------------------------------------------------


def literal(word: str) -> Expression:
    """Words that are meant literally, whatever is between them."""
    parts = word.split()
    return Expression(_BETWEEN.join(map(re.escape, parts)), {*parts[:1]}, {*sorted(parts, key=len)[-1:]})


def expressions(phrase: str) -> Iterator[Expression]:
    """A phrase of the vocabulary, once for each way it begins."""
    for opened in _opened(phrase):
        first = frozenset(_beginnings(opened))
        sign = r"\d" if opened[0] == _NUMBER else re.escape(opened[0])
        if _SIGN in first or _NUMBER in first:
            yield Expression(_expression(opened), frozenset(), _needed(opened), sign)
        else:
            yield Expression(_expression(opened), first, _needed(opened))


def _needed(phrase: str) -> Set[str]:
    """The rarest words of which a text needs one to hold the phrase, as far as short words are frequent ones."""
    depth, begins = 0, [0]
    for at, sign in enumerate(phrase):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0 and sign in " *" and phrase[at + 1 : at + 2] != "?":
            begins.append(at + 1)
    ways = [frozenset(_beginnings(phrase[at:].lstrip(" *"))) for at in begins]
    usable = [words for words in ways if _SIGN not in words]
    return min(usable, key=lambda words: sum(50.0 ** -len(word) for word in words), default=frozenset())


def _opened(phrase: str) -> list[str]:
    """The phrase once for each way it begins: "(je|nous) x" is "je x" and "nous x", "(a )?b" is "a b" and "b"."""
    if phrase.startswith("("):
        ways, rest = _alternatives(phrase)
        return [opened for way in ways for opened in _opened(way + rest)]
    if phrase[1:2] == "?":
        return [phrase[0] + phrase[2:], *_opened(phrase[2:])]
    return [phrase]


def _beginnings(phrase: str) -> Iterator[str]:
    """Every first word that a phrase can have, "#" for one with a number: "mai(s|l-?box)" has three."""
    run = _RUN.match(phrase)
    word = run[0] if run else ""
    rest = phrase[len(word) :]
    if rest.startswith("("):
        ways, rest = _alternatives(rest)
        for way in ways:
            yield from _beginnings(word + way + rest)
    elif rest.startswith("?"):
        yield from _beginnings(word + rest[1:])
        yield from _beginnings(word[:-1] + rest[1:])
    else:
        yield _NUMBER if rest.startswith(_NUMBER) else word
        if rest.startswith("-") or rest[1:2] == "?":  # the word may go on behind it
            yield from _beginnings(word + rest[1:].removeprefix("?"))


def _alternatives(phrase: str) -> tuple[list[str], str]:
    """What the group that the phrase begins with offers, nothing included, and what follows the group."""
    ways, depth = [""], 0
    for at, sign in enumerate(phrase):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            rest = phrase[at + 1 :]
            return ([*ways, ""], rest[1:]) if rest.startswith("?") else (ways, rest)
        if depth == 1 and sign == "|":
            ways.append("")
        elif at:
            ways[-1] += sign
    raise ValueError(f"a phrase of the vocabulary has a bracket that is not closed: {phrase}")


def _expression(phrase: str) -> str:
    """The phrase as a regular expression; only the signs keep a meaning."""
    escaped = re.sub(r"[^\w\s()|?*#-]", lambda sign: re.escape(sign[0]), phrase)
    gaps = re.sub(r" ?\* ?", lambda _: f" {_GAP}", escaped.replace("(", "(?:"))
    return gaps.replace("#", r"\d{1,6}").replace("-", "[- ]?")
