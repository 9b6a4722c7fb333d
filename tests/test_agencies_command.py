"""`server.py agencies list` and `agencies check`, as an administrator runs them."""

import asyncio
import re
from urllib.parse import urlsplit

import msgspec
import pytest
import structlog
from typer.testing import CliRunner

from connectors.kit.agency import Agency
from connectors.kit.reserved import not_filled_in
from connectors.registry import CONNECTORS
from engine.configuration.agencies_file import read_configuration
from sandbox.registry import environment
from sandbox.server import running
from server import cli
from tests.conftest import AGENCIES, ROOT, configuration_for

ROW = re.compile(r" {2,}")
TABLE = re.compile(r"^(\[agencies\.[a-z0-9-]+\]\n)((?:[^\[\n].*\n|\n)*)", re.MULTILINE)


def patient(table):
    """The table of an agency with a time limit that no busy machine reaches, unless it has one of its own."""
    head, lines = table.groups()
    if "limits = { " not in lines:
        return f"{head}limits = {{ timeout = 20 }}\n{lines}"
    return head + re.sub(r"^limits = \{ (?!.*timeout)", "limits = { timeout = 20, ", lines, flags=re.MULTILINE)


@pytest.fixture
async def sandbox():
    """By the machine's time, like the command: the agencies look at how old a signature is."""
    async with running(port=0) as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox, tmp_path, monkeypatch):
    """What the command line says to these arguments; its process is tried by those tests that start one."""

    async def command(*arguments, changes=(), **environ):
        configuration_for(sandbox, tmp_path, *changes)
        path = tmp_path / "agencies.toml"
        path.write_text(TABLE.sub(patient, path.read_text(encoding="utf-8")), encoding="utf-8")
        for name, value in {"SIMPUL_AGENCIES": str(tmp_path / "agencies.toml"), **environ}.items():
            monkeypatch.setenv(name, value)
        ended = await asyncio.to_thread(CliRunner().invoke, cli, ["agencies", *arguments])
        return ended.exit_code, ended.stdout, ended.stderr

    logging = structlog.get_config()
    yield command
    structlog.configure(**logging)


def table(said):
    """The rows by their first cell, and the lines below the table."""
    head, *lines = said.splitlines()
    columns = ROW.split(head.strip())
    rows = [ROW.split(line.strip()) for line in lines if len(ROW.split(line.strip())) == len(columns)]
    below = [line for line in lines if len(ROW.split(line.strip())) == 1]
    return {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in rows}, below


async def test_list_says_who_is_configured_and_which_fields_each_feeds(run, sandbox):
    code, said, errors = await run("list")
    assert (code, errors) == (0, "")
    rows, below = table(said)
    assert (list(rows), below) == (AGENCIES, [])
    assert rows["jdih-kota"] == {
        "domain": "jdih",
        "connector": "jdihn",
        "root fields": "regulations, regulation, legalConsultationOffices, legalAidOffices",
        "name": "JDIH Kota Contoh",
        "address": f"{sandbox.url}/jdih-kota",
    }
    assert rows["bapenda"]["root fields"] == "taxObject"
    assert rows["disnaker-agenda"]["root fields"] == "jobFair, jobFairs"
    assert rows["dispora-agenda"]["root fields"] == "sportEvent, sportEvents"
    assert rows["karirhub"]["root fields"] == "vacancies, vacancy"
    assert rows["bapenda-sismiop"]["root fields"] == "taxObject, taxServiceRequest"
    assert rows["bapenda-bphtb"]["root fields"] == "bphtbDeed, taxServiceRequest"
    assert rows["dpmptsp-retribusi"]["root fields"] == "retributionBill"
    assert sandbox.control.all_hits() == 0


