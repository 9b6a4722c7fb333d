"""How often a document asks the store: by what it asks for, and not by how much there is."""

import asyncio
import shutil
import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from graphql import OperationType
from sqlalchemy import Engine, event

from auth.caller import Audience
from sandbox.sign_in import sign_in
from store.kit import recent
from store.kit.database import Database
from store.platform import usage_keeper
from tests.conftest import listening
from tests.schema.documents import ASKED_KEY, COMPLAINT, KEY, MAINTENANCE, QUERIES, RECOVERY, SLOT
from tests.schema.documents import DOCUMENTS as READY

SLOTS = "venues(first: 40) { nodes { name slots(first: 1) { nodes { startsAt } } } }"
DOCUMENTS = {
    "{ venues(first: 40) { nodes { name } } }": (1, 0),
    f"{{ {SLOTS} }}": (1 + 2, 3),
    f"{{ {SLOTS.replace('first: 1)', 'last: 2, onlyFree: false)')} }}": (1 + 2, 3),
    f"{{ {SLOTS.replace('{ nodes { startsAt } }', '{ totalCount nodes { startsAt } }')} }}": (1 + 2 * 2, 5),
    "{ venues(first: 40) { nodes { slots(first: 0) { totalCount } day { hours } openNow } } }": (1 + 2 * 2 + 2, 7),
    '{ venues(freeOn: "2026-11-24", first: 40) { nodes { name sports { nodes { name } } } sports { name } } }': (3, 3),
    "{ regulations(first: 3) { nodes { title } } }": (1, 0),
    "{ regulations(first: 3) { totalCount nodes { title } } }": (1, 0),
    "query { regulations(first: 3) { ...Counted } } fragment Counted on RegulationConnection { all: totalCount }": (
        0,
        0,
    ),
    "{ regulations(first: 3) { totalCount @skip(if: true) nodes { amends { nodes { text } } } } }": (2, 0),
    '{ regulations(year: 2020, text: "perda") { totalCount nodes { title } } }': (2, 0),
    '{ regulation(code: "jdih-kota/10011") { title revokes { nodes { text } } } }': (1 + 2, 0),
}
"""By its document, how many statements it makes of the store at first, and when it is asked again.

There are two systems of venues, each asked for slots and for their number. The venues, regulations and counts are kept
as long as their copies stay as they are. The states of the copies, which are asked for at most once a second, are apart.
"""


@pytest.fixture
def statements():
    """Those that are sent to any database, without what begins a transaction, and without the record's head."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(APART):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_the_statements_of_a_document_do_not_grow_with_what_it_finds(hub, statements):
    asked, told = {}, []
    for document in DOCUMENTS:
        counts = []
        for _ in range(2):
            statements.clear()
            await hub.data(document)
            states = [each for each in statements if "FROM feeds ORDER BY" in " ".join(each.split())]
            assert len(states) <= 1
            counts.append(len(statements) - len(states))
            told.append([" ".join(each.split()) for each in statements if each not in states])
        asked[document] = tuple(counts)
    assert asked == DOCUMENTS, told


async def test_what_is_batched_is_what_each_alone_would_get(hub):
    together = (await hub.data(f"{{ {SLOTS.replace('first: 1)', 'first: 2)').replace('name', 'code')} }}"))["venues"]
    found = {each["code"]: each["slots"]["nodes"] for each in together["nodes"]}
    assert len(found) > 5
    assert all(len(slots) == 2 for slots in found.values())
    for code, slots in found.items():
        asked = "query ($code: String!) { venue(code: $code) { slots(first: 2) { nodes { startsAt } } } }"
        assert (await hub.data(asked, {"code": code}))["venue"]["slots"]["nodes"] == slots


OF_THE_HEAD = ("SELECT sequence, link FROM usages", "SELECT usages.link FROM usages")
APART = (
    "BEGIN",
    "PRAGMA",
    "INSERT INTO agency_findings",
    "SET LOCAL",
    "SELECT 1",
    "SELECT pg_advisory_xact_lock",
    *OF_THE_HEAD,
)
"""What a document does not ask: also findings that were opened before, and whether the store lives."""

READ = {
    "agencies": (2, 0),
    "api-key-requests": (2, 2),
    "api-keys": (2, 2),
    "apps": (7, 5),
    "city-at-a-glance": (5, 2),
    "complaint-detail": (1, 1),
    "complaint-queue": (1, 1),
    "complaints-nearby": (1, 1),
    "field-uses": (3, 3),
    "findings": (1, 1),
    "late-complaints": (1, 1),
    "my-api-keys": (3, 3),
    "my-app": (7, 7),
    "my-booking": (1, 1),
    "my-bookings": (2, 2),
    "my-complaint": (1, 1),
    "my-complaints": (2, 2),
    "my-data-usage": (3, 3),
    "record-of-access": (8, 8),
    "what-runs": (11, 11),
    "my-devices": (1, 1),
    "my-property": (1, 1),
    "my-residence": (1, 1),
    "my-yellow-card": (1, 1),
    "operation-uses": (3, 3),
    "regulation-detail": (1, 0),
    "regulation-list": (2, 0),
    "regulation-relations": (3, 0),
    "regulations": (3, 0),
    "scorecards": (2, 1),
    "sports-venues": (7, 7),
    "venue-bookings": (2, 1),
    "venue-detail": (5, 4),
    "weather-by-kelurahan": (1, 1),
    "weather-today": (1, 1),
}
"""How many statements each query of docs/queries makes of the store, at first and when it is asked again.

