"""Each promise of the schema is held to the record that answers it, and one that is not kept is refused by name."""

import functools
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, StrEnum
from itertools import product
from typing import Any, Generic, NewType, Protocol, TypeVar

import msgspec
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from auth.policies import owner, personal, public, signed_in
from connectors.kit.domains import DeclarationError
from connectors.regions.records import DottedCode
from connectors.tax.records import Nop
from resolvers.kit.paging import Page
from resolvers.kit.personal import PersonalValue
from resolvers.registry import CATEGORIES
from schema.beds import hospitals
from schema.kit.access import interface, object_type
from schema.kit.categories import PersonalCategory
from schema.kit.contract import check_records
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import node_of
from schema.kit.paging import ConnectionType as SchemaConnection
from schema.kit.scalars import NIK, SCALARS, URL, PhoneNumber, Rupiah
from schema.root import build

T = TypeVar("T")
Weight = NewType("Weight", int)


class Colour(Enum):
    RED = "RED"


class Shade(StrEnum):
    DARK = "DARK"


enum(Colour, "Colour", "A colour.", {"RED": "Red."})
enum(Shade, "Shade", "A shade.", {"DARK": "Dark."})


class Stone(msgspec.Struct, frozen=True):
    name: str


class Leaf(msgspec.Struct, frozen=True):
    age: int


@object_type(public, "A stone.")
class StoneThing:
    name: str = field("Its name.")


PROMISES = {
    str: ("String", {str, PhoneNumber, URL, NIK, DottedCode}),
    int: ("Int", {int, Weight, Rupiah}),
    float: ("Float", {float, int, Decimal, Weight, Rupiah}),
    bool: ("Boolean", {bool}),
    date: ("Date", {date}),
    datetime: ("DateTime", {datetime}),
    time: ("Time", {time}),
    Rupiah: ("Rupiah", {Rupiah, int}),
    PhoneNumber: ("PhoneNumber", {PhoneNumber, str}),
    URL: ("URL", {URL, str}),
    NIK: ("NIK", {NIK, str}),
    strawberry.ID: ("ID", {str, PhoneNumber, URL, NIK, DottedCode}),
    DottedCode: ("RegionCode", {DottedCode}),
    Nop: ("NOP", {Nop}),
    Colour: ("Colour", {Colour}),
    Shade: ("Shade", {Shade}),
    PersonalCategory: ("PersonalCategory", {PersonalCategory, str}),
    StoneThing: ("StoneThing", {Stone, Leaf, Decimal, Nop}),
}
"""What may be promised, its name in the graph, and what may stand for it; what is no stone is told by its own fields."""
GIVEN = [
    str, int, float, bool, Decimal, date, datetime, time, Weight, Rupiah, PhoneNumber, URL, NIK, DottedCode, Nop,
    Colour, Shade, PersonalCategory, Stone, Leaf, dict[str, int],
]  # fmt: skip


def schema_of(query, *, types=(), **others):
    return strawberry.Schema(query=query, types=types, config=StrawberryConfig(scalar_map=SCALARS), **others)


def mistakes(query, **others):
    try:
        check_records(schema_of(query, **others))
    except DeclarationError as error:
        head, *told = str(error).splitlines()
        assert head == "the schema promises what its records do not hold:"
        assert all(each.startswith("  ") for each in told)
        return [each.removeprefix("  ") for each in told]
    return []


def asked_for(promise, given, **options):
    """A root type with one field of this promise, whose resolver gives this."""

    async def thing(_root: None, _: object):
        raise AssertionError

    thing.__annotations__["return"] = given
    thing.__module__, thing.__qualname__ = "tests", "thing"
    namespace = {"__annotations__": {"thing": promise}, "thing": field("A thing.", resolver=thing, **options)}
    return object_type(public)(type("Query", (), namespace))


def promise_of(promise, given):
    """The mistakes of a type with one field, `it`, over a record of one field."""
    record = msgspec.defstruct("Record", [("it", given)], module="tests")
    namespace = {"__annotations__": {"it": promise}, "it": field("It.")}
    thing = object_type(public, "A thing.")(type("Thing", (), namespace))
    return mistakes(asked_for(thing, record))


