"""What the sender of a mail wants: to propose a talk, to change or withdraw it, to ask, or something else.

A title and an abstract do not make a proposal: newsletters, theses and patches have them too. A proposal
needs words of proposing a talk, or to be an answer to the call, or to speak as abstracts do and of nobody
else's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from callboard.mailroom.incoming import IncomingMail
from callboard.reading.quoting import Parts, is_forward, origin, split
from callboard.reading.result import Kind
from callboard.reading.screening import Verdict
from callboard.reading.vocabulary import fold, pattern

# What somebody wants stands on the first pages; more text costs time and changes nothing.
_ENOUGH = 12_000
_ANSWER = re.compile(r"^\s*(?:\[[^\]]{0,80}\]\s*)*(?:re|aw|sv|antw|rep|r)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_PREFIXES = re.compile(
    r"^(?:\s*(?:re|aw|sv|antw|rep|r|fwd?|tr|wg|rv|i)\s*(?:\[\d+\])?\s*:\s*|\s*\[[^\]]{0,80}\]\s*)+",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[([^\]]{2,60})\]")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")


@dataclass(frozen=True)
class _Evidence:
    """The texts that count, folded: the bare subject, own words, and those of a forwarded mail."""

    subject: str
    own: str
    sentences: tuple[str, ...]
    quoted: str
    answers: bool  # In-Reply-To, or a subject with Re:
    listed: bool
    tagged: bool  # the subject bears a conference's tag for proposals
    documents: bool
    words: int

    def says(self, key: str) -> bool:
        """Whether the own words hold a phrase of that kind."""
        return bool(pattern("intent", key).search(self.own))

    def count(self, key: str) -> int:
        """How many different phrases of that kind the own words and the subject hold."""
        return len({found[0] for found in pattern("intent", key).finditer(f"{self.subject} . {self.own}")})


def intent(mail: IncomingMail, parts: Parts, *, has_fields: bool, prefix: str) -> Verdict:
    """What a person wants with this mail.

    `has_fields`: the own text or a document holds what a proposal consists of. `prefix` is that of our
    references (P in P-7). An answer is a follow-up only when it refers to a proposal, by reference or in
    words: "Re: the call" may well be a first proposal (field note 47).
    """
    evidence = _evidence(mail, parts)
    references_found = references(mail, parts, prefix)
    follow_up = bool(references_found)
    return (
        _withdrawal(evidence, follow_up, has_fields)
        or _revision(evidence, follow_up, has_fields and not parts.recovered)
        or (None if follow_up else _proposal(evidence, has_fields))
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
    documents = any(a.text for a in mail.attachments)
    answers = bool(mail.in_reply_to or _ANSWER.match(mail.subject))
    if parts.forward:
        inner = origin(parts.forward)
        inside = split(inner.body)
        subject = inner.subject or subject
        own, quoted, answers = f"{own}\n\n{inside.own}", inside.quoted, bool(_ANSWER.match(subject))
    elif mail.forwarded:
        letter = mail.forwarded[-1]
        own = f"{own}\n\n{split(letter.text, is_forward(letter.subject)).own}"
        subject, answers = letter.subject, bool(_ANSWER.match(letter.subject))
        documents = documents or any(a.text for a in letter.attachments)
    sentences = tuple(fold(s) for s in _SENTENCE.split(own[:_ENOUGH]) if s.strip())
    return _Evidence(
        subject=fold(_PREFIXES.sub("", subject[:300])),
        own=fold(own[:_ENOUGH]),
        sentences=sentences,
        quoted=fold(quoted[:_ENOUGH]),
        answers=answers,
        listed=bool(mail.list_id),
        tagged=any(pattern("intent", "tag").search(fold(tag)) for tag in _TAG.findall(subject[:300])),
        documents=documents,
        words=len(own[:_ENOUGH].split()),
    )


def _withdrawal(evidence: _Evidence, follow_up: bool, has_fields: bool) -> Verdict | None:
    """Words of withdrawing, in a sentence without condition or negation."""
    if has_fields and not follow_up:
        return None  # an abstract may speak of withdrawing anything
    for sentence in evidence.sentences:
        if not pattern("intent", "withdraw").search(sentence):
            continue
        if pattern("intent", "conditional").search(sentence) or pattern("intent", "negation").search(
            sentence
        ):
            continue
        if follow_up or evidence.says("earlier") or evidence.answers:
            return Verdict(Kind.WITHDRAWAL, "says that the proposal is withdrawn", 0.95)
    if follow_up and not has_fields and evidence.says("cannot") and not evidence.says("replacement"):
        certain = [s for s in evidence.sentences if pattern("intent", "cannot").search(s)]
        if any(not pattern("intent", "conditional").search(s) and "?" not in s for s in certain):
            return Verdict(Kind.WITHDRAWAL, "says that the talk will not be given", 0.8)
    return None


def _revision(evidence: _Evidence, follow_up: bool, has_fields: bool) -> Verdict | None:
    changes = evidence.says("change") or bool(pattern("intent", "change").search(evidence.subject))
    if follow_up:
        if changes or has_fields or evidence.documents or evidence.says("replacement"):
            return Verdict(Kind.REVISION, "changes a proposal that it refers to", 0.92)
        if evidence.says("detail") and "?" not in evidence.own:
            return Verdict(Kind.REVISION, "adds to a proposal that it refers to", 0.75)
        return None
    earlier = evidence.says("earlier") or bool(pattern("intent", "earlier").search(evidence.subject))
    if (
        changes
        and earlier
        and (has_fields or evidence.documents or evidence.words < 120)
        and not evidence.listed
    ):
        head = " . ".join((evidence.subject, *evidence.sentences[:6]))
        if pattern("intent", "change").search(head) and pattern("intent", "earlier").search(head):
            return Verdict(Kind.REVISION, "speaks of an earlier proposal and changes it", 0.8)
    return None


def _proposal(evidence: _Evidence, has_fields: bool) -> Verdict | None:
    substance = has_fields or evidence.documents
    if evidence.tagged and not evidence.answers:
        return Verdict(Kind.PROPOSAL, "the subject is tagged as a proposal", 0.85)
    offers = evidence.count("offer")
    announced = bool(pattern("intent", "subject").match(evidence.subject))
    foreign = evidence.count("foreign") + (
        evidence.count("software") if evidence.listed or evidence.answers else 0
    )
    if substance and offers and foreign <= offers + 1:
        return Verdict(Kind.PROPOSAL, "offers a talk and says what it is about", 0.95)
    if substance and announced and foreign <= 1:
        return Verdict(
            Kind.PROPOSAL, "the subject announces a proposal and the text says what it is about", 0.9
        )
    if substance and evidence.answers and pattern("intent", "call").search(evidence.subject) and foreign <= 1:
        return Verdict(Kind.PROPOSAL, "answers the call with a talk", 0.85)
    if offers and announced and foreign <= 1:
        return Verdict(Kind.PROPOSAL, "offers a talk", 0.7)
    return _bare(evidence, has_fields, foreign)


def _bare(evidence: _Evidence, has_fields: bool, foreign: int) -> Verdict | None:
    """Nothing but a title and an abstract, written to the organisers and to nobody else."""
    if not has_fields or evidence.listed or evidence.answers or foreign or evidence.count("software") > 2:
        return None
    labels = evidence.count("label")
    if evidence.says("voice") or labels >= 2:
        return Verdict(Kind.PROPOSAL, "a title and an abstract, as talks have them", 0.65)
    return None


def _question(evidence: _Evidence, follow_up: bool) -> Verdict | None:
    asks = "?" in evidence.own and evidence.says("question")
    if not asks and not (evidence.says("question") and evidence.words < 60):
        return None
    about = pattern("intent", "about_talks")
    if follow_up or (about.search(f"{evidence.subject} . {evidence.own}") and evidence.words < 250):
        return Verdict(Kind.QUESTION, "asks the organisers something", 0.75)
    return None
