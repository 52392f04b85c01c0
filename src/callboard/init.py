"""What `callboard init` does: a call's public page in, a commented `config/callboard.toml` out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callboard import resources
from callboard.announcement import Announcement, Taken, read_page
from callboard.call import Call
from callboard.config.call_section import CallSection, InvitedSection, OrganiserSection, TopicSection
from callboard.config.entries import Entry, entries
from callboard.config.load import TABLES, TopSection
from callboard.config.oauth_section import OAuthConfig
from callboard.config.section import Section
from callboard.config.sections import MailboxConfig
from callboard.errors import AnnouncementError, ConfigError

#: The name that the one mailbox of a new file has.
MAILBOX_NAME = "organisers"

# What a page may well leave out: nothing waits for it.
_OPTIONAL = frozenset({"event", "url", "language", "published", "summary"})
_CURES = {
    "title": "call.title: what the call is called",
    "place": "call.place: where it happens",
    "country": "call.country: in which country",
    "timezone": "call.timezone: the event's time zone, like Europe/Paris",
    "starts": "call.starts: when the event starts",
    "ends": "call.ends: when it ends",
    "hours": "call.starts and call.ends: the hours, as the page tells only the days",
    "deadline": "call.deadline: until when proposals are in time",
    "topics": "[[call.topic]]: what talks may be about",
    "invited": "[[call.invited]]: the invited talks, if there are any",
    "organisers": "[[call.organiser]]: who organises, with the addresses the digest goes to",
    "proposals_to": 'call.proposals_to: where speakers write, "organisers" or one address',
}


@dataclass(frozen=True)
class InitReport:
    """What was written where, and what a person still has to do."""

    page: Path
    file: Path
    announcement: Announcement
    to_supply: tuple[str, ...]  # "key: what goes there", in the order of the file

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What was taken from the page, each with its line."""
        return self.announcement.found

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should look at on the page."""
        return self.announcement.notes


def write_config(page: Path, target: Path, force: bool, mailbox: str | None = None) -> InitReport:
    """Writes the configuration for the call that a page announces, with one mailbox of that name.

    Raises AnnouncementError when the page cannot be read, ConfigError when the target cannot be written, or
    exists (unless `force`).
    """
    if target.exists() and not force:
        raise _exists(target)
    announcement = _read(page)
    mailbox = mailbox or MAILBOX_NAME
    _write(target, render_config(announcement, {"mailbox": {"name": mailbox}}), force)
    return InitReport(page, target, announcement, to_supply(announcement, mailbox))


def render_config(announcement: Announcement, supplied: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """The text of `config/callboard.toml` for an announcement: every key, set or shown.

    `supplied` fills in what no page tells: table -> key -> value ("mailbox" -> "host" -> ...).
    """
    call = announcement.call
    app = {
        name: f.examples[0] for name, f in OAuthConfig.model_fields.items() if f.is_required() and f.examples
    }
    given = {"mailbox": {"name": MAILBOX_NAME}, "oauth": app, **(supplied or {})}
    environment = Environment(  # noqa: S701 - TOML, not HTML: `entries` has escaped every value
        loader=FileSystemLoader(resources.folder("templates")),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    tables: dict[str, list[Entry]] = {
        name: entries(model, given.get(name)) for name, model in TABLES.items() if model is not CallSection
    }
    return environment.get_template("config/callboard.toml").render(
        **tables,
        top=entries(TopSection, given.get("top")),
        call=entries(CallSection, _call_values(announcement)),
        topics=[entries(TopicSection, vars(topic)) for topic in call.topics],
        invited=[entries(InvitedSection, vars(talk)) for talk in call.invited],
        organisers=[entries(OrganiserSection, vars(person)) for person in call.organisers],
        about={
            "topic": _about(TopicSection),
            "invited": _about(InvitedSection),
            "organiser": _about(OrganiserSection),
        },
    )


def to_supply(announcement: Announcement, mailbox: str = MAILBOX_NAME) -> tuple[str, ...]:
    """What a person must still write into the new file or beside it, each with its key."""
    call = announcement.call
    # Without a day there is no hour to ask for.
    waiting = [
        n for n in announcement.missing if n not in _OPTIONAL and not (n == "hours" and not call.starts)
    ]
    missing = [_CURES[name] for name in waiting]
    if call.organisers and not any(person.address for person in call.organisers):
        missing.append("call.organiser[0].address: at least one organiser's address, for the digest")
    missing += [
        f'call.invited[{n}].title: "" until the title is known'
        for n, t in enumerate(call.invited)
        if not t.title
    ]
    variable = MailboxConfig(name=mailbox, host="h", user="u").password_variable
    return (
        *missing,
        "mailbox[0].host: the IMAP server",
        "mailbox[0].user: the login name of the mailbox that proposals arrive in",
        f"mailbox[0].password_file: its password in a file, or {variable} in the environment",
        "smtp.host: the SMTP server",
        "smtp.address: the address that letters come from and answers go to",
        "smtp.user and smtp.password_file: the login for sending, if the server wants one",
    )


def _read(page: Path) -> Announcement:
    try:
        return read_page(page.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise AnnouncementError(f"{page}: this is not UTF-8 text; save the page as UTF-8") from problem
    except OSError as problem:
        raise AnnouncementError(f"{page}: cannot be read ({problem.strerror}); check the path") from problem
    except AnnouncementError as problem:
        raise AnnouncementError(f"{page}: {problem}") from problem


def _call_values(announcement: Announcement) -> Mapping[str, Any]:
    call: Call = announcement.call
    values: dict[str, Any] = {k: v for k, v in vars(call).items() if k not in announcement.missing}
    if call.prefix == CallSection.model_fields["prefix"].default:
        del values["prefix"]
    if "hours" in announcement.missing:
        # Days without hours: `load` asks for the hours.
        values |= {name: moment.date() for name in ("starts", "ends") if (moment := values.get(name))}
    # The last second of a day of the call's own zone is written as the day.
    if (
        call.deadline
        and isinstance(call.deadline.tzinfo, ZoneInfo)
        and call.deadline.time() == time(23, 59, 59)
    ):
        values["deadline"] = call.deadline.date()
    return values


def _about(model: type[Section]) -> list[tuple[str, str]]:
    """The keys of a table, padded to one width, and what each is for."""
    width = max(map(len, model.model_fields))
    return [(name.ljust(width), field.description or "") for name, field in model.model_fields.items()]


def _exists(target: Path) -> ConfigError:
    return ConfigError(f"{target} exists and was not touched; move it away, or add --force to replace it")


def _write(target: Path, text: str, force: bool) -> None:
    try:
        _make_folder(target.parent)
        # "x": a file that appeared meanwhile is not overwritten either.
        with target.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as problem:
        raise _exists(target) from problem
    except OSError as problem:
        raise ConfigError(f"{target}: cannot be written ({problem.strerror}); check its folder") from problem


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as problem:
        raise NotADirectoryError(problem.errno, "its folder is a file") from problem
