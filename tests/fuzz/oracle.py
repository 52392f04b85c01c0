"""What must hold of any bytes: they are a mail that is read in time, or UnreadableMail says why not."""

from __future__ import annotations

import json
import pickle
import signal
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from types import FrameType

from callboard.call import Call, Organiser, Topic
from callboard.errors import UnreadableMail
from callboard.mailroom.charsets import decode, tidy
from callboard.mailroom.envelope import read_envelope
from callboard.mailroom.incoming import Attachment, IncomingMail, read_mail
from callboard.reading import Reading, margin, report, shown
from growth import cost
from sourced import check

CPU_SECONDS = 2.0  # for a message of less than
SMALL = 100_000  # bytes
HANGS = 30  # seconds of CPU after which a message is given up
DOCUMENTS = (".pdf", ".docx", ".odt")
CALL = Call(
    title="Journée rivières",
    event="Journée rivières",
    timezone="Europe/Paris",
    place="Tours",
    published=date(2027, 1, 4),
    starts=datetime(2027, 3, 11, 8, 30, tzinfo=UTC),
    ends=datetime(2027, 3, 12, 16, 0, tzinfo=UTC),
    topics=(Topic("mesure et capteurs"), Topic("modèles de crue")),
    organisers=(Organiser("Odile Brac", "odile@callboard.test"),),
)


class TooSlow(BaseException):
    """A message that takes more than its time. No `except Exception` of the product catches it."""


def examine(raw: bytes) -> tuple[str, ...]:
    """What the reader made of these bytes, in a few words that tell one behaviour from another.

    Raises AssertionError for what must not be, TooSlow, and whatever escapes from the product.
    """
    with _limited():
        return _examined(raw)


def _examined(raw: bytes) -> tuple[str, ...]:
    began = time.process_time()
    try:
        mail = read_mail(raw)
    except UnreadableMail as refusal:
        assert str(refusal), "a refusal without a reason"
        read_envelope(raw)
        return ("unreadable", refusal.code)
    mail = replace(mail, attachments=tuple(map(_as_document, mail.attachments)))
    reading = shown(mail, CALL)
    took = time.process_time() - began
    if took > CPU_SECONDS and len(raw) < SMALL:
        # The first mail of its language compiled the vocabulary, too.
        took = min(took, cost(lambda _: shown(mail, CALL), ""))
    if took > CPU_SECONDS and len(raw) < SMALL:
        raise TooSlow(f"{took:.1f} s for {len(raw)} bytes")
    _no_control_characters(mail, reading)
    check(reading)
    json.dumps(report.as_json("a.eml", reading), ensure_ascii=False).encode()
    pickle.dumps(reading)  # as it comes back from the process that reads
    list(report.summary(reading))
    for one in reading.proposals:
        report.rows(one, reading.kind, CALL)
    for part in margin.shown(reading):
        assert "".join(piece.text for piece in margin.pieces(reading, part)) == reading.parts[part], "margin"
        list(margin.notes(reading, part))
    return behaviour_of(mail, reading)


def behaviour_of(mail: IncomingMail, reading: Reading) -> tuple[str, ...]:
    """The kind, the rules that found something, what was healed: a mail with a new set of these is worth keeping."""
    found = (
        f"{name}: {s.rule} of {s.part[:4]}" for one in reading.proposals for name, s in one.sources.items()
    )
    return (
        reading.kind.value,
        reading.reason,
        f"{len(reading.proposals)} proposals",
        *sorted(set(found)),
        *reading.wishes,
        *sorted({one.what for one in reading.left_out}),
        *sorted({" ".join(defect.split()[:2]) for defect in mail.defects}),
        f"{len(mail.attachments[:3])} files, {len(mail.forwarded[:3])} mails",
    )


def _as_document(attachment: Attachment) -> Attachment:
    """A document whose bytes are its text: what the child process would read from it may be anything."""
    if attachment.content is None or not (attachment.name or "").lower().endswith(DOCUMENTS):
        return attachment
    return replace(attachment, content=None, text=tidy(decode(attachment.content)[0]))


def _no_control_characters(mail: IncomingMail, reading: Reading) -> None:
    for label, text in _lines(mail, reading):
        strange = {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs")} - {"\t"}
        assert not strange, f"control characters in {label}: {strange!r}"


def _lines(mail: IncomingMail, reading: Reading) -> Iterator[tuple[str, str]]:
    """What is shown on one line."""
    yield "subject", mail.subject
    for address in filter(None, (mail.sender, reading.acknowledge_to, reading.forwarded_by, *mail.reply_to)):
        yield "address", f"{address.name}{address.address}"
    for attachment in mail.attachments:
        yield "file name", attachment.name or ""
    for one in reading.proposals:
        yield "title", one.title or ""
        for speaker in one.speakers:
            yield "speaker", f"{speaker.name}{speaker.affiliation or ''}{speaker.email or ''}"
        yield "keyword", "".join(one.keywords)
        yield "link", "".join(one.links)


@contextmanager
def _limited() -> Iterator[None]:
    """Interrupt what hangs: Python's regular expressions look for signals, too."""

    def stop(_number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"after {HANGS} s in {frame.f_code.co_name if frame else 'nowhere'}")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
