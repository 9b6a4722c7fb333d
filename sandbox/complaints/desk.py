"""The city's complaint desk, which does not exist: its topics, forty complaints from before, and those that are sent.

Everything is said of a complaint that the desk knows, who complained among it, in the clear, as such desks do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sandbox.kit.control import Control
from sandbox.kit.seed import city, draw, kecamatan

BEFORE = 40
SEEN_TO_WITHIN = timedelta(days=3)
NUMBERED_AFTER = timedelta(minutes=5)
KEY, ANONYMOUS, SECRET = "simpul", "anonim", "rahasia"
"""The attributes in which the desk takes what the protocol has no place for."""

TOPICS: tuple[dict[str, Any], ...] = (
    {
        "service_code": "001",
        "service_name": "Lampu jalan mati",
        "description": "Penerangan jalan umum yang mati atau rusak",
        "metadata": "true",
        "type": "realtime",
        "keywords": "pju, lampu, gelap",
        "group": "Jalan",
    },
    {
        "service_code": "002",
        "service_name": "Jalan rusak",
        "description": None,
        "metadata": "false",
        "type": "realtime",
        "keywords": "lubang,aspal",
        "group": "Jalan",
    },
    {
        "service_code": "017",
        "service_name": "Pohon tumbang",
        "description": "",
        "metadata": "false",
        "type": "batch",
        "keywords": "",
        "group": "Lingkungan",
    },
    {
        "service_code": "031",
        "service_name": "Pelayanan petugas",
        "description": "Termasuk dugaan pungutan liar",
        "metadata": "false",
        "type": "realtime",
        "keywords": "pungli",
        "group": "Pelayanan",
    },
    {
        "service_code": "040",
        "service_name": "Saran",
        "description": "Tidak diberi nomor",
        "metadata": "false",
        "type": "blackbox",
        "keywords": "",
        "group": "Pelayanan",
    },
)
FIELDS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "001": (
        {
            "variable": "true",
            "code": "tiang",
            "datatype": "string",
            "required": "false",
            "datatype_description": "Tertulis di tiangnya",
            "order": "2",
            "description": "Nomor tiang",
            "values": None,
        },
        {
            "variable": "true",
            "code": "keadaan",
            "datatype": "singlevaluelist",
            "required": "true",
            "datatype_description": "",
            "order": "1",
            "description": "Keadaan lampu",
            "values": [{"key": "mati", "name": "Mati"}, {"key": "kedip", "name": "Berkedip"}],
        },
        {
            "variable": "true",
            "code": "jam",
            "datatype": "multivaluelist",
            "required": "false",
            "datatype_description": "",
            "order": "3",
            "description": "Kapan",
            "values": [{"key": "malam", "name": "Malam"}, {"key": "pagi", "name": "Pagi"}],
        },
    ),
}
STATES = (
    ("open", "Terverifikasi"),
    ("open", "Diteruskan ke Dinas Contoh"),
    ("open", "Diproses: petugas di lapangan"),
    ("closed", "Selesai, terima kasih"),
    ("closed", "Ditolak: bukan wewenang kota"),
    ("open", ""),
)

_KNOWN: "WeakKeyDictionary[Control, SandboxDesk]" = WeakKeyDictionary()


class SandboxDesk:
    """All complaints, the oldest first; of each what its form said stands in `sent`."""

    def __init__(self, now: datetime) -> None:
        self.requests: list[dict[str, Any]] = []
        self.sent: list[dict[str, list[str]]] = []
        self._tokens: dict[str, tuple[datetime, dict[str, Any]]] = {}
        for number in range(BEFORE, 0, -1):
            self._add(_from_before(number, now))

    def add(self, form: dict[str, list[str]], now: datetime) -> dict[str, Any]:
        """Take a complaint, and what is answered for it."""
        self.sent.append(form)
        topic = next(each for each in TOPICS if each["service_code"] == form["service_code"][0])
        row = _from_form(form, topic, now)
        if topic["type"] == "batch":
            token = f"T-{len(self.sent):05}"
            self._tokens[token] = (now + NUMBERED_AFTER, row)
            return {"token": token, "service_notice": "", "account_id": None}
        number = self._add(row)
        if topic["type"] == "blackbox":
            return {"service_notice": "Terima kasih atas saran Anda", "account_id": None}
        notice = "Ditindaklanjuti dalam 3 hari kerja"
        return {"service_request_id": number, "service_notice": notice, "account_id": None}

    def number_of(self, token: str, now: datetime) -> str | None:
        """The number that a token stands for by now; raises KeyError for one that is not known."""
        self.number(now)
        _, row = self._tokens[token]
        return row.get("service_request_id")

    def number(self, now: datetime) -> None:
        """Give numbers to those whose time has come."""
        for since, row in self._tokens.values():
            if since <= now and "service_request_id" not in row:
                self._add(row)

    def say(self, number: str, status: str, note: str, now: datetime) -> None:
        """Go on with one of them."""
        row = self.one(number)
        row |= {"status": status, "status_notes": note, "updated_datetime": now.isoformat()}
        row["notes"].append({"datetime": now.isoformat(), "description": note, "type": _kind(note)})

    def one(self, number: str) -> dict[str, Any]:
        """The one of this number; raises KeyError."""
        for row in self.requests:
            if row["service_request_id"] == number:
                return row
        raise KeyError(number)

    def _add(self, row: dict[str, Any]) -> str:
        number = f"{len(self.requests) + 1:05}"
        row["service_request_id"] = number
        self.requests.append(row)
        return number


def desk_of(control: Control, now: datetime) -> SandboxDesk:
    """The one of one sandbox."""
    if control not in _KNOWN:
        _KNOWN[control] = SandboxDesk(now)
    return _KNOWN[control]


def _from_before(number: int, now: datetime) -> dict[str, Any]:
    """One of the forty; every tenth is secret, every seventh anonymous."""
    chance, topic = draw("complaint", number), TOPICS[number % 4]
    made = now - timedelta(hours=16 * number)
    status, note = STATES[number % len(STATES)]
    area = kecamatan()[number % len(kecamatan())]
    secret, anonymous = number % 10 == 0, number % 7 == 0
    row = _row(topic, made, f"{topic['service_name']} di {area.kelurahan[0]} (contoh {number})")
    row |= {
        "status": status,
        "status_notes": note,
        "agency_responsible": "Dinas Contoh" if number % 3 else "",
        "address": f"Jl. Contoh No. {number}, {area.kelurahan[0]}",
        "lat": str(round(city().latitude + chance.uniform(-0.06, 0.06), 5)),
        "long": str(round(city().longitude + chance.uniform(-0.06, 0.06), 5)),
        "media_url": f"https://foto.example/{number}.jpg " if number % 4 == 0 else None,
        "updated_datetime": (made + timedelta(hours=8)).isoformat(),
        "attributes": [_attribute(ANONYMOUS, str(int(anonymous))), _attribute(SECRET, str(int(secret)))],
    }
    if not anonymous:
        row |= {
            "first_name": "Pelapor",
            "last_name": f"Contoh {number}",
            "email": f"pelapor-{number}@warga.example",
            "phone": f"+62215557{number:03}",
        }
    if note:
        row["notes"].append({"datetime": row["updated_datetime"], "description": note, "type": _kind(note)})
    return row


def _from_form(form: dict[str, list[str]], topic: dict[str, Any], now: datetime) -> dict[str, Any]:
    said = {name: values[0] for name, values in form.items()}
    row = _row(topic, now, said.get("description", ""))
    row |= {
        "status": "open",
        "status_notes": None,
        "agency_responsible": None,
        "address": said.get("address_string"),
        "lat": said.get("lat"),
        "long": said.get("long"),
        "media_url": said.get("media_url"),
        "updated_datetime": now.isoformat(),
        "attributes": [
            _attribute(name.removeprefix("attribute[").partition("]")[0], value)
            for name, values in form.items()
            for value in values
            if name.startswith("attribute[")
        ],
    }
    row.update({name: said[name] for name in ("first_name", "last_name", "email", "phone") if name in said})
    return row


def _row(topic: dict[str, Any], made: datetime, text: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "service_code": topic["service_code"],
        "service_name": topic["service_name"],
        "description": text,
        "service_notice": "Ditindaklanjuti dalam 3 hari kerja",
        "requested_datetime": made.isoformat(),
        "expected_datetime": (made + SEEN_TO_WITHIN).isoformat(),
        "address_id": "",
        "zipcode": None,
        "notes": [{"datetime": made.isoformat(), "description": "Diterima", "type": "submitted"}],
    }
    return row


def _kind(note: str) -> str:
    return note.partition(" ")[0].strip(":,").lower()


def _attribute(code: str, value: str) -> dict[str, Any]:
    return {"label": code, "name": code, "code": code, "value": value}
