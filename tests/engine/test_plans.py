"""Compiled plans: what has one, what generated code is made of, how many there are, and what they spare."""

import ast
import gc
import tracemalloc

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, get_introspection_query, parse, validate
from graphql.execution.values import VariableValues

from auth.caller import Audience
from engine.plans import plan as planning
from engine.plans.emit import emit
from engine.plans.kept import KeptParts
from engine.plans.plan import MOST_TREES, NotPlanned, Plan
from engine.plans.plans import OF_A_FIELD
from engine.plans.run import Run
from engine.plans.shapes import Fields, Many, OneOf
from schema.root import build
from tests.conftest import listening
from tests.profiles import CITY_NAME
from tests.schema.documents import DOCUMENTS

ALIASED = """{
  raise: vacancies(first: 100) {
    bound: nodes { t1: code value: title cost: type v2: publishedAt make: url __import__: __typename id }
  }
}"""
NAMES = {"make", "value", "bound", "context", "cost", "width", "x", "Unusual", "bool", "float", "int", "len", "list",
         "str", "tuple", "id", "Told"}  # fmt: skip
"""What generated code calls its own things, besides the numbered ones."""


def planned(text, audience=Audience.PUBLIC, **variables):
    document = parse(text)
    assert not validate(build(audience)._schema, document)
    return compiled(document, audience, **variables)


def compiled(document, audience, **variables):
    schema = build(audience)._schema
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
    plan = Plan(schema, fragments, operation, lambda *_: 1, KeptParts())
    return plan, plan.tree(VariableValues({}, variables), encoded=True)


def shapes(fields):
    """All objects and lists of a tree."""
    waiting = [fields]
    while waiting:
        match waiting.pop():
            case Fields() as found:
                yield found
                waiting += [each.shape for each in found.fields]
            case Many() as found:
                yield found
                waiting.append(found.item.shape)
            case OneOf() as found:
                waiting += found.objects.values()


@pytest.mark.parametrize("audience", Audience)
def test_each_ready_document_has_a_plan(audience):
    fields = build(audience)._schema
    there = [each for each in DOCUMENTS.values() if not validate(fields, each.parsed)]
    assert {each.name for each in DOCUMENTS.values() if each.audience is audience} <= {each.name for each in there}
    for each in there:
        _, tree = planned(each.text, audience)
        assert len(tree.fields) == len(each.operation.selection_set.selections), each.name
    assert planned(get_introspection_query(), audience)[1].fields


def test_nothing_of_a_client_comes_into_generated_code():
    schema = build(Audience.PUBLIC)._schema
    known = {name for each in schema.type_map.values() for name in getattr(each, "fields", ())} | {"__typename"}
    found = 0
    for text in (ALIASED, *(each.text for each in DOCUMENTS.values() if each.audience is Audience.PUBLIC)):
        for shape in shapes(planned(text)[1]):
            if code := emit(shape):
                found += 1
                tree = ast.walk(ast.parse(code.source))
                for node in tree:
                    match node:
                        case ast.Constant(value=str(key)):
                            assert key in known
                        case ast.Name(id=name):
                            assert name in NAMES or name[0] in "tv"
                            assert name in NAMES or name[1:].isdigit()
                        case ast.Attribute(attr=name):
                            assert name.isidentifier()
                            assert not name.startswith("__") or name == "__class__"
    assert found > 100
    keys = {each.key for each in next(iter(shapes(planned(ALIASED)[1]))).fields}
    assert keys == {"raise"}


def test_plans_are_bounded_in_number_and_size(monkeypatch):
    conditions = " ".join(f"$c{each}: Boolean!" for each in range(6))
    fields = " ".join(f"a{each}: __typename @skip(if: $c{each})" for each in range(6))
    text = f"query ({conditions}) {{ {fields} }}"
    plan, tree = planned(text, **{f"c{each}": False for each in range(6)})
    assert [each.key for each in tree.fields] == [f"a{each}" for each in range(6)]
    for number in range(64):
        values = {f"c{each}": bool(number >> each & 1) for each in range(6)}
        tree = plan.tree(VariableValues({}, values))
        assert [each.key for each in tree.fields] == [f"a{each}" for each in range(6) if not number >> each & 1]
    assert plan.size <= 6 * MOST_TREES
    with pytest.raises(NotPlanned, match="condition"):
        plan.tree(VariableValues({}, values | {"c0": None}))
    monkeypatch.setattr(planning, "MOST_FIELDS", 5)
    with pytest.raises(NotPlanned, match="size"):
        planned(text, **{f"c{each}": False for each in range(6)})


def test_a_plan_is_weighed():
    documents = [DOCUMENTS[name].parsed for name in ("city-at-a-glance", "job-vacancies", "commodities")]
    for each in documents:
        compiled(each, Audience.PUBLIC)  # what is kept by types is there from here on
    gc.collect()
    tracemalloc.start()
    kept = [compiled(each, Audience.PUBLIC) for each in documents]
    code = [emit(shape) for _, tree in kept for shape in shapes(tree)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(each is not None for each in code) > 10
    assert OF_A_FIELD / 4 < size / sum(plan.size for plan, _ in kept) <= OF_A_FIELD


async def test_only_what_waits_is_a_coroutine_and_each_operation_is_compiled_once(hub, monkeypatch):
    waited, wait = [], Run._wait
    monkeypatch.setattr(Run, "_wait", lambda run, *given: waited.append(given[0].field.key) or wait(run, *given))
    vacancies = "{ vacancies(first: 100) { nodes { id code title type publishedAt } } }"
    first = await hub.data(vacancies)
    assert len(first["vacancies"]["nodes"]) == 100
    assert waited == ["vacancies"]
    waited.clear()
    beds = "{ hospitals(first: 3) { nodes { name beds { free source { agency } } } } city { name } }"
    for _ in range(3):
        assert len((await hub.data(beds))["hospitals"]["nodes"]) == 3
    assert waited == ["beds"] * 3  # the first time; after that they are at hand
    async with hub.session.get(f"{hub.url}/metrics") as response:
        numbers = (await response.text()).splitlines()
    assert "simpul_plans_compiled_total 2.0" in numbers
    missing = [each for each in numbers if each.startswith("simpul_plans_missing_total{")]
    assert missing
    assert {each.rpartition(" ")[2] for each in missing} == {"0.0"}


async def test_without_plans_graphql_core_executes_all(configuration, clock, monkeypatch):
    monkeypatch.setattr(Run, "answer", None)
    async with listening(configuration, clock, plans=False) as hub:
        assert (await hub.data("{ city { name } }")) == {"city": {"name": CITY_NAME}}
        async with hub.session.get(f"{hub.url}/metrics") as response:
            assert "simpul_plans_compiled_total 0.0" in (await response.text()).splitlines()
