"""SISMIOP's database: the conformance suite, each quirk by its name, and the same answers as the office's service."""

from datetime import date

import msgspec
import psycopg
import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.oracle import oracledb

from connectors.kit.errors import AgencyChanged, AgencyUnavailable
from connectors.tax.opensipkd import OpenSipkd
from connectors.tax.records import Bill, Flag, Nop, Payment, Property
from connectors.tax.requests import RequestKind, RequestStatus, ServiceRequest
from connectors.tax.sismiop import Sismiop, _bill, _payments, _request, _taxpayer
from connectors.tax.sppt import NOP_PARTS
from sandbox.tax.parcels import STORIES, parcels, with_story
from sandbox.tax.sismiop import REQUESTS
from tests.playback import connect
from tests.sql_conformance import _recording, sql_conformance

TestConformance = sql_conformance(Sismiop)

MINE = Nop("367501099900100010")
YEARS = range(2026, 2014, -1)


@pytest.fixture
def office(agencies):
    (office,) = agencies.of(Sismiop)
    return office


def _altered(played, more=None, double=None, of="CHAR(2)", **columns):
    """With these columns set in each row that has them, `more` columns `of` a type, and the rows of one table twice."""
    for name, added in (more or {}).items():
        played.tables[name].types |= dict.fromkeys(added, of)
        for row in played.tables[name].rows:
            row.update(added)
    for table in played.tables.values():
        for row in table.rows:
            row.update({name: value for name, value in columns.items() if name in row})
    if double:
        played.tables[double].rows *= 2
    return played


@pytest.fixture(params=["sqlite", "postgresql"])
async def made(request, tmp_path):
    """The tables of a recording on either database, altered."""
    connectors = []

    async def make(read, **altered):
        played = _altered(_recording(Sismiop, read), **altered)
        if request.param == "sqlite":
            import sqlite3  # noqa: PLC0415

            connection, hole = sqlite3.connect(tmp_path / "agency.db"), "?"
            url = f"sqlite+aiosqlite:///{tmp_path}/agency.db"
        else:
            address = request.getfixturevalue("new_postgres_url")
            connection, hole = psycopg.connect(address), "%s"
            url = address.replace("postgresql://", "postgresql+psycopg://")
        for statement, rows in played.statements():
            for row in rows or [()]:
                connection.execute(statement.replace("?", hole), row)
        connection.commit()
        connection.close()
        connectors.append(connect(Sismiop, played, url))
        return connectors[-1]

    yield make
    for connector in connectors:
        await connector.aclose()


async def records(read):
    return (await read.fetch()).records


async def test_a_row_becomes_a_bill(made):
    office = await made("bill")
    assert await records(office.bill(MINE, 2026)) == Bill(
        year=2026,
        amount=425_000,
        due_on=date(2026, 9, 30),
        flag=Flag.UNPAID,
        property=Property(
            owner_name="W*** P*** C***",
            street="JL CONTOH 1",
            block="NO 1",
            rt="001",
            rw="02",
            kelurahan_name="SUKARASA",
            kecamatan_name="TANGERANG",
            land_area=120,
            building_area=0,
            assessed_value=384_000_000,
        ),
    )


async def test_payments_come_in_order_and_the_penalty_is_taken_out_of_the_sum(made):
    office = await made("payments")
    assert await records(office.payments(MINE, 2026)) == (
        Payment(sequence=1, principal=225_000, penalty=0, paid_on=date(2026, 8, 17)),
        Payment(sequence=2, principal=200_000, penalty=2_000, paid_on=date(2026, 10, 5)),
    )


async def test_a_reversed_payment_is_a_row_of_zeros_and_none(made):
    office = await made("payments", jml_sppt_yg_dibayar=0, denda_sppt=0)
    assert await records(office.payments(MINE, 2026)) == ()


async def test_a_penalty_that_is_null_is_none_that_was_due(made):
    office = await made("payments", denda_sppt=None)
    found = await records(office.payments(MINE, 2026))
    assert [(each.sequence, each.principal, each.penalty) for each in found] == [(1, 225_000, 0), (2, 202_000, 0)]
    assert office.findings.counts == {}


