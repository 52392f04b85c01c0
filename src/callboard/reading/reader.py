"""Reads a mail: who wrote it, what they want, what they propose. No clock, disk, network or database."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from callboard.call import Call
from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import (
    intent,
    language,
    people,
    promised,
    proposal,
    quoting,
    revision,
    screening,
    speakers,
    title,
    topics,
)
from callboard.reading.document import Document
from callboard.reading.layout import fold, links, words
from callboard.reading.quoting import Parts
from callboard.reading.result import MACHINES, Kind, ProposalFound, Reading
from callboard.reading.subject import is_forward, without_marks

_LIST = re.compile(r"\s+(?:via|par l'intermédiaire de)\s+.*$", re.IGNORECASE | re.DOTALL)
_ANSWERED = frozenset({Kind.PROPOSAL, Kind.REVISION, Kind.WITHDRAWAL, Kind.QUESTION})
_BODY_AT_LEAST = 40  # words of an abstract in a body that has a document beside it
_PREFIX = "P"
_REFERENCE = re.compile(r"\[[^\W\d_]{1,10}-\d{1,6}\]")  # ours, in a subject that is answered: [P-7]
_NOTES_AT_MOST = 5_000  # characters of a cover that are looked at


@dataclass(frozen=True)
class _Letter:
    """The mail that holds the proposal: the one received, or the one forwarded in it."""

    mail: IncomingMail
    own: str
    signature: str
    sender: Address | None
    subject: str
    full: str
    forwarded_by: Address | None = None


def read(mail: IncomingMail, call: Call | None = None) -> Reading:
    """What a mail says. The same mail and call always give the same reading."""
    machine = screening.screen(mail)
    if machine is not None:
        return Reading(
            machine.kind, machine.reason, machine.confidence, None,
            language=language.detect(mail.text[:_NOTES_AT_MOST]), own_text=mail.text, full_text=mail.text,
        )  # fmt: skip
    parts = quoting.split(mail.text, is_forward(mail.subject))
    written = _letter(mail, parts)
    document, found = _proposed(written, call)
    prefix = call.prefix if call else _PREFIX
    has_fields = any(_substantial(one) or _announced(written.subject, one) for one in found)
    named = any(one.title and one.sources["title"].rule == promised.OFFERED for one in found)
    verdict = intent.intent(mail, parts, has_fields=has_fields, prefix=prefix, named=named)
    return Reading(
        kind=verdict.kind,
        reason=verdict.reason,
        confidence=verdict.confidence,
        acknowledge_to=_answer_to(written, verdict.kind),
        forwarded_by=written.forwarded_by,
        language=_letter_language(written, found),
        own_text=written.own,
        full_text=mail.text,
        references=intent.references(mail, parts, prefix),
        proposals=tuple(_with_topics(one, call) for one in _for(verdict.kind, document, found)),
    )


def _with_topics(found: ProposalFound, call: Call | None) -> ProposalFound:
    """Which topics of the call it belongs to: the best two."""
    words_of_it = " ".join(filter(None, (found.title, found.abstract, *found.keywords)))
    if call is None or not words_of_it:
        return found
    return replace(found, topics=tuple(index for index, _ in topics.rank(call.topics, words_of_it)))


def _letter(mail: IncomingMail, parts: Parts) -> _Letter:
    """The proposer's own mail, taken out of a forward where there is one."""
    if parts.forward is not None:
        inner = quoting.origin(parts.forward)
        inside = quoting.split(inner.body)
        sender = inner.sender if inner.sender and (inner.sender.address or inner.sender.name) else None
        return _Letter(
            mail, inside.own, inside.signature, sender, inner.subject or mail.subject, inner.body, mail.sender
        )
    if mail.forwarded and words(parts.own) < 80:
        inner_mail = mail.forwarded[-1]
        inside = quoting.split(inner_mail.text, is_forward(inner_mail.subject))
        deeper = _letter(inner_mail, inside)
        return replace(deeper, forwarded_by=mail.sender)
    return _Letter(mail, parts.own, parts.signature, mail.sender, mail.subject, mail.text)


def _proposed(written: _Letter, call: Call | None) -> tuple[Document, tuple[ProposalFound, ...]]:
    """The talks in the mail's own text, or in its document where the text is only a covering letter."""
    body = Document(
        text=written.own,
        sender=_name(written.sender),
        address=_own_address(written),
        subject=written.subject,
        signature=written.signature,
        emphasised=written.mail.emphasised,
        names=_names(call),
    )
    found = proposal.extract(body)
    documents = [
        attachment
        for attachment in written.mail.attachments
        if attachment.text and words(attachment.text) >= 12
    ]
    if not documents or any(_complete(one) for one in found):
        return body, found
    for attachment in documents:
        attached = replace(
            body,
            text=attachment.text or "",
            part=f"attachment {attachment.name or ''}".strip(),
            cover=written.own,
        )
        there = proposal.extract(attached)
        if any(_substantial(one) for one in there):
            return attached, tuple(_with_links(one, written.own) for one in there)
    return body, found


def _with_links(found: ProposalFound, text: str) -> ProposalFound:
    """The links of the covering letter beside those of the document."""
    return replace(found, links=tuple(dict.fromkeys((*found.links, *links(text)))))


