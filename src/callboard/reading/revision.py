"""What a follow-up changes: only the fields that it names, in its author's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from callboard.reading import availability, clauses, fields, language, lengths, letter, lineup, people, title
from callboard.reading.announced import TERSE, announced, keywords
from callboard.reading.between import answered
from callboard.reading.conditions import as_before, bound, bound_lines, needless, retracted, unbound
from callboard.reading.document import Document, source_of
from callboard.reading.gathering import Gathered, saying
from callboard.reading.labelnames import TEXTS
from callboard.reading.labels import Block, blocks, field_named
from callboard.reading.layout import Line, fold, joined, lines_of, paragraphs, unaccented, words
from callboard.reading.proposal import extract
from callboard.reading.quoting import Reply
from callboard.reading.result import ProposalFound, Source, SpeakerFound
from callboard.reading.speech import Sentence, sentences
from callboard.reading.titlechange import denies, marked, spoken, title_word, without_lead
from callboard.reading.vocabulary import any_of, either, pattern
from callboard.reading.vocabulary import words as words_of

_ENOUGH = 400  # characters of a sentence in which a length is looked for
_SENTENCES_AT_MOST = 60  # of a follow-up that are looked at one by one
_OF_A_TEXT = 4  # words of a line by which it is known again
_FIGURE = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class Change:
    """The fields that change, the sentences that were read for it, and those of which a part was not."""

    found: ProposalFound
    used: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()


def changes(document: Document, replies: Iterable[Reply] = ()) -> Change | None:
    """The fields that a follow-up's own text changes; None when it names none.

    `replies` are what was written between the quoted lines, each with the line above it.
    """
    lines = lines_of(document.text)
    lines = lines[: letter.end_of(lines, document.sender)]
    if retracted("\n".join(line.text for line in lines)):
        return None
    gathered = Gathered()
    lines = _without_same(gathered, lines)
    cut = blocks(lines)
    tied = bound_lines(cut)
    cut = [block for block in cut if not any(line.start in tied for line in block.lines)]
    if labelled := _labelled(document, cut, tied):
        for name, source in labelled.sources.items():
            if name == "title" and as_before(labelled.title or ""):
                continue
            value = document.text[source.start : source.end] if source.start is not None else ""
            gathered.take(name, getattr(labelled, name), source, saying(name, value))
    _small_fields(gathered, document, cut)
    for reply in replies:
        answered(gathered, reply, document)
    said = [
        one
        for one in unbound(sentences("\n".join(line.text for line in lines))[:_SENTENCES_AT_MOST])
        if not _only_asks(one) and one.said not in gathered.used
    ]
    _by_sentences(gathered, said, lines, document)
    if not gathered.values:
        return None
    found = ProposalFound(sources=gathered.sources, **gathered.values)
    used = tuple(dict.fromkeys(gathered.used))
    half = (one for one in said if one.said in used and _read_in_part(one, gathered, document))
    return Change(found, used, tuple(one.said for one in half))


def _without_same(gathered: Gathered, lines: list[Line]) -> list[Line]:
    """The lines without those whose label says that its field stays: "Titre : idem"."""
    same = {line.start for block in blocks(lines) if block.field and _stays(block) for line in block.lines}
    left = list(lines)
    for at, line in enumerate(lines):
        if any(line.start <= start < line.end for start in same):
            gathered.used.append(line.text.strip())
            left[at] = Line("", line.start, line.start)
    return left


def _stays(block: Block) -> bool:
    return as_before("\n".join(line.text for line in block.lines))


def _read_in_part(one: Sentence, gathered: Gathered, document: Document) -> bool:
    """Whether a sentence has another wish of which nothing was read: "add Paul Noir and send me an invoice"."""
    wishes = clauses.parts(one, told=True)
    return len(wishes) > 1 and not all(_comes_to_something(wish, gathered, document) for wish in wishes)


def _comes_to_something(wish: Sentence, gathered: Gathered, document: Document) -> bool:
    """Whether a wish changes fields, or names one whose new text stands elsewhere."""
    named = {field_named(word) for word in fold(wish.said).split()} & TEXTS
    if not named.isdisjoint(gathered.values) or pattern("intent", "agrees").match(wish.plain):
        return True
    alone = Gathered()
    _by_sentences(alone, [wish], lines_of(wish.said), document)
    return bool(alone.values) and alone.values.keys() <= gathered.values.keys()


def _only_asks(one: Sentence) -> bool:
    """Whether a sentence asks or offers rather than tells: "Should I shorten it?", "I can shorten it"."""
    timed = one.says("day") or one.says("daypart")  # "don't put me on Monday" is about the speaker's times
    if bound(one) or (needless(one) and not timed):
        return True
    asked = pattern("intent", "permission").search(one.impolite)
    return not one.quotes and (bool(asked) or (one.asks and not one.requests))


def _by_sentences(gathered: Gathered, said: list[Sentence], lines: list[Line], document: Document) -> None:
    """What plain sentences say of each field."""

    def source(rule: str) -> Source:
        return source_of(document, rule, lines)

    new_title = None if _within(said, "title") else _title(lines)
    gathered.take("title", new_title, source("sentence about the title"), _naming(said, "title", new_title))
    abstract = announced(lines, "abstract")
    gathered.take("abstract", abstract, source("text below a sentence about it"), _naming(said, "abstract"))
    bio = announced(lines, "bio", least=4)
    gathered.take("bio", bio, source("text below a sentence about it"), _naming(said, "bio", bio))
    if "speakers" not in gathered.values:
        changed = lineup.changes(said, document.sender)
        gathered.take("speakers", changed.speakers, source("sentence about the speaker"), changed.used)
        where = _who_goes(changed.removes, document) or source("sentence about the speaker")
        gathered.take("removes_speakers", changed.removes, where, changed.used)
        if changed.adds and gathered.values.get("speakers") == changed.speakers:
            gathered.values["adds_speakers"] = True
    lines = _outside(
        lines, [gathered.values[name] for name in ("abstract", "bio") if name in gathered.values]
    )
    told = {one.said for one in sentences("\n".join(line.text for line in lines))}
    said = [one for one in said if one.said in told]
    for one in said:
        gathered.take("duration_minutes", _minutes(one), source("sentence about the length"), [one])
        gathered.take("format", _format(one), source("sentence about the format"), [one])
        gathered.take("language", _language(one), source("sentence about the language"), [one])
        gathered.take("keywords", keywords(one), source("sentence about the keywords"), [one])
    free = availability.sentences([line for line in lines if line.text.strip() not in gathered.answers])
    heard = [one for one in said if free and (one.said in free or availability.speaks(one.said))]
    if any(one.said not in gathered.used for one in heard):
        gathered.take("availability", free, source("sentence"), heard)


def _who_goes(names: tuple[str, ...], document: Document) -> Source | None:
    """Where whoever writes is named, who goes by "instead of me"."""
    if not document.sender or names != (document.sender,):
        return None
    return Source("sender", "sentence about the speaker")


def _outside(lines: list[Line], texts: Iterable[str]) -> list[Line]:
    """The lines without those of a new text, which says nothing of the talk's length or of its speaker's times."""
    left = list(lines)
    for text in texts:
        whole = " ".join(text.split())
        said = [(line.text, line.text.partition(":")[2]) for line in lines]  # it may stand behind its label
        there = [
            at
            for at, ways in enumerate(said)
            if any(words(way) >= _OF_A_TEXT and " ".join(way.split()) in whole for way in ways)
        ]
        for at in range(there[0], there[-1] + 1) if there else ():
            left[at] = Line("", lines[at].start, lines[at].start)
    return left


def _within(said: Iterable[Sentence], name: str) -> bool:
    """Whether only a word of that text is to change, which nobody can do without the text: "in the title, ..."."""
    return any(
        pattern("changes", "within").search(one.plain)
        and any(field_named(word) == name for word in fold(one.said).split())
        and len(title.quoted(one.said, least=1)) > 1
        for one in said
    )


def _naming(said: Iterable[Sentence], name: str, value: str | None = None) -> list[Sentence]:
    """The sentences that name a field, or hold its new value."""
    return [
        one
        for one in said
        if any(field_named(word) == name for word in fold(one.said).split())
        or (value is not None and one.said.strip(' ."«»“”') and one.said.strip(' ."«»“”') in value)
    ]


def _without_former(one: Sentence) -> str:
    """The folded sentence up to what was before: "30 minutes" of "30 minutes rather than 20"."""
    was = pattern("changes", "formerly").search(one.impolite)
    return one.plain[: was.start()] if was and was.start() > 1 else one.plain


def _joining(one: Sentence) -> str:
    """What joins in behind what was before, folded: "a poster" of "30 minutes rather than 20 and a poster"."""
    behind = one.plain[len(_without_former(one)) :]
    joint = pattern("availability", "and").search(behind)
    return behind[joint.end() :] if joint else ""


def _minutes(one: Sentence) -> int | None:
    """The length that a sentence wants for the talk; not by how much somebody is late."""
    if _for_something_else(one) or pattern("changes", "not_enough").search(one.plain):
        return None
    if pattern("changes", "late").search(one.plain):
        return lengths.minutes_in_prose(one.said) if any_of("time", "about").search(one.plain) else None
    denied = pattern("changes", "not_so_long").search(one.plain)
    if denied and not _FIGURE.search(one.plain[: denied.start()]):
        return None  # "not for 20 minutes"
    wanted = _without_former(one)
    bounds = _bounds().search(wanted) if pattern("changes", "lengthens").search(wanted) else None
    if bounds:
        return int(bounds[1]) if 3 <= int(bounds[1]) <= 480 else None
    said = lengths.minutes_of(wanted[:_ENOUGH])
    if said is None and wanted != one.plain and lengths.minutes_of(one.plain[len(wanted) :]):
        # "30 rather than 20 minutes": the unit stands once.
        figure = _FIGURE.search(wanted)
        said = int(figure[0]) if figure and 3 <= int(figure[0]) <= 480 else None
    short = len(one.plain.split()) <= TERSE
    return said if said and (short or wanted != one.plain or _wishes(one)) else None


def _for_something_else(one: Sentence) -> bool:
    """Whether the first length of a sentence is a preparation's or a journey's: "five minutes to set up my laptop"."""
    figure = _FIGURE.search(one.plain)
    behind = re.split(r"[,;.(]", one.plain[figure.end() :])[0] if figure else ""
    return bool(behind) and any_of("time", "elsewhere").search(fold(behind)) is not None


def _wishes(one: Sentence) -> bool:
    """Whether it asks for something of the talk, or says how long it is, or that so much is enough."""
    return (
        one.requests
        or bool(pattern("changes", "suffices").search(one.plain))
        or bool(any_of("time", "about").search(fold(one.said)))
    )


@cache
def _bounds() -> re.Pattern[str]:
    """ "from 20 to 30 minutes"."""
    begins, ends = (either(words_of("time", key)) for key in ("from", "between"))
    return re.compile(rf"(?:{begins})\s\d{{1,3}}\s?\w{{0,8}}\s(?:{ends})\s(\d{{1,3}})", re.IGNORECASE)


@cache
def _than() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{either(words_of('changes', 'than'))})(?:\s|['’])")


def _format(one: Sentence) -> str | None:
    """The format that a sentence wants the talk to have: "plutôt un poster", "make it a poster"."""
    swaps = one.holds("swap") or one.holds("reshapes")
    if not swaps or one.holds("replacement") or any(one.holds(key) for key in ("grateful", "unchanged")):
        return None
    wanted = _than().split(_without_former(one))[0]
    if lengths.minutes_of(wanted[:_ENOUGH]) or _FIGURE.fullmatch(wanted.strip()):
        wanted = f"{wanted} {_joining(one)}"
    behind = pattern("intent", "reshapes").search(wanted)
    return fields.format_of(wanted[behind.end() :] if behind and wanted[behind.end() :].strip() else wanted)


def _language(one: Sentence) -> str | None:
    """The language that a talk is in from now on: "je parlerai en anglais", "the talk will be in French"."""
    said = pattern("changes", "spoken_in").search(one.plain)
    asked = one.asks and not one.requests
    return fields.language_of(one.plain[said.end() :]) if said and not asked else None


def _labelled(document: Document, cut: list[Block], tied: set[int]) -> ProposalFound | None:
    """The fields under labels: a sender as speaker or a subject as title changes nothing. `tied`: the lines that hold
    a value under a condition."""
    if not any(block.field not in ("", "heading") for block in cut):
        return None
    found = extract(document)
    if not found:
        return None
    labelled = ((name, one) for name, one in found[0].sources.items() if one.rule in ("label", "heading"))
    kept = {name: source for name, source in labelled if source.start not in tied}
    values = {name: getattr(found[0], name) for name in kept if name != "language"}
    if "title" in values:
        values["title"] = without_lead(values["title"])
    return ProposalFound(sources={name: kept[name] for name in values}, **values)


def _small_fields(gathered: Gathered, document: Document, cut: list[Block]) -> None:
    """The labelled fields that make no proposal by themselves: "Keywords: bees, radar"."""
    for block in cut:
        value = "\n".join(line.text for line in block.lines if not line.blank).strip()
        where = source_of(document, "label", block.lines)
        if not value:
            continue
        if block.field == "keywords":
            gathered.take("keywords", fields.keywords_of(value), where, sentences(value))
        elif block.field == "duration":
            gathered.take(
                "duration_minutes", lengths.minutes_of(value), where, saying("duration_minutes", value)
            )
        elif block.field == "format":
            gathered.take("format", fields.format_of(value), where, saying("format", value))
        elif block.field == "level":
            gathered.take("level", fields.level_of(value), where, saying("level", value))
        elif block.field == "language":
            gathered.take("language", fields.language_of(value), where, saying("language", value))
        elif block.field == "speakers":
            _labelled_people(gathered, block, value, where)
        elif block.field == "affiliation" and document.sender:
            place = value.split("\n")[0].strip(" .")
            if gathered.take("speakers", (SpeakerFound(document.sender, place),), where, sentences(value)):
                gathered.values["adds_speakers"] = True


def _labelled_people(gathered: Gathered, block: Block, value: str, where: Source) -> None:
    """Everybody under a label; those under "Co-authors:" join the others."""
    named = tuple(_with_own_place(one, value) for one in people.parse(value, trusted=False))
    if not gathered.take("speakers", named, where, sentences(value)):
        return
    label = fold(block.heading.text if block.heading else block.lines[0].text)
    if any_of("changes", "partner").match(label):
        gathered.values["adds_speakers"] = True


def _with_own_place(who: SpeakerFound, value: str) -> SpeakerFound:
    """The person with the institution that stands right behind their name: in "Ada Moreau, Paul Noir (LIRE)" hers may
    be the one that is known."""
    behind = value.partition(who.name)[2].lstrip(" ,–-(")
    return who if who.affiliation and behind.startswith(who.affiliation) else replace(who, affiliation=None)


def _title(lines: list[Line]) -> str | None:
    """ "Le titre devient « … »", "please change the title to …"."""
    for run in paragraphs(lines):
        text = spoken(joined(run))
        at = title_word(text)
        if at is None or denies(text, at):
            continue
        if marks := marked(text, at):
            return title.tidy(marks[-1])
        said = _after_verb(text[at:], before=text[:at])
        if said:
            return said
    return None


def _after_verb(text: str, before: str) -> str | None:
    """The words after "devient", "is now", "to", or a colon, up to the end of the sentence."""
    match = _becomes(language.detect(before + text)).match(unaccented(text))
    if match is None:
        return None
    text = text[match.start(1) : match.end(1)].rstrip()
    asked = text.endswith("?") and any_of("changes", "request").search(fold(before))
    if as_before(text):
        return None
    said = re.split(r"(?<=[\w)»”])[.!](?:\s|$)", text.rstrip(" ?") if asked else text)[0].strip()
    return title.tidy(said) if 2 <= words(said) <= 30 and title.could_be(said) and not _asks(said) else None


@cache
def _becomes(spoken: str | None) -> re.Pattern[str]:
    """In one language: "in" leads to the new title in German, and to a place in English."""
    verbs, plainly = (either(words_of("changes", key, spoken)) for key in ("verbs", "is"))
    return re.compile(
        rf"[^.:!?\n]{{0,60}}?(?:(?<!\w)(?:{verbs})(?!\w)\s?:?"
        rf"|(?<!\w)(?-i:(?:{plainly})\s(?=[A-Z]))|:)\s{{0,9}}(\S[^\n]{{3,250}})",
        re.IGNORECASE,
    )


def _asks(text: str) -> bool:
    return text.endswith("?") or bool(any_of("changes", "asks").match(fold(text)))
