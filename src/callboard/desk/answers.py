"""An organiser's answer to a digest: whether it counts, what it asks for, and the letter that says what was done.

It counts when it comes from an organiser's address, shows the code of a letter that went to this very address, and
where our mail server stamps who wrote a mail (RFC 8601), that stamp says pass. A code that was passed on speaks for
nobody else. What does not count is held, and so stands in the digest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from callboard import store
from callboard.call import Organiser
from callboard.database import numbered
from callboard.desk import below, between, orders, returned, tokens, transcripts
from callboard.desk.case import Case
from callboard.desk.matching import copy_reason
from callboard.desk.news import digest_for
from callboard.desk.orders import Done, Voice
from callboard.desk.outbox import owe
from callboard.desk.tokens import Seal
from callboard.model import InboxEntry, OutboxEntry, Outcome, Proposal
from callboard.proposals import State
from callboard.reading import orderopening
from callboard.reading.orders import Order, Unclear, Verb, offered, read_orders
from callboard.reading.result import Kind, Wish

LETTERS = ("digest", "review", "full")  # that carry a code
EXAMPLE = re.compile("[«»“”]")
BY_LETTER = (Verb.SHOW, Verb.DIGEST)  # orders that nothing but a letter answers


def take_answer(case: Case) -> bool:
    """Deal with a message that answers a letter of ours to organisers. False: it is something else."""
    if not case.desk.review.by_mail:
        return False
    organiser, seal = case.desk.call.organiser(case.sender), _seal(case)
    if seal is Seal.ABSENT and not _answers_digest(case):
        return organiser is not None and (_wants_digest(case, organiser) or _orders_without_code(case))
    if organiser is None:
        reason = f"{case.sender}, who is no organiser, answers a digest"
        case.hold("no_organiser", reason, sender=case.sender)
    elif case.unproven:
        reason = f"our mail server does not confirm that {case.sender} wrote this answer to a digest"
        case.hold("unproven", reason, sender=case.sender)
    elif seal is Seal.EXPIRED:
        case.hold(
            "code_expired", f"{case.sender} answers a digest that is too old to count", sender=case.sender
        )
    elif seal is not Seal.GOOD:
        reason = f"{case.sender} answers a digest that was not written to this address"
        case.hold("code_foreign", reason, sender=case.sender)
    elif (earlier := _replayed(case)) is not None:
        case.close(Outcome.COPY, copy_reason(earlier))
    else:
        _take_or_hold(case, organiser)
    return True


def _seal(case: Case) -> Seal:
    """What the codes in the mail say: in the Message-IDs it answers, its subject, its text, quotes included."""
    today = case.now.astimezone(case.desk.call.zone).date()
    return tokens.check(tokens.key_of(case.db, case.desk), case.sender, _texts(case), today)


def _texts(case: Case) -> tuple[str, ...]:
    mail = case.mail
    return (*mail.references, *mail.in_reply_to, mail.subject, mail.text)


def _answers_digest(case: Case) -> bool:
    letter = store.letter_by_message_id(case.db, (*case.mail.references, *case.mail.in_reply_to))
    return letter is not None and letter.kind in LETTERS


def _replayed(case: Case) -> InboxEntry | None:
    """The same answer once more, under another Message-ID: a person who repeats an order writes another date."""
    return store.same_words(case.db, case.entry)


def _take_or_hold(case: Case, organiser: Organiser) -> None:
    letters = _sent_back(case)
    kept = letters and all(letter.raw for letter in letters)
    if tokens.codes_in([case.reading.own_text]) and not kept:
        # Erased, with somebody who was forgotten: what of the answer is ours can no longer be told.
        reason = f"{case.sender} answers a digest whose text is no longer kept, and sends it back"
        case.hold("code_expired", reason, sender=case.sender)
    else:
        _take(case, organiser, letters)


def _wants_digest(case: Case, organiser: Organiser) -> bool:
    """A mail that asks for the digest needs no code: it goes to the organiser's own address, whoever wrote."""
    if Wish.DIGEST not in case.reading.wishes or case.forged:
        return False
    _send_digest(case, organiser)
    case.close(Outcome.REVIEW, "asks for a digest")
    return True


def _orders_without_code(case: Case) -> bool:
    """An organiser's orders in a mail of their own: their address alone proves nothing, so a person sees them."""
    if case.reading.kind is not Kind.OTHER:
        return False
    read = read_orders(case.reading.own_text.split("\n"), case.desk.call.prefix)
    orders = [one for one in read if isinstance(one, Order) and one.about_proposals]
    if not any(numbered(case.db, Proposal, number) for one in orders for number in one.numbers):
        return False
    reason = f"{case.sender} gives orders, but not in answer to a digest"
    case.hold("code_absent", reason, sender=case.sender)
    return True


