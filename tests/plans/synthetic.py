"""A schema with what the hub's has not: every wrapping of every kind of type, each got in every way, and all that fails."""

from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime
from functools import cache
from typing import Annotated, NewType

import msgspec
import strawberry
from strawberry.schema.config import StrawberryConfig

from auth.policies import public
from engine.execution.executor import CountingExecutor
from engine.execution.guard import LimitsExtension
from engine.execution.operation import OperationRunner
from resolvers.kit.context import Context
from resolvers.kit.selection import Selection
from schema.kit.access import interface, object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.paging import ConnectionType  # noqa: F401  named in annotations
from schema.kit.scalars import SCALARS, Rupiah
from schema.root import Schema
from tests.plans.chaos import (
    ANNOTATED,
    EVERY_KIND,
    KINDS,
    SHAPES,
    Chaos,
    Colour,
    Lone,
    Other,
    Plain,
    Thing,
    as_odd,
    value_of,
)
from tests.plans.lasting_things import LASTING, HalfType, StillType  # noqa: F401  named in annotations

Odd = NewType("Odd", str)
enum(Colour, "Colour", "A colour.", {each.name: "One." for each in Colour})
WAYS = ("attr", "sync", "async")


@strawberry.input(description="What is put into another.")
class Box:
    size: int = 3
    name: str | None = strawberry.UNSET
    label: str = 'a "label"'
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED, Colour.BLUE])
    inner: "Box | None" = None
    rows: list[list[int | None]] | None = strawberry.UNSET


def _is(record):
    return staticmethod(lambda root, _info: type(root) is record)


def _sync(name):
    def resolver(root: object, ctx: Context) -> object:
        chaos, key = ctx.life.clock, (*getattr(root, "key", ()), name)
        if chaos.bad("sync", *key):
            raise chaos.error(*key)
        return value_of(chaos, key, name, later=True)

    return resolver


def _async(name):
    async def resolver(root: object, ctx: Context) -> object:
        chaos, key = ctx.life.clock, (*getattr(root, "key", ()), name)
        await chaos.wait(*key)
        if chaos.bad("async", *key):
            raise chaos.error(*key)
        return value_of(chaos, key, name, later=True)

    return resolver


def _fields(turn, *, ways=WAYS):
    """A field of each kind in each wrapping, each got in another way; `turn` says in which."""
    made = {}
    for number, kind in enumerate(EVERY_KIND):
        of = KINDS[kind].annotation if kind in KINDS else ANNOTATED[kind]
        for at, shape in enumerate(SHAPES):
            way = ways[(number + at + turn) % len(ways)]
            name = f"{way}_{kind}_{at}"
            resolver = {"attr": None, "sync": _sync(name), "async": _async(name)}[way]
            made[name] = (shape.format(of), field("A value.", resolver=resolver))
    return made


def _declared(name, fields, *, bases=(), **more):
    """A class as if it were written down."""
    annotations = {each: annotation for each, (annotation, _) in fields.items()}
    made = {each: value for each, (_, value) in fields.items()}
    return type(name, bases, {"__annotations__": annotations, "__module__": __name__, **made, **more})


async def _given(root: object, ctx: Context, *, number: int = 3, text: str | None = None, boxes: list[Box] | None = None,
                 colour: Colour | None = None, at: datetime | None = None, rows: list[list[int]] | None = None,
                 share: float = 1.5, yes: bool = True, money: Rupiah | None = None, box: Box | None = None) -> str:  # fmt: skip
    return repr((number, text, boxes, colour, at, rows, share, yes, money, box))


def _needs(root: object, ctx: Context, *, name: strawberry.ID, box: Box, rows: list[list[int | None]]) -> str:
    return repr((name, box, rows))


SEEN = ("number", "text", "share", "inner", "inner.text", "inner.inner", "inner.share", "nothing")


def _selected(_root: object, ctx: Context, *, selected: Selection) -> Plain:
    """A record that tells what is seen of the selection."""
    seen = " ".join(each for each in SEEN if selected.has(each))
    plain = Plain(
        number=len(seen), text=seen, share=None, colour=Colour.RED, moment=ctx.life.clock.now(), texts=(), inner=None
    )
    return msgspec.structs.replace(plain, inner=plain)


ARGUMENTS = ("number", "text", "boxes", "colour", "at", "rows", "share", "yes", "money", "box")


