"""People in running text: "with my colleague X (Lab)", "presented by Y", "Z and I", "“A title” by X"."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice

from callboard.reading import institutions, jobs, people, vocabulary
from callboard.reading.clues import NOTHING_KNOWN, Around, leaning
from callboard.reading.employment import BOUNDARY, place_at
from callboard.reading.layout import fold
from callboard.reading.names import looks_like_name, particles, tidy_name, word_list
from callboard.reading.pieces import also
from callboard.reading.result import SpeakerFound

_AT_MOST = 4000  # characters of running text
_BEFORE = 160  # characters of a clause that are looked at
_NAMES_AT_MOST = 8
_PLACES_AT_MOST = 20  # of one name, beside which an institution is looked for
_CREDITS_AT_MOST = 300  # characters of a paragraph that only says who else took part
_GIVING_AT_MOST = 14  # words of a sentence that only says who gives the talk
_OFFER_AT_MOST = 6  # words that offer a talk without a verb
_INITIAL = r"(?:[^\W\d_a-zß-öø-ÿ]\.-?){1,3}"
_WORD = r"[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['’-](?=[^\W\d_])){1,30}"
# "Cc'ing Ada Moreau, who will co-present."
_COPIED = re.compile(r"\(?cc(?:['’]?(?:ing|ed))?:?\s", re.IGNORECASE)
_BRACKET = re.compile(r"\s?[(<][^()<>\n]{1,160}[)>]")


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


@cache
def _leading(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any_of(*keys)})\s+")


@cache
def _saying(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any_of(key)})(?!\w)")


def _any_of(*keys: str) -> str:
    return vocabulary.either(one for key in keys for one in word_list(key))


def named_after(
    text: str, key: str, around: Around = NOTHING_KNOWN, *, doubted: bool = False
) -> tuple[SpeakerFound, ...]:
    """The people named behind words like "presented by" (`[people] key`), with what stands beside them.

    `doubted` where the words may lead to anybody and anything: "with Red Hat".
    """
    text = _one_line(text)
    found: dict[str, SpeakerFound] = {}
    for match in _leading(key).finditer(jobs.plain(text)):
        if not _only_spoken(text[: match.start()]):
            set_off = " " in match[0].strip() or text[: match.start()].rstrip()[-1:] in ("", ",", ".", ";")
            run = _run(text, match.end(), doubted=doubted, set_off=set_off)
            for person in people.parse(run, around=around) if run else ():
                found.setdefault(person.name, person)
    return tuple(found.values())


def _one_line(text: str) -> str:
    return " ".join(text[:_AT_MOST].split())


def _only_spoken(before: str) -> bool:
    """Whether "with" follows a conversation rather than common work: "as discussed with Helen Barr"."""
    last = fold(BOUNDARY.split(before[-_BEFORE:])[-1]).split()[-4:]
    return not word_list("spoken").isdisjoint(last)


def beside_writer(text: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """Who takes part beside the writer of a letter: "X and I", "with my colleague Y", "joint work with Z"."""
    found: dict[str, SpeakerFound] = {}
    offers = ". ".join(sentence for sentence in BOUNDARY.split(text[:_AT_MOST]) if _offers(sentence))
    several = (
        *_with_me(text, around),
        *named_after(offers, "together", around, doubted=True),
        *named_after(text, "jointly", around, doubted=True),
    )
    for person in several:
        found.setdefault(person.name, person)
    return tuple(found.values())


def offering_with(sentence: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """Who offers a talk with the writer in the first sentence of its text: "Karl Oder and I would like to present"."""
    return _with_me(sentence, around) if _offers(sentence) else ()


def _offers(sentence: str) -> bool:
    """Whether somebody speaks in a sentence of what they propose."""
    tokens = set(fold(sentence).split())
    mine = word_list("first_person") | word_list("whose") | word_list("myself")
    deeds = (*vocabulary.words("letter", "acts"), *word_list("deeds"))
    return not mine.isdisjoint(tokens) and not tokens.isdisjoint(deeds)


def _with_me(text: str, around: Around) -> tuple[SpeakerFound, ...]:
    """ "Karl Oder and I", "Karl Oder, Lise Noir et moi-même", "myself (LIRE), Lise Noir and Karl Oder"."""
    text = _one_line(text)
    for match in _me_and().finditer(jobs.plain(text)):
        run = _run(text, match.end())
        if run:
            return people.parse(run, around=around)
    for match in _and_me().finditer(jobs.plain(text)):
        run = _run_before(text, match.start())
        if _of_writers_clause(text[: match.start()].rstrip(" ,").removesuffix(run)):
            continue
        both, _, names = run.partition(" ")
        run = names if fold(both) in word_list("both") else run
        if run:
            return people.parse(run, around=around)
    return ()


def _of_writers_clause(before: str) -> bool:
    """Whether the names before "and I" end a clause of the writer's: "I am a student of Karl Oder and I would like"."""
    clause = fold(BOUNDARY.split(before[-_BEFORE:])[-1])
    speaks = not word_list("first_person").isdisjoint(clause.split())
    return speaks and _governed().search(clause) is not None


