"""Prayer times in the graph: the published schedule wins, and nothing keeps them away."""

from datetime import UTC, datetime, timedelta

from connectors.worship.records import NAMES
from tests.clock import FakeClock
from tests.conftest import configuration_for, listening

CLOCK = " ".join(NAMES)
DAY = f"{{ prayerTimes {{ code day {CLOCK} basis check difference source {{ agency }} publisher {{ agency problem }} }} }}"
TODAY = {
    "imsak": "03:56:00",
    "fajr": "04:06:00",
    "sunrise": "05:24:00",
    "duha": "05:52:00",
    "dhuhr": "11:42:00",
    "asr": "15:06:00",
    "maghrib": "17:56:00",
    "isha": "19:10:00",
}
PUBLISHERS = ("myquran-v3", "myquran-v2")


async def test_today_is_published_and_computed_and_both_agree_for_two_calls(hub, sandbox):
    found = (await hub.data(DAY))["prayerTimes"]
    assert found == {
        "code": "2026-11-23",
        "day": "2026-11-23",
        **TODAY,
        "basis": "PUBLISHED",
        "check": "AGREES",
        "difference": 0,
        "source": {"agency": "myquran-v3"},
        "publisher": {"agency": "myquran-v3", "problem": None},
    }
    assert sandbox.control.calls("myquran-v3") == {"places": 1, "month 2026-11": 1}
    assert sandbox.control.hits("myquran-v2") == 0


async def test_further_days_of_the_month_cost_no_call_and_another_month_one(hub, sandbox):
    await hub.data(DAY)
    sandbox.control.reset()
    await hub.data('{ prayerTimes(day: "2026-11-01") { fajr } }')
    assert sandbox.control.all_hits() == 0
    await hub.data('{ prayerTimes(day: "2026-12-01") { fajr } }')
    assert sandbox.control.calls("myquran-v3") == {"month 2026-12": 1}


async def test_many_fields_of_one_operation_share_their_questions(hub, sandbox):
    await hub.data(
        '{ a: prayerTimes { fajr } b: prayerTimes(kelurahan: "36.71.04.1003") { fajr } nextPrayer { beginsAt }'
        " monthlyPrayerTimes { totalCount } }"
    )
    assert sandbox.control.calls("myquran-v3") == {"places": 1, "month 2026-11": 1}


async def test_where_the_schedule_and_the_computation_differ_the_schedule_wins(sandbox, clock, tmp_path):
    later = ("changed_on = 2026-11-01", "changed_on = 2026-11-01\nmethod = { ihtiyat = { dhuhr = 5 } }")
    async with listening(configuration_for(sandbox, tmp_path, later), clock) as hub:
        found = (await hub.data(DAY))["prayerTimes"]
    assert (found["dhuhr"], found["basis"], found["check"], found["difference"]) == (
        "11:42:00",
        "PUBLISHED",
        "DIFFERS",
        3,
    )


async def test_a_schedule_that_cannot_be_this_citys_is_not_believed(sandbox, clock, tmp_path):
    far = ("latitude = -6.169758\nlongitude = 106.638886", "latitude = -2.544719\nlongitude = 140.699122")
    async with listening(configuration_for(sandbox, tmp_path, far), clock) as hub:
        found = (await hub.data(DAY))["prayerTimes"]
    assert (found["basis"], found["check"], found["difference"]) == ("COMPUTED", "IMPLAUSIBLE", 143)
    assert found["source"]["agency"] == "hisab"


PROBLEMS = {
    "down": "AGENCY_UNAVAILABLE",
    "rejecting": "AGENCY_REJECTED",
    "html": "AGENCY_CHANGED",
    "truncated": "AGENCY_CHANGED",
    "changed": "AGENCY_CHANGED",
    "throttling": "AGENCY_THROTTLED",
}


