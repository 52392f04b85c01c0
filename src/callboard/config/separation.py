"""What would mix two calls of one installation: mail of one that the other reads, a page that both write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

from callboard.config.secrets import SMTP_VARIABLE
from callboard.config.sections import Config, MailboxConfig


def clashes(calls: Mapping[str, Config], smtp_variable_is_set: bool = False) -> dict[str, list[str]]:
    """For each call that may not run beside the others, a sentence for each reason."""
    found: dict[str, list[str]] = defaultdict(list)
    holders: dict[Hashable, tuple[str, str]] = {}
    for name, config in calls.items():
        for thing, sentence in _claims(config):
            other, theirs = holders.setdefault(thing, (name, sentence))
            if other != name:
                found[name].append(f"{sentence}; the call {other} has it too, give each its own")
                found[other].append(f"{theirs}; the call {name} has it too, give each its own")
    _watched(calls, found)
    _crossing(calls, found)
    _one_password(calls, found, smtp_variable_is_set)
    _two_apps(calls, found)
    return dict(found)


def _claims(config: Config) -> Iterator[tuple[Hashable, str]]:
    """What no two calls may have both."""
    for number, mailbox in enumerate(config.mailboxes):
        yield (
            ("mailbox", *_folder(mailbox, mailbox.folder)),
            # Each call would keep every mail, and answer it.
            f"mailbox[{number}]: {mailbox.folder} of {mailbox.user} at {mailbox.host} would be read twice",
        )
        # Its password is looked for under that name; one call's would be given to the other's server.
        yield ("name", mailbox.password_variable), f'mailbox[{number}].name "{mailbox.name}"'
    if config.smtp is not None:
        # Answers to one call's letters would arrive in the other's mailbox.
        yield ("address", config.smtp.address.casefold()), f'smtp.address "{config.smtp.address}"'
    for key, place in _places(config).items():
        yield ("place", place), f"programme.{key} {place}"


def _folder(mailbox: MailboxConfig, folder: str) -> tuple[str, str, str]:
    # RFC 9051, section 5.1: INBOX in whatever case. The port is no part of it: one server listens on several.
    name = "INBOX" if folder.upper() == "INBOX" else folder
    return mailbox.host.casefold(), mailbox.user.casefold(), name


def _places(config: Config) -> dict[str, Path]:
    settings = config.programme
    places = {
        "folder": settings.folder,
        "draft_folder": settings.draft_folder,
        "hugo_page": settings.hugo_page,
    }
    return {key: (config.folder / place).resolve() for key, place in places.items() if place is not None}


def _watched(calls: Mapping[str, Config], found: dict[str, list[str]]) -> None:
    """Mail that one call files away, in a folder that another reads."""
    read = {_folder(m, m.folder): name for name, config in calls.items() for m in config.mailboxes}
    for name, config in calls.items():
        for number, mailbox in enumerate(config.mailboxes):
            filed = {
                "move_to": mailbox.move_to if mailbox.after == "move" else None,
                "sent_folder": mailbox.sent_folder,
            }
            for key, folder in filed.items():
                reader = read.get(_folder(mailbox, folder)) if folder else None
                if reader is not None and reader != name:
                    found[name].append(
                        f"mailbox[{number}].{key}: the call {reader} reads that folder; name another"
                    )
                    found[reader].append(
                        f"mailbox: the call {name} files its mail in {folder}, which is read here; name another"
                    )


def _crossing(calls: Mapping[str, Config], found: dict[str, list[str]]) -> None:
    """A draft of one call within the public folder of another."""
    places = {name: _places(config) for name, config in calls.items()}
    public = {here["folder"]: name for name, here in places.items()}
    for name, here in places.items():
        draft = here["draft_folder"]
        for folder in (draft, *draft.parents):
            other = public.get(folder, name)
            if other != name:
                found[name].append(
                    f"programme.draft_folder {draft} lies in what the call {other} shows to everybody; name another"
                )
                found[other].append(
                    f"programme.folder {folder}: drafts of the call {name} lie in it; name another"
                )


def _one_password(calls: Mapping[str, Config], found: dict[str, list[str]], variable_is_set: bool) -> None:
    """One password for sending, and several accounts: it would be given to a server that it is not for."""
    accounts = {
        name: (c.smtp.host.casefold(), c.smtp.effective_port, c.smtp.user)
        for name, c in calls.items()
        # A token is its account's own already.
        if c.smtp is not None and c.smtp.user is not None and c.smtp.auth != "oauth"
    }
    if len(set(accounts.values())) < 2:
        return
    for name in accounts:
        smtp = calls[name].smtp
        if variable_is_set:
            found[name].append(
                f"smtp: calls send through several accounts, and {SMTP_VARIABLE} is one password for all; "
                "give each a password_file or password_command"
            )
        elif smtp is not None and smtp.password_file is None and smtp.password_command is None:
            found[name].append(
                "smtp: neither password_file nor password_command is set; calls that send through several accounts "
                "each need theirs"
            )


def _two_apps(calls: Mapping[str, Config], found: dict[str, list[str]]) -> None:
    """Two apps of one name: the secret of one would be sent to the other's server, and their tokens lie in one file."""
    first: dict[str, tuple[str, tuple[str, str, frozenset[str]]]] = {}
    for name, config in calls.items():
        for app in config.oauth:
            identity = (app.token_endpoint, app.client_id, frozenset(app.wanted_scopes.split()))
            other, theirs = first.setdefault(app.secret_variable, (name, identity))
            if theirs != identity:
                for one, another in ((name, other), (other, name)):
                    found[one].append(
                        f'[[oauth]] "{app.name}"; the call {another} has another app of that name, give each its own'
                    )


def other_addresses(calls: Mapping[str, Config]) -> dict[str, str]:
    """Calls that want the numbers at another address than the first one does, and a sentence for each."""
    wished = {name: address for name, config in calls.items() if (address := config.health.metrics)}
    first = next(iter(wished), "")
    return {
        name: f"health.metrics {address}; the call {first} says {wished[first]}, and one process serves both: "
        "write it into the shared file only"
        for name, address in wished.items()
        if address != wished[first]
    }
