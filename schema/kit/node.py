"""Relay's global object identification: everything that has an `id` can be asked for by it."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from auth.policies import public
from resolvers import nodes
from schema.kit.access import interface, object_type
from schema.kit.fields import field

C = TypeVar("C", bound=type[Any])


@interface(public, "Something that can be asked for again by its `id`.")
class NodeType:
    id: strawberry.ID = field("Its global id. Keep it, do not read it.", resolver=nodes.node_id)


def node_of(record: type) -> Callable[[C], C]:
    """Say by which record a type is known where only `NodeType` is promised."""

    def known(cls: C) -> C:
        cls.__record__ = record
        cls.is_type_of = staticmethod(lambda root, _info: isinstance(root, record))
        return cls

    return known


def record_of(cls: type) -> type | None:
    """The record that `node_of` says."""
    return cls.__dict__.get("__record__")


@object_type(public)
class NodeQuery:
    node: NodeType | None = field(
        "Something by its global id.",
        resolver=nodes.node,
        arguments={"id": "The `id` that it was answered with, such as `SG9zcGl0YWw6cnMtY29udG9oLWJlbmRh`."},
        types={"id": strawberry.ID},
    )
