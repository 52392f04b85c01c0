"""The sentences of a letter, each with how it is said: as a question, under a condition, of somebody else.

"Je retirerai ma proposition si ..." and "she had to cancel her talk" hold the words of withdrawing, and
withdraw nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from callboard.reading import language
from callboard.reading.vocabulary import fold, pattern

_WRAPPED = 50  # characters from which on a line's end is no sentence's end
# "am 3. Juni" ends no sentence.
_END = re.compile(r"(?<=[.!?;…])(?<!\s\d\.)(?<!\s\d\d\.)[\s\"»”')\]]{1,4}(?=\S)")
_ITEM = re.compile(r"\s{0,8}(?:[-*•–>]{1,2}|\d{1,2}[.)])\s")
_SUBJECT = 6  # words in front of a verb that can name who does it
# A question mark before the closing mark ends the sentence, and leaves the mark to the next one.
QUOTED = re.compile(r"[«“\"„][^«»“”\"„\n]{2,300}(?:[»”\"“]|(?<=[?!.])$)")


@dataclass(frozen=True)
class Sentence:
    """A sentence as written, and folded for looking up phrases."""

    said: str
    plain: str
    letter: str = field(default="", compare=False, repr=False)  # all the sentences it stands among, folded
    number: int = field(default=0, compare=False, repr=False)  # its place among them

    @property
    def asks(self) -> bool:
        return "?" in self.said

    @cached_property
    def asks_itself(self) -> bool:
        """Whether it asks beside what it quotes: in "he spoke on « Qui possède un marais ? »" a title does."""
        return self.asks and "?" in QUOTED.sub(" ", self.said)

    @cached_property
    def requests(self) -> bool:
        """Whether it asks somebody to do something: "pourriez-vous", "could you", "merci de"."""
        return self.holds("request")

    @cached_property
    def doubtful(self) -> bool:
        """Whether it stands under a condition, politeness ("si possible") and what it quotes apart."""
        plain = _impolite(fold(QUOTED.sub(" ", self.said))) if self.quotes else self.impolite
        return bool(pattern("intent", "conditional", self.language).search(plain))

    @cached_property
    def impolite(self) -> str:
        """The folded sentence with blanks for its politeness: "si possible", "if it is not too late"."""
        return _impolite(self.plain)

    @cached_property
    def language(self) -> str | None:
        """Which language it is in: "se" is "if" in Italian, and "-self" in French."""
        return language.detect(self.said)

    @cached_property
    def quotes(self) -> bool:
        """Whether something stands in quotation marks."""
        return bool(QUOTED.search(self.said))

    def holds(self, key: str, section: str = "intent") -> bool:
        return bool(self.finds(key, section))

    def says(self, key: str) -> bool:
        """Whether it holds such a phrase of its own language: the months of one are words of another."""
        # Which language it is in is asked only where the phrases of all of them hold one that it has.
        return self.holds(key) and bool(pattern("intent", key, self.language).search(self.plain))

    def finds(self, key: str, section: str = "intent") -> re.Match[str] | None:
        if self.letter and self.number not in _sentences_with(self.letter, section, key):
            return None
        return pattern(section, key).search(self.plain)

    def of_others(self, at: int) -> bool:
        """Whether the words at `at` are said of somebody else: "elle a dû annuler", "my co-author cannot"."""
        return self._subject(at) == "others"

    def of_speaker(self, at: int) -> bool:
        """Whether the words at `at` are said of whoever writes: "I will give the talk"."""
        return self._subject(at) == "speaker"

    def _subject(self, at: int) -> str | None:
        """Who the word nearest in front of `at` names."""
        before = " ".join(self.plain[:at].split()[-_SUBJECT:])
        nearest = {
            who: max(
                (said.end() for said in pattern("intent", who, self.language).finditer(before)), default=-1
            )
            for who in ("speaker", "others")
        }
        if nearest["speaker"] == nearest["others"]:
            return None
        return max(nearest, key=lambda who: nearest[who])


def holding(letter: Sequence[Sentence], key: str) -> list[Sentence]:
    """Those of all the sentences of a letter that hold such a phrase; they are not gone through one by one."""
    if not letter:
        return []
    return [letter[number] for number in sorted(_sentences_with(letter[0].letter, "intent", key))]


@lru_cache(maxsize=256)  # more than the rules ask of one letter
def _sentences_with(letter: str, section: str, key: str) -> frozenset[int]:
    """Which sentences of a letter hold such a phrase. It is looked for in all of them at once: none goes over the end
    of a line."""
    found = pattern(section, key).finditer(letter)
    return frozenset(letter.count("\n", 0, one.start()) for one in found)


def _impolite(plain: str) -> str:
    return pattern("intent", "polite").sub(lambda said: " " * len(said[0]), plain)


@lru_cache(maxsize=64)  # several rules go through the sentences of a letter
def sentences(text: str, most: int = 12_000) -> tuple[Sentence, ...]:
    """The sentences of a text, wrapped lines joined; short lines are sentences of their own."""
    said = list(_split(text[:most]))
    plain = list(map(fold, said))
    letter = "\n".join(plain)
    return tuple(Sentence(*one, letter, number) for number, one in enumerate(zip(said, plain, strict=True)))


def _split(text: str) -> Iterator[str]:
    for run in _runs(text.split("\n")):
        yield from (said.strip() for said in _END.split(run) if said.strip())


def _runs(lines: list[str]) -> Iterator[str]:
    """Lines that were one before they were wrapped, as one."""
    run: list[str] = []
    for line in lines:
        if run and (not line.strip() or _ITEM.match(line) or len(run[-1].rstrip()) < _WRAPPED):
            yield " ".join(part.strip() for part in run)
            run = []
        if line.strip():
            run.append(line)
    if run:
        yield " ".join(part.strip() for part in run)
