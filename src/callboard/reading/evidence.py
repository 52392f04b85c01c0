"""What a mail holds that tells what its sender wants: words, labels, thread and documents, each counted once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from callboard.mailroom.mail import IncomingMail
from callboard.reading import inquiry, language, occasions, titlequestions
from callboard.reading.labelnames import parts_of_talk
from callboard.reading.layout import fold as plainly
from callboard.reading.lookup import Phrases
from callboard.reading.quoting import Parts, origin, split
from callboard.reading.speech import Sentence, holding, sentences
from callboard.reading.subject import answers as is_answer
from callboard.reading.subject import bare, is_forward, is_tagged
from callboard.reading.vocabulary import fold, pattern

T = TypeVar("T")

# What somebody wants stands on the first pages; more text costs time and changes nothing.
ENOUGH = 12_000
_HEAD = 800  # characters in which people say why they write
_OPENING = 400  # characters in which a vacancy or a seminar shows itself as one
_TAIL = 400  # and in which they say so again
_LENGTH = 30  # words of a paragraph that tells something
_LETTER_AT_MOST = 45  # words of a sentence in which somebody offers something
_PROMISE_AT_MOST = 60  # words of a letter that only says that its abstract follows
_COVER = 45  # words above an abstract, at most
_ASKED_AT_MOST = 30  # words of a question to the organisers
_ASKED_AT_LEAST = 3  # different things that a call asks for, two of which only talks have
_OPENS, _CLOSES = frozenset('"«“„'), frozenset('"»”“')
_ITEM = re.compile(r"[-*•]\s")
_DOCUMENTS = re.compile(r"\.(?:pdf|docx?|odt|rtf|tex|txt|md|pages)$", re.IGNORECASE)
# With a colon or alone on its line, as a heading in Markdown, in bold, in capitals, numbered.
_LABEL = re.compile(
    r"[\s#*_>+•-]{0,8}(?:\(?[0-9]{1,2}[.)/]\s{1,3})?"
    r"([^\W\d_][\w '’/()·.-]{1,34}?)[\s*_\xa0\u202f]{0,4}(?:[:;：]|\s[-–—]\s|$)"
)
_GAP = re.compile(r"\n[ \t]*\n")
_SIGN = re.compile(r"[:;：]|\s[-–—]\s")
_LABEL_AT_MOST = 48  # characters, its colon included


@dataclass(frozen=True)
class Evidence:
    """The texts that count, folded: the bare subject, own words, and those of a forwarded mail."""

    subject: str
    own: str
    sentences: tuple[Sentence, ...]
    answers: bool  # In-Reply-To, or a subject with Re:
    answers_call: bool  # the subject or the quote is that of a call
    listed: bool
    called: bool  # the subject names a call, though it answers nothing
    tagged: bool  # the subject bears a conference's tag for proposals
    documents: bool
    named: bool  # a document's name says that it is a proposal
    labels: int  # different labels that only talks have, at the beginning of lines
    other_labels: int  # and those that talks never have: of registrations, minutes, vacancies
    recites: bool  # a paragraph stands in quotation marks: somebody else's words
    cover: str | None  # what stands above a paragraph that speaks as abstracts do, None without one
    signed_above: bool  # the sender's name stands above the text, as an author's does
    tells_at_length: bool  # a paragraph is as long as an abstract's
    words: int
    recovered: bool  # nothing was plainly the sender's
    text: str = ""  # the own words as they are written
    author: str | None = None  # the sender's name
    titles: frozenset[str] = frozenset()  # questions that are what a talk is called
    to_call: bool = False  # it went to an address that is only the call's
    _found: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def foreign(self) -> int:
        """How much speaks for somebody else's business where a mail says what it is: at its beginning."""
        return self._different_in(pattern("intent", "foreign"), self.opening) + max(0, self.announces - 1)

    @cached_property
    def announces(self) -> int:
        """How many signs there are of a call, another's or ours."""
        return self._different_in(pattern("machine", "call_text"), (self.own,))

    @cached_property
    def solicits(self) -> int:
        """In how many ways the sender asks others for talks; the subject of an answer is not theirs."""
        return self._different_in(pattern("intent", "solicits"), (self.own,))

    @cached_property
    def offering(self) -> int:
        """How fully a sentence offers a talk: the wish, the deed, and the talk or the event, 0 to 3."""
        return max(map(_offers, holding(self.sentences, "wish")), default=0)

    @cached_property
    def announced(self) -> bool:
        """Whether the subject begins as that of a proposal."""
        return not self.proposes_else and bool(pattern("intent", "subject").match(self.subject))

    @cached_property
    def topical(self) -> bool:
        """Whether the subject speaks of a talk."""
        return not self.proposes_else and bool(pattern("intent", "talk").search(self.subject))

    @cached_property
    def requests(self) -> bool:
        """Whether the subject itself asks for a place in a programme: "Agenda request", "Summit topic: ..."."""
        return self.tagged or bool(pattern("intent", "mention").search(self.subject))

    @cached_property
    def proposes_else(self) -> bool:
        """Whether the subject names what is proposed, and it is no talk: "Proposition commerciale"."""
        return bool(pattern("intent", "proposes_else").search(self.subject))

    @cached_property
    def occasion(self) -> bool:
        """Whether the subject or the text says when and where something takes place."""
        told = not self.announced and occasions.when(self.subject)
        return told or (self.says("rooms") and occasions.placed(self.sentences))

    @cached_property
    def only_asks(self) -> bool:
        """Whether it asks about the event itself, and holds no talk."""
        if self.labels or self.documents or self.tagged or not self.count("practical"):
            return False
        return inquiry.only(self.subject, self.sentences)

    @cached_property
    def promises(self) -> bool:
        """Whether a few words under the subject of a proposal say that the abstract follows: nobody is invited."""
        few = self.words <= _PROMISE_AT_MOST and not (self.answers or self.listed or self.foreign)
        promised = few and self.announced and self.says("follows")
        return promised and not pattern("machine", "mass").search(self.own[:_HEAD])

    @cached_property
    def asks(self) -> bool:
        """Whether a sentence asks the organisers something, beside whether they want the talk; a title may ask."""
        asked = (
            one
            for one in self.sentences
            if one.asks
            and plainly(one.said) not in self.titles
            and not (one.holds("fits") or one.holds("mention"))
        )
        return any(one.holds("question") or one.holds("asked") for one in asked)

    @cached_property
    def fits(self) -> int:
        """How plainly a question offers a talk, 0 to 2: "Would this be of interest?", "Do you still need talks?"."""
        offered = [one for one in self.sentences if one.asks and one.holds("fits")]
        asked = bool(offered) and not self.framed("other_matter")
        return asked + (asked and any(one.holds("matter") for one in offered))

    @cached_property
    def asks_leave(self) -> bool:
        """Whether a sentence, no long one of a text and no item of a list, asks whether or how something may be
        proposed, and waits for an answer: "Is there still time? If so, here is my talk:" does not."""
        asked = (
            one
            for one in self.sentences
            if one.asks and one.holds("permission") and not _ITEM.match(one.said)
        )
        goes_on = any(one.holds("if_so") and not one.asks for one in self.sentences)
        return not goes_on and any(len(one.plain.split()) <= _ASKED_AT_MOST for one in asked)

    @cached_property
    def asks_beforehand(self) -> bool:
        """Whether somebody wants to know something before they write a proposal."""
        first = holding(self.sentences, "beforehand")
        return any(one.asks or one.holds("question") for one in first)

    @cached_property
    def replies_to_call(self) -> bool:
        """Whether the very subject is that of a call."""
        return self.answers_call and bool(pattern("intent", "call").search(self.subject))

    @property
    def opening(self) -> tuple[str, ...]:
        """The subject and the first words."""
        return self.subject, self.own[:_OPENING]

    @property
    def covered(self) -> bool:
        """Whether a few words that speak of a talk, and do not only ask about one, stand above an abstract."""
        if not self.cover or len(self.cover.split()) >= _COVER:
            return False
        told = (part for part in re.split(r"(?<=[.?!])\s", self.cover) if not part.endswith("?"))
        return any(pattern("intent", "talk").search(part) for part in (self.subject, *told))

    @property
    def covers(self) -> bool:
        """Whether it is a covering letter and no more, for a document that it or the name calls a proposal."""
        attached = self.documents and (self.says("attached") or self.words < 15)
        return self.words < 80 and attached and not self.answers and (self.named or self.framed("offer"))

    @property
    def encloses_another(self) -> bool:
        """Whether the subject or the words say that a document is something else: minutes, an invoice."""
        return bool(self.count("other_text"))

    def framed(self, key: str) -> bool:
        """Whether such a phrase stands where a covering letter has it: subject, first or last lines."""
        return self.once(Evidence._is_framed, key)

    def _is_framed(self, key: str) -> bool:
        return any(map(pattern("intent", key).search, self._frame))

    def says(self, key: str) -> bool:
        """Whether the own words hold a phrase of that kind."""
        return self.once(Evidence._is_said, key)

    def _is_said(self, key: str) -> bool:
        return pattern("intent", key).search(self.own) is not None

    def count(self, key: str) -> int:
        """How many different phrases of that kind the own words and the subject hold."""
        return self.once(Evidence._different, key)

    def _different(self, key: str) -> int:
        return self._different_in(pattern("intent", key), self.whole)

    @staticmethod
    def _different_in(some: Phrases, texts: Iterable[str]) -> int:
        return len({one[0] for text in texts for one in some.finditer(text)})

    def opens(self, key: str) -> bool:
        """Whether the subject or the first words hold a phrase of that kind."""
        return self.once(Evidence._is_opened, key)

    def _is_opened(self, key: str) -> bool:
        return any(map(pattern("intent", key).search, self.opening))

    @property
    def whole(self) -> tuple[str, ...]:
        """The subject and all own words."""
        return self.subject, self.own

    @cached_property
    def _frame(self) -> tuple[str, ...]:
        """The subject, the first words, and the last ones."""
        texts = (self.subject, self.own[:_HEAD], self.own[_HEAD:][-_TAIL:])
        return tuple(text for text in texts if text)

    def once(self, find: Callable[..., T], *asked: object) -> T:
        """What `find(self, *asked)` finds, remembered: a mail is weighed several times, once as if it held a talk."""
        known = (find, *asked)
        if known not in self._found:
            self._found[known] = find(self, *asked)
        return cast("T", self._found[known])


