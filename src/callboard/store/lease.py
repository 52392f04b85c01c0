"""The lease: one worker at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from callboard.errors import Busy
from callboard.model import Lease


def take_lease(db: Session, name: str, holder: str, now: datetime, length: timedelta) -> None:
    """Take the lease, or raise Busy. Atomic on both engines."""
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Lease).values(name=name, holder=holder, until=now + length)
    taken = db.execute(
        statement.on_conflict_do_update(
            index_elements=[Lease.name],
            set_={"holder": holder, "until": now + length},
            where=(Lease.until <= now) | (Lease.holder == holder),
        ).returning(Lease.holder)
    ).scalar_one_or_none()
    if taken is None:
        other = db.get_one(Lease, name)
        raise Busy(
            f"another Callboard is working on this database (until {other.until:%H:%M:%S} UTC at the latest); "
            "let it finish, or stop it"
        )


def renew_lease(db: Session, name: str, holder: str, now: datetime, length: timedelta) -> None:
    """Prolong our lease, or raise Busy when it is not ours any more.

    One that ran out is still ours while nobody took it. Once somebody did, what we claimed is theirs, even if they
    have given the lease back since.
    """
    ours = update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now + length)
    if db.scalar(ours.returning(Lease.name)) is None:
        raise Busy(
            "another Callboard took over, because this one stood still for too long; the next pass goes on"
        )


def release_lease(db: Session, name: str, holder: str) -> None:
    """Give the lease back, if it is still ours: in one step, or another's, who took it meanwhile, would go."""
    db.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
