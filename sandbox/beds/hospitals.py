"""Twelve hospitals that do not exist, with beds and the faults of real ones."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sandbox.kit.seed import draw

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


HOSPITALS = (
    SandboxHospital("rsud-contoh-tangerang", "RSUD Contoh Kota Tangerang", "9901R001", "36.71.01.1003", 20),
    SandboxHospital(
        "rs-contoh-cipondoh", "RS Contoh Cipondoh", "9901R002", "36.71.05.1001", 14, frozenset({"code as text"})
    ),
    SandboxHospital(
        "rs-contoh-ciledug", "RS Contoh Ciledug", "9901R003", "36.71.06.1001", 140, frozenset({"row repeated"})
    ),
    SandboxHospital(
        "rs-contoh-karawaci", "RS Contoh Karawaci", "9901R004", "36.71.07.1001", 12, frozenset({"impossible rows"})
    ),
    SandboxHospital(
        "rs-contoh-pinang", "RS Contoh Pinang", "9901R005", "36.71.11.1001", 11, frozenset({"sum is wrong"})
    ),
    SandboxHospital(
        "rs-contoh-larangan",
        "RS Contoh Larangan",
        "9901R006",
        "36.71.13.1001",
        9,
        frozenset({"months old", "no class names"}),
    ),
    SandboxHospital("rs-contoh-benda", "RS Contoh Benda", "9901R007", "36.71.04.1001", 6, frozenset({"years old"})),
    SandboxHospital(
        "rs-contoh-periuk", "RS Contoh Periuk", "9901R008", "36.71.08.1001", 8, frozenset({"Tersediawanita"})
    ),
    SandboxHospital(
        "rs-contoh-cibodas", "RS Contoh Cibodas", "9901R009", "36.71.09.1001", 10, frozenset({"unknown class"})
    ),
    SandboxHospital(
        "rs-contoh-jatiuwung", "RS Contoh Jatiuwung", "9901R010", "36.71.02.1001", 0, frozenset({"no rooms"})
    ),
    SandboxHospital(
        "rs-contoh-neglasari", "RS Contoh Neglasari", "9901R011", "36.71.10.1001", 100, frozenset({"no total"})
    ),
    SandboxHospital(
        "rs-contoh-batuceper", "RS Contoh Batuceper", "9901R012", "36.71.03.1001", 7, frozenset({"code as text"})
    ),
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