def test_the_schema_of_today_is_kept_for_every_audience():
    check_records(build())


def spelled(given):
    return "dict[str, int]" if given == dict[str, int] else given.__name__


def test_every_promise_is_held_to_every_type_with_null_and_in_lists():
    """Each promise over each type: plain, may be null and in a list, on both sides."""
    shapes = {
        "{}!": (lambda of: of, "{}"),
        "{}": (lambda of: of | None, "{} | None"),
        "[{}!]!": (lambda of: list[of], "list[{}]"),
        "[{}]!": (lambda of: list[of | None], "list[{} | None]"),
    }
    kept = {("{}!", "{}!"), ("{}", "{}!"), ("{}", "{}"), ("[{}!]!", "[{}!]!"), ("[{}]!", "[{}!]!"), ("[{}]!", "[{}]!")}
    annotations, members, fields, wanted = {}, {}, [], []
    pairs = product(PROMISES.items(), GIVEN, shapes, shapes)
    for number, ((promise, (name, fitting)), given, promised_as, given_as) in enumerate(pairs):
        at = f"f{number}"
        shape, _ = shapes[promised_as]
        record_shape, text = shapes[given_as]
        annotations[at] = shape(promise)
        members[at] = field("One.")
        fields.append((at, record_shape(given)))
        if given not in fitting or (promised_as, given_as) not in kept:
            told = text.format(spelled(given))
            wanted.append(f"Thing.{at}: it is promised as {promised_as.format(name)}; in tests.Record it is {told}")
    record = msgspec.defstruct("Record", fields, module="tests")
    thing = object_type(public, "A thing.")(type("Thing", (), {"__annotations__": annotations, **members}))
    found = mistakes(asked_for(thing, record))
    no_stones = ["connectors.tax.records.Nop", "decimal.Decimal", "tests.schema.test_contract.Leaf"]
    told = [f"StoneThing.name: it is promised as String!; {each} has no name" for each in no_stones]
    assert sorted(each for each in found if not each.startswith("Thing.")) == told
    print(set(wanted) - set(found), set(found) - set(wanted))
    assert sorted(each for each in found if each.startswith("Thing.")) == sorted(wanted)


@pytest.mark.parametrize(
    ("promise", "given", "wanted"),
    [
        (list[str], tuple[str, ...], []),
        (list[str], frozenset[str], []),
        (list[str], Sequence[str], []),
        (list[str], tuple[str, str], ["[String!]!", "tuple[str, str]"]),
        (list[str], str, ["[String!]!", "str"]),
        (list[str], dict[str, str], ["[String!]!", "dict[str, str]"]),
        (list[str], list[str] | None, ["[String!]!", "list[str] | None"]),
        (list[list[str]], list[list[int]], ["[[String!]!]!", "list[list[int]]"]),
        (str, str | int, ["String!", "str | int"]),
        (str, Any, ["String!", "Any"]),
        (str, object, ["String!", "object"]),
        (StoneThing, Any, ["StoneThing!", "Any"]),
        (list[StoneThing], list[Stone | str], ["[StoneThing!]!", "list[Stone | str]"]),
    ],
)
def test_what_a_record_may_have_for_a_list_and_what_is_of_no_one_type(promise, given, wanted):
    told = [f"Thing.it: it is promised as {wanted[0]}; in tests.Record it is {wanted[1]}"] if wanted else []
    assert promise_of(promise, given) == told


class Base(msgspec.Struct, Generic[T], frozen=True):
    first: T
    rest: list[T]


class Whole(Base[int], frozen=True):
    kind = "whole"

    @property
    def text(self) -> str:
        raise AssertionError

    @functools.cached_property
    def price(self) -> int | None:
        raise AssertionError

    def method(self) -> str:
        raise AssertionError

    @staticmethod
    def static() -> str:
        raise AssertionError


