"""What a talk is called: from a subject line, from quotation marks, from a line that stands as a title.

A title is only ever the author's own words. "Titre à venir", a greeting, the call's own name or the words
"Proposition d'exposé" are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from callboard.reading import vocabulary
from callboard.reading.layout import fold, unaccented, unmarked, unquoted, words
from callboard.reading.lookup import Keyed
from callboard.reading.names import looks_like_name, word_list
from callboard.reading.subject import answers, without_marks

_TAG = re.compile(r"\s{0,99}\[([^\[\]]{1,120})\]\s*")
_QUOTED = re.compile(
    r"«\s?([^«»\n]{4,250}?)\s?»|“([^“”\n]{4,250})”|\"([^\"\n]{4,250})\"|„([^„“”\n]{4,250})[“”]"
)
_PIECES = re.compile(r"\s[-–—|:]{1,2}\s|:\s|(?<=\w)\s?:(?=\S)|\s[-–—]{1,2}(?=\S)")
_SENTENCES = re.compile(r"[^\W\d_]{3}\.\s+[A-ZÀ-Ý]")
_SENTENCE_END = re.compile(r"[.!?]\s")
# What a thread was called before: "A title (was: Re: Another)".
_WAS = re.compile(r"\s{0,3}[(\[]was\s?:[^()\[\]]{0,200}[)\]]?\s{0,9}$", re.IGNORECASE)
_ORDINAL = re.compile(r"[0-9]{1,3}\s?[a-zªº°.]{1,4}\s")
_YEAR = re.compile(r"20[0-9]{2}")
_HEAD_AT_MOST = 20  # words of a line with the name of an event
_MOST_WORDS = 30
_SUBJECT_WORDS = 6  # of a subject that is a title without being announced
_BODY_AT_MOST = 7  # words from "for" on that name who is to hear a talk: "for the measurement research group"
_EVENT_AT_MOST = 4  # words of an event's name beside its kind
_MOST_CHARACTERS = 250


@cache
def _set(key: str) -> frozenset[str]:
    return frozenset(vocabulary.words("title", key))


@cache
def _introducing() -> tuple[str, ...]:
    return tuple(f" {phrase}" for phrase in vocabulary.words("title", "introducing"))


def tidy(text: str) -> str | None:
    """A title without Markdown, quotation marks around it and numbering; None where it is no title."""
    title = unquoted(unmarked(" ".join(text.split())))
    title = re.sub(r"^\[([^\[\]]{4,250})\]$", r"\1", title).strip(" \t\u00a0\u202f")
    title = re.sub(r"\s[;,:]$|[;,:]$", "", title).strip()
    if not any(c.isalnum() for c in title) or to_come(title) or len(title) > 2 * _MOST_CHARACTERS:
        return None
    return title


def to_come(text: str) -> bool:
    """Whether these words only say that there is no title yet."""
    plain = fold(text)
    return plain in _set("to_come") or not plain


def introduced_plainly(text: str) -> str | None:
    """A title that a sentence introduces without quotation marks: "a talk entitled Reading drafts."."""
    text = text[:2000]
    plain = unaccented(text)
    match = _plainly("introducing_plainly").search(plain)
    if match is None:
        match = _plainly("named").search(plain)
        if match is None or not _offering(_SENTENCE_END.split(text[: match.start()])[-1]):
            return _behind_colon(text, plain)
    said = text[match.start(1) : match.end(1)]
    return tidy(said) if 2 <= words(said) <= _MOST_WORDS and could_be(said) else None


def _behind_colon(text: str, plain: str) -> str | None:
    """The title behind words that stand for it: "Mon sujet cette année : peser ses ruches."."""
    match = _own_matter().search(plain)
    if match is None:
        return None
    said = text[match.start(1) : match.end(1)]
    spoken = not set(fold(said).split()).isdisjoint(vocabulary.words("letter", "first_person"))
    return tidy(said) if 2 <= words(said) <= _MOST_WORDS and could_be(said) and not spoken else None


@cache
def _own_matter() -> Keyed:
    own, matter = (vocabulary.either(vocabulary.words("title", key)) for key in ("own", "matter"))
    the, of = (vocabulary.either(vocabulary.words("time", key)) for key in ("the", "of"))
    return Keyed(
        vocabulary.words("title", "matter"),
        rf"(?<!\w)(?:(?:{own})\s(?:{matter})|(?:{the})\s(?:{matter})\s(?:{of})\s(?:{own})\s\w{{2,20}})(?:\s[\w'’]{{1,20}}){{0,4}}\s?:\s{{1,3}}((?:[^\n.!?]|\?(?=\s[A-Z«“])){{4,250}}\??)",
    )


def _offering(before: str) -> bool:
    """Whether the words before a title offer a talk: "Nous vous proposons notre lecture musicale « ... »"."""
    return bool(vocabulary.pattern("title", "offering").search(vocabulary.fold(before[-200:])))


@cache
def _plainly(key: str) -> Keyed:
    some = vocabulary.words("title", key)
    return Keyed(
        (*some, *(f"{phrase}s" for phrase in some)),
        rf"(?<!\w)(?:{vocabulary.either(some)})s?\s?[:,]?\s{{1,3}}"
        r"((?-i:[A-Z](?:[^\n.!?]|\?(?=\s[A-Z«“])){3,250}\??))",
    )


def ambiguous(label: str) -> bool:
    """Whether a label may stand before a title as well as before a text: "Proposition : ..."."""
    plain = fold(label)
    tokens = [token for token in plain.split() if token not in _set("small")]
    return plain in _set("ambiguous") or (bool(tokens) and _set("ambiguous").issuperset(tokens))


def says_title_to_come(text: str) -> bool:
    """Whether a sentence says that the title follows later: "(titre à venir)"."""
    plain = f" {fold(text)} "
    return any(f" {phrase} " in plain for phrase in _set("to_come") if _set("word") & set(phrase.split()))


def from_subject(subject: str, known: Iterable[str] = ()) -> str | None:
    """The title in a subject, without tags and generic words; `known` are names of the call and of people."""
    text = whole = _WAS.sub("", without_marks(subject))
    plain = fold(text if answers(subject) else _without_tags(text)[0])
    if answers(subject) and fold(_without_tags(text)[0]).partition(" ")[0] in _set("calls"):
        return None  # "Re: Appel - atelier Cartes"
    if any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain) for phrase in _set("call")):
        return None
    ignorable = frozenset(token for name in known for token in fold(name).split())
    text, tag = _without_tags(text)
    if tag and _is_title(tag, frozenset()) and (not _is_title(text, ignorable) or looks_like_name(text)):
        return tidy(tag)
    named = _quoted_in_subject(text) or _named_part(text, ignorable, tagged=text != whole)
    # An answer's subject is the organisers', unless it was made one of its own: "Re: Talk proposal: ...".
    return named if named and (not answers(subject) or _announced(subject, named)) else None


def _quoted_in_subject(text: str) -> str | None:
    """The title in quotation marks behind words for a talk: "Talk proposal “A title”"; not the event's name."""
    match = _QUOTED.search(text)
    if match is None or words(text[match.end() :]):
        return None
    before = fold(text[: match.start()]).split()
    if (
        not before
        or _set("ambiguous").isdisjoint(before)
        or not generic(" ".join(before))
        or _for_event(before)
    ):
        return None
    # "Proposition journée « ... »" names the event, "proposition de conférence « ... »" a talk.
    of_event = before[-1] in vocabulary.words("letter", "event")
    if of_event and set(before[-2:-1]).isdisjoint(vocabulary.words("time", "of")):
        return None
    return tidy(next(group for group in match.groups() if group))


