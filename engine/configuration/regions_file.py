"""Reads `regions.csv` and `outlines.csv` of a city's folder, and tells every mistake of both with its line.

Codes are those of Permendagri 137/2017. Two digits are a province. Two more, to 69, are a kabupaten, and from 71 a
kota. Two more are a kecamatan. Of the last four, the first is 1 for a kelurahan, 2 for a desa and 3 for a desa adat.
"""

import hashlib
import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from connectors.regions.gazetteer import Gazetteer, squeezed
from connectors.regions.outlines import Outline
from connectors.regions.records import CityRegion, DottedCode, Kecamatan, Kelurahan, RegionKind
from engine.configuration.city import kind_of
from engine.configuration.csv_file import CsvMistakes, CsvRow, read_rows
from engine.configuration.did_you_mean import did_you_mean

MANDATORY = ("kode_kemendagri", "level", "nama", "kode_bps", "luas_km2")
OPTIONAL = ("alias", "kode_kecamatan", "kode_kemendagri_polos", "nama_kecamatan", "kode_bps_kecamatan")
OUTLINES = ("kode_kemendagri", "lintang", "bujur", "batas")

DOTTED = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
LENGTHS = {"provinsi": 2, "kabupaten": 5, "kota": 5, "kecamatan": 8, "kelurahan": 13, "desa": 13}
"""How long the code of each level is, points included."""
KINDS = {
    "provinsi": RegionKind.PROVINCE,
    "kabupaten": RegionKind.KABUPATEN,
    "kota": RegionKind.KOTA,
    "kelurahan": RegionKind.KELURAHAN,
    "desa": RegionKind.DESA,
}
BPS = {2: 2, 5: 4, 8: 7, 13: 10}
"""How many digits the code of BPS has, by the length of the other code."""
WARDS = {"1": "kelurahan", "2": "desa", "3": "desa"}
"""By the first of the last four digits; 3 is a desa adat."""
LATITUDES, LONGITUDES = (-11.5, 6.5), (94.5, 141.5)
"""Between these lies Indonesia."""


class RegionsRead(NamedTuple):
    """What two files say: the regions, or else why there are none. Mistakes have no name of the file."""

    regions: Gazetteer | None
    mistakes: tuple[str, ...]
    of_outlines: tuple[str, ...]


@lru_cache(8)
def read_regions(content: bytes, outlines: bytes | None, code: str, timezone: str) -> RegionsRead:
    """The regions of the hub with this Kemendagri code. It follows from its arguments alone."""
    mistakes, of_outlines = CsvMistakes(), CsvMistakes()
    found = _Regions(code, timezone, mistakes).read(read_rows(content, MANDATORY, OPTIONAL, mistakes))
    known = {each.code for each in found.kelurahan} if found else set()
    drawn = _outlines(outlines, known, of_outlines) if outlines is not None else {}
    if found is None or mistakes.count or of_outlines.count:
        return RegionsRead(None, mistakes.found, of_outlines.found)
    version = hashlib.sha256(msgspec.json.encode((content, outlines))).hexdigest()[:16]
    return RegionsRead(found.with_outlines(drawn, version), (), ())