@object_type(public, "A thing of attributes.")
class Attributes:
    first: str = field("Of a generic base.")
    rest: list[str] = field("The same, in a list.")
    text: str = field("A property.")
    price: int = field("A property that is kept.")
    method: str = field("A method.")
    static: str = field("The same.")
    kind: str = field("Without a type.")
    nothing_such: str | None = field("Nothing.")


def test_an_attribute_may_be_a_field_or_a_property_and_not_a_method_and_all_mistakes_are_told_at_once():
    whole = "tests.schema.test_contract.Whole"
    wanted = [
        f"Attributes.first: it is promised as String!; in {whole} it is int",
        f"Attributes.rest: it is promised as [String!]!; in {whole} it is list[int]",
        f"Attributes.price: it is promised as Int!; in {whole} it is int | None",
        f"Attributes.method: it is promised as String!; {whole} has no method",
        f"Attributes.static: it is promised as String!; {whole} has no static",
        f"Attributes.kind: it is promised as String!; {whole} has no kind",
        f"Attributes.nothing_such: it is promised as String; {whole} has no nothing_such",
    ]
    assert mistakes(asked_for(Attributes, Whole)) == wanted
    assert mistakes(asked_for(Attributes | None, Page[Whole] | None))[0] == (
        "Attributes.first: it is promised as String!; resolvers.kit.paging.Page has no first"
    )


WRONG_LEAF = ["StoneThing.name: it is promised as String!; tests.schema.test_contract.Leaf has no name"]


@pytest.mark.parametrize(
    ("promise", "given", "wanted"),
    [
        (StoneThing, Stone, []),
        (StoneThing, Awaitable[Stone], []),
        (StoneThing, Stone | Awaitable[Stone], []),
        (StoneThing | None, PersonalValue[Stone] | None, []),
        (StoneThing | None, PersonalValue[Leaf] | None, WRONG_LEAF),
        (SchemaConnection[StoneThing], Page[Stone], []),
        (SchemaConnection[StoneThing] | None, Page[Leaf], WRONG_LEAF),
        (list[StoneThing], list[Stone | Leaf], WRONG_LEAF),
        (StoneThing, Stone | None, ["Query.thing: it is promised as StoneThing!; tests.thing gives Stone | None"]),
        (
            StoneThing,
            Page[Stone],
            ["StoneThing.name: it is promised as String!; resolvers.kit.paging.Page has no name"],
        ),
        (
            SchemaConnection[StoneThing],
            list[Stone],
            ["Query.thing: it is promised as StoneThingConnection!; tests.thing gives list[Stone]"],
        ),
        (str, PersonalValue[int], ["Query.thing: it is promised as String!; tests.thing gives int"]),
    ],
)
def test_what_a_resolver_gives_is_followed_into_pages_lists_and_what_is_awaited(promise, given, wanted):
    assert mistakes(asked_for(promise, given)) == wanted


class Named(Protocol):
    @property
    def name(self) -> str:
        raise AssertionError


async def of_a_stone(root: Stone, _: object) -> str:
    raise AssertionError


async def of_a_name(root: Named, _: object) -> str:
    raise AssertionError


async def of_the_root(_root: None, _: object) -> str:
    raise AssertionError


async def of_anything(_: object, __: object) -> str:
    raise AssertionError


@pytest.mark.parametrize(
    ("resolver", "record", "unfit"),
    [
        (of_a_stone, Stone, None),
        (of_a_stone, Leaf, "Stone"),
        (of_a_name, Stone, None),
        (of_a_name, Leaf, "Named"),
        (of_anything, Leaf, None),
        (of_the_root, Leaf, "None"),
    ],
)
def test_a_resolver_is_asked_only_of_the_record_that_it_takes(resolver, record, unfit):
    namespace = {"__annotations__": {"it": str}, "it": field("It.", resolver=resolver)}
    thing = object_type(public, "A thing.")(type("Thing", (), namespace))
    here = "tests.schema.test_contract"
    told = f"Thing.it: {here}.{resolver.__name__} takes {unfit}, and not {here}.{record.__name__}"
    assert mistakes(asked_for(thing, record)) == ([told] if unfit else [])


