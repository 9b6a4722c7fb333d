"""The outbox of complaints: each is written here before it is sent, and found again whatever becomes of the sending.

What a person has written is kept under the hub's own key, and no longer than it takes to deliver it. What stays is
which desk has it under which number, whose it is by a name that says nothing, and its flags.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from auth.cover import Cover
from connectors.complaints.records import Letter
from store.complaints.tables import COMPLAINTS
from store.kit.database import BEHIND, Database

AT = COMPLAINTS.c

MOST = 1_000
"""How many of one person are found; the latest."""


class Delivery(Enum):
    """How far a complaint is on its way."""

    WAITING = "WAITING"
    """Not delivered yet; the hub goes on trying."""
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    """The desk does not take it."""
    IN_DOUBT = "IN_DOUBT"
    """It was handed over, the answer was lost, and the desk cannot be asked. It is not sent again."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint in the outbox, without what it says."""

    key: str
    agency: str
    topic: str
    owner: str
    person: str
    wish: str
    request: str
    mark: str
    anonymous: bool
    secret: bool
    made_at: datetime
    state: Delivery = Delivery.WAITING
    attempts: int = 0
    first_tried_at: datetime | None = None
    doubtful: bool = False
    problem: str | None = None
    due_at: datetime | None = None
    number: str | None = None
    token: str | None = None
    notice: str | None = None
    delivered_at: datetime | None = None


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """By what a desk's secret complaints are known: their numbers, and the marks of what they say."""

    numbers: frozenset[str]
    marks: frozenset[str]


_COLUMNS = [AT[name] for name in Kept.__struct_fields__]


