"""The letters that wait, sealed anew under the secret that writes, so that they need no older one."""

from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from auth.cover import Cover
from store.complaints.outbox import kind_of_letter
from store.complaints.tables import COMPLAINTS
from store.kit.database import BEHIND, Database

AT = COMPLAINTS.c
AT_ONCE = 100
"""How many letters are sealed anew in one transaction."""


class Resealed(NamedTuple):
    """How many letters were looked at, sealed anew, and cannot be read under any secret."""

    letters: int = 0
    renewed: int = 0
    unreadable: int = 0


async def reseal_letters(database: Database, cover: Cover) -> Resealed:
    """Seal anew what is sealed under another secret. It may be stopped and begun again; hubs may run meanwhile."""
    total, after = Resealed(), ""
    while True:
        found, last = await database.write(partial(_some, cover=cover, after=after), within=BEHIND)
        total = Resealed(*(one + other for one, other in zip(total, found, strict=True)))
        if last is None:
            return total
        after = last


def _some(connection: Connection, cover: Cover, after: str) -> tuple[Resealed, str | None]:
    """The next letters, and the key of the last of them; None after the last."""
    where = (AT.letter.is_not(None), AT.key > after)
    rows = connection.execute(select(AT.key, AT.letter).where(*where).order_by(AT.key).limit(AT_ONCE)).all()
    renewed = unreadable = 0
    for row in rows:
        kind = kind_of_letter(row.key)
        text = cover.lifted(kind, row.letter)
        if text is None:
            unreadable += 1
        elif (sealed := cover.put(kind, text)) != row.letter:
            changing = update(COMPLAINTS).where(AT.key == row.key, AT.letter == row.letter).values(letter=sealed)
            renewed += connection.execute(changing).rowcount
    return Resealed(len(rows), renewed, unreadable), rows[-1].key if len(rows) == AT_ONCE else None
