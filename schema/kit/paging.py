"""Lists, as Relay's connection specification defines them."""

from typing import Generic, TypeVar

from auth.policies import public
from resolvers.kit.paging import total_count
from schema.kit.access import object_type
from schema.kit.fields import field

T = TypeVar("T")


@object_type(public, "The position of a page in its list.")
class PageInfoType:
    has_next_page: bool = field("Whether there are items after this page.")
    has_previous_page: bool = field("Whether there are items before this page.")
    start_cursor: str | None = field("The cursor of the first item on this page.")
    end_cursor: str | None = field("The cursor of the last item on this page. Give it as `after` to get the next page.")


@object_type(public, "An item of a list, and its cursor.")
class EdgeType(Generic[T]):
    node: T = field("The item.")
    cursor: str = field("Its position in the list. It stays valid when other items are added or removed.")


@object_type(public, "A page of a list.")
class ConnectionType(Generic[T]):
    edges: list[EdgeType[T]] = field("The items on this page, each with its cursor.")
    nodes: list[T] = field("The items on this page.")
    page_info: PageInfoType = field("The position of this page in the list.")
    total_count: int = field("The number of items in the whole list.", resolver=total_count, weight=1)
