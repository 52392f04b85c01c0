"""`docs/configuration.md`, made from the models: `python -m callboard.config.reference > docs/configuration.md`."""

from __future__ import annotations

import sys

from pydantic.fields import FieldInfo

from callboard.config.call_section import InvitedSection, OrganiserSection, TopicSection
from callboard.config.entries import shown, toml
from callboard.config.load import TABLES, TopSection
from callboard.config.problems import nested
from callboard.config.section import Section

_HEAD = """\
# The configuration

One TOML file describes one call: `config/callboard.toml`, unless `callboard --config FILE` names another. With
several calls it holds what they share, and `config/calls/NAME.toml` what is a call's own ([scaling](scaling.md)).
`callboard init PAGE` writes it from the call's public page, with every key and its explanation; `callboard check`
says what is still missing or wrong, all of it at once, each with its cure. This page is made from the code.

**Paths** that are relative start at the folder that holds `config/`; when the file lies in a folder of another
name, they start beside the file.

**Days and hours** are TOML's own, without quotes: `2027-03-11`, `2027-03-11T09:30:00`, `07:30:00`. They are in the
call's time zone unless they carry an offset of their own.

**Passwords** never stand in the file. Each is looked for in the environment
(`CALLBOARD_MAILBOX_<NAME>_PASSWORD`, the mailbox's name in capitals with `_` for everything that is no letter or
digit; `CALLBOARD_SMTP_PASSWORD`), then in the `password_file`, then `password_command` is asked, then the service's
credentials are looked at (`$CREDENTIALS_DIRECTORY/<name of the mailbox>`, `$CREDENTIALS_DIRECTORY/smtp`; see
`LoadCredential=` in systemd.exec(5)). A command has 30 seconds, gets no variable that begins with `CALLBOARD_`, and the
first line that it prints is the password. The secret of an app for OAuth is looked for in the same order
(`CALLBOARD_OAUTH_<NAME>_SECRET`, `client_secret_file`, `client_secret_command`,
`$CREDENTIALS_DIRECTORY/oauth-<name>`); what to write for which mail provider stands in
[providers](providers/README.md). A database URL with a password in it goes into `CALLBOARD_DATABASE`.
"""

_INNER: dict[str, type[Section]] = {
    "[[call.topic]]": TopicSection,
    "[[call.invited]]": InvitedSection,
    "[[call.organiser]]": OrganiserSection,
}
_SEVERAL = frozenset({"mailbox", "oauth"})


def reference() -> str:
    """The page, in Markdown."""
    tables: dict[str, type[Section]] = {}
    for name, model in TABLES.items():
        tables[f"[[{name}]]" if name in _SEVERAL else f"[{name}]"] = model
        if name == "call":
            tables |= _INNER
    parts = [_HEAD, _section("Above the first table", TopSection)]
    parts += [_section(f"`{title}`", model) for title, model in tables.items()]
    return "\n".join(parts)


def _section(title: str, model: type[Section]) -> str:
    about = (model.__doc__ or "").partition(":")[2].strip()
    rows = [
        f"| `{name}` | {_default(field)} | {_cell(field.description or '')} |"
        for name, field in model.model_fields.items()
        if nested(model, name) is None
    ]
    heading = f"## {title}\n\n" + (f"{about[:1].upper()}{about[1:]}\n\n" if about else "")
    return heading + "\n".join(["| Key | Default | Explanation |", "| --- | --- | --- |", *rows]) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    return "not set" if field.default is None else f"`{_cell(toml(shown(field)))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(reference())
