"""The hospitals' stand-in: each quirk that a connector has to survive is really there."""

from collections import Counter

import pytest

from sandbox.beds.hospitals import hospitals
from tests.sandbox.conftest import NOW, hospital_headers

COUNTS = ("kapasitas", "tersedia", "tersediapria", "tersediawanita", "tersediapriawanita")
NOT_FOUND = {"metadata": {"code": 0, "message": "Data tidak ditemukan"}, "response": None}
TOTALS = {
    "rsud-contoh-tangerang": 20,
    "rs-contoh-cipondoh": 14,
    "rs-contoh-ciledug": 141,
    "rs-contoh-karawaci": 12,
    "rs-contoh-pinang": 11,
    "rs-contoh-larangan": 9,
    "rs-contoh-benda": 6,
    "rs-contoh-periuk": 8,
    "rs-contoh-cibodas": 10,
    "rs-contoh-neglasari": 100,
    "rs-contoh-batuceper": 7,
}


def key(row):
    return row["kodekelas"], row["koderuang"]


def counts(row):
    lowered = {name.lower(): value for name, value in row.items()}
    return tuple(int(lowered[name]) for name in COUNTS)


def test_there_are_twelve_hospitals_each_with_its_own_provider_code_and_kecamatan():
    assert len(hospitals()) == 12
    assert len({hospital.ppk for hospital in hospitals()}) == 12
    assert len({hospital.kelurahan[:8] for hospital in hospitals()}) == 12


async def test_every_hospital_but_the_empty_one_sends_all_its_rows(caller):
    assert {code: len(await caller.rows(code)) for code in TOTALS} == TOTALS
    assert {hospital.code for hospital in hospitals()} - TOTALS.keys() == {"rs-contoh-jatiuwung"}


async def test_a_hospital_without_rooms_says_not_found(caller):
    assert await caller.beds("rs-contoh-jatiuwung") == NOT_FOUND


async def test_the_class_reference_names_the_twelve_classes(caller):
    code = "rs-contoh-pinang"
    url = f"{caller.sandbox.url}/{code}/aplicaresws/rest/ref/kelas"
    async with caller.http.get(url, headers=hospital_headers(code)) as answer:
        body = await answer.json()
    assert body["metadata"]["code"] == 1
    assert [row["kodekelas"] for row in body["response"]["list"]] == (
        "NON VVP VIP KL1 KL2 KL3 ICU ICC NIC PIC HCU ISO".split()
    )


async def test_success_is_the_number_one_for_some_and_the_text_one_for_others(caller):
    codes = {code: (await caller.beds(code))["metadata"]["code"] for code in TOTALS}
    as_text = {"rs-contoh-cipondoh", "rs-contoh-batuceper"}
    assert codes == {code: "1" if code in as_text else 1 for code in TOTALS}
    assert Counter(type(code) for code in codes.values()) == {int: 9, str: 2}


async def test_a_row_comes_again_on_the_next_page(caller):
    first = (await caller.beds("rs-contoh-ciledug", 1, 100))["response"]["list"]
    second = (await caller.beds("rs-contoh-ciledug", 101, 100))["response"]["list"]
    assert (len(first), len(second)) == (100, 41)
    assert first[-1] | {"rownumber": 101} == second[0]
    assert len({key(row) for row in first + second}) == 140


async def test_the_total_counts_the_repeated_row_too(caller):
    assert (await caller.beds("rs-contoh-ciledug", 101, 100))["metadata"]["totalitems"] == 141


async def test_rows_are_numbered_from_one_through_all_pages(caller):
    second = (await caller.beds("rs-contoh-ciledug", 101, 100))["response"]["list"]
    assert [row["rownumber"] for row in second] == list(range(101, 142))


async def test_past_the_last_page_there_is_nothing_to_find(caller):
    assert await caller.beds("rs-contoh-ciledug", 142, 100) == NOT_FOUND


async def test_without_a_total_a_full_page_does_not_say_that_it_is_the_last(caller):
    page = await caller.beds("rs-contoh-neglasari", 1, 100)
    assert page["metadata"] == {"code": 1, "message": "OK"}
    assert len(page["response"]["list"]) == 100
    assert (await caller.beds("rs-contoh-neglasari", 101, 100))["response"] == {"list": []}


