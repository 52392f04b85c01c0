"""What somebody wrote between the quoted lines of our letter: "> Titre : ..." and below it the right one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from callboard.reading import fields, lengths, lineup, people, title
from callboard.reading.announced import ABSTRACT_AT_LEAST, TERSE
from callboard.reading.clues import names_organisation
from callboard.reading.conditions import answer_bound, as_before
from callboard.reading.document import Document, source_of
from callboard.reading.gathering import Gathered
from callboard.reading.labelnames import TEXTS, field_named
from callboard.reading.layout import fold, lines_of, words
from callboard.reading.quoting import Reply
from callboard.reading.result import Source, SpeakerFound
from callboard.reading.speech import Sentence, sentences
from callboard.reading.titlechange import lead
from callboard.reading.vocabulary import fold as folded
from callboard.reading.vocabulary import pattern
from callboard.reading.vocabulary import words as words_of

_FIGURE = re.compile(r"\D{0,12}(\d{1,3})\D{0,12}")
_BESIDE = 3  # words beside a title in quotation marks
_LONG, _KEPT = 4, 2  # letters of a word that tells a title, and how many such words stay in it
_LEAD = re.compile(r"[\s>\-–—→=*:«»\"“”]{1,12}")


def answered(gathered: Gathered, reply: Reply, document: Document) -> None:
    """What somebody wrote below a quoted "Title: ...", with or without "non, plutôt"."""
    name = field_named(fold(reply.label))
    if name is None:  # "> Il nous manque : la durée"
        name = next((found for word in fold(reply.value).split() if (found := field_named(word))), None)
    if name is None:
        return
    text = reply.text.strip()
    marks = [inside for _, _, inside in title.quoted(text, least=1)]
    said = sentences(text)
    plain = folded(text)
    if answer_bound(text, name):
        return
    if not said or pattern("intent", "unchanged").search(plain) or pattern("intent", "agrees").match(plain):
        return
    if as_before(text) or (reply.set_apart and not _brief(name, reply, bool(marks))):
        return
    value = marks[0] if marks else _without_lead(text)
    begins = document.text.find(text)
    lines = lines_of(text, begins) if begins >= 0 else []
    where = source_of(document, "answer below the quoted line", lines)
    known = len(gathered.values)
    if name == "title" and 2 <= words(value) <= 30:
        gathered.take("title", title.tidy(value.split("\n")[0]), where, said)
    elif name == "duration":
        gathered.take("duration_minutes", _minutes(text, value), where, said)
    elif name == "language":
        gathered.take("language", fields.language_of(value), where, said)
    elif name == "level":
        gathered.take("level", fields.level_of(value), where, said)
    elif name == "format":
        gathered.take("format", fields.format_of(value), where, said)
    elif name == "keywords":
        gathered.take("keywords", fields.keywords_of(value), where, said)
    elif name == "abstract" and words(value) >= ABSTRACT_AT_LEAST:
        gathered.take("abstract", value, where, said)
    elif name in ("speakers", "affiliation") and not (reply.set_apart and _asks_for(said, document.sender)):
        _answered_people(gathered, reply, value, bool(marks), where, said)
    if len(gathered.values) > known:
        gathered.answers += [line.strip() for line in text.split("\n")]


def _brief(name: str, reply: Reply, marked: bool) -> bool:
    """Whether words below a line of our own letter are a new value and nothing else. There people write remarks, too:
    "je ne suis pas sûre de ce titre". What is longer is read sentence by sentence, as everything is."""
    text = reply.text.strip()
    if name in TEXTS - {"title"} or "?" in text or "\n" in text or _remarks(name, reply.value, text):
        return False
    told = set(fold(text).split())
    spoken = not told.isdisjoint(words_of("letter", "first_person")) or not told.isdisjoint(
        words_of("letter", "address")
    )
    if name == "title":
        if marked:
            return _quoted_alone(text)
        return bool(lead(text)) or (not spoken and _edited(reply.value, text))
    return words(text) <= TERSE and not spoken


def _remarks(name: str, before: str, text: str) -> bool:
    """Whether words below a quoted value say something about it: "trop long", "pas anglais", "radar aussi". Of a title
    only what none is likely to hold."""
    plain, old = folded(text[lead(text) :]), folded(before)
    joins = name == "speakers" and pattern("changes", "joins_quoted").search(plain)  # "Paul Noir aussi"
    keys = ("remarks",) if name == "title" or joins else ("remarks", "denials")
    return any(found[0] not in old for key in keys for found in pattern("changes", key).finditer(plain))


def _quoted_alone(text: str) -> bool:
    """Whether little stands beside quotation marks, and nothing that denies: not "le mot « crues » ne va pas"."""
    start, end, _ = title.quoted(text, least=1)[0]
    beside = f"{text[lead(text) : start]} {text[end:]}"
    return words(beside) <= _BESIDE and pattern("changes", "not_this").search(folded(beside)) is None


def _edited(before: str, after: str) -> bool:
    """Whether a line may be a title that was corrected: it keeps words of the old one, and asks for nothing."""
    kept = {word for word in fold(after).split() if len(word) >= _LONG} & set(fold(before).split())
    return (
        len(kept) >= _KEPT
        and after[-1:] not in ".!"
        and not pattern("wishes", "please").search(folded(after))
    )


def _without_lead(text: str) -> str:
    """What stands behind "non, plutôt :" and behind an arrow or a dash."""
    rest = text[lead(text) :]
    sign = _LEAD.match(rest)
    return (rest[sign.end() :] if sign else rest).strip()


def _answered_people(
    gathered: Gathered, reply: Reply, value: str, marked: bool, where: Source, said: Iterable[Sentence]
) -> None:
    """A name or an institution below the quoted speakers: one alone keeps their name and gets a new place."""
    known = people.parse(reply.value, trusted=True)
    named = people.parse(value, trusted=False)
    joins = reply.text.strip()[:1] == "+" or pattern("changes", "joins_quoted").search(folded(value))
    if named and not marked and reply.set_apart and not (joins or _any_known(named, known)):
        return  # one who joins, or one who comes instead: a person asks
    place = marked or (
        value[:1].isupper() and not (reply.set_apart and (joins or not names_organisation(value)))
    )
    if named and not marked:
        if gathered.take("speakers", named, where, said) and reply.set_apart and joins:
            gathered.values["adds_speakers"] = True
    elif len(known) == 1 and place:
        placed = SpeakerFound(known[0].name, " ".join(value.split("\n\n")[0].split()).strip(" ."))
        if gathered.take("speakers", (placed,), where, said):
            gathered.values["adds_speakers"] = True


def _minutes(text: str, value: str) -> int | None:
    """The length below a quoted one, which says the unit: "plutôt 30", "30 svp"."""
    figure = _FIGURE.fullmatch(value)
    said = lengths.minutes_of(text) or lengths.minutes_of(value)
    return said or (lengths.minutes_of(figure[1]) if figure else None)


def _asks_for(said: Iterable[Sentence], sender: str | None) -> bool:
    """Whether sentences say who joins or leaves: that is read as it is anywhere else."""
    changed = lineup.changes(said, sender)
    return bool(changed.speakers or changed.removes)


def _any_known(named: Iterable[SpeakerFound], known: Iterable[SpeakerFound]) -> bool:
    return any(people.same_person(one.name, other.name) for one in named for other in known)
