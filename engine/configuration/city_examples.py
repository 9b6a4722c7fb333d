"""The table `[examples]`: what the ready documents of docs/queries are tried with in this city."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from connectors.kit.agency import Agency
from connectors.regions.gazetteer import Gazetteer
from engine.configuration.did_you_mean import did_you_mean
from engine.configuration.problems import Problems, listed


class ExamplePoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A position in the city, in degrees."""

    latitude: float
    longitude: float


Examples = Mapping[str, str | ExamplePoint]
NONE: Examples = MappingProxyType({})

REGIONS = ("city", "kecamatan", "kelurahan", "warned_kecamatan", "forecast_kecamatan")
"""Codes of regions. The last two have a warning of the weather, and a kelurahan without a forecast."""
NAMES = (
    *REGIONS,
    "kelurahan_name",
    "near",
    "nop",
    "owed_nop",
    "deed",
    "pbb_request",
    "bphtb_request",
    "billing_code",
    "hospital",
    "live_hospital",
    "market",
    "commodity",
    "internship",
    "vacancy",
    "joined_vacancy",
    "job_fair",
    "complaint",
    "complaint_topic",
    "sent_complaint",
    "regulation",
    "amended_regulation",
    "mosque",
    "zakat_rule",
    "venue",
    "court",
    "booking",
    "sport_event",
    "saved_item",
)
"""All examples that there can be: `${hospital}` in docs/queries/variables.toml is the example of this name."""


def read_examples(table: object, regions: Gazetteer | None, problems: Problems) -> dict[str, str | ExamplePoint]:
    """Those of the file, checked."""
    if not isinstance(table, dict):
        problems.add(("examples",), "expected a table")
        return {}
    found: dict[str, str | ExamplePoint] = {}
    for name, value in table.items():
        if name not in NAMES:
            problems.add(("examples", name), f"unknown; expected one of {listed(NAMES)}{did_you_mean(name, NAMES)}")
            continue
        read = problems.convert(("examples", name), value, ExamplePoint if name == "near" else str)
        if read is None:
            continue
        if name in REGIONS and regions is not None and regions.with_code(read) is None:
            problems.add(("examples", name), f"{read} is no region of this hub")
        found[name] = read
    return found


def examples_of(regions: Gazetteer, agencies: Iterable[Agency], given: Examples) -> Examples:
    """The given ones, and for others what follows from the regions and the agencies: each is there or is left out."""
    kelurahan = regions.kelurahan[0]
    city = regions.cities[0].code
    hospital = next((each.code for each in agencies if each.domain == "beds"), None)
    nop = f"{city}-010.999-001.0001-0"
    kecamatan = given.get("kecamatan", kelurahan.kecamatan_code)
    centre = regions.centre_of(kelurahan.code)
    found: dict[str, str | ExamplePoint | None] = {
        "city": city,
        "kecamatan": kecamatan,
        "kelurahan": kelurahan.code,
        "warned_kecamatan": kecamatan,
        "forecast_kecamatan": kecamatan,
        "kelurahan_name": kelurahan.name,
        "near": ExamplePoint(latitude=centre[0], longitude=centre[1]) if centre else None,
        "nop": nop,  # it cannot exist: there is no kelurahan 999
        "owed_nop": given.get("nop", nop),
        "hospital": hospital,
        "live_hospital": given.get("hospital", hospital),
    }
    return {name: value for name, value in {**found, **given}.items() if value is not None}
