"""Prayer times as iCalendar: the same as in the graph, and there when nobody answers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tests.clock import FakeClock
from tests.conftest import configuration_for, listening

WIB = ZoneInfo("Asia/Jakarta")
PUBLISHERS = ("myquran-v3", "myquran-v2")


async def events_of(hub, params=None, language="id"):
    """The entries of a calendar: code, title, and when it is by the clock of the city; and the headers."""
    url = f"{hub.url}/calendar/prayer-times.ics"
    async with hub.session.get(url, params=params, headers={"Accept-Language": language}) as response:
        assert response.status == 200, await response.text()
        whole = icalendar.Calendar.from_ical(await response.read())
        assert whole.errors == []
        events = whole.walk("VEVENT")
        return (
            [
                (str(each["UID"]), str(each["SUMMARY"]), f"{each['DTSTART'].dt.astimezone(WIB):%Y-%m-%d %H:%M}")
                for each in events
            ],
            response.headers,
            whole,
        )


async def test_a_month_has_five_prayers_a_day_by_the_clock_of_the_graph_for_one_call(hub, sandbox):
    query = "{ monthlyPrayerTimes(year: 2026, month: 11, first: 31) { ics nodes { day fajr dhuhr asr maghrib isha } } }"
    month = (await hub.data(query))["monthlyPrayerTimes"]
    sandbox.control.reset()
    params = dict(each.split("=") for each in month["ics"].partition("?")[2].split("&"))
    events, headers, whole = await events_of(hub, params)
    titles = {"fajr": "Subuh", "dhuhr": "Zuhur", "asr": "Asar", "maghrib": "Magrib", "isha": "Isya"}
    assert events == [
        (f"{day['day']}/{name.upper()}", title, f"{day['day']} {day[name][:5]}")
        for day in month["nodes"]
        for name, title in titles.items()
    ]
    assert len(events) == 150
    assert sandbox.control.all_hits() == 0
    assert str(whole["NAME"]) == "Jadwal salat Kota Tangerang"
    assert "Simpul-Unavailable" not in headers


async def test_without_days_it_is_the_coming_month_in_the_language_of_who_asks(hub):
    events, _, whole = await events_of(hub, language="en")
    assert (len(events), events[0], events[-1]) == (
        155,
        ("2026-11-23/FAJR", "Fajr", "2026-11-23 04:06"),
        ("2026-12-23/ISHA", "Isha", "2026-12-23 19:26"),
    )
    assert str(whole["NAME"]) == "Prayer times Kota Tangerang"


async def test_in_ramadan_imsak_comes_first_each_day(sandbox, tmp_path):
    before = FakeClock(datetime(2026, 2, 1, 5, tzinfo=UTC))
    async with listening(configuration_for(sandbox, tmp_path), before) as hub:
        events, _, whole = await events_of(hub, {"since": "2026-02-18", "until": "2026-02-19"})
    assert [code for code, _, _ in events] == [
        *(f"2026-02-18/{name}" for name in ("FAJR", "DHUHR", "ASR", "MAGHRIB", "ISHA")),
        *(f"2026-02-19/{name}" for name in ("IMSAK", "FAJR", "DHUHR", "ASR", "MAGHRIB", "ISHA")),
    ]
    assert events[5] == ("2026-02-19/IMSAK", "Imsak", "2026-02-19 04:32")
    assert str(whole.walk("VEVENT")[5]["DESCRIPTION"]) == "Hari ke-1 Ramadan 1447 H"


async def test_a_kelurahan_has_a_calendar_of_its_own(hub):
    day = {"since": "2026-11-23", "until": "2026-11-23", "kelurahan": "36.71.04.1003"}
    events, _, whole = await events_of(hub, day)
    assert events[0][0] == "2026-11-23/36.71.04.1003/FAJR"
    assert str(whole.walk("VEVENT")[0]["LOCATION"]) == "Benda"


async def test_it_is_there_when_no_publisher_answers_and_says_so(hub, sandbox):
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    events, headers, whole = await events_of(hub)
    assert len(events) == 155
    assert headers["Simpul-Unavailable"] == "myquran-v3"
    assert "Hisab Kota Contoh" in str(whole["DESCRIPTION"])


async def test_who_has_it_already_is_told_so(hub, clock):
    _, headers, _ = await events_of(hub)
    clock.advance(timedelta(minutes=20))
    url = f"{hub.url}/calendar/prayer-times.ics"
    async with hub.session.get(url, headers={"If-None-Match": headers["ETag"], "Accept-Language": "id"}) as response:
        assert response.status == 304


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"since": "2026-11-23", "until": "2026-11-22"}, "BAD_USER_INPUT"),
        ({"since": "2026-11-23", "until": "2027-01-25"}, "BAD_USER_INPUT"),
        ({"kelurahan": "36.71.99.1001"}, "BAD_USER_INPUT"),
        ({"kelurahan": "3671041003"}, "BAD_REQUEST"),
        ({"since": "soon"}, "BAD_REQUEST"),
        ({"month": "11"}, "BAD_REQUEST"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_a_code(hub, params, code):
    async with hub.session.get(f"{hub.url}/calendar/prayer-times.ics", params=params) as response:
        assert (response.status, (await response.json())["code"]) == (400, code)
