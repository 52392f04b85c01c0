"""The message that holds what is proposed: the one received, or the one forwarded in it, and who wrote it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from callboard.mailroom.mail import Address, IncomingMail
from callboard.reading import people, quoting
from callboard.reading.embedding import Embedding, embed
from callboard.reading.layout import fold, lines_of, words
from callboard.reading.names import without_list
from callboard.reading.quoting import Parts
from callboard.reading.result import LeftOut
from callboard.reading.subject import is_forward

_COVER_AT_MOST = 80  # words above a mail that is only passed on


@dataclass(frozen=True)
class Message:
    """A mail taken apart; its `own` words and `signature` stand in `mail.text` at the places beside them."""

    mail: IncomingMail
    own: str
    signature: str
    sender: Address | None
    subject: str
    forwarded_by: Address | None = None
    own_at: Embedding = field(default_factory=Embedding)
    signature_at: Embedding = field(default_factory=Embedding)

    @property
    def name(self) -> str | None:
        """The name of whoever wrote it."""
        return _name(self.sender)

    @property
    def address(self) -> str | None:
        """The sender's own address, not their list's."""
        if self.sender is None:
            return None
        if _rewritten(self):
            reply = _single_reply(self)
            return reply.address if reply else None
        return self.sender.address or None


def holding(mail: IncomingMail, parts: Parts) -> Message:
    """The proposer's own message, taken out of a forward where there is one."""
    if parts.forward is not None:
        inner = quoting.origin(parts.forward)
        sender = inner.sender if inner.sender and (inner.sender.address or inner.sender.name) else None
        inside = _message(mail, inner.body, quoting.split(inner.body), sender, inner.subject or mail.subject)
        return replace(inside, forwarded_by=mail.sender)
    if mail.forwarded and words(parts.own) < _COVER_AT_MOST:
        inner_mail = mail.forwarded[-1]
        deeper = holding(inner_mail, quoting.split(inner_mail.text, is_forward(inner_mail.subject)))
        return replace(deeper, forwarded_by=mail.sender)
    return _message(mail, mail.text, parts, mail.sender, mail.subject)


def _message(mail: IncomingMail, text: str, parts: Parts, sender: Address | None, subject: str) -> Message:
    """The message whose `text`, a part of the mail's, was taken apart."""
    own = embed(parts.own, text, parts.spans)
    signature = embed(parts.signature, text, parts.signature_spans) if parts.signature else Embedding()
    if text is not mail.text:
        outer = embed(text, mail.text)
        own, signature = own.within(outer), signature.within(outer)
    return Message(mail, parts.own, parts.signature, sender, subject, None, own, signature)


def answer_to(message: Message) -> Address | None:
    """Whom an acknowledgement would go to."""
    if message.sender is None:
        return None
    if message.forwarded_by is not None and message.mail.sender == message.forwarded_by:
        return message.sender if message.sender.address else None
    reply = _single_reply(message)
    if reply and (_rewritten(message) or _same(reply, message.sender)):
        return Address(reply.name or message.name or "", reply.address)
    return None if _rewritten(message) else message.sender


def left_out(message: Message) -> tuple[LeftOut, ...]:
    """The lines of its mail that are not its author's words: quotes, signature, who passed it on and how."""
    text = message.mail.text
    lines = lines_of(text)
    starts = [line.start for line in lines]
    own, signed = (
        {bisect_right(starts, place) - 1 for place in embedding.places}
        for embedding in (message.own_at, message.signature_at)
    )
    forwarded = message.forwarded_by is not None and message.mail.sender == message.forwarded_by
    first, found = min(own, default=0), list[tuple[str, int, int]]()
    for at, line in enumerate(lines):
        if line.blank or at in own:
            continue
        what = "forwarding" if forwarded and at < first else "quoted"
        what = "signature" if at in signed else what
        if found and found[-1][0] == what and not text[found[-1][2] : line.start].strip():
            found[-1] = (what, found[-1][1], line.end)
        else:
            found.append((what, line.start, line.end))
    return tuple(LeftOut(*one) for one in found)


def _name(address: Address | None) -> str | None:
    """The person's name in a From line, without what a list added."""
    if address is None or not address.name:
        return None
    name = without_list(address.name).strip(" '\"")
    if "," in name and len(name.split(",")) == 2 and "@" not in name:
        family, given = (part.strip() for part in name.split(","))
        name = f"{given} {family}"
    return name or None


def _rewritten(message: Message) -> bool:
    """Whether a list put its own address into From ("Name via list")."""
    return message.sender is not None and without_list(message.sender.name) != message.sender.name


def _single_reply(message: Message) -> Address | None:
    """The one Reply-To address that is no list's and plausibly the same person's."""
    listed = fold(message.mail.list_id or "")
    usable = [
        a for a in message.mail.reply_to if not (listed and fold(a.address.replace("@", ".")) in listed)
    ]
    to = {address.address.casefold() for address in (*message.mail.to, *message.mail.cc)}
    usable = [address for address in usable if address.address.casefold() not in to]
    return usable[0] if len(usable) == 1 else None


def _same(reply: Address, sender: Address) -> bool:
    """Whether a Reply-To is plausibly the sender's other address rather than somebody else's."""
    return not reply.name or not sender.name or people.same_person(reply.name, _name(sender))