def sure_subject(subject: str, named: str) -> bool:
    """Whether a subject's title is one for certain: behind "Talk proposal:" or a tag, or as long as a title."""
    return words(named) >= _SUBJECT_WORDS or _announced(subject, named)


def _announced(subject: str, named: str) -> bool:
    """Whether the words before a subject's title say that it is one: "Talk proposal: ..."."""
    before = fold(without_marks(subject)).partition(fold(named))[0]
    return words(named) >= 3 and bool(before) and generic(before)


def _without_tags(text: str) -> tuple[str, str]:
    """The subject without "[tags]" in front, and the last of those tags when it has several words."""
    tag = ""
    while (match := _TAG.match(text)) is not None and text[match.end() :].strip(" -:"):
        tag = match[1] if len(match[1].split()) > 2 else ""
        text = text[match.end() :]
    return text.strip(), tag


def _named_part(text: str, ignorable: frozenset[str], *, tagged: bool) -> str | None:
    """The subject from its first part that is not generic: "Talk proposal: A title: its subtitle"."""
    rest, generic_seen = text, tagged and len(text.split()) > 3
    while rest:
        match = _PIECES.search(rest)
        head = rest[: match.start()] if match else rest
        if not generic(head, ignorable):
            break
        generic_seen = True
        rest = rest[match.end() :] if match else ""
    rest = rest.strip(" -–—:")
    if not rest or not _is_title(rest, ignorable, after_generic=generic_seen):
        return None
    return tidy(_without_end(rest, ignorable))


