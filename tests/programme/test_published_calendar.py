"""What calendars are told across releases, from the database to the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from callboard import database, store
from callboard.call import Call
from callboard.config import Config, ProgrammeConfig
from callboard.model import Draft, Proposal, Speaker
from callboard.programme import drafts
from callboard.programme.timetable import Programme
from callboard.proposals import State
from callboard.templating import Templates
from programme_rooms import at, of_items, talk

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
ANNOUNCEMENT = "---\ntitle: 'Une journée'  # ours\ndate: 2027-03-11\n---\nTexte\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    call = Call(
        title="Journée rivières",
        timezone="Europe/Paris",
        starts=datetime(2027, 4, 1, 9, tzinfo=ZoneInfo("Europe/Paris")),
        ends=datetime(2027, 4, 1, 17, tzinfo=ZoneInfo("Europe/Paris")),
    )
    return Config(call=call, folder=tmp_path)


def proposal(number: int) -> Proposal:
    return Proposal(
        id=number,
        state=State.ACCEPTED,
        title=f"Exposé {number}",
        abstract="Une crue. " * 20,
        speakers=[Speaker(position=0, name=f"Speaker {number}", email=f"s{number}@rivieres.example")],
        keywords=[],
        links=[],
        topics=[],
        contact=f"s{number}@rivieres.example",
        letter_language="fr",
        fingerprint=store.fingerprint(f"Exposé {number}", None),
        submitted_at=NOW,
        updated_at=NOW,
    )


def draft(number: int, programme: Programme, *, released: bool = True) -> Draft:
    made = NOW + timedelta(days=number)
    return Draft(
        number=number,
        made_at=made,
        content=programme.as_json(),
        fingerprint=str(number),
        released_at=made if released else None,
    )


def calendar(folder: Path) -> dict[str, tuple[str, int]]:
    """Of each event in the public file, by its start: status and sequence."""
    found = Calendar.from_ical((folder / "programme.ics").read_bytes(), multiple=False)
    assert isinstance(found, Calendar)
    return {f"{one.start:%H:%M}": (str(one["STATUS"]), int(one["SEQUENCE"])) for one in found.walk("VEVENT")}


def test_released_moves_raise_the_sequence_and_drafts_do_not(engine: sa.Engine, config: Config) -> None:
    sessions, folder = database.open_sessions(engine), config.folder / "public"
    with sessions.begin() as db:
        db.add_all([proposal(1), proposal(2)])
        db.add(draft(1, of_items(talk(1, at(1, 9)), talk(2, at(1, 10)))))
        drafts.write_files(db, config, Templates())
    first = calendar(folder)
    with sessions.begin() as db:
        db.add(draft(2, of_items(talk(1, at(1, 14)), talk(2, at(1, 10))), released=False))
        drafts.write_files(db, config, Templates())
    drafted = calendar(folder)
    with sessions.begin() as db:
        db.add(draft(3, of_items(talk(1, at(1, 15)), talk(2, at(1, 10)))))
        drafts.write_files(db, config, Templates())

    assert first == drafted == {"09:00": ("CONFIRMED", 0), "10:00": ("CONFIRMED", 0)}
    assert calendar(folder) == {"15:00": ("CONFIRMED", 1), "10:00": ("CONFIRMED", 0)}


def test_where_every_draft_is_public_each_of_them_counts(engine: sa.Engine, config: Config) -> None:
    public = Config(call=config.call, folder=config.folder, programme=ProgrammeConfig(public="draft"))
    with database.open_sessions(engine).begin() as db:
        db.add(proposal(1))
        db.add_all(draft(n, of_items(talk(1, at(1, 8 + n))), released=False) for n in (1, 2, 3))
        drafts.write_files(db, public, Templates())

    assert calendar(config.folder / "public") == {"11:00": ("CONFIRMED", 2)}


def test_a_withdrawal_between_two_releases_is_told(engine: sa.Engine, config: Config) -> None:
    sessions, folder = database.open_sessions(engine), config.folder / "public"
    with sessions.begin() as db:
        db.add_all([proposal(1), proposal(2)])
        db.add(draft(1, of_items(talk(1, at(1, 9)), talk(2, at(1, 10)))))
        drafts.write_files(db, config, Templates())
    had = (folder / "speakers" / "speaker-1.ics").exists()
    with sessions.begin() as db:
        db.get_one(Proposal, 1).state = State.WITHDRAWN
        drafts.write_files(db, config, Templates())

    assert calendar(folder) == {"09:00": ("CANCELLED", 1), "10:00": ("CONFIRMED", 0)}
    assert (had, (folder / "speakers" / "speaker-1.ics").exists()) == (True, False)


def test_another_folder_gets_the_same_files_and_the_announcement_beside_them(
    engine: sa.Engine, config: Config
) -> None:
    page = config.folder / "site" / "index.md"
    page.parent.mkdir()
    page.write_text(ANNOUNCEMENT, encoding="utf-8")
    settings = ProgrammeConfig(hugo_page=Path("site/index.md"), hugo_talks=True)
    with_page = Config(call=config.call, folder=config.folder, programme=settings)
    with database.open_sessions(engine).begin() as db:
        db.add(proposal(1))
        db.add(draft(1, of_items(talk(1, at(1, 9)))))
        drafts.write_files(db, with_page, Templates(), config.folder / "out")
        untouched = page.read_text(encoding="utf-8")
        drafts.write_files(db, with_page, Templates())

    def tree(name: str) -> dict[str, bytes]:
        folder = config.folder / name
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    out, public = tree("out"), tree("public")
    assert untouched == ANNOUNCEMENT
    assert out.pop("index.md") == page.read_bytes() != ANNOUNCEMENT.encode()
    assert out == public
    assert "talks/talk-1.md" in public


def test_a_changed_setting_is_published_by_the_next_pass(engine: sa.Engine, config: Config) -> None:
    talks = Config(call=config.call, folder=config.folder, programme=ProgrammeConfig(hugo_talks=True))
    with database.open_sessions(engine).begin() as db:
        db.add(draft(1, Programme("Europe/Paris")))
        drafts.write_files(db, config, Templates())

        assert (drafts.is_published(db, config), drafts.is_published(db, talks)) == (True, False)


@pytest.mark.parametrize("name", ["index.html", ".callboard.json"])
@pytest.mark.parametrize("folder", [drafts.output_folder, drafts.draft_folder])
def test_a_file_that_somebody_deleted_is_published_by_the_next_pass(
    engine: sa.Engine, config: Config, folder: Callable[[Config], Path], name: str
) -> None:
    path = folder(config) / name
    with database.open_sessions(engine).begin() as db:
        db.add(draft(1, Programme("Europe/Paris")))
        drafts.write_files(db, config, Templates())
        before = drafts.is_published(db, config)
        path.unlink()

        assert (before, drafts.is_published(db, config)) == (True, False)
