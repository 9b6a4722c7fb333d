"""The number of a regulation, however it is written: "8", "008", "No. 8", "8 TAHUN 2019", "8/2019", "NOMOR 8."."""

import re
from typing import NamedTuple

LONGEST = 200
"""Letters of a number that is read."""

_WORD = re.compile(r"^(?:nomor|nomer|no|nr)(?![a-z])[\s.:]*", re.IGNORECASE)
_YEAR = re.compile(r"(?:(?:[\s.,]+|(?<=\d))(?:tahun|thn|th)[\s.]*|\s*/\s*)((?:19|20)\d\d)$", re.IGNORECASE)
_AROUND = " \t.,:;-\xa0"


class Numbered(NamedTuple):
    """Without leading zeros where it is a plain number, else as it is written; and the year that stands with it."""

    number: str
    year: int | None


def read_number(said: str) -> Numbered:
    """What this text says; behind a bare slash a year is one only after a plain number: 188.45/Kep.12/2020 is whole."""
    text = said[:LONGEST].strip(_AROUND)
    without = _WORD.sub("", text)
    number, year = (without, None) if without[:1].isdecimal() else (text, None)
    if found := _YEAR.search(number):
        before = number[: found.start()].strip(_AROUND)
        if before.isdecimal() or "/" not in found[0]:
            number, year = before, int(found[1])
    plain = re.sub(r"^(\d+)\.0$", r"\1", number)
    return Numbered(plain.lstrip("0") or "0" if plain.isascii() and plain.isdecimal() else number, year)
