"""A region of the city, and its code together with the system of the code."""

import re
from enum import Enum
from typing import NewType, Self

import msgspec

_DOTTED = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_BPS = re.compile(r"\d{2}(\d{2}(\d{3}(\d{3})?)?)?")


DottedCode = NewType("DottedCode", str)
"""The text of a Kemendagri code."""


class RegionKind(Enum):
    """What a region is by law. A desa governs itself; a kelurahan is a part of the administration of its city."""

    PROVINCE = "PROVINCE"
    KABUPATEN = "KABUPATEN"
    KOTA = "KOTA"
    KELURAHAN = "KELURAHAN"
    DESA = "DESA"


class System(Enum):
    """The system of a code. The same ten digits are one kelurahan at Kemendagri and another at BPS."""

    KEMENDAGRI = "KEMENDAGRI"
    BPS = "BPS"


class RegionCode(msgspec.Struct, frozen=True):
    """A code together with its system: `99.07.01.2001` of Kemendagri may be `9907010003` of BPS."""

    system: System
    code: str

    @classmethod
    def kemendagri(cls, text: str) -> Self:
        """Read a code with points; raises ValueError for anything else, also for digits without points."""
        if not _DOTTED.fullmatch(text):
            raise ValueError("a Kemendagri code is dotted, like 99.07.01 or 99.07.01.2001")
        return cls(System.KEMENDAGRI, text)

    @classmethod
    def bps(cls, text: str) -> Self:
        """Read a BPS code, from a source that is known to use BPS codes; raises ValueError."""
        if not _BPS.fullmatch(text):
            raise ValueError("a BPS code has 2, 4, 7 or 10 digits and no dots")
        return cls(System.BPS, text)


class CityRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A kota or kabupaten, or the province of a hub over several of them; `area` in km²."""

    code: DottedCode
    bps_code: str
    name: str
    kind: RegionKind
    area: float
    timezone: str


class Kecamatan(msgspec.Struct, frozen=True, kw_only=True):
    """A district of the city; `area` in km²."""

    code: DottedCode
    bps_code: str
    name: str
    aliases: tuple[str, ...]
    area: float


class Kelurahan(msgspec.Struct, frozen=True, kw_only=True):
    """A ward of a kecamatan: a kelurahan, or a desa."""

    code: DottedCode
    bps_code: str
    name: str
    kind: RegionKind
    aliases: tuple[str, ...]
    kecamatan_code: DottedCode


Region = CityRegion | Kecamatan | Kelurahan
