"""BMKG's stand-ins: each quirk that a connector has to survive is really there."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import pytest

from connectors.kit.xml import document
from sandbox.server import running
from sandbox.weather.bmkg_forecast import unheard_of

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.at = NOON

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def ask(clock):
    """The status and the body of what is asked for."""
    async with running(port=0, now=clock.now) as sandbox, aiohttp.ClientSession() as http:

        async def get(path):
            async with http.get(f"{sandbox.url}{path}") as answer:
                return answer.status, answer.content_type, await answer.text()

        async def json(path):
            async with http.get(f"{sandbox.url}{path}") as answer:
                return answer.status, await answer.json()

        get.json = json
        yield get


async def test_a_forecast_is_three_days_in_lists_that_begin_now(ask):
    _, body = await ask.json("/bmkg-prakiraan/publik/prakiraan-cuaca?adm4=36.71.01.1001")
    place, (data,) = body["lokasi"], body["data"]
    assert (place["adm4"], place["desa"], place["kecamatan"]) == ("36.71.01.1001", "Sukarasa", "Tangerang")
    assert [len(day) for day in data["cuaca"]] == [5, 8, 8]
    points = [point for day in data["cuaca"] for point in day]
    times = [datetime.fromisoformat(point["datetime"]) for point in points]
    assert times[0] == datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
    assert {after - before for before, after in pairwise(times)} == {timedelta(hours=3)}
    assert {(point["datetime"][-1], point["utc_datetime"][-1], point["local_datetime"][-1]) for point in points} == {
        ("Z", "0", "0")
    }
    assert any(" " in point["image"] for point in points)
    assert {type(point["t"]) for point in points} == {int, str}
    assert not [point for point in points if "+" in point["analysis_date"] or "Z" in point["analysis_date"]]


@pytest.mark.parametrize("code", [unheard_of(), "3671011001", "36.74.01.1001", ""])
async def test_a_code_that_it_does_not_know_is_404(ask, code):
    status, body = await ask.json(f"/bmkg-prakiraan/publik/prakiraan-cuaca?adm4={code}")
    assert (status, "data" in body) == (404, False)


async def test_earthquakes_are_texts(ask):
    _, body = await ask.json("/bmkg-gempa/DataMKG/TEWS/gempadirasakan.json")
    rows = body["Infogempa"]["gempa"]
    assert {type(value) for row in rows for value in row.values()} == {str}
    assert (rows[0]["Tanggal"], rows[0]["Jam"], rows[0]["DateTime"]) == (
        "04 Mei 2026", "03:00:05 WIB", "2026-05-03T20:00:05+00:00",
    )  # fmt: skip
    assert [re.search("[IVX]+ ", row["Dirasakan"]) is not None for row in rows] == [True, True, False]
    assert ["Shakemap" in row for row in rows] == [True, False, False]


async def messages(ask, language="id"):
    """The documents of the index: by their provinces and numbers what they say."""
    status, media, index = await ask(f"/bmkg-peringatan/alerts/nowcast/{language}")
    assert (status, media) == (200, "application/rss+xml")
    found = {}
    for item in document(index.encode(), "rss", many={"item"})["channel"]["item"]:
        code = re.fullmatch(
            rf"http://127.0.0.1:\d+/bmkg-peringatan/alerts/nowcast/{language}/(\w+)_alert.xml", item["link"]
        )[1]
        status, media, text = await ask(f"/bmkg-peringatan/alerts/nowcast/{language}/{code}_alert.xml")
        assert (status, media) == (200, "application/xml")
        alert = document(text.encode(), "alert")
        found[code[:3] + code[-3:]] = alert | alert.pop("info", {})
    return found


@pytest.mark.parametrize(
    ("minutes", "codes"),
    [
        (0, ["CBT000", "CBT001", "CBT900", "CJB001"]),
        (70, ["CBT000", "CBT001", "CBT002", "CBT900", "CJB001"]),
        (160, ["CBT000", "CBT001", "CBT002", "CBT003", "CBT900", "CJB001"]),
        (180, ["CBT000", "CBT001", "CBT900", "CJB001"]),
    ],
)
async def test_a_warning_comes_is_updated_and_cancelled_every_three_hours(ask, clock, minutes, codes):
    clock.at = NOON + timedelta(minutes=minutes)
    assert sorted(await messages(ask)) == codes


async def test_among_the_messages_are_an_exercise_one_that_is_over_and_one_that_names_another(ask, clock):
    clock.at = NOON + timedelta(minutes=160)
    found = await messages(ask)
    assert {code: each["status"] for code, each in found.items() if each["status"] != "Actual"} == {"CBT900": "Test"}
    assert datetime.fromisoformat(found["CBT000"]["expires"]) <= clock.at
    assert found["CBT000"]["expires"].endswith("+07:00")
    assert {code: each["msgType"] for code, each in found.items() if "references" in each} == {
        "CBT002": "Update",
        "CBT003": "Cancel",
    }
    assert "event" not in found["CBT003"]
    assert re.fullmatch(r"\S+,2\.49\.0\.1\.360\.0\.CBT\d+002,\S+", found["CBT003"]["references"])


async def test_messages_come_in_both_languages_under_the_same_codes(ask):
    indonesian, english = await messages(ask), await messages(ask, "en")
    assert indonesian.keys() == english.keys()
    assert indonesian["CBT001"]["event"] == "Hujan Lebat dan Petir"
    assert english["CBT001"]["event"] == "Thunderstorm"


async def test_a_document_that_is_not_in_the_index_is_404(ask):
    status, *_ = await ask("/bmkg-peringatan/alerts/nowcast/id/CBT2026050412002_alert.xml")
    assert status == 404
