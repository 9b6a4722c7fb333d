"""JDIHN: the conformance suite, and each quirk of the feed by its name, against the sandbox."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from connectors.jdih.jdihn import Jdihn, merge
from connectors.jdih.records import Attachment, Jdih, Regulation, RegulationLevel, RegulationStatus
from connectors.jdih.statements import read_status
from connectors.kit.errors import AgencyChanged
from engine.configuration.agencies_file import connect_agencies
from sandbox.jdih.jdihn import collections_of
from sandbox.jdih.regulations import HIDDEN, REPEATED, rows
from tests.conformance import conformance
from tests.playback import connect, playing, recording
from tests.store.test_regulations import regulation

STRANGE = "status: words that are not known"

TestConformance = conformance(Jdihn)


@pytest.fixture
async def publishers(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    yield {each.agency.code: each for each in agencies.of(Jdih)}
    await agencies.aclose()


async def all_of(publisher):
    return {each.key: each for each in (await publisher.regulations().fetch()).records}


async def test_a_row_becomes_a_regulation():
    async with playing(recording(Jdihn, "regulations")) as player:
        connector = connect(Jdihn, player.played, player.url)
        first, second = (await connector.regulations().fetch()).records
        await connector.aclose()
    assert first == Regulation(
        key="9001",
        level=RegulationLevel.CITY,
        title="PERATURAN DAERAH KOTA CONTOH NOMOR 99 TAHUN 2025 TENTANG CONTOH",
        kind="Peraturan Daerah",
        abbreviation="PERDA",
        number="99",
        year=2025,
        enacted_on=date(2025, 12, 30),
        status=RegulationStatus.IN_FORCE,
        status_text="Berlaku",
        subjects=("CONTOH - UJI",),
        legal_field="Hukum Administrasi Negara",
        place="Contoh",
        publisher="Bagian Hukum",
        gazette="LD.2025/NO.99",
        author="KOTA CONTOH",
        language="Indonesia",
        abstract="Contoh & uji",
        abstract_url=None,
        url="https://jdih.example.go.id/d/9001",
        attachments=(Attachment(name="perda 99.pdf", url="https://jdih.example.go.id/file/perda%2099.pdf"),),
    )
    assert (second.kind, second.number, second.year, second.enacted_on) == (
        "Maklumat", "188.45/Kep.12-Huk/2020", None, None,
    )  # fmt: skip
    assert (second.subjects, second.attachments, second.gazette) == ((), (Attachment(name="", url=None),), None)


async def test_a_document_that_comes_once_per_attachment_or_subject_is_one(publishers):
    found = await all_of(publishers["jdih-kota"])
    assert len(found) == 500
    assert [len(found[str(10_000 + number)].attachments) for number in (0, REPEATED - 1, REPEATED)] == [2, 2, 1]
    assert len(found["10000"].subjects) == 2
    assert len(found[str(10_000 + REPEATED // 3)].subjects) == 1


async def test_what_is_hidden_is_left_out(publishers):
    found = await all_of(publishers["jdih-kota"])
    assert not {str(10_500 + number) for number in range(HIDDEN)} & found.keys()


async def test_a_warning_of_php_before_the_array_is_a_finding_and_no_outage(publishers):
    province = publishers["jdih-provinsi"]
    assert len(await all_of(province)) == 600
    assert province.findings.counts["something stands before the array"] == 1


async def test_a_bom_and_an_array_that_is_wrapped_are_read(publishers):
    state = publishers["jdih-pusat"]
    assert len(await all_of(state)) == 400
    assert state.findings.counts.keys() <= {STRANGE}


async def test_an_empty_database_says_0_results(publishers, sandbox):
    collections_of(sandbox.control).empty("jdih-pusat")
    assert await all_of(publishers["jdih-pusat"]) == {}


async def test_missing_is_written_in_many_ways(publishers):
    found = (await all_of(publishers["jdih-pusat"])).values()
    assert {each.abstract_url for each in found} == {None}
    assert {each.enacted_on for each in found if int(each.key) % 50 == 7} == {None}
    assert all(each.enacted_on for each in found if int(each.key) % 50 != 7)


async def test_numbers_lose_the_year_and_leading_zeros(publishers):
    found = await all_of(publishers["jdih-pusat"])
    assert [found[key].number for key in ("10001", "10002", "10003")] == ["2", "3", "4"]


async def test_a_kind_is_the_same_however_it_is_written(publishers):
    found = (await all_of(publishers["jdih-kota"])).values()
    assert {(each.abbreviation, each.kind) for each in found} == {
        ("PERDA", "Peraturan Daerah"),
        ("PERWAL", "Peraturan Wali Kota"),
        ("KEPWAL", "Keputusan Wali Kota"),
        ("INWAL", "Instruksi Wali Kota"),
        ("SE", "Surat Edaran"),
    }


async def test_a_status_that_is_not_known_stays_unknown_keeps_its_words_and_is_a_finding(publishers):
    city = publishers["jdih-kota"]
    found = (await all_of(city)).values()
    said = {each.status_text: each.status for each in found if not each.statements}
    assert said == {
        "Berlaku": RegulationStatus.IN_FORCE,
        "Aktif": RegulationStatus.IN_FORCE,
        "Tidak Berlaku": RegulationStatus.REVOKED,
        "Dicabut": RegulationStatus.REVOKED,
        "Diubah": RegulationStatus.AMENDED,
        "Berlaku Sebagian": RegulationStatus.UNKNOWN,
        None: RegulationStatus.UNKNOWN,
    }
    strange = sum(each.status_text == "Berlaku Sebagian" for each in found)
    assert city.findings.counts[STRANGE] > strange > 0


async def test_what_a_status_says_of_others_says_of_itself_only_what_it_suffers(publishers):
    found = (await all_of(publishers["jdih-kota"])).values()
    said = {
        (each.status_text.split()[0], each.status, len(each.statements), bool(each.statements[0].cited))
        for each in found
        if each.statements
    }
    assert said == {
        ("Mencabut", RegulationStatus.UNKNOWN, 3, True),
        ("Mencabut", RegulationStatus.UNKNOWN, 1, False),
        ("Mencabut", RegulationStatus.UNKNOWN, 1, True),
        ("Mencabut", RegulationStatus.AMENDED, 3, True),
        ("Berlaku;", RegulationStatus.IN_FORCE, 1, True),
        ("Diubah", RegulationStatus.AMENDED, 1, True),
        ("Dicabut", RegulationStatus.REVOKED, 1, True),
    }


def test_what_two_rows_of_a_document_say_holds_together():
    def row(key, said):
        record = regulation(key, says=read_status(said).statements)[1]
        return msgspec.structs.replace(record, status_text=said, status=read_status(said).status)

    for one, other, status, text, statements in (
        ("Berlaku", "Berlaku", RegulationStatus.IN_FORCE, "Berlaku", 0),
        ("Berlaku", None, RegulationStatus.IN_FORCE, "Berlaku", 0),
        (None, None, RegulationStatus.UNKNOWN, None, 0),
        ("Mencabut Perda 1/2010", "Mencabut Perda 2/2010", RegulationStatus.UNKNOWN,
         "Mencabut Perda 1/2010; Mencabut Perda 2/2010", 2),
        ("Berlaku; mengubah Perda 1/2010", "Berlaku; mengubah Perda 1/2010", RegulationStatus.IN_FORCE,
         "Berlaku; mengubah Perda 1/2010", 1),
        ("Berlaku", "Dicabut", RegulationStatus.UNKNOWN, "Berlaku; Dicabut", 0),
    ):  # fmt: skip
        merged = merge(row("a", one), row("a", other))
        assert (merged.status, merged.status_text, len(merged.statements)) == (status, text, statements)


async def published(publishers, sandbox, **changed):
    """What becomes of a row of the city's with these changes."""
    row = rows("jdih-kota", 2026)[0] | {"idData": "new"} | changed
    collections_of(sandbox.control).publish("jdih-kota", row)
    return (await all_of(publishers["jdih-kota"]))["new"]