async def test_check_asks_every_agency_one_question(run, sandbox):
    code, said, errors = await run("check", **environment())
    told = dict(re.fullmatch(r"asking (.+) \((.+)\)", line).groups() for line in errors.strip().splitlines())
    assert (code, list(told)) == (0, [sandbox.url.removeprefix("http://"), "a file on this machine"])
    assert {*", ".join(told.values()).split(", ")} == {*AGENCIES}
    rows, below = table(said)
    took = [each.pop("took") for each in rows.values()]
    assert all(re.fullmatch(r"[0-9]+ ms", each) for each in took)
    assert list(rows) == AGENCIES
    assert {each["reachable"] for each in rows.values()} == {"yes"}
    fine = {"reachable": "yes", "shape": "as promised", "floor": "-", "age": "-"}
    assert rows["bapenda"] == {**fine, "asked for": "payments", "rows": "0"}
    assert rows["bapenda-sismiop"] == {**fine, "asked for": "payments", "rows": "0"}
    assert rows["bapenda-bphtb"] == {**fine, "asked for": "deed", "rows": "-"}
    assert rows["dpmptsp-retribusi"] == {**fine, "asked for": "retribution", "rows": "-"}
    assert rows["disdukcapil"] == {**fine, "asked for": "residence", "rows": "-"}
    assert rows["sp2kp"] == {**fine, "asked for": "markets", "rows": "8"}
    jdih = {**fine, "asked for": "regulations", "shape": "1 finding"}
    assert rows["jdih-kota"] == {**jdih, "rows": "500", "floor": "400"}
    assert rows["pihps"] == {**fine, "asked for": "regencies", "rows": "3"}
    assert rows["survei-pasar"] == {**fine, "asked for": "markets", "rows": "4"}
    assert (rows["karirhub"]["rows"], rows["karirhub"]["shape"]) == ("400", "2 findings")
    assert rows["blk-contoh"] == {**fine, "asked for": "vacancies", "rows": "11", "shape": "2 findings"}
    assert rows["disnaker-contoh"] == {**fine, "asked for": "vacancies", "rows": "7"}
    assert rows["kartu-kuning-contoh"] == {**fine, "asked for": "cards", "rows": "0"}
    assert rows["maganghub"] == {**fine, "asked for": "internships", "rows": "60"}
    assert (rows["disnaker-agenda"]["asked for"], rows["disnaker-agenda"]["shape"]) == ("fairs", "3 findings")
    assert (rows["dispora-agenda"]["asked for"], rows["dispora-agenda"]["shape"]) == ("events", "1 finding")
    assert rows["gor-contoh"]["rows"] == "40"
    assert re.fullmatch(r"[0-9]+ (min|h|d)", rows["gor-contoh"]["age"])
    assert rows["gor-kota"] == {**fine, "asked for": "venues", "rows": "4"}
    assert "karirhub: row repeated (1x)" in below
    calls = {
        "bapenda": 1,
        "bapenda-bphtb": 0,
        "bapenda-sismiop": 0,
        "dpmptsp-retribusi": 0,
        "blk-contoh": 1,
        "disdukcapil": 1,
        "disnaker-contoh": 1,
        "gor-contoh": 2,
        "gor-kota": 0,
        "identity": 0,
        "laksa": 1,
        "lapor": 0,
        "disnaker-agenda": 1,
        "dispora-agenda": 1,
        "jdih-kota": 1,
        "jdih-provinsi": 1,
        "jdih-pusat": 1,
        "kartu-kuning-contoh": 0,
        "karirhub": 4,
        "maganghub": 1,
        "pihps": 1,
        "sp2kp": 1,
        "survei-pasar": 0,
    }
    assert {agency: sandbox.control.hits(agency) for agency in calls} == calls


async def test_one_agency_is_asked_alone(run, sandbox):
    code, said, _ = await run("check", "sp2kp", **environment())
    assert code == 0
    assert list(table(said)[0]) == ["sp2kp"]
    assert sandbox.control.all_hits() == sandbox.control.hits("sp2kp") == 1


@pytest.mark.parametrize(
    ("mode", "reachable", "shape", "problem"),
    [
        ("down", "no", "-", "AGENCY_UNAVAILABLE: /master/api/pasar: the connection was closed before an answer"),
        pytest.param("throttling", "yes", "-", "AGENCY_THROTTLED: ", marks=pytest.mark.soak),
        ("rejecting", "refused", "-", "AGENCY_REJECTED: "),
        pytest.param("html", "yes", "changed", "AGENCY_CHANGED: ", marks=pytest.mark.soak),
        ("changed", "yes", "changed", "AGENCY_CHANGED: "),
    ],
)
async def test_an_agency_that_is_ill_is_told_and_the_command_fails(run, sandbox, mode, reachable, shape, problem):
    sandbox.control.set("sp2kp", mode)
    code, said, _ = await run("check", "sp2kp", **environment())
    rows, below = table(said)
    assert code == 1
    row = rows["sp2kp"]
    assert (row["reachable"], row["shape"], row["rows"]) == (reachable, shape, "-")
    assert [line for line in below if line.startswith(f"sp2kp: {problem}")]


async def test_fewer_rows_than_the_floor_fail_too(run):
    name = 'name = "SP2KP Contoh"'
    floor = (name, f"{name}\nat_least = {{ markets = 9 }}")
    code, said, _ = await run("check", "sp2kp", changes=[floor], **environment())
    rows, below = table(said)
    assert (code, rows["sp2kp"]["floor"], rows["sp2kp"]["shape"]) == (1, "9", "changed")
    assert below[-1] == "sp2kp: AGENCY_CHANGED: markets: 8 rows, at least 9 were expected"


async def test_a_code_that_nobody_has_is_told_with_the_one_that_was_meant(run, sandbox):
    code, said, errors = await run("check", "bapend", **environment())
    assert (code, said, errors) == (2, "", "bapend: no such agency (did you mean bapenda?)\n")
    assert sandbox.control.all_hits() == 0