def gather(mail: IncomingMail, parts: Parts, call_address: str | None = None) -> Evidence:
    """Everything that counts, of the mail itself and of the one forwarded in it."""
    subject, own, quoted = mail.subject, parts.own, parts.quoted
    documents, author = _documents(mail), mail.sender
    answers = bool(mail.in_reply_to or is_answer(mail.subject))
    if parts.forward:
        inner = origin(parts.forward)
        inside = split(inner.body)
        subject, author = inner.subject or subject, inner.sender
        own, quoted, answers = f"{own}\n\n{inside.own}", inside.quoted, is_answer(subject)
    elif mail.forwarded:
        letter = mail.forwarded[-1]
        own = f"{own}\n\n{split(letter.text, is_forward(letter.subject)).own}"
        subject, author, answers = letter.subject, letter.sender, is_answer(letter.subject)
        documents = documents or _documents(letter)
    runs, begun = _GAP.split(own[:ENOUGH]), _labels(own)
    titles = titlequestions.standing(own[:ENOUGH], bare(subject[:300]), author.name if author else None)
    return Evidence(
        subject=fold(bare(subject[:300])),
        own=fold(own[:ENOUGH]),
        sentences=sentences(own, ENOUGH),
        answers=answers,
        answers_call=answers and is_call(subject, quoted),
        listed=bool(mail.list_id),
        called=not answers and bool(pattern("intent", "call").search(fold(subject[:300]))),
        tagged=is_tagged(subject[:300]),
        documents=documents,
        named=any(pattern("intent", "file").search(fold(name)) for name in _file_names(mail)),
        labels=max(_of_kind(begun, "label"), parts_of_talk(begun)),
        other_labels=_of_kind(begun, "other_label"),
        recites=any(map(_recited, runs)),
        cover=_cover(runs),
        signed_above=_signed_above(own, author.name if author else "", titles),
        tells_at_length=any(len(run.split()) >= _LENGTH for run in runs),
        words=len(own[:ENOUGH].split()),
        recovered=parts.recovered,
        text=own[:ENOUGH],
        author=author.name if author else None,
        titles=titles,
        to_call=_goes_to(mail, call_address),
    )


