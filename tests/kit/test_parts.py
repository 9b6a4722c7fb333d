"""A long list is mapped in parts: the loop gets its turn between them, and the agency's time does not run meanwhile."""

import asyncio
import itertools
import json

import pytest

from connectors.beds.aplicares import Aplicares
from connectors.kit.agency import Agency, Limits
from connectors.kit.boundary import in_time
from connectors.kit.parts import PART, in_parts
from tests.playback import arguments, connect, playing, recording

AGENCY = Agency(code="a", domain="d", connector="c", name="A", limits=Limits(timeout=5))


async def test_a_reading_of_thousands_of_rooms_holds_up_nobody(monkeypatch):
    """By counts: whoever is ready has its turn at least once in each part of rows."""
    played = recording(Aplicares, "rooms")
    rows = 6_000

    def many(sent):
        return [sent[0] | {"koderuang": f"R{number}"} for number in range(rows)]

    mapped, seen = [], []
    to_room = Aplicares._to_room
    monkeypatch.setattr(Aplicares, "_to_room", lambda self, row: (mapped.append(1), to_room(self, row))[1])

    async def somebody_else():
        while True:
            seen.append(len(mapped))
            await asyncio.sleep(0)

    damaged = played.damaged(many)
    assert len(json.dumps(damaged.exchanges[0].answer)) > 1_000_000
    async with playing(damaged) as player:
        connector = connect(Aplicares, damaged, player.url)
        other = asyncio.create_task(somebody_else())
        found = (await connector.rooms(*arguments(damaged)).fetch()).records
        other.cancel()
        await connector.aclose()
    assert (len(found), len(mapped)) == (rows, rows)
    assert max(after - before for before, after in itertools.pairwise(seen)) <= PART


@pytest.mark.parametrize("rows", [PART, PART + 1, 10 * PART])
async def test_the_work_of_the_hub_is_no_time_of_the_agency(rows):
    async with in_time(AGENCY, "rooms") as limit:
        ends, whens, done = limit.when(), [], []

        def work(some):
            whens.append(limit.when())
            done.extend(some)

        await asyncio.gather(in_parts(range(rows), work), in_parts(range(rows), work))
        assert sorted(done) == sorted([*range(rows), *range(rows)])
        assert set(whens) == ({ends} if rows == PART else {None})
        assert limit.when() >= ends


async def test_after_work_that_fails_the_time_runs_again():
    async with in_time(AGENCY, "rooms") as limit:
        with pytest.raises(ZeroDivisionError):
            await in_parts(range(2 * PART), lambda _: 1 // 0)
        assert limit.when() is not None