async def test_an_area_with_a_fraction_costs_nothing_of_the_bill(made):
    office = await made("bill", more={"sppt": {"luas_bumi_sppt": 120.5}}, of="DOUBLE PRECISION")
    found = await records(office.bill(MINE, 2026))
    assert (found.amount, found.property.land_area, office.findings.counts) == (425_000, 121, {})


async def test_a_penalty_beyond_its_payment_is_not_believed(made):
    office = await made("payments", denda_sppt=300_000)
    with pytest.raises(AgencyChanged):
        await office.payments(MINE, 2026).fetch()


@pytest.mark.parametrize(
    ("status", "flag", "findings"),
    [
        ("0", Flag.UNPAID, 0),
        ("1", Flag.PAID, 0),
        ("2", Flag.CANCELLED, 0),
        ("3", Flag.CANCELLED, 0),
        ("9", Flag.UNKNOWN, 1),
    ],
)
async def test_each_status_of_a_bill(made, status, flag, findings):
    office = await made("bill", status_pembayaran_sppt=status)
    assert (await records(office.bill(MINE, 2026))).flag is flag
    assert len(office.findings.counts) == findings


@pytest.mark.parametrize(("nop", "year"), [(MINE, 2025), (Nop("367501099900100020"), 2026)])
async def test_an_unknown_year_or_parcel_is_not_found_and_says_nothing_of_a_debt(made, nop, year):
    office = await made("bill")
    assert await records(office.bill(nop, year)) is None


async def test_a_number_with_leading_zeros_is_bound_as_a_text(made):
    office = await made("bill", kd_blok="000", no_urut="0000")
    assert (await records(office.bill(Nop("367501099900000000"), 2026))).amount == 425_000


@pytest.mark.parametrize("story", STORIES.values())
async def test_it_says_what_the_offices_own_service_says(agencies, office, story):
    (service,) = agencies.of(OpenSipkd)
    nop = Nop(with_story(story))
    for year in YEARS:
        expected, found = await records(service.bill(nop, year)), await records(office.bill(nop, year))
        if expected:
            kecamatan = parcels()[nop.digits].kecamatan.upper().replace(" ", "")
            names = {"kelurahan_name": None, "kecamatan_name": kecamatan}
            expected = msgspec.structs.replace(expected, property=msgspec.structs.replace(expected.property, **names))
        assert found == expected
        assert await records(office.payments(nop, year)) == await records(service.payments(nop, year))
        assert await records(office.taxpayer(nop, year)) == await records(service.taxpayer(nop, year))


@pytest.mark.parametrize("kind", ["CHAR", "VARCHAR"])
def test_an_index_serves_whether_a_code_is_char_or_varchar(new_postgres_url, kind):
    asked = str(_bill(None).compile(dialect=postgresql.psycopg.dialect()))
    key = [*NOP_PARTS, "thn_pajak_sppt"]
    values = dict(zip(key, (*MINE.parts, "2026"), strict=True)) | {"param_1": 2}
    with psycopg.connect(new_postgres_url, autocommit=True) as connection:
        for table, recorded in _recording(Sismiop, "bill").tables.items():
            columns = ", ".join(f"{name} {of.replace('CHAR', kind)}" for name, of in recorded.columns.items())
            connection.execute(f"CREATE TABLE {table} ({columns})")
        connection.execute(f"CREATE UNIQUE INDEX sppt_pk ON sppt ({', '.join(key)})")
        connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        plan = [line for (line,) in connection.execute(f"EXPLAIN {asked}", values)]
    condition = next(plan[at + 1] for at, line in enumerate(plan) if "Index Scan using sppt_pk" in line)
    assert "Index Cond" in condition
    assert all(f"{name} = " in condition.replace(")::text", "").replace("((", "(") for name in key), condition


@pytest.mark.parametrize("build", [_bill, _taxpayer, _payments, _request])
def test_each_statement_is_one_that_oracle_takes(build):
    """No Oracle has run it; this is what it would be asked."""
    spelt = str(build("pbb").compile(dialect=oracledb.dialect()))
    assert spelt.startswith("SELECT ")
    assert "FETCH FIRST" in spelt
    assert "FROM pbb." in spelt
    assert '"' not in spelt  # quoted names would be lower-case there, where its own are upper-case
    assert " LIMIT " not in spelt
    assert not [word for word in spelt.split() if word.strip("'").isdecimal() and len(word) > 3]


