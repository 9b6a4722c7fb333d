"""Yellow cards in a database: the conformance suite, what is asked, and each quirk by its name."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from connectors.jobs.ak1 import Ak1, Ak1Columns, Ak1Options, statement
from connectors.jobs.records import CardStatus, YellowCard
from connectors.kit.agency import Agency
from connectors.kit.read import Read
from sandbox.jobs.disnaker import TABLE
from sandbox.kit.people import ACCOUNTS
from tests.sql_conformance import sql_conformance

TestConformance = sql_conformance(Ak1)

NIK = ACCOUNTS["citizen"].nik
WHOLE = {
    "no_pendaftaran", "nik", "nama_lengkap", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "agama",
    "status_perkawinan", "tinggi_badan", "berat_badan", "pendidikan_terakhir", "jurusan", "pengalaman_kerja", "no_hp",
    "alamat", "id_status_verifikasi", "mulai_berlaku", "akhir_berlaku",
}  # fmt: skip


def test_the_statement_names_three_columns_and_the_number_and_no_other():
    said = str(statement(Ak1Options()))
    assert " ".join(said.split()) == (
        "SELECT id_status_verifikasi AS status, mulai_berlaku AS valid_from, akhir_berlaku AS valid_until "
        "FROM user_detail WHERE nik = :nik"
    )
    assert {name for name in WHOLE if name in said} == {"nik", "id_status_verifikasi", "mulai_berlaku", "akhir_berlaku"}


def test_a_name_that_needs_it_is_quoted_and_none_can_be_more_than_a_name():
    options = Ak1Options(table="order", columns=Ak1Columns(status="Status"))
    assert 'SELECT "Status" AS status' in str(statement(options))
    assert 'FROM "order"' in str(statement(options))


@pytest.fixture
async def office(tmp_path, clock):
    """A database with the whole table, and a connector to it."""
    path = tmp_path / "cards.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(TABLE)
        connection.commit()
    agency = Agency(code="a", domain="jobs", connector="ak1", name="A", url=f"sqlite+aiosqlite:///{path}")
    connector = Ak1(agency, Ak1Options(), Ak1.credentials_type(), clock=clock, zone=None)

    async def cards(*rows, nik=NIK):
        with closing(sqlite3.connect(path)) as connection:
            statement = (
                "INSERT INTO user_detail (nik, id_status_verifikasi, mulai_berlaku, akhir_berlaku) VALUES (?, ?, ?, ?)"
            )
            connection.executemany(statement, rows)
            connection.commit()
        return (await connector.cards(nik).fetch()).records

    cards.connector = connector
    yield cards
    await connector.aclose()


async def test_only_the_rows_of_that_number_are_read(office):
    other = ACCOUNTS["neighbour"].nik
    found = await office((NIK, 2, "2026-05-01", "2028-05-01"), (other, 1, None, None))
    assert found == (YellowCard(status=CardStatus.VERIFIED, valid_from=date(2026, 5, 1), valid_until=date(2028, 5, 1)),)
    assert await office(nik="' OR '1'='1") == ()


async def test_a_code_that_nobody_has_explained_stays_unknown_and_is_a_finding(office):
    (found,) = await office((NIK, 7, None, None))
    assert found.status is CardStatus.UNKNOWN
    assert office.connector.findings.counts == {"status: a code that is not known": 1}


async def test_days_that_cannot_be_are_left_out_with_a_finding(office):
    (found,) = await office((NIK, 2, "2022-06-27", "2022-06-13"))
    assert (found.valid_from, found.valid_until) == (None, None)
    assert office.connector.findings.counts == {"valid_until: before valid_from": 1}


async def test_a_day_with_a_time_behind_it_is_that_day(office):
    (found,) = await office((NIK, 2, "2026-05-01 00:00:00", "2028-05-01 00:00:00"))
    assert found.valid_from == date(2026, 5, 1)


async def test_its_answer_is_never_kept(office):
    read = office.connector.cards(NIK)
    assert isinstance(read, Read)
    assert not read.freshness.kept