def _goes_to(mail: IncomingMail, address: str | None) -> bool:
    wanted = (address or "").casefold()
    return "@" in wanted and any(one.address.casefold() == wanted for one in (*mail.to, *mail.cc))


def _offers(sentence: Sentence) -> int:
    """How much of an offer a sentence that wishes something makes, 0 to 3."""
    if len(sentence.plain.split()) > _LETTER_AT_MOST:
        return 0
    matter = sentence.holds("matter") or sentence.holds("event")
    return 1 + sentence.holds("give") + matter


def is_call(subject: str, quoted: str) -> bool:
    """Whether what is answered asks for talks: it says so, or asks for several things that talks have."""
    plain, asked, call = fold(subject[:300]), fold(quoted[:4000]), pattern("intent", "call")
    if call.search(plain) or call.search(asked):
        return True
    wanted = {found[0] for found in pattern("intent", "asked_for").finditer(asked)}
    talks = {found[0] for found in pattern("intent", "wanted").finditer(asked)}
    return len(wanted | talks) >= _ASKED_AT_LEAST and len(talks) >= 2


def _documents(mail: IncomingMail) -> bool:
    """Whether a document came along, read or not."""
    return any(a.text or _DOCUMENTS.search(a.name or "") for a in mail.attachments)


def _file_names(mail: IncomingMail) -> list[str]:
    """The names of the documents, their words apart: "2021_abstract-final" is three."""
    names = (a.name or "" for a in (*mail.attachments, *(b for m in mail.forwarded for b in m.attachments)))
    return [re.sub(r"[\W_]+", " ", name) for name in names if _DOCUMENTS.search(name)]


