"""The stand-in of a hospital with JSON of its own."""

import pytest

from tests.sandbox.conftest import VARIABLES

KEY = {"Apikey": VARIABLES["SANDBOX_RS_CONTOH_GERENDENG_KEY"]}
PATH = "/splp/t/contoh.id/rs-gerendeng/v1/rooms"


async def test_its_rows_are_its_own(caller):
    async with caller.http.get(caller.sandbox.url + PATH, headers=KEY) as answer:
        body = await answer.json()
    rooms = body["data"]["rooms"]
    assert (body["status"], len(rooms)) == ("sukses", 9)
    assert set(rooms[0]) == {"kode", "nama_ruangan", "kelas_rawat", "bed", "waktu", "foto"}
    assert {(type(room["bed"]["total_bed"]), type(room["bed"]["terisi"])) for room in rooms} == {(str, int)}
    assert [n for n, room in enumerate(rooms) if room["bed"]["terisi"] > int(room["bed"]["total_bed"])] == [4]
    assert all(room["waktu"].startswith("04-05-2026 1") for room in rooms)
    assert "Ruang Bersalin" in {room["kelas_rawat"] for room in rooms}


@pytest.mark.parametrize("headers", [{}, {"Apikey": "another"}, {"X-Api-Key": KEY["Apikey"]}])
async def test_without_the_key_it_says_nothing(caller, headers):
    async with caller.http.get(caller.sandbox.url + PATH, headers=headers) as answer:
        assert (answer.status, "data" in await answer.json()) == (401, False)
