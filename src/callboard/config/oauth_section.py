"""The `[[oauth]]` tables: apps registered with a provider, and what Google and Microsoft want of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from callboard.config.section import Section
from callboard.config.values import FilledLine, Whole, refuse

Flow = Literal["device", "loopback", "app"]
Mechanism = Literal["XOAUTH2", "OAUTHBEARER"]

# In clear text only to this very machine.
_Endpoint = Annotated[
    str | None,
    BeforeValidator(lambda value: value or None),
    StringConstraints(pattern=r"^(?:https://[^\s/@]+|http://127\.0\.0\.1(?::\d+)?)(?:/\S*)?$"),
]
_ENDPOINT_SHAPE: JsonDict = {"shape": "an address that begins with https://"}


@dataclass(frozen=True)
class _Provider:
    authorization: str
    token: str
    device: str
    scopes: tuple[str, ...]
    flow: Flow
    extra: tuple[tuple[str, str], ...] = ()


# What an app may do without a person, of all that the administrator granted it.
_MICROSOFTS_APP_ONLY = ("https://outlook.office365.com/.default",)

_PROVIDERS = {
    # Google grants this scope, the only one for IMAP, by no device flow, and a refresh token only to who asks so.
    "google": _Provider(
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com/device/code",
        ("https://mail.google.com/",),
        "loopback",
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    "microsoft": _Provider(
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        (
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        "device",
    ),
    "other": _Provider("", "", "", (), "device"),
}


class OAuthConfig(Section):
    """`[[oauth]]`: an app registered with a provider, for mailboxes and [smtp] with auth = "oauth"."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="A short name of your own for the app: letters, digits, dot, dash, underscore.",
        examples=["university"],
        json_schema_extra={
            "cure": "give the app a short name of your own",
            "shape": "one word of letters, digits, dots, dashes and underscores",
        },
    )
    provider: Literal["google", "microsoft", "other"] = Field(
        description='"google" or "microsoft", whose addresses and scopes are known, or "other", with those below.',
        examples=["microsoft"],
        json_schema_extra={"cure": 'write "google", "microsoft" or "other"'},
    )
    client_id: FilledLine = Field(
        description="The app's ID, from the provider's page on which it was registered.",
        examples=["00000000-0000-0000-0000-000000000000"],
        json_schema_extra={"cure": "register an app with the provider and give its client ID"},
    )
    client_secret_file: Path | None = Field(
        default=None,
        description="A file that holds only the app's secret, where the provider gave one. Or set the environment "
        "variable CALLBOARD_OAUTH_<NAME>_SECRET.",
        examples=["secrets/oauth"],
    )
    client_secret_command: tuple[str, ...] | None = Field(
        default=None,
        description="A program and its arguments that print the app's secret.",
        examples=[["pass", "show", "callboard/oauth"]],
    )
    tenant: str = Field(
        default="common",
        pattern=r"^[A-Za-z0-9.-]+$",
        description='Microsoft\'s name or ID of your organisation; "common" only for an app of several organisations.',
        json_schema_extra={"shape": "a domain or an ID"},
    )
    scopes: tuple[str, ...] | None = Field(
        default=None,
        description="What the app asks to be allowed. Not set: IMAP and SMTP of the provider.",
        examples=[["mail.read", "offline_access"]],
    )
    flow: Flow | None = Field(
        default=None,
        description='How we log in: "device", a code that is typed into a page on any device; "loopback", a page that '
        'leads back to this machine; or "app", where no person logs in and the app\'s own secret is enough '
        "(Microsoft's app-only access). Not set: what the provider allows.",
        examples=["device"],
    )
    redirect_port: Whole = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port on 127.0.0.1 that the page leads back to; 0 for any, which Google and Microsoft allow.",
    )
    authorization_url: _Endpoint = Field(
        default=None,
        description='The page where people log in, for flow = "loopback" of a provider with its own addresses.',
        examples=["https://login.example.org/authorize"],
        json_schema_extra=_ENDPOINT_SHAPE,
    )
    device_url: _Endpoint = Field(
        default=None,
        description='Where codes for flow = "device" come from.',
        examples=["https://login.example.org/device"],
        json_schema_extra=_ENDPOINT_SHAPE,
    )
    token_url: _Endpoint = Field(
        default=None,
        description="Where tokens come from.",
        examples=["https://login.example.org/token"],
        json_schema_extra=_ENDPOINT_SHAPE,
    )
    mechanism: Mechanism | None = Field(
        default=None,
        description="How the token is handed to the mail server. Not set: XOAUTH2, or OAUTHBEARER where the server "
        "offers only that.",
        examples=["XOAUTH2"],
    )
    tokens: Path | None = Field(
        default=None,
        description="The folder of the files, mode 0600, that tokens are kept in. Not set: `tokens` beside the "
        "database.",
        examples=["var/tokens"],
    )
    tokens_command: tuple[str, ...] | None = Field(
        default=None,
        description='A program that keeps the tokens instead. It is called with "get" or "store" and a key after its '
        "own arguments, prints what was stored under the key or nothing, and reads what is to be stored.",
        examples=[["/usr/local/bin/keep-token"]],
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.token_endpoint:
            raise refuse('needs token_url with provider = "other"; name where its tokens come from')
        if not self.wanted_scopes:
            raise refuse('needs scopes with provider = "other"; name what to ask for')
        if self.app_only and self.provider == "google":
            raise refuse(
                'cannot have flow = "app" with Google, which lets no app in by its secret; take "loopback"'
            )
        if self.app_only and self.provider == "microsoft" and self.tenant == "common":
            raise refuse('needs tenant with flow = "app"; name your organisation\'s domain or directory ID')
        if self.effective_flow == "device" and not self.device_endpoint:
            raise refuse('needs device_url with flow = "device"; name where its codes come from')
        if self.effective_flow == "loopback" and not self.authorization_endpoint:
            raise refuse('needs authorization_url with flow = "loopback"; name where people log in')
        return self

    @property
    def effective_flow(self) -> Flow:
        """The flow that is used."""
        if self.flow is None and self.provider == "other" and not self.device_url:
            return "loopback"
        return self.flow or self._preset.flow

    @property
    def app_only(self) -> bool:
        """Whether the app's secret is all that is asked for."""
        return self.effective_flow == "app"

    @property
    def authorization_endpoint(self) -> str:
        """Where people log in."""
        return self.authorization_url or self._preset.authorization.format(tenant=self.tenant)

    @property
    def device_endpoint(self) -> str:
        """Where codes for other devices come from."""
        return self.device_url or self._preset.device.format(tenant=self.tenant)

    @property
    def token_endpoint(self) -> str:
        """Where tokens come from."""
        return self.token_url or self._preset.token.format(tenant=self.tenant)

    @property
    def wanted_scopes(self) -> str:
        """What the app asks for, as RFC 6749 writes it."""
        app_only = _MICROSOFTS_APP_ONLY if self.app_only and self.provider == "microsoft" else None
        return " ".join(self.scopes or app_only or self._preset.scopes)

    @property
    def authorization_extra(self) -> dict[str, str]:
        """What else the provider wants to be told by the page where people log in."""
        return dict(self._preset.extra)

    @property
    def secret_variable(self) -> str:
        """The environment variable that may hold the app's secret."""
        return "CALLBOARD_OAUTH_" + re.sub(r"[^A-Z0-9]", "_", self.name.upper()) + "_SECRET"

    @property
    def _preset(self) -> _Provider:
        return _PROVIDERS[self.provider]


@dataclass(frozen=True)
class OAuthAccount:
    """Somebody's account at a provider, and where its tokens are kept."""

    app: OAuthConfig
    account: str  # who logs in at the provider
    name: str  # what `callboard login` calls it: a mailbox, or "smtp"
    folder: Path  # of the token files

    @property
    def key(self) -> str:
        """The tokens' name: two mailboxes of one account share them, two accounts never do."""
        return f"{self.app.name}-{re.sub(r'[^a-z0-9.@]', _escaped, self.account.lower())}"

    @property
    def older_key(self) -> str:
        """Their name before that, which two accounts could have both."""
        return f"{self.app.name}-{re.sub(r'[^a-z0-9.@_-]', '_', self.account.lower())}"

    @property
    def file(self) -> Path:
        """Where the tokens are kept, unless a command keeps them."""
        return self.file_of(self.key)

    @property
    def older_file(self) -> Path:
        """Where they were kept before."""
        return self.file_of(self.older_key)

    def file_of(self, key: str) -> Path:
        """Where what is kept under a name lies."""
        return self.folder / f"{key}.json"


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02x}" for byte in match[0].encode())