def _without_end(text: str, ignorable: frozenset[str]) -> str:
    """A title without the sender's name or a generic word after a dash at its end."""
    pieces = list(re.finditer(r"\s[-–—|]{1,2}\s|\s\(", text))
    if pieces and generic(text[pieces[-1].end() :], ignorable) and text[: pieces[-1].start()].strip():
        return text[: pieces[-1].start()].strip()
    return text


def generic(text: str, ignorable: frozenset[str] = frozenset()) -> bool:
    """Whether words name no talk: "Proposition d'exposé pour la journée du 11 octobre", a name, a date."""
    text = unquoted(text.strip())  # around the whole the marks are a title's, not an event's
    tokens = fold(text).split()
    idle = _set("generic") | _set("small") | ignorable
    left = [token for token in tokens if token not in idle and not token.isdigit() and len(token) > 1]
    if not left or " ".join(tokens) in _formats():
        return True
    about = any(token in _set("generic") for token in tokens)
    if about and (_of_somebody(text, ignorable) or _for_event(tokens)):
        return True
    # An event's short name beside such a word ("Journée XAI", "GdR ISIS"): capitals, at most two.
    short = {fold(word) for word in re.findall(r"[A-ZÀ-Ý][A-ZÀ-Ý0-9-]{1,9}(?!\w)", text)}
    quoted = {token for match in _QUOTED.finditer(text) for token in fold(match[0]).split()}
    return about and len(left) <= 8 and all(token in short or token in quoted for token in left)


@cache
def _formats() -> frozenset[str]:
    """What a talk may be: "Lightning talk: ..."."""
    return frozenset(name for key in vocabulary.keys("formats") for name in vocabulary.words("formats", key))


def begins_with_format(text: str) -> bool:
    """Whether the first words say what a talk is: "Lightning talk, 5 min", "conférence grand public, 1h"."""
    tokens = fold(text).split()
    return any(" ".join(tokens[:count]) in _formats() for count in (1, 2, 3))


def _for_event(tokens: Sequence[str]) -> bool:
    """Whether the words say what the mail is for: "Contribution to the Soil Days", "Un sujet pour le Café"."""
    start = next((at for at, token in enumerate(tokens) if token not in _set("small")), len(tokens))
    end = start
    while end < len(tokens) and tokens[end] in _set("generic"):
        end += 1
    whom = set(tokens[end + 1 :])
    known = whom & frozenset(vocabulary.words("letter", "event"))
    if len(tokens) - end <= _BODY_AT_MOST:
        known |= whom & _set("bodies")
    return start < end < len(tokens) and tokens[end] in _set("at") and bool(known)


def heads_event(text: str) -> bool:
    """Whether a line is an event's name with its year, as at the head of a page: "Workshop “...”, 14 March 2024"."""
    tokens = set(fold(text).split())
    event = _set("events") | frozenset(vocabulary.words("letter", "event"))
    return words(text) <= _HEAD_AT_MOST and not event.isdisjoint(tokens) and any(map(_YEAR.fullmatch, tokens))


def _of_somebody(text: str, ignorable: frozenset[str]) -> bool:
    """Whether nothing but a person's name follows the generic words: "Proposition de communication du Pr Moreau"."""
    tokens = text.split()
    idle = _set("generic") | _set("small") | ignorable | word_list("civilities")
    while tokens and all(part in idle for part in fold(tokens[0]).split()):
        tokens.pop(0)
    name = " ".join(tokens)
    return (
        bool(tokens) and name[:1].isupper() and (looks_like_name(name) or (len(tokens) == 1 and "-" in name))
    )


