"""Two thousand parcels that cannot exist (kelurahan 999), each with ten years of bills and payments."""

from datetime import date
from typing import Any, NamedTuple

from sandbox.kit.people import ACCOUNTS
from sandbox.kit.seed import city, draw, kecamatan, per_city

COUNT = 2_000
YEARS = 10
WARD = "999"


class Parcel(NamedTuple):
    """One parcel: its NOP, its regions, and the story of its bills."""

    nop: str
    kecamatan: str
    kelurahan: str
    story: str


STORIES = {
    0: "paid on time",
    1: "this year unpaid",
    2: "partly paid",
    3: "paid but not confirmed",
    4: "confirmed but not paid",
    5: "cancelled",
    6: "unknown status",
    7: "reversed",
    8: "paid in two parts",
    9: "padded",
    10: "only the bill exists",
    11: "one year missing",
    12: "three years owed",
    13: "replaced",
}
"""The stories of the first parcels, one each. The others draw one."""

OWNERS = {"this year unpaid": "citizen", "three years owed": "neighbour"}
"""The account whose number is on the bills of the first parcel with this story."""

LIKELY = ("paid on time",) * 6 + ("this year unpaid",) * 3 + ("three years owed",)


@per_city
def parcels() -> dict[str, Parcel]:
    """All parcels by NOP, spread evenly over the kelurahan."""
    wards = [
        (number * 10, index + 1, area.name, name)
        for number, area in enumerate(kecamatan(), start=1)
        for index, name in enumerate(area.kelurahan)
    ]
    made = {}
    for number in range(COUNT):
        tax_kecamatan, block, area, ward = wards[number % len(wards)]
        nop = f"{city().taxes}{tax_kecamatan:03d}{WARD}{block:03d}{number // len(wards) + 1:04d}0"
        story = STORIES.get(number) or draw("story", nop).choice(LIKELY)
        made[nop] = Parcel(nop, area, ward, story)
    return made


def with_story(story: str) -> str:
    """The NOP of the first parcel with this story."""
    return next(parcel.nop for parcel in parcels().values() if parcel.story == story)


def years(today: date) -> range:
    """The years with bills."""
    return range(today.year - YEARS + 1, today.year + 1)


