"""The tax office's stand-in: each quirk that a connector has to survive is really there."""

import pytest

from sandbox.tax.parcels import parcels, with_story
from tests.sandbox.conftest import tax_headers

NOT_FOUND = {"code": -1, "message": "Data tidak ditemukan"}
YEARS = range(2017, 2027)
PLACE = "jalan_op blok_kav_no_op rw_op rt_op nm_kelurahan nm_kecamatan nm_dati2 nm_propinsi".split()


async def status_and_payments(caller, story, year=2026):
    key = f"{with_story(story)}{year}"
    bill = (await caller.rpc("get_profile", key))["result"]
    paid = (await caller.rpc("get_trx", key))["result"].get("rows", [])
    parts = [(float(row["jml_sppt_yg_dibayar"]), float(row["denda_sppt"])) for row in paid]
    return bill["status_pembayaran_sppt"], float(bill["pbb_yg_harus_dibayar_sppt"]), parts


def test_two_thousand_impossible_parcels_lie_in_all_kelurahan():
    nops = parcels()
    assert len(nops) == 2_000
    assert {nop[:4] for nop in nops} == {"3675"}
    assert {nop[7:10] for nop in nops} == {"999"}
    assert {nop[4:7] for nop in nops} == {f"{number * 10:03}" for number in range(1, 14)}
    assert len({nop[4:13] for nop in nops}) == 104
    assert len({(parcel.kecamatan, parcel.kelurahan) for parcel in nops.values()}) == 104


async def test_a_parcel_has_ten_years_of_bills_up_to_this_one(caller):
    nop = with_story("paid on time")
    codes = {year: (await caller.rpc("get_profile", f"{nop}{year}"))["result"]["code"] for year in range(2015, 2029)}
    assert [year for year, code in codes.items() if code == 0] == list(YEARS)
    assert {code for year, code in codes.items() if year not in YEARS} == {-1}


async def test_a_profile_is_the_bill_and_ipbb_adds_the_place(caller):
    key = with_story("paid on time") + "2026"
    profile = (await caller.rpc("get_profile", key))["result"]
    whole = (await caller.rpc("get_ipbb", key))["result"]
    assert [name for name in whole if name not in profile] == PLACE
    assert {name: whole[name] for name in profile} == profile
    assert (whole["nm_kecamatan"], whole["nm_kelurahan"]) == ("TANGERANG", "SUKARASA")


async def test_codes_and_whole_numbers_are_text_and_dates_have_a_time(caller):
    bill = (await caller.rpc("get_profile", with_story("paid on time") + "2026"))["result"]
    assert (bill["kd_propinsi"], bill["kd_kecamatan"], bill["thn_pajak_sppt"]) == ("36", "010", "2026")
    assert (bill["luas_bumi_sppt"], bill["faktor_pengurang_sppt"]) == ("401", "0")
    assert bill["njop_sppt"] == 932800000.0
    assert bill["tgl_jatuh_tempo_sppt"] == "2026-09-30T00:00:00"


async def test_the_amount_is_a_float_for_some_parcels_and_text_for_others(caller):
    types = set()
    for nop in list(parcels())[:20]:
        types.add(type((await caller.rpc("get_profile", f"{nop}2026"))["result"]["pbb_yg_harus_dibayar_sppt"]))
    assert types == {float, str}


async def test_nobody_is_named(caller):
    bill = (await caller.rpc("get_profile", with_story("paid on time") + "2026"))["result"]
    assert bill["nm_wp_sppt"] == "WAJIB PAJAK CONTOH 0001"


@pytest.mark.parametrize(
    ("story", "status", "shares"),
    [
        ("paid on time", "1", [1]),
        ("this year unpaid", "0", []),
        ("partly paid", "0", [0.5]),
        ("paid but not confirmed", "0", [1]),
        ("confirmed but not paid", "1", []),
        ("cancelled", "2", []),
        ("replaced", "3", []),
        ("unknown status", "9", []),
        ("reversed", "0", [0]),
    ],
)
async def test_each_story_is_told_by_the_status_and_the_payments(caller, story, status, shares):
    told, amount, parts = await status_and_payments(caller, story)
    assert (told, parts) == (status, [(amount * share, 0.0) for share in shares])


