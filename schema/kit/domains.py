"""What a domain promises: its folder declares it once, in its `domain.py`, as `DOMAIN`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from connectors.kit.connector import AnyConnector


class SchemaDomain(msgspec.Struct, frozen=True, kw_only=True):
    """A domain's root types, each with fields of `Query`, `Mutation` or `Subscription`.

    `queries`: each with the kind of agency that feeds its fields, or None where no agency does. `extensions`: by a
    type of a part below, such as `Me`, a type whose fields it has, too. `types`: what no field leads to by itself.
    """

    queries: Mapping[type[Any], type[AnyConnector] | None] = MappingProxyType({})
    mutations: tuple[type[Any], ...] = ()
    subscriptions: tuple[type[Any], ...] = ()
    extensions: Mapping[type[Any], type[Any]] = MappingProxyType({})
    types: tuple[type[Any], ...] = ()
