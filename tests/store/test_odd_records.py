"""What a connector makes of odd values can be kept by both databases: an odd record costs no copy."""

import pytest
from structlog.testing import capture_logs

from connectors.jdih.jdihn import Jdihn
from connectors.kit.errors import AgencyError
from connectors.venues.openactive import OpenActive
from store.registry import COPY_TABLES
from tests import mutation
from tests.breakers import never_opens
from tests.playback import arguments, connect, playing, recording

FEEDS = [(Jdihn, "regulations"), (OpenActive, "venues"), (OpenActive, "slots")]


@pytest.mark.parametrize(("kind", "name"), FEEDS, ids=lambda each: getattr(each, "__name__", each))
async def test_what_comes_of_an_odd_value_can_be_kept(database, kind, name):
    whole = recording(kind, name)
    refused, kept = [], set()
    async with playing(whole) as player:
        connector = connect(kind, whole, player.url)
        never_opens(connector)
        feed = getattr(connector, name)(*arguments(whole))
        exchange = whole.exchanges[0]
        for number, place in enumerate(mutation.places(exchange.answer, of_a_kind=1)):
            for odd in mutation.one_in_three(mutation.ODD, number):
                answer = mutation.with_value(exchange.answer, place, odd)
                player.played = mutation.with_answer(whole, 0, answer)
                records = [record for record in await _records(feed) if record not in kept]
                kept.update(records)
                if problem := await _refusal(database, COPY_TABLES[kind.domain, name], records):
                    refused.append(f"{'.'.join(map(str, place))} = {mutation.shown(odd)}: {problem}")
        await connector.aclose()
    assert not refused
    assert kept


async def _records(feed):
    found = []
    with capture_logs():
        try:
            async for batch in feed.follow(None):
                found += batch.records
        except AgencyError:
            pass
    return found


async def _refusal(database, copies, records):
    if not records:
        return None

    def put(connection):
        copies.upsert(connection, "agency", 1, records, None)
        connection.rollback()

    try:
        await database.write(put)
    except Exception as error:  # noqa: BLE001  whatever the database says is what is looked for
        return type(error).__name__
    return None
