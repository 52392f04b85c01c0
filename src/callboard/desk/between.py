"""What an organiser writes between the lines of our letter where their mail program marks no quotes, as Outlook does
for an answer in another colour. Pure functions on text.

Only below one block of headers that names us as the sender: what several people wrote below each other's headers is
left alone. Where a proposal's line did not come back as it was, what is not ours may be a stranger's title in other
words, and is at most quoted back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callboard.desk import returned
from callboard.mailroom.incoming import Address
from callboard.reading import headerblock

_LOOKED_AT = 2_000  # lines


def headers_of_ours(lines: Sequence[str], us: Address) -> range | None:
    """Where the headers stand that a mail program copies above a letter of ours; None without any, and where others'
    headers stand in the mail too."""
    every = list(lines[:_LOOKED_AT])
    found: list[tuple[range, headerblock.HeaderBlock]] = []
    at = 0
    while at < len(every):
        block = headerblock.find(every, at)
        if block:
            found.append((range(at, block.end), block))
        at = block.end if block else at + 1
    if len(found) != 1:
        return None
    place, block = found[0]
    return place if _is_ours(block.sender, us) else None


@dataclass(frozen=True)
class Between:
    """A mail that brings our letter back without quote marks."""

    text: str  # with a quote mark before each line of ours
    lines: tuple[str, ...]  # not ours, below the headers, with an empty one wherever something was cut
    whole: bool  # whether each proposal of our letter came back as it was


def read_between(text: str, letters: Sequence[str], begins: Mapping[str, int], us: Address) -> Between | None:
    """What stands between the lines of our letter. None: it did not come back so. `begins` are the lines, blanks apart,
    that proposals begin with, and their numbers."""
    lines = text.split("\n")
    headers = headers_of_ours(lines, us)
    if headers is None or any(line.lstrip().startswith(">") for line in lines):
        return None
    below = lines[headers.stop :]
    ours = returned.came_back(below, letters)
    came = {" ".join(line.lstrip("-*•– ").split()) for line in below}
    theirs: list[str] = []
    for line, back in zip(below, ours, strict=True):
        if not back:
            theirs.append(line)
        elif theirs and theirs[-1]:
            theirs.append("")
    quoted = (f"> {line}" if back and line.strip() else line for line, back in zip(below, ours, strict=True))
    head = (*lines[: headers.start], *(f"> {line}" for line in lines[headers.start : headers.stop]))
    numbers = {number for line, number in begins.items() if line in came}
    return Between("\n".join((*head, *quoted)), tuple(theirs), numbers == set(begins.values()) != set())


def _is_ours(sender: Address | None, us: Address) -> bool:
    if sender is None:
        return False
    if sender.address:
        return sender.address.casefold() == us.address.casefold()
    return sender.name.casefold() == us.name.casefold() != ""
