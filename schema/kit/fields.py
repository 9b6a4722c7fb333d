"""The word that a type is written with: a field, which is an attribute of the record or is asked of a resolver."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from strawberry.types import Info

from auth.category import Category
from auth.policies import Policy
from connectors.kit.domains import DeclarationError
from resolvers.registry import CATEGORIES
from schema.kit.access import access
from schema.kit.arguments import arguments_of
from schema.kit.asking import Asking

ASKED = 10
"""What a field with a resolver costs, where it declares no weight."""


def field(
    description: str,
    *,
    resolver: Callable[..., Any] | None = None,
    arguments: Mapping[str, str] | None = None,
    types: Mapping[str, Any] | None = None,
    policy: Policy | None = None,
    deprecated: str | None = None,
    weight: int | None = None,
) -> Any:
    """A field. Without a resolver it is the attribute of the same name on the record.

    A resolver is a function of (root, context, *, …); each of its arguments is described in `arguments`, those of
    paging excepted. `types` says where one is promised as another type than the resolver's own. The class's
    annotation is the promise; `schema/kit/contract.py` holds the record, or the resolver's result type, to it.

    `policy` says who may read the field, where that is not who may read its type. A personal field needs a resolver,
    which says whom its value is about (`PersonalValue`). Where the policy has a mask, the resolver is asked only for
    what is wanted `unmasked`. `weight` is what the field costs by itself (docs/configuration.md). It is a promise, so a
    resolver that waits for nobody declares it, and one that does where it is more than `ASKED`.
    """
    if policy and policy.personal and resolver is None:
        raise TypeError(f"a personal field needs a resolver: {description}")
    if policy and policy.personal and resolver:
        _declared(policy.personal.category, resolver)
    personal = policy.personal if policy else None
    asking = Asking.of(resolver, personal) if resolver else None
    masked = bool(personal and personal.mask)
    asks: Any = _asks(resolver, asking, arguments or {}, types or {}, masked=masked) if resolver and asking else None
    return strawberry.field(
        resolver=asks,
        description=description,
        deprecation_reason=deprecated,
        metadata={"resolver": resolver, "asking": asking, "weight": weight} | ({"policy": policy} if policy else {}),
        directives=[access(policy)] if policy else (),
        is_subscription=inspect.isasyncgenfunction(resolver),
    )


def _declared(category: Category, resolver: Callable[..., Any]) -> None:
    if CATEGORIES.get(category.name) is not category:
        where = "which no resolvers/<domain>/domain.py declares"
        raise DeclarationError(
            f"the field of {resolver.__module__}.{resolver.__name__} has the category {category.name}, {where}"
        )


def _asks(
    resolver: Callable[..., Any],
    asking: Asking,
    descriptions: Mapping[str, str],
    types: Mapping[str, Any],
    *,
    masked: bool,
) -> Any:
    """How it is asked in the shape that Strawberry knows: (root, info, …), with a description on each argument."""

    def ask(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        return asking.by_strawberry(root, info, **arguments)

    signature = inspect.signature(ask)
    fixed = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    promised = arguments_of(resolver, descriptions, types, masked=masked)
    asks: Any = ask
    asks.__signature__ = signature.replace(parameters=[*fixed, *promised], return_annotation=inspect.Signature.empty)
    asks.__name__ = resolver.__name__
    return asks
