"""The topics of a call out of the section that lists them."""

from __future__ import annotations

import re

from callboard.announcement.body import Block
from callboard.announcement.sections import Section
from callboard.announcement.text import plain
from callboard.call import Topic


def read_topics(section: Section) -> list[tuple[Topic, int]]:
    """The topics of a section: its list items, inner items as keywords; without a list, its short lines."""
    items = [b for b in section.blocks if b.kind == "item"]
    if not items:
        return [
            (Topic(t), n) for b in section.blocks for n, text in b.lines if (t := _topic(text)) and _short(b)
        ]
    found: list[tuple[Topic, int]] = []
    outer = min(item.level for item in items)
    for item in items:
        text = _topic(item.text)
        if item.level > outer + 1 and found:
            topic, line = found[-1]
            found[-1] = (Topic(topic.text, (*topic.keywords, text)), line)
        elif text:
            found.append((Topic(text), item.line))
    return found


def _short(block: Block) -> bool:
    return all(len(text) <= 150 for _, text in block.lines) and not block.text.endswith(".")


def _topic(text: str) -> str:
    # Lists end their items with ; or , and the last but one with "; et" or ", and".
    return re.sub(
        r"[\s;,:.\u00a0\u202f]+(?:et|and|ou|or)?[\s;,:.\u00a0\u202f]*$", "", plain(text) + ";"
    ).strip()
