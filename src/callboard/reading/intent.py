"""What the sender of a mail wants: to propose a talk, to change or withdraw it, to ask, or something else.

A title and an abstract do not make a proposal: newsletters, theses and patches have them too. A proposal
needs words of proposing a talk, or to be an answer to the call, or to speak as abstracts do and of nobody
else's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from callboard.mailroom.mail import IncomingMail
from callboard.reading.quoting import Parts, origin, split
from callboard.reading.result import Kind
from callboard.reading.screening import Verdict
from callboard.reading.subject import answers as is_answer
from callboard.reading.subject import bare, is_forward
from callboard.reading.vocabulary import fold, pattern

# What somebody wants stands on the first pages; more text costs time and changes nothing.
_ENOUGH = 12_000
_HEAD = 800  # characters in which people say why they write
_OPENING = 400  # characters in which a vacancy or a seminar shows itself as one
_TAIL = 400  # and in which they say so again
_DOCUMENTS = re.compile(r"\.(?:pdf|docx?|odt|rtf|tex|txt|md|pages)$", re.IGNORECASE)
_TAG = re.compile(r"\[([^\]]{2,60})\]")
# With a colon or alone on its line, as a heading in Markdown, in bold, in capitals.
_LABEL = re.compile(r"[\s#*_>+-]{0,8}([^\W\d_][\w '’/()·.-]{1,34}?)[\s*_\xa0\u202f]{0,4}(?:[:;：]|$)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")


@dataclass(frozen=True)
class _Evidence:
    """The texts that count, folded: the bare subject, own words, and those of a forwarded mail."""

    subject: str
    own: str
    sentences: tuple[str, ...]
    answers: bool  # In-Reply-To, or a subject with Re:
    answers_call: bool  # the subject or the quote is that of a call
    listed: bool
    tagged: bool  # the subject bears a conference's tag for proposals
    documents: bool
    named: bool  # a document's name says that it is a proposal
    labels: int  # different labels that only talks have, at the beginning of lines
    cover: str | None  # what stands above a paragraph that speaks as abstracts do, None without one
    signed_above: bool  # the sender's name stands above the text, as an author's does
    words: int

    @property
    def head(self) -> str:
        """The subject and the first lines: where people say why they write."""
        return f"{self.subject} . {self.own[:_HEAD]}"

    @property
    def speaks_of_a_talk(self) -> bool:
        """Whether it speaks as abstracts do, or of wanting to present."""
        return self.says("voice") or self.framed("eager")

    @property
    def foreign(self) -> int:
        """How much speaks for somebody else's business where a mail says what it is: at its beginning."""
        found = pattern("intent", "foreign").finditer(f"{self.subject} . {self.own[:_OPENING]}")
        return len({sign[0] for sign in found}) + max(0, self.announces - 1)

    @property
    def announces(self) -> int:
        """How many signs there are of a call, another's or ours."""
        return len({sign[0] for sign in pattern("machine", "call_text").finditer(self.own)})

    def tells(self, key: str) -> bool:
        """Whether such a phrase stands in a sentence that does more than thank."""
        wanted, grateful = pattern("intent", key), pattern("intent", "grateful")
        return any(wanted.search(sentence) and not grateful.search(sentence) for sentence in self.sentences)

    @property
    def covers(self) -> bool:
        """Whether it is a covering letter and no more, for a document that it or the name calls a proposal."""
        attached = self.says("attached") or self.words < 15
        return self.words < 80 and attached and not self.answers and (self.named or self.framed("offer"))

    def framed(self, key: str) -> bool:
        """Whether such a phrase stands where a covering letter has it: subject, first or last lines."""
        found = pattern("intent", key)
        return bool(found.search(self.head) or found.search(self.own[_HEAD:][-_TAIL:]))

    def says(self, key: str) -> bool:
        """Whether the own words hold a phrase of that kind."""
        return bool(pattern("intent", key).search(self.own))

    def count(self, key: str) -> int:
        """How many different phrases of that kind the own words and the subject hold."""
        return len({found[0] for found in pattern("intent", key).finditer(f"{self.subject} . {self.own}")})


