"""How a field asks its resolver when a request comes: awaited, at once or event by event, and by the rules."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from strawberry.types import Info

from auth.policies import Personal
from resolvers.kit.absences import NotPublished
from resolvers.kit.personal import authorize, authorize_each
from schema.kit.arguments import given_to
from schema.kit.selected import names_below


def asked(resolver: Callable[..., Any]) -> Callable[..., Any]:
    """A function of (root, info, …) that asks the resolver in the way that it is written."""
    prepare = given_to(resolver)

    async def ask(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        ctx = info.context
        try:
            with ctx.deadline.kept():
                found = await resolver(root, ctx, **prepare(arguments, _selected(info)))
        except NotPublished as why:
            ctx.absences.not_published(info.path.as_list(), ctx.language, why)
            return why.instead
        if found is None and root is None:
            ctx.absences.not_found(info.path.as_list(), ctx.language)
        return found

    def ask_now(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        return resolver(root, info.context, **prepare(arguments, _selected(info)))

    async def ask_each(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        async for event in resolver(root, info.context, **prepare(arguments, _selected(info))):
            info.context.deadline.renew()
            yield event

    if inspect.isasyncgenfunction(resolver):
        return ask_each
    return ask if inspect.iscoroutinefunction(resolver) else ask_now


def personally(personal: Personal, ask: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a personal field: masked where nobody asks for the whole, and else by the rules and on record."""

    async def one(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        if personal.mask and not arguments.pop("unmasked", False):
            return personal.mask(root)
        ctx = info.context
        with ctx.deadline.kept():
            return await authorize(ctx, personal, _at(info), root, lambda: ask(root, info, **arguments))

    async def each(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        async for event in authorize_each(
            info.context, personal, _at(info), root, lambda: ask(root, info, **arguments)
        ):
            yield event

    return each if inspect.isasyncgenfunction(ask) else one


def _selected(info: Info[Any, None]) -> Callable[[], frozenset[str]]:
    """How to find the names of the fields below."""
    return partial(names_below, info._raw_info)  # noqa: SLF001  Strawberry makes its own objects of them, each time


def _at(info: Info[Any, None]) -> str:
    """The field's name in the matrix."""
    return f"{info._raw_info.parent_type.name}.{info.field_name}"  # noqa: SLF001  Strawberry has no other name for it
