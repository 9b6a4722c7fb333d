"""Records whose every value follows from a seed and its place: right, null, wrong, an error, at once or later."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from zlib import crc32

import msgspec
from graphql import GraphQLError, Undefined
from strawberry import UNSET

from connectors.kit.errors import AgencyUnavailable
from resolvers.kit.absences import NotPublished
from resolvers.kit.errors import UserError
from tests.clock import FakeClock


class Colour(Enum):
    RED = "red"
    GREEN = 2
    BLUE = None


class Plain(msgspec.Struct, frozen=True):
    """A record like those of the hub: what its annotations say is so."""

    number: int
    text: str
    share: float | None
    colour: Colour
    moment: datetime
    texts: tuple[str, ...]
    inner: "Plain | None"


class Kind(NamedTuple):
    """Of what a field is made: its Python type, values that are right and values that are not."""

    annotation: str
    right: tuple
    wrong: tuple = ()


NAN, ENDLESS = float("nan"), float("inf")
KINDS = {
    "int": Kind("int", (0, 1, -5, 2**31 - 1, 7.0, "12", True), (2**31, 1e20, 1.5, "x", "", NAN, ENDLESS, [], object)),
    "float": Kind("float", (0.0, -0.0, 1.5, 3, "1.5", -1e300, False), (NAN, ENDLESS, "x", "", {}, Decimal("1.5"))),
    "text": Kind("str", ("a", "", "é 漢", 5, 1.5, True), ([1], {}, object, b"x", Colour.RED)),
    "flag": Kind("bool", (True, False, 0, 1), ("x", NAN, None.__class__, [])),
    "name": Kind("strawberry.ID", ("1", 7, "x y"), (1.5, True, [])),
    "colour": Kind("Colour", tuple(Colour), ("red", "RED", 2, object, [])),
    "money": Kind("Rupiah", (0, 10**15, -1), ("1", 1.5, True)),
    "moment": Kind(
        "datetime", (datetime(2026, 11, 23, 5, tzinfo=UTC),), ("2026-11-23", 5, datetime(2026, 11, 23).date())
    ),
    "odd": Kind("Odd", ("fine", ("a", 1), {"a": [1]}), ("none", "later", "raises")),
}
SHAPES = (
    "{}", "{} | None", "list[{}]", "list[{} | None]", "list[{}] | None", "list[{} | None] | None",
    "list[list[{} | None] | None] | None", "list[list[{}]]", "list[list[{}] | None]",
)  # fmt: skip
"""How a type may be wrapped, as an annotation."""
WRONG_LISTS = (5, "abc", {"a": 1}, object)


def as_odd(value):
    """The serializer of a scalar that does not take everything."""
    if value == "raises":
        raise LookupError("a secret")
    if value == "later":
        raise GraphQLError("It is too late.", extensions={"hint": 1})
    return None if value == "none" else repr(value) if isinstance(value, Later) else value


class Chaos(FakeClock):
    """What happens in one operation. `rate`: of a thousand values, so many are not as they should be."""

    def __init__(self, seed=0, rate=0):
        super().__init__()
        self.seed, self.rate = seed, rate
        self.done = []

    def chance(self, *of):
        return crc32(repr((self.seed, *of)).encode())

    def pick(self, of, *key):
        return of[self.chance("pick", *key) % len(of)]

    def bad(self, *key):
        return self.chance("bad", *key) % 1000 < self.rate

    async def wait(self, *key):
        """For a time that follows from the place; now and then for none at all."""
        if chance := self.chance("wait", *key) % 8:
            await asyncio.sleep((self.chance("long", *key) % 2**20 + chance) / 2**21)

    def error(self, *key):
        """An error of one kind or another."""
        made = (
            UserError("ODD", id="Aneh.", en="It is odd.", told={"hint": self.chance(*key) % 5}),
            AgencyUnavailable("agency", "as the seed wants it", retry_after=3),
            NotPublished(id="Tidak ada.", en="There is none.", instead=self.pick((None, "x", 5, []), *key)),
            GraphQLError("It was said so.", extensions={"code": "SAID"}),
            GraphQLError("It has a place of its own.", path=["elsewhere", 0]),
            *(kind("a secret") for kind in (StopIteration, StopAsyncIteration, TimeoutError, ValueError, KeyError)),
        )
        return self.pick(made, "error", *key)


class Later:
    """A value that has to be awaited."""

    def __init__(self, chaos, key, value):
        self._chaos, self._key, self._value = chaos, key, value

    def __repr__(self):
        return "Later"

    def __await__(self):
        return self._found().__await__()

    async def _found(self):
        await self._chaos.wait("later", *self._key)
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


class Streamed:
    """A list that has to be iterated asynchronously."""

    def __init__(self, chaos, key, items):
        self._chaos, self._key, self._items = chaos, key, items

    async def __aiter__(self):
        for at, each in enumerate(self._items):
            await self._chaos.wait("streamed", at, *self._key)
            if isinstance(each, KeyError):
                raise each
            yield each


class Thing:
    """A record of a type; each attribute follows from the seed when it is asked for."""

    def __init__(self, chaos, key):
        self.chaos, self.key = chaos, key

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        chaos, key = self.chaos, (*self.key, name)
        if chaos.bad("attribute", *key) and chaos.chance("none", *key) % 2:
            raise (AttributeError(name), chaos.error(*key))[chaos.chance("how", *key) % 2]
        return value_of(chaos, key, name, later=False)


class Other(Thing):
    """A record of another type of the same interface."""


class Lone(Thing):
    """A record of a type that has no interface."""


class Nameless(Thing):
    """A record of no type at all."""


MADE = {"thing": (Thing,), "other": (Other,), "being": (Thing, Other), "any": (Thing, Other, Lone), "lone": (Lone,)}
ANNOTATED = {
    "thing": "ThingType", "being": "BeingType", "any": "AnyType", "lone": "LoneType", "plain": "PlainType",
}  # fmt: skip
EVERY_KIND = [*KINDS, *ANNOTATED]


def value_of(chaos, key, name, *, later):
    """The value of a field, which is named by its flavour, its kind and the number of its shape."""
    _, kind, shape = name.split("_")
    return _shaped(chaos, key, kind, SHAPES[int(shape)], later)


def _shaped(chaos, key, kind, shape, later):
    optional = shape.endswith(" | None")
    shape = shape.removesuffix(" | None")
    if optional and chaos.chance("null", *key) % 6 == 0:
        return None
    if chaos.bad("value", *key):
        return _wrong(chaos, key, kind, shape)
    if shape.startswith("list["):
        inner = shape[5:-1]
        count = chaos.chance("count", *key) % 4
        if len(key) < 3 and chaos.chance("long", *key) % 50 == 0:
            count = 150  # others have their turn meanwhile
        items = [_shaped(chaos, (*key, at), kind, inner, later) for at in range(count)]
        form = chaos.chance("form", *key) % 8
        if later and form == 0:
            return Streamed(chaos, key, items)
        if later and form == 1:
            items = [Later(chaos, (*key, at), each) if at % 2 else each for at, each in enumerate(items)]
        return tuple(items) if form == 2 else iter(items) if form == 3 else items
    one = _one(chaos, key, kind)
    return Later(chaos, key, one) if later and chaos.chance("awaited", *key) % 12 == 0 else one


def _one(chaos, key, kind):
    if kind == "plain":
        return _plain(chaos, key)
    if kind in MADE:
        return chaos.pick(MADE[kind], *key)(chaos, key)
    return chaos.pick(KINDS[kind].right, *key)


def _plain(chaos, key):
    return Plain(
        number=chaos.chance("number", *key) % 1000,
        text=chaos.pick(("a", "é"), *key),
        share=chaos.pick((None, 0.5, 2.0), *key),
        colour=chaos.pick(tuple(Colour), *key),
        moment=datetime(2026, 11, 23, tzinfo=UTC),
        texts=("a", "b")[: chaos.chance("texts", *key) % 3],
        inner=_plain(chaos, (*key, "inner")) if chaos.chance("inner", *key) % 3 == 0 else None,
    )


def _wrong(chaos, key, kind, shape):
    match chaos.chance("wrong", *key) % 5:
        case 0:
            return None
        case 4:
            return chaos.pick((Undefined, UNSET, {}, Later(chaos, key, None)), *key)
        case 1:
            return chaos.error(*key)
        case _ if shape.startswith("list["):
            return chaos.pick(WRONG_LISTS, *key)
        case _ if kind in MADE or kind == "plain":
            return chaos.pick((Nameless(chaos, key), Lone(chaos, key), "x", 5), *key)
        case _:
            return chaos.pick(KINDS[kind].wrong, *key)