async def test_where_the_first_publisher_fails_the_next_one_is_asked(hub, sandbox):
    for mode in PROBLEMS:
        sandbox.control.set("myquran-v3", mode)
        found = (await hub.data(DAY))["prayerTimes"]
        assert {name: found[name] for name in NAMES} == TODAY, mode
        assert (found["basis"], found["source"]["agency"]) == ("PUBLISHED", "myquran-v2"), mode
    assert sandbox.control.calls("myquran-v2") == {"places": 1, "month 2026-11": 1}


async def test_prayer_times_never_fail_whatever_the_publishers_do(hub, sandbox):
    for mode, problem in PROBLEMS.items():
        sandbox.control.reset()
        await hub.probed()
        for agency in PUBLISHERS:
            sandbox.control.set(agency, mode)
        found = (await hub.data(DAY))["prayerTimes"]
        assert {name: found[name] for name in NAMES} == TODAY, mode
        assert (found["basis"], found["check"], found["difference"]) == ("COMPUTED", "UNCHECKED", None), mode
        assert (found["source"], found["publisher"]) == (
            {"agency": "hisab"},
            {"agency": "myquran-v3", "problem": problem},
        )


async def test_what_is_computed_is_live_now_and_as_old_as_its_configuration(hub, sandbox, clock):
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    query = "{ prayerTimes { source { state fetchedAt changedAt ageSeconds problem } } }"
    for _ in range(2):
        clock.advance(timedelta(hours=1))
        source = (await hub.data(query))["prayerTimes"]["source"]
        assert source == {
            "state": "LIVE",
            "fetchedAt": clock.now().isoformat(),
            "changedAt": "2026-10-31T17:00:00+00:00",
            "ageSeconds": 0,
            "problem": None,
        }


async def test_a_schedule_that_was_had_before_is_still_given_when_its_publisher_is_down(hub, sandbox, clock):
    await hub.data(DAY)
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    clock.advance(timedelta(days=3))
    query = '{ prayerTimes(day: "2026-11-23") { basis fajr source { agency state } } }'
    found = (await hub.data(query))["prayerTimes"]
    assert found == {"basis": "PUBLISHED", "fajr": "04:06:00", "source": {"agency": "myquran-v3", "state": "STALE"}}


async def test_a_month_that_nobody_has_published_is_computed(hub, sandbox):
    query = '{ prayerTimes(day: "2031-05-09") { fajr basis check publisher { agency } } }'
    found = (await hub.data(query))["prayerTimes"]
    assert found == {
        "fajr": "04:36:00",
        "basis": "COMPUTED",
        "check": "UNPUBLISHED",
        "publisher": {"agency": "myquran-v2"},
    }
    assert sandbox.control.calls("myquran-v2") == {"places": 1, "month 2031-05": 1}


async def test_any_day_that_can_be_asked_for_has_its_times(hub):
    for day in ("1500-01-01", "1899-12-31", "2024-02-29", "2499-12-31"):
        found = (await hub.data(f'{{ prayerTimes(day: "{day}") {{ {CLOCK} }} }}'))["prayerTimes"]
        clock = [found[name] for name in NAMES]
        assert clock == sorted(clock), day


async def test_publishers_are_not_asked_for_years_far_away(hub, sandbox):
    for day in ("1500-01-01", "2020-12-31", "2032-01-01", "2499-12-31"):
        found = await hub.data(f'{{ prayerTimes(day: "{day}") {{ basis check publisher {{ agency }} }} }}')
        assert found["prayerTimes"] == {"basis": "COMPUTED", "check": "UNCHECKED", "publisher": None}, day
    assert sandbox.control.all_hits() == 0


async def test_a_publisher_that_does_not_know_the_city_is_no_publisher_of_its_neighbour(sandbox, clock, tmp_path):
    wrong = ('place = "KOTA TANGERANG"', 'place = "KOTA TANGGERANG"')
    async with listening(configuration_for(sandbox, tmp_path, wrong), clock) as hub:
        found = (await hub.data(DAY))["prayerTimes"]
    assert (found["basis"], found["check"], found["publisher"]["agency"]) == ("COMPUTED", "UNPUBLISHED", "myquran-v3")
    assert {name: found[name] for name in NAMES} == TODAY
    assert [sandbox.control.calls(agency) for agency in PUBLISHERS] == [{"places": 1}, {"places": 1}]


