"""The examples of the GraphQL specification (October 2021 and September 2025), in our words, by section.

Sections 2, 3 and 6: both sides answer alike, and where the specification shows an answer, it is that one.
"""

import itertools
import json

from auth.caller import ANYBODY
from tests.plans.comparing import Pair
from tests.plans.operations import Asked
from tests.plans.replay import Weather
from tests.plans.sides import Case, Side, told_alike
from tests.plans.specification import LISTS, RESULTS, TOLD, schema
from tests.plans.synthetic import SyntheticReplay, runner
from tests.plans.virtual_time import virtually

NAMED = "fragment friendFields on User { id name ...standardPic } fragment standardPic on User { profilePic(size: 50) }"
BOTH = 'profiles(handles: ["zuck", "coca-cola"])'
PROFILES = 'profiles(handles: ["zuck", "coca-cola", "x"])'
SHOWN = {
    "2.3 fields inside fields, and several operations of which one runs": (
        "query One { user(id: 2) { firstName lastName } } query Two { me { name } }",
        {"user": {"firstName": "Priscilla", "lastName": "Zuckerberg"}},
    ),
    "2.5 fields: those that describe more": (
        "{ me { id firstName lastName birthday { month day } friends { name } } }",
        {"me": {"id": "1", "firstName": "Mark", "lastName": "Zuckerberg", "birthday": {"month": 5, "day": 14},
                "friends": [{"name": "Priscilla"}, {"name": "Tom"}]}},
    ),
    "2.6 arguments in any order": (
        "{ a: user(id: 3) { p: profilePic(width: 100, height: 50) } b: user(id: 3) { p: profilePic(height: 50, width: 100) } }",
        {key: {"p": "https://cdn.site.io/pic-3-100-50.jpg"} for key in "ab"},
    ),
    "2.7 an alias for a field, and for the root": (
        "{ zuck: user(id: 1) { id name smallPic: profilePic(size: 64) bigPic: profilePic(size: 1024) } }",
        {"zuck": {"id": "1", "name": "Mark", "smallPic": "https://cdn.site.io/pic-1-64-100.jpg",
                  "bigPic": "https://cdn.site.io/pic-1-1024-100.jpg"}},
    ),
    "2.8 fragments inside fragments": (
        "{ user(id: 1) { friends(first: 1) { ...friendFields } maybeFriends(first: 1) { ...friendFields } } } " + NAMED,
        {"user": {key: [{"id": "2", "name": "Priscilla", "profilePic": "https://cdn.site.io/pic-2-50-100.jpg"}]
                  for key in ("friends", "maybeFriends")}},
    ),
    "2.8.1 a condition on the type": (
        f"{{ {PROFILES} {{ handle ...u ...p }} }} fragment u on User {{ friends(first: 1) {{ count }} }} fragment p on Page {{ count }}",
        None,
    ),
    "2.8.2 inline fragments, with a condition and without": (
        "query ($expanded: Boolean = true) { user(id: 1) { id ... @include(if: $expanded) { firstName } ... on Profile { handle } } }",
        {"user": {"id": "1", "firstName": "Mark", "handle": "zuck"}},
    ),
    "2.10 variables": (
        "query Q($size: Int = 60) { user(id: 1) { profilePic(size: $size) } }",
        {"user": {"profilePic": "https://cdn.site.io/pic-1-60-100.jpg"}},
    ),
    "3.9 enums as literals": ("{ tellDirection(given: NORTH) }", {"tellDirection": "<Direction.NORTH: 'north'>"}),
    "3.13.1 and 3.13.2: what is skipped counts less than what is not included": (
        "{ a: us @skip(if: false) @include(if: true) { id } b: us @skip(if: true) @include(if: true) { id } "
        "c: us @skip(if: false) @include(if: false) { id } d: us @skip(if: true) @include(if: false) { id } }",
        {"a": {"id": "1"}},
    ),
    "4.1 the name of the type, of the roots too": (
        f"{{ __typename t: __typename found {{ __typename }} {BOTH} {{ __typename handle }} }}",
        {"__typename": "Query", "t": "Query", "found": [{"__typename": "Page"}, {"__typename": "User"}, None],
         "profiles": [{"__typename": "User", "handle": "zuck"}, {"__typename": "Page", "handle": "coca-cola"}]},
    ),
    "6.2.2 mutations one after the other": (
        "mutation { first: changeTheNumber(newNumber: 1) { theNumber } second: changeTheNumber(newNumber: 3) { theNumber } "
        "third: changeTheNumber(newNumber: 2) { theNumber } }",
        {"first": {"theNumber": 1}, "second": {"theNumber": 3}, "third": {"theNumber": 2}},
    ),
    "6.3.1 fields in the order in which they are met first": (
        "{ me { name ...F id } } fragment F on User { id count ... on Profile { handle name } lastName }",
        {"me": {"name": "Mark", "id": "1", "count": 2, "handle": "zuck", "lastName": "Zuckerberg"}},
    ),
    "6.4.3 the selections of the same key are merged": (
        "{ me { firstName } me { lastName } ... { me { birthday { day } } } me { birthday { month } } }",
        {"me": {"firstName": "Mark", "lastName": "Zuckerberg", "birthday": {"day": 14, "month": 5}}},
    ),
    "6.4.4 an error stays at the field that may be null": (
        "{ me { friends { name failing } nothing: failingLater } }",
        {"me": {"friends": [{"name": name, "failing": None} for name in ("Priscilla", "Tom")], "nothing": None}},
    ),
    "6.4.4 an error that may not stay makes its item, its list or its parent null": (
        "{ a: me { name maybeFriends { strictlyFailing } } b: me { friends { strictlyFailing } } c: me { strictlyNothing name } }",
        {"a": {"name": "Mark", "maybeFriends": [None, None]}, "b": {"friends": None}, "c": None},
    ),
}  # fmt: skip
"""What the specification shows, and what of it is answered as data; None where it shows none."""