def intent(
    mail: IncomingMail, parts: Parts, *, has_fields: bool, prefix: str, named: bool = False
) -> Verdict:
    """What a person wants with this mail.

    `has_fields`: the own text or a document holds what a proposal consists of. `prefix` is that of our
    references (P in P-7). `named`: a sentence offers a talk by its title. An answer is a follow-up only when
    it refers to a proposal, by reference or in words: "Re: the call" may well be a first proposal (field
    note 47).
    """
    evidence = _evidence(mail, parts)
    references_found = references(mail, parts, prefix)
    follow_up = bool(references_found)
    return (
        _withdrawal(evidence, follow_up, has_fields)
        or _revision(evidence, follow_up, has_fields and not parts.recovered)
        or (None if follow_up else _offered_by_name(evidence, named) or _proposal(evidence, has_fields))
        or _question(evidence, follow_up)
        or Verdict(Kind.OTHER, "neither a proposal nor about one", 0.6)
    )


def references(mail: IncomingMail, parts: Parts, prefix: str) -> tuple[str, ...]:
    """Our references in subject, own text and quotes (P-7, p-083), in upper case, each once."""
    known = re.compile(rf"(?<![\w/-]){re.escape(prefix)}-(\d{{1,6}})(?![\w-])", re.IGNORECASE)
    texts = (mail.subject[:500], parts.own[:_ENOUGH], parts.quoted[:_ENOUGH])
    named = [f"{prefix}-{found[1]}".upper() for text in texts for found in known.finditer(text)]
    return tuple(dict.fromkeys(named))


def _evidence(mail: IncomingMail, parts: Parts) -> _Evidence:
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
    sentences = tuple(fold(s) for s in _SENTENCE.split(own[:_ENOUGH]) if s.strip())
    return _Evidence(
        subject=fold(bare(subject[:300])),
        own=fold(own[:_ENOUGH]),
        sentences=sentences,
        answers=answers,
        answers_call=answers
        and bool(pattern("intent", "call").search(f"{fold(subject[:300])} . {fold(quoted[:4000])}")),
        listed=bool(mail.list_id),
        tagged=any(_proposal_tag(tag) for tag in _TAG.findall(subject[:300])),
        documents=documents,
        named=any(pattern("intent", "file").search(fold(name)) for name in _file_names(mail)),
        labels=_labels(own),
        cover=_cover(own),
        signed_above=_signed_above(own, author.name if author else ""),
        words=len(own[:_ENOUGH].split()),
    )


def _documents(mail: IncomingMail) -> bool:
    """Whether a document came along, read or not."""
    return any(a.text or _DOCUMENTS.search(a.name or "") for a in mail.attachments)


def _file_names(mail: IncomingMail) -> list[str]:
    """The names of the documents, their words apart: "2021_abstract-final" is three."""
    names = (a.name or "" for a in (*mail.attachments, *(b for m in mail.forwarded for b in m.attachments)))
    return [re.sub(r"[\W_]+", " ", name) for name in names if _DOCUMENTS.search(name)]


def _proposal_tag(tag: str) -> bool:
    """Whether a tag's last word is a conference's word for proposals; "[X-talk]" is the name of a list."""
    words = fold(tag).split()
    return bool(words) and bool(pattern("intent", "tag").fullmatch(words[-1]))


def _labels(own: str) -> int:
    """How many different labels that only talks have begin a line of the text."""
    found = set()
    for line in own[:_ENOUGH].split("\n")[:300]:
        label = _LABEL.match(line)
        if label and pattern("intent", "label").fullmatch(folded := fold(label[1])):
            found.add(folded)
    return len(found)


