"""Every letter and page rendered once with sample values, so that `callboard check` finds a template that compiles
and then fails on the first real proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial

from callboard import store
from callboard.call import Half, HalfDay, Organiser, TopicMatch
from callboard.config import Config
from callboard.desk import digest, letters, replies, transcripts
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Conflict, Reason
from callboard.desk.enclosures import Enclosed, Enclosure, LeftOut
from callboard.desk.letters import Place
from callboard.desk.orders import OPINIONS, Done, Result
from callboard.desk.outbox import Desk
from callboard.desk.pinning import Obstacle
from callboard.desk.replies import Deed, Did, Transcript
from callboard.desk.rules import Verdict
from callboard.desk.standing import Standing, VoteLine
from callboard.errors import TemplateError
from callboard.mailroom.incoming import Address
from callboard.model import LetterState, OutboxEntry, Vote
from callboard.programme import grid, publish
from callboard.programme.arrange import arrange
from callboard.programme.moves import Move, Why
from callboard.programme.pins import Pin, PinKind
from callboard.proposals import Opinion, ProposalCard, SpeakerCard, State
from callboard.reading.orders import Order, Unclear, Verb
from callboard.templating import Templates

WHEN = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
TO = Address("Ada Example", "ada@example.org")
CODE = "cb-270311-abcdefghijklmnopqrst"
OTHERWISE = (Verb.SHOW, Verb.DIGEST, Verb.PIN, Verb.UNPIN)  # orders that lead to something else than votes


def broken(templates: Templates, config: Config) -> list[str]:
    """One line `file:line: what is wrong` for each letter or page that does not render."""
    found = []
    for render in _everything(templates, config):
        try:
            render()
        except TemplateError as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def _everything(templates: Templates, config: Config) -> Iterator[Callable[[], object]]:
    call, cards = config.call, tuple(_card(language) for language in letters.LANGUAGES)
    for card in cards:
        bare = replace(
            card, title=None, abstract=None, speakers=(), missing=("title", "abstract", "speakers")
        )
        after = replace(card, title="Another title", abstract="Another text.")
        late = replace(bare, late=True)
        yield partial(letters.acknowledgement, templates, call, card, TO, TO)
        yield partial(letters.acknowledgement, templates, call, late, TO, TO, unread=[("a.pdf", "scan")])
        for said in _transcripts(card, after, bare):
            yield partial(replies.transcript, templates, call, said, TO, TO, card.letter_language)
        yield partial(replies.which, templates, call, (card, bare), TO, "Words.", card.letter_language)
        for about in ((card,), (card, bare)):
            yield partial(
                replies.readdressed, templates, call, about, TO, "old@x", "new@x", card.letter_language
            )
        for kind in store.DECISIONS:
            yield partial(letters.decision, templates, call, kind, card, TO, "A comment.")
        yield partial(letters.reminder, templates, call, bare, TO, "reminder", WHEN)
        yield partial(letters.reminder, templates, call, card, TO, "confirm_reminder", WHEN)
        yield partial(letters.too_large, templates, call, card, TO)
        for news in ("alarm", "recovered"):
            trouble = {"what": "outbox", "sentence": "A sentence", "detail": "A reason", "since": WHEN}
            yield partial(letters.write, templates, news, ("en",), call, TO, **trouble)
        organiser = Organiser("Ada Example", "ada@example.org", language=card.letter_language)
        yield partial(replies.question, templates, call, organiser, TO, "A question?", card)
        yield partial(replies.question, templates, call, organiser, TO, "A question?", None)
        for author, known in ((TO, False), (None, False), (TO, True)):
            yield partial(
                replies.receipt, templates, call, (card, bare), TO, author, card.letter_language, known=known
            )
        here, there = Place(WHEN, WHEN, "B12"), Place(WHEN, WHEN)
        for place, before in ((here, None), (here, there), (None, here)):
            yield partial(letters.slot, templates, call, card, TO, place, before, url="https://example.org/")
        yield partial(digest.digest, templates, call, organiser, _news(card), CODE)
        yield partial(
            digest.digest, templates, call, organiser, replace(_news(card), by_mail=False, closed=True)
        )
        desk = Desk(call, templates, TO, config.letters, review=config.review)
        for done, unclear in _answers(card):
            yield partial(transcripts.transcript, desk, organiser, done, unclear, CODE)
        for votes, enclosed in (((), Enclosed()), (_votes(), _documents())):
            yield partial(
                transcripts.whole, desk, organiser, card, Tally(votes, {}, Verdict()), enclosed, CODE
            )
    day, told = grid.build(call, config.programme), tuple(replace(c, state=State.ACCEPTED) for c in cards)
    yield partial(publish.pages, call, arrange(day, cards, None), cards, 1, WHEN, templates)
    yield partial(publish.outputs, call, arrange(day, told, None), told, 1, WHEN, templates)


def _transcripts(card: ProposalCard, after: ProposalCard, bare: ProposalCard) -> Iterator[Transcript]:
    """One of each deed, how things stand, and what is only passed on."""
    for did in Did:
        yield Transcript((Deed(did, card, after, WHEN),), unread=("A sentence.",), passed_on=True, asks=False)
        yield Transcript((Deed(did, replace(bare, number=8), bare, WHEN),), own=False)
    yield Transcript((Deed(Did.WITHDRAWN, card, card),), own=False, by="Ada Example")
    yield Transcript((Deed(Did.WITHDRAWN, card, card), Deed(Did.CONFIRMED, card, card)))
    yield Transcript(standing=tuple(replace(card, state=state, late=True) for state in State))
    yield Transcript(standing=(replace(bare, number=8), bare))
    yield Transcript(about=card, passed_on=True)
    yield Transcript(passed_on=True)


def _answers(card: ProposalCard) -> Iterator[tuple[Sequence[Done], Sequence[Unclear]]]:
    """Everything that may become of an answer's orders, as many in a letter as it shows, and answers without any."""
    lines = [done for verb in Verb if verb not in OTHERWISE for done in _outcomes(verb, card)]
    lines += _pinned(card)
    lines += [Done(Order(Verb.SHOW, "?7", (7,)), Result.UNKNOWN, 7)]
    for start in range(0, len(lines), transcripts.MOST):
        yield lines[start : start + transcripts.MOST], ()
    yield lines, (Unclear("a line", ("7 yes", "7 no")),)
    yield (), ()


