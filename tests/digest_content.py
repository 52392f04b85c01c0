"""A day's news of the made-up call about weaving, for tests of the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from callboard.desk.digest import (
    Account,
    ChangedLine,
    DigestContent,
    FailedLine,
    HeldLine,
    MailboxLine,
    ProgrammeLine,
    QuestionLine,
)
from weaving import CARD, ENGLISH, OLDER, UNFINISHED

YESTERDAY = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
NOON = datetime(2026, 12, 1, 11, 5, tzinfo=UTC)
TODAY = datetime(2026, 12, 2, 6, 30, tzinfo=UTC)
QUIET = DigestContent(since=YESTERDAY, now=TODAY, account=Account.of({"proposal": 2, "ignored": 1}))
CONTENT = DigestContent(
    since=YESTERDAY,
    now=TODAY,
    account=Account.of({"proposal": 21, "follow_up": 9, "copy": 3, "ignored": 13, "held": 1}),
    new=(CARD, ENGLISH, replace(UNFINISHED, late=True)),
    changed=(
        ChangedLine(OLDER, ("title", "abstract")),
        ChangedLine(replace(OLDER, number=5, reference="P-5", title="Le fil perdu"), ("withdrawn",)),
    ),
    incomplete=(replace(UNFINISHED, number=3, reference="P-3"), UNFINISHED),
    undecided=(OLDER, CARD, ENGLISH, UNFINISHED),
    held=(
        HeldLine(12, "g.roy@example.net", "Un exposé ?", "ce message a été transmis par un inconnu", NOON),
    ),
    questions=(QuestionLine("Ada Lemoine", "Défraiement", "Le train est-il remboursé ?", NOON, CARD),),
    failed_letters=(
        FailedLine("perdu@example.net", "Proposition reçue [P-4]", "550 5.1.1 no such user", NOON),
    ),
    mailboxes_down=(MailboxLine("karim", "imap.example.org refuses the login", NOON),),
    accepted=3,
    declined=1,
    withdrawn=1,
    programme=ProgrammeLine(4, 8, 1, "https://tissage.example.org/programme/", 35),
)