def _cover(own: str) -> str | None:
    """What stands above the first paragraph of some length that addresses nobody, folded; None without one.

    An abstract speaks of something, where a letter says "you" and "I".
    """
    above: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", own[:_ENOUGH]):
        folded = fold(paragraph)
        if len(folded.split()) >= 30 and not pattern("intent", "address").search(folded):
            return " . ".join(above)
        above.append(folded)
    return None


def _signed_above(own: str, name: str) -> bool:
    """Whether a short line near the top bears the sender's name, with a text of some length below it."""
    names = {word for word in re.split(r"[^\w'-]+", fold(name)) if len(word) > 2}
    lines = [line for line in own[:_ENOUGH].split("\n") if line.strip()]
    for at, line in enumerate(lines[:3]):
        words = re.split(r"[^\w'-]+", fold(line[:200]).strip("*_#> "))
        if "?" in line or pattern("intent", "closing").search(fold(line[:60])):
            return False  # a name below it signs a letter, and boilerplate follows
        opens = len(names) > 1 and names <= set(words[: len(names) + 2]) and words[0] in names
        if opens and len(words) <= 20 and not line.rstrip().endswith((".", "?", ":", ",")):
            return sum(len(below.split()) for below in lines[at + 1 :]) >= 40
    return False


def _withdrawal(evidence: _Evidence, follow_up: bool, has_fields: bool) -> Verdict | None:
    """Words of withdrawing, in a sentence without condition or negation."""
    if has_fields and not follow_up and evidence.words > 60:
        return None  # an abstract may speak of withdrawing anything
    for sentence in evidence.sentences:
        said = pattern("intent", "withdraw").search(sentence)
        if (
            said
            and _meant(sentence, said.start())
            and (follow_up or evidence.says("earlier") or evidence.answers or _own_talk(evidence, sentence))
        ):
            return Verdict(Kind.WITHDRAWAL, "says that the proposal is withdrawn", 0.95)
    short = not has_fields or evidence.words < 80
    if follow_up and short and evidence.says("cannot") and not evidence.says("replacement"):
        for sentence in evidence.sentences:
            said = pattern("intent", "cannot").search(sentence)
            if said and "?" not in sentence and _meant(sentence, said.start()):
                return Verdict(Kind.WITHDRAWAL, "says that the talk will not be given", 0.8)
    return None


def _own_talk(evidence: _Evidence, sentence: str) -> bool:
    """Whether a short letter speaks of "my proposal": no thread is needed to withdraw it."""
    return (
        evidence.words < 60 and not evidence.listed and pattern("intent", "mine").search(sentence) is not None
    )


def _meant(sentence: str, at: int) -> bool:
    """Whether the words at `at` are meant: no condition in the sentence, no doubt before them, no negation."""
    plain = pattern("intent", "polite").sub(lambda polite: " " * len(polite[0]), sentence)
    if pattern("intent", "conditional").search(plain) or pattern("intent", "negation").search(plain):
        return False
    return not pattern("intent", "unsure").search(plain, 0, at)


def _revision(evidence: _Evidence, follow_up: bool, has_fields: bool) -> Verdict | None:
    changes = evidence.says("change") or evidence.says("amend")
    if follow_up:
        if changes or has_fields or evidence.documents or evidence.says("replacement"):
            return Verdict(Kind.REVISION, "changes a proposal that it refers to", 0.92)
        if "?" not in evidence.own and (evidence.says("detail") or evidence.tells("field")):
            return Verdict(Kind.REVISION, "adds to a proposal that it refers to", 0.75)
        return None
    if evidence.listed:
        return None
    opening = f"{evidence.subject} . {evidence.own[:_OPENING]}"
    amends = bool(pattern("intent", "amend").search(opening))
    sent = bool(pattern("intent", "earlier").search(opening))
    if (amends or pattern("intent", "change").search(opening)) and (sent or (amends and evidence.answers)):
        return Verdict(Kind.REVISION, "changes a proposal that was sent before", 0.8)
    if amends and not evidence.foreign:
        return Verdict(Kind.REVISION, "speaks of a new version of a proposal", 0.7)
    return None