async def test_a_database_that_is_down_is_unavailable_and_one_with_other_tables_has_changed(sandbox, office):
    for mode, kind in (("down", AgencyUnavailable), ("changed", AgencyChanged)):
        sandbox.control.set("bapenda-sismiop", mode)
        with pytest.raises(kind):
            await office.bill(MINE, 2026).fetch()
        sandbox.control.set("bapenda-sismiop", "ok")


async def test_a_request_of_several_objects_is_as_far_as_the_last_of_them(made):
    office = await made("request")
    assert await records(office.request("20260001003")) == ServiceRequest(
        kind=RequestKind.TRANSFER,
        kind_name="MUTASI OBJEK/SUBJEK",
        status=RequestStatus.IN_PROGRESS,
        received_on=date(2026, 11, 2),
        promised_on=date(2026, 11, 30),
        finished_on=None,
        handed_over_on=None,
        section="SEKSI PENDATAAN",
        objects=2,
        finished=1,
    )


@pytest.mark.parametrize(
    ("of_request", "of_objects"),
    [
        ({"kd_kanwil": "01", "kd_kantor": "01"}, {"kd_kanwil": "01", "kd_kantor": "01"}),
        ({"kd_kanwil": "01", "kd_kppbb": "01"}, {"kd_kanwil": "01", "kd_kppbb": "01"}),
        ({"kd_kanwil": "01", "kd_kantor": "01"}, {"kd_kanwil": "01", "kd_kppbb": "01"}),
        ({"kd_kanwil": "01", "kd_kantor": None}, {"kd_kanwil": "01", "kd_kantor": None}),
        ({"kd_kanwil": None, "kd_kantor": None}, {"kd_kanwil": "01", "kd_kantor": "01"}),
        ({}, {}),
    ],
)
async def test_a_request_has_its_objects_whatever_the_offices_code_is_called_and_where_it_is_null(
    made, of_request, of_objects
):
    office = await made("request", more={"pst_permohonan": of_request, "pst_detail": of_objects})
    found = await records(office.request("20260001003"))
    assert (found.kind, found.status, found.objects, found.finished) == (
        RequestKind.TRANSFER,
        RequestStatus.IN_PROGRESS,
        2,
        1,
    )


async def test_two_requests_of_one_number_are_not_taken_for_one(made):
    office = await made("request", double="pst_permohonan")
    with pytest.raises(AgencyChanged, match="two requests of one number"):
        await office.request("20260001003").fetch()


@pytest.mark.parametrize(
    ("story", "status", "findings"),
    [
        ("in progress", RequestStatus.IN_PROGRESS, 0),
        ("finished", RequestStatus.FINISHED, 0),
        ("handed over", RequestStatus.HANDED_OVER, 0),
        ("of three objects", RequestStatus.IN_PROGRESS, 0),
        ("of a status that is not known", RequestStatus.UNKNOWN, 1),
    ],
)
async def test_each_status_of_a_request(office, story, status, findings):
    found = await records(office.request(REQUESTS[story][0]))
    assert found.status is status
    assert (found.finished_on is not None) == (story in ("finished", "handed over"))
    assert len(office.findings.counts) == findings


async def test_what_the_numbers_mean_can_be_configured(made):
    office = await made("request", status_selesai=5)
    options = msgspec.convert(
        {"request_statuses": {"5": "FINISHED"}, "request_kinds": {"02": "COPY"}}, type(office.options)
    )
    office.options = options
    office.open(type(office).credentials_type())
    found = await records(office.request("20260001003"))
    assert (found.status, found.kind, found.finished) == (RequestStatus.FINISHED, RequestKind.COPY, 2)


async def test_a_request_that_is_not_there_is_none(office):
    assert await records(office.request("20269999999")) is None


@pytest.mark.parametrize("typed", ["20260001003", "2026.0001.003", "2026-0001-003", " 2026 0001 003 ", "2026/0001/003"])
def test_a_number_of_a_request_is_read_however_it_is_typed(typed):
    assert Sismiop.request_number(typed) == "20260001003"


@pytest.mark.parametrize("typed", ["", "2026", "2026.0001.0003", "2026000100X", "٢٠٢٦٠٠٠١٠٠٣"])
def test_what_is_no_number_of_a_request_is_refused(typed):
    with pytest.raises(ValueError, match="11 digits"):
        Sismiop.request_number(typed)
