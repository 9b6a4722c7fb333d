"""Words, kinds and what a status says: pure rules, by their tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jdih.kinds import KINDS, LONGEST_WORD, fold, kind_of
from connectors.jdih.records import Citation, RegulationStatus, Statement, Verb
from connectors.jdih.statements import LONGEST, STATUSES, read_citation, read_status

IN_FORCE, AMENDED, REVOKED, UNKNOWN = (
    RegulationStatus.IN_FORCE, RegulationStatus.AMENDED, RegulationStatus.REVOKED, RegulationStatus.UNKNOWN,
)  # fmt: skip


def perda(number, year, place=""):
    return Citation("PERDA", str(number), year, place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Perda8/2019", ["perda", "8", "2019"]),
        ("  PERDA No. 008 — 2019!", ["perda", "no", "8", "2019"]),
        ("188.45/Kep.12-Huk/2020", ["188", "45", "kep", "12", "huk", "2020"]),
        ("Ketertiban é UMÜM \uff14", ["ketertiban", "e", "umum", "4"]),
        ("000", ["0"]),
        ("a" * 99, ["a" * LONGEST_WORD]),
        ('"*^(){}:\x00%_\ud800 条例', []),
    ],
)
def test_a_text_is_folded_to_its_words_and_numbers(text, words):
    assert fold(text) == words


@given(st.text())
def test_a_word_has_letters_or_digits_and_nothing_else(text):
    assert all(
        word.isascii() and (word.isalpha() or word.isdecimal()) and word == word.casefold() for word in fold(text)
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PERDA", "PERDA"),
        ("Peraturan Daerah", "PERDA"),
        ("PERATURAN DAERAH KOTA CONTOH", "PERDA"),
        ("Peraturan Walikota", "PERWAL"),
        ("peraturan wali kota", "PERWAL"),
        ("Perwali", "PERWAL"),
        ("UNDANG-UNDANG", "UU"),
        ("Peraturan Menteri Dalam Negeri", "PERMENDAGRI"),
        ("Peraturan Menteri Contoh", None),
        ("Maklumat", None),
        ("", None),
    ],
)
def test_a_kind_is_known_by_its_name_its_abbreviation_and_other_spellings(text, kind):
    assert kind_of(text) == kind


def test_every_kind_is_known_by_all_its_spellings():
    assert all(kind_of(text) == short for short, kind in KINDS.items() for text in (short, kind.name, *kind.also))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (None, UNKNOWN),
        ("Berlaku", IN_FORCE),
        (" berlaku. ", IN_FORCE),
        ("TIDAK BERLAKU", REVOKED),
        ("Tidak berlaku lagi", REVOKED),
        ("Dicabut", REVOKED),
        ("Diubah dan dicabut", REVOKED),
        ("Berlaku, diubah dengan Perda 5/2021", AMENDED),
        ("Dicabut dengan Peraturan Daerah Nomor 5 Tahun 2021", REVOKED),
        ("Mencabut Perda 3/2010", UNKNOWN),
        ("Berlaku; mencabut Perda 3/2010", IN_FORCE),
    ],
)
def test_a_status_is_read_by_the_table_of_its_words(text, status):
    said = read_status(text)
    assert (said.status, said.strange) == (status, False)


@pytest.mark.parametrize(
    "text",
    [
        "Berlaku Sebagian",
        "Dicabut sebagian dengan Perda 8/2019",
        "Tidak diubah dengan Perda 5/2010",
        "Belum dicabut",
        "Mencabut Perda 3/2010, tidak diubah dengan Perda 4/2011",
        "Berlaku; dicabut",
        "Perda 3/2010",
        "x" * (LONGEST + 1),
    ],
)
def test_a_status_with_words_that_are_not_known_or_contradict_each_other_stays_unknown(text):
    assert (read_status(text).status, read_status(text).strange) == (UNKNOWN, True)


def test_the_table_of_words_is_folded():
    assert all(" ".join(fold(words)) == words for words in STATUSES)


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("Mencabut Perda Nomor 3 Tahun 2010", [(Verb.REVOKES, "Perda Nomor 3 Tahun 2010", perda(3, 2010))]),
        ("Mengubah Perda No.003/2010", [(Verb.AMENDS, "Perda No.003/2010", perda(3, 2010))]),
        ("Diubah dengan Perwal 5/2021", [(Verb.AMENDED_BY, "Perwal 5/2021", Citation("PERWAL", "5", 2021))]),
        ("Dicabut oleh UU 1 thn 2020.", [(Verb.REVOKED_BY, "UU 1 thn 2020", Citation("UU", "1", 2020))]),
        (
            "Mencabut Peraturan Daerah Kota Contoh Nomor 3 Tahun 2010 dan Perda 4/2011; diubah dengan Perda 9/2019",
            [
                (Verb.REVOKES, "Peraturan Daerah Kota Contoh Nomor 3 Tahun 2010", perda(3, 2010, "kota contoh")),
                (Verb.REVOKES, "Perda 4/2011", perda(4, 2011)),
                (Verb.AMENDED_BY, "Perda 9/2019", perda(9, 2019)),
            ],
        ),
        (
            "Mencabut Perda 3/2010, 4/2011 dan 5/2012; mengubah Perda 6/2013",
            [
                (Verb.REVOKES, "Mencabut Perda 3/2010, 4/2011 dan 5/2012", None),
                (Verb.AMENDS, "Perda 6/2013", perda(6, 2013)),
            ],
        ),
        (
            "Mencabut beberapa ketentuan Perda 3/2010",
            [(Verb.REVOKES, "Mencabut beberapa ketentuan Perda 3/2010", None)],
        ),
        ("Mencabut Perda 3", [(Verb.REVOKES, "Mencabut Perda 3", None)]),
        ("Dicabut", []),
        ("Berlaku", []),
        ("Dicabut sebagian dengan Perda 8/2019", []),
        (None, []),
    ],
)
def test_what_is_said_of_others_is_read_strictly_and_else_stays_words(text, statements):
    assert read_status(text).statements == tuple(Statement(*each) for each in statements)


@pytest.mark.parametrize(
    "text",
    ["", "Perda", "Perda 3", "3/2010", "Perda 3/1810", "Perda 1.5/2010", "Perda Contoh 3/2010", "Perda 3/2010 ayat 1"],
)
def test_a_citation_is_a_kind_a_number_and_a_year_or_none(text):
    assert read_citation(text) is None


@given(st.text(alphabet="mencabut diubah dengan perda 0123456789/.,;") | st.text())
def test_any_status_is_read(text):
    said = read_status(text)
    assert not said.strange or said.status is UNKNOWN
