"""What the schema is held to: each rule yields the coordinate of what breaks it, and what to do about it.

What was promised before a rule, or has a reason of its own, stands in `EXCEPTIONS`: names are never changed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_specified_scalar_type,
)

Broken = Iterator[tuple[str, str]]
Rule = Callable[[GraphQLSchema], Broken]

EXCEPTIONS: dict[str, dict[str, str]] = {
    "lists_and_what_is_in_them_are_there": {
        "VenueDay.prices": "An hour that is not free has no price; the place in the list is the hour.",
    },
    "booleans_are_there": {
        "Venue.openNow": "A venue that does not publish its hours is neither open nor closed.",
    },
    "moments_and_days_are_named_so": {
        "CommodityPrice.askedFor": "It is the argument `on` once more, beside `day`, which may be an earlier one.",
    },
    "what_is_many_is_named_so": {
        "HospitalConnection.unavailable": "The same word with every list that asks several agencies.",
        "VacancyConnection.unavailable": "The same word with every list that asks several agencies.",
        "RegulationConnection.unavailable": "The same word with every list that asks several agencies.",
        "VenueConnection.unavailable": "The same word with every list that asks several agencies.",
        "Me.dataUsage": "Promised before this rule; Estonia's data tracker calls it so.",
        "Query.accessPolicy": "Promised before this rule; it is one policy of many fields.",
    },
    "what_asks_an_agency_may_be_null": {
        "City.kecamatan": "The hub's own data.",
        "City.kelurahan": "The hub's own data.",
        "Kecamatan.kelurahan": "The hub's own data.",
    },
    "inputs_are_named_so": {"Point": "Promised before this rule."},
    "nothing_is_abbreviated": {
        "Query.hospitals(minFree:)": "Promised before this rule.",
        "Query.vacancies(minSalary:)": "Promised before this rule.",
    },
    "types_and_root_fields_have_their_indonesian_term": {
        "Query.node": "Relay's, for programs.",
        "Node": "Relay's, for programs.",
        "PageInfo": "Relay's, for programs.",
        "Mutation": "A root of GraphQL.",
        "Subscription": "A root of GraphQL.",
        "FacetCount": "A number beside a filter of a screen.",
        "ReadingState": "The hub's own word for what it does.",
        "FieldAccess": "About the schema itself, for administrators.",
        "Query.accessPolicy": "About the schema itself, for administrators.",
    },
}

OFFICIAL = {"kecamatan", "kelurahan", "kota", "kabupaten"}
"""Indonesian words that stand for themselves in English: nothing elsewhere is the same."""
BOTH = {
    "data",
    "status",
    "abstrak",
    "jurnal",
    "normal",
    "digital",
    "media",
    "internet",
    "online",
    "video",
    "total",
    "modern",
}
"""Words of both languages."""
ABBREVIATIONS = set(
    "addr amt avg cat cfg cnt ctg curr desc dob dst env fmt idx img kab kec kel lat lng lon max min msg nbr no nr "
    "num obj org pct pos prov qty ref req res src tel temp tmp txt usr val ver".split()
)
FILLING = re.compile(
    r"^(gets|represents|retrieves|returns)\b|\b(this (field|type|argument|value)|various|etc|information about|basically"
    r"|simply|TODO|TBD|N/A)\b",
    re.IGNORECASE,
)
VERBS = set(
    "add answer ask assign book cancel change close confirm create decline delete end escalate file give hold join "
    "leave mark move open pay pick publish rate register release remove renew rename reopen reply report request "
    "reserve resend revoke send set start submit subscribe take unsubscribe update upload verify withdraw".split()
)
PAGING = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
PAGE_INFO = {"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"}
TERM = re.compile(r"\([^()]*[a-zA-Z]{3,}[^()]*\)")


class Element(NamedTuple):
    """Anything that has a name and a description."""

    at: str
    kind: str
    name: str
    of: Any


def elements(schema: GraphQLSchema) -> Iterator[Element]:
    """All that is ours, by coordinate."""
    for name, each in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(each):
            continue
        yield Element(name, "type", name, each)
        for inner, of in getattr(each, "fields", {}).items():
            yield Element(f"{name}.{inner}", "field", inner, of)
            for argument, given in getattr(of, "args", {}).items():
                yield Element(f"{name}.{inner}({argument}:)", "argument", argument, given)
        for value, of in getattr(each, "values", {}).items():
            yield Element(f"{name}.{value}", "value", value, of)
    for directive in schema.directives:
        if directive.ast_node:
            yield Element(f"@{directive.name}", "directive", directive.name, directive)


def types(schema: GraphQLSchema, *kinds: type) -> Iterator[Any]:
    return (each.of for each in elements(schema) if each.kind == "type" and isinstance(each.of, kinds))


def outputs(schema: GraphQLSchema) -> Iterator[tuple[Any, str, str, Any]]:
    """Each field of an object or interface: its type, its coordinate, its name, itself."""
    for of in types(schema, GraphQLObjectType, GraphQLInterfaceType):
        for name, field in of.fields.items():
            yield of, f"{of.name}.{name}", name, field


def arguments(schema: GraphQLSchema) -> Iterator[tuple[str, str, Any]]:
    """Each argument and each field of an input: its coordinate, its name, itself."""
    for _, at, _, field in outputs(schema):
        for name, given in field.args.items():
            yield f"{at}({name}:)", name, given
    for of in types(schema, GraphQLInputObjectType):
        for name, given in of.fields.items():
            yield f"{of.name}.{name}", name, given


def is_list(of: Any) -> bool:
    return isinstance(get_nullable_type(of), GraphQLList)


def words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def connections_are_as_relay_has_them(schema: GraphQLSchema) -> Broken:
    for of in types(schema, GraphQLObjectType):
        if not of.name.endswith("Connection"):
            continue
        node = of.name.removesuffix("Connection")
        promised = {"edges": f"[{node}Edge!]!", "nodes": f"[{node}!]!", "pageInfo": "PageInfo!", "totalCount": "Int!"}
        yield from _differs(of, promised)
        if f"{node}Edge" in schema.type_map:
            yield from _differs(schema.type_map[f"{node}Edge"], {"node": f"{node}!", "cursor": "String!"})


def edges_belong_to_a_connection(schema: GraphQLSchema) -> Broken:
    for of in types(schema, GraphQLObjectType):
        if of.name.endswith("Edge") and f"{of.name.removesuffix('Edge')}Connection" not in schema.type_map:
            yield of.name, "an edge needs a connection of the same name"


def page_info_is_as_relay_has_it(schema: GraphQLSchema) -> Broken:
    of = schema.type_map.get("PageInfo")
    if of is None:
        yield "PageInfo", "Relay wants it"
    else:
        yield from _differs(of, PAGE_INFO)
        yield from ((f"PageInfo.{name}", "Relay has no such field") for name in of.fields.keys() - PAGE_INFO.keys())


def _differs(of: Any, promised: dict[str, str]) -> Broken:
    for name, wanted in promised.items():
        found = str(of.fields[name].type) if name in of.fields else "missing"
        if found != wanted:
            yield f"{of.name}.{name}", f"is {found}; Relay wants {wanted}"


def connections_are_cut_by_four_arguments(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if get_named_type(field.type).name.endswith("Connection"):
            for name, wanted in PAGING.items():
                found = field.args.get(name)
                if found is None or str(found.type) != wanted or found.default is not None:
                    yield f"{at}({name}:)", f"a connection takes `{name}: {wanted}`; a resolver that takes a Cut has it"
        elif cut := PAGING.keys() & field.args.keys():
            yield at, f"takes {', '.join(sorted(cut))}, so it has to be a connection"


def things_come_in_connections(schema: GraphQLSchema) -> Broken:
    for of, at, _, field in outputs(schema):
        thing = isinstance(get_named_type(field.type), (GraphQLObjectType, GraphQLInterfaceType))
        if is_list(field.type) and thing and not of.name.endswith("Connection") and at != "Query.nodes":
            yield at, "a list of things that can grow is a connection"


def nodes_are_found_as_relay_has_it(schema: GraphQLSchema) -> Broken:
    node, roots = schema.type_map.get("Node"), schema.query_type.fields if schema.query_type else {}
    if not isinstance(node, GraphQLInterfaceType) or {name: str(each.type) for name, each in node.fields.items()} != {
        "id": "ID!"
    }:
        yield "Node", "is an interface with `id: ID!` and nothing else"
    for name, argument, wanted in (("node", "id: ID!", "Node"), ("nodes", "ids: [ID!]!", "[Node]!")):
        field = roots.get(name)
        if field is None and name == "nodes":
            continue
        found = field and (", ".join(f"{key}: {each.type}" for key, each in field.args.items()), str(field.type))
        if found != (argument, wanted):
            yield f"Query.{name}", f"is `{name}({argument}): {wanted}`"


def what_has_an_id_is_a_node(schema: GraphQLSchema) -> Broken:
    for of, at, name, field in outputs(schema):
        if of.name == "Node":
            continue
        node = "Node" in {face.name for face in getattr(of, "interfaces", ())}
        if (name == "id") and not node:
            yield at, f"what has an `id` is a Node; another name of its own is a `code`: {of.name} implements Node?"
        if (name == "id" and str(field.type) != "ID!") or (name != "id" and get_named_type(field.type).name == "ID"):
            yield at, "`id: ID!` is a Node's, and ID is nothing else's"
        if re.search(r"[a-z]I[dD]s?$", name):
            yield at, "refer to the thing itself, or to its `code`"
    for at, _, given in arguments(schema):
        if get_named_type(given.type).name == "ID" and at not in {"Query.node(id:)", "Query.nodes(ids:)"}:
            yield at, "ids are for `node`; take a code"


def what_is_found_by_its_code_is_a_node(schema: GraphQLSchema) -> Broken:
    for name, field in schema.query_type.fields.items() if schema.query_type else ():
        found = get_named_type(field.type)
        thing = isinstance(found, GraphQLObjectType) and not found.name.endswith("Connection")
        if "code" in field.args and thing and "Node" not in {face.name for face in found.interfaces}:
            yield f"Query.{name}", f"what is found by its code is a Node: {found.name} is none"


def root_fields_fail_alone(schema: GraphQLSchema) -> Broken:
    for root in (schema.query_type, schema.mutation_type):
        for name, field in root.fields.items() if root else ():
            if isinstance(field.type, GraphQLNonNull) and name != "nodes":
                yield f"{root.name}.{name}", "a root field may be null, so that one dead agency costs one field"
    for name, field in schema.subscription_type.fields.items() if schema.subscription_type else ():
        if not isinstance(field.type, GraphQLNonNull):
            yield f"{schema.subscription_type.name}.{name}", "an event is there: not null"


def lists_and_what_is_in_them_are_there(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if at == "Query.nodes" or not is_list(field.type):
            continue
        if not isinstance(field.type, GraphQLNonNull):
            yield at, "a list is empty, not null"
        yield from _holes(at, field.type)
    for at, _, given in arguments(schema):
        yield from _holes(at, given.type)


def _holes(at: str, of: Any) -> Broken:
    while is_list(of):
        of = get_nullable_type(of).of_type
        if not isinstance(of, GraphQLNonNull):
            yield at, "no item of a list is null"


def booleans_are_there(schema: GraphQLSchema) -> Broken:
    for _, at, _, field in outputs(schema):
        if str(field.type) == "Boolean":
            yield at, "a Boolean is true or false; say the third with an enum"
    for at, _, given in arguments(schema):
        if str(given.type) == "Boolean":
            yield at, "a Boolean that is given is not null: give it a default"


def what_has_a_default_is_not_null(schema: GraphQLSchema) -> Broken:
    for at, _, given in arguments(schema):
        if given.default is not None and not isinstance(given.type, GraphQLNonNull):
            yield at, "has a default, so null would be a third way to say it: make it non-null"


def names_are_made_of_whole_words(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        if isinstance(each.of, GraphQLScalarType):
            wanted = r"([A-Z][a-z]+)+|NIK|NOP|URL"
        else:
            wanted = {
                "type": r"([A-Z][a-z]+)+",
                "value": r"[A-Z]+(_[A-Z]+)*",
            }.get(each.kind, r"[a-z]+([A-Z][a-z]+)*")
        if not re.fullmatch(wanted, each.name):
            yield each.at, "types are LikeThis, fields and arguments likeThis, values LIKE_THIS; only letters"


def nothing_is_abbreviated(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        for word in ABBREVIATIONS & set(words(each.name)):
            yield each.at, f"`{word}` is an abbreviation: write the word"


def names_are_english(schema: GraphQLSchema) -> Broken:
    terms = vocabulary(schema)
    for each in elements(schema):
        for word in terms.keys() & set(words(each.name)):
            yield each.at, f"`{word}` is a term that {terms[word]} gives in parentheses: name it in English"


def moments_and_days_are_named_so(schema: GraphQLSchema) -> Broken:
    given = [(at, name, each.type) for at, name, each in arguments(schema)]
    for at, name, of in [*((at, name, field.type) for _, at, name, field in outputs(schema)), *given]:
        kind, argument = get_named_type(of).name, at.endswith(":)")
        moment = name.endswith("At") or (argument and name in {"at", "since", "until"})
        day = re.search(r"([a-z]On|[dD]ays?)$", name) or (argument and name in {"on", "since", "until"})
        if kind == "DateTime" and not moment:
            yield at, "a DateTime is named …At"
        if kind == "Date" and not day:
            yield at, "a Date is named …On, or day"
        if (re.search("[a-z]At$", name) and kind != "DateTime") or (re.search("[a-z]On$", name) and kind != "Date"):
            yield at, f"…At is a DateTime and …On a Date; this is a {kind}"


def booleans_are_named_by_what_is_so(schema: GraphQLSchema) -> Broken:
    both = [(at, name, field.type) for _, at, name, field in outputs(schema)]
    both += [(at, name, each.type) for at, name, each in arguments(schema)]
    for at, name, of in both:
        boolean = get_named_type(of).name == "Boolean" and not at.startswith("PageInfo.")
        if boolean and words(name)[0] in {"is", "has", "can", "should", "was", "does", "not", "no"}:
            yield at, "a Boolean is named by what is so: `stale`, not `isStale` nor `notFresh`"


def what_is_many_is_named_so(schema: GraphQLSchema) -> Broken:
    for _, at, name, field in outputs(schema):
        many = is_list(field.type) or get_named_type(field.type).name.endswith("Connection")
        if many and not name.endswith("s") and words(name)[-1] not in OFFICIAL:
            yield at, "many are named in the plural"


def inputs_are_named_so(schema: GraphQLSchema) -> Broken:
    for of in types(schema, GraphQLInputObjectType):
        if not of.name.endswith("Input"):
            yield of.name, "an input is named …Input"


def orders_are_named_so(schema: GraphQLSchema) -> Broken:
    for at, name, given in arguments(schema):
        of = get_named_type(given.type)
        if (name == "orderBy") != (isinstance(of, GraphQLEnumType) and of.name.endswith("Order")):
            yield at, "`orderBy` takes an enum that is named …Order, and nothing else does"


def mutations_are_verbs(schema: GraphQLSchema) -> Broken:
    for name in schema.mutation_type.fields if schema.mutation_type else ():
        if words(name)[0] not in VERBS:
            yield f"Mutation.{name}", "a mutation says what it does: begin with a verb (a new one goes into VERBS)"


def everything_is_described(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        if not each.of.description:
            yield each.at, "has no description"


def descriptions_are_sentences(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        text = each.of.description or "Nothing is said."
        if not re.fullmatch(r"[A-Z`…].*\.", text, re.DOTALL) or "  " in text:
            yield each.at, f"a description begins with a capital and ends with a full stop: {text}"
        if len(text.split()) < 2:
            yield each.at, f"one word says too little: {text}"
        if found := FILLING.search(text):
            yield each.at, f"`{found[0]}` says nothing: {text}"


def descriptions_are_english(schema: GraphQLSchema) -> Broken:
    terms = vocabulary(schema)
    for each in elements(schema):
        plain = re.sub(r"\([^()]*\)|`[^`]*`", "", each.of.description or "")
        for word in terms.keys() & set(re.findall(r"\b[a-z]+\b", plain)):
            yield each.at, f"`{word}` is a term that {terms[word]} gives in parentheses: parentheses are for Indonesian"


def types_and_root_fields_have_their_indonesian_term(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        asked = each.kind == "field" and each.at.startswith("Query.")
        own = each.kind == "type" and not re.search("(Connection|Edge|Order)$", each.name)
        text = each.of.description or ""
        if (asked or own) and not TERM.search(text) and not OFFICIAL & set(re.findall(r"\w+", text)):
            yield each.at, "its description gives the official Indonesian term in parentheses"


def vocabulary(schema: GraphQLSchema) -> dict[str, str]:
    """The Indonesian words that the descriptions give as terms, in parentheses, and where they do."""
    found: dict[str, str] = {}
    for each in elements(schema):
        for term in re.findall(r"\(([^()`]*)\)", each.of.description or ""):
            for word in set(re.findall(r"\b[a-z]{4,}\b", term)) - OFFICIAL - BOTH:
                found.setdefault(word, each.at)
    return found


RULES: list[Rule] = [
    connections_are_as_relay_has_them,
    edges_belong_to_a_connection,
    page_info_is_as_relay_has_it,
    connections_are_cut_by_four_arguments,
    things_come_in_connections,
    nodes_are_found_as_relay_has_it,
    what_has_an_id_is_a_node,
    what_is_found_by_its_code_is_a_node,
    root_fields_fail_alone,
    lists_and_what_is_in_them_are_there,
    booleans_are_there,
    what_has_a_default_is_not_null,
    names_are_made_of_whole_words,
    nothing_is_abbreviated,
    names_are_english,
    moments_and_days_are_named_so,
    booleans_are_named_by_what_is_so,
    what_is_many_is_named_so,
    inputs_are_named_so,
    orders_are_named_so,
    mutations_are_verbs,
    everything_is_described,
    descriptions_are_sentences,
    descriptions_are_english,
    types_and_root_fields_have_their_indonesian_term,
]
