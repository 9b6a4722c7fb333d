"""Each argument that takes a code shows an example in its description, and the sandbox knows it."""

import functools
import re

from graphql import GraphQLInputObjectType, build_schema, get_named_type
from graphql.type import is_interface_type, is_object_type

from auth.caller import Audience
from schema.root import build
from tests.conftest import issuer_of

WHOLE = build_schema(build().as_str())
SCHEMAS = {audience: build_schema(build(audience).as_str()) for audience in Audience}

TYPES = {"RegionCode", "NOP", "NIK", "ID"}
"""What takes a code by its type."""
NAMES = {
    "agency", "app", "bedClass", "booking", "commodity", "district", "kecamatan", "kelurahan", "market", "nop", "number",
    "region", "sector", "service", "slot", "source", "sport", "station", "survey", "venue", "within",
}  # fmt: skip
"""What takes a code by its name, where it takes a text; so does what is called `code` or ends so."""
WORDS = {
    "Query.sportEvents(sport:)": "Takes the whole name of a sport, as a calendar spells it.",
    "Query.sportEvents(venue:)": "Takes words of a place's name.",
}
EXAMPLE = re.compile(r"such as `([^`]+)`")

PATHS = {
    "Query": [],
    "Commodity": ['commodity(code: "67")'],
    "HospitalBeds": ['hospital(code: "rs-contoh-benda")', "beds"],
    "Me": ["me"],
}
"""How one comes to a type whose fields take codes; of mutations no example is tried."""
TOGETHER = {"Query.taxServiceRequest(number:)": ["of: PBB", "of: BPHTB"]}
"""What else is asked for with each example."""
KEEPER = "Query.venueBookings(venue:)"
"""What is not for the officer of a tax office."""
OF_ONE_MOMENT = {"Query.booking(code:)": "There is none before somebody books."}
MAY_BE_EMPTY = {KEEPER, "Query.findings(agency:)", "Query.apiKeys(app:)"}


def arguments():
    """Every argument, by `Type.field(argument:)`."""
    for of in WHOLE.type_map.values():
        if (is_object_type(of) or is_interface_type(of)) and not of.name.startswith("__"):
            for name, field in of.fields.items():
                for argument_name, argument in field.args.items():
                    yield f"{of.name}.{name}({argument_name}:)", of, name, argument_name, argument
        if isinstance(of, GraphQLInputObjectType):
            for name, field in of.fields.items():
                yield f"{of.name}.{name}", of, "", name, field


def takes_a_code(at, name, argument):
    kind = get_named_type(argument.type).name
    named = name in NAMES or name.lower().endswith("code")
    return at not in WORDS and (kind in TYPES or (kind == "String" and named))


CODES = [each for each in arguments() if takes_a_code(each[0], each[3], each[4])]


def test_each_argument_that_takes_a_code_shows_an_example():
    assert [at for at, *_, argument in CODES if not EXAMPLE.search(argument.description)] == []


def test_what_says_that_it_takes_a_code_is_known_to():
    """So that no new argument escapes by its name."""
    of_codes = {at for at, *_ in CODES}
    said = {
        at
        for at, *_, argument in arguments()
        if get_named_type(argument.type).name == "String" and re.search(r"\bcodes?\b", argument.description)
    }
    assert said - of_codes == set()
    assert set(WORDS) <= {at for at, *_ in arguments()}


def documents(at, of, name, argument_name, argument):
    """A document for each example of an argument, and the names that lead to what it finds."""
    counted = get_named_type(of.fields[name].type).name.endswith("Connection")
    examples = EXAMPLE.findall(argument.description)
    for example, other in zip(examples, TOGETHER.get(at, [""] * len(examples)), strict=True):
        steps = [*PATHS[of.name], f'{name}({argument_name}: "{example}" {other})']
        leaf = "totalCount" if counted else "__typename"
        yield (
            f"{{ {' { '.join(steps)} {{ {leaf} }}{' }' * len(steps)}",
            [each.partition("(")[0] for each in steps],
            leaf,
        )


def audience_of(of, name):
    """Who may ask for a field, the least first."""
    return next(each for each in Audience if name in getattr(SCHEMAS[each].type_map.get(of.name), "fields", ()))


async def test_the_sandbox_knows_each_example(hub, headers_of, sandbox, clock):
    keeper = issuer_of(sandbox.control).token("keeper", f"{sandbox.url}/identity", clock.now())
    wrong = []
    tried = [each for each in CODES if each[1].name != "Mutation" and each[0] not in OF_ONE_MOMENT]
    for at, of, name, argument_name, argument in tried:
        headers = {"Authorization": f"Bearer {keeper}"} if at == KEEPER else headers_of(audience_of(of, name))
        for text, names, leaf in documents(at, of, name, argument_name, argument):
            answer = await hub.ask(text, **headers)
            found = functools.reduce(lambda inside, key: inside and inside[key], names, answer.get("data"))
            if "errors" in answer or not found or (not found[leaf] and at not in MAY_BE_EMPTY):
                wrong.append((text, answer))
    assert wrong == []
    assert {each[1].name for each in tried} == PATHS.keys()