@pytest.mark.parametrize("code", TOTALS)
async def test_every_third_row_from_the_second_on_writes_its_counts_as_text(caller, code):
    rows = (await caller.beds(code, 1, 3))["response"]["list"]
    assert [{type(row[name]) for name in row if name.lower() in COUNTS} for row in rows] == [{int}, {str}, {int}]


async def test_one_count_is_negative_and_one_room_has_more_free_beds_than_beds(caller):
    rows = [counts(row) for row in await caller.rows("rs-contoh-karawaci")]
    assert [number for number, row in enumerate(rows, 1) if min(row) < 0] == [4]
    assert [number for number, row in enumerate(rows, 1) if row[1] > row[0]] == [8]
    assert rows[3][1] == -2
    assert rows[7] == (4, 9, 9, 0, 0)


async def test_one_total_is_not_the_sum_of_its_parts(caller):
    rows = [counts(row) for row in await caller.rows("rs-contoh-pinang")]
    assert [number for number, row in enumerate(rows, 1) if row[1] != sum(row[2:])] == [1]
    assert rows[0] == (12, 4, 1, 1, 1)


async def test_a_room_stands_once_in_each_of_its_classes(caller):
    rows = await caller.rows("rs-contoh-cipondoh")
    assert len({key(row) for row in rows}) == 14
    assert set(Counter(row["koderuang"] for row in rows).values()) == {2}


async def test_one_key_is_spelt_with_a_capital(caller):
    for code in TOTALS:
        spelt = {name for row in await caller.rows(code) for name in row if name.lower() == "tersediawanita"}
        assert spelt == {"Tersediawanita" if code == "rs-contoh-periuk" else "tersediawanita"}


async def test_one_class_is_not_in_the_reference(caller):
    rows = await caller.rows("rs-contoh-cibodas")
    assert [number for number, row in enumerate(rows, 1) if row["kodekelas"] == "XYZ"] == [3]


@pytest.mark.parametrize(
    ("code", "updated"), [("rs-contoh-larangan", "2025-12-05 13:00:00"), ("rs-contoh-benda", "2023-04-30 13:00:00")]
)
async def test_some_rows_are_months_and_some_are_years_old(caller, code, updated):
    assert {row["lastupdate"] for row in await caller.rows(code)} == {updated}


async def test_fresh_rows_are_minutes_old_in_the_citys_time_and_do_not_say_so(caller):
    updated = {row["lastupdate"] for row in await caller.rows("rsud-contoh-tangerang")}
    assert "2026-05-04 11:30:00" <= min(updated) <= max(updated) <= "2026-05-04 12:57:00"


async def test_another_hospitals_provider_code_finds_nothing(caller):
    url = f"{caller.sandbox.url}/rs-contoh-benda/aplicaresws/rest/bed/read/9901R001/1/100"
    async with caller.http.get(url, headers=hospital_headers("rs-contoh-benda")) as answer:
        assert await answer.json() == NOT_FOUND


@pytest.mark.parametrize(
    "wrong",
    [
        {"X-cons-id": "somebody"},
        {"X-signature": "bm90IGl0"},
        {"X-timestamp": "yesterday"},
        {"user_key": "another"},
        {"user_key": ""},
    ],
)
async def test_a_wrong_proof_is_refused(caller, wrong):
    code = "rs-contoh-benda"
    async with caller.http.get(caller.beds_url(code), headers=hospital_headers(code) | wrong) as answer:
        assert answer.status == 401


async def test_another_hospitals_account_is_refused(caller):
    async with caller.http.get(
        caller.beds_url("rs-contoh-benda"), headers=hospital_headers("rs-contoh-pinang")
    ) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(("off", "status"), [(300, 200), (-300, 200), (301, 401), (-301, 401)])
async def test_a_clock_may_be_five_minutes_off(caller, off, status):
    code = "rs-contoh-benda"
    stamp = str(int(NOW.timestamp()) + off)
    async with caller.http.get(caller.beds_url(code), headers=hospital_headers(code, stamp)) as answer:
        assert answer.status == status