def _offered_by_name(evidence: _Evidence, named: bool) -> Verdict | None:
    """Whoever names the talk that they offer proposes it, even when the abstract follows."""
    asked_for = not evidence.answers or evidence.answers_call or evidence.says("follows")
    if named and asked_for and not evidence.foreign and not evidence.listed:
        return Verdict(Kind.PROPOSAL, "offers a talk by its title", 0.85)
    return None


def _proposal(evidence: _Evidence, has_fields: bool) -> Verdict | None:
    substance = has_fields or evidence.documents
    if "?" in evidence.own and evidence.words < 40 and not evidence.documents and not evidence.labels:
        return None  # somebody asks whether to propose
    foreign = evidence.foreign
    if evidence.tagged and not evidence.answers and foreign <= 1:
        return Verdict(Kind.PROPOSAL, "the subject is tagged as a proposal", 0.85)
    announced = bool(pattern("intent", "subject").match(evidence.subject))
    offers = evidence.framed("offer")
    unasked = evidence.answers and not evidence.answers_call and not evidence.labels
    if substance and offers and foreign <= 1 and not unasked:
        return Verdict(Kind.PROPOSAL, "offers a talk and says what it is about", 0.95)
    mentioned = (announced or evidence.framed("mention")) and not evidence.answers
    if substance and mentioned and (not foreign or (foreign == 1 and evidence.labels)):
        return Verdict(Kind.PROPOSAL, "announces a proposal and says what it is about", 0.9)
    talks = bool(evidence.labels) or evidence.speaks_of_a_talk
    if substance and evidence.answers_call and foreign <= 1 and talks:
        return Verdict(Kind.PROPOSAL, "answers the call with a talk", 0.85)
    if offers and (announced or evidence.answers_call) and not foreign and evidence.words > 20:
        return Verdict(Kind.PROPOSAL, "offers a talk", 0.7)
    if offers and evidence.says("yours") and not foreign and not evidence.answers and not evidence.listed:
        return Verdict(Kind.PROPOSAL, "offers a talk to this event", 0.65)
    if evidence.documents and evidence.covers and not foreign and (has_fields or "?" not in evidence.own):
        return Verdict(Kind.PROPOSAL, "a short letter with a document that is called a proposal", 0.75)
    return _bare(evidence, has_fields)


def _bare(evidence: _Evidence, has_fields: bool) -> Verdict | None:
    """Nothing but a title and an abstract, written to the organisers and of nobody else's business."""
    if not has_fields or evidence.listed or evidence.answers or evidence.foreign:
        return None
    if not evidence.labels and (evidence.count("software") > 2 or evidence.count("foreign") > 2):
        return None
    if evidence.says("voice") or evidence.labels >= 2 or evidence.signed_above:
        return Verdict(Kind.PROPOSAL, "a title and an abstract, as talks have them", 0.65)
    cover = evidence.cover
    if (
        cover
        and len(cover.split()) < 45
        and pattern("intent", "talk").search(f"{evidence.subject} . {cover}")
    ):
        return Verdict(Kind.PROPOSAL, "speaks of a talk and holds an abstract", 0.6)
    return None


def _question(evidence: _Evidence, follow_up: bool) -> Verdict | None:
    marked = "?" in evidence.own and (evidence.says("question") or evidence.says("asked"))
    if not marked and not (evidence.says("question") and evidence.words < 60):
        return None
    about = pattern("intent", "about_talks").search(f"{evidence.subject} . {evidence.own}")
    if evidence.words < 250 and not evidence.listed and (follow_up or about):
        return Verdict(Kind.QUESTION, "asks the organisers something", 0.75)
    return None