async def test_a_kelurahan_has_the_schedule_of_the_city_compared_with_what_is_computed_at_its_centre(hub):
    query = '{ prayerTimes(kelurahan: "36.71.06.1005") { code fajr difference kelurahan { code name } } }'
    found = (await hub.data(query))["prayerTimes"]
    assert found == {
        "code": "2026-11-23/36.71.06.1005",
        "fajr": "04:06:00",
        "difference": 1,
        "kelurahan": {"code": "36.71.06.1005", "name": "Parung Serab"},
    }


async def test_without_a_schedule_a_kelurahan_is_computed_at_its_centre(hub, sandbox):
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    query = '{ west: prayerTimes(kelurahan: "36.71.02.1002") { dhuhr } east: prayerTimes(kelurahan: "36.71.13.1001") { dhuhr } }'
    found = await hub.data(query)
    assert (found["west"]["dhuhr"], found["east"]["dhuhr"]) == ("11:43:00", "11:42:00")


async def test_what_is_no_kelurahan_of_the_city_is_refused(hub):
    for code in ("36.71.01", "36.71.99.1001", "36.03.01.1001"):
        answer = await hub.ask(f'{{ prayerTimes(kelurahan: "{code}") {{ fajr }} }}')
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"], code


async def test_the_day_is_the_citys_and_not_that_of_utc(sandbox, tmp_path):
    late = FakeClock(datetime(2026, 11, 23, 17, 30, tzinfo=UTC))  # half past midnight, on the 24th
    async with listening(configuration_for(sandbox, tmp_path), late) as hub:
        found = await hub.data("{ prayerTimes { day } nextPrayer { code minutesUntil } }")
    assert found["prayerTimes"]["day"] == "2026-11-24"
    assert found["nextPrayer"] == {"code": "2026-11-24/FAJR", "minutesUntil": 216}


async def test_the_next_prayer_is_the_first_that_has_not_begun(sandbox, tmp_path):
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    clock = FakeClock(midnight)
    async with listening(configuration_for(sandbox, tmp_path), clock) as hub:
        for hour, minute, code, minutes in (
            (4, 5, "2026-11-23/FAJR", 1),
            (4, 6, "2026-11-23/DHUHR", 456),
            (12, 0, "2026-11-23/ASR", 186),
            (17, 55, "2026-11-23/MAGHRIB", 1),
            (19, 10, "2026-11-24/FAJR", 536),
            (23, 59, "2026-11-24/FAJR", 247),
        ):
            clock.advance(midnight + timedelta(hours=hour, minutes=minute) - clock.now())
            found = (await hub.data("{ nextPrayer { code minutesUntil imsakAt } }"))["nextPrayer"]
            assert found == {"code": code, "minutesUntil": minutes, "imsakAt": None}


async def test_in_ramadan_imsak_is_told_and_by_which_decree_it_is_known(sandbox, tmp_path):
    ninth = FakeClock(datetime(2026, 2, 27, 5, tzinfo=UTC))
    query = "{ prayerTimes { imsak ramadan { state dayNumber hijriYear decree } } nextPrayer { name imsakAt } }"
    async with listening(configuration_for(sandbox, tmp_path), ninth) as hub:
        found = await hub.data(query)
    assert found == {
        "prayerTimes": {
            "imsak": "04:33:00",
            "ramadan": {
                "state": "RAMADAN",
                "dayNumber": 9,
                "hijriYear": 1447,
                "decree": "Sidang isbat Kementerian Agama, 17 Februari 2026",
            },
        },
        "nextPrayer": {"name": "DHUHR", "imsakAt": "2026-02-27T04:33:00+07:00"},
    }


