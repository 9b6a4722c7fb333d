"""Names, which are never changed once they are promised."""

import re

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType, GraphQLSchema, get_named_type

from tests.schema.rules.elements import Broken, arguments, elements, is_list, outputs, types, words
from tests.schema.rules.words import ABBREVIATIONS, MANY, VERBS, vocabulary


def names_are_made_of_whole_words(schema: GraphQLSchema) -> Broken:
    for each in elements(schema):
        if isinstance(each.of, GraphQLScalarType):
            wanted = r"([A-Z][a-z]+)+|NIK|NOP|URL"
        else:
            shapes = {"type": r"([A-Z][a-z]+)+", "value": r"[A-Z]+(_[A-Z]+)*"}
            wanted = shapes.get(each.kind, r"[a-z]+([A-Z][a-z]+)*")
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
        if many and not re.search(r"(s(By[A-Z]\w*)?|By)$", name) and words(name)[-1] not in MANY:
            yield at, "many are named in the plural: `prices`, `pricesByMarket`, `amendedBy`"


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
