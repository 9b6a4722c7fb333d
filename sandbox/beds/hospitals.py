"""Hospitals that do not exist, with beds and the faults of real ones."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kit.seed import city, draw, per_city

WIB = ZoneInfo("Asia/Jakarta")

CLASSES = {
    "NON": "NON KELAS",
    "VVP": "VVIP",
    "VIP": "VIP",
    "KL1": "KELAS I",
    "KL2": "KELAS II",
    "KL3": "KELAS III",
    "ICU": "ICU",
    "ICC": "ICCU",
    "NIC": "NICU",
    "PIC": "PICU",
    "HCU": "HCU",
    "ISO": "RUANG ISOLASI",
}
WARDS = (
    "Anggrek",
    "Bougenville",
    "Cempaka",
    "Dahlia",
    "Edelweis",
    "Flamboyan",
    "Kenanga",
    "Melati",
    "Seruni",
    "Teratai",
)


class SandboxHospital(NamedTuple):
    """A stand-in hospital. `kelurahan` is a dotted Kemendagri code; `habits` are the faults of its answers."""

    code: str
    name: str
    ppk: str
    kelurahan: str
    rooms: int
    habits: frozenset[str] = frozenset()


ROOMS_AND_HABITS: tuple[tuple[int, frozenset[str]], ...] = (
    (20, frozenset()),
    (14, frozenset({"code as text"})),
    (140, frozenset({"row repeated"})),
    (12, frozenset({"impossible rows"})),
    (11, frozenset({"sum is wrong"})),
    (9, frozenset({"months old", "no class names"})),
    (6, frozenset({"years old"})),
    (8, frozenset({"Tersediawanita"})),
    (10, frozenset({"unknown class"})),
    (0, frozenset({"no rooms"})),
    (100, frozenset({"no total"})),
    (7, frozenset({"code as text"})),
)
"""Those of the hospitals of a city, in the order of its file."""


@per_city
def hospitals() -> tuple[SandboxHospital, ...]:
    """The hospitals of the city's `agencies.toml` that speak Aplicares."""
    found = [(code, each) for code, each in city().agencies.items() if each["connector"] == "aplicares"]
    return tuple(
        SandboxHospital(code, each["name"], each["options"]["ppk"], each["options"]["kelurahan"], *of)
        for (code, each), of in zip(found, ROOMS_AND_HABITS, strict=False)
    )


AGES = {"months old": timedelta(days=150), "years old": timedelta(days=1100)}


def rows(hospital: SandboxHospital, now: datetime) -> list[dict[str, Any]]:
    """All rows of `bed/read`, before they are cut into pages."""
    made = [_row(hospital, number, now) for number in range(hospital.rooms)]
    if "row repeated" in hospital.habits:
        made.insert(100, dict(made[99]))
    if "impossible rows" in hospital.habits:
        made[3] |= {"tersedia": -2}
        made[7] |= {"kapasitas": 4, "tersedia": 9, "tersediapria": 9, "tersediawanita": 0, "tersediapriawanita": 0}
    if "sum is wrong" in hospital.habits:
        made[0] |= {"kapasitas": 12, "tersedia": 4, "tersediapria": 1, "tersediawanita": 1, "tersediapriawanita": 1}
    if "unknown class" in hospital.habits:
        made[2] |= {"kodekelas": "XYZ", "namakelas": "KELAS PERCOBAAN"}
    for number, row in enumerate(made, start=1):
        row["rownumber"] = number
        if "no class names" in hospital.habits:
            del row["namakelas"]
    return made


def _row(hospital: SandboxHospital, number: int, now: datetime) -> dict[str, Any]:
    """One room. Every second room is in two classes, and every third row sends numbers as text."""
    chance = draw("room", hospital.code, number)
    codes = list(CLASSES)
    room, shift = divmod(number, 2)
    bed_class = codes[(room + 3 + shift) % len(codes)]
    ward = WARDS[room % len(WARDS)]
    capacity = chance.randint(2, 8)
    free = chance.randint(0, capacity // 2 + 1)
    men = chance.randint(0, free)
    women = chance.randint(0, free - men)
    counts: dict[str, Any] = {
        "kapasitas": capacity,
        "tersedia": free,
        "tersediapria": men,
        "tersediawanita": women,
        "tersediapriawanita": free - men - women,
    }
    if number % 3 == 1:
        counts = {key: str(value) for key, value in counts.items()}
    if "Tersediawanita" in hospital.habits:
        counts = {key.replace("tersediawanita", "Tersediawanita"): value for key, value in counts.items()}
    age = next((AGES[habit] for habit in hospital.habits if habit in AGES), timedelta(minutes=chance.randint(3, 90)))
    changed = (now - age).astimezone(WIB)
    return {
        "kodekelas": bed_class,
        "namakelas": CLASSES[bed_class],
        "koderuang": f"{ward[:3].upper()}{room + 1}",
        "namaruang": f"Ruang {ward} {room + 1}",
        **counts,
        "lastupdate": changed.strftime("%Y-%m-%d %H:%M:%S"),
    }
