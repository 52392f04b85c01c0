"""Reads a mail: who wrote it, what they want, what they propose. No clock, disk, network or database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from callboard.call import Call
from callboard.mailroom.mail import IncomingMail
from callboard.reading import (
    answering,
    availability,
    correspondence,
    intent,
    language,
    message,
    newaddress,
    places,
    promised,
    proposal,
    quoting,
    revision,
    screening,
    sureness,
    title,
    topics,
    vocabulary,
    wishes,
)
from callboard.reading.document import Document
from callboard.reading.evidence import gather
from callboard.reading.layout import fold, links, words
from callboard.reading.message import Message
from callboard.reading.names import same_person
from callboard.reading.quoting import Parts
from callboard.reading.result import MACHINES, Kind, ProposalFound, Reading, Source, Thread, Wish
from callboard.reading.revision import Change
from callboard.reading.screening import Verdict
from callboard.reading.subject import is_forward, without_marks
from callboard.reading.vocabulary import pattern

_ANSWERED = frozenset({Kind.PROPOSAL, Kind.REVISION, Kind.WITHDRAWAL, Kind.QUESTION})
_SEARCHED = (Kind.PROPOSAL, Kind.REVISION)
# What a letter can say of the talk whose document it brings; its own guesses are no better than the document's.
_COMPLETED = ("title", "speakers", "format", "level", "duration_minutes", "keywords", "availability", "bio")
_WEAK = frozenset({"subject", "sender", "signature"})
_BODY_AT_LEAST = 40  # words of an abstract in a body that has a document beside it
_PREFIX = "P"
_ANSWER = "Re:"
_REFERENCE = re.compile(r"\[[^\W\d_]{1,10}-\d{1,6}\]")  # ours, in a subject that is answered: [P-7]
# A mark at the beginning of a line, and the label that such lines stand below.
_FORM = re.compile(r"^(?:[^\n]{1,60}:[ \t]*\n)?[ \t]{0,4}(?:[-*•]\s|#{1,4}\s|\[[ x]?\s?\])", re.MULTILINE)
_REMARK_AT_MOST = 24  # words
_PAPER_AT_LEAST = 1500  # words of a document that is a whole paper
_NOTES_AT_MOST = 5_000  # characters of a cover that are looked at


def read(mail: IncomingMail, call: Call | None = None, *, thread: Thread = Thread.NEW) -> Reading:
    """What a mail says. The same mail, call and thread always give the same reading."""
    if (machine := screening.screen(mail)) is not None:
        return _by_machine(mail, machine)
    mail = replace(mail, subject=_ANSWER) if thread is Thread.THEIRS else mail
    prefix = call.prefix if call else _PREFIX
    parts, references = _taken_apart(mail, prefix, call)
    in_thread = bool(references) or thread is Thread.OURS
    written = message.holding(mail, parts)
    evidence = gather(mail, parts, call.proposals_to if call else None)
    settled = None if in_thread else intent.settled(evidence, lambda: _may_offer(written))
    searched = settled is None or settled.doubtful or settled.kind in _SEARCHED or thread is Thread.THEIRS
    document, found = _proposed(written, call) if searched else (_body(written, call), ())
    changed = revision.changes(document, parts.replies if written.mail is mail else ()) if in_thread else None
    whole = any(_substantial(one) and _own_title(one) for one in found)
    second = whole and any(one.stands_alone for one in found)  # it may well be another talk
    follow_up = bool(references) or (thread is Thread.OURS and not second)
    judged = partial(
        intent.intent, evidence, whole=whole, changes=changed is not None,
        has_fields=any(_substantial(one) or _announced(written.subject, one) for one in found),
        named=any(one.title and one.sources["title"].rule == promised.OFFERED for one in found),
        authored=_authored(document, found, written),
    )  # fmt: skip
    if follow_up and answering.begins_anew(mail, parts, prefix, evidence, found):
        follow_up = judged(follow_up=False).kind is not Kind.PROPOSAL
    verdict = _weighed(settled or judged(follow_up=follow_up), written, thread, found)
    if verdict.kind is Kind.REVISION and changed and call and _misses(changed.found, call):
        verdict, changed = intent.cannot_come(written.own, written.name), None
    kept = [_for_call(one, call) for one in _for(verdict, document, found, changed)]
    texts = _texts(written, document)
    return Reading(
        kind=verdict.kind,
        reason=verdict.reason,
        confidence=verdict.confidence,
        acknowledge_to=message.answer_to(written) if verdict.kind in _ANSWERED else None,
        forwarded_by=written.forwarded_by,
        language=_letter_language(written, found),
        own_text=written.own,
        full_text=mail.text,
        new_address=_new_address(mail, parts, written),
        wishes=_wishes(mail, parts, written, verdict.kind),
        unread=_unread(written, verdict.kind, changed, kept) if follow_up else (),
        references=references,
        proposals=tuple(_explained(one, texts, written) for one in kept),
        parts=_parts(texts, written),
        doubtful=verdict.doubtful,
    )


def shown(mail: IncomingMail, call: Call | None = None) -> Reading:
    """The reading of a mail that somebody will look at: with what was left out of it."""
    reading = read(mail, call)
    if reading.kind in MACHINES:
        return reading
    parts, _ = _taken_apart(mail, call.prefix if call else _PREFIX, call)
    return replace(reading, left_out=message.left_out(message.holding(mail, parts)))


def _taken_apart(mail: IncomingMail, prefix: str, call: Call | None) -> tuple[Parts, tuple[str, ...]]:
    """The parts of a mail's text, and the references of ours that it holds."""
    parts = quoting.split(mail.text, is_forward(mail.subject))
    references = intent.references(mail, parts, prefix)
    answer = answering.is_answer(mail, parts, prefix, call)
    return (replace(parts, forward=None) if answer else parts), references


