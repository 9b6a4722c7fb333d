"""The health ministry's RS Online (SIRANAP), for reading, with the faults of the real one.

All hospitals have one address and are distinguished by `X-rs-id`; the password is sent with every call. Everything is
HTTP 200: a failure stands under `fasyankes` too, as a status with a message. Every number is a text, and slashes are
escaped. The second half of one hospital's rows is years old. There are rows with more free beds than beds, a negative
count, a room without a name, and types of beds that BPJS has no class for. Type 9 is missing in the reference.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aiohttp import web

from sandbox.beds.hospitals import WARDS, WIB
from sandbox.kit.control import Control, Handler
from sandbox.kit.credentials import account
from sandbox.kit.seed import city, draw

BASE = "/rs-online/fo/index.php"
REFUSED = {"status": "401", "message": "Anda tidak memiliki akses"}
TYPES = {
    "1": "VVIP/ Super VIP",
    "2": "VIP",
    "3": "Kelas I",
    "4": "Kelas II",
    "5": "Kelas III",
    "6": "ICU Tanpa Ventilator",
    "7": "HCU",
    "8": "ICCU/ICVCU Tanpa Ventilator",
    "10": "NICU Tanpa Ventilator",
    "11": "PICU Tanpa Ventilator",
    "12": "Isolasi",
    "14": "Perinatologi",
    "38": "ICU Dengan Ventilator",
}
YEARS = timedelta(days=750)


class Facility(NamedTuple):
    """A hospital at the ministry. From the row `old_from` on, its counts are years old."""

    agency: str
    rs_id: str
    old_from: int


def facilities() -> dict[str, Facility]:
    """Those of the city's `agencies.toml` by their ids: one that also speaks Aplicares, and one that does not."""
    found = [(code, each["options"]) for code, each in city().agencies.items() if each["connector"] == "rs_online"]
    return {
        options["rs_id"]: Facility(code, options["rs_id"], len(TYPES) if "hospital" in options else len(TYPES) // 2)
        for code, options in found
    }


def rows(facility: Facility, now: datetime) -> list[dict[str, Any]]:
    """All rows of a hospital, one for each type."""
    made = [_row(facility, number, kind, now) for number, kind in enumerate(TYPES)]
    made[1] |= {"jumlah": "4", "kosong": "6", "terpakai": "0"}
    made[3] |= {"kosong": "-1"}
    made[4] |= {"ruang": None}
    return made


def _row(facility: Facility, number: int, kind: str, now: datetime) -> dict[str, Any]:
    chance = draw("rs online", facility.agency, number)
    beds = chance.randint(4, 12)
    taken = chance.randint(1, beds - 1)
    age = YEARS if number >= facility.old_from else timedelta(minutes=chance.randint(3, 90))
    counts = {"jumlah_ruang": 1 + number % 3, "jumlah": beds, "terpakai": taken, "kosong": beds - taken}
    unused = (
        "terpakai_suspek",
        "terpakai_konfirmasi",
        "antrian",
        "prepare",
        "terpakai_dbd",
        "terpakai_dbd_anak",
        "covid",
    )
    return {
        "id_tt": kind,
        "tt": TYPES[kind],
        "ruang": f"{WARDS[number % len(WARDS)]}/{WARDS[(number + 1) % len(WARDS)]}",
        "kode_siranap": f"{int(kind):04}",
        **{key: str(value) for key, value in counts.items()},
        **dict.fromkeys(unused, "0"),
        "prepare_plan": None,
        "id_t_tt": str(880_000 + 100 * int(facility.rs_id[-2:]) + number),
        "tglupdate": (now - age).astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S"),
    }


def routes(control: Control, now: Callable[[], datetime]) -> list[web.RouteDef]:
    """The rows of the hospital that asks, and the reference of types."""
    for each in facilities().values():
        control.register(each.agency)

    def asked(what: str, rows_of: Callable[[Facility], dict[str, Any]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            facility = facilities().get(request.headers.get("X-rs-id", ""))
            if facility is None:
                return _told({"fasyankes": [REFUSED]})

            async def answer(_: web.Request) -> web.Response:
                known = account(facility.agency).secret
                good = request.headers.get("X-pass") == known and request.headers.get("X-Timestamp", "").isdecimal()
                return _told(rows_of(facility) if good else {"fasyankes": [REFUSED]})

            return await control.answer(facility.agency, what, request, answer)

        return handle

    reference = [{"kode_tt": kind, "nama_tt": name} for kind, name in TYPES.items()]
    return [
        web.get(f"{BASE}/Fasyankes", asked("Fasyankes", lambda facility: {"fasyankes": rows(facility, now())})),
        web.get(f"{BASE}/Referensi/tempat_tidur", asked("Referensi", lambda _: {"tempat_tidur": reference})),
    ]


def _told(body: dict[str, Any]) -> web.Response:
    """JSON as PHP writes it, with escaped slashes."""
    return web.Response(text=json.dumps(body).replace("/", "\\/"), content_type="application/json")
