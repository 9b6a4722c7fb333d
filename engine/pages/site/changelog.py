"""The changelog of the schema, made of the released schemas: a page (`/changelog`) and a feed (`/changelog.atom`)."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from html import escape

from connectors.kit.bilingual import Bilingual
from engine.pages.atom import AtomEntry, AtomFeed, urn
from engine.pages.site.frame import Content, english
from engine.pages.site.releases import SchemaRelease
from schema.kit.changes import ChangeOfSchema, SchemaChange

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "simpul:changelog")
TITLE = Bilingual(id="Perubahan skema", en="Changes of the schema")
LEAD = Bilingual(
    id="Yang dapat dibaca semua orang, dibandingkan dari rilis ke rilis. Bidang, tipe, dan nilai hanya ditambah; yang "
    "akan dihapus diumumkan lebih dahulu.",
    en="What everybody may read, compared from release to release. Fields, types and values are only added; what will "
    "be removed is announced before.",
)
FEED = Bilingual(id="Ikuti sebagai umpan Atom", en="Follow it as an Atom feed")
IN_ENGLISH = Bilingual(id="Keterangan dari skema ditulis dalam bahasa Inggris.", en="")
COMING = Bilingual(id="Akan dihapus", en="Will be removed")
NOTHING_COMING = Bilingual(id="Tidak ada yang akan dihapus.", en="Nothing will be removed.")
UNRELEASED = Bilingual(id="Belum dirilis, sudah berjalan di sini", en="Not released yet, and running here already")
RELEASED = Bilingual(id="Rilis {}", en="Release {}")
FIRST = Bilingual(id="Skema pertama yang dijanjikan.", en="The first schema that was promised.")
SAME = Bilingual(id="Skema untuk umum tidak berubah.", en="The schema of everybody did not change.")
KINDS = {
    ChangeOfSchema.REMOVED: Bilingual(id="Dihapus", en="Removed"),
    ChangeOfSchema.DEPRECATED: Bilingual(id="Akan dihapus", en="Deprecated"),
    ChangeOfSchema.CHANGED: Bilingual(id="Berubah", en="Changed"),
    ChangeOfSchema.ADDED: Bilingual(id="Ditambahkan", en="Added"),
}
"""In the order in which a reader has to know of them."""
NOTICE = {ChangeOfSchema.REMOVED, ChangeOfSchema.CHANGED}
MONTHS = Bilingual(
    id="Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    en="January February March April May June July August September October November December",
)
AtSite = Callable[[str], str]
"""Gives a coordinate as HTML, linked to where it is described."""


def changelog_page(
    releases: Sequence[SchemaRelease], coming: Sequence[tuple[str, str]], shown: AtSite, language: str
) -> Content:
    """The page."""
    parts = [
        f"<h1>{TITLE[language]}</h1>",
        f'<p class="lead">{LEAD[language]}</p>',
        f'<p class="quiet"><a href="/changelog.atom?lang={language}">{FEED[language]}</a>. {IN_ENGLISH[language]}</p>',
        f'<h2 id="coming">{COMING[language]}</h2>',
        _coming(coming, shown, language),
    ]
    for each in releases:
        parts.append(f'<h2 id="{anchor(each)}">{escape(release_title(each, language))}</h2>')
        parts.extend(release_body(each, shown, language, "h3"))
    atom = f'<link rel="alternate" type="application/atom+xml" href="/changelog.atom?lang={language}">\n'
    return Content(TITLE[language], "\n".join(parts), LEAD[language], head=atom)


def changelog_feed(releases: Sequence[SchemaRelease], city: str, code: str, language: str) -> bytes:
    """The feed of what is released; what is not has no day yet."""
    feed = AtomFeed(urn(NAMESPACE, code, "feed"), f"{TITLE[language]}, {city}", city, "/changelog.atom", language)
    return feed.written(_entry(each, code, language) for each in releases if each.version and each.day)


def release_title(release: SchemaRelease, language: str) -> str:
    """Its version and its day."""
    if release.version is None or release.day is None:
        return UNRELEASED[language]
    return f"{RELEASED[language].format(release.version)}, {day_in_words(release.day, language)}"


def release_body(release: SchemaRelease, shown: AtSite, language: str, tag: str) -> Iterator[str]:
    """What it has changed, as HTML."""
    if not release.changes:
        yield f"<p>{(FIRST if release.first else SAME)[language]}</p>"
    for kind, title in KINDS.items():
        found = [each for each in release.changes if each.kind is kind]
        if found:
            warned = ' class="warning"' if kind in NOTICE else ""
            yield f"<{tag}><span{warned}>{title[language]}</span></{tag}>"
            yield f'<ul class="fields">{"".join(_line(each, shown, language) for each in found)}</ul>'


def anchor(release: SchemaRelease) -> str:
    """By which a page is jumped to."""
    return f"v{release.version}" if release.version else "unreleased"


def day_in_words(day: date, language: str) -> str:
    """As people write it."""
    return f"{day.day} {MONTHS[language].split()[day.month - 1]} {day.year}"


def _coming(coming: Sequence[tuple[str, str]], shown: AtSite, language: str) -> str:
    if not coming:
        return f"<p>{NOTHING_COMING[language]}</p>"
    rows = (f"<li>{shown(at)} {english(reason, language)}</li>" for at, reason in coming)
    return f'<ul class="fields">{"".join(rows)}</ul>'


def _line(change: SchemaChange, shown: AtSite, language: str) -> str:
    text = english(change.text, language) if change.text else ""
    gone = change.kind is ChangeOfSchema.REMOVED
    at = f"<code>{escape(change.coordinate)}</code>" if gone else shown(change.coordinate)
    return f"<li>{at}{text}</li>"


def _entry(release: SchemaRelease, code: str, language: str) -> AtomEntry:
    at = datetime.combine(release.day or date.min, time(), UTC)
    kinds = {each.kind for each in release.changes}
    term = next((kind.value for kind in KINDS if kind in kinds), "same")
    body = "".join(release_body(release, lambda each: f"<code>{escape(each)}</code>", language, "h3"))
    own = urn(NAMESPACE, code, release.version or "")
    return AtomEntry(own, term, release_title(release, language), body, at, at, anchor(release), "html")
