"""People and their places of work in running text: "with my colleague X (Lab)", "presented by Y", "I work at Z"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from callboard.reading import institutions, jobs, people, vocabulary
from callboard.reading.clues import NOTHING_KNOWN, Around, leaning, names_organisation
from callboard.reading.layout import fold
from callboard.reading.names import looks_like_name, particles, tidy_name, word_list
from callboard.reading.pieces import also
from callboard.reading.result import SpeakerFound

_AT_MOST = 4000  # characters of running text
_LONG_AT_MOST = 20_000  # characters in which a biography is looked for
_BEFORE = 160  # characters of a clause that are looked at
_NAMES_AT_MOST = 8
_CREDITS_AT_MOST = 300  # characters of a paragraph that only says who else took part
_INITIAL = r"(?:[^\W\d_a-zß-öø-ÿ]\.-?){1,3}"
_WORD = r"[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['’-](?=[^\W\d_])){1,30}"
_BRACKET = re.compile(r"\s?[(<][^()<>\n]{1,160}[)>]")
_BOUNDARY = re.compile(r"[.!?;](?=\s|$)|\n\s*\n|:\s")
_TOKEN = re.compile(r"[\w&][\w'’.&/-]*")


@cache
def _name() -> re.Pattern[str]:
    small = vocabulary.either(particles())
    return re.compile(
        rf"(?:{_INITIAL}\s?)?{_WORD}(?:\s(?:(?:{small})\s){{0,2}}(?:{_INITIAL}\s)?{_WORD}){{0,3}}"
    )


@cache
def _relation() -> re.Pattern[str]:
    """Words before a name that say who it is: "ma doctorante", "my colleague from the lab,", "Dr"."""
    whose, who = vocabulary.either(word_list("whose")), vocabulary.either(word_list("civilities"))
    return re.compile(
        rf"(?:(?:{whose})\s(?:[\w'’-]{{2,20}}\s){{0,3}}?[\w'’-]{{2,20}},?\s)?(?:(?:{who})\.?\s){{0,2}}"
    )


@cache
def _joins() -> re.Pattern[str]:
    return re.compile(rf",?\s(?:{also()}|&)\s|,\s")


def named_after(text: str, key: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people named behind words like "presented by" or "with" (`[people] key`), with what stands beside them."""
    text = " ".join(text[:_AT_MOST].split())
    found: dict[str, SpeakerFound] = {}
    for match in _leading(key).finditer(jobs.plain(text)):
        if key == "together" and _only_spoken(text[: match.start()]):
            continue
        run = _run(text, match.end())
        for person in people.parse(run, around=around) if run else ():
            found.setdefault(person.name, person)
    return tuple(found.values())


