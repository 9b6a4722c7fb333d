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


DATES = frozenset({"observed_at", "changed_at", "asked_at"})
"""What records call the moment at which an agency looked at them or touched them. It is no value of theirs."""


class Entry(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """One kept answer. It is fresh for `fresh_for` seconds after its fetch, and may be served for `stale_for`.

    `versions` are the versions that the tags had before the agency was asked. So an invalidation during the call makes
    the entry void. `digest` is the same if the values are the same, and `size` is how many bytes the records take.
    Only an entry that other processes read has a `stamp`.
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
    """128 bits that are other ones for other bytes."""
    return hashlib.blake2b(body, digest_size=16).digest()


def digest_of_values(records: object, body: bytes) -> bytes:
    """The same for the values of records, without the moments at which an agency looked at them or touched them."""
    if isinstance(records, tuple) and any(map(_dates_of, {*map(type, records)})):
        return digest_of(encode_records([*map(_undated, records)]))
    undated = _undated(records)
    return digest_of(body if undated is records else encode_records(undated))


def _undated(record: Any) -> Any:
    dates = _dates_of(type(record))
    return msgspec.structs.replace(record, **dates) if dates else record


def _dates_of(record: type) -> dict[str, None]:
    """The fields of a record that are such moments."""
    return dict.fromkeys(DATES.intersection(getattr(record, "__struct_fields__", ())))


def encode(entry: Entry[Any], body: bytes, stamp: Stamp) -> bytes:
    """The entry as bytes for Redis, with this stamp. `body` are its records, which are not encoded again."""
    bare = msgspec.structs.replace(entry.reading, records=msgspec.Raw(body), born=None)
    return msgspec.msgpack.encode(msgspec.structs.replace(entry, reading=bare, stamp=stamp))
