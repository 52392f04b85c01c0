"""What of a mail is an answer, whatever its program made of it: to a letter of ours, to the call, to nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callboard.call import Call
from callboard.mailroom.mail import IncomingMail
from callboard.reading import intent, quoting, vocabulary
from callboard.reading.evidence import Evidence, is_call
from callboard.reading.layout import words
from callboard.reading.quoting import Parts
from callboard.reading.result import ProposalFound
from callboard.reading.speech import Sentence
from callboard.reading.subject import answers
from callboard.reading.vocabulary import pattern

_ANSWER_AT_LEAST = 40  # words above a forwarded call that are no mere covering note
_NOTES_AT_MOST = 5_000  # characters of a cover that are looked at


def is_answer(mail: IncomingMail, parts: Parts, prefix: str, call: Call | None) -> bool:
    """Whether what is marked as passed on is answered: a letter of ours, or the call below an offer."""
    if not parts.forward or not parts.own:
        return False
    ours = intent.names(mail.subject, prefix) and not _passed_on(mail, parts, call)
    return ours or (not mail.list_id and _proposes_above_call(parts))


def _passed_on(mail: IncomingMail, parts: Parts, call: Call | None) -> bool:
    """Whether an organiser passes on what somebody else wrote, a line above it: an answer to a letter of ours has its
    reference in the subject, too. Our letter would come from the address that this mail goes to."""
    inner = quoting.origin(parts.forward).sender if parts.forward else None
    if call is None or mail.sender is None or inner is None or not inner.address:
        return False
    to = {address.address.casefold() for address in (*mail.to, *mail.cc)}
    return call.is_organiser(mail.sender.address) and inner.address.casefold() not in to


def _proposes_above_call(parts: Parts) -> bool:
    """Whether somebody offers a talk at length above the call that they answer, which their program forwards."""
    forward = parts.forward
    if (
        forward is None
        or words(parts.own) < _ANSWER_AT_LEAST
        or not is_call(forward.subject or "", forward.body)
    ):
        return False
    return bool(pattern("intent", "offer").search(vocabulary.fold(parts.own[:_NOTES_AT_MOST])))


def begins_anew(
    mail: IncomingMail, parts: Parts, prefix: str, evidence: Evidence, found: Sequence[ProposalFound]
) -> bool:
    """Whether somebody who answers may propose another talk: they say so, and give a title, or typed a subject of their
    own, which names it. Not where they say a reference of ours themselves."""
    repeated = answers(mail.subject)
    if intent.references(replace(mail, subject="") if repeated else mail, replace(parts, quoted=""), prefix):
        return False
    titled = any(one.title and one.sources["title"].part != "subject" for one in found)
    if titled and any(map(_offers_second, evidence.sentences)):
        return True
    return not repeated and any(one.named_by_subject for one in found)


def _offers_second(one: Sentence) -> bool:
    """Whether a sentence speaks of a second talk: here, and not as a reason why its speaker cannot come then."""
    if one.asks or one.holds("elsewhere") or one.says("day") or one.says("daypart"):
        return False
    return one.holds("second_talk")


def converses(mail: IncomingMail, parts: Parts) -> bool:
    """Whether somebody writes to us themselves, rather than passing on what others wrote."""
    return parts.forward is None and not mail.forwarded and not mail.list_id
