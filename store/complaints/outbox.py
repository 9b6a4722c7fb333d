"""The outbox of complaints. The hub writes each complaint here before it sends it.

The text is encrypted with the hub's own key, and deleted as soon as the desk has it. The row stays. It says which desk
has the complaint under which number, and which flags it has. It names the person only by keyed names.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Update, and_, func, insert, or_, select, update

from auth.cover import Cover
from connectors.complaints.records import Letter
from store.complaints.tables import COMPLAINTS
from store.kit.database import BEHIND, Database

AT = COMPLAINTS.c

MOST = 1_000
"""How many complaints of one person are found: the latest."""


class Delivery(Enum):
    """How far the delivery of a complaint is."""

    WAITING = "WAITING"
    """Not delivered yet. The hub tries again."""
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    """The desk does not accept it."""
    IN_DOUBT = "IN_DOUBT"
    """It was sent, the answer was lost, and the desk cannot be asked. It is not sent again."""


class StoredComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint in the outbox, without its text.

    `first_tried_at` and `tried_at`: when the first and the last attempt to send it began. `doubtful`: whether one of
    them may have arrived.
    """

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
    refusals: int = 0
    first_tried_at: datetime | None = None
    tried_at: datetime | None = None
    doubtful: bool = False
    problem: str | None = None
    due_at: datetime | None = None
    number: str | None = None
    token: str | None = None
    notice: str | None = None
    delivered_at: datetime | None = None


class SecretMarks(msgspec.Struct, frozen=True, kw_only=True):
    """What identifies the secret complaints of a desk: their numbers, and the marks of their texts."""

    numbers: frozenset[str]
    marks: frozenset[str]


_COLUMNS = [AT[name] for name in StoredComplaint.__struct_fields__]