def _recited(paragraph: str) -> bool:
    """Whether a paragraph of some length is one quotation."""
    text = paragraph.strip()
    return text[:1] in _OPENS and text[-1:] in _CLOSES and len(text.split()) >= _LENGTH


def _labels(own: str) -> set[str]:
    """What stands where a label does, at the beginning of a line."""
    found = set()
    for line in own[:ENOUGH].split("\n")[:300]:
        begins = line[:_LABEL_AT_MOST]
        if len(line) > len(begins) and not _SIGN.search(begins):
            continue
        if label := _LABEL.match(line):
            found.add(fold(label[1]))
    return found


def _of_kind(labels: Iterable[str], kind: str) -> int:
    """How many of them are labels of that kind."""
    known = pattern("intent", kind)
    return sum(bool(known.fullmatch(label)) for label in labels)


def _cover(paragraphs: Iterable[str]) -> str | None:
    """What stands above the first paragraph of some length that addresses nobody, folded; None without one.

    An abstract speaks of something, where a letter says "you" and "I".
    """
    above: list[str] = []
    for paragraph in paragraphs:
        folded = fold(paragraph)
        if len(folded.split()) >= 30 and not _addresses(paragraph, folded):
            return " . ".join(above)
        above.append(folded)
    return None


def _addresses(paragraph: str, folded: str) -> bool:
    """Whether a paragraph speaks to somebody, in its own language: "les" is "to you" in Spanish only."""
    if not pattern("intent", "address").search(folded):
        return False
    return bool(pattern("intent", "address", language.detect(paragraph)).search(folded))


def _signed_above(own: str, name: str, titles: frozenset[str]) -> bool:
    """Whether a short line near the top bears the sender's name, with a text of some length below it."""
    names = {word for word in re.split(r"[^\w'-]+", fold(name)) if len(word) > 2}
    if len(names) < 2:
        return False
    lines = [line for line in own[:ENOUGH].split("\n") if line.strip()]
    for at, line in enumerate(lines[:3]):
        words = re.split(r"[^\w'-]+", fold(line[:200]).strip("*_#> "))
        if ("?" in line and plainly(line) not in titles) or pattern("intent", "closing").search(
            fold(line[:60])
        ):
            return False  # a name below it signs a letter, and boilerplate follows
        opens = names <= set(words[: len(names) + 2]) and words[0] in names
        if opens and len(words) <= 20 and not line.rstrip().endswith((".", "?", ":", ",")):
            return sum(len(below.split()) for below in lines[at + 1 :]) >= 30
    return False
