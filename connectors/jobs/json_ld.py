"""What a web page says of itself in JSON-LD, in its own scripts. Source: the W3C's JSON-LD 1.1, section 7, on HTML.

Seen on pages: one object, an array, an `@graph`; several scripts, of which one is broken; line breaks inside of texts,
which JSON forbids; types written as addresses or in lists.
"""

import json
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

TYPE = "application/ld+json"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`scripts`: how many there are. `things`: what they describe. `broken`: how many of them cannot be read.

    `links`: where the page leads to, as it says. `cut_off`: whether it ends inside of a script.
    """

    scripts: int
    things: list[object]
    broken: int
    links: list[str]
    cut_off: bool


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.links: list[str] = []
        self.inside = False
        self._wanted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.inside = True
            self._wanted = (given.get("type") or "").partition(";")[0].strip().casefold() == TYPE
            if self._wanted:
                self.scripts.append("")
        elif tag == "a" and (address := given.get("href")):
            self.links.append(address)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.inside = self._wanted = False

    def handle_data(self, data: str) -> None:
        if self._wanted:
            self.scripts[-1] += data


def read_page(markup: str) -> Page:
    """The page, read; never raises."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    things, broken = list[object](), 0
    for script in reader.scripts:
        try:
            things += _described(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            broken += 1
    return Page(scripts=len(reader.scripts), things=things, broken=broken, links=reader.links, cut_off=reader.inside)


def is_a(thing: dict[str, object], type_name: str) -> bool:
    """Whether it says that it is of this type of schema.org's."""
    said = thing.get("@type")
    return any(
        isinstance(each, str) and each.replace(":", "/").rpartition("/")[2] == type_name
        for each in (said if isinstance(said, list) else [said])
    )


def _described(document: object) -> Iterator[object]:
    """Itself, each thing of an array, each of a graph."""
    if isinstance(document, dict) and "@graph" in document:
        document = document["@graph"]
    if isinstance(document, list):
        for each in document:
            yield from _described(each)
    else:
        yield document
