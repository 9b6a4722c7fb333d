"""The JDIHN integration feed, which every member of the national network publishes.

Source: Permenkumham 8/2019, the national centre's own script for members, its template ILDIS 4, and the feeds of
several members.

Seen there:
- one array with the whole collection; or the text `0 results`; or the array inside objects; or the first page of many
- a BOM, or PHP's warnings, before or after the array; a failure with an empty list
- one document repeated for each attachment or subject; one `idData` for documents of different tables
- `-`, blank, null and 0000-00-00 for missing values; kinds, numbers and days in any spelling
- a day as the moment of its midnight in UTC; markup in any text; a status in words
- addresses with blanks or without a scheme; `urlAbstrak` for `urlabstrak`; `display` "0" for hidden documents

ILDIS 4 also sends its library. Books, articles and judgments are no regulations, and its `abstrak` is the name of a
file. The address of the feed differs, so it is an option. The meaning of `operasi` other than 4 was not seen.
"""

import hashlib
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from connectors.jdih.envelope import refuse_part
from connectors.jdih.kinds import KINDS, is_library, kind_at, kind_of
from connectors.jdih.numbers import read_number
from connectors.jdih.records import Attachment, Jdih, JdihOptions, Regulation, RegulationLevel
from connectors.jdih.statements import read_status
from connectors.jdih.values import Values
from connectors.kit.call import JSON, Call, Spooled, Version
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed
from connectors.kit.http import Http
from connectors.kit.rows import Row
from connectors.kit.signatures import Fixed, basic, unsigned
from connectors.kit.stream import Rows
from connectors.kit.values import BadRow, mail_date

EMPTY = "0 results"
AND_ALSO = "; "
LONGEST_KEY = 200
"""The longest `idData`, in characters. A database cannot index a text of any length."""
READ_AS = "2 "
"""A mark before a position: how the collection was read. A copy that was read in another way is read again."""

_HALF = 2**31 - 1

NOT_OURS = (
    "noPanggil deskripsiFisik isbn nomorIndukBuku operasi lastUpdated last_updated tanggalData hasilUjiMateriMk "
    "katalog idkategori"
).split()


class JdihnOptions(JdihOptions, frozen=True, kw_only=True):
    """`path`: the path of the feed below the agency's address."""

    path: str = ""


class JdihnCredentials(Credentials, frozen=True, kw_only=True):
    """For members that ask for HTTP Basic; most are open."""

    user: str | None = None
    password: str | None = None


def merge(one: Regulation, other: Regulation) -> Regulation:
    """One document from two of its rows, with all subjects, all files, and everything that is said of it."""
    parts = (part for each in (one, other) for part in (each.status_text or "").split(AND_ALSO) if part)
    status_text = AND_ALSO.join(dict.fromkeys(parts)) or None
    said = read_status(status_text)
    return msgspec.structs.replace(
        one,
        status=said.status,
        status_text=status_text,
        statements=said.statements,
        subjects=tuple(dict.fromkeys((*one.subjects, *other.subjects))),
        attachments=tuple(dict.fromkeys((*one.attachments, *other.attachments))),
    )


