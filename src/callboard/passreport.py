"""What one pass did, and the exit code that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from callboard.errors import CallboardError
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
    problems: list[str] = field(default_factory=list)
    worst: int = 0  # exit code of the worst of them

    def add(self, error: CallboardError) -> None:
        """Something went wrong with one part; the others go on. Said once, however often it is met."""
        if str(error) not in self.problems:
            self.problems.append(str(error))
        # A wrong configuration (2) stays wrong; a server that is away (75) comes back.
        self.worst = 2 if 2 in (self.worst, error.exit_code) else max(self.worst, error.exit_code)

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something needs a person, 2 wrong configuration, 75 try again later."""
        if self.problems:
            return self.worst
        return 1 if self.outcomes[Outcome.HELD] or self.given_up else 0
