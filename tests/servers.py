"""Test servers on loopback: Dovecot and an SMTP sink; `faults` has those that misbehave.

Each is a context manager, listens on 127.0.0.1 on a free port and ends what it started.
"""

from __future__ import annotations

import base64
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from imapclient import IMAPClient

from authserver import ISSUER, SIGNING_KEY, holder
from callboard.config import MailboxConfig, SmtpConfig
from faults import FaultProxy  # noqa: F401  the worker's tests take all their servers from here

PASSWORD = "correct-horse"  # of every Dovecot user and of the SMTP sink
Tls = Literal["tls", "starttls", "none"]


class MissingServerError(RuntimeError):
    """A server that this machine does not have; the message says what to install."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Certificates:
    """A private authority and a certificate of it for 127.0.0.1 and localhost."""

    ca_file: Path
    cert_file: Path
    key_file: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


def make_certificates(folder: Path, *names: str) -> Certificates:
    authority = trustme.CA()
    certificate = authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(str(made.ca_file))
    certificate.private_key_pem.write_to_path(str(made.key_file))
    certificate.cert_chain_pems[0].write_to_path(str(made.cert_file))
    return made


# ---------------------------------------------------------------------------------------- Dovecot

# default_internal_user and the empty chroots let it run without root; the anvil listener without
# permissions switches off the growing delay that Dovecot gives an address with refused logins.
DOVECOT_CONF = """
base_dir = {b}/run
state_dir = {b}/state
log_path = {b}/dovecot.log
protocols = imap
listen = 127.0.0.1
instance_name = callboard-test-{imap}
default_internal_user = {iu}
default_internal_group = {ig}
default_login_user = {iu}
first_valid_uid = 1
verbose_proctitle = no
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{b}/cert.pem
ssl_key = <{b}/key.pem
ssl_dh =
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 100
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {b}/oauth2.ext
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={b}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

# Tokens are signed with a key that it shares with the tests' authorisation server; nobody is asked.
OAUTH_CONF = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={b}/keys/
username_attribute = email
issuers = {issuer}
"""
KEY_FOLDER = "keys/default/HS256"


def dovecot_binary() -> str:
    """Where Dovecot 2.3 is; raises MissingServerError with the cure."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"])
    binary = shutil.which("dovecot", path=path)
    if binary is None:
        raise MissingServerError("Dovecot is missing: install it with `sudo apt-get install dovecot-imapd`")
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20).stdout
    if not version.startswith("2.3."):
        raise MissingServerError(
            f"{binary} is version {version.split(' ')[0] or 'unknown'}; these tests configure Dovecot 2.3 "
            "(Debian 12, Ubuntu 24.04: `sudo apt-get install dovecot-imapd`)"
        )
    return binary


class DovecotServer:
    """A private Dovecot in a temporary folder. Any user name may log in with `PASSWORD`."""

    def __init__(self) -> None:
        self.binary = dovecot_binary()
        self.imap, self.imaps = free_port(), free_port()

    def __enter__(self) -> DovecotServer:
        # Not under pytest's own folder: that one is closed to Dovecot's mail user, and too long for sockets.
        self.base = Path(tempfile.mkdtemp(prefix="callboard-dovecot-"))
        self.certificates = make_certificates(self.base)
        self._write_configuration()
        self.process = subprocess.Popen([self.binary, "-F", "-c", str(self.base / "dovecot.conf")])
        try:
            self._wait_for_greeting(time.monotonic() + 20)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        shutil.rmtree(self.base, ignore_errors=True)

    def _write_configuration(self) -> None:
        me = pwd.getpwuid(os.getuid())
        internal, group, owner = me.pw_name, grp.getgrgid(me.pw_gid).gr_name, me
        if os.getuid() == 0:
            internal, group, owner = "dovecot", "dovecot", pwd.getpwnam("nobody")
        for name in ("run", "state", "mail", KEY_FOLDER):
            (self.base / name).mkdir(parents=True)
        (self.base / KEY_FOLDER / "default").write_bytes(base64.b64encode(SIGNING_KEY))
        (self.base / "oauth2.ext").write_text(OAUTH_CONF.format(b=self.base, issuer=ISSUER))
        if os.getuid() == 0:
            os.chown(self.base / "mail", owner.pw_uid, owner.pw_gid)
        self.base.chmod(0o755)
        (self.base / "dovecot.conf").write_text(
            DOVECOT_CONF.format(
                b=self.base,
                imap=self.imap,
                imaps=self.imaps,
                iu=internal,
                ig=group,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                password=PASSWORD,
            )
        )

    def _wait_for_greeting(self, until: float) -> None:
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.imap), 1) as probe:
                probe.settimeout(2)
                if probe.recv(100).startswith(b"* OK"):
                    return
            time.sleep(0.02)
        log = self.base / "dovecot.log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")


