"""Fixtures that many tests share: a real Dovecot with a fresh mailbox, and an SMTP sink."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from servers import Account, Certificates, DovecotServer, MissingServerError, SmtpSink, make_certificates

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

pytest_plugins = ["databases", "workplace", "conversing"]

_numbers = count(1)


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[DovecotServer]:
    """One Dovecot for the whole run."""
    try:
        server = DovecotServer()
    except MissingServerError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    with server:
        yield server


@pytest.fixture
def dovecot(dovecot_server: DovecotServer) -> Account:
    """A fresh, empty mailbox of a new user."""
    return Account(dovecot_server, f"organiser{next(_numbers)}")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A private certificate authority and a certificate for 127.0.0.1."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server on loopback, clear text, without AUTH, that takes everything."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `../shared` beside the repository; tests that need it skip without it."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: this test needs the shared material beside the checkout")
    return folder
