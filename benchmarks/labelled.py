"""The labelled mail: where it lies, how it is split, and the judge that compares it with what was read.

The corpus is other people's and no part of this repository: it is looked for in ../shared/corpus. A quarter of
it is kept aside, and nobody looks at what was misread there. Letters of our own lie in
tests/mail/read, and those of them that are kept aside in tests/mail/aside.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
OWN = ROOT / "tests" / "mail" / "read"
OWN_ASIDE = ROOT / "tests" / "mail" / "aside"

PROPOSALS = ("proposal", "multi-proposal", "duplicate")
WRAPPERS = {  # how the label's "wrapper" begins -> layout; what is not here is an odd letter
    "direct": "direct",
    "reply": "reply to the call",
    "forward": "forward",
    "attachment": "attachment",
    "real-raw": "post to a list",
    "non-proposal": "no proposal",
}
CLIENTS = {  # mail program -> words in the label's "client", or in the headers where there is no label
    "Gmail": ("gmail",),
    "Outlook": ("outlook",),
    "iPhone": ("iphone",),
    "Apple Mail": ("apple",),
    "Thunderbird": ("thunderbird", "gecko"),
    "Zimbra": ("zimbra",),
    "Roundcube": ("roundcube",),
    "K-9": ("k9", "k-9"),
}
LANGUAGES = ("fr", "en", "de", "es", "it")
DOCUMENTS = re.compile(r"\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)
PASSED_ON = re.compile(r"\s*(?:fwd?|tr|wg|rv|i)\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """A message file, what a person says about it, and what the reader says (`callboard read --json`)."""

    file: Path
    label: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """What the judge says about some messages: each figure with the number of cases it rests on."""

    messages: int
    strangers: int
    figures: dict[str, tuple[float, int]]
    confusion: str
    misses: list[str]


def labelled_mail(folder: Path) -> list[Case]:
    """Messages that each have their label in a file of the same name."""
    found = [file for file in sorted(folder.rglob("*.eml")) if file.with_suffix(".json").exists()]
    return [Case(file, json.loads(file.with_suffix(".json").read_text("utf-8"))) for file in found]


def labelled_strangers(folder: Path) -> list[Case]:
    """Messages that have nothing to do with a call, with their rows of index.jsonl."""
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    return [Case(folder / row["file"], row) for row in rows if (folder / row["file"]).exists()]


def kept_aside(case: Case) -> bool:
    """Of the corpus: whether nobody looks at what was misread in this message."""
    return int(hashlib.sha1(case.file.name.encode()).hexdigest(), 16) % 4 == 0


def layout(case: Case) -> str:
    """How the text came; by the label where it says so, by the message itself where not."""
    if "wrapper" in case.label:
        wrapper = str(case.label["wrapper"])
        return next((name for start, name in WRAPPERS.items() if wrapper.startswith(start)), "odd letter")
    if case.label["kind"] not in PROPOSALS:
        return WRAPPERS["non-proposal"]
    message = message_from_bytes(case.file.read_bytes())
    parts = list(message.walk())
    if any(DOCUMENTS.search(part.get_filename() or "") for part in parts):
        return WRAPPERS["attachment"]
    inside = any(part.get_content_type() == "message/rfc822" for part in parts)
    if inside or PASSED_ON.match(str(message["Subject"] or "")):
        return WRAPPERS["forward"]
    if message["List-Id"]:
        return WRAPPERS["real-raw"]
    return WRAPPERS["reply" if message["In-Reply-To"] else "direct"]


def client(case: Case) -> str:
    """The mail program that wrote the message."""
    if "client" in case.label:
        said = str(case.label["client"])
    else:
        message = message_from_bytes(case.file.read_bytes())
        said = " ".join(str(message[name] or "") for name in ("X-Mailer", "User-Agent", "Message-ID"))
    known = (name for name, words in CLIENTS.items() if any(word in said.lower() for word in words))
    return next(known, "other programs")


def language(case: Case) -> str:
    """The language of the proposal, or of the mail that holds none."""
    said = case.label.get("language") or case.label.get("mail_language")
    return said if said in LANGUAGES else "others"


def grouped(cases: Iterable[Case], by: Callable[[Case], str], order: Iterable[str]) -> dict[str, list[Case]]:
    """The cases by a property, in this order, what is not in it last."""
    groups: dict[str, list[Case]] = {name: [] for name in order}
    for case in cases:
        groups.setdefault(by(case), []).append(case)
    return {name: group for name, group in groups.items() if group}


@cache
def _judge() -> ModuleType:
    """The scorer beside the checkout, or, for our own letters where that is absent, the copy of it here."""
    there = SHARED / "tools" / "score_reading.py"
    path = there if there.exists() else Path(__file__).with_name("score_reading.py")
    spec = importlib.util.spec_from_file_location("score_reading", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judged(mail: Sequence[Case], strangers: Sequence[Case] = ()) -> Score:
    """The judge reads labels from a folder, so the labels of just these messages are put into one."""
    answers = {case.file.name: case.answer for case in (*mail, *strangers)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in mail:
            (folder / case.file.name).with_suffix(".json").write_text(json.dumps(case.label), "utf-8")
        said, misses = _judge().score_proposals(folder, answers)
    found = dict(said)
    if strangers:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for case in strangers:
                (folder / case.file.name).touch()
            rows = "\n".join(json.dumps(case.label) for case in strangers)
            (folder / "index.jsonl").write_text(rows, "utf-8")
            more, missed = _judge().score_strangers(folder, answers)
        found, misses = {**more, **found}, misses + missed
    figures = {key: (value, found[f"{key} (n)"]) for key, value in found.items() if f"{key} (n)" in found}
    return Score(len(mail), len(strangers), figures, said["confusion"], misses)
