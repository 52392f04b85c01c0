"""Numbered drafts: made when something they depend on changed, kept, released, and written as files.

A draft is the organisers' own until `release` makes it public.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from callboard import store
from callboard.call import Call
from callboard.config import Config
from callboard.database import numbered
from callboard.errors import ConfigError
from callboard.model import Draft, PinnedTalk
from callboard.programme import manifest, publish
from callboard.programme.arrange import arrange
from callboard.programme.makingway import making_way
from callboard.programme.moves import Move, facts_of, moves
from callboard.programme.pins import Pin, read_pin
from callboard.programme.public import announced, public
from callboard.programme.revisions import Release
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

# What changes without a page changing; of these only the level says where a talk goes.
NOT_ON_THE_PAGE = (
    "contact",
    "letter_language",
    "submitted_at",
    "updated_at",
    "versions",
    "missing",
    "availability",
    "level",
    "bio",
    "links",
)


@dataclass(frozen=True)
class Inputs:
    """Everything a draft is made from, read in one transaction so that arranging it needs none."""

    config: Config
    cards: tuple[ProposalCard, ...]
    previous: Programme | None
    pins: tuple[Pin, ...]
    mark: str

    def arrange(self) -> Programme:
        """The programme; the same inputs give the same."""
        call = self.config.call
        day = making_way(call, self.config.programme, self.cards, self.pins)
        return arrange(day, self.cards, self.previous, self.pins, call.organisers)


# --- Making one ----------------------------------------------------------------------------------------


def news(db: Session, config: Config) -> Inputs | None:
    """What the next draft is made from; None while nothing that it depends on has changed since the last."""
    last, cards = latest(db), store.cards(db, config.call.prefix)
    laid_out = config.programme.model_dump(mode="json", exclude={"folder", "draft_folder", "url"})
    fixed = pins(db, config)
    lines = [pin.text for pin in fixed]
    mark = _mark(dataclasses.asdict(config.call), laid_out, _shown(cards), lines, *_levels(cards))
    if last is not None and last.inputs == mark:
        return None
    return Inputs(config, cards, Programme.from_json(last.content) if last else None, fixed, mark)


def pins(db: Session, config: Config) -> tuple[Pin, ...]:
    """What is fixed: in the configuration, then by organisers, the oldest first."""
    configured = (read_pin(line) for line in config.programme.pins)
    return tuple({pin.text: pin for pin in (*configured, *pinned(db))}.values())


def pinned(db: Session) -> tuple[Pin, ...]:
    """What organisers have fixed, the oldest first; the configuration's is not among it."""
    return tuple(read_pin(line) for line in db.scalars(select(PinnedTalk.line).order_by(PinnedTalk.id)))


def pin(db: Session, read: Pin, by: str, now: datetime) -> None:
    """Fix something."""
    db.add(PinnedTalk(line=read.text, at=now, by=by))
    db.flush()


def unpin(db: Session, read: Pin) -> None:
    """Let it go again."""
    db.execute(delete(PinnedTalk).where(PinnedTalk.line == read.text))


def keep(db: Session, inputs: Inputs, programme: Programme, now: datetime) -> int | None:
    """A draft with the next number if anything on its page changed. Returns its number, or None."""
    last = latest(db)
    mark = fingerprint(inputs.config.call, programme, inputs.cards)
    if last is not None and last.fingerprint == mark:
        last.inputs = inputs.mark
        return None
    number = last.number + 1 if last else 1
    content, facts = programme.as_json(), facts_of(inputs.cards, inputs.pins)
    db.add(
        Draft(number=number, made_at=now, content=content, facts=facts, fingerprint=mark, inputs=inputs.mark)
    )
    return number


def make_draft(db: Session, config: Config, now: datetime) -> int | None:
    """Arrange anew if need be; the new draft's number, or None."""
    inputs = news(db, config)
    return keep(db, inputs, inputs.arrange(), now) if inputs else None


def fingerprint(call: Call, programme: Programme, cards: tuple[ProposalCard, ...]) -> str:
    """Of everything the published files are made from, the number and the date apart."""
    return _mark(dataclasses.asdict(call), programme.as_json(), _shown(cards))


def _shown(cards: tuple[ProposalCard, ...]) -> list[dict[str, Any]]:
    return [{k: v for k, v in dataclasses.asdict(c).items() if k not in NOT_ON_THE_PAGE} for c in cards]


def _levels(cards: tuple[ProposalCard, ...]) -> list[list[tuple[int, str]]]:
    """The levels that are known; nothing where none is, so that drafts from before levels were read keep their
    mark."""
    known = [(card.number, card.level) for card in cards if card.level]
    return [known] if known else []


