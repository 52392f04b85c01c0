"""Whether a few words in a list of people are a person or a place of work: the evidence, added up.

No single clue decides: "Clever Cloud" and "Karl Oder" look alike until an address, a mark, a given name, the
domain of somebody's e-mail or the pattern of the list speaks for one or the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import LINK, fold
from callboard.reading.names import (
    EMAIL,
    INITIALS,
    courtesy,
    degree,
    looks_like_name,
    owns,
    particles,
    same_person,
    tidy_name,
    word_list,
)

CERTAIN = 4
LIKELY = 2
_REMARK_AT_MOST = 12  # words that are looked at
_COMPOUND_AT_LEAST = 6  # letters of a word of institutions that family names do not end in
_PLACE_AT_MOST = 5  # words of a name; an institution may have more
_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{6,24}")


@dataclass(frozen=True)
class Around:
    """What the rest of the mail says: the people who wrote it or are written to, and every address in it."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def knows(self, name: str) -> bool:
        """Whether one of those people bears this name."""
        return any(same_person(name, one) for one in self.names)

    def with_addresses(self, addresses: Iterable[str]) -> Around:
        """The same with more addresses."""
        return Around(self.names, tuple(dict.fromkeys((*self.addresses, *addresses))))


NOTHING_KNOWN = Around()


def leaning(text: str, around: Around = NOTHING_KNOWN) -> int:
    """How much the words by themselves speak for a person (above 0) or for a place (below)."""
    tokens = text.split()
    if not tokens:
        return -CERTAIN
    if courtesy(text) and not names_organisation(text):
        return 2 * CERTAIN
    name = tidy_name(text)
    if around.knows(name) and not names_organisation(name):
        return 2 * CERTAIN
    score = 0
    if _unit_of(tokens):
        return -CERTAIN
    if not looks_like_name(name):
        # "Le Hoang" is a name as much as "La Poste" is a company.
        if not (
            tokens[0].istitle() and tokens[0].lower() in particles() and looks_like_name(name, trusted=True)
        ):
            return -CERTAIN
        score = -LIKELY
    if len(tokens) > _PLACE_AT_MOST or any(_inner_capital().match(token) for token in tokens):
        score -= LIKELY
    if any(owns(name, address) for address in around.addresses):
        score += CERTAIN
    if domain_of(text, around.addresses):
        score -= CERTAIN
    if any(len(end) >= _COMPOUND_AT_LEAST and _ends_in(tokens, end) for end in _ends()):
        score -= CERTAIN
    if fold(tokens[-1]) in word_list("businesses"):
        score -= CERTAIN
    return score + _shape(name)


def _unit_of(tokens: list[str]) -> bool:
    """Whether words are a short name in capitals and what it is of: "CHU de Brenne", "SCD du Val"."""
    return (
        len(tokens) == 3
        and acronym(tokens[0])
        and tokens[1].islower()
        and tokens[1] in word_list("of")
        and tokens[2][0].isupper()
        and not tokens[2].isupper()
    )


def _shape(name: str) -> int:
    """What initials, particles and capitals say."""
    tokens = name.split()
    score = 0
    if any(INITIALS.match(token) and "." in token for token in tokens):
        score += CERTAIN
    elif any(len(token) == 1 for token in tokens[1:-1]):
        score += LIKELY
    if not word_list("names_only").isdisjoint(token.lower() for token in tokens[1:-1]):
        score += LIKELY
    if any(len(token) > 2 and token.isupper() for token in tokens) and not name.isupper():
        score += 1
    known = any(given(token) for token in tokens)
    return score + (LIKELY if known else 0)


@cache
def _inner_capital() -> re.Pattern[str]:
    """A capital within a word, as companies have them, unless names begin so: "McCoy", "DiMarco"."""
    begin = vocabulary.either(vocabulary.words("people", "joined"))
    return re.compile(rf"(?!(?i:{begin}))[^\W\d_]{{0,40}}[^\W\d_A-Z][A-Z]")


