"""Earthquakes (gempa bumi)."""

from datetime import datetime

from auth.policies import public
from resolvers.kit import places
from resolvers.weather import earthquakes
from schema.kit.access import object_type
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.places import PointInput
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL


@object_type(public, "Where an earthquake was felt (lokasi dirasakan), and how strongly on Mercalli's scale (MMI).")
class EarthquakeReportType:
    place: str = field("The place, in the agency's words.")
    weakest: int | None = field("How strongly at least, from 1 to 12; null where nobody says.")
    strongest: int | None = field("How strongly at most, from 1 to 12; null where nobody says.")


@object_type(public, "An earthquake (gempa bumi) that people felt.")
@node_of(earthquakes.FeltEarthquake)
class EarthquakeType(NodeType):
    code: str = field("The code of its agency, a slash, and its time in UTC and place.")
    occurred_at: datetime = field("When it was.")
    magnitude: float = field("How strong it was (magnitudo).")
    depth: float | None = field("How deep it was, in km (kedalaman).")
    latitude: float = field("The latitude (lintang) of its epicentre, WGS 84.")
    longitude: float = field("The longitude (bujur) of its epicentre, WGS 84.")
    region: str = field("Where that is, in the agency's words.")
    potential: str | None = field("What the agency says of a tsunami, in its words.")
    summary: str | None = field("Where it was felt, in the agency's words.")
    reports: ConnectionType[EarthquakeReportType] = field(
        "The same, place by place.", resolver=earthquakes.reports, weight=10
    )
    felt_here: bool = field(
        "Whether a report names the city. One that leaves out Kota may mean the neighbour of that name, and counts."
    )
    distance: float | None = field(
        "How many km its epicentre is from `near`, or without it from the point that its list was asked from; null "
        "without one.",
        resolver=places.distance_from,
        weight=10,
        arguments={"near": "From where. A client that caches gives it here as well as to the list."},
        types={"near": PointInput | None},
    )
    shakemap: URL | None = field("A map of how strongly it was felt, where the agency has one.")
    attribution: str = field("Whom to name as the source wherever it is shown (sumber data).")
    source: SourceType = field("The agency that lists it, and how old that list is.")


@object_type(public, "A page of earthquakes, the newest first.")
class EarthquakeConnectionType(ConnectionType[EarthquakeType]):
    unavailable: list[SourceType] = field(
        "Agencies that did not answer: their earthquakes may be missing from this list."
    )


@object_type(public)
class EarthquakesQuery:
    earthquakes: EarthquakeConnectionType | None = field(
        "The earthquakes (gempa bumi) that people felt lately, anywhere in the country.",
        resolver=earthquakes.earthquakes,
        arguments={
            "felt_here": "Only those that were felt in the city.",
            "near": "From where distances are reckoned.",
            "within_km": "Only those whose epicentre lies within so many km of `near`, such as 300.",
        },
        types={"near": PointInput | None},
    )