def _names(call: Call | None) -> tuple[str, ...]:
    """Names of the call that no talk's title consists of."""
    if call is None:
        return ()
    return tuple(name for name in (call.title, call.event, call.place, *call.tags) if name)


def _substantial(found: ProposalFound) -> bool:
    """Whether a reading holds what a proposal consists of: labels, or a title and a text."""
    rules = {source.rule for source in found.sources.values()}
    if "label" in rules or ("heading" in rules and found.abstract is not None):
        return True
    titled = found.sources["title"].part if found.title else ""
    return bool(titled) and words(found.abstract or "") >= (20 if titled == "subject" else 12)


def _announced(subject: str, found: ProposalFound) -> bool:
    """Whether the subject alone proposes: "Proposition d'exposé : <title>"."""
    if found.title is None or found.sources["title"].part != "subject":
        return False
    head = fold(_REFERENCE.sub("", without_marks(subject))).split(fold(found.title))[0]
    return len(head.split()) >= 2 and title.generic(head)


def _complete(found: ProposalFound) -> bool:
    """Whether a body needs no document: a title of its own and a real text."""
    titled = found.title is not None and found.sources["title"].part != "subject"
    return titled and words(found.abstract or "") >= _BODY_AT_LEAST


def _for(kind: Kind, document: Document, found: tuple[ProposalFound, ...]) -> tuple[ProposalFound, ...]:
    """What the reading keeps of what was found, by what the mail is."""
    if kind is Kind.PROPOSAL:
        return found or _only_sender(document)
    if kind is not Kind.REVISION:
        return ()
    if document.part != "text" and found:
        return (_as_change(found[0]),)
    changed = revision.changes(document)
    return (changed,) if changed else ()


def _only_sender(document: Document) -> tuple[ProposalFound, ...]:
    """A proposal of which only its sender is understood: the rest is asked for."""
    found, source = speakers.from_sender(document)
    return (ProposalFound(speakers=found, sources={"speakers": source} if found else {}),)


def _as_change(found: ProposalFound) -> ProposalFound:
    """A whole new text: everything that it says itself, but not a title taken from the subject."""
    sources = {
        name: source for name, source in found.sources.items() if source.part not in ("subject", "sender")
    }
    return replace(
        found,
        title=found.title if "title" in sources else None,
        speakers=found.speakers if "speakers" in sources else (),
        sources=sources,
    )


def _letter_language(written: _Letter, found: tuple[ProposalFound, ...]) -> str | None:
    """The language to answer in: the cover's, else the whole text's."""
    own = written.own[:_NOTES_AT_MOST]
    starts = [
        source.start
        for one in found
        for source in one.sources.values()
        if source.part == "text" and source.start
    ]
    cover = own[: min(starts)] if starts else ("" if _from_text(found) else own)
    detected = language.detect(cover) if words(cover) >= 2 else None
    return detected or _first_language(found) or language.detect(own) or language.detect(written.subject)


def _from_text(found: tuple[ProposalFound, ...]) -> bool:
    """Whether the mail's own text begins with what is proposed."""
    return any(
        source.part == "text" and source.start == 0 for one in found for source in one.sources.values()
    )


def _first_language(found: tuple[ProposalFound, ...]) -> str | None:
    return next((one.language for one in found if one.language), None)


def _name(address: Address | None) -> str | None:
    """The person's name in a From line, without what a list added."""
    if address is None or not address.name:
        return None
    name = _LIST.sub("", address.name).strip(" '\"")
    if "," in name and len(name.split(",")) == 2 and "@" not in name:
        family, given = (part.strip() for part in name.split(","))
        name = f"{given} {family}"
    return name or None


def _rewritten(written: _Letter) -> bool:
    """Whether a list put its own address into From ("Name via list")."""
    return bool(written.sender and _LIST.search(written.sender.name))


def _own_address(written: _Letter) -> str | None:
    """The sender's own address, not their list's."""
    if written.sender is None:
        return None
    if _rewritten(written):
        reply = _single_reply(written)
        return reply.address if reply else None
    return written.sender.address or None


def _single_reply(written: _Letter) -> Address | None:
    """The one Reply-To address that is no list's and plausibly the same person's."""
    listed = fold(written.mail.list_id or "")
    usable = [
        a for a in written.mail.reply_to if not (listed and fold(a.address.replace("@", ".")) in listed)
    ]
    to = {address.address.casefold() for address in (*written.mail.to, *written.mail.cc)}
    usable = [address for address in usable if address.address.casefold() not in to]
    return usable[0] if len(usable) == 1 else None


def _answer_to(written: _Letter, kind: Kind) -> Address | None:
    """Whom an acknowledgement would go to; nobody for machines and for mail that is not about the call."""
    if kind in MACHINES or kind not in _ANSWERED or written.sender is None:
        return None
    if written.forwarded_by is not None and written.mail.sender == written.forwarded_by:
        return written.sender if written.sender.address else None
    reply = _single_reply(written)
    if reply and (_rewritten(written) or _same(reply, written.sender)):
        return Address(reply.name or _name(written.sender) or "", reply.address)
    return None if _rewritten(written) else written.sender


def _same(reply: Address, sender: Address) -> bool:
    """Whether a Reply-To is plausibly the sender's other address rather than somebody else's."""
    return not reply.name or not sender.name or people.same_person(reply.name, _name(sender))
