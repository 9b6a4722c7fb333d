"""Relay's global object identification: everything with an `id` can be fetched by it."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from auth.policies import public
from resolvers import nodes
from schema.kit.access import interface, object_type
from schema.kit.fields import field

C = TypeVar("C", bound=type[Any])


@interface(public, "A thing that can be fetched again by its `id`.")
class NodeType:
    id: strawberry.ID = field(
        "Its global id. Keep it as it is; its parts have no meaning for clients.", resolver=nodes.node_id, weight=1
    )


def node_of(record: type) -> Callable[[C], C]:
    """Say which record a type has, for a field that promises only a `NodeType`."""

    def known(cls: C) -> C:
        cls.__record__ = record
        cls.is_type_of = staticmethod(lambda root, _info: isinstance(root, record))
        return cls

    return known


def record_of(cls: type) -> type | None:
    """The record of a type, as `node_of` says."""
    return cls.__dict__.get("__record__")


@object_type(public)
class NodeQuery:
    node: NodeType | None = field(
        "A thing by its global id.",
        resolver=nodes.node,
        arguments={"id": "The `id` from an earlier answer, such as `SG9zcGl0YWw6cnMtY29udG9oLWJlbmRh`."},
        types={"id": strawberry.ID},
    )