@cache
def _governed() -> re.Pattern[str]:
    """Words behind which a name is nobody's subject, at the end of what stands before it."""
    return re.compile(rf"(?<!\w)(?:{_any_of('of', 'at', 'by', 'together')})$")


@cache
def _me_and() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{vocabulary.either(word_list('myself'))})(?:\s\([^()]{{1,160}}\))?(?:,?\s(?:{also()}|&)\s|,\s)"
    )


@cache
def _and_me() -> re.Pattern[str]:
    return re.compile(rf",?\s(?:{also()}|&)\s(?:{vocabulary.either(word_list('myself'))})(?!\w)")


def credited(paragraph: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people in a short paragraph that only says with whom the work was done: "Joint work with ..."."""
    start = jobs.plain(paragraph[:_CREDITS_AT_MOST].strip(" *_(["))
    if len(paragraph) > _CREDITS_AT_MOST:
        return ()
    if not _says_with_whom().match(start):
        return (
            _beside_offer(paragraph, around)
            or _co_presenting(paragraph, around)
            or _giving_with_writer(paragraph, around)
        )
    doubted = _leading("jointly", "together").match(start) is None  # "This is a joint proposal with Red Hat"
    return named_after(paragraph, "jointly", around, doubted=doubted) or named_after(
        paragraph, "together", around, doubted=doubted
    )


@cache
def _says_with_whom() -> re.Pattern[str]:
    """ "Joint work with", "C'est un travail en commun avec"."""
    return re.compile(rf"(?:(?:{_any_of('this_is')})\s+)?{_leading('jointly', 'together').pattern}")


def _giving_with_writer(paragraph: str, around: Around) -> tuple[SpeakerFound, ...]:
    """Who gives the talk with the writer, where a short sentence says only that: "Karl Oder and I will lead this"."""
    said = [one for one in BOUNDARY.split(paragraph) if one.strip()]
    if len(said) != 1 or len(said[0].split()) > _GIVING_AT_MOST or not _offers(said[0]):
        return ()
    return _with_me(said[0], around) or named_after(said[0], "together", around, doubted=True)


def _co_presenting(paragraph: str, around: Around) -> tuple[SpeakerFound, ...]:
    """Who is said to present with the writer: "Karl Oder, who built the radar, will co-present"."""
    text = _one_line(paragraph)
    small = jobs.plain(text)
    beside = (match for match in _saying("presents").finditer(small) if _with_writer(text, match.end()))
    for match in (*_saying("co_presents").finditer(small), *beside):
        begin = max((end.end() for end in BOUNDARY.finditer(text, 0, match.start())), default=0)
        copied = _COPIED.match(text, begin)
        begin = copied.end() if copied else begin
        named = (name for name in _name().finditer(text, begin, match.start()) if _person(name[0]))
        if first := next(named, None):
            return people.parse(_run(text, first.start()), around=around)
    return ()


def _with_writer(text: str, at: int) -> bool:
    """Whether a sentence goes on with "... the talk with me"."""
    return bool(
        vocabulary.any_of("people", "with_me").search(fold(BOUNDARY.split(text[at : at + _BEFORE])[0]))
    )


def _beside_offer(paragraph: str, around: Around) -> tuple[SpeakerFound, ...]:
    """Whom a few words without a verb name beside the talk that they offer: "A 25-minute talk, with Karl Oder"."""
    offer, comma, others = paragraph.partition(",")
    tokens = fold(offer).split()
    if not comma or len(tokens) > _OFFER_AT_MOST or _matters().isdisjoint(tokens):
        return ()
    return named_after(others, "together", around, doubted=True) if _opens_with_others(others) else ()


def _opens_with_others(text: str) -> bool:
    return _leading("together").match(jobs.plain(text.lstrip())) is not None


@cache
def _matters() -> frozenset[str]:
    return frozenset(vocabulary.words("letter", "matters"))


def named_behind_title(text: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people behind a title in quotation marks: "“A title” by Ada Moreau (Lab) and Karl Oder"."""
    text = _one_line(text)
    match = _behind_title().search(text)
    run = _run(text, match.end()) if match else ""
    return people.parse(run, around=around) if run else ()


@cache
def _behind_title() -> re.Pattern[str]:
    return re.compile(rf"[”\"»](?:,?\s(?:{vocabulary.either(word_list('by'))})|,|\s[-–—])\s", re.IGNORECASE)


def place_beside(text: str, name: str) -> str | None:
    """The institution that stands beside a name in running text: "Ada Moreau (LIRE) studies letters"."""
    text = _one_line(text)
    places = re.finditer(re.escape(name), text) if name.strip() else iter(())
    for match in islice(places, _PLACES_AT_MOST):
        run = _run(text, match.start())
        for person in people.parse(run, trusted=True) if run else ():
            if (
                person.name == tidy_name(name)
                and person.affiliation
                and institutions.certain(person.affiliation)
            ):
                return person.affiliation
    return None


def presenting(text: str, around: Around = NOTHING_KNOWN) -> tuple[SpeakerFound, ...]:
    """The people of whom running text says that they present: "presented by X", "X will present"."""
    found = {person.name: person for person in named_after(text, "presented", around)}
    text = _one_line(text)
    small = jobs.plain(text)
    for match in _saying("presents").finditer(small):
        if _saying("co_presents").match(small, match.start()) or _with_writer(text, match.end()):
            continue  # "will present with me"
        run = _run_before(text, match.start())
        for person in people.parse(run, around=around) if run else ():
            found.setdefault(person.name, person)
    return tuple(found.values())


def writer_presents(text: str) -> bool:
    """Whether the writer says that they present themselves: "I would give the talk", "je présenterai"."""
    return bool(vocabulary.any_of("people", "i_present").search(fold(text[:_AT_MOST])))


def introduced(text: str) -> str | None:
    """The name by which a writer introduces themselves: "my name is Ada Moreau", "je m'appelle ..."."""
    text = text[:_AT_MOST]
    for match in _leading("called").finditer(jobs.plain(text)):
        name = _name().match(text, match.end())
        if name and _person(name[0]):
            return tidy_name(name[0])
    return None


# --- Runs of names ----------------------------------------------------------------------------------------------


def _run(text: str, start: int, *, doubted: bool = False, set_off: bool = False) -> str:
    """The names from a place on, with their brackets: "Karl Oder (TU), Lise Van Damme and ...".

    Where it is `doubted`, something beside the first must show that it is a person: an institution, "my colleague",
    or its own look where commas set it off.
    """
    said: list[str] = []
    small = jobs.plain(text)
    at = start
    for _ in range(_NAMES_AT_MOST):
        relation = _relation().match(small, at)
        name = _name().match(text, relation.end() if relation else at) or _name().match(text, at)
        if name is None or not _person(name[0]):
            break
        end = name.end()
        bracket = _BRACKET.match(text, end)
        end = bracket.end() if bracket else end
        place = None if bracket else _place_behind(text, end)
        shown = bracket or place or said or (relation and relation.end() > at) or _who().match(small, end)
        if doubted and not (shown or (set_off and leaning(name[0]) > 0)):
            break
        said.append(text[name.start() : end] + (f" ({place[0]})" if place else ""))
        end = place[1] if place else end
        joined = _joins().match(text, end)
        if joined is None:
            break
        at = joined.end()
    return ", ".join(said)


@cache
def _who() -> re.Pattern[str]:
    """What is said of people only: ", who wrote the tool"."""
    return re.compile(rf",?\s(?:{vocabulary.either(word_list('who'))})\s")


def _run_before(text: str, end: int) -> str:
    """The names that stand just before a place: "ma doctorante, Paul Noir (LIRE), " before "présentera"."""
    clause = BOUNDARY.split(text[max(0, end - _BEFORE) : end])[-1].rstrip(" ,")
    names = [name for name in _name().finditer(clause) if _person(name[0])][-_NAMES_AT_MOST:]
    begin = len(clause)
    for name in reversed(names):
        between = clause[name.end() : begin]
        bracket = _BRACKET.match(between)
        rest = between[bracket.end() :] if bracket else between
        if rest if begin == len(clause) else not _joins().fullmatch(rest):
            break
        begin = name.start()
    return clause[begin:]


def _person(text: str) -> bool:
    name = tidy_name(text)
    return looks_like_name(name) and leaning(name) >= 0


def _place_behind(text: str, end: int) -> tuple[str, int] | None:
    """The institution behind a name: ", University of Hull," or "du LIRE"; with where it ends."""
    behind = re.match(r",?\s", text[end : end + 2])
    if behind is None:
        return None
    start = end + behind.end()
    if job := _job().match(jobs.plain(text), start):
        start = job.end()
    leads = _towards().match(jobs.plain(text), start)
    found = place_at(text, leads.end() if leads else start)
    if found is None or not institutions.certain(found[0]):
        return None
    if found[0] == found[0].lower() and text != text.lower():
        return None  # "Ada Moreau works on ..." names no steel works
    another = leads is None and _name().fullmatch(found[0]) is not None and _person(found[0])
    return None if another else found


@cache
def _job() -> re.Pattern[str]:
    """A job between a name and its institution: ", doctorante au laboratoire X"."""
    some = vocabulary.either(word_list("roles"))
    return re.compile(rf"(?:\w{{1,3}}\s)?(?:{some})(?:\s[\w'’-]{{2,20}}){{0,3}}?\s(?={_towards().pattern})")


@cache
def _towards() -> re.Pattern[str]:
    some = vocabulary.either(word_list("at") | word_list("of"))
    return re.compile(rf"(?:{some})(?:\s+|['’]\s?)")
