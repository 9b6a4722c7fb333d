"""What a web page says of itself in JSON-LD, in its own scripts. Source: the W3C's JSON-LD 1.1, section 7, on HTML.

Seen on pages: one object, an array, an `@graph`; several scripts, of which one is broken; line breaks inside of texts,
which JSON forbids; types written as addresses or in lists.
"""

import json
from collections.abc import Iterator

import msgspec

from connectors.kit.markup import Raw, Tag, read_markup

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


def read_page(markup: str) -> Page:
    """The page, read; never raises."""
    scripts, things, links = list[Raw](), list[object](), list[str]()
    broken, cut_off = 0, False
    for each in read_markup(markup):
        if isinstance(each, Raw):
            cut_off = not each.whole
            if (each.tag.attribute("type") or "").partition(";")[0].strip().casefold() == TYPE:
                scripts.append(each)
        elif isinstance(each, Tag) and each.name == "a" and (address := each.attribute("href")):
            links.append(address)
    for script in scripts:
        try:
            things += _described(json.loads(script.content, strict=False))
        except (ValueError, RecursionError):
            broken += 1
    return Page(scripts=len(scripts), things=things, broken=broken, links=links, cut_off=cut_off)


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
