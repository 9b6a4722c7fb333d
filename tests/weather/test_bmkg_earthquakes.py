"""BMKG's earthquakes: the conformance suite, and each quirk by its name."""

from datetime import datetime

import pytest

from connectors.weather.bmkg_earthquakes import BmkgEarthquakes
from connectors.weather.records import Earthquake, Felt
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformance = conformance(BmkgEarthquakes)


async def earthquakes(**changes):
    """What comes where the first one is changed so, and the findings."""
    played = recording(BmkgEarthquakes, "earthquakes")
    played.exchanges[0].answer["Infogempa"]["gempa"][0] |= changes
    return await answered(played)


async def answered(played):
    async with playing(played) as player:
        connector = connect(BmkgEarthquakes, played, player.url)
        try:
            return (await connector.earthquakes().fetch()).records, connector.findings.counts, player.url
        finally:
            await connector.aclose()


async def test_texts_become_numbers_and_the_newest_comes_first():
    found, findings, url = await earthquakes()
    assert findings == {}
    assert found == (
        Earthquake(
            code="20261123T010005Z+0.80+127.40",
            occurred_at=datetime.fromisoformat("2026-11-23T01:00:05Z"),
            latitude=0.8,
            longitude=127.4,
            magnitude=5.0,
            depth=112.0,
            region="Pusat gempa berada di darat 8 km TimurLaut Contoh",
            potential="Tidak berpotensi tsunami",
            summary="IV Contoh Utara",
            felt=(Felt(place="Contoh Utara", weakest=4, strongest=4),),
            shakemap=f"{url}/DataMKG/TEWS/20261123080005.mmi.jpg",
        ),
        Earthquake(
            code="20261121T231542Z-6.99+106.10",
            occurred_at=datetime.fromisoformat("2026-11-21T23:15:42Z"),
            latitude=-6.99,
            longitude=106.1,
            magnitude=4.1,
            depth=10.0,
            region="Pusat gempa berada di laut 40 km BaratDaya Contoh",
            potential=None,
            summary="II-III Contoh Selatan, II Kota Tangerang",
            felt=(
                Felt(place="Contoh Selatan", weakest=2, strongest=3),
                Felt(place="Kota Tangerang", weakest=2, strongest=2),
            ),
            shakemap=None,
        ),
    )


async def test_one_object_is_a_list_of_one():
    played = recording(BmkgEarthquakes, "earthquakes")
    gempa = played.exchanges[0].answer["Infogempa"]
    gempa["gempa"] = gempa["gempa"][0]
    found, findings, _ = await answered(played)
    assert ([each.code for each in found], findings) == (["20261121T231542Z-6.99+106.10"], {})


@pytest.mark.parametrize(
    ("reports", "felt"),
    [
        ("III Contoh", [("Contoh", 3, 3)]),
        ("II - III Kab. Contoh; IV MMI di Kota Contoh", [("Kab. Contoh", 2, 3), ("Kota Contoh", 4, 4)]),
        ("III\u2013II Contoh", [("Contoh", 2, 3)]),
        ("Contoh, II Lain", [("Contoh", None, None), ("Lain", 2, 2)]),
        ("IIII Contoh", [("IIII Contoh", None, None)]),
        ("-", []),
        ("", []),
    ],
)
async def test_where_it_was_felt_stands_behind_roman_numbers(reports, felt):
    found, _, _ = await earthquakes(Dirasakan=reports)
    assert [(each.place, each.weakest, each.strongest) for each in found[1].felt] == felt


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Coordinates", "6.99 LS, 106.10 BT"),
        ("Coordinates", "106.10,-6.99"),
        ("Coordinates", "-6.99"),
        ("Magnitude", "empat"),
        ("Magnitude", "41"),
        ("DateTime", "22 Nov 2026"),
    ],
)
async def test_an_earthquake_of_which_nobody_knows_where_when_or_how_strong_is_set_aside(key, value):
    found, findings, _ = await earthquakes(**{key: value})
    assert [each.code for each in found] == ["20261123T010005Z+0.80+127.40"]
    assert [text.startswith(f"row set aside: {key}: ") for text in findings] == [True]


@pytest.mark.parametrize(("key", "value"), [("Kedalaman", "dangkal"), ("Kedalaman", "10 mil"), ("Shakemap", "../../x")])
async def test_another_value_that_cannot_be_costs_itself(key, value):
    found, findings, _ = await earthquakes(**{key: value})
    assert (len(found), found[1].shakemap) == (2, None)
    assert (found[1].depth is None) == (key == "Kedalaman")
    assert [text.startswith(f"value set aside: {key}: ") for text in findings] == [True]
