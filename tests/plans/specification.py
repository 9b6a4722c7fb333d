"""The types that the examples of the GraphQL specification are about, declared as the hub declares its own."""

from collections.abc import AsyncGenerator
from enum import Enum
from types import SimpleNamespace
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from auth.policies import public
from engine.execution.executor import CountingExecutor
from engine.execution.guard import LimitsExtension
from resolvers.kit.context import Context
from schema.kit.access import interface, object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.scalars import SCALARS
from schema.root import Schema
from tests.plans.chaos import Later


class Direction(Enum):
    NORTH = "north"
    EAST = "east"


enum(Direction, "Direction", "A direction.", {"NORTH": "Up.", "EAST": "Right."})


@strawberry.input(description="Section 3.10: an input object with a nullable and a non-null field.")
class Example:
    a: str | None = strawberry.UNSET
    b: int


@strawberry.input(description="Section 3.10 of 2025: exactly one of its fields is given.", one_of=True)
class OnlyOne:
    a: str | None = strawberry.UNSET
    b: int | None = strawberry.UNSET


@strawberry.input(description="Section 2.9.8: a place.")
class Location:
    lon: float
    lat: float


class Record(SimpleNamespace):
    """Something of which only what is told is known."""


def _record(of, **told):
    return Record(of=of, **told)


def _is(name):
    return staticmethod(lambda root, _info: getattr(root, "of", None) == name)


def _picture(
    root: Record, ctx: Context, *, size: int | None = None, width: int | None = None, height: int = 100
) -> str:
    return f"https://cdn.site.io/pic-{root.id}-{size or width}-{height}.jpg"


async def _friends(root: Record, ctx: Context, *, first: int | None = None) -> object:
    await ctx.life.clock.wait("friends", root.id)
    return [_user(each) for each in root.friend_ids][:first]


def _user(number):
    names = {1: "Mark", 2: "Priscilla", 3: "Tom"}
    return _record(
        "User", id=str(number), name=names.get(number, "Somebody"), first_name=names.get(number, "Some"),
        last_name="Zuckerberg", birthday=_record("Date", month=5, day=14), count=2,
        friend_ids=[each for each in names if each != number], handle="zuck", profile=None,
    )  # fmt: skip


PAGE = _record("Page", id="7", name="Coca Cola", handle="coca-cola", count=90234512)


@object_type(public, "A day of the year.")
class BirthdayType:
    month: int = field("The month.")
    day: int = field("The day.")


@interface(public, "What has a handle.")
class ProfileType:
    handle: str = field("Its name on the site.")
    name: str | None = field("Its name.")


def _nothing(root: object, ctx: Context) -> object:
    return None


def _fails(root: object, ctx: Context) -> object:
    raise ctx.life.clock.error("fails")


async def _fails_later(root: object, ctx: Context) -> object:
    await ctx.life.clock.wait("fails")
    raise ctx.life.clock.error("fails later")


@object_type(public, "A person.")
class UserType(ProfileType):
    is_type_of = _is("User")
    id: strawberry.ID = field("The id.")
    first_name: str | None = field("The first name.")
    last_name: str | None = field("The last name.")
    birthday: BirthdayType | None = field("The birthday.")
    count: int | None = field("How many friends.")
    friends: "list[UserType] | None" = field("Friends.", resolver=_friends, arguments={"first": "How many."})
    maybe_friends: "list[UserType | None] | None" = field(
        "Friends.", resolver=_friends, arguments={"first": "How many."}
    )
    profile_pic: str | None = field(
        "A picture.", resolver=_picture, arguments={"size": "S.", "width": "W.", "height": "H."}
    )
    strictly_nothing: str = field("Promised and not there.", resolver=_nothing)
    strictly_failing: str = field("Promised and failing.", resolver=_fails)
    strictly_later: str = field("Promised and failing later.", resolver=_fails_later)
    failing: str | None = field("Failing.", resolver=_fails)
    failing_later: str | None = field("Failing later.", resolver=_fails_later)


@object_type(public, "A page.")
class PageType(ProfileType):
    is_type_of = _is("Page")
    id: strawberry.ID = field("The id.")
    count: int | None = field("How many like it.")


FoundType = Annotated[UserType | PageType, strawberry.union("Found")]


def _me(root: None, ctx: Context) -> object:
    return _user(1)


async def _one_user(root: None, ctx: Context, *, id: int) -> object:  # noqa: A002  the argument's name
    await ctx.life.clock.wait("user", id)
    return _user(id) if id < 100 else None


def _profiles(root: None, ctx: Context, *, handles: list[str]) -> object:
    known = {"zuck": _user(1), "coca-cola": PAGE}
    return [known.get(each, _record("Nobody", handle=each)) for each in handles]


def _found(root: None, ctx: Context, *, text: str | None = None) -> list[object]:
    return [PAGE, _user(2), None]


def _list_of(*values):
    def listed(root: None, ctx: Context) -> object:
        return [Later(ctx.life.clock, (at,), each) if at % 2 else each for at, each in enumerate(values)]

    return listed


LISTS = {"of_all": (1, 2, 3), "of_null": (1, None, 3), "of_error": (1, ValueError("a secret"), 3), "of_none": None}


