"""The number of a regulation in any spelling: "8", "008", "No. 8", "8 TAHUN 2019", "8/2019", "NOMOR 8."."""

import re
from typing import NamedTuple

LONGEST = 200
"""The longest text that is read, in characters."""

_WORD = re.compile(r"^(?:nomor|nomer|no|nr)(?![a-z])[\s.:]*", re.IGNORECASE)
_YEAR = re.compile(r"(?:(?:[\s.,]+|(?<=\d))(?:tahun|thn|th)[\s.]*|\s*/\s*)((?:19|20)\d\d)$", re.IGNORECASE)
_AROUND = " \t.,:;-\xa0"


class Numbered(NamedTuple):
    """A number without leading zeros, or as it is written if it is no plain number; and its year, if there is one."""

    number: str
    year: int | None


def read_number(said: str) -> Numbered:
    """The number in a text. A year after a slash counts only if a plain number stands before the slash.

    For example, `8/2019` is number 8 of 2019, but `188.45/Kep.12/2020` is a number as a whole.
    """
    text = said[:LONGEST].strip(_AROUND)
    without = _WORD.sub("", text)
    number, year = (without, None) if without[:1].isdecimal() else (text, None)
    if found := _YEAR.search(number):
        before = number[: found.start()].strip(_AROUND)
        if before.isdecimal() or "/" not in found[0]:
            number, year = before, int(found[1])
    plain = re.sub(r"^(\d+)\.0$", r"\1", number)
    return Numbered(plain.lstrip("0") or "0" if plain.isascii() and plain.isdecimal() else number, year)
