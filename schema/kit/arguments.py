"""The arguments of a field: what its resolver takes, each with its type and description, and those of a page.

A resolver may take two things more: one `page`, and the `selected` fields below its own.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args

import strawberry

from resolvers.kit.paging import DEFAULT, MOST, PageArguments
from resolvers.kit.selection import Selection
from resolvers.kit.texts import check_lengths, most_letters

PAGE = {
    "first": (
        int | None,
        f"How many from the front; {DEFAULT} if neither `first` nor `last` is given, {MOST} at most.",
    ),
    "after": (str | None, "Only what stands behind this cursor."),
    "last": (int | None, f"How many from the end, {MOST} at most."),
    "before": (str | None, "Only what stands before this cursor."),
}
"""What a resolver takes as one `page`."""
NOT_PROMISED = ("page", "selected")
"""What a resolver takes and the schema does not promise under this name."""
UNMASKED = (
    "The full value instead of the masked one. The reading is recorded. "
    "FORBIDDEN unless one of the field's rules holds."
)


def arguments_of(
    resolver: Callable[..., Any], descriptions: Mapping[str, str], types: Mapping[str, Any], *, masked: bool
) -> list[inspect.Parameter]:
    """The arguments as they are promised; raises TypeError where one has no description, or a description no argument.

    `types` says where one is promised as another type than the resolver's own. What may be `masked` can be asked for
    `unmasked`.
    """
    _, _, *parameters = inspect.signature(resolver, eval_str=True).parameters.values()
    own = [parameter for parameter in parameters if parameter.name not in NOT_PROMISED]
    if differing := {parameter.name for parameter in own} ^ descriptions.keys():
        raise TypeError(f"{resolver.__module__}.{resolver.__name__}: arguments and descriptions differ in {differing}")
    promised = [
        _argument(each.name, types.get(each.name, each.annotation), descriptions[each.name], each.default)
        for each in own
    ]
    if any(parameter.name == "page" for parameter in parameters):
        promised += [_argument(name, annotation, text, None) for name, (annotation, text) in PAGE.items()]
    if masked:
        promised.append(_argument("unmasked", bool, UNMASKED, False))
    return promised


def given_to(resolver: Callable[..., Any]) -> Callable[[dict[str, Any], Callable[[], frozenset[str]]], dict[str, Any]]:
    """What makes the arguments of a request into the resolver's: texts of a fair length, a `page`, what is `selected`.

    It is also told how to find the names of the fields below.
    """
    parameters = inspect.signature(resolver).parameters
    paged, selects = "page" in parameters, "selected" in parameters

    def prepare(arguments: dict[str, Any], names: Callable[[], frozenset[str]]) -> dict[str, Any]:
        check_lengths(arguments)
        if selects:
            arguments["selected"] = Selection.of(names)
        if paged:
            arguments["page"] = PageArguments(**{name: arguments.pop(name) for name in PAGE if name in arguments})
        return arguments

    return prepare


def _argument(name: str, annotation: Any, description: str, default: Any) -> inspect.Parameter:
    if _is_text(annotation):
        description = f"{description} At most {most_letters(name)} letters."
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=strawberry.UNSET if default is None else default,
        annotation=Annotated[annotation, strawberry.argument(description=description)],
    )


def _is_text(annotation: Any) -> bool:
    """Whether it takes a text, or several; what has a form of its own (a day, a NOP) says so itself."""
    return annotation in (str, strawberry.ID) or any(map(_is_text, get_args(annotation)))