@pytest.mark.parametrize("story", ["this year unpaid", "partly paid", "cancelled", "reversed"])
async def test_a_story_of_this_year_leaves_last_year_paid(caller, story):
    status, amount, parts = await status_and_payments(caller, story, 2025)
    assert (status, parts) == ("1", [(amount, 0.0)])


async def test_what_was_paid_includes_the_penalty(caller):
    status, amount, parts = await status_and_payments(caller, "paid in two parts")
    assert (status, len(parts)) == ("1", 2)
    assert parts[1][1] > 0
    assert sum(paid - penalty for paid, penalty in parts) == amount


async def test_three_years_are_owed_and_the_fourth_is_paid(caller):
    told = [(await status_and_payments(caller, "three years owed", year))[::2] for year in (2026, 2025, 2024)]
    assert told == [("0", [])] * 3
    assert (await status_and_payments(caller, "three years owed", 2023))[0] == "1"


async def test_texts_and_codes_may_be_padded(caller):
    bill = (await caller.rpc("get_ipbb", with_story("padded") + "2026"))["result"]
    assert (bill["status_pembayaran_sppt"], bill["kd_blok"]) == ("1 ", "002  ")
    assert {len(bill[name]) for name in ("nm_wp_sppt", "jln_wp_sppt", "nm_kelurahan", "nm_kecamatan")} == {30}


async def test_ipbb_breaks_where_only_the_bill_exists(caller):
    key = with_story("only the bill exists") + "2026"
    assert (await caller.rpc("get_ipbb", key))["error"]["code"] == -32603
    assert (await caller.rpc("get_profile", key))["result"]["code"] == 0


@pytest.mark.parametrize("method", ["get_profile", "get_ipbb", "get_trx"])
async def test_a_missing_year_is_not_found(caller, method):
    assert (await caller.rpc(method, with_story("one year missing") + "2023"))["result"] == NOT_FOUND
    assert (await caller.rpc(method, with_story("one year missing") + "2022"))["result"]["code"] == 0


@pytest.mark.parametrize("method", ["get_profile", "get_ipbb", "get_trx"])
async def test_an_unknown_parcel_is_not_found(caller, method):
    assert (await caller.rpc(method, "3675010999001999902026"))["result"] == NOT_FOUND


@pytest.mark.parametrize("params", [(), ("36.75-010.999-001.0001-02026",), (3675010999001000102026,), ("1", "2")])
async def test_params_other_than_22_digits_are_invalid(caller, params):
    assert (await caller.rpc("get_ipbb", *params))["result"]["code"] == -2


@pytest.mark.parametrize("wrong", [{"userid": "somebody"}, {"signature": "bm90IGl0"}, {"key": "1"}])
async def test_a_wrong_proof_is_code_minus_ten_inside_an_answer_that_is_ok(caller, wrong):
    answer = await caller.rpc("get_ipbb", with_story("paid on time") + "2026", headers=tax_headers() | wrong)
    assert answer["result"] == {"code": -10, "message": "Login gagal"}


async def test_nothing_checks_how_old_a_signature_is(caller):
    answer = await caller.rpc("get_ipbb", with_story("paid on time") + "2026", headers=tax_headers("1000000000"))
    assert answer["result"]["code"] == 0


@pytest.mark.parametrize("ident", [7, "seven"])
async def test_the_id_comes_back_and_an_unknown_method_is_an_error(caller, ident):
    assert await caller.rpc("get_everything", ident=ident) == {
        "jsonrpc": "2.0",
        "id": ident,
        "error": {"code": -32601, "message": "Method not found"},
    }


async def test_rubbish_is_a_parse_error(caller):
    answer = await caller.post(b"{rubbish")
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)
