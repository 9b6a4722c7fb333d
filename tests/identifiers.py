"""What must be nowhere but in answers: numbers and names of the sandbox's people and parcels, tokens, keys of apps."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import psycopg
import redis

from cache.memory import BoundedMemory
from sandbox.kit.people import ACCOUNTS
from store.kit.tables import METADATA
from store.registry import COPY_TABLES
from tests.profiles import TAXES

NIKS = [each.nik for each in ACCOUNTS.values() if each.nik]
UNMASKED = re.compile(
    "|".join(
        [
            *NIKS,
            rf"{TAXES}[0-9]{{3}}999[0-9]{{8}}",
            rf"{TAXES[:2]}\.{TAXES[2:]}-[0-9]{{3}}\.999-[0-9]{{3}}\.[0-9]{{4}}-[0-9]",
            r"(?i:wajib pajak contoh [0-9])",
            r"pelapor-[0-9]+@warga|\+62215557[0-9]{3}|(?i:warga contoh empat)",
            r"simpul_[A-Za-z0-9_-]{43}",
            r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        ]
    ).encode()
)
COPIES = {each.table.name for each in COPY_TABLES.values()}
"""Tables of public collections, which are looked at once, where they are made."""
OWN_TABLES = sorted(METADATA.tables.keys() - COPIES)

FOUND: list[str] = []
"""Where something was found in the whole run, without the thing itself."""


def look(where: str, things: Iterable[bytes]) -> None:
    """Remember it if one of these holds what it must not."""
    FOUND.extend(where for each in things if UNMASKED.search(each))


def log_line(_logger: object, _method: str, event: Any) -> Any:
    """A processor of structlog: looks at a line before it is written."""
    look(f"log {event.get('event')}", [repr(event).encode()])
    return event


def of_store(url: str, tables: Iterable[str] = OWN_TABLES) -> Iterator[bytes]:
    """The rows of these tables."""
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(url)
    try:
        for table in tables:
            try:
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  one of those above
            except (sqlite3.Error, psycopg.Error):  # a test has broken it, or it was never made
                return
            yield from (repr(row).encode() for row in rows)
    finally:
        connection.close()


def of_memory(kept: BoundedMemory) -> Iterator[bytes]:
    """The keys and the entries of a cache in this process."""
    for key, entry in kept._kept.items():
        yield key.encode()
        yield msgspec.json.encode(entry.value, enc_hook=str)


def of_redis(client: redis.Redis) -> Iterator[bytes]:
    """The keys and the values there."""
    for key in client.scan_iter("*"):
        yield key
        kind = client.type(key)
        if kind == b"string":
            yield client.get(key) or b""
        elif kind == b"hash":
            yield repr(client.hgetall(key)).encode()
        elif kind == b"set":
            yield repr(client.smembers(key)).encode()
        elif kind == b"zset":
            yield repr(client.zrange(key, 0, -1)).encode()
