"""Documents made to keep a server busy: each is refused, or costs about what an honest one does. Prints how long each took.

`make soak ARGS="tests/soak/test_worst_documents.py"`. Times decide nothing here; what is asserted is the outcome.
"""

import time

import pytest

from tests.conftest import listening

pytestmark = pytest.mark.soak

TOKENS = 15_000


def many(count, each):
    return " ".join(each.format(n=number, m=number + 1) for number in range(count))


DOCUMENTS = {
    "a bomb of 2^40 spreads": "{ ...F0 } " + many(40, "fragment F{n} on Query {{ ...F{m} ...F{m} }}")
    + " fragment F40 on Query { city { name } }",
    "the same field, over and over": "{ city {" + " name" * TOKENS + "} }",
    "as many aliases": "{ city { " + many(TOKENS // 3, "a{n}: name") + " } }",
    "a chain of fragments": "{ city { ...A0 } } " + many(TOKENS // 9, "fragment A{n} on City {{ name ...A{m} }}"),
    "fragments side by side": "{ city { " + many(149, "...A{n}") + " } } " + many(149, "fragment A{n} on City {{ name }}"),
    "fragments in pairs": "{ city { " + many(24, "...A{n}") + " } } "
    + many(24, "fragment A{n} on City {{ ...B ...B ...B ...B ...B ...B }}") + " fragment B on City { name }",
    "fragments that nobody uses": "{ city { name } } " + many(480, "fragment A{n} on City {{ name code }}"),
    "fragments of types that are none": "{ city { name } } " + many(550, "fragment A{n} on Cit{n} {{ name }}"),
    "variables that nobody uses": "query (" + many(900, "$v{n}: Int") + ") { city { name } }",
    "arguments that are none": "{ venues(" + many(149, "a{n}: 1") + ") { totalCount } }",
    "keys that are none": "{ venues(near: {" + many(149, "a{n}: 1") + "}) { totalCount } }",
    "more keys that are none": "{ venues(near: {" + many(TOKENS // 3, "a{n}: 1") + "}) { totalCount } }",
    "a long name": "{ city { " + "n" * 95_000 + " } }",
    "a long text": '{ hospital(code: "' + "x" * 95_000 + '") { name } }',
    "lists in lists": "{ hospital(code: " + "[" * 1_900 + "]" * 1_900 + ") { name } }",
    "fields in fields": "{ a" * (TOKENS // 4) + " }" * (TOKENS // 4),
    "many operations": many(440, "query A{n} {{ city {{ name }} }}"),
    "directives": "{ city { name " + "@include(if: true) " * (TOKENS // 6) + "} }",
    "half a million lines": "\n" * 450_000 + "x",
    "lines before what is not valid": "\n" * 90_000 + "{ city { " + many(120, "n{n}") + " } }",
    "a search of 200 KB": '{ vacancies(text: "' + "a " * 47_000 + '") { totalCount } }',
    "lists of the schema, over and over": "{ " + many(
        4, "s{n}: __schema {{ " + " ".join(f"t{{n}}{each}: types {{{{ name fields {{{{ name }}}} }}}}" for each in range(5)) + " }}"
    ) + " }",
    "conflicts": "{ city { " + "a: name a: code " * 24 + "} }",
}  # fmt: skip
RUN = {
    "lists of the schema, over and over",
    "fragments side by side",
    "fragments in pairs",
    "many operations",
}
"""What is within the limits and valid, and may therefore run."""


REFUSED = {"LIMIT_EXCEEDED", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"}


async def asked(hub, document):
    """The codes of its errors, and the best of three times, in milliseconds."""
    body = {"query": document, "operationName": "A0" if "query A0" in document else None}
    best = 1e9
    for _ in range(3):
        started = time.perf_counter()
        async with hub.session.post(f"{hub.url}/graphql", json=body) as response:
            answer = await response.json()
        best = min(best, (time.perf_counter() - started) * 1000)
    return {error["extensions"]["code"] for error in answer.get("errors", ())}, best


async def test_each_is_refused_or_costs_what_an_honest_one_does(configuration, clock, store_url, sandbox):
    async with listening(configuration, clock, store_url=store_url, document_bytes=0) as hub:
        _, honest = await asked(hub, "{ city { name } }")
        print(f"\n{'an honest document':36} {honest:7.1f} ms")
        for name, document in DOCUMENTS.items():
            codes, took = await asked(hub, document)
            print(f"{name:36} {took:7.1f} ms  {took / honest:5.0f} times  {', '.join(codes) or 'runs'}")
            assert (codes == set()) if name in RUN else codes <= REFUSED
    assert sandbox.control.all_hits() == 0