async def test_a_ramadan_that_is_not_announced_is_not_guessed(hub):
    for day, state in (("2026-03-21", "OTHER"), ("2027-02-02", "OTHER"), ("2027-02-10", "UNKNOWN")):
        found = await hub.data(f'{{ prayerTimes(day: "{day}") {{ ramadan {{ state dayNumber }} }} }}')
        assert found["prayerTimes"]["ramadan"] == {"state": state, "dayNumber": None}, day


async def test_a_month_has_all_of_its_days_page_by_page_and_its_calendar(hub):
    query = """query ($after: String) { monthlyPrayerTimes(year: 2026, month: 2, first: 20, after: $after) {
        totalCount ics unavailable { agency } pageInfo { hasNextPage endCursor } nodes { day fajr } } }"""
    one = (await hub.data(query))["monthlyPrayerTimes"]
    two = (await hub.data(query, {"after": one["pageInfo"]["endCursor"]}))["monthlyPrayerTimes"]
    days = [each["day"] for each in one["nodes"] + two["nodes"]]
    assert days == [f"2026-02-{number:02}" for number in range(1, 29)]
    assert (one["totalCount"], one["unavailable"], two["pageInfo"]["hasNextPage"]) == (28, [], False)
    assert one["ics"] == "/calendar/prayer-times.ics?since=2026-02-01&until=2026-02-28"


async def test_a_month_names_the_publishers_that_do_not_answer(hub, sandbox):
    for agency in PUBLISHERS:
        sandbox.control.set(agency, "down")
    query = "{ monthlyPrayerTimes(first: 1) { totalCount unavailable { agency problem } } }"
    assert (await hub.data(query))["monthlyPrayerTimes"] == {
        "totalCount": 30,
        "unavailable": [{"agency": agency, "problem": "AGENCY_UNAVAILABLE"} for agency in PUBLISHERS],
    }


async def test_a_month_that_there_is_not_is_refused(hub):
    for arguments in ("month: 0", "month: 13", "year: 1499", "year: 2500", "year: -1", "first: 101"):
        answer = await hub.ask(f"{{ monthlyPrayerTimes({arguments}) {{ totalCount }} }}")
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"], arguments


async def test_a_day_and_a_prayer_are_found_again_by_their_ids(hub):
    found = await hub.data('{ nextPrayer(kelurahan: "36.71.04.1003") { id code times { id code } } }')
    prayer = found["nextPrayer"]
    query = "query ($id: ID!) { node(id: $id) { __typename ... on Prayer { code } ... on PrayerTimes { code } } }"
    assert (await hub.data(query, {"id": prayer["id"]}))["node"] == {"__typename": "Prayer", "code": prayer["code"]}
    assert (await hub.data(query, {"id": prayer["times"]["id"]}))["node"] == {
        "__typename": "PrayerTimes",
        "code": "2026-11-23/36.71.04.1003",
    }


async def test_a_city_that_computes_nothing_has_what_is_published_and_says_that_nobody_has_compared_it(
    sandbox, clock, tmp_path
):
    configuration = configuration_for(sandbox, tmp_path)
    without = configuration._replace(
        agencies=tuple(each for each in configuration.agencies if each.agency.code != "hisab")
    )
    async with listening(without, clock) as hub:
        found = (await hub.data("{ prayerTimes { fajr basis check ramadan { state } } }"))["prayerTimes"]
    assert found == {"fajr": "04:06:00", "basis": "PUBLISHED", "check": "UNCHECKED", "ramadan": {"state": "UNKNOWN"}}


async def test_a_city_that_has_connected_nobody_says_so(sandbox, clock, tmp_path):
    configuration = configuration_for(sandbox, tmp_path)
    without = configuration._replace(
        agencies=tuple(each for each in configuration.agencies if each.agency.domain != "worship")
    )
    async with listening(without, clock) as hub:
        answer = await hub.ask("{ prayerTimes { fajr } mosques { totalCount } zakatRules { totalCount } }")
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["NOT_CONFIGURED"] * 3
