"""The letters to speakers, one function each. The words are in `templates/letters/<language>/`.

A letter is a value until `build` gives it bytes; `outbox` owes it and the mailer sends it. Everything that a
stranger wrote is made harmless here, once, before it meets a template: on one line or in paragraphs, without
control characters, shortened. Escaping for HTML is the templates' own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from callboard.call import Call
from callboard.desk import mime
from callboard.desk.enclosures import Enclosure
from callboard.desk.wording import clip, fold, listed, one_line, paragraphs, shorten
from callboard.mailroom.incoming import Address
from callboard.model import OutboxEntry
from callboard.programme.timetable import minutes
from callboard.proposals import ProposalCard, SpeakerCard, State
from callboard.templating import Templates, inner_quotes

LANGUAGES = ("fr", "en")  # that letters are written in
ABSTRACT = 600  # characters of an abstract that are quoted back
SUBJECT_TITLE = 80  # characters of a title in a subject
SPEAKERS = 30
COMMENT = 5_000
# A name worth greeting somebody by: letters, and what stands between them.
GREETABLE = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .’'\u2010-]){1,60}")
SEPARATOR = "\n" + "-" * 24 + "\n\n"


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent. `language` is that of its first (mostly its only) text."""

    kind: str
    recipient: Address
    language: str
    subject: str
    text: str
    html: str
    reply_to: Address | None = None  # whom answers go to, where that is not the monitored address
    files: tuple[Enclosure, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """A decision that a speaker was told, and when."""

    state: State
    at: datetime

    @classmethod
    def by(cls, letter: OutboxEntry) -> Earlier:
        """The one that this letter told."""
        state = State.ACCEPTED if letter.kind == "offered" else State(letter.kind)
        return cls(state, letter.done_at or letter.created_at)


def acknowledgement(
    templates: Templates,
    call: Call,
    card: ProposalCard,
    to: Address,
    sender: Address,
    *,
    unread: Sequence[tuple[str, str]] = (),
) -> Letter:
    """What we understood, what is missing, how to correct it. `sender` is the address that answers go to.

    `unread` names documents that could not be read and why (a key of `attachments.PROBLEMS`); they are
    mentioned where something is missing that may stand in them.
    """
    names = tuple((one_line(name, 80), trouble) for name, trouble in unread[:3]) if card.missing else ()
    values = {"card": tidied(card), "answer_to": sender.address, "unread": names}
    return write(templates, "acknowledgement", (card.letter_language,), call, to, **values)


def decision(
    templates: Templates,
    call: Call,
    kind: str,
    card: ProposalCard,
    to: Address,
    comment: str | None = None,
    *,
    confirm: bool = True,
    earlier: Earlier | None = None,
) -> Letter:
    """What the organisers decided: "accepted", "offered" (a place that became free), "waitlisted" or "declined".
    `comment` is theirs, for the speaker, who is asked to `confirm` that they come. `earlier` is another decision that
    the speaker has read."""
    offered = kind == "offered"
    values = {
        "card": tidied(card),
        "comment": _comment(comment),
        "confirm": confirm,
        "offered": offered,
        "earlier": replace(earlier, at=earlier.at.astimezone(call.zone)) if earlier else None,
    }
    letter = write(templates, "accepted" if offered else kind, (card.letter_language,), call, to, **values)
    return replace(letter, kind=kind)


@dataclass(frozen=True)
class Place:
    """When and where a talk is: aware times in the call's zone; no room where there is only one."""

    start: datetime
    end: datetime
    room: str | None = None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return minutes(self.start, self.end)


def slot(
    templates: Templates,
    call: Call,
    card: ProposalCard,
    to: Address,
    place: Place | None,
    before: Place | None,
    *,
    url: str | None = None,
    calendar: str | None = None,
) -> Letter:
    """The place of the talk in the public programme, and which one we named before; no `place`: it has none any
    more. `calendar` is the entry for the speaker's own."""
    values = {"card": tidied(card), "place": place, "before": before, "url": url, "attached": bool(calendar)}
    letter = write(templates, "slot", (card.letter_language,), call, to, **values)
    # No METHOD (RFC 6047): nobody is invited, and a program that finds one would answer us.
    files = (Enclosure("talk.ics", "text/calendar; charset=utf-8", calendar.encode()),) if calendar else ()
    return replace(letter, files=files)


def reminder(
    templates: Templates, call: Call, card: ProposalCard, to: Address, kind: str, now: datetime
) -> Letter:
    """What the proposal still lacks (kind "reminder"), or whether its speaker will come ("confirm_reminder")."""
    open_still = call.deadline is not None and now < call.deadline
    values = {"card": tidied(card), "open_still": open_still}
    return write(templates, kind, (card.letter_language,), call, to, **values)


def too_large(
    templates: Templates, call: Call, card: ProposalCard, to: Address, *, limit_megabytes: int | None = None
) -> Letter:
    """The mail was over the size limit: its text was read, its attachments were not."""
    values = {"card": tidied(card), "limit_megabytes": limit_megabytes}
    return write(templates, "too_large", (card.letter_language,), call, to, **values)


def write(
    templates: Templates, kind: str, languages: Sequence[str], call: Call, to: Address, **values: object
) -> Letter:
    """Render a letter in each of the languages; one that we do not write in becomes all, the call's first."""
    known = [code for code in languages if code in LANGUAGES]
    known = known or sorted(LANGUAGES, key=lambda code: code != call.language)
    subjects, texts, sections = [], [], []
    for language in known:
        words = {**_common(call, to, language), **values}
        stem = f"letters/{language}/{kind}"
        # The one place where subjects collapse to one line.
        subjects.append(one_line(templates.render(f"{stem}.subject.txt", **words)))
        texts.append(fold(templates.render(f"{stem}.txt", **words)))
        # Rendered and escaped by a template of ours already.
        sections.append((language, Markup(templates.render(f"{stem}.html", **words))))  # noqa: S704
    subject = " / ".join(subjects)
    html = templates.render("letters/_base.html", subject=subject, language=known[0], sections=sections)
    return Letter(kind, to, known[0], subject, SEPARATOR.join(texts), html)


def _common(call: Call, to: Address, language: str) -> dict[str, object]:
    """What every letter's template may use."""
    name, event = one_line(to.name), one_line(call.event or call.title)
    return {
        "call": call,
        "event": inner_quotes(event) if language == "fr" else event,  # for between « »
        "event_alone": event,
        "organisers": tuple(one_line(o.name) for o in call.organisers if o.name),
        "deadline": call.deadline.astimezone(call.zone) if call.deadline else None,
        "starts": call.starts.astimezone(call.zone) if call.starts else None,
        "greeted": name if GREETABLE.fullmatch(name) else None,
        "listed": lambda names: listed(names, language),
        "clip": lambda text, most=SUBJECT_TITLE: clip(text, most),
    }


def tidied(card: ProposalCard) -> ProposalCard:
    """The card with a stranger's words made harmless and short enough for a letter."""
    return replace(
        card,
        title=one_line(card.title, 300) or None if card.title else None,
        speakers=_speakers(card.speakers),
        abstract=shorten(card.abstract, ABSTRACT) or None if card.abstract else None,
        language=one_line(card.language, 20) if card.language else None,
        format=one_line(card.format, 60) if card.format else None,
        keywords=tuple(one_line(k, 60) for k in card.keywords[:12]),
        availability=one_line(card.availability, 300) if card.availability else None,
        bio=shorten(card.bio, ABSTRACT) or None if card.bio else None,
        links=tuple(one_line(link, 200) for link in card.links[:12]),
    )


def _speakers(speakers: Sequence[SpeakerCard]) -> tuple[SpeakerCard, ...]:
    kept = tuple(
        SpeakerCard(one_line(s.name, 100), one_line(s.affiliation, 200) if s.affiliation else None)
        for s in speakers[:SPEAKERS]
    )
    return kept if len(speakers) <= SPEAKERS else (*kept, SpeakerCard("…"))


def _comment(comment: str | None) -> str | None:
    return paragraphs(comment[:COMMENT]) or None if comment else None


def build(
    letter: Letter,
    *,
    sender: Address,
    message_id: str,
    date: datetime,
    in_reply_to: str | None,
    references: tuple[str, ...],
    auto_submitted: Literal["auto-replied", "auto-generated"],
) -> bytes:
    """The letter's bytes: text and HTML, its files, 7-bit safe, CRLF. Raises UnreadableMail for an unusable address.

    From and Reply-To are the same, monitored address: some clients ignore Reply-To (field note 45). Only a
    speaker's question, which an organiser answers, goes back to the speaker. Machines are told not to answer,
    RFC 3834 and Exchange's own way (field note 36).
    """
    from_us = mime.address_header("From", sender)
    headers = [
        ("Date", mime.date_header(date)),
        ("From", from_us),
        ("Reply-To", mime.address_header("Reply-To", letter.reply_to or sender)),
        ("To", mime.address_header("To", letter.recipient)),
        ("Subject", mime.text_header("Subject", letter.subject)),
        ("Message-ID", message_id),
        ("In-Reply-To", mime.references_header((in_reply_to,) if in_reply_to else ())),
        ("References", mime.references_header(references)),
        ("Auto-Submitted", auto_submitted),
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", letter.language),
    ]
    present = [(name, value) for name, value in headers if value]
    return mime.assemble(present, (("plain", letter.text), ("html", letter.html)), message_id, letter.files)
