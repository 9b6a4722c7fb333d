"""A kept answer: the reading, how long it is fresh, how long it may be served late, and the versions of its tags."""

import functools
from typing import Any, Generic, TypeVar

import msgspec

from connectors.kit.reading import Reading

T = TypeVar("T")


class Entry(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """One kept answer. Times are in seconds since 1970, so that all processes agree on them.

    `versions` are the versions that the tags had before the agency was asked. So an invalidation during the call makes
    the entry void.
    """

    reading: Reading[T]
    fresh_until: float
    stale_until: float
    versions: tuple[str, ...]


@functools.lru_cache(maxsize=512)
def decoder_for(records: Any) -> msgspec.msgpack.Decoder[Any]:
    """The decoder of entries with records of this type."""
    return msgspec.msgpack.Decoder(Entry[records])


def encode(entry: Entry[Any]) -> bytes:
    """The bytes for Redis. Their number is also the weight of an entry in memory."""
    return msgspec.msgpack.encode(entry)
