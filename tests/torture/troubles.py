"""What goes wrong on a line: every fault, and the cases of it.

A case spoils a line for a pass or more, and mends it; `sweep` runs it and looks at the accounts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Literal

from callboard.mailroom.mailer import LOGIN_CODES
from faults import FaultProxy, Order, ScriptedImap

if TYPE_CHECKING:
    from bench import Bench

IMPATIENT = 3.0  # seconds that a server may be silent, in a pass that it is silent in
ALWAYS = 10**9
GOLDEN = 0.618034  # steps of this size, modulo one, fill a length evenly however many there are

IMAP_COMMANDS = {
    "LOGIN": b"LOGIN",
    "STATUS": b"STATUS",
    "EXAMINE": b"EXAMINE",
    "SEARCH": b"UID SEARCH",
    "the sizes": rb"UID FETCH .*RFC822\.SIZE",
    "a body": rb"UID FETCH .*BODY\.PEEK",
    "SELECT": b"SELECT",
    "MOVE": b"UID MOVE",
    "LOGOUT": b"LOGOUT",
}
SMTP_VERBS = {
    "EHLO": b"EHLO|HELO",
    "AUTH": b"AUTH",
    "MAIL": b"MAIL",
    "RCPT": b"RCPT",
    "DATA": b"DATA",
    "the letter": rb"\.",
    "RSET": b"RSET",
    "QUIT": b"QUIT",
}
REFUSALS = {
    4: {"EHLO": (421, 450), "AUTH": (421, 454), "MAIL": (421, 451, 452), "RCPT": (421, 450, 451, 452)}
    | {"DATA": (421, 451), "the letter": (421, 451, 452), "RSET": (421, 451), "QUIT": (421,)},
    5: {"EHLO": (502, 550), "AUTH": (535, 504), "MAIL": (550, 552, 530), "RCPT": (550, 551, 553, 530)}
    | {"DATA": (503, 554), "the letter": (552, 554, 550), "RSET": (500,), "QUIT": (500,)},
}
# What a letter is refused for; what else is refused is the sender, the login or nothing that matters.
ABOUT_A_LETTER = {"RCPT", "DATA", "the letter"}
REFUSED = b"TAG NO not now\r\n"
_numbers = count(1)


@dataclass(frozen=True)
class Case:
    """One fault. `to`: where the mails of this case arrive; `moved`: the mails of the last case wait to be moved."""

    name: str
    spoil: Callable[[Bench], None]
    passes: int = 1
    patience: float | None = None
    to: Sequence[str] = ("organisers", "programme")
    moved: bool = False


Cases = Callable[[random.Random], Iterator[Case]]


def at_imap(bench: Bench, name: str, **order: object) -> None:
    bench.imap.orders.append(Order(IMAP_COMMANDS[name], **order))  # type: ignore[arg-type]  # as its fields


def at_smtp(bench: Bench, place: str, **order: object) -> Order:
    """The order at this verb. RSET comes only after a refusal; EHLO, AUTH and QUIT only once."""
    if place == "RSET":
        bench.smtp.orders.append(Order(b"RCPT", b"450 4.2.0 later\r\n"))
    made = Order(SMTP_VERBS[place], **order)  # type: ignore[arg-type]  # as its fields
    if place in ("RSET", "EHLO", "AUTH", "QUIT"):
        made.skip = 0
    bench.smtp.orders.append(made)
    return made


def in_turn(make: Callable[[random.Random, str], Case], places: Sequence[str]) -> Cases:
    """The same at each of these places, again and again, in another order each time."""

    def cases(rng: random.Random) -> Iterator[Case]:
        while True:
            for place in rng.sample(places, len(places)):
                yield make(rng, place)

    return cases


# --- Silence, and the end of the line -----------------------------------------------------------------------


def stalled_imap(rng: random.Random, place: str) -> Case:
    heard = rng.random() < 0.5

    def spoil(bench: Bench) -> None:
        if place == "greeting":
            bench.imap.stall = True
        else:
            at_imap(bench, place, answer=None if heard else b"", then="stall")

    return Case(f"silence at {place}", spoil, patience=IMPATIENT, moved=place in ("SELECT", "MOVE"))


def stalled_smtp(rng: random.Random, place: str) -> Case:
    heard, skip = rng.random() < 0.5, rng.randint(0, 1)

    def spoil(bench: Bench) -> None:
        if place == "greeting":
            bench.smtp.stall = True
        else:
            at_smtp(bench, place, answer=None if heard else b"", then="stall", skip=skip)

    return Case(f"silence at {place}", spoil, patience=IMPATIENT)


def cut_after_bytes(protocol: Literal["imap", "smtp"], *, reset: bool) -> Cases:
    """After n bytes of what the server says, or of what the client says; n goes over the whole conversation."""

    def cases(rng: random.Random) -> Iterator[Case]:
        start = rng.random()
        for number in count():
            # Two of three cut what the server says.
            yield _cut(protocol, (start + number * GOLDEN) % 1, reset=reset, up=number % 3 == 0)

    return cases


def _cut(protocol: Literal["imap", "smtp"], where: float, *, reset: bool, up: bool) -> Case:
    def spoil(bench: Bench) -> None:
        line: FaultProxy = getattr(bench, protocol)
        usual_up, usual_down = bench.usual[protocol]
        line.reset = reset
        if up:
            line.cut_up_after = int(where * usual_up)
        else:
            line.cut_after = int(where * usual_down)

    return Case(f"cut at {where:.3f} of what the {'client' if up else 'server'} says", spoil)


def lost_answer(rng: random.Random, place: str) -> Case:
    """The command arrives; of its answer nothing comes back, or the first bytes."""
    keep, skip, reset = rng.choice((0, 0, 1, 2)), rng.randint(0, 1), rng.random() < 0.5

    def spoil(bench: Bench) -> None:
        bench.smtp.reset = reset
        at_smtp(bench, place, then="cut", keep=keep, skip=skip)

    return Case(f"answer to {place} lost", spoil)


def small_pieces(rng: random.Random) -> Iterator[Case]:
    def spoil(bench: Bench) -> None:
        bench.imap.pieces = bench.smtp.pieces = 7

    while True:
        yield Case("7-byte segments", spoil)


# --- What the server says ------------------------------------------------------------------------------------


def refused_greeting(protocol: Literal["imap", "smtp"]) -> Cases:
    said = {
        "imap": (b"", b"* BYE too busy\r\n", b"* NO go away\r\n", b"* BYE [UNAVAILABLE] later\r\n"),
        "smtp": (b"", b"421 4.3.2 too busy\r\n", b"554 5.3.2 no service\r\n", b"220"),
    }

    def case(rng: random.Random, words: str) -> Case:
        reset = rng.random() < 0.5

        def spoil(bench: Bench) -> None:
            line: FaultProxy = getattr(bench, protocol)
            line.greeting, line.reset = words.encode(), reset

        return Case(f"greeting {words!r}", spoil)

    return in_turn(case, [words.decode() for words in said[protocol]])


def refused_by_smtp(kind: Literal[4, 5]) -> Cases:
    """A code of this kind at every verb: once, or for as long as the pass lasts."""

    def case(rng: random.Random, place: str) -> Case:
        code, times = rng.choice(REFUSALS[kind][place]), rng.choice((1, ALWAYS))
        skip = rng.randint(0, 1)

        def spoil(bench: Bench) -> None:
            refusal(bench, place, code, times=times, skip=skip)

        return Case(f"{code} at {place}", spoil)

    return in_turn(case, list(SMTP_VERBS))


def refusal(bench: Bench, place: str, code: int, **more: object) -> None:
    """Ask the line to refuse; note what the accounts must say of letters that are refused for good."""
    words = f"not this one, ref-{next(_numbers):05d}"
    answer = f"{code} {words}\r\n".encode()
    order = at_smtp(bench, place, answer=answer, then="cut" if code == 421 else "go on", **more)
    if (place in ABOUT_A_LETTER and code >= 500 and code not in LOGIN_CODES) or (place, code) == (
        "MAIL",
        552,
    ):
        bench.world.refusals[words] = order


def refused_before_tls(rng: random.Random) -> Iterator[Case]:
    """What is said before the line is encrypted; no letter may leave in clear text."""

    def of(verb: bytes, code: int, then: Literal["go on", "cut"]) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            words = f"{code} no\r\n".encode()
            bench.smtp.orders.append(Order(verb, words, then, times=ALWAYS))

        return spoil

    while True:
        for code in (421, 454, 502, 554):
            for verb in ("EHLO|HELO", "STARTTLS"):
                then: Literal["go on", "cut"] = "cut" if code == 421 else "go on"
                yield Case(f"{code} at {verb}", of(verb.encode(), code, then))


def around_the_sent_folder(rng: random.Random) -> Iterator[Case]:
    """The answer to a letter is lost, and the folder of sent letters cannot be asked, or no copy be filed."""

    def of(command: bytes, answer: bytes | None) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            bench.smtp.orders.append(Order(SMTP_VERBS["the letter"], None, "cut"))
            bench.imap.orders.append(Order(command, answer, "cut" if answer != REFUSED else "go on"))

        return spoil

    while True:
        for command in (b'EXAMINE "?Sent', b"UID SEARCH HEADER", b"APPEND"):
            for answer in (b"", None, REFUSED):
                yield Case(f"{command!r} {answer!r}", of(command, answer), passes=3)


def half_of_the_recipients(rng: random.Random) -> Iterator[Case]:
    def of(code: int) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            refusal(bench, "RCPT", code, times=ALWAYS, every=2)

        return spoil

    while True:
        for code in (450, 550):
            yield Case(f"{code} to every second", of(code), to=("organisers",) * 4)


def said_by_imap(words: bytes, then: Literal["go on", "cut"]) -> Cases:
    """In place of the answer to a command: these words."""

    def case(rng: random.Random, place: str) -> Case:
        skip, times = rng.randint(0, 1), rng.choice((1, ALWAYS))

        def spoil(bench: Bench) -> None:
            at_imap(bench, place, answer=words, then=then, skip=skip, times=times)

        return Case(f"{words!r} at {place}", spoil, moved=place in ("SELECT", "MOVE"))

    return in_turn(case, list(IMAP_COMMANDS))


def bye_after_the_answer(rng: random.Random, place: str) -> Case:
    """The command is done; in the middle of its answer the server says goodbye."""
    keep = rng.choice((0, 10, 30))

    def spoil(bench: Bench) -> None:
        at_imap(bench, place, then="cut", keep=keep)

    return Case(f"answer to {place} cut after {keep}", spoil, moved=place in ("SELECT", "MOVE"))


# --- What other people do in between -------------------------------------------------------------------------


def expunged(rng: random.Random, place: str) -> Case:
    """Somebody deletes a message for good just before this command."""
    moved = place in ("SELECT", "MOVE")
    mailbox = "programme" if moved else "organisers"

    def spoil(bench: Bench) -> None:
        # What waits to be moved came with the calm pass before this one.
        sending = bench.last_sent if moved else bench.deliver_proposal(mailbox)
        bench.deliver_proposal(mailbox)
        at_imap(bench, place, before=lambda: bench.expunge(sending))

    return Case(f"expunged before {place}", spoil, to=(mailbox,), moved=moved)


def made_anew(rng: random.Random, place: str) -> Case:
    """The folder gets a new UIDVALIDITY just before this command."""

    def spoil(bench: Bench) -> None:
        at_imap(bench, place, before=lambda: bench.make_anew("programme"))

    return Case(
        f"made anew before {place}", spoil, to=("programme", "programme"), moved=place in ("SELECT", "MOVE")
    )


def read_only(rng: random.Random) -> Iterator[Case]:
    def said(bench: Bench) -> None:
        bench.imap.rewrite = (b"[READ-WRITE]", b"[READ-ONLY]")

    while True:
        yield Case("said to be read-only", said, moved=True)
        yield Case("read-only", lambda bench: bench.lock_the_maildir("programme"), moved=True)


SCRIPTS: dict[str, dict[str, object]] = {
    "no IMAP at all": {"greeting": b"220 smtp.example ESMTP\r\n"},
    "HTTP": {"greeting": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
    "nothing but noise": {"greeting": bytes(range(256)) * 40},
    "a line without end": {"greeting": b"* OK " + b"x" * 2_000_000},
    "another's tag": {"answers": {"STATUS": b"ZZZZ99 OK done\r\n* BYE\r\nTAG OK done\r\n"}},
    "a STATUS of nothing": {"answers": {"STATUS": b""}},
    "a STATUS of words": {
        "answers": {"STATUS": b'* STATUS "INBOX" (UIDNEXT many UIDVALIDITY never MESSAGES x)\r\n'}
    },
    "a literal that never comes": {"answers": {"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {999999999}\r\nabc"}},
    "a literal below nothing": {"answers": {"UID FETCH": b"* 1 FETCH (UID 1 BODY[] {-5}\r\nabc)\r\n"}},
    "brackets for ever": {"answers": {"UID FETCH": b"* 1 FETCH " + b"(" * 20_000 + b"\r\n"}},
    "another message's body": {
        "answers": {"UID FETCH": b"* 9 FETCH (UID 9 RFC822.SIZE 8 BODY[] {8}\r\na: 9\r\n\r\n)\r\n"}
    },
    "no answer but OK": {"answers": {"UID FETCH|UID SEARCH": b""}},
    "UIDs of all kinds": {"answers": {"UID SEARCH": b"* SEARCH 0 4294967296 7 7 3 -2\r\n"}},
    "words for UIDs": {"answers": {"UID SEARCH": b"* SEARCH one two\r\n"}},
    "BAD to everything": {"answers": {".*": b"TAG BAD no\r\n"}},
    "NO to everything": {"answers": {".*": b"TAG NO no\r\n"}},
    "OK to everything": {"answers": {".*": b"TAG OK yes\r\n"}},
    "goodbye to everything": {"answers": {".*": b"* BYE\r\n"}},
}


def scripted(rng: random.Random, name: str) -> Case:
    """What a good server never says: for a pass another server answers at this address."""

    def spoil(bench: Bench) -> None:
        server = bench.until_mended(ScriptedImap(**SCRIPTS[name]))  # type: ignore[arg-type]  # as its arguments
        bench.imap.upstream = ("127.0.0.1", server.port)
        for mailbox in ("organisers", "programme"):
            # Its UIDs are not those that were known, nor are, afterwards, the good server's.
            bench.letters_in.made_anew[mailbox] += 2

    return Case(name, spoil, patience=IMPATIENT)


def poisoned(rng: random.Random) -> Iterator[Case]:
    """At one message the server drops the line, at every pass, between others that it gives out."""

    def of(what: bytes) -> Callable[[Bench], None]:
        def spoil(bench: Bench) -> None:
            sending = bench.deliver_proposal("organisers")
            bench.deliver_proposal("organisers")
            bench.letters_in.unread(sending, "held")
            uid = bench.uid_of(sending)
            bench.when_mended(partial(bench.clear_away, sending))
            fetch = rb"UID FETCH (?:\d+,)*%d(?:,\d+)* \(%s" % (uid, what)
            bench.imap.orders.append(Order(fetch, b"", "cut", times=ALWAYS, user=b"-organisers"))

        return spoil

    while True:
        yield Case("the body cannot be had", of(rb"BODY\.PEEK\[\]"), passes=9)
        yield Case("nothing of it can be had", of(b""), passes=9)
