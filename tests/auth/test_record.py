"""The record: each reading of personal data, by whom and what for, on disk before the answer leaves."""

import asyncio
import json
import sqlite3

import pytest
from typer.testing import CliRunner

from auth.caller import Audience
from sandbox.kit.credentials import IDENTITY_SECRET
from server import cli
from tests.conftest import listening
from tests.profiles import CITY_NAME

NIK = "query Nik { me { nik(unmasked: true) } }"
USAGE = """
query Usage($first: Int) {
  me {
    dataUsage(first: $first) {
      totalCount
      nodes {
        code readAt text categories audience byOneself agency app purpose legalBasis case operation document
      }
    }
  }
}
"""


@pytest.fixture
def citizen(headers_of):
    return headers_of(Audience.CITIZEN)


@pytest.fixture
def rows(store_url):
    """What stands in the database."""

    def read(statement="SELECT sequence, body FROM usages ORDER BY sequence"):
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
            return connection.execute(statement).fetchall()

    return read


async def usage(hub, headers, **more):
    answer = await hub.ask(USAGE, **headers, **more)
    assert "errors" not in answer
    return answer["data"]["me"]["dataUsage"]


async def test_a_nik_is_masked_unless_it_is_asked_for_and_then_it_is_recorded(hub, citizen, rows):
    assert (await hub.ask("{ me { nik } }", **citizen))["data"] == {"me": {"nik": "9907••••••••0001"}}
    assert rows() == []
    assert (await hub.ask(NIK, **citizen))["data"] == {"me": {"nik": "9907014001900001"}}
    ((sequence, body),) = rows()
    entry = json.loads(body)
    assert (sequence, entry["categories"], entry["reader"]["operation"]) == (1, ["NIK"], "Nik")
    assert b"9907014001900001" not in body


async def test_the_person_reads_who_read_it_in_both_languages_and_that_is_recorded_too(hub, citizen, clock):
    await hub.ask(NIK, **citizen)
    first = await usage(hub, citizen, accept_language="id")
    assert first["totalCount"] == 1
    (entry,) = first["nodes"]
    assert len(entry.pop("document")) == 64
    assert entry == {
        "code": "1",
        "readAt": clock.now().isoformat(),
        "text": "Anda sendiri membaca NIK Anda.",
        "categories": ["NIK"],
        "audience": "CITIZEN",
        "byOneself": True,
        "agency": None,
        "app": None,
        "purpose": None,
        "legalBasis": None,
        "case": None,
        "operation": "Nik",
    }
    second = await usage(hub, citizen, accept_language="en")
    assert [each["text"] for each in second["nodes"]] == [
        "You yourself read this audit log.",
        "You yourself read your NIK.",
    ]


async def test_nobody_sees_what_was_read_of_somebody_else(hub, citizen, headers_of):
    await hub.ask(NIK, **citizen)
    assert (await usage(hub, headers_of(Audience.ADMIN)))["totalCount"] == 0


async def test_one_operation_writes_once_for_a_person_and_kind(hub, citizen, rows):
    query = "{ a: me { nik(unmasked: true) devices { totalCount } } b: me { nik(unmasked: true) } }"
    answer = await hub.ask(query, **citizen)
    assert "errors" not in answer
    kinds = [category for _, body in rows() for category in json.loads(body)["categories"]]
    assert sorted(kinds) == ["NIK", "SESSIONS"]


async def test_two_at_once_are_two_entries_of_one_chain(hub, citizen, rows):
    await asyncio.gather(*(hub.ask(NIK, **citizen) for _ in range(10)))
    assert [sequence for sequence, _ in rows()] == list(range(1, 11))


async def test_what_cannot_be_recorded_is_not_given(hub, citizen, rows):
    rows("ALTER TABLE usages RENAME TO gone")
    answer = await hub.ask("{ me { audience nik(unmasked: true) } city { name } }", **citizen)
    assert answer["data"] == {"me": {"audience": "CITIZEN", "nik": None}, "city": {"name": CITY_NAME}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RECORD_UNAVAILABLE"]
    answer = await hub.ask(USAGE, **citizen)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RECORD_UNAVAILABLE"]


async def test_an_operations_name_cannot_carry_a_number_into_the_record(hub, citizen, rows):
    await hub.ask("query Q9907014001900001 { me { nik(unmasked: true) } }", **citizen)
    ((_, body),) = rows()
    assert json.loads(body)["reader"]["operation"] == "Q•"


async def test_it_outlives_the_hub(configuration, clock, citizen, store_url):
    async with listening(configuration, clock, store_url=store_url) as hub:
        await hub.ask(NIK, **citizen)
    async with listening(configuration, clock, store_url=store_url) as hub:
        assert (await usage(hub, citizen))["totalCount"] == 1


async def test_the_command_follows_the_chain_and_finds_what_was_changed(hub, citizen, rows, store_url, monkeypatch):
    for _ in range(3):
        await hub.ask(NIK, **citizen)
    monkeypatch.setenv("SIMPUL_STORE_URL", store_url)

    async def run(*arguments):
        return await asyncio.to_thread(CliRunner().invoke, cli, ["record", *arguments])

    head = (await run("head")).stdout.strip()
    assert head.startswith("3:")
    told = await run("verify", "--kept", head)
    assert (told.exit_code, told.stdout) == (0, f"3 entries, 0 broken; head {head}\n")
    rows("DROP TRIGGER usages_refuse_delete")
    rows("DELETE FROM usages WHERE sequence = 3")
    told = await run("verify", "--kept", head)
    assert told.exit_code == 1
    assert "entry 3: it is not the entry that was kept elsewhere" in told.stderr
    assert (await run("verify", "--kept", "rubbish")).exit_code == 2


async def test_beside_the_sandbox_the_command_needs_no_secret_of_its_own(
    configuration, clock, citizen, tmp_path, monkeypatch
):
    store_url = f"sqlite:///{tmp_path}/sandbox.db"
    async with listening(configuration, clock, store_url=store_url, identity_secret=IDENTITY_SECRET) as hub:
        await hub.ask(NIK, **citizen)
    monkeypatch.setenv("SIMPUL_STORE_URL", store_url)
    monkeypatch.delenv("SIMPUL_IDENTITY_SECRET")
    told = await asyncio.to_thread(CliRunner().invoke, cli, ["record", "verify", "--sandbox"])
    assert told.stdout.startswith("1 entries, 0 broken; head 1:")
    told = await asyncio.to_thread(CliRunner().invoke, cli, ["record", "verify"])
    assert (told.exit_code, told.stderr) == (2, "SIMPUL_IDENTITY_SECRET: missing; the record is kept under it\n")
