"""myQuran, both versions: the ministry's schedule as it hands it on."""

from datetime import date, time

import pytest
from aiohttp import web

from connectors.kit.errors import AgencyChanged
from connectors.worship.myquran import MyQuranV2, MyQuranV3
from connectors.worship.records import DayTimes, PublishedPlace
from tests.conformance import conformance
from tests.playback import connect, playing, recording

TestConformanceV2 = conformance(MyQuranV2)
TestConformanceV3 = conformance(MyQuranV3)

VERSIONS = pytest.mark.parametrize("kind", [MyQuranV2, MyQuranV3], ids=["v2", "v3"])


async def asked(kind, read, *arguments, damage=None, answer=None):
    """What comes of a read, its recording damaged or replaced; and the findings."""
    played = recording(kind, read)
    if damage:
        played = played.damaged(damage)
    async with playing(played) as player:
        if answer is not None:
            player.always = lambda: web.json_response(answer)
        connector = connect(kind, played, player.url)
        try:
            reading = await getattr(connector, read)(*(arguments or played.arguments)).fetch()
        finally:
            await connector.aclose()
        return reading.records, connector.findings.counts, player.hits


@VERSIONS
async def test_a_search_finds_three_governments_of_one_name(kind):
    places, _, hits = await asked(kind, "places")
    assert [each.name for each in places] == ["KAB. CONTOH", "KOTA CONTOH", "KOTA CONTOH SELATAN"]
    assert places[1] == PublishedPlace(code={MyQuranV2: "9907", MyQuranV3: "0" * 31 + "7"}[kind], name="KOTA CONTOH")
    assert hits == 1


@VERSIONS
async def test_a_search_that_misses_is_status_false_with_http_200_and_no_place(kind):
    found, findings, _ = await asked(kind, "places", answer={"status": False, "message": "Data tidak ditemukan"})
    assert (found, findings) == ((), {"lokasi: no place has the configured name": 1})


@VERSIONS
async def test_a_month_that_is_not_published_yet_has_no_days(kind):
    assert (await asked(kind, "month", answer={"status": False, "message": "-"}))[0] == ()


@VERSIONS
async def test_a_day_is_read_by_the_clock_of_the_city(kind):
    days, _, _ = await asked(kind, "month")
    assert days[0] == DayTimes(
        day=date(2026, 5, 1),
        imsak=time(4, 27),
        fajr=time(4, 37),
        sunrise=time(5, 52),
        duha=time(6, 19),
        dhuhr=time(11, 54),
        asr=time(15, 15),
        maghrib=time(17, 51),
        isha=time(19, 1),
    )


@VERSIONS
@pytest.mark.parametrize("other", ["KAB. CONTOH", "KOTA CONTOH SELATAN"])
async def test_the_schedule_of_a_neighbour_is_not_taken_for_the_citys(kind, other):
    answer = recording(kind, "month").exchanges[0].answer
    answer["data"][kind.place_key] = other
    with pytest.raises(AgencyChanged, match="the schedule of another place"):
        await asked(kind, "month", answer=answer)


def _first(rows, **changes):
    row = rows[0] if isinstance(rows, list) else rows["2026-05-01"]
    row.update(changes)
    return rows


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"date": "2026-06-01"}, "row set aside: date: not a day of the month that was asked for"),
        ({"tanggal": "Sabtu, 02/05/2026"}, "row set aside: tanggal: another day than date"),
        ({"subuh": "17:37"}, "row set aside: times that are not in the order of the day"),
        ({"isya": "-"}, "row set aside: isya: not a time of day"),
    ],
    ids=["another month", "named otherwise", "out of order", "no time"],
)
async def test_a_day_that_cannot_be_is_set_aside_and_the_others_stay(changes, finding):
    days, findings, _ = await asked(MyQuranV2, "month", damage=lambda rows: _first(rows, **changes))
    assert [each.day.day for each in days] == [2, 3]
    assert findings == {finding: 1}


async def test_in_v3_a_key_that_is_no_day_is_a_finding():
    days, findings, _ = await asked(MyQuranV3, "month", damage=lambda rows: {**rows, "catatan": "-"})
    assert (len(days), findings) == (1, {"catatan: unexpected key": 1})
