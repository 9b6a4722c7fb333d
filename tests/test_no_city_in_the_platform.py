"""Nothing of the platform names a city: a city is a folder of its own."""

import re

import pytest

from engine.configuration.city_examples import NAMES
from engine.pages.graphiql.examples import placeholders, variables_of
from tests.profiles import CITY_CODE, CITY_NAME, EXAMPLES, PROFILES, ROOT, TAXES
from tests.schema.documents import DOCUMENTS, documents_in
from tests.test_house import committed

OF_A_CITY = ("city/", "cities/")
RELEASED = ("schema/released.graphql", "schema/releases/")
"""What was promised stands there word by word."""
DOMAINS = "beds complaints jobs prices recorded regions sandbox tax venues weather worship".split()
OF_A_DOMAIN = tuple(f"tests/{each}/" for each in DOMAINS)
"""Tests of a domain and its stand-ins read the agencies, parcels and kelurahan of the first profile: these are what they expect."""
HASH = re.compile(r"[0-9a-f]{64}")


def written(code):
    """The ways in which a code of four digits is written."""
    return [f"{code[:2]}{between}{code[2:]}" for between in ("", ".", "-")]


CITY = [*written(CITY_CODE.replace(".", "")), *map(str, EXAMPLES["near"].values()), CITY_NAME.split()[-1].lower()]
"""Its code, where its town hall is, and the one word that its name shares with no other thing."""
PARCELS = written(TAXES)
"""How each of its tax objects begins. A command in a document is answered by the sandbox, so it may ask for one there."""


def names_it(line, of=(*CITY, *PARCELS)):
    lowered = line.lower()
    return any(each in lowered for each in of)


def test_nothing_of_the_platform_names_the_city_of_the_first_profile():
    """No code, no document, no description, and no test but those of the domains on its sandbox."""
    found, files = {}, 0
    for path in committed():
        where = str(path.relative_to(ROOT))
        if where.startswith((*OF_A_CITY, *RELEASED)):
            continue
        try:
            text = HASH.sub("", path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue  # an icon or a font
        files += 1
        of = CITY if path.suffix == ".md" else [*CITY, *PARCELS]
        if names_it(text, of):
            found[where] = [line.strip() for line in text.splitlines() if names_it(line, of)]
    assert files > 1_000
    left_out = {folder: [where for where in found if where.startswith(folder)] for folder in OF_A_DOMAIN}
    assert all(left_out.values()), left_out  # no folder is left out for nothing
    assert {where: lines for where, lines in found.items() if not where.startswith(OF_A_DOMAIN)} == {}


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        (f'"code": "{CITY_CODE}"', True),
        (f"kelurahan {CITY_CODE.replace('.', '')}011001", True),
        (f"/get_json/{CITY_CODE.replace('.', '-')}/", True),
        (CITY_NAME.upper(), True),
        (f"rsud-contoh-{CITY_NAME.split()[-1].lower()}-siranap", True),
        (f"{TAXES}01099900200010", True),
        (f"nop={TAXES[:2]}.{TAXES[2:]}-010", True),
        (f'{{"latitude": {EXAMPLES["near"]["latitude"]}}}', True),
        ("99.07.01.1001", False),
    ],
)
def test_its_names_are_found_however_they_are_written(line, is_named):
    assert names_it(line) is is_named


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
