"""Empty, not found, not published and unavailable are four answers, in every domain."""

import asyncio
import re
import shutil

import msgspec
import pytest
from sqlalchemy import create_engine, delete, select, update

from sandbox.identity.issuer import issuer_of
from sandbox.kit.people import ACCOUNTS
from sandbox.server import running
from store.jdih.regulations import REGULATION_COPIES
from store.venues.venues import VENUE_COPIES
from store.weather.forecasts import FORECAST_COPIES
from tests.clock import FakeClock
from tests.conftest import ROOT, configuration_for, listening
from tests.nothing import KINDS, NOTHING
from tests.profiles import KELURAHAN

CELLS = {
    (domain, kind): cell for domain, cells in NOTHING.items() for kind, cell in zip(KINDS, cells, strict=True) if cell
}
FREE = '{ venue(code: "gor-contoh/17") { slots(first: 1) { nodes { code } } } }'
HOLD = 'mutation ($slot: String!) { holdSlot(slot: $slot, idempotencyKey: "nothing-1") { state } }'


@pytest.fixture(scope="module")
def answers(filled_store, tmp_path_factory):
    """What each cell is answered: by a hub whose agencies all answer, and then by one, all of whose agencies are down."""
    folder = tmp_path_factory.mktemp("nothing")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sandbox.tax.parcels.years", lambda today: range(today.year - 9, today.year))
        patched.setattr("sandbox.jobs.karirhub.text", lambda _, row: {"id": row["id"], "title": row["title"]})
        patched.setitem(ACCOUNTS, "newcomer", ACCOUNTS["newcomer"]._replace(nik=None))
        store = shutil.copy(filled_store, folder / "store.db")
        unpublish(store)
        return asyncio.run(answered(folder, f"sqlite:///{store}"))


def unpublish(store):
    """A regulation without its files, a venue without its hours, and no forecast for one kelurahan."""
    engine = create_engine(f"sqlite:///{store}")
    with engine.begin() as connection:
        without(connection, REGULATION_COPIES, "jdih-kota", "10134", attachments=())
        without(connection, VENUE_COPIES, "gor-contoh", "1", hours=())
        forecasts = FORECAST_COPIES.table
        assert connection.execute(delete(forecasts).where(forecasts.c.key == KELURAHAN[0].code)).rowcount == 1
    engine.dispose()


def without(connection, copies, agency, key, **changes):
    at = (copies.table.c.agency == agency) & (copies.table.c.key == key)
    whole = copies.decoder.decode(connection.scalar(select(copies.table.c.body).where(at)))
    body = msgspec.msgpack.encode(msgspec.structs.replace(whole, **changes))
    connection.execute(update(copies.table).where(at).values(body=body))


async def answered(folder, store):
    clock, told = FakeClock(), {}
    async with running(port=0, now=clock.now) as sandbox:
        configuration = configuration_for(sandbox, folder)
        issuer = issuer_of(sandbox.control)

        def headers(name):
            token = issuer.token(name, f"{sandbox.url}/identity", clock.now())
            return {"Authorization": f"Bearer {token}"}

        async def ask(hub, *cells):
            for at in cells:
                told[at] = await hub.ask(CELLS[at].query, **headers(CELLS[at].asks) if CELLS[at].asks else {})

        async with listening(configuration, clock, store_url=store) as hub:
            await ask(hub, *(at for at in CELLS if at[1] != "unavailable"))
            slot = (await hub.data(FREE))["venue"]["slots"]["nodes"][0]["code"]
            held = await hub.ask(HOLD, {"slot": slot}, **headers("citizen"))
            assert held["data"]["holdSlot"] == {"state": "HELD"}
            for code in sandbox.control.agencies:
                sandbox.control.set(code, "ok" if code == "identity" else "down")
            await ask(hub, ("booking", "unavailable"))
        async with listening(configuration, clock) as hub:
            await hub.follow()
            await ask(hub, *(at for at in CELLS if at[1] == "unavailable" and at[0] != "booking"))
    return told


def there(data, at):
    for step in at.split("."):
        data = data[int(step)] if step.isdecimal() else data[step]
    return data


@pytest.mark.parametrize(("domain", "kind"), CELLS)
def test_each_kind_of_nothing_is_told_apart_with_its_reason(answers, domain, kind):
    cell, answer = CELLS[domain, kind], answers[domain, kind]
    path = [int(step) if step.isdecimal() else step for step in cell.at.split(".")]
    errors = [
        (each["path"], each["extensions"]["code"], each["extensions"]["agency"]) for each in answer.get("errors", ())
    ]
    absences = [
        (each["path"], each["code"], each.get("agency"))
        for each in answer["extensions"].get("absences", ())
        if each["message"] and (domain, kind) != ("tax", "empty")  # that tells of its object
    ]
    found = there(answer["data"], cell.at)
    match kind:
        case "empty":
            assert (found, absences, errors) == ({"totalCount": 0}, [], [])
        case "not found" if domain == "identity":
            assert (found, absences, errors) == ("NOT_FOUND", [], [])
        case "not found":
            assert (found, absences, errors) == (None, [(path, "NOT_FOUND", None)], [])
        case "not published":
            assert (absences, errors) == ([(path, "NOT_PUBLISHED", cell.agency)], [])
        case "unavailable":
            assert (found, absences, errors) == (None, [], [(path, "AGENCY_UNAVAILABLE", cell.agency)])


@pytest.mark.parametrize("page", ["docs/errors.md", "docs/id/errors.md"])
def test_the_page_has_the_same_cells(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    said = {name.strip("`"): cells for name, *cells in rows if name.strip("`") in NOTHING}
    assert said.keys() == NOTHING.keys()
    for domain, cells in NOTHING.items():
        assert len(said[domain]) == len(KINDS)
        for cell, words in zip(cells, said[domain], strict=True):
            assert re.findall(r"`(.+?)`", words)[:1] == ([re.sub(r"\.\d+", "", cell.at)] if cell else []), (
                domain,
                words,
            )
