"""The hub's own codes of commodities, and the codes of each survey with the same meaning.

`commodities.csv` has the hub's own codes: a code, names in Indonesian and English, a group, and the unit of the price.
`crosswalk.csv` joins the codes of surveys to them. Its column `codes` names a list of codes: `sp2kp` and `pihps` are
those of the national surveys, others belong to cities. Each row has the name and the unit of a code there, and the
`factor` that makes a price for the hub's unit. Commodities are never joined by their name alone, and a unit is
converted only by a factor in the file.
"""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import msgspec

HERE = Path(__file__).parent


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """A commodity with the hub's own code. A price is for one `unit`."""

    code: str
    name_id: str
    name_en: str
    group: str
    unit: str


class CrosswalkLink(msgspec.Struct, frozen=True, kw_only=True):
    """The meaning of a survey's code. A price there, times `factor`, is a price for the hub's unit."""

    codes: str
    code_there: str
    name_there: str
    unit_there: str
    code: str
    factor: Decimal


class Crosswalk:
    """Both files, read once and checked. A mistake raises ValueError with its line."""

    def __init__(self, commodities: Path, links: Path) -> None:
        self.standards: Mapping[str, Standard] = {}
        for line, row in _rows(commodities, Standard):
            _once(self.standards, row["code"], msgspec.convert(row, Standard), line)
        self._links: dict[tuple[str, str], CrosswalkLink] = {}
        self._codes: dict[tuple[str, str], str] = {}
        for line, row in _rows(links, CrosswalkLink):
            link = self._checked(row, line)
            _once(self._links, (link.codes, link.code_there), link, line)
            _once(self._codes, (link.codes, link.code), link.code_there, line)
        self.lists = sorted({codes for codes, _ in self._links})

    @classmethod
    def read(cls) -> Self:
        """Read the files that come with the hub."""
        return cls(HERE / "commodities.csv", HERE / "crosswalk.csv")

    def link(self, codes: str, code: str) -> CrosswalkLink | None:
        """The meaning of this code of a list."""
        return self._links.get((codes, code))

    def code_in(self, codes: str, standard: str) -> str | None:
        """The code of a standard commodity in a list."""
        return self._codes.get((codes, standard))

    def _checked(self, row: dict[str, str], line: str) -> CrosswalkLink:
        standard = self.standards.get(row["code"])
        if standard is None:
            raise ValueError(f"{line}: {row['code']} is no code of ours")
        try:
            link = msgspec.convert(row, CrosswalkLink)
        except msgspec.ValidationError:
            raise ValueError(f"{line}: factor: expected a number") from None
        if not link.factor.is_finite() or link.factor <= 0:
            raise ValueError(f"{line}: factor: expected more than nothing")
        if same_text(link.unit_there, standard.unit) and link.factor != 1:
            raise ValueError(f"{line}: factor: both prices are of the same unit")
        return link


def same_text(one: str, other: str) -> bool:
    """Whether two names or units are the same apart from case and blanks."""
    return one.casefold().split() == other.casefold().split()


def _rows(path: Path, of: type[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a file, each with its line. No column may be missing and no cell blank."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != [*of.__struct_fields__]:
            raise ValueError(f"{path.name}:1: expected the columns {', '.join(of.__struct_fields__)}")
        for row in rows:
            line = f"{path.name}:{rows.line_num}"
            if blank := [column for column, cell in row.items() if not (isinstance(cell, str) and cell.strip())]:
                raise ValueError(f"{line}: {blank[0]}: blank")
            yield line, row


def _once(known: Any, key: object, value: object, line: str) -> None:
    if key in known:
        raise ValueError(f"{line}: stands twice")
    known[key] = value


CROSSWALK = Crosswalk.read()
