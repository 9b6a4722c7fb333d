"""What a calendar is told of a person's bookings."""

import os
from datetime import timedelta
from random import Random

import pytest

from auth.caller import Audience, Caller, Person
from auth.seal import Seal
from cache.envelope import Cache
from cache.places import store_at
from connectors.agencies import Agencies
from connectors.regions.gazetteer import Gazetteer
from connectors.venues.bookings import BookingState
from resolvers.bookings import cancel_booking, confirm_booking, hold_slot
from resolvers.context import Context
from resolvers.recording import Recording
from resolvers.venue_bookings import booked_times
from store.database import Database
from store.store import Store
from store.usages import Usages


@pytest.fixture
async def context(configuration, clock, store_url):
    database, seal = Database(store_url), Seal(os.environ["SIMPUL_IDENTITY_SECRET"].encode())
    caller = Caller(person=Person(subject="somebody", nik=None, agency=None, audience=Audience.CITIZEN))
    agencies = Agencies.configured(configuration, clock)
    kept = store_at("memory://", max_bytes=1_000_000, clock=clock)
    cache = Cache(kept, clock=clock, secret=b"a secret of tests, and of tests alone", random=Random())
    yield lambda: Context(
        agencies=agencies, cache=cache, clock=clock, regions=Gazetteer.of("36.71", "Asia/Jakarta"),
        store=Store(database), caller=caller, seal=seal, recording=Recording(Usages(database, seal), seal, clock, caller),
    )  # fmt: skip
    await agencies.aclose()
    await database.aclose()


async def test_it_is_what_is_held_or_booked_in_order_of_time_with_place_and_keeper(context, clock):
    wanted = {"a": "gor-kota/1-20261124T0300Z", "b": "gor-contoh/S1-20261124-08", "c": "gor-kota/4-20261124T0300Z"}
    code = {
        key: (await hold_slot(None, context(), slot=slot, idempotency_key=key)).value.code
        for key, slot in wanted.items()
    }
    await confirm_booking(None, context(), booking=code["a"])
    await cancel_booking(None, context(), booking=code["c"])
    found = await booked_times(context(), None)
    assert found.person == "somebody"
    first, second = found.value
    assert [(each.code, each.state) for each in (first, second)] == [
        (code["b"], BookingState.HELD), (code["a"], BookingState.CONFIRMED),
    ]  # fmt: skip
    assert (second.venue, second.site, second.street) == (
        "Futsal GOR Kota 1",
        "GOR Kota Contoh",
        "Jl. Olahraga Contoh No. 1",
    )
    assert (second.starts_at.isoformat(), second.ends_at - second.starts_at) == (
        "2026-11-24T03:00:00+00:00", timedelta(hours=1),
    )  # fmt: skip
    assert (second.keeper.name, second.kecamatan.name, second.ready) == ("Petugas GOR 2", "Benda", False)
    assert (await booked_times(context(), second.ends_at)).value == []
