"""Where the words of a field stand, to the character.

The rules say which lines a field came from; this looks for its very words there, and gives a place to what a
rule named without one: a name from the From line, a length that a sentence asks for, the web addresses.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from callboard.reading import fields, lengths
from callboard.reading.layout import fold, lines_of
from callboard.reading.result import ProposalFound, Source, SpeakerFound

_WORD = re.compile(r"[\w\u0300-\u036f]+")
_PIECE = re.compile(
    r"[^\W\d_]+|\d+"
)  # "name1" and "_name_": a footnote's mark and Markdown's are no part of it
_SIGNS = "\"'«»“”„()[]{}.,;:!?…*_"
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_LOOKED_AT = 200_000  # characters of a part
_WORDS_AT_ENDS = 3
_SENTENCES_LOOKED_FOR = 60  # of a text whose words are not all there
_LINES_LOOKED_AT = 300  # for a length or a format
_LINES_TOGETHER = 3  # over which a sentence that asks for a length may be wrapped
_LISTS = frozenset({"label", "heading", "line of names"})  # whose lines name institutions and addresses too
_SAYING: Mapping[str, tuple[Callable[[str], object], ...]] = {
    "duration_minutes": (
        lengths.minutes_in_prose,
        lengths.minutes_of,
        lengths.minutes_beside_name,
        lengths.minutes_in_subject,
    ),
    "format": (fields.format_in_prose, fields.format_pointed_at, fields.format_of, fields.format_in_subject),
    "level": (fields.level_of,),
}

Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """One of the texts that fields came from."""

    text: str

    def find(self, words: str, within: Span | None = None) -> Span | None:
        """Where these words stand, whatever the case, the accents and the signs between them."""
        start, end = within or (0, min(len(self.text), _LOOKED_AT))
        at = self._on_one_line.find(" ".join(words.split("\n")), start, end)
        if at >= 0 and words and not self._cuts_words(at, at + len(words)):
            return at, at + len(words)
        # Word by word, as the text is folded: "™" is two letters there, and no word.
        plain = " ".join(piece for word in _WORD.findall(words) for piece in _PIECE.findall(fold(word)))
        span = self._find_folded(plain, start, end)
        return self._with_signs(span, words) if span else None

    @cached_property
    def _on_one_line(self) -> str:
        """The text as long as before, so that words which were wrapped are found."""
        return self.text.replace("\n", " ")

    def _cuts_words(self, start: int, end: int) -> bool:
        """Whether these characters begin or end in the midst of a word."""
        before, behind = self.text[max(0, start - 1) : start + 1], self.text[end - 1 : end + 1]
        return (start > 0 and before.isalnum()) or (len(behind) == 2 and behind.isalnum())

    def _with_signs(self, span: Span, words: str) -> Span:
        """The words with the full stop or the bracket that belongs to them."""
        bare = words.lstrip(_SIGNS)
        left, right = words[: len(words) - len(bare)], bare[len(bare.rstrip(_SIGNS)) :]
        start, end = span
        start -= len(left) if self.text.endswith(left, 0, start) else 0
        end += len(right) if self.text.startswith(right, end) else 0
        return start, end

    def _find_folded(self, plain: str, start: int, end: int) -> Span | None:
        folded = self._folded
        first, beyond = bisect_left(folded.begins, start), bisect_right(folded.ends, end)
        if not plain or first >= beyond:
            return None
        at = folded.text.find(f" {plain} ", folded.at[first] - 1, folded.at[beyond])
        if at < 0:
            return None
        one, other = bisect_left(folded.at, at + 1), bisect_right(folded.at, at + len(plain)) - 1
        return folded.begins[one], folded.ends[other]

    @cached_property
    def _folded(self) -> _Folded:
        pieces, at, begins, ends = [" "], [1], [], []
        for match in _WORD.finditer(self.text, 0, _LOOKED_AT):
            folded = fold(match[0])
            same = len(folded) == len(match[0])  # each character in its place
            for piece in _PIECE.finditer(folded):
                pieces.append(f"{piece[0]} ")
                at.append(at[-1] + len(piece[0]) + 1)
                begins.append(match.start() + (piece.start() if same else 0))
                ends.append(match.start() + piece.end() if same else match.end())
        return _Folded("".join(pieces), at, begins, ends)

    @property
    def whole(self) -> Span:
        """All of it but the blanks around."""
        return len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())

    def saying(self, name: str, value: object, within: Span | None = None) -> Span | None:
        """The fewest neighbouring lines that say this length, format or level, as its own rules understand them."""
        start, end = within or (0, _LOOKED_AT)
        lines = [line for line in lines_of(self.text[start:end], start) if not line.blank][:_LINES_LOOKED_AT]
        for says in _SAYING[name]:
            for count in range(1, _LINES_TOGETHER + 1):
                for first, last in zip(lines, lines[count - 1 :], strict=False):
                    if says(self.text[first.start : last.end]) == value:
                        return first.start, last.end
        return None


@dataclass(frozen=True)
class _Folded:
    """A text's folded words between spaces; where each begins in that, and where it stands in the text."""

    text: str
    at: list[int]  # one more than there are words
    begins: list[int]
    ends: list[int]


