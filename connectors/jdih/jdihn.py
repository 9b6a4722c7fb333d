"""The JDIHN integration feed, which every member of the national network publishes.

Source: Permenkumham 8/2019, the national centre's own script for members, and the feeds of several members.
Seen there: one bare array with the whole collection; `0 results` as text where there is nothing; a BOM, or PHP's
warnings, before the array; the array under `data`; one document repeated once per attachment or subject; `-`, blank,
null and 0000-00-00 for what is missing; a number as "8", "008" or "8 TAHUN 2019"; kinds in any spelling; a status in
words; addresses with blanks; `urlAbstrak` for `urlabstrak`; `display` "0" for what is hidden. Member systems differ in
their address, which is an option. What other values of `operasi` than 4 mean was not seen.
"""

import re
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import quote, urlsplit

import msgspec

from connectors.jdih.kinds import KINDS, kind_of
from connectors.jdih.records import Attachment, Jdih, JdihOptions, Regulation, RegulationLevel
from connectors.jdih.statements import read_status
from connectors.kit.connector import Credentials
from connectors.kit.errors import AgencyChanged
from connectors.kit.feed import Batch, Feed, feed
from connectors.kit.http import JSON, Call, Http, Spooled, Version
from connectors.kit.markup import plain_text
from connectors.kit.rows import Row
from connectors.kit.signatures import Fixed, basic, unsigned
from connectors.kit.stream import find_array, objects
from connectors.kit.values import BadRow

EMPTY = b"0 results"
AND_ALSO = "; "

NOT_OURS = (
    "noPanggil deskripsiFisik isbn nomorIndukBuku operasi lastUpdated last_updated tanggalData hasilUjiMateriMk "
    "katalog idkategori"
).split()

MISSING = frozenset({"", "-", "--", "0000-00-00", "null"})


class JdihnOptions(JdihOptions, frozen=True, kw_only=True):
    """`path`: where the feed stands below the agency's address."""

    path: str = ""


class JdihnCredentials(Credentials, frozen=True, kw_only=True):
    """Where a member wants HTTP Basic; most are open."""

    user: str | None = None
    password: str | None = None


def merge(one: Regulation, other: Regulation) -> Regulation:
    """The same document from two of its rows: all its subjects, all its files, and all that is said of it."""
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
        self._http = Http(self.agency, signer, self.clock)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Feed[Regulation]:
        return self.regulations()

    @feed(every=timedelta(hours=1), stale=timedelta(days=3650), at_once=True, merge=merge)
    async def regulations(self, position: str | None) -> AsyncGenerator[Batch[Regulation], None]:
        known = msgspec.json.decode(position, type=Version) if position else None
        call = Call(path=self.options.path, accepts=(*JSON, "text/html", "text/plain"))
        async with self._http.spooled(call, known) as spooled:
            if spooled is None:
                return
            async for batch in self._batches(spooled):
                yield batch

    async def _batches(self, spooled: Spooled) -> AsyncGenerator[Batch[Regulation], None]:
        version = spooled.version
        whole = Batch[Regulation](
            whole=True,
            position=msgspec.json.encode(version).decode(),
            changed_at=parsedate_to_datetime(version.last_modified) if version.last_modified else None,
        )
        found = find_array(spooled.file, "data")
        if found is None:
            spooled.file.seek(0)
            if spooled.file.read(len(EMPTY) + 8).strip(b"\xef\xbb\xbf \r\n\t") != EMPTY:
                raise AgencyChanged(self.agency.code, "no array of documents")
            yield whole
            return
        if found.before:
            self.findings.note("something stands before the array")
        yield whole
        rows = good = 0
        async for some in objects(spooled.file, found.key, self.agency.code, self._to_regulation):
            records = tuple((each.key, each) for each in some if isinstance(each, Regulation))
            rows += len(some)
            good += sum(each is not None for each in some)
            yield msgspec.structs.replace(whole, records=records)
        if rows and not good:
            raise AgencyChanged(self.agency.code, f"not one of {rows} rows can be read")

    def _to_regulation(self, raw: object) -> Regulation | bool | None:
        """True for one that is hidden; None, with a finding, for a row that cannot be read."""
        try:
            row = Row(raw)
            regulation = self._regulation(row)
            hidden = _text(row, "display") == "0"
        except BadRow as bad:
            self.findings.note(f"row set aside: {bad}")
            return None
        for key in row.unread:
            self.findings.note(f"{key}: unexpected key")
        return hidden or regulation

    def _regulation(self, row: Row) -> Regulation:
        row.ignore(*NOT_OURS)
        kind, short = _kind(row)
        name, address = _text(row, "fileDownload"), _text(row, "urlDownload")
        status_text = _text(row, "status")
        said = read_status(status_text)
        if said.strange:
            self.findings.note("status: words that are not known")
        subject, abstract = _text(row, "subjek"), _text(row, "abstrak")
        enacted_on = _day(_text(row, row.either("tanggal_pengundangan", "tanggal")))
        return Regulation(
            key=row.text("idData").replace("\0", ""),
            level=RegulationLevel(self.options.level),
            title=row.text("judul"),
            kind=kind,
            abbreviation=short,
            number=_number(_text(row, "noPeraturan")),
            year=_year(_text(row, row.either("tahun_pengundangan", "tahun")))
            or (enacted_on.year if enacted_on else None),
            enacted_on=enacted_on,
            status=said.status,
            status_text=status_text,
            statements=said.statements,
            subjects=(subject,) if subject else (),
            legal_field=_text(row, "bidangHukum"),
            place=_text(row, "tempatTerbit"),
            publisher=_text(row, "penerbit"),
            gazette=_text(row, "sumber"),
            author=_text(row, "teuBadan"),
            language=_text(row, "bahasa"),
            abstract=plain_text(abstract) if abstract else None,
            abstract_url=_address(_text(row, "urlabstrak")),
            url=_address(_text(row, "urlDetailPeraturan")),
            attachments=(Attachment(name=name or "", url=_address(address)),) if name or address else (),
        )


def _text(row: Row, key: str) -> str | None:
    text = row.maybe_text(key)
    return None if text is None or text.casefold() in MISSING else text


def _kind(row: Row) -> tuple[str, str | None]:
    """The kind's name and its abbreviation, whichever of the two it was written with."""
    said, short = row.text("jenis"), (_text(row, "singkatanJenis") or "").upper() or None
    if known := kind_of(said):
        return KINDS[known].name, known
    return said.title(), (kind_of(short) or short) if short else None


def _number(said: str | None) -> str | None:
    """8 for "008" and "8 TAHUN 2019"; what is more than a number stays as it is."""
    if said is None:
        return None
    number = re.sub(r"\s+TAHUN\s+\d{4}$", "", said, flags=re.IGNORECASE).strip()
    return number.lstrip("0") or "0" if number.isdecimal() else number


def _year(said: str | None) -> int | None:
    return int(said) if said and re.fullmatch(r"(19|20)\d{2}", said) else None


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said[:10]) if said else None
    except ValueError:
        return None


def _address(said: str | None) -> str | None:
    """An address with its blanks quoted; None for what is none."""
    try:
        parts = urlsplit(said or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return quote((said or "").strip(), safe=":/?#[]@!$&'()*+,;=%~")