@cache
def _length() -> re.Pattern[str]:
    units = vocabulary.either((*vocabulary.words("time", "hours"), *vocabulary.words("time", "minutes")))
    return re.compile(rf"~?\d{{1,4}}\s{{0,3}}(?:{units}|'|’|′)")


def given(token: str) -> bool:
    """Whether a word is a common given name, or begins with one: "Jean-Loup"."""
    return not _given_names().isdisjoint(fold(token).split()[:1])


@cache
def _given_names() -> frozenset[str]:
    return frozenset(name for names in vocabulary.words("people", "given") for name in names.split())


def names_organisation(text: str) -> bool:
    """Whether a word of institutions stands in the text: "Université", "Lab", "Norðurháskóli", "Hydrolab"."""
    tokens = fold(text).split()
    if not word_list("organisations").isdisjoint(tokens):
        return True
    if not word_list("acronyms").isdisjoint(tokens) and any(
        word.isupper() and fold(word) in word_list("acronyms") for word in text.split()
    ):
        return True
    ends = _ends()
    return any(len(token) > 5 and token.endswith(ends) for token in tokens)


def _ends_in(tokens: list[str], end: str) -> bool:
    """Whether a word is compounded with one of institutions: "Uhrenmuseum", "Universitätsbibliothek"."""
    return any(len(token) > len(end) and fold(token).endswith(end) for token in tokens)


@cache
def _ends() -> tuple[str, ...]:
    return tuple(word_list("organisation_ends"))


def acronym(text: str) -> bool:
    """Whether a text is one short name in capitals: "LIRE", "LaBRI", "CEA-LIST", "MAP5"."""
    token = text.strip()
    capitals = sum(sign.isupper() for sign in token)
    return 2 <= len(token) <= 15 and " " not in token and capitals >= 2 and 2 * capitals >= len(token) - 2


def domain_of(text: str, addresses: Iterable[str]) -> bool:
    """Whether addresses are of a host that is called like these words: "Clever Cloud" and @clevercloud.example."""
    words = fold(text).split()
    spellings = {"".join(words), "".join(word for word in words if word not in particles())}
    spellings = {glued for glued in spellings if len(glued) >= 4}
    if not spellings:
        return False
    for address in addresses:
        labels = [fold(label).replace(" ", "") for label in address.partition("@")[2].split(".")[:-1]]
        if any(len(label) >= 4 and glued.startswith(label) for label in labels for glued in spellings):
            return True
    return False


def nothing(text: str) -> bool:
    """Whether words beside a name say nothing of a place: pronouns, a degree, a length, a handle, a link."""
    bare = EMAIL.sub("", LINK.sub("", text)).strip(" \t,;.<>()[]*†‡§:'\"")
    plain = fold(bare)
    if not plain or plain.isdigit() or plain in word_list("nobody") or bare.startswith("@"):
        return True
    if _NUMBER.fullmatch(bare) or _length().match(bare) or degree(bare):
        return True
    tokens = plain.split()
    return all(token in word_list("pronouns") for token in tokens) or plain in word_list("asides")


def remark(text: str) -> bool:
    """Whether words behind a list of people are a sentence: "She has kept bees since 1990", "No company"."""
    tokens = fold(text).split()[:_REMARK_AT_MOST]
    if not tokens or names_only(text):
        return False
    said = [token for token in tokens if token in _stop()]
    return len(said) > 1 or (bool(said) and tokens[0] == said[0])


def names_only(text: str) -> bool:
    """Whether every word but particles begins with a capital."""
    tokens = text.replace(",", " ").split()
    return all(not token[0].islower() or token in particles() for token in tokens)


@cache
def _stop() -> frozenset[str]:
    """The small words of sentences, which names of institutions do not have."""
    inside = (word_list(key) for key in ("of", "for", "the", "and", "within", "at"))
    return frozenset(vocabulary.words("language", "stop")) - particles() - frozenset().union(*inside)


def presents(text: str) -> bool:
    """Whether words beside a name, or in a footnote, say that this person presents."""
    return fold(text) in word_list("presenters")


def myself(text: str) -> bool:
    """Whether the words stand for whoever writes: "me", "moi-même"."""
    return fold(text) in word_list("myself")
