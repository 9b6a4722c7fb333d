"""The scalars that GraphQL itself does not have."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import NewType

import strawberry
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition, TimeDefinition
from strawberry.types.scalar import ScalarDefinition

from connectors.regions.records import DottedCode, RegionCode
from connectors.tax.records import Nop
from resolvers.kit import moments

Rupiah = NewType("Rupiah", int)
PhoneNumber = NewType("PhoneNumber", str)
URL = NewType("URL", str)
NIK = NewType("NIK", str)


def _dotted(value: object) -> DottedCode:
    if not isinstance(value, str):
        raise ValueError("a RegionCode is a string")  # noqa: TRY004
    return DottedCode(RegionCode.kemendagri(value).code)


def _nop(value: object) -> Nop:
    if not isinstance(value, str):
        raise ValueError("a NOP is a string; as a number it would lose its leading zeros")  # noqa: TRY004
    return Nop.parse(value)


def _rupiah(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("Rupiah are whole numbers")  # noqa: TRY004
    return value


SCALARS: dict[object, ScalarDefinition] = {
    DottedCode: strawberry.scalar(
        name="RegionCode",
        description="A region's Kemendagri code (kode wilayah) with points: `99.07`, `99.07.01`, `99.07.01.2001`. "
        "Digits without points are refused, because the same ten digits are one kelurahan at "
        "Kemendagri and another at BPS.",
        serialize=str,
        parse_value=_dotted,
    ),
    Nop: strawberry.scalar(
        name="NOP",
        description="The number of a tax object (Nomor Objek Pajak): 18 digits. A client may send it with or "
        "without points and dashes; the hub writes `99.07-010.001-001.0001-0`.",
        serialize=str,
        parse_value=_nop,
    ),
    Rupiah: strawberry.scalar(
        name="Rupiah",
        description="An amount of money in whole rupiah (nilai uang), as a number that may be larger than an Int.",
        serialize=_rupiah,
        parse_value=_rupiah,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An address on the web (alamat web): http or https, RFC 3986.",
        serialize=str,
        parse_value=str,
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
    ),
    NIK: strawberry.scalar(
        name="NIK",
        description="A person's number in the civil registry (Nomor Induk Kependudukan), 16 digits; masked as "
        "`9907••••••••0001` unless a field says otherwise.",
        serialize=str,
        parse_value=str,
    ),
    date: replace(DateDefinition, parse_value=moments.day, description="A day (tanggal), ISO 8601: `2026-11-24`."),
    datetime: replace(
        DateTimeDefinition,
        parse_value=moments.moment,
        description="A moment (waktu), ISO 8601 with its offset: `2026-11-24T02:30:00+00:00`.",
    ),
    time: replace(
        TimeDefinition, parse_value=moments.time_of_day, description="A time of day (jam), local, ISO 8601: `08:00:00`."
    ),
    PhoneNumber: strawberry.scalar(
        name="PhoneNumber",
        description="A telephone number (nomor telepon) in E.164: `+62…`.",
        serialize=str,
        parse_value=str,
    ),
}
UNCHANGED: dict[object, type] = {str: str, _rupiah: int}
"""What writes down a value of exactly this class as it is."""