def _echoes():
    """Fields that tell what came of their arguments."""
    told = field("What came.", resolver=_given, arguments=dict.fromkeys(ARGUMENTS, "A value."))
    needed = field("What came.", resolver=_needs, arguments=dict.fromkeys(("name", "box", "rows"), "A value."))
    selected = field("What is selected below.", resolver=_selected)
    return {"given": ("str", told), "needs": ("str", needed), "selected": ("PlainType", selected)}


def _shared():
    """What all that is has: attributes in three wrappings."""
    fields = _fields(0, ways=("attr",))
    return {name: each for name, each in fields.items() if name.endswith(("_0", "_1", "_5"))}


BeingType = interface(public, "What is.")(_declared("BeingType", _shared()))
THING, OTHER = _fields(0) | _echoes(), _fields(1)
ThingType = object_type(public, "A thing.")(_declared("ThingType", THING, bases=(BeingType,), is_type_of=_is(Thing)))
OtherType = object_type(public, "Another.")(_declared("OtherType", OTHER, bases=(BeingType,), is_type_of=_is(Other)))
LoneType = object_type(public, "Alone.")(_declared("LoneType", _fields(2), is_type_of=_is(Lone)))
AnyType = Annotated[ThingType | OtherType | LoneType, strawberry.union("Any")]


@object_type(public, "A record without a resolver.")
class PlainType:
    number: int = field("A number.")
    text: str = field("A text.")
    share: float | None = field("A share.")
    colour: Colour = field("A colour.")
    moment: datetime = field("A moment.")
    texts: list[str] = field("Texts.")
    inner: "PlainType | None" = field("Another.")


async def _pushed(_root: None, ctx: Context, *, number: int, strict: bool = False) -> object:
    """What was done until now, in order, and this; with an error now and then."""
    ctx.life.clock.done.append(number)
    await ctx.life.clock.wait("push", number)
    ctx.life.clock.done.append(-number)
    if ctx.life.clock.bad("push", number):
        raise ctx.life.clock.error("push", number)
    return [*ctx.life.clock.done]


def _push(annotation):
    arguments = {"number": "Which.", "strict": "Nothing."}
    return annotation, field("Do it.", resolver=_pushed, arguments=arguments)


def _happening(name, most=4):
    async def events(_root: None, ctx: Context, *, count: int = 3) -> AsyncGenerator[object, None]:
        for at in range(min(max(count, 0), most)):
            await ctx.life.clock.wait(name, at)
            if ctx.life.clock.bad("event", name, at):
                raise ctx.life.clock.error("event", name, at)
            yield value_of(ctx.life.clock, (at, name), name, later=False)

    return events


def _events():
    made = {}
    for kind in EVERY_KIND:
        of = KINDS[kind].annotation if kind in KINDS else ANNOTATED[kind]
        for at in (0, 1, 5):
            name = f"live_{kind}_{at}"
            counted = {"count": "How many."}
            made[name] = (SHAPES[at].format(of), field("Events.", resolver=_happening(name), arguments=counted))
    return made


QueryType = object_type(public, "The root.")(
    _declared("QueryType", _fields(1, ways=("sync", "async")) | _echoes() | LASTING)
)
MutationType = object_type(public, "Done in order.")(
    _declared("MutationType", {"push": _push("list[int] | None"), "press": _push("list[int]")})
)
SubscriptionType = object_type(public, "What happens.")(_declared("SubscriptionType", _events()))


@cache
def schema():
    """It, as the hub's own schemas are made."""
    scalars = SCALARS | {Odd: strawberry.scalar(name="Odd", serialize=as_odd, parse_value=str)}
    return Schema(
        query=QueryType,
        mutation=MutationType,
        subscription=SubscriptionType,
        config=StrawberryConfig(scalar_map=scalars),
        extensions=(LimitsExtension,),
        execution_context_class=CountingExecutor,
    )


class _Agencies:
    @staticmethod
    def name(code):
        return code


class SyntheticReplay:
    """What a played world is to the hub: here everything follows from the seed."""

    def begin(self, weather):
        self.asked, self.entries = Counter(), Counter()
        self.chaos = Chaos(weather.seed, weather.reads)

    def context(self, language, caller, document, address, deadline):
        return Context(
            agencies=_Agencies(),
            cache=None,
            clock=self.chaos,
            regions=None,
            store=None,
            caller=caller,
            language=language,
            deadline=deadline,
        )


def runner(made, replay, **more):
    """What runs an operation over this schema."""
    return OperationRunner(schema_for=lambda _: made, context_for=replay.context, **more)
