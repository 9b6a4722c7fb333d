"""What is said of weather, warnings and earthquakes, and what every connector of this domain can be asked."""

from abc import abstractmethod
from datetime import datetime
from enum import Enum
from typing import Annotated, ClassVar, TypeVar

import msgspec

from connectors.kit.checks import at_most, between, checked, code, in_order, like, not_ahead, position
from connectors.kit.connector import Connector, Credentials, Options, Terms
from connectors.kit.feed import Feed
from connectors.kit.read import Read


@checked(
    between("temperature", -60.0, 60.0),
    between("humidity", 0, 100),
    between("cloud_cover", 0, 100),
    between("rainfall", 0.0, 1_000.0),
    between("condition", 0, 999),
    between("wind_speed", 0.0, 500.0),
    between("wind_direction", 0, 360),
    between("visibility", 0, 1_000_000),
    free={"starts_at": "A forecast is of days to come."},
)
class ForecastPoint(msgspec.Struct, frozen=True, kw_only=True):
    """The weather of the three hours from one moment on, as it is forecast.

    What the agency does not say, or what cannot be, is None.
    `temperature` in °C, `humidity` and `cloud_cover` in per cent, `rainfall` in mm, `wind_speed` in km/h,
    `wind_direction` is where the wind comes from, in degrees from north, `visibility` in metres. `condition` is the
    agency's code for the weather, `description` and `description_en` what that means.
    """

    starts_at: datetime
    temperature: float | None
    humidity: int | None
    cloud_cover: int | None
    rainfall: float | None
    condition: int | None
    description: str | None
    description_en: str | None
    wind_speed: float | None
    wind_direction: int | None
    visibility: int | None
    image: str | None


@checked(
    like("kelurahan", r"\d{2}\.\d{2}\.\d{2}\.\d{4}"),
    *position(),
    not_ahead("issued_at"),
    free={"asked_at": "It is of the hub's own clock."},
)
class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What is forecast for one kelurahan (a dotted Kemendagri code): its points, the earliest first.

    `issued_at` is when the agency reckoned it, `asked_at` when the hub had it.
    """

    kelurahan: str
    latitude: float | None
    longitude: float | None
    issued_at: datetime | None
    asked_at: datetime
    points: tuple[ForecastPoint, ...]


@checked(code("code"), not_ahead("published_at"))
class Bulletin(msgspec.Struct, frozen=True, kw_only=True):
    """A message that the agency's index of warnings names. `code` is that of its document."""

    code: str
    title: str
    published_at: datetime | None


class AlertKind(Enum):
    """What a message does to those before it (CAP 1.2, msgType)."""

    ALERT = "ALERT"
    UPDATE = "UPDATE"
    CANCEL = "CANCEL"
    OTHER = "OTHER"
    """An acknowledgement or a notice of an error: it warns of nothing, and changes nothing."""


class Severity(Enum):
    """How bad it is (CAP 1.2)."""

    EXTREME = "EXTREME"
    SEVERE = "SEVERE"
    MODERATE = "MODERATE"
    MINOR = "MINOR"
    UNKNOWN = "UNKNOWN"


BY_SEVERITY = (Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.UNKNOWN, Severity.MINOR)
"""The worst first; one that nobody has rated may be worse than a minor one."""


class WarningUrgency(Enum):
    """How soon something has to be done (CAP 1.2)."""

    IMMEDIATE = "IMMEDIATE"
    EXPECTED = "EXPECTED"
    FUTURE = "FUTURE"
    PAST = "PAST"
    UNKNOWN = "UNKNOWN"


class Certainty(Enum):
    """How sure it is (CAP 1.2)."""

    OBSERVED = "OBSERVED"
    LIKELY = "LIKELY"
    POSSIBLE = "POSSIBLE"
    UNLIKELY = "UNLIKELY"
    UNKNOWN = "UNKNOWN"


Ring = tuple[tuple[float, float], ...]
"""Positions, latitude first; the last one is the first."""


@checked(code("identifier"))
class Reference(msgspec.Struct, frozen=True, array_like=True):
    """An earlier message, by who sent it and what they call it."""

    sender: str
    identifier: str


@checked(code("identifier"), not_ahead("sent_at"), in_order("starts_at", "ends_at"))
class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One message of an agency that warns.

    `actual` is false for an exercise, a test or a draft, and for what is not public. `replaces` are the messages
    that it updates or cancels. It is in force from `starts_at` until `ends_at`, or as long as the agency's index names
    it. `polygons` are where. `everywhere`: it says nothing of where that the hub can read, so it is taken to mean the
    whole province.
    """

    identifier: str
    sender: str
    sent_at: datetime
    actual: bool
    kind: AlertKind
    replaces: tuple[Reference, ...]
    language: str | None
    event: str | None
    headline: str | None
    description: str | None
    instruction: str | None
    severity: Severity
    urgency: WarningUrgency
    certainty: Certainty
    starts_at: datetime
    ends_at: datetime | None
    issuer: str | None
    web: str | None
    polygons: tuple[Ring, ...]
    everywhere: bool


@checked(between("weakest", 1, 12), between("strongest", 1, 12), at_most("weakest", "strongest"))
class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """Where an earthquake was felt, and how strongly: on Mercalli's scale (MMI, 1 to 12), None where nobody says."""

    place: str
    weakest: int | None
    strongest: int | None


@checked(
    code("code"),
    not_ahead("occurred_at"),
    *position(),
    between("magnitude", -2.0, 10.0),
    between("depth", 0.0, 1_000.0),
)
class Earthquake(msgspec.Struct, frozen=True, kw_only=True):
    """An earthquake that people felt. `depth` in km; `potential` is what the agency says of a tsunami.

    `summary` is where it was felt, in its words; `felt` the same, place by place.
    """

    code: str
    occurred_at: datetime
    latitude: float
    longitude: float
    magnitude: float
    depth: float | None
    region: str
    potential: str | None
    summary: str | None
    felt: tuple[Felt, ...]
    shakemap: str | None


Attribution = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class WeatherOptions(Options, frozen=True, kw_only=True):
    """`attribution`: whom an answer has to name as its source, in their own words."""

    attribution: Attribution = "BMKG"


O = TypeVar("O", bound=WeatherOptions)  # noqa: E741
C = TypeVar("C", bound=Credentials)


class Weather(Connector[O, C]):
    """A connector of this domain."""

    domain: ClassVar[str] = "weather"

    @property
    def attribution(self) -> str:
        """Whom an answer has to name as its source."""
        return self.agency.attribution or self.options.attribution

    @property
    def terms_of_use(self) -> Terms:
        """As the agency asks."""
        return Terms(self.agency.licence, self.attribution)


class Forecasts(Weather[O, C]):
    """A connector that forecasts the weather of each kelurahan."""

    @abstractmethod
    def forecasts(self) -> Feed[Forecast]:
        """Those of all kelurahan, by their codes."""


class Warnings(Weather[O, C]):
    """A connector of an agency that warns."""

    @abstractmethod
    def bulletins(self) -> Read[tuple[Bulletin, ...]]:
        """The messages that may be about this city."""

    @abstractmethod
    def alert(self, code: str, language: str, /) -> Read[Alert]:
        """The message of this code, in `id` or `en`."""


class Earthquakes(Weather[O, C]):
    """A connector that tells of earthquakes."""

    @abstractmethod
    def earthquakes(self) -> Read[tuple[Earthquake, ...]]:
        """Those that people felt lately, the newest first."""
