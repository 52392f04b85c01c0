"""What the pages about mail providers tell people to write: every block of it is a configuration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callboard.config import load

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "providers"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = '[call]\ntitle = "T"\ntimezone = "Europe/Paris"\n'
BLOCKS = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, text in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize("text", BLOCKS)
def test_what_a_page_shows_can_be_written_into_the_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "callboard.toml"
    path.write_text(CALL + text, encoding="utf-8")

    config = load(path, {})

    assert config.smtp is not None and config.smtp.user is not None
    assert [mailbox.name for mailbox in config.mailboxes] == ["organisers"]
    holders = (*config.mailboxes, config.smtp)
    # One login is enough, whoever is read and sent for.
    accounts = [config.oauth_account(holder) for holder in holders]
    assert len({account.key if account else None for account in accounts}) == 1
    assert all(holder.tls != "none" for holder in holders)


def test_every_page_has_a_block_and_a_place_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert len(PAGES) == 6
    assert [p.name for p in PAGES if not BLOCK.search(p.read_text(encoding="utf-8"))] == []
    assert [p.name for p in PAGES if f"]({p.name})" not in index] == []


@pytest.mark.parametrize("page", [*PAGES, FOLDER / "README.md"], ids=lambda page: page.stem)
def test_no_line_is_hard_to_read_in_a_terminal(page: Path) -> None:
    prose = [line for line in page.read_text(encoding="utf-8").splitlines() if not line.startswith("|")]

    assert [line for line in prose if len(line) > 130] == []