class Jdihn(Jdih[JdihnOptions, JdihnCredentials]):
    """One member of the network."""

    protocol: ClassVar[str] = "jdihn"

    def open(self, credentials: JdihnCredentials) -> None:
        named = credentials.user is not None and credentials.password is not None
        signer: Fixed = basic(credentials.user or "", credentials.password or "") if named else unsigned()
        self._http = Http(self.agency, signer, self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Feed[Regulation]:
        return self.regulations()

    # What is in force stays so, but after a month too many new regulations would be missing.
    @feed(interval=timedelta(hours=1), stale=timedelta(days=30), atomic=True, merge=merge)
    async def regulations(self, position: str | None) -> AsyncGenerator[Batch[Regulation], None]:
        read_so = position is not None and position.startswith(READ_AS)
        known = msgspec.json.decode((position or "").removeprefix(READ_AS), type=Version) if read_so else None
        call = Call(path=self.options.path, accepts=(*JSON, "text/html", "text/plain"))
        async with self._http.spooled(call, known) as spooled:
            if spooled is None:
                return
            async for batch in self._batches(spooled):
                yield batch

    async def _batches(self, spooled: Spooled) -> AsyncGenerator[Batch[Regulation], None]:
        code, version = self.agency.code, spooled.version
        whole = Batch[Regulation](
            full=True,
            position=READ_AS + msgspec.json.encode(version).decode(),
            changed_at=_moment(version.last_modified),
        )
        found = Rows(spooled.file, code, key="data", is_row=_is_row)
        if not found.found:
            if found.before.casefold() != EMPTY:
                raise AgencyChanged(code, "no array of documents")
            yield whole
            return
        if found.before:
            self.findings.note("something stands before the array")
        yield whole
        rows = good = 0
        documents = _Documents()
        async for some in found.objects(self._to_regulation):
            records = [documents.named(each) for each in some if isinstance(each, Regulation)]
            rows += len(some)
            good += sum(each is not None for each in some)
            yield msgspec.structs.replace(whole, records=tuple((each.key, each) for each in records))
        refuse_part(found.said, spooled.headers, rows, code)
        if rows and not good:
            raise AgencyChanged(code, f"not one of {rows} rows can be read")
        if found.behind:
            if "iddata" in found.behind.casefold():
                raise AgencyChanged(code, "more documents stand behind the array")
            self.findings.note("something stands behind the array")
        for _ in range(documents.shared):
            self.findings.note("idData: stands for two documents")

    def _to_regulation(self, raw: object) -> Regulation | bool | None:
        """The regulation; True for a hidden document or one of the library; None with a finding if it is unreadable."""
        try:
            row = Row(raw)
            said = Values(row, self.findings, self.zone, self.clock.now().astimezone(self.zone).date())
            hidden = _hidden(row) or is_library(said.text("jenis") or said.text("singkatanJenis") or "")
            regulation = hidden or self._regulation(said)
        except BadRow as bad:
            self.findings.set_aside(bad)
            return None
        self.findings.unexpected(() if hidden else row.unread)
        return regulation

    def _regulation(self, said: Values) -> Regulation:
        row = said.row
        row.ignore(*NOT_OURS)
        key, title = said.text("idData"), said.text("judul")
        if not key or not title:
            raise BadRow(f"{'judul' if key else 'idData'}: empty")
        if len(key) > LONGEST_KEY:
            raise BadRow("idData: too long")
        kind, short = _kind(said, title)
        numbered = said.text("noPeraturan")
        day = said.day(row.either("tanggal_pengundangan", "tanggal"), "tanggal_penetapan")
        year = said.year(row.either("tahun_pengundangan", "tahun")) or (
            read_number(numbered).year if numbered else None
        )
        enacted_on = said.day_of(year, day)
        status_text = said.lines("status")
        status = read_status(status_text)
        if status.strange:
            self.findings.note("status: words that are not known")
        return Regulation(
            key=key,
            level=RegulationLevel(self.options.level),
            title=title,
            kind=kind,
            abbreviation=short,
            number=_number(numbered, year),
            year=year or (enacted_on.year if enacted_on else None),
            enacted_on=enacted_on,
            status=status.status,
            status_text=status_text,
            statements=status.statements,
            subjects=tuple(dict.fromkeys(said.texts("subjek"))),
            legal_field=said.text("bidangHukum"),
            place=said.text("tempatTerbit"),
            publisher=said.text("penerbit"),
            gazette=said.text("sumber"),
            author=said.text("teuBadan"),
            language=said.text("bahasa"),
            abstract=said.prose("abstrak"),
            abstract_url=said.address("urlabstrak", said.text("urlabstrak")),
            url=said.address("urlDetailPeraturan", said.text("urlDetailPeraturan")),
            attachments=_attachments(said),
        )


class _Documents:
    """The documents of one pass by their `idData`, with a few bytes for each.

    Some members number each table by itself.
    """

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._others: dict[tuple[int, int], str] = {}
        self.shared = 0

    def named(self, found: Regulation) -> Regulation:
        """The regulation, under another key if its `idData` belongs to another document already.

        Two rows are of one document if they have the same title, or the same kind, number and year.
        """
        at, title = hash(found.key), hash(found.title.casefold()) & _HALF
        number = hash((found.kind, found.number, found.year)) & _HALF if found.number else title
        first = self._first.setdefault(at, title << 31 | number)
        if title == first >> 31 or number == first & _HALF:
            return found
        if (key := self._others.get((at, title)) or self._others.get((at, ~number))) is None:
            self.shared += 1
            said = f"{found.kind}\n{found.number}\n{found.year}\n{found.title}"
            key = f"{found.key}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"
        self._others[at, title] = self._others[at, ~number] = key
        return msgspec.structs.replace(found, key=key)


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and bool({"iddata", "judul"} & {str(key).casefold() for key in value})


def _hidden(row: Row) -> bool:
    return row.has("display") and str(row.value("display")).strip().casefold() in ("0", "false")


def _kind(said: Values, title: str) -> tuple[str, str | None]:
    """The name and the abbreviation of the kind, from either of the two, or else from the beginning of the title."""
    named, short = said.text("jenis"), (said.text("singkatanJenis") or "").upper() or None
    if named is None:
        known = (kind_of(short) if short else None) or kind_at(title)
        if known:
            return KINDS[known].name, known
        if short is None:
            raise BadRow("jenis: empty")
        return short.title(), short
    if known := kind_of(named):
        return KINDS[known].name, known
    return named.title(), (kind_of(short) or short) if short else None


def _number(said: str | None, year: int | None) -> str | None:
    """The number without its year. If the year differs, the text stays as it is."""
    if said is None:
        return None
    number = read_number(said)
    return number.number if number.year in (None, year) else said


def _attachments(said: Values) -> tuple[Attachment, ...]:
    """One attachment for each file with a name or an address. Names and addresses are paired in order."""
    names, addresses = said.texts("fileDownload"), said.texts("urlDownload")
    return tuple(
        Attachment(
            name=names[place] if place < len(names) else "",
            url=said.address("urlDownload", addresses[place] if place < len(addresses) else None),
        )
        for place in range(max(len(names), len(addresses)))
    )


def _moment(sent: str | None) -> datetime | None:
    """The moment of a Last-Modified header, if it is one."""
    try:
        return mail_date(sent or "")
    except BadRow:
        return None