def credited(paragraph: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people in a short paragraph that only says with whom the work was done: "Joint work with ..."."""
    if len(paragraph) > _CREDITS_AT_MOST or not _leading("jointly").match(
        jobs.plain(paragraph.strip(" *_(["))
    ):
        return ()
    return named_after(paragraph, "jointly", around)


def named_behind_title(text: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people behind a title in quotation marks: "“A title” by Ada Moreau (Lab) and Karl Oder"."""
    text = " ".join(text[:_AT_MOST].split())
    match = _behind_title().search(text)
    run = _run(text, match.end()) if match else ""
    return people.parse(run, around=around) if run else ()


@cache
def _behind_title() -> re.Pattern[str]:
    return re.compile(rf"[”\"»](?:,?\s(?:{vocabulary.either(word_list('by'))})|,|\s[-–—])\s", re.IGNORECASE)


@cache
def _leading(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{vocabulary.either(word_list(key))})\s+")


def _only_spoken(before: str) -> bool:
    """Whether "with" follows a conversation rather than common work: "as discussed with Helen Barr"."""
    last = fold(_BOUNDARY.split(before[-_BEFORE:])[-1]).split()[-4:]
    return not word_list("spoken").isdisjoint(last)


def _run(text: str, start: int) -> str:
    """The names from a place on, with their brackets: "Karl Oder (TU), Lise Van Damme and ..."."""
    said: list[str] = []
    small = jobs.plain(text)
    at = start
    for _ in range(_NAMES_AT_MOST):
        relation = _relation().match(small, at)
        begin = relation.end() if relation else at
        name = _name().match(text, begin) or _name().match(text, at)
        if name is None or not _person(name[0]):
            break
        end = name.end()
        bracket = _BRACKET.match(text, end)
        end = bracket.end() if bracket else end
        place = None if bracket else _place_behind(text, end)
        said.append(text[name.start() : end] + (f" ({place[0]})" if place else ""))
        end = place[1] if place else end
        joined = _joins().match(text, end)
        if joined is None:
            break
        at = joined.end()
    return ", ".join(said)


def _person(text: str) -> bool:
    name = tidy_name(text)
    return looks_like_name(name) and leaning(name) >= 0


def _place_behind(text: str, end: int) -> tuple[str, int] | None:
    """The institution behind a name: ", University of Hull," or "du LIRE"; with where it ends."""
    behind = re.match(r",?\s", text[end:])
    if behind is None:
        return None
    start = end + behind.end()
    leads = _towards().match(jobs.plain(text), start)
    found = place_at(text, leads.end() if leads else start)
    if (
        found is None
        or not institutions.certain(found[0])
        or (_name().fullmatch(found[0]) and not leads and _person(found[0]))
    ):
        return None
    return found


@cache
def _towards() -> re.Pattern[str]:
    some = vocabulary.either(word_list("at") | word_list("of"))
    return re.compile(rf"(?:{some})(?:\s+|['’]\s?)")


def place_at(text: str, start: int) -> tuple[str, int] | None:
    """The name of an institution that begins at a place of running text, and where it ends."""
    begin, end = start, start
    while (one := _phrase(text, end)) is not None:
        place = text[one[0] : one[1]]
        if end == start:
            begin = one[0]
        elif not institutions.certain(place):
            break
        end = one[1]
        if text[end : end + 2] != ", ":
            break
        end += 2
    end = len(text[:end].rstrip(" ,"))
    place = jobs.bare_place(text[begin:end])
    return (place, end) if place and end > start else None


def _phrase(text: str, start: int) -> tuple[int, int] | None:
    """The words from a place on that go together as a name: capitals, words of institutions, "de", "of"."""
    lead = article().match(text, start)
    begin = lead.end() if lead else start
    end, open_, place = begin, False, begin
    for match in _TOKEN.finditer(text, begin, begin + 160):
        between = text[place : match.start()]
        if match.start() > begin and not re.fullmatch(r"[ ]{1,2}|[ ]?[-–][ ]?", between):
            break
        token = match[0].rstrip(".'’-")
        small = fold(token)
        own = (
            (token[:1].isupper() and not (len(small) == 1 and small in _stop()))
            or token[:1].isdigit()
            or names_organisation(token)
            or "@" in token
        )
        if own or (open_ and small not in _stop()):
            end = match.start() + len(token)
            open_ = small.split(" ")[0] in _going_on() and " " in small
        elif small in _going_on() and end > begin:
            open_ = small not in word_list("and") | word_list("for")
        else:
            break
        place = match.start() + len(token)
        if len(match[0]) > len(token):
            break
    return (begin, end) if end > begin else None


@cache
def _going_on() -> frozenset[str]:
    """The small words within the name of an institution."""
    return frozenset(
        part for key in ("of", "for", "the", "and") for words in word_list(key) for part in words.split()
    )


@cache
def article() -> re.Pattern[str]:
    """ "the ", "la ", "l'"."""
    return re.compile(rf"(?:{vocabulary.either(word_list('the'))})(?:\s|(?<=l)['’])", re.IGNORECASE)


@cache
def _stop() -> frozenset[str]:
    return frozenset(vocabulary.words("language", "stop"))


def biography(text: str, name: str) -> str:
    """The paragraphs in which a name stands: what they say of "she" is said of that person."""
    tokens = [token for token in fold(name).split() if len(token) > 2]
    runs = (run for run in re.split(r"\n\s*\n", text[:_LONG_AT_MOST]) if len(run) <= _AT_MOST)
    return "\n\n".join(run for run in runs if tokens and all(token in fold(run) for token in tokens))


def employed(text: str, name: str | None = None, *, of_anybody: bool = False) -> str | None:
    """Where running text says that its writer, or the person of that name, works; `of_anybody` in a biography."""
    text = text[:_AT_MOST]
    for start, end in jobs.at_words(text):
        clause = _BOUNDARY.split(text[max(0, start - _BEFORE) : start])[-1]
        if not _works(clause, name, of_anybody=of_anybody):
            continue
        found = place_at(text, end)
        if found is None or (found[0] == found[0].lower() and text != text.lower()):
            continue
        if institutions.certain(found[0]) or (_surely(text[start:end]) and found[0][:1].isupper()):
            return found[0]
    return None


def _surely(words_: str) -> bool:
    return fold(words_) in word_list("surely_at")


def _works(clause: str, name: str | None, *, of_anybody: bool) -> bool:
    """Whether a clause says what somebody does now: a verb or a job, of the writer or of the person named."""
    tokens = fold(clause).split()
    if not word_list("formerly").isdisjoint(tokens):
        return False
    said = set(tokens)
    of_writer = not word_list("first_person").isdisjoint(said) or (
        not name and tokens[:1] != [] and _begins_as_job(tokens)
    )
    named = {one for one in fold(name or "").split() if len(one) > 2}
    of_person = bool(name) and not (named | word_list("pronouns")).isdisjoint(said)
    if not (of_writer or of_person or of_anybody):
        return False
    return not said.isdisjoint(word_list("works") | word_list("roles") | word_list("jobs"))


def _begins_as_job(tokens: Sequence[str]) -> bool:
    """ "Maîtresse de conférences à ..., je propose": a job stands for its owner."""
    return tokens[0] in word_list("roles")


def introduced(text: str) -> str | None:
    """The name by which a writer introduces themselves: "my name is Ada Moreau", "je m'appelle ..."."""
    text = text[:_AT_MOST]
    for match in _leading("called").finditer(jobs.plain(text)):
        name = _name().match(text, match.end())
        if name and _person(name[0]):
            return tidy_name(name[0])
    return None


def presenting(text: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people of whom running text says that they present: "presented by X", "X will present"."""
    found = {person.name: person for person in named_after(text, "presented", around)}
    text = " ".join(text[:_AT_MOST].split())
    for match in _presents().finditer(jobs.plain(text)):
        for run in _names_before(text, match.start()):
            for person in people.parse(run, around=around):
                found.setdefault(person.name, person)
    return tuple(found.values())


def writer_presents(text: str) -> bool:
    """Whether the writer says that they present themselves: "I would give the talk", "je présenterai"."""
    return bool(vocabulary.any_of("people", "i_present").search(fold(text[:_AT_MOST])))


@cache
def _presents() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{vocabulary.either(word_list('presents'))})(?!\w)")


def _names_before(text: str, end: int) -> Iterator[str]:
    """The name that stands just before a verb: "ma doctorante, Paul Noir (LIRE), présentera"."""
    start = max(0, end - _BEFORE)
    before = _BOUNDARY.split(text[start:end])[-1].rstrip(" ,")
    last: Sequence[re.Match[str]] = [name for name in _name().finditer(before) if _person(name[0])]
    if last:
        rest = before[last[-1].end() :]
        if not rest or _BRACKET.fullmatch(rest):
            yield before[last[-1].start() :]