class _Regions:
    """The rows of a file on their way to regions."""

    def __init__(self, code: str, timezone: str, mistakes: CsvMistakes) -> None:
        self._code = code
        self._timezone = timezone
        self._mistakes = mistakes
        self._by_code: dict[str, CsvRow] = {}
        self._by_bps: dict[str, CsvRow] = {}
        self._by_name: dict[tuple[str, str, str], CsvRow] = {}

    def read(self, rows: list[CsvRow]) -> Gazetteer | None:
        """All of them; None where something is wrong, and the mistakes say what."""
        if not rows:
            if not self._mistakes.count:
                self._mistakes.add(1, "there is no row below the columns")
            return None
        good = [row for row in rows if self._is_good(row)]
        for row in good:
            self._check_among_others(row)
        parents = {row.cells["kode_kemendagri"].rpartition(".")[0] for row in rows}
        for row in good:
            if row.cells["level"] not in WARDS.values() and row.cells["kode_kemendagri"] not in parents:
                self._mistakes.add(row.line, f"{row.cells['level']} {row.cells['nama']} has no regions below it")
        if self._code not in self._by_code:
            self._mistakes.add(1, f"there is no row for {self._code}, the code of [city]")
        return None if self._mistakes.count else self._gazetteer(good)

    def _is_good(self, row: CsvRow) -> bool:
        """Whether the row is right by itself, and the first of its code."""
        code, level = row.cells["kode_kemendagri"], row.cells["level"]
        before = self._mistakes.count
        self._check_code(row, code)
        if level not in LENGTHS:
            expected = f"unknown; expected one of {', '.join(LENGTHS)}{did_you_mean(level, LENGTHS)}"
            self._mistakes.add(row.line, expected, "level")
        if not row.cells["nama"]:
            self._mistakes.add(row.line, "missing", "nama")
        if self._mistakes.count > before:
            return False
        self._check_level(row, code, level)
        self._check_bps(row, code)
        self._check_area(row, level)
        return self._mistakes.count == before

    def _check_code(self, row: CsvRow, code: str) -> None:
        if not DOTTED.fullmatch(code):
            self._mistakes.add(
                row.line, "expected a Kemendagri code with points, like 99.07.01 or 99.07.01.2001", "kode_kemendagri"
            )
            return
        if first := self._by_code.get(code):
            self._mistakes.add(row.line, f"{code} stands twice, first on line {first.line}", "kode_kemendagri")
        else:
            self._by_code[code] = row
        plain = row.cells.get("kode_kemendagri_polos") or code.replace(".", "")
        if plain != code.replace(".", ""):
            self._mistakes.add(row.line, f"expected {code.replace('.', '')}", "kode_kemendagri_polos")

    def _check_level(self, row: CsvRow, code: str, level: str) -> None:
        is_it = None
        if len(code) == len("99.07.01.2001"):
            is_it = WARDS.get(code[-4])
            if is_it is None:
                self._mistakes.add(
                    row.line,
                    "expected 1 (kelurahan), 2 (desa) or 3 (desa adat) behind the last point",
                    "kode_kemendagri",
                )
                return
        elif len(code) <= len("99.07"):
            is_it = kind_of(code)
        expected = is_it or "kecamatan"
        if level != expected:
            self._mistakes.add(row.line, f"{level}, but {code} is the code of a {expected}", "level")

    def _check_bps(self, row: CsvRow, code: str) -> None:
        bps, digits = row.cells["kode_bps"], BPS[len(code)]
        if not (bps.isascii() and bps.isdecimal() and len(bps) == digits):
            self._mistakes.add(row.line, f"expected {digits} digits without points", "kode_bps")
        elif first := self._by_bps.get(bps):
            self._mistakes.add(row.line, f"{bps} stands twice, first on line {first.line}", "kode_bps")
        else:
            self._by_bps[bps] = row

    def _check_area(self, row: CsvRow, level: str) -> None:
        area = row.cells["luas_km2"]
        if not area and level in WARDS.values():
            return
        if not re.fullmatch(r"\d{1,6}(\.\d+)?", area) or float(area) <= 0:
            self._mistakes.add(row.line, "expected an area in km², with a point, like 16.08", "luas_km2")

    def _check_among_others(self, row: CsvRow) -> None:
        code, name = row.cells["kode_kemendagri"], row.cells["nama"]
        if code != self._code:
            parent = code.rpartition(".")[0]
            if not code.startswith(f"{self._code}."):
                self._mistakes.add(row.line, f"{code} lies outside {self._code}, the code of [city]", "kode_kemendagri")
            elif parent not in self._by_code:
                self._mistakes.add(row.line, f"there is no row for {parent}, in which it lies", "kode_kemendagri")
            elif (said := row.cells.get("kode_kecamatan")) and len(code) > len("99.07.01") and said != parent:
                self._mistakes.add(row.line, f"expected {parent}, in which {code} lies", "kode_kecamatan")
            for each in {squeezed(spelling) for spelling in (name, *_aliases(row))}:
                first = self._by_name.setdefault((parent, row.cells["level"], each), row)
                if first is not row:
                    self._mistakes.add(row.line, f"the same name as on line {first.line}, in the same region", "nama")

    def _gazetteer(self, rows: list[CsvRow]) -> Gazetteer:
        cities = {
            row.cells["kode_kemendagri"]: CityRegion(
                **_named(row),
                kind=KINDS[row.cells["level"]],
                area=float(row.cells["luas_km2"]),
                timezone=self._timezone,
            )
            for row in rows
            if len(row.cells["kode_kemendagri"]) <= len("99.07")
        }
        return Gazetteer(
            cities[self._code],
            (
                Kecamatan(**_named(row), aliases=_aliases(row), area=float(row.cells["luas_km2"]))
                for row in rows
                if row.cells["level"] == "kecamatan"
            ),
            (
                Kelurahan(
                    **_named(row),
                    kind=KINDS[row.cells["level"]],
                    aliases=_aliases(row),
                    kecamatan_code=DottedCode(row.cells["kode_kemendagri"].rpartition(".")[0]),
                )
                for row in rows
                if row.cells["level"] in WARDS.values()
            ),
            cities=[each for code, each in cities.items() if len(code) == len("99.07")],
        )


def _named(row: CsvRow) -> dict[str, Any]:
    return {"code": row.cells["kode_kemendagri"], "bps_code": row.cells["kode_bps"], "name": row.cells["nama"]}


def _aliases(row: CsvRow) -> tuple[str, ...]:
    return tuple(each.strip() for each in row.cells.get("alias", "").split("|") if each.strip())


def _outlines(content: bytes, known: set[DottedCode], to: CsvMistakes) -> dict[str, Outline]:
    found: dict[str, Outline] = {}
    for row in read_rows(content, OUTLINES, (), to):
        code = row.cells["kode_kemendagri"]
        if code in found:
            to.add(row.line, f"{code} stands twice", "kode_kemendagri")
        elif known and code not in known:
            to.add(row.line, f"{code} is no kelurahan or desa of regions.csv", "kode_kemendagri")
        centre = _position(row.cells["lintang"], row.cells["bujur"])
        ring = [_position(*pair.partition(",")[::2]) for pair in row.cells["batas"].split()]
        if centre is None:
            to.add(row.line, "expected a position in Indonesia, in degrees: lintang -5.2702, bujur 106.9503", "lintang")
        positions = tuple(each for each in ring if each)
        if len(positions) < len(ring) or len({*positions}) < 3 or positions[0] != positions[-1]:
            to.add(
                row.line,
                "expected three positions or more, latitude,longitude with blanks between; the last is the first again",
                "batas",
            )
        elif centre:
            found[code] = Outline.of(code, centre, positions)
    return found


def _position(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return None
    inside = LATITUDES[0] <= found[0] <= LATITUDES[1] and LONGITUDES[0] <= found[1] <= LONGITUDES[1]
    return found if inside else None