def _lists():
    """Section 6.4.4: each of these lists in each of the four wrappings."""
    made = {}
    for name, values in LISTS.items():
        resolver = _nothing if values is None else _list_of(*values)
        for at, shape in enumerate(("list[int | None] | None", "list[int | None]", "list[int] | None", "list[int]")):
            made[f"{name}_{at}"] = (shape, resolver)
    return made


def _told(annotation, **arguments):
    """A resolver that tells what came of an argument of this type."""

    def tell(root: object, ctx: Context, *, given: object = strawberry.UNSET) -> str:
        return repr(given)

    tell.__annotations__["given"] = annotation
    return field("What came.", resolver=tell, arguments={"given": "Anything."})


def _required(annotation):
    def tell(root: object, ctx: Context, *, given: object) -> str:
        return repr(given)

    tell.__annotations__["given"] = annotation
    return field("What came.", resolver=tell, arguments={"given": "Anything."})


TOLD = {
    "int": int | None, "float": float | None, "text": str | None, "flag": bool | None, "id": strawberry.ID | None,
    "direction": Direction | None, "ints": list[int | None] | None, "strict_ints": list[int] | None,
    "rows": list[list[int | None] | None] | None, "example": Example | None, "only_one": OnlyOne | None,
    "location": Location | None,
}  # fmt: skip

RESULTS = {
    "int": (1, 1.0, 1.5, "1", "x", 2**31, True), "float": (1, 1.5, "1.5", "x", float("nan"), True),
    "str": ("x", 1, 1.5, True, [], None), "bool": (True, 1, 0, "true"), "strawberry.ID": ("x", 4, 1.5, True),
    "Direction": (Direction.NORTH, "north", "NORTH", "WEST", 5),
}  # fmt: skip


def _results():
    """Section 3.5 and 3.9: what a scalar or an enum makes of a value of another type."""
    made = {}
    for kind, values in RESULTS.items():
        for at, value in enumerate(values):
            name = f"{kind.rpartition('.')[2].lower()}_{at}"
            made[name] = (f"{kind} | None", lambda _root, _ctx, value=value: value)
            made[f"strict_{name}"] = (kind, lambda _root, _ctx, value=value: value)
    return made


def _plainly(resolver):
    def ask(root: object, ctx: Context) -> object:
        return resolver(root, ctx)

    return field("A value.", resolver=ask)


WRAPPED = {name: (shape, _plainly(resolver)) for name, (shape, resolver) in (_lists() | _results()).items()}
ECHOED = {
    **{f"tell_{name}": ("str | None", _told(annotation)) for name, annotation in TOLD.items()},
    "tell_required": ("str | None", _required(int)),
    "tell_required_example": ("str | None", _required(Example)),
}

_ROOT = {
    "me": ("UserType | None", field("Who asks.", resolver=_me)),
    "us": ("UserType", field("Who asks, promised.", resolver=_me)),
    "user": ("UserType | None", field("One.", resolver=_one_user, arguments={"id": "Which."})),
    "profiles": (
        "list[ProfileType | None] | None",
        field("Some.", resolver=_profiles, arguments={"handles": "Whose."}),
    ),
    "found": ("list[FoundType | None]", field("What is found.", resolver=_found, arguments={"text": "For what."})),
    "nothing": ("UserType | None", field("Nobody.", resolver=_nothing)),
}


async def _change(root: None, ctx: Context, *, new_number: int) -> object:
    """Section 6.2.2: slower the earlier it is, so that only order makes the answer right."""
    ctx.life.clock.done.append(new_number)
    await ctx.life.clock.wait("change", new_number)
    if new_number < 0:
        raise ctx.life.clock.error("change")
    return _record("Numbers", the_number=ctx.life.clock.done[-1], strict_number=ctx.life.clock.done[-1])


@object_type(public, "Section 6.2.2: what has a number.")
class NumbersType:
    the_number: int | None = field("The number.")


async def _messages(root: None, ctx: Context, *, room_id: int | None = None) -> AsyncGenerator[object, None]:
    """Section 6.2.3: events, one of which is an error."""
    for at in range(3):
        await ctx.life.clock.wait("message", at)
        yield (
            ValueError("a secret") if at == 1 else _record("Message", sender=f"{room_id}/{at}", text=[at, None][at % 2])
        )


@object_type(public, "Section 6.2.3: a message in a room.")
class MessageType:
    sender: str = field("By whom.")
    text: str | None = field("What.")


def _type(name, fields, description):
    annotations = {each: annotation for each, (annotation, _) in fields.items()}
    made = {each: value for each, (_, value) in fields.items()}
    cls = type(name, (), {"__annotations__": annotations, "__module__": __name__, **made})
    return object_type(public, description)(cls)


def schema():
    """It."""
    change = field("Change it.", resolver=_change, arguments={"new_number": "To what."})
    messages = field("New ones.", resolver=_messages, arguments={"room_id": "Where."})
    return Schema(
        query=_type("QueryType", _ROOT | WRAPPED | ECHOED, "Everything."),
        mutation=_type("MutationType", {"change_the_number": ("NumbersType | None", change)}, "In order."),
        subscription=_type("SubscriptionType", {"new_message": ("MessageType | None", messages)}, "As it happens."),
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=(LimitsExtension,),
        execution_context_class=CountingExecutor,
    )
