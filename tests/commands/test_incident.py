"""`server.py record incident`: the report of what was read, verified, for whom it is due, and on record itself."""

import asyncio
import json
import re
import stat
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from typer.testing import CliRunner

from auth.audit_entry import Reader
from auth.caller import Audience
from auth.keyed_hasher import KeyedHasher
from auth.subject import Subject, SubjectKind, nik, sub
from server import cli
from store.audit.audit_log import AuditLog
from tests.conftest import ROOT
from tests.store.test_audit_log import tamper

SECRET = "a secret of tests, and of tests alone"
SEAL = KeyedHasher(SECRET.encode())
ONE, TWO = "9907014001900001", "9907014001900002"
NOP = "990701099900200010"
OFFICER = Reader(
    audience=Audience.OFFICER, person="petugas-7", agency="bapenda", app=None, purpose="pelayanan-pajak", case="K-1",
    operation="Tagihan", digest="d",
)  # fmt: skip
APP = msgspec.structs.replace(
    OFFICER,
    audience=Audience.PARTNER,
    person=None,
    agency=None,
    app="notaris",
    purpose=None,
    case=None,
    operation="A|<b>",
)
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 8 o'clock in the west of Indonesia
ENTRIES = [
    (MONDAY - timedelta(days=3), OFFICER, {SEAL.subject(nik(ONE)): ["NIK"]}),
    (MONDAY, OFFICER, {SEAL.subject(nik(ONE)): ["NIK", "TAXPAYER"]}),
    (MONDAY + timedelta(hours=1), APP, {SEAL.subject(nik(ONE)): ["TAXPAYER"], SEAL.subject(nik(TWO)): ["TAXPAYER"]}),
    (MONDAY + timedelta(hours=2), APP, {SEAL.subject(Subject(SubjectKind.NOP, NOP)): ["DEED"]}),
]


@pytest.fixture
async def usages(database):
    usages = AuditLog(database, SEAL)
    for at, reader, read in ENTRIES:
        await usages.append(read, reader, at)
    yield usages
    await usages.aclose()


@pytest.fixture
def run(usages, new_database_url, tmp_path):
    async def command(*arguments, out="report.json"):
        environ = {"SIMPUL_STORE_URL": new_database_url, "SIMPUL_IDENTITY_SECRET": SECRET, "SIMPUL_HEADS": "",
                   "SIMPUL_AGENCIES": str(ROOT / "city" / "agencies.toml")}  # fmt: skip
        whole = ["record", "incident", "--out", str(tmp_path / out), *arguments]
        ended = await asyncio.to_thread(CliRunner().invoke, cli, whole, env=environ)
        return ended, tmp_path / out

    return command


async def test_a_report_counts_what_was_read_of_how_many_by_whom_and_names_nobody(run, usages):
    ended, path = await run("--since", "2026-11-23", "--until", "2026-11-24")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert not any(name in text for _, _, read in ENTRIES for name in read)
    found = json.loads(text)
    assert found["asked"] == {
        "since": "2026-11-23T00:00:00+07:00", "until": "2026-11-24T00:00:00+07:00",
        "client": None, "purpose": None, "reason": None,
    }  # fmt: skip
    first, last = "2026-11-23T01:00:00Z", "2026-11-23T03:00:00Z"
    assert found["whole"] == {"readings": 4, "people": 3, "first": first, "last": last}
    assert {name: (each["readings"], each["people"]) for name, each in found["categories"].items()} == {
        "DEED": (1, 1), "NIK": (1, 1), "TAXPAYER": (3, 2)
    }  # fmt: skip
    assert [(each["audience"], each["app"], each["agency"], each["person"], each["readings"]) for each in found["readers"]] == [
        ("OFFICER", "-", "bapenda", "petugas-7", 1), ("PARTNER", "notaris", "-", "-", 3)
    ]  # fmt: skip
    assert (found["cases"], [*found["purposes"]], [*found["people"]]) == (
        {"K-1": 1}, ["-", "pelayanan-pajak"], ["P-00001", "P-00002", "P-00003"]
    )  # fmt: skip
    assert found["people"]["P-00001"]["readings"] == 2
    made, due = (datetime.fromisoformat(found[each]) for each in ("made_at", "notice_until"))
    assert due - made == timedelta(hours=72)
    head = await usages.head()
    assert found["recorded_as"] == str(head)
    assert found["verified"] == {"head": found["verified"]["head"], "compared": 0, "broken": [], "unreadable": []}
    assert found["verified"]["head"].startswith("5:")
    assert head.sequence == 6
    (entry,) = await usages.newer([SEAL.subject(sub("record incident"))], 0)
    assert (entry.sequence, entry.categories, entry.reader.operation) == (6, ("RECORD",), "record incident")
    assert re.fullmatch(r".+@command", entry.reader.person)