def _weighed(verdict: Verdict, written: Message, thread: Thread, found: Sequence[ProposalFound]) -> Verdict:
    """The verdict, doubtful where it may be a proposal after all. Below another's, where remarks are expected: one that
    says so, that is long enough to be one, or that has a title of its own and a text."""
    if thread is not Thread.THEIRS or verdict.kind is not Kind.OTHER:
        return verdict
    offered = pattern("intent", "offer").search(vocabulary.fold(written.own[:_NOTES_AT_MOST]))
    long = verdict.doubtful and words(written.own) > _REMARK_AT_MOST
    return replace(verdict, doubtful=bool(offered) or long or any(one.stands_alone for one in found))


def _by_machine(mail: IncomingMail, verdict: Verdict) -> Reading:
    """A mail that no person wrote."""
    return Reading(
        verdict.kind, verdict.reason, verdict.confidence, None,
        language=language.detect(mail.text[:_NOTES_AT_MOST]), own_text=mail.text, full_text=mail.text,
        parts={"subject": mail.subject, "text": mail.text}, doubtful=verdict.doubtful,
    )  # fmt: skip


def _authored(document: Document, found: Sequence[ProposalFound], written: Message) -> bool:
    """Whether a document of a few pages that reads like a proposal names the mail's sender among its people."""
    if document.part == "text" or words(document.text) > _PAPER_AT_LEAST:
        return False
    return any(
        one.title and one.abstract and one.speakers and one.sources["speakers"].rule not in _WEAK
        and any(same_person(person.name, written.name) for person in one.speakers)
        for one in found
    )  # fmt: skip


def _may_offer(written: Message) -> bool:
    """Whether a sentence of the texts in which talks are searched for may offer one by its title."""
    texts = (written.own, *(attachment.text for attachment in written.mail.attachments if attachment.text))
    return any(map(promised.may_offer, texts))


def _misses(found: ProposalFound, call: Call) -> bool:
    """Whether all that a follow-up says is that its speaker cannot come on any day of the event."""
    said = {name for name in found.sources if name != "language"}
    return said == {"availability"} and availability.never(found.availability or "", call)


