"""RS Online's stand-in: each quirk that a connector has to survive is really there."""

import json

import pytest

from sandbox.beds.rs_online import TYPES, facilities
from tests.sandbox.conftest import STAMP, VARIABLES

PORIS = {
    "X-rs-id": "9971013",
    "X-pass": VARIABLES["SANDBOX_RS_CONTOH_PORIS_PASSWORD"],
    "X-Timestamp": STAMP,
}
RSUD = PORIS | {"X-rs-id": "9971001", "X-pass": VARIABLES["SANDBOX_RSUD_CONTOH_TANGERANG_SIRANAP_PASSWORD"]}


@pytest.fixture
def ask(caller):
    async def asked(what="Fasyankes", headers=PORIS):
        async with caller.http.get(f"{caller.sandbox.url}/rs-online/fo/index.php/{what}", headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "application/json")
            return await answer.text()

    return asked


@pytest.fixture
def rows(ask):
    async def of(headers=PORIS):
        return json.loads(await ask(headers=headers))["fasyankes"]

    return of


async def test_every_number_is_a_text_and_slashes_are_escaped(ask, rows):
    assert {type(value) for row in await rows() for value in row.values()} == {str, type(None)}
    text = await ask()
    assert "Anggrek\\/Bougenville" in text
    assert "k/B" not in text


async def test_one_address_gives_each_hospital_its_own(rows, caller):
    poris, rsud = await rows(), await rows(RSUD)
    assert [row["id_t_tt"] for row in poris] != [row["id_t_tt"] for row in rsud]
    assert [row["id_tt"] for row in poris] == [row["id_tt"] for row in rsud] == list(TYPES)
    assert {each.agency: caller.sandbox.control.hits(each.agency) for each in facilities().values()} == {
        "rsud-contoh-tangerang-siranap": 1,
        "rs-contoh-poris": 1,
    }


async def test_half_of_one_hospital_is_years_old_in_jakartas_time_and_does_not_say_so(rows):
    updated = [row["tglupdate"] for row in await rows()]
    assert set(updated[6:]) == {"2024-04-14 13:00:00"}
    assert "2026-05-04 11:30:00" <= min(updated[:6]) <= max(updated[:6]) <= "2026-05-04 12:57:00"


async def test_one_row_has_more_free_beds_than_beds_one_fewer_than_none_and_one_no_name(rows):
    found = await rows()
    assert [n for n, row in enumerate(found) if int(row["kosong"]) > int(row["jumlah"])] == [1]
    assert [n for n, row in enumerate(found) if int(row["kosong"]) < 0] == [3]
    assert [n for n, row in enumerate(found) if row["ruang"] is None] == [4]
    assert {row["prepare_plan"] for row in found} == {None}


async def test_codes_keep_their_zeros(rows):
    assert [row["kode_siranap"] for row in await rows()][:2] == ["0001", "0002"]


async def test_the_reference_lacks_a_number_and_names_what_bpjs_has_not(ask):
    listed = json.loads(await ask("Referensi/tempat_tidur"))["tempat_tidur"]
    assert "9" not in {each["kode_tt"] for each in listed}
    assert {"kode_tt": "14", "nama_tt": "Perinatologi"} in listed


@pytest.mark.parametrize(
    "wrong", [{"X-pass": "x"}, {"X-rs-id": "9971002"}, {"X-rs-id": "9971001"}, {"X-Timestamp": "now"}]
)
async def test_a_refusal_is_200_and_stands_where_rows_stand(ask, wrong):
    (only,) = json.loads(await ask(headers=PORIS | wrong))["fasyankes"]
    assert only == {"status": "401", "message": "Anda tidak memiliki akses"}
