"""What is kept: a reading, how long it is fresh, how long it may be served late, and the tags it stands under."""

import functools
from typing import Any, Generic, TypeVar

import msgspec

from connectors.kit.reading import Reading

T = TypeVar("T")


class Entry(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """One kept answer. Times are seconds since 1970, so that processes agree on them.

    `versions` are those of the read's tags from before it was asked: an invalidation in between makes it void.
    """

    reading: Reading[T]
    fresh_until: float
    stale_until: float
    versions: tuple[str, ...]


@functools.lru_cache(maxsize=512)
def decoder_for(records: Any) -> msgspec.msgpack.Decoder[Any]:
    """Decodes entries that hold records of this type."""
    return msgspec.msgpack.Decoder(Entry[records])


def encode(entry: Entry[Any]) -> bytes:
    """As it travels, and what it is weighed by."""
    return msgspec.msgpack.encode(entry)