def test_a_root_field_needs_a_resolver_and_one_that_takes_no_record():
    @object_type(public)
    class Query:
        plain: str | None = field("A field without a resolver.")
        stone: str | None = field("Asked of a resolver that wants a stone.", resolver=of_a_stone)

    assert mistakes(Query) == [
        "Query.plain: it is promised as String; the root has no plain",
        "Query.stone: tests.schema.test_contract.of_a_stone takes Stone, and not the root",
    ]


@pytest.mark.parametrize(
    ("promise", "masked", "told"),
    [
        (str | None, str, None),
        (str | None, str | None, None),
        (str | None, int, "String; tests.mask gives int"),
        (Nop | None, str, None),
        (int | None, str, "Int; tests.mask gives str"),
    ],
)
def test_a_mask_gives_what_is_promised_or_a_text_where_the_scalar_is_written_as_one(promise, masked, told):
    def mask(_root: None):
        raise AssertionError

    mask.__annotations__["return"] = masked
    mask.__module__, mask.__qualname__ = "tests", "mask"
    given = PersonalValue[promise.__args__[0]] | None
    policy = personal(signed_in, CATEGORIES[min(CATEGORIES)], (owner,), mask=mask)
    wanted = [f"Query.thing: it is promised as {told}"] if told else []
    assert mistakes(asked_for(promise, given, policy=policy)) == wanted


@interface(public, "What has a name.")
class HasName:
    name: str = field("Its name.")


@object_type(public, "A named stone.")
@node_of(Stone)
class NamedStone(HasName):
    pass


@object_type(public, "A named leaf.")
@node_of(Leaf)
class NamedLeaf(HasName):
    pass


LEAF_HAS_NONE = "NamedLeaf.name: it is promised as String!; tests.schema.test_contract.Leaf has no name"


@pytest.mark.parametrize(
    ("promise", "given", "wanted"),
    [
        (HasName | None, Stone | None, []),
        (HasName | None, object | None, [LEAF_HAS_NONE]),
        (HasName | None, Stone | Leaf, [LEAF_HAS_NONE]),
        (HasName | None, Whole, ["Query.thing: it is promised as HasName; tests.thing gives Whole"]),
        (NamedStone | None, Leaf, ["Query.thing: it is promised as NamedStone; tests.thing gives Leaf"]),
    ],
)
def test_an_interface_is_kept_by_the_records_of_all_that_may_stand_for_it(promise, given, wanted):
    assert mistakes(asked_for(promise, given), types=[NamedStone, NamedLeaf]) == wanted


def test_what_an_event_holds_and_what_is_added_to_a_type_is_held_too():
    async def events(_root: None, _: object) -> AsyncIterator[PersonalValue[Leaf]]:
        raise AssertionError
        yield

    @object_type(public)
    class Subscription:
        happened: StoneThing = field("An event.", resolver=events)

    others = {"subscription": Subscription}
    assert mistakes(asked_for(StoneThing, Stone), **others) == WRONG_LEAF
    added = field("What another domain adds.", resolver=of_a_stone)
    added.python_name = added.name = "added"
    thing = object_type(public, "A thing.")(type("Thing", (), {"__annotations__": {"age": int}, "age": field("Its.")}))
    extension = object_type(public)(type("More", (), {"__annotations__": {"added": str}, "added": added}))
    thing.__strawberry_definition__.fields.extend(extension.__strawberry_definition__.fields)
    here = "tests.schema.test_contract"
    assert mistakes(asked_for(thing, Leaf)) == [f"Thing.added: {here}.of_a_stone takes Stone, and not {here}.Leaf"]


def test_a_wrong_promise_stops_the_start(monkeypatch):
    [last_free] = [
        each for each in hospitals.RoomType.__strawberry_definition__.fields if each.python_name == "last_free"
    ]
    monkeypatch.setattr(last_free, "python_name", "last_freed")
    told = r"Room\.last_freed: it is promised as Int!; resolvers\.beds\.rules\.RoomNow has no last_freed"
    with pytest.raises(DeclarationError, match=told):
        build.__wrapped__()