ALIKE = {
    "6.4.4 what may not be null at the root makes the whole answer null": "{ us { strictlyNothing } me { id } }",
    "6.4.4 the same, later": "{ us { strictlyLater } me { friends { failingLater } } }",
    "6.4.4 of two that fail, one is told": "{ me { strictlyLater strictlyFailing strictlyNothing } }",
    "6.4.4 a failure beside a list that waits": "{ me { friends { strictlyLater } strictlyFailing } }",
    "6.4.4 failures at several depths": "{ me { friends { friends { strictlyLater } name } failingLater } us { failing } }",
    "6.2.2 a mutation that fails does not stop the next": (
        "mutation { a: changeTheNumber(newNumber: -1) { theNumber } b: changeTheNumber(newNumber: 5) { theNumber __typename } }"
    ),
    "5.3.2 what is merged over types that exclude each other": (
        f"{{ {PROFILES} {{ ... on User {{ x: lastName }} ... on Page {{ x: handle }} }} }}"
    ),
    "6.4.3 an object of no type of the interface": f"{{ {PROFILES} {{ name }} }}",
    "2.8 a fragment within itself": "{ me { ...A } } fragment A on User { friends { ...A } }",
    "2.3 one operation of several must be named": "query One { me { id } } query Two { me { name } }",
    "4.2 introspection": (
        "{ __schema { queryType { name } mutationType { fields { name } } types { kind name possibleTypes { name } } } "
        '__type(name: "OnlyOne") { name isOneOf inputFields { name defaultValue type { kind name ofType { name } } } } }'
    ),
    "4.2 of a type that is not there": '{ __type(name: "Nobody") { name } }',
}
"""What it describes without an answer: also what is no valid request."""

VALUES = {
    "int": (1, 1.0, 1.5, "1", True, 2**31, None), "float": (1, 1.5, "1.5", True, None), "text": ("x", 1, None, True),
    "flag": (True, 1, "true", None), "id": ("x", 4, 4.5, True), "direction": ("NORTH", "WEST", 1, None),
    "ints": ([1, 2, 3], [1, None, 3], 1, None, [1, "b", True], [], [None]), "strict_ints": ([1, 2], [1, None], 1, None),
    "rows": ([[1], [2, 3]], [1, 2, 3], [1, [2, 3]], [1, None, None], 1, None, [[[1]]], [[None], None]),
    "example": ({"a": "abc", "b": 123}, {"a": None, "b": 123}, {"b": 123}, {"a": 123, "b": 123}, {"a": "abc"}, {"b": None},
                {"a": "abc", "b": None}, {"b": "x"}, {"b": 123, "c": "x"}, "x", [], None),
    "only_one": ({"a": "abc"}, {"b": 123}, {"a": "abc", "b": 123}, {"a": "abc", "b": None}, {"a": None}, {}, {"a": 1}, {"c": 1}),
    "location": ({"lon": 12.43, "lat": -53.211}, {"lat": -53.211, "lon": 12.43}, {"lon": 1}, {"lon": "x", "lat": 1}),
}  # fmt: skip
"""Section 3.5 to 3.12: what comes in as a value of each type (the tables of lists and of input objects among it)."""
TYPES = {
    "int": "Int", "float": "Float", "text": "String", "flag": "Boolean", "id": "ID", "direction": "Direction",
    "ints": "[Int]", "strict_ints": "[Int!]", "rows": "[[Int]]", "example": "Example", "only_one": "OnlyOne",
    "location": "Location",
}  # fmt: skip


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)


