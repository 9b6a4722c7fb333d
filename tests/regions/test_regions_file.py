"""regions.csv and outlines.csv: every mistake is told with its line, all of them at once."""

import pytest

from engine.configuration import csv_file
from engine.configuration.regions_file import read_regions
from tests.profiles import PROFILES, regions_in

HEADER = "kode_kemendagri,level,nama,kode_bps,alias,luas_km2"
GOOD = """\
kode_kemendagri,level,nama,kode_bps,alias,luas_km2
99.07,kabupaten,Kabupaten Contoh,9907,,10.5
99.07.01,kecamatan,Lembayung,9907010,,6
99.07.01.1001,kelurahan,Kulon,9907010001,Barat|Kilen,
99.07.01.2001,desa,Tirta,9907010002,,
99.07.02,kecamatan,Kirmizi,9907020,,4.5
99.07.02.2001,desa,Saga,9907020001,,1.25
"""
DRAWN = """\
kode_kemendagri,lintang,bujur,batas
99.07.01.1001,-5.1,106.9,"-5.1,106.8 -5.1,106.9 -5.2,106.9 -5.1,106.8"
"""


def read(text, outlines=None, code="99.07"):
    content = text if isinstance(text, bytes) else text.encode()
    return read_regions(content, outlines.encode() if outlines else None, code, "Asia/Jakarta")


def mistakes(text, **more):
    return list(read(text, **more).mistakes)


def test_a_good_file_has_kelurahan_and_desa_by_their_codes():
    found = read(GOOD, DRAWN).regions
    assert (found.city.name, found.city.kind.name, found.city.area) == ("Kabupaten Contoh", "KABUPATEN", 10.5)
    assert [(each.name, each.kind.name) for each in found.kelurahan] == [
        ("Kulon", "KELURAHAN"),
        ("Tirta", "DESA"),
        ("Saga", "DESA"),
    ]
    assert found.kelurahan[0].aliases == ("Barat", "Kilen")
    assert (found.centre_of("99.07.01.1001"), found.centre_of("99.07.01.2001")) == ((-5.1, 106.9), None)
    assert found.kelurahan_named("kilen") is found.kelurahan[0]


def test_regions_have_a_version_that_follows_from_their_files():
    versions = {
        read(text, drawn).regions.version for text in (GOOD, GOOD.replace("Saga", "Sagu")) for drawn in (None, DRAWN)
    }
    assert len(versions) == 4
    assert read(GOOD, DRAWN).regions is read(GOOD, DRAWN).regions


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("99.07.01.2001,", "9907012001,", ["5: kode_kemendagri: expected a Kemendagri code with points"]),
        ("99.07.01.2001,", "99.07.01.1001,", ["5: kode_kemendagri: 99.07.01.1001 stands twice, first on line 4"]),
        ("99.07.01.2001,", "99.07.03.2001,", ["5: kode_kemendagri: there is no row for 99.07.03, in which it lies"]),
        ("99.07.01.2001,", "99.08.01.2001,", ["5: kode_kemendagri: 99.08.01.2001 lies outside 99.07"]),
        ("99.07.01.2001,", "99.07.01.4001,", ["5: kode_kemendagri: expected 1 (kelurahan), 2 (desa) or 3 (desa adat)"]),
        ("2001,desa,Tirta", "2001,kelurahan,Tirta", ["5: level: kelurahan, but 99.07.01.2001 is the code of a desa"]),
        ("kabupaten,Kab", "kota,Kab", ["2: level: kota, but 99.07 is the code of a kabupaten"]),
        (",desa,Tirta", ",dessa,Tirta", ["5: level: unknown; expected one of provinsi, kabupaten, kota, kecamatan, "]),
        (",Tirta,", ",,", ["5: nama: missing"]),
        (",Tirta,", ", Tirta,", ["5: nama: blanks before or behind the value"]),
        ("9907010002", "990701002", ["5: kode_bps: expected 10 digits without points"]),
        ("9907010002", "9907010001", ["5: kode_bps: 9907010001 stands twice, first on line 4"]),
        (",4.5", ",", ["6: luas_km2: expected an area in km², with a point, like 16.08"]),
        (",4.5", ',"4,5"', ["6: luas_km2: expected an area in km²"]),
        ("99.07.02.2001,desa,Saga,9907020001,,1.25\n", "", ["6: kecamatan Kirmizi has no regions below it"]),
        ("desa,Tirta,9907010002,,", "desa,Tirta,9907010002,", ["5: 5 cells; expected 6, one for each column"]),
        ("nama,kode_bps", "nama,kodebps", ["1: kodebps: unknown; expected one of", "1: kode_bps: this column is missing"]),
        ("alias,", "nama,", ["1: nama: this column stands twice"]),
        (GOOD, "", ["1: the file is empty; expected a line with the columns kode_kemendagri, level, nama"]),
        (GOOD[len(HEADER) :], "\n", ["1: there is no row below the columns"]),
        ('99.07.01.2001,desa,Tirta', '99.07.01.2001,desa,"Tirta', ["7: no CSV from here on: unexpected end of data"]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_column(old, new, told):
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new))
    assert [each[: len(said)] for each, said in zip(found, told, strict=False)] == told, found