def _new_address(mail: IncomingMail, parts: Parts, written: Message) -> str | None:
    """Where somebody who writes nothing else wants to be written to."""
    return (
        newaddress.read(written.own, written.name, written.address)
        if answering.converses(mail, parts)
        else None
    )


def _wishes(mail: IncomingMail, parts: Parts, written: Message, kind: Kind) -> tuple[Wish, ...]:
    """What somebody wants beside what they propose or change."""
    return wishes.wishes(written.own, written.name, kind) if answering.converses(mail, parts) else ()


def _unread(
    written: Message, kind: Kind, changed: Change | None, kept: Sequence[ProposalFound]
) -> tuple[str, ...]:
    """The sentences of a follow-up that nothing was made of."""
    in_part = changed.in_part if changed else ()
    return wishes.unread(written.own, written.name, _used(changed, kept), kind, in_part)


def _used(changed: Change | None, kept: Sequence[ProposalFound]) -> tuple[str, ...]:
    """The sentences that a change was read from, and the texts that were taken as they are."""
    texts = [text for one in kept for text in (one.title, one.abstract, one.bio, one.availability) if text]
    lines = [line for text in texts for line in text.split("\n")]
    return (*(changed.used if changed else ()), *(line for line in lines if len(line.split()) > 1))


def _texts(written: Message, document: Document) -> dict[str, places.Text]:
    """The texts that fields can come from, as the rules saw them."""
    sender = written.sender
    return {
        document.part: places.Text(document.text),
        "text": places.Text(written.own),
        "signature": places.Text(written.signature),
        "sender": places.Text(f"{sender.name} <{sender.address}>" if sender else ""),
        "subject": places.Text(written.subject),
    }


def _parts(texts: Mapping[str, places.Text], written: Message) -> dict[str, str]:
    """The same for whoever looks at them: own words and signature in the whole of their mail."""
    shown = {name: one.text for name, one in texts.items() if name != "signature"}
    return {**shown, "text": written.mail.text}


def _explained(found: ProposalFound, texts: Mapping[str, places.Text], written: Message) -> ProposalFound:
    """The proposal, each field with its place in the whole mail and how sure it is."""
    sure = sureness.weighed(places.complete(found, texts), written.name or "")
    return replace(sure, sources={name: _moved(source, written) for name, source in sure.sources.items()})


def _moved(source: Source, written: Message) -> Source:
    also = tuple(_moved(one, written) for one in source.also)
    at = {"text": written.own_at, "signature": written.signature_at}.get(source.part)
    if at is None or source.start is None or source.end is None:
        return replace(source, also=also)
    return replace(source, part="text", start=at.outer(source.start), end=at.outer(source.end), also=also)


def _for_call(found: ProposalFound, call: Call | None) -> ProposalFound:
    """What it is to this call: the topics it belongs to, the half-days of the event when its speaker can come."""
    if call is None:
        return found
    words_of_it = " ".join(filter(None, (found.title, found.abstract, *found.keywords)))
    halves = availability.half_days(found.availability, call) if found.availability else None
    return replace(found, topics=topics.rank(call.topics, words_of_it), half_days=halves)


def _body(written: Message, call: Call | None) -> Document:
    """The mail's own text as a document."""
    return Document(
        text=written.own,
        sender=written.name,
        address=written.address,
        subject=written.subject,
        signature=written.signature,
        emphasised=written.mail.emphasised,
        posted=written.mail.list_id is not None,
        names=_names(call),
    )


def _proposed(written: Message, call: Call | None) -> tuple[Document, tuple[ProposalFound, ...]]:
    """The talks in the mail's own text, or in its document where the text is only a covering letter."""
    body = _body(written, call)
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
        named = any(one.title and not one.abstract for one in found)
        if any(_substantial(one) or (named and _long(one)) for one in there):
            return attached, tuple(_completed(one, found, there, written.own) for one in there)
    return body, found