The others make none. What only finds out where the record ends, and who may write it, is left out.
"""
DONE = {
    "create-api-key": (2, 2),
    "revoke-api-key": (4, 2),
    "request-api-key": (5, 2),
    "grant-api-key": (5, 2),
    "refuse-api-key": (3, 2),
    "collect-api-key": (5, 2),
    "rotate-api-key": (6, 2),
    "announce-maintenance": (4, 1),
    "change-maintenance": (4, 1),
    "announce-recovery": (4, 1),
    "withdraw-announcement": (2, 1),
    "send-complaint": (6, 2),
    "hold-slot": (6, 3),
    "confirm-booking": (3, 2),
    "confirm-venue-ready": (2, 1),
    "cancel-booking": (3, 2),
    "end-my-session": (1, 1),
}
"""The same of each mutation, and in how many transactions that write; each of those waits for the disk."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def full_store(request, filled_store, tmp_path):
    """The address of a store with all copies."""
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(filled_store, tmp_path / 'store.db')}"
    url = request.getfixturevalue("new_postgres_url")
    database = Database(url)
    await database.migrate()
    await database.aclose()
    await asyncio.to_thread(copied, filled_store, url)
    return url


def copied(file, url):
    """The copies in this file, taken over into PostgreSQL."""
    with closing(sqlite3.connect(file)) as source, psycopg.connect(url) as target:
        for table in ("api_keys", "feeds", "regulations", "venues", "slots", "forecasts"):
            names = [row[1] for row in source.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
            columns = ", ".join(names)
            with target.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copying:
                for row in source.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608  names of our own
                    values = zip(names, row, strict=True)
                    copying.write_row([bool(value) if name == "sweeping" else value for name, value in values])


class Asking:
    """Somebody who asks the ready documents, and counts what they ask the store.

    It listens before the hub is made: its threads begin transactions from then on.
    """

    def __init__(self, issuer, app):
        self.hub, self.issuer, self.app, self.tokens = None, issuer, app, {}
        self.sent, self.writes, self.told = [], [], {}

    @contextmanager
    def listening(self):
        heard = {"before_cursor_execute": self._note, "begin": self._begun}
        for name, hear in heard.items():
            event.listen(Engine, name, hear)
        try:
            yield
        finally:
            for name, hear in heard.items():
                event.remove(Engine, name, hear)

    def _is_the_store(self, connection):
        return self.hub and connection.engine.url == self.hub.state.store.database._engine.url

    def _note(self, connection, _cursor, statement, *_):
        plain = " ".join(statement.split())
        if self._is_the_store(connection) and not plain.startswith(APART) and "FROM feeds ORDER BY" not in plain:
            self.sent.append(plain)

    def _begun(self, connection):
        if self._is_the_store(connection) and connection.get_execution_options().get("writes"):
            self.writes.append("one")

    async def __call__(self, name, variables=None):
        """The data of a document, and how many statements and transactions that write it took."""
        document, who = READY[name], {}
        if document.audience is Audience.PARTNER:
            who = self.app
        elif document.audience is not Audience.PUBLIC:
            account = document.account
            if account not in self.tokens:
                self.tokens[account] = await asyncio.to_thread(sign_in, self.issuer, account)
            who = {"Authorization": f"Bearer {self.tokens[account]}"}
        self.sent.clear()
        self.writes.clear()
        answer = await self.hub.ask(document.text, variables, **who)
        assert "errors" not in answer, (name, answer["errors"])
        self.told.setdefault(name, []).append(self.sent[:])
        return answer["data"], (len(self.sent), len(self.writes))

    def unlike(self, counts, expected):
        """What was sent by those that are not as expected."""
        return {name: self.told[name] for name in counts if counts[name] != expected.get(name, (0, 0))}


async def test_each_ready_document_asks_the_store_as_often_as_it_says(
    configuration, clock, sandbox, full_store, headers_of, monkeypatch
):
    """In PostgreSQL those that ask SQLite for nothing are left out."""
    monkeypatch.setattr(recent, "KNOWN_FOR", 3600.0)
    monkeypatch.setattr(usage_keeper, "PAUSE", 3600.0)
    queries = [each.name for each in QUERIES if full_store.startswith("sqlite") or each.name in READ]
    subscriptions = {each.name for each in READY.values() if each.operation.operation is OperationType.SUBSCRIPTION}
    assert {each.name for each in QUERIES} | DONE.keys() | subscriptions == READY.keys()
    ask = Asking(f"{sandbox.url}/identity", headers_of(Audience.PARTNER))
    with ask.listening():
        async with listening(configuration, clock, store_url=full_store, usage=True) as hub:
            ask.hub = hub
            await asked_all(ask, queries)


async def asked_all(ask, queries):
    """Each query twice, and then each mutation."""
    read = {name: tuple([(await ask(name))[1][0] for _ in range(2)]) for name in queries}
    assert {name: counts for name, counts in read.items() if any(counts)} == READ, ask.unlike(read, READ)
    done = {}

    async def do(name, variables):
        data, done[name] = await ask(name, variables)
        return next(iter(data.values()))

    made = await do("create-api-key", KEY)
    await do("revoke-api-key", {"code": made["apiKey"]["code"]})
    wanted = (ASKED_KEY, ASKED_KEY | {"purpose": "Peta"})
    codes = [{"code": (await do("request-api-key", each))["code"]} for each in wanted]
    await do("grant-api-key", codes[0])
    await do("refuse-api-key", codes[1] | {"reason": "x"})
    collected = await do("collect-api-key", codes[0])
    await do("rotate-api-key", {"code": collected["apiKey"]["code"]})
    announced = await do("announce-maintenance", MAINTENANCE)
    later = {name: value for name, value in MAINTENANCE.items() if name != "agency"}
    await do("change-maintenance", later | {"code": announced["code"], "endsAt": "2026-11-24T05:00:00+07:00"})
    await do("announce-recovery", RECOVERY)
    await do("withdraw-announcement", {"code": announced["code"]})
    await do("send-complaint", COMPLAINT)
    booking = {"booking": (await do("hold-slot", SLOT))["code"]}
    for name in ("confirm-booking", "confirm-venue-ready", "cancel-booking"):
        await do(name, booking)
    await asyncio.to_thread(sign_in, ask.issuer, "citizen")
    devices = (await ask("my-devices"))[0]["me"]["devices"]["nodes"]
    await do("end-my-session", {"code": next(each["code"] for each in devices if not each["current"])})
    assert done == DONE, ask.unlike(done, DONE)
