"""Hospitals and their beds, asked in GraphQL, with the exact number of calls."""

import asyncio
from datetime import timedelta

from sandbox.beds.hospital_rest import agency as behind_splp
from sandbox.beds.hospitals import hospitals
from sandbox.beds.rs_online import facilities

ALL = "{ hospitals(first: 100) { nodes { code beds { free rooms(first: 100) { totalCount } } } } }"
PAGES = 16
"""Twelve hospitals, two of them with two pages, and one call to each of two that speak otherwise."""
REFERENCE = 1
"""One hospital's rows have no names of classes, so the reference is asked for once."""


async def test_a_cold_query_over_all_makes_one_call_a_page_and_none_twice(hub, sandbox):
    data = await hub.data(ALL)
    assert len(data["hospitals"]["nodes"]) == 14
    codes = [*(each.code for each in hospitals()), *(each.agency for each in facilities().values()), behind_splp()]
    calls = {code: sandbox.control.calls(code) for code in codes}
    rooms = ("bed/read", "Fasyankes", "rooms")
    assert sum(count for of in calls.values() for asked, count in of.items() if asked.startswith(rooms)) == PAGES
    assert sum(count for of in calls.values() for asked, count in of.items() if asked == "ref/kelas") == REFERENCE
    assert all(count == 1 for of in calls.values() for count in of.values())


async def test_a_warm_query_makes_no_call(hub, sandbox):
    first = await hub.data(ALL)
    sandbox.control.reset()
    assert await hub.data(ALL) == first
    assert sandbox.control.all_hits() == 0


