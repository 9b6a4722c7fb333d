"""The kinds of regulations and their spellings, and how the words of a text are compared.

Source: UU 12/2011, Permendagri 80/2015 and what members of the network write. The connector, the statements about other
regulations and the search all use this table.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from connectors.jdih.records import RegulationLevel

CITY, PROVINCE, STATE = RegulationLevel.CITY, RegulationLevel.PROVINCE, RegulationLevel.STATE


class RegulationKind(msgspec.Struct, frozen=True):
    """A kind: its name, its level (None: more than one level), and its other spellings."""

    name: str
    level: RegulationLevel | None
    also: tuple[str, ...] = ()


KINDS = {
    "UU": RegulationKind("Undang-Undang", STATE),
    "PERPPU": RegulationKind("Peraturan Pemerintah Pengganti Undang-Undang", STATE, ("perpu",)),
    "PP": RegulationKind("Peraturan Pemerintah", STATE),
    "PERPRES": RegulationKind("Peraturan Presiden", STATE),
    "KEPPRES": RegulationKind("Keputusan Presiden", STATE),
    "INPRES": RegulationKind("Instruksi Presiden", STATE),
    "PERMEN": RegulationKind("Peraturan Menteri", STATE),
    "PERMENDAGRI": RegulationKind("Peraturan Menteri Dalam Negeri", STATE),
    "PERMENKEU": RegulationKind("Peraturan Menteri Keuangan", STATE, ("pmk",)),
    "PERMENKES": RegulationKind("Peraturan Menteri Kesehatan", STATE),
    "PERMENKUMHAM": RegulationKind(
        "Peraturan Menteri Hukum dan Hak Asasi Manusia", STATE, ("peraturan menteri hukum dan ham",)
    ),
    "PERMENDIKBUD": RegulationKind("Peraturan Menteri Pendidikan dan Kebudayaan", STATE),
    "PERMENPANRB": RegulationKind(
        "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi", STATE, ("permenpan",)
    ),
    "KEPMEN": RegulationKind("Keputusan Menteri", STATE),
    "KEPMENDAGRI": RegulationKind("Keputusan Menteri Dalam Negeri", STATE),
    "PERDA": RegulationKind("Peraturan Daerah", None),
    "PERGUB": RegulationKind("Peraturan Gubernur", PROVINCE),
    "KEPGUB": RegulationKind("Keputusan Gubernur", PROVINCE),
    "INGUB": RegulationKind("Instruksi Gubernur", PROVINCE),
    "PERWAL": RegulationKind("Peraturan Wali Kota", CITY, ("peraturan walikota", "perwali", "perwalkot")),
    "KEPWAL": RegulationKind("Keputusan Wali Kota", CITY, ("keputusan walikota", "kepwali", "kepwalkot")),
    "INWAL": RegulationKind("Instruksi Wali Kota", CITY, ("instruksi walikota",)),
    "PERBUP": RegulationKind("Peraturan Bupati", CITY),
    "KEPBUP": RegulationKind("Keputusan Bupati", CITY),
    "SE": RegulationKind("Surat Edaran", None, ("surat edaran wali kota", "surat edaran walikota")),
}
"""The kinds by their usual abbreviations. A kind that is not in the table keeps its own name."""

LIBRARY = frozenset(
    "buku naskah penelitian pengkajian kajian penulisan karya kompendium analisis rancangan raperda majalah warta "
    "kliping artikel yurisprudensi putusan monografi referensi lokakarya jurnal kamus ensiklopedi ensiklopedia skripsi "
    "tesis disertasi makalah prosiding risalah buletin seminar literatur hasil program".split()
)
"""How the kinds in the libraries of members begin, which are no regulations."""

AREAS = ("kota", "kabupaten", "provinsi")
"""Words that may follow a kind, with a name or without."""

LONGEST_WORD = 40

_PARTS = re.compile(r"[a-z]+|[0-9]+")


def fold(text: str) -> list[str]:
    """The words and numbers in lower case without accents. `Perda8/2019` and `PERDA 008 2019` give the same."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    parts = _PARTS.findall(plain.casefold())
    return [(each.lstrip("0") or "0" if each.isdecimal() else each)[:LONGEST_WORD] for each in parts]


_SPELLINGS = {
    tuple(fold(spelling)): short for short, kind in KINDS.items() for spelling in (short, kind.name, *kind.also)
}
_LONGEST = max(map(len, _SPELLINGS))


def kinds_at(words: Sequence[str], place: int) -> Iterator[tuple[str, int]]:
    """The kinds whose name or abbreviation begins at this place, and how many words it has; the longest first."""
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        if short := _SPELLINGS.get(tuple(words[place : place + length])):
            yield short, length


def kind_of(text: str) -> str | None:
    """The abbreviation of the kind that a text names: `Perwali`, `PERATURAN DAERAH`, `Peraturan Daerah Kota Contoh`."""
    words = fold(text)
    for short, length in kinds_at(words, 0):
        if len(words) == length or words[length] in AREAS:
            return short
    return None


def kind_at(text: str) -> str | None:
    """The abbreviation of the kind with which a title begins."""
    return next((short for short, _ in kinds_at(fold(text), 0)), None)


def is_library(kind: str) -> bool:
    """Whether this names a kind of book, article or judgment, and not of regulations."""
    words = fold(kind)
    return bool(words) and words[0] in LIBRARY and kind_of(kind) is None
