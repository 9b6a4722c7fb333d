"""What a domain brings into the schema: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.kit.connector import AnyConnector


class SchemaDomain(msgspec.Struct, frozen=True, kw_only=True):
    """A domain's root types, each with fields of `Query`, `Mutation` or `Subscription`.

    `queries`: the kind of agency that feeds each root type, or None if no agency does. `extensions`: further fields for
    a type of a part below, such as `Me`. `types`: types to which no field leads by itself.
    """

    queries: Mapping[type[Any], type[AnyConnector] | None] = MappingProxyType({})
    mutations: tuple[type[Any], ...] = ()
    subscriptions: tuple[type[Any], ...] = ()
    extensions: Mapping[type[Any], type[Any]] = MappingProxyType({})
    types: tuple[type[Any], ...] = ()
