"""What answers organisers of the made-up call about weaving: a transcript, and a whole proposal, as letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callboard.config import LettersConfig, ReviewConfig
from callboard.desk import transcripts
from callboard.desk.ballots import Tally
from callboard.desk.conflicts import Conflict, Reason
from callboard.desk.enclosures import Enclosed, Enclosure, LeftOut
from callboard.desk.letters import Letter
from callboard.desk.orders import Done, Result
from callboard.desk.outbox import Desk
from callboard.desk.rules import Verdict
from callboard.model import LetterState, OutboxEntry, Vote
from callboard.proposals import Opinion, ProposalCard, State
from callboard.reading.orders import Order, Unclear, Verb
from callboard.templating import Templates
from weaving import CALL, CARD, ENGLISH, OLDER, US

CODE = "cb-270311-abcdefghijklmnopqrst"
DESK = Desk(CALL, Templates(), US, LettersConfig(), review=ReviewConfig())
FRENCH, ENGLISH_SPEAKING = CALL.organisers[0], CALL.organisers[2]
DECIDED = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
WAITS = OutboxEntry(state=LetterState.OWED, created_at=DECIDED, next_attempt=DECIDED + timedelta(days=1))


def transcript(*, english: bool = False, card: ProposalCard = CARD) -> Letter:
    """An answer with a decision, a vote that waits for others, one that does not count, two lines in doubt."""
    organiser = ENGLISH_SPEAKING if english else FRENCH
    address = organiser.address or ""
    accepted = replace(card, state=State.ACCEPTED)
    missing = Tally((), {}, Verdict(missing=1, waits_for=(CALL.organisers[1].address or "",)))
    near = Tally((), {address: Conflict(Reason.DOMAIN, "Bruno Castel")}, Verdict(missing=1))
    yes, no = Order(Verb.ACCEPT, "7 oui, 5/5", (7,), score=1.0), Order(Verb.DECLINE, "8 non", (8,))
    done = (
        Done(yes, Result.DONE, 7, card, accepted, Tally((), {}, Verdict(State.ACCEPTED)), WAITS),
        Done(replace(no, comment="hors sujet"), Result.DONE, 8, ENGLISH, ENGLISH, missing),
        Done(yes, Result.NOT_COUNTED, 2, OLDER, OLDER, near),
        Done(Order(Verb.SHOW, "?40", (40,)), Result.UNKNOWN, 40),
    )
    unclear = (
        Unclear("celle sur les cartes, pourquoi pas, mais alors le matin", ()),
        Unclear("3 acept", ("3 oui", "3 non")),
    )
    return transcripts.transcript(DESK, organiser, done, unclear, CODE)


def whole(*, english: bool = False, card: ProposalCard = CARD) -> Letter:
    """A proposal with votes, a document, and one that is too large."""
    votes = (
        Vote(organiser="lea@example.org", opinion=Opinion.ACCEPT, score=1.0, comment="Belle démonstration."),
        Vote(organiser="karim@example.org", recused=True),
        Vote(organiser="ines@example.org", opinion=Opinion.MAYBE, score=0.6),
    )
    files = (Enclosure("P-7 Résumé étendu.pdf", "application/pdf", b"%PDF" * 40_000),)
    enclosed = Enclosed(
        files, (LeftOut("P-7 Des_cartes_perforées_aux_motifs_vivants_v12_final.pdf", 12_400_000),)
    )
    counted = Tally(votes, {"karim@example.org": Conflict(Reason.SAID, "")}, Verdict())
    return transcripts.whole(DESK, ENGLISH_SPEAKING if english else FRENCH, card, counted, enclosed, CODE)