@pytest.mark.parametrize(
    ("kind", "short", "known"),
    [
        ("Peraturan Daerah Kota", "-", ("Peraturan Daerah", "PERDA")),
        ("PERATURAN DAERAH KOTA CONTOH", "perda", ("Peraturan Daerah", "PERDA")),
        ("PERWALI", "", ("Peraturan Wali Kota", "PERWAL")),
        ("Peraturan Walikota", None, ("Peraturan Wali Kota", "PERWAL")),
        ("PERATURAN MENTERI CONTOH", "PERMEN", ("Peraturan Menteri Contoh", "PERMEN")),
        ("MAKLUMAT", "mkl", ("Maklumat", "MKL")),
        ("MAKLUMAT", "-", ("Maklumat", None)),
    ],
)
async def test_a_kind_in_another_spelling_is_known_and_an_unknown_one_keeps_its_name(
    publishers, sandbox, kind, short, known
):
    found = await published(publishers, sandbox, jenis=kind, singkatanJenis=short)
    assert (found.kind, found.abbreviation) == known


async def test_the_layout_of_before_2019_is_read(publishers, sandbox):
    row = {key: value for key, value in rows("jdih-kota", 2026)[0].items() if "pengundangan" not in key}
    older = {"idData": "old", "tanggal": "2015-03-02", "tahun": "2014", "tanggalData": "2015-03-03"}
    collections_of(sandbox.control).publish(
        "jdih-kota", row | older | {"hasilUjiMateriMk": "-", "katalog": "-", "idkategori": "3"}
    )
    found = (await all_of(publishers["jdih-kota"]))["old"]
    assert (found.year, found.enacted_on) == (2014, date(2015, 3, 2))
    assert publishers["jdih-kota"].findings.counts.keys() == {STRANGE}


