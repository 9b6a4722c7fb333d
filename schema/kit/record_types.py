"""What records have, as their Python types say: attributes, results of functions, and the parts of a type."""

import functools
import inspect
import operator
import types
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Generic, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from resolvers.kit.personal import PersonalValue

LISTS = (list, tuple, set, frozenset)
ABSENT: Any = object()
"""In place of a type, where there is no such attribute."""


def attribute_type(record: Any, name: str) -> Any:
    """The type of an attribute of a record (a class, or a generic one with its arguments); `ABSENT` without one.

    A method is none: where its value is promised, the answer would hold the method itself.
    """
    for cls, variables in _lineage(record):
        static = cls.__dict__.get(name, ABSENT)
        if isinstance(static, property) and static.fget:
            return filled(result_type(static.fget), variables)
        if isinstance(static, functools.cached_property):
            return filled(result_type(static.func), variables)
        if isinstance(static, types.FunctionType | classmethod | staticmethod):
            return ABSENT
        if name in inspect.get_annotations(cls):
            return filled(_hints(cls)[name], variables)
    return ABSENT


def result_type(function: Callable[..., Any]) -> Any:
    """What a function says that it gives; `ABSENT` where it says nothing."""
    return _hints(function).get("return", ABSENT)


def root_type(resolver: Callable[..., Any]) -> Any:
    """What a resolver says that its first argument is."""
    return _hints(resolver).get(inspect.unwrap(resolver).__code__.co_varnames[0], ABSENT)


def given_type(resolver: Callable[..., Any]) -> Any:
    """What the field gets from a resolver: what is awaited, each event, and what a `PersonalValue` holds."""
    return _unwrapped(result_type(resolver))


def alternatives(given: Any) -> tuple[list[Any], bool]:
    """The types that something may have, and whether it may be None."""
    if get_origin(given) is Annotated:
        return alternatives(get_args(given)[0])
    if get_origin(given) in (Union, types.UnionType):
        parts = [alternatives(each) for each in get_args(given)]
        return list(dict.fromkeys(one for ones, _ in parts for one in ones)), any(null for _, null in parts)
    return ([], True) if given is None or given is type(None) else ([given], False)


def items_type(given: Any) -> Any:
    """The type of the items of a list; `ABSENT` where it is none, or has items of several places' types."""
    origin, arguments = get_origin(given), get_args(given)
    if origin is tuple:
        return arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else ABSENT
    if isinstance(origin, type) and not issubclass(origin, Mapping | Iterator) and issubclass(origin, Collection):
        return arguments[0] if arguments else ABSENT
    return ABSENT


def class_of(given: Any) -> type | None:
    """The class of values of this type: of a `NewType` its base, of a generic class the class."""
    while isinstance(given, NewType):
        given = given.__supertype__
    given = get_origin(given) or given
    return given if isinstance(given, type) else None


def spelled(given: Any) -> str:
    """A type as a person would write it."""
    if given is ABSENT:
        return "without an annotation"
    ones, null = alternatives(given)
    texts = [_spelled_one(one) for one in ones]
    return " | ".join([*texts, "None"] if null else texts)


def full_name(given: Any) -> str:
    """A class or function with its module."""
    of = given if callable(given) and not isinstance(given, type) and get_origin(given) is None else class_of(given)
    return f"{of.__module__}.{of.__qualname__}" if of else spelled(given)


def filled(given: Any, variables: Mapping[Any, Any]) -> Any:
    """A type with the arguments of its class in place of its variables."""
    if isinstance(given, TypeVar):
        return variables.get(given, given)
    parameters = getattr(given, "__parameters__", ())
    if not parameters or isinstance(given, type):
        return given
    return given[tuple(variables.get(each, each) for each in parameters)]


def _unwrapped(given: Any) -> Any:
    """Without what is awaited, iterated or opened before the field has it."""
    ones, null = alternatives(given)
    opened = []
    for one in ones:
        if get_origin(one) in (Awaitable, AsyncIterator, AsyncGenerator, PersonalValue):
            opened.append(_unwrapped(get_args(one)[0]))
        else:
            opened.append(one)
    if null:
        opened.append(None)
    return functools.reduce(operator.or_, opened) if opened else given


def _lineage(record: Any) -> Iterable[tuple[type, Mapping[Any, Any]]]:
    """A class and those below it, in Python's order, each with what its type variables stand for."""
    origin = get_origin(record) or record
    if not isinstance(origin, type):
        return
    known = {origin: dict(zip(getattr(origin, "__parameters__", ()), get_args(record), strict=False))}
    for cls in origin.__mro__:
        variables = known.get(cls, {})
        yield cls, variables
        for base in cls.__dict__.get("__orig_bases__", ()):
            of = get_origin(base)
            if isinstance(of, type) and of is not Generic:
                arguments = [filled(each, variables) for each in get_args(base)]
                known.setdefault(of, dict(zip(getattr(of, "__parameters__", ()), arguments, strict=False)))


@functools.cache
def _hints(of: Any) -> Mapping[str, Any]:
    if isinstance(of, type):
        return {name: hint for name, hint in get_type_hints(of).items() if get_origin(hint) is not ClassVar}
    return get_type_hints(inspect.unwrap(of))


def _spelled_one(given: Any) -> str:
    if arguments := get_args(given):
        name = getattr(get_origin(given), "__name__", str(get_origin(given)))
        texts = ["…" if each is Ellipsis else spelled(each) for each in arguments]
        return f"{name}[{', '.join(texts)}]"
    return str(getattr(given, "__qualname__", None) or getattr(given, "__name__", None) or given)
