"""Until when, and to whom, proposals are sent, as the prose says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from callboard.announcement import dates
from callboard.announcement.body import Block
from callboard.announcement.sections import Section
from callboard.announcement.subjects import Subject
from callboard.announcement.text import ADDRESS, fold, plain, sentences, with_addresses

_PROPOSAL = re.compile(
    r"\b(propos\w*|exposes?|resumes?|abstracts?|talks?|contributions?|communications?|interventions?|submi\w+"
    r"|soumission\w*|soumett\w*|soumis\w*|presentations?|papers?|posters?|titles?|titres?|candidatures?)\b"
)
_SEND = re.compile(
    r"\b(envoy\w*|adress\w*|transm\w*|soumett\w*|soumis\w*|send|sent|submit\w*|e-?mail\w*|mail\w*|courriels?|write"
    r"|ecri\w*|proposes?)\b"
)
_ORGANISERS = re.compile(r"\b(aux?|a l.ensemble des|to)\b.{0,20}\borgani[sz]\w+")
_LIMIT = re.compile(
    r"\b(date limite|deadline|due|avant le|avant|au plus tard|jusqu.au|d.ici|pour le|until|before|no later than|by)\b"
)
_FIRM = re.compile(
    r"\b(date limite|deadline|due date|echeance|closing date|cloture (de|des|du)\b|cloture de l.appel"
    r"|fin des (soumissions|propositions))"
)
_NOT_OURS = re.compile(
    r"\b(inscription\w*|inscri\w+|regist\w+|notification\w*|camera|acceptances?|acceptation|reponses?|reservation\w*"
    r"|booking|hotels?|payment|paiement|early)\b"
)
_EXTENDED = re.compile(r"\b(extended|prolong\w+|report\w+|repouss\w+|nouvelle date|new deadline)\b")
_ANYWHERE = re.compile(r"\baoe\b|\banywhere on earth\b")


@dataclass(frozen=True)
class Deadline:
    """A deadline as the page says it."""

    day: dates.Mention
    hour: time | None
    line: int
    of_proposals: bool
    extended: bool
    anywhere_on_earth: bool


def find_deadlines(
    blocks: Sequence[Block],
    labels: Sequence[tuple[int, Subject, str]],
    sections: Sequence[Section],
    *,
    day_first: bool,
) -> list[Deadline]:
    """Every deadline that could be that of the proposals, in the page's order."""
    lines_about = {line for line, subject, _ in labels if subject is Subject.DEADLINE}
    lines_about |= {
        n for s in sections if s.subject is Subject.DEADLINE for b in s.blocks for n, _ in b.lines
    }
    found = []
    for block in blocks:
        for line, sentence in _sentences(block):
            for clause in _clauses(sentence, day_first=day_first):
                folded = fold(clause)
                about = line in lines_about or bool(_FIRM.search(folded))
                sending = bool(_PROPOSAL.search(folded)) and bool(_LIMIT.search(folded))
                if (about or sending) and not _NOT_OURS.search(folded):
                    found += _deadline(clause, line, day_first=day_first)
    return found


def _clauses(sentence: str, *, day_first: bool) -> list[str]:
    """A sentence cut where each part has its day ("Submission: 1 May; notification: 1 June"), else whole."""
    several = len(dates.days(sentence, day_first=day_first)) > 1
    return re.split(r"\s*;\s*|\s+[–—/]\s+", sentence) if several else [sentence]


def _sentences(block: Block) -> list[tuple[int, str]]:
    """Sentences with the line they begin on. A list of dates has one on each line."""
    if block.kind == "paragraph" and all(dates.days(text, day_first=True) for _, text in block.lines):
        return [(number, plain(text)) for number, text in block.lines]
    starts: list[tuple[int, int]] = []
    offset = 0
    for number, text in block.lines:
        starts.append((offset, number))
        offset += len(text) + 1
    return [
        (next(number for start, number in reversed(starts) if start <= at), plain(sentence))
        for at, sentence in sentences(block.text)
        if sentence
    ]


def _deadline(sentence: str, line: int, *, day_first: bool) -> list[Deadline]:
    mentions = dates.days(sentence, day_first=day_first)
    folded = fold(sentence)
    limit = _LIMIT.search(folded)
    # "Send the talk planned for 11 October before 15 September": the day after the limiting word.
    after = [m for m in mentions if limit and m.start >= limit.end()] or mentions
    if not after:
        return []
    day = after[0]
    hours = dates.hours(sentence[day.end : day.end + 25])
    return [
        Deadline(
            day,
            hours[0] if hours else None,
            line,
            of_proposals=bool(_PROPOSAL.search(folded)),
            extended=bool(_EXTENDED.search(folded)),
            anywhere_on_earth=bool(_ANYWHERE.search(folded)),
        )
    ]


def find_recipient(blocks: Sequence[Block], organisers: set[str]) -> tuple[str | None, list[int], str | None]:
    """Where proposals go, "organisers" or one address, with its lines; or why that is in doubt."""
    said: dict[str, list[int]] = {}
    for block in blocks:
        for line, sentence in _sentences(block):
            if recipient := _recipient(with_addresses(sentence), organisers):
                said.setdefault(recipient, []).append(line)
    if len(said) == 1:
        return next(iter(said)), next(iter(said.values())), None
    if said:
        lines = ", ".join(str(n) for numbers in said.values() for n in numbers)
        return None, [], f"lines {lines}: several addresses for proposals; say which one"
    return None, [], None


def _recipient(sentence: str, organisers: set[str]) -> str | None:
    folded = fold(sentence)
    if not _PROPOSAL.search(folded) or not _is_request(folded):
        return None
    addresses: list[str] = list(dict.fromkeys(a.rstrip(".") for a in ADDRESS.findall(sentence)))
    strange = [a for a in addresses if a.casefold() not in organisers]
    if _ORGANISERS.search(folded) and len(strange) != 1:
        return "organisers"
    if len(addresses) == 1:
        return addresses[0]
    # All of them are organisers' own addresses: the proposals go to the organisers.
    return "organisers" if addresses and not strange else None


def _is_request(folded: str) -> bool:
    label = re.match(r"[^:]{2,30}:\s*\S*@", folded)
    return bool(_SEND.search(folded) or label)
