"""The newest draft of the programme as a file that goes with an organiser's digest, while it is not the public one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from callboard import store
from callboard.desk.enclosures import Enclosure
from callboard.desk.outbox import Desk
from callboard.model import Draft
from callboard.programme import drafts
from callboard.programme.formats import events, text
from callboard.programme.formats.names import names
from callboard.programme.formats.view import Language
from callboard.programme.timetable import Item, Listed, Programme

UNDECIDED = "?"  # before the title of a talk that waits for a decision; the digest says so


def draft_file(db: Session, desk: Desk, language: str, since: datetime | None) -> tuple[Enclosure, ...]:
    """The draft as plain text, where it is newer than the last digest and than what is public; else nothing."""
    draft = drafts.latest(db)
    if draft is None or not is_enclosed(db, draft, since):
        return ()
    programme = Programme.from_json(draft.content)
    own: Language = "fr" if language == "fr" else "en"
    cards = store.cards(db, desk.call.prefix)
    shown = events.schedule(desk.call, programme.each(_marked), cards, names(desk.templates, own))
    content = text.render(desk.call, shown, own, desk.templates)
    return (Enclosure(f"programme-{draft.number}.txt", "text/plain; charset=utf-8", content.encode()),)


def is_enclosed(db: Session, draft: Draft, since: datetime | None) -> bool:
    """Whether the newest draft goes with a digest that covers what came since then."""
    public = drafts.released(db)
    known = (since is not None and draft.made_at <= since) or (public and public.number == draft.number)
    return not known and bool(Programme.from_json(draft.content).talks)


def _marked(one: Item | Listed) -> Item | Listed:
    """With a question mark before its title where it waits for a decision."""
    return replace(one, title=f"{UNDECIDED} {one.title or ''}".strip()) if one.undecided else one
