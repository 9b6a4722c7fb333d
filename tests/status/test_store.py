"""What is kept of the status, on both databases, when several processes of the hub see or say the same at once."""

import asyncio
from datetime import timedelta

import pytest

from connectors.kit.bilingual import Bilingual
from store.kit.database import Database
from store.status.announcements import Announcement, AnnouncementKind, Announcements, new_code
from store.status.changes import ChangeKind, StatusChanges
from tests.clock import NOON

PROCESSES = 6


@pytest.fixture(params=["sqlite", "postgresql"])
async def databases(request, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db" if request.param == "sqlite" else request.getfixturevalue("new_postgres_url")
    made = [Database(url, readers=1) for _ in range(PROCESSES)]
    await made[0].migrate()
    yield made
    for each in made:
        await each.aclose()


def maintenance(number):
    return Announcement(
        code=new_code(),
        kind=AnnouncementKind.MAINTENANCE,
        agency="bapenda",
        starts_at=NOON + timedelta(hours=1),
        ends_at=NOON + timedelta(hours=2),
        text=Bilingual(id="Pemeliharaan", en="Maintenance"),
        made_at=NOON,
        made_by=f"admin-{number}",
    )


async def test_what_several_processes_see_or_say_at_once_is_kept_once(databases):
    stores = [StatusChanges(each) for each in databases]
    for number, kind in enumerate((ChangeKind.GONE, ChangeKind.BACK, ChangeKind.GONE)):
        at = NOON + timedelta(minutes=number)
        await asyncio.gather(*(each.note({"bapenda": (kind, at), "sp2kp": (ChangeKind.BACK, at)}) for each in stores))
    kept = await stores[0].recent(NOON)
    assert [(each.agency, each.number, each.kind, each.at) for each in kept] == [
        ("bapenda", 3, ChangeKind.GONE, NOON + timedelta(minutes=2)),
        ("bapenda", 2, ChangeKind.BACK, NOON + timedelta(minutes=1)),
        ("bapenda", 1, ChangeKind.GONE, NOON),
    ]
    assert (await stores[1].last())["bapenda"] == kept[0]
    said = [Announcements(each) for each in databases]
    made = await asyncio.gather(*(each.announce(maintenance(number)) for number, each in enumerate(said)))
    assert len({each.code for each in made}) == 1
    assert [each.code for each in await said[0].standing(NOON)] == [made[0].code]
    withdrawn = await asyncio.gather(*(each.withdraw(made[0].code, "admin", NOON) for each in said))
    assert {each.withdrawn_at for each in withdrawn} == {NOON}
    assert (await said[0].announce(maintenance(0))).code != made[0].code
