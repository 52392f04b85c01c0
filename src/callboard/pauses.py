"""How long a server that wants to be left alone is left alone: longer each time, and no other server with it.

Kept in the database, so that cron's next run, and a restart, respect it. Only refusals that more attempts make worse
pause anything: a server that is away is looked for at every pass.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from callboard.errors import LoginNeeded, ServerDown, ServerTrouble
from callboard.model import Pause

SMTP: Final = "smtp"

# The first pause, which doubles from then on, and the longest.
_LENGTHS: Final = {
    ServerTrouble.BUSY: (timedelta(minutes=2), timedelta(hours=2)),
    # Gmail locks an account for up to a day (field note 27).
    ServerTrouble.QUOTA: (timedelta(hours=1), timedelta(hours=8)),
    # Many refused logins look like an attack, and lock the account or our address (field note 32).
    ServerTrouble.LOGIN: (timedelta(minutes=10), timedelta(hours=1)),
}
# So many refused logins pause nothing: the operator is likely at it right now.
_PATIENT_LOGINS: Final = 2
# Exchange's own: "Request is throttled. Suggested Backoff Time: 299910 milliseconds".
_SUGGESTED: Final = re.compile(r"Backoff Time: (\d{1,9}) milli", re.IGNORECASE)


def of_mailbox(name: str) -> str:
    """What a mailbox's pause is called."""
    return f"mailbox {name}"


def length(trouble: ServerTrouble, refusals: int) -> timedelta | None:
    """How long to wait after so many refusals in a row; None: no longer than until the next pass."""
    if trouble not in _LENGTHS:
        return None
    steps = refusals - (_PATIENT_LOGINS if trouble is ServerTrouble.LOGIN else 0)
    if steps < 1:
        return None
    first, longest = _LENGTHS[trouble]
    return min(first * int(2 ** min(steps - 1, 20)), longest)


def note(db: Session, name: str, error: ServerDown, now: datetime) -> None:
    """A server refused us; nothing happens for refusals that are worth asking again at once."""
    if error.trouble not in _LENGTHS:
        return
    pause = db.get(Pause, name) or Pause(name=name, refusals=0)
    # A throttle that follows a wrong password is a new story.
    pause.refusals = pause.refusals + 1 if pause.trouble == error.trouble else 1
    wanted = _SUGGESTED.search(str(error))
    suggested = timedelta(milliseconds=int(wanted[1])) if wanted else timedelta()
    waits = max(length(error.trouble, pause.refusals) or timedelta(), min(suggested, timedelta(hours=8)))
    if isinstance(error, LoginNeeded):
        waits = timedelta()  # no server is asked any more, and `callboard login` mends it at any moment
    pause.trouble, pause.reason, pause.until = error.trouble, str(error), now + waits
    db.add(pause)


def over(db: Session, name: str) -> None:
    """It serves us again."""
    pause = db.get(Pause, name)
    if pause is not None:
        db.delete(pause)


def until(db: Session, name: str, now: datetime) -> Pause | None:
    """The pause that this server still has; None when it may be asked."""
    pause = db.get(Pause, name)
    return pause if pause is not None and pause.until > now else None


def trouble(db: Session, name: str) -> str | None:
    """Why this server did not serve us the last time, whether it is left alone or not."""
    pause = db.get(Pause, name)
    return pause.reason if pause is not None else None


def sentence(pause: Pause) -> str:
    """Why, and until when, for a person."""
    return f"{pause.reason}; left alone until {pause.until:%Y-%m-%d %H:%M} UTC"
