"""Weather warnings (peringatan dini cuaca)."""

from datetime import datetime

from auth.policies import public
from connectors.weather.records import Certainty, Severity, WarningUrgency
from resolvers.weather import warnings as resolve
from resolvers.weather.warnings import WarningStatus
from schema.kit.access import object_type
from schema.kit.enums import enum
from schema.kit.fields import field
from schema.kit.node import NodeType, node_of
from schema.kit.paging import ConnectionType
from schema.kit.provenance import SourceType
from schema.kit.scalars import URL
from schema.regions.regions import KecamatanType, KelurahanType

enum(
    WarningStatus,
    "WeatherWarningStatus",
    "What is known of warnings now (status peringatan). A check that failed is never shown as no warning.",
    {
        "WARNING": "At least one is known to be in force, or to come.",
        "CLEAR": "Every system that warns has been asked, and none is in force.",
        "UNCHECKED": "None is known, and not every system could be asked: warnings cannot be checked (tidak dapat "
        "diperiksa).",
    },
)
enum(
    Severity,
    "WeatherWarningSeverity",
    "How bad it may become (tingkat keparahan), as CAP 1.2 has it.",
    {
        "EXTREME": "An extraordinary threat to life or property.",
        "SEVERE": "A significant threat to life or property.",
        "MODERATE": "A possible threat to life or property.",
        "MINOR": "Little or no threat.",
        "UNKNOWN": "The agency does not say.",
    },
)
enum(
    WarningUrgency,
    "WeatherWarningUrgency",
    "How soon something has to be done (tingkat kemendesakan), as CAP 1.2 has it.",
    {
        "IMMEDIATE": "At once.",
        "EXPECTED": "Within the next hour.",
        "FUTURE": "In the near future.",
        "PAST": "Not any more.",
        "UNKNOWN": "The agency does not say.",
    },
)
enum(
    Certainty,
    "WeatherWarningCertainty",
    "How sure it is (tingkat kepastian), as CAP 1.2 has it.",
    {
        "OBSERVED": "It has happened, or goes on.",
        "LIKELY": "More likely than not.",
        "POSSIBLE": "Possible, but not likely.",
        "UNLIKELY": "Not expected.",
        "UNKNOWN": "The agency does not say.",
    },
)


@object_type(
    public,
    "A weather warning (peringatan dini cuaca) that is in force or to come. Tests and exercises are none, nor is one "
    "that has been cancelled, updated or is over.",
)
@node_of(resolve.WeatherWarning)
class WeatherWarningType(NodeType):
    code: str = field("The code of its agency and the agency's own code of the message, with a slash between.")
    language: str | None = field(
        "The language of its texts, such as `id` or `en`; that of the request where there is one."
    )
    event: str | None = field("What it warns of, such as a thunderstorm.")
    headline: str | None = field("Its headline (judul).")
    description: str | None = field("What is expected, and where.")
    instruction: str | None = field("What to do (anjuran).")
    severity: Severity = field("How bad it may become.")
    urgency: WarningUrgency = field("How soon something has to be done.")
    certainty: Certainty = field("How sure it is.")
    sent_at: datetime = field("When the agency sent it.")
    starts_at: datetime = field("When it begins to hold.")
    ends_at: datetime | None = field("Until when it holds; null where the agency does not say.")
    started: bool = field("Whether it holds already.")
    everywhere: bool = field(
        "Whether the agency does not say where in the province it holds, or not so that the hub can read it: then it "
        "is taken to mean the whole city."
    )
    kecamatan: ConnectionType[KecamatanType] = field(
        "The kecamatan that it touches: of which it holds a kelurahan, lies within one, or crosses its edge.",
        resolver=resolve.kecamatan,
        weight=10,
    )
    kelurahan: ConnectionType[KelurahanType] = field(
        "The kelurahan that it touches, likewise.", resolver=resolve.kelurahan, weight=10
    )
    issuer: str | None = field("Who warns, in their own words (penerbit).")
    url: URL | None = field("Where the agency shows more of it.")
    attribution: str = field("Whom to name as the source wherever it is shown (sumber data).")
    source: SourceType = field("The agency that sent it, and how old the hub's copy of it is.")


@object_type(
    public,
    "What is known of warnings for the city or a kecamatan, and whether it could be checked (hasil pemeriksaan).",
)
@node_of(resolve.WarningCheck)
class WeatherWarningCheckType(NodeType):
    code: str = field("The code of the city or kecamatan that it is about, such as `99.07` or `99.07.04`.")
    kecamatan: KecamatanType | None = field(
        "The kecamatan; null for the whole city.", resolver=resolve.kecamatan_of_check, weight=1
    )
    status: WarningStatus = field("What is known now.")
    statement: str = field("The same as a sentence for people, in the language of the request.")
    checked: bool = field(
        "Whether every system that warns could be asked now: if not, there may be more, or other ones."
    )
    checked_at: datetime | None = field("When the oldest of the answers was had that this rests on; null without any.")
    warnings: ConnectionType[WeatherWarningType] | None = field(
        "Those that are in force or to come, the worst first. Null with WARNINGS_UNCHECKED where none is known and not "
        "every system could be asked: an empty list says that there is none.",
        resolver=resolve.warnings,
        weight=10,
    )
    sources: ConnectionType[SourceType] = field(
        "Each system that warns; one with a `problem` could not be asked now.", resolver=resolve.sources, weight=10
    )


@object_type(public)
class WarningsQuery:
    weather_warnings: WeatherWarningCheckType | None = field(
        "The weather warnings (peringatan dini cuaca) for the city or a kecamatan, and whether they could be checked.",
        resolver=resolve.weather_warnings,
        arguments={"kecamatan": "Only those that touch this kecamatan, such as `99.07.04`."},
    )
