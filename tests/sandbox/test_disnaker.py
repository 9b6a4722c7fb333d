"""The labour office's stand-ins: its feed, and the database of its yellow cards."""

import io
import sqlite3
from contextlib import closing

import feedparser
import pytest

from sandbox.kit.people import ACCOUNTS


async def ask(caller):
    async with caller.http.get(f"{caller.sandbox.url}/disnaker-contoh/feed") as answer:
        assert (answer.status, answer.content_type) == (200, "application/rss+xml")
        return await answer.read()


@pytest.fixture
async def items(caller):
    return feedparser.parse(io.BytesIO(await ask(caller))).entries


async def test_seven_entries_of_which_some_name_no_company_and_most_no_end(items):
    assert len(items) == 7
    assert len([each for each in items if "job_company" not in each]) == 4
    assert len([each for each in items if "job_deadline" not in each]) == 5


async def test_its_dates_are_of_a_zone_called_wib_and_one_is_months_old(items):
    dates = [each["published"] for each in items]
    assert all(each.endswith(" WIB") for each in dates)
    assert [each for each in dates if "Oct 2025" in each]


async def test_its_descriptions_are_escaped_markup(items):
    assert all(each["summary"].startswith("<p>") for each in items)


async def test_changed_it_has_renamed_an_element(caller):
    caller.sandbox.control.set("disnaker-contoh", "changed")
    changed = feedparser.parse(io.BytesIO(await ask(caller)))
    assert not changed.bozo
    assert [each for each in changed.entries if "published" in each] == []


@pytest.fixture
def cards(sandbox):
    with closing(sqlite3.connect(sandbox.folder / "kartu-kuning-contoh.db")) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM user_detail").fetchall()


async def test_each_row_of_a_card_says_far_more_of_a_person_than_how_it_stands(cards):
    assert {"agama", "tinggi_badan", "berat_badan", "status_perkawinan", "no_hp"} < set(cards[0].keys())
    assert {each["agama"] for each in cards} == {"rahasia"}


async def test_one_person_has_several_rows_and_one_has_days_that_cannot_be(cards):
    niks = [each["nik"] for each in cards]
    assert niks.count(ACCOUNTS["citizen"].nik) == 3
    backwards = [each for each in cards if each["mulai_berlaku"] and each["akhir_berlaku"] < each["mulai_berlaku"]]
    assert [(each["nik"], each["id_status_verifikasi"]) for each in backwards] == [(ACCOUNTS["officer"].nik, 7)]
