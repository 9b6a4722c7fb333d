"""What a field costs is declared, and so is whether it waits: neither follows from how a resolver happens to be written."""

import dis
import inspect

import pytest
from strawberry.types.base import StrawberryObjectDefinition

from engine.execution.weights import Weights
from resolvers.kit.at_hand import at_hand, at_hand_of
from schema.kit.fields import ASKED, field
from schema.root import build

WAITING = {"get_awaitable", "get_aiter", "before_async_with"}
"""What `await`, `async for` and `async with` are compiled to."""
PROMISED = """
City.kecamatan City.kelurahan Commodity.listings Earthquake.reports Hospital.kecamatan Hospital.kelurahan
HospitalBeds.classes HospitalBeds.rooms Kecamatan.kelurahan Kelurahan.kecamatan Market.kecamatan Market.kelurahan
PriceChart.points WeatherForecast.current WeatherForecast.days WeatherForecast.kecamatan WeatherForecast.points
WeatherForecastConnection.withoutForecasts Complaint.distance Query.city Vacancy.origins Venue.openNow
""".split()
"""Fields whose resolvers have waited for others once, and wait no more."""


def declared_fields():
    for name, concrete in build().schema_converter.type_map.items():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition) and not definition.is_input:
            for each in definition.fields:
                yield f"{name}.{build().config.name_converter.get_graphql_name(each)}", each


def wrong(declared):
    """What is wrong with the declaration of a field; None where nothing is."""
    resolver, weight = declared.metadata.get("resolver"), declared.metadata.get("weight")
    policy = declared.metadata.get("policy")
    if resolver is None:
        return "it asks nobody, so it costs one" if weight else None
    waits = inspect.iscoroutinefunction(resolver) or inspect.isasyncgenfunction(resolver)
    if not waits:
        return None if weight else "it is at hand, and does not say what it costs"
    quick = at_hand_of(resolver)
    if weight is not None and weight < ASKED and not quick:
        return "it waits, and says that it costs less"
    if quick and (inspect.iscoroutinefunction(quick) or inspect.signature(quick) != inspect.signature(resolver)):
        return "what it has at hand is not asked in the same way"
    there = {each.opname.lower() for each in dis.get_instructions(resolver)}
    personal = policy and policy.personal  # its rule awaits it
    return None if personal or there & WAITING else "it waits for nobody, and is async"


def test_every_field_declares_what_it_costs_and_whether_it_waits():
    assert {at: told for at, each in declared_fields() if (told := wrong(each))} == {}


async def waits(root, ctx) -> int:
    return await root


async def waits_not(root, ctx) -> int:
    return 1


def is_there(root, ctx) -> int:
    return 1


@at_hand(is_there)
async def asked_otherwise(root, ctx, *, name: str) -> int:
    return await root


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"resolver": waits}, None),
        ({"resolver": waits, "weight": 150}, None),
        ({"resolver": is_there, "weight": 1}, None),
        ({}, None),
        ({"weight": 5}, "it asks nobody, so it costs one"),
        ({"resolver": waits, "weight": 1}, "it waits, and says that it costs less"),
        ({"resolver": waits_not}, "it waits for nobody, and is async"),
        ({"resolver": is_there}, "it is at hand, and does not say what it costs"),
        ({"resolver": asked_otherwise}, "what it has at hand is not asked in the same way"),
    ],
)
def test_a_declaration_that_is_missing_or_wrong_is_found(declared, told):
    arguments = {"name": "One."} if declared.get("resolver") is asked_otherwise else {}
    assert wrong(field("A number.", arguments=arguments, **declared)) == told


def test_a_resolver_that_is_written_anew_costs_what_was_promised():
    weights = Weights.of(build()._schema, Nobody())
    costs = {each: weights.of_field(*each.split(".")) for each in PROMISED}
    assert costs == dict.fromkeys(PROMISED, ASKED)
    assert weights.of_field("Vacancy", "id") == weights.of_field("VacancyConnection", "totalCount") == 1


class Nobody:
    def of(self, _kind):
        return ()