class Outbox:
    """All complaints that were made through the hub."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.filled = asyncio.Event()
        """Set when something is to be delivered at once."""

    async def put(self, wanted: Kept, letter: str, since: datetime, most: int) -> Kept | None:
        """Keep it, unless its wish stands for something already: then that.

        None where the owner has sent this desk as many since then as may be. `letter` is sealed.
        """

        def put(connection: Connection) -> Kept | None:
            if self._database.dialect == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(wanted.owner, 0))))
            under = (AT.owner == wanted.owner, AT.wish == wanted.wish)
            if row := connection.execute(select(*_COLUMNS).where(*under)).mappings().first():
                return _kept(row)
            lately = (AT.owner == wanted.owner, AT.agency == wanted.agency, AT.made_at > since)
            if connection.execute(select(func.count()).select_from(COMPLAINTS).where(*lately)).scalar_one() >= most:
                return None
            values = {**msgspec.structs.asdict(wanted), "state": wanted.state.value, "letter": letter}
            connection.execute(insert(COMPLAINTS).values(values))
            return wanted

        kept = await self._database.write(put)
        self.filled.set()
        return kept

    async def under(self, owner: str, wish: str) -> Kept | None:
        """What this wish stands for."""
        return next(iter(await self._found(AT.owner == owner, AT.wish == wish)), None)

    async def of(self, owner: str) -> list[Kept]:
        """All of one person, at whatever desk, the latest first."""
        return await self._found(AT.owner == owner)

    async def one(self, key: str) -> Kept | None:
        """The one of this key."""
        return next(iter(await self._found(AT.key == key)), None)

    async def numbered(self, agency: str, number: str) -> Kept | None:
        """The one that has this number at this desk."""
        return next(iter(await self._found(AT.agency == agency, AT.number == number)), None)

    async def secrets(self, agency: str) -> Secrets:
        """By what this desk's secret complaints are known."""
        asking = select(AT.number, AT.mark).where(AT.agency == agency, AT.secret)

        def read(connection: Connection) -> Secrets:
            rows = connection.execute(asking).all()
            return Secrets(
                numbers=frozenset(row.number for row in rows if row.number is not None),
                marks=frozenset(row.mark for row in rows),
            )

        return await self._database.read(read)

    async def waiting(self, agency: str) -> int:
        """How many this desk has not been given yet."""
        counting = select(func.count()).where(AT.agency == agency, AT.state == Delivery.WAITING.value)
        return await self._database.read(lambda connection: connection.execute(counting).scalar_one())

    async def letter(self, key: str, cover: Cover) -> Letter | None:
        """What it says; None where that is gone."""
        sealed = await self._database.read(
            lambda connection: connection.execute(select(AT.letter).where(AT.key == key)).scalar()
        )
        return opened(cover, key, sealed)

    async def due(self, agencies: Collection[str], now: datetime) -> list[tuple[str, str]]:
        """Of which desk something is to be done now, and the keys, those that wait longest first."""
        free = or_(AT.holder.is_(None), AT.held_until <= now)
        asking = select(AT.agency, AT.key).where(AT.due_at <= now, free, AT.agency.in_(agencies))
        asking = asking.order_by(AT.due_at, AT.made_at, AT.key).limit(MOST)
        return await self._database.read(
            lambda connection: [(row.agency, row.key) for row in connection.execute(asking)]
        )

    async def take(self, key: str, holder: str, now: datetime, until: datetime) -> tuple[Kept, str | None] | None:
        """Become the one who sees to it, until then; None where it is not due, or somebody else does.

        From here on it is doubtful whether it was delivered, until somebody knows; what is told is how it was before.
        """
        mine = and_(AT.key == key, AT.due_at <= now, or_(AT.holder.is_(None), AT.held_until <= now))

        def take(connection: Connection) -> tuple[Kept, str | None] | None:
            reading = select(*_COLUMNS, AT.letter).where(mine)
            if self._database.dialect == "postgresql":
                reading = reading.with_for_update(skip_locked=True)
            row = connection.execute(reading).mappings().first()
            if row is None:
                return None
            waits = row["state"] == Delivery.WAITING.value
            begun = {
                "holder": holder,
                "held_until": until,
                "attempts": AT.attempts + int(waits),
                "first_tried_at": func.coalesce(AT.first_tried_at, now) if waits else AT.first_tried_at,
                "doubtful": or_(AT.doubtful, waits),
            }
            connection.execute(update(COMPLAINTS).where(AT.key == key).values(begun))
            letter = row["letter"]
            return _kept({name: row[name] for name in Kept.__struct_fields__}), letter

        return await self._database.write(take, within=BEHIND)

    async def end(self, key: str, holder: str, **values: Any) -> bool:
        """Be done with it for now, with this to remember; False, and nothing remembered, where somebody else has it."""
        if isinstance(state := values.get("state"), Delivery):
            values["state"] = state.value
        ending = update(COMPLAINTS).where(AT.key == key, AT.holder == holder)
        ending = ending.values(holder=None, held_until=None, **values)
        return bool(await self._database.write(lambda connection: connection.execute(ending).rowcount, within=BEHIND))

    async def postpone(self, agency: str, until: datetime) -> None:
        """Leave this desk alone until then with all that waits for it and that nobody sees to."""
        waits = (AT.agency == agency, AT.state == Delivery.WAITING.value, AT.holder.is_(None), AT.due_at < until)
        postponing = update(COMPLAINTS).where(*waits).values(due_at=until)
        await self._database.write(lambda connection: connection.execute(postponing), within=BEHIND)

    async def _found(self, *where: ColumnElement[bool]) -> list[Kept]:
        finding = select(*_COLUMNS).where(*where).order_by(AT.made_at.desc(), AT.key).limit(MOST)
        return await self._database.read(
            lambda connection: [_kept(row) for row in connection.execute(finding).mappings()]
        )


def sealed(cover: Cover, letter: Letter) -> str:
    """The letter under the hub's key, for this complaint and no other."""
    return cover.put(_kind(letter.key), msgspec.json.encode(letter).decode())


def opened(cover: Cover, key: str, text: str | None) -> Letter | None:
    """The letter again; None where there is none, or it is not one of this complaint under this key."""
    found = cover.lifted(_kind(key), text) if text else None
    return None if found is None else msgspec.json.decode(found, type=Letter)


def _kind(key: str) -> str:
    return f"complaint {key}"


def _kept(row: Any) -> Kept:
    return Kept(**{**row, "state": Delivery(row["state"])})