def _take(case: Case, organiser: Organiser, letters: Sequence[OutboxEntry]) -> None:
    prefix, language = case.desk.call.prefix, organiser.language or case.desk.call.language
    texts = [text for one in letters for text in returned.texts_of(one.raw)]
    written, ours = _sort(case, texts)
    added, text, doubted = _between(case, texts, written)
    placed = below.placed((*written, *added), text, texts, prefix, language)
    read = read_orders(placed.lines, prefix, language, organiser.name, placed.beside)
    given = [one for one in read if isinstance(one, Order)]
    unclear = [_with_numbers(case, one, language) for one in read if isinstance(one, Unclear)]
    unclear += [*doubted, *_not_taken(ours, prefix, language)]
    voice = Voice(case.sender.casefold(), f"message/{case.entry.id}", case.entry.id)
    done = orders.carry_out(
        case.db, case.desk, voice, [one for one in given if one.verb not in BY_LETTER], case.now
    )
    case.close(Outcome.REVIEW, _summary(done, given, unclear))
    done += _show(case, organiser, given)
    if any(one.verb is Verb.DIGEST for one in given):
        _send_digest(case, organiser)
    if done or unclear:
        letter = transcripts.transcript(case.desk, organiser, done, unclear, code(case, organiser))
        case.owe(letter, f"review/{case.entry.id}", None, code=code(case, organiser))


def _sent_back(case: Case) -> Sequence[OutboxEntry]:
    """The letters of ours that may stand in the answer: those it refers to, and those whose code it shows."""
    named = {*case.mail.references, *case.mail.in_reply_to}
    codes = tokens.codes_in(_texts(case))
    return store.letters_to_organiser(case.db, case.sender, LETTERS, named, codes)


def _with_numbers(case: Case, one: Unclear, language: str) -> Unclear:
    """An opinion that names no proposal ("fine by me"), with the first of those that wait for a decision."""
    if one.wants is None:
        return one
    waiting = [p.id for p in store.proposals(case.db) if p.state == State.SUBMITTED]
    return offered(one, waiting[: transcripts.NEAREST], language)


def _sort(case: Case, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the organiser wrote; and the lines of our own letter that mail programs which mark no quotes send back as
    if they were the organiser's, among them titles that strangers chose."""
    lines = case.reading.own_text.split("\n")
    headers = between.headers_of_ours(lines, case.desk.sender) if texts else None
    lines = [line for at, line in enumerate(lines) if headers is None or at not in headers]
    ours = returned.came_back(lines, texts)
    written: list[str] = []
    for line, back in zip(lines, ours, strict=True):
        if not back:
            written.append(line)
        elif written and written[-1]:
            written.append("")  # what stands below is no comment on the order above
    return tuple(written), tuple(line for line, back in zip(lines, ours, strict=True) if back)


def _between(
    case: Case, texts: Sequence[str], written: Sequence[str]
) -> tuple[tuple[str, ...], str, list[Unclear]]:
    """What stands between the lines of our letter where these have no quote marks, the mail with such marks, and what
    is only quoted back, since the letter did not come back whole."""
    begins = below.beginnings(texts, case.desk.call.prefix)
    found = between.read_between(case.mail.text, texts, begins, case.desk.sender)
    known = {line for line in written if line.strip()}
    if found is None or any(line in known for line in found.lines):
        return (), case.mail.text, []  # the reading has taken what stands there
    if not found.whole:
        return (), case.mail.text, [Unclear(line) for line in found.lines if orderopening.opines(line)]
    return ("", *found.lines) if any(found.lines) else (), found.text, []


def _not_taken(lines: Sequence[str], prefix: str, language: str) -> list[Unclear]:
    """Lines of ours that would be orders: an organiser who did write one reads that nothing was done about it. What
    stands between quotation marks is an example."""
    found = (
        one for line in lines if not EXAMPLE.search(line) for one in read_orders([line], prefix, language)
    )
    return [Unclear(one.line) for one in found if isinstance(one, Order)]


def code(case: Case, organiser: Organiser) -> str:
    """The code that answers to a letter written now carry."""
    return tokens.code_for(case.db, case.desk, organiser, case.now)


def _summary(done: Sequence[Done], given: Sequence[Order], unclear: Sequence[Unclear]) -> str:
    """A line for the log and for `callboard show`, without a word of the mail."""
    verbs = ", ".join(dict.fromkeys(order.verb.value for order in given)) or "no order"
    not_understood = f", {len(unclear)} lines not understood" if unclear else ""
    return f"an organiser's answer: {verbs}, {len(done)} done{not_understood}"


def _show(case: Case, organiser: Organiser, given: Sequence[Order]) -> tuple[Done, ...]:
    """A letter with everything about each proposal that was asked for; their documents share the room that a letter
    has. Returns those that do not exist."""
    unknown, room = [], case.desk.review.documents_megabytes * 1_000_000
    for order in given:
        for number in order.numbers if order.verb is Verb.SHOW else ():
            letter = transcripts.full(case.db, case.desk, organiser, number, code(case, organiser), room)
            if letter is None:
                unknown.append(Done(order, orders.Result.UNKNOWN, number))
            else:
                room -= sum(len(file.content) for file in letter.files)
                case.owe(letter, f"full/{case.entry.id}/{number}", None, code=code(case, organiser))
    return tuple(unknown)


def _send_digest(case: Case, organiser: Organiser) -> None:
    letter = digest_for(case.db, case.desk, organiser, case.now, code(case, organiser))
    key = f"digest/asked/{case.entry.id}"
    owe(
        case.db,
        case.desk,
        letter,
        key,
        case.now,
        answering=case.mail,
        entry=case.entry,
        code=code(case, organiser),
    )