async def test_what_is_missing_in_the_environment_is_told_before_anybody_is_asked(run, sandbox):
    code, _, errors = await run("check", "sp2kp")
    assert code == 2
    assert "the environment variable SANDBOX_BAPENDA_USER_ID is not set" in errors
    assert all(line.endswith("is not set") for line in errors.splitlines())
    assert sandbox.control.all_hits() == 0


async def test_an_entry_with_a_value_of_the_example_is_asked_only_by_who_insists(run, sandbox):
    changes = [
        ("http://127.0.0.1:8100/sp2kp", "https://sp2kp.kemendag.example"),
        ("http://127.0.0.1:8100/pihps", "https://192.0.2.10"),
    ]
    code, said, errors = await run("check", changes=changes, **environment())
    assert (code, said) == (2, "")
    assert errors.splitlines()[-3:] == [
        "sp2kp: url: a value of the example",
        "pihps: url: a value of the example",
        "Nobody was asked. Fill these in, or ask all the same with --yes.",
    ]
    assert "would ask sp2kp.kemendag.example (sp2kp)" in errors.splitlines()
    assert sandbox.control.all_hits() == 0
    code, said, errors = await run("check", "bapenda", changes=changes, **environment())
    assert (code, list(table(said)[0])) == (0, ["bapenda"])
    code, said, errors = await run("check", "sp2kp", "--yes", changes=changes, **environment())
    rows, below = table(said)
    assert (code, rows["sp2kp"]["reachable"]) == (1, "no")
    assert re.search(r": (host name not found:|no name server answers for) sp2kp\.kemendag\.example$", below[-1])
    assert errors.startswith("asking sp2kp.kemendag.example (sp2kp)\n")


def test_no_address_of_the_example_file_is_anybodys(tmp_path):
    text = (ROOT / "agencies.example.toml").read_text(encoding="utf-8")
    hosts = [urlsplit(each).hostname for each in re.findall(r"(?<=:)//[^\s\"`]+", text)]
    assert len(hosts) > 20
    assert [each for each in hosts if not each.endswith(".example") and each != "192.0.2.10"] == []
    numbers = re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text)
    assert {each for each in numbers if not each.startswith(("192.0.2.", "198.51.100.", "203.0.113."))} == set()
    names = {word.strip('"}, ').removeprefix("env:") for word in text.split() if "env:" in word}
    read = read_configuration(ROOT / "agencies.example.toml", CONNECTORS, dict.fromkeys(names, "x"))
    asked = [each for each in read.agencies if each.connector.schemes]
    assert [each.agency.code for each in asked if not not_filled_in(each.agency, each.options)] == []


class Given(msgspec.Struct):
    value: object = None


@pytest.mark.parametrize(
    ("url", "value", "keys"),
    [
        ("https://bpjs-kesehatan.go.id/x", None, []),
        ("https://a.EXAMPLE./x", None, ["url"]),
        ("https://example.com", None, []),
        ("https://www.example.com:8443/x", None, ["url"]),
        ("http://198.51.100.7:8080", None, ["url"]),
        ("http://[2001:db8::1]/x", None, ["url"]),
        ("http://10.0.0.10", "fill in", ["options.value"]),
        ("http://10.0.0.10", {"a": [{"b": "Fill-In"}]}, ["options.value.a.b"]),
        ("http://10.0.0.10", "203.0.113.9", ["options.value"]),
        ("http://10.0.0.10", "fillings", []),
        ("https://api.example.go.id/t/fill-in/v1", None, ["url"]),
        ("postgresql+psycopg://db.example/x", None, ["url"]),
        ("oracle+oracledb_async://db.example:1521/?service_name=x", None, ["url"]),
        ("postgresql+psycopg:///x?host=db.example", None, ["url"]),
        ("postgresql+psycopg://127.0.0.1/x?hostaddr=192.0.2.9", None, ["url"]),
        ("postgresql+psycopg:///x?host=/run/postgresql", "fill in", []),
        ("http://127.0.0.1:8100/x", "a.example", []),
        ("http://[::1]:8100/x", "a.example", []),
        ("sqlite+aiosqlite:///x.db", "a.example", []),
    ],
)
def test_what_is_a_value_of_the_example(url, value, keys):
    agency = Agency(code="x", domain="x", connector="x", name="x", url=url)
    assert not_filled_in(agency, Given(value)) == keys


async def test_the_stand_ins_are_started_or_taken_as_they_run(run, sandbox):
    code, said, _ = await run("check", "sp2kp", "--sandbox")
    assert (code, list(table(said)[0])) == (0, ["sp2kp"])
    assert sandbox.control.hits("sp2kp") == 1