def _is_title(text: str, ignorable: frozenset[str], *, after_generic: bool = False) -> bool:
    """Whether a part of a subject names a talk."""
    if generic(text, ignorable) or to_come(text):
        return False
    tokens = [token for token in fold(text).split() if token not in ignorable]
    about = any(token in _set("generic") for token in tokens)
    content = [
        token for token in tokens if token not in _set("generic") | _set("small") and not token.isdigit()
    ]
    event = not frozenset(vocabulary.words("letter", "event")).isdisjoint(tokens)
    if event and (len(content) <= 1 or _ORDINAL.match(text.strip())):
        return False  # "12e rencontre Sol et climat"
    if after_generic and tokens and tokens[0] in _set("events") and len(content) <= _EVENT_AT_MOST:
        return False  # "Proposition de communication : colloque Eaux mêlées"
    # "proposition Martin", "expose claire": a word or two beside the generic ones name nothing.
    # "JDD25" and "poster" name an event or nothing, "Rust" may be what a talk is about.
    if len(tokens) == 1 and not (text[:1].isupper() and text[1:].islower()):
        return False
    return bool(content) and (after_generic or len(content) > 2 or not about)


def quoted(text: str, least: int = 2) -> list[tuple[int, int, str]]:
    """What stands in quotation marks, of at least so many words: start, end, words; no event's name."""
    found = []
    for match in _QUOTED.finditer(text):
        inside = next(group for group in match.groups() if group)
        if least <= words(inside) <= _MOST_WORDS and not _of_event(text[: match.start()]):
            found.append((match.start(), match.end(), inside.strip()))
    return found


def _of_event(before: str) -> bool:
    """Whether the words before quotation marks are an event's: "your call for the day “...”", "the session “...”"."""
    tokens = fold(before[-60:]).split()
    if not tokens or before.rstrip().endswith(":") or f" {fold(before[-60:])}".endswith(_introducing()):
        return False
    event = vocabulary.words("letter", "event")
    # "la journée d'étude « ... »": a word or two may stand between.
    return (tokens[-1] in event or any(token in event for token in tokens[-3:-1])) and not _own(tokens)


def introduces(text: str) -> bool:
    """Whether a sentence stops where the title should come: "My paper would be called"."""
    plain = f" {fold(text[-80:])}"
    return words(text) >= 3 and not text.rstrip().endswith((".", "!", "?")) and plain.endswith(_introducing())


def introduced(text: str) -> tuple[int, int, str] | None:
    """A title that a sentence introduces: "un exposé intitulé « … »", "a talk entitled “…”"."""
    for start, end, inside in quoted(text, least=1):
        before = fold(text[max(0, start - 40) : start])
        tokens = before.split()
        if words(inside) < 2 and not f" {before}".endswith(_introducing()):
            continue
        named = bool(tokens) and (tokens[-1] in _set("naming") or _own(tokens))
        if named or f" {before}".endswith(_introducing()):
            return start, end, inside
        if _offering(_SENTENCE_END.split(text[:start])[-1]):
            return start, end, inside
    return None


def _own(before: Sequence[str]) -> bool:
    """Whether the words before quotation marks are the author's talk: "my hands-on workshop"; not "your workshop"."""
    if not before or before[-1] not in vocabulary.words("label_words", "what"):
        return False
    return any(token in _set("own") for token in before[-5:-1])


def alone(text: str) -> bool:
    """Whether a paragraph above a text could be its title: no sentence, nor several."""
    return not (text.endswith(".") or _SENTENCES.search(text)) and could_be(text)


def could_be(text: str) -> bool:
    """Whether a line alone could be a title: not too long, no sentence, not a label or a list item."""
    plain = text.strip()
    count = words(plain)
    if not 1 <= count <= _MOST_WORDS or len(plain) > _MOST_CHARACTERS or not any(c.isalpha() for c in plain):
        return False
    if plain.endswith((",", ";", ":", "...", "…")) and not plain.endswith("?..."):
        return False
    # A full stop at the end of a long line ends a sentence; a short title may carry one by habit.
    return not (plain.endswith(".") and count > 12) and "@" not in plain
