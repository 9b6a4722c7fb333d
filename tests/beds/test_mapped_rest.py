"""A hospital's own JSON, mapped: the conformance suite, what a mapping can say, and what stops the start."""

from datetime import UTC, datetime

import pytest
from aiohttp import web

from connectors.beds.mapped_rest import MappedRest
from connectors.beds.records import Beds, Room
from connectors.kit.errors import AgencyChanged, AgencyRejected
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import connect_agencies, read_configuration
from engine.configuration.problems import ConfigurationError
from sandbox.registry import environment
from tests.clock import NOON
from tests.conformance import conformance
from tests.conftest import ROOT
from tests.playback import connect, playing, recording

TestConformance = conformance(MappedRest)


async def rooms(options=None, answer=None, keys=None, gone=()):
    """The rooms by the recording's mapping with these changes, of the recording's answer or of another; and findings."""
    played = recording(MappedRest, "rooms")
    played.options["keys"] |= keys or {}
    played.options |= options or {}
    for name in gone:
        played.options.pop(name, None)
        played.options["keys"].pop(name, None)
    async with playing(played) as player:
        if answer is not None:
            player.always = lambda: web.json_response(answer)
        connector = connect(MappedRest, played, player.url)
        try:
            return (await connector.rooms().fetch()).records, connector.findings.counts, player.calls
        finally:
            await connector.aclose()


def row(**changes):
    (first, _) = recording(MappedRest, "rooms").exchanges[0].answer["data"]["rooms"]
    return first | changes


async def test_a_row_becomes_a_room_by_the_mapping():
    (first, _), findings, (call,) = await rooms()
    assert first == Room(
        code="M2",
        name="Melati 2",
        class_code="KL2",
        class_name="Kelas 2",
        capacity=12,
        free=4,
        free_for_men=1,
        free_for_women=1,
        free_for_either=2,
        observed_at=datetime(2026, 11, 23, 4, 20, tzinfo=UTC),
    )
    assert findings == {}
    assert call.headers["Apikey"] == "sandbox-key"


async def test_classes_are_the_same_in_upper_and_lower_case():
    found, _, _ = await rooms()
    assert found[1].class_code == "ICU"


async def test_the_header_of_the_key_may_have_another_name():
    _, _, (call,) = await rooms({"key_header": "X-Kunci"})
    assert call.headers["X-Kunci"] == "sandbox-key"
    assert "Apikey" not in call.headers


async def test_rows_may_be_the_whole_answer_and_moments_iso():
    sent = [row(waktu="2026-11-23T11:20:00+07:00")]
    found, _, _ = await rooms(answer=sent, gone=("rows", "status", "accepted", "moment_format"))
    assert found[0].observed_at == datetime(2026, 11, 23, 4, 20, tzinfo=UTC)


async def test_one_moment_may_stand_for_all_rows():
    rows = [{key: value for key, value in row().items() if key != "waktu"}]
    body = {"status": "sukses", "info": {"per": "23-11-2026 09:00"}, "data": {"rooms": rows}}
    found, findings, _ = await rooms({"observed_at": "info.per"}, body)
    assert found[0].observed_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert findings == {}
    body["info"]["per"] = "kemarin"
    with pytest.raises(AgencyChanged) as raised:
        await rooms({"observed_at": "info.per"}, body)
    assert raised.value.reason == "per: not a moment of this format"


async def test_a_class_that_is_not_mapped_keeps_its_own_name_and_is_a_finding():
    (only,), findings, _ = await rooms(
        answer={"status": "sukses", "data": {"rooms": [row(kelas_rawat="Ruang Bersalin")]}}
    )
    assert (only.class_code, only.class_name) == ("Ruang Bersalin", "Ruang Bersalin")
    assert findings == {"kelas_rawat: a class that is not mapped": 1}


async def test_without_a_table_the_hospital_uses_the_codes_itself():
    found, findings, _ = await rooms(
        answer={"status": "sukses", "data": {"rooms": [row(kelas_rawat="KL1")]}}, gone=("classes",)
    )
    assert (found[0].class_code, findings) == ("KL1", {})


@pytest.mark.parametrize(
    ("bed", "finding"),
    [
        ({"kosong": -1}, "row set aside: free: less than 0"),
        ({"kosong": 13, "bebas": 11}, "row set aside: free: more than capacity"),
        ({"pria": -3}, "row set aside: free_for_men: less than 0"),
        ({"total": "1.000"}, "row set aside: total: not a whole number"),
    ],
)
async def test_a_row_that_cannot_be_is_set_aside(bed, finding):
    bad = row(bed=row()["bed"] | bed)
    found, findings, _ = await rooms(answer={"status": "sukses", "data": {"rooms": [bad, row()]}})
    assert ([each.code for each in found], findings) == (["M2"], {finding: 1})