class Outbox:
    """All complaints that were sent through the hub."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.filled = asyncio.Event()
        """Set when a new complaint waits."""

    async def add(self, wanted: StoredComplaint, letter: str, since: datetime, most: int) -> StoredComplaint | None:
        """Store a complaint. If the same wish was stored before, return that complaint instead.

        Returns None if the owner has sent this desk `most` complaints since then. `letter` is encrypted.
        """

        def insert_or_find(connection: Connection) -> StoredComplaint | None:
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

        kept = await self._database.write(insert_or_find)
        self.filled.set()
        return kept

    async def under(self, owner: str, wish: str) -> StoredComplaint | None:
        """The complaint of this wish."""
        return next(iter(await self._found(AT.owner == owner, AT.wish == wish)), None)

    async def of(self, owner: str) -> list[StoredComplaint]:
        """All complaints of one person, at all desks, the latest first."""
        return await self._found(AT.owner == owner)

    async def one(self, key: str) -> StoredComplaint | None:
        """The complaint with this key."""
        return next(iter(await self._found(AT.key == key)), None)

    async def numbered(self, agency: str, number: str) -> StoredComplaint | None:
        """The complaint with this number at this desk."""
        return next(iter(await self._found(AT.agency == agency, AT.number == number)), None)

    async def secrets(self, agency: str) -> SecretMarks:
        """What identifies the secret complaints of this desk."""
        asking = select(AT.number, AT.mark).where(AT.agency == agency, AT.secret)

        def read(connection: Connection) -> SecretMarks:
            rows = connection.execute(asking).all()
            return SecretMarks(
                numbers=frozenset(row.number for row in rows if row.number is not None),
                marks=frozenset(row.mark for row in rows),
            )

        return await self._database.read(read)

    async def waiting(self, agency: str) -> int:
        """How many complaints wait for this desk."""
        counting = select(func.count()).where(AT.agency == agency, AT.state == Delivery.WAITING.value)
        return await self._database.read(lambda connection: connection.execute(counting).scalar_one())

    async def letter(self, key: str, cover: Cover) -> Letter | None:
        """The letter; None if it was deleted."""
        sealed = await self._database.read(
            lambda connection: connection.execute(select(AT.letter).where(AT.key == key)).scalar()
        )
        return opened(cover, key, sealed)

    async def due(self, agencies: Collection[str], now: datetime) -> list[tuple[str, str]]:
        """What is due now: the desk and the key of each complaint. Those that wait longest come first."""
        free = or_(AT.holder.is_(None), AT.held_until <= now)
        asking = select(AT.agency, AT.key).where(AT.due_at <= now, free, AT.agency.in_(agencies))
        asking = asking.order_by(AT.due_at, AT.made_at, AT.key).limit(MOST)
        return await self._database.read(
            lambda connection: [(row.agency, row.key) for row in connection.execute(asking)]
        )

    async def acquire(
        self, key: str, holder: str, now: datetime, until: datetime
    ) -> tuple[StoredComplaint, str | None] | None:
        """Take the lease of a complaint until then; None if it is not due, or if another process has the lease."""
        mine = and_(AT.key == key, AT.due_at <= now, or_(AT.holder.is_(None), AT.held_until <= now))

        def lease(connection: Connection) -> tuple[StoredComplaint, str | None] | None:
            reading = select(*_COLUMNS, AT.letter).where(mine)
            if self._database.dialect == "postgresql":
                reading = reading.with_for_update(skip_locked=True)
            row = connection.execute(reading).mappings().first()
            if row is None:
                return None
            attempts = AT.attempts + int(row["state"] == Delivery.WAITING.value)
            leased = {"holder": holder, "held_until": until, "attempts": attempts}
            connection.execute(update(COMPLAINTS).where(AT.key == key).values(leased))
            letter = row["letter"]
            return _kept({name: row[name] for name in StoredComplaint.__struct_fields__}), letter

        return await self._database.write(lease, within=BEHIND)

    async def begin(self, key: str, holder: str, now: datetime) -> bool:
        """Store that an attempt begins; from now on the delivery is doubtful. False if the lease has ended."""
        begun = {"doubtful": True, "first_tried_at": func.coalesce(AT.first_tried_at, now), "tried_at": now}
        beginning = update(COMPLAINTS).where(AT.key == key, AT.holder == holder, AT.held_until > now).values(begun)
        return bool(
            await self._database.write(lambda connection: connection.execute(beginning).rowcount, within=BEHIND)
        )

    async def release(self, key: str, holder: str, **values: Any) -> bool:
        """Store the outcome and give the lease back; False, and nothing stored, if another process has the lease."""
        if isinstance(state := values.get("state"), Delivery):
            values["state"] = state.value
        ending = update(COMPLAINTS).where(AT.key == key, AT.holder == holder)
        return await self._changed(ending.values(holder=None, held_until=None, **values))

    async def postpone(self, agency: str, until: datetime) -> None:
        """Postpone all complaints that wait for this desk and that no process has the lease of."""
        waits = (AT.agency == agency, AT.state == Delivery.WAITING.value, AT.holder.is_(None), AT.due_at < until)
        postponing = update(COMPLAINTS).where(*waits).values(due_at=until)
        await self._database.write(lambda connection: connection.execute(postponing), within=BEHIND)

    async def _changed(self, changing: Update) -> bool:
        """Whether there was a row to change."""
        count = await self._database.write(lambda connection: connection.execute(changing).rowcount, within=BEHIND)
        return bool(count)

    async def _found(self, *where: ColumnElement[bool]) -> list[StoredComplaint]:
        finding = select(*_COLUMNS).where(*where).order_by(AT.made_at.desc(), AT.key).limit(MOST)
        return await self._database.read(
            lambda connection: [_kept(row) for row in connection.execute(finding).mappings()]
        )


def sealed(cover: Cover, letter: Letter) -> str:
    """The letter, encrypted with the hub's key for this complaint only."""
    return cover.put(kind_of_letter(letter.key), msgspec.json.encode(letter).decode())


def opened(cover: Cover, key: str, text: str | None) -> Letter | None:
    """The decrypted letter; None if there is none, or if it belongs to another complaint or another key."""
    found = cover.lifted(kind_of_letter(key), text) if text else None
    return None if found is None else msgspec.json.decode(found, type=Letter)


def kind_of_letter(key: str) -> str:
    """For what a letter is sealed: for this complaint and no other."""
    return f"complaint {key}"


def _kept(row: Any) -> StoredComplaint:
    return StoredComplaint(**{**row, "state": Delivery(row["state"])})
