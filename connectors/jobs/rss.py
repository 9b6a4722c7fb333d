"""A feed of vacancies, RSS 2.0 or Atom, of any site. Source: RSS 2.0, RFC 4287, and the feeds that WordPress makes.

Seen there: markup in descriptions, escaped or not; a `guid` or none; dates of RFC 822 with Indonesian names of zones,
or of ISO 8601; elements of other namespaces for the company and the place, called as feedparser calls them
(`job_company` for `<job:company>`). A feed says nothing of an end: an option says for how long an entry counts. It is
read by feedparser from bytes that the kit has fetched, handed over as a stream: feedparser opens whatever a text names.
Markup is left to the kit.
"""

import asyncio
import io
from datetime import timedelta
from typing import Any, ClassVar

import feedparser  # type: ignore[import-untyped]
import msgspec

from connectors.jobs.records import AtLeastOne, Jobs, JobsOptions, PagePath, Vacancy, VacancyText
from connectors.jobs.words import THE_END, education, job_type, link, moment, prose
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import FEED, Call, Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import unsigned
from connectors.kit.values import BadRow


class Elements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which elements of an entry say what, besides its title, link, date and description."""

    company: str | None = None
    city: str | None = None
    type: str | None = None
    education: str | None = None
    category: str | None = None
    expires: str | None = None


class RssOptions(JobsOptions, frozen=True, kw_only=True):
    """`path`: where the feed stands. `elements`: which of an entry's say what.

    `company`, `city`: whose vacancies these are and where, for an entry that does not say. `expires_after_days`: how
    long an entry without an end counts.
    """

    path: PagePath | None = None
    elements: Elements = Elements()
    company: str | None = None
    city: str | None = None
    expires_after_days: AtLeastOne = 30


class Rss(Jobs[RssOptions, Credentials]):
    """One feed."""

    protocol: ClassVar[str] = "rss"

    def open(self, credentials: Credentials) -> None:  # noqa: ARG002
        self._http = Http(self.agency, unsigned(), self.clock)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Vacancy, ...]]:
        return self.vacancies()

    @read(ttl=timedelta(minutes=30), revalidate=timedelta(hours=1), stale=timedelta(days=2))
    async def vacancies(self) -> tuple[Vacancy, ...]:
        body = await self._http.body(Call(path=self.options.path or "", accepts=FEED))
        feed = await asyncio.to_thread(
            feedparser.parse, io.BytesIO(body or b""), sanitize_html=False, resolve_relative_uris=False
        )
        broken = feed.bozo and not isinstance(feed.bozo_exception, feedparser.CharacterEncodingOverride)
        if broken or not feed.get("version"):
            raise AgencyChanged(self.agency.code, f"{self.options.path or '/'}: not a feed, or a broken one")
        rows = [dict(entry) for entry in feed.entries]
        vacancies = many_records(rows, self._to_vacancy, agency=self.agency.code, findings=self.findings)
        return without_repeats(vacancies, lambda vacancy: vacancy.code, self.findings)

    def _to_vacancy(self, row: Row) -> Vacancy:
        options, of = self.options, self.options.elements
        page = link(row.maybe_text("link"), self.agency.url)
        published = moment(row, row.either("published", "updated"), self.zone)
        if published is None:
            raise BadRow("published: empty")
        vacancy = Vacancy(
            code=f"{self.agency.code}/{row.maybe_text('id') or row.text('link')}",
            title=prose(row.text("title")) or row.text("title"),
            company=_said(row, of.company) or options.company,
            category=_said(row, of.category) or _tag(row),
            industry=None,
            type=job_type(_said(row, of.type), of.type or "", self.findings),
            education=education(_said(row, of.education)),
            province=None,
            city=_said(row, of.city) or options.city,
            district=None,
            salary=None,
            skills=(),
            published_at=published,
            expires_at=moment(row, of.expires, self.zone, THE_END) if of.expires else None,
            url=page,
            apply_url=None,
            text=VacancyText(description=prose(_content(row)), qualification=None),
            counts_until=published + timedelta(days=options.expires_after_days),
        )
        row.ignore_rest()
        return vacancy


def _said(row: Row, element: str | None) -> str | None:
    return prose(row.maybe_text(element)) if element else None


def _tag(row: Row) -> str | None:
    """The first of its categories."""
    tags: Any = row.value("tags") if row.has("tags") else None
    return prose(tags[0].get("term")) if tags else None


def _content(row: Row) -> str | None:
    """The longer of what it says: a summary may be the beginning of the content alone."""
    contents: Any = row.value("content") if row.has("content") else []
    texts = [row.maybe_text("summary"), *(each.get("value") for each in contents)]
    return max(filter(None, texts), key=len, default=None)
