"""A resolver that takes `selected` knows which fields below its own an operation selects, and the schema says nothing of it."""

from types import SimpleNamespace

import msgspec
import pytest
import strawberry

from auth.policies import public
from resolvers.kit.deadline import Deadline
from resolvers.kit.paging import PageArguments
from resolvers.kit.selection import EVERYTHING, Selection
from schema.kit.access import object_type
from schema.kit.fields import field

ASKED = ("count", "leaves", "leaves.name", "leaves.branch", "leaves.branch.name", "name", "below", "absent")
SEEN: list[Selection] = []


class Twig(msgspec.Struct, frozen=True):
    name: str = "twig"
    count: int = 1

    @property
    def leaves(self) -> "list[Twig]":
        return [self]

    @property
    def branch(self) -> "Twig":
        return self


async def tree(_: None, __: object, *, name: str = "", selected: Selection, page: PageArguments) -> Twig:
    SEEN.append(selected)
    return Twig(name, page.first or 0)


def below(root: Twig, _: object, *, selected: Selection) -> Twig:
    SEEN.append(selected)
    return root


@object_type(public, "A twig.")
class TwigThing:
    name: str = field("Its name.")
    count: int = field("How many.")
    leaves: list["TwigThing"] = field("Those on it.")
    branch: "TwigThing" = field("The one it is on.")
    below: "TwigThing" = field("The one below.", resolver=below)


@object_type(public)
class TreeQuery:
    tree: TwigThing | None = field("A tree.", resolver=tree, arguments={"name": "Its name."})


SCHEMA = strawberry.Schema(query=TreeQuery)
SURROUNDINGS = SimpleNamespace(deadline=Deadline())
"""What the machinery of a field needs of its context."""
CASES = {
    "{ tree { count } }": ["count"],
    "{ tree { n: count } }": ["count"],
    "{ tree { __typename } }": [],
    "{ tree { leaves { name } } }": ["leaves", "leaves.name"],
    "{ tree { leaves { branch { name } } } }": ["leaves", "leaves.branch"],
    "{ tree { leaves { __typename } ... on TwigThing { name } } }": ["leaves", "name"],
    "{ tree { ...a } } fragment a on TwigThing { name leaves { ...b } } fragment b on TwigThing { branch { count } }": [
        "name", "leaves", "leaves.branch",
    ],
    "{ tree { count @skip(if: true) name @include(if: false) leaves @include(if: true) { name @skip(if: false) } } }": [
        "leaves", "leaves.name",
    ],
    "query($a: Boolean!, $b: Boolean = false) { tree { count @skip(if: $a) name @include(if: $a) "
    "leaves @include(if: $b) { name } ... @include(if: $a) { branch { name } } } }": ["name"],
    "query($a: Boolean!) { tree { ...c @skip(if: $a) name ...c } } fragment c on TwigThing { count }": ["name", "count"],
    "{ tree { leaves { name } } tree { leaves { branch { name } } count } }": [
        "leaves", "leaves.name", "leaves.branch", "count",
    ],
    "{ tree { ...a ...a leaves { ...a } } } fragment a on TwigThing { name }": ["name", "leaves", "leaves.name"],
}  # fmt: skip


@pytest.mark.parametrize("document", CASES)
async def test_a_resolver_sees_what_is_selected_below_its_field(document):
    SEEN.clear()
    answer = await SCHEMA.execute(document, {"a": True}, context_value=SURROUNDINGS)
    assert answer.errors is None
    (selected,) = SEEN
    assert {name for name in ASKED if selected.has(name)} == set(CASES[document])


async def test_each_field_sees_its_own():
    SEEN.clear()
    answer = await SCHEMA.execute("{ tree { below { count below { name } } } }", context_value=SURROUNDINGS)
    assert answer.errors is None
    assert [[name for name in ASKED if selected.has(name)] for selected in SEEN] == [
        ["below"], ["count", "below"], ["name"],
    ]  # fmt: skip


async def test_it_stands_beside_a_page_and_is_no_argument_of_the_schema():
    answer = await SCHEMA.execute('{ tree(name: "x", first: 3) { name count } }', context_value=SURROUNDINGS)
    assert answer.data == {"tree": {"name": "x", "count": 3}}
    field = SCHEMA._schema.query_type.fields["tree"]
    assert [*field.args] == ["name", "first", "after", "last", "before"]
    assert [*SCHEMA._schema.type_map["TwigThing"].fields["below"].args] == []


def test_names_are_looked_up_once_and_only_when_asked_for():
    looked = []
    selected = Selection.of(lambda: looked.append(1) or frozenset({"a"}))
    assert looked == []
    assert [selected.has("a"), selected.has("b"), looked] == [True, False, [1]]
    assert EVERYTHING.has("anything")
