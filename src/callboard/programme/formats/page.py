"""The programme as one self-contained web page. Words and looks are in `templates/pages/`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from callboard.call import Call
from callboard.programme.formats import jsonld, view
from callboard.programme.formats.view import Audience, Language
from callboard.programme.public import public
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import STYLESHEET, Templates

TEMPLATE: Final = "pages/programme.html"
SCRIPT: Final = "pages/programme.js"


@dataclass(frozen=True)
class Beside:
    """The files that are published with the page and that it links to."""

    alternate: str | None = None  # the same page in the other language
    calendar: str | None = None  # with one for each speaker, as `Person.calendar` names it
    book: str | None = None
    earlier: Sequence[Programme] = ()  # what was public before: it has named the calendars


ALONE: Final = Beside()


def render(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    *,
    number: int,
    made_at: datetime,
    language: Language,
    templates: Templates,
    beside: Beside = ALONE,
    audience: Audience = "public",
) -> str:
    """The page of draft `number`.

    The public's has what is decided, the organisers' all that is on the draft.
    """
    script = _inline(templates.text(SCRIPT))
    told = jsonld.render(call, public(programme, cards), cards) if audience == "public" else ""
    return templates.render(
        TEMPLATE,
        view=view.build(call, programme, cards, language, audience, beside.earlier),
        number=number,
        made_at=made_at.astimezone(ZoneInfo(programme.timezone)).replace(microsecond=0),
        alternate=beside.alternate,
        beside=beside,
        jsonld=Markup(told),  # noqa: S704 - nothing in it can end the element
        css=Markup(_inline(templates.text(STYLESHEET))),  # noqa: S704 - our file, or the site's own
        script=Markup(script),  # noqa: S704 - our file, or the site's own
        # The browser runs this very text and no other, whatever stands elsewhere on the page.
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
    )


def _inline(text: str) -> str:
    """A file's text inside an element: it cannot close it. In a string of CSS or JavaScript `\\/` is a slash."""
    return text.replace("</", "<\\/").replace("\r\n", "\n")
