"""Organisers who decide by mail: three of them, who get digests and answer them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import sqlalchemy as sa

from callboard import store
from callboard.call import Call, Organiser
from callboard.config import DigestConfig, ReviewConfig
from callboard.desk import news
from callboard.model import InboxEntry, ReviewOrder, Vote
from conversing import CALL, Sent, Talk
from letters_in import mail, proposal

ODILE, TOM, INES = "odile@callboard.test", "tom@reed.example", "ines@lacs.example"
BOARD = replace(
    CALL,
    organisers=(
        Organiser("Odile Brac", ODILE),
        Organiser("Tom Reed", TOM, language="en"),
        Organiser("Inès Vidal", INES, affiliation="Institut des lacs"),
    ),
)
TITLES = ("Mesurer les crues", "Les vannes de la Loire", "Écouter les galets", "Cartes du lit majeur")


class Board(Talk):
    """A call with three organisers, and what they answer."""

    def __init__(self, engine: sa.Engine, call: Call = BOARD, **review: object) -> None:
        super().__init__(engine, call)
        self.desk = replace(self.desk, review=ReviewConfig.model_validate(review))
        self.digests: dict[str, Sent] = {}

    def propose(self, count: int = 3) -> None:
        """So many proposals, each by somebody else."""
        for title, name in zip(TITLES[:count], ("Ada", "Bao", "Chloé", "Dov"), strict=False):
            address = f"{name.lower().replace('é', 'e')}@{name.lower().replace('é', 'e')}.example"
            self.hear(proposal(title=title, abstract=f"{title}. " * 30, sender=f"{name} Leroy <{address}>"))

    def tell(self) -> list[Sent]:
        """A digest leaves now."""
        with self.sessions.begin() as db:
            news.write_digest(db, self.desk, DigestConfig(), self.now, force=True)
        sent = self.work()
        self.digests |= {letter.to: letter for letter in sent if letter.kind == "digest"}
        return sent

    def answer(self, who: str, body: str, *, to: Sent | None = None, **headers: str) -> list[Sent]:
        """An organiser answers their last digest, or another letter. Only what leaves at once comes back."""
        letter = to or self.digests[who]
        date = format_datetime(self.now + timedelta(minutes=1))
        return self.hear(
            mail(
                body,
                sender=f"<{who}>",
                subject=f"Re: {letter.subject}",
                answers=letter.message_id,
                date=date,
                **headers,
            )
        )

    def wait(self, minutes: float) -> list[Sent]:
        """Time goes by; what leaves then."""
        self.now += timedelta(minutes=minutes)
        return self.work()

    @property
    def votes(self) -> list[tuple[int, str, str | None]]:
        with self.sessions() as db:
            return [
                (v.proposal_id, v.organiser, v.opinion) for v in db.scalars(sa.select(Vote).order_by(Vote.id))
            ]

    @property
    def trail(self) -> list[tuple[str, str, int | None, bool]]:
        """Who ordered what about which proposal, and whether it was undone."""
        with self.sessions() as db:
            rows = db.scalars(sa.select(ReviewOrder).order_by(ReviewOrder.id))
            return [(r.by, r.verb, r.proposal_id, r.undone_at is not None) for r in rows]

    @property
    def held(self) -> list[str | None]:
        """Why messages are held."""
        with self.sessions() as db:
            query = (
                sa.select(InboxEntry.reason_code).where(InboxEntry.outcome == "held").order_by(InboxEntry.id)
            )
            return list(db.scalars(query))

    def signing_key(self) -> bytes:
        with self.sessions.begin() as db:
            return store.signing_key(db)


NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
