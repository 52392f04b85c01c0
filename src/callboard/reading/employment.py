"""Where somebody works, in running text: "I am a librarian at X", "Karl Oder est ingénieur chez Y"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from callboard.reading import institutions, jobs, vocabulary
from callboard.reading.clues import names_organisation
from callboard.reading.layout import fold
from callboard.reading.names import word_list

BOUNDARY = re.compile(r"[.!?;](?=\s|$)|\n\s*\n|:\s")
_AT_MOST = 4000  # characters of running text
_LONG_AT_MOST = 20_000  # characters in which a biography is looked for
_BEFORE = 160  # characters of a clause that are looked at
_PHRASE_AT_MOST = 160  # characters of the name of an institution
_BRACKET = re.compile(r"\((?=[^()\n]{2,80}\))")
_JOB_AT_MOST = 4  # words
_TOKEN = re.compile(r"[\w&][\w'’.&/-]*")
_BETWEEN = re.compile(r"[ ]{1,2}|[ ]?[-–][ ]?")


@dataclass(frozen=True, slots=True, order=True)
class _Lead:
    """Words that lead to an institution: where they begin and end, and what they need beside them."""

    start: int
    end: int
    outright: bool = False  # they say themselves that somebody works there: "I work for"
    named: bool = False  # any name will do: "founder of Tinywave"; else something must show an institution
    inside: bool = False  # a word of institutions must: "in the Department of Botany"


def employed(text: str, name: str | None = None, *, of_anybody: bool = False) -> str | None:
    """Where running text says that its writer, or the person of that name, works; `of_anybody` in a biography."""
    text = text[:_AT_MOST]
    for lead in sorted(_leads(text, name)):
        clause = BOUNDARY.split(text[max(0, lead.start - _BEFORE) : lead.start])[-1]
        somebody = name is None and lead.named and _is_somebody(fold(clause))
        if _formerly(clause) or not (
            lead.outright or somebody or _works(clause, name, of_anybody=of_anybody)
        ):
            continue
        found = place_at(text, lead.end)
        if found is None or (found[0] == found[0].lower() and text != text.lower()):
            continue
        shown = names_organisation(found[0]) if lead.inside else institutions.certain(found[0])
        if shown or (lead.named and found[0][:1].isupper()):
            return found[0]
    return None


def _leads(text: str, name: str | None) -> Iterator[_Lead]:
    small = jobs.plain(text)
    for start, end in jobs.at_words(text):
        yield _Lead(start, end, named=fold(text[start:end]) in word_list("surely_at"))
    for match in _inside().finditer(small):
        yield _Lead(match.start(), match.end(), inside=True)
    for match in _belongs().finditer(small):
        yield _Lead(match.start(1), match.end(), named=True)
    for match in _BRACKET.finditer(text):
        if not word_list("roles").isdisjoint(
            fold(text[max(0, match.start() - 40) : match.start()]).split()[-3:]
        ):
            yield _Lead(match.start(), match.end())
    if name is None:
        for match in _outright().finditer(small):
            yield _Lead(match.start(), match.end(), outright=True, named=True)


@cache
def _belongs() -> re.Pattern[str]:
    """ "Founder of", "membre du": what follows is the founder's."""
    some, of = vocabulary.either(word_list("belongs")), vocabulary.either(word_list("of"))
    return re.compile(rf"(?<!\w)(?:{some})(\s(?:{of})(?:\s+|['’]\s?))(?=\S)")


