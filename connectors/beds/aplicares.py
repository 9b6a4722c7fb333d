"""BPJS Kesehatan's Aplicares web service, for reading. Source: its official text and four public clients of it.

Seen there: success is code 1, as a number or as text. Numbers come as text in one row and as numbers in the next. A
field is spelt `Tersediawanita` in places. A room has one row for each class. `lastupdate` is local time without a zone,
and can be years old. Each hospital has its own consumer identity. Reported, but not seen: a room that was never updated
has no `lastupdate`, or the date with which MySQL or .NET writes "no date".
"""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

import msgspec

from connectors.beds.records import BedClass, Beds, BedsOptions, Room, last_change, observed, split_of
from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.errors import AgencyChanged
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import HmacHeaders

LIST = Envelope(code="metadata.code", accepted=frozenset({"1"}), absent=frozenset({"0"}), rows="response.list")

Count = Annotated[int, msgspec.Meta(ge=1)]


class AplicaresOptions(BedsOptions, frozen=True, kw_only=True):
    """Options of one hospital at BPJS.

    `ppk` is its code there. `start` says whether `{start}` in the address counts rows or pages. Clients of the service
    do not agree, and only a hospital with more than `page_size` rooms shows the difference.
    """

    ppk: str
    page_size: Count = 100
    start: Literal["row", "page"] = "row"


class AplicaresCredentials(Credentials, frozen=True, kw_only=True):
    """The consumer identity that BPJS gave the hospital, and `user_key` for the newer gateway."""

    cons_id: str
    secret: str
    user_key: str | None = None


class Aplicares(Beds[AplicaresOptions, AplicaresCredentials]):
    """One hospital, over Aplicares."""

    protocol: ClassVar[str] = "aplicares"

    def open(self, credentials: AplicaresCredentials) -> None:
        signer = HmacHeaders(
            credentials.cons_id,
            credentials.secret,
            clock=self.clock,
            names=("X-cons-id", "X-timestamp", "X-signature"),
            also={"user_key": credentials.user_key} if credentials.user_key else {},
        )
        self._http = Http(self.agency, signer, self.clock, self.throttle)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Room, ...]]:
        return self.rooms()

    # Half an hour late, a bed count still says where to ask first. It is always labelled STALE.
    @read(ttl=timedelta(minutes=1), revalidate=timedelta(minutes=2), stale=timedelta(minutes=30), changed=last_change)
    async def rooms(self) -> tuple[Room, ...]:
        size = self.options.page_size
        sent: list[object] = []
        pages = 0
        while True:
            start = pages * size + 1 if self.options.start == "row" else pages + 1
            page, total = await self._page(start, size)
            pages += 1
            if not page or page == sent[-len(page) :]:
                break
            sent += page
            if len(page) < size or (total is not None and len(sent) >= total):
                break
        rooms = await many_records(sent, self._to_room, agency=self.agency.code, findings=self.findings)
        return without_repeats(rooms, lambda room: (room.class_code, room.code), self.findings)

    # The classes are a list of codes, which changes once in years.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30), at_least=5)
    async def classes(self) -> tuple[BedClass, ...]:
        body = await self._http.json(Call(path="/rest/ref/kelas"))
        rows = LIST.open(body, self.agency.code)
        return await many_records(rows or [], _to_class, agency=self.agency.code, findings=self.findings)

    async def _page(self, start: int, size: int) -> tuple[list[object], int | None]:
        """The rows from `start` on, and the total number, if the answer says it."""
        body = await self._http.json(
            Call(
                path="/rest/bed/read/{ppk}/{start}/{limit}",
                into={"ppk": self.options.ppk, "start": start, "limit": size},
            )
        )
        rows = LIST.open(body, self.agency.code)
        if rows is None:
            return [], None
        if not isinstance(rows, list):
            raise AgencyChanged(self.agency.code, f"response.list is {type(rows).__name__}, not a list")
        return rows, _total(body)

    def _to_room(self, row: Row) -> Room:
        capacity, free = row.integer("kapasitas"), row.integer("tersedia")
        split = (row.integer("tersediapria"), row.integer("tersediawanita"), row.integer("tersediapriawanita"))
        men, women, either = split_of(split, free, capacity, "tersedia", self.findings)
        row.ignore("rownumber")
        return Room(
            code=row.text("koderuang"),
            name=row.text("namaruang"),
            class_code=row.text("kodekelas"),
            class_name=row.optional_text("namakelas"),
            capacity=capacity,
            free=free,
            free_for_men=men,
            free_for_women=women,
            free_for_either=either,
            observed_at=observed(lambda: row.optional_moment("lastupdate", self.zone), self.findings),
        )


def _to_class(row: Row) -> BedClass:
    return BedClass(code=row.text("kodekelas"), name=row.text("namakelas"))


def _total(body: object) -> int | None:
    """`metadata.totalitems`, which not every deployment sends."""
    return Row(Row(body).value("metadata")).optional_integer("totalitems")
