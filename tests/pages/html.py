"""A page as its readers have it: its elements, its words, its links, and what is wrong with it."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"input", "meta", "link", "br", "img", "rect"}
PHRASING = {"a", "br", "code", "img", "span", "strong", "svg", "rect"}
"""What may stand inside a paragraph, a heading, a cell's text and the like."""
HOLDS = {
    "ul": {"li"}, "table": {"thead", "tbody"}, "thead": {"tr"}, "tbody": {"tr"}, "tr": {"td", "th"},
    **dict.fromkeys(("p", "h1", "h2", "h3", "code", "a", "strong", "span", "pre", "summary"), PHRASING),
}  # fmt: skip
"""What may stand directly in an element; all else may hold anything."""
BLOCKS = {"p", "li", "td", "th", "h1", "h2", "h3", "title"}
"""Behind which a reader pauses."""
LANDMARKS = ("header", "nav", "main", "footer")


class Page(HTMLParser):
    """One page. `faults` says what a validator or a screen reader would complain about."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.elements, self.words, self.faults, self.ids = [], [], [], []
        self._open = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]
        self._judge()

    def handle_starttag(self, tag, attributes):
        inside = self._open[-1] if self._open else None
        if inside in HOLDS and tag not in HOLDS[inside]:
            self.faults.append(f"<{tag}> in <{inside}>")
        if tag == "a" and "a" in self._open:
            self.faults.append("a link in a link")
        given = dict(attributes)
        if len(given) != len(attributes):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def said(self):
        return " ".join("".join(self.words).split())

    @property
    def links(self):
        return [given["href"] for tag, given in self.elements if tag == "a"]

    @property
    def policy(self):
        """The hash by which a policy has to name its style."""
        (style,) = re.findall(r"<style>(.*?)</style>", self.text, re.DOTALL)
        return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"

    def _judge(self):
        tags = [tag for tag, _ in self.elements]
        counts = Counter(tags)
        self.faults += [f"{counts[each]} of <{each}>" for each in (*LANDMARKS, "h1", "title") if counts[each] != 1]
        self.faults += [f"the id {each} stands twice" for each, times in Counter(self.ids).items() if times > 1]
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        self.faults += [f"h{low} after h{high}" for high, low in pairwise(levels) if low > high + 1]
        if levels[:1] != [1]:
            self.faults.append("it does not begin with its h1")
        if not dict(self.elements)["html"].get("lang"):
            self.faults.append("its language is not told")
        for tag, given in self.elements:
            if tag in {"script", "iframe", "form", "object", "embed"} or given.keys() & {"style", "onclick", "onload"}:
                self.faults.append(f"<{tag}> {given}")
            if tag == "img" and "alt" not in given:
                self.faults.append("an image without words")
            if tag == "th" and "scope" not in given:
                self.faults.append("a head of a table without its scope")
            loaded = given.get("src") or (tag == "link" and given.get("href"))
            if loaded and not loaded.startswith(("/", "data:,")):
                self.faults.append(f"it loads {loaded}")
        if re.search(r"url\(|@import", self.text):
            self.faults.append("its style loads something")


def contrast(one, other):
    """The contrast of two colours (WCAG 2.2), from 1 to 21."""

    def light(colour):
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def colours(style):
    """The colours by name, by day and by night."""
    day, _, night = style.partition("prefers-color-scheme: dark")
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", each)) for each in (day, night.split("\n}")[0])]
    return found[0], found[0] | found[1]
