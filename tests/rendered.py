"""What a mail client sees of an HTML letter."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Words(HTMLParser):
    """The words, elements and addresses of a page, as a mail client would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.elements, self.addresses, self.scripted = "", set[str](), list[str](), list[str]()
        self._hidden = False
        self.feed(html)
        self.words = " ".join(re.sub(r"[ \n]+", " ", self.words).split(" ")).strip()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "title")
        self.elements.add(tag)
        for name, value in attributes:
            if name in ("href", "src", "action", "background"):
                self.addresses.append(value or "")
            if name.startswith("on"):
                self.scripted.append(name)
        if tag in ("p", "br", "div", "li", "h2", "h3", "td"):
            self.words += " "

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data
