"""What is wrong with a value that was sent, in the caller's language: what it has to be, and never what it was."""

import re

from graphql import GraphQLError

from connectors.kit.bilingual import Bilingual
from resolvers.kit.moments import FIRST, LAST

_ABOUT_A_VALUE = re.compile(
    r"Variable '\$\w+' has invalid|Argument '|Required argument |Value '|Expected (?:a )?(?:value|variable)"
    r"|Value cannot represent|Enum '\w+' cannot represent|(?:Int|Float|String|Boolean|ID) cannot represent"
)
_VARIABLE = re.compile(r"(?:Variable|variable) '(\$\w+)'(?: has invalid value at ((?:\.\w+|\[\d+\])+):)?")
_ARGUMENT = re.compile(r"(?:Argument|argument) '(?:[\w.]+\()?(\w+)")
_TYPE = re.compile(
    r"type '\[*(\w+)|Enum '(\w+)'|in '(\w+)' enum|\b(Int|Float|String|Boolean|ID) cannot represent|represent an? (\w+):"
)
_MISSING = re.compile(
    r"not to be None|to be provided|was not provided|(?:not|no) provided|runtime value|include required field '(\w+)'"
)

HAS_TO_BE = {
    "Int": Bilingual(
        id="bilangan bulat dari -2147483648 sampai 2147483647", en="a whole number from -2147483648 to 2147483647"
    ),
    "Float": Bilingual(id="bilangan", en="a number"),
    "String": Bilingual(id="teks", en="a text"),
    "Boolean": Bilingual(id="true atau false", en="true or false"),
    "ID": Bilingual(id="id dari jawaban simpul ini", en="an id from an answer of this hub"),
    "NOP": Bilingual(
        id="teks dari 18 angka, seperti 99.07-010.001-001.0001-0",
        en="a text of 18 digits, like 99.07-010.001-001.0001-0",
    ),
    "NIK": Bilingual(id="teks dari 16 angka", en="a text of 16 digits"),
    "RegionCode": Bilingual(
        id="kode Kemendagri dengan titik, seperti 99.07.01 atau 99.07.01.2001",
        en="a Kemendagri code with its points, like 99.07.01 or 99.07.01.2001",
    ),
    "Rupiah": Bilingual(id="bilangan bulat", en="a whole number"),
    "Date": Bilingual(
        id=f"tanggal antara {FIRST} dan {LAST}, seperti 2026-01-31",
        en=f"a day between {FIRST} and {LAST}, as in 2026-01-31",
    ),
    "DateTime": Bilingual(
        id=f"waktu dengan zonanya, antara {FIRST} dan {LAST}, seperti 2026-01-31T00:00:00Z",
        en=f"a moment with its zone, between {FIRST} and {LAST}, as in 2026-01-31T00:00:00Z",
    ),
    "Time": Bilingual(id="jam, seperti 08:00:00", en="a time of day, as in 08:00:00"),
    "URL": Bilingual(id="alamat web", en="an address on the web"),
    "PhoneNumber": Bilingual(id="nomor telepon, seperti +62215550001", en="a telephone number, like +62215550001"),
}
"""What people are told of each scalar."""
TEXTS = {
    "known": Bilingual(
        id="{where}: bukan {type} yang sah; yang diharapkan adalah {what}.",
        en="{where}: not a valid {type}; expected {what}.",
    ),
    "other": Bilingual(
        id="{where}: bukan nilai {type} dari skema.", en="{where}: not a value of {type} in the schema."
    ),
    "missing": Bilingual(
        id="{where}: wajib diisi dan tidak boleh null.", en="{where}: is required and must not be null."
    ),
    "nameless": Bilingual(id="Nilai dalam dokumen ini", en="A value in this document"),
    "unclear": Bilingual(id="{where}: tidak dapat dipakai di sini.", en="{where}: cannot be used here."),
}


def about_a_value(error: GraphQLError, language: str) -> str | None:
    """What to tell; None where the error is about something else.

    What a field answered may also be no value of its type: that has a path, and is ours to mend.
    """
    message = error.message
    begins = _ABOUT_A_VALUE.match(message)
    if not begins or (error.path is not None and not begins[0].startswith(("Variable", "Argument", "Required"))):
        return None
    named = _VARIABLE.search(message) or _ARGUMENT.search(message)
    where = "".join(filter(None, named.groups())) if named else TEXTS["nameless"][language]
    if missing := _MISSING.search(message):
        where = f"{where}.{missing[1]}" if missing[1] and named else missing[1] or where
        return TEXTS["missing"][language].format(where=where)
    kind = _TYPE.search(message)
    if kind is None:
        return TEXTS["unclear"][language].format(where=where)
    name = next(filter(None, kind.groups()))
    known = HAS_TO_BE.get(name)
    if known is None:
        return TEXTS["other"][language].format(where=where, type=name)
    return TEXTS["known"][language].format(where=where, type=name, what=known[language])