def test_what_a_spreadsheet_makes_of_a_file_is_told_and_the_rest_is_read_all_the_same():
    broken = GOOD.replace("Tirta,9907010002", "Tirta,0").replace(",", ";")
    assert mistakes(b"\xef\xbb\xbf" + broken.encode()) == [
        "1: the file begins with a byte order mark; save it as UTF-8 without one",
        "1: semicolons between the columns; expected commas",
        "5: kode_bps: expected 10 digits without points",
    ]
    assert mistakes(GOOD.encode("utf-16")) == ["1: the file is in UTF-16; save it as UTF-8"]
    assert mistakes(GOOD.encode().replace(b"Kulon", b"Kul\xf3n").replace(b"Saga", b"Sag\xe0")) == [
        "4: not UTF-8 at byte 28 of the line; save the file as UTF-8",
        "7: not UTF-8 at byte 23 of the line; save the file as UTF-8",
    ]
    assert mistakes(GOOD.replace("Saga", "Sa\0ga"))[0] == "7: a zero byte"
    assert read(GOOD.replace("\n", "\r\n")).regions is not None


def test_what_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(csv_file, "MOST_ROWS", 4)
    assert mistakes(GOOD + "#")[0].startswith("6: more than 4 rows")
    monkeypatch.setattr(csv_file, "MOST_BYTES", 100)
    assert mistakes(GOOD + "##") == ["1: the file is larger than 100 bytes"]


def test_of_very_many_mistakes_the_first_are_told():
    found = mistakes(GOOD + "99.07.01.9,desa,X,1,,\n" * 150)
    assert len(found) == csv_file.TOLD + 1
    assert found[-1].endswith(": and 50 more mistakes")


def test_the_code_of_the_city_has_a_row():
    assert mistakes(GOOD, code="99.71")[0] == "1: there is no row for 99.71, the code of [city]"


def test_the_same_name_in_one_region_is_told_but_not_of_a_kelurahan_and_a_desa():
    again = "99.07.01.2002,desa,TIRTA,9907010003,,\n99.07.01.2003,desa,Kulon,9907010004,,\n"
    assert mistakes(GOOD + again) == ["8: nama: the same name as on line 5, in the same region"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("99.07.01.1001", "99.07.01.1009", "2: kode_kemendagri: 99.07.01.1009 is no kelurahan or desa of regions.csv"),
        (",-5.1,106.9,", ",106.9,-5.1,", "2: lintang: expected a position in Indonesia, in degrees"),
        (' -5.1,106.8"', '"', "2: batas: expected three positions or more"),
        ("-5.2,106.9", "-5.2;106.9", "2: batas: expected three positions or more"),
        ("bujur", "lon", "1: lon: unknown; expected one of kode_kemendagri, lintang, bujur, batas"),
    ],
)
def test_a_mistake_of_the_outlines_is_told_with_its_line(old, new, told):
    assert old in DRAWN
    found = read(GOOD, DRAWN.replace(old, new))
    assert found.regions is None
    assert found.of_outlines[0].startswith(told), found.of_outlines


@pytest.mark.parametrize("folder", PROFILES, ids=lambda each: each.name)
def test_each_profile_has_an_outline_for_each_of_its_regions(folder):
    found = regions_in(folder)
    assert list(found.outlines) == [each.code for each in found.kelurahan]
