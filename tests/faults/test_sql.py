"""Every fault of a line to the databases of agencies: it costs its agency and nobody else, and after it all is whole.

Each fault is tried at one agency here, another one with each fault, and at every agency under `make soak`.
"""

import itertools
import shutil
import uuid
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
import pytest

from connectors.booking.records import Booking, BookingState
from connectors.kit.errors import AgencyError
from tests.breakers import never_opens
from tests.conftest import listening
from tests.faults.conftest import LOOKUPS, Spoilt
from tests.faults.questions import OVER_SQL
from tests.faults.sql_doors import SQL_FAULTS, sql_doors, taken_over
from tests.faults.test_matrix import SHORT, examined
from tests.venues.city import City, on_postgresql, order, slot

pytestmark = pytest.mark.hedged

AGENCIES = list(OVER_SQL)
LOUD = [each for each in SQL_FAULTS if not each.silent]
SILENT = [each for each in SQL_FAULTS if each.silent]


def placed(configuration, urls, **limits):
    """The same with these agencies at these addresses, and with these limits."""

    def at(each):
        if each.agency.code not in urls:
            return each
        kept = msgspec.structs.replace(each.agency.limits, **limits)
        return each._replace(agency=msgspec.structs.replace(each.agency, url=urls[each.agency.code], limits=kept))

    return configuration._replace(agencies=tuple(map(at, configuration.agencies)))


@pytest.fixture
def databases(postgres, sandbox):
    """The databases of the sandbox, taken over into PostgreSQL: by agency, the name of each."""
    names = {}
    for code in AGENCIES:
        names[code] = f"t{uuid.uuid4().hex}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{names[code]}"')
        taken_over(f"{sandbox.folder}/{code}.db", postgres.replace("/postgres?", f"/{names[code]}?"))
    return names


@pytest.fixture
def spoilt_sql(sandbox, configuration, clock, filled_store, tmp_path, headers_of, postgres, databases):
    parts = urlsplit(postgres)
    folder, user = parse_qs(parts.query)["host"][0], parts.username

    @asynccontextmanager
    async def make(**limits):
        stores = [f"sqlite:///{shutil.copy(filled_store, tmp_path / name)}" for name in ("spoilt.db", "truth.db")]
        settings = {"quota": 0, "lookups": LOOKUPS}
        straight = {code: f"postgresql+psycopg://{user}@/{name}?host={folder}" for code, name in databases.items()}
        async with sql_doors(AGENCIES, folder) as doors:
            behind = {
                code: f"postgresql+psycopg://{user}@127.0.0.1:{doors[code].port}/{name}"
                for code, name in databases.items()
            }
            async with (
                listening(placed(configuration, behind, **limits), clock, store_url=stores[0], **settings) as hub,
                listening(placed(configuration, straight), clock, store_url=stores[1], **settings) as truth,
            ):
                yield Spoilt(hub, truth, doors, sandbox, clock, headers_of)

    return make


def rotating(faults):
    """Each fault with another agency."""
    return zip(faults, itertools.cycle(AGENCIES), strict=False)


async def test_each_fault_of_a_line_costs_its_agency_and_nobody_else(spoilt_sql):
    async with spoilt_sql(timeout=20) as city:
        await examined(city, rotating(LOUD))


async def test_each_silence_of_a_line_costs_its_agency_and_nobody_else(spoilt_sql):
    async with spoilt_sql(timeout=SHORT) as city:
        await examined(city, rotating(SILENT))


async def ordered(command, door, fault):
    """The order under the fault, and then again; what is said at last."""
    fault.begin(door)
    try:
        early = (await command().execute()).records
    except AgencyError as error:
        early = error
    await door.heal()
    found = (await command().execute()).records
    assert isinstance(found, Booking), found
    assert early == found or early.code == fault.code
    return found.state


async def booked_through(faults, clock, postgres, url, seconds):
    city, folder = on_postgresql(url), parse_qs(urlsplit(postgres).query)["host"][0]
    async with sql_doors(["gor-kota"], folder) as doors:
        door = doors["gor-kota"]
        place = urlsplit(city.url)._replace(netloc=f"{urlsplit(postgres).username}@127.0.0.1:{door.port}", query="")
        system = City(place.geturl(), None).connector(clock, timeout=seconds)
        never_opens(system)
        try:
            for number, three in enumerate(faults):
                asked = order(key=f"k{number}", wanted=slot(hour=14 + number % 8))
                states = [
                    await ordered(lambda do=do, asked=asked: getattr(system, do)(asked), door, fault)
                    for do, fault in zip(("hold", "confirm", "cancel"), three, strict=True)
                ]
                assert states == [BookingState.HELD, BookingState.CONFIRMED, BookingState.CANCELLED]
                assert city.live() == 0
        finally:
            await system.aclose()
        assert len(city.run("SELECT * FROM bookings")) == number + 1


async def test_a_booking_is_made_once_whatever_breaks_on_the_line(postgres, new_postgres_url, clock):
    """Each fault once, at one of the three commands."""
    threes = itertools.zip_longest(*[iter(LOUD)] * 3, fillvalue=LOUD[0])
    await booked_through(threes, clock, postgres, new_postgres_url, 20)


@pytest.mark.soak
@pytest.mark.parametrize(("faults", "seconds"), [(LOUD, 20), (SILENT, SHORT)], ids=["loud", "silent"])
async def test_a_booking_is_made_once_whatever_breaks_at_each_command(
    postgres, new_postgres_url, clock, faults, seconds
):
    await booked_through([[each] * 3 for each in faults], clock, postgres, new_postgres_url, seconds)


@pytest.mark.soak
@pytest.mark.parametrize("fault", SQL_FAULTS, ids=lambda fault: fault.name)
async def test_each_fault_of_a_line_at_every_agency(spoilt_sql, fault):
    async with spoilt_sql(timeout=SHORT if fault.silent else 20) as city:
        await examined(city, [(fault, code) for code in AGENCIES])
