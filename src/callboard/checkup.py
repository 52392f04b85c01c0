"""What `callboard check` looks at: configuration, secrets, templates, database, IMAP, SMTP. One line each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from callboard import database, migrations, pauses, samples, store
from callboard.config import Config, MailboxConfig, OAuthAccount, SmtpConfig, loose_password_files
from callboard.errors import CallboardError, ConfigError
from callboard.mailroom import credentials, tokens
from callboard.mailroom.mailbox import Mailbox
from callboard.mailroom.mailer import Mailer
from callboard.mailroom.sentfolder import SentFolder
from callboard.moving import refuse_beside_a_lone_call
from callboard.roundtrip import round_trip
from callboard.templating import Templates

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Finding:
    """One line of the check. `exit_code` 0: fine; else what `callboard check` leaves with."""

    what: str
    result: str
    exit_code: int = 0


def check(
    config: Config, environ: Mapping[str, str], clock: Clock, *, wait: float | None = None
) -> Iterator[Finding]:
    """Look at everything, cheapest first; a failure does not hide the others.

    `wait`: also send a letter to ourselves and wait for it, so many seconds.
    """
    yield from _configuration(config)
    yield _try("templates", lambda: _templates(config))
    yield _try("database", lambda: _database(config))
    yield _try("programme", lambda: _programme(config))
    for account in _accounts(config):
        yield _try(f"oauth {account.app.name}", partial(_tokens, account, environ, clock))
    for mailbox in config.mailboxes:
        yield _try(f"mailbox {mailbox.name}", partial(_mailbox, mailbox, config, environ, clock))
    yield _try("smtp", lambda: _smtp(config, environ, clock))
    if (holder := config.sent_mailbox) is not None:
        yield _try(f"mailbox {holder.name}", lambda: _sent_folder(holder, config, environ, clock))
    if wait is not None:
        yield _try("round trip", lambda: round_trip(config, environ, clock, wait))


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except CallboardError as error:
        return Finding(what, str(error), error.exit_code)


def _configuration(config: Config) -> Iterator[Finding]:
    people = sum(1 for o in config.call.organisers if o.address)
    yield Finding(
        "configuration", f"{config.file}: “{config.call.title}”, {people} organisers with an address"
    )
    if not config.mailboxes:
        yield Finding("mailbox", f"{config.file}: there is no [[mailbox]]; add one", 2)
    if not people:
        yield Finding("organisers", f"{config.file}: no organiser has an address; nobody gets the digest", 1)
    if config.call.starts is None:
        yield Finding(
            "dates", f"{config.file}: call.starts is not set; the programme shows talks without hours", 1
        )
    for mailbox in config.mailboxes:
        if mailbox.since is None and config.call.published is None:
            sentence = f"{config.file}: neither since nor call.published is set; mail from today on is read"
            yield Finding(f"mailbox {mailbox.name}", sentence, 1)
    for sentence in loose_password_files(config):
        yield Finding("secrets", sentence, 1)


def _templates(config: Config) -> str:
    templates = Templates(config.templates, config.programme.css)
    broken = templates.check() or samples.broken(templates, config)
    if broken:
        raise ConfigError("; ".join(broken))
    own = f", {config.templates} first" if config.templates else ""
    return f"{len(templates.names())} templates compile and render{own}"


def _database(config: Config) -> str:
    places = database.Places()
    try:
        engine = places.of(config)
        with database.explained():
            refuse_beside_a_lone_call(config, engine)
            migrations.ensure(engine)
            with database.open_sessions(engine)() as db:
                messages = sum(store.account(db).values())
        return f"{engine.dialect.name}, revision {migrations.HEAD}, {messages} messages seen"
    finally:
        places.close()


def _programme(config: Config) -> str:
    settings = config.programme
    for key, folder in (("folder", settings.folder), ("draft_folder", settings.draft_folder)):
        wanted = config.folder / folder
        place = next(p for p in (wanted, *wanted.parents) if p.exists())
        if not place.is_dir():
            raise ConfigError(f"{place} is a file, no folder; change [programme] {key}")
        if not os.access(place, os.W_OK):
            raise ConfigError(f"{wanted} cannot be written; give it to this user or change [programme] {key}")
    return f"the page goes to {config.folder / settings.folder}"


def _accounts(config: Config) -> Iterator[OAuthAccount]:
    """Each once, whoever shares it."""
    holders: list[MailboxConfig | SmtpConfig] = [*config.mailboxes]
    holders += [config.smtp] if config.smtp else []
    found = {a.key: a for holder in reversed(holders) if (a := config.oauth_account(holder))}
    yield from found.values()


def _tokens(account: OAuthAccount, environ: Mapping[str, str], clock: Clock) -> str:
    """What a server that says only "AUTHENTICATE failed" leaves to be found out: who, and what they may do."""
    tokens.access_token(account, environ, clock)
    kept = tokens.find(account, environ).tokens
    where = "by tokens_command" if account.app.tokens_command else f"in {account.file}"
    lasts = kept.refresh_token or account.app.app_only
    return (
        f"{account.account} may {kept.scope or 'what was asked for'} until {kept.expires_at:%Y-%m-%d %H:%M} UTC, "
        f"{'refreshed by itself' if lasts else 'and then must log in again'}; kept {where}"
    )


def _mailbox(settings: MailboxConfig, config: Config, environ: Mapping[str, str], clock: Clock) -> str:
    password = credentials.of_mailbox(config, settings, environ, clock)
    with Mailbox(settings, password, config.worker) as mailbox:
        folder = mailbox.inspect()
        if obstacle := mailbox.obstacle():
            raise ConfigError(obstacle)
        _serves_us(config, pauses.of_mailbox(settings.name))
        return f"{mailbox.name} lets {settings.user} in; {settings.folder} holds {folder.messages} messages"


def _smtp(config: Config, environ: Mapping[str, str], clock: Clock) -> str:
    if config.smtp is None:
        raise ConfigError(f"{config.file}: [smtp] is missing; no letter can leave")
    secret = credentials.of_smtp(config, config.smtp, environ, clock)
    with Mailer(config.smtp, secret, config.worker.timeout_seconds) as mailer:
        found = mailer.check()
    _serves_us(config, pauses.SMTP)
    return found


def _serves_us(config: Config, name: str) -> None:
    """Whoever has just corrected a password need not wait for the end of a pause."""
    places = database.Places()
    try:
        with suppress(SQLAlchemyError), database.open_sessions(places.of(config)).begin() as db:
            pauses.over(db, name)
    finally:
        places.close()


def _sent_folder(settings: MailboxConfig, config: Config, environ: Mapping[str, str], clock: Clock) -> str:
    password = credentials.of_mailbox(config, settings, environ, clock)
    with SentFolder(settings, lambda: password, config.worker.timeout_seconds) as sent:
        return sent.check(writing=settings.file_sent)