@dataclass(frozen=True)
class Account:
    """A user of the test Dovecot with an empty INBOX of their own."""

    server: DovecotServer
    user: str
    password: str = PASSWORD

    def config(self, **changes: Any) -> MailboxConfig:
        """What `[[mailbox]]` would say for it: TLS, with the private authority."""
        tls = changes.get("tls", "tls")
        values: dict[str, Any] = {
            "name": "organisers",
            "host": "127.0.0.1",
            "port": self.server.imaps if tls == "tls" else self.server.imap,
            "user": self.user,
            "ca_file": self.server.certificates.ca_file,
        }
        return MailboxConfig(**(values | changes))

    @contextmanager
    def client(self, folder: str | None = None) -> Iterator[IMAPClient]:
        """Another mail client of the same person; with `folder` selected read-write."""
        with IMAPClient("127.0.0.1", port=self.server.imap, ssl=False, timeout=20) as client:
            client._imap.debug = 0
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.login(self.user, self.password)
            if folder:
                client.select_folder(folder)
            yield client


# ------------------------------------------------------------------------------------------- SMTP


@dataclass(frozen=True)
class SentMail:
    """A letter that the sink took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class Handler:
    """Answers from `script` where there is one left for the verb, else takes everything."""

    mails: list[SentMail] = field(default_factory=list)
    script: dict[str, list[str]] = field(default_factory=dict)  # verb -> answers, first one first
    verbs: list[str] = field(default_factory=list)
    lose_replies: int = 0  # take the next n letters, then hang up without an answer

    def _scripted(self, verb: str) -> str | None:
        self.verbs.append(verb)
        answers = self.script.get(verb)
        return answers.pop(0) if answers else None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.verbs.append("EHLO")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if answer := self._scripted("MAIL"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self._scripted("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if answer := self._scripted("DATA"):
            return answer
        self.mails.append(SentMail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if self.lose_replies:
            self.lose_replies -= 1
            server.transport.abort()
        return "250 2.0.0 queued"


def _token_handler(mechanisms: tuple[str, ...]) -> Handler:
    """One that takes the tokens of the tests' authorisation server, by RFC 7628 or as Google and Microsoft do."""
    handler = Handler()

    async def log_in(server: SMTP, args: list[str]) -> AuthResult:
        first = base64.b64decode(args[1]) if len(args) == 2 else await server.challenge_auth("")
        handler.verbs.append(f"AUTH {args[0]} {'at once' if len(args) == 2 else 'later'}")
        head, *rest = first.decode().split("\1")
        user = head.removeprefix("user=") if args[0] == "XOAUTH2" else head.removeprefix("n,a=").rstrip(",")
        token = next((r.removeprefix("auth=Bearer ") for r in rest if r.startswith("auth=")), "")
        if holder(token) is not None and holder(token) == user:
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"400","schemes":"Bearer","scope":"mail.send"}')
        return AuthResult(success=False, handled=False)

    for mechanism in mechanisms:
        setattr(handler, f"auth_{mechanism}", log_in)
    return handler


class _LongLines(SMTP):
    line_length_limit = 20_000  # tokens are long


class _Controller(Controller):
    """aiosmtpd's controller on a port of the system's choice, with its sessions in reach."""

    sessions: list[SMTP]

    def factory(self) -> SMTP:
        self.sessions.append(_LongLines(self.handler, **self.SMTP_kwargs))
        return self.sessions[-1]

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class SmtpSink:
    """An SMTP server that keeps what it is given.

    `script["RCPT"] = ["550 5.1.1 no such user"]` answers the next RCPT so; `hang_up()` closes every open
    connection as an idle server would; `lose_replies = 1` takes a letter and drops the line.
    """

    def __init__(
        self,
        certificates: Certificates | None = None,
        tls: Tls = "none",
        auth: bool = False,
        utf8: bool = True,
        tokens: tuple[str, ...] = (),
    ) -> None:
        """`tokens`: the only ways to log in, "XOAUTH2" and "OAUTHBEARER"."""
        self.certificates, self.tls, self.auth = certificates, tls, auth
        self.handler = _token_handler(tokens) if tokens else Handler()
        context = certificates.server_context() if certificates else None
        self.controller = _Controller(
            self.handler,
            hostname="127.0.0.1",
            port=0,
            ssl_context=context if tls == "tls" else None,
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            authenticator=_authenticate if auth else None,
            auth_exclude_mechanism=["LOGIN", "PLAIN"] if tokens else None,
            auth_required=auth,
            # aiosmtpd takes implicit TLS for clear text, and would offer no AUTH inside it.
            auth_require_tls=tls == "starttls" or not auth,
            decode_data=False,
            enable_SMTPUTF8=utf8,
            data_size_limit=40 * 2**20,
            ident="sink",
        )
        self.controller.sessions = []

    @property
    def mails(self) -> list[SentMail]:
        return self.handler.mails

    @property
    def script(self) -> dict[str, list[str]]:
        return self.handler.script

    @property
    def port(self) -> int:
        return int(self.controller.port)

    def __enter__(self) -> SmtpSink:
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    def config(self, **changes: Any) -> SmtpConfig:
        """What `[smtp]` would say for it."""
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "tls": self.tls,
            "user": "organisers@example.org" if self.auth else None,
            "ca_file": self.certificates.ca_file if self.certificates else None,
            "address": "organisers@example.org",
        }
        return SmtpConfig(**(values | changes))

    def hang_up(self) -> None:
        done = threading.Event()

        def close() -> None:
            for session in self.controller.sessions:
                if session.transport is not None:
                    session.transport.close()
            done.set()

        self.controller.loop.call_soon_threadsafe(close)
        done.wait(5)


def _authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password.decode() == PASSWORD
    return AuthResult(success=right, handled=False)
