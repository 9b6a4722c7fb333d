"""What all pages for people have around them: a head, the way to the others, both languages, and a strict policy.

A page loads nothing but the icon and the city's logo, and runs no script.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from connectors.kit.bilingual import Bilingual
from engine.http.negotiation import LANGUAGES

STYLE = (Path(__file__).parent / "site.css").read_text(encoding="utf-8")
ORIGIN = "{origin}"
"""Stands on a page for the address at which it was asked for."""
NAMES = {"id": "Bahasa Indonesia", "en": "English"}
"""Each language in its own words."""

WAYS = {
    "/docs": Bilingual(id="Acuan", en="Reference"),
    "/graphql": Bilingual(id="Coba", en="Try it"),
    "/keys": Bilingual(id="Kunci", en="Keys"),
    "/status": Bilingual(id="Status", en="Status"),
    "/changelog": Bilingual(id="Perubahan", en="Changes"),
    "/terms": Bilingual(id="Ketentuan", en="Terms"),
}
"""The ways from every page; one that leads nowhere in this hub is left out."""
MAIN = Bilingual(id="Halaman utama", en="Main")
SKIP = Bilingual(id="Langsung ke isi", en="Skip to the content")
CONTACT = Bilingual(id="Kontak", en="Contact")
SECURITY = Bilingual(id="Laporkan celah keamanan", en="Report a weakness in security")
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
{head}<style>{style}</style>
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header><div class="bar">
<a class="brand" href="/?lang={language}">{logo}{brand}</a>
<nav aria-label="{main}"><ul>{ways}</ul></nav>
<span class="other">{other}</span>
</div></header>
<main id="content">
{body}
</main>
<footer>
<p class="quiet">{foot}</p>
</footer>
</body>
</html>
"""


class CityFacts(Protocol):
    """What pages say of the city. `logo` is the path of a file; `texts` are the city's own, by language and name."""

    @property
    def name(self) -> str: ...
    @property
    def contact(self) -> str | None: ...
    @property
    def security_contact(self) -> str | None: ...
    @property
    def terms_url(self) -> str | None: ...
    @property
    def logo(self) -> str | None: ...
    @property
    def texts(self) -> Mapping[Any, Mapping[str, str]]: ...


class Content(NamedTuple):
    """What one page says. `style` and `head` are further parts of its head."""

    title: str
    body: str
    description: str = ""
    style: str = ""
    head: str = ""


class Frame:
    """The frame of the pages of one city."""

    def __init__(self, city: CityFacts) -> None:
        self.city = city
        self._paths: frozenset[str] = frozenset()

    def know(self, paths: Iterable[str]) -> None:
        """The addresses that this hub has."""
        self._paths = frozenset(paths)

    def has(self, path: str) -> bool:
        """Whether this hub has a page at this address."""
        return path in self._paths

    def page(self, content: Content, path: str, language: str) -> str:
        """The whole page, which stands at this path."""
        logo = '<img src="/logo" alt="">' if self.city.logo else ""
        return PAGE.format(
            language=language,
            title=escape(f"{content.title} · Simpul {self.city.name}"),
            description=escape(content.description or content.title),
            head=_alternates(path) + content.head,
            style=STYLE + content.style,
            skip=SKIP[language],
            logo=logo,
            brand=escape(f"Simpul {self.city.name}"),
            main=MAIN[language],
            ways="".join(self._ways(path, language)),
            other=" ".join(
                f'<a href="{path}?lang={each}" hreflang="{each}" lang="{each}">{NAMES[each]}</a>'
                for each in LANGUAGES
                if each != language
            ),
            body=content.body,
            foot=" · ".join(self._foot(language)),
        )

    def _ways(self, path: str, language: str) -> list[str]:
        return [
            f'<li><a href="{at}?lang={language}"{_current(at, path)}>{title[language]}</a></li>'
            for at, title in WAYS.items()
            if self.has(at)
        ]

    def _foot(self, language: str) -> list[str]:
        found = [escape(self.city.name)]
        if self.city.contact:
            found.append(f"{CONTACT[language]}: {contact_link(self.city.contact)}")
        if self.city.security_contact:
            found.append(f'<a href="/.well-known/security.txt">{SECURITY[language]}</a>')
        return found


def policy_of(style: str = "", forms: str = "'none'") -> str:
    """The policy of a page with this further style, whose forms go there: nothing else is loaded, nothing is run."""
    return (
        f"default-src 'none'; style-src 'sha256-{_hash(STYLE + style)}'; img-src 'self'; base-uri 'none'; "
        f"form-action {forms}; frame-ancestors 'none'"
    )


@cache
def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def contact_link(contact: str) -> str:
    """An e-mail address or an address of the web, as a link; other words as they are."""
    told = escape(contact)
    if contact.startswith("https://"):
        return f'<a href="{told}">{told.removeprefix("https://")}</a>'
    return f'<a href="mailto:{told}">{told}</a>' if "@" in contact else told


def own_text(city: CityFacts, name: str, language: str, *, either: bool = True) -> str:
    """A text of the city's own as HTML, in this language or in `either`; empty where it has none.

    Each blank line begins a new paragraph.
    """
    for each in sorted(LANGUAGES, key=lambda each: each != language) if either else (language,):
        if text := city.texts.get(each, {}).get(name):
            parts = (f"<p>{escape(' '.join(part.split()))}</p>" for part in text.split("\n\n") if part.strip())
            return f'<div lang="{each}">{"".join(parts)}</div>'
    return ""


def link(path: str, text: str, language: str, *, anchor: str = "", kind: str = "") -> str:
    """A link to another page, in the same language; `text` is HTML."""
    at = f"#{anchor}" if anchor else ""
    made = f' class="{kind}"' if kind else ""
    return f'<a{made} href="{path}?lang={language}{escape(at)}">{text}</a>'


def english(text: str, language: str, tag: str = "p", kind: str = "") -> str:
    """A text that is in English only, marked as such on a page in Indonesian; `code` in backticks."""
    spoken = ' lang="en"' if language != "en" else ""
    made = f' class="{kind}"' if kind else ""
    return f"<{tag}{made}{spoken}>{marked_up(text)}</{tag}>"


def marked_up(text: str) -> str:
    """The text as HTML; what stands in backticks as code."""
    parts = escape(" ".join(text.split())).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def table(heads: Collection[str], rows: Collection[Collection[str]]) -> str:
    """A table of cells that are HTML; on a phone each row is a list."""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(map(_cell, heads, row))}</tr>" for row in rows)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(head: str, cell: str) -> str:
    return f'<td data-head="{head}">{cell}</td>'


def titled(titles: Mapping[str, Bilingual], domain: str, language: str) -> str:
    """What people call a domain; a domain without a title by its name."""
    return titles[domain][language] if domain in titles else domain.capitalize()


def _alternates(path: str) -> str:
    return "".join(
        f'<link rel="alternate" hreflang="{each}" href="{escape(path)}?lang={each}">\n' for each in LANGUAGES
    )


def _current(at: str, path: str) -> str:
    return ' aria-current="page"' if path == at else ' aria-current="true"' if path.startswith(f"{at}/") else ""
