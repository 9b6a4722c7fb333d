"""RS Online (SIRANAP), the health ministry's `fo` service, for reading. Source: public clients and a captured answer.

Seen there: `fasyankes` holds rows (known by `id_t_tt`). A failure stands under the same key, with a `status` and a
`message`, and also under HTTP 200. Every number is a text, and slashes are escaped. `tglupdate` is Jakarta's time
without a zone, and can be years old. The hospital's password is sent in a header with every call. The list of statuses
was not seen: those below follow HTTP, and the one for "no beds entered" is configurable.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.beds.records import (
    BedClass,
    Beds,
    BedsOptions,
    Bpjs,
    Room,
    last_change,
    observed,
)
from connectors.kit.call import Call
from connectors.kit.connector import Credentials
from connectors.kit.envelope import Envelope
from connectors.kit.http import Http
from connectors.kit.read import Read, read
from connectors.kit.rows import Row, many_records, without_repeats
from connectors.kit.signatures import Stamped

ROWS = Envelope(rows="fasyankes")
REFERENCE = Envelope(rows="tempat_tidur")
FAILED = Envelope(
    code="status",
    rejected=frozenset({"400", "401", "403"}),
    unavailable=frozenset({"408", "429", "500", "502", "503", "504"}),
)
WIB = ZoneInfo("Asia/Jakarta")
"""One service for the whole country, in the time zone of the capital."""
CLASSES: dict[str, str] = {
    "1": "VVP",
    "2": "VIP",
    "3": "KL1",
    "4": "KL2",
    "5": "KL3",
    "6": "ICU",
    "7": "HCU",
    "8": "ICC",
    "10": "NIC",
    "11": "PIC",
    "12": "ISO",
}
"""The class of care of BPJS for the ministry's `id_tt`, if there is one."""


class RsOnlineOptions(BedsOptions, frozen=True, kw_only=True):
    """Options of one hospital at the ministry.

    `rs_id` is its code there. `nothing_entered` is the status for a hospital that has entered no beds. `classes` maps
    further types of beds to BPJS, because the ministry's list grows.
    """

    rs_id: str
    nothing_entered: str = "404"
    classes: Mapping[str, Bpjs] = {}


class RsOnlineCredentials(Credentials, frozen=True, kw_only=True):
    """The password of the hospital at the ministry."""

    password: str


class RsOnline(Beds[RsOnlineOptions, RsOnlineCredentials]):
    """One hospital, over RS Online."""

    protocol: ClassVar[str] = "rs_online"

    def open(self, credentials: RsOnlineCredentials) -> None:
        headers = {"X-rs-id": self.options.rs_id, "X-pass": credentials.password}
        self._http = Http(self.agency, Stamped(headers, "X-Timestamp", clock=self.clock), self.clock, self.throttle)
        self._failed = msgspec.structs.replace(FAILED, absent=frozenset({self.options.nothing_entered}))
        self._classes = CLASSES | dict(self.options.classes)

    async def aclose(self) -> None:
        await self._http.aclose()

    def probe(self) -> Read[tuple[Room, ...]]:
        return self.rooms()

    # Half an hour late, a bed count still says where to ask first. It is always labelled STALE.
    @read(ttl=timedelta(minutes=1), revalidate=timedelta(minutes=2), stale=timedelta(minutes=30), changed=last_change)
    async def rooms(self) -> tuple[Room, ...]:
        sent = ROWS.open(await self._http.json(Call(path="/Fasyankes")), self.agency.code)
        rooms = await many_records(self._rows(sent), self._to_room, agency=self.agency.code, findings=self.findings)
        return without_repeats(rooms, lambda room: (room.class_code, room.code), self.findings)

    # The classes are a list of codes, which changes once in years.
    @read(ttl=timedelta(days=1), revalidate=timedelta(days=1), stale=timedelta(days=30), at_least=5)
    async def classes(self) -> tuple[BedClass, ...]:
        sent = REFERENCE.open(await self._http.json(Call(path="/Referensi/tempat_tidur")), self.agency.code)
        found = await many_records(sent, self._to_class, agency=self.agency.code, findings=self.findings)
        return _first_of_each(found)

    def _rows(self, sent: object) -> object:
        """The rows. A status in place of a row raises its error, unless it means that there are no rows."""
        if not isinstance(sent, list) or len(sent) != 1 or not isinstance(sent[0], dict):
            return sent
        only = Row(sent[0])
        if only.has("id_t_tt") or not only.has("message"):
            return sent
        self._failed.open(sent[0], self.agency.code)
        return []

    def _to_room(self, row: Row) -> Room:
        capacity, free, taken = row.integer("jumlah"), row.integer("kosong"), row.optional_integer("terpakai")
        if taken is not None and 0 <= free <= capacity < free + taken:
            self.findings.note("jumlah is less than kosong and terpakai together")
        kind, name = row.text("id_tt"), row.text("tt")
        if kind not in self._classes:
            self.findings.note("id_tt: a type of bed that BPJS has no class for")
        row.ignore("kode_siranap", "jumlah_ruang", "antrian", "prepare", "prepare_plan", "covid")
        row.ignore("terpakai_suspek", "terpakai_konfirmasi", "terpakai_dbd", "terpakai_dbd_anak")
        return Room(
            code=row.text("id_t_tt"),
            name=row.optional_text("ruang") or name,
            class_code=self._class_of(kind),
            class_name=name,
            capacity=capacity,
            free=free,
            free_for_men=None,
            free_for_women=None,
            free_for_either=None,
            observed_at=observed(lambda: row.optional_moment("tglupdate", WIB), self.findings),
        )

    def _to_class(self, row: Row) -> BedClass:
        return BedClass(code=self._class_of(row.text("kode_tt")), name=row.text("nama_tt"))

    def _class_of(self, kind: str) -> str:
        """The code of BPJS. A type that BPJS has no class for keeps the ministry's own number."""
        return self._classes.get(kind, f"TT-{kind}")


def _first_of_each(classes: Iterable[BedClass]) -> tuple[BedClass, ...]:
    """The first class of each code.

    Several types of the ministry may be one class of BPJS, which the first one names.
    """
    found: dict[str, BedClass] = {}
    for each in classes:
        found.setdefault(each.code, each)
    return tuple(found.values())
