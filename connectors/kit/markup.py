"""HTML of an agency: its tags and texts one by one, or as plain text, or as one line. Nothing in it can run.

Each character is read a fixed number of times, whatever is sent. Python's own parser takes a minute for fifty thousand
bytes of unfinished tags. A tag ends at the first `>`, which is nearly always right.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

_MARK = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?P<rest>[^>]*)(?:>|\Z)", re.DOTALL
)
_ATTRIBUTE = re.compile(r"""(?:\A|(?<=[\s"'/]))([^\s=/"'>]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*(?:>|\Z)", re.IGNORECASE) for name in ("script", "style")}
"""Elements whose content is no markup, and how each ends."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|&nbsp\b")
_HTML = re.compile(
    r"<!--|</?(?:a|abbr|b|big|br|center|code|div|em|font|h[1-6]|hr|i|img|li|o:p|ol|p|pre|s|script|small|span|strike|strong"
    r"|style|sub|sup|table|tbody|td|th|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
"""What shows that a name holds markup. `<Kecamatan>` and `< 5` do not: they are words of the name."""
MOST_ESCAPES = 3
"""How often a name may have been escaped before it arrives."""

_HIDDEN = frozenset({"template", "iframe", "object", "head", "noscript"})
_BLOCKS = frozenset({"p", "div", "br", "ul", "ol", "tr", "table", "section", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})


class Tag(NamedTuple):
    """The beginning or the end of an element. `rest` is the text of the tag after the name."""

    name: str
    ends: bool
    rest: str

    def attribute(self, name: str) -> str | None:
        """The value of an attribute."""
        for known, *values in _ATTRIBUTE.findall(self.rest):
            if known.casefold() == name:
                return unescape("".join(values))
        return None


class Raw(NamedTuple):
    """A script or a style with its content. `whole` is false if it never ends."""

    tag: Tag
    content: str
    whole: bool


def read_markup(markup: str) -> Iterator[Tag | Raw | str]:
    """The tags, the scripts and styles, and the texts between them, with entities decoded."""
    at = 0
    while match := _MARK.search(markup, at):
        if match.start() > at:
            yield unescape(markup[at : match.start()])
        at = match.end()
        if match["name"] is None:
            continue
        tag = Tag(match["name"].casefold(), bool(match["end"]), match["rest"])
        if tag.name not in _RAW or tag.ends or tag.rest.endswith("/"):
            yield tag
            continue
        end = _RAW[tag.name].search(markup, at)
        yield Raw(tag, markup[at : end.start() if end else len(markup)], end is not None)
        at = end.end() if end else len(markup)
    if at < len(markup):
        yield unescape(markup[at:])


def plain_text(markup: str) -> str:
    """The words, one line for each block, with a dash before each item of a list.

    Tags, scripts and styles are left out.
    """
    pieces, hidden = list[str](), 0
    for each in read_markup(markup):
        if isinstance(each, str):
            pieces.append("" if hidden else re.sub(r"\s+", " ", each))
        elif isinstance(each, Tag) and each.name in _HIDDEN:
            hidden = max(0, hidden + (-1 if each.ends else not each.rest.endswith("/")))
        elif isinstance(each, Tag) and each.name in _BLOCKS:
            pieces.append("\n")
        elif isinstance(each, Tag) and each.name == "li" and not each.ends:
            pieces.append("\n- ")
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line not in ("", "-"))


def plain_line(text: str) -> str:
    """The words of a name or a title in one line. Tags are removed.

    Entities are decoded, however often they were escaped.
    """
    for _ in range(MOST_ESCAPES):
        decoded = _ENTITY.sub(lambda entity: unescape(entity[0]), text)
        if decoded == text:
            break
        text = decoded
    return " ".join((plain_text(text) if _HTML.search(text) else text).split())