def complete(found: ProposalFound, texts: Mapping[str, Text]) -> ProposalFound:
    """The proposal with a source for each field that has a value, and for no other."""
    sources = dict(found.sources)
    parts = list(dict.fromkeys([*(source.part for source in sources.values()), *texts]))
    for name in ("title", "abstract", "bio", "availability"):
        _set(sources, name, _words(getattr(found, name), sources.get(name), texts))
    for name in ("duration_minutes", "format", "level"):
        _set(sources, name, _said(name, getattr(found, name), sources.get(name), texts))
    _set(sources, "speakers", _people(found.speakers, sources.get("speakers"), texts))
    _set(sources, "keywords", _listed(found.keywords, sources.get("keywords"), texts))
    _set(sources, "links", _links(found.links, parts, texts))
    _set(sources, "half_days", sources.get("availability") if found.half_days is not None else None)
    text = sources.get("abstract") or sources.get("title") or sources.get("keywords")
    _set(sources, "language", _of_text(found.language, sources.get("language"), text))
    _set(sources, "topics", _of_text(found.topics, Source("", "words of the topics"), text))
    return replace(found, sources={name: _somewhere(source, texts) for name, source in sources.items()})


def _somewhere(source: Source, texts: Mapping[str, Text]) -> Source:
    """The whole of a text where nothing says more exactly what in it."""
    known = source.start is not None or source.part not in texts or not texts[source.part].text.strip()
    return source if known else _at(source, source.part, texts[source.part].whole)


def _set(sources: dict[str, Source], name: str, source: Source | None) -> None:
    if source is None:
        sources.pop(name, None)
    else:
        sources[name] = source


def _range(source: Source) -> Span | None:
    return None if source.start is None or source.end is None else (source.start, source.end)


def _at(source: Source, part: str, span: Span) -> Source:
    return replace(source, part=part, start=span[0], end=span[1])


def _beginning_with(part: str, texts: Mapping[str, Text]) -> list[str]:
    """The parts, that of the rule first; of who signs, the signature."""
    return list(dict.fromkeys([*([part] if part in texts else []), *texts]))


def _words(value: str | None, source: Source | None, texts: Mapping[str, Text]) -> Source | None:
    """A field in its author's words: these words, or from its first sentence to its last."""
    if not value or source is None:
        return None
    within = _range(source)
    further = (within[0], within[1] + 2 * len(value)) if within else None  # a title that goes on below
    for part in [source.part] if within else _beginning_with(source.part, texts):
        text = texts[part]
        span = text.find(value, within) or _from_to(_SENTENCES.split(value), text, within)
        if (
            span := span
            or text.find(value, further)
            or _between_ends(value, text, within)
            or text.find(value)
        ):
            return _at(source, part, span)
    return source


def _between_ends(value: str, text: Text, within: Span | None) -> Span | None:
    """From the first words to the last, which may stand before that too: between them others may have stood."""
    said = value.split()
    first, last = " ".join(said[:_WORDS_AT_ENDS]), " ".join(said[-_WORDS_AT_ENDS:])
    end = within[1] if within else _LOOKED_AT
    span = _from_to((first, last), text, within)
    for _ in range(_SENTENCES_LOOKED_FOR):
        later = text.find(last, (span[1], end)) if span else None
        if span is None or later is None:
            break
        span = span[0], later[1]
    return span


