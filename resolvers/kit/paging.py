"""Pages of a list, as Relay defines them. A cursor holds the key of an item and not a position."""

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from connectors.kit.structs import extended
from resolvers.kit.at_hand import NotAtHand, at_hand
from resolvers.kit.bits import below, first_places, last_places
from resolvers.kit.errors import UserError
from resolvers.kit.lasting import Telling, Told, lasting, of_record
from resolvers.kit.sorted_items import SortedItems
from store.kit.paging import Key, PageRequest, Slice

T = TypeVar("T")
S = TypeVar("S")

DEFAULT = 20
MOST = 100


class Edge(msgspec.Struct, Generic[T], frozen=True):
    """One item of a list, and where it stands: its key in this order."""

    node: T
    key: Key
    order: str

    @property
    def cursor(self) -> str:
        return _cursor(self.key, self.order)


class PageInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What comes before and after a page, and the keys of its first and last item."""

    has_next_page: bool
    has_previous_page: bool
    first: Key | None
    last: Key | None
    order: str

    @property
    def start_cursor(self) -> str | None:
        return None if self.first is None else _cursor(self.first, self.order)

    @property
    def end_cursor(self) -> str | None:
        return None if self.last is None else _cursor(self.last, self.order)


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list: the `items` that it is made of, their `keys`, and the name of the `order`.

    Nodes, edges and cursors are made when somebody asks for them; `to` makes a node of an item, which is a node itself
    without it. `total_count` is the size of the whole list, or a function that counts it if counting is expensive.
    """

    items: Sequence[Any]
    keys: Sequence[Key]
    order: str
    to: Callable[[Any], T] | None
    has_next_page: bool
    has_previous_page: bool
    total_count: int | Callable[[], Awaitable[int]]

    @property
    def nodes(self) -> Sequence[T]:
        if isinstance(self.to, Telling):
            return Told(self.items, self.to)
        return [*self.items] if self.to is None else [*map(self.to, self.items)]

    @property
    def edges(self) -> list[Edge[T]]:
        return [Edge(node, key, self.order) for node, key in zip(self.nodes, self.keys, strict=True)]

    @property
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            first=self.keys[0] if self.keys else None,
            last=self.keys[-1] if self.keys else None,
            order=self.order,
        )


def count_at_hand(root: Page[Any], _: object) -> int:
    if callable(root.total_count):
        raise NotAtHand
    return root.total_count


@of_record
@at_hand(count_at_hand)
async def total_count(root: Page[Any], _: object) -> int:
    """The size of the list, counted only if a client asks for it."""
    return await root.total_count() if callable(root.total_count) else root.total_count


@lasting
class KeptPage(Page[T], frozen=True, kw_only=True):
    """A page that a list keeps, because its items stand there as they are."""


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
    return _cut(Page, SortedItems(items, key), page, order, None)


def cut(ordered: SortedItems[T], page: PageArguments, *, order: str, chosen: int | None = None) -> Page[T]:
    """The same for a list that is kept in its order, or for its `chosen` items alone: the bits of their places."""
    return ordered.page((page, order, chosen), lambda: _cut(KeptPage, ordered, page, order, chosen))


def cut_to(
    ordered: SortedItems[S], page: PageArguments, to: Callable[[S], T], *, order: str, chosen: int | None = None
) -> Page[T]:
    """The same with what `to` makes of each item of the page."""
    found: Any = cut(ordered, page, order=order, chosen=chosen)
    return extended(Page, found, to=to)


def _cut(kind: type[Page[T]], ordered: SortedItems[T], page: PageArguments, order: str, chosen: int | None) -> Page[T]:
    size, keys, backwards = _size(page), ordered.keys, page.last is not None
    try:
        low = bisect_right(keys, _key(page.after, order)) if page.after else 0
        high = bisect_left(keys, _key(page.before, order)) if page.before else len(keys)
    except TypeError:
        raise _bad_cursor() from None
    high = max(low, high)
    if chosen is None:
        low, high = (max(low, high - size), high) if backwards else (low, min(high, low + size))
        items, cursors = ordered.items[low:high], keys[low:high]
        before, behind, count = low > 0, high < len(keys), len(keys)
    else:
        places = (last_places if backwards else first_places)(chosen, low, high, size)
        if len(places) == size:
            low, high = (places[0] if places else high, high) if backwards else (low, places[-1] + 1 if places else low)
        items, cursors = [ordered.items[at] for at in places], [keys[at] for at in places]
        before, behind, count = chosen & below(low) != 0, chosen >> high != 0, chosen.bit_count()
    return kind(
        items=items,
        keys=cursors,
        order=order,
        to=None,
        has_next_page=behind,
        has_previous_page=before,
        total_count=count,
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
    return Page(
        items=[item for _, item in found.items],
        keys=[key for key, _ in found.items],
        order=order,
        to=to,
        has_next_page=found.after,
        has_previous_page=found.before,
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
