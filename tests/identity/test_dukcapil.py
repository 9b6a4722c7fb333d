"""Dukcapil's gateway: the conformance suite, and each quirk of the protocol by its name."""

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from connectors.identity.dukcapil import NOBODY, Dukcapil
from connectors.identity.records import Identity, Residence
from connectors.kit.errors import AgencyChanged, AgencyRejected, AgencyThrottled
from engine.configuration.agencies_file import connect_agencies
from tests.conformance import conformance
from tests.playback import connect, playing, recording
from tests.profiles import CITY_CODE, KECAMATAN, KELURAHAN

TestConformance = conformance(Dukcapil)

NIK = "9907014001900001"


@pytest.fixture
async def registry(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    (registry,) = agencies.of(Identity)
    yield registry
    await agencies.aclose()


async def answered(row, region="99.07.01.1001"):
    """What comes of one row, as the gateway may send it."""
    played = recording(Dukcapil, "residence")
    async with playing(played) as player:
        player.always = lambda: web.json_response({"content": [row]})
        connector = connect(Dukcapil, played, player.url)
        try:
            return (await connector.residence(NIK, region).fetch()).records
        finally:
            await connector.aclose()


async def test_it_is_asked_by_element_and_nothing_more_than_that():
    played = recording(Dukcapil, "residence")
    async with playing(played) as player:
        connector = connect(Dukcapil, played, player.url)
        with capture_logs() as lines:
            assert (await connector.residence(NIK, "99.07.01.1001").fetch()).records is Residence.CONFIRMED
        await connector.aclose()
    assert await player.calls[0].json() == {
        "NIK": NIK,
        "NO_PROP": 99,
        "NO_KAB": 7,
        "NO_KEC": 1,
        "NO_KEL": 1001,
        "user_id": "sandbox-id",
        "password": "sandbox-secret",
        "ip_user": "10.0.0.1",
    }
    said = str(lines)
    assert not [secret for secret in (NIK, "sandbox-secret", "sandbox-id") if secret in said]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Sesuai (100)", Residence.CONFIRMED),
        ("Sesuai", Residence.CONFIRMED),
        (" SESUAI(100) ", Residence.CONFIRMED),
        ("Sesuai (99)", Residence.ELSEWHERE),
        ("Tidak Sesuai", Residence.ELSEWHERE),
        ("tidak  sesuai (0)", Residence.ELSEWHERE),
    ],
)
async def test_an_element_is_the_same_or_it_is_not(said, found):
    assert await answered({"NO_PROP": said, "NO_KAB": "Sesuai"}, "99.07") is found


@pytest.mark.parametrize("said", ["Ya", "100", "Sesuai?", "", None, 1, True])
async def test_what_is_neither_is_not_guessed(said):
    with pytest.raises(AgencyChanged):
        await answered({"NO_PROP": said, "NO_KAB": "Sesuai"}, "99.07")


@pytest.mark.parametrize("key", ["RESPON", "RESPONSE_DESC", "respon"])
@pytest.mark.parametrize(
    "said", ["Data Tidak Ditemukan", "data sudah meninggal/duplikat", "Data Ganda", "DATA TIDAK AKTIF"]
)
async def test_who_is_not_there_is_not_there_whatever_it_is_called(key, said):
    assert await answered({key: said}) is Residence.NOT_FOUND


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("Kuota akses hari ini habis", AgencyThrottled),
        ("User ID atau Password salah", AgencyRejected),
        ("IP Address tidak terdaftar", AgencyRejected),
        ("Terjadi kesalahan 9907014001900001", AgencyChanged),
    ],
)
async def test_under_http_200_it_says_why_it_does_not_answer(said, error):
    with pytest.raises(error) as raised:
        await answered({"RESPON": said})
    assert NIK not in str(raised.value)


@pytest.mark.parametrize(
    ("nik", "region", "found"),
    [
        (NIK, CITY_CODE, Residence.CONFIRMED),
        (NIK, KECAMATAN[0].code, Residence.CONFIRMED),
        (NIK, KELURAHAN[0].code, Residence.CONFIRMED),
        (NIK, KELURAHAN[1].code, Residence.ELSEWHERE),
        ("9907014001900002", CITY_CODE, Residence.ELSEWHERE),
        ("3201014001900005", CITY_CODE, Residence.CONFIRMED),
        ("9907014001900004", CITY_CODE, Residence.NOT_FOUND),
        (NOBODY, CITY_CODE, Residence.NOT_FOUND),
    ],
)
async def test_the_stand_in_answers_by_where_people_live_and_not_by_their_numbers(registry, nik, region, found):
    assert (await registry.residence(nik, region).fetch()).records is found
    assert registry.findings.counts == {}


async def test_a_wrong_password_is_http_200(configuration, clock):
    played = recording(Dukcapil, "residence")
    played.options["institution"] = CITY_CODE.replace(".", "-")
    (where,) = (each.agency.url for each in configuration.agencies if each.agency.code == "disdukcapil")
    connector = connect(Dukcapil, played, where)
    with pytest.raises(AgencyRejected):
        await connector.residence(NIK, CITY_CODE).fetch()
    await connector.aclose()


async def test_no_cache_keeps_what_it_says(registry):
    assert not registry.residence(NIK, CITY_CODE).freshness.kept
