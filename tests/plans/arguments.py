"""Values for the arguments of generated operations: as literals in a document and as variables beside it, right and wrong."""

import json

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

from connectors.tax.records import Nop
from tests.profiles import CITY_CODE, EXAMPLES, KECAMATAN, KELURAHAN

JUNK = (None, "x", "", 1, -1, 1.5, 2**31, True, {}, [], [None], ["x", 1], {"nothing": 1})
"""What a client may send that is no value of most types."""
WORDS = ("a", "pasar", KECAMATAN[0].code, "2026-11-24", "RSU", "é ü 漢", 'with "quotes"', "two\nlines", "", "0")
NUMBERS = (0, 1, 2, 3, 5, 20, -1, 101, 2**31 - 1, -(2**31))
FEW = (0, 1, 2, 2, 3, 3, 5)
RIGHT = {
    "Int": NUMBERS,
    "Float": (0.0, 1.5, *EXAMPLES["near"].values(), 1e300, 3),
    "Boolean": (True, False),
    "String": WORDS,
    "ID": ("x", "1", 7),
    "Date": ("2026-11-23", "2026-11-24", "2026-10-01"),
    "DateTime": ("2026-11-23T00:00:00+07:00", "2026-11-30T00:00:00Z"),
    "Time": ("08:00:00", "12:30"),
    "Rupiah": (0, 1_000, 10**12),
    "NOP": (EXAMPLES["nop"], Nop.parse(EXAMPLES["nop"]).digits),
    "RegionCode": (CITY_CODE, KECAMATAN[0].code, KELURAHAN[0].code),
}
NAMED = {**{name: (value, round(value, 1), 0) for name, value in EXAMPLES["near"].items()}, "withinKm": (0.5, 3, 20)}
"""Values by the name of the argument, where those of its type say little."""
WRONG = {
    "Int": (1.5, 2**31),
    "Float": (True,),
    "Date": ("2026-02-30", "x", 1),
    "DateTime": ("2026-11-23", "x"),
    "Time": ("25:00",),
    "Rupiah": ("1", 1.5),
    "NOP": ("999",),
    "RegionCode": (CITY_CODE.replace(".", ""),),
}


class Known:
    """What earlier answers have told: values for arguments, by the field and argument that take them."""

    def __init__(self):
        self._values = {}

    def add(self, value, *names):
        """Remember a value for these names, each the name of an argument with or without its field's before it."""
        for name in names:
            known = self._values.setdefault(name, [])
            if value not in known and len(known) < 40:
                known.append(value)

    def of(self, random, field, name):
        """One for this argument; None where nothing is known."""
        known = self._values.get(f"{field}.{name}") or self._values.get(name)
        return random.choice(known) if known else None


def value_of(random, known, given, field, name, depth=0):
    """A value that this type mostly takes, as JSON has it."""
    if isinstance(given, GraphQLNonNull):
        return value_of(random, known, given.of_type, field, name, depth)
    if isinstance(given, GraphQLList):
        if random.random() < 0.1:
            return value_of(random, known, given.of_type, field, name, depth)  # one stands for a list of one
        nulls = not isinstance(given.of_type, GraphQLNonNull)
        return [
            None if nulls and random.random() < 0.15 else value_of(random, known, given.of_type, field, name, depth)
            for _ in range(random.choice((0, 1, 1, 2, 3)))
        ]
    if isinstance(given, GraphQLInputObjectType):
        made = {}
        for key, each in given.fields.items():
            required = isinstance(each.type, GraphQLNonNull) and each.default_value is Undefined
            if required or (depth < 3 and random.random() < 0.5):
                nullable = not isinstance(each.type, GraphQLNonNull)
                made[key] = (
                    None
                    if nullable and random.random() < 0.15
                    else value_of(random, known, each.type, field, key, depth + 1)
                )
        return made
    return _one(random, known, given, field, name)


def _one(random, known, given, field, name):
    if isinstance(given, GraphQLEnumType):
        return Name(random.choice(list(given.values)))
    if (found := known.of(random, field, name)) is not None and random.random() < 0.8:
        return found
    if name in {"first", "last"} and random.random() < 0.95:
        return random.choice(FEW)
    wrong = random.random() < 0.02 and WRONG.get(given.name)
    return random.choice(wrong or NAMED.get(name) or RIGHT.get(given.name, WORDS))


class Name(str):
    """The name of an enum's value: a text in JSON, and bare in a document."""

    __slots__ = ()


def literal(value):
    """A value as it is written in a document."""
    match value:
        case Name():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
        case Written():
            return value.text
        case _:
            return json.dumps(value, ensure_ascii=False)


class Written:
    """A part of a literal that is written already, such as a variable."""

    def __init__(self, text):
        self.text = text


def plain(value):
    """The same as it comes in a request's JSON."""
    return json.loads(json.dumps(value))
