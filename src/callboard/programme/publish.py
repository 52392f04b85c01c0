"""Writes the published files: every format at once, each whole or not at all, and only what changed."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from callboard.call import Call
from callboard.config import ProgrammeConfig
from callboard.errors import ConfigError, DiskFull
from callboard.programme import manifest
from callboard.programme.formats import (
    book,
    events,
    frab,
    frontmatter,
    hugo,
    hugotalks,
    ical,
    page,
    sheet,
    text,
)
from callboard.programme.formats.names import names
from callboard.programme.formats.view import Audience, Language
from callboard.programme.public import once_public, public
from callboard.programme.revisions import Release, revisions, withdrawn
from callboard.programme.timetable import Programme
from callboard.proposals import ProposalCard
from callboard.templating import Templates

# Readable by the web server, whatever the worker's umask says.
MODE = 0o644
ENTERED = 0o755

Content = str | bytes


def outputs(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    number: int,
    made_at: datetime,
    templates: Templates,
    *,
    settings: ProgrammeConfig | None = None,
    releases: Sequence[Release] = (),
) -> dict[str, Content]:
    """The public files of draft `number`, name -> content. Names may have a folder: `speakers/ada-sample.ics`.

    `cards` have the states that speakers were told; `releases` is what was public before, the oldest first.
    """
    settings = settings or ProgrammeConfig()
    # Whatever is handed over: nothing leaves by this door that is not public.
    shown = public(programme, cards)
    own, other = languages(call)
    words = {language: names(templates, language) for language in (own, other)}
    with_book = settings.book and book.has_entries(shown)
    earlier = once_public((release.programme for release in releases), cards)
    schedules = {
        language: events.schedule(call, shown, cards, words[language], settings.url, earlier)
        for language in (own, other)
    }
    known = revisions((*releases, Release(made_at, shown)))
    changes = ical.Changes(known, withdrawn(known, cards))
    found: dict[str, Content] = {
        **pages(call, shown, cards, number, made_at, templates, with_book=with_book, earlier=earlier),
        "programme.md": hugo.render(
            call, shown, cards, number=number, made_at=made_at, language=own, templates=templates
        ),
        "programme.txt": text.render(call, schedules[own], own, templates),
        f"programme.{other}.txt": text.render(call, schedules[other], other, templates),
        **sheet.files(schedules[own], words[own]),
        **ical.files(schedules[own], words[own], changes),
        **frab.files(schedules[own], words[own], number),
    }
    if with_book:
        found |= book.files(
            call, shown, cards, number=number, made_at=made_at, languages=(own, other), templates=templates
        )
    if settings.hugo_talks:
        found |= hugotalks.pages(call, schedules[own], made_at)
    return found


def calendars(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    made_at: datetime,
    templates: Templates,
    *,
    settings: ProgrammeConfig,
    releases: Sequence[Release],
) -> dict[int, str]:
    """A calendar for each public talk, by number, which says of it what the public one of `outputs` says."""
    shown = public(programme, cards)
    own, _ = languages(call)
    words = names(templates, own)
    known = revisions((*releases, Release(made_at, shown)))
    return ical.of_talks(
        events.schedule(call, shown, cards, words, settings.url), words, ical.Changes(known, {})
    )


def pages(
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    number: int,
    made_at: datetime,
    templates: Templates,
    audience: Audience = "public",
    *,
    with_book: bool = False,
    earlier: Sequence[Programme] = (),
) -> dict[str, str]:
    """The page of draft `number` in the call's language and in the other one, name -> text.

    The public page links to the calendars, and to the book where there is one.
    """
    own, other = languages(call)
    first, second = "index.html", f"programme.{other}.html"
    calendar = ical.WHOLE if audience == "public" and programme.items else None

    def render(language: Language, alternate: str) -> str:
        pdf = book.name(language, own) if with_book else None
        return page.render(
            call,
            programme,
            cards,
            number=number,
            made_at=made_at,
            language=language,
            templates=templates,
            beside=page.Beside(alternate, calendar, pdf, earlier),
            audience=audience,
        )

    return {first: render(own, second), second: render(other, first)}


def languages(call: Call) -> tuple[Language, Language]:
    """The call's language, as far as there are words in it, and the other one."""
    return ("fr", "en") if call.language == "fr" else ("en", "fr")


def publish(files: Mapping[str, Content], folder: Path, *, private: bool = False) -> tuple[Path, ...]:
    """Write the files whose content changed into the folder; return these. What was written there before and is no
    longer one of the files is removed. `private`: folders that are made are as the worker's umask says.

    A reader sees the old file or the new one, never half of one. Raises ConfigError when the folder cannot be
    written to, DiskFull when there is no room.
    """
    contents = {
        name: content.encode() if isinstance(content, str) else content for name, content in files.items()
    }
    with _explained(folder):
        for place in (folder, *dict.fromkeys((folder / name).parent for name in contents)):
            _make(place, private=private)
        before = manifest.read(folder)
        now = {name: manifest.digest(content) for name, content in contents.items()}
        # Noted before it is written: a file that nobody knows of would stay for ever.
        _note(folder, before | now)
        written = tuple(
            folder / name for name, content in contents.items() if _replace(folder / name, content)
        )
        manifest.remove(folder, {name: mark for name, mark in before.items() if name not in now})
        _note(folder, now)
    return written


def announce(
    announcement: Path,
    call: Call,
    programme: Programme,
    cards: Sequence[ProposalCard],
    made_at: datetime,
    folder: Path | None = None,
) -> tuple[Path, ...]:
    """Bring the front matter of the announcement's own page to the programme's hours; into the folder, if one is
    named, and otherwise in place. Returns the file if it changed. Raises as `publish` does."""
    try:
        before, mode = announcement.read_bytes(), stat.S_IMODE(announcement.stat().st_mode)
    except OSError as error:
        raise ConfigError(
            f"{announcement} cannot be read ({error.strerror}); name the announcement's page in [programme] hugo_page"
        ) from error
    changes = hugotalks.hours(call, public(programme, cards), made_at)
    after = frontmatter.merge(before, changes, call.zone, str(announcement))
    # A link to it stays one.
    target = folder / announcement.name if folder else announcement.resolve()
    with _explained(target.parent):
        return (target,) if _replace(target, after, mode) else ()


def _make(folder: Path, *, private: bool) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in () if private else missing:
        place.chmod(ENTERED)


def _note(folder: Path, marks: Mapping[str, str]) -> None:
    _replace(folder / manifest.NAME, manifest.written(marks))


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    """Trouble with the place as an error that names it and the cure."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"{place}: there is no room for the programme ({error.strerror}); make room, the next pass tries again"
            ) from error
        raise ConfigError(
            f"{place}: the programme cannot be written there ({error.strerror or error}); "
            "make the folder writable for Callboard or name another one in [programme] folder"
        ) from error


def _replace(path: Path, content: bytes, mode: int = MODE) -> bool:
    """Put the content at the path unless it is there already; whether anything was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            # A crash after the rename must not leave an empty page under the right name.
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True
