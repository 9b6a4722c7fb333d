"""Answers with parts that are kept are those of graphql-core: whoever asks, in whatever language and whenever."""

import itertools
from random import Random

from auth.caller import ANYBODY
from engine.plans import kept
from tests.plans import synthetic
from tests.plans.comparing import Pair
from tests.plans.operations import Asked
from tests.plans.replay import Weather
from tests.plans.sides import Case, Side, told_alike
from tests.plans.synthetic import SyntheticReplay, runner
from tests.plans.virtual_time import virtually

PLAIN = "number text mood moment texts"
SELECTED = (
    f"stills(count: $count) {{ {PLAIN} }}",
    f"stills(count: $count) {{ said inner {{ {PLAIN} said inner {{ text }} }} __typename }}",
    "stills(count: $count) { text asked }",
    "halves(count: $count) { number squared said }",
    "halves(count: $count) { number now doubled }",
    f"halves(count: $count) {{ squared inner {{ {PLAIN} }} told(number: 2) }}",
    f"some(count: $count) {{ {PLAIN} said }}",
    f"some(count: $count) {{ inner {{ {PLAIN} }} }}",
    f"paged(first: $first) {{ totalCount nodes {{ {PLAIN} }} }}",
    "paged(first: $first) { edges { cursor node { said } } pageInfo { endCursor hasNextPage } }",
    f"paged(last: 5) {{ nodes {{ inner {{ {PLAIN} }} asked }} totalCount }}",
)
DOCUMENTS = [
    f"query ($count: Int = 60, $first: Int = 60) {{ a: {one} b: {other} first: stills(count: $first) {{ text }} }}"
    for one, other in itertools.combinations(SELECTED, 2)
]
DRAWN = 80


async def _differences(made):
    replay, random = SyntheticReplay(), Random("lasting")
    whole = synthetic.schema()
    planned = runner(whole, replay, planned=True)
    pair, found = Pair(Side(runner(whole, replay, planned=False), replay), Side(planned, replay), shrinks=False), []
    with told_alike():
        for number in range(DRAWN):
            text = random.choice(DOCUMENTS)
            variables = {"count": random.choice((0, 3, 60, 80)), "first": random.choice((0, 1, 60))}
            weather = Weather(seed=random.getrandbits(32))
            case = Case(Asked(text, variables), ANYBODY, weather, random.choice(("id", "en")), eager=number % 3 < 2)
            _, difference = await pair.run(case)
            if difference:
                found.append(str(difference))
    made["bytes"] = planned.plans.parts.bytes
    return found


def test_answers_of_kept_parts_are_those_of_graphql_core(monkeypatch):
    made, answered = {"items": 0}, kept.KeptShape.items

    def items(shape, *given):
        found = answered(shape, *given)
        made["items"] += found is not None
        return found

    monkeypatch.setattr(kept.KeptShape, "items", items)
    found = virtually(lambda: _differences(made))
    assert not found, "\n\n".join(found[:3])
    assert made["items"] > DRAWN / 4
    assert made["bytes"] > 10_000