async def test_urlabstrak_is_read_in_either_case(publishers, sandbox):
    address = "https://jdih.example.go.id/abstrak 1.pdf"
    row = {key: value for key, value in rows("jdih-kota", 2026)[0].items() if key != "urlabstrak"}
    collections_of(sandbox.control).publish("jdih-kota", row | {"idData": "new", "urlAbstrak": address})
    assert (await all_of(publishers["jdih-kota"]))["new"].abstract_url == "https://jdih.example.go.id/abstrak%201.pdf"


async def test_other_values_of_operasi_change_nothing(publishers, sandbox):
    assert (await published(publishers, sandbox, operasi="1")).title == rows("jdih-kota", 2026)[0]["judul"]


async def test_a_zero_in_a_text_harms_no_copy(hub, sandbox, clock):
    row = rows("jdih-kota", 2026)[0] | {
        "idData": "n\0ew",
        "judul": "CONTOH\0 NOL",
        "noPeraturan": "1\0",
        "subjek": "\0",
    }
    collections_of(sandbox.control).publish("jdih-kota", row)
    clock.advance(timedelta(hours=1))
    await hub.follow()
    data = await hub.data('{ regulations(text: "nol") { nodes { code } } }')
    assert data["regulations"]["nodes"] == [{"code": "jdih-kota/new"}]


async def test_addresses_with_blanks_are_quoted_and_what_is_none_is_null(publishers):
    found = await all_of(publishers["jdih-pusat"])
    assert "/file/berkas%20lama/" in found["10004"].attachments[0].url
    assert found["10009"].attachments[0].url.startswith("http://jdih.example.go.id/")
    assert found["10014"].attachments[0].url is None
    assert found["10014"].attachments[0].name.endswith(".pdf")


@pytest.mark.parametrize("code", ["jdih-kota", "jdih-provinsi", "jdih-pusat"])
async def test_what_has_not_changed_is_not_read_again(publishers, sandbox, code):
    feed = publishers[code].regulations()
    position = [batch async for batch in feed.follow(None)][-1].position
    assert [batch async for batch in feed.follow(position)] == []
    assert sandbox.control.calls(code) == {"document.json": 2}


async def test_what_has_changed_is_read_whole(publishers, sandbox):
    feed = publishers["jdih-kota"].regulations()
    position = [batch async for batch in feed.follow(None)][-1].position
    collections_of(sandbox.control).withdraw("jdih-kota", "10100")
    batches = [batch async for batch in feed.follow(position)]
    keys = {key for batch in batches for key, _ in batch.records}
    assert len(keys) == 499
    assert all(batch.full for batch in batches)


async def test_last_modified_says_when_it_changed(publishers):
    reading = await publishers["jdih-provinsi"].regulations().fetch()
    assert reading.changed_at == datetime(2026, 11, 16, 3, 0, tzinfo=UTC)


async def test_a_feed_that_is_cut_off_is_a_change(publishers, sandbox):
    sandbox.control.set("jdih-kota", "truncated")
    with pytest.raises(AgencyChanged):
        await all_of(publishers["jdih-kota"])
