"""A feed of vacancies, RSS or Atom, of any site. Source: RSS 1.0 and 2.0, RFC 4287, and the feeds of WordPress.

Seen there: markup in descriptions, escaped or not. An entry has a `guid` or none. Dates are in RFC 822 with Indonesian
names of zones, or in ISO 8601; an empty date may stand beside a good one. Company and place are in elements of other
namespaces, which feedparser names like `job_company` for `<job:company>`. A feed may come as `text/html`, begin with a
blank line, or hold a raw `&`, an entity of HTML or a control character. A feed gives no end of a vacancy, so an option
says how long an entry counts.

feedparser reads bytes that the kit has fetched. They are passed as a stream, because feedparser opens any address that
it gets as text. The kit reads the markup.
"""

import asyncio
import io
import re
from datetime import datetime, timedelta
from html.entities import name2codepoint
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from connectors.jobs.places import everywhere, of_text
from connectors.jobs.records import AtLeastOne, Jobs, JobsOptions, PagePath, Vacancy, VacancyText
from connectors.jobs.words import THE_END, education, job_type, link, moment, name, or_none, prose
from connectors.kit.call import FEED, Call
from connectors.kit.charsets import decoded
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.late import late
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow

if TYPE_CHECKING:
    import feedparser  # type: ignore[import-untyped]
else:
    feedparser = late("feedparser")

ACCEPTED = (*FEED, "application/rdf+xml", "text/html", "text/plain")
"""The type of RSS 1.0, and types that servers send for a feed that they do not recognise."""

XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.-]+)")
_BEGIN = re.compile(r"<(rss|feed|[\w.-]{1,40}:RDF)[\s>]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:#\d+;|#x[0-9a-fA-F]+;|([A-Za-z_][\w.-]*);)?", re.DOTALL
)


class Elements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The elements of an entry for values other than title, link, date and description."""

    company: str | None = None
    city: str | None = None
    type: str | None = None
    education: str | None = None
    category: str | None = None
    expires: str | None = None


class RssOptions(JobsOptions, frozen=True, kw_only=True):
    """`path`: the path of the feed. `elements`: the elements of an entry and their meanings.

    `company` and `city` count for an entry that does not say them. `expires_after_days`: how many days an entry without
    an end counts.
    """

    path: PagePath | None = None
    elements: Elements = Elements()
    company: str | None = None
    city: str | None = None
    expires_after_days: AtLeastOne = 30


class Rss(Jobs[RssOptions, Credentials]):
    """One feed."""

    protocol: ClassVar[str] = "rss"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002  the base's signature
        self._http = Http(self.agency, unsigned(), self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Vacancy, ...]]:
        return self.vacancies()

    # A vacancy stays open for weeks; after two days some of those shown are filled.
    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=1), stale=timedelta(days=2))
    async def vacancies(self) -> tuple[Vacancy, ...]:
        body, charset = await self._http.sent(Call(path=self.options.path or "", accepts=ACCEPTED))
        feed = await asyncio.to_thread(_parsed, body, charset)
        if feed.bozo or not feed.get("version"):
            raise AgencyChanged(self.agency.code, f"{self.options.path or '/'}: not a feed, or a broken one")
        rows = [dict(entry) for entry in feed.entries]
        mapped = await many_records(rows, self._to_vacancies, agency=self.agency.code, findings=self.findings)
        found = (vacancy for each in mapped for vacancy in each)
        return without_repeats(found, lambda each: (each.code, each.city, each.province), self.findings)

    def _to_vacancies(self, row: Row) -> tuple[Vacancy, ...]:
        """One vacancy for each place."""
        options, of = self.options, self.options.elements
        published, title = self._published(row), name(row.text("title"))
        if title is None:
            raise BadRow("title: empty")
        vacancy = Vacancy(
            code=f"{self.agency.code}/{row.optional_text('id') or row.text('link')}",
            title=title,
            company=_said(row, of.company) or options.company,
            category=_said(row, of.category) or _tag(row),
            industry=None,
            type=job_type(_said(row, of.type), of.type or "", self.findings),
            education=education(_said(row, of.education)),
            province=None,
            city=None,
            district=None,
            salary=None,
            skills=(),
            published_at=published,
            expires_at=self._expires(row),
            url=link(row.optional_text("link"), f"{self.agency.url.rstrip('/')}{options.path or ''}"),
            apply_url=None,
            text=VacancyText(description=prose(_content(row)), qualification=None),
            counts_until=published + timedelta(days=options.expires_after_days),
        )
        found = of_text(_said(row, of.city))
        row.ignore_rest()
        return everywhere(vacancy, found, options.city, self.findings)

    def _published(self, row: Row) -> datetime:
        """The first date of the entry that can be read."""
        bad = BadRow("published: empty")
        for key in ("published", "updated", "created"):
            try:
                if found := moment(row, key, self.zone):
                    return found
            except BadRow as error:
                bad = error
        raise bad

    def _expires(self, row: Row) -> datetime | None:
        element = self.options.elements.expires
        return or_none(self.findings, lambda: moment(row, element, self.zone, THE_END)) if element else None


def _parsed(body: bytes, charset: str | None) -> Any:
    """The feed as feedparser reads it, after common faults of its XML are removed."""
    declared = _DECLARED.match(body)
    text = _CONTROLS.sub("", decoded(body, declared[1].decode() if declared else None, charset).lstrip("\ufeff \t\r\n"))
    begun = _BEGIN.search(text)
    if begun and "<!DOCTYPE" not in text[: begun.start()]:
        ended = text.rfind(f"</{begun[1]}>")
        text = text[begun.start() : ended + len(begun[1]) + 3 if ended >= 0 else None]
    mended = (text if "<!ENTITY" in text else _REFERENCE.sub(_mended, text)).encode("utf-8", "replace")
    return feedparser.parse(io.BytesIO(mended), sanitize_html=False, resolve_relative_uris=False)


def _mended(found: re.Match[str]) -> str:
    """A reference as XML knows it: an HTML entity becomes its character, anything else stays as text."""
    if found[0] != "&" and (found[1] is None or found[1] in XML_NAMES):
        return found[0]
    point = name2codepoint.get(found[1] or "")
    return f"&#{point};" if point else f"&amp;{found[0][1:]}"


def _said(row: Row, element: str | None) -> str | None:
    return name(row.optional_text(element)) if element else None


def _tag(row: Row) -> str | None:
    """The first category."""
    tags: Any = row.value("tags") if row.has("tags") else None
    return name(tags[0].get("term")) if tags else None


def _content(row: Row) -> str | None:
    """The longest text of the entry, because a summary may be only the beginning of the content."""
    contents: Any = row.value("content") if row.has("content") else []
    texts = [row.optional_text("summary"), *(each.get("value") for each in contents)]
    return max(filter(None, texts), key=len, default=None)