def bill(parcel: Parcel, year: int, today: date) -> dict[str, Any] | None:
    """The row of SPPT as the database has it: padded texts, strings for whole numbers, floats for decimals."""
    if year not in years(today) or (parcel.story == "one year missing" and year == today.year - 3):
        return None
    chance = draw("bill", parcel.nop)
    land, building = chance.randint(60, 480), chance.choice((0, chance.randint(36, 220)))
    land_value, building_value = land * chance.randint(9, 40) * 100_000, building * 1_200_000
    amount = _amount(parcel, year)
    plain: dict[str, Any] = {
        **_keys(parcel.nop),
        "thn_pajak_sppt": str(year),
        "siklus_sppt": "1",
        "kd_kanwil": "01",
        "kd_kantor": "01",
        "kd_tp": "01",
        "nm_wp_sppt": f"WAJIB PAJAK CONTOH {parcel.nop[-5:-1]}",
        "jln_wp_sppt": "JL CONTOH",
        "blok_kav_no_wp_sppt": "-",
        "rw_wp_sppt": "01",
        "rt_wp_sppt": "001",
        "kelurahan_wp_sppt": parcel.kelurahan.upper(),
        "kota_wp_sppt": city().name.upper().partition(" ")[2],
        "kd_pos_wp_sppt": "15000",
        "npwp_sppt": _number(parcel),
        "no_persil_sppt": "-",
        "kd_kls_tanah": "055",
        "thn_awal_kls_tanah": "2011",
        "kd_kls_bng": "022",
        "thn_awal_kls_bng": "2011",
        "tgl_jatuh_tempo_sppt": f"{year}-09-30T00:00:00",
        "luas_bumi_sppt": str(land),
        "luas_bng_sppt": str(building),
        "njop_bumi_sppt": float(land_value),
        "njop_bng_sppt": float(building_value),
        "njop_sppt": float(land_value + building_value),
        "njoptkp_sppt": 0.0,
        "njkp_sppt": float((land_value + building_value) // 5),
        "pbb_terhutang_sppt": float(amount),
        "faktor_pengurang_sppt": "0",
        "pbb_yg_harus_dibayar_sppt": float(amount) if chance.random() < 0.5 else str(amount),
        "status_pembayaran_sppt": _status(parcel, year, today),
        "status_tagihan_sppt": "0",
        "status_cetak_sppt": "1",
        "tgl_terbit_sppt": f"{year}-01-02T00:00:00",
        "tgl_cetak_sppt": f"{year}-01-20T00:00:00",
        "nip_pencetak_sppt": "000000000000000000",
    }
    if parcel.story == "padded":
        plain |= {key: plain[key].ljust(30) for key in ("nm_wp_sppt", "jln_wp_sppt", "kelurahan_wp_sppt")}
        plain |= {"status_pembayaran_sppt": plain["status_pembayaran_sppt"] + " ", "kd_blok": plain["kd_blok"] + "  "}
    return plain


def place(parcel: Parcel) -> dict[str, Any] | None:
    """The row of DAT_OBJEK_PAJAK with the names of its regions. Some parcels have only bills."""
    if parcel.story == "only the bill exists":
        return None
    chance = draw("place", parcel.nop)
    width = 30 if parcel.story == "padded" else 0
    return {
        "jalan_op": f"JL CONTOH {chance.randint(1, 40)}".ljust(width),
        "blok_kav_no_op": f"NO {chance.randint(1, 99)}",
        "rw_op": f"{chance.randint(1, 12):02d}",
        "rt_op": f"{chance.randint(1, 9):03d}",
        "nm_kelurahan": parcel.kelurahan.upper().ljust(width),
        "nm_kecamatan": parcel.kecamatan.upper().replace(" ", "").ljust(width),
        "nm_dati2": city().name.upper(),
        "nm_propinsi": city().province.upper(),
    }


def payments(parcel: Parcel, year: int, today: date) -> list[dict[str, Any]]:
    """The rows of PEMBAYARAN_SPPT of one bill. The amount of a payment includes the penalty."""
    if bill(parcel, year, today) is None:
        return []
    amount = _amount(parcel, year)
    this = year == today.year
    parts: list[tuple[int, int]]
    match parcel.story:
        case "this year unpaid" if this:
            parts = []
        case "three years owed" if year > today.year - 3:
            parts = []
        case "confirmed but not paid" if this:
            parts = []
        case "cancelled" | "replaced" | "unknown status" if this:
            parts = []
        case "partly paid" if this:
            parts = [(amount // 2, 0)]
        case "reversed" if this:
            parts = [(0, 0)]
        case "paid in two parts":
            parts = [(amount // 2, 0), (amount - amount // 2, amount // 100)]
        case _:
            parts = [(amount, 0)]
    return [
        {
            **_keys(parcel.nop),
            "thn_pajak_sppt": str(year),
            "pembayaran_sppt_ke": str(number),
            "kd_kanwil": "01",
            "kd_kantor": "01",
            "kd_tp": "01",
            "denda_sppt": float(penalty) if penalty else "0",
            "jml_sppt_yg_dibayar": float(principal + penalty) if principal else "0",
            "tgl_pembayaran_sppt": f"{min(date(year, 4 + number, 17), today)}T00:00:00",
            "tgl_rekam_byr_sppt": f"{min(date(year, 4 + number, 18), today)}T08:30:00",
            "nip_rekam_byr_sppt": "000000000000000000",
        }
        for number, (principal, penalty) in enumerate(parts, start=1)
    ]


def _number(parcel: Parcel) -> str:
    """The taxpayer's number as the bill writes it, with points and a dash."""
    owner = ACCOUNTS.get(OWNERS.get(parcel.story, ""))
    if owner is None or owner.nik is None or parcel.nop != with_story(parcel.story):
        return "-"
    nik = owner.nik
    return f"{nik[:2]}.{nik[2:5]}.{nik[5:8]}.{nik[8:12]}-{nik[12:]}"


def _amount(parcel: Parcel, year: int) -> int:
    base = draw("amount", parcel.nop).randint(80, 2_400) * 1_000
    return base + (year - 2015) * 5_000


def _status(parcel: Parcel, year: int, today: date) -> str:
    this = year == today.year
    match parcel.story:
        case "this year unpaid" | "partly paid" | "paid but not confirmed" | "reversed" if this:
            return "0"
        case "three years owed" if year > today.year - 3:
            return "0"
        case "cancelled" if this:
            return "2"
        case "replaced" if this:
            return "3"
        case "unknown status" if this:
            return "9"
        case _:
            return "1"


def _keys(nop: str) -> dict[str, str]:
    names = ("kd_propinsi", "kd_dati2", "kd_kecamatan", "kd_kelurahan", "kd_blok", "no_urut", "kd_jns_op")
    ends, start, parts = (2, 4, 7, 10, 13, 17, 18), 0, {}
    for name, end in zip(names, ends, strict=True):
        parts[name] = nop[start:end]
        start = end
    return parts
