"""How long a text may be that is given as an argument: declared for each, refused before it is looked at, split once."""

from urllib.parse import urlencode

import pytest
from graphql import GraphQLList, GraphQLNonNull, get_named_type, is_enum_type, is_required_argument

from auth.caller import Audience
from resolvers.jobs import vacancies
from resolvers.kit import texts
from schema.root import build

WHOLE = build()._schema
TEXTS = {
    (type_name, name, argument): texts.most_letters(argument)
    for type_name, known in WHOLE.type_map.items()
    if hasattr(known, "fields") and not type_name.startswith("__")
    for name, field in known.fields.items()
    for argument, each in getattr(field, "args", {}).items()
    if get_named_type(each.type).name in ("String", "ID")
}
FIELDS = WHOLE.query_type.fields


def test_each_text_says_how_long_it_may_be():
    assert len(TEXTS) > 100
    for (type_name, name, argument), most in TEXTS.items():
        described = WHOLE.type_map[type_name].fields[name].args[argument].description
        assert described.endswith(f" At most {most} letters."), (type_name, name, argument)


def asking(name, argument):
    """A document that asks a root field with a text in this argument, in a list where it takes one."""
    field = FIELDS[name]
    given = {
        each: next(iter(enum.values)) if is_enum_type(enum := get_named_type(known.type)) else '"2026"'
        for each, known in field.args.items()
        if is_required_argument(known) and each != argument
    }
    kind = field.args[argument].type
    of = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    value = "[$t]" if isinstance(of, GraphQLList) else "$t"
    others = "".join(f" {each}: {value}" for each, value in given.items())
    selection = " { __typename }" if hasattr(get_named_type(field.type), "fields") else ""
    return f"query ($t: {get_named_type(kind).name}!) {{ {name}({argument}: {value}{others}){selection} }}"


PUBLIC = [
    (name, argument)
    for type_name, name, argument in TEXTS
    if type_name == "Query" and name in build(Audience.PUBLIC)._schema.query_type.fields
]


async def test_one_that_is_longer_is_refused_wherever_it_is_given(hub, sandbox):
    for name, argument in PUBLIC:
        most = texts.most_letters(argument)
        answer = await hub.ask(asking(name, argument), {"t": "a " * (most // 2) + "b"}, Accept_Language="en")
        told = [(error["message"], error["extensions"]) for error in answer["errors"]]
        assert told == [(f"{argument} has at most {most} letters.", {"code": "BAD_USER_INPUT"})], (name, argument)
    assert sandbox.control.all_hits() == 0


async def test_the_longest_is_taken(hub):
    answer = await hub.ask("query ($t: String) { vacancies(text: $t) { totalCount } }", {"t": "a" * 200})
    assert answer["data"] == {"vacancies": {"totalCount": 0}}


async def test_a_search_is_split_once_however_much_is_searched(hub, monkeypatch):
    split = []
    monkeypatch.setattr(vacancies, "words_of", lambda text: split.append(text) or texts.words_of(text))
    query = '{ vacancies(text: "a") { totalCount categories { value count } } }'
    assert (await hub.data(query))["vacancies"]["totalCount"] > 10
    assert split == ["a"]


@pytest.mark.parametrize("name", ["sport", "venue"])
async def test_calendars_take_no_longer_ones(hub, name):
    async with hub.session.get(f"{hub.url}/calendar/sport-events.ics?{urlencode({name: 'a' * 201})}") as response:
        assert (response.status, (await response.json())["code"]) == (400, "BAD_USER_INPUT")
