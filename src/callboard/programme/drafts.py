"""Numbered drafts: made when something they depend on changed, kept, and written as files."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.config import Config
from callboard.model import Draft
from callboard.programme import grid, publish
from callboard.programme.arrange import arrange
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

# What an organiser alone may see, or what changes without the page changing.
NOT_ON_THE_PAGE = (
    "contact",
    "letter_language",
    "submitted_at",
    "updated_at",
    "versions",
    "missing",
    "availability",
    "bio",
    "links",
)


def latest(db: Session) -> Draft | None:
    """The newest draft."""
    return db.scalars(select(Draft).order_by(Draft.number.desc()).limit(1)).first()


def standing_at(db: Session, moment: datetime) -> Draft | None:
    """The draft that was the newest then."""
    earlier = select(Draft).where(Draft.made_at <= moment).order_by(Draft.number.desc())
    return db.scalars(earlier.limit(1)).first()


def make_draft(db: Session, config: Config, now: datetime) -> int | None:
    """Arrange anew; a draft with the next number if anything on it changed. Returns its number, or None."""
    call, cards = config.call, store.cards_as_told(db, config.call.prefix)
    last = latest(db)
    previous = Programme.from_json(last.content) if last else None
    programme = arrange(grid.build(call, config.programme), cards, previous)
    mark = fingerprint(call, programme, cards)
    if last is not None and last.fingerprint == mark:
        return None
    number = last.number + 1 if last else 1
    db.add(Draft(number=number, made_at=now, content=programme.as_json(), fingerprint=mark))
    return number


def fingerprint(call: Call, programme: Programme, cards: tuple[ProposalCard, ...]) -> str:
    """Of everything the published files are made from, the number and the date apart."""
    shown = [{k: v for k, v in dataclasses.asdict(c).items() if k not in NOT_ON_THE_PAGE} for c in cards]
    everything: Any = [dataclasses.asdict(call), programme.as_json(), shown]
    return hashlib.sha256(json.dumps(everything, sort_keys=True, default=str).encode()).hexdigest()


def write_files(
    db: Session, config: Config, templates: Templates, folder: Path | None = None
) -> tuple[Path, ...]:
    """Write the latest draft's files into the folder, only those that changed. Returns these."""
    draft = latest(db)
    if draft is None:
        return ()
    written = publish.publish(outputs(db, draft, config, templates), folder or output_folder(config))
    draft.published = draft.published or folder is None
    return written


def output_folder(config: Config) -> Path:
    """Where the programme is published."""
    return config.folder / config.programme.folder


def is_published(db: Session, config: Config) -> bool:
    """Whether the latest draft was written to that folder, and a page still lies there."""
    draft = latest(db)
    return draft is None or (draft.published and (output_folder(config) / "index.html").exists())


def outputs(db: Session, draft: Draft, config: Config, templates: Templates) -> dict[str, str]:
    """The files of a draft: name -> text."""
    return publish.outputs(
        config.call,
        Programme.from_json(draft.content),
        store.cards_as_told(db, config.call.prefix),
        draft.number,
        draft.made_at,
        templates,
    )
