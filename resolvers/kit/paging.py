"""Pages of a list, as Relay defines them. A cursor holds the key of an item and not a position."""

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterable
from operator import itemgetter
from typing import Any, Generic, TypeVar

import msgspec

from resolvers.kit.errors import UserError
from store.kit.paging import Key, PageRequest, Slice

T = TypeVar("T")
S = TypeVar("S")

DEFAULT = 20
MOST = 100


class Edge(msgspec.Struct, Generic[T], frozen=True):
    """One item of a list, and its cursor."""

    node: T
    cursor: str


class PageInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What comes before and after a page."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list.

    `total_count` is the size of the whole list, or a function that counts it if counting is expensive.
    """

    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int | Callable[[], Awaitable[int]]

    @property
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]


def total_count(root: Page[Any], _: object) -> int | Awaitable[int]:
    """The size of the list, counted only if a client asks for it."""
    return root.total_count() if callable(root.total_count) else root.total_count


class PageArguments(msgspec.Struct, frozen=True, kw_only=True):
    """The wanted page: the `first` items after a cursor, or the `last` items before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def paginate(items: Iterable[T], key: Callable[[T], Key], page: PageArguments, *, order: str) -> Page[T]:
    """Sort by `key`, which must be unique, and cut out the page.

    A cursor holds the key of its item and the name of the `order`. So a page continues at the right place after items
    were added or removed, and a cursor of another order is refused. Raises `UserError` for a bad cursor or number.
    """
    size = _size(page)
    ordered = sorted(((key(item), item) for item in items), key=itemgetter(0))
    keys = [at for at, _ in ordered]
    try:
        low = bisect_right(keys, _key(page.after, order)) if page.after else 0
        high = bisect_left(keys, _key(page.before, order)) if page.before else len(keys)
    except TypeError:
        raise _bad_cursor() from None
    high = max(low, high)
    if page.last is None:
        high = min(high, low + size)
    else:
        low = max(low, high - size)
    edges = [Edge(item, _cursor(at, order)) for at, item in ordered[low:high]]
    return Page(
        edges=edges,
        page_info=PageInfo(
            has_next_page=high < len(keys),
            has_previous_page=low > 0,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=len(keys),
    )


async def paginate_stored(
    fetch: Callable[[PageRequest], Awaitable[Slice[S]]],
    to: Callable[[S], T],
    page: PageArguments,
    *,
    order: str,
    count: Callable[[], Awaitable[int]],
) -> Page[T]:
    """The same for a list in the store. `to` makes an item of a stored record."""
    window = PageRequest(
        size=_size(page),
        after=_key(page.after, order) if page.after else None,
        before=_key(page.before, order) if page.before else None,
        backwards=page.last is not None,
    )
    try:
        found = await fetch(window)
    except TypeError:
        raise _bad_cursor() from None
    edges = [Edge(to(item), _cursor(place, order)) for place, item in found.items]
    return Page(
        edges=edges,
        page_info=PageInfo(
            has_next_page=found.after,
            has_previous_page=found.before,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=count,
    )


def _size(page: PageArguments) -> int:
    if page.first is not None and page.last is not None:
        raise UserError(
            "BAD_USER_INPUT", id="Pakai first atau last, jangan keduanya.", en="Use first or last, not both."
        )
    size = page.first if page.last is None else page.last
    if size is None:
        return DEFAULT
    if not 0 <= size <= MOST:
        raise UserError(
            "BAD_USER_INPUT",
            id=f"first dan last bernilai 0 sampai {MOST}.",
            en=f"first and last are between 0 and {MOST}.",
        )
    return size


def _cursor(key: Key, order: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((order, *key))).decode("ascii").rstrip("=")


def _key(cursor: str, order: str) -> Key:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        named, *key = msgspec.json.decode(raw, type=tuple[str | int, ...])
    except (ValueError, msgspec.MsgspecError):
        raise _bad_cursor() from None
    if named != order:
        raise _bad_cursor()
    return tuple(key)


def _bad_cursor() -> UserError:
    return UserError(
        "BAD_CURSOR",
        id="Kursor ini milik daftar lain atau urutan lain.",
        en="This cursor belongs to another list or another order.",
    )