def _completed(
    one: ProposalFound, body: Sequence[ProposalFound], documents: Sequence[ProposalFound], text: str
) -> ProposalFound:
    """A document's proposal with the links of the letter it came with, and what only that letter says of it."""
    linked = replace(one, links=tuple(dict.fromkeys((*one.links, *links(text)))))
    if len(body) != 1 or len(documents) != 1:
        return linked
    letter = body[0]
    wanting = [
        name
        for name in _COMPLETED
        if name in letter.sources
        and letter.sources[name].rule not in _WEAK
        and (name not in one.sources or one.sources[name].rule in _WEAK)
    ]
    better = {name: getattr(letter, name) for name in wanting}
    sources = {**one.sources, **{name: letter.sources[name] for name in wanting}}
    return replace(linked, **better, sources=sources)


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


def _own_title(found: ProposalFound) -> bool:
    """Whether more than a title in the subject makes it one: any answer repeats that."""
    rules = {source.rule for source in found.sources.values()}
    return "label" in rules or (found.title is not None and found.sources["title"].part != "subject")


def _announced(subject: str, found: ProposalFound) -> bool:
    """Whether the subject alone proposes: "Proposition d'exposé : <title>"."""
    if found.title is None or found.sources["title"].part != "subject":
        return False
    head = fold(_REFERENCE.sub("", without_marks(subject))).split(fold(found.title))[0]
    return len(head.split()) >= 2 and title.generic(head)


def _long(found: ProposalFound) -> bool:
    return words(found.abstract or "") >= _BODY_AT_LEAST


def _complete(found: ProposalFound) -> bool:
    """Whether a body needs no document: a title of its own and a real text."""
    titled = found.title is not None and found.sources["title"].part != "subject"
    return titled and _long(found)


def _for(
    verdict: Verdict, document: Document, found: tuple[ProposalFound, ...], changed: Change | None
) -> tuple[ProposalFound, ...]:
    """What the reading keeps of what was found, by what the mail is."""
    if verdict.kind is Kind.PROPOSAL or verdict.doubtful:
        return found or _only_sender(document)
    if verdict.kind is not Kind.REVISION:
        return ()
    if document.part != "text" and found:
        return (_as_change(found[0]),)
    changed = changed or revision.changes(document)
    return (changed.found,) if changed else ()


def _only_sender(document: Document) -> tuple[ProposalFound, ...]:
    """A proposal of which only its sender is understood: the rest is asked for."""
    found, source = correspondence.from_sender(document)
    return (ProposalFound(speakers=found, sources={"speakers": source} if found else {}),)


def _as_change(found: ProposalFound) -> ProposalFound:
    """A whole new text: everything that it says itself, but nothing that was taken from the subject or the sender."""
    sources = {
        name: source for name, source in found.sources.items() if source.part not in ("subject", "sender")
    }
    nothing = ProposalFound()
    unsaid = {name: getattr(nothing, name) for name in found.sources.keys() - sources.keys()}
    return replace(found, **unsaid, sources=sources)


def _letter_language(written: Message, found: tuple[ProposalFound, ...]) -> str | None:
    """The language to answer in: the cover's, else the whole text's."""
    own = written.own[:_NOTES_AT_MOST]
    starts = [
        source.start
        for one in found
        for source in one.sources.values()
        if source.part == "text" and source.start
    ]
    cover = own[: min(starts)] if starts else ("" if _from_text(found) else own)
    detected = _spoken(cover) if words(cover) >= 2 else None
    return detected or _first_language(found) or language.detect(own) or language.detect(written.subject)


def _spoken(cover: str) -> str | None:
    """The language of a covering letter; a form below it may be in another: "* Company: ..."."""
    form = _FORM.search(cover)
    above = cover[: form.start()] if form else ""
    return (language.detect(above, least=2) if above else None) or language.detect(cover)


def _from_text(found: tuple[ProposalFound, ...]) -> bool:
    """Whether the mail's own text begins with what is proposed."""
    return any(
        source.part == "text" and source.start == 0 for one in found for source in one.sources.values()
    )


def _first_language(found: tuple[ProposalFound, ...]) -> str | None:
    return next((one.language for one in found if one.language), None)