async def test_a_split_that_contradicts_the_total_is_not_shown():
    bad = row(bed=row()["bed"] | {"pria": 0})
    (only,), findings, _ = await rooms(answer={"status": "sukses", "data": {"rooms": [bad]}})
    assert (only.free, only.free_for_men, only.free_for_women, only.free_for_either) == (4, None, None, None)
    assert findings == {"bed.kosong is not the sum of its parts": 1}


async def test_success_may_be_a_truth_value():
    said = {"status": "success", "accepted": ["true"]}
    found, _, _ = await rooms(said, {"success": True, "data": {"rooms": [row()]}})
    assert [each.code for each in found] == ["M2"]
    with pytest.raises(AgencyChanged):
        await rooms(said, {"success": False, "data": {"rooms": [row()]}})


async def test_another_status_than_those_accepted_is_a_change():
    with pytest.raises(AgencyChanged):
        await rooms(answer={"status": "gagal", "data": {"rooms": [row()]}})


async def test_the_stand_in_speaks_of_occupied_beds_in_its_own_words(configuration, clock):
    agencies = connect_agencies(configuration, clock)
    gerendeng = agencies.with_code(Beds, "rs-contoh-gerendeng")
    found = (await gerendeng.rooms().fetch()).records
    await agencies.aclose()
    assert [room.class_code for room in found] == ["KL1", "KL2", "KL3", "ICU", "Ruang Bersalin", "KL1", "KL2", "KL3"]
    assert all(0 <= room.free <= room.capacity for room in found)
    assert all(0 < (NOON - room.observed_at).total_seconds() < 5_400 + 60 for room in found)
    assert gerendeng.findings.counts == {
        "row set aside: free: less than 0": 1,
        "kelas_rawat: a class that is not mapped": 1,
    }


async def test_a_wrong_key_is_rejected(configuration, clock, sandbox):
    agencies = connect_agencies(configuration, clock)
    gerendeng = agencies.with_code(Beds, "rs-contoh-gerendeng")
    gerendeng._http._signer._headers["Apikey"] = "another"
    with pytest.raises(AgencyRejected):
        await gerendeng.rooms().fetch()
    await agencies.aclose()
    assert sandbox.control.hits("rs-contoh-gerendeng") == 1


OPTIONS = "agencies.rs-contoh-gerendeng.options"


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ('code = "kode"\n', "", "keys", "keys.code: missing"),
        ('code = "kode"', 'code = ""', 'code = ""', "keys.code: expected str matching regex"),
        (
            'code = "kode"',
            'kode = "kode"',
            'kode = "kode"',
            "keys.kode: unknown; expected one of bed_class, capacity, code",
        ),
        ('occupied = "bed.terisi"\n', "", "keys", "keys.free: expected one of free and occupied"),
        (
            'occupied = "bed.terisi"',
            'occupied = "a"\nfree = "b"',
            'free = "b"',
            "keys.free: expected one of free and occupied",
        ),
        ('"bed.terisi"', '"bed..terisi"', 'occupied = "bed..terisi"', "keys.occupied: expected str matching regex"),
        (
            'occupied = "bed.terisi"',
            'occupied = "bed.terisi"\nfree_for_men = "pria"',
            'free_for_men = "pria"',
            "keys.free_for_men: expected all of free_for_men, free_for_women, free_for_either",
        ),
        (
            'observed_at = "waktu"\n',
            "",
            "keys",
            "keys.observed_at: expected here, or as options.observed_at for all rows together",
        ),
        ('accepted = ["sukses"]\n', "", 'status = "status"', "status: expected together with accepted"),
        (
            '"%d-%m-%Y %H:%M"',
            '"%d-%m-%Y"',
            "moment_format",
            "moment_format: expected a format with year, month, day, hour",
        ),
        ('"Isolasi" = "ISO"', '"Isolasi" = "iso"', "classes", "classes: expected str matching regex"),
        ('"Isolasi" = "ISO"', '"Isolasi" = "ISO"\n"ISOLASI" = "ICU"', "classes", "classes: a class stands twice"),
        ('path = "/rooms"', 'path = "rooms"', 'path = "rooms"', "path: expected str matching regex"),
        ('rows = "data.rooms"', 'rows = "data."', 'rows = "data."', "rows: expected str matching regex"),
    ],
)
def test_a_mapping_that_names_nothing_stops_the_start_with_line_and_key(tmp_path, old, new, at, told):
    text = (ROOT / "city" / "agencies.toml").read_text(encoding="utf-8")
    begin = text.index(f"[{OPTIONS}]")
    assert text[begin:].count(old) == 1
    text = text[:begin] + text[begin:].replace(old, new)
    path = tmp_path / "agencies.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read_configuration(path, CONNECTORS, environment())
    (problem,) = raised.value.problems
    line = next(
        number for number, each in enumerate(text[begin:].splitlines(), text[:begin].count("\n") + 1) if at in each
    )
    assert problem.startswith(f"{path}:{line}: {OPTIONS}.{told}")
