"""The programme as one self-contained web page. Words and looks are in `templates/pages/`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from callboard.call import Call
from callboard.programme.formats import view
from callboard.programme.formats.view import Language
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

TEMPLATE = "pages/programme.html"


def render(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    *,
    number: int,
    made_at: datetime,
    language: Language,
    templates: Templates,
    alternate: str | None = None,
) -> str:
    """The page of draft `number`; `alternate` is the file of the same page in the other language."""
    return templates.render(
        TEMPLATE,
        view=view.build(call, programme, cards, language),
        number=number,
        made_at=made_at.astimezone(ZoneInfo(programme.timezone)),
        alternate=alternate,
    )
