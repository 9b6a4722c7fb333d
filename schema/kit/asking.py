"""How a field asks its resolver when a request comes: awaited, at once or event by event, and by the rules.

The rule of a field is a plain function. Strawberry's executor and compiled plans ask it in the same way.
"""

import inspect
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import partial
from types import NoneType
from typing import Any, NamedTuple, Protocol, get_args

from strawberry.types import Info

from auth.policies import Personal
from resolvers.kit.absences import NotPublished
from resolvers.kit.age import Age
from resolvers.kit.at_hand import NotAtHand, at_hand_of
from resolvers.kit.context import Context
from resolvers.kit.lasting import is_of_record
from resolvers.kit.personal import authorize, authorize_each
from schema.kit.arguments import given_to
from schema.kit.selected import names_below

Names = Callable[[], frozenset[str]]
"""How to find the names of the fields below a field (resolvers/kit/selection.py)."""
Prepare = Callable[[dict[str, Any], Names], dict[str, Any]]

FIXED = (str, int, float, Decimal, date, time, Enum, NoneType)
"""Whose values nobody can change."""


class Where(Protocol):
    """Where a field is asked."""

    @property
    def field(self) -> str:
        """The field's name in the matrix."""

    def path(self) -> list[str | int]:
        """The keys that lead to it in the answer."""


class Given:
    """The arguments of a field in one operation. They are made into the resolver's when it first wants them."""

    __slots__ = ("_arguments", "_made", "_names", "_prepare", "unmasked")

    def __init__(self, prepare: Prepare, arguments: dict[str, Any], names: Names) -> None:
        self.unmasked = bool(arguments.pop("unmasked", False))
        self._prepare = prepare
        self._arguments = arguments
        self._names = names
        self._made: dict[str, Any] | None = None

    @property
    def fixed(self) -> bool:
        """Whether no resolver could change them, so that several operations may share them."""
        return all(isinstance(each, FIXED) for each in self._arguments.values())

    def made(self) -> dict[str, Any]:
        """What the resolver takes; raises `UserError` for what it may not be given."""
        if self._made is None:
            self._made = self._prepare(self._arguments, self._names)
        return self._made


Rule = Callable[[Any, Context, Where, Given], Any]


class Asking(NamedTuple):
    """How a field with a resolver is asked.

    `prepare` makes the arguments of a request into the resolver's. `at_once` calls the resolver of an object without
    its rule, where the rule adds nothing as long as there is no error, and nobody has to wait for what it gives.
    `of_record`: what it gives follows from the record and the language alone.
    """

    rule: Rule
    prepare: Prepare
    at_once: Callable[..., Any] | None
    of_record: bool

    @classmethod
    def of(cls, resolver: Callable[..., Any], personal: Personal | None) -> "Asking":
        """Of this resolver, and by the rules of a personal field."""
        rule = _asked(resolver)
        if personal:
            return cls(_personally(personal, rule), given_to(resolver), None, of_record=False)
        return cls(rule, given_to(resolver), _at_once(resolver), of_record=is_of_record(resolver))

    def by_strawberry(self, root: Any, info: Info[Any, None], **arguments: Any) -> Any:
        """Ask in the way that Strawberry does."""
        names = partial(names_below, info._raw_info)  # noqa: SLF001  Strawberry makes its own objects of them, each time
        return self.rule(root, info.context, _InInfo(info), Given(self.prepare, arguments, names))


class _InInfo:
    """Where a field is asked, as Strawberry tells it."""

    __slots__ = ("_info",)

    def __init__(self, info: Info[Any, None]) -> None:
        self._info = info

    @property
    def field(self) -> str:
        raw = self._info._raw_info  # noqa: SLF001  Strawberry has no other name for it
        return f"{raw.parent_type.name}.{raw.field_name}"

    def path(self) -> list[str | int]:
        return self._info.path.as_list()


def _at_once(resolver: Callable[..., Any]) -> Callable[..., Any] | None:
    """What has the value when it is called: a resolver that is written without `async`, or what it has `at_hand`.

    An age is none: where it is shown has to be noted.
    """
    gives = inspect.signature(resolver, eval_str=True).return_annotation
    if gives is Age or Age in get_args(gives):
        return None
    if gives in (inspect.Signature.empty, Any, object) or "Await" in str(gives):
        return None
    written = not inspect.iscoroutinefunction(resolver) and not inspect.isasyncgenfunction(resolver)
    return at_hand_of(resolver) or (resolver if written else None)


def _asked(resolver: Callable[..., Any]) -> Rule:
    """The resolver, asked in the way that it is written. What may be at hand is looked for before it is awaited."""
    if inspect.isasyncgenfunction(resolver):
        return _each(resolver)
    if not inspect.iscoroutinefunction(resolver):
        return _now(resolver, None)
    quick = at_hand_of(resolver)
    return _now(quick, _awaited(resolver)) if quick else _awaited(resolver)


def _awaited(resolver: Callable[..., Any]) -> Rule:
    async def ask(root: Any, ctx: Context, where: Where, given: Given) -> Any:
        try:
            with ctx.deadline.kept():
                found = await resolver(root, ctx, **given.made())
        except NotPublished as why:
            ctx.absences.not_published(where.path(), ctx.language, why)
            return why.instead
        if found is None and root is None:
            ctx.absences.not_found(where.path(), ctx.language)
        return found

    return ask


def _now(resolver: Callable[..., Any], otherwise: Rule | None) -> Rule:
    """Asked at once; what is not at hand is asked `otherwise`."""

    def ask(root: Any, ctx: Context, where: Where, given: Given) -> Any:
        try:
            found = resolver(root, ctx, **given.made())
        except NotAtHand:
            if otherwise is None:
                raise
            return otherwise(root, ctx, where, given)
        except NotPublished as why:
            ctx.absences.not_published(where.path(), ctx.language, why)
            return why.instead
        if found is None and root is None:
            ctx.absences.not_found(where.path(), ctx.language)
        elif type(found) is Age:
            ctx.life.shows(where.path(), found)
        return found

    return ask


def _each(resolver: Callable[..., Any]) -> Rule:
    async def ask(root: Any, ctx: Context, _: Where, given: Given) -> Any:
        async for event in resolver(root, ctx, **given.made()):
            ctx.deadline.renew()
            yield event

    return ask


def _personally(personal: Personal, rule: Rule) -> Rule:
    """The same for a personal field: masked where nobody asks for the whole, and else by the rules and on record."""

    async def whole(root: Any, ctx: Context, where: Where, given: Given) -> Any:
        with ctx.deadline.kept():
            return await authorize(ctx, personal, where.field, root, lambda: rule(root, ctx, where, given))

    def one(root: Any, ctx: Context, where: Where, given: Given) -> Any:
        if personal.mask and not given.unmasked:
            return personal.mask(root)
        return whole(root, ctx, where, given)

    async def each(root: Any, ctx: Context, where: Where, given: Given) -> Any:
        async for event in authorize_each(ctx, personal, where.field, root, lambda: rule(root, ctx, where, given)):
            yield event

    return each if inspect.isasyncgenfunction(rule) else one