def _pinned(card: ProposalCard) -> Iterator[Done]:
    """One of each kind of pin, fixed and let go, and everything that may stand in its way."""
    pins = [
        Pin(PinKind.AT, (7,), "", at=time(14)),
        Pin(PinKind.AT, (7,), "", at=time(14), day=3),
        Pin(PinKind.AT, (7,), "", at=time(14), day=WHEN.date()),
        Pin(PinKind.ON, (7,), "", day=3),
        Pin(PinKind.ON, (7,), "", day=WHEN.date()),
        Pin(PinKind.ON, (7,), "", day=3, half=Half.MORNING),
        Pin(PinKind.ON, (7,), "", half=Half.AFTERNOON),
        Pin(PinKind.ROOM, (7,), "", room="B12"),
        Pin(PinKind.NOT_FIRST, (7,), ""),
        Pin(PinKind.BEFORE, (7, 8), ""),
        Pin(PinKind.TOGETHER, (7, 8, 9), ""),
    ]
    for verb in (Verb.PIN, Verb.UNPIN):
        yield Done(Order(verb, "a line", (7,)), Result.DONE, 7, after=card, pins=tuple(pins))
        for obstacle in Obstacle:
            yield Done(Order(verb, "a line", (7,)), Result.IMPOSSIBLE, 7, after=card, obstacle=obstacle)