@cache
def _inside() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{vocabulary.either(word_list('inside'))})(?:\s+|['’]\s?)(?=\S)")


@cache
def _outright() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{vocabulary.either(word_list('outright'))})(?:\s+|['’]\s?)(?=\S)")


def biography(text: str, name: str) -> str:
    """The paragraphs in which a name stands: what they say of "she" is said of that person."""
    tokens = [token for token in fold(name).split() if len(token) > 2]
    runs = (run for run in re.split(r"\n\s*\n", text[:_LONG_AT_MOST]) if len(run) <= _AT_MOST)
    return "\n\n".join(run for run in runs if tokens and all(token in fold(run) for token in tokens))


def _formerly(clause: str) -> bool:
    return bool(vocabulary.any_of("people", "formerly").search(fold(clause)))


def _works(clause: str, name: str | None, *, of_anybody: bool) -> bool:
    """Whether a clause says what somebody does now: a verb or a job, of the writer or of the person named."""
    plain = fold(clause)
    tokens = plain.split()
    if not tokens:
        return False
    said = set(tokens)
    does = bool(vocabulary.any_of("people", "works").search(plain)) or tokens[-1] in word_list("being")
    job = not said.isdisjoint(word_list("roles") | word_list("jobs"))
    return (does or job) and (of_anybody or (_of_writer(tokens) if name is None else _of_person(said, name)))


def _is_somebody(clause: str) -> bool:
    """Whether a clause ends with what its writer is, in a few words: "I am a hydrographer"."""
    said = list(vocabulary.any_of("people", "i_am_a").finditer(clause))
    what = clause[said[-1].end() :].split() if said else []
    return 1 <= len(what) <= _JOB_AT_MOST and _stop().isdisjoint(what)


def _of_writer(tokens: Sequence[str]) -> bool:
    """Whether somebody speaks of themselves; a job at the beginning stands for its owner."""
    if tokens[0] in word_list("roles") | word_list("as"):
        return True
    return bool(vocabulary.any_of("people", "first_person").search(" ".join(tokens)))


def _of_person(said: set[str], name: str) -> bool:
    named = {one for one in fold(name).split() if len(one) > 2}
    return not (named | word_list("pronouns")).isdisjoint(said)


def place_at(text: str, start: int) -> tuple[str, int] | None:
    """The name of an institution that begins at a place of running text, and where it ends."""
    begin = end = after = start
    while (one := _phrase(text, after)) is not None:
        if end == start:
            begin = one[0]
        elif not institutions.certain(text[one[0] : one[1]]):
            break
        end = one[1]
        goes_on = _goes_on_at().match(jobs.plain(text[end : end + 20]))
        if goes_on is None:
            break
        after = end + goes_on.end()
    place = jobs.bare_place(text[begin:end])
    return (place, end) if place and end > start else None


@cache
def _goes_on_at() -> re.Pattern[str]:
    """Between two parts of an institution: "Department of Botany at the University of Hull", "LIRE, Brenne"."""
    return re.compile(rf"(?:,\s|\s(?:{vocabulary.either(word_list('at') | word_list('of'))})(?:\s|['’]))")


def _phrase(text: str, start: int) -> tuple[int, int] | None:
    """The words from a place on that go together as a name: capitals, words of institutions, "de", "of"."""
    lead = article().match(jobs.plain(text[start : start + 20]))
    begin = start + (lead.end() if lead else 0)
    tokens = _tokens(text, begin)
    end, at = begin, 0
    while at < len(tokens):
        token, place = tokens[at]
        following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        if _own(token):
            end = place
            # "Archives nationales de Valdore": an adjective behind such a word, where a name follows.
            if names_organisation(token) and _plain_word(following) and _goes_on(tokens, at + 2):
                at += 1
        elif end == begin or not _opens(token) or not (_own(following) or _complement(token, following)):
            break
        elif not following:  # "Institut d'histoire" ends the text
            end = place
        elif not _own(following):
            end, at = tokens[at + 1][1], at + 1
        at += 1
    return (begin, end) if end > begin else None


def _tokens(text: str, begin: int) -> list[tuple[str, int]]:
    """The words from a place on with where they end, as far as nothing but spaces is between them."""
    tokens: list[tuple[str, int]] = []
    place = begin
    for match in _TOKEN.finditer(text, begin, begin + _PHRASE_AT_MOST):
        if match.start() > begin and not _BETWEEN.fullmatch(text, place, match.start()):
            break
        token = match[0].rstrip(".'’-")
        place = match.start() + len(token)
        tokens.append((token, place))
        if match[0][len(token) :] not in ("", "'", "’"):  # "Tenants' Voice"
            break
        place = match.end()
    return tokens


def _own(token: str) -> bool:
    """Whether a word is part of a name by itself."""
    small = fold(token)
    if len(small) == 1 and small in _stop():
        return False
    return token[:1].isupper() or token[:1].isdigit() or names_organisation(token) or "@" in token


def _plain_word(token: str) -> bool:
    return bool(token) and not _own(token) and not _opens(token) and fold(token) not in _stop()


def _opens(token: str) -> bool:
    """Whether a small word goes on with a name: "de", "of the", "d'histoire"."""
    return fold(token).split()[:1] != [] and fold(token).split()[0] in _openings()


def _complement(token: str, following: str) -> bool:
    """Whether a small word has a word in small letters behind it that still is the name's: "de lecture"."""
    parts = fold(token).split()
    if len(parts) > 1:  # "d'histoire" holds both
        return True
    return parts[0] not in word_list("and") | word_list("for") and (
        _plain_word(following) or _opens(following)
    )


def _goes_on(tokens: Sequence[tuple[str, int]], at: int) -> bool:
    return at < len(tokens) and (_own(tokens[at][0]) or _opens(tokens[at][0]))


@cache
def _openings() -> frozenset[str]:
    """The small words within the name of an institution."""
    return frozenset(
        part for key in ("of", "for", "the", "and") for words in word_list(key) for part in words.split()
    )


@cache
def article() -> re.Pattern[str]:
    """ "the ", "la ", "l'"."""
    return re.compile(rf"(?:{vocabulary.either(word_list('the'))})(?:\s|(?<=l)['’])")


@cache
def _stop() -> frozenset[str]:
    return frozenset(vocabulary.words("language", "stop"))
