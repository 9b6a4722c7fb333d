"""What the caches of the process that answers have done, for administrators."""

from enum import Enum

import msgspec

from resolvers.kit.context import Context
from resolvers.kit.paging import Page, PageArguments, paginate
from resolvers.platform.apps import MOST


class CacheKind(Enum):
    """What a cache keeps."""

    READINGS = "READINGS"
    """What agencies said."""
    ANSWERS = "ANSWERS"
    """Whole answers, as they were sent."""
    DOCUMENTS = "DOCUMENTS"
    """Documents that were parsed and validated."""


class CacheLine(msgspec.Struct, frozen=True, kw_only=True):
    """One cache. Bytes are in KiB, so that they are an Int."""

    kind: CacheKind
    entries: int | None
    kept: int | None
    most: int | None
    hits: int
    misses: int
    hit_ratio: float | None


def caches(_root: None, ctx: Context, *, page: PageArguments) -> Page[CacheLine]:
    found = [
        CacheLine(
            kind=CacheKind(each.code),
            entries=each.entries,
            kept=_kibibytes(each.kept_bytes),
            most=_kibibytes(each.most_bytes),
            hits=min(MOST, each.hits),
            misses=min(MOST, each.misses),
            hit_ratio=each.hit_ratio,
        )
        for each in (use() for use in ctx.caches)
    ]
    return paginate(found, lambda each: (each.kind.value,), page, order="caches")


def _kibibytes(size: int | None) -> int | None:
    return None if size is None else -(-size // 1024)