def _from_to(pieces: Sequence[str], text: Text, within: Span | None) -> Span | None:
    """From the first of these sentences to the last, which is looked for behind those before it."""
    pieces = [piece for piece in pieces if _WORD.search(piece)]
    if len(pieces) > _SENTENCES_LOOKED_FOR:
        pieces = [pieces[0], pieces[-1]]
    start, end = within or (0, _LOOKED_AT)
    known: list[Span | None] = []
    for piece in pieces:
        known.append(text.find(piece, (start, end)))
        start = known[-1][1] if known[-1] else start
    first, last = (known[0], known[-1]) if len(known) > 1 else (None, None)
    return (first[0], last[1]) if first and last else None


def _said(name: str, value: object, source: Source | None, texts: Mapping[str, Text]) -> Source | None:
    """A length, a format or a level: the lines that say it, or the whole of a text too long to look for them."""
    if not value or source is None:
        return None
    within = _range(source)
    if within and (span := texts[source.part].saying(name, value, within)):
        return _at(source, source.part, span)
    for part in [] if within and source.rule in ("label", "heading") else _beginning_with(source.part, texts):
        if span := texts[part].saying(name, value):
            return _at(source, part, span)
    return (
        source if within or source.part not in texts else _at(source, source.part, texts[source.part].whole)
    )


def _listed(values: Sequence[str], source: Source | None, texts: Mapping[str, Text]) -> Source | None:
    """Values one after another: from the first to the last."""
    if not values or source is None:
        return None
    within = _range(source)
    for part in [source.part] if within else _beginning_with(source.part, texts):
        spans = [texts[part].find(value, within) for value in values]
        known = [span for span in spans if span]
        if len(known) == len(values):
            return _at(source, part, (min(s for s, _ in known), max(e for _, e in known)))
    return source


def _of_text(value: object, source: Source | None, text: Source | None) -> Source | None:
    """What the proposal's own words show: the place of its abstract, of its title, or of its keywords."""
    if not value or source is None:
        return None
    if source.start is not None or text is None:
        return source
    return replace(source, part=text.part, start=text.start, end=text.end)


def _links(links: Sequence[str], parts: Sequence[str], texts: Mapping[str, Text]) -> Source | None:
    """The web addresses, each with its place."""
    places: list[Source] = []
    for link in links:
        found = ((part, texts[part].text.find(link)) for part in parts if part in texts)
        place = next(((part, at) for part, at in found if at >= 0), None)
        if place:
            places.append(Source(place[0], "web address", start=place[1], end=place[1] + len(link)))
    return replace(places[0], also=tuple(places[1:])) if places else None


def _people(
    people: Sequence[SpeakerFound], source: Source | None, texts: Mapping[str, Text]
) -> Source | None:
    """The lines that name the speakers, and the place of each name that stands elsewhere."""
    if not people or source is None:
        return None
    within = _range(source)
    there = [_name(person.name, texts[source.part], within) if within else None for person in people]
    elsewhere: list[Source] = []
    for person in (person for person, span in zip(people, there, strict=True) if span is None):
        spans = ((part, _name(person.name, texts[part])) for part in _by_people(source, texts))
        place = next(((part, span) for part, span in spans if span), None)
        if place:
            elsewhere.append(_at(source, *place))
    if within and source.rule not in _LISTS and (named := [span for span in there if span]):
        source = _at(source, source.part, (min(named)[0], max(span[1] for span in named)))
    if within or not elsewhere:
        return replace(source, also=tuple(elsewhere))
    return replace(elsewhere[0], also=tuple(elsewhere[1:]))


def _by_people(source: Source, texts: Mapping[str, Text]) -> list[str]:
    """The parts in which to look for a name: where the rule was, where people sign, the rest."""
    first = ["signature", source.part] if source.rule == "signature" else [source.part, "sender", "signature"]
    return [part for part in dict.fromkeys([*first, *texts]) if part in texts]


def _name(name: str, text: Text, within: Span | None = None) -> Span | None:
    """Where a name stands, the family's first or last; in known lines also with other words between."""
    tokens = name.split()
    for turn in _turns(tokens):
        if span := text.find(turn, within):
            return span
    spans = [text.find(token, within) for token in tokens] if within else []
    known = [span for span in spans if span]
    if not known or len(known) < len(tokens):
        return None
    return min(start for start, _ in known), max(end for _, end in known)


def _turns(tokens: Sequence[str]) -> Iterator[str]:
    for at in range(len(tokens)):
        yield " ".join([*tokens[at:], *tokens[:at]])
