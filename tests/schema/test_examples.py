"""Each argument that takes a code shows an example in its description, and the sandbox knows what everybody may ask."""

import functools
import re
from collections import deque
from itertools import product

from graphql import GraphQLInputObjectType, build_schema, get_named_type, get_nullable_type, is_required_argument
from graphql.type import is_enum_type, is_interface_type, is_object_type

from auth.caller import Audience
from schema.root import build
from tests.profiles import CITY, EXAMPLES, PROFILES, regions_in
from tests.schema.documents import DOCUMENTS, documents_in

HERE, INVENTED = regions_in(CITY), regions_in(PROFILES[1])
INVENTED_NOP = documents_in(PROFILES[1])["bill-status"].variables["nop"]

WHOLE = build_schema(build().as_str())
PUBLIC = build_schema(build(Audience.PUBLIC).as_str())

TYPES = {"RegionCode", "NOP", "NIK", "ID"}
"""What takes a code by its type."""
NAMES = {
    "agency", "app", "bedClass", "booking", "commodity", "kecamatan", "kelurahan", "market", "nop", "number", "region",
    "sector", "slot", "source", "sport", "venue", "within",
}  # fmt: skip
"""What takes a code by its name, where it takes a text; so does what is called `code`, ends so, or says so."""
WORDS = {
    "Query.sportEvents(sport:)": "Takes the whole name of a sport, as a calendar spells it.",
    "Query.sportEvents(venue:)": "Takes words of a place's name.",
}
ANNOUNCED = {"agency": "bapenda", "at": "2026-11-23T14:00:00+07:00", "indonesian": "Listrik", "english": "Power"}
EXAMPLE = re.compile(r"such as `([^`]+)`")


def arguments(schema):
    """Every argument, and every field of an input, by `Type.field(argument:)`."""
    for of in schema.type_map.values():
        if (is_object_type(of) or is_interface_type(of)) and not of.name.startswith("__"):
            for name, field in of.fields.items():
                for argument_name, argument in field.args.items():
                    yield f"{of.name}.{name}({argument_name}:)", argument_name, argument
        elif isinstance(of, GraphQLInputObjectType):
            for name, field in of.fields.items():
                yield f"{of.name}.{name}", name, field


def takes_a_code(at, name, argument):
    kind = get_named_type(argument.type).name
    named = name in NAMES or name.lower().endswith("code") or re.search(r"\bcodes?\b", argument.description)
    return at not in WORDS and (kind in TYPES or (kind == "String" and bool(named)))


def codes(schema):
    return {at: argument for at, name, argument in arguments(schema) if takes_a_code(at, name, argument)}


def test_each_argument_that_takes_a_code_shows_an_example():
    assert [at for at, argument in codes(WHOLE).items() if not EXAMPLE.search(argument.description)] == []
    assert WORDS.keys() <= {at for at, *_ in arguments(WHOLE)}


def written(field, name, given):
    """Ways to ask for a field with these arguments, and with each value of the enums that it cannot do without."""
    enums = [
        [f"{each}: {value}" for value in get_named_type(argument.type).values]
        for each, argument in field.args.items()
        if is_required_argument(argument) and each not in given and is_enum_type(get_named_type(argument.type))
    ]
    texts = [f'{each}: "{value}"' for each, value in given.items()]
    for combination in product(*enums):
        told = ", ".join([*texts, *combination])
        yield f"{name}({told})" if told else name


def paths(schema):
    """How one comes to each type by fields of one thing, with the examples of the codes that they need."""
    known, ahead = {"Query": []}, deque([schema.query_type])
    while ahead:
        of = ahead.popleft()
        for name, field in of.fields.items():
            to = get_nullable_type(field.type)
            needed = [each for each, argument in field.args.items() if is_required_argument(argument)]
            given = {
                each: here(example[1])
                for each in needed
                if (example := EXAMPLE.search(field.args[each].description or ""))
            }
            if is_object_type(to) and to.name not in known and len(given) == len(needed):
                known[to.name] = [*known[of.name], next(written(field, name, given))]
                ahead.append(to)
    return known


def here(example):
    """An example as it stands; for one of the invented city, which is in all descriptions, that in its place here."""
    if example == INVENTED_NOP:
        return EXAMPLES["nop"]
    for place in (INVENTED.city, *INVENTED.kecamatan, INVENTED.kelurahan_named("Tirta Contoh", INVENTED.kecamatan[0])):
        for number, code in enumerate((place.code, place.bps_code)):
            if example == code:
                found = HERE.city
                if place is not INVENTED.city:
                    found = HERE.kecamatan[int(place.code[6:8]) - 1]
                    found = found if len(place.code) == 8 else HERE.kelurahan[0]
                return (found.code, found.bps_code)[number]
    return example


def documents(schema, at, argument):
    """For each example of an argument: the documents of which one finds something, and where it stands in the answer."""
    of, name, argument_name = re.split(r"[.(:]", at)[:3]
    field, way = schema.type_map[of].fields[name], paths(schema)[of]
    leaf = "totalCount" if get_named_type(field.type).name.endswith("Connection") else "__typename"
    for example in EXAMPLE.findall(argument.description):
        ways = [[*way, last] for last in written(field, name, {argument_name: here(example)})]
        names = [each.partition("(")[0] for each in ways[0]]
        yield [f"{{ {' { '.join(steps)} {{ {leaf} }}{' }' * len(steps)}" for steps in ways], [*names, leaf]


async def test_the_sandbox_knows_each_example_that_everybody_may_ask_for(hub, headers_of):
    await hub.ask(DOCUMENTS["announce-recovery"].text, ANNOUNCED, **headers_of(Audience.ADMIN))
    asked, unknown = [], []
    queried = {at: argument for at, argument in codes(PUBLIC).items() if not at.startswith("Subscription.")}
    for at, argument in queried.items():
        for ways, names in documents(PUBLIC, at, argument):
            answers = [await hub.ask(text) for text in ways]
            found = [functools.reduce(lambda of, key: of and of[key], names, each.get("data")) for each in answers]
            asked.append(at)
            if not any(found):
                unknown.append((ways, answers))
    assert unknown == []
    assert {"Query.hospital(code:)", "HospitalBeds.rooms(bedClass:)", "Commodity.price(source:)"} <= set(asked)
    assert asked.count("Query.taxServiceRequest(number:)") == 2
