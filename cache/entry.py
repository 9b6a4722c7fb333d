"""A kept answer: the reading, how long it is fresh, how long it may be served late, and the versions of its tags."""

import functools
import hashlib
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from cache.ages import Stamp
from connectors.kit.reading import Reading

T = TypeVar("T")

AROUND = 250
"""About so many bytes an entry has beside its records."""


class Entry(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """One kept answer. It is fresh for `fresh_for` seconds after its fetch, and may be served for `stale_for`.

    `versions` are the versions that the tags had before the agency was asked. So an invalidation during the call makes
    the entry void. `digest` is the same if the records are the same, and `size` is how many bytes they take. Only an
    entry that other processes read has a `stamp`.
    """

    reading: Reading[T]
    fresh_for: float
    stale_for: float
    versions: tuple[str, ...]
    digest: bytes
    size: int
    stamp: Stamp | None = None

    @property
    def since(self) -> datetime:
        """When the hub first saw these records."""
        return self.reading.value_changed_at or self.reading.fetched_at


@functools.lru_cache(maxsize=512)
def decoder_for(records: Any) -> msgspec.msgpack.Decoder[Any]:
    """The decoder of entries with records of this type."""
    return msgspec.msgpack.Decoder(Entry[records])


def encode_records(records: object) -> bytes:
    """The records as bytes, as every place but the memory keeps them."""
    return msgspec.msgpack.encode(records)


def digest_of(body: bytes) -> bytes:
    """128 bits that are other ones for other records."""
    return hashlib.blake2b(body, digest_size=16).digest()


def encode(entry: Entry[Any], body: bytes, stamp: Stamp) -> bytes:
    """The entry as bytes for Redis, with this stamp. `body` are its records, which are not encoded again."""
    bare = msgspec.structs.replace(entry.reading, records=msgspec.Raw(body), born=None)
    return msgspec.msgpack.encode(msgspec.structs.replace(entry, reading=bare, stamp=stamp))
