"""The message that holds what is proposed: the one received, or the one forwarded in it, and who wrote it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

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
    """The message that counts in a mail: the mail itself, or the one that it passes on.

    `text` is the mail's, or the part of it that was passed on, and `parts` are that text taken apart.
    """

    mail: IncomingMail
    text: str
    parts: Parts
    sender: Address | None
    subject: str
    forwarded_by: Address | None = None

    @property
    def own(self) -> str:
        """The words of whoever wrote it."""
        return self.parts.own

    @property
    def signature(self) -> str:
        """The lines below them."""
        return self.parts.signature

    @cached_property
    def own_at(self) -> Embedding:
        """Where the own words stand in the mail."""
        return self._within_mail(embed(self.parts.own, self.text, self.parts.spans))

    @cached_property
    def signature_at(self) -> Embedding:
        """Where the signature stands in the mail."""
        signature = self.parts.signature
        return self._within_mail(
            embed(signature, self.text, self.parts.signature_spans) if signature else Embedding()
        )

    def _within_mail(self, found: Embedding) -> Embedding:
        return found if self.text is self.mail.text else found.within(embed(self.text, self.mail.text))

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
        split = quoting.split(inner.body)
        return Message(mail, inner.body, split, sender, inner.subject or mail.subject, mail.sender)
    if mail.forwarded and words(parts.own) < _COVER_AT_MOST:
        inner_mail = mail.forwarded[-1]
        deeper = holding(inner_mail, quoting.split(inner_mail.text, is_forward(inner_mail.subject)))
        return replace(deeper, forwarded_by=mail.sender)
    return Message(mail, mail.text, parts, mail.sender, mail.subject)


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
    first, found = min(own, default=0), list[LeftOut]()
    for at, line in enumerate(lines):
        if line.blank or at in own:
            continue
        what = "forwarding" if forwarded and at < first else "quoted"
        what = "signature" if at in signed else what
        if found and found[-1].what == what and not text[found[-1].end : line.start].strip():
            found[-1] = LeftOut(what, found[-1].start, line.end)
        else:
            found.append(LeftOut(what, line.start, line.end))
    return tuple(found)


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
