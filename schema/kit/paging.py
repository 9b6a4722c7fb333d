"""Lists, as Relay's connection specification has them."""

from typing import Generic, TypeVar

from auth.policies import public
from resolvers.kit.paging import total_count
from schema.kit.access import object_type
from schema.kit.fields import field

T = TypeVar("T")


@object_type(public, "Where a page stands in its list.")
class PageInfoType:
    has_next_page: bool = field("Whether more follows.")
    has_previous_page: bool = field("Whether something comes before.")
    start_cursor: str | None = field("The cursor of the first on this page.")
    end_cursor: str | None = field("The cursor of the last on this page; give it as `after` for the next one.")


@object_type(public, "One thing in a list, and its place there.")
class EdgeType(Generic[T]):
    node: T = field("The thing itself.")
    cursor: str = field("Its place. It stays good when others come or go.")


@object_type(public, "A page of a list.")
class ConnectionType(Generic[T]):
    edges: list[EdgeType[T]] = field("What is on this page, each with its cursor.")
    nodes: list[T] = field("What is on this page.")
    page_info: PageInfoType = field("Where this page stands in the list.")
    total_count: int = field("How many the whole list has.", resolver=total_count)
