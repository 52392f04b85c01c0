"""What must hold of every reading: each value has a source, in bounds, around the value's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from callboard.reading import ProposalFound, Reading, Source
from callboard.reading.layout import fold
from callboard.reading.texnames import without_tex

FIELDS = (
    *("title", "speakers", "abstract", "language", "format", "level", "duration_minutes", "keywords"),
    *("availability", "bio", "links", "topics", "removes_speakers"),
)

_TEX_ACCENT = re.compile(r"\\(?:[^\w\s]|[a-zA-Z](?=\s*\{))|[{}]")


def plain(text: str) -> list[str]:
    """The words of a text, without accents, signs, footnotes' marks. A sign is no word, though it is folded to one."""
    return [piece for word in re.findall(r"\w+", text) for piece in re.findall(r"[^\W\d_]+|\d+", fold(word))]


def words(reading: Reading, source: Source) -> list[list[str]]:
    """What stands at a source's place, folded: as it stands, and with TeX's accents on their letters."""
    text = at(reading, source)
    return [plain(text), plain(without_tex(text)), plain(_TEX_ACCENT.sub("", text))]


def at(reading: Reading, source: Source) -> str:
    assert source.part in reading.parts, f"{source.rule} in no part"
    assert source.start is not None, f"{source.rule} begins nowhere"
    assert source.end is not None, f"{source.rule} ends nowhere"
    text = reading.parts[source.part]
    assert 0 <= source.start < source.end <= len(text), f"{source.rule} out of bounds"
    return text[source.start : source.end]


def in_order(wanted: list[str], readings: list[list[str]]) -> bool:
    return any(_follow(wanted, iter(said)) for said in readings)


def _follow(wanted: list[str], rest: Iterator[str]) -> bool:
    return all(word in rest for word in wanted)


def among(wanted: list[str], readings: list[list[str]]) -> bool:
    """In any order: a family's name may come first. "Marina" may be Marin with the mark of a footnote."""
    said = {word for one in readings for word in one}
    return set(wanted) <= said | {word[:-1] for word in said if word[-1] in "abcde"}


def astray(reading: Reading, found: ProposalFound) -> Iterator[str]:
    """The fields whose words do not stand where their source says."""
    for name in ("title", "abstract", "availability", "bio"):
        value = getattr(found, name)
        if value and not in_order(plain(value), words(reading, found.sources[name])):
            yield name
    for keyword in found.keywords:
        if not in_order(plain(keyword), words(reading, found.sources["keywords"])):
            yield "keywords"
    for speaker in found.speakers:
        source = found.sources["speakers"]
        if source.rule == "answer below the quoted line":
            continue  # the quoted line has the name
        if not any(among(plain(speaker.name), words(reading, one)) for one in (source, *source.also)):
            yield "speakers"
    for name in found.removes_speakers:
        if not among(plain(name), words(reading, found.sources["removes_speakers"])):
            yield "removes_speakers"
    for link in found.links:
        source = found.sources["links"]
        if link not in [at(reading, one) for one in (source, *source.also)]:
            yield "links"


def check(reading: Reading) -> None:
    """Each value has a source and no other field has one, its places are in bounds, and its words stand there."""
    for found in reading.proposals:
        values = {name for name in FIELDS if getattr(found, name)}
        odd = values ^ (set(found.sources) - {"half_days"})
        assert not odd, f"value or source alone, {min(odd)}"
        for name, source in found.sources.items():
            assert source.rule, f"{name} by no rule"
            assert 0 < source.confidence <= 1, f"{name} by {source.rule} is not sure"
            assert all(at(reading, one).strip() for one in (source, *source.also)), f"{name} from nothing"
        wrong = [f"{name} by {found.sources[name].rule} is astray" for name in astray(reading, found)]
        assert not wrong, wrong[0]