async def test_fifty_cold_readers_at_once_make_no_more_calls_than_one(hub, sandbox):
    answers = await asyncio.gather(*(hub.data(ALL) for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    assert sandbox.control.all_hits() == PAGES + REFERENCE


async def test_the_list_alone_asks_no_hospital(hub, sandbox):
    data = await hub.data("{ hospitals { totalCount nodes { name phone address kecamatan { name } } } }")
    assert data["hospitals"]["totalCount"] == 14
    assert data["hospitals"]["nodes"][0] == {
        "name": "RS Contoh Batuceper",
        "phone": "+62215550012",
        "address": "Jl. Contoh No. 12",
        "kecamatan": {"name": "Batuceper"},
    }
    assert sandbox.control.all_hits() == 0


async def test_hospitals_of_a_kecamatan(hub):
    data = await hub.data('{ hospitals(kecamatan: "36.71.06") { nodes { code kelurahan { code name } } } }')
    (only,) = data["hospitals"]["nodes"]
    assert only["code"] == "rs-contoh-ciledug"
    assert only["kelurahan"]["code"] == "36.71.06.1001"


async def test_hospitals_by_a_part_of_their_name(hub):
    data = await hub.data('{ hospitals(name: "CONTOH KOTA") { nodes { code } } }')
    assert data["hospitals"]["nodes"] == [{"code": "rsud-contoh-tangerang"}]


async def test_hospitals_with_at_least_so_many_beds_of_a_class(hub):
    query = """query ($n: Int) { hospitals(bedClass: "ICU", minFree: $n, first: 100) { nodes {
      code beds { classes(first: 100) { nodes { bedClass { code } free } } } } } }"""
    for least in (1, 4):
        data = await hub.data(query, {"n": least})
        assert data["hospitals"]["nodes"]
        for hospital in data["hospitals"]["nodes"]:
            free = {each["bedClass"]["code"]: each["free"] for each in hospital["beds"]["classes"]["nodes"]}
            assert free["ICU"] >= least


async def test_a_filter_by_class_leaves_out_who_does_not_have_it(hub):
    data = await hub.data(
        '{ hospitals(bedClass: "NIC", first: 100) { nodes { code beds { rooms(bedClass: "NIC") { totalCount } } } } }'
    )
    assert all(each["beds"]["rooms"]["totalCount"] for each in data["hospitals"]["nodes"])


async def test_an_unknown_class_is_the_callers_mistake(hub):
    answer = await hub.ask('{ hospitals(bedClass: "SUITE") { totalCount } }', accept_language="en")
    assert answer["data"] == {"hospitals": None}
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == (
        "There is no such bed class. There are: HCU, ICC, ICU, ISO, KL1, KL2, KL3, NIC, NON, PIC, VIP, VVP."
    )


async def test_a_class_that_the_reference_does_not_have_keeps_the_hospitals_own_name(hub):
    data = await hub.data(
        '{ hospital(code: "rs-contoh-cibodas") { beds { rooms(bedClass: "XYZ") { nodes { bedClass { name } } } } } }'
    )
    assert data["hospital"]["beds"]["rooms"]["nodes"] == [{"bedClass": {"name": "KELAS PERCOBAAN"}}]


async def test_rows_without_names_of_classes_have_them_from_the_reference(hub, sandbox):
    data = await hub.data(
        '{ hospital(code: "rs-contoh-larangan") { beds { classes(first: 100) { nodes { bedClass { code name } } } } } }'
    )
    names = {
        each["bedClass"]["code"]: each["bedClass"]["name"] for each in data["hospital"]["beds"]["classes"]["nodes"]
    }
    assert (names["KL1"], names["ICU"]) == ("KELAS I", "ICU")
    assert sandbox.control.all_hits() == 2


async def test_a_hospital_that_hangs_holds_up_no_other(hub, sandbox):
    for each in hospitals():
        if each.code != "rs-contoh-pinang":
            sandbox.control.hold(each.code)
    data = await hub.data('{ hospital(code: "rs-contoh-pinang") { beds { capacity } } }')
    assert data["hospital"]["beds"]["capacity"] > 0
    assert sandbox.control.all_hits() == 1


async def test_less_than_nothing_is_the_callers_mistake(hub, sandbox):
    answer = await hub.ask("{ hospitals(minFree: -1, orderBy: FREE_BEDS) { totalCount } }", accept_language="en")
    assert answer["errors"][0]["message"] == "minFree must not be negative."
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert sandbox.control.all_hits() == 0


async def test_most_free_beds_first(hub):
    data = await hub.data("{ hospitals(orderBy: FREE_BEDS, first: 100) { nodes { code beds { free } } } }")
    free = [each["beds"]["free"] for each in data["hospitals"]["nodes"]]
    assert free[:11] == sorted(free[:11], reverse=True)
    assert free[11:] == [None] * 3


async def test_some_counts_years_old_among_new_ones_are_told_room_by_room(hub):
    data = await hub.data("""{ hospital(code: "rs-contoh-poris") { beds { free stale staleRooms observedAt
      rooms(first: 100) { nodes { free lastFree stale observedAt } } } } }""")
    beds = data["hospital"]["beds"]
    rooms = beds["rooms"]["nodes"]
    old = [room for room in rooms if room["stale"]]
    assert (len(rooms), len(old), beds["stale"], beds["staleRooms"]) == (11, 7, False, 7)
    assert {(room["free"], room["observedAt"]) for room in old} == {(None, "2024-11-03T05:00:00+00:00")}
    assert beds["observedAt"] == "2024-11-03T05:00:00+00:00"
    assert beds["free"] == sum(room["free"] for room in rooms if not room["stale"]) > 0


async def test_a_count_that_is_too_old_is_never_shown_as_free_now(hub):
    data = await hub.data("""{ hospital(code: "rs-contoh-benda") { beds { free capacity staleAfterHours
      stale staleRooms observedAt
      source { state changedAt }
      classes(first: 1) { nodes { free staleRooms rooms } }
      rooms(first: 100) { nodes { free freeForMen freeForWomen freeForEither lastFree stale observedAt } } } } }""")
    beds = data["hospital"]["beds"]
    assert beds["free"] is None
    assert beds["capacity"] > 0
    assert (beds["stale"], beds["staleRooms"], beds["observedAt"]) == (True, 6, "2023-11-19T05:00:00+00:00")
    assert beds["staleAfterHours"] == 12
    assert beds["source"]["state"] == "LIVE"
    assert beds["source"]["changedAt"].startswith("2023-11-19")
    assert beds["classes"]["nodes"][0]["free"] is None
    assert beds["classes"]["nodes"][0]["staleRooms"] == beds["classes"]["nodes"][0]["rooms"]
    for room in beds["rooms"]["nodes"]:
        assert (room["free"], room["freeForMen"], room["freeForWomen"], room["freeForEither"]) == (None,) * 4
        assert room["stale"] is True
        assert room["lastFree"] >= 0


async def test_a_stale_hospital_is_not_among_those_with_a_free_bed(hub):
    data = await hub.data("{ hospitals(minFree: 1, first: 100) { nodes { code } } }")
    codes = {each["code"] for each in data["hospitals"]["nodes"]}
    assert codes.isdisjoint({"rs-contoh-benda", "rs-contoh-larangan", "rs-contoh-jatiuwung"})
    assert len(codes) == 11


async def test_only_rooms_with_a_free_bed(hub):
    data = await hub.data(
        "{ hospitals(first: 100) { nodes { beds { rooms(onlyFree: true, first: 100) { nodes { free } } } } } }"
    )
    rooms = [room for each in data["hospitals"]["nodes"] for room in each["beds"]["rooms"]["nodes"]]
    assert rooms
    assert all(room["free"] > 0 for room in rooms)


async def test_the_bed_classes_are_a_list_of_their_own(hub, sandbox):
    data = await hub.data("{ bedClasses(first: 2) { totalCount nodes { code name } } }")
    assert data["bedClasses"] == {
        "totalCount": 12,
        "nodes": [{"code": "HCU", "name": "HCU"}, {"code": "ICC", "name": "ICCU"}],
    }
    assert sandbox.control.all_hits() == 1


async def test_one_401_does_not_blank_the_city(hub, sandbox):
    sandbox.control.set("rs-contoh-pinang", "rejecting")
    answer = await hub.ask(ALL, accept_language="en")
    nodes = {each["code"]: each["beds"] for each in answer["data"]["hospitals"]["nodes"]}
    assert [code for code, beds in nodes.items() if beds is None] == ["rs-contoh-pinang"]
    (error,) = answer["errors"]
    assert error["message"] == "RS Contoh Pinang refused the hub's request."
    assert error["extensions"] == {"code": "AGENCY_REJECTED", "agency": "rs-contoh-pinang", "retryable": False}
    touched = {each["agency"]: each for each in answer["extensions"]["sources"]}
    assert touched["rs-contoh-pinang"]["state"] == "UNAVAILABLE"
    assert touched["rs-contoh-pinang"]["problem"] == "AGENCY_REJECTED"


async def test_who_could_not_be_asked_for_a_filter_is_named(hub, sandbox):
    sandbox.control.set("rs-contoh-ciledug", "down")
    answer = await hub.ask(
        "{ hospitals(minFree: 1, first: 100) { totalCount unavailable { agency name state problem } } }"
    )
    assert "errors" not in answer
    assert answer["data"]["hospitals"] == {
        "totalCount": 10,
        "unavailable": [
            {"agency": "rs-contoh-ciledug", "name": "RS Contoh Ciledug", "state": None, "problem": "AGENCY_UNAVAILABLE"}
        ],
    }


async def test_a_dead_hospital_is_served_from_before_and_marked_stale(hub, sandbox, clock):
    query = '{ hospital(code: "rs-contoh-pinang") { beds { free source { state problem ageSeconds } } } }'
    before = await hub.data(query)
    sandbox.control.set("rs-contoh-pinang", "down")
    clock.advance(timedelta(minutes=20))
    after = await hub.data(query)
    assert after["hospital"]["beds"]["source"] == {
        "state": "STALE",
        "problem": "AGENCY_UNAVAILABLE",
        "ageSeconds": 1200,
    }
    assert after["hospital"]["beds"]["free"] == before["hospital"]["beds"]["free"]
    clock.advance(timedelta(minutes=11))
    answer = await hub.ask(query)
    assert answer["data"]["hospital"]["beds"] is None
    assert answer["errors"][0]["extensions"]["code"] == "AGENCY_UNAVAILABLE"


async def test_a_stale_answer_is_not_served_for_ever(hub, sandbox, clock):
    query = '{ hospital(code: "rs-contoh-pinang") { beds { free } } }'
    await hub.data(query)
    sandbox.control.set("rs-contoh-pinang", "down")
    clock.advance(timedelta(hours=13))
    answer = await hub.ask(query)
    assert answer["data"] == {"hospital": {"beds": None}}
    assert answer["errors"][0]["extensions"] == {
        "code": "AGENCY_UNAVAILABLE",
        "agency": "rs-contoh-pinang",
        "retryable": True,
    }


async def test_a_change_of_an_agency_is_told_as_such(hub, sandbox):
    sandbox.control.set("rs-contoh-pinang", "changed")
    answer = await hub.ask('{ hospital(code: "rs-contoh-pinang") { name beds { free } } }', accept_language="en")
    assert answer["data"] == {"hospital": {"name": "RS Contoh Pinang", "beds": None}}
    assert answer["errors"][0]["extensions"]["code"] == "AGENCY_CHANGED"
    assert answer["errors"][0]["message"] == "The answer of RS Contoh Pinang cannot be read."


async def test_an_unknown_hospital_is_null_without_an_error(hub, sandbox):
    assert await hub.data('{ hospital(code: "rs-lain") { name } }') == {"hospital": None}
    assert await hub.data('{ hospital(code: "bapenda") { name } }') == {"hospital": None}
    assert sandbox.control.all_hits() == 0


async def test_pages_follow_each_other_to_the_end(hub):
    query = """query ($after: String) { hospitals(first: 5, after: $after) { nodes { name }
      pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    names, after, pages = [], None, []
    while True:
        found = (await hub.data(query, {"after": after}))["hospitals"]
        names += [each["name"] for each in found["nodes"]]
        pages.append((found["pageInfo"]["hasPreviousPage"], found["pageInfo"]["hasNextPage"]))
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert names == sorted([*(each.name for each in hospitals()), "RS Contoh Gerendeng", "RS Contoh Poris"])
    assert pages == [(False, True), (True, True), (True, False)]