def written(value, *, enum=False):
    """A value as a literal."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return value if enum and isinstance(value, str) else json.dumps(value)


def examples():
    """Those that the specification writes down, each with what is answered, if that is known."""
    for name, (document, data) in (SHOWN | {name: (each, None) for name, each in ALIKE.items()}).items():
        kind = "mutation" if document.startswith("mutation") else "query"
        yield name, Asked(document, {}, "One" if data and "query One" in document else None, kind), data
    event = "subscription S($r: Int) { n: newMessage(roomId: $r) { t: text sender } }"
    yield (
        "6.2.3 events",
        Asked("subscription { newMessage(roomId: 123) { sender text } }", {}, None, "subscription"),
        None,
    )
    yield "6.2.3 events by a name", Asked(event, {"r": 1}, "S", "subscription"), None


def inputs():
    """Each value as a variable, as a literal and as a default; left out, and null where it may not be."""
    for name, values in VALUES.items():
        field, given = camel(f"tell_{name}"), TYPES[name]
        text = f"query ($v: {given}) {{ {field}(given: $v) }}"
        for value in values:
            literal = written(value, enum=name == "direction")
            yield f"3 {name} as a variable", Asked(text, {"v": value})
            yield f"3 {name} as a literal", Asked(f"{{ {field}(given: {literal}) }}", {})
            yield f"3 {name} as a default", Asked(text.replace(f"{given})", f"{given} = {literal})"), {})
            yield f"3 {name} over a default", Asked(text.replace(f"{given})", f"{given} = null)"), {"v": value})
        yield f"3 {name} left out", Asked(text, {})
        yield f"3 {name} promised and left out", Asked(text.replace(f"{given})", f"{given}!)"), {})
    for default, given in itertools.product(("", " = 1", " = null"), ({}, {"v": None}, {"v": 2}, {"v": "x"})):
        text = f"query ($v: Int{default}) {{ tellRequired(given: $v) }}"
        yield "6.4.1 a nullable variable where null may not be", Asked(text, given)
        text = f"query ($v: Int{default}) {{ tellExample(given: {{b: $v}}) tellInts(given: [$v, 1]) me {{ id }} }}"
        yield "3.10 and 3.11 a variable inside a value", Asked(text, given)
    for value in (True, False, None, "x", 1):
        text = "query ($v: Boolean!) { me { id @skip(if: $v) name @include(if: $v) ... @skip(if: $v) { handle } } }"
        yield "3.13 a condition in a variable", Asked(text, {"v": value})
        yield "3.13 a condition with a default", Asked(text.replace("Boolean!", "Boolean = true"), {"v": value})


def results():
    """Each list in each wrapping, and each value as the result of each scalar, with another field beside it."""
    for name, at in itertools.product(LISTS, range(4)):
        yield f"6.4.4 a list {name}", Asked(f"{{ {camel(f'{name}_{at}')} me {{ id }} }}", {})
    for kind, values in RESULTS.items():
        for at in range(len(values)):
            name = f"{kind.rpartition('.')[2].lower()}_{at}"
            yield f"3 the result {name}", Asked(f"{{ {camel(name)} me {{ id }} }}", {})
            yield f"3 the promised result {name}", Asked(f"{{ {camel(f'strict_{name}')} me {{ id }} }}", {})


def cases():
    """All of them."""
    yield from examples()
    for name, asked in (*inputs(), *results()):
        yield name, asked, None


async def _differences():
    replay, made = SyntheticReplay(), schema()
    one, two = runner(made, replay, planned=False), runner(made, replay, planned=True)
    pair, found = Pair(Side(one, replay), Side(two, replay)), []
    with told_alike():
        for name, asked, data in cases():
            answer, difference = await pair.run(Case(asked, ANYBODY, Weather(seed=1)))
            if difference:
                found.append(f"{name}: {difference}")
            if data is not None and json.dumps(json.loads(answer.bodies[0]).get("data")) != json.dumps(data):
                found.append(f"{name}: {answer.bodies[0]}")
    return found


def test_both_sides_answer_each_example_alike_and_as_the_specification_shows_it():
    found = virtually(_differences)
    assert not found, "\n\n".join(found)


def test_every_kind_of_value_has_its_examples():
    assert VALUES.keys() == TOLD.keys() == TYPES.keys()