@pytest.mark.parametrize(
    ("chosen", "readings", "people"),
    [
        (("--client", "app:notaris"), 3, 3),
        (("--client", "agency:bapenda"), 1, 1),
        (("--client", "person:petugas-7"), 1, 1),
        (("--client", "app:other"), 0, 0),
        (("--purpose", "pelayanan-pajak"), 1, 1),
        (("--until", "2026-11-23T09:00"), 1, 1),
    ],
)
@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_only_what_is_asked_for_is_counted(run, chosen, readings, people):
    arguments = chosen if "--until" in chosen else (*chosen, "--until", "2026-11-24")
    ended, path = await run("--since", "2026-11-23T08:00", *arguments)
    assert ended.exit_code == 0, ended.output
    whole = json.loads(path.read_text(encoding="utf-8"))["whole"]
    assert (whole["readings"], whole["people"]) == (readings, people)


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_people_are_named_for_a_reason_which_they_can_read(run, usages, tmp_path):
    numbers = tmp_path / "numbers"
    numbers.write_text(f"{ONE}\n\n{NOP}\n9907014001900009\n", encoding="utf-8")
    why = "pemberitahuan atas insiden 12"
    ended, path = await run(
        "--since", "2026-11-01", "--people", "--among", str(numbers), "--reason", why, "--language", "en", out="r.md"
    )
    assert ended.exit_code == 0, ended.output
    text = path.read_text(encoding="utf-8")
    assert "## People affected: 3" in text
    assert f"| {SEAL.subject(nik(TWO))} | 1 |" in text
    nop = Subject(SubjectKind.NOP, NOP)
    assert f"- {NOP}: {SEAL.subject(nop)}\n- {ONE}: {SEAL.subject(nik(ONE))}\n" in text
    assert ("9907014001900009" in text, f"Reason for naming people: {why}" in text) == (False, True)
    assert "A\\|&lt;b>" in text
    entries = [each async for each in usages.all_of(SEAL.subjects([nik(ONE)]))]
    assert [each.categories for each in entries] == [("NIK",), ("NIK", "TAXPAYER"), ("TAXPAYER",), ("RECORD",)]
    assert entries[-1].reader.case == why
    assert [each async for each in usages.broken()] == []


async def test_a_report_on_a_record_that_is_not_whole_says_so_first(run, database):
    await tamper(
        database, "UPDATE usages SET subject = 'x' WHERE sequence = 2", "DELETE FROM usages WHERE sequence = 4"
    )
    ended, path = await run("--since", "2026-11-23", out="r.md")
    assert (ended.exit_code, ended.stderr) == (1, "The record is not whole; run record verify\n")
    text = path.read_text(encoding="utf-8")
    assert "**Catatan akses TIDAK utuh; laporan ini mungkin tidak lengkap:**\n  - entry 2: its columns are not" in text
    assert "entry 4: it is not there" in text


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_asked_so_is_told_together_and_writes_nothing(run, usages, tmp_path):
    head = await usages.head()
    ended, path = await run("--since", "2026-11-23", "--people", "--client", "notaris", out="r.txt")
    assert (ended.exit_code, ended.stderr.splitlines()) == (
        2,
        [
            "--client: expected app:CODE, agency:CODE or person:NAME",
            "--reason: missing; people are told only for a reason, which is put on record",
            "--out: expected a file that is not there yet, and that ends in .md or .json",
        ],
    )
    (tmp_path / "report.json").write_text("mine", encoding="utf-8")
    ended, path = await run("--since", "2026-11-24", "--until", "2026-11-23")
    assert (ended.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "--since, --until: expected two days or moments" in ended.stderr
    assert await usages.head() == head