def _mark(*values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


# --- Finding one ---------------------------------------------------------------------------------------


def latest(db: Session) -> Draft | None:
    """The newest draft."""
    return db.scalars(select(Draft).order_by(Draft.number.desc()).limit(1)).first()


def find(db: Session, number: int | None) -> Draft:
    """The draft of that number, or the newest. Raises ConfigError when there is none."""
    draft = latest(db) if number is None else numbered(db, Draft, number)
    if draft is None:
        wanted = "no draft of the programme yet" if number is None else f"no draft {number} of the programme"
        raise ConfigError(f"there is {wanted}; callboard programme drafts lists what there is")
    return draft


def every(db: Session) -> tuple[Draft, ...]:
    """All drafts, by number."""
    return tuple(db.scalars(select(Draft).order_by(Draft.number)))


def standing_at(db: Session, moment: datetime) -> Draft | None:
    """The draft that was the newest then."""
    earlier = select(Draft).where(Draft.made_at <= moment).order_by(Draft.number.desc())
    return db.scalars(earlier.limit(1)).first()


def released(db: Session) -> Draft | None:
    """The draft that is public: the last that was released."""
    shown = select(Draft).where(Draft.released_at.is_not(None))
    return db.scalars(shown.order_by(Draft.released_at.desc(), Draft.number.desc()).limit(1)).first()


def differences(before: Draft, after: Draft) -> tuple[Move, ...]:
    """What moved between two drafts, and why."""
    one, other = Programme.from_json(before.content), Programme.from_json(after.content)
    return moves(one, other, before.facts, after.facts)


# --- Its files -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What everybody may see now, read once: the draft it comes from, and the proposals as their speakers know them."""

    programme: Programme
    cards: tuple[ProposalCard, ...]
    number: int
    made_at: datetime


def shown(db: Session, config: Config) -> Shown | None:
    """What is public; before the first release only what may be said without one. None before the first draft."""
    newest = latest(db)
    if newest is None:
        return None
    draft = newest if config.programme.public == "draft" else released(db)
    cards = store.cards_as_told(db, config.call.prefix)
    if draft is None:
        return Shown(announced(Programme.from_json(newest.content)), cards, newest.number, newest.made_at)
    return Shown(public(Programme.from_json(draft.content), cards), cards, draft.number, draft.made_at)


def write_files(
    db: Session, config: Config, templates: Templates, folder: Path | None = None
) -> tuple[Path, ...]:
    """Write what is public into the folder, and the newest draft's page into the organisers' own, only what changed.
    Returns the files written. Into another folder than the configured one goes only what is public."""
    draft, now = latest(db), shown(db, config)
    if draft is None or now is None:
        return ()
    written = publish.publish(_outputs(db, now, config, templates), folder or output_folder(config))
    if page := config.programme.hugo_page:
        written += publish.announce(
            config.folder / page, config.call, now.programme, now.cards, draft.made_at, folder
        )
    if folder is None:
        written += publish.publish(
            draft_outputs(db, draft, config, templates), draft_folder(config), private=True
        )
        draft.written = _publication(now, draft, config)
    return written


def output_folder(config: Config) -> Path:
    """Where the public programme is published."""
    return config.folder / config.programme.folder


def draft_folder(config: Config) -> Path:
    """Where the organisers' page lies."""
    return config.folder / config.programme.draft_folder


def is_published(db: Session, config: Config) -> bool:
    """Whether the files that lie there are the ones that `write_files` would write, templates and what somebody else
    wrote into them apart."""
    draft, now = latest(db), shown(db, config)
    if draft is None or now is None:
        return True
    folders = (output_folder(config), draft_folder(config))
    return draft.written == _publication(now, draft, config) and all(map(manifest.is_whole, folders))


def _publication(now: Shown, draft: Draft, config: Config) -> str:
    """Of everything that the files are made from."""
    mark = fingerprint(config.call, now.programme, now.cards)
    return _mark(mark, config.programme.model_dump(mode="json")) + str(draft.number)


def releases(db: Session, config: Config) -> tuple[Release, ...]:
    """What has been public until now, the oldest first."""
    if config.programme.public == "draft":
        return tuple(Release(draft.made_at, Programme.from_json(draft.content)) for draft in every(db))
    shown = select(Draft).where(Draft.released_at.is_not(None)).order_by(Draft.released_at, Draft.number)
    return tuple(
        Release(draft.released_at, Programme.from_json(draft.content))
        for draft in db.scalars(shown)
        if draft.released_at is not None
    )


def outputs(db: Session, config: Config, templates: Templates) -> dict[str, publish.Content]:
    """The public files: name -> content; none before the first draft."""
    now = shown(db, config)
    return _outputs(db, now, config, templates) if now else {}


def _outputs(db: Session, now: Shown, config: Config, templates: Templates) -> dict[str, publish.Content]:
    return publish.outputs(
        config.call,
        now.programme,
        now.cards,
        now.number,
        now.made_at,
        templates,
        settings=config.programme,
        releases=releases(db, config),
    )


def calendars(db: Session, now: Shown, config: Config, templates: Templates) -> dict[int, str]:
    """A calendar for each talk of the public programme, by number."""
    return publish.calendars(
        config.call,
        now.programme,
        now.cards,
        now.made_at,
        templates,
        settings=config.programme,
        releases=releases(db, config),
    )


def draft_outputs(db: Session, draft: Draft, config: Config, templates: Templates) -> dict[str, str]:
    """The files for the organisers' eyes: name -> text."""
    return publish.pages(
        config.call,
        Programme.from_json(draft.content),
        store.cards(db, config.call.prefix),
        draft.number,
        draft.made_at,
        templates,
        audience="organisers",
    )
