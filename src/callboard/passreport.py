"""What one pass did, and the exit code that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from callboard.model import Outcome


@dataclass
class PassReport:
    """What one pass did, and what went wrong."""

    fetched: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    sent: int = 0
    given_up: int = 0
    draft: int | None = None
    digest: bool = False
    problems: list[str] = field(default_factory=list)  # of servers that are away: they are tried again

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something needs a person, 75 try again later."""
        if self.problems:
            return 75
        return 1 if self.outcomes[Outcome.HELD] or self.given_up else 0
