"""HTML that an agency sends, as plain text: nothing of it can run, and it reads well where nothing can show markup."""

import re
from html.parser import HTMLParser

_HIDDEN = frozenset({"script", "style", "template", "iframe", "object", "head", "noscript"})
_BLOCKS = frozenset({"p", "div", "br", "ul", "ol", "tr", "table", "section", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._hidden += tag in _HIDDEN
        if tag == "li":
            self.pieces.append("\n- ")
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def plain_text(markup: str) -> str:
    """The words of it, a line each block, a dash before each item of a list; tags, scripts and styles are gone."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.pieces).splitlines())
    return "\n".join(line for line in lines if line not in ("", "-"))
