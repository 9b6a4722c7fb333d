"""Nothing of the platform names a city: a city is a folder of its own."""

import re

import pytest

from engine.configuration.city_examples import NAMES
from engine.pages.graphiql.examples import placeholders, variables_of
from tests.profiles import CITY, PROFILES, ROOT, regions_in
from tests.schema.documents import DOCUMENTS, documents_in
from tests.test_house import committed

OF_A_CITY = ("city/", "cities/")
TESTS = ("tests/",)
"""Tests are about the sandbox of the first profile, whose names and codes are their expected values."""


def words_of(folder):
    """The code of a profile as it is written, and the one word that its name shares with no other thing."""
    city = regions_in(folder).city
    return re.escape(city.code), city.name.split()[-1]


def test_no_code_document_or_description_names_the_city_of_the_first_profile():
    code, name = words_of(CITY)
    named = re.compile(rf"{code}|{name}", re.IGNORECASE)
    files = [path for path in committed() if not str(path.relative_to(ROOT)).startswith((*OF_A_CITY, *TESTS))]
    assert len(files) > 500
    found = {}
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # an icon or a font
        if lines := [line.strip() for line in text.splitlines() if named.search(line)]:
            found[str(path.relative_to(ROOT))] = lines
    assert found == {}


def test_no_document_has_a_value_of_a_city_in_it():
    """Not its codes, not the numbers of its sandbox, not its town hall."""
    values = {
        str(value) for folder in PROFILES for each in documents_in(folder).values() for value in _flat(each.variables)
    }
    assert len(values) > 40
    written = set(re.findall(r'"[^"]*"|-?\d+\.\d+', "".join(each.written for each in DOCUMENTS.values())))
    assert {each.strip('"') for each in written} & values == set()


def _flat(variables):
    for value in variables.values():
        yield from value.values() if isinstance(value, dict) else [value]


def test_each_example_is_asked_for_by_a_document_and_each_that_is_asked_for_exists():
    assert placeholders() == {*NAMES}


@pytest.mark.parametrize("folder", PROFILES, ids=lambda each: each.name)
def test_each_variable_of_a_document_is_filled_in_each_city(folder):
    found = documents_in(folder)
    assert all(each.variables.keys() == DOCUMENTS[name].variables.keys() for name, each in found.items())
    for name, each in found.items():
        declared = {variable.variable.name.value for variable in each.operation.variable_definitions or ()}
        assert each.variables.keys() <= declared, name


def test_a_document_and_so_its_hash_is_the_same_in_each_city():
    texts = [{name: each.written for name, each in documents_in(folder).items()} for folder in PROFILES]
    assert all(each == texts[0] for each in texts)
    different = {
        name for name, each in DOCUMENTS.items() if each.variables != documents_in(PROFILES[1])[name].variables
    }
    assert {"city-at-a-glance", "nearest-icu", "property-tax", "weather-today"} <= different


def test_a_city_without_examples_has_what_follows_from_its_regions():
    assert variables_of("neighbourhood", {"kecamatan": "99.12.01"}) == {"kecamatan": "99.12.01"}
    assert variables_of("vacancy-detail", {}) == {}
