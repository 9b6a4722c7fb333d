"""The word that a type is written with: a field, and how its resolver is asked."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args

import strawberry
from strawberry.types import Info

from auth.policies import Personal, Policy
from connectors.kit.flights import not_anothers_end
from resolvers.kit.paging import DEFAULT, MOST, PageArguments
from resolvers.kit.personal import authorize, authorize_each
from resolvers.kit.texts import check_lengths, most_letters
from schema.kit.access import access

PAGE_ARGUMENTS = {
    "first": f"How many from the front; {DEFAULT} if neither `first` nor `last` is given, {MOST} at most.",
    "after": "Only what stands behind this cursor.",
    "last": f"How many from the end, {MOST} at most.",
    "before": "Only what stands before this cursor.",
}
UNMASKED = "Whole instead of masked; the reading is recorded. FORBIDDEN unless one of the field's rules holds."
PAGE_ARGUMENT_TYPES: dict[str, Any] = {
    "first": int | None,
    "after": str | None,
    "last": int | None,
    "before": str | None,
}


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
    annotation is the promise; the resolver's own result type is not looked at. `policy` says who may read it, where
    that is not who may read its type; a personal field needs a resolver, which says whom its value is about
    (`PersonalValue`). Where the policy has a mask, the resolver is asked only for what is wanted `unmasked`. `weight`
    is what it costs by itself where that is much: it asks the store, or goes through all that there is
    (docs/configuration.md).
    """
    if policy and policy.personal and resolver is None:
        raise TypeError(f"a personal field needs a resolver: {description}")
    asked: Any = _asked(resolver, arguments or {}, types or {}, policy) if resolver else None
    return strawberry.field(
        resolver=asked,
        description=description,
        deprecation_reason=deprecated,
        metadata={"resolver": resolver, "weight": weight} | ({"policy": policy} if policy else {}),
        directives=[access(policy)] if policy else (),
        is_subscription=inspect.isasyncgenfunction(asked),
    )


def _asked(
    resolver: Callable[..., Any],
    descriptions: Mapping[str, str],
    types: Mapping[str, Any],
    policy: Policy | None,
) -> Any:
    """The resolver in the shape that Strawberry asks: (root, info, …), with a description on each argument."""
    _, _, *parameters = inspect.signature(resolver, eval_str=True).parameters.values()
    paged = any(parameter.name == "page" for parameter in parameters)
    own = [parameter for parameter in parameters if parameter.name != "page"]
    if missing := {parameter.name for parameter in own} ^ descriptions.keys():
        raise TypeError(f"{resolver.__module__}.{resolver.__name__}: arguments and descriptions differ in {missing}")

    asked = _plainly(resolver, paged=paged)
    personal = policy.personal if policy else None
    if personal:
        asked = _personally(personal, asked)
    promised = [
        _argument(each.name, types.get(each.name, each.annotation), descriptions[each.name], each.default)
        for each in own
    ]
    if paged:
        promised += [_argument(name, PAGE_ARGUMENT_TYPES[name], text, None) for name, text in PAGE_ARGUMENTS.items()]
    if personal and personal.mask:
        promised.append(_argument("unmasked", bool, UNMASKED, False))
    signature = inspect.signature(asked)
    fixed = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    asked.__signature__ = signature.replace(parameters=[*fixed, *promised], return_annotation=inspect.Signature.empty)
    asked.__name__ = resolver.__name__
    return asked


def _plainly(resolver: Callable[..., Any], *, paged: bool) -> Any:
    """Asked at once, awaited, or for each event, as the resolver is; the arguments of paging as one `PageArguments`."""

    def told(arguments: dict[str, Any]) -> dict[str, Any]:
        check_lengths(arguments)
        if paged:
            arguments["page"] = PageArguments(
                **{name: arguments.pop(name) for name in PAGE_ARGUMENTS if name in arguments}
            )
        return arguments

    async def ask(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        return await not_anothers_end(resolver(root, info.context, **told(arguments)))

    def ask_now(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        return resolver(root, info.context, **told(arguments))

    async def ask_each(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        async for event in resolver(root, info.context, **told(arguments)):
            yield event

    if inspect.isasyncgenfunction(resolver):
        return ask_each
    return ask if inspect.iscoroutinefunction(resolver) else ask_now


def _personally(personal: Personal, ask: Callable[..., Any]) -> Any:
    """The same, masked where nobody asks for the whole, and else by the rules and on record."""
    if inspect.isasyncgenfunction(ask):

        async def asked_each(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
            async for event in authorize_each(
                info.context, personal, _at(info), root, lambda: ask(root, info, **arguments)
            ):
                yield event

        return asked_each

    async def asked(root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        if personal.mask and not arguments.pop("unmasked", False):
            return personal.mask(root)
        return await authorize(info.context, personal, _at(info), root, lambda: ask(root, info, **arguments))

    return asked


def _at(info: Info[Any, None]) -> str:
    """The field's name in the matrix."""
    return f"{info._raw_info.parent_type.name}.{info.field_name}"  # noqa: SLF001  Strawberry has no other name for it


def _is_text(annotation: Any) -> bool:
    """Whether it takes a text, or several; what has a form of its own (a day, a NOP) says so itself."""
    return annotation in (str, strawberry.ID) or any(map(_is_text, get_args(annotation)))


def _argument(name: str, annotation: Any, description: str, default: Any) -> inspect.Parameter:
    if _is_text(annotation):
        description = f"{description} At most {most_letters(name)} letters."
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=strawberry.UNSET if default is None else default,
        annotation=Annotated[annotation, strawberry.argument(description=description)],
    )