def _outcomes(verb: Verb, card: ProposalCard) -> Iterator[Done]:
    """What may become of one order: it decides, it waits for others, it does not count, there is nothing to do."""
    bare = Order(verb, "a line", (7,))
    order = replace(bare, score=0.7, format="poster", comment="A word.", to_speaker="A word.")
    accepted, letter = (
        replace(card, state=State.ACCEPTED),
        OutboxEntry(state=LetterState.OWED, next_attempt=WHEN, created_at=WHEN - timedelta(hours=1)),
    )
    for waiting in (letter, None):
        yield Done(order, Result.DONE, 7, card, accepted, Tally((), {}, Verdict()), waiting, count=2)
    for verdict in (
        Verdict(missing=1),
        Verdict(missing=2, waits_for=("a@example.org",), mean=3.5),
        Verdict(),
    ):
        yield Done(bare, Result.DONE, 7, card, card, Tally((), {}, verdict), count=1)
    for reason in Reason if verb in OPINIONS else ():
        conflict = {TO.address: Conflict(reason, "Ada Example")}
        yield Done(bare, Result.NOT_COUNTED, 7, card, card, Tally((), conflict, Verdict()))
    yield Done(bare, Result.UNKNOWN, 7)
    yield Done(bare, Result.WITHDRAWN, 7, card, card)
    for result in (Result.NOTHING, Result.TOLD):
        yield Done(bare, result, 7, accepted, accepted)
        yield Done(bare, result)


def _votes() -> tuple[Vote, ...]:
    """One of each kind."""
    said = [
        Vote(organiser="a@example.org", opinion=opinion, score=0.7, comment="A word.") for opinion in Opinion
    ]
    return (
        *said,
        Vote(organiser="ada@example.org", recused=True),
        Vote(organiser="b@example.org", score=0.5),
    )


def _documents() -> Enclosed:
    files = (Enclosure("P-7 a.pdf", "application/pdf", b"%PDF"),)
    return Enclosed(files, (LeftOut("P-7 b.pdf", 9_500_000), LeftOut("P-7 c.pdf", 9_500)))


def _card(language: str) -> ProposalCard:
    return ProposalCard(
        number=7,
        reference="P-7",
        state=State.SUBMITTED,
        title="A title",
        speakers=(SpeakerCard("Ada Example", "University of Example", "ada@example.org"),),
        abstract="One sentence. And another.",
        language=language,
        format="talk",
        level="beginner",
        duration_minutes=20,
        keywords=("example",),
        availability="only in the morning, not before ten",
        half_days=(
            HalfDay(WHEN.date(), Half.MORNING, not_before=time(10)),
            HalfDay(WHEN.date(), Half.AFTERNOON),
        ),
        topics=(TopicMatch(0, 0.5),),
        contact="ada@example.org",
        letter_language=language,
        submitted_at=WHEN,
        updated_at=WHEN,
    )


def _news(card: ProposalCard) -> digest.DigestContent:
    return digest.DigestContent(
        since=WHEN,
        now=WHEN,
        account=digest.Account(messages=2, proposals=1, held=1),
        new=(card,),
        changed=(digest.ChangedLine(card, ("title",)),),
        incomplete=(replace(card, number=8, abstract=None, missing=("abstract",)),),
        undecided=(card, replace(card, number=8)),
        held=(
            digest.HeldLine(
                3, "ada@example.org", "A subject", "a reason", WHEN, "none_known", {"sender": "a"}
            ),
        ),
        questions=(digest.QuestionLine("ada@example.org", "A subject", "A question?", WHEN, card),),
        failed_letters=(digest.FailedLine("ada@example.org", "A subject", "550 no such user", WHEN),),
        mailboxes_down=(digest.MailboxLine("organisers", "no answer", WHEN),),
        programme=digest.ProgrammeLine(
            1,
            3,
            1,
            "index.html",
            20,
            1,
            (Move("new", 7, "A title", WHEN), Move("gone", 8, None, why=Why.WITHDRAWN)),
        ),
        everything=(card,),
        standings={
            7: Standing(
                (VoteLine("Ada Example", "maybe", 3.5), VoteLine("Ben Example", "accept", counts=False)),
                1,
                {"ada@example.org": "Ada Example"},
                3.5,
                alike=("P-8",),
            ),
            8: Standing(recused={"ada@example.org": Conflict(Reason.DOMAIN, "Ada Example")}, missing=2),
            9: Standing(pending=True, leaves=WHEN),
        },
        pending=(replace(card, number=9, state=State.ACCEPTED),),
    )
