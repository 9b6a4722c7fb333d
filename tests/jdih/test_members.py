"""What members of the network send, each habit by its name: composed rows, over a real socket."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from aiohttp import web

from connectors.jdih.jdihn import Jdihn
from connectors.jdih.numbers import read_number
from connectors.jdih.records import RegulationStatus
from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from sandbox.jdih.jdihn import collections_of
from sandbox.jdih.regulations import rows
from tests.playback import connect, playing, recording

ROW = {
    "idData": "1", "tahun_pengundangan": "2019", "tanggal_pengundangan": "2019-05-14", "jenis": "PERATURAN DAERAH",
    "noPeraturan": "8", "judul": "PERATURAN DAERAH KOTA CONTOH NOMOR 8 TAHUN 2019 TENTANG UJI", "singkatanJenis": "PERDA",
    "subjek": "UJI", "status": "Berlaku", "teuBadan": "CONTOH. KOTA", "urlDownload": "https://jdih.example.go.id/a.pdf",
    "fileDownload": "a.pdf", "display": "1",
}  # fmt: skip


async def read(body, headers=None, position=None):
    """What becomes of this body, with the findings; all batches of one pass."""
    text = body if isinstance(body, str) else json.dumps(body)
    async with playing(recording(Jdihn, "regulations")) as player:
        player.always = lambda: web.Response(
            body=text.encode("utf-8", "surrogatepass"), content_type="text/html", headers=headers
        )
        connector = connect(Jdihn, player.played, player.url)
        try:
            batches = [batch async for batch in connector.regulations().follow(position)]
        finally:
            await connector.aclose()
    records = [record for batch in batches for _, record in batch.records]
    return records, connector.findings.counts, batches


async def one(**changed):
    """One row with these changes, beside one without."""
    records, findings, _ = await read([ROW | changed, ROW | {"idData": "beside"}])
    assert records[-1].key == "beside"
    assert len(records) == 2, findings
    return records[0], findings


REFUSED = [
    {"status": False, "data": []}, {"status": False, "data": [ROW]}, {"data": [], "success": "false"},
    {"status": "error", "message": "x", "data": []}, {"error": True, "data": []}, {"data": [], "errors": [{"a": 1}]},
    {"error": "Terjadi kesalahan", "data": [ROW]}, {"code": 500, "data": []}, {"data": [], "meta": {"status": "403"}},
    {"status": 0, "data": []}, {"response": {"success": 0, "data": []}},
]  # fmt: skip


@pytest.mark.parametrize("body", REFUSED, ids=str)
async def test_a_failure_that_is_told_around_the_list_is_no_collection(body):
    with pytest.raises(AgencyUnavailable, match="says that it failed"):
        await read(body)


PAGES = [
    {"current_page": 1, "data": [ROW], "next_page_url": "https://jdih.example.go.id/api?page=2"},
    {"data": [ROW], "last_page": 40}, {"data": [ROW], "total": "120"}, {"total": 120, "data": [ROW]},
    {"data": [ROW], "meta": {"last_page": 2}}, {"data": [ROW], "links": {"next": "/api?page=2"}},
    {"items": [ROW], "_links": {"next": {"href": "/api?page=2"}}}, {"rows": [ROW], "_meta": {"pageCount": 2}},
    {"page": 1, "limit": 1, "data": [ROW]}, {"data": [ROW], "pagination": {"total_pages": 3}}, {"data": [ROW], "has_more": True}, {"data": [], "jumlah": 9},
]  # fmt: skip


@pytest.mark.parametrize("body", PAGES, ids=lambda body: str(sorted(body)))
async def test_the_first_page_of_many_is_no_collection(body):
    with pytest.raises(AgencyChanged, match="a page of many"):
        await read(body)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Pagination-Page-Count": "7"},
        {"X-Total-Count": "2"},
        {"Link": '</a?page=2>; rel="next"'},
        {"link": "</a?page=2>; rel=next"},
    ],
    ids=str,
)
async def test_pages_may_be_told_by_headers_alone(headers):
    with pytest.raises(AgencyChanged, match="a page of many"):
        await read([ROW], headers)


WHOLE = [
    {"status": True, "message": "ok", "data": [ROW]}, {"status": 200, "error": False, "data": [ROW], "total": 1},
    {"success": 1, "code": "200", "result": [ROW], "errors": []}, {"data": [ROW], "next_page_url": None, "last_page": 1},
    {"response": {"dokumen": [ROW]}}, {"5": ROW}, {"limit": 1, "total": 1, "data": [ROW]}, {"limit": 9, "data": [ROW]}, {"data": {"12": ROW}}, ROW, {"data": ROW},
    {"data": [ROW], "jml": 1, "links": [{"url": None, "label": "1"}], "error": None},
]  # fmt: skip


@pytest.mark.parametrize("body", WHOLE, ids=lambda body: str(sorted(body))[:60])
async def test_a_collection_is_read_however_it_is_wrapped(body):
    records, findings, _ = await read(body)
    assert ([each.key for each in records], findings) == (["1"], {})


async def test_words_around_the_list_are_findings():
    text = f"<b>Notice</b>\n{json.dumps([ROW])}\n<br />\n<b>Warning</b>: mysqli::close()\n"
    records, findings, _ = await read(text)
    assert len(records) == 1
    assert findings == {"something stands before the array": 1, "something stands behind the array": 1}


async def test_a_second_list_behind_the_first_is_no_whole():
    with pytest.raises(AgencyChanged, match="more documents stand behind"):
        await read(json.dumps([ROW]) + json.dumps([ROW]))


LOST = [
    ({"noPeraturan": 188.45}, {"number": "188.45"}), ({"noPeraturan": 8}, {"number": "8"}),
    ({"noPeraturan": [8]}, {"number": None}), ({"subjek": ["PAJAK", "RETRIBUSI", "PAJAK"]}, {"subjects": ("PAJAK", "RETRIBUSI")}),
    ({"display": True}, {}), ({"display": {"x": 1}}, {}), ({"tanggal_pengundangan": {"date": "x"}}, {"enacted_on": None}),
    ({"tahun_pengundangan": 2019}, {"year": 2019}), ({"tahun_pengundangan": True}, {"year": 2019}),
    ({"status": 1.5}, {"status": RegulationStatus.UNKNOWN}), ({"status": True}, {"status": RegulationStatus.UNKNOWN}),
    ({"teuBadan": {"nama": "x"}}, {"author": None}), ({"urlDetailPeraturan": ["a"]}, {"url": None}),
    ({"abstrak": 5}, {"abstract": "5"}), ({"judul": 2019}, {"title": "2019"}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected"), LOST, ids=str)
async def test_a_value_of_another_type_costs_that_value_and_not_the_regulation(changed, expected):
    found, _ = await one(**changed)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize("changed", [{"idData": None}, {"idData": [1]}, {"idData": "x" * 201}, {"judul": ""}], ids=str)
async def test_a_row_without_its_id_or_title_is_set_aside(changed):
    records, findings, _ = await read([ROW | changed, ROW | {"idData": "beside"}])
    assert [each.key for each in records] == ["beside"]
    assert [each.startswith("row set aside: ") for each in findings if "text" not in each] == [True]


async def test_files_and_their_addresses_go_together():
    found, findings = await one(
        fileDownload=["a.pdf", "b.pdf"], urlDownload=["https://jdih.example.go.id/a", "https://jdih.example.go.id/b"]
    )
    assert [(each.name, each.url) for each in found.attachments] == [
        ("a.pdf", "https://jdih.example.go.id/a"), ("b.pdf", "https://jdih.example.go.id/b"),
    ]  # fmt: skip
    assert findings == {}


DAYS = [
    "2019-05-14", "2019-05-14 00:00:00", "14-05-2019", "14/05/2019", "14.5.2019", "14 Mei 2019", "Selasa, 14 MEI 2019",
    "2019/05/14", "20190514", "2019-05-13T17:00:00.000000Z", "2019-05-13 17:00:00+00:00", "2019-05-14T00:00:00+07:00",
    "2019-05-14T05:00:00Z", "1557766800", "1557766800000", 1557766800, "/Date(1557766800000)/", "<p>14-05-2019</p>",
]  # fmt: skip


@pytest.mark.parametrize("sent", DAYS, ids=str)
async def test_a_day_is_the_day_in_the_city_however_it_is_written(sent):
    found, findings = await one(tanggal_pengundangan=sent)
    assert (found.enacted_on, found.year, findings) == (date(2019, 5, 14), 2019, {})


@pytest.mark.parametrize("sent", ["0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00", "-0001-11-30", "-", None])
async def test_the_empty_days_of_programs_are_none_and_no_finding(sent):
    found, findings = await one(tanggal_pengundangan=sent)
    assert (found.enacted_on, found.year, findings) == (None, 2019, {})


NOT_BELIEVED = {
    "2002-05-14": "tanggal_pengundangan: contradicts the year",
    "1970-01-01": "tanggal_pengundangan: contradicts the year",
    "2020-06-01": "tanggal_pengundangan: contradicts the year",
    "2018-12-31": "tanggal_pengundangan: contradicts the year",
    "2091-05-14": "tanggal_pengundangan: not a day that can be",
    "31-02-2019": "tanggal_pengundangan: not a day that can be",
    "14-05-19": "tanggal_pengundangan: not a day that can be",
    "besok": "tanggal_pengundangan: not a day that can be",
}


@pytest.mark.parametrize("sent", NOT_BELIEVED)
async def test_a_day_that_cannot_be_or_contradicts_the_year_is_none_and_a_finding(sent):
    found, findings = await one(tanggal_pengundangan=sent)
    assert (found.enacted_on, found.year, findings) == (None, 2019, {NOT_BELIEVED[sent]: 1})


async def test_what_is_passed_at_the_end_of_a_year_may_be_promulgated_in_the_next():
    found, findings = await one(tanggal_pengundangan="2020-01-03")
    assert (found.enacted_on, found.year, findings) == (date(2020, 1, 3), 2019, {})


@pytest.mark.parametrize("sent", ["2091", "19", "201X"])
async def test_a_year_that_cannot_be_is_that_of_the_day(sent):
    found, findings = await one(tahun_pengundangan=sent)
    assert (found.year, findings) == (2019, {"tahun_pengundangan: not a year that can be": 1})


NUMBERS = {
    "8": "8", "008": "8", " 8. ": "8", "No. 8 Tahun 2019": "8", "NOMOR 8": "8", "Nomor : 8": "8", "no.8": "8", "8/2019": "8",
    "08 / 2019": "8", "8 th 2019": "8", "8 THN. 2019": "8", "8 TAHUN 2019": "8", "188.45/Kep.12-Huk/2019": "188.45/Kep.12-Huk/2019",
    "8/1999": "8/1999", "Nota 8": "Nota 8", "180/Kep.7": "180/Kep.7", "VIII": "VIII", "8A Tahun 2019": "8A",
}  # fmt: skip


@pytest.mark.parametrize("sent", NUMBERS)
async def test_a_number_is_the_same_however_it_is_written(sent):
    found, _ = await one(noPeraturan=sent)
    assert found.number == NUMBERS[sent]


def test_the_year_behind_a_number_is_told():
    assert [read_number(each) for each in ("8/2019", "No. 08 Tahun 2019", "8", "")] == [
        ("8", 2019), ("8", 2019), ("8", None), ("", None),
    ]  # fmt: skip


async def test_a_number_is_found_however_either_is_written(hub, sandbox, clock):
    row = rows("jdih-kota", 2026)[0] | {
        "idData": "new", "noPeraturan": "No. 0777 Tahun 2019", "tahun_pengundangan": "2019",
        "tanggal_pengundangan": "2019-05-01", "judul": "RENCANA TATA RUANG WILAYAH", "teuBadan": "BANDARLAMA. KOTA",
    }  # fmt: skip
    collections_of(sandbox.control).publish("jdih-kota", row)
    clock.advance(timedelta(hours=1))
    await hub.follow()

    async def found(arguments):
        data = await hub.data(f"{{ regulations({arguments}) {{ nodes {{ code }} }} }}")
        return [each["code"] for each in data["regulations"]["nodes"]]

    for number in ("777", "0777", "No. 777", "nomor 777", "777/2019", "No. 777 Tahun 2019", "777."):
        assert await found(f'number: "{number}"') == ["jdih-kota/new"], number
    assert await found('number: "777/2018"') == []
    for text in ("rtrw bandarlama", "RTRW no. 0777", "777/2019 ttg rencana tata ruang", "kota bandarlama ruang"):
        assert await found(f'text: "{text}"') == ["jdih-kota/new"], text


LIBRARY = ["BUKU HUKUM", "Majalah Hukum", "PUTUSAN MAHKAMAH AGUNG", "Artikel Hukum", "YURISPRUDENSI", "NASKAH AKADEMIK",
           "RANCANGAN PERATURAN DAERAH", "Monografi Hukum", "PENELITIAN HUKUM"]  # fmt: skip


@pytest.mark.parametrize("kind", LIBRARY)
async def test_books_and_judgments_are_no_regulations(kind):
    library = ROW | {"idData": "2", "jenis": kind, "singkatanJenis": kind, "noPeraturan": None, "unheard_of": 1}
    records, findings, _ = await read([ROW, library])
    assert ([each.key for each in records], findings) == (["1"], {})


async def test_what_the_national_template_sends_is_read():
    found, findings = await one(
        tanggal_pengundangan=None, tanggal_penetapan="2019-04-20", jenis="KEPUTUSAN WALIKOTA", singkatanJenis="KEPWAL",
        noPeraturan="180/Kep.7", abstrak="abstrak 7-2019.pdf", last_updated="2026-01-05 10:00:00", subjek="",
        urlAbstrak="https://jdih.example.go.id/common/dokumen/abstrak 7-2019.pdf", fileDownload="-", urlDownload="-",
    )  # fmt: skip
    assert (found.enacted_on, found.abstract, found.attachments, findings) == (date(2019, 4, 20), None, (), {})
    assert found.abstract_url == "https://jdih.example.go.id/common/dokumen/abstrak%207-2019.pdf"


KINDS = [
    ({"jenis": ""}, "Peraturan Daerah"), ({"jenis": None}, "Peraturan Daerah"), ({"jenis": "-"}, "Peraturan Daerah"),
    ({"jenis": "-", "singkatanJenis": "-"}, "Peraturan Daerah"), ({"jenis": "", "singkatanJenis": "mkl"}, "Peraturan Daerah"),
    ({"jenis": "", "singkatanJenis": "mkl", "judul": "CONTOH"}, "Mkl"), ({"jenis": "<b>Perwali</b>"}, "Peraturan Wali Kota"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "kind"), KINDS, ids=str)
async def test_a_kind_that_is_not_said_is_what_the_abbreviation_or_the_title_says(changed, kind):
    found, _ = await one(**changed)
    assert found.kind == kind


async def test_a_regulation_of_no_kind_at_all_is_set_aside():
    records, findings, _ = await read(
        [ROW, ROW | {"idData": "2", "jenis": "-", "singkatanJenis": "", "judul": "CONTOH"}]
    )
    assert (len(records), findings) == (1, {"row set aside: jenis: empty": 1})


async def test_markup_and_entities_are_read_in_every_text():
    found, findings = await one(
        judul="NOMOR 8 TAHUN 2019&nbsp;TENTANG<br />PAJAK &amp;amp; <b>RETRIBUSI</b>", subjek="<p>PAJAK</p>",
        teuBadan="Kota&nbsp;Contoh", status="Dicabut dengan <b>Perda Nomor 3 Tahun 2021</b>", sumber="LD.&#50;019",
        abstrak="<p>Satu &amp; dua</p><p>tiga</p>", penerbit="&lt;i&gt;Bagian Hukum&lt;/i&gt;",
    )  # fmt: skip
    assert found.title == "NOMOR 8 TAHUN 2019 TENTANG PAJAK & RETRIBUSI"
    assert (found.subjects, found.author, found.gazette) == (("PAJAK",), "Kota Contoh", "LD.2019")
    assert (found.abstract, found.publisher) == ("Satu & dua\ntiga", "Bagian Hukum")
    assert (found.status, found.status_text) == (
        RegulationStatus.REVOKED, "Dicabut dengan Perda Nomor 3 Tahun 2021",
    )  # fmt: skip
    assert findings == {}


async def test_a_status_of_several_lines_says_several_things():
    sent = "<p>Berlaku</p><p>Mencabut <a href='x'>Perda 1/2010</a><br>Perda 2/2011</p>"
    found, findings = await one(status=sent)
    assert found.status_text == "Berlaku; Mencabut Perda 1/2010; Perda 2/2011"
    assert (found.status, len(found.statements), findings) == (RegulationStatus.IN_FORCE, 2, {})


ADDRESSES = [
    ("jdih.example.go.id/files/a b.pdf", "https://jdih.example.go.id/files/a%20b.pdf", 0),
    ("//jdih.example.go.id/a.pdf", "https://jdih.example.go.id/a.pdf", 0),
    ("HTTP://jdih.example.go.id/a.pdf", "HTTP://jdih.example.go.id/a.pdf", 0),
    ("http://[", None, 1), ("/files/a.pdf", None, 1), ("a.pdf", None, 1), ("javascript:alert(1)//x.y", None, 1),
    ("belum ada", None, 0), ("-", None, 0),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "address", "findings"), ADDRESSES)
async def test_an_address_without_a_scheme_is_one_and_what_is_none_is_a_finding(sent, address, findings):
    found, noted = await one(urlDownload=sent, urlDetailPeraturan=sent)
    assert (found.url, found.attachments[0].url) == (address, address)
    assert (
        noted == dict.fromkeys(("urlDownload: no address", "urlDetailPeraturan: no address"), 1)
        if findings
        else not noted
    )


async def test_two_documents_under_one_id_are_two_and_a_finding():
    other = {"jenis": "KEPUTUSAN WALIKOTA", "singkatanJenis": "KEPWAL", "noPeraturan": "5", "tahun_pengundangan": "2005",
             "tanggal_pengundangan": "2005-01-02", "judul": "KEPUTUSAN TENTANG PANITIA"}  # fmt: skip
    records, findings, batches = await read([ROW, ROW | other, ROW | {"subjek": "LAIN"}, ROW | other])
    assert [each.key for each in records][::2] == ["1", "1"]
    second = records[1].key
    assert (second.startswith("1-"), records[3].key, len(second)) == (True, second, 10)
    assert findings == {"idData: stands for two documents": 1}
    assert [key for batch in batches for key, _ in batch.records] == ["1", second, "1", second]


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        ("Mon, 16 Nov 2026 03:00:00 GMT", datetime(2026, 11, 16, 3, tzinfo=UTC)),
        ("Mon, 16 Nov 2026 03:00:00 -0000", datetime(2026, 11, 16, 3, tzinfo=UTC)),
        ("0", None), ("-1", None), ("besok", None), ("Mon, 01 Jan 0001 00:00:00 GMT", None), ("", None),
    ],
)  # fmt: skip
async def test_a_last_modified_that_is_none_costs_nothing(sent, moment):
    records, findings, batches = await read([ROW], {"Last-Modified": sent})
    assert (len(records), findings, {each.changed_at for each in batches}) == (1, {}, {moment})


async def test_a_copy_that_was_read_in_another_way_is_read_anew():
    _, _, batches = await read([ROW])
    position = batches[-1].position
    assert (await read([ROW], position=position))[2] == []
    assert len((await read([ROW], position=position.removeprefix("2 ")))[0]) == 1


async def test_a_path_may_ask_for_all_at_once():
    async with playing(recording(Jdihn, "regulations")) as player:
        player.played.options["path"] = "/api/dokumen?per_page=100000"
        player.always = lambda: web.json_response([ROW])
        connector = connect(Jdihn, player.played, player.url)
        assert len((await connector.regulations().fetch()).records) == 1
        await connector.aclose()
    assert [each.path_qs for each in player.calls] == ["/api/dokumen?per_page=100000"]
