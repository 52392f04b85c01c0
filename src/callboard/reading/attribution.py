"""The line above a quote that tells whose it is: "On Monday Ada wrote:", in the ways of many mail programs."""

from __future__ import annotations

import re

from callboard.reading.layout import unaccented
from callboard.reading.vocabulary import fold, pattern

_LONGEST_LINE = 400  # characters of a line that can be one
_WRAPPED = 3  # lines that an attribution may be wrapped over, besides its last
_MOMENT = re.compile(r"^[^:]{0,40}\d ?(?:[^\W\d]{1,4} )?\d{1,2}:\d\d(?: ?[ap]m)? ?:$")
_ARROW = re.compile(r"\s{0,2}>")


def find(lines: list[str]) -> dict[int, int]:
    """First line -> line after the last, of every "On ... X wrote:", however it is wrapped."""
    known: dict[int, int] = {}
    for last, line in enumerate(lines):
        if ":" not in line:
            continue
        bare = line.rstrip(" \t\r*_\xa0\u202f")
        if len(bare) > _LONGEST_LINE or not bare.endswith(":") or _ARROW.match(line):
            continue
        for start in range(last, max(-1, last - _WRAPPED - 1), -1):
            if start < last and (not lines[start].strip() or len(lines[start]) > _LONGEST_LINE):
                break
            if _is_attribution(fold(" ".join(lines[start : last + 1])), wrapped=start < last):
                known[start] = last + 1
                break
        else:
            continue
    return known


def _is_attribution(joined: str, wrapped: bool) -> bool:
    opened = bool(pattern("quoting", "attribution").match(joined)) or joined[:1].isdigit()
    if re.match(r"\* .{2,80}<\S{3,250}> \[\d{4}-\d\d-\d\d \d{1,2}:\d\d.{0,12}\]:$", joined):
        return True  # mutt, as many set it
    if re.match(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d.{0,160}<\S+@\S+> ?:$", joined):
        return True  # Gmail before 2015: date, zone, name and address, no verb
    if pattern("quoting", "citing").match(joined) and not wrapped:
        return joined.endswith(">:")  # "Quoting Ada <ada@example.org>:"
    verbs = list(pattern("quoting", "wrote").finditer(joined))
    verb = verbs[-1] if verbs else None
    if verb is None or len(joined) - verb.end() > 120:
        return False
    if opened:
        return bool(re.search(r"\d", joined[: verb.start()]))
    # Horde and hand-written ones name the person only, on one line, and short; Thunderbird may add the moment.
    behind = joined[verb.end() :].strip()
    return (
        not wrapped
        and verb.start() <= 100
        and (behind == ":" or _MOMENT.search(behind) is not None)
        and bool(re.match(r"[^<>]{2,80}(?:<[^<>]{1,250}>)? ?$", joined[: verb.start()]))
    )


def person(head: str) -> str:
    """The person in an attribution: behind the verb, else before it and behind the comma or the time."""
    verb = pattern("quoting", "wrote").search(unaccented(head).lower())
    before, behind = (head[: verb.start()], head[verb.end() :].strip(" \t:*_\xa0")) if verb else (head, "")
    if behind and not behind[-1].isdigit():
        return behind
    return re.split(r",\s|\d{1,2}[:h]\d\d(?::\d\d)?\s?(?:[AP]M)?,?\s", before.strip())[-1]
